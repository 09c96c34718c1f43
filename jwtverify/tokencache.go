package jwtverify

import (
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
	"strings"
	"sync/atomic"
	"time"

	"github.com/cognitoauth/cognito-go/internal/jws"
)

// tokenCache remembers tokens whose signature was good and what they said. It
// knows a token by all of what was signed and by the SHA-256 of the signature,
// which alone makes that as good as a password: tokens themselves are not kept.
//
// It is a table of small sets of slots, as in a processor's cache. Looking up
// takes no lock, so that one busy token does not make the cores of a machine
// queue, and the number of slots bounds it, whatever is put in.
type tokenCache struct {
	slots []atomic.Pointer[remembered]
}

// cacheWays is how many slots a token may be in.
const cacheWays = 8

// remembered is a token that was verified. It does not change, save for used.
type remembered struct {
	mark      uint64
	signature [sha256.Size]byte
	signed    string // header, dot, payload
	use       TokenUse
	issuer    *trustedIssuer
	kid       string
	key       *verifyKey
	claims    parsed
	strs      []string
	used      atomic.Bool // since somebody last looked for a slot here
}

// newRemembered returns an entry for a token, in memory of its own: what is cut
// from a token keeps all of it alive.
func newRemembered(token jws.Compact, use TokenUse) *remembered {
	return &remembered{
		mark:      markOf(token.Signature()),
		signature: hashSignature(token.Signature()),
		signed:    strings.Clone(token.SigningInput()),
		use:       use,
	}
}

// markOf returns some of the bits of a signature. They choose its slots, and tell
// which of those are worth a hash: a token that was never verified costs none.
func markOf(signature string) uint64 {
	const from, size = 16, 8
	if len(signature) < from+size {
		return 0
	}
	var chars [size]byte
	copy(chars[:], signature[from:])
	return binary.LittleEndian.Uint64(chars[:])
}

// hashSignature hashes a signature as it is spelled, which is in one way only.
func hashSignature(signature string) [sha256.Size]byte {
	var room [(signatureBuffer*8 + 5) / 6]byte
	return hashText(room[:], signature)
}

func (r *remembered) is(mark uint64, token jws.Compact, use TokenUse) bool {
	return r.mark == mark && r.use == use && r.signed == token.SigningInput() && r.signature == hashSignature(token.Signature())
}

// newTokenCache returns a cache for about size tokens, nil for none.
func newTokenCache(size int) *tokenCache {
	if size <= 0 {
		return nil
	}
	sets := (size + cacheWays - 1) / cacheWays
	return &tokenCache{slots: make([]atomic.Pointer[remembered], sets*cacheWays)}
}

// set returns the slots a token may be in.
func (c *tokenCache) set(mark uint64) []atomic.Pointer[remembered] {
	// The characters of base64 differ in few of their bits: multiplying by an
	// odd number without a pattern (2^64 over the golden ratio) spreads them
	// over the upper half, which is then scaled to the number of sets.
	sets := uint64(len(c.slots) / cacheWays)
	first, _ := bits.Mul64(mark*0x9E3779B97F4A7C15, sets)
	return c.slots[first*cacheWays:][:cacheWays]
}

// get returns the token if it is remembered as good for use. Whether it still is
// good is for the caller to find out.
func (c *tokenCache) get(token jws.Compact, use TokenUse) *remembered {
	mark := markOf(token.Signature())
	set := c.set(mark)
	for i := range set {
		if r := set[i].Load(); r != nil && r.is(mark, token, use) {
			if !r.used.Load() {
				r.used.Store(true)
			}
			return r
		}
	}
	return nil
}

// put remembers a token in place of one that has expired, or else of one that
// was not asked for lately.
func (c *tokenCache) put(r *remembered, now time.Time) {
	set := c.set(r.mark)
	for i := range set {
		old := set[i].Load()
		if old == nil || old.signature == r.signature && old.use == r.use || old.claims.exp <= now.Unix() {
			set[i].Store(r)
			return
		}
	}
	victim := int(r.signature[0]) % cacheWays // if all are busy: one of them, by chance
	for i := range set {
		if old := set[i].Load(); old != nil && !old.used.Swap(false) {
			victim = i
			break
		}
	}
	set[victim].Store(r)
}
