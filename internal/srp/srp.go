// Package srp is the Secure Remote Password protocol, SRP-6a, as Amazon
// Cognito user pools speak it: the client side of USER_SRP_AUTH and
// DEVICE_SRP_AUTH, the verifier that ConfirmDevice registers, and the server
// side that an in-process pool needs.
//
// A login is one [Client]: send [Client.A] in SRP_A, hand the challenge that
// comes back to [Client.Claim], and send the [Claim]. A device login is the
// same with a new Client and the device's [Identity].
//
// # The variant
//
// Cognito uses the 3072-bit prime of RFC 5054, appendix A, with SHA-256, and
// differs from RFC 5054 in four more ways:
//
//   - The generator is 2, that of the same prime in RFC 3526, section 4; RFC 5054
//     has 5.
//   - Integers are hashed in the shortest two's complement form, that of Java's
//     BigInteger.toByteArray: no leading zero bytes, but one when the top bit
//     would be set. RFC 5054, section 2.6, pads them to the width of N.
//   - The private key x hashes the pool name, the user and the password
//     without a separator between the first two.
//   - The proof is not M1 of RFC 2945 but an HMAC under a 16-byte key that HKDF
//     derives from S, over the identity, the opaque SECRET_BLOCK and a time.
//
// # Secrets
//
// The exponents a, x and a + u·x and everything computed from them are handled
// in constant time, see field.go and exp.go. What remains is the length of
// S's shortest form, which the protocol itself hashes. No error carries a
// password, a key or an exponent.
package srp

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
)

var (
	// ErrChallenge reports that a challenge cannot be answered because of what
	// the server put into it. It wraps one of [ErrMalformed] and [ErrZero].
	ErrChallenge = errors.New("srp: unusable challenge")

	// ErrMalformed reports a value that is not what the protocol sends in its
	// place: not hexadecimal, not base64, empty, or too long.
	ErrMalformed = errors.New("srp: malformed value")

	// ErrZero reports a value of 0 modulo N for A or B or the verifier, or u = 0.
	// With one of these the session key may no longer depend on the password;
	// RFC 5054, section 3.1, calls the checks of A and B crucial.
	ErrZero = errors.New("srp: zero value")

	// ErrMismatch reports a claim whose signature is well formed but wrong:
	// another password, identity, secret block or time.
	ErrMismatch = errors.New("srp: signature does not match")
)

const (
	// fieldBytes is the width of N.
	fieldBytes = 3072 / 8

	// maxHexDigits is the longest hexadecimal integer read: the width of N and
	// the one byte by which the padded form can exceed it.
	maxHexDigits = 2 * (fieldBytes + 1)

	// maxSecretBlock bounds SECRET_BLOCK, in base64 characters. Those of Cognito
	// have under two thousand.
	maxSecretBlock = 16 << 10

	// maxSignature bounds PASSWORD_CLAIM_SIGNATURE, which has 44 characters.
	maxSignature = 64

	// secretExponentBytes is the length of a and b. RFC 5054, section 3.1: "The
	// private values a and b SHOULD be at least 256-bit random numbers, to give
	// approximately 128 bits of security"; that is also the strength of the
	// 3072-bit group (NIST SP 800-57 part 1, table 2), so more would buy
	// nothing but time. Cognito's JavaScript client draws 1024 bits.
	secretExponentBytes = 256 / 8

	// infoBits is the info argument of the key derivation.
	infoBits = "Caldera Derived Key"

	// keyBytes is the length of the derived key.
	keyBytes = 16
)

// Identity names whose password is proved. For a user, Pool is the pool's name
// (see [PoolName]) and User the USER_ID_FOR_SRP of the challenge. For a device,
// Pool is the device group key and User the device key.
type Identity struct {
	Pool string
	User string
}

// PoolName returns the part of a user pool ID that is hashed: what follows the
// first "_". It reports false if there is nothing there.
func PoolName(userPoolID string) (string, bool) {
	_, name, _ := strings.Cut(userPoolID, "_")
	return name, name != ""
}

// SecretHash returns the SECRET_HASH parameter of an app client with a secret:
// base64(HMAC-SHA256(clientSecret, username ‖ clientID)). The user name is the
// one sent in the same request.
func SecretHash(clientSecret, username, clientID string) string {
	mac := hmac.New(sha256.New, []byte(clientSecret))
	mac.Write([]byte(username))
	mac.Write([]byte(clientID))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// pad appends to dst the shortest two's complement form of the big-endian n:
// a zero byte for 0, and otherwise a leading zero byte only where it keeps the
// top bit clear.
func pad(dst, n []byte) []byte {
	for len(n) > 0 && n[0] == 0 {
		n = n[1:]
	}
	if len(n) == 0 || n[0] >= 0x80 {
		dst = append(dst, 0)
	}
	return append(dst, n...)
}

// privateKey returns x = H(PAD(salt) ‖ H(pool ‖ user ‖ ":" ‖ password)).
func privateKey(id Identity, password string, salt []byte) [sha256.Size]byte {
	secret := make([]byte, 0, len(id.Pool)+len(id.User)+1+len(password))
	secret = append(secret, id.Pool...)
	secret = append(secret, id.User...)
	secret = append(secret, ':')
	secret = append(secret, password...)
	inner := sha256.Sum256(secret)

	var buf [fieldBytes + 1 + sha256.Size]byte
	return sha256.Sum256(append(pad(buf[:0], salt), inner[:]...))
}

// scrambler returns u = H(PAD(A) ‖ PAD(B)), and ErrZero if that is 0.
func scrambler(a, b []byte) ([sha256.Size]byte, error) {
	var buf [2 * (fieldBytes + 1)]byte
	return nonZero(sha256.Sum256(pad(pad(buf[:0], a), b)))
}

// nonZero refuses u = 0, as SRP-6 asks of both sides (Wu, "SRP-6: Improvements and
// Refinements to the Secure Remote Password Protocol"). No input is known that
// hashes to it.
func nonZero(u [sha256.Size]byte) ([sha256.Size]byte, error) {
	if u == [sha256.Size]byte{} {
		return u, fmt.Errorf("%w: u", ErrZero)
	}
	return u, nil
}

// sessionKey derives the key that signs the claim from the shared secret. The
// extract and expand steps of Cognito's clients are HKDF (RFC 5869) with PAD(u)
// as its salt.
func sessionKey(s, u []byte) ([]byte, error) {
	key, err := hkdf.Key(sha256.New, pad(nil, s), pad(nil, u), infoBits, keyBytes)
	if err != nil {
		return nil, fmt.Errorf("srp: deriving the key: %w", err)
	}
	return key, nil
}

// sign returns PASSWORD_CLAIM_SIGNATURE before base64.
func sign(key []byte, id Identity, secretBlock []byte, timestamp string) []byte {
	message := make([]byte, 0, len(id.Pool)+len(id.User)+len(secretBlock)+len(timestamp))
	message = append(message, id.Pool...)
	message = append(message, id.User...)
	message = append(message, secretBlock...)
	message = append(message, timestamp...)
	mac := hmac.New(sha256.New, key)
	mac.Write(message)
	return mac.Sum(nil)
}

// parseHex reads a non-negative hexadecimal integer of any parity and case into
// shortest big-endian bytes.
func parseHex(name, s string) ([]byte, error) {
	switch {
	case s == "":
		return nil, fmt.Errorf("%w: %s is empty", ErrMalformed, name)
	case len(s) > maxHexDigits:
		return nil, fmt.Errorf("%w: %s has %d hexadecimal digits, over %d", ErrMalformed, name, len(s), maxHexDigits)
	case len(s)%2 != 0:
		s = "0" + s
	}
	n, err := hex.DecodeString(s)
	if err != nil {
		// hex's own error names the offending byte; the value's name is enough.
		return nil, fmt.Errorf("%w: %s is not hexadecimal", ErrMalformed, name)
	}
	for len(n) > 0 && n[0] == 0 {
		n = n[1:]
	}
	return n, nil
}

// formatHex returns a big-endian integer in lower case without leading zeros.
func formatHex(n []byte) string {
	s := strings.TrimLeft(hex.EncodeToString(n), "0")
	if s == "" {
		return "0"
	}
	return s
}

// residue takes a received A, B or verifier modulo N. Values between N and 2^3072
// are reduced, as all of Cognito's clients do; [ErrZero] is what is 0 then.
func residue(name string, n []byte) (*element, error) {
	e := new(element)
	if !e.setBytes(n) {
		return nil, fmt.Errorf("%w: %s is wider than the group", ErrMalformed, name)
	}
	if e.isZero() {
		return nil, fmt.Errorf("%w: %s", ErrZero, name)
	}
	return e, nil
}

// decodeBase64 reads base64 in either alphabet, padded or not, as Amplify does.
func decodeBase64(s string) ([]byte, error) {
	s = strings.TrimRight(s, "=")
	if strings.ContainsAny(s, "-_") {
		s = strings.NewReplacer("-", "+", "_", "/").Replace(s)
	}
	return base64.RawStdEncoding.DecodeString(s)
}

// drawExponent draws a or b. A source that yields 0 is broken, and drawing again
// from it might never end.
func drawExponent(r io.Reader) ([]uint64, error) {
	var buf [secretExponentBytes]byte
	if err := draw(r, buf[:]); err != nil {
		return nil, err
	}
	e := make([]uint64, secretExponentBytes/8)
	var or uint64
	for i := range e {
		e[i] = binary.BigEndian.Uint64(buf[secretExponentBytes-8*(i+1):])
		or |= e[i]
	}
	if or == 0 {
		return nil, errors.New("srp: the random source yields zeros")
	}
	return e, nil
}

// draw fills buf from r, or from crypto/rand if r is nil.
func draw(r io.Reader, buf []byte) error {
	if r == nil {
		r = rand.Reader
	}
	if _, err := io.ReadFull(r, buf); err != nil {
		return fmt.Errorf("srp: reading random bytes: %w", err)
	}
	return nil
}
