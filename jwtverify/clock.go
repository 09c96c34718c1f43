package jwtverify

import "time"

// tick is a point in the life of a verifier: nanoseconds since it was made.
type tick int64

const never = tick(1<<63 - 1)

func (t tick) add(d time.Duration) tick {
	if d > 0 && t > never-tick(d) {
		return never
	}
	return t + tick(d)
}

// clock tells the age of key sets. It is the machine's monotonic clock, so a
// clock set back, or a test's fixed Config.Now, can neither freeze a key set for
// ever nor hold up a retry; but it never runs behind Config.Now, so that a test
// that moves its clock a day ahead finds key sets a day older.
type clock struct {
	now   func() time.Time // nil: the machine's
	base  time.Time
	began time.Time // base by now
}

func newClock(now func() time.Time) *clock {
	c := &clock{now: now, base: time.Now()}
	if now != nil {
		c.began = now()
	}
	return c
}

func (c *clock) tick() tick {
	elapsed := time.Since(c.base)
	if c.now != nil {
		elapsed = max(elapsed, c.now().Sub(c.began))
	}
	return tick(elapsed)
}

// wall is the time by which tokens are judged.
func (c *clock) wall() time.Time {
	if c.now != nil {
		return c.now()
	}
	return time.Now()
}
