package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/cognitoauth/cognito-go/cognitoauth"
	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest"
)

// internals is what Cognito might say, and nobody outside must read.
const internals = "internal detail of pool eu-west-1_Ab12Cd34E"

// exception is an error as Cognito sends it.
func exception(op, code, message string) error {
	return &cognitoauth.Error{Op: op, Code: code, Message: message + " " + internals, StatusCode: 400}
}

func policyError(password string) error {
	return cognitoauth.DefaultPasswordPolicy().Check(password)
}

// failing is a fake whose every method that the service calls fails with err.
func failing(err error) *cognitotest.Client {
	return &cognitotest.Client{
		SignUpFunc: func(context.Context, cognitoauth.SignUpInput) (*cognitoauth.SignUpOutput, error) { return nil, err },
		ConfirmSignUpFunc: func(context.Context, cognitoauth.ConfirmSignUpInput) (*cognitoauth.ConfirmSignUpOutput, error) {
			return nil, err
		},
		AuthenticateFunc: func(context.Context, cognitoauth.AuthenticateInput) (*cognitoauth.AuthenticateOutput, error) {
			return nil, err
		},
		ChangePasswordFunc: func(context.Context, cognitoauth.ChangePasswordInput) (*cognitoauth.ChangePasswordOutput, error) {
			return nil, err
		},
		ForgotPasswordFunc: func(context.Context, cognitoauth.ForgotPasswordInput) (*cognitoauth.ForgotPasswordOutput, error) {
			return nil, err
		},
		ConfirmForgotPasswordFunc: func(context.Context, cognitoauth.ConfirmForgotPasswordInput) (*cognitoauth.ConfirmForgotPasswordOutput, error) {
			return nil, err
		},
	}
}

// bodies are right ones.
var bodies = map[string]string{
	"/auth/register":         rightBody,
	"/auth/verify":           `{` + emailMember + `,"code":"123456"}`,
	"/auth/authenticate":     rightBody,
	"/auth/change-password":  `{` + emailMember + `,"currentPassword":"Correct-horse-7","newPassword":"Battery-staple-8"}`,
	"/auth/forgot-password":  `{` + emailMember + `}`,
	"/auth/confirm-password": `{` + emailMember + `,"code":"123456","newPassword":"Battery-staple-8"}`,
}

func TestErrors(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name, path string
		err        error
		want       problem
	}{
		{"address taken", "/auth/register", exception("SignUp", "UsernameExistsException", "User already exists"), problem{StatusCode: 409, Message: hints[409]}},
		{"weak password, refused here", "/auth/register", fmt.Errorf("cognitoauth: SignUp: %w", policyError("weak")),
			problem{StatusCode: 422, Message: "password needs at least 8 characters, at least one upper-case letter, at least one number, at least one symbol"}},
		{"weak password, refused by Cognito", "/auth/register", exception("SignUp", "InvalidPasswordException", "Password did not conform with policy:"), problem{StatusCode: 422, Message: hints[422]}},
		{"attribute that is not acceptable", "/auth/register", exception("SignUp", "InvalidParameterException", "Username should be an email."), problem{StatusCode: 400, Message: hints[400]}},
		{"refused by a trigger", "/auth/register", exception("SignUp", "UserLambdaValidationException", "PreSignUp failed with error"), problem{StatusCode: 403}},
		{"code not sent", "/auth/register", exception("SignUp", "CodeDeliveryFailureException", ""), problem{StatusCode: 503}},

		{"wrong code", "/auth/verify", exception("ConfirmSignUp", "CodeMismatchException", ""), problem{StatusCode: 400, Field: "code", Message: "is wrong or too old"}},
		{"old code", "/auth/verify", exception("ConfirmSignUp", "ExpiredCodeException", ""), problem{StatusCode: 400, Field: "code", Message: "is wrong or too old"}},
		{"confirmed already", "/auth/verify", exception("ConfirmSignUp", "NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED"), problem{StatusCode: 409, Message: hints[409]}},

		{"wrong password", "/auth/authenticate", exception("Authenticate", "NotAuthorizedException", "Incorrect username or password."), problem{StatusCode: 401}},
		{"unknown user", "/auth/authenticate", exception("Authenticate", "UserNotFoundException", "User does not exist."), problem{StatusCode: 401}},
		{"not confirmed", "/auth/authenticate", exception("Authenticate", "UserNotConfirmedException", ""), problem{StatusCode: 403, Message: "the e-mail address must be confirmed first"}},
		{"reset required", "/auth/authenticate", exception("Authenticate", "PasswordResetRequiredException", ""), problem{StatusCode: 403, Message: "the password must be reset first"}},
		{"disabled", "/auth/authenticate", exception("Authenticate", "NotAuthorizedException", "User is disabled."), problem{StatusCode: 403}},
		{"locked", "/auth/authenticate", exception("Authenticate", "NotAuthorizedException", "Password attempts exceeded"), problem{StatusCode: 429, Message: hints[429]}},
		{"throttled", "/auth/authenticate", exception("Authenticate", "TooManyRequestsException", ""), problem{StatusCode: 429, Message: hints[429]}},

		{"wrong present password", "/auth/change-password", exception("ChangePassword", "NotAuthorizedException", "Incorrect username or password."), problem{StatusCode: 401}},
		{"password of before", "/auth/change-password", exception("ChangePassword", "PasswordHistoryPolicyViolationException", ""), problem{StatusCode: 422, Message: hints[422]}},

		{"too many codes", "/auth/forgot-password", exception("ForgotPassword", "LimitExceededException", "Attempt limit exceeded"), problem{StatusCode: 429, Message: hints[429]}},
		{"wrong reset code", "/auth/confirm-password", exception("ConfirmForgotPassword", "CodeMismatchException", ""), problem{StatusCode: 400, Field: "code", Message: "is wrong or too old"}},

		{"wrong client secret", "/auth/register", exception("SignUp", "NotAuthorizedException", "Unable to verify secret hash for client"), problem{StatusCode: 500}},
		{"flow switched off", "/auth/authenticate", exception("Authenticate", "InvalidParameterException", "USER_SRP_AUTH is not enabled for the client."), problem{StatusCode: 500}},
		{"Cognito out of order", "/auth/verify", exception("ConfirmSignUp", "InternalErrorException", ""), problem{StatusCode: 503}},
		{"timeout", "/auth/register", fmt.Errorf(internals+": %w", context.DeadlineExceeded), problem{StatusCode: 503}},
		{"exception that nobody knows", "/auth/register", exception("SignUp", "FlyingSaucerException", ""), problem{StatusCode: 500}},
		{"error that nobody knows", "/auth/register", errors.New(internals), problem{StatusCode: 500}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w, got := post(t, service(t, failing(row.err)), row.path, bodies[row.path])
			row.want.Status = http.StatusText(row.want.StatusCode)
			if got != row.want {
				t.Errorf("got  %+v\nwant %+v", got, row.want)
			}
			if strings.Contains(w.Body.String(), "internal") || strings.Contains(w.Body.String(), "Exception") {
				t.Errorf("internals in the answer: %s", w.Body)
			}
		})
	}
}

// TestChallenge: a right password that is not enough is neither a sign-in nor
// a wrong password.
func TestChallenge(t *testing.T) {
	t.Parallel()
	srv := cognitotest.NewTestServer(t, cognitotest.Config{})
	srv.AddUser(cognitotest.User{Username: "ada@example.com", Password: "Correct-horse-7", Status: "FORCE_CHANGE_PASSWORD"})
	h := newHandler(srv.UserPool(), srv.Verifier())
	for _, path := range []string{"/auth/authenticate", "/auth/change-password"} {
		w, p := post(t, h, path, bodies[path])
		if w.Code != http.StatusForbidden || p.Challenge != "NEW_PASSWORD_REQUIRED" || p.Field != "" || p.Message == "" {
			t.Errorf("%s: status %d, %s", path, w.Code, w.Body)
		}
	}
}

// TestForgotPasswordTellsNobodyWhoHasAnAccount, not even where the app client's
// own setting is of no help.
func TestForgotPasswordTellsNobodyWhoHasAnAccount(t *testing.T) {
	t.Parallel()
	srv := cognitotest.NewTestServer(t, cognitotest.Config{})
	verified := map[string]string{"email": "ada@example.com", "email_verified": "true"}
	for _, user := range []cognitotest.User{
		{Username: "account", Attributes: verified},
		{Username: "disabled-account", Attributes: verified, Disabled: true},
		{Username: "account-that-is-not-confirmed", Status: "UNCONFIRMED"},
		{Username: "account-that-nobody-has-used-yet", Attributes: verified, Status: "FORCE_CHANGE_PASSWORD"},
	} {
		user.Password = "Correct-horse-7"
		srv.AddUser(user)
	}
	h, err := connect(srv.ClientConfig(srv.ClientID()), srv.VerifierConfig())
	if err != nil {
		t.Fatal(err)
	}
	var answers []string
	for _, name := range []string{
		"account", "disabled-account", "account-that-is-not-confirmed", "account-that-nobody-has-used-yet", "no-account",
	} {
		w, _ := post(t, h, "/auth/forgot-password", object("email", name))
		answer := fmt.Sprint(w.Code, w.Header(), w.Body)
		if answers = append(answers, answer); answer != answers[0] {
			t.Errorf("%s: got %s, want %s", name, answer, answers[0])
		}
	}
	if !strings.HasPrefix(answers[0], "204 ") {
		t.Errorf("got %s, want 204", answers[0])
	}
	if sent := srv.Messages(""); len(sent) != 1 || sent[0].To != "ada@example.com" {
		t.Errorf("sent %v, want one code", sent)
	}
}

func TestInputsReachTheirOperation(t *testing.T) {
	t.Parallel()
	var got []string
	note := func(in any) { got = append(got, fmt.Sprint(in)) }
	expires := time.Date(2030, 1, 2, 3, 4, 5, 0, time.FixedZone("", 3600))
	h := service(t, &cognitotest.Client{
		SignUpFunc: func(_ context.Context, in cognitoauth.SignUpInput) (*cognitoauth.SignUpOutput, error) {
			note([]any{"SignUp", in.Username, in.Password, in.Attributes})
			return &cognitoauth.SignUpOutput{Sub: "a-sub", Confirmed: true}, nil
		},
		ConfirmSignUpFunc: func(_ context.Context, in cognitoauth.ConfirmSignUpInput) (*cognitoauth.ConfirmSignUpOutput, error) {
			note([]any{"ConfirmSignUp", in.Username, in.Code})
			return &cognitoauth.ConfirmSignUpOutput{}, nil
		},
		AuthenticateFunc: func(_ context.Context, in cognitoauth.AuthenticateInput) (*cognitoauth.AuthenticateOutput, error) {
			note([]any{"Authenticate", in.Username, in.Password})
			return &cognitoauth.AuthenticateOutput{Tokens: &cognitoauth.Tokens{
				AccessToken: "access", IDToken: "id", RefreshToken: "refresh", TokenType: "Bearer", ExpiresAt: expires,
			}}, nil
		},
		ChangePasswordFunc: func(_ context.Context, in cognitoauth.ChangePasswordInput) (*cognitoauth.ChangePasswordOutput, error) {
			note([]any{"ChangePassword", in.Username, in.CurrentPassword, in.NewPassword})
			return &cognitoauth.ChangePasswordOutput{}, nil
		},
		ForgotPasswordFunc: func(_ context.Context, in cognitoauth.ForgotPasswordInput) (*cognitoauth.ForgotPasswordOutput, error) {
			note([]any{"ForgotPassword", in.Username})
			return &cognitoauth.ForgotPasswordOutput{}, nil
		},
		ConfirmForgotPasswordFunc: func(_ context.Context, in cognitoauth.ConfirmForgotPasswordInput) (*cognitoauth.ConfirmForgotPasswordOutput, error) {
			note([]any{"ConfirmForgotPassword", in.Username, in.Code, in.NewPassword})
			return &cognitoauth.ConfirmForgotPasswordOutput{}, nil
		},
	})
	for _, row := range []struct {
		path, input string
		status      int
		answer      string
	}{
		{"/auth/register", "[SignUp ada@example.com Correct-horse-7 map[email:ada@example.com]]", 201, `{"confirmed":true,"sub":"a-sub"}`},
		{"/auth/verify", "[ConfirmSignUp ada@example.com 123456]", 204, ""},
		{"/auth/authenticate", "[Authenticate ada@example.com Correct-horse-7]", 200,
			`{"accessToken":"access","expiresAt":"2030-01-02T02:04:05Z","idToken":"id","refreshToken":"refresh","tokenType":"Bearer"}`},
		{"/auth/change-password", "[ChangePassword ada@example.com Correct-horse-7 Battery-staple-8]", 204, ""},
		{"/auth/forgot-password", "[ForgotPassword ada@example.com]", 204, ""},
		{"/auth/confirm-password", "[ConfirmForgotPassword ada@example.com 123456 Battery-staple-8]", 204, ""},
	} {
		got = nil
		w, _ := post(t, h, row.path, bodies[row.path])
		if w.Code != row.status || w.Body.String() != row.answer || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: status %d, %v, body %s", row.path, w.Code, w.Header(), w.Body)
		}
		if len(got) != 1 || got[0] != row.input {
			t.Errorf("%s: got %s, want %s", row.path, got, row.input)
		}
	}
}

func TestRoutesThatAreNotThere(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		method, path string
		status       int
		allow        string
	}{
		{"GET", "/", 404, ""},
		{"POST", "/auth", 404, ""},
		{"POST", "/auth/login", 404, ""},
		{"POST", "/auth/register/", 404, ""},
		{"DELETE", "/users/", 404, ""},
		{"DELETE", "/users/a/b", 404, ""},
		{"GET", "/auth/register", 405, "POST"},
		{"PUT", "/auth/authenticate", 405, "POST"},
		{"OPTIONS", "/auth/verify", 405, "POST"},
		{"GET", "/users/a-sub", 405, "DELETE"},
		{"POST", "/api/v1/pokemons", 405, "GET, HEAD"},
	} {
		t.Run(row.method+" "+row.path, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequestWithContext(t.Context(), row.method, row.path, strings.NewReader(rightBody))
			w, _ := do(t, service(t, &cognitotest.Client{}), r)
			if w.Code != row.status || w.Header().Get("Allow") != row.allow {
				t.Errorf("got status %d and Allow %q, want %d and %q", w.Code, w.Header().Get("Allow"), row.status, row.allow)
			}
		})
	}
}

func TestGuardedRoutesWithoutAToken(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, method, path string
		authorization      []string
		status             int
	}{
		{"read without a token", "GET", "/api/v1/pokemons", nil, 401},
		{"delete without a token", "DELETE", "/users/a-sub", nil, 401},
		{"nonsense", "GET", "/api/v1/pokemons", []string{"Bearer nonsense"}, 401},
		{"another scheme", "GET", "/api/v1/pokemons", []string{"Basic YTpi"}, 401},
		{"two tokens", "GET", "/api/v1/pokemons", []string{"Bearer a", "Bearer b"}, 400},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequestWithContext(t.Context(), row.method, row.path, http.NoBody)
			r.Header["Authorization"] = row.authorization
			if w, _ := do(t, service(t, &cognitotest.Client{}), r); w.Code != row.status {
				t.Errorf("got status %d, want %d", w.Code, row.status)
			}
		})
	}
}

// TestTimeLimit: what a handler asks of Cognito ends before the server gives up
// on the answer.
func TestTimeLimit(t *testing.T) {
	t.Parallel()
	began := time.Now()
	users := failing(nil)
	users.SignUpFunc = func(ctx context.Context, _ cognitoauth.SignUpInput) (*cognitoauth.SignUpOutput, error) {
		deadline, ok := ctx.Deadline()
		if !ok || !deadline.Before(began.Add(writeTimeout-readTimeout)) {
			t.Errorf("deadline %v, %t", deadline.Sub(began), ok)
		}
		return &cognitoauth.SignUpOutput{}, nil
	}
	_, _ = post(t, service(t, users), "/auth/register", rightBody)
}

// TestLog is alone with the default logger.
//
//nolint:paralleltest // for that reason
func TestLog(t *testing.T) {
	var log bytes.Buffer
	before := slog.Default()
	t.Cleanup(func() { slog.SetDefault(before) })
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	gone, cancel := context.WithCancel(t.Context())
	cancel()

	for _, row := range []struct {
		name string
		ctx  context.Context //nolint:containedctx // a row of a table
		err  error
		want bool
	}{
		{"our fault", t.Context(), exception("SignUp", "InternalErrorException", ""), true},
		{"the caller's fault", t.Context(), exception("SignUp", "UsernameExistsException", ""), false},
		{"nobody's fault", gone, context.Canceled, false},
	} {
		log.Reset()
		r := httptest.NewRequestWithContext(row.ctx, http.MethodPost, "/auth/register", strings.NewReader(rightBody))
		r.Header.Set("Content-Type", "application/json")
		_, _ = do(t, service(t, failing(row.err)), r)
		if got := strings.Contains(log.String(), internals) && strings.Contains(log.String(), "/auth/register"); got != row.want {
			t.Errorf("%s: logged %q", row.name, log.String())
		}
		if strings.Contains(log.String(), "Correct-horse-7") {
			t.Errorf("%s: the password is in the log", row.name)
		}
	}
}
