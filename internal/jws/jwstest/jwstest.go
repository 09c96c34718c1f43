// Package jwstest makes tokens for the tests of jwtverify and internal/jws,
// which cannot use jwtverifytest without importing themselves. It can make
// what no issuer should.
package jwstest

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"sync"
)

// Key is a signing key under a kid.
type Key struct {
	ID      string
	Private *rsa.PrivateKey
}

var (
	mu   sync.Mutex
	keys = map[int]*rsa.PrivateKey{}
)

// NewKey returns the nth key of the process under the given kid: the same
// number is the same key, since making one takes a while.
func NewKey(n int, kid string) *Key {
	mu.Lock()
	defer mu.Unlock()
	if keys[n] == nil {
		private, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			panic(err)
		}
		keys[n] = private
	}
	return &Key{ID: kid, Private: keys[n]}
}

// B64 encodes as a JWS does.
func B64[T ~string | ~[]byte](raw T) string { return base64.RawURLEncoding.EncodeToString([]byte(raw)) }

// Sign returns the token with claims as its payload: a string is taken as it
// is, anything else is marshalled.
func (k *Key) Sign(claims any) string {
	return k.SignHeader(fmt.Sprintf(`{"kid":%q,"alg":"RS256"}`, k.ID), claims)
}

// SignHeader does the same with a header of the caller's.
func (k *Key) SignHeader(header string, claims any) string {
	payload, ok := claims.(string)
	if !ok {
		text, err := json.Marshal(claims)
		if err != nil {
			panic(err)
		}
		payload = string(text)
	}
	return k.SignRaw(B64(header), B64(payload))
}

// SignRaw signs segments that are already encoded, however badly.
func (k *Key) SignRaw(header, payload string) string {
	input := header + "." + payload
	digest := sha256.Sum256([]byte(input))
	signature, err := rsa.SignPKCS1v15(nil, k.Private, crypto.SHA256, digest[:])
	if err != nil {
		panic(err)
	}
	return input + "." + B64(signature)
}

// JWK returns the public key as a JWK, with members added or replaced; a nil
// value takes a member away.
func (k *Key) JWK(change map[string]any) map[string]any {
	jwk := map[string]any{
		"kty": "RSA", "alg": "RS256", "use": "sig", "kid": k.ID,
		"n": B64(k.Private.N.Bytes()),
		"e": B64(big.NewInt(int64(k.Private.E)).Bytes()),
	}
	for name, value := range change {
		if value == nil {
			delete(jwk, name)
		} else {
			jwk[name] = value
		}
	}
	return jwk
}

// JWKS returns a JWK Set of keys: *Key, or whatever marshals to JSON.
func JWKS(keys ...any) []byte {
	members := []any{}
	for _, key := range keys {
		if k, ok := key.(*Key); ok {
			key = k.JWK(nil)
		}
		members = append(members, key)
	}
	doc, err := json.Marshal(map[string]any{"keys": members})
	if err != nil {
		panic(err)
	}
	return doc
}
