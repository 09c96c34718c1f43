package fiber_test

import (
	"io"
	"maps"
	"net/http"
	"testing"

	"github.com/gofiber/fiber/v3"

	"github.com/cognitoauth/cognito-go/jwtverify"
	"github.com/cognitoauth/cognito-go/jwtverify/jwthttp"

	adapter "github.com/cognitoauth/cognito-go/examples/routers/fiber"
	"github.com/cognitoauth/cognito-go/examples/routers/internal/routertest"
)

func TestRequireToken(t *testing.T) {
	t.Parallel()
	routertest.Run(t, func(guard *jwthttp.Guard) http.Handler {
		name := func(c fiber.Ctx) error {
			claims, _ := jwthttp.AccessClaims(c.Context())
			return c.SendString(claims.Username)
		}
		app := fiber.New()
		app.Get("/open", func(c fiber.Ctx) error { return c.SendString("open") })
		app.Get("/me", adapter.RequireToken(guard), name)
		app.Get("/admin", adapter.RequireToken(guard, jwtverify.AnyGroup("admin")), name)
		// Not adaptor.FiberApp: of two headers it passes on the last.
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			res, err := app.Test(r, fiber.TestConfig{Timeout: 0}) // slow is no failure
			if err != nil {
				panic(err)
			}
			defer res.Body.Close()
			maps.Copy(w.Header(), res.Header)
			w.WriteHeader(res.StatusCode)
			_, _ = io.Copy(w, res.Body)
		})
	})
}
