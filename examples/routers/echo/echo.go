// Package echo guards the routes of an Echo instance.
package echo

import (
	"github.com/labstack/echo/v5"

	"github.com/cognitoauth/cognito-go/jwtverify"
	"github.com/cognitoauth/cognito-go/jwtverify/jwthttp"
)

// RequireToken lets requests through that carry a good token which meets the
// requirements. Handlers find the claims in c.Request().Context():
//
//	e.DELETE("/orders/:id", deleteOrder, RequireToken(guard, jwtverify.AnyGroup("admin")))
func RequireToken(guard *jwthttp.Guard, requirements ...jwtverify.Requirement) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c *echo.Context) error {
			r, err := guard.Authenticate(c.Request(), requirements...)
			if err != nil {
				guard.Deny(c.Response(), c.Request(), err)
				return nil // it is answered; of an error, Echo would make an answer of its own
			}
			c.SetRequest(r)
			return next(c)
		}
	}
}
