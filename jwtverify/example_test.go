package jwtverify_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/cognitoauth/cognito-go/jwtverify"
	"github.com/cognitoauth/cognito-go/jwtverify/jwtverifytest"
)

func ExampleNew() {
	v, err := jwtverify.New(jwtverify.Config{
		UserPoolID: "eu-west-1_Ab12Cd34E",
		ClientIDs:  []string{"3n4b5urk1ft4fl3mg5e62d9ado"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = v.VerifyAccessToken(context.Background(), "not.a.token")
	fmt.Println(errors.Is(err, jwtverify.ErrTokenInvalid))
	fmt.Println(err)
	// Output:
	// true
	// jwtverify: token is malformed: segment is not canonical unpadded base64url
}

func ExampleNew_invalid() {
	_, err := jwtverify.New(jwtverify.Config{UserPoolID: "my-pool", Leeway: -time.Second})
	fmt.Println(err)
	// Output:
	// jwtverify: invalid configuration: UserPoolID: "my-pool" is not a user pool ID, such as eu-west-1_Ab12Cd34E
	// ClientIDs: is empty; AnyClient accepts every client of the pool
	// Leeway: is negative
}

func ExampleVerifier_VerifyAccessToken() {
	iss := jwtverifytest.NewIssuer(jwtverifytest.Config{}) // stands in for Cognito
	v := iss.Verifier()
	ctx := context.Background()

	token := iss.AccessToken(jwtverifytest.User("5f0a1c3e", "ada"), jwtverifytest.Groups("staff"), jwtverifytest.Scopes("orders/read"))
	claims, err := v.VerifyAccessToken(ctx, token, jwtverify.AllScopes("orders/read"))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(claims.Subject, claims.Username, claims.Groups, claims.Scopes)

	_, err = v.VerifyAccessToken(ctx, token, jwtverify.AnyGroup("admin"))
	fmt.Println(errors.Is(err, jwtverify.ErrForbidden), err)
	_, err = v.VerifyIDToken(ctx, token)
	fmt.Println(errors.Is(err, jwtverify.ErrTokenInvalid), err)
	// Output:
	// 5f0a1c3e ada [staff] [orders/read]
	// true jwtverify: a required group is missing: cognito:groups: want admin
	// true jwtverify: token is for another use: token_use
}

// What a server does with each group of errors.
func ExampleError() {
	iss := jwtverifytest.NewIssuer(jwtverifytest.Config{})
	v := iss.Verifier()
	_, err := v.VerifyAccessToken(context.Background(), iss.AccessToken(jwtverifytest.Expired()))

	switch {
	case err == nil:
		fmt.Println("200")
	case errors.Is(err, jwtverify.ErrForbidden):
		fmt.Println("403")
	case errors.Is(err, jwtverify.ErrKeysUnavailable):
		fmt.Println("503")
	default:
		fmt.Println("401")
	}
	if e, ok := errors.AsType[*jwtverify.Error](err); ok {
		fmt.Println(e.Code)
	}
	// Output:
	// 401
	// token_expired
}

func ExampleClaims_Decode() {
	iss := jwtverifytest.NewIssuer(jwtverifytest.Config{})
	token := iss.IDToken(jwtverifytest.Claim("custom:tenant", "acme"), jwtverifytest.Claim("CUSTOM:TENANT", "evil"))
	claims, err := iss.Verifier().VerifyIDToken(context.Background(), token)
	if err != nil {
		fmt.Println(err)
		return
	}
	var custom struct {
		Tenant string `json:"custom:tenant"`
	}
	if err := claims.Decode(&custom); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(custom.Tenant)
	// Output: acme
}

// Refusing the tokens of a sign-in that was revoked.
func ExampleConfig_check() {
	iss := jwtverifytest.NewIssuer(jwtverifytest.Config{})
	cfg := iss.Config()
	cfg.Check = func(_ context.Context, c *jwtverify.Claims) error {
		if c.OriginID == "revoked-sign-in" {
			return errors.New("the sign-in was revoked")
		}
		return nil
	}
	v, err := jwtverify.New(cfg)
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = v.VerifyAccessToken(context.Background(), iss.AccessToken(jwtverifytest.Claim("origin_jti", "revoked-sign-in")))
	fmt.Println(errors.Is(err, jwtverify.ErrTokenInvalid), err)
	// Output: true jwtverify: check failed: the sign-in was revoked
}

func ExampleNewMulti() {
	customers := jwtverifytest.NewIssuer(jwtverifytest.Config{})
	staff := jwtverifytest.NewIssuer(jwtverifytest.Config{})
	forStaff := staff.Config()
	forStaff.Requirements = []jwtverify.Requirement{jwtverify.AnyGroup("staff")}
	v, err := jwtverify.NewMulti(customers.Config(), forStaff)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, token := range []string{
		customers.AccessToken(),
		staff.AccessToken(jwtverifytest.Groups("staff")),
		staff.AccessToken(),
	} {
		claims, err := v.VerifyAccessToken(context.Background(), token)
		fmt.Println(claims != nil, err)
	}
	// Output:
	// true <nil>
	// true <nil>
	// false jwtverify: a required group is missing: cognito:groups: want staff
}

// Logging fetches and counting refusals, with nothing of a token in either.
func ExampleHooks() {
	iss := jwtverifytest.NewIssuer(jwtverifytest.Config{})
	log := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			switch a.Key {
			case slog.TimeKey, "url", "duration":
				return slog.Attr{} // differ from run to run
			}
			return a
		},
	}))
	refused := map[jwtverify.Code]int{}
	cfg := iss.Config()
	cfg.Hooks = jwtverify.Hooks{
		Fetch:  func(e jwtverify.FetchEvent) { log.Info("keys fetched", "fetch", e) },
		Reject: func(_ context.Context, _ jwtverify.TokenUse, e *jwtverify.Error) { refused[e.Code]++ },
	}
	v, err := jwtverify.New(cfg)
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	_, _ = v.VerifyAccessToken(ctx, iss.AccessToken())
	_, _ = v.VerifyAccessToken(ctx, iss.AccessToken(jwtverifytest.Expired()))
	_, _ = v.VerifyAccessToken(ctx, iss.IDToken())
	fmt.Println(refused)
	// Output:
	// level=INFO msg="keys fetched" fetch.reason=first fetch.keys=2 fetch.skipped=0 fetch.age=0s
	// map[token_expired:1 token_use_invalid:1]
}

// A function that starts often takes its keys along.
func ExampleVerifier_ImportKeys() {
	iss := jwtverifytest.NewIssuer(jwtverifytest.Config{})
	ctx := context.Background()

	before := iss.Verifier() // at build time, say
	if err := before.Prefetch(ctx); err != nil {
		fmt.Println(err)
		return
	}
	keys, err := before.ExportKeys()
	if err != nil {
		fmt.Println(err)
		return
	}

	after := iss.Verifier() // in the function
	if err := after.ImportKeys(keys); err != nil {
		fmt.Println(err)
		return
	}
	_, err = after.VerifyAccessToken(ctx, iss.AccessToken())
	fmt.Println(err)
	// Output: <nil>
}

func ExampleParseKeySet() {
	set, err := jwtverify.ParseKeySet([]byte(`{"keys":[{"kty":"RSA","use":"enc","kid":"a","n":"AQAB","e":"AQAB"}]}`))
	fmt.Println(set, err)
	// Output: <nil> jwtverify: key set has no usable signing key
}
