package srp

import (
	"bytes"
	"encoding/base64"
	"errors"
	"math/big"
	"strings"
	"testing"
	"time"
)

// attempt is what a client sends; the rows of the tests below change one thing.
type attempt struct {
	id          Identity
	clientA     string
	secretBlock []byte
	timestamp   string
	signature   string
}

func TestVerify(t *testing.T) {
	t.Parallel()
	x := begin(t, seeded("verify"), testUser, "Passw0rd!")
	claim, err := x.finish("Passw0rd!")
	if err != nil {
		t.Fatal(err)
	}
	// signedAs signs another text than the canonical one in the place of the time.
	signedAs := func(timestamp string) string {
		s, u, err := x.client.sharedSecret(testUser, "Passw0rd!", x.verifier.Salt, x.server.public[:])
		if err != nil {
			t.Fatal(err)
		}
		key, err := sessionKey(s[:], u[:])
		if err != nil {
			t.Fatal(err)
		}
		return base64.StdEncoding.EncodeToString(sign(key, testUser, testBlock, timestamp))
	}
	const padded, weekday = "Thu Mar 05 15:04:05 UTC 2026", "Fri Mar 5 15:04:05 UTC 2026"

	tests := []struct {
		name   string
		change func(*attempt)
		want   error
	}{
		{"as sent", func(*attempt) {}, nil},
		{"A in upper case", func(a *attempt) { a.clientA = strings.ToUpper(a.clientA) }, nil},
		{"A padded", func(a *attempt) { a.clientA = "00" + a.clientA }, nil},
		{"signature without padding", func(a *attempt) { a.signature = strings.TrimRight(a.signature, "=") }, nil},
		// The canonical time is what counts, not its spelling.
		{"a padded day, canonically signed", func(a *attempt) { a.timestamp = padded }, nil},
		{"a padded day, signed", func(a *attempt) { a.timestamp, a.signature = padded, signedAs(padded) }, ErrMismatch},
		{"a wrong weekday, signed", func(a *attempt) { a.timestamp, a.signature = weekday, signedAs(weekday) }, ErrMismatch},

		{"another time", func(a *attempt) { a.timestamp = FormatTimestamp(testTime.Add(time.Second)) }, ErrMismatch},
		{"another pool", func(a *attempt) { a.id.Pool += "x" }, ErrMismatch},
		{"another user", func(a *attempt) { a.id.User += "x" }, ErrMismatch},
		{"another block", func(a *attempt) { a.secretBlock = []byte("another") }, ErrMismatch},
		{"no block", func(a *attempt) { a.secretBlock = nil }, ErrMismatch},
		{"another A", func(a *attempt) { a.clientA = "2" }, ErrMismatch},
		{"another signature", func(a *attempt) { a.signature = base64.StdEncoding.EncodeToString(make([]byte, 32)) }, ErrMismatch},
		{"a short signature", func(a *attempt) { a.signature = a.signature[:40] }, ErrMismatch},
		{"no signature", func(a *attempt) { a.signature = "" }, ErrMismatch},

		{"A is 0", func(a *attempt) { a.clientA = "0" }, ErrZero},
		{"A is 0, padded", func(a *attempt) { a.clientA = strings.Repeat("0", 770) }, ErrZero},
		{"A is N", func(a *attempt) { a.clientA = bigN.Text(16) }, ErrZero},
		{"A is 2N", func(a *attempt) { a.clientA = new(big.Int).Lsh(bigN, 1).Text(16) }, ErrMalformed},
		{"no A", func(a *attempt) { a.clientA = "" }, ErrMalformed},
		{"A is not hexadecimal", func(a *attempt) { a.clientA = "A's value" }, ErrMalformed},
		{"A is 1 MiB", func(a *attempt) { a.clientA = strings.Repeat("1", 1<<20) }, ErrMalformed},
		{"no time", func(a *attempt) { a.timestamp = "" }, ErrMalformed},
		{"a time in ISO 8601", func(a *attempt) { a.timestamp = "2026-03-05T15:04:05Z" }, ErrMalformed},
		{"a signature that is not base64", func(a *attempt) { a.signature = "!" }, ErrMalformed},
		{"a signature of 1 MiB", func(a *attempt) { a.signature = strings.Repeat("A", 1<<20) }, ErrMalformed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := attempt{testUser, x.client.A(), testBlock, claim.Timestamp, claim.Signature}
			tt.change(&a)
			if err := x.server.Verify(a.id, a.clientA, a.secretBlock, a.timestamp, a.signature); !errors.Is(err, tt.want) {
				t.Errorf("Verify = %v, want %v", err, tt.want)
			}
		})
	}
}

// With A a multiple of N the secret is 0 without any password; that is why A is
// checked before it is used.
func TestVerifyForgedA(t *testing.T) {
	t.Parallel()
	x := begin(t, seeded("forged"), testUser, "Passw0rd!")
	for _, a := range []*big.Int{new(big.Int), bigN} {
		u, err := scrambler(a.Bytes(), x.server.public[:])
		if err != nil {
			t.Fatal(err)
		}
		key, err := sessionKey(nil, u[:])
		if err != nil {
			t.Fatal(err)
		}
		timestamp := FormatTimestamp(testTime)
		signature := base64.StdEncoding.EncodeToString(sign(key, testUser, testBlock, timestamp))
		if err := x.server.Verify(testUser, a.Text(16), testBlock, timestamp, signature); !errors.Is(err, ErrZero) {
			t.Errorf("Verify with A = %x: %v, want ErrZero", a, err)
		}
	}
}

func TestNewServerRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		verifier []byte
		want     error
	}{
		{"none", nil, ErrZero},
		{"0", []byte{0}, ErrZero},
		{"N", bigPad(bigN), ErrZero},
		{"2^3072", bigPad(bigR), ErrMalformed},
		{"1 MiB", make([]byte, 1<<20), ErrMalformed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, err := NewServer(nil, Verifier{Salt: []byte{1}, Verifier: tt.verifier})
			if !errors.Is(err, tt.want) || s != nil {
				t.Errorf("NewServer = %v, %v, want %v", s, err, tt.want)
			}
		})
	}
}

func TestVerifierForRefuses(t *testing.T) {
	t.Parallel()
	for _, salt := range [][]byte{nil, {}, make([]byte, fieldBytes+2)} {
		if v, err := VerifierFor(testUser, "Passw0rd!", salt); !errors.Is(err, ErrMalformed) {
			t.Errorf("VerifierFor with a salt of %d bytes = %v, %v, want ErrMalformed", len(salt), v, err)
		}
	}
}

// A Verifier has its own memory, so that a caller may reuse the salt's.
func TestVerifierForCopies(t *testing.T) {
	t.Parallel()
	salt := []byte{1, 2, 3}
	v, err := VerifierFor(testUser, "Passw0rd!", salt)
	if err != nil {
		t.Fatal(err)
	}
	salt[0] = 9
	if !bytes.Equal(v.Salt, []byte{1, 2, 3}) {
		t.Errorf("Salt = %x", v.Salt)
	}
}

func TestPoolName(t *testing.T) {
	t.Parallel()
	tests := []struct {
		id, want string
		ok       bool
	}{
		{"us-east-1_AbC123", "AbC123", true},
		{"us-east-1_Ab_C", "Ab_C", true},
		{"_x", "x", true},
		{"us-east-1_", "", false},
		{"us-east-1", "", false},
		{"", "", false},
	}
	for _, tt := range tests {
		if got, ok := PoolName(tt.id); got != tt.want || ok != tt.ok {
			t.Errorf("PoolName(%q) = %q, %v, want %q, %v", tt.id, got, ok, tt.want, tt.ok)
		}
	}
}

// FuzzVerify is a server before a client that sends anything.
func FuzzVerify(f *testing.F) {
	x := begin(f, seeded("fuzz"), testUser, "Passw0rd!")
	claim, err := x.finish("Passw0rd!")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(x.client.A(), testBlock, claim.Timestamp, claim.Signature)
	f.Add("", []byte(nil), "", "")
	f.Add(bigN.Text(16), testBlock, claim.Timestamp, claim.Signature)
	f.Add(strings.Repeat("f", 768), testBlock, "Sun Jan 05 00:00:00 UTC 0000", "====")
	f.Add("1", []byte{0}, "Thu Mar 5 15:04:05.999 UTC 2026", "AA")
	f.Fuzz(func(t *testing.T, clientA string, secretBlock []byte, timestamp, signature string) {
		err := x.server.Verify(testUser, clientA, secretBlock, timestamp, signature)
		if err != nil {
			if !errors.Is(err, ErrMismatch) && !errors.Is(err, ErrMalformed) && !errors.Is(err, ErrZero) {
				t.Errorf("Verify = %v, of no kind", err)
			}
			return
		}
		// Only another spelling of the one right claim may pass.
		a, aErr := parseHex("", clientA)
		at, timeErr := ParseTimestamp(timestamp)
		got, signatureErr := decodeBase64(signature)
		want, wantErr := decodeBase64(claim.Signature)
		if err := errors.Join(aErr, timeErr, signatureErr, wantErr); err != nil {
			t.Fatal(err)
		}
		if formatHex(a) != x.client.A() || !bytes.Equal(secretBlock, testBlock) ||
			FormatTimestamp(at) != claim.Timestamp || !bytes.Equal(got, want) {
			t.Errorf("Verify(%q, %q, %q, %q) = nil", clientA, secretBlock, timestamp, signature)
		}
	})
}
