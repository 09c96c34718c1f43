package cognitotest

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"

	"github.com/cognitoauth/cognito-go/internal/poolkeys"
)

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

func saveKeys(pair poolkeys.Pair, retired []poolkeys.PublicKey) (*savedKeys, error) {
	encode := func(typ string, der []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: typ, Bytes: der}))
	}
	id, err := x509.MarshalPKCS8PrivateKey(pair.ID.Private)
	if err != nil {
		return nil, fmt.Errorf("cognitotest: saving the signing keys: %w", err)
	}
	access, err := x509.MarshalPKCS8PrivateKey(pair.Access.Private)
	if err != nil {
		return nil, fmt.Errorf("cognitotest: saving the signing keys: %w", err)
	}
	out := &savedKeys{ID: encode(pemPrivate, id), Access: encode(pemPrivate, access)}
	for _, k := range retired {
		der, err := x509.MarshalPKIXPublicKey(k.Key)
		if err != nil {
			return nil, fmt.Errorf("cognitotest: saving the signing keys: %w", err)
		}
		out.Retired = append(out.Retired, encode(pemPublic, der))
	}
	return out, nil
}

// load reads keys back. The errors quote nothing: a private key may be in it.
func (s *savedKeys) load() (pair poolkeys.Pair, retired []poolkeys.PublicKey, err error) {
	id, err := loadPrivateKey(s.ID)
	if err != nil {
		return poolkeys.Pair{}, nil, fmt.Errorf("cognitotest: Config.State: the key that signs ID tokens: %w", err)
	}
	access, err := loadPrivateKey(s.Access)
	if err != nil {
		return poolkeys.Pair{}, nil, fmt.Errorf("cognitotest: Config.State: the key that signs access tokens: %w", err)
	}
	for i, text := range s.Retired {
		key, err := parsePEM[*rsa.PublicKey](text, pemPublic, x509.ParsePKIXPublicKey)
		if err == nil {
			err = checkKey(key)
		}
		if err != nil {
			return poolkeys.Pair{}, nil, fmt.Errorf("cognitotest: Config.State: retired key %d: %w", i+1, err)
		}
		retired = append(retired, poolkeys.Public(key))
	}
	return poolkeys.Pair{ID: poolkeys.New(id), Access: poolkeys.New(access)}, retired, nil
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
	if key.N.BitLen() != poolkeys.Bits || key.E != 65537 {
		return fmt.Errorf("it has %d bits and the exponent %d: want %d and 65537", key.N.BitLen(), key.E, poolkeys.Bits)
	}
	return nil
}
