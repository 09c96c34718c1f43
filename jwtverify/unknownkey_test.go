package jwtverify

import (
	"fmt"
	"testing"
	"time"
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
