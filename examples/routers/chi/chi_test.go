package chi_test

import (
	"io"
	"net/http"
	"testing"

	"github.com/go-chi/chi/v5"

	"github.com/cognitoauth/cognito-go/jwtverify"
	"github.com/cognitoauth/cognito-go/jwtverify/jwthttp"

	adapter "github.com/cognitoauth/cognito-go/examples/routers/chi"
	"github.com/cognitoauth/cognito-go/examples/routers/internal/routertest"
)

func TestRequireToken(t *testing.T) {
	t.Parallel()
	routertest.Run(t, func(guard *jwthttp.Guard) http.Handler {
		name := func(w http.ResponseWriter, r *http.Request) {
			claims, _ := jwthttp.AccessClaims(r.Context())
			_, _ = io.WriteString(w, claims.Username)
		}
		r := chi.NewRouter()
		r.Get("/open", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "open") })
		r.With(adapter.RequireToken(guard)).Get("/me", name)
		r.With(adapter.RequireToken(guard, jwtverify.AnyGroup("admin"))).Get("/admin", name)
		return r
	})
}
