package jwtverify

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/cognitoauth/cognito-go/internal/jws/jwstest"
)

func TestRequirements(t *testing.T) {
	t.Parallel()
	machine := claimSet{"username": nil, "sub": testClient, "cognito:groups": nil}
	for _, row := range []struct {
		name   string
		change claimSet
		reqs   []Requirement
		want   error
	}{
		{"none", nil, nil, nil},
		{"any group, one of them", nil, []Requirement{AnyGroup("root", "staff")}, nil},
		{"any group, none of them", nil, []Requirement{AnyGroup("root", "Admin")}, ErrInsufficientGroup},
		{"all groups", nil, []Requirement{AllGroups("staff", "admin")}, nil},
		{"all groups, one missing", nil, []Requirement{AllGroups("staff", "root")}, ErrInsufficientGroup},
		{"a group of a token without", claimSet{"cognito:groups": nil}, []Requirement{AnyGroup("admin")}, ErrInsufficientGroup},
		{"any scope, one of them", nil, []Requirement{AnyScope("orders/write", "x")}, nil},
		{"any scope, none of them", nil, []Requirement{AnyScope("orders/read")}, ErrInsufficientScope},
		{"a part of a scope", nil, []Requirement{AnyScope("orders/")}, ErrInsufficientScope},
		{"two scopes as one", nil, []Requirement{AnyScope("openid orders/write")}, ErrInsufficientScope},
		{"all scopes", nil, []Requirement{AllScopes("openid", "orders/write")}, nil},
		{"all scopes, one missing", nil, []Requirement{AllScopes("openid", "orders/read")}, ErrInsufficientScope},
		{"a scope of a token without", claimSet{"scope": nil}, []Requirement{AnyScope("openid")}, ErrInsufficientScope},
		{"a machine's scope", machine, []Requirement{AllScopes("orders/write")}, nil},
		{"a machine's group", machine, []Requirement{AnyGroup("admin")}, ErrInsufficientGroup},
		{"several met", nil, []Requirement{AnyGroup("admin"), AllScopes("openid"), MaxAuthAge(time.Hour), MaxTokenAge(time.Minute)}, nil},
		{"the second not met", nil, []Requirement{AnyGroup("admin"), AllScopes("x")}, ErrInsufficientScope},
		{"resource in a list", claimSet{"aud": []string{"https://b", "https://a"}}, []Requirement{Resource("https://a")}, nil},
		{"resource", claimSet{"aud": "https://a"}, []Requirement{Resource("https://x", "https://a")}, nil},
		{"another resource", claimSet{"aud": "https://a/"}, []Requirement{Resource("https://a")}, ErrAudienceInvalid},
		{"resource of a token without", nil, []Requirement{Resource("https://a")}, ErrAudienceInvalid},
		{"signed in lately", nil, []Requirement{MaxAuthAge(10 * time.Minute)}, nil},
		{"signed in too long ago", nil, []Requirement{MaxAuthAge(10*time.Minute - time.Second)}, ErrAuthTooOld},
		{"signed in tomorrow", claimSet{"auth_time": testNow.Unix() + 86400}, []Requirement{MaxAuthAge(time.Hour)}, ErrTokenNotYetValid},
		{"no auth_time", claimSet{"auth_time": nil}, []Requirement{MaxAuthAge(time.Hour)}, ErrAuthTooOld},
		{"issued lately", nil, []Requirement{MaxTokenAge(time.Minute)}, nil},
		{"issued too long ago", nil, []Requirement{MaxTokenAge(time.Minute - time.Second)}, ErrTokenTooOld},
		{"the zero requirement", nil, []Requirement{{}}, ErrForbidden},
		{"no group at all", nil, []Requirement{AnyGroup()}, ErrForbidden},
		{"all of no groups", nil, []Requirement{AllGroups()}, ErrForbidden},
		{"no scope at all", nil, []Requirement{AnyScope()}, ErrForbidden},
		{"all of no scopes", nil, []Requirement{AllScopes()}, ErrForbidden},
		{"no resource at all", claimSet{"aud": "https://a"}, []Requirement{Resource()}, ErrTokenInvalid},
		{"no age at all", nil, []Requirement{MaxAuthAge(0)}, ErrTokenInvalid},
		{"a negative age", nil, []Requirement{MaxTokenAge(-time.Hour)}, ErrTokenInvalid},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			token := testKey().Sign(accessToken(testNow).with(row.change))
			inCall := mustNew(t, fixedConfig(t))
			_, err := inCall.VerifyAccessToken(t.Context(), token, row.reqs...)
			if !errors.Is(err, row.want) || (err == nil) != (row.want == nil) {
				t.Errorf("in the call: %v, want %v", err, row.want)
			}
			cfg := fixedConfig(t)
			cfg.Requirements = row.reqs
			inConfig, err := New(cfg)
			if err != nil {
				if row.want == nil {
					t.Errorf("in the configuration: %v", err)
				}
				return
			}
			if _, err := inConfig.VerifyAccessToken(t.Context(), token); !errors.Is(err, row.want) || (err == nil) != (row.want == nil) {
				t.Errorf("in the configuration: %v, want %v", err, row.want)
			}
		})
	}
}

func TestRequirementErrorSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	v := mustNew(t, fixedConfig(t))
	_, err := v.VerifyAccessToken(t.Context(), testKey().Sign(accessToken(testNow)), AllScopes("orders/read", "orders/write"))
	var e *Error
	if !errors.As(err, &e) || e.Code != CodeInsufficientScope || !slices.Equal(e.Required, []string{"orders/read", "orders/write"}) || errors.Is(err, ErrTokenInvalid) {
		t.Errorf("got %v", err)
	}
	_, err = v.VerifyIDToken(t.Context(), testKey().Sign(idToken(testNow)), AnyScope("openid"))
	if !errors.Is(err, ErrInsufficientScope) {
		t.Errorf("a scope of an ID token: %v", err)
	}
	if _, err := v.VerifyIDToken(t.Context(), testKey().Sign(idToken(testNow)), AllGroups("admin", "staff")); err != nil {
		t.Error(err)
	}
}

func TestLeeway(t *testing.T) {
	t.Parallel()
	cfg := fixedConfig(t)
	cfg.Leeway = 10 * time.Second
	v := mustNew(t, cfg)
	for _, row := range []struct {
		change claimSet
		want   error
	}{
		{claimSet{"exp": testNow.Unix() - 9}, nil},
		{claimSet{"exp": testNow.Unix() - 10}, ErrTokenExpired},
		{claimSet{"nbf": testNow.Unix() + 10}, nil},
		{claimSet{"nbf": testNow.Unix() + 11}, ErrTokenNotYetValid},
		{claimSet{"iat": testNow.Unix() + 10}, nil},
		{claimSet{"iat": testNow.Unix() + 11}, ErrTokenNotYetValid},
	} {
		_, err := v.VerifyAccessToken(t.Context(), testKey().Sign(accessToken(testNow).with(row.change)))
		if !errors.Is(err, row.want) || (err == nil) != (row.want == nil) {
			t.Errorf("%v: %v, want %v", row.change, err, row.want)
		}
	}
}

func TestCheckRunsLast(t *testing.T) {
	t.Parallel()
	type key struct{}
	revoked := errors.New("revoked")
	calls := 0
	cfg := fixedConfig(t)
	var answer error
	cfg.Check = func(ctx context.Context, c *Claims) error {
		calls++
		if ctx.Value(key{}) != "here" {
			t.Error("not the caller's context")
		}
		if c.OriginID != "origin-1" || c.Username != testUsername || c.ClientID != testClient {
			t.Errorf("claims = %+v", c)
		}
		return answer
	}
	v := mustNew(t, cfg)
	ctx := context.WithValue(t.Context(), key{}, "here")
	good := testKey().Sign(accessToken(testNow))
	if _, err := v.VerifyAccessToken(ctx, good); err != nil || calls != 1 {
		t.Errorf("%v, %d calls", err, calls)
	}
	if _, err := v.VerifyIDToken(ctx, testKey().Sign(idToken(testNow))); err != nil || calls != 2 {
		t.Errorf("%v, %d calls", err, calls)
	}
	if _, err := v.VerifyAccessToken(ctx, good, AnyGroup("root")); !errors.Is(err, ErrForbidden) || calls != 2 {
		t.Errorf("%v, %d calls", err, calls)
	}
	answer = revoked
	c, err := v.VerifyAccessToken(ctx, good)
	var e *Error
	if c != nil || !errors.Is(err, revoked) || !errors.Is(err, ErrCheckFailed) || !errors.Is(err, ErrTokenInvalid) || !errors.As(err, &e) || e.Code != CodeCheckFailed {
		t.Errorf("got %v", err)
	}
	for _, group := range []error{ErrForbidden, ErrKeysUnavailable, ErrInsufficientScope} {
		answer = fmt.Errorf("for a reason: %w", group)
		if _, err := v.VerifyAccessToken(ctx, good); !errors.Is(err, group) || errors.Is(err, ErrTokenInvalid) {
			t.Errorf("%v: got %v", group, err)
		}
	}
}

func TestClients(t *testing.T) {
	t.Parallel()
	several := fixedConfig(t)
	several.ClientIDs = []string{"a", "b"}
	anyone := fixedConfig(t)
	anyone.ClientIDs, anyone.AnyClient = nil, true
	for name, row := range map[string]struct {
		cfg    Config
		client any
		want   error
	}{
		"one of several":             {several, "b", nil},
		"none of several":            {several, "c", ErrClientInvalid},
		"both in one":                {several, "a,b", ErrClientInvalid},
		"any":                        {anyone, "whoever", nil},
		"any, but there must be one": {anyone, "", ErrClientInvalid},
	} {
		v := mustNew(t, row.cfg)
		a, err := v.VerifyAccessToken(t.Context(), testKey().Sign(accessToken(testNow).with(claimSet{"client_id": row.client})))
		if !errors.Is(err, row.want) || (err == nil) != (row.want == nil) || err == nil && a.ClientID != row.client {
			t.Errorf("%s: access token: %v", name, err)
		}
		i, err := v.VerifyIDToken(t.Context(), testKey().Sign(idToken(testNow).with(claimSet{"aud": row.client})))
		if !errors.Is(err, row.want) || (err == nil) != (row.want == nil) || err == nil && i.ClientID != row.client {
			t.Errorf("%s: ID token: %v", name, err)
		}
	}
}

func TestMachineToken(t *testing.T) {
	t.Parallel()
	v := mustNew(t, fixedConfig(t))
	now := testNow.Unix()
	c, err := v.VerifyAccessToken(t.Context(), testKey().Sign(claimSet{
		"sub": testClient, "client_id": testClient, "token_use": "access", "scope": "orders/read orders/write", "iss": testIssuer,
		"auth_time": now, "iat": now, "exp": now + 3600, "version": 2, "jti": "x",
	}), AllScopes("orders/read"))
	if err != nil {
		t.Fatal(err)
	}
	if !c.Machine() || c.Username != "" || c.Groups != nil || c.Subject != testClient || len(c.Scopes) != 2 {
		t.Errorf("claims = %+v", c)
	}
}

func TestScopes(t *testing.T) {
	t.Parallel()
	v := mustNew(t, fixedConfig(t))
	for scope, want := range map[string][]string{
		"": nil, " ": nil, "a": {"a"}, " a  b ": {"a", "b"}, "a b c d e f g h i j": {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"},
	} {
		c, err := v.VerifyAccessToken(t.Context(), testKey().Sign(accessToken(testNow).with(claimSet{"scope": scope})))
		if err != nil || !slices.Equal(c.Scopes, want) {
			t.Errorf("%q: %q, %v", scope, c.Scopes, err)
		}
	}
}

// Appending to one list of the claims must not write into another.
func TestListsDoNotOverlap(t *testing.T) {
	t.Parallel()
	cfg := fixedConfig(t)
	cfg.TokenCacheSize = 10
	v := mustNew(t, cfg)
	token := testKey().Sign(accessToken(testNow).with(claimSet{"aud": "https://a"}))
	for range 3 {
		c, err := v.VerifyAccessToken(t.Context(), token)
		if err != nil {
			t.Fatal(err)
		}
		_ = append(c.Groups, "X")
		_ = append(c.Audience, "X")
		if !slices.Equal(c.Audience, []string{"https://a"}) || !slices.Equal(c.Scopes, []string{"openid", "orders/write"}) || !slices.Equal(c.Groups, []string{"admin", "staff"}) {
			t.Fatalf("groups %q, audience %q, scopes %q", c.Groups, c.Audience, c.Scopes)
		}
		c.Groups[0], c.Scopes[0], c.Audience[0], c.Subject = "X", "X", "X", "X" // for the next round to see, if it could
	}
}

func TestManyGroups(t *testing.T) {
	t.Parallel()
	v := mustNew(t, fixedConfig(t))
	var groups []string
	for i := range 100 {
		groups = append(groups, fmt.Sprint("group", i))
	}
	c, err := v.VerifyIDToken(t.Context(), testKey().Sign(idToken(testNow).with(claimSet{"cognito:groups": groups, "cognito:roles": groups[:30], "cognito:preferred_role": "group1"})), AllGroups(groups...))
	if err != nil || !slices.Equal(c.Groups, groups) || !slices.Equal(c.Roles, groups[:30]) || c.PreferredRole != "group1" {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestNewMultiBindsKeysToIssuers(t *testing.T) {
	t.Parallel()
	a := fixedConfig(t, testKey())
	b := fixedConfig(t, otherKey())
	b.UserPoolID, b.ClientIDs = "us-east-1_Other", []string{"client-b"}
	b.Requirements = []Requirement{AnyGroup("b-only")}
	b.TokenCacheSize = 10
	v, err := NewMulti(a, b)
	if err != nil {
		t.Fatal(err)
	}
	issuerB := "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Other"
	ofB := accessToken(testNow).with(claimSet{"iss": issuerB, "client_id": "client-b", "cognito:groups": []string{"b-only"}})
	for _, row := range []struct {
		name  string
		token string
		want  error
	}{
		{"of A", testKey().Sign(accessToken(testNow)), nil},
		{"of B", otherKey().Sign(ofB), nil},
		{"of B with A's key", testKey().Sign(ofB), ErrKeyNotFound},
		{"of A with B's key", otherKey().Sign(accessToken(testNow)), ErrKeyNotFound},
		{"of A for B's client", testKey().Sign(accessToken(testNow).with(claimSet{"client_id": "client-b"})), ErrClientInvalid},
		{"of B without B's group", otherKey().Sign(ofB.with(claimSet{"cognito:groups": nil})), ErrInsufficientGroup},
		{"of neither", testKey().Sign(accessToken(testNow).with(claimSet{"iss": issuerB + "x"})), ErrIssuerInvalid},
	} {
		for range 2 {
			if _, err := v.VerifyAccessToken(t.Context(), row.token); !errors.Is(err, row.want) || (err == nil) != (row.want == nil) {
				t.Errorf("%s: %v, want %v", row.name, err, row.want)
			}
		}
	}
}

func TestKeyWithoutAlg(t *testing.T) {
	t.Parallel()
	v := mustNew(t, fixedConfig(t, testKey().JWK(map[string]any{"alg": nil, "use": nil})))
	if _, err := v.VerifyAccessToken(t.Context(), testKey().Sign(accessToken(testNow))); err != nil {
		t.Error(err)
	}
}

// A Verifier nobody made refuses everything, and does not panic.
func TestZeroVerifier(t *testing.T) {
	t.Parallel()
	var v Verifier
	if _, err := v.VerifyAccessToken(t.Context(), testKey().Sign(accessToken(testNow))); !errors.Is(err, ErrIssuerInvalid) {
		t.Error(err)
	}
	if err := v.Prefetch(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	cfg := fixedConfig(t)
	cfg.TokenCacheSize = 8
	v := mustNew(t, cfg)
	var tokens []string
	for i := range 20 {
		tokens = append(tokens, testKey().Sign(accessToken(testNow).with(claimSet{"jti": fmt.Sprint(i)})))
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i := range 100 {
				c, err := v.VerifyAccessToken(t.Context(), tokens[i%20])
				if err != nil || c.TokenID != fmt.Sprint(i%20) {
					t.Errorf("%d: %+v, %v", i, c, err)
					return
				}
				c.Groups[0] = "mine"
			}
		})
	}
	wg.Wait()
}

func TestParseKeySet(t *testing.T) {
	t.Parallel()
	set, err := ParseKeySet(jwstest.JWKS(testKey(), otherKey(), map[string]any{"kty": "oct", "kid": "x", "k": "AA"}))
	if err != nil || !slices.Equal(set.KeyIDs(), []string{testKeyID, otherKeyID}) {
		t.Fatalf("%v, %v", set, err)
	}
	doc, err := json.Marshal(set)
	if err != nil {
		t.Fatal(err)
	}
	again, err := ParseKeySet(doc)
	if err != nil || !slices.Equal(again.KeyIDs(), set.KeyIDs()) {
		t.Errorf("%s: %v", doc, err)
	}
	cfg := fixedConfig(t)
	cfg.KeySet = again
	if _, err := mustNew(t, cfg).VerifyAccessToken(t.Context(), otherKey().Sign(accessToken(testNow))); err != nil {
		t.Error(err)
	}
	for _, bad := range []string{``, `{}`, `{"keys":[]}`, `{"keys":[{"kty":"oct","kid":"x","k":"AA"}]}`} {
		if set, err := ParseKeySet([]byte(bad)); err == nil || set != nil {
			t.Errorf("%q: %v, %v", bad, set, err)
		}
	}
}

// FuzzClaims reads whatever the fuzzer makes of a payload whose signature holds.
// What is accepted, golang-jwt and encoding/json must find the same claims in;
// what is refused must be refused as an invalid token.
func FuzzClaims(f *testing.F) {
	f.Add(text(accessToken(testNow)), true)
	f.Add(text(idToken(testNow)), false)
	f.Add(insert(`"\u0065xp":1,"a":{"b":[1,2.5,"\ud83d\ude00"]}`, accessToken(testNow)), true)
	f.Add(text(idToken(testNow).with(claimSet{"aud": []string{"a", testClient}, "azp": testClient})), false)
	issuer := mustNew(f, fixedConfig(f)).issuers[testIssuer]
	validator := jwt.NewValidator(jwt.WithTimeFunc(func() time.Time { return testNow }), jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithIssuer(testIssuer))
	f.Fuzz(func(t *testing.T, payload string, access bool) {
		use := ID
		if access {
			use = Access
		}
		var p parsed
		strs, err := scanClaims(payload, use, &p, nil)
		if err == nil {
			err = issuer.validate(&p, strs, use, testNow)
		} else if strs != nil {
			t.Fatal("a refused payload yields lists")
		}
		if err != nil {
			if !errors.Is(err, ErrTokenInvalid) {
				t.Fatalf("not in the group: %v", err)
			}
			return
		}
		var theirs jwt.MapClaims
		if err := json.Unmarshal([]byte(payload), &theirs); err != nil {
			t.Fatalf("encoding/json refuses it: %v", err)
		}
		if err := validator.Validate(theirs); err != nil {
			t.Fatalf("golang-jwt refuses it: %v", err)
		}
		c := p.accessClaims(strs)
		aud, _ := theirs.GetAudience()
		exp, _ := theirs.GetExpirationTime()
		if theirs["sub"] != c.Subject || exp.Unix() != c.ExpiresAt.Unix() || theirs["token_use"] != string(c.Use) || !slices.Equal(c.Audience, aud) {
			t.Fatalf("ours %+v, golang-jwt's %v", c, theirs)
		}
		if groups, ok := theirs["cognito:groups"].([]any); len(c.Groups) != len(groups) || !ok && theirs["cognito:groups"] != nil {
			t.Fatalf("groups %q, encoding/json says %v", c.Groups, theirs["cognito:groups"])
		}
		var decoded map[string]any
		if err := c.Decode(&decoded); err != nil || !reflect.DeepEqual(decoded, map[string]any(theirs)) {
			t.Fatalf("Decode says %v, %v; encoding/json %v", decoded, err, theirs)
		}
		if access && (theirs["client_id"] != testClient || c.ClientID != testClient) {
			t.Fatalf("client %v was accepted", theirs["client_id"])
		}
	})
}

// What is printed of claims are their fields, and what is logged tells whose
// token it was, and nothing that a log should not have.
func TestPrintingClaims(t *testing.T) {
	t.Parallel()
	v := mustNew(t, fixedConfig(t))
	claims, err := v.VerifyIDToken(t.Context(), testKey().Sign(idToken(testNow).with(claimSet{"custom:salary": "a secret"})))
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{fmt.Sprintf("%+v", claims), fmt.Sprintf("%#v", *claims), fmt.Sprint(claims.Claims)} {
		if strings.Contains(text, "secret") || !strings.Contains(text, claims.Subject) {
			t.Error(text)
		}
	}
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, nil))
	logger.Info("in", "claims", claims)
	logger.Info("in", "access", &AccessClaims{Claims: Claims{Subject: "somebody", Username: "a secret"}})
	for _, want := range []string{"claims.sub=" + claims.Subject, "claims.token_use=id", "claims.jti=jti-2", "claims.origin_jti=origin-1", "access.sub=somebody"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("%s is not in %s", want, &log)
		}
	}
	logger.Info("nobody", "access", (*AccessClaims)(nil), "id", (*IDClaims)(nil), "claims", (*Claims)(nil))
	if !strings.Contains(log.String(), "access=<nil> id=<nil> claims=<nil>") {
		t.Error(&log)
	}
	for _, personal := range []string{claims.Email, claims.Name, claims.PhoneNumber, claims.Username, "secret"} {
		if strings.Contains(log.String(), personal) {
			t.Errorf("%s is in %s", personal, &log)
		}
	}
}
