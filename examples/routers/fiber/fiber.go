// Package fiber guards the routes of a Fiber app.
package fiber

import (
	"net/http"

	"github.com/gofiber/fiber/v3"
	"github.com/gofiber/fiber/v3/middleware/adaptor"

	"github.com/cognitoauth/cognito-go/jwtverify"
	"github.com/cognitoauth/cognito-go/jwtverify/jwthttp"
)

// RequireToken lets requests through that carry a good token which meets the
// requirements. Handlers find the claims in c.Context():
//
//	app.Delete("/orders/:id", RequireToken(guard, jwtverify.AnyGroup("admin")), deleteOrder)
func RequireToken(guard *jwthttp.Guard, requirements ...jwtverify.Requirement) fiber.Handler {
	return func(c fiber.Ctx) error {
		// Not adaptor.ConvertRequest: of two Authorization headers it keeps the
		// last, and the guard must see both to refuse them.
		r := (&http.Request{Method: c.Method(), Header: c.GetReqHeaders()}).WithContext(c.Context())
		r, err := guard.Authenticate(r, requirements...)
		if err != nil {
			return adaptor.HTTPHandlerFunc(func(w http.ResponseWriter, r *http.Request) { guard.Deny(w, r, err) })(c)
		}
		c.SetContext(r.Context())
		return c.Next()
	}
}
