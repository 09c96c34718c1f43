package srp

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"math/big"
	"strings"
	"testing"
)

var testUser = Identity{Pool: "AbC123", User: "3f1c9a7e-2b64-4c1d-9d3a-6a1b2c3d4e5f"}

// The forms in which other servers write the same challenge.
func TestClaimTolerates(t *testing.T) {
	t.Parallel()
	// A block whose base64 has characters of either alphabet, and padding.
	block := []byte{0xfb, 0xef, 0xff, 0xfe}
	x := begin(t, seeded("tolerates"), testUser, "Passw0rd!")
	x.challenge.SecretBlock = base64.StdEncoding.EncodeToString(block)
	want, err := x.client.Claim(testUser, "Passw0rd!", x.challenge, testTime)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name   string
		change func(*Challenge)
	}{
		{"upper case", func(c *Challenge) { c.B, c.Salt = strings.ToUpper(c.B), strings.ToUpper(c.Salt) }},
		{"padded", func(c *Challenge) { c.B, c.Salt = "00"+c.B, "00"+c.Salt }},
		{"an odd number of digits", func(c *Challenge) { c.B, c.Salt = "0"+c.B, "0"+c.Salt }},
		{"a URL-safe block", func(c *Challenge) { c.SecretBlock = base64.URLEncoding.EncodeToString(block) }},
		{"an unpadded block", func(c *Challenge) { c.SecretBlock = base64.RawStdEncoding.EncodeToString(block) }},
		{"an unpadded URL-safe block", func(c *Challenge) { c.SecretBlock = base64.RawURLEncoding.EncodeToString(block) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			ch := x.challenge
			if tt.change(&ch); ch == x.challenge {
				t.Fatal("the challenge is not changed")
			}
			got, err := x.client.Claim(testUser, "Passw0rd!", ch, testTime)
			if err != nil {
				t.Fatal(err)
			}
			if got.Signature != want.Signature {
				t.Errorf("signature = %s, want %s", got.Signature, want.Signature)
			}
			if got.SecretBlock != ch.SecretBlock {
				t.Errorf("secret block = %s, not as received: %s", got.SecretBlock, ch.SecretBlock)
			}
		})
	}
}

func TestClaimRefuses(t *testing.T) {
	t.Parallel()
	x := begin(t, seeded("refuses"), testUser, "Passw0rd!")
	hexN := bigN.Text(16)
	tests := []struct {
		name   string
		change func(*Challenge)
		want   error
	}{
		{"no B", func(c *Challenge) { c.B = "" }, ErrMalformed},
		{"B is 0", func(c *Challenge) { c.B = "0" }, ErrZero},
		{"B is 0, padded", func(c *Challenge) { c.B = strings.Repeat("0", 768) }, ErrZero},
		{"B is N", func(c *Challenge) { c.B = hexN }, ErrZero},
		{"B is N, padded", func(c *Challenge) { c.B = "00" + hexN }, ErrZero},
		{"B is 2N", func(c *Challenge) { c.B = new(big.Int).Lsh(bigN, 1).Text(16) }, ErrMalformed},
		{"B is 2^3072", func(c *Challenge) { c.B = bigR.Text(16) }, ErrMalformed},
		{"B is negative", func(c *Challenge) { c.B = "-1" }, ErrMalformed},
		{"B has a prefix", func(c *Challenge) { c.B = "0x1234" }, ErrMalformed},
		{"B has a space", func(c *Challenge) { c.B += " " }, ErrMalformed},
		{"B is not ASCII", func(c *Challenge) { c.B = "１２" }, ErrMalformed},
		{"B is one digit too long", func(c *Challenge) { c.B = strings.Repeat("0", maxHexDigits) + "2" }, ErrMalformed},
		{"B is 1 MiB", func(c *Challenge) { c.B = strings.Repeat("0", 1<<20) }, ErrMalformed},
		{"no salt", func(c *Challenge) { c.Salt = "" }, ErrMalformed},
		{"salt is not hexadecimal", func(c *Challenge) { c.Salt = "salt" }, ErrMalformed},
		{"salt is 1 MiB", func(c *Challenge) { c.Salt = strings.Repeat("a", 1<<20) }, ErrMalformed},
		{"no secret block", func(c *Challenge) { c.SecretBlock = "" }, ErrMalformed},
		{"secret block is padding", func(c *Challenge) { c.SecretBlock = "====" }, ErrMalformed},
		{"secret block is not base64", func(c *Challenge) { c.SecretBlock = "a.b" }, ErrMalformed},
		{"secret block is cut", func(c *Challenge) { c.SecretBlock = "AAAAA" }, ErrMalformed},
		{"secret block is 1 MiB", func(c *Challenge) { c.SecretBlock = strings.Repeat("A", 1<<20) }, ErrMalformed},
		{"nothing at all", func(c *Challenge) { *c = Challenge{} }, ErrMalformed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			ch := x.challenge
			tt.change(&ch)
			claim, err := x.client.Claim(testUser, "Passw0rd!", ch, testTime)
			if !errors.Is(err, ErrChallenge) || !errors.Is(err, tt.want) {
				t.Errorf("Claim = %v, want an ErrChallenge and %v", err, tt.want)
			}
			if claim != (Claim{}) {
				t.Errorf("Claim = %+v beside the error", claim)
			}
			if err != nil && len(err.Error()) > 200 {
				t.Errorf("the error has %d characters", len(err.Error()))
			}
		})
	}
}

func TestScramblerZero(t *testing.T) {
	t.Parallel()
	if _, err := nonZero([sha256.Size]byte{}); !errors.Is(err, ErrZero) {
		t.Errorf("u = 0: %v, want ErrZero", err)
	}
	if _, err := nonZero([sha256.Size]byte{sha256.Size - 1: 1}); err != nil {
		t.Errorf("u = 1: %v", err)
	}
}

func TestZeroValues(t *testing.T) {
	t.Parallel()
	x := begin(t, seeded("zero values"), testUser, "Passw0rd!")
	if claim, err := new(Client).Claim(testUser, "Passw0rd!", x.challenge, testTime); err == nil {
		t.Errorf("a zero Client claims %+v", claim)
	}
	if err := new(Server).Verify(testUser, x.client.A(), testBlock, FormatTimestamp(testTime), "AAAA"); err == nil {
		t.Error("a zero Server verifies")
	}
	if got := new(Client).A(); got != "0" {
		t.Errorf("A of a zero Client = %q", got)
	}
}

// FuzzClaim is a client before a server that sends anything.
func FuzzClaim(f *testing.F) {
	x := begin(f, seeded("fuzz"), testUser, "Passw0rd!")
	good := x.challenge
	f.Add(good.Salt, good.B, good.SecretBlock, "Passw0rd!")
	f.Add("", "", "", "")
	f.Add("0", bigN.Text(16), "AA==", "x")
	f.Add("f", new(big.Int).Add(bigN, big.NewInt(1)).Text(16), "A-_A", "x")
	f.Add(strings.Repeat("f", 770), strings.Repeat("F", 768), "AAA", "\xff")
	f.Add("00", strings.Repeat("f", 770), "A\nA=", "é")
	f.Add("-1", "+1", " ", "0x1")
	f.Fuzz(func(t *testing.T, salt, b, block, password string) {
		ch := Challenge{Salt: salt, B: b, SecretBlock: block}
		claim, err := x.client.Claim(testUser, password, ch, testTime)
		if err != nil {
			if !errors.Is(err, ErrChallenge) || errors.Is(err, ErrMalformed) == errors.Is(err, ErrZero) {
				t.Errorf("Claim = %v, want an ErrChallenge and either ErrMalformed or ErrZero", err)
			}
			if claim != (Claim{}) {
				t.Errorf("Claim = %+v beside the error", claim)
			}
			return
		}
		secretBlock, err := decodeBase64(block)
		if err != nil {
			t.Fatal(err)
		}
		want := referenceSignature(testUser, password, integer(x.client.a), bigFromHex(t, x.client.A()),
			bigFromHex(t, b), bigFromHex(t, salt), secretBlock, claim.Timestamp)
		if claim.Signature != want || claim.SecretBlock != block {
			t.Errorf("Claim = %+v, want the signature %s", claim, want)
		}
	})
}
