package jws

import (
	"math/bits"
	"unicode/utf16"
	"unicode/utf8"
)

// String reads a string and returns what it stands for.
func (s *Scanner[T]) String() (value T, ok bool) {
	s.space()
	if s.pos >= len(s.src) || s.src[s.pos] != '"' {
		s.mistyped()
		return value, false
	}
	value, escaped, ok := s.rawString()
	if ok && escaped {
		value = unescape(value)
	}
	return value, ok
}

// rawString reads a string, checks it, and returns what is between the quotes.
func (s *Scanner[T]) rawString() (raw T, escaped, ok bool) {
	if s.pos >= len(s.src) || s.src[s.pos] != '"' {
		s.Fail(FaultSyntax)
		return raw, false, false
	}
	rest := s.src[s.pos+1:]
	n := plainPrefix(rest)
	if n < len(rest) && rest[n] == '"' {
		s.pos += n + 2
		return rest[:n], false, true
	}
	return s.unplainString(n)
}

// unplainString does so where something other than the closing quote stops the
// first n bytes.
func (s *Scanner[T]) unplainString(n int) (raw T, escaped, ok bool) {
	start := s.pos + 1
	for s.pos = start + n; s.pos < len(s.src); s.pos += plainPrefix(s.src[s.pos:]) {
		switch c := s.src[s.pos]; {
		case c == '"':
			raw = s.src[start:s.pos]
			s.pos++
			return raw, escaped, true
		case c == '\\':
			escaped = true
			if !s.escape() {
				return raw, false, false
			}
		case c < 0x20:
			s.Fail(FaultSyntax)
			return raw, false, false
		case c >= utf8.RuneSelf:
			if !s.rune() {
				return raw, false, false
			}
		}
	}
	s.Fail(FaultSyntax)
	return raw, false, false
}

// plainPrefix returns how many bytes at the start of src stand for themselves in
// a string: ASCII but for control characters, quotes and backslashes. It looks
// at eight bytes at a time (the tests are those of "Bit Twiddling Hacks",
// "Determine if a word has a byte less than n" and "has a zero byte"; what they
// get wrong, they get wrong above the first byte they find).
func plainPrefix[T Text](src T) int {
	const (
		ones  = 0x0101010101010101
		highs = 0x8080808080808080
	)
	i := 0
	for ; len(src)-i >= 8; i += 8 {
		b := src[i : i+8]
		x := uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
			uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
		quote, backslash := x^(ones*'"'), x^(ones*'\\')
		special := (x-ones*0x20)&^x | (quote-ones)&^quote | (backslash-ones)&^backslash | x
		if special &= highs; special != 0 {
			return i + bits.TrailingZeros64(special)/8
		}
	}
	for ; i < len(src); i++ {
		if c := src[i]; c < 0x20 || c >= utf8.RuneSelf || c == '"' || c == '\\' {
			break
		}
	}
	return i
}

// rune steps over one character outside ASCII.
func (s *Scanner[T]) rune() bool {
	var buf [utf8.UTFMax]byte
	n := copy(buf[:], s.src[s.pos:])
	_, size := utf8.DecodeRune(buf[:n])
	if size == 1 {
		s.Fail(FaultUTF8)
		return false
	}
	s.pos += size
	return true
}

// escape steps over one escape sequence: a lone surrogate is refused, since
// readers replace it by different things.
func (s *Scanner[T]) escape() bool {
	r, size := decodeEscape(s.src[s.pos:])
	if size == 0 || r == utf8.RuneError && s.src[s.pos+1] == 'u' && !isReplacement(s.src[s.pos:]) {
		s.Fail(FaultEscape)
		return false
	}
	s.pos += size
	return true
}

// isReplacement reports whether the escape at the start of src is U+FFFD
// written out, as opposed to a surrogate without its other half.
func isReplacement[T Text](src T) bool {
	r, ok := hex4(src)
	return ok && r == utf8.RuneError
}

// hex4 reads the four digits of the escape \uXXXX at the start of src.
func hex4[T Text](src T) (rune, bool) {
	if len(src) < 6 || src[0] != '\\' || src[1] != 'u' {
		return 0, false
	}
	var r rune
	for i := 2; i < 6; i++ {
		c := src[i]
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}

// decodeEscape returns the character that the escape at the start of src
// stands for and how many bytes it takes; 0 bytes if there is no such escape,
// utf8.RuneError for a surrogate without its other half.
func decodeEscape[T Text](src T) (rune, int) {
	if len(src) < 2 {
		return 0, 0
	}
	switch src[1] {
	case '"', '\\', '/':
		return rune(src[1]), 2
	case 'b':
		return '\b', 2
	case 'f':
		return '\f', 2
	case 'n':
		return '\n', 2
	case 'r':
		return '\r', 2
	case 't':
		return '\t', 2
	case 'u':
		r, ok := hex4(src)
		if !ok {
			return 0, 0
		}
		if !utf16.IsSurrogate(r) {
			return r, 6
		}
		low, ok := hex4(src[6:])
		if !ok {
			return utf8.RuneError, 6
		}
		if r = utf16.DecodeRune(r, low); r == utf8.RuneError {
			return utf8.RuneError, 6
		}
		return r, 12
	}
	return 0, 0
}

// unescape decodes the escapes of a string that rawString has accepted.
func unescape[T Text](raw T) T {
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); {
		if raw[i] != '\\' {
			out = append(out, raw[i])
			i++
			continue
		}
		r, size := decodeEscape(raw[i:])
		if size == 0 {
			break
		}
		out = utf8.AppendRune(out, r)
		i += size
	}
	return T(out)
}
