package jwtverify

import (
	"context"
	"time"
)

// Bounds on what unknown kids may cost.
const (
	// maxAbsent is how many kids are remembered as not in the key set.
	maxAbsent = 256
	// A kid found absent is worth another fetch after absentFor, however often
	// that was in vain: a token may be signed long before its key is
	// published, and what the stale token of some forgotten job costs, it
	// takes from the budget of all unknown kids.
	absentFor = time.Second

	// maxWaiting is how many verifications with an unknown kid may wait at the
	// same moment. The rest are refused at once: strangers must not be able to
	// pile up goroutines.
	maxWaiting = 128
	// patienceInterval is how often a kid may be waited for when no fetch is
	// allowed yet.
	patienceInterval = 30 * time.Second
)

// unknownKeys decides what a token may cost that names a key the set does not
// have. It may be a new key, or any of the endless names a stranger can think
// of; which of them only the key server can tell, so what matters is that
// asking is cheap and rare, and that nobody's asking keeps another from it for
// longer than an interval.
type unknownKeys struct {
	level   tick // of the bucket: the time up to which its tokens are taken
	waiting int
	absent  map[string]absence

	// One kid at a time may be waited for until the next fetch is allowed, and
	// another not before patienceUntil, unless that one turned out to be a key:
	// after a few strangers' kids the tokens of a new key wait a second instead
	// of being refused, while those of a flood do not wait at all.
	awaited       string
	awaitedUntil  tick
	patienceUntil tick
}

// absence is a kid that a fetch did not find.
type absence struct {
	until  tick // not worth another fetch before
	flight int  // that did not find it
}

// mayFetch reports whether a fetch may be made for an unknown kid now.
func (u *unknownKeys) mayFetch(now tick) bool {
	// The bucket as a point in time: each token taken moves it an interval
	// ahead, and it may be no further ahead than the burst allows.
	return max(u.level, now).add(unknownInterval) <= now.add(unknownBurst*unknownInterval)
}

// take counts a fetch.
func (u *unknownKeys) take(now tick) {
	u.level = max(u.level, now).add(unknownInterval)
}

// nextFetch is when mayFetch will next say yes.
func (u *unknownKeys) nextFetch() tick {
	return u.level - tick((unknownBurst-1)*unknownInterval)
}

// miss remembers that a fetch did not find the kid, for which any number of
// tokens may have been waiting.
func (u *unknownKeys) miss(kid string, flight int, now tick) {
	if u.absent == nil {
		u.absent = make(map[string]absence)
	}
	a, known := u.absent[kid]
	if known && a.flight == flight {
		return
	}
	if !known && len(u.absent) >= maxAbsent {
		for other := range u.absent { // whichever comes first: a map's order is random
			delete(u.absent, other)
			break
		}
	}
	u.absent[kid] = absence{until: now.add(absentFor), flight: flight}
}

// mayWait reports whether a token with the kid may wait for the next fetch to be
// allowed.
func (u *unknownKeys) mayWait(kid []byte, now tick) bool {
	if u.awaited == string(kid) && now < u.awaitedUntil {
		return true
	}
	return now >= u.patienceUntil
}

// await takes note that one does.
func (u *unknownKeys) await(kid string, now tick) {
	if u.awaited != kid || now >= u.awaitedUntil {
		u.awaited, u.awaitedUntil = kid, u.nextFetch()
		u.patienceUntil = now.add(patienceInterval)
	}
}

// found takes note that a kid was a key after all.
func (u *unknownKeys) found(kid string) {
	delete(u.absent, kid)
	if u.awaited == kid {
		u.patienceUntil = 0
	}
}

// refuseUnknown returns the error for a kid that is not in the set at hand and
// about which the key server will not be asked now; nil if it may be. The lock
// is held.
func (s *keySource) refuseUnknown(kid []byte, now tick) *Error {
	u := &s.unknown
	if a, ok := u.absent[string(kid)]; ok && now < a.until {
		return keyNotFound()
	}
	if u.waiting >= maxWaiting && s.flight != nil {
		// Nobody knows yet whether there is such a key.
		return &Error{Code: CodeKeysUnavailable, Detail: "too many wait for the key server", RetryAfter: time.Second, err: s.failure}
	}
	if u.waiting >= maxWaiting || s.flight == nil && !u.mayFetch(now) && !u.mayWait(kid, now) {
		return s.notFound()
	}
	return nil
}

// unknownKey looks for a key that the set at hand does not have. It asks the key
// server if it may, waits if that is worth it, and otherwise refuses at once.
// arrived is how many fetches had begun when the token came in.
func (s *keySource) unknownKey(ctx context.Context, kid []byte, arrived int) (*verifyKey, *Error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	joined := 0
	for {
		now := s.clock.tick()
		if snap := s.current.Load(); snap != nil {
			asked := snap.flight > arrived
			if k := snap.keys[string(kid)]; k != nil && (asked || snap.usable(s.clock.keyTime())) {
				s.unknown.found(string(kid))
				return k, nil
			}
			if asked {
				// The key server was asked after this token came in.
				s.unknown.miss(string(kid), snap.flight, now)
				return nil, keyNotFound()
			}
		}
		if s.lost(joined) {
			return nil, s.notFound()
		}
		if joined == 0 || s.flight == nil {
			if err := s.refuseUnknown(kid, now); err != nil {
				return nil, err
			}
		}
		if s.flight.silentAt(now) && s.unknown.mayFetch(now) {
			s.start(FetchUnknownKey)
			s.unknown.take(now)
		}
		until := s.unknown.nextFetch()
		if f := s.flight; f == nil {
			s.unknown.await(string(kid), now)
		} else {
			until = max(until, f.began.add(silence))
			if joined == 0 {
				joined = f.number
			}
		}
		s.unknown.waiting++
		err := s.wait(ctx, until-now)
		s.unknown.waiting--
		if err != nil {
			return nil, err
		}
	}
}

// notFound is the verdict on a kid about which the key server was not asked. If
// it did not answer when it was last asked anything, nobody knows whether the key exists.
func (s *keySource) notFound() *Error {
	if s.failure != nil {
		return &Error{Code: CodeKeysUnavailable, RetryAfter: time.Second, err: s.failure}
	}
	return keyNotFound()
}
