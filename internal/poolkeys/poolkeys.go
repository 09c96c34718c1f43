// Package poolkeys makes, shares and publishes the keys that the test kits sign
// tokens with, as a user pool does: those of jwtverifytest and of cognitotest,
// which so make RSA keys, the slowest part of a test's start, once for both.
package poolkeys

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"slices"
	"sync"
)

// Bits is the size of every key, as on AWS.
const Bits = 2048

// PublicKey is a key that a pool publishes.
type PublicKey struct {
	ID  string
	Key *rsa.PublicKey
}

// Public gives a key an ID that looks like Cognito's, the base64 of 32 bytes, and
// follows from the key.
func Public(key *rsa.PublicKey) PublicKey {
	sum := sha256.Sum256(key.N.Bytes())
	return PublicKey{ID: base64.StdEncoding.EncodeToString(sum[:]), Key: key}
}

// Key is a key that a pool publishes and signs with.
type Key struct {
	PublicKey
	Private *rsa.PrivateKey
}

// New returns the key that a private key is.
func New(private *rsa.PrivateKey) Key { return Key{Public(&private.PublicKey), private} }

// Make makes a key.
func Make() Key {
	private, err := rsa.GenerateKey(rand.Reader, Bits)
	if err != nil { // only if the size is one that Go refuses
		panic("poolkeys: " + err.Error())
	}
	return New(private)
}

// Pair is what signs at one time: as on AWS, ID tokens and access tokens have
// different keys.
type Pair struct{ ID, Access Key }

// Public returns what is published of the pair.
func (p Pair) Public() []PublicKey { return []PublicKey{p.ID.PublicKey, p.Access.PublicKey} }

func makePair() Pair {
	var p Pair
	var wg sync.WaitGroup
	wg.Go(func() { p.ID = Make() })
	wg.Go(func() { p.Access = Make() })
	wg.Wait()
	return p
}

// shared are the keys of all pools of the process that have none of their own,
// one pair for each time that such a pool rotates them.
var shared struct {
	mu    sync.Mutex
	pairs []Pair
}

// NewPair returns keys of which none is among those used before. If own, nobody
// else has them.
func NewPair(own bool, used []PublicKey) Pair {
	if own {
		return makePair()
	}
	shared.mu.Lock()
	defer shared.mu.Unlock()
	for _, pair := range shared.pairs {
		if !slices.ContainsFunc(used, func(k PublicKey) bool { return k.ID == pair.ID.ID || k.ID == pair.Access.ID }) {
			return pair
		}
	}
	pair := makePair()
	shared.pairs = append(shared.pairs, pair)
	return pair
}

// JWKS returns the JWK Set (RFC 7517 section 5) that Cognito publishes for keys.
func JWKS(keys []PublicKey) []byte {
	type jwk struct {
		Alg string `json:"alg"`
		E   string `json:"e"`
		Kid string `json:"kid"`
		Kty string `json:"kty"`
		N   string `json:"n"`
		Use string `json:"use"`
	}
	doc := struct {
		Keys []jwk `json:"keys"`
	}{}
	for _, k := range keys {
		doc.Keys = append(doc.Keys, jwk{
			Alg: "RS256", Kty: "RSA", Use: "sig", Kid: k.ID,
			N: base64.RawURLEncoding.EncodeToString(k.Key.N.Bytes()),
			E: base64.RawURLEncoding.EncodeToString(big.NewInt(int64(k.Key.E)).Bytes()),
		})
	}
	text, err := json.Marshal(doc)
	if err != nil { // strings always marshal
		panic("poolkeys: " + err.Error())
	}
	return text
}
