package srp

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math/big"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"
)

var (
	testTime  = time.Date(2026, time.March, 5, 15, 4, 5, 0, time.UTC)
	testBlock = []byte("an opaque block of the server's")
)

// seeded is a deterministic random source for one test.
func seeded(name string) *rand.ChaCha8 {
	var seed [32]byte
	copy(seed[:], name)
	return rand.NewChaCha8(seed)
}

// exchange is one login up to the challenge.
type exchange struct {
	id        Identity
	verifier  Verifier
	client    *Client
	server    *Server
	challenge Challenge
}

// begin registers a password and starts a login with values drawn from random.
func begin(t testing.TB, random io.Reader, id Identity, password string) *exchange {
	t.Helper()
	v, err := NewVerifier(random, id, password)
	if err != nil {
		t.Fatal(err)
	}
	s, err := NewServer(random, v)
	if err != nil {
		t.Fatal(err)
	}
	c, err := NewClient(random)
	if err != nil {
		t.Fatal(err)
	}
	block := base64.StdEncoding.EncodeToString(testBlock)
	return &exchange{id, v, c, s, Challenge{Salt: v.SaltHex(), B: s.B(), SecretBlock: block}}
}

// finish answers the challenge and has the answer verified.
func (x *exchange) finish(password string) (Claim, error) {
	claim, err := x.client.Claim(x.id, password, x.challenge, testTime)
	if err != nil {
		return claim, err
	}
	return claim, x.server.Verify(x.id, x.client.A(), testBlock, claim.Timestamp, claim.Signature)
}

func TestLogin(t *testing.T) {
	t.Parallel()
	user := Identity{Pool: "AbC123", User: "3f1c9a7e-2b64-4c1d-9d3a-6a1b2c3d4e5f"}
	device := Identity{Pool: "-AbCdEf12", User: "us-east-1_0b1f2c3d-4e5f-6071-8293-a4b5c6d7e8f9"}
	tests := []struct {
		name              string
		id                Identity
		registered, typed string
		want              error
	}{
		{"the password", user, "Passw0rd!", "Passw0rd!", nil},
		{"a device's password", device, "eKPBBQHM276aUCyyIWx8Dz5ybg==", "eKPBBQHM276aUCyyIWx8Dz5ybg==", nil},
		{"a non-ASCII password", user, "pässwörd ✓ 密码", "pässwörd ✓ 密码", nil},
		{"invalid UTF-8", user, "\xff\xfe", "\xff\xfe", nil},
		{"an empty password", user, "", "", nil},
		{"a very long password", user, strings.Repeat("x", 1<<20), strings.Repeat("x", 1<<20), nil},
		{"an empty identity", Identity{}, "Passw0rd!", "Passw0rd!", nil},
		{"another password", user, "Passw0rd!", "passw0rd!", ErrMismatch},
		{"no password", user, "Passw0rd!", "", ErrMismatch},
		{"a trailing space", user, "Passw0rd!", "Passw0rd! ", ErrMismatch},
		// The same text in another Unicode normal form is another password.
		{"a decomposed umlaut", user, "p\u00e4ss", "pa\u0308ss", ErrMismatch},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			x := begin(t, seeded(tt.name), tt.id, tt.registered)
			if _, err := x.finish(tt.typed); !errors.Is(err, tt.want) {
				t.Errorf("Verify = %v, want %v", err, tt.want)
			}
		})
	}
}

// shape is what decides how a fixed-width integer is padded, printed and hashed.
func shape(b []byte) string {
	switch {
	case b[0] == 0 && b[1] >= 0x80:
		return "a zero byte, then the top bit"
	case b[0] == 0:
		return "a zero byte"
	case b[0] < 0x10:
		return "a zero digit"
	case b[0] >= 0x80:
		return "the top bit set"
	}
	return "the top bit clear"
}

// TestPadding logs in with a value of each shape in each place, compares the
// signature with the reference, and has the server agree. The seeds were
// searched for; the test checks that they still bring about what they are for.
func TestPadding(t *testing.T) {
	t.Parallel()
	const (
		topClear, topSet, digit = "the top bit clear", "the top bit set", "a zero digit"
		zeroByte, zeroByteTop   = "a zero byte", "a zero byte, then the top bit"
	)
	tests := []struct {
		value, shape string
		seed         uint16
	}{
		{"salt", topClear, 1},
		{"salt", topSet, 0},
		{"salt", digit, 6},
		{"salt", zeroByte, 2114},
		{"salt", zeroByteTop, 34},
		{"A", topClear, 0},
		{"A", topSet, 2},
		{"A", digit, 20},
		{"A", zeroByte, 217},
		{"A", zeroByteTop, 196},
		{"B", topClear, 0},
		{"B", topSet, 1},
		{"B", digit, 6},
		{"B", zeroByte, 157},
		{"B", zeroByteTop, 289},
		{"u", topClear, 0},
		{"u", topSet, 3},
		{"u", digit, 1},
		{"u", zeroByte, 445},
		{"u", zeroByteTop, 405},
		{"x", topClear, 0},
		{"x", topSet, 3},
		{"x", digit, 15},
		{"x", zeroByte, 366},
		{"x", zeroByteTop, 189},
		{"S", topClear, 2},
		{"S", topSet, 0},
		{"S", digit, 6},
		{"S", zeroByte, 364},
		{"S", zeroByteTop, 467},
	}
	const password = "Passw0rd!"
	id := Identity{Pool: "Pool", User: "user"}
	for _, tt := range tests {
		t.Run(tt.value+"/"+tt.shape, func(t *testing.T) {
			t.Parallel()
			random := rand.NewChaCha8([32]byte{byte(tt.seed), byte(tt.seed >> 8)})
			x := begin(t, random, id, password)
			claim, err := x.finish(password)
			if err != nil {
				t.Errorf("Verify = %v", err)
			}

			secret, u, err := x.client.sharedSecret(id, password, x.verifier.Salt, x.server.public[:])
			if err != nil {
				t.Fatal(err)
			}
			privateX := privateKey(id, password, x.verifier.Salt)
			salt := new(big.Int).SetBytes(x.verifier.Salt)
			got := map[string]string{
				"salt": shape(salt.FillBytes(make([]byte, saltBytes))),
				"A":    shape(x.client.public[:]),
				"B":    shape(x.server.public[:]),
				"u":    shape(u[:]),
				"x":    shape(privateX[:]),
				"S":    shape(secret[:]),
			}[tt.value]
			if got != tt.shape {
				t.Fatalf("seed %d gives %s %s, want %s", tt.seed, tt.value, got, tt.shape)
			}
			checkReference(t, x, password, claim)
		})
	}
}

// checkReference compares a claim with what the reference makes of the same
// exchange.
func checkReference(t *testing.T, x *exchange, password string, claim Claim) {
	t.Helper()
	bigA := bigFromHex(t, x.client.A())
	if want := referenceA(integer(x.client.a)); bigA.Cmp(want) != 0 {
		t.Errorf("A = %x, want %x", bigA, want)
	}
	want := referenceSignature(x.id, password, integer(x.client.a), bigA,
		bigFromHex(t, x.challenge.B), bigFromHex(t, x.challenge.Salt), testBlock, claim.Timestamp)
	if claim.Signature != want {
		t.Errorf("signature = %s, want %s", claim.Signature, want)
	}
}

// FuzzLogin is client against server, and the client against the reference, over
// whatever salts, exponents and passwords there are.
func FuzzLogin(f *testing.F) {
	f.Add([]byte{1}, []byte{1}, []byte{1}, "Passw0rd!", "passw0rd!")
	f.Add([]byte{0, 0, 0x80}, bytes.Repeat([]byte{0xff}, 32), []byte{2}, "", "x")
	f.Add([]byte{0xff, 0}, []byte{0, 0, 3}, bytes.Repeat([]byte{0x80}, 32), "密码", "\xff")
	f.Add(bytes.Repeat([]byte{0xff}, 385), bytes.Repeat([]byte{1}, 32), bytes.Repeat([]byte{0xfe}, 32), "a:b", "a")
	f.Fuzz(func(t *testing.T, salt, a, b []byte, password, other string) {
		id := Identity{Pool: "Pool", User: "user"}
		v, err := VerifierFor(id, password, salt)
		if err != nil {
			if len(salt) > 0 && len(salt) <= fieldBytes+1 {
				t.Fatal(err)
			}
			return
		}
		exponent := func(b []byte) io.Reader {
			var buf [secretExponentBytes]byte
			copy(buf[:], b)
			return bytes.NewReader(buf[:])
		}
		s, err := NewServer(exponent(b), v)
		if err != nil {
			return // zeros
		}
		c, err := NewClient(exponent(a))
		if err != nil {
			return // zeros
		}
		block := base64.StdEncoding.EncodeToString(testBlock)
		x := &exchange{id, v, c, s, Challenge{Salt: v.SaltHex(), B: s.B(), SecretBlock: block}}
		claim, err := x.finish(password)
		if err != nil {
			t.Fatalf("Verify = %v", err)
		}
		checkReference(t, x, password, claim)
		if _, err := x.finish(other); other != password && !errors.Is(err, ErrMismatch) {
			t.Errorf("Verify of another password = %v", err)
		}
	})
}

// The values in one exchange are read only, so that a retry may repeat it.
func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	x := begin(t, seeded(t.Name()), Identity{Pool: "Pool", User: "user"}, "Passw0rd!")
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if _, err := x.finish("Passw0rd!"); err != nil {
				t.Errorf("Verify = %v", err)
			}
		})
	}
	wg.Wait()
}

// NewClient, NewServer and NewVerifier without a source draw from crypto/rand.
func TestSystemRandom(t *testing.T) {
	t.Parallel()
	id := Identity{Pool: "Pool", User: "user"}
	first, second := begin(t, nil, id, "Passw0rd!"), begin(t, nil, id, "Passw0rd!")
	if first.client.A() == second.client.A() || first.server.B() == second.server.B() ||
		first.verifier.SaltHex() == second.verifier.SaltHex() {
		t.Error("two exchanges drew the same")
	}
	if _, err := first.finish("Passw0rd!"); err != nil {
		t.Errorf("Verify = %v", err)
	}
}

func TestBrokenRandom(t *testing.T) {
	t.Parallel()
	id := Identity{Pool: "Pool", User: "user"}
	v, err := NewVerifier(nil, id, "Passw0rd!")
	if err != nil {
		t.Fatal(err)
	}
	for name, source := range map[string]func() io.Reader{
		"short": func() io.Reader { return strings.NewReader("too little") },
		"empty": func() io.Reader { return strings.NewReader("") },
		"zeros": func() io.Reader { return bytes.NewReader(make([]byte, 1<<10)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c, err := NewClient(source()); err == nil || c != nil {
				t.Errorf("NewClient = %v, %v", c, err)
			}
			if s, err := NewServer(source(), v); err == nil || s != nil {
				t.Errorf("NewServer = %v, %v", s, err)
			}
			if name == "zeros" {
				return // a salt of zeros is a salt
			}
			if v, err := NewVerifier(source(), id, "Passw0rd!"); !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) || v.Salt != nil {
				t.Errorf("NewVerifier = %v, %v", v, err)
			}
		})
	}
}

// Whatever verb and container prints a Client or Server, the exponent stays out.
func TestFormatRedacts(t *testing.T) {
	t.Parallel()
	x := begin(t, seeded(t.Name()), Identity{Pool: "Pool", User: "user"}, "Passw0rd!")
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x", "%X"} {
		for _, v := range []any{x.client, []*Client{x.client}, map[string]any{"c": x.client}} {
			checkAbsent(t, fmt.Sprintf(verb, v), x.client.a)
		}
		for _, v := range []any{x.server, []*Server{x.server}, struct{ S *Server }{x.server}} {
			checkAbsent(t, fmt.Sprintf(verb, v), x.server.b)
		}
	}
}

func checkAbsent(t *testing.T, printed string, exponent []uint64) {
	t.Helper()
	for _, limb := range exponent {
		for _, form := range []string{"%d", "%x", "%X"} {
			if strings.Contains(printed, fmt.Sprintf(form, limb)) {
				t.Fatalf("the exponent is in %q", printed)
			}
		}
	}
}
