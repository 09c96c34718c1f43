package cognitoauth_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/cognitoauth/cognito-go/cognitoauth"
	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest"
)

// Accept the role that a handler needs, not the whole client: this one cannot
// delete users, and its unit test needs a fake of one method.
func signInHandler(auth cognitoauth.Authenticator) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		out, err := auth.Authenticate(r.Context(), cognitoauth.AuthenticateInput{
			Username: r.FormValue("username"),
			Password: r.FormValue("password"),
		})
		if err != nil {
			status := cognitoauth.HTTPStatus(err)
			if status == http.StatusUnauthorized {
				w.Header().Set("WWW-Authenticate", "Bearer") // RFC 9110, section 11.6.1
			}
			http.Error(w, http.StatusText(status), status) // and never err's own text
			return
		}
		if _, err := out.RequireTokens(); err != nil {
			// The password was right: a 401 would have the user type it again.
			http.Error(w, "this service takes no second factor", http.StatusForbidden)
			return
		}
		fmt.Fprintln(w, "welcome")
	}
}

func Example() {
	ctx := context.Background()
	srv := cognitotest.NewServer(cognitotest.Config{})
	defer srv.Close()
	pool := srv.UserPool() // on AWS: cognitoauth.New(cognitoauth.Config{…})

	signedUp, err := pool.SignUp(ctx, cognitoauth.SignUpInput{
		Username:   "ada@example.com",
		Password:   "Correct-Horse-9",
		Attributes: map[string]string{"email": "ada@example.com"},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("a code went to", signedUp.Delivery.Destination)

	_, err = pool.ConfirmSignUp(ctx, cognitoauth.ConfirmSignUpInput{
		Username: "ada@example.com",
		Code:     srv.Code("ada@example.com"),
	})
	if err != nil {
		log.Fatal(err)
	}

	out, err := pool.Authenticate(ctx, cognitoauth.AuthenticateInput{
		Username: "ada@example.com",
		Password: "Correct-Horse-9",
	})
	if err != nil {
		log.Fatal(err)
	}
	tokens, err := out.RequireTokens()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("signed in, token type", tokens.TokenType)
	// Output:
	// a code went to a***@e***
	// signed in, token type Bearer
}

func ExampleUserPool_Authenticate_errors() {
	ctx := context.Background()
	srv := cognitotest.NewServer(cognitotest.Config{})
	defer srv.Close()
	srv.AddUser(cognitotest.User{Username: "ada", Password: "Correct-Horse-9"})

	_, err := srv.UserPool().Authenticate(ctx, cognitoauth.AuthenticateInput{Username: "ada", Password: "guess"})
	switch {
	case errors.Is(err, cognitoauth.ErrInvalidCredentials):
		fmt.Println("wrong user name or password")
	case errors.Is(err, cognitoauth.ErrUserNotConfirmed):
		fmt.Println("enter the code we mailed you")
	case errors.Is(err, cognitoauth.ErrPasswordResetRequired):
		fmt.Println("choose a new password")
	case err != nil:
		fmt.Println("try again later")
	}
	fmt.Println("answer with status", cognitoauth.HTTPStatus(err))

	if e, ok := errors.AsType[*cognitoauth.Error](err); ok {
		fmt.Println(e.Op, e.Code, e.Retryable)
	}
	// Output:
	// wrong user name or password
	// answer with status 401
	// Authenticate NotAuthorizedException false
}

// Every challenge has its own type. The default keeps the switch right when
// Cognito invents another.
func ExampleChallenge() {
	answer := func(c cognitoauth.Challenge) (cognitoauth.ChallengeResponse, error) {
		switch c := c.(type) {
		case *cognitoauth.NewPasswordChallenge:
			return c.Answer(ask("new password"), nil), nil // c.RequiredAttributes
		case *cognitoauth.SoftwareTokenMFAChallenge:
			return c.Answer(ask("code of your authenticator app")), nil
		case *cognitoauth.SMSMFAChallenge:
			return c.Answer(ask("code sent to " + c.Delivery.Destination)), nil
		case *cognitoauth.EmailOTPChallenge:
			return c.Answer(ask("code sent to " + c.Delivery.Destination)), nil
		case *cognitoauth.SMSOTPChallenge:
			return c.Answer(ask("code sent to " + c.Delivery.Destination)), nil
		case *cognitoauth.SelectMFAChallenge:
			return c.Answer(c.Available[0]), nil
		case *cognitoauth.MFASetupChallenge:
			return c.AnswerEmail(ask("e-mail address")), nil // or UserPool.AssociateSoftwareToken
		case *cognitoauth.SelectChallenge:
			return c.AnswerPassword(ask("password")), nil
		case *cognitoauth.PasswordChallenge:
			return c.Answer(ask("password")), nil
		case *cognitoauth.WebAuthnChallenge:
			return c.Answer(passkey(c.RequestOptions)), nil
		case *cognitoauth.CustomChallenge:
			return c.Answer(ask(c.Parameters["question"])), nil
		case *cognitoauth.DeviceChallenge:
			return c.Answer(rememberedDevice()), nil
		default: // *cognitoauth.UnknownChallenge
			return cognitoauth.ChallengeResponse{}, fmt.Errorf("this application cannot answer %s", c.Name())
		}
	}

	ctx := context.Background()
	srv := cognitotest.NewServer(cognitotest.Config{})
	defer srv.Close()
	pool := srv.UserPool()
	srv.AddUser(cognitotest.User{Username: "ada", Password: "Temporary-1", Status: "FORCE_CHANGE_PASSWORD"})

	out, err := pool.Authenticate(ctx, cognitoauth.AuthenticateInput{Username: "ada", Password: "Temporary-1"})
	for err == nil && out.Challenge != nil {
		fmt.Println("Cognito asks:", out.Challenge.Name())
		var response cognitoauth.ChallengeResponse
		if response, err = answer(out.Challenge); err == nil {
			out, err = pool.RespondToChallenge(ctx, response)
		}
	}
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("signed in:", out.Tokens != nil)
	// Output:
	// Cognito asks: NEW_PASSWORD_REQUIRED
	// signed in: true
}

// What the user would be asked.
func ask(question string) string {
	if question == "new password" {
		return "Correct-Horse-9"
	}
	return ""
}

func passkey(options []byte) []byte        { return options }
func rememberedDevice() cognitoauth.Device { return cognitoauth.Device{} }

// A web server asks for the code in one request and receives it in another,
// perhaps in another process. It keeps the state in between.
func ExampleResumeChallenge() {
	ctx := context.Background()
	srv := cognitotest.NewServer(cognitotest.Config{MFA: cognitotest.MFAOptional})
	defer srv.Close()
	pool := srv.UserPool()
	const secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP" // of the authenticator app
	srv.AddUser(cognitotest.User{Username: "ada", Password: "Correct-Horse-9", TOTPSecret: secret})

	sessions := map[string]cognitoauth.ChallengeState{} // on the server, never in the browser

	// The first request: user name and password.
	out, err := pool.Authenticate(ctx, cognitoauth.AuthenticateInput{Username: "ada", Password: "Correct-Horse-9"})
	if err != nil {
		log.Fatal(err)
	}
	if out.Challenge != nil {
		sessions["cookie"] = out.Challenge.State()
		fmt.Println("asked for", out.Challenge.Name())
	}

	// The second, and as many more as there are wrong codes.
	enter := func(code string) (*cognitoauth.Tokens, error) {
		challenge, err := cognitoauth.ResumeChallenge(sessions["cookie"])
		if err != nil {
			return nil, err
		}
		c, ok := challenge.(*cognitoauth.SoftwareTokenMFAChallenge)
		if !ok {
			return nil, errors.New("not a challenge that this server answers")
		}
		out, err := pool.RespondToChallenge(ctx, c.Answer(code))
		if err == nil || errors.Is(err, cognitoauth.ErrSessionExpired) {
			delete(sessions, "cookie") // used up, and a secret; a wrong code leaves it as it was
		}
		if err != nil {
			return nil, err
		}
		return out.RequireTokens()
	}
	_, err = enter("000000")
	fmt.Println("wrong:", errors.Is(err, cognitoauth.ErrCodeMismatch), len(sessions), "kept")
	tokens, err := enter(cognitotest.TOTP(secret, srv.Now()))
	fmt.Println("signed in:", tokens != nil, err, len(sessions), "kept")
	// Output:
	// asked for SOFTWARE_TOKEN_MFA
	// wrong: true 1 kept
	// signed in: true <nil> 0 kept
}

func ExamplePasswordPolicy_Check() {
	err := cognitoauth.DefaultPasswordPolicy().Check("password")
	fmt.Println(err)

	if broken, ok := errors.AsType[*cognitoauth.PasswordPolicyError](err); ok {
		fmt.Println(broken.Broken)
	}
	// Output:
	// password needs at least one upper-case letter, at least one number, at least one symbol
	// [upper-case letter number symbol]
}

func ExampleUserPool_ChangePassword() {
	ctx := context.Background()
	srv := cognitotest.NewServer(cognitotest.Config{})
	defer srv.Close()
	pool := srv.UserPool()
	srv.AddUser(cognitotest.User{Username: "ada", Password: "Correct-Horse-9"})

	_, err := pool.ChangePassword(ctx, cognitoauth.ChangePasswordInput{
		Username: "ada", CurrentPassword: "Correct-Horse-9", NewPassword: "Battery-Staple-7",
	})
	fmt.Println(err)
	_, err = pool.Authenticate(ctx, cognitoauth.AuthenticateInput{Username: "ada", Password: "Correct-Horse-9"})
	fmt.Println(errors.Is(err, cognitoauth.ErrInvalidCredentials))
	// Output:
	// <nil>
	// true
}

func ExampleTokenSource() {
	ctx := context.Background()
	srv := cognitotest.NewServer(cognitotest.Config{})
	defer srv.Close()
	pool := srv.UserPool()
	srv.AddUser(cognitotest.User{Username: "ada", Password: "Correct-Horse-9"})
	out, err := pool.Authenticate(ctx, cognitoauth.AuthenticateInput{Username: "ada", Password: "Correct-Horse-9"})
	if err != nil {
		log.Fatal(err)
	}

	source, err := cognitoauth.NewTokenSource(pool, cognitoauth.TokenSourceConfig{Tokens: out.Tokens, Now: srv.Now})
	if err != nil {
		log.Fatal(err)
	}
	client := &http.Client{Transport: &cognitoauth.TokenTransport{Source: source}} // fresh tokens on every request
	_ = client

	srv.Advance(2 * time.Hour) // the access token has expired
	tokens, err := source.Token(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("refreshed:", tokens.AccessToken != out.Tokens.AccessToken)
	// Output: refreshed: true
}

// golang.org/x/oauth2 asks for a Token method without a context; this gives it
// one. It is here to copy, so that this module need not depend on that one.
func Example_oauth2() {
	type oauth2Token struct { // oauth2.Token
		AccessToken, TokenType, RefreshToken string
		Expiry                               time.Time
	}
	type adapter struct{ source *cognitoauth.TokenSource }
	token := func(a adapter) (*oauth2Token, error) { // func (a adapter) Token() (*oauth2.Token, error)
		t, err := a.source.Token(context.Background())
		if err != nil {
			return nil, err
		}
		return &oauth2Token{AccessToken: t.AccessToken, TokenType: t.TokenType, RefreshToken: t.RefreshToken, Expiry: t.ExpiresAt}, nil
	}

	source, err := cognitoauth.NewTokenSource(&cognitotest.Client{}, cognitoauth.TokenSourceConfig{
		Tokens: &cognitoauth.Tokens{AccessToken: "eyJ…", TokenType: "Bearer", ExpiresAt: time.Now().Add(time.Hour)},
	})
	if err != nil {
		log.Fatal(err)
	}
	t, err := token(adapter{source})
	fmt.Println(t.TokenType, err)
	// Output: Bearer <nil>
}

// signInHandler takes an Authenticator; its unit test gives it a fake.
func ExampleAuthenticator() {
	fake := &cognitotest.Client{
		AuthenticateFunc: func(context.Context, cognitoauth.AuthenticateInput) (*cognitoauth.AuthenticateOutput, error) {
			return nil, cognitoauth.ErrInvalidCredentials
		},
	}
	response := httptest.NewRecorder()
	signInHandler(fake).ServeHTTP(response, httptest.NewRequest(http.MethodPost, "/sign-in?username=ada&password=guess", nil))
	fmt.Print(response.Code, " ", response.Body)
	// Output: 401 Unauthorized
}
