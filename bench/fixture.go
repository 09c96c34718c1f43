package bench

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/cognitoauth/cognito-go/jwtverify"
	"github.com/cognitoauth/cognito-go/jwtverify/jwtverifytest"
)

// Fixture is one pool and its tokens. It can be written to a file, so that
// several processes, and programs in other languages, measure the same tokens.
type Fixture struct {
	Issuer     string          `json:"issuer"`
	UserPoolID string          `json:"userPoolId"`
	ClientID   string          `json:"clientId"`
	JWKS       json.RawMessage `json:"jwks"`
	Access     string          `json:"access"`
	ID         string          `json:"id"`
	// Refused are access tokens that must not be accepted.
	Refused map[string]string `json:"refused"`
}

// The keys of Fixture.Refused.
const (
	Garbage     = "garbage"        // a kilobyte of one letter
	Oversized   = "oversized"      // three good segments, a payload of 1 MiB
	WrongAlg    = "wrong-alg"      // HS256
	WrongIssuer = "wrong-issuer"   // another pool's, well signed
	Forged      = "bad-signature"  // another key under a kid of ours
	Expired     = "expired"        // well signed, an hour too old
	WrongClient = "foreign-client" // well signed, for another app client
)

// NewFixture makes up a pool and the issuer that stands for it.
func NewFixture() (*Fixture, *jwtverifytest.Issuer, error) {
	issuer := jwtverifytest.NewIssuer(jwtverifytest.Config{
		UserPoolID: "eu-west-1_Ab12Cd34E",
		ClientID:   "3n4b5urk1ft4fl3mg5e62d9ado",
	})
	f := &Fixture{
		Issuer:     issuer.Issuer(),
		UserPoolID: issuer.UserPoolID(),
		ClientID:   issuer.ClientID(),
		JWKS:       issuer.JWKS(),
		Refused:    make(map[string]string),
	}
	f.Access = AccessToken(issuer)
	// Cognito's usual attributes of somebody who signed up with an e-mail
	// address.
	var err error
	f.ID, err = issuer.Sign(jwtverify.ID, map[string]any{
		"sub": userID, "iss": f.Issuer, "aud": f.ClientID, "token_use": "id",
		"cognito:username": userID, "cognito:groups": []string{"admins", "editors"},
		"email": "ada.lovelace@example.com", "email_verified": true,
		"phone_number": "+442079460123", "phone_number_verified": true, "custom:tenant": "analytical-engines",
		"given_name": "Ada", "family_name": "Lovelace", "name": "Ada Lovelace",
		"origin_jti": "9b2f1c7e-5d4a-4e0b-8f6a-2c3d4e5f6071", "event_id": "4c1d2e3f-6a7b-4c8d-9e0f-1a2b3c4d5e6f",
		"jti":       "0d1e2f3a-4b5c-4d6e-8f70-8192a3b4c5d6",
		"auth_time": issuer.Now().Unix(), "iat": issuer.Now().Unix(), "exp": issuer.Now().Add(lifetime).Unix(),
	})
	if err != nil {
		return nil, nil, fmt.Errorf("bench: signing the ID token: %w", err)
	}
	f.Refused = map[string]string{
		Garbage:     filled(1000),
		Oversized:   oversized(f.Access),
		WrongAlg:    AccessToken(issuer, jwtverifytest.PublicKeyAsSecret()),
		WrongIssuer: AccessToken(issuer, jwtverifytest.Claim("iss", f.Issuer+"x")),
		Forged:      AccessToken(issuer, jwtverifytest.Forged()),
		Expired:     AccessToken(issuer, jwtverifytest.ExpiresIn(-time.Hour)),
		WrongClient: AccessToken(issuer, jwtverifytest.Client("5q8c6wsl2gu5gm4nh6f73e0bep")),
	}
	return f, issuer, nil
}

const (
	userID   = "5f0a1c3e-6d2b-4b1b-9c2d-0123456789ab"
	lifetime = 12 * time.Hour // scenarios move clocks by hours
)

// AccessToken returns an access token as Cognito makes them for somebody who
// signed up with an e-mail address and is in two groups.
func AccessToken(issuer *jwtverifytest.Issuer, options ...jwtverifytest.Option) string {
	return issuer.AccessToken(append([]jwtverifytest.Option{
		jwtverifytest.User(userID, userID),
		jwtverifytest.Groups("admins", "editors"),
		jwtverifytest.ExpiresIn(lifetime),
	}, options...)...)
}

// LoadFixture reads what [Fixture.Save] wrote.
func LoadFixture(path string) (*Fixture, error) {
	text, err := os.ReadFile(path) // #nosec G304 -- the path is the caller's
	if err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	f := new(Fixture)
	if err := json.Unmarshal(text, f); err != nil {
		return nil, fmt.Errorf("bench: %s: %w", path, err)
	}
	return f, nil
}

// Save writes the fixture for [LoadFixture] and for other programs. It holds no
// private key.
func (f *Fixture) Save(path string) error {
	text, err := json.MarshalIndent(f, "", "\t")
	if err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	if err := os.WriteFile(path, append(text, '\n'), 0o600); err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	return nil
}

// ServeHTTP answers every request with the keys.
func (f *Fixture) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "public, max-age=86400")
	_, _ = w.Write(f.JWKS) // whoever asked may be gone
}
