package cognitotest_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/cognitoauth/cognito-go/cognitoauth"
	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest"
)

// TestUserPoolConforms runs the suite on the real client against pools of
// every kind.
func TestUserPoolConforms(t *testing.T) {
	t.Parallel()
	rows := map[string]cognitotest.Config{
		"zero":                {},
		"secret":              {Client: cognitotest.AppClient{GenerateSecret: true}},
		"hidden users":        {Client: cognitotest.AppClient{PreventUserExistenceErrors: true}},
		"e-mail as user name": {UsernameAttributes: []string{"email"}},
		"second factors":      {MFA: cognitotest.MFAOptional},
		"devices":             {Devices: cognitotest.DevicesAlways},
		"devices, asked for":  {Devices: cognitotest.DevicesOptIn, MFA: cognitotest.MFAOptional},
		"rotation":            {Client: cognitotest.AppClient{RotateRefreshTokens: true}},
	}
	for name, cfg := range rows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := cognitotest.NewTestServer(t, cfg)
			if err := cognitotest.TestClient(t.Context(), srv.UserPool(), srv.Harness()); err != nil {
				t.Error(err)
			}
			if left := srv.Users(); len(left) != 0 {
				t.Errorf("%d users are left", len(left))
			}
		})
	}
}

// onlyClient hides every method but the seven.
type onlyClient struct{ cognitoauth.Client }

func TestConformanceOfTheSevenMethods(t *testing.T) {
	t.Parallel()
	srv := cognitotest.NewTestServer(t, cognitotest.Config{})
	if err := cognitotest.TestClient(t.Context(), onlyClient{srv.UserPool()}, srv.Harness()); err != nil {
		t.Error(err)
	}
}

// broken is a client with one thing wrong.
type broken struct {
	*cognitoauth.UserPool
	confirm func(cognitoauth.ConfirmSignUpInput) cognitoauth.ConfirmSignUpInput
	auth    func(*cognitoauth.AuthenticateOutput, error) (*cognitoauth.AuthenticateOutput, error)
}

func (b broken) ConfirmSignUp(ctx context.Context, in cognitoauth.ConfirmSignUpInput) (*cognitoauth.ConfirmSignUpOutput, error) {
	if b.confirm != nil {
		in = b.confirm(in)
	}
	return b.UserPool.ConfirmSignUp(ctx, in)
}

func (b broken) Authenticate(ctx context.Context, in cognitoauth.AuthenticateInput) (*cognitoauth.AuthenticateOutput, error) {
	out, err := b.UserPool.Authenticate(ctx, in)
	if b.auth != nil {
		return b.auth(out, err)
	}
	return out, err
}

func TestConformanceFindsFaults(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name string
		make func(*cognitotest.Server) cognitoauth.Client
		want string
	}{
		{
			"accepts any code",
			func(srv *cognitotest.Server) cognitoauth.Client {
				return broken{UserPool: srv.UserPool(), confirm: func(in cognitoauth.ConfirmSignUpInput) cognitoauth.ConfirmSignUpInput {
					in.Code = srv.Code(in.Username)
					return in
				}}
			},
			"ConfirmSignUp with a wrong code: got error none",
		},
		{
			"hides why sign-in failed",
			func(srv *cognitotest.Server) cognitoauth.Client {
				return broken{UserPool: srv.UserPool(), auth: func(out *cognitoauth.AuthenticateOutput, err error) (*cognitoauth.AuthenticateOutput, error) {
					if err != nil {
						return nil, errors.New("no")
					}
					return out, nil
				}}
			},
			"Authenticate with a wrong password: got error no",
		},
		{
			"returns nothing",
			func(srv *cognitotest.Server) cognitoauth.Client {
				return broken{UserPool: srv.UserPool(), auth: func(*cognitoauth.AuthenticateOutput, error) (*cognitoauth.AuthenticateOutput, error) {
					return nil, nil
				}}
			},
			"neither tokens nor a challenge",
		},
		{
			"panics",
			func(*cognitotest.Server) cognitoauth.Client { return &cognitotest.Client{} },
			"unexpected call to SignUp",
		},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			srv := cognitotest.NewTestServer(t, cognitotest.Config{})
			err := cognitotest.TestClient(t.Context(), row.make(srv), srv.Harness())
			if err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("got %v\nwant %q in it", err, row.want)
			}
		})
	}
	if err := cognitotest.TestClient(t.Context(), nil, cognitotest.Harness{}); err == nil {
		t.Error("a Harness without Code was accepted")
	}
}
