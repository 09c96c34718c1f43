package gin_test

import (
	"net/http"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/cognitoauth/cognito-go/jwtverify"
	"github.com/cognitoauth/cognito-go/jwtverify/jwthttp"

	adapter "github.com/cognitoauth/cognito-go/examples/routers/gin"
	"github.com/cognitoauth/cognito-go/examples/routers/internal/routertest"
)

func TestRequireToken(t *testing.T) {
	t.Parallel()
	gin.SetMode(gin.TestMode)
	routertest.Run(t, func(guard *jwthttp.Guard) http.Handler {
		name := func(c *gin.Context) {
			claims, _ := jwthttp.AccessClaims(c.Request.Context())
			c.String(http.StatusOK, claims.Username)
		}
		r := gin.New()
		r.GET("/open", func(c *gin.Context) { c.String(http.StatusOK, "open") })
		r.GET("/me", adapter.RequireToken(guard), name)
		r.GET("/admin", adapter.RequireToken(guard, jwtverify.AnyGroup("admin")), name)
		return r
	})
}
