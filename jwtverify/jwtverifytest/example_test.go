package jwtverifytest_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/cognitoauth/cognito-go/jwtverify"
	"github.com/cognitoauth/cognito-go/jwtverify/jwthttp"
	"github.com/cognitoauth/cognito-go/jwtverify/jwtverifytest"
)

// A service's handler, tested with a token for a user in its group of
// administrators, and one for a user who is not.
func Example() {
	iss := jwtverifytest.NewIssuer(jwtverifytest.Config{})
	service := newService(iss.Verifier())
	for _, token := range []string{iss.AccessToken(jwtverifytest.Groups("admin")), iss.AccessToken()} {
		req := httptest.NewRequestWithContext(context.Background(), http.MethodDelete, "/orders/1", nil)
		req.Header.Set("Authorization", "Bearer "+token)
		rec := httptest.NewRecorder()
		service.ServeHTTP(rec, req)
		fmt.Println(rec.Code)
	}
	// Output:
	// 204
	// 403
}

func newService(v *jwtverify.Verifier) http.Handler {
	guard := jwthttp.New(v, jwthttp.Options{})
	return guard.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNoContent)
	}), jwtverify.AnyGroup("admin"))
}

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
