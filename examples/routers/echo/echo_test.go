package echo_test

import (
	"net/http"
	"testing"

	"github.com/labstack/echo/v5"

	"github.com/cognitoauth/cognito-go/jwtverify"
	"github.com/cognitoauth/cognito-go/jwtverify/jwthttp"

	adapter "github.com/cognitoauth/cognito-go/examples/routers/echo"
	"github.com/cognitoauth/cognito-go/examples/routers/internal/routertest"
)

func TestRequireToken(t *testing.T) {
	t.Parallel()
	routertest.Run(t, func(guard *jwthttp.Guard) http.Handler {
		name := func(c *echo.Context) error {
			claims, _ := jwthttp.AccessClaims(c.Request().Context())
			return c.String(http.StatusOK, claims.Username)
		}
		e := echo.New()
		e.GET("/open", func(c *echo.Context) error { return c.String(http.StatusOK, "open") })
		e.GET("/me", name, adapter.RequireToken(guard))
		e.GET("/admin", name, adapter.RequireToken(guard, jwtverify.AnyGroup("admin")))
		return e
	})
}
