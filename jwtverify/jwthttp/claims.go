package jwthttp

import (
	"context"
	"net/http"

	"github.com/cognitoauth/cognito-go/jwtverify"
)

// AccessClaims returns the claims of the access token that a [Guard] let
// through; false if there was none.
func AccessClaims(ctx context.Context) (*jwtverify.AccessClaims, bool) {
	claims, ok := ctx.Value(claimsKey{}).(*jwtverify.AccessClaims)
	return claims, ok
}

// IDClaims returns the claims of the ID token that a [Guard] let through; false
// if there was none.
func IDClaims(ctx context.Context) (*jwtverify.IDClaims, bool) {
	claims, ok := ctx.Value(claimsKey{}).(*jwtverify.IDClaims)
	return claims, ok
}

// Claims returns what both kinds of token say of the one that a [Guard] let
// through; false if there was none.
func Claims(ctx context.Context) (*jwtverify.Claims, bool) {
	claims := common(ctx.Value(claimsKey{}))
	return claims, claims != nil
}

// claimsKey is the key of the context's value: an *AccessClaims or an
// *IDClaims, or nil where a guard saw no token.
type claimsKey struct{}

func withClaims(r *http.Request, claims any) *http.Request {
	if claims == nil && r.Context().Value(claimsKey{}) == nil {
		return r
	}
	// Nil claims hide those of a guard further out: they may be another
	// pool's, and whoever asks here asks about this guard's token.
	return r.WithContext(context.WithValue(r.Context(), claimsKey{}, claims))
}

// common returns what both kinds of claims have, nil if there are none.
func common(claims any) *jwtverify.Claims {
	switch c := claims.(type) {
	case *jwtverify.AccessClaims:
		return &c.Claims
	case *jwtverify.IDClaims:
		return &c.Claims
	}
	return nil
}
