package jwtverify

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cognitoauth/cognito-go/internal/jws/jwstest"
)

func TestUnknownKeysBudget(t *testing.T) {
	t.Parallel()
	var u unknownKeys
	at := func(d time.Duration) tick { return tick(time.Hour + d) }
	granted := 0
	for ms := range 10_000 {
		if now := at(time.Duration(ms) * time.Millisecond); u.mayFetch(now) {
			u.take(now)
			granted++
			if ms < 2000 && granted > 3 {
				t.Fatalf("%d fetches within %d ms", granted, ms)
			}
		} else if next := u.nextFetch(); next <= now || next > now.add(unknownInterval) {
			t.Fatalf("after %d ms, the next fetch is %v ahead", ms, time.Duration(next-now))
		}
	}
	if granted != 2+int(10_000*time.Millisecond/unknownInterval) {
		t.Errorf("%d fetches in ten seconds", granted)
	}
}

func TestUnknownKeysForgetAtRandom(t *testing.T) {
	t.Parallel()
	var u unknownKeys
	for i := range 10 * maxAbsent {
		u.miss(fmt.Sprint(i), i, tick(i))
		if _, ok := u.absent[fmt.Sprint(i)]; !ok || len(u.absent) > maxAbsent {
			t.Fatalf("%d are remembered, the latest: %v", len(u.absent), ok)
		}
	}
}

func TestUnknownKeysHoldAKidForASecond(t *testing.T) {
	t.Parallel()
	var u unknownKeys
	now := tick(0)
	for flight := range 100 {
		u.miss("kid", flight, now)
		u.miss("kid", flight, now.add(time.Millisecond)) // another token that waited for the same fetch
		if hold := time.Duration(u.absent["kid"].until - now); hold != absentFor {
			t.Fatalf("after %d misses, held for %v", flight+1, hold)
		}
		now = u.absent["kid"].until
	}
	u.found("kid")
	if len(u.absent) != 0 {
		t.Error("a kid that was found is said to be absent")
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
