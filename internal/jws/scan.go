package jws

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
	first [32]memberName
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
		if m.rest == nil {
			m.rest = make([]memberName, 0, 2*len(m.first))
		}
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

// Fail makes f the scanner's fault unless it has one.
func (s *Scanner[T]) Fail(f Fault) {
	if s.fault == 0 {
		s.fault = f
		s.pos = len(s.src) // every later step finds the end
	}
}

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
		s.Fail(FaultTrailing)
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
		s.Fail(FaultDepth)
		return
	}
	s.pos++
}

// mistyped fails with FaultType where a value of another type begins, and with
// FaultSyntax where none does.
func (s *Scanner[T]) mistyped() {
	if s.Peek() == KindInvalid {
		s.Fail(FaultSyntax)
		return
	}
	s.Fail(FaultType)
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
	s.Fail(FaultSyntax)
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
		s.Fail(FaultSyntax)
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
		s.Fail(FaultMembers)
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
				s.Fail(FaultDuplicate)
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
	s.Fail(FaultSyntax)
	return false, false
}

func (s *Scanner[T]) literal(word string) bool {
	if len(s.src)-s.pos < len(word) || string(s.src[s.pos:s.pos+len(word)]) != word {
		return false
	}
	s.pos += len(word)
	return true
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
			s.Fail(FaultSyntax)
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
	s.Fail(FaultSyntax)
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
