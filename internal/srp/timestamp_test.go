package srp

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestTimestamp(t *testing.T) {
	t.Parallel()
	utc := time.UTC
	tests := []struct {
		name string
		t    time.Time
		want string
	}{
		{"a one-digit day", time.Date(2026, 3, 1, 10, 20, 30, 0, utc), "Sun Mar 1 10:20:30 UTC 2026"},
		{"the ninth", time.Date(2026, 2, 9, 10, 20, 30, 0, utc), "Mon Feb 9 10:20:30 UTC 2026"},
		{"the tenth", time.Date(2026, 2, 10, 10, 20, 30, 0, utc), "Tue Feb 10 10:20:30 UTC 2026"},
		{"midnight", time.Date(2026, 1, 31, 0, 0, 0, 0, utc), "Sat Jan 31 00:00:00 UTC 2026"},
		{"noon", time.Date(2026, 9, 2, 12, 0, 0, 0, utc), "Wed Sep 2 12:00:00 UTC 2026"},
		{"afternoon", time.Date(2026, 10, 8, 13, 5, 9, 0, utc), "Thu Oct 8 13:05:09 UTC 2026"},
		{"the last second", time.Date(2027, 12, 31, 23, 59, 59, 999, utc), "Fri Dec 31 23:59:59 UTC 2027"},
		{"29 February", time.Date(2028, 2, 29, 1, 2, 3, 0, utc), "Tue Feb 29 01:02:03 UTC 2028"},
		{
			"another zone and day",
			time.Date(2026, 6, 30, 22, 30, 0, 0, time.FixedZone("PDT", -7*3600)),
			"Wed Jul 1 05:30:00 UTC 2026",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := FormatTimestamp(tt.t)
			if got != tt.want {
				t.Errorf("FormatTimestamp = %q, want %q", got, tt.want)
			}
			back, err := ParseTimestamp(got)
			if err != nil || !back.Equal(tt.t.Truncate(time.Second)) {
				t.Errorf("ParseTimestamp(%q) = %v, %v", got, back, err)
			}
		})
	}
}

// The names are English wherever the program runs: Go's time package has no
// others, whatever the environment says.
//
//nolint:paralleltest // sets the environment
func TestTimestampLocale(t *testing.T) {
	for _, name := range []string{"LC_ALL", "LC_TIME", "LANG", "LANGUAGE"} {
		t.Setenv(name, "de_DE.UTF-8")
	}
	if got, want := FormatTimestamp(time.Date(2026, 5, 6, 7, 8, 9, 0, time.UTC)), "Wed May 6 07:08:09 UTC 2026"; got != want {
		t.Errorf("FormatTimestamp = %q, want %q", got, want)
	}
}

func TestParseTimestamp(t *testing.T) {
	t.Parallel()
	want := time.Date(2026, 3, 5, 15, 4, 5, 0, time.UTC)
	tests := []struct {
		name, in string
		ok       bool
	}{
		{"canonical", "Thu Mar 5 15:04:05 UTC 2026", true},
		{"a padded day", "Thu Mar 05 15:04:05 UTC 2026", true},
		{"a wrong weekday", "Mon Mar 5 15:04:05 UTC 2026", true},
		{"empty", "", false},
		{"another zone", "Thu Mar 5 15:04:05 CET 2026", false},
		{"no zone", "Thu Mar 5 15:04:05 2026", false},
		{"RFC 3339", "2026-03-05T15:04:05Z", false},
		{"a German weekday", "Do Mar 5 15:04:05 UTC 2026", false},
		{"a 12-hour clock", "Thu Mar 5 03:04:05 PM UTC 2026", false},
		{"30 February", "Mon Feb 30 15:04:05 UTC 2026", false},
		{"more behind it", "Thu Mar 5 15:04:05 UTC 2026 ", false},
		{"very long", strings.Repeat("Thu Mar 5 15:04:05 UTC 2026", 1000), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := ParseTimestamp(tt.in)
			if tt.ok && (err != nil || !got.Equal(want)) {
				t.Errorf("ParseTimestamp = %v, %v, want %v", got, err, want)
			}
			if !tt.ok && !errors.Is(err, ErrMalformed) {
				t.Errorf("ParseTimestamp = %v, %v, want an ErrMalformed", got, err)
			}
		})
	}
}
