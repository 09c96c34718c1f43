package jwtverify

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cognitoauth/cognito-go/internal/jws/jwstest"
)

// keyServer is the far end of an http.Client, without a network.
type keyServer struct {
	mu      sync.Mutex
	answer  func(*http.Request) (*http.Response, error)
	fetches []time.Time
	urls    []string
}

func (s *keyServer) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	s.fetches = append(s.fetches, time.Now())
	s.urls = append(s.urls, r.URL.String())
	answer := s.answer
	s.mu.Unlock()
	return answer(r)
}

func (s *keyServer) set(answer func(*http.Request) (*http.Response, error)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = answer
}

// count returns how many fetches there were since a moment, both ends included.
func (s *keyServer) count(since time.Time) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, at := range s.fetches {
		if !at.Before(since) {
			n++
		}
	}
	return n
}

type answer = func(*http.Request) (*http.Response, error)

func respond(status int, body string, header ...string) answer {
	return func(r *http.Request) (*http.Response, error) {
		res := &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: r}
		for i := 0; i < len(header); i += 2 {
			res.Header.Set(header[i], header[i+1])
		}
		return res, nil
	}
}

func publish(keys ...any) answer { return respond(200, string(jwstest.JWKS(keys...))) }

func after(d time.Duration, a answer) answer {
	return func(r *http.Request) (*http.Response, error) {
		select {
		case <-time.After(d):
			return a(r)
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
}

func hang(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

func refuseConnection(*http.Request) (*http.Response, error) {
	return nil, errors.New("connection refused")
}

// trickle answers with a header and then a byte a second.
func trickle(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: 200, Header: http.Header{}, Request: r, Body: io.NopCloser(readerFunc(func(p []byte) (int, error) {
		select {
		case <-time.After(time.Second):
			p[0] = ' '
			return 1, nil
		case <-r.Context().Done():
			return 0, r.Context().Err()
		}
	}))}, nil
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// bubble runs a test with a verifier and a key server on a clock of their own.
// The bubble ends only when every goroutine started in it has, so each of these
// tests also shows that none is left behind.
func bubble(t *testing.T, change func(*Config), test func(t *world)) {
	t.Helper()
	testKey()
	otherKey() // made outside, where making takes no time off the clock
	synctest.Test(t, func(t *testing.T) {
		s := &keyServer{answer: publish(testKey())}
		cfg := Config{UserPoolID: testPool, ClientIDs: []string{testClient}, HTTPClient: &http.Client{Transport: s}}
		if change != nil {
			change(&cfg)
		}
		test(&world{T: t, v: mustNew(t, cfg), s: s})
		time.Sleep(fetchTimeout) // a fetch that somebody left behind ends by then
	})
}

// world is what there is in a bubble.
type world struct {
	*testing.T
	v *Verifier
	s *keyServer

	mu     sync.Mutex
	tokens map[*rsa.PrivateKey]string // good for the longest test
}

func (w *world) token(key *jwstest.Key) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.tokens[key.Private] == "" {
		if w.tokens == nil {
			w.tokens = make(map[*rsa.PrivateKey]string)
		}
		now := time.Now()
		w.tokens[key.Private] = key.Sign(accessToken(now).with(claimSet{"exp": now.Add(30 * 24 * time.Hour).Unix()}))
	}
	return w.tokens[key.Private]
}

func verifyNow(ctx context.Context, v *Verifier, key *jwstest.Key) error {
	_, err := v.VerifyAccessToken(ctx, key.Sign(accessToken(time.Now())))
	return err
}

// garbage is a token whose kid nobody has heard of. Its signature is not even
// looked at.
func garbage() string {
	kid := make([]byte, 32)
	_, _ = rand.Read(kid)
	header := fmt.Sprintf(`{"kid":%q,"alg":"RS256"}`, base64.StdEncoding.EncodeToString(kid))
	return jwstest.B64(header) + "." + jwstest.B64(text(accessToken(time.Now()))) + "." + strings.Repeat("A", 342)
}

func (w *world) verify(key *jwstest.Key) error {
	_, err := w.v.VerifyAccessToken(w.Context(), w.token(key))
	return err
}

func (w *world) mustVerify(key *jwstest.Key) {
	w.Helper()
	if err := w.verify(key); err != nil {
		w.Fatalf("a good token was refused: %v", err)
	}
}

func (w *world) mustRefuse(token string, want error) {
	w.Helper()
	if _, err := w.v.VerifyAccessToken(w.Context(), token); !errors.Is(err, want) {
		w.Fatalf("got %v, want %v", err, want)
	}
}

func (w *world) mustFetch(since time.Time, want int) {
	w.Helper()
	if got := w.s.count(since); got != want {
		w.Fatalf("%d fetches, want %d", got, want)
	}
}
