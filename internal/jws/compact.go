package jws

import "strings"

// Limits of a compact serialization, in bytes as sent. Cognito's own tokens stay
// within 8 KB (its limit for the claims a trigger may add is lower still) with a
// header of about 90, and an HTTP server refuses header lines not much longer.
const (
	MaxTokenSize  = 16 << 10
	MaxHeaderSize = 1 << 10
)

// Compact is a token cut at its two dots (RFC 7515 section 7.1).
type Compact struct {
	raw        string
	dot1, dot2 int
}

// Split cuts raw into its three segments without looking into them. The cost
// is bounded by the length cap: a longer string is refused unread.
//
// The payload may be empty (RFC 7515 allows it), header and signature may not.
func Split(raw string) (Compact, error) {
	if len(raw) == 0 {
		return Compact{}, FaultEmpty
	}
	if len(raw) > MaxTokenSize {
		return Compact{}, FaultTooLong
	}
	dot1 := strings.IndexByte(raw, '.')
	if dot1 <= 0 {
		return Compact{}, FaultSegments
	}
	length := strings.IndexByte(raw[dot1+1:], '.')
	if length < 0 {
		return Compact{}, FaultSegments
	}
	dot2 := dot1 + 1 + length
	if dot2 == len(raw)-1 || strings.IndexByte(raw[dot2+1:], '.') >= 0 {
		return Compact{}, FaultSegments
	}
	if dot1 > MaxHeaderSize {
		return Compact{}, FaultHeaderTooLong
	}
	return Compact{raw: raw, dot1: dot1, dot2: dot2}, nil
}

// Header returns the encoded header.
func (c Compact) Header() string { return c.raw[:c.dot1] }

// Payload returns the encoded payload.
func (c Compact) Payload() string { return c.raw[c.dot1+1 : c.dot2] }

// Signature returns the encoded signature.
func (c Compact) Signature() string { return c.raw[c.dot2+1:] }

// SigningInput returns what the signature covers: header, dot, payload.
func (c Compact) SigningInput() string { return c.raw[:c.dot2] }
