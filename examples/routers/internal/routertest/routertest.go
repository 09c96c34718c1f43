// Package routertest holds what every adapter must do.
package routertest

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/cognitoauth/cognito-go/jwtverify/jwthttp"
	"github.com/cognitoauth/cognito-go/jwtverify/jwtverifytest"
)

// Run tests an app made of one guard. Its GET /me needs a token, its GET /admin
// a member of the group "admin"; both answer with the user name in the claims.
// GET /open needs nothing and answers "open".
func Run(t *testing.T, newApp func(*jwthttp.Guard) http.Handler) {
	t.Helper()
	iss := jwtverifytest.NewIssuer(jwtverifytest.Config{})
	app := newApp(jwthttp.New(iss.Verifier(), jwthttp.Options{}))
	user, admin := "Bearer "+iss.AccessToken(), "Bearer "+iss.AccessToken(jwtverifytest.Groups("admin"))
	for _, row := range []struct {
		name, path    string
		authorization []string
		status        int
		body          string
		challenge     string
	}{
		{"a route for everybody", "/open", nil, 200, "open", ""},
		{"a good token", "/me", []string{user}, 200, jwtverifytest.DefaultUsername, ""},
		{"a requirement met", "/admin", []string{admin}, 200, jwtverifytest.DefaultUsername, ""},
		{"a requirement not met", "/admin", []string{user}, 403, "Forbidden\n", `Bearer realm="api", error="insufficient_scope"`},
		{"no token", "/me", nil, 401, "Unauthorized\n", `Bearer realm="api"`},
		{"a forged token", "/me", []string{"Bearer " + iss.AccessToken(jwtverifytest.Forged())}, 401, "Unauthorized\n", `Bearer realm="api", error="invalid_token"`},
		{
			"an expired token", "/me", []string{"Bearer " + iss.AccessToken(jwtverifytest.Expired())}, 401, "Unauthorized\n",
			`Bearer realm="api", error="invalid_token", error_description="The token has expired"`,
		},
		{
			"two headers", "/me", []string{user, admin}, 400, "Bad Request\n",
			`Bearer realm="api", error="invalid_request", error_description="Authorization is sent more than once"`,
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, row.path, nil)
			for _, value := range row.authorization {
				req.Header.Add("Authorization", value)
			}
			res := httptest.NewRecorder()
			app.ServeHTTP(res, req)
			if res.Code != row.status || res.Body.String() != row.body {
				t.Errorf("status %d, body %q", res.Code, res.Body)
			}
			if got := res.Header().Get("WWW-Authenticate"); got != row.challenge {
				t.Errorf("WWW-Authenticate %q, want %q", got, row.challenge)
			}
		})
	}
}
