package jws

import "slices"

// MaxKeyIDSize bounds a kid. Cognito's are 44 bytes: base64 of a SHA-256.
const MaxKeyIDSize = 256

// maxHeaderMembers is how many members any object of a header may have.
// Cognito's has 2; RFC 7515 defines 11.
const maxHeaderMembers = 16

// Header is the part of a JOSE header that verification uses. Its slices point
// into the bytes it was parsed from. What else a header may carry (jwk, jku,
// x5u, x5c: keys a sender offers for its own token) is checked for syntax and
// never looked at.
type Header struct {
	Alg   []byte
	KeyID []byte
}

// ParseHeader reads a decoded JOSE header whose alg must be one of algs, to the
// letter (RFC 7515 section 4.1.1: case-sensitive).
//
// It refuses crit, whatever it lists (RFC 7515 section 4.1.11: no extension is
// understood here), and b64 (RFC 7797), which changes what the signature
// covers. It refuses a typ that is not JWT: RFC 8725 section 3.11 tells one
// kind of token from another by it (at+jwt, logout+jwt, dpop+jwt), Cognito sends none.
// Case does not matter in it, being a media type (RFC 7515 section 4.1.9).
func ParseHeader(decoded []byte, algs ...string) (Header, error) {
	var h Header
	var hasAlg, hasKeyID bool
	var o Members
	s := NewScanner(decoded)
	s.limit = maxHeaderMembers
	for s.Object(); ; {
		name, ok := s.Member(&o)
		if !ok {
			break
		}
		switch string(name) {
		case "alg":
			h.Alg, hasAlg = s.stringOr(FaultHeaderType)
		case "kid":
			h.KeyID, hasKeyID = s.stringOr(FaultHeaderType)
		case "typ":
			if typ, ok := s.stringOr(FaultHeaderType); ok && !equalFoldJWT(typ) {
				s.Fail(FaultTyp)
			}
		case "crit":
			s.Fail(FaultCritical)
		case "b64":
			s.Fail(FaultUnencodedOption)
		default:
			s.Skip()
		}
	}
	if err := s.Finish(); err != nil {
		return Header{}, err
	}
	switch {
	case !hasAlg:
		return Header{}, FaultAlgMissing
	case !slices.Contains(algs, string(h.Alg)):
		return Header{}, FaultAlg
	case !hasKeyID || len(h.KeyID) == 0:
		return Header{}, FaultKeyIDMissing
	case len(h.KeyID) > MaxKeyIDSize:
		return Header{}, FaultKeyIDTooLong
	}
	return h, nil
}

// stringOr reads a string, and has f for the fault of a value of another type.
func (s *Scanner[T]) stringOr(f Fault) (value T, ok bool) {
	if k := s.Peek(); k != KindString && k != KindInvalid {
		s.Fail(f)
	}
	return s.String()
}

func equalFoldJWT(typ []byte) bool {
	return len(typ) == 3 && typ[0]|0x20 == 'j' && typ[1]|0x20 == 'w' && typ[2]|0x20 == 't'
}

// IssuerPeek looks for the iss of an unverified payload, of which there may be
// more in each call: it goes on at the first member that was not complete. The
// zero value is ready for use.
type IssuerPeek struct {
	begun bool
	pos   int // of what separates that member from the one before
}

// Find returns the iss if decoded, the beginning of a payload, has all of it. It
// reads no further than it must, and does not allocate unless it is spelled with
// escapes. If final, decoded is the whole payload, and an error says what is wrong
// with it.
//
// What it returns may choose among issuers already trusted and nothing else; once
// the signature has been verified the claims must be read in full, where a second
// iss is refused.
func (p *IssuerPeek) Find(decoded []byte, final bool) (issuer []byte, err error) {
	s := NewScanner(decoded)
	s.repeats = true
	if p.begun {
		s.pos, s.depth = p.pos, 1
	} else {
		s.Object()
	}
	begun := p.begun
	for {
		name, escaped, ok := s.rawMember(&begun)
		if !ok {
			break
		}
		if string(name) == "iss" || escaped && spells(name, "iss") {
			if issuer, ok = s.stringOr(FaultIssuer); ok {
				return issuer, nil
			}
			break
		}
		if s.Skip() && s.pos < len(decoded) { // a number at the end may go on
			p.begun, p.pos = begun, s.pos
		}
	}
	err = s.Finish()
	if err == nil || !final {
		err = FaultIssuer
	}
	return nil, err
}

// spells reports whether a string with escapes stands for an ASCII word. Unlike
// decoding it, that costs no memory.
func spells[T Text](raw T, word string) bool {
	for ; len(raw) > 0; word = word[1:] {
		r, size := rune(raw[0]), 1
		if r == '\\' {
			r, size = decodeEscape(raw)
		}
		if size == 0 || word == "" || r != rune(word[0]) {
			return false
		}
		raw = raw[size:]
	}
	return word == ""
}
