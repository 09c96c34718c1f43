package cognitotest_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest"
)

func dropScope(_ context.Context, e *cognitotest.PreTokenGenerationEvent) error {
	e.ScopesToSuppress = e.Scopes
	return nil
}

func TestPreSignUpTrigger(t *testing.T) {
	t.Parallel()
	f := start(t, cognitotest.Config{Triggers: cognitotest.Triggers{
		PreSignUp: func(_ context.Context, e *cognitotest.PreSignUpEvent) error {
			if strings.HasSuffix(e.UserAttributes["email"], "@evil.example") {
				return errors.New("no such people")
			}
			e.AutoConfirm, e.AutoVerifyEmail = true, e.UserAttributes["email"] != ""
			return nil
		},
	}})
	err := f.trySignUp("eve", password, "email", "eve@evil.example")
	wantError(t, err, "UserLambdaValidationException", "PreSignUp failed with error no such people.")
	if got := f.srv.Users(); len(got) != 0 {
		t.Errorf("a refused user exists: %v", got)
	}
	out := f.signUp("ada")
	if !out.UserConfirmed || out.CodeDeliveryDetails != nil {
		t.Errorf("confirmed %t, delivery %v", out.UserConfirmed, out.CodeDeliveryDetails)
	}
	f.tokens("ada")
}

// TestTriggerCallsThePool holds that a trigger may use the pool it runs in.
func TestTriggerCallsThePool(t *testing.T) {
	t.Parallel()
	var f *fixture
	f = start(t, cognitotest.Config{Triggers: cognitotest.Triggers{
		PostConfirmation: func(ctx context.Context, e *cognitotest.TriggerEvent) error {
			_, err := f.aws.AdminAddUserToGroup(ctx, &cip.AdminAddUserToGroupInput{
				UserPoolId: &e.UserPoolID, Username: &e.Username, GroupName: aws.String("members"),
			})
			return err
		},
	}})
	f.srv.AddGroup(cognitotest.Group{Name: "members", RoleARN: "arn:aws:iam::123456789012:role/members"})
	f.confirmed("ada")
	id := claims(t, *f.tokens("ada").IdToken)
	if groups, _ := id["cognito:groups"].([]any); len(groups) != 1 || groups[0] != "members" {
		t.Errorf("cognito:groups: %v", id["cognito:groups"])
	}
	if id["cognito:preferred_role"] != "arn:aws:iam::123456789012:role/members" {
		t.Errorf("cognito:preferred_role: %v", id["cognito:preferred_role"])
	}
}

func TestSignInTriggers(t *testing.T) {
	t.Parallel()
	var heard []string
	note := func(_ context.Context, e *cognitotest.TriggerEvent) error {
		heard = append(heard, e.Source+" "+e.Username+" "+e.ClientMetadata["k"])
		if e.ClientMetadata["k"] == "refuse" {
			return errors.New("not today")
		}
		return nil
	}
	f := seeded(t, cognitotest.Config{Triggers: cognitotest.Triggers{PreAuthentication: note, PostAuthentication: note}}, cognitotest.User{})
	signIn := func(k string) error {
		return errorOf(f.aws.InitiateAuth(t.Context(), &cip.InitiateAuthInput{
			ClientId: f.id(), AuthFlow: types.AuthFlowTypeUserPasswordAuth, ClientMetadata: map[string]string{"k": k},
			AuthParameters: map[string]string{"USERNAME": "ada", "PASSWORD": password},
		}))
	}
	if err := signIn("v"); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(heard, "; "); got != "PreAuthentication_Authentication ada v; PostAuthentication_Authentication ada v" {
		t.Errorf("heard %s", got)
	}
	wantError(t, signIn("refuse"), "UserLambdaValidationException", "PreAuthentication failed with error not today.")
}

func TestPreTokenGenerationTrigger(t *testing.T) {
	t.Parallel()
	f := seeded(t, cognitotest.Config{Triggers: cognitotest.Triggers{
		PreTokenGeneration: func(_ context.Context, e *cognitotest.PreTokenGenerationEvent) error {
			e.IDClaims = map[string]any{"plan": "gold", "sub": "forged", "cognito:username": "forged"}
			e.AccessClaims = map[string]any{"tenant": 7, "client_id": "forged"}
			e.SuppressID = []string{"email"}
			e.GroupOverride = []string{"over"}
			e.ScopesToAdd = []string{"orders/write"}
			return nil
		},
	}}, cognitotest.User{Groups: []string{"members"}})
	tokens := f.tokens("ada")
	access, id := claims(t, *tokens.AccessToken), claims(t, *tokens.IdToken)
	if id["plan"] != "gold" || id["sub"] == "forged" || id["cognito:username"] != "ada" || id["email"] != nil {
		t.Errorf("ID token: %v", id)
	}
	if access["tenant"] != 7.0 || access["client_id"] != f.srv.ClientID() || access["scope"] != "aws.cognito.signin.user.admin orders/write" {
		t.Errorf("access token: %v", access)
	}
	if groups, _ := access["cognito:groups"].([]any); len(groups) != 1 || groups[0] != "over" {
		t.Errorf("cognito:groups: %v", access["cognito:groups"])
	}
}

func TestCustomMessageTrigger(t *testing.T) {
	t.Parallel()
	f := start(t, cognitotest.Config{Triggers: cognitotest.Triggers{
		CustomMessage: func(_ context.Context, e *cognitotest.CustomMessageEvent) error {
			if e.Source == "CustomMessage_SignUp" {
				e.EmailSubject, e.EmailMessage = "Welcome", "Hello "+e.UsernameParameter+", type "+e.CodeParameter
			}
			return nil
		},
	}})
	f.signUp("ada")
	m := f.srv.Messages("ada")[0]
	if m.Subject != "Welcome" || m.Body != "Hello ada, type "+m.Code {
		t.Errorf("message: %+v", m)
	}
}

func TestUserMigrationTrigger(t *testing.T) {
	t.Parallel()
	f := start(t, cognitotest.Config{Triggers: cognitotest.Triggers{
		UserMigration: func(_ context.Context, e *cognitotest.UserMigrationEvent) error {
			if e.Username != "ada" || e.Password != "" && e.Password != password {
				return errors.New("unknown")
			}
			e.Attributes = map[string]string{"email": ada, "email_verified": "true"}
			return nil
		},
	}})
	wantError(t, errorOf(f.passwordAuth("ada", "Wrong-horse-7")), notAuthorized, badCredentials)
	f.tokens("ada")
	if _, err := f.srpAuth("ada", password, nil); err != nil {
		t.Errorf("SRP after migration: %v", err)
	}
}

func TestCustomChallenges(t *testing.T) {
	t.Parallel()
	cfg := flows("ALLOW_CUSTOM_AUTH")
	cfg.Triggers = cognitotest.Triggers{
		DefineAuthChallenge: func(_ context.Context, e *cognitotest.DefineAuthChallengeEvent) error {
			last := cognitotest.ChallengeResult{}
			if n := len(e.Session); n > 0 {
				last = e.Session[n-1]
			}
			switch {
			case last.Name == "SRP_A":
				e.ChallengeName = "PASSWORD_VERIFIER"
			case last.Name == "CUSTOM_CHALLENGE" && last.Passed:
				e.IssueTokens = true
			case len(e.Session) > 4:
				e.FailAuthentication = true
			default:
				e.ChallengeName = "CUSTOM_CHALLENGE"
			}
			return nil
		},
		CreateAuthChallenge: func(_ context.Context, e *cognitotest.CreateAuthChallengeEvent) error {
			e.PublicParameters = map[string]string{"question": "6 times 7"}
			if e.UserNotFound {
				e.PublicParameters["question"] += " for nobody"
			}
			e.PrivateParameters = map[string]string{"answer": "42"}
			e.Metadata = "SUM"
			return nil
		},
		VerifyAuthChallenge: func(_ context.Context, e *cognitotest.VerifyAuthChallengeEvent) error {
			e.Correct = e.Answer == e.PrivateParameters["answer"]
			return nil
		},
	}
	cfg.Client.PreventUserExistenceErrors = true
	f := seeded(t, cfg, cognitotest.User{})
	answer := func(session *string, text string) (*cip.RespondToAuthChallengeOutput, error) {
		return f.aws.RespondToAuthChallenge(t.Context(), &cip.RespondToAuthChallengeInput{
			ClientId: f.id(), ChallengeName: types.ChallengeNameTypeCustomChallenge, Session: session,
			ChallengeResponses: map[string]string{"USERNAME": "ada", "ANSWER": text},
		})
	}
	t.Run("without a password", func(t *testing.T) {
		out := must(f.initiate("CUSTOM_AUTH", "USERNAME", "ada"))(t)
		if out.ChallengeName != "CUSTOM_CHALLENGE" || out.ChallengeParameters["question"] != "6 times 7" || out.ChallengeParameters["answer"] != "" {
			t.Fatalf("%s %v", out.ChallengeName, out.ChallengeParameters)
		}
		next := must(answer(out.Session, "41"))(t)
		if next.ChallengeName != "CUSTOM_CHALLENGE" || aws.ToString(next.Session) == aws.ToString(out.Session) {
			t.Fatalf("after a wrong answer: %s", next.ChallengeName)
		}
		if done := must(answer(next.Session, "42"))(t); done.AuthenticationResult == nil {
			t.Errorf("after the right answer: %s", done.ChallengeName)
		}
		_, err := answer(next.Session, "42")
		wantError(t, err, notAuthorized, "Invalid session for the user, session can only be used once.")
	})
	t.Run("for nobody", func(t *testing.T) {
		out := must(f.initiate("CUSTOM_AUTH", "USERNAME", "nobody"))(t)
		if out.ChallengeParameters["question"] != "6 times 7 for nobody" {
			t.Fatalf("got %v", out.ChallengeParameters)
		}
		_, err := answer(out.Session, "42")
		wantError(t, err, notAuthorized, "Invalid session for the user.")
		_, err = f.respond("CUSTOM_CHALLENGE", out.Session, "nobody", "ANSWER", "42")
		wantError(t, err, notAuthorized, badCredentials)
	})
	t.Run("giving up", func(t *testing.T) {
		session := must(f.initiate("CUSTOM_AUTH", "USERNAME", "ada"))(t).Session
		for range 4 {
			session = must(answer(session, "41"))(t).Session
		}
		_, err := answer(session, "41")
		wantError(t, err, notAuthorized, badCredentials)
	})
	t.Run("after a password", func(t *testing.T) {
		c := newSRP(t)
		out := must(f.initiate("CUSTOM_AUTH", "USERNAME", "ada", "CHALLENGE_NAME", "SRP_A", "SRP_A", c.A()))(t)
		if out.ChallengeName != "PASSWORD_VERIFIER" {
			t.Fatalf("got %s", out.ChallengeName)
		}
		next := must(f.aws.RespondToAuthChallenge(t.Context(), &cip.RespondToAuthChallengeInput{
			ClientId: f.id(), ChallengeName: out.ChallengeName, Session: out.Session,
			ChallengeResponses: f.claim(c, out.ChallengeParameters, password),
		}))(t)
		if done := must(answer(next.Session, "42"))(t); done.AuthenticationResult == nil {
			t.Errorf("got %s", done.ChallengeName)
		}
	})
}
