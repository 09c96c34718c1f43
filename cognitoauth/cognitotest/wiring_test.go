package cognitotest_test

import (
	"errors"
	"testing"
	"time"

	"github.com/cognitoauth/cognito-go/cognitoauth"
	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest"
	"github.com/cognitoauth/cognito-go/jwtverify"
)

func TestUserPoolAndVerifier(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name string
		cfg  cognitotest.Config
	}{
		{"zero", cognitotest.Config{}},
		{"with a secret", cognitotest.Config{Client: cognitotest.AppClient{GenerateSecret: true}}},
		{"e-mail as user name", cognitotest.Config{UsernameAttributes: []string{"email"}}},
		{"original issuer", cognitotest.Config{Issuer: cognitotest.IssuerOriginal, UserPoolID: "eu-west-1_Ab12Cd34E"}},
		{"updated issuer", cognitotest.Config{Issuer: cognitotest.IssuerUpdated}},
		{"own keys and seed", cognitotest.Config{OwnKeys: true, Seed: "one"}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			srv := cognitotest.NewTestServer(t, row.cfg)
			pool, verifier := srv.UserPool(), srv.Verifier()
			ctx := t.Context()

			signUp := must(pool.SignUp(ctx, cognitoauth.SignUpInput{
				Username: ada, Password: password, Attributes: map[string]string{"email": ada},
			}))(t)
			must(pool.ConfirmSignUp(ctx, cognitoauth.ConfirmSignUpInput{Username: ada, Code: srv.Code(ada)}))(t)
			out := must(pool.Authenticate(ctx, cognitoauth.AuthenticateInput{Username: ada, Password: password}))(t)
			tokens := must(out.RequireTokens())(t)
			access := must(verifier.VerifyAccessToken(ctx, tokens.AccessToken))(t)
			id := must(verifier.VerifyIDToken(ctx, tokens.IDToken))(t)
			if access.Subject != signUp.Sub || id.Subject != signUp.Sub || id.Email != ada {
				t.Errorf("subjects %s and %s, e-mail %s", access.Subject, id.Subject, id.Email)
			}
			srv.Advance(2 * time.Hour)
			if _, err := verifier.VerifyAccessToken(ctx, tokens.AccessToken); !errors.Is(err, jwtverify.ErrTokenExpired) {
				t.Errorf("after two hours: %v", err)
			}
			must(pool.AdminDelete(ctx, cognitoauth.AdminDeleteInput{Username: signUp.Sub}))(t)
		})
	}
}
