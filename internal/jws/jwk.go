package jws

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"math/big"
)

// Key is a public key of a JWK Set that may verify signatures of one algorithm.
type Key struct {
	ID     string
	Alg    string           // RS256 or ES256
	Public crypto.PublicKey // *rsa.PublicKey or *ecdsa.PublicKey
}

// The algorithms whose key rules are known here (RFC 7518 section 3.1).
const (
	RS256 = "RS256"
	ES256 = "ES256"
)

// Bounds of an RSA key in bits. RFC 7518 section 3.3 demands 2048; the upper
// bound keeps one verification from costing a thousand.
const (
	MinRSABits = 2048
	MaxRSABits = 4096
)

// KeySet is what ParseKeySet found.
type KeySet struct {
	Keys []Key
	// Skipped counts the members of "keys" that cannot be used: of another
	// type or use, weak, malformed, or sharing their kid with another.
	Skipped int
}

// MaxKeySetSize is how long a JWK Set may be. Cognito's are about 1 KB.
const MaxKeySetSize = 256 << 10

// maxKeyMembers is how many members any object of a key set may have. RFC 7517
// and RFC 7518 define 23.
const maxKeyMembers = 64

// ParseKeySet reads a JWK Set (RFC 7517 section 5). It fails unless the document is
// JSON of the right shape; a key in it that cannot be used is left out and
// counted, and never costs a good one. The set may come out empty.
//
// Two usable keys with one kid are both left out: which of them the issuer meant
// is anyone's guess.
func ParseKeySet(doc []byte) (KeySet, error) {
	if len(doc) > MaxKeySetSize {
		return KeySet{}, FaultKeySetTooLong
	}
	members, err := keyTexts(string(doc))
	if err != nil {
		return KeySet{}, err
	}
	var set KeySet
	uses := make(map[string]int, len(members))
	for _, text := range members {
		if key, ok := parseKey(text); ok {
			uses[key.ID]++
			set.Keys = append(set.Keys, key)
		}
	}
	unique := set.Keys[:0]
	for _, key := range set.Keys {
		if uses[key.ID] == 1 {
			unique = append(unique, key)
		}
	}
	set.Keys = unique
	set.Skipped = len(members) - len(unique)
	return set, nil
}

// keyTexts cuts a JWK Set into the texts of its keys.
func keyTexts(doc string) ([]string, error) {
	s := NewScanner(doc)
	s.limit = maxKeyMembers
	if s.Peek() == KindInvalid {
		return nil, FaultKeySetShape
	}
	var texts []string
	found := false
	var o Members
	for s.Object(); ; {
		name, ok := s.Member(&o)
		if !ok {
			break
		}
		if name != "keys" {
			s.Skip()
			continue
		}
		found = true
		var a Elements
		for s.Array(); s.Element(&a); {
			// A member repeated inside one key spoils that key, which
			// parseKey notices, and not its neighbours.
			s.repeats = true
			text, ok := s.Raw()
			s.repeats = false
			if ok {
				texts = append(texts, text)
			}
		}
	}
	if err := s.Finish(); err != nil {
		return nil, err
	}
	if !found {
		return nil, FaultKeySetShape
	}
	return texts, nil
}

// jwk holds the members of a JWK that decide whether and how it can be used.
type jwk struct {
	kty, use, alg, kid, crv string
	n, e, x, y              string
	hasUse, hasAlg          bool
	hasOps, canVerify       bool
	private                 bool
}

// parseKey applies the key rules to one JWK.
func parseKey(text string) (key Key, usable bool) {
	var k jwk
	s := NewScanner(text)
	s.limit = maxKeyMembers
	var o Members
	for s.Object(); ; {
		name, ok := s.Member(&o)
		if !ok {
			break
		}
		switch name {
		case "kty":
			k.kty, _ = s.String()
		case "use":
			k.use, k.hasUse = s.String()
		case "alg":
			k.alg, k.hasAlg = s.String()
		case "kid":
			k.kid, _ = s.String()
		case "crv":
			k.crv, _ = s.String()
		case "n":
			k.n, _ = s.String()
		case "e":
			k.e, _ = s.String()
		case "x":
			k.x, _ = s.String()
		case "y":
			k.y, _ = s.String()
		case "key_ops":
			k.hasOps = true
			var verify, sign, other int
			var a Elements
			for s.Array(); s.Element(&a); {
				switch op, _ := s.String(); op {
				case "verify":
					verify++
				case "sign":
					sign++
				default:
					other++
				}
			}
			// RFC 7517 section 4.3: no operation twice, and none beside
			// that has nothing to do with it.
			k.canVerify = verify == 1 && sign <= 1 && other == 0
		case "d", "p", "q", "dp", "dq", "qi", "oth", "k":
			// A private key anyone can fetch is no longer one: whoever
			// has read it can sign.
			k.private = true
			s.Skip()
		default:
			s.Skip()
		}
	}
	if s.Finish() != nil || k.kid == "" || len(k.kid) > MaxKeyIDSize || k.private {
		return Key{}, false
	}
	if k.hasUse && k.use != "sig" || k.hasOps && !k.canVerify {
		return Key{}, false
	}
	key = Key{ID: k.kid}
	switch k.kty {
	case "RSA":
		pub := k.rsa()
		if pub == nil {
			return Key{}, false
		}
		key.Alg, key.Public = RS256, pub
	case "EC":
		pub := k.ecdsa()
		if pub == nil {
			return Key{}, false
		}
		key.Alg, key.Public = ES256, pub
	default: // oct above all: a secret in a public document
		return Key{}, false
	}
	if k.hasAlg && k.alg != key.Alg {
		return Key{}, false
	}
	return key, true
}

// rsa builds the public key (RFC 7518 section 6.3.1), nil if it breaks a rule.
func (k *jwk) rsa() *rsa.PublicKey {
	n, e := bigInt(k.n), bigInt(k.e)
	if n == nil || e == nil || n.Bit(0) == 0 || n.BitLen() < MinRSABits || n.BitLen() > MaxRSABits {
		return nil
	}
	// With e = 1 a signature is its own message: no key needed to forge one.
	// The upper bound is crypto/rsa's.
	if e.BitLen() > 31 || e.Int64() < 3 || e.Bit(0) == 0 {
		return nil
	}
	if hasROCAFingerprint(n) {
		return nil
	}
	return &rsa.PublicKey{N: n, E: int(e.Int64())}
}

// ecdsa builds the public key (RFC 7518 section 6.2.1), nil if it breaks a rule.
func (k *jwk) ecdsa() *ecdsa.PublicKey {
	const size = 32
	if k.crv != "P-256" || len(k.x) != 43 || len(k.y) != 43 {
		return nil
	}
	point := make([]byte, 1+2*size)
	point[0] = 4 // uncompressed, SEC 1 section 2.3.3
	if _, err := DecodeBase64(point[1:1+size], k.x); err != nil {
		return nil
	}
	if _, err := DecodeBase64(point[1+size:], k.y); err != nil {
		return nil
	}
	pub, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point)
	if err != nil {
		return nil
	}
	return pub
}

// bigInt reads a Base64urlUInt (RFC 7518 section 2). Leading zero bytes are
// let through: encoders have been adding one since the first of them took a
// two's complement for it, and the number is the same.
func bigInt(encoded string) *big.Int {
	if encoded == "" {
		return nil
	}
	buf := make([]byte, DecodedLen(len(encoded)))
	n, err := DecodeBase64(buf, encoded)
	if err != nil {
		return nil
	}
	return new(big.Int).SetBytes(buf[:n])
}
