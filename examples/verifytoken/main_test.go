package main

import (
	"bytes"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"time"

	"github.com/cognitoauth/cognito-go/jwtverify"
	"github.com/cognitoauth/cognito-go/jwtverify/jwtverifytest"
)

// noon is when the tokens of these tests are issued and judged.
var noon = time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)

const at = "-at=2026-03-01T12:00:00Z"

func newIssuer() *jwtverifytest.Issuer {
	return jwtverifytest.NewIssuer(jwtverifytest.Config{
		UserPoolID: "eu-west-1_Pool", ClientID: "client",
		Now: func() time.Time { return noon },
	})
}

// keyFile writes the issuer's keys to a file.
func keyFile(t *testing.T, iss *jwtverifytest.Issuer) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "jwks.json")
	if err := os.WriteFile(path, iss.JWKS(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func runWith(t *testing.T, stdin string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, messages bytes.Buffer
	status = run(t.Context(), args, strings.NewReader(stdin), &out, &messages)
	return status, out.String(), messages.String()
}

func TestGoodToken(t *testing.T) {
	t.Parallel()
	iss := newIssuer()
	keys := keyFile(t, iss)
	for _, row := range []struct {
		name, token string
		args        []string
		want        []string
	}{
		{"access token", iss.AccessToken(), nil, []string{"good: access token of " + jwtverifytest.DefaultSubject + ", until 2026-03-01T13:00:00Z\n{\n", `  "username": "ada"`}},
		{"ID token", iss.IDToken(), []string{"-use=id"}, []string{"good: id token", `"email": "ada@example.com"`}},
		{"as pasted from a header", "\r\n bearer  " + iss.AccessToken() + " \n", nil, []string{"good: access"}},
		{"requirements met", iss.AccessToken(jwtverifytest.Groups("admin"), jwtverifytest.Scopes("a", "b")), []string{"-groups=admin,staff", "-scopes=a,b"}, []string{"good: access"}},
		{"several clients", iss.AccessToken(jwtverifytest.Client("other")), []string{"-client=more,other"}, []string{"good: access"}},
		{
			"what a terminal would obey", iss.AccessToken(jwtverifytest.Claim("custom:x", "\u009b2J\u202e")), nil,
			[]string{`"custom:x": "\u009b2J\u202e"`},
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			args := append([]string{"-pool=eu-west-1_Pool", "-client=client", "-jwks=" + keys, at}, row.args...)
			status, stdout, stderr := runWith(t, row.token, args...)
			if status != statusGood || stderr != "" {
				t.Errorf("status %d, stderr %s", status, stderr)
			}
			for _, want := range row.want {
				if !strings.Contains(stdout, want) {
					t.Errorf("no %q in:\n%s", want, stdout)
				}
			}
		})
	}
}

func TestRefusedToken(t *testing.T) {
	t.Parallel()
	iss := newIssuer()
	keys := keyFile(t, iss)
	for _, row := range []struct {
		name, token string
		args        []string
		code        string
		want        []string
	}{
		{"nothing", "\n", nil, "token_missing", []string{"expected   a token on the standard input"}},
		{"garbage", "garbage", nil, "token_malformed", []string{"because", "RFC 7515"}},
		{"no exp", iss.AccessToken(jwtverifytest.NoClaim("exp")), nil, "token_malformed", []string{"at fault   exp", "token says nothing"}},
		{"alg none", iss.AccessToken(jwtverifytest.Header("alg", "none")), nil, "algorithm_not_allowed", []string{`token says "none"`, "expected   RS256"}},
		{
			"another pool", iss.AccessToken(jwtverifytest.Claim("iss", "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Other")), nil, "issuer_invalid",
			[]string{
				`token says "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Other"`,
				"expected   https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Pool or https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Pool",
			},
		},
		{"another issuer than named", iss.AccessToken(), []string{"-issuer=https://example.com"}, "issuer_invalid", []string{"expected   https://example.com\n"}},
		{"an unknown key", iss.AccessToken(jwtverifytest.UnknownKey()), nil, "key_not_found", []string{"at fault   kid", iss.KeySet().KeyIDs()[0]}},
		{"forged", iss.AccessToken(jwtverifytest.Forged()), nil, "signature_invalid", []string{keys}},
		{"expired", iss.AccessToken(jwtverifytest.Expired()), nil, "token_expired", []string{"which is 2026-03-01T11:00:00Z", "expected   later than 2026-03-01T12:00:00Z"}},
		{"expired despite leeway", iss.AccessToken(jwtverifytest.ExpiresIn(-time.Minute)), []string{"-leeway=10s"}, "token_expired", []string{"later than 2026-03-01T11:59:50Z"}},
		{"from the future", iss.AccessToken(jwtverifytest.NotYetValid()), nil, "token_not_yet_valid", []string{"which is 2026-03-01T13:00:00Z", "no later than 2026-03-01T12:00:00Z"}},
		{"an ID token", iss.IDToken(), nil, "token_use_invalid", []string{`token says "id"`, "expected   access, as -use says"}},
		{"another client", iss.AccessToken(jwtverifytest.Client("other")), nil, "client_invalid", []string{"at fault   client_id", `token says "other"`, "expected   client\n"}},
		{"another client's ID token", iss.IDToken(jwtverifytest.Client("other")), []string{"-use=id"}, "client_invalid", []string{"at fault   aud", `token says "other"`}},
		{"another resource", iss.AccessToken(jwtverifytest.Claim("aud", "https://a")), []string{"-resource=https://b"}, "audience_invalid", []string{`token says "https://a"`, "expected   https://b"}},
		{"a sign-in long ago", iss.AccessToken(jwtverifytest.IssuedAgo(30 * time.Minute)), []string{"-max-auth-age=5m"}, "auth_too_old", []string{"which is 2026-03-01T11:30:00Z", "expected   2026-03-01T11:55:00Z or later"}},
		{"a scope missing", iss.AccessToken(jwtverifytest.Scopes("a")), []string{"-scopes=a,b"}, "insufficient_scope", []string{`token says "a"`, "expected   a and b"}},
		{"a group missing", iss.AccessToken(jwtverifytest.Groups("a")), []string{"-groups=b,c"}, "insufficient_group", []string{`token says ["a"]`, "expected   b or c"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			args := append([]string{"-pool=eu-west-1_Pool", "-client=client", "-jwks=" + keys, at}, row.args...)
			status, stdout, stderr := runWith(t, row.token, args...)
			if status != statusRefused || stderr != "" {
				t.Errorf("status %d, stderr %s", status, stderr)
			}
			for _, want := range append(row.want, "refused: "+row.code+"\n", "  rule ", "  error      jwtverify: ") {
				if !strings.Contains(stdout, want) {
					t.Errorf("no %q in:\n%s", want, stdout)
				}
			}
		})
	}
}

// The issuers of a pool are derived in every partition; only those of the first
// two can be spelled out.
func TestPartitions(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, pool, expected string }{
		{"commercial", "us-east-1_x", "expected   https://cognito-idp.us-east-1.amazonaws.com/us-east-1_x or https://issuer-cognito-idp."},
		{"GovCloud", "us-gov-west-1_x", "expected   https://cognito-idp.us-gov-west-1.amazonaws.com/us-gov-west-1_x or https://issuer-cognito-idp."},
		{"China", "cn-north-1_x", "expected   the issuer that the partition of its region gives cn-north-1_x\n"},
		{"European Sovereign Cloud", "eusc-de-east-1_x", "expected   the issuer that the partition of its region gives eusc-de-east-1_x\n"},
		{"isolated", "us-iso-east-1_x", "expected   the issuer that the partition of its region gives us-iso-east-1_x\n"},
		{"isolated, second", "us-isob-east-1_x", "expected   the issuer that the partition of its region gives us-isob-east-1_x\n"},
		{"isolated, Europe", "eu-isoe-west-1_x", "expected   the issuer that the partition of its region gives eu-isoe-west-1_x\n"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			iss := jwtverifytest.NewIssuer(jwtverifytest.Config{UserPoolID: row.pool, ClientID: "client", Now: func() time.Time { return noon }})
			args := []string{"-pool=" + row.pool, "-client=client", "-jwks=" + keyFile(t, iss), at}
			if status, stdout, stderr := runWith(t, iss.AccessToken(), args...); status != statusGood {
				t.Errorf("status %d: %s%s", status, stdout, stderr)
			}
			foreign := iss.AccessToken(jwtverifytest.Claim("iss", "https://example.com"))
			status, stdout, _ := runWith(t, foreign, args...)
			if status != statusRefused || !strings.Contains(stdout, row.expected) {
				t.Errorf("status %d, want %q in:\n%s", status, row.expected, stdout)
			}
		})
	}
}

// Every code that a verification with these options can end with is explained.
func TestEveryCodeHasItsRule(t *testing.T) {
	t.Parallel()
	for _, code := range []jwtverify.Code{
		jwtverify.CodeTokenMissing, jwtverify.CodeTokenMalformed, jwtverify.CodeAlgorithmNotAllowed,
		jwtverify.CodeIssuerInvalid, jwtverify.CodeKeyNotFound, jwtverify.CodeSignatureInvalid,
		jwtverify.CodeTokenExpired, jwtverify.CodeTokenNotYetValid, jwtverify.CodeTokenUseInvalid,
		jwtverify.CodeClientInvalid, jwtverify.CodeAudienceInvalid, jwtverify.CodeAuthTooOld,
		jwtverify.CodeInsufficientScope, jwtverify.CodeInsufficientGroup, jwtverify.CodeKeysUnavailable,
	} {
		if rules[code].rule == "" {
			t.Errorf("%q has none", code)
		}
	}
}

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestOutputThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	iss := newIssuer()
	var messages bytes.Buffer
	args := []string{"-pool=eu-west-1_Pool", "-client=client", "-jwks=" + keyFile(t, iss), at}
	status := run(t.Context(), args, strings.NewReader(iss.AccessToken()), failingWriter{}, &messages)
	if status == statusGood || !strings.Contains(messages.String(), "disk full") {
		t.Errorf("status %d, stderr %s", status, &messages)
	}
}

func TestFetchedKeys(t *testing.T) {
	t.Parallel()
	iss := newIssuer()
	t.Cleanup(iss.Close)
	args := []string{"-pool=eu-west-1_Pool", "-any-client", "-jwks-url=" + iss.Serve(), at}

	if status, stdout, stderr := runWith(t, iss.AccessToken(), args...); status != statusGood {
		t.Errorf("status %d: %s%s", status, stdout, stderr)
	}
	if status, stdout, _ := runWith(t, iss.AccessToken(jwtverifytest.UnknownKey()), args...); status != statusRefused || !strings.Contains(stdout, "published at http://127.0.0.1") {
		t.Errorf("status %d: %s", status, stdout)
	}
	iss.Break(jwtverifytest.Failing)
	status, stdout, _ := runWith(t, iss.AccessToken(), args...)
	if status != statusNoKeys || !strings.Contains(stdout, "cannot tell: keys_unavailable\n") || !strings.Contains(stdout, "503") {
		t.Errorf("status %d: %s", status, stdout)
	}
}

// Whatever a token names, nothing of it is contacted.
func TestNoHostOfTheTokenIsContacted(t *testing.T) {
	t.Parallel()
	var contacts atomic.Int32
	trap := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { contacts.Add(1) }))
	t.Cleanup(trap.Close)
	iss := newIssuer()
	keys := keyFile(t, iss)
	for _, args := range [][]string{
		{"-pool=eu-west-1_Pool", "-client=client", "-jwks=" + keys, at},
		{"-pool=eu-west-1_Pool", "-client=client", at}, // keys of AWS, which must not be reached for a foreign issuer
	} {
		token := iss.AccessToken(
			jwtverifytest.Claim("iss", trap.URL), jwtverifytest.Header("jku", trap.URL), jwtverifytest.Header("x5u", trap.URL), jwtverifytest.Header("kid", trap.URL))
		if status, stdout, _ := runWith(t, token, args...); status != statusRefused || !strings.Contains(stdout, "issuer_invalid") {
			t.Errorf("status %d: %s", status, stdout)
		}
	}
	if got := contacts.Load(); got != 0 {
		t.Errorf("%d requests", got)
	}
}

func TestUsage(t *testing.T) {
	t.Parallel()
	empty := filepath.Join(t.TempDir(), "empty.json")
	if err := os.WriteFile(empty, []byte(`{"keys":[]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name string
		args []string
		want string
	}{
		{"nothing", nil, "UserPoolID"},
		{"no client", []string{"-pool=eu-west-1_Pool"}, "ClientIDs"},
		{"a pool that is none", []string{"-pool=pool", "-client=c"}, "UserPoolID"},
		{"an unknown option", []string{"-host=x"}, "-host"},
		{"a use that is none", []string{"-use=refresh"}, "want access or id"},
		{"a time that is none", []string{"-at=noon"}, "-at"},
		{"no such file", []string{"-pool=eu-west-1_Pool", "-client=c", "-jwks=" + empty + "x"}, "empty.jsonx"},
		{"a file without keys", []string{"-pool=eu-west-1_Pool", "-client=c", "-jwks=" + empty}, "empty.json"},
		{"a token as an argument", []string{"-pool=eu-west-1_Pool", "-client=c", "secret"}, "standard input"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			status, stdout, stderr := runWith(t, "", row.args...)
			if status != statusUsage || stdout != "" || !strings.Contains(stderr, row.want) || strings.Contains(stderr, "secret") {
				t.Errorf("status %d, stdout %q, stderr %s", status, stdout, stderr)
			}
		})
	}

	t.Run("help", func(t *testing.T) {
		t.Parallel()
		if status, _, stderr := runWith(t, "", "-help"); status != statusGood || !strings.Contains(stderr, "-pool id") {
			t.Errorf("status %d, stderr %s", status, stderr)
		}
	})
	t.Run("input that cannot be read", func(t *testing.T) {
		t.Parallel()
		var out, messages bytes.Buffer
		status := run(t.Context(), []string{"-pool=eu-west-1_Pool", "-client=c"}, iotest.ErrReader(errors.New("gone")), &out, &messages)
		if status != statusUsage || !strings.Contains(messages.String(), "gone") {
			t.Errorf("status %d, stderr %s", status, &messages)
		}
	})
}
