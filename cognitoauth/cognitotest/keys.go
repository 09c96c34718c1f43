package cognitotest

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/MicahParks/jwkset"
)

// keyBits is the size of every signing key, as on AWS.
const keyBits = 2048

// publicKey is a key that the pool publishes.
type publicKey struct {
	kid string
	key *rsa.PublicKey
}

// newPublicKey gives a key a kid that looks like Cognito's, the base64 of 32
// bytes, and follows from the key.
func newPublicKey(key *rsa.PublicKey) publicKey {
	sum := sha256.Sum256(key.N.Bytes())
	return publicKey{kid: base64.StdEncoding.EncodeToString(sum[:]), key: key}
}

// signingKey is a key that the pool publishes and signs with.
type signingKey struct {
	publicKey
	private *rsa.PrivateKey
}

func newSigningKey(private *rsa.PrivateKey) signingKey {
	return signingKey{newPublicKey(&private.PublicKey), private}
}

// keyPair is what signs at one time: as on AWS, ID tokens and access tokens have
// different keys.
type keyPair struct{ id, access signingKey }

func makeKeyPair() (keyPair, error) {
	var keys [2]*rsa.PrivateKey
	var errs [2]error
	var wg sync.WaitGroup
	for i := range keys {
		wg.Go(func() { keys[i], errs[i] = rsa.GenerateKey(rand.Reader, keyBits) })
	}
	wg.Wait()
	if err := errors.Join(errs[:]...); err != nil {
		return keyPair{}, fmt.Errorf("cognitotest: %w", err)
	}
	return keyPair{newSigningKey(keys[0]), newSigningKey(keys[1])}, nil
}

// sharedKeys are the keys of all pools of the process that have none of their
// own, one pair for each time that such a pool rotates them: making RSA keys
// takes longer than all else at the start.
var sharedKeys struct {
	mu    sync.Mutex
	pairs []keyPair
}

// newKeyPair returns keys that a pool does not publish yet.
func newKeyPair(own bool, published []publicKey) (keyPair, error) {
	if own {
		return makeKeyPair()
	}
	sharedKeys.mu.Lock()
	defer sharedKeys.mu.Unlock()
	for _, pair := range sharedKeys.pairs {
		if !slices.ContainsFunc(published, func(k publicKey) bool { return k.kid == pair.id.kid || k.kid == pair.access.kid }) {
			return pair, nil
		}
	}
	pair, err := makeKeyPair()
	if err == nil {
		sharedKeys.pairs = append(sharedKeys.pairs, pair)
	}
	return pair, err
}

// jwks is the JWK Set (RFC 7517, section 5) that Cognito publishes for keys.
func jwks(keys []publicKey) ([]byte, error) {
	var doc jwkset.JWKSMarshal
	for _, k := range keys {
		jwk, err := jwkset.NewJWKFromKey(k.key, jwkset.JWKOptions{Metadata: jwkset.JWKMetadataOptions{
			ALG: jwkset.AlgRS256, KID: k.kid, USE: jwkset.UseSig,
		}})
		if err != nil {
			return nil, fmt.Errorf("cognitotest: %w", err)
		}
		doc.Keys = append(doc.Keys, jwk.Marshal())
	}
	return json.Marshal(doc)
}

// savedKeys are a pool's keys as PEM: private ones in PKCS #8 (RFC 5958), public
// ones as SubjectPublicKeyInfo (RFC 5280, section 4.1).
type savedKeys struct {
	ID, Access string
	Retired    []string `json:",omitempty"`
}

const (
	pemPrivate = "PRIVATE KEY"
	pemPublic  = "PUBLIC KEY"
)

func saveKeys(pair keyPair, retired []publicKey) (*savedKeys, error) {
	encode := func(typ string, der []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: typ, Bytes: der}))
	}
	id, err := x509.MarshalPKCS8PrivateKey(pair.id.private)
	if err != nil {
		return nil, fmt.Errorf("cognitotest: saving the signing keys: %w", err)
	}
	access, err := x509.MarshalPKCS8PrivateKey(pair.access.private)
	if err != nil {
		return nil, fmt.Errorf("cognitotest: saving the signing keys: %w", err)
	}
	out := &savedKeys{ID: encode(pemPrivate, id), Access: encode(pemPrivate, access)}
	for _, k := range retired {
		der, err := x509.MarshalPKIXPublicKey(k.key)
		if err != nil {
			return nil, fmt.Errorf("cognitotest: saving the signing keys: %w", err)
		}
		out.Retired = append(out.Retired, encode(pemPublic, der))
	}
	return out, nil
}

// load reads keys back. The errors quote nothing: a private key may be in it.
func (s *savedKeys) load() (pair keyPair, retired []publicKey, err error) {
	id, err := loadPrivateKey(s.ID)
	if err != nil {
		return keyPair{}, nil, fmt.Errorf("cognitotest: Config.State: the key that signs ID tokens: %w", err)
	}
	access, err := loadPrivateKey(s.Access)
	if err != nil {
		return keyPair{}, nil, fmt.Errorf("cognitotest: Config.State: the key that signs access tokens: %w", err)
	}
	for i, text := range s.Retired {
		key, err := parsePEM[*rsa.PublicKey](text, pemPublic, x509.ParsePKIXPublicKey)
		if err == nil {
			err = checkKey(key)
		}
		if err != nil {
			return keyPair{}, nil, fmt.Errorf("cognitotest: Config.State: retired key %d: %w", i+1, err)
		}
		retired = append(retired, newPublicKey(key))
	}
	return keyPair{newSigningKey(id), newSigningKey(access)}, retired, nil
}

func loadPrivateKey(text string) (*rsa.PrivateKey, error) {
	key, err := parsePEM[*rsa.PrivateKey](text, pemPrivate, x509.ParsePKCS8PrivateKey)
	if err != nil {
		return nil, err
	}
	return key, checkKey(&key.PublicKey)
}

// parsePEM reads the one key of a text.
func parsePEM[Key any](text, typ string, parse func(der []byte) (any, error)) (key Key, err error) {
	block, rest := pem.Decode([]byte(text))
	if block == nil || block.Type != typ || len(rest) > 0 {
		return key, fmt.Errorf("it is not PEM with one %s", typ)
	}
	parsed, err := parse(block.Bytes)
	if err != nil {
		return key, fmt.Errorf("it is damaged: %w", err)
	}
	key, ok := parsed.(Key)
	if !ok {
		return key, errors.New("it is not an RSA key")
	}
	return key, nil
}

// checkKey refuses keys that no pool has made: whoever relies on its tokens
// expects Cognito's.
func checkKey(key *rsa.PublicKey) error {
	if key.N.BitLen() != keyBits || key.E != 65537 {
		return fmt.Errorf("it has %d bits and the exponent %d: want %d and 65537", key.N.BitLen(), key.E, keyBits)
	}
	return nil
}
