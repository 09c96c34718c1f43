// Package jwthttp guards net/http handlers with the tokens of Amazon Cognito user
// pools.
//
// For most uses, make a [Guard] from a verifier with [New], wrap what it is to
// guard with [Guard.Handler], and read the claims with [AccessClaims]:
//
//	guard := jwthttp.New(verifier, jwthttp.Options{})
//	mux.Handle("GET /orders", guard.Handler(http.HandlerFunc(listOrders), jwtverify.AnyGroup("staff")))
//
//	func listOrders(w http.ResponseWriter, r *http.Request) {
//		claims, _ := jwthttp.AccessClaims(r.Context()) // always there behind Handler
//
// Most routers take a func(http.Handler) http.Handler, which [Guard.Middleware]
// returns. For those that do not, [Guard.Authenticate] does the work and
// [Guard.Deny] writes the answer.
//
// # Answers
//
// They are those of RFC 6750, section 3:
//
//	400  invalid_request     what was sent is malformed, or sent more than once
//	401  no error code       no token was sent
//	401  invalid_token       the token is not to be believed
//	401  insufficient_user_authentication (RFC 9470)  jwtverify.MaxAuthAge is not met
//	403  insufficient_scope  the token is good and lacks a scope or group
//	503  with Retry-After    the keys to judge by cannot be had
//
// The body is the name of the status and nothing else; what exactly was wrong
// is for [Options.Observe]. An answer of the service's own, in JSON say, is
// written by [Options.Deny].
//
// # Security
//
// What is not certain is refused: two tokens in a request, an Authorization header
// that might have been meant as a Bearer token, a verifier that returns neither
// claims nor an error, a bad token where OptionalHandler would have let the request
// through without one. No token is ever logged, returned in an error, or sent on.
//
// A browser's preflight request (CORS) carries no token. Whatever answers those
// belongs around the guard, not inside.
package jwthttp
