package jwtverifytest

import (
	"slices"
	"sync"

	"github.com/cognitoauth/cognito-go/internal/poolkeys"
	"github.com/cognitoauth/cognito-go/jwtverify"
)

// Rotate makes new keys sign from now on. The keys before stay published, so
// tokens already issued remain good, as when Cognito rotates; [Issuer.Retire]
// ends that.
func (i *Issuer) Rotate() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.retired = append(i.retired, i.keys.Public()...)
	i.install()
}

// install makes keys sign that never did before. The lock is held.
func (i *Issuer) install() {
	i.keys = poolkeys.NewPair(i.ownKeys, i.used)
	i.used = append(i.used, i.keys.Public()...)
}

// Retire takes the keys that no longer sign out of the key set: tokens signed
// with them are no longer good, once a verifier has fetched it again.
func (i *Issuer) Retire() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.retired = nil
}

// JWKS returns the published keys as a JWK Set (RFC 7517 section 5).
func (i *Issuer) JWKS() []byte {
	i.mu.Lock()
	keys := slices.Concat(i.keys.Public(), i.retired)
	i.mu.Unlock()
	return poolkeys.JWKS(keys)
}

// KeySet returns the published keys, for a verifier that is to fetch none.
func (i *Issuer) KeySet() *jwtverify.KeySet {
	set, err := jwtverify.ParseKeySet(i.JWKS())
	if err != nil {
		panic("jwtverifytest: " + err.Error())
	}
	return set
}

// strangersKey is a key that no issuer publishes.
var strangersKey = sync.OnceValue(poolkeys.Make)
