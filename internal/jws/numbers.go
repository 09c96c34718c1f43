package jws

import "strconv"

// number reads a number and returns its text (RFC 8259 section 6).
func (s *Scanner[T]) number() (text T, integer, ok bool) {
	if s.Peek() != KindNumber {
		s.mistyped()
		return text, false, false
	}
	start := s.pos
	if s.src[s.pos] == '-' {
		s.pos++
	}
	switch lead := s.pos; {
	case s.digits() == 0:
		s.Fail(FaultSyntax)
		return text, false, false
	case s.src[lead] == '0' && s.pos-lead > 1:
		s.Fail(FaultSyntax)
		return text, false, false
	}
	integer = true
	if s.pos < len(s.src) && s.src[s.pos] == '.' {
		integer = false
		s.pos++
		if s.digits() == 0 {
			s.Fail(FaultSyntax)
			return text, false, false
		}
	}
	if s.pos < len(s.src) && (s.src[s.pos] == 'e' || s.src[s.pos] == 'E') {
		integer = false
		s.pos++
		if s.pos < len(s.src) && (s.src[s.pos] == '+' || s.src[s.pos] == '-') {
			s.pos++
		}
		if s.digits() == 0 {
			s.Fail(FaultSyntax)
			return text, false, false
		}
	}
	return s.src[start:s.pos], integer, true
}

func (s *Scanner[T]) digits() int {
	n := 0
	for rest := s.src[s.pos:]; n < len(rest) && rest[n] >= '0' && rest[n] <= '9'; {
		n++
	}
	s.pos += n
	return n
}

// MaxNumericDate is the first second that is no longer accepted as a date:
// the year 10000, past which RFC 3339 cannot write it either.
const MaxNumericDate = 253402300800

// NumericDate reads a date as RFC 7519 section 2 defines it: a JSON number of
// seconds since 1970, whole or not, here with 0 < t < MaxNumericDate. A
// fraction is dropped. The bound matters: a float64 of 1e300 overflows int64 and
// becomes a date in the distant past or future depending on the machine.
func (s *Scanner[T]) NumericDate() (seconds int64, ok bool) {
	text, integer, ok := s.number()
	if !ok {
		return 0, false
	}
	if integer && len(text) <= 12 && text[0] != '-' {
		for i := range len(text) {
			seconds = seconds*10 + int64(text[i]-'0')
		}
	} else {
		f, err := strconv.ParseFloat(string(text), 64)
		if err != nil || f >= MaxNumericDate {
			s.Fail(FaultDate)
			return 0, false
		}
		if f > 0 {
			seconds = int64(f)
		}
	}
	switch {
	case seconds <= 0:
		s.Fail(FaultDatePast)
		return 0, false
	case seconds >= MaxNumericDate:
		s.Fail(FaultDate)
		return 0, false
	}
	return seconds, true
}

// NumericDateOrZero reads a date that may also be 0, which people write for none.
func (s *Scanner[T]) NumericDateOrZero() (seconds int64, ok bool) {
	if s.Peek() == KindNumber && s.src[s.pos] == '0' {
		if text, _, ok := s.number(); !ok || len(text) == 1 {
			return 0, ok
		}
		s.Fail(FaultDatePast)
		return 0, false
	}
	return s.NumericDate()
}
