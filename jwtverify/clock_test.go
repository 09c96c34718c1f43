package jwtverify

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestKeyTimeDoesNotGoBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var ahead time.Duration
		c := newClock(func() time.Time { return time.Now().Add(ahead) })
		ahead = 25 * time.Hour
		before := c.keyTime()
		ahead = -time.Hour
		time.Sleep(time.Minute)
		if d := c.keyTime().since(before); d != time.Minute {
			t.Errorf("a minute after the clock was set back, %v have passed", d)
		}
	})
}

func TestKeySetsAgeInSuspend(t *testing.T) {
	t.Parallel()
	c := newClock(nil)
	c.began = c.began.Add(-time.Hour) // by the wall clock only
	if c.keyTime() < keyTime(time.Hour) {
		t.Errorf("only %v have passed", time.Duration(c.keyTime()))
	}
}
