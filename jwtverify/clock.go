package jwtverify

import (
	"sync/atomic"
	"time"
)

// tick is a point in the life of a verifier on the machine's monotonic clock, in
// nanoseconds since it was made. Fetches are paced by it: neither a clock set
// back nor a test's own Config.Now can hold up a retry.
type tick int64

func (t tick) add(d time.Duration) tick { return t + tick(d) }

// keyTime is the time by which key sets age. It runs with the monotonic clock
// too, so that a Config.Now that stands still cannot keep a key set for ever; but
// it is never behind Config.Now, so that a test that moves its clock a day ahead
// finds the key sets a day older. Nor does it ever go back: what has once been
// found old stays so when the clock is set back. Where there is no Config.Now it
// follows the wall clock in the same way, since the monotonic one stands still
// while a machine is suspended.
type keyTime int64

// never is a time that does not come.
const never = keyTime(1<<63 - 1)

func (t keyTime) add(d time.Duration) keyTime {
	if d > 0 && t > never-keyTime(d) {
		return never
	}
	return t + keyTime(d)
}

func (t keyTime) since(earlier keyTime) time.Duration { return time.Duration(t - earlier) }

type clock struct {
	now   func() time.Time // nil: the machine's
	base  time.Time
	began time.Time    // base by now
	ahead atomic.Int64 // how far the wall clock has at most been ahead of the monotonic
}

func newClock(now func() time.Time) *clock {
	c := &clock{now: now, base: time.Now()}
	c.began = c.base.Round(0)
	if now != nil {
		c.began = now().Round(0)
	}
	return c
}

// reading is one moment by every measure.
type reading struct {
	wall time.Time // by which tokens are judged
	age  keyTime
	tick tick
}

func (c *clock) tick() tick { return tick(time.Since(c.base)) }

func (c *clock) keyTime() keyTime { return c.read().age }

func (c *clock) wall() time.Time { return c.read().wall }

func (c *clock) read() reading {
	wall := time.Now()
	elapsed := wall.Sub(c.base)
	var slack time.Duration
	if c.now != nil {
		wall = c.now()
	} else {
		slack = time.Second // the two drift; what counts is a jump
	}
	// Round strips the monotonic reading.
	ahead := int64(wall.Round(0).Sub(c.began) - elapsed)
	most := c.ahead.Load()
	for ahead > most+int64(slack) && !c.ahead.CompareAndSwap(most, ahead) {
		most = c.ahead.Load()
	}
	return reading{wall: wall, age: keyTime(elapsed) + keyTime(c.ahead.Load()), tick: tick(elapsed)}
}
