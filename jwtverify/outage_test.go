package jwtverify

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cognitoauth/cognito-go/internal/jws/jwstest"
)

// hangFirst answers all requests but the first, which hangs.
func hangFirst(rest answer) answer {
	var first atomic.Bool
	return func(r *http.Request) (*http.Response, error) {
		if first.CompareAndSwap(false, true) {
			return hang(r)
		}
		return rest(r)
	}
}

// trickleFirst does the same, once the answer has begun.
func trickleFirst(rest answer) answer {
	var first atomic.Bool
	return func(r *http.Request) (*http.Response, error) {
		if first.CompareAndSwap(false, true) {
			return trickle(r)
		}
		return rest(r)
	}
}

func TestAHungFetchIsOvertaken(t *testing.T) {
	t.Parallel()
	for name, first := range map[string]func(answer) answer{"hang": hangFirst, "trickle": trickleFirst} {
		t.Run("cold, "+name, func(t *testing.T) {
			t.Parallel()
			bubble(t, nil, func(t *world) {
				t.s.set(first(publish(testKey())))
				begin := time.Now()
				var wg sync.WaitGroup
				for range 100 {
					wg.Go(func() { t.mustVerify(testKey()) })
				}
				wg.Wait()
				if d := time.Since(begin); d > silence {
					t.Errorf("waited %v", d)
				}
				t.mustFetch(begin, 2)
			})
		})
		t.Run("rotation, "+name, func(t *testing.T) {
			t.Parallel()
			bubble(t, nil, func(t *world) {
				t.mustVerify(testKey())
				time.Sleep(time.Minute)
				t.s.set(first(publish(testKey(), otherKey())))
				begin := time.Now()
				var wg sync.WaitGroup
				wg.Go(func() { _, _ = t.v.VerifyAccessToken(t.Context(), garbage()) })
				synctest.Wait()
				t.mustVerify(otherKey())
				if d := time.Since(begin); d > silence {
					t.Errorf("waited %v", d)
				}
				wg.Wait()
				t.mustFetch(begin, 2)
			})
		})
		t.Run("prefetch, "+name, func(t *testing.T) {
			t.Parallel()
			bubble(t, nil, func(t *world) {
				t.s.set(first(publish(testKey())))
				begin := time.Now()
				if err := t.v.Prefetch(t.Context()); err != nil || time.Since(begin) > silence {
					t.Errorf("after %v: %v", time.Since(begin), err)
				}
			})
		})
	}
}

// The answer of a fetch that was overtaken is older than the one in use.
func TestAnOvertakenAnswerIsNotTakenIn(t *testing.T) {
	t.Parallel()
	bubble(t, nil, func(t *world) {
		var asked atomic.Int64
		t.s.set(func(r *http.Request) (*http.Response, error) {
			if asked.Add(1) == 1 {
				return after(3*time.Second, publish(otherKey()))(r)
			}
			return publish(testKey())(r)
		})
		t.mustVerify(testKey())
		time.Sleep(3 * time.Second)
		t.mustVerify(testKey())
		t.s.set(hang) // nor does its failure count
		go func() { _ = t.v.Prefetch(t.Context()) }()
		time.Sleep(silence)
		t.s.set(publish(testKey()))
		synctest.Wait()
		if err := t.v.Prefetch(t.Context()); err != nil {
			t.Error(err)
		}
		time.Sleep(fetchTimeout)
		t.mustRefuse(garbage(), ErrKeyNotFound)
	})
}

func TestFetchesOfAHangingServerArePaced(t *testing.T) {
	t.Parallel()
	for _, warm := range []bool{false, true} {
		bubble(t, nil, func(t *world) {
			if warm {
				t.mustVerify(testKey())
				time.Sleep(time.Minute)
			}
			t.s.set(hang)
			begin := time.Now()
			ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
			defer stop()
			var wg sync.WaitGroup
			for range 20 {
				wg.Go(func() {
					for ctx.Err() == nil {
						_, _ = t.v.VerifyAccessToken(ctx, garbage())
						time.Sleep(5 * time.Millisecond)
					}
				})
			}
			wg.Wait()
			if n := t.s.count(begin); n < 10 || n > 22 {
				t.Errorf("warm: %v: %d fetches in %v", warm, n, time.Since(begin))
			}
		})
	}
}

func TestColdOutageIsPaced(t *testing.T) {
	t.Parallel()
	bubble(t, nil, func(t *world) {
		t.s.set(respond(503, ""))
		begin := time.Now()
		for time.Since(begin) < 20*time.Second {
			t.mustRefuse(t.token(testKey()), ErrKeysUnavailable)
			time.Sleep(5 * time.Millisecond)
		}
		inTwo := t.s.count(begin) - t.s.count(begin.Add(2*time.Second))
		if inTwo > 3 {
			t.Errorf("%d fetches in the first two seconds", inTwo)
		}
		if n := t.s.count(begin.Add(2 * time.Second)); n > 18 {
			t.Errorf("%d fetches in the eighteen seconds after", n)
		}
	})
}

// A rotated token that cannot even wait is not judged.
func TestUnjudgedWhileTheKeyServerHangs(t *testing.T) {
	t.Parallel()
	bubble(t, nil, func(t *world) {
		t.mustVerify(testKey())
		time.Sleep(time.Minute)
		t.s.set(hang)
		var wg sync.WaitGroup
		for range maxWaiting {
			wg.Go(func() { _, _ = t.v.VerifyAccessToken(t.Context(), garbage()) })
		}
		synctest.Wait()
		begin := time.Now()
		err := t.verify(otherKey())
		var e *Error
		if !errors.Is(err, ErrKeysUnavailable) || !errors.As(err, &e) || e.RetryAfter == 0 || time.Since(begin) != 0 {
			t.Errorf("after %v: %v", time.Since(begin), err)
		}
		wg.Wait()
	})
}

func TestNobodyAsksForACallerWhoHasLeft(t *testing.T) {
	t.Parallel()
	bubble(t, nil, func(t *world) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		err := verifyNow(ctx, t.v, testKey())
		if !errors.Is(err, ErrKeysUnavailable) || !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		if err := t.v.Prefetch(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("Prefetch: %v", err)
		}
		synctest.Wait()
		t.mustFetch(time.Time{}, 0)
	})
}

func TestFetchHookHoldsUpNobody(t *testing.T) {
	t.Parallel()
	for name, hook := range map[string]func(FetchEvent){
		"panics":  func(FetchEvent) { panic("hook") },
		"is slow": func(FetchEvent) { time.Sleep(10 * time.Second) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bubble(t, func(c *Config) { c.Hooks.Fetch = hook }, func(t *world) {
				begin := time.Now()
				t.mustVerify(testKey())
				t.s.set(publish(otherKey()))
				t.mustVerify(otherKey())
				if d := time.Since(begin); d != 0 {
					t.Errorf("waited %v for the hook", d)
				}
				time.Sleep(time.Minute)
			})
		})
	}
}

func TestClockThatPanicsInAFetch(t *testing.T) {
	t.Parallel()
	var broken atomic.Bool
	bubble(t, func(c *Config) {
		c.Now = func() time.Time {
			if broken.Load() {
				panic("clock")
			}
			return time.Now()
		}
	}, func(t *world) {
		t.s.set(after(time.Second/2, func(r *http.Request) (*http.Response, error) {
			broken.Store(true)
			return publish(testKey())(r)
		}))
		go func() {
			defer func() { _ = recover() }() // on a caller's goroutine it is the caller's
			_ = t.verify(testKey())
		}()
		time.Sleep(time.Second)
		broken.Store(false)
		t.s.set(publish(testKey()))
		time.Sleep(2 * time.Second)
		t.mustVerify(testKey())
	})
}

// A transport that heeds neither the context nor the time costs no more than
// any fetch that fails.
func TestDeafTransport(t *testing.T) {
	t.Parallel()
	bubble(t, nil, func(t *world) {
		wake := make(chan struct{})
		t.s.set(func(*http.Request) (*http.Response, error) {
			<-wake
			return nil, errors.New("late")
		})
		begin := time.Now()
		t.mustRefuse(t.token(testKey()), ErrKeysUnavailable)
		if d := time.Since(begin); d != giveUp {
			t.Errorf("given up after %v", d)
		}
		t.s.set(publish(testKey()))
		time.Sleep(time.Second)
		t.mustVerify(testKey())
		close(wake)
		synctest.Wait()
		t.mustVerify(testKey())
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

// Whoever asks after the answer to an overtaken fetch is told when to come again.
func TestOvertakenFailureSaysWhenToRetry(t *testing.T) {
	t.Parallel()
	bubble(t, nil, func(t *world) {
		t.s.set(after(1500*time.Millisecond, refuseConnection))
		var wg sync.WaitGroup
		for range 2 { // the second begins a fetch of its own when the first is silent
			wg.Go(func() {
				var e *Error
				if err := t.verify(testKey()); !errors.As(err, &e) || e.Code != CodeKeysUnavailable || e.RetryAfter <= 0 {
					t.Errorf("refused with %#v", err)
				}
			})
			time.Sleep(1100 * time.Millisecond)
		}
		wg.Wait()
	})
}
