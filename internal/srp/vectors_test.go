package srp

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// row is one vector. Its keys are taken as they are written: "a" and "A" are
// different values here, which decoding into a struct would mix up in a file that
// leaves one of them out.
type row map[string]any

func (r row) text(key string) string {
	s, _ := r[key].(string)
	return s
}

// readVectors returns the vectors of a file by kind, and the values that stand
// beside them in a row of their own.
func readVectors(t *testing.T, path string) (group row, vectors map[string][]row) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && !filepath.IsAbs(path) {
		// go test runs here; a path on its command line is from the module's root.
		raw, err = os.ReadFile(filepath.Join("..", "..", path))
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &group); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	count := 0
	vectors = make(map[string][]row)
	for _, kind := range []string{"login", "device", "secret_hash", "timestamp"} {
		list, _ := group[kind].([]any)
		for i, entry := range list {
			fields, ok := entry.(map[string]any)
			if !ok {
				t.Fatalf("%s: %s[%d] is not an object", path, kind, i)
			}
			vectors[kind] = append(vectors[kind], fields)
			count++
		}
	}
	if count == 0 {
		t.Fatalf("%s holds no vectors", path)
	}
	t.Logf("%s: %d vectors", path, count)
	return group, vectors
}

// TestVectors runs testdata/srp_vectors.json, or the file that the environment
// variable SRP_VECTORS names. A value that a row leaves out is not compared.
func TestVectors(t *testing.T) {
	t.Parallel()
	path := "testdata/srp_vectors.json"
	if other := os.Getenv("SRP_VECTORS"); other != "" {
		path = other
	}
	group, vectors := readVectors(t, path)

	if n := group.text("N"); n != "" && bigFromHex(t, n).Cmp(bigN) != 0 {
		t.Error("N is another prime")
	}
	if g, ok := group["g"]; ok && g != float64(2) {
		t.Errorf("g = %v, want 2", g)
	}
	compareHex(t, "k", toBig(&precomputed().k).Bytes(), group.text("k"))

	for _, row := range vectors["login"] {
		t.Run("login/"+row.text("name"), func(t *testing.T) {
			t.Parallel()
			id := Identity{Pool: row.text("pool_name"), User: row.text("user_id_for_srp")}
			c := clientWith(bigFromHex(t, row.text("a")))
			compareHex(t, "A", c.public[:], row.text("A"))
			if want := new(big.Int).SetBytes(c.public[:]).Text(16); c.A() != want {
				t.Errorf("A() = %s, want %s", c.A(), want)
			}
			salt, b := bigFromHex(t, row.text("salt")).Bytes(), bigFromHex(t, row.text("B")).Bytes()
			s, u, err := c.sharedSecret(id, row.text("password"), salt, b)
			if err != nil {
				t.Fatal(err)
			}
			compareHex(t, "u", u[:], row.text("u"))
			x := privateKey(id, row.text("password"), salt)
			compareHex(t, "x", x[:], row.text("x"))
			compareHex(t, "S", s[:], row.text("S"))
			key, err := sessionKey(s[:], u[:])
			if err != nil {
				t.Fatal(err)
			}
			compareHex(t, "key", key, row.text("key"))
			if row.text("signature") == "" {
				return
			}
			now, err := ParseTimestamp(row.text("timestamp"))
			if err != nil {
				t.Fatal(err)
			}
			ch := Challenge{Salt: row.text("salt"), B: row.text("B"), SecretBlock: row.text("secret_block")}
			claim, err := c.Claim(id, row.text("password"), ch, now)
			if err != nil {
				t.Fatal(err)
			}
			want := Claim{SecretBlock: row.text("secret_block"), Timestamp: row.text("timestamp"), Signature: row.text("signature")}
			if claim != want {
				t.Errorf("claim = %+v, want %+v", claim, want)
			}
		})
	}

	for _, row := range vectors["device"] {
		t.Run("device/"+row.text("name"), func(t *testing.T) {
			t.Parallel()
			salt := bigFromHex(t, row.text("saltHex"))
			v, err := VerifierFor(Identity{Pool: row.text("dgk"), User: row.text("dk")}, row.text("rp"), salt.Bytes())
			if err != nil {
				t.Fatal(err)
			}
			if got := base64.StdEncoding.EncodeToString(v.Salt); got != row.text("salt_b64") {
				t.Errorf("salt = %s, want %s", got, row.text("salt_b64"))
			}
			if got := base64.StdEncoding.EncodeToString(v.Verifier); got != row.text("verifier_b64") {
				t.Errorf("verifier = %s, want %s", got, row.text("verifier_b64"))
			}
			if got := v.SaltHex(); got != salt.Text(16) {
				t.Errorf("SaltHex = %s, want %s", got, salt.Text(16))
			}
		})
	}

	for _, row := range vectors["secret_hash"] {
		t.Run("secret_hash/"+row.text("username"), func(t *testing.T) {
			t.Parallel()
			if got := SecretHash(row.text("client_secret"), row.text("username"), row.text("client_id")); got != row.text("secret_hash") {
				t.Errorf("SecretHash = %s, want %s", got, row.text("secret_hash"))
			}
		})
	}

	for _, row := range vectors["timestamp"] {
		t.Run("timestamp/"+row.text("rfc3339"), func(t *testing.T) {
			t.Parallel()
			at, err := time.Parse(time.RFC3339, row.text("rfc3339"))
			if err != nil {
				t.Fatal(err)
			}
			if got := FormatTimestamp(at); got != row.text("cognito") {
				t.Errorf("FormatTimestamp = %q, want %q", got, row.text("cognito"))
			}
			if got, err := ParseTimestamp(row.text("cognito")); err != nil || !got.Equal(at) {
				t.Errorf("ParseTimestamp = %v, %v, want %v", got, err, at)
			}
		})
	}
}

// compareHex compares integers: the digits' case and padding are not at stake.
func compareHex(t *testing.T, name string, got []byte, want string) {
	t.Helper()
	if want == "" {
		return
	}
	if w := bigFromHex(t, want); !bytes.Equal(new(big.Int).SetBytes(got).Bytes(), w.Bytes()) {
		t.Errorf("%s = %x, want %s", name, got, want)
	}
}
