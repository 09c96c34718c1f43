package srp

import (
	"encoding/base64"
	"errors"
	"math/rand/v2"
	"strings"
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

// login runs one exchange in memory.
func login(t *testing.T, id Identity, registered, typed string) error {
	t.Helper()
	random := seeded(t.Name())
	v, err := NewVerifier(random, id, registered)
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
	ch := Challenge{Salt: v.SaltHex(), B: s.B(), SecretBlock: base64.StdEncoding.EncodeToString(testBlock)}
	claim, err := c.Claim(id, typed, ch, testTime)
	if err != nil {
		t.Fatal(err)
	}
	return s.Verify(id, c.A(), testBlock, claim.Timestamp, claim.Signature)
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
			if err := login(t, tt.id, tt.registered, tt.typed); !errors.Is(err, tt.want) {
				t.Errorf("Verify = %v, want %v", err, tt.want)
			}
		})
	}
}
