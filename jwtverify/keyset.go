package jwtverify

import (
	"context"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"

	"github.com/MicahParks/jwkset"
	"github.com/MicahParks/keyfunc/v3"
	"github.com/golang-jwt/jwt/v5"

	"github.com/cognitoauth/cognito-go/internal/jws"
)

// KeySet is a set of RSA public keys that signatures may be verified with. It
// does not change.
type KeySet struct {
	keys    []jws.Key // RS256, each with an *rsa.PublicKey
	skipped int
}

// ParseKeySet reads a JWK Set (RFC 7517 section 5), such as the body of a
// pool's /.well-known/jwks.json.
//
// A key is used only if everything it says about itself agrees with verifying
// RS256: kty, alg, use, key_ops, 2048 bits or more, a sound exponent, a kid no
// other has, no private part. Other keys are left out and do not harm it. An
// error means the document is not a key set, or has no such key.
func ParseKeySet(doc []byte) (*KeySet, error) {
	parsed, err := jws.ParseKeySet(doc)
	if err != nil {
		return nil, fmt.Errorf("jwtverify: %w", err)
	}
	set := &KeySet{skipped: parsed.Skipped}
	for _, key := range parsed.Keys {
		if key.Alg == jws.RS256 && plausibleKeyID(key.ID) {
			set.keys = append(set.keys, key)
		} else {
			set.skipped++
		}
	}
	if len(set.keys) == 0 {
		return nil, fmt.Errorf("jwtverify: %w", jws.FaultNoKeys)
	}
	return set, nil
}

// KeyIDs lists the kid of every usable key, in the order of the document.
func (k *KeySet) KeyIDs() []string {
	ids := make([]string, len(k.keys))
	for i, key := range k.keys {
		ids[i] = key.ID
	}
	return ids
}

// MarshalJSON writes the usable keys as a JWK Set.
func (k *KeySet) MarshalJSON() ([]byte, error) {
	type jwk struct {
		Kty string `json:"kty"`
		Alg string `json:"alg"`
		Use string `json:"use"`
		Kid string `json:"kid"`
		N   string `json:"n"`
		E   string `json:"e"`
	}
	doc := struct {
		Keys []jwk `json:"keys"`
	}{Keys: []jwk{}}
	for _, key := range k.keys {
		pub, ok := key.Public.(*rsa.PublicKey)
		if !ok {
			continue
		}
		doc.Keys = append(doc.Keys, jwk{
			Kty: "RSA", Alg: key.Alg, Use: "sig", Kid: key.ID,
			N: base64.RawURLEncoding.EncodeToString(pub.N.Bytes()),
			E: base64.RawURLEncoding.EncodeToString(big.NewInt(int64(pub.E)).Bytes()),
		})
	}
	return json.Marshal(doc)
}

// maxKeyIDSize and plausibleKeyID are a sieve before any key is looked for on
// the network: Cognito's kids are base64, emulators' are words.
const maxKeyIDSize = 128

// keyIDChars has a bit for each byte a kid may have. Comparing instead of looking
// up would cost a mispredicted branch for every other byte of a random kid.
var keyIDChars = [4]uint64{
	digits | 1<<'+' | 1<<'/' | 1<<'=' | 1<<'-' | 1<<'.' | 1<<':',
	letters | letters<<('a'-'A') | 1<<('_'-64) | 1<<('@'-64),
}

const (
	digits  = (1<<10 - 1) << '0'
	letters = (1<<26 - 1) << ('A' - 64)
)

func plausibleKeyID[T ~string | ~[]byte](kid T) bool {
	if len(kid) == 0 || len(kid) > maxKeyIDSize {
		return false
	}
	plausible := uint64(1)
	for i := range len(kid) {
		plausible &= keyIDChars[kid[i]/64] >> (kid[i] % 64)
	}
	return plausible != 0
}

// verifyKey is a key ready for use. Its address is its identity: a key set that
// is fetched again keeps the keys it already had.
type verifyKey struct {
	public *rsa.PublicKey
}

// keyStorage gives keyfunc one immutable key set to read. The set it embeds is
// empty and there for the methods that write, which nothing calls.
type keyStorage struct {
	*jwkset.MemoryJWKSet
	byID map[string]jwkset.JWK
}

var _ jwkset.Storage = (*keyStorage)(nil)

// KeyRead returns the key with the ID.
func (s *keyStorage) KeyRead(_ context.Context, id string) (jwkset.JWK, error) {
	if jwk, ok := s.byID[id]; ok {
		return jwk, nil
	}
	return jwkset.JWK{}, jwkset.ErrKeyNotFound
}

// resolve lets keyfunc turn the keys of a set into what signatures are verified
// with. It is done once for each set: keyfunc's look-up copies a kilobyte a
// time, and has no notion of a key set that may be old. Keys equal to one
// in previous are that one.
func (k *KeySet) resolve(previous map[string]*verifyKey) (map[string]*verifyKey, error) {
	storage := &keyStorage{MemoryJWKSet: jwkset.NewMemoryStorage(), byID: make(map[string]jwkset.JWK)}
	for _, key := range k.keys {
		jwk, err := jwkset.NewJWKFromKey(key.Public, jwkset.JWKOptions{
			Metadata: jwkset.JWKMetadataOptions{ALG: jwkset.AlgRS256, KID: key.ID, USE: jwkset.UseSig},
		})
		if err != nil {
			continue // the good ones remain
		}
		storage.byID[key.ID] = jwk
	}
	resolver, err := keyfunc.New(keyfunc.Options{Storage: storage, UseWhitelist: []jwkset.USE{jwkset.UseSig}})
	if err != nil {
		return nil, err
	}
	keys := make(map[string]*verifyKey, len(storage.byID))
	for id := range storage.byID {
		found, err := resolver.KeyfuncCtx(context.Background())(&jwt.Token{
			Method: jwt.SigningMethodRS256,
			Header: map[string]any{"alg": jwt.SigningMethodRS256.Alg(), "kid": id},
		})
		if err != nil {
			continue
		}
		public, ok := found.(*rsa.PublicKey)
		if !ok {
			continue
		}
		if old := previous[id]; old != nil && old.public.Equal(public) {
			keys[id] = old
		} else {
			keys[id] = &verifyKey{public: public}
		}
	}
	if len(keys) == 0 {
		return nil, errors.New("no key of the set can be used")
	}
	return keys, nil
}
