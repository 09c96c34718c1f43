package srp

import (
	"fmt"
	"io"
)

// saltBytes is the length of a drawn salt, that of Cognito's own.
const saltBytes = 16

// Verifier is what a server keeps in place of a password. Both integers are
// big-endian in the padded form that is hashed, as ConfirmDevice takes them
// (base64-encoded) in DeviceSecretVerifierConfig.
//
// A Verifier lets its holder try passwords offline: it is to be kept like a
// password hash.
type Verifier struct {
	Salt     []byte
	Verifier []byte
}

// NewVerifier draws a salt from rand (nil is crypto/rand) and returns the
// verifier of the password with it.
func NewVerifier(rand io.Reader, id Identity, password string) (Verifier, error) {
	var salt [saltBytes]byte
	if err := draw(rand, salt[:]); err != nil {
		return Verifier{}, err
	}
	return VerifierFor(id, password, salt[:])
}

// VerifierFor returns the verifier g^x mod N of the password with a given salt,
// a big-endian integer with or without padding.
func VerifierFor(id Identity, password string, salt []byte) (Verifier, error) {
	if len(salt) == 0 || len(salt) > fieldBytes+1 {
		return Verifier{}, fmt.Errorf("%w: salt of %d bytes", ErrMalformed, len(salt))
	}
	digest := privateKey(id, password, salt)
	x := limbs256(&digest)
	var v element
	v.expG(x)
	var out [fieldBytes]byte
	v.bytes(&out)
	return Verifier{
		Salt:     pad(nil, salt),
		Verifier: pad(nil, out[:]),
	}, nil
}

// SaltHex returns the salt as a challenge's SALT: hexadecimal without padding.
func (v Verifier) SaltHex() string { return formatHex(v.Salt) }
