// Package gin guards the routes of a gin engine.
package gin

import (
	"github.com/gin-gonic/gin"

	"github.com/cognitoauth/cognito-go/jwtverify"
	"github.com/cognitoauth/cognito-go/jwtverify/jwthttp"
)

// RequireToken lets requests through that carry a good token which meets the
// requirements. Handlers find the claims in c.Request.Context():
//
//	r.DELETE("/orders/:id", RequireToken(guard, jwtverify.AnyGroup("admin")), deleteOrder)
func RequireToken(guard *jwthttp.Guard, requirements ...jwtverify.Requirement) gin.HandlerFunc {
	return func(c *gin.Context) {
		r, err := guard.Authenticate(c.Request, requirements...)
		if err != nil {
			guard.Deny(c.Writer, c.Request, err)
			c.Abort() // or the handlers after this one would run all the same
			return
		}
		c.Request = r
		c.Next()
	}
}
