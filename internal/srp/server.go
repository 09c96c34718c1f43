package srp

import (
	"crypto/hmac"
	"errors"
	"fmt"
	"io"
)

// Server is the server side of one login: a challenge that waits for its
// answer. It can be used from several goroutines.
//
// It exists for pools that live in a test's process and holds no real password.
// It shares the client's constant-time arithmetic because that is also the
// fastest at hand; only the comparison of signatures needs it here.
type Server struct {
	b        []uint64
	public   [fieldBytes]byte
	verifier element
}

// NewServer draws the private exponent b from rand (nil is crypto/rand) and
// computes B = k·v + g^b mod N. A verifier that is 0 modulo N is an [ErrZero],
// one wider than the group an [ErrMalformed]: ConfirmDevice brings verifiers
// from outside.
func NewServer(rand io.Reader, v Verifier) (*Server, error) {
	if len(v.Verifier) > fieldBytes+1 {
		return nil, fmt.Errorf("%w: verifier of %d bytes", ErrMalformed, len(v.Verifier))
	}
	verifier, err := residue("verifier", v.Verifier)
	if err != nil {
		return nil, err
	}
	b, err := drawExponent(rand)
	if err != nil {
		return nil, err
	}
	s := &Server{b: b, verifier: *verifier}
	var public, kv element
	public.expG((*[4]uint64)(b))
	kv.mul(verifier, &precomputed().k)
	public.add(&public, &kv)
	if public.isZero() { // one draw in 2^3072
		return nil, fmt.Errorf("%w: B", ErrZero)
	}
	public.bytes(&s.public)
	return s, nil
}

// B returns SRP_B: lower-case hexadecimal without padding.
func (s *Server) B() string { return formatHex(s.public[:]) }

// Format prints a Server without its exponent, whatever the verb.
func (s *Server) Format(f fmt.State, _ rune) { io.WriteString(f, "srp.Server") }

// Verify checks a claim: clientA is SRP_A as received, secretBlock the bytes
// that were sent in base64, timestamp and signature TIMESTAMP and
// PASSWORD_CLAIM_SIGNATURE as received.
//
// It signs the time that timestamp means in its canonical form, as Cognito
// does: a zero-padded day or a wrong weekday is therefore an [ErrMismatch] if
// the client signed what it sent. What cannot be read at all is an
// [ErrMalformed], and an A of 0 modulo N an [ErrZero].
func (s *Server) Verify(id Identity, clientA string, secretBlock []byte, timestamp, signature string) error {
	if len(s.b) == 0 {
		return errors.New("srp: a Server is made by NewServer")
	}
	a, err := parseHex("SRP_A", clientA)
	if err != nil {
		return err
	}
	base, err := residue("SRP_A", a)
	if err != nil {
		return err
	}
	signed, err := ParseTimestamp(timestamp)
	if err != nil {
		return err
	}
	if len(signature) > maxSignature {
		return fmt.Errorf("%w: signature of %d characters", ErrMalformed, len(signature))
	}
	got, err := decodeBase64(signature)
	if err != nil {
		return fmt.Errorf("%w: the signature is not base64", ErrMalformed)
	}
	u, err := scrambler(a, s.public[:])
	if err != nil {
		return err
	}

	// S = (A·v^u)^b mod N
	ul := limbs256(&u)
	var vu element
	vu.exp(&s.verifier, ul[:], 256)
	base.mul(base, &vu)
	base.exp(base, s.b, 64*len(s.b))
	var secret [fieldBytes]byte
	base.bytes(&secret)

	key, err := sessionKey(secret[:], u[:])
	if err != nil {
		return err
	}
	if !hmac.Equal(got, sign(key, id, secretBlock, FormatTimestamp(signed))) {
		return ErrMismatch
	}
	return nil
}
