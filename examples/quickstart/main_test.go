package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cognitoauth/cognito-go/cognitoauth"
	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest"
	"github.com/cognitoauth/cognito-go/jwtverify"
)

// names are the steps of the story.
var names = []string{
	"sign up",
	"sign in before confirming",
	"confirm with a wrong code",
	"confirm",
	"sign in",
	"verify the access token",
	"verify the ID token",
	"call a protected handler without a token",
	"call it with the ID token",
	"call it with the access token",
	"refresh the tokens",
	"change the password",
	"sign in with the old password",
	"forget the password",
	"set another with the code",
	"sign in with that one",
	"delete the user by sub",
	"sign in after that",
}

var line = regexp.MustCompile(`(?m)^([✓✗]) (.+?) +\d+\.\d ms  (.+)$`)

// wantSteps checks that the output has a ✓ for each of the names, in order.
func wantSteps(t *testing.T, output string, names []string) {
	t.Helper()
	lines := line.FindAllStringSubmatch(output, -1)
	if len(lines) != len(names) {
		t.Fatalf("got %d steps, want %d:\n%s", len(lines), len(names), output)
	}
	for i, l := range lines {
		if l[1] != "✓" || l[2] != names[i] || strings.Contains(l[3], "nil") {
			t.Errorf("got %q, want ✓ %s", l[0], names[i])
		}
	}
}

func TestWholeStory(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if code := run(t.Context(), nil, strings.NewReader(""), &out); code != 0 {
		t.Fatalf("exit code %d:\n%s", code, out.String())
	}
	wantSteps(t, out.String(), names)
	for _, why := range []string{
		"refused: user has not confirmed the sign-up (HTTP status 403)",
		"refused: code is wrong (HTTP status 400)",
		"refused: user name or password is wrong (HTTP status 401)",
		"refused: no such user (HTTP status 401)",
		"answered 401 Unauthorized",
		"answered 200 OK",
	} {
		if !strings.Contains(out.String(), why) {
			t.Errorf("nothing says %q", why)
		}
	}
}

// person enters lines on the terminal, each when it is asked for.
type person []func() string

func (p *person) Read(b []byte) (int, error) {
	if len(*p) == 0 {
		return 0, io.EOF
	}
	next := (*p)[0]
	*p = (*p)[1:]
	return copy(b, next()+"\n"), nil
}

func says(line string) func() string { return func() string { return line } }

// onAWS points the environment at a pool that the program knows nothing else of.
func onAWS(t *testing.T, cfg cognitotest.Config) *cognitotest.Server {
	t.Helper()
	srv := cognitotest.NewTestServer(t, cfg)
	t.Setenv("AWS_COGNITO_USER_POOL_ID", srv.UserPoolID())
	t.Setenv("AWS_COGNITO_CLIENT_ID", srv.ClientID())
	t.Setenv("AWS_COGNITO_CLIENT_SECRET", srv.ClientConfig(srv.ClientID()).ClientSecret)
	t.Setenv("AWS_COGNITO_AUTHORITY", srv.Issuer())
	t.Setenv("AWS_ENDPOINT_URL", srv.URL())
	t.Setenv("AWS_ACCESS_KEY_ID", srv.Credentials().AccessKeyID)
	t.Setenv("AWS_SECRET_ACCESS_KEY", srv.Credentials().SecretAccessKey)
	return srv
}

//nolint:paralleltest // onAWS sets the environment
func TestWholeStoryOnAWS(t *testing.T) {
	for _, row := range []struct {
		name, username string
		cfg            cognitotest.Config
	}{
		{"user name of its own", "grace", cognitotest.Config{AliasAttributes: []string{"email"}}},
		{"address as user name", "", cognitotest.Config{UsernameAttributes: []string{"email"}}},
		{"client secret, and nobody told who exists", "", cognitotest.Config{
			Client: cognitotest.AppClient{GenerateSecret: true, PreventUserExistenceErrors: true},
		}},
		{"refresh tokens that rotate", "", cognitotest.Config{Client: cognitotest.AppClient{RotateRefreshTokens: true}}},
	} {
		t.Run(row.name, func(t *testing.T) {
			srv := onAWS(t, row.cfg)
			const email = "grace@example.com"
			code := func() string { return " " + srv.Code(email) } // pasted with a space
			var out bytes.Buffer
			if exit := run(t.Context(), []string{"-aws"}, &person{says(email), says(row.username), code, code}, &out); exit != 0 {
				t.Fatalf("exit code %d:\n%s", exit, out.String())
			}
			if asked := strings.Count(out.String(), "The code that was sent to "+email); asked != 2 {
				t.Errorf("asked for a code %d times, want 2", asked)
			}
			// What is asked and the step after it share a line here, where
			// nobody presses return.
			wantSteps(t, strings.ReplaceAll(out.String(), email+": ", "\n"), names)
		})
	}
}

//nolint:paralleltest // onAWS sets the environment
func TestAWSThatIsNotThere(t *testing.T) {
	rows := []struct {
		name  string
		setUp func(t *testing.T)
		in    person
		want  string // what the output says
	}{
		{"no environment", func(t *testing.T) {
			t.Helper()
			t.Setenv("AWS_COGNITO_USER_POOL_ID", "")
			t.Setenv("AWS_COGNITO_CLIENT_ID", "")
		}, nil, "AWS_COGNITO_USER_POOL_ID is not set"},
		{"nobody at the terminal", func(*testing.T) {}, nil, "nothing was entered"},
		{"nobody to read the code", func(*testing.T) {}, person{says("grace@example.com"), says("")}, `✗ confirm with a wrong code`},
		{"empty code", func(*testing.T) {}, person{says("grace@example.com"), says(""), says("")}, "no code was entered"},
		{"user is left", func(*testing.T) {}, person{says("grace@example.com"), says("")}, "The user grace@example.com (sub "},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			onAWS(t, cognitotest.Config{})
			row.setUp(t)
			var out bytes.Buffer
			if exit := run(t.Context(), []string{"-aws"}, &row.in, &out); exit != 1 || !strings.Contains(out.String(), row.want) {
				t.Errorf("exit code %d, want 1 and something with %q:\n%s", exit, row.want, out.String())
			}
		})
	}
}

// TestStepsThatGoWrong: one ✗, at the step that shows it, and exit code 1.
func TestStepsThatGoWrong(t *testing.T) {
	t.Parallel()
	broken := fmt.Errorf("it broke: %w", cognitoauth.ErrUnavailable)
	accepted := "it was accepted, and should have been refused"
	rows := []struct {
		name  string
		spoil func(srv *cognitotest.Server, s *stage, c *cognitotest.Client)
		step  string // the one that goes wrong
		why   string
	}{
		{"Cognito is out of order", func(_ *cognitotest.Server, _ *stage, c *cognitotest.Client) {
			c.SignUpFunc = always[cognitoauth.SignUpInput, cognitoauth.SignUpOutput](nil, broken)
		}, "sign up", broken.Error()},
		{"no code is needed", func(_ *cognitotest.Server, _ *stage, c *cognitotest.Client) {
			c.SignUpFunc = always[cognitoauth.SignUpInput](&cognitoauth.SignUpOutput{Sub: "a-sub", Confirmed: true}, nil)
		}, "sign up", "confirmed without a code"},
		{"no code is sent", func(_ *cognitotest.Server, _ *stage, c *cognitotest.Client) {
			c.SignUpFunc = always[cognitoauth.SignUpInput](&cognitoauth.SignUpOutput{Sub: "a-sub"}, nil)
		}, "sign up", "no code was sent"},
		{"anybody may sign in", func(_ *cognitotest.Server, _ *stage, c *cognitotest.Client) {
			c.AuthenticateFunc = always[cognitoauth.AuthenticateInput](&cognitoauth.AuthenticateOutput{Tokens: &cognitoauth.Tokens{}}, nil)
		}, "sign in before confirming", accepted},
		{"nobody may sign in", func(_ *cognitotest.Server, _ *stage, c *cognitotest.Client) {
			c.AuthenticateFunc = always[cognitoauth.AuthenticateInput, cognitoauth.AuthenticateOutput](nil, broken)
		}, "sign in before confirming", "it was refused for another reason than it should: cognitoauth: Authenticate: " + broken.Error()},
		{"no code arrives", func(_ *cognitotest.Server, s *stage, _ *cognitotest.Client) {
			s.readCode = func(context.Context) (string, error) { return "", broken }
		}, "confirm with a wrong code", broken.Error()},
		{"any code will do", func(_ *cognitotest.Server, _ *stage, c *cognitotest.Client) {
			c.ConfirmSignUpFunc = always[cognitoauth.ConfirmSignUpInput](&cognitoauth.ConfirmSignUpOutput{}, nil)
		}, "confirm with a wrong code", accepted},
		{"no code will do", func(_ *cognitotest.Server, _ *stage, c *cognitotest.Client) {
			c.ConfirmSignUpFunc = always[cognitoauth.ConfirmSignUpInput, cognitoauth.ConfirmSignUpOutput](nil, cognitoauth.ErrCodeMismatch)
		}, "confirm", cognitoauth.ErrCodeMismatch.Error()},
		{"a trigger disables the user", func(srv *cognitotest.Server, _ *stage, c *cognitotest.Client) {
			confirm := c.ConfirmSignUpFunc
			c.ConfirmSignUpFunc = func(ctx context.Context, in cognitoauth.ConfirmSignUpInput) (*cognitoauth.ConfirmSignUpOutput, error) {
				srv.Inject(cognitotest.Fault{Operation: "InitiateAuth", Times: -1, Exception: "NotAuthorizedException", Message: "User is disabled."})
				return confirm(ctx, in)
			}
		}, "sign in", cognitoauth.ErrUserDisabled.Error()},
		{"tokens of somebody else", func(_ *cognitotest.Server, _ *stage, c *cognitotest.Client) {
			signUp := c.SignUpFunc
			c.SignUpFunc = func(ctx context.Context, in cognitoauth.SignUpInput) (*cognitoauth.SignUpOutput, error) {
				out, err := signUp(ctx, in)
				out.Sub = "another-sub"
				return out, err
			}
		}, "verify the access token", `not the user's "another-sub"`},
		{"keys that cannot be had", func(srv *cognitotest.Server, s *stage, _ *cognitotest.Client) {
			cfg := srv.VerifierConfig()
			cfg.JWKSURL = srv.URL() + "/nothing"
			s.verifier = newVerifier(t, cfg)
		}, "verify the access token", jwtverify.ErrKeysUnavailable.Error()},
		{"address of somebody else", func(srv *cognitotest.Server, s *stage, c *cognitotest.Client) {
			signUp := c.SignUpFunc
			c.SignUpFunc = func(ctx context.Context, in cognitoauth.SignUpInput) (*cognitoauth.SignUpOutput, error) {
				in.Attributes = map[string]string{"email": "bob@example.com"}
				return signUp(ctx, in)
			}
			s.readCode = func(context.Context) (string, error) { return srv.Code("bob@example.com"), nil }
		}, "verify the ID token", `"bob@example.com"`},
		{"a guard that refuses everything", func(srv *cognitotest.Server, s *stage, _ *cognitotest.Client) {
			cfg := srv.VerifierConfig()
			accessTokens := 0
			cfg.Check = func(_ context.Context, claims *jwtverify.Claims) error {
				if claims.Use == jwtverify.Access {
					accessTokens++
				}
				if accessTokens > 1 { // the first was outside of the guard
					return broken
				}
				return nil
			}
			s.verifier = newVerifier(t, cfg)
		}, "call it with the access token", "it answered 401 Unauthorized and not 200"},
		{"refresh that refreshes nothing", func(_ *cognitotest.Server, _ *stage, c *cognitotest.Client) {
			var tokens *cognitoauth.Tokens
			authenticate := c.AuthenticateFunc
			c.AuthenticateFunc = func(ctx context.Context, in cognitoauth.AuthenticateInput) (*cognitoauth.AuthenticateOutput, error) {
				out, err := authenticate(ctx, in)
				if err == nil {
					tokens = out.Tokens
				}
				return out, err
			}
			c.RefreshFunc = func(context.Context, cognitoauth.RefreshInput) (*cognitoauth.RefreshOutput, error) {
				return &cognitoauth.RefreshOutput{Tokens: tokens}, nil
			}
		}, "refresh the tokens", "the access token is the same as before"},
		{"refresh into nonsense", func(_ *cognitotest.Server, _ *stage, c *cognitotest.Client) {
			c.RefreshFunc = always[cognitoauth.RefreshInput](&cognitoauth.RefreshOutput{Tokens: &cognitoauth.Tokens{AccessToken: "nonsense"}}, nil)
		}, "refresh the tokens", jwtverify.ErrTokenMalformed.Error()},
		{"change that changes nothing", func(_ *cognitotest.Server, _ *stage, c *cognitotest.Client) {
			c.ChangePasswordFunc = always[cognitoauth.ChangePasswordInput](&cognitoauth.ChangePasswordOutput{}, nil)
		}, "sign in with the old password", accepted},
		{"reset without a code", func(_ *cognitotest.Server, _ *stage, c *cognitotest.Client) {
			c.ForgotPasswordFunc = always[cognitoauth.ForgotPasswordInput](&cognitoauth.ForgotPasswordOutput{}, nil)
		}, "forget the password", "no code was sent"},
		{"reset that resets nothing", func(_ *cognitotest.Server, _ *stage, c *cognitotest.Client) {
			c.ConfirmForgotPasswordFunc = always[cognitoauth.ConfirmForgotPasswordInput](&cognitoauth.ConfirmForgotPasswordOutput{}, nil)
		}, "sign in with that one", cognitoauth.ErrInvalidCredentials.Error()},
		{"no AWS credentials", func(_ *cognitotest.Server, _ *stage, c *cognitotest.Client) {
			c.AdminDeleteFunc = always[cognitoauth.AdminDeleteInput, cognitoauth.AdminDeleteOutput](nil, cognitoauth.ErrNoAWSCredentials)
		}, "delete the user by sub", cognitoauth.ErrNoAWSCredentials.Error()},
		{"deletion that deletes nothing", func(_ *cognitotest.Server, _ *stage, c *cognitotest.Client) {
			c.AdminDeleteFunc = always[cognitoauth.AdminDeleteInput](&cognitoauth.AdminDeleteOutput{}, nil)
		}, "sign in after that", accepted},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			srv := cognitotest.NewTestServer(t, cognitotest.Config{})
			s := local(srv)
			pool := srv.UserPool()
			c := &cognitotest.Client{
				TB:                        t,
				SignUpFunc:                pool.SignUp,
				ConfirmSignUpFunc:         pool.ConfirmSignUp,
				AuthenticateFunc:          pool.Authenticate,
				RefreshFunc:               pool.Refresh,
				ChangePasswordFunc:        pool.ChangePassword,
				ForgotPasswordFunc:        pool.ForgotPassword,
				ConfirmForgotPasswordFunc: pool.ConfirmForgotPassword,
				AdminDeleteFunc:           pool.AdminDelete,
			}
			s.users = c
			row.spoil(srv, s, c)

			var out bytes.Buffer
			if exit := tell(t.Context(), s, &out); exit != 1 {
				t.Errorf("exit code %d, want 1", exit)
			}
			k := slices.Index(names, row.step)
			lines := line.FindAllStringSubmatch(out.String(), -1)
			if len(lines) != k+1 || lines[k][1] != "✗" || lines[k][2] != row.step || !strings.Contains(lines[k][3], row.why) {
				t.Errorf("want ✗ %s, with %q:\n%s", row.step, row.why, out.String())
			}
			if crosses := strings.Count(out.String(), "✗"); crosses != 1 {
				t.Errorf("%d crosses, want 1", crosses)
			}
			summary := fmt.Sprintf("\nFailed at step %d of %d, %q: ", k+1, len(names), row.step)
			if !strings.Contains(out.String(), summary) || strings.Contains(out.String(), "All ") {
				t.Errorf("it ends otherwise than with %q:\n%s", summary, out.String())
			}
		})
	}
}

// always is a method that returns the same whatever it is given.
func always[In, Out any](out *Out, err error) func(context.Context, In) (*Out, error) {
	return func(context.Context, In) (*Out, error) { return out, err }
}

func newVerifier(t *testing.T, cfg jwtverify.Config) *jwtverify.Verifier {
	t.Helper()
	v, err := jwtverify.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestLines: what a line looks like, and that waiting for a person is not timed.
func TestLines(t *testing.T) {
	t.Parallel()
	var now time.Time
	wait := func(d time.Duration) { now = now.Add(d) }
	steps := []step{
		{name: "one", do: func(context.Context) (string, error) {
			wait(1500 * time.Microsecond)
			return "it went well", nil
		}},
		{name: "two", prepare: func(context.Context) error {
			wait(time.Minute)
			return nil
		}, do: func(ctx context.Context) (string, error) {
			if _, ok := ctx.Deadline(); !ok {
				t.Error("a step without a time limit")
			}
			wait(12 * time.Millisecond)
			return "never shown", errors.New("it went badly")
		}},
		{name: "three", do: func(context.Context) (string, error) {
			t.Error("a step after one that went wrong")
			return "", nil
		}},
	}
	var out bytes.Buffer
	err := play(t.Context(), steps, &out, func() time.Time { return now })
	want := "✓ one                                             1.5 ms  it went well\n" +
		"✗ two                                            12.0 ms  it went badly\n"
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}
	if want := `step 2 of 3, "two": it went badly; the step after it was not tried`; err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestArguments(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, argument string
		exit           int
		want           string
	}{
		{"help", "-h", 0, "-aws"},
		{"unknown option", "-azure", 2, "-azure"},
		{"argument", "aws", 2, `unexpected argument "aws"`},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			if exit := run(t.Context(), []string{row.argument}, strings.NewReader(""), &out); exit != row.exit || !strings.Contains(out.String(), row.want) {
				t.Errorf("exit code %d, want %d and something with %q:\n%s", exit, row.exit, row.want, out.String())
			}
		})
	}
}
