package srp

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"math/big"
	"os"
	"strings"
	"testing"
	"time"
)

// vectorFile is testdata/srp_vectors.json, or another file of its schema.
type vectorFile struct {
	N     string
	G     int64  `json:"g"`
	K     string `json:"k"`
	Login []struct {
		Name        string
		Pool        string `json:"pool_name"`
		User        string `json:"user_id_for_srp"`
		Password    string
		Exponent    string `json:"a"`
		PublicA     string `json:"A"`
		B           string `json:"B"`
		Salt        string
		U           string `json:"u"`
		X           string `json:"x"`
		S           string `json:"S"`
		Key         string
		SecretBlock string `json:"secret_block"`
		Timestamp   string
		Signature   string
	}
	Device []struct {
		Name     string
		Group    string `json:"dgk"`
		Key      string `json:"dk"`
		Password string `json:"rp"`
		SaltHex  string `json:"saltHex"`
		Salt     string `json:"salt_b64"`
		Verifier string `json:"verifier_b64"`
	}
	SecretHash []struct {
		Username     string
		ClientID     string `json:"client_id"`
		ClientSecret string `json:"client_secret"`
		SecretHash   string `json:"secret_hash"`
	} `json:"secret_hash"`
	Timestamp []struct {
		RFC3339 string
		Cognito string
	}
}

// TestVectors runs testdata/srp_vectors.json, or the file that the environment
// variable SRP_VECTORS names. A value that a row leaves out is not compared.
func TestVectors(t *testing.T) {
	t.Parallel()
	path := "testdata/srp_vectors.json"
	if other := os.Getenv("SRP_VECTORS"); other != "" {
		path = other
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var file vectorFile
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	rows := len(file.Login) + len(file.Device) + len(file.SecretHash) + len(file.Timestamp)
	if rows == 0 {
		t.Fatalf("%s holds no vectors", path)
	}
	t.Logf("%s: %d vectors", path, rows)

	if file.N != "" && bigFromHex(t, file.N).Cmp(bigN) != 0 {
		t.Error("N is another prime")
	}
	if file.G != 0 && file.G != 2 {
		t.Errorf("g = %d, want 2", file.G)
	}
	compareHex(t, "k", toBig(&precomputed().k).Bytes(), file.K)

	for _, row := range file.Login {
		t.Run("login/"+row.Name, func(t *testing.T) {
			t.Parallel()
			id := Identity{Pool: row.Pool, User: row.User}
			c := clientWith(bigFromHex(t, row.Exponent))
			if row.PublicA != "" && c.A() != strings.ToLower(row.PublicA) {
				t.Errorf("A = %s, want %s", c.A(), row.PublicA)
			}
			ch := Challenge{Salt: row.Salt, B: row.B, SecretBlock: row.SecretBlock}
			salt, b, _, err := ch.parse()
			if err != nil {
				t.Fatal(err)
			}
			s, u, err := c.sharedSecret(id, row.Password, salt, b)
			if err != nil {
				t.Fatal(err)
			}
			compareHex(t, "u", u[:], row.U)
			x := privateKey(id, row.Password, salt)
			compareHex(t, "x", x[:], row.X)
			compareHex(t, "S", s[:], row.S)
			key, err := sessionKey(s[:], u[:])
			if err != nil {
				t.Fatal(err)
			}
			if got := hex.EncodeToString(key); row.Key != "" && got != row.Key {
				t.Errorf("key = %s, want %s", got, row.Key)
			}
			if row.Timestamp == "" || row.Signature == "" {
				return
			}
			now, err := ParseTimestamp(row.Timestamp)
			if err != nil {
				t.Fatal(err)
			}
			claim, err := c.Claim(id, row.Password, ch, now)
			if err != nil {
				t.Fatal(err)
			}
			want := Claim{SecretBlock: row.SecretBlock, Timestamp: row.Timestamp, Signature: row.Signature}
			if claim != want {
				t.Errorf("claim = %+v, want %+v", claim, want)
			}
		})
	}

	for _, row := range file.Device {
		t.Run("device/"+row.Name, func(t *testing.T) {
			t.Parallel()
			salt := bigFromHex(t, row.SaltHex)
			v, err := VerifierFor(Identity{Pool: row.Group, User: row.Key}, row.Password, salt.Bytes())
			if err != nil {
				t.Fatal(err)
			}
			if got := base64.StdEncoding.EncodeToString(v.Salt); got != row.Salt {
				t.Errorf("salt = %s, want %s", got, row.Salt)
			}
			if got := base64.StdEncoding.EncodeToString(v.Verifier); got != row.Verifier {
				t.Errorf("verifier = %s, want %s", got, row.Verifier)
			}
			if got := v.SaltHex(); got != salt.Text(16) {
				t.Errorf("SaltHex = %s, want %s", got, salt.Text(16))
			}
		})
	}

	for _, row := range file.SecretHash {
		t.Run("secret_hash/"+row.Username, func(t *testing.T) {
			t.Parallel()
			if got := SecretHash(row.ClientSecret, row.Username, row.ClientID); got != row.SecretHash {
				t.Errorf("SecretHash = %s, want %s", got, row.SecretHash)
			}
		})
	}

	for _, row := range file.Timestamp {
		t.Run("timestamp/"+row.RFC3339, func(t *testing.T) {
			t.Parallel()
			at, err := time.Parse(time.RFC3339, row.RFC3339)
			if err != nil {
				t.Fatal(err)
			}
			if got := FormatTimestamp(at); got != row.Cognito {
				t.Errorf("FormatTimestamp = %q, want %q", got, row.Cognito)
			}
			if got, err := ParseTimestamp(row.Cognito); err != nil || !got.Equal(at) {
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
