package jwtverifytest_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/cognitoauth/cognito-go/jwtverify"
	"github.com/cognitoauth/cognito-go/jwtverify/jwtverifytest"
)

// What a service does with tokens that are wrong in one way each.
func ExampleOption() {
	iss := jwtverifytest.NewIssuer(jwtverifytest.Config{})
	v := iss.Verifier()
	for _, option := range []jwtverifytest.Option{
		jwtverifytest.Expired(),
		jwtverifytest.Client("somebody-elses"),
		jwtverifytest.Forged(),
		jwtverifytest.Unsigned(),
		jwtverifytest.NoClaim("exp"),
	} {
		_, err := v.VerifyAccessToken(context.Background(), iss.AccessToken(option))
		if e, ok := errors.AsType[*jwtverify.Error](err); ok {
			fmt.Println(e.Code)
		}
	}
	// Output:
	// token_expired
	// client_invalid
	// signature_invalid
	// token_malformed
	// token_malformed
}

// The keys cannot be had for a while, and a service that has them goes on.
func ExampleIssuer_Break() {
	ctx := context.Background()
	iss := jwtverifytest.NewIssuer(jwtverifytest.Config{})
	warm, cold := iss.Verifier(), iss.Verifier()
	if err := warm.Prefetch(ctx); err != nil {
		fmt.Println(err)
	}

	iss.Break(jwtverifytest.Failing)
	_, err := warm.VerifyAccessToken(ctx, iss.AccessToken())
	fmt.Println(err)
	_, err = cold.VerifyAccessToken(ctx, iss.AccessToken())
	fmt.Println(errors.Is(err, jwtverify.ErrKeysUnavailable))
	// Output:
	// <nil>
	// true
}
