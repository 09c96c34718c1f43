package jwtverify

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cognitoauth/cognito-go/internal/jws/jwstest"
)

const (
	testPool     = "eu-west-1_Ab12Cd34E"
	testClient   = "3n4b5urk1ft4fl3mg5e62d9ado"
	testIssuer   = "https://cognito-idp.eu-west-1.amazonaws.com/" + testPool
	testKeyID    = "2JYnQo8sHjuMkAkbPmfXDTFkzFyL2sGgpFDnrh9xaSE="
	otherKeyID   = "kYq5ZDq2yd4m2N7YhVbUOZwq6SEVHLAQtnh5Aafb6ZI="
	testUsername = "ada@example.com"
)

// testNow is when the tokens of these tests are judged.
var testNow = time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)

func testKey() *jwstest.Key  { return jwstest.NewKey(0, testKeyID) }
func otherKey() *jwstest.Key { return jwstest.NewKey(1, otherKeyID) }

type claimSet map[string]any

// with returns a copy with claims set, or taken away where the value is nil.
func (c claimSet) with(change claimSet) claimSet {
	out := maps.Clone(c)
	for name, value := range change {
		if value == nil {
			delete(out, name)
		} else {
			out[name] = value
		}
	}
	return out
}

func accessToken(now time.Time) claimSet {
	return claimSet{
		"sub": "5f0a1c3e-aaaa-4b1b-9c2d-0123456789ab", "iss": testIssuer,
		"client_id": testClient, "token_use": "access",
		"scope": "openid orders/write", "username": testUsername,
		"cognito:groups": []string{"admin", "staff"},
		"auth_time":      now.Add(-10 * time.Minute).Unix(), "iat": now.Add(-time.Minute).Unix(), "exp": now.Add(time.Hour).Unix(),
		"jti": "jti-1", "origin_jti": "origin-1", "event_id": "event-1", "version": 2,
	}
}

func idToken(now time.Time) claimSet {
	return claimSet{
		"sub": "5f0a1c3e-aaaa-4b1b-9c2d-0123456789ab", "iss": testIssuer,
		"aud": testClient, "token_use": "id", "cognito:username": testUsername,
		"cognito:groups": []string{"admin", "staff"},
		"email":          "ada@example.com", "email_verified": true, "phone_number": "+15555550100", "phone_number_verified": false,
		"name": "Ada Lovelace", "given_name": "Ada", "family_name": "Lovelace",
		"auth_time": now.Add(-10 * time.Minute).Unix(), "iat": now.Add(-time.Minute).Unix(), "exp": now.Add(time.Hour).Unix(),
		"jti": "jti-2", "origin_jti": "origin-1", "event_id": "event-1",
		"custom:tenant": "acme",
	}
}

// fixedConfig needs no network and no time.
func fixedConfig(tb testing.TB, keys ...any) Config {
	tb.Helper()
	if len(keys) == 0 {
		keys = []any{testKey(), otherKey()}
	}
	set, err := ParseKeySet(jwstest.JWKS(keys...))
	if err != nil {
		tb.Fatalf("ParseKeySet: %v", err)
	}
	return Config{
		UserPoolID: testPool,
		ClientIDs:  []string{testClient},
		KeySet:     set,
		Now:        func() time.Time { return testNow },
	}
}

func mustNew(tb testing.TB, cfg Config) *Verifier {
	tb.Helper()
	v, err := New(cfg)
	if err != nil {
		tb.Fatalf("New: %v", err)
	}
	return v
}

func TestVerifyAccessToken(t *testing.T) {
	t.Parallel()
	v := mustNew(t, fixedConfig(t))
	c, err := v.VerifyAccessToken(t.Context(), testKey().Sign(accessToken(testNow)))
	if err != nil {
		t.Fatal(err)
	}
	if c.Subject != "5f0a1c3e-aaaa-4b1b-9c2d-0123456789ab" || c.Username != testUsername || c.ClientID != testClient ||
		c.Issuer != testIssuer || c.Use != Access || c.TokenID != "jti-1" || c.OriginID != "origin-1" || c.EventID != "event-1" {
		t.Errorf("claims = %+v", c)
	}
	if !slices.Equal(c.Groups, []string{"admin", "staff"}) || !slices.Equal(c.Scopes, []string{"openid", "orders/write"}) {
		t.Errorf("groups = %q, scopes = %q", c.Groups, c.Scopes)
	}
	if !c.ExpiresAt.Equal(testNow.Add(time.Hour)) || !c.IssuedAt.Equal(testNow.Add(-time.Minute)) ||
		!c.AuthTime.Equal(testNow.Add(-10*time.Minute)) || !c.NotBefore.IsZero() {
		t.Errorf("times = %v %v %v %v", c.ExpiresAt, c.IssuedAt, c.AuthTime, c.NotBefore)
	}
	if c.Machine() {
		t.Error("a user's token is said to be a machine's")
	}
}

func TestVerifyIDToken(t *testing.T) {
	t.Parallel()
	v := mustNew(t, fixedConfig(t))
	c, err := v.VerifyIDToken(t.Context(), otherKey().Sign(idToken(testNow)))
	if err != nil {
		t.Fatal(err)
	}
	if c.Username != testUsername || c.ClientID != testClient || c.Use != ID || c.Email != "ada@example.com" || !c.EmailVerified ||
		c.PhoneNumber != "+15555550100" || c.PhoneVerified || c.Name != "Ada Lovelace" || c.GivenName != "Ada" || c.FamilyName != "Lovelace" {
		t.Errorf("claims = %+v", c)
	}
	if !slices.Equal(c.Audience, []string{testClient}) || !slices.Equal(c.Groups, []string{"admin", "staff"}) {
		t.Errorf("audience = %q, groups = %q", c.Audience, c.Groups)
	}
	var custom struct {
		Tenant string `json:"custom:tenant"`
	}
	if err := c.Decode(&custom); err != nil || custom.Tenant != "acme" {
		t.Errorf("Decode: %+v, %v", custom, err)
	}
}

func TestVerifyWrongUse(t *testing.T) {
	t.Parallel()
	v := mustNew(t, fixedConfig(t))
	if _, err := v.VerifyAccessToken(t.Context(), testKey().Sign(idToken(testNow))); !errors.Is(err, ErrTokenUseInvalid) {
		t.Errorf("ID token as access token: %v", err)
	}
	if _, err := v.VerifyIDToken(t.Context(), testKey().Sign(accessToken(testNow))); !errors.Is(err, ErrTokenUseInvalid) || !errors.Is(err, ErrTokenInvalid) {
		t.Errorf("access token as ID token: %v", err)
	}
}

// Wherever iss is, and wherever the pieces end in which a payload is decoded, the
// pieces are the payload.
func TestPayloadIsDecodedInPieces(t *testing.T) {
	t.Parallel()
	for n := range 3 * peekLength {
		pad := strings.Repeat("x", n)
		for name, text := range map[string]string{
			"iss first":   `{"iss":"me","n":1234567890,"pad":"` + pad + `"}`,
			"iss last":    `{"pad":"` + pad + `","n":1234567890,"é":["é"],"iss":"me"}`,
			"long iss":    `{"iss":"` + pad + `"}`,
			"iss missing": `{"pad":"` + pad + `"}`,
		} {
			encoded := jwstest.B64(text)
			var peekRoom [peekBuffer]byte
			issuer, peeked, err := peekIssuer(peekRoom[:], encoded)
			var claims struct{ Iss *string }
			if json.Unmarshal([]byte(text), &claims) != nil || (claims.Iss != nil) != (err == nil) || err == nil && string(issuer) != *claims.Iss {
				t.Fatalf("%s, %d: peeked %q, %v", name, n, issuer, err)
			}
			if err != nil {
				continue
			}
			var payloadRoom [payloadBuffer]byte
			if payload, err := decodeRest(payloadRoom[:], peeked, encoded); err != nil || string(payload) != text {
				t.Fatalf("%s, %d: decoded %q, %v", name, n, payload, err)
			}
		}
	}
}
