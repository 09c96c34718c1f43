package jwtverify

import (
	"context"
	"time"
)

// unknownKeys decides what a token costs that names a key the set does not
// have. It may be a new key, or any of the endless names a stranger can think
// of; which of them only the key server can tell.
type unknownKeys struct {
	level tick // of the bucket: the point up to which tokens were taken
}

// take reports whether a fetch may be made for an unknown kid now, and counts it.
func (u *unknownKeys) take(now tick) bool {
	// The bucket as a point in time: each token taken moves it an interval
	// ahead, and it may be no further ahead than the burst allows.
	level := max(u.level, now)
	if level.add(unknownInterval) > now.add(unknownBurst*unknownInterval) {
		return false
	}
	u.level = level.add(unknownInterval)
	return true
}

// unknownKey looks for a key that the set at hand does not have.
func (s *keySource) unknownKey(ctx context.Context, kid string) (*verifyKey, *Error) {
	s.mu.Lock()
	now := s.clock.tick()
	f := s.flight
	if f == nil {
		if !s.unknown.take(now) {
			err := s.notFound(now)
			s.mu.Unlock()
			return nil, err
		}
		f = s.start(FetchUnknownKey, now)
	}
	s.mu.Unlock()
	if err := s.wait(ctx, f); err != nil {
		return nil, err
	}
	if snap := s.current.Load(); snap != nil {
		if k := snap.keys[kid]; k != nil {
			return k, nil
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return nil, s.notFound(s.clock.tick())
}

// notFound is the verdict on a kid that is not in the set. If the set could not
// be fetched when it was last tried, nobody knows whether the key exists.
func (s *keySource) notFound(now tick) *Error {
	if s.failure != nil {
		return &Error{Code: CodeKeysUnavailable, RetryAfter: time.Second, err: s.failure}
	}
	return keyNotFound()
}
