package bench

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"time"

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
	}
	now := issuer.Now()
	access := payload{now: now, expires: now.Add(lifetime), issuer: f.Issuer, client: f.ClientID}
	expired, foreign, strange := access, access, access
	expired.expires = now.Add(-time.Hour)
	foreign.client = "5q8c6wsl2gu5gm4nh6f73e0bep"
	strange.issuer += "x"
	sign := func(p payload, options ...jwtverifytest.Option) string {
		return issuer.AccessToken(append(options, jwtverifytest.RawPayload(p.access()))...)
	}
	f.Access = sign(access)
	f.ID = issuer.IDToken(jwtverifytest.RawPayload(access.id()))
	f.Refused = map[string]string{
		Garbage:     filled(1000),
		Oversized:   oversized(f.Access),
		WrongAlg:    sign(access, jwtverifytest.PublicKeyAsSecret()),
		WrongIssuer: sign(strange),
		Forged:      sign(access, jwtverifytest.Forged()),
		Expired:     sign(expired),
		WrongClient: sign(foreign),
	}
	return f, issuer, nil
}

const (
	userID   = "5f0a1c3e-6d2b-4b1b-9c2d-0123456789ab"
	lifetime = 12 * time.Hour // scenarios move clocks by hours
)

// payload is what tokens say, in the order in which Cognito writes it
// ("Understanding the access token" and "Understanding the identity (ID) token"
// in its developer guide). The order counts: who looks for iss first finds it
// soon.
type payload struct {
	now, expires   time.Time
	issuer, client string
}

func (p payload) access() string {
	return fmt.Sprintf(`{"sub":%q,"cognito:groups":["admins","editors"],"iss":%q,"version":2,"client_id":%q,`+
		`"origin_jti":"9b2f1c7e-5d4a-4e0b-8f6a-2c3d4e5f6071","event_id":"4c1d2e3f-6a7b-4c8d-9e0f-1a2b3c4d5e6f",`+
		`"token_use":"access","scope":"aws.cognito.signin.user.admin openid profile","auth_time":%d,"exp":%d,"iat":%d,`+
		`"jti":"0d1e2f3a-4b5c-4d6e-8f70-8192a3b4c5d6","username":%q}`,
		userID, p.issuer, p.client, p.now.Unix(), p.expires.Unix(), p.now.Unix(), userID)
}

// id has the attributes of somebody who signed up with an e-mail address and a
// telephone number.
func (p payload) id() string {
	return fmt.Sprintf(`{"sub":%q,"cognito:groups":["admins","editors"],"email_verified":true,"iss":%q,`+
		`"phone_number_verified":true,"cognito:username":%q,"given_name":"Ada",`+
		`"origin_jti":"9b2f1c7e-5d4a-4e0b-8f6a-2c3d4e5f6071","aud":%q,"event_id":"4c1d2e3f-6a7b-4c8d-9e0f-1a2b3c4d5e6f",`+
		`"token_use":"id","auth_time":%d,"name":"Ada Lovelace","phone_number":"+442079460123","exp":%d,`+
		`"custom:tenant":"analytical-engines","iat":%d,"family_name":"Lovelace",`+
		`"jti":"0d1e2f3a-4b5c-4d6e-8f70-8192a3b4c5d6","email":"ada.lovelace@example.com"}`,
		userID, p.issuer, userID, p.client, p.now.Unix(), p.expires.Unix(), p.now.Unix())
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
