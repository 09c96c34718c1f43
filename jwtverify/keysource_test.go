package jwtverify

import (
	"context"
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
