package jwthttp_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/cognitoauth/cognito-go/jwtverify"
	"github.com/cognitoauth/cognito-go/jwtverify/jwthttp"
	"github.com/cognitoauth/cognito-go/jwtverify/jwtverifytest"
)

// request returns a request with each of the Authorization headers.
func request(tb testing.TB, authorization ...string) *http.Request {
	tb.Helper()
	r := httptest.NewRequestWithContext(tb.Context(), http.MethodGet, "/", nil)
	for _, value := range authorization {
		r.Header.Add("Authorization", value)
	}
	return r
}

// recorder is a handler that says who called it.
type recorder struct {
	called bool
	access *jwtverify.AccessClaims
	id     *jwtverify.IDClaims
	claims *jwtverify.Claims
}

func (h *recorder) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.called = true
	h.access, _ = jwthttp.AccessClaims(r.Context())
	h.id, _ = jwthttp.IDClaims(r.Context())
	h.claims, _ = jwthttp.Claims(r.Context())
	w.WriteHeader(http.StatusNoContent)
}

func serve(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return rec
}

// verifierFunc is somebody else's verifier.
type verifierFunc func(ctx context.Context, token string) (*jwtverify.AccessClaims, error)

func (f verifierFunc) VerifyAccessToken(ctx context.Context, token string, _ ...jwtverify.Requirement) (*jwtverify.AccessClaims, error) {
	return f(ctx, token)
}

// twoVerifiers verifies ID tokens too, without claims.
type twoVerifiers struct{ verifierFunc }

func (twoVerifiers) VerifyIDToken(context.Context, string, ...jwtverify.Requirement) (*jwtverify.IDClaims, error) {
	return nil, nil
}

func TestHandlerLetsGoodTokensThrough(t *testing.T) {
	t.Parallel()
	iss := jwtverifytest.NewIssuer(jwtverifytest.Config{})
	v := iss.Verifier()

	t.Run("access token", func(t *testing.T) {
		t.Parallel()
		var next recorder
		h := jwthttp.New(v, jwthttp.Options{}).Handler(&next, jwtverify.AnyGroup("admin"), jwtverify.AllScopes("a", "b"))
		token := iss.AccessToken(jwtverifytest.Groups("admin"), jwtverifytest.Scopes("a", "b", "c"))
		if res := serve(h, request(t, "Bearer "+token)); res.Code != http.StatusNoContent {
			t.Fatalf("status %d, %s", res.Code, res.Header())
		}
		if next.access == nil || next.access.Username != jwtverifytest.DefaultUsername || next.id != nil || next.claims != &next.access.Claims {
			t.Errorf("claims %+v", next)
		}
	})
	t.Run("ID token", func(t *testing.T) {
		t.Parallel()
		var next recorder
		h := jwthttp.New(v, jwthttp.Options{Use: jwtverify.ID}).Handler(&next, jwtverify.AnyGroup("admin"))
		if res := serve(h, request(t, "Bearer "+iss.IDToken(jwtverifytest.Groups("admin")))); res.Code != http.StatusNoContent {
			t.Fatalf("status %d, %s", res.Code, res.Header())
		}
		if next.id == nil || next.id.Email != jwtverifytest.DefaultEmail || next.access != nil || next.claims != &next.id.Claims {
			t.Errorf("claims %+v", next)
		}
	})
}

// The answers of RFC 6750 section 3, and who is not let through.
func TestHandlerAnswers(t *testing.T) {
	t.Parallel()
	iss := jwtverifytest.NewIssuer(jwtverifytest.Config{})
	good := "Bearer " + iss.AccessToken()
	for _, row := range []struct {
		name          string
		authorization []string
		requirements  []jwtverify.Requirement
		status        int
		challenge     string
	}{
		{"no token", nil, nil, 401, `Bearer realm="api"`},
		{"another scheme", []string{"Basic YTpi"}, nil, 401, `Bearer realm="api"`},
		{
			"a scheme that begins like ours", []string{"Bearerx " + good}, nil, 400,
			`Bearer realm="api", error="invalid_request", error_description="Authorization has no scheme"`,
		},
		{
			"a token without a scheme", []string{iss.AccessToken()}, nil, 400,
			`Bearer realm="api", error="invalid_request", error_description="Authorization is not a scheme and credentials"`,
		},
		{
			"another scheme, and then ours", []string{"Basic YTpi, " + good}, nil, 400,
			`Bearer realm="api", error="invalid_request", error_description="Authorization has more than one scheme"`,
		},
		{
			"an empty header", []string{""}, nil, 400,
			`Bearer realm="api", error="invalid_request", error_description="Authorization has no scheme"`,
		},
		{
			"a scheme without a token", []string{"Bearer"}, nil, 400,
			`Bearer realm="api", error="invalid_request", error_description="Authorization has no token"`,
		},
		{
			"three fields", []string{good + " x"}, nil, 400,
			`Bearer realm="api", error="invalid_request", error_description="Authorization has more than a scheme and a token"`,
		},
		{
			"two tokens in one header", []string{good + ", " + good}, nil, 400,
			`Bearer realm="api", error="invalid_request", error_description="Authorization has more than a scheme and a token"`,
		},
		{
			"two headers", []string{good, good}, nil, 400,
			`Bearer realm="api", error="invalid_request", error_description="Authorization is sent more than once"`,
		},
		{
			"two headers, one of another scheme", []string{"Basic YTpi", good}, nil, 400,
			`Bearer realm="api", error="invalid_request", error_description="Authorization is sent more than once"`,
		},
		{"garbage", []string{"Bearer garbage"}, nil, 401, `Bearer realm="api", error="invalid_token"`},
		{"forged", []string{"Bearer " + iss.AccessToken(jwtverifytest.Forged())}, nil, 401, `Bearer realm="api", error="invalid_token"`},
		{"an ID token", []string{"Bearer " + iss.IDToken()}, nil, 401, `Bearer realm="api", error="invalid_token"`},
		{
			"expired", []string{"Bearer " + iss.AccessToken(jwtverifytest.Expired())}, nil, 401,
			`Bearer realm="api", error="invalid_token", error_description="The token has expired"`,
		},
		{"for another resource", []string{good}, []jwtverify.Requirement{jwtverify.Resource("https://api")}, 401, `Bearer realm="api", error="invalid_token"`},
		{
			"a sign-in too long ago", []string{"Bearer " + iss.AccessToken(jwtverifytest.IssuedAgo(1e9))}, []jwtverify.Requirement{jwtverify.MaxAuthAge(1)}, 401,
			`Bearer realm="api", error="insufficient_user_authentication", error_description="A more recent sign-in is required"`,
		},
		{
			"scopes missing", []string{good}, []jwtverify.Requirement{jwtverify.AllScopes("orders/read", "orders/write")}, 403,
			`Bearer realm="api", error="insufficient_scope", scope="orders/read orders/write"`,
		},
		{"a group missing", []string{good}, []jwtverify.Requirement{jwtverify.AnyGroup("admin")}, 403, `Bearer realm="api", error="insufficient_scope"`},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			guard := jwthttp.New(iss.Verifier(), jwthttp.Options{})
			var next recorder
			res := serve(guard.Handler(&next, row.requirements...), request(t, row.authorization...))
			if next.called {
				t.Error("the request went through")
			}
			if res.Code != row.status {
				t.Errorf("status %d, want %d", res.Code, row.status)
			}
			if got := res.Header().Values("WWW-Authenticate"); len(got) != 1 || got[0] != row.challenge {
				t.Errorf("WWW-Authenticate\n got %q\nwant %q", got, row.challenge)
			}
			checkBody(t, res)

			// Check decides alike, and writes nothing.
			claims, err := guard.Check(request(t, row.authorization...), row.requirements...)
			if claims != nil || err == nil {
				t.Errorf("Check: %+v, %v", claims, err)
			}
			if d := guard.Denial(err); d.Status != row.status || d.Challenge != row.challenge || !errors.Is(d.Err, err) {
				t.Errorf("Denial %+v", d)
			}
			if r, err := guard.Authenticate(request(t, row.authorization...), row.requirements...); r != nil || err == nil {
				t.Errorf("Authenticate: %v, %v", r, err)
			}
		})
	}
}

// checkBody holds that a refusal says its status and nothing more.
func checkBody(t *testing.T, res *httptest.ResponseRecorder) {
	t.Helper()
	if got, want := res.Body.String(), http.StatusText(res.Code)+"\n"; got != want {
		t.Errorf("body %q, want %q", got, want)
	}
	for name, want := range map[string]string{
		"Cache-Control":          "no-store",
		"Content-Type":           "text/plain; charset=utf-8",
		"X-Content-Type-Options": "nosniff",
	} {
		if got := res.Header().Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestKeysUnavailable(t *testing.T) {
	t.Parallel()
	iss := jwtverifytest.NewIssuer(jwtverifytest.Config{})
	iss.Break(jwtverifytest.Failing)
	guard := jwthttp.New(iss.Verifier(), jwthttp.Options{})
	for name, h := range map[string]http.Handler{
		"Handler":         guard.Handler(&recorder{}),
		"OptionalHandler": guard.OptionalHandler(&recorder{}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			res := serve(h, request(t, "Bearer "+iss.AccessToken()))
			if res.Code != http.StatusServiceUnavailable || res.Header().Get("Retry-After") != "1" || res.Header()["Www-Authenticate"] != nil {
				t.Errorf("status %d, %v", res.Code, res.Header())
			}
			checkBody(t, res)
		})
	}
}

func TestRetryAfterIsInWholeSeconds(t *testing.T) {
	t.Parallel()
	guard := jwthttp.New(verifierFunc(nil), jwthttp.Options{})
	for _, row := range []struct {
		name string
		err  error
		want string
	}{
		{"unknown", &jwtverify.Error{Code: jwtverify.CodeKeysUnavailable}, "1"},
		{"half a second", &jwtverify.Error{Code: jwtverify.CodeKeysUnavailable, RetryAfter: 5e8}, "1"},
		{"a second", &jwtverify.Error{Code: jwtverify.CodeKeysUnavailable, RetryAfter: 1e9}, "1"},
		{"more", &jwtverify.Error{Code: jwtverify.CodeKeysUnavailable, RetryAfter: 1e9 + 1}, "2"},
		{"another verifier's error", fmt.Errorf("down: %w", jwtverify.ErrKeysUnavailable), "1"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			rec := httptest.NewRecorder()
			guard.Deny(rec, request(t), row.err)
			if got := rec.Header().Get("Retry-After"); rec.Code != http.StatusServiceUnavailable || got != row.want {
				t.Errorf("status %d, Retry-After %q, want %q", rec.Code, got, row.want)
			}
		})
	}
}

func TestOptionalHandler(t *testing.T) {
	t.Parallel()
	iss := jwtverifytest.NewIssuer(jwtverifytest.Config{})
	guard := jwthttp.New(iss.Verifier(), jwthttp.Options{})
	good := "Bearer " + iss.AccessToken()
	for _, row := range []struct {
		name          string
		authorization []string
		requirements  []jwtverify.Requirement
		status        int
		claims        bool
	}{
		{"no token", nil, nil, 204, false},
		{"no token, and a requirement for those who have one", nil, []jwtverify.Requirement{jwtverify.AnyGroup("admin")}, 204, false},
		{"another scheme", []string{"Basic YTpi"}, nil, 204, false},
		{"a colon for the space", []string{strings.Replace(good, " ", ":", 1)}, nil, 400, false},
		{"a token without a scheme", []string{iss.AccessToken()}, nil, 400, false},
		{"another scheme, and then ours", []string{"Basic YTpi, " + good}, nil, 400, false},
		{"a good token", []string{good}, nil, 204, true},
		{"a good token that does not meet a requirement", []string{good}, []jwtverify.Requirement{jwtverify.AnyGroup("admin")}, 403, false},
		{"a bad token", []string{"Bearer garbage"}, nil, 401, false},
		{"an expired token", []string{"Bearer " + iss.AccessToken(jwtverifytest.Expired())}, nil, 401, false},
		{"a scheme without a token", []string{"Bearer"}, nil, 400, false},
		{"two headers", []string{good, good}, nil, 400, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			var next recorder
			res := serve(guard.OptionalHandler(&next, row.requirements...), request(t, row.authorization...))
			if res.Code != row.status || next.called != (row.status == 204) || (next.access != nil) != row.claims || (next.claims != nil) != row.claims {
				t.Errorf("status %d, %+v", res.Code, next)
			}
		})
	}
}

// A guard further out may trust another pool. Whoever is behind the inner one
// must not take its claims for a user of theirs.
func TestOptionalHandlerHidesTheClaimsOfAnotherGuard(t *testing.T) {
	t.Parallel()
	iss := jwtverifytest.NewIssuer(jwtverifytest.Config{})
	outer := jwthttp.New(iss.Verifier(), jwthttp.Options{})
	inner := jwthttp.New(iss.Verifier(), jwthttp.Options{Sources: []jwthttp.Source{jwthttp.Header("X-Admin")}})
	var next recorder
	serve(outer.Handler(inner.OptionalHandler(&next)), request(t, "Bearer "+iss.AccessToken()))
	if !next.called || next.access != nil || next.claims != nil {
		t.Errorf("got %+v", next)
	}
}

// A service may want to know both what a client may do and who its user is.
func TestNestedGuards(t *testing.T) {
	t.Parallel()
	iss := jwtverifytest.NewIssuer(jwtverifytest.Config{})
	v := iss.Verifier()
	access := jwthttp.New(v, jwthttp.Options{})
	id := jwthttp.New(v, jwthttp.Options{Use: jwtverify.ID, Sources: []jwthttp.Source{jwthttp.Header("X-ID-Token")}})
	for _, row := range []struct {
		name       string
		wrap       func(http.Handler) http.Handler
		idToken    string
		access, id bool
		last       jwtverify.TokenUse // of what Claims returns
	}{
		{"ID token inside", func(h http.Handler) http.Handler { return access.Handler(id.Handler(h)) }, iss.IDToken(), true, true, jwtverify.ID},
		{"access token inside", func(h http.Handler) http.Handler { return id.Handler(access.Handler(h)) }, iss.IDToken(), true, true, jwtverify.Access},
		{"no ID token inside", func(h http.Handler) http.Handler { return access.Handler(id.OptionalHandler(h)) }, "", true, false, ""},
		{"no ID token outside", func(h http.Handler) http.Handler { return id.OptionalHandler(access.Handler(h)) }, "", true, false, jwtverify.Access},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			r := request(t, "Bearer "+iss.AccessToken())
			if row.idToken != "" {
				r.Header.Set("X-ID-Token", row.idToken)
			}
			var next recorder
			serve(row.wrap(&next), r)
			if !next.called || (next.access != nil) != row.access || (next.id != nil) != row.id {
				t.Errorf("got %+v", next)
			}
			var last jwtverify.TokenUse
			if next.claims != nil {
				last = next.claims.Use
			}
			if last != row.last {
				t.Errorf("Claims are of the %q token, want %q", last, row.last)
			}
		})
	}
}

func TestCheckAndAuthenticate(t *testing.T) {
	t.Parallel()
	iss := jwtverifytest.NewIssuer(jwtverifytest.Config{})
	for _, row := range []struct {
		use   jwtverify.TokenUse
		token string
	}{
		{jwtverify.Access, iss.AccessToken()},
		{jwtverify.ID, iss.IDToken()},
	} {
		t.Run(string(row.use), func(t *testing.T) {
			t.Parallel()
			guard := jwthttp.New(iss.Verifier(), jwthttp.Options{Use: row.use})
			r := request(t, "Bearer "+row.token)
			claims, err := guard.Check(r)
			if err != nil || claims.Subject != jwtverifytest.DefaultSubject || claims.Use != row.use {
				t.Errorf("Check: %+v, %v", claims, err)
			}
			if _, ok := jwthttp.Claims(r.Context()); ok {
				t.Error("Check changed the request")
			}
			authenticated, err := guard.Authenticate(r)
			if err != nil {
				t.Fatal(err)
			}
			if claims, ok := jwthttp.Claims(authenticated.Context()); !ok || claims.Use != row.use {
				t.Errorf("Authenticate: %+v", claims)
			}
			_, access := jwthttp.AccessClaims(authenticated.Context())
			_, id := jwthttp.IDClaims(authenticated.Context())
			if access != (row.use == jwtverify.Access) || id != (row.use == jwtverify.ID) {
				t.Errorf("access claims %t, ID claims %t", access, id)
			}
		})
	}

	t.Run("no token", func(t *testing.T) {
		t.Parallel()
		if _, err := jwthttp.New(iss.Verifier(), jwthttp.Options{}).Check(request(t)); !errors.Is(err, jwtverify.ErrTokenMissing) {
			t.Errorf("got %v", err)
		}
	})
}

func TestOtherVerifiers(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name string
		use  jwtverify.TokenUse
		f    verifierFunc
		want int
	}{
		{"claims", jwtverify.Access, func(context.Context, string) (*jwtverify.AccessClaims, error) { return &jwtverify.AccessClaims{}, nil }, 204},
		{"an error of its own", jwtverify.Access, func(context.Context, string) (*jwtverify.AccessClaims, error) { return nil, errors.New("no") }, 401},
		{"a list of ours", jwtverify.Access, func(context.Context, string) (*jwtverify.AccessClaims, error) {
			return nil, fmt.Errorf("banned: %w", jwtverify.ErrForbidden)
		}, 403},
		{"neither claims nor an error", jwtverify.Access, func(context.Context, string) (*jwtverify.AccessClaims, error) { return nil, nil }, 401},
		{"neither ID claims nor an error", jwtverify.ID, nil, 401},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			h := jwthttp.New(twoVerifiers{row.f}, jwthttp.Options{Use: row.use}).Handler(&recorder{})
			if res := serve(h, request(t, "Bearer x")); res.Code != row.want {
				t.Errorf("status %d, want %d", res.Code, row.want)
			}
		})
	}
}

func TestRequirementsAreCopied(t *testing.T) {
	t.Parallel()
	iss := jwtverifytest.NewIssuer(jwtverifytest.Config{})
	guard := jwthttp.New(iss.Verifier(), jwthttp.Options{})
	requirements := []jwtverify.Requirement{jwtverify.AnyGroup("admin")}
	handler, middleware := guard.Handler(&recorder{}, requirements...), guard.Middleware(requirements...)
	requirements[0] = jwtverify.AnyScope(jwtverifytest.DefaultScope)
	for name, h := range map[string]http.Handler{"Handler": handler, "Middleware": middleware(&recorder{})} {
		if res := serve(h, request(t, "Bearer "+iss.AccessToken())); res.Code != http.StatusForbidden {
			t.Errorf("%s: status %d", name, res.Code)
		}
	}
}

func TestMiddleware(t *testing.T) {
	t.Parallel()
	iss := jwtverifytest.NewIssuer(jwtverifytest.Config{})
	wrap := jwthttp.New(iss.Verifier(), jwthttp.Options{}).Middleware(jwtverify.AnyGroup("admin"))
	for _, row := range []struct {
		name  string
		token string
		want  int
	}{
		{"met", iss.AccessToken(jwtverifytest.Groups("admin")), http.StatusNoContent},
		{"not met", iss.AccessToken(), http.StatusForbidden},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			if res := serve(wrap(&recorder{}), request(t, "Bearer "+row.token)); res.Code != row.want {
				t.Errorf("status %d, want %d", res.Code, row.want)
			}
		})
	}
}

// Check and Authenticate get their requirements with each request, when it is
// too late to panic. Nobody meets them all the same, and no challenge breaks.
func TestRequirementsThatNoTokenMeets(t *testing.T) {
	t.Parallel()
	iss := jwtverifytest.NewIssuer(jwtverifytest.Config{})
	guard := jwthttp.New(iss.Verifier(), jwthttp.Options{})
	for _, row := range []struct {
		name        string
		requirement jwtverify.Requirement
	}{
		{"the zero requirement", jwtverify.Requirement{}},
		{"no scope", jwtverify.AnyScope()},
		{"a quote in a scope", jwtverify.AllScopes(`a"b`)},
		{"two scopes in one", jwtverify.AllScopes("a b")},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			_, err := guard.Check(request(t, "Bearer "+iss.AccessToken(jwtverifytest.Scopes("a", "b"))), row.requirement)
			d := guard.Denial(err)
			if want := `Bearer realm="api", error="insufficient_scope"`; d.Status != http.StatusForbidden || d.Challenge != want {
				t.Errorf("got %+v, want %s", d, want)
			}
		})
	}
}

func TestPanics(t *testing.T) {
	t.Parallel()
	v := jwtverifytest.NewIssuer(jwtverifytest.Config{}).Verifier()
	guard := jwthttp.New(v, jwthttp.Options{})
	for _, row := range []struct {
		name string
		f    func()
		want string
	}{
		{"a nil Verifier", func() { jwthttp.New((*jwtverify.Verifier)(nil), jwthttp.Options{}) }, "needs a verifier"},
		{"a nil Verifier for ID tokens", func() { jwthttp.New((*jwtverify.Verifier)(nil), jwthttp.Options{Use: jwtverify.ID}) }, "needs a verifier"},
		{"no verifier", func() { jwthttp.New(nil, jwthttp.Options{}) }, "needs a verifier"},
		{"a use that is none", func() { jwthttp.New(v, jwthttp.Options{Use: "refresh"}) }, `"refresh"`},
		{"a verifier of access tokens for ID tokens", func() { jwthttp.New(verifierFunc(nil), jwthttp.Options{Use: jwtverify.ID}) }, "does not verify ID tokens"},
		{"a realm that ends the challenge", func() { jwthttp.New(v, jwthttp.Options{Realm: `a", x="`}) }, "Realm"},
		{"a realm with a line break", func() { jwthttp.New(v, jwthttp.Options{Realm: "a\nb"}) }, "Realm"},
		{"a URL that ends the challenge", func() { jwthttp.New(v, jwthttp.Options{ResourceMetadata: `https://a"`}) }, "ResourceMetadata"},
		{"no source", func() { jwthttp.New(v, jwthttp.Options{Sources: []jwthttp.Source{}}) }, "Sources"},
		{"a nil source", func() { jwthttp.New(v, jwthttp.Options{Sources: []jwthttp.Source{nil}}) }, "Sources"},
		{"no handler", func() { jwthttp.New(v, jwthttp.Options{}).Handler(nil) }, "nil"},
		{"a requirement that lists nothing", func() { guard.Handler(&recorder{}, jwtverify.AnyGroup()) }, "no token can meet"},
		{"two scopes in one", func() { guard.Handler(&recorder{}, jwtverify.AnyGroup("a"), jwtverify.AllScopes("a b")) }, "no token can meet"},
		{"a scope that no token can have, for those who have a token", func() { guard.OptionalHandler(&recorder{}, jwtverify.AnyScope(`a"b`)) }, "no token can meet"},
		{"the zero requirement, before there is a handler", func() { guard.Middleware(jwtverify.Requirement{}) }, "no token can meet"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			defer func() {
				if got := fmt.Sprint(recover()); !strings.Contains(got, row.want) {
					t.Errorf("panic %q, want %q in it", got, row.want)
				}
			}()
			row.f()
		})
	}
}
