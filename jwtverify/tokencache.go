package jwtverify

import (
	"crypto/sha256"
	"encoding/binary"
	"sync/atomic"
	"time"
)

// tokenCache remembers tokens whose signature was good and what they said. It
// knows a token by its SHA-256: the tokens themselves, which are as good as
// passwords while they last, are not kept.
//
// It is a table of small sets of slots, as in a processor's cache. Looking up
// takes no lock, so that one busy token does not make the cores of a machine
// queue, and the number of slots bounds it, whatever is put in.
type tokenCache struct {
	slots []atomic.Pointer[remembered]
}

// cacheWays is how many slots a token may be in.
const cacheWays = 8

type tokenSum [sha256.Size]byte

// hashToken hashes a token. crypto/sha256 takes bytes, so a usual token is copied
// to the stack first: converting the string would be garbage of a kilobyte a hit.
func hashToken(token string) tokenSum {
	var room [2 << 10]byte
	if len(token) > len(room) {
		return sha256.Sum256([]byte(token))
	}
	return sha256.Sum256(room[:copy(room[:], token)])
}

// remembered is a token that was verified. It does not change, save for used.
type remembered struct {
	sum    tokenSum
	use    TokenUse
	issuer *trustedIssuer
	kid    string
	key    *verifyKey
	claims parsed
	strs   []string
	used   atomic.Bool // since somebody last looked for a slot here
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
func (c *tokenCache) set(sum *tokenSum) []atomic.Pointer[remembered] {
	sets := uint64(len(c.slots) / cacheWays)
	first := binary.LittleEndian.Uint64(sum[:8]) % sets * cacheWays
	return c.slots[first : first+cacheWays]
}

// get returns the token if it is remembered as good for use. Whether it still is
// good is for the caller to find out.
func (c *tokenCache) get(sum *tokenSum, use TokenUse) *remembered {
	set := c.set(sum)
	for i := range set {
		if r := set[i].Load(); r != nil && r.sum == *sum && r.use == use {
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
	set := c.set(&r.sum)
	for i := range set {
		old := set[i].Load()
		if old == nil || old.sum == r.sum && old.use == r.use || old.claims.exp <= now.Unix() {
			set[i].Store(r)
			return
		}
	}
	victim := int(r.sum[8]) % cacheWays // if all are busy: one of them, by chance
	for i := range set {
		if old := set[i].Load(); old != nil && !old.used.Swap(false) {
			victim = i
			break
		}
	}
	set[victim].Store(r)
}
