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
	"net/http/httptest"
	"runtime/pprof"
	"strings"
	"sync"
	"sync/atomic"
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

func TestUnknownKidsCannotMakeUsFetch(t *testing.T) { // T1
	t.Parallel()
	bubble(t, nil, func(t *world) {
		t.mustVerify(testKey())
		time.Sleep(time.Minute)
		t.s.set(after(20*time.Millisecond, publish(testKey())))
		begin := time.Now()
		for range 2000 {
			t.mustRefuse(garbage(), ErrKeyNotFound)
			time.Sleep(2 * time.Millisecond)
		}
		inTwo, elapsed := 0, time.Since(begin)
		for _, at := range t.s.fetches[1:] {
			if at.Sub(begin) < 2*time.Second {
				inTwo++
			}
		}
		if inTwo > 3 {
			t.Errorf("%d fetches in the first two seconds, want 3 at most", inTwo)
		}
		if total := t.s.count(begin); total > 3+int(elapsed.Seconds()-2)+1 {
			t.Errorf("%d fetches in %v, want one a second", total, elapsed)
		}
		if waited := elapsed - 2000*2*time.Millisecond; waited > 2*time.Second {
			t.Errorf("a flood of one sender was made to wait %v", waited)
		}
		source := t.v.issuers[testIssuer].keys
		if n := len(source.unknown.absent); n > maxAbsent {
			t.Errorf("%d kids are remembered", n)
		}
	})
}

func TestConcurrentFlood(t *testing.T) {
	t.Parallel()
	bubble(t, nil, func(t *world) {
		t.mustVerify(testKey())
		t.s.set(after(20*time.Millisecond, publish(testKey())))
		time.Sleep(time.Minute)
		begin := time.Now()
		var unjudged atomic.Int64
		var wg sync.WaitGroup
		for range 2000 {
			wg.Go(func() {
				_, err := t.v.VerifyAccessToken(t.Context(), garbage())
				switch {
				case errors.Is(err, ErrKeyNotFound):
				case errors.Is(err, ErrKeysUnavailable) && time.Since(begin) == 0: // one too many to wait
					unjudged.Add(1)
				default:
					t.Errorf("got %v", err)
				}
			})
		}
		wg.Wait()
		if n := unjudged.Load(); n < 2000-3*maxWaiting {
			t.Errorf("only %d were refused at once", n)
		}
		if n := t.s.count(begin); n > 3 {
			t.Errorf("%d fetches, want 3 at most", n)
		}
		if source := t.v.issuers[testIssuer].keys; source.unknown.waiting != 0 {
			t.Errorf("%d are said to wait still", source.unknown.waiting)
		}
	})
}

func TestTheSameUnknownKidFetchesOnce(t *testing.T) {
	t.Parallel()
	bubble(t, nil, func(t *world) {
		t.mustVerify(testKey())
		time.Sleep(time.Minute)
		begin := time.Now()
		token := garbage()
		for range 100 {
			t.mustRefuse(token, ErrKeyNotFound)
		}
		t.mustFetch(begin, 1)
		// A job that keeps sending a stale token costs no more than the budget.
		for range 600 {
			time.Sleep(100 * time.Millisecond)
			t.mustRefuse(token, ErrKeyNotFound)
		}
		if n := t.s.count(begin); n > 1+60 {
			t.Errorf("%d fetches in a minute for one kid", n)
		}
	})
}

func TestForgedSignaturesDoNotFetch(t *testing.T) { // T2
	t.Parallel()
	bubble(t, nil, func(t *world) {
		t.mustVerify(testKey())
		begin := time.Now()
		forged := jwstest.NewKey(1, testKeyID).Sign(accessToken(time.Now()))
		for range 200 {
			t.mustRefuse(forged, ErrSignatureInvalid)
		}
		t.mustFetch(begin.Add(1), 0)
	})
}

func TestColdStampedeIsOneFetch(t *testing.T) { // T3
	t.Parallel()
	bubble(t, nil, func(t *world) {
		t.s.set(after(50*time.Millisecond, publish(testKey())))
		token := testKey().Sign(accessToken(time.Now()))
		var wg sync.WaitGroup
		for range 1000 {
			wg.Go(func() {
				if _, err := t.v.VerifyAccessToken(t.Context(), token); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		t.mustFetch(time.Time{}, 1)
	})
}

func TestOutageAfterWarmUp(t *testing.T) { // T4
	t.Parallel()
	for name, down := range map[string]answer{
		"refused": refuseConnection, "500": respond(500, "{}"), "hang": hang, "HTML": respond(200, "<html>"),
		"403": respond(403, ""), "panic": func(*http.Request) (*http.Response, error) { panic("transport") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bubble(t, nil, func(t *world) {
				t.mustVerify(testKey())
				begin := time.Now()
				t.s.set(down)
				for time.Since(begin) < DefaultMaxStale-time.Minute {
					before := time.Now()
					t.mustVerify(testKey())
					if d := time.Since(before); d != 0 {
						t.Fatalf("a good token waited %v", d)
					}
					time.Sleep(7 * time.Minute)
				}
				if n := t.s.count(begin.Add(1)); n > 24*60/7+2 {
					t.Errorf("%d fetches in a day's outage", n)
				}
				t.mustRefuse(garbage(), ErrKeysUnavailable)
				time.Sleep(2 * time.Minute)
				err := verifyNow(t.Context(), t.v, testKey())
				var e *Error
				if !errors.Is(err, ErrKeysUnavailable) || !errors.As(err, &e) || e.Code != CodeKeysUnavailable {
					t.Fatalf("past MaxStale: %v", err)
				}
				t.s.set(publish(testKey()))
				time.Sleep(time.Second)
				t.mustVerify(testKey())
			})
		})
	}
}

func TestMaxStale(t *testing.T) {
	t.Parallel()
	bubble(t, func(c *Config) { c.MaxStale = 10 * time.Second }, func(t *world) {
		t.mustVerify(testKey())
		t.s.set(refuseConnection)
		time.Sleep(9 * time.Second)
		t.mustVerify(testKey())
		time.Sleep(time.Second)
		t.mustRefuse(testKey().Sign(accessToken(time.Now())), ErrKeysUnavailable)
		t.s.set(publish(testKey()))
		time.Sleep(time.Second)
		t.mustVerify(testKey())
	})
}

func TestConfigNowAgesKeySets(t *testing.T) {
	t.Parallel()
	var ahead atomic.Int64
	bubble(t, func(c *Config) {
		c.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	}, func(t *world) {
		t.mustVerify(testKey())
		t.s.set(refuseConnection)
		ahead.Store(int64(25 * time.Hour))
		t.mustRefuse(testKey().Sign(accessToken(time.Now().Add(25*time.Hour))), ErrKeysUnavailable)
	})
	begin := time.Now()
	bubble(t, func(c *Config) { c.Now = func() time.Time { return begin } }, func(t *world) {
		token := testKey().Sign(accessToken(begin))
		t.s.set(refuseConnection)
		t.mustRefuse(token, ErrKeysUnavailable)
		t.s.set(publish(testKey()))
		time.Sleep(time.Second)
		if _, err := t.v.VerifyAccessToken(t.Context(), token); err != nil {
			t.Errorf("a fixed clock holds up the retry: %v", err)
		}
	})
	var lost atomic.Int64
	bubble(t, func(c *Config) {
		c.Now = func() time.Time { return time.Now().Add(time.Duration(lost.Load())) }
	}, func(t *world) {
		lost.Store(int64(25 * time.Hour))
		t.mustRefuse(garbage(), ErrKeyNotFound)
		lost.Store(0)
		t.s.set(publish(otherKey()))
		t.mustVerify(otherKey()) // a clock set back holds up nothing either
	})
}

func TestBadAnswersNeverReplaceGoodKeys(t *testing.T) { // T5
	t.Parallel()
	good := string(jwstest.JWKS(testKey()))
	for name, body := range map[string]string{
		"empty object":     `{}`,
		"null":             `null`,
		"a message":        `{"message":"Internal server error"}`,
		"no keys":          `{"keys":[]}`,
		"keys null":        `{"keys":null}`,
		"keys an object":   `{"keys":{}}`,
		"empty body":       ``,
		"HTML":             `<!DOCTYPE html><html><body>Please sign in</body></html>`,
		"truncated":        good[:len(good)-10],
		"trailing garbage": good + "x",
		"two documents":    good + good,
		"keys twice":       `{"keys":[],"keys":[]}`,
		"a list":           `[]`,
		"not UTF-8":        strings.Replace(good, testKeyID[:1], "\xff", 1),
		"useless keys":     string(jwstest.JWKS(testKey().JWK(map[string]any{"use": "enc"}))),
		"only duplicates":  string(jwstest.JWKS(testKey(), testKey())),
		"too long":         `{"pad":"` + strings.Repeat("x", 256<<10) + `",` + good[1:],
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bubble(t, nil, func(t *world) {
				t.mustVerify(testKey())
				t.s.set(respond(200, body))
				time.Sleep(time.Hour)
				t.mustVerify(testKey())
				synctest.Wait()
				t.mustVerify(testKey())
				if err := t.v.Prefetch(t.Context()); !errors.Is(err, ErrKeysUnavailable) {
					t.Errorf("Prefetch: %v", err)
				}
				t.mustVerify(testKey())
			})
		})
	}
}

func TestHangingServerKeepsToTheCallersContext(t *testing.T) { // T6
	t.Parallel()
	for name, slow := range map[string]answer{"hang": hang, "trickle": trickle} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bubble(t, nil, func(t *world) {
				t.s.set(slow)
				begin := time.Now()
				ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
				defer cancel()
				err := verifyNow(ctx, t.v, testKey())
				if !errors.Is(err, ErrKeysUnavailable) || !errors.Is(err, context.DeadlineExceeded) || time.Since(begin) != 300*time.Millisecond {
					t.Errorf("after %v: %v", time.Since(begin), err)
				}
				// Without a deadline of one's own, the fetch's is the limit.
				if err := verifyNow(t.Context(), t.v, testKey()); !errors.Is(err, ErrKeysUnavailable) || time.Since(begin) != fetchTimeout {
					t.Errorf("after %v: %v", time.Since(begin), err)
				}
				if n := t.s.count(begin); n > 6 {
					t.Errorf("%d fetches in %v", n, time.Since(begin))
				}
			})
		})
	}
}

func TestFetchOutlivesWhoAskedForIt(t *testing.T) {
	t.Parallel()
	bubble(t, nil, func(t *world) {
		t.s.set(after(silence/2, publish(testKey())))
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		if err := verifyNow(ctx, t.v, testKey()); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(err)
		}
		t.mustVerify(testKey())
		t.mustFetch(time.Time{}, 1)
	})
}

func TestOversizedAnswerIsNotReadToTheEnd(t *testing.T) { // T7
	t.Parallel()
	var read int64
	bubble(t, nil, func(t *world) {
		t.s.set(func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Header: http.Header{}, Request: r, Body: io.NopCloser(readerFunc(func(p []byte) (int, error) {
				for i := range p {
					p[i] = ' '
				}
				read += int64(len(p))
				return len(p), nil
			}))}, nil
		})
		t.mustRefuse(testKey().Sign(accessToken(time.Now())), ErrKeysUnavailable)
	})
	if read > 512<<10 {
		t.Errorf("%d bytes were read", read)
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) { // T8
	t.Parallel()
	var followed atomic.Bool
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		followed.Store(true)
		_, _ = w.Write(jwstest.JWKS(testKey()))
	}))
	defer elsewhere.Close()
	server := httptest.NewServer(http.RedirectHandler(elsewhere.URL, http.StatusFound))
	defer server.Close()
	given := &http.Client{}
	for name, client := range map[string]*http.Client{"ours": nil, "given": given} {
		v := mustNew(t, Config{UserPoolID: testPool, ClientIDs: []string{testClient}, JWKSURL: server.URL, HTTPClient: client})
		if err := v.Prefetch(t.Context()); !errors.Is(err, ErrKeysUnavailable) || followed.Load() {
			t.Errorf("%s client: %v, followed: %v", name, err, followed.Load())
		}
	}
	if given.CheckRedirect != nil {
		t.Error("the caller's client was changed")
	}
}

func TestRotation(t *testing.T) { // T9
	t.Parallel()
	bubble(t, nil, func(t *world) {
		t.mustVerify(testKey())
		// Just after warming up as well as after a while.
		for _, pause := range []time.Duration{0, time.Minute} {
			time.Sleep(pause)
			begin := time.Now()
			before := t.s.count(time.Time{})
			t.s.set(after(30*time.Millisecond, publish(otherKey())))
			t.mustVerify(otherKey())
			if n := t.s.count(time.Time{}) - before; n != 1 || time.Since(begin) != 30*time.Millisecond {
				t.Errorf("%d fetches in %v", n, time.Since(begin))
			}
			t.s.set(publish(testKey()))
			time.Sleep(2 * time.Hour)
			t.mustVerify(otherKey()) // due, and started
			synctest.Wait()
			t.mustVerify(testKey())
		}
	})
}

func TestRotationUnderFlood(t *testing.T) { // T9b
	t.Parallel()
	bubble(t, nil, func(t *world) {
		t.mustVerify(testKey())
		t.s.set(after(20*time.Millisecond, publish(testKey())))
		ctx, stop := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for ctx.Err() == nil {
					_, _ = t.v.VerifyAccessToken(ctx, garbage())
					time.Sleep(5 * time.Millisecond)
				}
			})
		}
		for range 5 {
			time.Sleep(3*time.Second + 137*time.Millisecond)
			t.s.set(after(20*time.Millisecond, publish(testKey(), otherKey())))
			begin := time.Now()
			for {
				if err := t.verify(otherKey()); err == nil {
					break
				} else if !errors.Is(err, ErrKeyNotFound) {
					t.Fatal(err)
				}
				t.mustVerify(testKey())
				time.Sleep(10 * time.Millisecond)
			}
			if d := time.Since(begin); d > 1200*time.Millisecond {
				t.Errorf("a new key took %v to be known", d)
			}
			t.s.set(after(20*time.Millisecond, publish(testKey())))
			time.Sleep(3 * time.Second)
			t.mustVerify(testKey())
		}
		stop()
		wg.Wait()
	})
}

// After a few strangers' kids, too few for a flood, the tokens of a new key
// wait for the next fetch instead of being refused.
func TestRotationAfterStrayKids(t *testing.T) {
	t.Parallel()
	for strays := range 3 {
		t.Run(fmt.Sprint(strays), func(t *testing.T) {
			t.Parallel()
			bubble(t, nil, func(t *world) {
				t.mustVerify(testKey())
				time.Sleep(time.Minute)
				for range strays {
					t.mustRefuse(garbage(), ErrKeyNotFound)
				}
				t.s.set(publish(testKey(), otherKey()))
				begin := time.Now()
				var wg sync.WaitGroup
				for range 50 {
					wg.Go(func() { t.mustVerify(otherKey()) })
				}
				wg.Wait()
				if d := time.Since(begin); d > 1200*time.Millisecond {
					t.Errorf("waited %v", d)
				}
			})
		})
	}
}

// A token may be signed before its key is published everywhere.
func TestKeySeenBeforeItIsPublished(t *testing.T) {
	t.Parallel()
	bubble(t, nil, func(t *world) {
		t.mustVerify(testKey())
		time.Sleep(time.Minute)
		var wg sync.WaitGroup
		for range 100 {
			wg.Go(func() { t.mustRefuse(otherKey().Sign(accessToken(time.Now())), ErrKeyNotFound) })
		}
		wg.Wait()
		time.Sleep(3 * time.Second)
		t.mustRefuse(otherKey().Sign(accessToken(time.Now())), ErrKeyNotFound)
		t.s.set(publish(testKey(), otherKey()))
		time.Sleep(1100 * time.Millisecond)
		t.mustVerify(otherKey())
	})
}

// However long that takes, its clients' retries are not held against it.
func TestKeyPublishedLate(t *testing.T) {
	t.Parallel()
	bubble(t, nil, func(t *world) {
		t.mustVerify(testKey())
		for range 600 {
			t.mustRefuse(t.token(otherKey()), ErrKeyNotFound)
			time.Sleep(50 * time.Millisecond)
		}
		t.s.set(publish(testKey(), otherKey()))
		begin := time.Now()
		for t.verify(otherKey()) != nil {
			time.Sleep(50 * time.Millisecond)
		}
		if d := time.Since(begin); d > 1200*time.Millisecond {
			t.Errorf("known %v after it was published", d)
		}
	})
}

func TestWaitingForAKeyEndsWithTheContext(t *testing.T) {
	t.Parallel()
	bubble(t, nil, func(t *world) {
		t.mustVerify(testKey())
		time.Sleep(time.Minute)
		for range unknownBurst {
			t.mustRefuse(garbage(), ErrKeyNotFound)
		}
		begin := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		if err := verifyNow(ctx, t.v, otherKey()); !errors.Is(err, context.DeadlineExceeded) || time.Since(begin) != 100*time.Millisecond {
			t.Errorf("after %v: %v", time.Since(begin), err)
		}
	})
}

func TestWaitersAreBounded(t *testing.T) {
	t.Parallel()
	bubble(t, nil, func(t *world) {
		t.mustVerify(testKey())
		t.s.set(hang)
		time.Sleep(time.Minute)
		var refused atomic.Int64
		begin := time.Now()
		var wg sync.WaitGroup
		for range 1000 {
			wg.Go(func() {
				_, _ = t.v.VerifyAccessToken(t.Context(), garbage())
				if time.Since(begin) == 0 {
					refused.Add(1)
				}
			})
		}
		wg.Wait()
		if n := refused.Load(); n < 1000-maxWaiting {
			t.Errorf("%d of 1000 were refused at once", n)
		}
	})
}

func TestRemovedKeyIsRefused(t *testing.T) { // T10
	t.Parallel()
	for _, size := range []int{0, 100} {
		t.Run(fmt.Sprintf("cache %d", size), func(t *testing.T) {
			t.Parallel()
			bubble(t, func(c *Config) { c.TokenCacheSize = size }, func(t *world) {
				t.s.set(publish(testKey(), otherKey()))
				token := testKey().Sign(accessToken(time.Now()))
				for range 2 {
					if _, err := t.v.VerifyAccessToken(t.Context(), token); err != nil {
						t.Fatal(err)
					}
				}
				t.s.set(publish(otherKey()))
				if err := t.v.Prefetch(t.Context()); err != nil {
					t.Fatal(err)
				}
				t.mustRefuse(token, ErrKeyNotFound)
				// The same kid with another key is another key.
				t.s.set(publish(jwstest.NewKey(1, testKeyID)))
				if err := t.v.Prefetch(t.Context()); err != nil {
					t.Fatal(err)
				}
				t.mustRefuse(token, ErrSignatureInvalid)
			})
		})
	}
}

func TestFailedStartRecoversWithinASecond(t *testing.T) { // T11
	t.Parallel()
	for name, down := range map[string]answer{"503": respond(503, ""), "refused": refuseConnection, "404": respond(404, "{}")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bubble(t, nil, func(t *world) {
				t.s.set(down)
				for range 1000 {
					t.mustRefuse(t.token(testKey()), ErrKeysUnavailable)
					time.Sleep(100 * time.Millisecond)
				}
				t.s.set(publish(testKey()))
				begin := time.Now()
				for t.verify(testKey()) != nil {
					time.Sleep(10 * time.Millisecond)
				}
				if d := time.Since(begin); d > time.Second {
					t.Errorf("usable after %v", d)
				}
				// The outage has not used up what new keys need.
				t.s.set(publish(testKey(), otherKey()))
				begin = time.Now()
				t.mustVerify(otherKey())
				if d := time.Since(begin); d > 1200*time.Millisecond {
					t.Errorf("a new key was known after %v", d)
				}
			})
		})
	}
}

func TestColdOutageFetchesOncePerBackoff(t *testing.T) { // T12
	t.Parallel()
	bubble(t, nil, func(t *world) {
		t.s.set(refuseConnection)
		begin := time.Now()
		for time.Since(begin) < 10*time.Second {
			err := t.verify(testKey())
			var e *Error
			if !errors.As(err, &e) || e.Code != CodeKeysUnavailable || e.RetryAfter > time.Second {
				t.Fatalf("got %v", err)
			}
			time.Sleep(5 * time.Millisecond)
		}
		if n := t.s.count(begin); n > 16 {
			t.Errorf("%d fetches in ten seconds of outage", n)
		}
	})
}

func TestContentTypeIsNotLookedAt(t *testing.T) { // T13
	t.Parallel()
	bubble(t, nil, func(t *world) {
		t.s.set(respond(200, string(jwstest.JWKS(testKey())), "Content-Type", "text/html"))
		t.mustVerify(testKey())
	})
}

func TestRefreshIsEarlyQuietAndOnce(t *testing.T) {
	t.Parallel()
	for cacheControl, bounds := range map[string][2]time.Duration{
		"":                                {12 * time.Minute, 15 * time.Minute},
		"max-age=1":                       {4 * time.Minute, 5 * time.Minute},
		"public, max-age=1800":            {24 * time.Minute, 30 * time.Minute},
		"max-age=86400":                   {48 * time.Minute, time.Hour},
		"max-age=99999999999999999999999": {48 * time.Minute, time.Hour},
		"no-store":                        {4 * time.Minute, 5 * time.Minute},
		"max-age=x":                       {4 * time.Minute, 5 * time.Minute},
	} {
		t.Run(cacheControl, func(t *testing.T) {
			t.Parallel()
			bubble(t, nil, func(t *world) {
				t.s.set(respond(200, string(jwstest.JWKS(testKey())), "Cache-Control", cacheControl))
				t.mustVerify(testKey())
				begin := time.Now()
				time.Sleep(bounds[0] - time.Second)
				t.mustVerify(testKey())
				synctest.Wait()
				t.mustFetch(begin.Add(1), 0)
				time.Sleep(bounds[1] - bounds[0] + time.Second)
				for range 100 {
					before := time.Now()
					t.mustVerify(testKey())
					if time.Since(before) != 0 {
						t.Error("a good token waited for the refresh")
					}
				}
				synctest.Wait()
				t.mustFetch(begin.Add(1), 1)
			})
		})
	}
}

func TestNoFetchWithoutATokenFromTheIssuer(t *testing.T) {
	t.Parallel()
	bubble(t, nil, func(t *world) {
		t.mustRefuse(testKey().Sign(accessToken(time.Now()).with(claimSet{"iss": "https://attacker.example"})), ErrIssuerInvalid)
		t.mustRefuse(testKey().SignHeader(`{"kid":"../x y","alg":"RS256"}`, accessToken(time.Now())), ErrKeyNotFound)
		t.mustRefuse(testKey().Sign(accessToken(time.Now()))+"\n", ErrTokenMalformed)
		t.mustFetch(time.Time{}, 0)
	})
}

func TestUpdatedIssuerIsFetchedWhenClaimed(t *testing.T) {
	t.Parallel()
	updated := strings.Replace(testIssuer, "cognito-idp", "issuer-cognito-idp", 1)
	byHost := func(original, updated answer) answer {
		return func(r *http.Request) (*http.Response, error) {
			if strings.HasPrefix(r.URL.Host, "issuer-") {
				return updated(r)
			}
			return original(r)
		}
	}
	claiming := func() string { return otherKey().Sign(accessToken(time.Now()).with(claimSet{"iss": updated})) }

	t.Run("in use", func(t *testing.T) {
		t.Parallel()
		bubble(t, nil, func(t *world) {
			t.s.set(byHost(publish(testKey()), publish(otherKey())))
			t.mustVerify(testKey())
			t.mustFetch(time.Time{}, 1)
			if _, err := t.v.VerifyAccessToken(t.Context(), claiming()); err != nil {
				t.Fatal(err)
			}
			if t.s.urls[0] != testIssuer+"/.well-known/jwks.json" || t.s.urls[1] != updated+"/.well-known/jwks.json" || len(t.s.urls) != 2 {
				t.Errorf("fetched %q", t.s.urls)
			}
			// Its keys are its own.
			t.mustRefuse(otherKey().Sign(accessToken(time.Now())), ErrKeyNotFound)
		})
	})
	for _, status := range []int{403, 404} {
		t.Run(fmt.Sprint("refused with ", status), func(t *testing.T) {
			t.Parallel()
			bubble(t, nil, func(t *world) {
				t.s.set(byHost(publish(testKey()), respond(status, `{"message":"Forbidden"}`)))
				for range 50 {
					t.mustRefuse(claiming(), ErrIssuerInvalid)
					time.Sleep(time.Second)
				}
				t.mustFetch(time.Time{}, 1)
				t.s.set(byHost(publish(testKey()), publish(otherKey())))
				time.Sleep(refusalMemory)
				if _, err := t.v.VerifyAccessToken(t.Context(), claiming()); err != nil {
					t.Errorf("after the pool was switched: %v", err)
				}
			})
		})
	}
	t.Run("in an outage", func(t *testing.T) {
		t.Parallel()
		bubble(t, nil, func(t *world) {
			t.s.set(byHost(publish(testKey()), respond(500, "")))
			t.mustRefuse(claiming(), ErrKeysUnavailable)
		})
	})
}

func TestPrefetch(t *testing.T) {
	t.Parallel()
	bubble(t, nil, func(t *world) {
		if err := t.v.Prefetch(t.Context()); err != nil {
			t.Fatal(err)
		}
		t.mustVerify(testKey())
		t.mustFetch(time.Time{}, 1)
		t.s.set(hang)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		begin := time.Now()
		if err := t.v.Prefetch(ctx); !errors.Is(err, context.DeadlineExceeded) || time.Since(begin) != time.Second {
			t.Errorf("after %v: %v", time.Since(begin), err)
		}
		t.mustVerify(testKey())
	})
}

func TestPrefetchOfSeveralPools(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &keyServer{answer: publish(testKey())}
		cfg := Config{ClientIDs: []string{testClient}, HTTPClient: &http.Client{Transport: s}}
		a, b, c := cfg, cfg, cfg
		a.UserPoolID, b.UserPoolID, c.UserPoolID = "eu-west-1_a", "us-east-1_b", "eusc-de-east-1_c"
		a.ReplicaRegions = []string{"eu-west-2"}
		v, err := NewMulti(a, b, c)
		if err != nil {
			t.Fatal(err)
		}
		if err := v.Prefetch(t.Context()); err != nil {
			t.Error(err)
		}
		if len(s.urls) != 3 { // neither updated forms, nor replicas, nor the other domain
			t.Errorf("fetched %q", s.urls)
		}
		// One pool cannot be reached, and one only under its other name.
		s.set(func(r *http.Request) (*http.Response, error) {
			if strings.Contains(r.URL.Host, "us-east-1") || strings.HasSuffix(r.URL.Host, ".eu") {
				return nil, errors.New("connection refused")
			}
			return publish(testKey())(r)
		})
		err = v.Prefetch(t.Context())
		if !errors.Is(err, ErrKeysUnavailable) || strings.Contains(err.Error(), "eusc") || !strings.Contains(err.Error(), "us-east-1") {
			t.Errorf("got %v", err)
		}
		replica := accessToken(time.Now()).with(claimSet{"iss": "https://cognito-idp.eu-west-2.amazonaws.com/eu-west-1_a"})
		if _, err := v.VerifyAccessToken(t.Context(), testKey().Sign(replica)); err != nil {
			t.Errorf("of a replica: %v", err)
		}
	})
}

// With a real network, not even an idle connection remains.
//
//nolint:paralleltest // it looks at every goroutine of the process
func TestNoGoroutineIsLeftBehind(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(jwstest.JWKS(testKey()))
	}))
	v := mustNew(t, Config{UserPoolID: testPool, ClientIDs: []string{testClient}, JWKSURL: server.URL})
	if err := verifyNow(t.Context(), v, testKey()); err != nil {
		t.Error(err)
	}
	server.Close()
	var stacks strings.Builder
	for range 100 { // a connection takes a moment to close
		stacks.Reset()
		if err := pprof.Lookup("goroutine").WriteTo(&stacks, 1); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(stacks.String(), "persistConn") && !strings.Contains(stacks.String(), "keySource") {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("left behind:\n%s", stacks.String())
}

func TestHooks(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var events []FetchEvent
	var codes []Code
	bubble(t, func(c *Config) {
		c.Hooks.Fetch = func(e FetchEvent) {
			mu.Lock()
			defer mu.Unlock()
			events = append(events, e)
		}
		c.Hooks.Reject = func(_ context.Context, use TokenUse, e *Error) { codes = append(codes, e.Code) }
	}, func(t *world) {
		t.s.set(after(silence/2, publish(testKey(), map[string]any{"kty": "oct", "k": "AA"})))
		t.mustVerify(testKey())
		time.Sleep(time.Minute)
		t.s.set(refuseConnection)
		t.mustRefuse(garbage(), ErrKeysUnavailable)
		t.mustRefuse("x", ErrTokenMalformed)
	})
	if len(events) != 2 || len(codes) != 2 {
		t.Fatalf("events = %+v, codes = %v", events, codes)
	}
	if e := events[0]; e.Reason != FetchFirst || e.Err != nil || e.Keys != 1 || e.Skipped != 1 || e.Age != 0 || e.Duration != silence/2 || e.URL != testIssuer+"/.well-known/jwks.json" {
		t.Errorf("first event = %+v", e)
	}
	if e := events[1]; e.Reason != FetchUnknownKey || e.Err == nil || e.Age != time.Minute {
		t.Errorf("second event = %+v", e)
	}
	if codes[0] != CodeKeysUnavailable || codes[1] != CodeTokenMalformed {
		t.Errorf("codes = %v", codes)
	}
}
