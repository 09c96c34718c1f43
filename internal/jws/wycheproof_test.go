package jws_test

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/golang-jwt/jwt/v5"

	"github.com/cognitoauth/cognito-go/internal/jws"
)

// wycheproofFile is what is used here of a file of the Wycheproof project
// (https://github.com/C2SP/wycheproof, testvectors_v1).
type wycheproofFile struct {
	NumberOfTests int `json:"numberOfTests"`
	TestGroups    []struct {
		Comment string          `json:"comment"`
		Public  json.RawMessage `json:"public"`
		Private json.RawMessage `json:"private"`
		Tests   []struct {
			ID      int    `json:"tcId"`
			Comment string `json:"comment"`
			JWS     string `json:"jws"`
			Result  string `json:"result"`
		} `json:"tests"`
	} `json:"testGroups"`
}

// TestWycheproof runs the published vectors. They are not part of this
// repository: WYCHEPROOF names the folder they are in.
func TestWycheproof(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("WYCHEPROOF")
	if dir == "" {
		t.Skip("NOT RUN: set WYCHEPROOF to the testvectors_v1 folder of github.com/C2SP/wycheproof, which is kept outside this repository")
	}
	for _, name := range []string{"json_web_signature_test.json", "json_web_key_test.json"} {
		raw, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		var file wycheproofFile
		if err := json.Unmarshal(raw, &file); err != nil {
			t.Fatal(err)
		}
		run, accepted := 0, 0
		for _, group := range file.TestGroups {
			doc := group.Public
			if doc == nil {
				doc = group.Private // secret keys: none of them may be used
			}
			set := parseVectorKeys(t, doc)
			for _, test := range group.Tests {
				run++
				err := verifyVector(set, test.JWS)
				// The other algorithms are not known here: even what is valid
				// under them must be refused.
				want := test.Result == "valid" && hasAlgorithm(doc, test.JWS)
				if got := err == nil; got != want {
					t.Errorf("%s %d (%s/%s): accepted %v, want %v: %v", name, test.ID, group.Comment, test.Comment, got, want, err)
				}
				if err == nil {
					accepted++
				}
			}
		}
		if run == 0 || run != file.NumberOfTests || accepted == 0 {
			t.Errorf("%s: %d of %d vectors were run, %d accepted", name, run, file.NumberOfTests, accepted)
		}
		t.Logf("%s: %d vectors, %d of them valid signatures of RS256 or ES256", name, run, accepted)
	}
}

// parseVectorKeys reads a key set, or a single key as a set of one.
func parseVectorKeys(t *testing.T, doc json.RawMessage) jws.KeySet {
	t.Helper()
	var shape struct {
		Keys json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(doc, &shape); err != nil {
		t.Fatal(err)
	}
	if shape.Keys == nil {
		doc = append(append([]byte(`{"keys":[`), doc...), `]}`...)
	}
	set, err := jws.ParseKeySet(doc)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// hasAlgorithm reports whether both the key and the token are about an
// algorithm known here.
func hasAlgorithm(doc json.RawMessage, token string) bool {
	var key struct {
		Alg  string
		Keys []struct{ Alg string }
	}
	if json.Unmarshal(doc, &key) != nil {
		return false
	}
	alg := key.Alg
	if len(key.Keys) > 0 {
		alg = key.Keys[0].Alg
	}
	return alg == jws.RS256 || alg == jws.ES256
}

// verifyVector does what jwtverify does up to the claims.
func verifyVector(set jws.KeySet, token string) error {
	compact, err := jws.Split(token)
	if err != nil {
		return err
	}
	header := make([]byte, jws.DecodedLen(len(compact.Header())))
	if _, err := jws.DecodeBase64(header, compact.Header()); err != nil {
		return err
	}
	h, err := jws.ParseHeader(header, jws.RS256, jws.ES256)
	if err != nil {
		return err
	}
	payload := make([]byte, jws.DecodedLen(len(compact.Payload())))
	if _, err := jws.DecodeBase64(payload, compact.Payload()); err != nil {
		return err
	}
	signature := make([]byte, jws.DecodedLen(len(compact.Signature())))
	if _, err := jws.DecodeBase64(signature, compact.Signature()); err != nil {
		return err
	}
	for _, key := range set.Keys {
		if key.ID != string(h.KeyID) || key.Alg != string(h.Alg) {
			continue
		}
		switch public := key.Public.(type) {
		case *rsa.PublicKey:
			return jwt.SigningMethodRS256.Verify(compact.SigningInput(), signature, public)
		case *ecdsa.PublicKey:
			return jwt.SigningMethodES256.Verify(compact.SigningInput(), signature, public)
		}
	}
	return jwt.ErrTokenUnverifiable
}
