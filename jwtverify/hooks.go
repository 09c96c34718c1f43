package jwtverify

import (
	"context"
	"log/slog"
	"time"
)

// Hooks are called on what an operator wants to count or log. None of them sees
// any part of a token. They must not verify tokens themselves. All are optional.
type Hooks struct {
	// Fetch is called after every attempt to fetch a key set, on the goroutine
	// of the fetch: nobody waits for it, two may run at once, and a panic in it
	// is dropped.
	Fetch func(FetchEvent)
	// Reject is called for every verification that fails, which waits for it: it
	// must be quick. With several pools, it is that of the pool whose issuer the
	// token claims, and of the first if it claims none of theirs.
	Reject func(ctx context.Context, use TokenUse, err *Error)
}

// FetchReason says why a key set was fetched.
type FetchReason string

// The reasons to fetch a key set.
const (
	FetchFirst      FetchReason = "first"       // there was none
	FetchRefresh    FetchReason = "refresh"     // it was due
	FetchUnknownKey FetchReason = "unknown_key" // a token named a key not in it
	FetchExpired    FetchReason = "expired"     // it was older than Config.MaxStale
	FetchPrefetch   FetchReason = "prefetch"    // Prefetch was called
)

// FetchEvent describes one attempt to fetch a key set.
type FetchEvent struct {
	URL      string // configured, never taken from a token
	Reason   FetchReason
	Duration time.Duration
	// Err is nil if the answer was accepted. Otherwise the keys held before,
	// if any, stay in use.
	Err error
	// Keys and Skipped count the keys of an accepted answer that can and
	// cannot be used.
	Keys, Skipped int
	// Age is how long ago the keys held before the attempt were fetched; 0 if
	// there were none.
	Age time.Duration
}

// LogValue lets slog print the event as a group.
func (e FetchEvent) LogValue() slog.Value {
	attrs := []slog.Attr{
		slog.String("url", e.URL),
		slog.String("reason", string(e.Reason)),
		slog.Duration("duration", e.Duration),
		slog.Int("keys", e.Keys),
		slog.Int("skipped", e.Skipped),
		slog.Duration("age", e.Age),
	}
	if e.Err != nil {
		attrs = append(attrs, slog.String("error", e.Err.Error()))
	}
	return slog.GroupValue(attrs...)
}
