package jwthttp

import (
	"context"
	"net/http"

	"github.com/cognitoauth/cognito-go/jwtverify"
)

// AccessClaims returns the claims of the access token that a [Guard] let
// through; false if there was none. Of several guards over access tokens, one
// inside the other, the innermost counts.
func AccessClaims(ctx context.Context) (*jwtverify.AccessClaims, bool) {
	claims := judgedIn(ctx).access
	return claims, claims != nil
}

// IDClaims returns the claims of the ID token that a [Guard] let through; false
// if there was none. Of several guards over ID tokens, one inside the other, the
// innermost counts.
func IDClaims(ctx context.Context) (*jwtverify.IDClaims, bool) {
	claims := judgedIn(ctx).id
	return claims, claims != nil
}

// Claims returns what both kinds of token say of the one that the innermost
// [Guard] let through; false if it saw none.
func Claims(ctx context.Context) (*jwtverify.Claims, bool) {
	claims := judgedIn(ctx).last
	return claims, claims != nil
}

// judged are the claims of a request, of each kind those of the innermost guard
// over that kind. It does not change.
type judged struct {
	access *jwtverify.AccessClaims
	id     *jwtverify.IDClaims
	last   *jwtverify.Claims // of the innermost guard
}

// judgedKey is the key of the context's value, a *judged.
type judgedKey struct{}

func judgedIn(ctx context.Context) judged {
	if j, ok := ctx.Value(judgedKey{}).(*judged); ok {
		return *j
	}
	return judged{}
}

// withClaims returns r with what a guard over tokens of the given use found.
func withClaims(r *http.Request, use jwtverify.TokenUse, claims any) *http.Request {
	outer := judgedIn(r.Context())
	if claims == nil && outer == (judged{}) {
		return r
	}
	// Nil claims hide those of a guard further out: they may be another
	// pool's, and whoever asks here asks about this guard's token. The other
	// kind of token is no concern of this guard.
	j := &judged{access: outer.access, id: outer.id, last: common(claims)}
	if use == jwtverify.ID {
		j.id, _ = claims.(*jwtverify.IDClaims)
	} else {
		j.access, _ = claims.(*jwtverify.AccessClaims)
	}
	return r.WithContext(context.WithValue(r.Context(), judgedKey{}, j))
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
