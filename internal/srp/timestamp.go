package srp

import (
	"fmt"
	"time"
)

// timestampLayout is Java's "EEE MMM d HH:mm:ss z yyyy" in UTC: English names
// in any locale, the day without padding, a 24-hour clock.
const timestampLayout = "Mon Jan 2 15:04:05 UTC 2006"

// FormatTimestamp returns t as TIMESTAMP carries it.
func FormatTimestamp(t time.Time) string { return t.UTC().Format(timestampLayout) }

// ParseTimestamp reads a TIMESTAMP. It is lenient where Cognito is: a padded
// day and a weekday of another date are read, although [FormatTimestamp] does
// not write them back. The error of anything else is an [ErrMalformed].
func ParseTimestamp(s string) (time.Time, error) {
	if len(s) > 2*len(timestampLayout) {
		return time.Time{}, fmt.Errorf("%w: timestamp of %d characters", ErrMalformed, len(s))
	}
	t, err := time.Parse(timestampLayout, s)
	if err != nil {
		return time.Time{}, fmt.Errorf("%w: timestamp: %w", ErrMalformed, err)
	}
	return t, nil
}
