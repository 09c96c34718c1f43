package cognitotest

import (
	"sync/atomic"
	"time"
)

// clock is the pool's time: the real one, or the test's, and what Advance has
// added to it.
type clock struct {
	base   func() time.Time
	offset atomic.Int64 // time.Duration
}

func (c *clock) now() time.Time {
	return c.base().Add(time.Duration(c.offset.Load()))
}

func (c *clock) advance(d time.Duration) { c.offset.Add(int64(d)) }

// skewLimit is how far a client's clock may be off before what it signs is
// refused.
const skewLimit = 5 * time.Minute

// timely reports whether a client's timestamp is close enough to the pool's
// clock. The clock from before any Advance will do too: a client that knows
// nothing of Advance goes by the real time, and is not wrong.
func (c *clock) timely(t time.Time) bool {
	return t.Sub(c.now()).Abs() <= skewLimit || t.Sub(c.base()).Abs() <= skewLimit
}
