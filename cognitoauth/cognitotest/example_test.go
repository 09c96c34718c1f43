package cognitotest_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cognitoauth/cognito-go/cognitoauth"
	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest"
)

// A user's first minutes, on a pool in the process.
func ExampleNewServer() {
	srv := cognitotest.NewServer(cognitotest.Config{})
	defer srv.Close()
	pool, ctx := srv.UserPool(), context.Background()

	_, err := pool.SignUp(ctx, cognitoauth.SignUpInput{
		Username: "ada@example.com", Password: "Correct-horse-7", Attributes: map[string]string{"email": "ada@example.com"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = pool.Authenticate(ctx, cognitoauth.AuthenticateInput{Username: "ada@example.com", Password: "Correct-horse-7"})
	fmt.Println("confirmed:", !errors.Is(err, cognitoauth.ErrUserNotConfirmed))

	code := srv.Code("ada@example.com") // what the e-mail would have said
	if _, err := pool.ConfirmSignUp(ctx, cognitoauth.ConfirmSignUpInput{Username: "ada@example.com", Code: code}); err != nil {
		fmt.Println(err)
		return
	}
	out, err := pool.Authenticate(ctx, cognitoauth.AuthenticateInput{Username: "ada@example.com", Password: "Correct-horse-7"})
	if err != nil {
		fmt.Println(err)
		return
	}
	claims, err := srv.Verifier().VerifyIDToken(ctx, out.Tokens.IDToken)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("signed in:", claims.Email)
	// Output:
	// confirmed: false
	// signed in: ada@example.com
}

// A pool can begin with users in any state.
func ExampleServer_AddUser() {
	srv := cognitotest.NewServer(cognitotest.Config{})
	defer srv.Close()
	srv.AddUser(cognitotest.User{Username: "ada", Password: "Correct-horse-7", Groups: []string{"admin"}})
	srv.AddUser(cognitotest.User{Username: "bob", Password: "Temporary-7", Status: "FORCE_CHANGE_PASSWORD"})

	out, err := srv.UserPool().Authenticate(context.Background(), cognitoauth.AuthenticateInput{Username: "bob", Password: "Temporary-7"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(out.Challenge.Name())
	// Output: NEW_PASSWORD_REQUIRED
}

// Codes, sessions and tokens expire by the pool's clock.
func ExampleServer_Advance() {
	srv := cognitotest.NewServer(cognitotest.Config{})
	defer srv.Close()
	srv.AddUser(cognitotest.User{Username: "ada", Password: "Correct-horse-7"})
	pool, ctx := srv.UserPool(), context.Background()
	out, err := pool.Authenticate(ctx, cognitoauth.AuthenticateInput{Username: "ada", Password: "Correct-horse-7"})
	if err != nil {
		fmt.Println(err)
		return
	}
	srv.Advance(2 * time.Hour)
	_, err = pool.GetUser(ctx, cognitoauth.GetUserInput{AccessToken: out.Tokens.AccessToken})
	fmt.Println("expired:", errors.Is(err, cognitoauth.ErrTokenExpired))
	// Output: expired: true
}

// What a service does when Cognito is out of order can be tested.
func ExampleServer_Inject() {
	srv := cognitotest.NewServer(cognitotest.Config{})
	defer srv.Close()
	srv.Inject(cognitotest.Fault{Operation: "SignUp", Exception: "LimitExceededException", Message: "Attempt limit exceeded, please try after some time."})

	_, err := srv.UserPool().SignUp(context.Background(), cognitoauth.SignUpInput{Username: "ada", Password: "Correct-horse-7"})
	fmt.Println(cognitoauth.HTTPStatus(err))
	// Output: 429
}

// A pool's Lambda triggers are Go functions.
func ExampleTriggers() {
	srv := cognitotest.NewServer(cognitotest.Config{Triggers: cognitotest.Triggers{
		PreSignUp: func(_ context.Context, e *cognitotest.PreSignUpEvent) error {
			if e.UserAttributes["email"] == "" {
				return errors.New("an e-mail address is wanted")
			}
			return nil
		},
	}})
	defer srv.Close()
	_, err := srv.UserPool().SignUp(context.Background(), cognitoauth.SignUpInput{Username: "ada", Password: "Correct-horse-7"})
	fmt.Println(errors.Is(err, cognitoauth.ErrRejectedByTrigger))
	// Output: true
}

// The fake stands in where a test needs no pool: set the functions that the
// code under test may call. Any other call fails the test by name.
func ExampleClient() {
	var registrar cognitoauth.Registrar = &cognitotest.Client{
		SignUpFunc: func(context.Context, cognitoauth.SignUpInput) (*cognitoauth.SignUpOutput, error) {
			return nil, cognitoauth.ErrUserExists
		},
	}
	_, err := registrar.SignUp(context.Background(), cognitoauth.SignUpInput{Username: "ada"})
	fmt.Println(cognitoauth.HTTPStatus(err))
	// Output: 409
}

// signInWithCode is a handler's work in two requests: the first one's password,
// the second one's code. What lies between them is in a session on the server.
func signInWithCode(ctx context.Context, users cognitoauth.Authenticator, session map[string]cognitoauth.ChallengeState, username, password string) (page string, err error) {
	out, err := users.Authenticate(ctx, cognitoauth.AuthenticateInput{Username: username, Password: password})
	if err != nil {
		return "", err
	}
	switch c := out.Challenge.(type) {
	case nil:
		return "welcome", nil
	case *cognitoauth.SoftwareTokenMFAChallenge:
		session["challenge"] = c.State()
		return "the code in " + c.FriendlyDeviceName + "?", nil
	default:
		return "", errors.ErrUnsupported
	}
}

func answerCode(ctx context.Context, users cognitoauth.ChallengeResponder, session map[string]cognitoauth.ChallengeState, code string) (page string, err error) {
	challenge, err := cognitoauth.ResumeChallenge(session["challenge"])
	if err != nil {
		return "", err
	}
	c, ok := challenge.(*cognitoauth.SoftwareTokenMFAChallenge)
	if !ok {
		return "", errors.ErrUnsupported
	}
	if _, err := users.RespondToChallenge(ctx, c.Answer(code)); err != nil {
		return "", err
	}
	return "welcome", nil
}

// A fake asks for a second factor with a challenge that the code under test can
// keep, resume and answer.
func ExampleNewChallenge() {
	users := &cognitotest.Client{
		AuthenticateFunc: func(context.Context, cognitoauth.AuthenticateInput) (*cognitoauth.AuthenticateOutput, error) {
			// A test gives its t, to fail; an Example has none.
			challenge := cognitotest.NewChallenge(nil, cognitoauth.ChallengeSoftwareTokenMFA, cognitotest.ChallengeOptions{FriendlyDeviceName: "Ada's phone"})
			return &cognitoauth.AuthenticateOutput{Challenge: challenge}, nil
		},
		RespondToChallengeFunc: func(_ context.Context, r cognitoauth.ChallengeResponse) (*cognitoauth.AuthenticateOutput, error) {
			if r.Name != cognitoauth.ChallengeSoftwareTokenMFA || r.Answers["SOFTWARE_TOKEN_MFA_CODE"] != "123456" {
				return nil, cognitoauth.ErrCodeMismatch
			}
			return &cognitoauth.AuthenticateOutput{Tokens: &cognitoauth.Tokens{}}, nil
		},
	}
	ctx, session := context.Background(), map[string]cognitoauth.ChallengeState{}
	fmt.Println(signInWithCode(ctx, users, session, "ada", "Correct-horse-7"))
	_, err := answerCode(ctx, users, session, "654321")
	fmt.Println("a wrong code:", cognitoauth.HTTPStatus(err))
	fmt.Println(answerCode(ctx, users, session, "123456"))
	// Output:
	// the code in Ada's phone? <nil>
	// a wrong code: 401
	// welcome <nil>
}

// The conformance suite runs against any client: one's own implementation, or
// the real one on a pool in AWS, with a Harness that reads a mailbox.
func ExampleTestClient() {
	srv := cognitotest.NewServer(cognitotest.Config{})
	defer srv.Close()
	fmt.Println(cognitotest.TestClient(context.Background(), srv.UserPool(), srv.Harness()))
	// Output: <nil>
}
