package jwtverify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2" //nolint:depguard // spreads load; nobody gains by guessing it
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// Pacing of fetches. Together they keep a stranger from making us hammer the
// key server, without letting him delay anybody's new key by more than a
// second or so.
const (
	// A failed fetch is repeated after firstBackoff, then twice that, and so
	// on: up to coldBackoff while there are no keys to serve with, so that
	// service resumes within a second of the key server, and up to
	// warmBackoff, less some, while there are.
	firstBackoff = 500 * time.Millisecond
	coldBackoff  = time.Second
	warmBackoff  = time.Minute

	// A fetch that has not been answered for silence, where an answer takes a
	// fraction of a second, may be overtaken by another: one connection that
	// hangs must not cost all the time that is given to it. The first good
	// answer counts.
	silence = time.Second

	// Fetches for unknown kids: unknownBurst at once, another every
	// unknownInterval. That is 3 in the first two seconds and less than one a
	// second from then on; two at once, so that one stray kid does not keep the
	// tokens of a new key waiting.
	unknownBurst    = 2
	unknownInterval = 1100 * time.Millisecond

	// refusalMemory is how long an issuer form the pool does not have is
	// not asked for again.
	refusalMemory = time.Minute
)

// keySource holds the keys published at one address. Reading them takes no
// lock; everything about fetching is behind mu.
type keySource struct {
	url      string
	optional bool // see issuerForm
	client   *http.Client
	clock    *clock
	maxStale time.Duration
	hook     func(FetchEvent)

	current atomic.Pointer[snapshot]
	// quietUntil is the tick before which no refresh is tried: read on the
	// path of every token once a refresh is due.
	quietUntil atomic.Int64

	mu           sync.Mutex
	flight       *flight       // the latest under way
	flights      int           // started so far
	landed       chan struct{} // closed, and replaced, when one ends
	failed       int           // the latest that failed
	failures     int           // since the last success
	failure      error         // of the last fetch; nil if it succeeded
	retryAt      tick          // for want of keys, a fetch may be tried again
	refusedUntil tick
	unknown      unknownKeys
}

// snapshot is a key set in use. It does not change.
type snapshot struct {
	keys    map[string]*verifyKey
	set     *KeySet
	flight  int // the number of the fetch that brought it
	fetched keyTime
	refresh keyTime // from here on it is due
	expire  keyTime // from here on it may not be used
}

func (s *snapshot) usable(now keyTime) bool { return s != nil && now < s.expire }

// known returns the keys, of which there are none before the first fetch.
func (s *snapshot) known() map[string]*verifyKey {
	if s == nil {
		return nil
	}
	return s.keys
}

// flight is a fetch under way, which any number of verifications wait for.
type flight struct {
	number  int
	reason  FetchReason
	began   tick
	started keyTime
}

// silentAt reports whether the fetch, if there is one, does not keep another
// from being made.
func (f *flight) silentAt(now tick) bool { return f == nil || now >= f.began.add(silence) }

// newFixedSource returns a source that never fetches.
func newFixedSource(set *KeySet, c *clock) (*keySource, error) {
	keys, err := set.resolve(nil)
	if err != nil {
		return nil, err
	}
	s := &keySource{clock: c}
	s.current.Store(&snapshot{keys: keys, set: set, refresh: never, expire: never})
	return s, nil
}

// ready returns the key with the ID if it is at hand. If it is not and asking for
// it would get the same answer, that is the error; otherwise both are nil, and
// key is worth calling. It never waits, save for the lock if the key is unknown.
func (s *keySource) ready(kid []byte) (*verifyKey, *Error) {
	now := s.clock.read()
	snap := s.current.Load()
	if snap.usable(now.age) {
		if k := snap.keys[string(kid)]; k != nil {
			s.keepFresh(snap, now)
			return k, nil
		}
	}
	if s.client == nil || !plausibleKeyID(kid) {
		return nil, keyNotFound()
	}
	if !snap.usable(now.age) {
		return nil, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return nil, s.refuseUnknown(kid, now.tick)
}

// key returns the key with the ID, and waits for it if it is worth waiting for.
func (s *keySource) key(ctx context.Context, kid []byte) (*verifyKey, *Error) {
	if ctx.Err() != nil {
		return nil, gaveUp(ctx) // and nobody is asked for somebody who has left
	}
	s.mu.Lock()
	arrived := s.flights
	s.mu.Unlock()
	if !s.current.Load().usable(s.clock.keyTime()) {
		if err := s.fill(ctx); err != nil {
			return nil, err
		}
	}
	return s.unknownKey(ctx, bytes.Clone(kid), arrived)
}

// known reports whether the key with the ID is, without waiting, k.
func (s *keySource) known(kid string, k *verifyKey, now reading) bool {
	snap := s.current.Load()
	if !snap.usable(now.age) || snap.keys[kid] != k {
		return false
	}
	s.keepFresh(snap, now)
	return true
}

func keyNotFound() *Error { return &Error{Code: CodeKeyNotFound, Claim: "kid"} }

// keepFresh starts a fetch if one is due, and does not wait for it, nor for the
// lock: whoever has that is about to do the same.
func (s *keySource) keepFresh(snap *snapshot, now reading) {
	if now.age < snap.refresh || int64(now.tick) < s.quietUntil.Load() || !s.mu.TryLock() {
		return
	}
	defer s.mu.Unlock()
	if s.flight == nil && s.current.Load() == snap && int64(now.tick) >= s.quietUntil.Load() {
		s.start(FetchRefresh)
	}
}

// fill waits for a key set where there is none that may be used.
func (s *keySource) fill(ctx context.Context) *Error {
	s.mu.Lock()
	defer s.mu.Unlock()
	joined := 0
	for {
		now := s.clock.tick()
		snap := s.current.Load()
		if snap.usable(s.clock.keyTime()) || s.answered(joined) {
			return nil
		}
		paused := now < s.refusedUntil || s.failure != nil && now < s.retryAt
		if s.lost(joined) || s.flight == nil && paused {
			return s.unavailable(now)
		}
		if s.flight.silentAt(now) && !paused {
			reason := FetchFirst
			if snap != nil {
				reason = FetchExpired
			}
			s.start(reason)
			if s.unknown.mayFetch(now) {
				s.unknown.take(now) // it answers what an unknown kid would ask
			}
		}
		if joined == 0 {
			joined = s.flight.number
		}
		if err := s.wait(ctx, max(s.flight.began.add(silence), s.retryAt)-now); err != nil {
			return err
		}
	}
}

// answered reports whether the fetch with the number, or a later one, brought the
// keys in use. No fetch has the number 0.
func (s *keySource) answered(number int) bool {
	snap := s.current.Load()
	return number > 0 && snap != nil && snap.flight >= number
}

// lost reports whether the fetch with the number, or a later one, failed, and
// none has succeeded since.
func (s *keySource) lost(number int) bool {
	return number > 0 && s.failure != nil && s.failed >= number
}

// unavailable is the error while there are no keys to judge by.
func (s *keySource) unavailable(now tick) *Error {
	if s.optional && refusal(s.failure) {
		return &Error{Code: CodeIssuerInvalid, Claim: "iss", Detail: "the pool does not use this form of issuer"}
	}
	// At least so long where an overtaken fetch failed: another is under way.
	retry := max(s.retryAt, s.refusedUntil, now.add(firstBackoff)) - now
	return &Error{Code: CodeKeysUnavailable, RetryAfter: time.Duration(retry), err: s.failure}
}

// wait waits, without the lock, until a fetch ends or a time has passed, but no
// longer than the caller wants to.
func (s *keySource) wait(ctx context.Context, d tick) *Error {
	landed := s.landed
	s.mu.Unlock()
	defer s.mu.Lock()
	timer := time.NewTimer(time.Duration(d))
	defer timer.Stop()
	select {
	case <-landed:
		return nil
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return gaveUp(ctx)
	}
}

func gaveUp(ctx context.Context) *Error {
	return &Error{Code: CodeKeysUnavailable, Detail: "gave up waiting for the key server", RetryAfter: time.Second, err: ctx.Err()}
}

// start begins a fetch, whose goroutine ends with it. It belongs to
// nobody's context: who asked first may hang up, others wait for the answer.
func (s *keySource) start(reason FetchReason) {
	f := &flight{number: s.flights + 1, reason: reason, began: s.clock.tick(), started: s.clock.keyTime()}
	s.flights++
	s.flight = f
	go s.fetch(f)
}

// fetched is the outcome of a fetch.
type fetched struct {
	set   *KeySet
	keys  map[string]*verifyKey
	fresh time.Duration
	at    keyTime
	err   error
}

// giveUp is when a fetch counts as failed that has not even ended with its own
// time limit: a transport may be deaf to that.
const giveUp = fetchTimeout + 100*time.Millisecond

var errDeaf = errors.New("the HTTP client does not heed the time limit")

func (s *keySource) fetch(f *flight) {
	began := time.Now()
	event := FetchEvent{URL: s.url, Reason: f.reason}
	if old := s.current.Load(); old != nil {
		event.Age = f.started.since(old.fetched)
	}
	result := make(chan fetched, 1)
	go func() { result <- s.get() }()
	timer := time.NewTimer(giveUp)
	defer timer.Stop()
	var got fetched
	select {
	case got = <-result:
	case <-timer.C:
		got.err = errDeaf
	}
	s.land(f, &got)
	if s.hook == nil {
		return
	}
	if got.err == nil {
		event.Keys, event.Skipped = len(got.set.keys), got.set.skipped
	}
	event.Err = got.err
	event.Duration = time.Since(began)
	// Nobody waits any more. A panic on this goroutine, which is ours, would
	// end a process that can go on without the hook.
	defer func() { _ = recover() }()
	s.hook(event)
}

// land takes in what a fetch brought, and wakes those who wait. Only a set that
// could be read and has a usable key takes the place of another.
func (s *keySource) land(f *flight, got *fetched) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.flight == f {
		s.flight = nil
	}
	close(s.landed)
	s.landed = make(chan struct{})
	old := s.current.Load()
	if old != nil && old.flight > f.number {
		return // it was overtaken
	}
	s.failure = got.err
	if got.err != nil {
		now := s.clock.tick()
		s.failures++
		s.failed = max(s.failed, f.number)
		if f.number == s.flights {
			// Not for one that was overtaken: what comes late from a key server
			// that was down must not put off the next fetch again and again.
			s.retryAt = now.add(backoff(s.failures, coldBackoff))
		}
		s.quietUntil.Store(int64(now.add(jitter(backoff(s.failures, warmBackoff)))))
		if s.optional && refusal(got.err) && old == nil {
			s.refusedUntil = now.add(refusalMemory)
		}
		return
	}
	s.failures, s.retryAt, s.refusedUntil = 0, 0, 0
	snap := s.newSnapshot(got.set, got.keys, got.at, got.fresh)
	snap.flight = f.number
	s.current.Store(snap)
}

// newSnapshot makes a snapshot of a set that was fetched at some time and may
// be taken for fresh for a while.
func (s *keySource) newSnapshot(set *KeySet, keys map[string]*verifyKey, fetched keyTime, fresh time.Duration) *snapshot {
	// No later than half way to the end, so that an outage finds it young, and
	// not in all processes of a fleet at the same moment.
	fresh = jitter(min(fresh, s.maxStale/2))
	return &snapshot{
		keys:    keys,
		set:     set,
		fetched: fetched,
		refresh: fetched.add(fresh),
		expire:  fetched.add(s.maxStale),
	}
}

// get fetches, and turns a panic of somebody's transport or clock into an error:
// on a goroutine of ours it would end the process.
func (s *keySource) get() (got fetched) {
	defer func() {
		if r := recover(); r != nil {
			got.err = fmt.Errorf("the HTTP client or the clock panicked: %v", r)
		}
	}()
	ctx, cancel := context.WithTimeout(context.Background(), fetchTimeout)
	defer cancel()
	if got.set, got.fresh, got.err = fetchKeySet(ctx, s.client, s.url); got.err == nil {
		got.keys, got.err = got.set.resolve(s.current.Load().known())
		got.at = s.clock.keyTime()
	}
	return got
}

// prefetch fetches now, or waits for the fetch that is under way.
func (s *keySource) prefetch(ctx context.Context) error {
	if s.client == nil {
		return nil
	}
	if ctx.Err() != nil {
		return gaveUp(ctx)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	joined := 0
	for {
		if s.answered(joined) {
			return nil
		}
		if s.lost(joined) {
			return &Error{Code: CodeKeysUnavailable, err: s.failure}
		}
		now := s.clock.tick()
		if s.flight.silentAt(now) {
			s.start(FetchPrefetch)
		}
		if joined == 0 {
			joined = s.flight.number
		}
		if err := s.wait(ctx, s.flight.began.add(silence)-now); err != nil {
			return err
		}
	}
}

// backoff is how long to wait after the given number of failures in a row.
func backoff(failures int, limit time.Duration) time.Duration {
	d := firstBackoff
	for i := 1; i < failures && d < limit; i++ {
		d *= 2
	}
	return min(d, limit)
}

// jitter takes up to a fifth off, so that many processes do not ask as one.
func jitter(d time.Duration) time.Duration {
	return d - time.Duration(rand.Int64N(int64(d)/5+1)) //nolint:gosec // see the import
}
