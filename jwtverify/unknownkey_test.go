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

func TestUnknownKeysLosePatienceWithOne(t *testing.T) {
	t.Parallel()
	var u unknownKeys
	now := tick(0)
	var holds []time.Duration
	for flight := range patientMisses + 8 {
		u.miss("kid", flight, now)
		u.miss("kid", flight, now) // another token that waited for the same fetch
		a := u.absent["kid"]
		if a.misses != flight+1 {
			t.Fatalf("%d misses after %d fetches", a.misses, flight+1)
		}
		holds = append(holds, time.Duration(a.until-now))
		now = a.until
	}
	for i, hold := range holds {
		switch {
		case i < patientMisses && hold != absentFor:
			t.Errorf("after %d misses, held for %v", i+1, hold)
		case i >= patientMisses && hold <= holds[i-1] && hold != maxAbsentFor, hold > maxAbsentFor:
			t.Errorf("after %d misses, held for %v", i+1, hold)
		}
	}
	u.miss("kid", 100, now.add(2*maxAbsentFor))
	if a := u.absent["kid"]; a.misses != 1 {
		t.Errorf("%d misses are held against a kid that stayed away", a.misses)
	}
	u.found("kid")
	if len(u.absent) != 0 {
		t.Error("a kid that was found is said to be absent")
	}
}
