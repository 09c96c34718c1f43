package jws

import (
	"math/bits"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// MaxDepth is how deeply arrays and objects may be nested, the outermost
// counted. Cognito's own claims need 3.
const MaxDepth = 32

// Text is what a [Scanner] reads: bytes in a buffer that must not escape, or a
// string whose parts the caller keeps.
type Text interface{ ~[]byte | ~string }

// Kind is the type of a JSON value, told by its first byte.
type Kind byte

// The kinds of JSON values. KindInvalid is anything that cannot begin one.
const (
	KindInvalid Kind = iota
	KindNull
	KindBool
	KindNumber
	KindString
	KindArray
	KindObject
)

// Scanner reads one JSON text (RFC 8259) strictly and in one pass: valid
// UTF-8, valid escapes with paired surrogates, no member repeated in any
// object however it is spelled, bounded depth, nothing after the value. It
// allocates only for strings with escapes in them and for objects of unusual
// size.
//
// A Scanner keeps its first fault: after one, every method reports failure, and
// [Scanner.Finish] returns it. A caller that forgets to look at Finish has read
// nothing.
type Scanner[T Text] struct {
	src   T
	pos   int
	depth int
	fault Fault

	// repeats lets members repeat, for looking at a text that is read in
	// full later.
	repeats bool
	// limit, if set, is how many members an object may have: noticing a
	// repeated one costs the square of that.
	limit int
}

// Members is the state of reading one object. It is apart from the Scanner so
// that both, and the text, can stay on the caller's stack: Go's escape analysis
// does not tell one field of a struct from another.
type Members struct {
	begun bool
	bloom uint64 // of the hashes of the names so far
	count int
	first [20]memberName
	rest  []memberName
}

func (m *Members) at(i int) *memberName {
	if i < len(m.first) {
		return &m.first[i]
	}
	return &m.rest[i-len(m.first)]
}

func (m *Members) push(name memberName) {
	if m.count < len(m.first) {
		m.first[m.count] = name
	} else {
		m.rest = append(m.rest, name)
	}
	m.count++
}

// Elements is the state of reading one array.
type Elements struct{ begun bool }

// memberName is a name as positions in the source: keeping the bytes
// themselves would force the caller's buffer onto the heap.
type memberName struct {
	hash       uint32
	start, end uint32
	escaped    bool
}

// NewScanner returns a scanner at the start of src.
func NewScanner[T Text](src T) Scanner[T] { return Scanner[T]{src: src} }

func (s *Scanner[T]) fail(f Fault) {
	if s.fault == 0 {
		s.fault = f
		s.pos = len(s.src) // every later step finds the end
	}
}

// Fail makes f the scanner's fault unless it has one.
func (s *Scanner[T]) Fail(f Fault) { s.fail(f) }

// Failed reports whether something was refused.
func (s *Scanner[T]) Failed() bool { return s.fault != 0 }

func (s *Scanner[T]) space() {
	if s.pos < len(s.src) && s.src[s.pos] <= ' ' {
		s.someSpace()
	}
}

// someSpace is apart so that the usual case, which is none, can be inlined.
func (s *Scanner[T]) someSpace() {
	for s.pos < len(s.src) {
		switch s.src[s.pos] {
		case ' ', '\t', '\n', '\r':
			s.pos++
		default:
			return
		}
	}
}

// Peek returns the kind of the value that comes next.
func (s *Scanner[T]) Peek() Kind {
	s.space()
	if s.pos >= len(s.src) {
		return KindInvalid
	}
	switch c := s.src[s.pos]; {
	case c == '"':
		return KindString
	case c == '{':
		return KindObject
	case c == '[':
		return KindArray
	case c == 't' || c == 'f':
		return KindBool
	case c == 'n':
		return KindNull
	case c == '-' || c >= '0' && c <= '9':
		return KindNumber
	}
	return KindInvalid
}

// Finish reports the scanner's fault, counting anything but white space after
// the value as one.
func (s *Scanner[T]) Finish() error {
	s.space()
	if s.fault == 0 && (s.pos != len(s.src) || s.depth != 0) {
		s.fail(FaultTrailing)
	}
	if s.fault != 0 {
		return s.fault
	}
	return nil
}

// Object enters an object. Read it with
//
//	var o jws.Members
//	for s.Object(); ; {
//		name, ok := s.Member(&o)
//		if !ok {
//			break
//		}
//		// read exactly one value
//	}
func (s *Scanner[T]) Object() { s.open('{') }

// Array enters an array; [Scanner.Element] reports whether an element follows.
func (s *Scanner[T]) Array() { s.open('[') }

func (s *Scanner[T]) open(bracket byte) {
	s.space()
	if s.pos >= len(s.src) || s.src[s.pos] != bracket {
		s.mistyped()
		return
	}
	if s.depth++; s.depth > MaxDepth {
		s.fail(FaultDepth)
		return
	}
	s.pos++
}

// mistyped fails with FaultType where a value of another type begins, and with
// FaultSyntax where none does.
func (s *Scanner[T]) mistyped() {
	if s.Peek() == KindInvalid {
		s.fail(FaultSyntax)
		return
	}
	s.fail(FaultType)
}

// more reads what stands between two values, or leaves the array or object.
func (s *Scanner[T]) more(begun *bool, bracket byte) bool {
	if s.fault != 0 {
		return false
	}
	s.space()
	if s.pos < len(s.src) {
		switch c := s.src[s.pos]; {
		case c == bracket:
			s.pos++
			s.depth--
			return false
		case !*begun:
			*begun = true
			return true
		case c == ',':
			s.pos++
			s.space()
			return true
		}
	}
	s.fail(FaultSyntax)
	return false
}

// Member reads the next member's name, or the end of the object. The name is
// decoded: one spelled with escapes is the name it stands for.
func (s *Scanner[T]) Member(o *Members) (name T, ok bool) {
	if !s.more(&o.begun, '}') {
		return name, false
	}
	start := s.pos
	name, escaped, ok := s.rawString()
	if !ok {
		return name, false
	}
	end := s.pos
	if escaped {
		name = unescape(name)
	}
	if !s.remember(o, start+1, end-1, name, escaped) {
		return name, false
	}
	return name, s.colon()
}

// rawMember does the same for who minds neither repeated names nor escapes.
func (s *Scanner[T]) rawMember(begun *bool) (raw T, escaped, ok bool) {
	if !s.more(begun, '}') {
		return raw, false, false
	}
	if raw, escaped, ok = s.rawString(); !ok {
		return raw, false, false
	}
	return raw, escaped, s.colon()
}

func (s *Scanner[T]) colon() bool {
	s.space()
	if s.pos >= len(s.src) || s.src[s.pos] != ':' {
		s.fail(FaultSyntax)
		return false
	}
	s.pos++
	return true
}

// Element reports whether the array has another element.
func (s *Scanner[T]) Element(a *Elements) bool { return s.more(&a.begun, ']') }

// remember notes the name of a member and refuses one the object already has.
// RFC 7515 section 4 and RFC 7519 section 4 let a reader take the last of two;
// two readers that differ in that are a confusion attack.
func (s *Scanner[T]) remember(o *Members, start, end int, name T, escaped bool) bool {
	if s.limit > 0 && o.count >= s.limit {
		s.fail(FaultMembers)
		return false
	}
	h := uint32(2166136261) // FNV-1a
	for i := range len(name) {
		h = (h ^ uint32(name[i])) * 16777619
	}
	// The low bits of FNV-1a mix best.
	if bit := uint64(1) << (h & 63); o.bloom&bit == 0 {
		o.bloom |= bit
	} else {
		for i := range o.count {
			if other := o.at(i); other.hash == h && s.sameName(*other, name) {
				s.fail(FaultDuplicate)
				return false
			}
		}
	}
	o.push(memberName{hash: h, start: uint32(start), end: uint32(end), escaped: escaped})
	return true
}

func (s *Scanner[T]) sameName(o memberName, name T) bool {
	other := s.src[o.start:o.end]
	if o.escaped {
		other = unescape(other)
	}
	return string(other) == string(name)
}

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
		s.fail(FaultSyntax)
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
			s.fail(FaultSyntax)
			return raw, false, false
		case c >= utf8.RuneSelf:
			if !s.rune() {
				return raw, false, false
			}
		}
	}
	s.fail(FaultSyntax)
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
		s.fail(FaultUTF8)
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
		s.fail(FaultEscape)
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

// Bool reads true or false.
func (s *Scanner[T]) Bool() (value, ok bool) {
	switch {
	case s.Peek() != KindBool:
		s.mistyped()
		return false, false
	case s.literal("true"):
		return true, true
	case s.literal("false"):
		return false, true
	}
	s.fail(FaultSyntax)
	return false, false
}

func (s *Scanner[T]) literal(word string) bool {
	if len(s.src)-s.pos < len(word) || string(s.src[s.pos:s.pos+len(word)]) != word {
		return false
	}
	s.pos += len(word)
	return true
}

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
		s.fail(FaultSyntax)
		return text, false, false
	case s.src[lead] == '0' && s.pos-lead > 1:
		s.fail(FaultSyntax)
		return text, false, false
	}
	integer = true
	if s.pos < len(s.src) && s.src[s.pos] == '.' {
		integer = false
		s.pos++
		if s.digits() == 0 {
			s.fail(FaultSyntax)
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
			s.fail(FaultSyntax)
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
			s.fail(FaultDate)
			return 0, false
		}
		if f > 0 {
			seconds = int64(f)
		}
	}
	switch {
	case seconds <= 0:
		s.fail(FaultDatePast)
		return 0, false
	case seconds >= MaxNumericDate:
		s.fail(FaultDate)
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
		s.fail(FaultDatePast)
		return 0, false
	}
	return s.NumericDate()
}

// Null steps over a null, if that is what comes next.
func (s *Scanner[T]) Null() bool {
	return s.Peek() == KindNull && s.Skip() && s.fault == 0
}

// Skip reads a value of any type and checks all of it.
func (s *Scanner[T]) Skip() bool {
	switch s.Peek() {
	case KindString:
		_, _, ok := s.rawString()
		return ok
	case KindNumber:
		_, _, ok := s.number()
		return ok
	case KindBool:
		_, ok := s.Bool()
		return ok
	case KindNull:
		if !s.literal("null") {
			s.fail(FaultSyntax)
			return false
		}
		return true
	case KindArray:
		var a Elements
		for s.Array(); s.Element(&a); {
			s.Skip()
		}
		return s.fault == 0
	case KindObject:
		if s.repeats {
			begun := false
			for s.Object(); ; {
				if _, _, ok := s.rawMember(&begun); !ok {
					return s.fault == 0
				}
				s.Skip()
			}
		}
		return s.skipObject()
	}
	s.fail(FaultSyntax)
	return false
}

// skipObject is apart from Skip so that only objects pay for its stack.
func (s *Scanner[T]) skipObject() bool {
	var o Members
	for s.Object(); ; {
		if _, ok := s.Member(&o); !ok {
			return s.fault == 0
		}
		s.Skip()
	}
}

// Raw reads a value of any type, checks it, and returns its text.
func (s *Scanner[T]) Raw() (text T, ok bool) {
	s.Peek()
	start := s.pos
	if !s.Skip() {
		return text, false
	}
	return s.src[start:s.pos], true
}
