package cognitoauth_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/cognitoauth/cognito-go/cognitoauth"
	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest"
)

// The tests of this file are what docs/pains.md points to where no narrower
// test is the answer: complaints about other SDKs, lived through with this one.

const goodPassword = "Correct-Horse-9"

func signIn(t *testing.T, pool *cognitoauth.UserPool, in cognitoauth.AuthenticateInput) *cognitoauth.AuthenticateOutput {
	t.Helper()
	out, err := pool.Authenticate(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestWrongCodeKeepsTheSession: after a typo the same challenge can be
// answered again; after an answer it cannot, and the error says so.
func TestWrongCodeKeepsTheSession(t *testing.T) {
	t.Parallel()
	srv := cognitotest.NewTestServer(t, cognitotest.Config{MFA: cognitotest.MFAOptional})
	const secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
	srv.AddUser(cognitotest.User{Username: "ada", Password: goodPassword, TOTPSecret: secret})
	pool := srv.UserPool()
	out := signIn(t, pool, cognitoauth.AuthenticateInput{Username: "ada", Password: goodPassword})
	challenge, ok := out.Challenge.(*cognitoauth.SoftwareTokenMFAChallenge)
	if !ok {
		t.Fatalf("got %T", out.Challenge)
	}
	good := cognitotest.TOTP(secret, srv.Now())
	wrong := strings.Map(func(r rune) rune { return '0' + (r-'0'+1)%10 }, good)
	if _, err := pool.RespondToChallenge(t.Context(), challenge.Answer(wrong)); !errors.Is(err, cognitoauth.ErrCodeMismatch) {
		t.Errorf("wrong code: %v", err)
	}
	if _, err := pool.RespondToChallenge(t.Context(), challenge.Answer(good)); err != nil {
		t.Errorf("right code after a wrong one: %v", err)
	}
	if _, err := pool.RespondToChallenge(t.Context(), challenge.Answer(good)); !errors.Is(err, cognitoauth.ErrSessionExpired) {
		t.Errorf("answered twice: %v", err)
	}
	// Another code is had by beginning again.
	again := signIn(t, pool, cognitoauth.AuthenticateInput{Username: "ada", Password: goodPassword})
	srv.Advance(4 * time.Minute)
	late := again.Challenge.(*cognitoauth.SoftwareTokenMFAChallenge).Answer(cognitotest.TOTP(secret, srv.Now()))
	if _, err := pool.RespondToChallenge(t.Context(), late); !errors.Is(err, cognitoauth.ErrSessionExpired) {
		t.Errorf("after four minutes: %v", err)
	}
}

// TestRefreshOnTrackedDevice: Cognito's "Invalid Refresh Token" is explained.
func TestRefreshOnTrackedDevice(t *testing.T) {
	t.Parallel()
	srv := cognitotest.NewTestServer(t, cognitotest.Config{Devices: cognitotest.DevicesAlways})
	srv.AddUser(cognitotest.User{Username: "ada", Password: goodPassword})
	pool := srv.UserPool()
	tokens := signIn(t, pool, cognitoauth.AuthenticateInput{Username: "ada", Password: goodPassword}).Tokens
	if tokens.NewDevice == nil {
		t.Fatal("the sign-in made no device")
	}
	_, err := pool.Refresh(t.Context(), cognitoauth.RefreshInput{RefreshToken: tokens.RefreshToken})
	if !errors.Is(err, cognitoauth.ErrTokenInvalid) || !strings.Contains(err.Error(), "RefreshInput.DeviceKey") || !strings.Contains(err.Error(), "ConfirmDevice") {
		t.Errorf("without the device: %v", err)
	}
	out, err := pool.ConfirmDevice(t.Context(), cognitoauth.ConfirmDeviceInput{AccessToken: tokens.AccessToken, Device: tokens.NewDevice})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := pool.Refresh(t.Context(), cognitoauth.RefreshInput{RefreshToken: tokens.RefreshToken, DeviceKey: out.Device.Key}); err != nil {
		t.Errorf("with the device: %v", err)
	}
	if _, err := pool.ForgetDevice(t.Context(), cognitoauth.ForgetDeviceInput{AccessToken: tokens.AccessToken, DeviceKey: out.Device.Key}); err != nil {
		t.Fatal(err)
	}
	again := signIn(t, pool, cognitoauth.AuthenticateInput{Username: "ada", Password: goodPassword, Device: &out.Device})
	if again.Tokens == nil || !again.DeviceForgotten {
		t.Errorf("with a device that is gone: %v", again)
	}
}

// TestRefreshSecretHash: refreshing works for a client with a secret although
// the user signs in by e-mail address and is called something else inside.
func TestRefreshSecretHash(t *testing.T) {
	t.Parallel()
	srv := cognitotest.NewTestServer(t, cognitotest.Config{
		UsernameAttributes: []string{"email"},
		Client:             cognitotest.AppClient{GenerateSecret: true},
	})
	user := srv.AddUser(cognitotest.User{Username: "ada@example.com", Password: goodPassword})
	pool := srv.UserPool()
	tokens := signIn(t, pool, cognitoauth.AuthenticateInput{Username: "ada@example.com", Password: goodPassword}).Tokens
	if _, err := pool.Refresh(t.Context(), cognitoauth.RefreshInput{RefreshToken: tokens.RefreshToken}); err != nil {
		t.Errorf("GetTokensFromRefreshToken: %v", err)
	}
	if _, err := pool.Refresh(t.Context(), cognitoauth.RefreshInput{RefreshToken: tokens.RefreshToken, Flow: cognitoauth.FlowRefreshToken, Username: user.Sub}); err != nil {
		t.Errorf("REFRESH_TOKEN_AUTH: %v", err)
	}
}

// TestRotatedRefreshToken: the token to store is always in the output.
func TestRotatedRefreshToken(t *testing.T) {
	t.Parallel()
	for _, rotate := range []bool{false, true} {
		srv := cognitotest.NewTestServer(t, cognitotest.Config{Client: cognitotest.AppClient{RotateRefreshTokens: rotate}})
		srv.AddUser(cognitotest.User{Username: "ada", Password: goodPassword})
		pool := srv.UserPool()
		first := signIn(t, pool, cognitoauth.AuthenticateInput{Username: "ada", Password: goodPassword}).Tokens.RefreshToken
		out, err := pool.Refresh(t.Context(), cognitoauth.RefreshInput{RefreshToken: first})
		if err != nil || out.Rotated != rotate || out.Tokens.RefreshToken == "" || (out.Tokens.RefreshToken == first) == rotate {
			t.Errorf("rotation %v: rotated %v, %v", rotate, out.Rotated, err)
		}
		if rotate {
			srv.Advance(2 * time.Minute)
			if _, err := pool.Refresh(t.Context(), cognitoauth.RefreshInput{RefreshToken: first}); !errors.Is(err, cognitoauth.ErrTokenRevoked) {
				t.Errorf("the old token after the grace period: %v", err)
			}
		}
	}
}

// TestSignUpTwice: a user who never confirmed and signs up again.
func TestSignUpTwice(t *testing.T) {
	t.Parallel()
	srv := cognitotest.NewTestServer(t, cognitotest.Config{})
	pool := srv.UserPool()
	in := cognitoauth.SignUpInput{Username: "ada", Password: goodPassword, Attributes: map[string]string{"email": "ada@example.com"}}
	if _, err := pool.SignUp(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	if _, err := pool.SignUp(t.Context(), in); !errors.Is(err, cognitoauth.ErrUserExists) || cognitoauth.HTTPStatus(err) != 409 {
		t.Errorf("second sign-up: %v", err)
	}
	_, err := pool.Authenticate(t.Context(), cognitoauth.AuthenticateInput{Username: "ada", Password: goodPassword})
	if !errors.Is(err, cognitoauth.ErrUserNotConfirmed) || !strings.Contains(err.Error(), "ResendConfirmationCode") {
		t.Errorf("before confirming: %v", err)
	}
	_, err = pool.ForgotPassword(t.Context(), cognitoauth.ForgotPasswordInput{Username: "ada"})
	if !errors.Is(err, cognitoauth.ErrNoVerifiedContact) {
		t.Errorf("forgotten before confirming: %v", err)
	}
	out, err := pool.ResendConfirmationCode(t.Context(), cognitoauth.ResendConfirmationCodeInput{Username: "ada"})
	if err != nil || out.Delivery == nil || out.Delivery.Destination != "a***@e***" {
		t.Errorf("resend: %v, %v", out, err)
	}
	if _, err := pool.ConfirmSignUp(t.Context(), cognitoauth.ConfirmSignUpInput{Username: "ada", Code: srv.Code("ada")}); err != nil {
		t.Errorf("confirm: %v", err)
	}
	if _, err := pool.ResendConfirmationCode(t.Context(), cognitoauth.ResendConfirmationCodeInput{Username: "ada"}); !errors.Is(err, cognitoauth.ErrAlreadyConfirmed) {
		t.Errorf("resend when confirmed: %v", err)
	}
}

// TestTakenAlias: another account's address is ErrAliasExists, which is
// ErrUserExists too, and moves only if told to.
func TestTakenAlias(t *testing.T) {
	t.Parallel()
	srv := cognitotest.NewTestServer(t, cognitotest.Config{AliasAttributes: []string{"email"}})
	srv.AddUser(cognitotest.User{Username: "ada", Password: goodPassword, Attributes: map[string]string{"email": "ada@example.com", "email_verified": "true"}})
	pool := srv.UserPool()
	if _, err := pool.SignUp(t.Context(), cognitoauth.SignUpInput{Username: "eve", Password: goodPassword, Attributes: map[string]string{"email": "ada@example.com"}}); err != nil {
		t.Fatal(err)
	}
	confirm := cognitoauth.ConfirmSignUpInput{Username: "eve", Code: srv.Code("eve")}
	_, err := pool.ConfirmSignUp(t.Context(), confirm)
	if !errors.Is(err, cognitoauth.ErrAliasExists) || !errors.Is(err, cognitoauth.ErrUserExists) {
		t.Errorf("confirm: %v", err)
	}
	confirm.ForceAliasCreation = true
	if _, err := pool.ConfirmSignUp(t.Context(), confirm); err != nil {
		t.Errorf("forced: %v", err)
	}
}

// TestSessionFromSignUp: an e-mail code typed once signs the user in.
func TestSessionFromSignUp(t *testing.T) {
	t.Parallel()
	srv := cognitotest.NewTestServer(t, cognitotest.Config{
		FirstFactors: []string{"PASSWORD", "EMAIL_OTP"},
		Client:       cognitotest.AppClient{Flows: []string{"ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}},
	})
	pool := srv.UserPool()
	signedUp, err := pool.SignUp(t.Context(), cognitoauth.SignUpInput{Username: "ada", Attributes: map[string]string{"email": "ada@example.com"}})
	if err != nil {
		t.Fatal(err)
	}
	confirmed, err := pool.ConfirmSignUp(t.Context(), cognitoauth.ConfirmSignUpInput{Username: "ada", Code: srv.Code("ada"), Session: signedUp.Session})
	if err != nil {
		t.Fatal(err)
	}
	out := signIn(t, pool, cognitoauth.AuthenticateInput{Username: "ada", Flow: cognitoauth.FlowUserAuth, Session: confirmed.Session})
	if out.Tokens == nil {
		t.Errorf("asked again: %v", out)
	}
}

// TestTriggerErrors: what a Lambda trigger says arrives, apart from what our
// side got wrong.
func TestTriggerErrors(t *testing.T) {
	t.Parallel()
	srv := cognitotest.NewTestServer(t, cognitotest.Config{
		Client: cognitotest.AppClient{Flows: []string{"ALLOW_CUSTOM_AUTH"}},
		Triggers: cognitotest.Triggers{
			DefineAuthChallenge: func(_ context.Context, e *cognitotest.DefineAuthChallengeEvent) error {
				e.ChallengeName = "CUSTOM_CHALLENGE"
				return nil
			},
			VerifyAuthChallenge: func(context.Context, *cognitotest.VerifyAuthChallengeEvent) error { return nil },
			CreateAuthChallenge: func(context.Context, *cognitotest.CreateAuthChallengeEvent) error {
				return errors.New("the mail server is down")
			},
		},
	})
	srv.AddUser(cognitotest.User{Username: "ada", Password: goodPassword})
	_, err := srv.UserPool().Authenticate(t.Context(), cognitoauth.AuthenticateInput{Username: "ada", Flow: cognitoauth.FlowCustom})
	var e *cognitoauth.Error
	if !errors.Is(err, cognitoauth.ErrRejectedByTrigger) || !errors.As(err, &e) || !strings.Contains(e.Message, "CreateAuthChallenge failed with error the mail server is down") {
		t.Errorf("error %v", err)
	}
}

// TestClientSecretMistakes: a wrong secret is our mistake and never the user's.
func TestClientSecretMistakes(t *testing.T) {
	t.Parallel()
	srv := cognitotest.NewTestServer(t, cognitotest.Config{Client: cognitotest.AppClient{GenerateSecret: true}})
	srv.AddUser(cognitotest.User{Username: "ada", Password: goodPassword})
	for name, secret := range map[string]string{"wrong": "abcdefgh", "none": ""} {
		cfg := srv.ClientConfig(srv.ClientID())
		cfg.ClientSecret = secret
		pool, err := cognitoauth.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		_, err = pool.Authenticate(t.Context(), cognitoauth.AuthenticateInput{Username: "ada", Password: goodPassword})
		if !errors.Is(err, cognitoauth.ErrClientSecret) || errors.Is(err, cognitoauth.ErrInvalidCredentials) || cognitoauth.HTTPStatus(err) != 500 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestHiddenUsersOnLegacyPool: what HideUserExistence shows of a pool that
// tells everybody.
func TestHiddenUsersOnLegacyPool(t *testing.T) {
	t.Parallel()
	srv := cognitotest.NewTestServer(t, cognitotest.Config{})
	srv.AddUser(cognitotest.User{Username: "ada", Password: goodPassword, Attributes: map[string]string{"email": "ada@example.com", "email_verified": "true"}})
	cfg := srv.ClientConfig(srv.ClientID())
	cfg.HideUserExistence = true
	pool, err := cognitoauth.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	show := func(username string) string {
		ctx := t.Context()
		a, err := pool.Authenticate(ctx, cognitoauth.AuthenticateInput{Username: username, Password: "guess"})
		story := fmt.Sprintln(a, err)
		f, err := pool.ForgotPassword(ctx, cognitoauth.ForgotPasswordInput{Username: username})
		story += fmt.Sprintln(f, err)
		c, err := pool.ConfirmForgotPassword(ctx, cognitoauth.ConfirmForgotPasswordInput{Username: username, Code: "000000", NewPassword: goodPassword})
		story += fmt.Sprintln(c, err)
		r, err := pool.ResendConfirmationCode(ctx, cognitoauth.ResendConfirmationCodeInput{Username: username})
		return story + fmt.Sprintln(r, err)
	}
	if known, unknown := show("ada"), show("nobody"); known != unknown {
		t.Errorf("known:\n%s\nunknown:\n%s", known, unknown)
	}
	signIn(t, pool, cognitoauth.AuthenticateInput{Username: "ada", Password: goodPassword})
}

// TestPainsTable holds docs/pains.md to the tests it names.
func TestPainsTable(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile(filepath.Join("..", "docs", "pains.md"))
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]bool{}
	for _, dir := range []string{".", "cognitotest", "../internal/srp", "../jwtverify", "../jwtverify/jwthttp", "../jwtverify/jwtverifytest"} {
		files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range regexp.MustCompile(`(?m)^func ((?:Test|Fuzz|Example)\w+)\(`).FindAllStringSubmatch(string(source), -1) {
				tests[m[1]] = true
			}
		}
	}
	rows := 0
	for line := range strings.Lines(string(doc)) {
		number, _, isRow := strings.Cut(strings.TrimPrefix(line, "| "), " |")
		if !isRow || !regexp.MustCompile(`^\d+$`).MatchString(number) {
			continue
		}
		rows++
		if number != fmt.Sprint(rows) {
			t.Errorf("row %d has number %s", rows, number)
		}
		named := regexp.MustCompile("`((?:Test|Fuzz|Example)\\w+)`").FindAllStringSubmatch(line, -1)
		if len(named) == 0 {
			t.Errorf("row %s names no test", number)
		}
		for _, m := range named {
			if !tests[m[1]] {
				t.Errorf("row %s: there is no %s", number, m[1])
			}
		}
	}
	if rows != 42 {
		t.Errorf("%d rows, want 42", rows)
	}
}
