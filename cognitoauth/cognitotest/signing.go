package cognitotest

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"sync"

	"github.com/golang-jwt/jwt/v5"
)

// signer signs the pool's tokens: as on AWS, ID tokens and access tokens with
// different keys.
type signer struct {
	id, access signingKey
	document   []byte
}

type signingKey struct {
	kid string
	key *rsa.PrivateKey
}

// sharedKeys are the keys of every pool that does not ask for its own.
var sharedKeys = sync.OnceValues(makeSigner)

func newSigner(own bool) (*signer, error) {
	if own {
		return makeSigner()
	}
	return sharedKeys()
}

func makeSigner() (*signer, error) {
	s := &signer{}
	type jwk struct {
		Alg string `json:"alg"`
		E   string `json:"e"`
		Kid string `json:"kid"`
		Kty string `json:"kty"`
		N   string `json:"n"`
		Use string `json:"use"`
	}
	var keys struct {
		Keys []jwk `json:"keys"`
	}
	for _, k := range []*signingKey{&s.id, &s.access} {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			return nil, fmt.Errorf("cognitotest: %w", err)
		}
		n := key.N.Bytes()
		kid := sha256.Sum256(n)
		*k = signingKey{kid: base64.StdEncoding.EncodeToString(kid[:]), key: key}
		keys.Keys = append(keys.Keys, jwk{
			Alg: "RS256", Kty: "RSA", Use: "sig", Kid: k.kid,
			N: base64.RawURLEncoding.EncodeToString(n),
			E: base64.RawURLEncoding.EncodeToString(big.NewInt(int64(key.E)).Bytes()),
		})
	}
	var err error
	s.document, err = json.Marshal(keys)
	return s, err
}

func (s *signer) jwks() []byte { return s.document }

func (s *signer) sign(use string, claims map[string]any) (string, error) {
	k := s.access
	if use == tokenUseID {
		k = s.id
	}
	t := jwt.NewWithClaims(jwt.SigningMethodRS256, jwt.MapClaims(claims))
	delete(t.Header, "typ") // Cognito's tokens have none
	t.Header["kid"] = k.kid
	return t.SignedString(k.key)
}

// tokenClaims are the claims of an access token that the pool reads back.
type tokenClaims struct {
	Subject   string `json:"sub"`
	Issuer    string `json:"iss"`
	Use       string `json:"token_use"`
	ClientID  string `json:"client_id"`
	OriginJTI string `json:"origin_jti"`
	Scope     string `json:"scope"`
	Expires   int64  `json:"exp"`
	jwt.RegisteredClaims
}

// verify checks the signature of a token of this pool and reads its claims;
// their meaning is the caller's to check.
func (s *signer) verify(token string) (*tokenClaims, error) {
	claims := &tokenClaims{}
	parser := jwt.NewParser(jwt.WithValidMethods([]string{"RS256"}), jwt.WithoutClaimsValidation())
	_, err := parser.ParseWithClaims(token, claims, func(t *jwt.Token) (any, error) {
		for _, k := range []signingKey{s.id, s.access} {
			if t.Header["kid"] == k.kid {
				return &k.key.PublicKey, nil
			}
		}
		return nil, jwt.ErrTokenUnverifiable
	})
	switch {
	case err == nil:
		return claims, nil
	case errors.Is(err, jwt.ErrTokenSignatureInvalid), errors.Is(err, jwt.ErrTokenUnverifiable):
		return nil, errTokenSignature
	default:
		return nil, errTokenInvalid
	}
}
