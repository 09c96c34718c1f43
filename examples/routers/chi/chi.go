// Package chi guards the routes of a chi router.
package chi

import (
	"net/http"

	"github.com/cognitoauth/cognito-go/jwtverify"
	"github.com/cognitoauth/cognito-go/jwtverify/jwthttp"
)

// RequireToken lets requests through that carry a good token which meets the
// requirements:
//
//	r.With(RequireToken(guard, jwtverify.AnyGroup("admin"))).Delete("/orders/{id}", deleteOrder)
//
// chi needs no more than the guard's own Middleware; the function is here for
// all adapters to be used alike.
func RequireToken(guard *jwthttp.Guard, requirements ...jwtverify.Requirement) func(http.Handler) http.Handler {
	return guard.Middleware(requirements...)
}
