package jwtverifytest_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/cognitoauth/cognito-go/jwtverify"
	"github.com/cognitoauth/cognito-go/jwtverify/jwtverifytest"
)

func TestTokensAreAccepted(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name string
		cfg  jwtverifytest.Config
	}{
		{"defaults", jwtverifytest.Config{}},
		{"a pool and client by name", jwtverifytest.Config{UserPoolID: "us-east-1_Pool", ClientID: "client"}},
		{"a pool in China", jwtverifytest.Config{UserPoolID: "cn-north-1_x"}},
		{"a pool in GovCloud", jwtverifytest.Config{UserPoolID: "us-gov-west-1_x"}},
		{"a pool in the European Sovereign Cloud", jwtverifytest.Config{UserPoolID: "eusc-de-east-1_x"}},
		{"a pool in an isolated region", jwtverifytest.Config{UserPoolID: "us-iso-east-1_x"}},
		{"the updated form of issuer", jwtverifytest.Config{UserPoolID: "us-east-1_Pool", Issuer: "https://issuer-cognito-idp.us-east-1.amazonaws.com/us-east-1_Pool"}},
		{"an emulator's issuer", jwtverifytest.Config{UserPoolID: "local_1", Issuer: "http://emulator:9229/local_1"}},
		{"keys of its own", jwtverifytest.Config{OwnKeys: true}},
		{"a clock of its own", jwtverifytest.Config{Now: func() time.Time { return time.Unix(1_000_000_000, 999) }}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			iss := jwtverifytest.NewIssuer(row.cfg)
			v := iss.Verifier()

			access, err := v.VerifyAccessToken(t.Context(), iss.AccessToken())
			if err != nil {
				t.Fatalf("access token: %v", err)
			}
			if access.Subject != jwtverifytest.DefaultSubject || access.Username != jwtverifytest.DefaultUsername ||
				access.ClientID != iss.ClientID() || access.Issuer != iss.Issuer() ||
				len(access.Scopes) != 1 || access.Scopes[0] != jwtverifytest.DefaultScope || access.Machine() {
				t.Errorf("access claims %+v", access)
			}
			if got := access.ExpiresAt.Sub(access.IssuedAt); got != jwtverifytest.DefaultLifetime {
				t.Errorf("good for %v", got)
			}

			id, err := v.VerifyIDToken(t.Context(), iss.IDToken())
			if err != nil {
				t.Fatalf("ID token: %v", err)
			}
			if id.Subject != jwtverifytest.DefaultSubject || id.Username != jwtverifytest.DefaultUsername ||
				id.Email != jwtverifytest.DefaultEmail || !id.EmailVerified || id.ClientID != iss.ClientID() {
				t.Errorf("ID claims %+v", id)
			}

			machine, err := v.VerifyAccessToken(t.Context(), iss.MachineToken(jwtverifytest.Scopes("orders/read")), jwtverify.AllScopes("orders/read"))
			if err != nil {
				t.Fatalf("machine token: %v", err)
			}
			if !machine.Machine() || machine.Subject != iss.ClientID() {
				t.Errorf("machine claims %+v", machine)
			}
		})
	}
}

// Each option alone must lead to the one refusal it is there to test.
func TestOptions(t *testing.T) {
	t.Parallel()
	iss := jwtverifytest.NewIssuer(jwtverifytest.Config{})
	v := iss.Verifier()
	stranger, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	access := func(options ...jwtverifytest.Option) string { return iss.AccessToken(options...) }
	id := func(options ...jwtverifytest.Option) string { return iss.IDToken(options...) }
	for _, row := range []struct {
		name  string
		token string
		want  error // nil: accepted
	}{
		{"another subject", access(jwtverifytest.User("u1", "grace")), nil},
		{"groups", access(jwtverifytest.Groups("admin")), nil},
		{"custom claims", access(jwtverifytest.Claims(map[string]any{"custom:tenant": "acme"})), nil},
		{"an hour's rest", access(jwtverifytest.IssuedAgo(59 * time.Minute)), nil},
		{"a second's rest", access(jwtverifytest.ExpiresIn(time.Minute)), nil},
		{"another header parameter", access(jwtverifytest.Header("typ", "JWT")), nil},
		{"expired", access(jwtverifytest.Expired()), jwtverify.ErrTokenExpired},
		{"expired a second ago", access(jwtverifytest.ExpiresIn(-time.Second)), jwtverify.ErrTokenExpired},
		{"not yet valid", access(jwtverifytest.NotYetValid()), jwtverify.ErrTokenNotYetValid},
		{"another client", access(jwtverifytest.Client("other")), jwtverify.ErrClientInvalid},
		{"another client's ID token", id(jwtverifytest.Client("other")), jwtverify.ErrTokenUseInvalid},
		{"another issuer", access(jwtverifytest.Claim("iss", "https://example.com")), jwtverify.ErrIssuerInvalid},
		{"no expiry", access(jwtverifytest.NoClaim("exp")), jwtverify.ErrTokenMalformed},
		{"a claim of the wrong type", access(jwtverifytest.Claim("sub", 1)), jwtverify.ErrTokenMalformed},
		{"no kid", access(jwtverifytest.NoHeader("kid")), jwtverify.ErrTokenMalformed},
		{"a header that is not JSON", access(jwtverifytest.RawHeader("{")), jwtverify.ErrTokenMalformed},
		{"a payload that is not JSON", access(jwtverifytest.RawPayload(`{"iss":"` + iss.Issuer() + `"`)), jwtverify.ErrTokenMalformed},
		{"a claim twice", access(jwtverifytest.RawPayload(`{"iss":"` + iss.Issuer() + `","sub":"a","sub":"b"}`)), jwtverify.ErrTokenMalformed},
		{"unsigned", access(jwtverifytest.Unsigned()), jwtverify.ErrTokenInvalid},
		{"the public key as a secret", access(jwtverifytest.PublicKeyAsSecret()), jwtverify.ErrAlgorithmNotAllowed},
		{"an unknown key", access(jwtverifytest.UnknownKey()), jwtverify.ErrKeyNotFound},
		{"a key of the caller's", access(jwtverifytest.SignedBy("mine", stranger)), jwtverify.ErrKeyNotFound},
		{"forged", access(jwtverifytest.Forged()), jwtverify.ErrSignatureInvalid},
		{"tampered with", access(jwtverifytest.Tampered("cognito:groups", []string{"admin"})), jwtverify.ErrSignatureInvalid},
		{"an ID token for an access token", id(), jwtverify.ErrTokenUseInvalid},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			_, err := v.VerifyAccessToken(t.Context(), row.token)
			if !errors.Is(err, row.want) {
				t.Errorf("got %v, want %v", err, row.want)
			}
		})
	}

	t.Run("values arrive", func(t *testing.T) {
		t.Parallel()
		claims, err := v.VerifyIDToken(t.Context(), id(
			jwtverifytest.User("u1", "grace"), jwtverifytest.Groups("a", "b"), jwtverifytest.Claim("custom:tenant", "acme"), jwtverifytest.NoClaim("email")))
		if err != nil {
			t.Fatal(err)
		}
		var custom struct {
			Tenant string `json:"custom:tenant"`
		}
		if err := claims.Decode(&custom); err != nil {
			t.Fatal(err)
		}
		if claims.Subject != "u1" || claims.Username != "grace" || strings.Join(claims.Groups, " ") != "a b" || custom.Tenant != "acme" || claims.Email != "" {
			t.Errorf("got %+v, %+v", claims, custom)
		}
	})
}

func TestTamperedKeepsTheSignature(t *testing.T) {
	t.Parallel()
	iss := jwtverifytest.NewIssuer(jwtverifytest.Config{})
	token := strings.Split(iss.AccessToken(jwtverifytest.Tampered("sub", "root")), ".")
	payload, err := base64.RawURLEncoding.DecodeString(token[1])
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(payload, []byte(`"sub":"root"`)) || len(token[2]) != 342 {
		t.Errorf("payload %s, signature of %d characters", payload, len(token[2]))
	}
}

func TestSignTakesClaimsAsTheyAre(t *testing.T) {
	t.Parallel()
	iss := jwtverifytest.NewIssuer(jwtverifytest.Config{})
	claims := map[string]any{"sub": "a", "n": 1.5}
	access, err := iss.Sign(jwtverify.Access, claims)
	if err != nil {
		t.Fatal(err)
	}
	id, err := iss.Sign(jwtverify.ID, claims)
	if err != nil {
		t.Fatal(err)
	}
	decode := func(segment string) map[string]any {
		text, err := base64.RawURLEncoding.DecodeString(segment)
		if err != nil {
			t.Fatal(err)
		}
		var m map[string]any
		if err := json.Unmarshal(text, &m); err != nil {
			t.Fatal(err)
		}
		return m
	}
	a, b := strings.Split(access, "."), strings.Split(id, ".")
	if got := decode(a[1]); len(got) != 2 || got["sub"] != "a" || got["n"] != 1.5 {
		t.Errorf("claims %v", got)
	}
	kids := iss.KeySet().KeyIDs()
	if got := decode(a[0])["kid"]; got != kids[1] {
		t.Errorf("access token's kid %v, want %v", got, kids[1])
	}
	if got := decode(b[0])["kid"]; got != kids[0] || kids[0] == kids[1] {
		t.Errorf("ID token's kid %v, want %v, other than %v", got, kids[0], kids[1])
	}
	if len(claims) != 2 {
		t.Errorf("the caller's claims became %v", claims)
	}

	if _, err := iss.Sign(jwtverify.Access, map[string]any{"sub": func() {}}); err == nil {
		t.Error("a claim that is not JSON was signed")
	}
	if _, err := iss.Sign(jwtverify.Access, nil, jwtverifytest.Tampered("sub", func() {})); err == nil {
		t.Error("a tampered claim that is not JSON was signed")
	}
	if _, err := iss.Sign(jwtverify.Access, nil, jwtverifytest.Header("x", func() {})); err == nil {
		t.Error("a header that is not JSON was signed")
	}
	mustPanic(t, "AccessToken with a claim that is not JSON", func() { iss.AccessToken(jwtverifytest.Claim("sub", func() {})) })
}

func TestIssuersAreStrangers(t *testing.T) {
	t.Parallel()
	one, other := jwtverifytest.NewIssuer(jwtverifytest.Config{}), jwtverifytest.NewIssuer(jwtverifytest.Config{})
	if !bytes.Equal(one.JWKS(), other.JWKS()) {
		t.Error("the process has more keys than it needs")
	}
	if _, err := one.Verifier().VerifyAccessToken(t.Context(), other.AccessToken()); !errors.Is(err, jwtverify.ErrIssuerInvalid) {
		t.Errorf("another issuer's token: %v", err)
	}

	own := jwtverifytest.NewIssuer(jwtverifytest.Config{UserPoolID: one.UserPoolID(), ClientID: one.ClientID(), OwnKeys: true})
	if _, err := one.Verifier().VerifyAccessToken(t.Context(), own.AccessToken()); !errors.Is(err, jwtverify.ErrKeyNotFound) {
		t.Errorf("a token under another's name: %v", err)
	}

	both, err := jwtverify.NewMulti(one.Config(), other.Config())
	if err != nil {
		t.Fatal(err)
	}
	for _, iss := range []*jwtverifytest.Issuer{one, other} {
		if _, err := both.VerifyAccessToken(t.Context(), iss.AccessToken()); err != nil {
			t.Errorf("a verifier of both pools: %v", err)
		}
	}
}

func TestAdvance(t *testing.T) {
	t.Parallel()
	iss := jwtverifytest.NewIssuer(jwtverifytest.Config{})
	v := iss.Verifier()
	old := iss.AccessToken()
	iss.Advance(2 * time.Hour)
	if _, err := v.VerifyAccessToken(t.Context(), old); !errors.Is(err, jwtverify.ErrTokenExpired) {
		t.Errorf("two hours later: %v", err)
	}
	if _, err := v.VerifyAccessToken(t.Context(), iss.AccessToken()); err != nil {
		t.Errorf("a new one: %v", err)
	}
}

func TestNewIssuerPanics(t *testing.T) {
	t.Parallel()
	mustPanic(t, "a pool ID that is none", func() { jwtverifytest.NewIssuer(jwtverifytest.Config{UserPoolID: "pool"}) })
	mustPanic(t, "a client ID that is none", func() { jwtverifytest.NewIssuer(jwtverifytest.Config{ClientID: " "}) })
}

func mustPanic(t *testing.T, what string, f func()) {
	t.Helper()
	defer func() {
		if recover() == nil {
			t.Errorf("%s: no panic", what)
		}
	}()
	f()
}

func BenchmarkNewIssuer(b *testing.B) {
	jwtverifytest.NewIssuer(jwtverifytest.Config{}) // makes the keys
	b.ReportAllocs()
	for b.Loop() {
		jwtverifytest.NewIssuer(jwtverifytest.Config{})
	}
}
