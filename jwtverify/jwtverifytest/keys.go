package jwtverifytest

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"sync"

	"github.com/cognitoauth/cognito-go/jwtverify"
)

// Rotate makes new keys sign from now on. The keys before stay published, so
// tokens already issued remain good, as when Cognito rotates; [Issuer.Retire]
// ends that.
func (i *Issuer) Rotate() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.rotations++
	i.retired = append(i.retired, i.keys.id, i.keys.access)
	i.keys = newKeyPair(i.rotations, i.ownKeys)
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
	keys := append([]*signingKey{i.keys.id, i.keys.access}, i.retired...)
	i.mu.Unlock()
	doc := struct {
		Keys []jwk `json:"keys"`
	}{}
	for _, k := range keys {
		doc.Keys = append(doc.Keys, k.jwk())
	}
	return mustMarshal(doc)
}

// KeySet returns the published keys, for a verifier that is to fetch none.
func (i *Issuer) KeySet() *jwtverify.KeySet {
	set, err := jwtverify.ParseKeySet(i.JWKS())
	if err != nil {
		panic("jwtverifytest: " + err.Error())
	}
	return set
}

// keyPair is what signs at one time.
type keyPair struct{ id, access *signingKey }

func (p keyPair) of(use jwtverify.TokenUse) *signingKey {
	if use == jwtverify.ID {
		return p.id
	}
	return p.access
}

// jwk is a public key as Cognito publishes it.
type jwk struct {
	Alg string `json:"alg"`
	E   string `json:"e"`
	Kid string `json:"kid"`
	Kty string `json:"kty"`
	N   string `json:"n"`
	Use string `json:"use"`
}

type signingKey struct {
	kid     string
	private *rsa.PrivateKey
}

func (k *signingKey) jwk() jwk {
	return jwk{
		Alg: "RS256", Kty: "RSA", Use: "sig", Kid: k.kid,
		N: base64.RawURLEncoding.EncodeToString(k.private.N.Bytes()),
		E: base64.RawURLEncoding.EncodeToString(big.NewInt(int64(k.private.E)).Bytes()),
	}
}

// makeKey makes a key whose kid looks like Cognito's: the base64 of 32 bytes.
func makeKey() *signingKey {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil { // only if the size is one that Go refuses
		panic("jwtverifytest: " + err.Error())
	}
	sum := sha256.Sum256(private.N.Bytes())
	return &signingKey{kid: base64.StdEncoding.EncodeToString(sum[:]), private: private}
}

func makeKeyPair() keyPair {
	var p keyPair
	var wg sync.WaitGroup
	wg.Go(func() { p.id = makeKey() })
	wg.Go(func() { p.access = makeKey() })
	wg.Wait()
	return p
}

// sharedKeys are the keys of all issuers of the process that have none of
// their own, by how often those were rotated.
var sharedKeys struct {
	mu    sync.Mutex
	pairs []keyPair
}

func newKeyPair(rotations int, own bool) keyPair {
	if own {
		return makeKeyPair()
	}
	sharedKeys.mu.Lock()
	defer sharedKeys.mu.Unlock()
	for len(sharedKeys.pairs) <= rotations {
		sharedKeys.pairs = append(sharedKeys.pairs, makeKeyPair())
	}
	return sharedKeys.pairs[rotations]
}

// strangersKey is a key that no issuer publishes.
var strangersKey = sync.OnceValue(makeKey)

// mustMarshal is for values that always marshal.
func mustMarshal(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic("jwtverifytest: " + err.Error())
	}
	return text
}
