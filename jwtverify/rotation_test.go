package jwtverify

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cognitoauth/cognito-go/internal/jws/jwstest"
)

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
