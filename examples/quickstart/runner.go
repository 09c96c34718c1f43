package main

import (
	"context"
	"fmt"
	"io"
	"time"
)

// step is one thing that the story does.
type step struct {
	name string

	// prepare, if any, is what a person has to do first. It is not timed.
	prepare func(ctx context.Context) error

	// do returns in plain words what happened, or what should not have.
	do func(ctx context.Context) (string, error)
}

// stepTimeout is how long a step may take. It is long because the requests in it
// have limits of their own.
const stepTimeout = 2 * time.Minute

// play performs the steps in order and writes a line for each. It stops at the
// first one that goes wrong, since the rest stands on it, and returns an error
// that says which and why.
func play(ctx context.Context, steps []step, out io.Writer, now func() time.Time) error {
	began := now()
	for i, s := range steps {
		what, took, err := s.perform(ctx, now)
		mark := "✓"
		if err != nil {
			mark, what = "✗", err.Error()
		}
		fmt.Fprintf(out, "%s %-42s %8.1f ms  %s\n", mark, s.name, milliseconds(took), what)
		if err != nil {
			return fmt.Errorf("step %d of %d, %q: %w%s", i+1, len(steps), s.name, err, untried(len(steps)-i-1))
		}
	}
	fmt.Fprintf(out, "\nAll %d steps did what they should, in %.0f ms.\n", len(steps), milliseconds(now().Sub(began)))
	return nil
}

func (s step) perform(ctx context.Context, now func() time.Time) (what string, took time.Duration, err error) {
	if s.prepare != nil {
		if err := s.prepare(ctx); err != nil {
			return "", 0, err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, stepTimeout)
	defer cancel()
	began := now()
	what, err = s.do(ctx)
	return what, now().Sub(began), err
}

func untried(n int) string {
	switch n {
	case 0:
		return ""
	case 1:
		return "; the step after it was not tried"
	default:
		return fmt.Sprintf("; the %d steps after it were not tried", n)
	}
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
