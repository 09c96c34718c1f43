package cognitotest_test

import (
	"context"
	"errors"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/cognitoauth/cognito-go/cognitoauth"
	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest"
)

// liar is a client that does what the real one does, but for what a test
// changes in it.
type liar struct {
	srv   *cognitotest.Server
	pool  *cognitoauth.UserPool
	c     *cognitotest.Client
	admin *cognitotest.Admin
}

func newLiar(srv *cognitotest.Server) *liar {
	l := &liar{srv: srv, pool: srv.UserPool(), c: &cognitotest.Client{}, admin: &cognitotest.Admin{}}
	delegate(l.c, l.pool)
	delegate(l.admin, l.pool.Admin())
	return l
}

// delegate makes every function of a fake the real one's method.
func delegate(fake, genuine any) {
	for f, v := range reflect.ValueOf(fake).Elem().Fields() {
		if name, ok := strings.CutSuffix(f.Name, "Func"); ok {
			v.Set(reflect.ValueOf(genuine).MethodByName(name))
		}
	}
}

// idle says that it has done it.
func idle[In, Out any](context.Context, In) (*Out, error) { return new(Out), nil }

type call[In, Out any] = func(context.Context, In) (*Out, error)

// altered changes what a successful call returns.
func altered[In, Out any](f call[In, Out], change func(*Out)) call[In, Out] {
	return func(ctx context.Context, in In) (*Out, error) {
		out, err := f(ctx, in)
		if err == nil {
			change(out)
		}
		return out, err
	}
}

// mistaken returns another error in place of one.
func mistaken[In, Out any](f call[In, Out], of, for_ error) call[In, Out] {
	return func(ctx context.Context, in In) (*Out, error) {
		out, err := f(ctx, in)
		switch {
		case !errors.Is(err, of):
			return out, err
		case for_ == nil:
			return new(Out), nil
		}
		return nil, for_
	}
}

var errVague = errors.New("something went wrong")

// TestConformanceCatchesLies lets a client lie in one way for each story, and
// wants that story to say so.
func TestConformanceCatchesLies(t *testing.T) {
	t.Parallel()
	rows := []struct {
		story, kind string
		lie         func(*liar)
		want        string
	}{
		{"sign-up", "zero", func(l *liar) {
			l.c.ConfirmSignUpFunc = func(ctx context.Context, in cognitoauth.ConfirmSignUpInput) (*cognitoauth.ConfirmSignUpOutput, error) {
				in.Code = l.srv.Code(in.Username)
				return l.pool.ConfirmSignUp(ctx, in)
			}
		}, "ConfirmSignUp with a wrong code: got error none"},
		{"sign-up", "zero", func(l *liar) {
			l.c.SignUpFunc = altered(l.c.SignUpFunc, func(out *cognitoauth.SignUpOutput) { out.Delivery = nil })
		}, "SignUp: the delivery does not say"},
		{"refusals before sign-up", "zero", func(l *liar) {
			l.c.SignUpFunc = mistaken(l.c.SignUpFunc, cognitoauth.ErrPasswordPolicy, cognitoauth.ErrInvalidInput)
		}, "SignUp with a password against the policy: got error"},
		{"signing in", "zero", func(l *liar) {
			l.c.AuthenticateFunc = mistaken(l.c.AuthenticateFunc, cognitoauth.ErrInvalidCredentials, errVague)
		}, "Authenticate with a wrong password: got error " + errVague.Error()},
		{"signing in", "zero", func(l *liar) {
			l.c.AuthenticateFunc = func(context.Context, cognitoauth.AuthenticateInput) (*cognitoauth.AuthenticateOutput, error) {
				return nil, nil
			}
		}, "neither tokens nor a challenge"},
		{"signing in", "zero", func(l *liar) { l.c.SignUpFunc = nil }, "unexpected call to SignUp"},
		{"unknown users", "zero", func(l *liar) { l.c.ForgotPasswordFunc = idle }, "ForgotPassword: got error none"},
		{"unknown users", "wary", func(l *liar) {
			l.c.ConfirmForgotPasswordFunc = mistaken(l.c.ConfirmForgotPasswordFunc, cognitoauth.ErrCodeExpired, cognitoauth.ErrUserNotFound)
		}, "ConfirmForgotPassword where users are hidden: got error"},
		{"changing a password", "zero", func(l *liar) { l.c.ChangePasswordFunc = idle },
			"ChangePassword with a wrong current password: got error none"},
		{"changing a password", "second factors required", func(l *liar) {
			l.c.ChangePasswordFunc = mistaken(l.c.ChangePasswordFunc, cognitoauth.ErrChallengeRequired, nil)
		}, "ChangePassword by user name, of a user who is asked for more: got error none"},
		{"forgetting a password", "zero", func(l *liar) {
			l.c.ConfirmForgotPasswordFunc = mistaken(l.c.ConfirmForgotPasswordFunc, cognitoauth.ErrCodeExpired, nil)
		}, "ConfirmForgotPassword with a used code: got error none"},
		{"refreshing", "zero", func(l *liar) {
			l.c.RefreshFunc = altered(l.c.RefreshFunc, func(out *cognitoauth.RefreshOutput) { out.Tokens.RefreshToken = "" })
		}, "Refresh: no refresh token to store from now on"},
		{"refreshing", "wary", func(l *liar) {
			l.c.RefreshFunc = altered(l.c.RefreshFunc, func(out *cognitoauth.RefreshOutput) { out.Rotated = false })
		}, "Refresh: Rotated is false"},
		{"revoking", "zero", func(l *liar) { l.c.RevokeTokenFunc = idle }, "Refresh after RevokeToken: got error none"},
		{"signing out", "zero", func(l *liar) { l.c.SignOutFunc = idle }, "Refresh of another session after SignOut: got error none"},
		{"one's own user", "zero", func(l *liar) {
			l.c.GetUserFunc = altered(l.c.GetUserFunc, func(out *cognitoauth.GetUserOutput) { out.Attributes["sub"] = "mine" })
		}, `GetUser: sub "mine"`},
		{"one's own user", "zero", func(l *liar) { l.c.DeleteUserFunc = idle }, "Authenticate after DeleteUser: got error none"},
		{"attributes", "zero", func(l *liar) { l.c.UpdateUserAttributesFunc = idle }, `attribute name: got "", want "Ada"`},
		{"an e-mail address", "zero", func(l *liar) {
			l.c.VerifyUserAttributeFunc = mistaken(l.c.VerifyUserAttributeFunc, cognitoauth.ErrCodeMismatch, nil)
		}, "VerifyUserAttribute with a wrong code: got error none"},
		{"an authenticator", "second factors", func(l *liar) {
			l.c.VerifySoftwareTokenFunc = mistaken(l.c.VerifySoftwareTokenFunc, cognitoauth.ErrCodeMismatch, nil)
		}, "VerifySoftwareToken with a wrong code: got error none"},
		{"an authenticator", "second factors", func(l *liar) {
			l.c.RespondToChallengeFunc = mistaken(l.c.RespondToChallengeFunc, cognitoauth.ErrCodeExpired, cognitoauth.ErrCodeMismatch)
		}, "RespondToChallenge with a used code: got error"},
		{"a required authenticator", "second factors required", func(l *liar) {
			l.c.AssociateSoftwareTokenFunc = altered(l.c.AssociateSoftwareTokenFunc, func(out *cognitoauth.AssociateSoftwareTokenOutput) { out.URI = "" })
		}, "AssociateSoftwareToken: no secret or no URI"},
		{"second factors by message", "second factors", func(l *liar) {
			l.c.AuthenticateFunc = altered(l.c.AuthenticateFunc, func(out *cognitoauth.AuthenticateOutput) {
				if c, ok := out.Challenge.(*cognitoauth.EmailOTPChallenge); ok {
					c.Delivery = cognitoauth.CodeDelivery{}
				}
			})
		}, "Authenticate with a code by e-mail: the delivery does not say where the code went"},
		{"second factors by message", "second factors", func(l *liar) {
			l.c.RespondToChallengeFunc = mistaken(l.c.RespondToChallengeFunc, cognitoauth.ErrCodeMismatch, nil)
		}, "a wrong code: got error none"},
		{"devices", "wary", func(l *liar) {
			l.c.AuthenticateFunc = func(ctx context.Context, in cognitoauth.AuthenticateInput) (*cognitoauth.AuthenticateOutput, error) {
				in.Device = nil
				return l.pool.Authenticate(ctx, in)
			}
		}, "Authenticate on a remembered device: the sign-in made another one"},
		{"listing factors", "zero", func(l *liar) { l.c.GetUserAuthFactorsFunc = idle }, "GetUserAuthFactors: the password is not among them"},
		{"choosing the first factor", "first factors", func(l *liar) {
			l.c.RespondToChallengeFunc = mistaken(l.c.RespondToChallengeFunc, cognitoauth.ErrInvalidCredentials, nil)
		}, "choosing the password, and a wrong one: got error none"},
		{"straight in from sign-up", "first factors", func(l *liar) {
			l.c.ConfirmSignUpFunc = altered(l.c.ConfirmSignUpFunc, func(out *cognitoauth.ConfirmSignUpOutput) { out.Session = "" })
		}, "ConfirmSignUp: no session to sign in with"},
		{"passkeys", "first factors", func(l *liar) { l.c.DeleteWebAuthnCredentialFunc = idle },
			"ListWebAuthnCredentials: the deleted passkey is among them"},
		{"passkeys", "first factors", func(l *liar) {
			l.c.RespondToChallengeFunc = mistaken(l.c.RespondToChallengeFunc, cognitoauth.ErrInvalidCredentials, nil)
		}, "preferring WEB_AUTHN: the answer to another challenge: got error none"},
		{"custom challenges", "first factors", func(l *liar) {
			l.c.RespondToChallengeFunc = func(context.Context, cognitoauth.ChallengeResponse) (*cognitoauth.AuthenticateOutput, error) {
				return &cognitoauth.AuthenticateOutput{Tokens: &cognitoauth.Tokens{AccessToken: "a"}}, nil
			}
		}, "Authenticate by FlowCustom: a wrong answer gave tokens"},
		{"an invited user", "zero", func(l *liar) {
			l.admin.CreateUserFunc = mistaken(l.admin.CreateUserFunc, cognitoauth.ErrUserExists, nil)
		}, "CreateUser with a user name that is taken: got error none"},
		{"an invited user", "zero", func(l *liar) {
			l.c.RespondToChallengeFunc = mistaken(l.c.RespondToChallengeFunc, cognitoauth.ErrPasswordPolicy, cognitoauth.ErrInvalidInput)
		}, "a new password against the policy: got error"},
		{"administering users", "zero", func(l *liar) { l.admin.DisableUserFunc = idle }, "Authenticate of a disabled user: got error none"},
		{"administering attributes", "zero", func(l *liar) { l.admin.DeleteUserAttributesFunc = idle }, `attribute name: got "Ada", want ""`},
		{"administering passwords", "zero", func(l *liar) { l.admin.ResetUserPasswordFunc = idle }, "Authenticate after ResetUserPassword: got error none"},
		{"administering factors", "second factors", func(l *liar) { l.admin.SetUserMFAPreferenceFunc = idle },
			"GetUser: the authenticator is not among the factors"},
		{"administering groups", "zero", func(l *liar) { l.admin.RemoveUserFromGroupFunc = idle },
			"ListGroupsForUser: the group that the user left is among them"},
		{"administering devices", "wary", func(l *liar) { l.admin.ForgetDeviceFunc = idle }, "GetDevice of a forgotten device: got error none"},
		{"administering sessions", "zero", func(l *liar) { l.admin.SignOutFunc = idle }, "Refresh after SignOut by an administrator: got error none"},
		{"signing in for a user", "wary", func(l *liar) {
			l.admin.AuthenticateFunc = mistaken(l.admin.AuthenticateFunc, cognitoauth.ErrInvalidCredentials, errVague)
		}, "Authenticate by an administrator with a wrong password: got error"},
		{"deleting", "zero", func(l *liar) { l.c.AdminDeleteFunc = idle }, "Authenticate after AdminDelete: got error none"},
		{"a cancelled context", "zero", func(l *liar) {
			l.c.AuthenticateFunc = mistaken(l.c.AuthenticateFunc, context.Canceled, cognitoauth.ErrUnavailable)
		}, "Authenticate: got error"},
	}
	caught := map[string]bool{}
	for _, row := range rows {
		caught[row.story] = true
		t.Run(row.story+", "+row.want, func(t *testing.T) {
			t.Parallel()
			srv := cognitotest.NewTestServer(t, kinds()[row.kind])
			h := harness(srv)
			h.Stories = []string{row.story}
			h.Skipped = func(_, why string) { t.Log("skipped:", why) }
			l := newLiar(srv)
			h.Admin = l.admin
			row.lie(l)
			err := cognitotest.TestClient(t.Context(), l.c, h)
			if err == nil || !strings.Contains(err.Error(), "cognitotest: "+row.story+": ") || !strings.Contains(err.Error(), row.want) {
				t.Errorf("got %v\nwant %q in it", err, row.want)
			}
		})
	}

	t.Run("none", func(t *testing.T) {
		t.Parallel()
		srv := cognitotest.NewTestServer(t, cognitotest.Config{})
		h, l := srv.Harness(), newLiar(srv)
		h.Admin = l.admin
		if err := cognitotest.TestClient(t.Context(), l.c, h); err != nil {
			t.Error(err)
		}
	})

	for _, story := range storyNames(t) {
		if !caught[story] {
			t.Errorf("there is no lie for the story %q", story)
		}
	}
}

// storyNames finds the stories by a client that has every role and can do
// nothing: each fails, or is skipped.
func storyNames(t *testing.T) []string {
	t.Helper()
	var names []string
	h := cognitotest.Harness{
		Code:    func(context.Context, string) (string, error) { return "", errVague },
		Admin:   &cognitotest.Admin{},
		Skipped: func(story, _ string) { names = append(names, story) },
	}
	err := cognitotest.TestClient(t.Context(), &cognitotest.Client{}, h)
	if err == nil {
		t.Fatal("a client that can do nothing conforms")
	}
	for _, match := range regexp.MustCompile(`(?m)^cognitotest: ([^:]+): `).FindAllStringSubmatch(err.Error(), -1) {
		names = append(names, match[1])
	}
	return names
}
