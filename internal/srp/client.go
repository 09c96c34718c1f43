package srp

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"time"
)

// Client is the client side of one login. It can be used from several
// goroutines. A new login, the device login that follows a user's included,
// takes a new Client.
type Client struct {
	a      []uint64 // the private exponent: little-endian limbs, their number public
	public [fieldBytes]byte
}

// NewClient draws the private exponent a from rand and computes A = g^a mod N.
// A nil rand is crypto/rand. It fails only if rand does.
func NewClient(rand io.Reader) (*Client, error) {
	a, err := drawExponent(rand)
	if err != nil {
		return nil, err
	}
	c := &Client{a: a}
	var public element
	public.expG((*[4]uint64)(a))
	// A mod N = 0 cannot happen: g is prime to N, and so is each of its powers.
	public.bytes(&c.public)
	return c, nil
}

// A returns SRP_A: lower-case hexadecimal without padding, so that its length
// can be odd.
func (c *Client) A() string { return formatHex(c.public[:]) }

// Format prints a Client without its exponent, whatever the verb.
func (c *Client) Format(f fmt.State, _ rune) { io.WriteString(f, "srp.Client") }

// Challenge is what the challenges PASSWORD_VERIFIER and
// DEVICE_PASSWORD_VERIFIER bring, as received: SALT and SRP_B in hexadecimal,
// SECRET_BLOCK in base64 of either alphabet, padded or not.
type Challenge struct {
	Salt        string
	B           string
	SecretBlock string
}

// Claim answers a Challenge: PASSWORD_CLAIM_SECRET_BLOCK, TIMESTAMP and
// PASSWORD_CLAIM_SIGNATURE.
type Claim struct {
	SecretBlock string // as received
	Timestamp   string
	Signature   string // base64
}

// Claim proves knowledge of the password of id in answer to ch. now is the time
// to sign; Cognito wants the answer within a few seconds of the challenge.
//
// A challenge that cannot be answered is an [ErrChallenge]. Whether the password
// is right only the server can tell.
func (c *Client) Claim(id Identity, password string, ch Challenge, now time.Time) (Claim, error) {
	if len(c.a) == 0 {
		return Claim{}, errors.New("srp: a Client is made by NewClient")
	}
	salt, b, secretBlock, err := ch.parse()
	if err != nil {
		return Claim{}, err
	}
	s, u, err := c.sharedSecret(id, password, salt, b)
	if err != nil {
		return Claim{}, err
	}
	key, err := sessionKey(s[:], u[:])
	if err != nil {
		return Claim{}, err
	}
	timestamp := FormatTimestamp(now)
	return Claim{
		SecretBlock: ch.SecretBlock,
		Timestamp:   timestamp,
		Signature:   base64.StdEncoding.EncodeToString(sign(key, id, secretBlock, timestamp)),
	}, nil
}

// sharedSecret returns S = (B − k·g^x)^(a + u·x) mod N, and u.
func (c *Client) sharedSecret(id Identity, password string, salt, b []byte) (s [fieldBytes]byte, u [sha256.Size]byte, err error) {
	base, err := residue("SRP_B", b)
	if err != nil {
		return s, u, fmt.Errorf("%w: %w", ErrChallenge, err)
	}
	u, err = scrambler(c.public[:], b)
	if err != nil {
		return s, u, fmt.Errorf("%w: %w", ErrChallenge, err)
	}
	digest := privateKey(id, password, salt)
	x := limbs256(&digest)

	var kgx element
	kgx.expG(x)
	kgx.mul(&kgx, &precomputed().k)
	base.sub(base, &kgx)

	e, bits := mulAdd(limbs256(&u), x, c.a)
	base.exp(base, e, bits)
	base.bytes(&s)
	return s, u, nil
}

// parse reads the challenge. Everything wrong with it is an ErrChallenge.
func (ch Challenge) parse() (salt, b, secretBlock []byte, err error) {
	if salt, err = parseHex("SALT", ch.Salt); err != nil {
		return nil, nil, nil, fmt.Errorf("%w: %w", ErrChallenge, err)
	}
	if b, err = parseHex("SRP_B", ch.B); err != nil {
		return nil, nil, nil, fmt.Errorf("%w: %w", ErrChallenge, err)
	}
	if len(ch.SecretBlock) > maxSecretBlock {
		return nil, nil, nil, fmt.Errorf("%w: %w: SECRET_BLOCK has %d characters, over %d",
			ErrChallenge, ErrMalformed, len(ch.SecretBlock), maxSecretBlock)
	}
	secretBlock, decodeErr := decodeBase64(ch.SecretBlock)
	if decodeErr != nil || len(secretBlock) == 0 {
		return nil, nil, nil, fmt.Errorf("%w: %w: SECRET_BLOCK is empty or not base64", ErrChallenge, ErrMalformed)
	}
	return salt, b, secretBlock, nil
}
