package cognitotest_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest"
)

// TestLife walks through the whole life of a user.
func TestLife(t *testing.T) {
	t.Parallel()
	f := start(t, cognitotest.Config{})
	ctx := t.Context()

	signUp := f.signUp(ada)
	if signUp.UserConfirmed || aws.ToString(signUp.UserSub) == "" {
		t.Errorf("SignUp: confirmed %t, sub %q", signUp.UserConfirmed, aws.ToString(signUp.UserSub))
	}
	d := signUp.CodeDeliveryDetails
	if aws.ToString(d.Destination) != "a***@e***" || d.DeliveryMedium != "EMAIL" || aws.ToString(d.AttributeName) != "email" {
		t.Errorf("SignUp delivery: %s %s %s", aws.ToString(d.Destination), d.DeliveryMedium, aws.ToString(d.AttributeName))
	}
	_, err := f.srpAuth(ada, password, nil)
	wantError(t, err, "UserNotConfirmedException", "User is not confirmed.")

	confirm := func(code string) error {
		return errorOf(f.aws.ConfirmSignUp(ctx, &cip.ConfirmSignUpInput{ClientId: f.id(), Username: aws.String(ada), ConfirmationCode: &code}))
	}
	code := f.srv.Code(ada)
	if len(code) != 6 {
		t.Fatalf("code %q: want six digits", code)
	}
	wantError(t, confirm(wrong(code)), "CodeMismatchException", "Invalid verification code provided, please try again.")
	if err := confirm(code); err != nil {
		t.Fatal(err)
	}
	wantError(t, confirm(code), "NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED")

	out := must(f.srpAuth(ada, password, nil))(t)
	if len(out.ChallengeParameters) != 0 || out.ChallengeParameters == nil {
		t.Errorf("ChallengeParameters with tokens: got %v, want an empty object", out.ChallengeParameters)
	}
	tokens := out.AuthenticationResult
	access := tokens.AccessToken

	user := must(f.aws.GetUser(ctx, &cip.GetUserInput{AccessToken: access}))(t)
	if aws.ToString(user.Username) != ada || value(user.UserAttributes, "email_verified") != "true" {
		t.Errorf("GetUser: %s, email_verified %q", aws.ToString(user.Username), value(user.UserAttributes, "email_verified"))
	}

	refreshed := must(f.aws.GetTokensFromRefreshToken(ctx, &cip.GetTokensFromRefreshTokenInput{
		ClientId: f.id(), RefreshToken: tokens.RefreshToken,
	}))(t).AuthenticationResult
	if refreshed.RefreshToken != nil {
		t.Error("GetTokensFromRefreshToken returned a refresh token from a client that does not rotate")
	}
	older, newer := claims(t, *access), claims(t, *refreshed.AccessToken)
	if older["origin_jti"] != newer["origin_jti"] || older["jti"] == newer["jti"] {
		t.Error("refreshing: want origin_jti kept and jti new")
	}

	const second = "Another-horse-8"
	must(f.aws.ChangePassword(ctx, &cip.ChangePasswordInput{
		AccessToken: access, PreviousPassword: aws.String(password), ProposedPassword: aws.String(second),
	}))(t)
	_, err = f.srpAuth(ada, password, nil)
	wantError(t, err, "NotAuthorizedException", "Incorrect username or password.")
	_, err = f.passwordAuth(ada, password)
	wantError(t, err, "NotAuthorizedException", "Incorrect username or password.")

	forgot := must(f.aws.ForgotPassword(ctx, &cip.ForgotPasswordInput{ClientId: f.id(), Username: aws.String(ada)}))(t)
	if got := aws.ToString(forgot.CodeDeliveryDetails.Destination); got != "a***@e***" {
		t.Errorf("ForgotPassword delivery: %s", got)
	}
	const third = "Third-horse-99"
	must(f.aws.ConfirmForgotPassword(ctx, &cip.ConfirmForgotPasswordInput{
		ClientId: f.id(), Username: aws.String(ada), ConfirmationCode: aws.String(f.srv.Code(ada)), Password: aws.String(third),
	}))(t)
	tokens = must(f.srpAuth(ada, third, nil))(t).AuthenticationResult

	must(f.aws.GlobalSignOut(ctx, &cip.GlobalSignOutInput{AccessToken: tokens.AccessToken}))(t)
	_, err = f.aws.GetUser(ctx, &cip.GetUserInput{AccessToken: tokens.AccessToken})
	wantError(t, err, "NotAuthorizedException", "Access Token has been revoked")
	_, err = f.aws.GetTokensFromRefreshToken(ctx, &cip.GetTokensFromRefreshTokenInput{ClientId: f.id(), RefreshToken: tokens.RefreshToken})
	wantError(t, err, "NotAuthorizedException", "Refresh Token has been revoked")

	must(f.aws.AdminDeleteUser(ctx, &cip.AdminDeleteUserInput{UserPoolId: aws.String(f.srv.UserPoolID()), Username: signUp.UserSub}))(t)
	_, err = f.srpAuth(ada, third, nil)
	wantError(t, err, "UserNotFoundException", "User does not exist.")
}

// TestAdminCreatedUser walks a user whom an administrator made through the
// first sign-in.
func TestAdminCreatedUser(t *testing.T) {
	t.Parallel()
	f := start(t, cognitotest.Config{})
	ctx := t.Context()
	pool := aws.String(f.srv.UserPoolID())

	made := must(f.aws.AdminCreateUser(ctx, &cip.AdminCreateUserInput{
		UserPoolId: pool, Username: aws.String("ada"), UserAttributes: attributes("email", ada, "email_verified", "true"),
	}))(t).User
	if made.UserStatus != types.UserStatusTypeForceChangePassword || !made.Enabled {
		t.Errorf("AdminCreateUser: status %s, enabled %t", made.UserStatus, made.Enabled)
	}
	temporary := f.srv.Code(ada)
	out := must(f.srpAuth("ada", temporary, nil))(t)
	if out.ChallengeName != types.ChallengeNameTypeNewPasswordRequired {
		t.Fatalf("got %s, want NEW_PASSWORD_REQUIRED", out.ChallengeName)
	}
	var current map[string]string
	if err := json.Unmarshal([]byte(out.ChallengeParameters["userAttributes"]), &current); err != nil || current["email"] != ada {
		t.Errorf("userAttributes %q: %v", out.ChallengeParameters["userAttributes"], err)
	}
	if got := out.ChallengeParameters["requiredAttributes"]; got != "[]" {
		t.Errorf("requiredAttributes: got %s, want []", got)
	}
	answer := func(pw string) (*cip.RespondToAuthChallengeOutput, error) {
		return f.aws.RespondToAuthChallenge(ctx, &cip.RespondToAuthChallengeInput{
			ClientId: f.id(), ChallengeName: out.ChallengeName, Session: out.Session,
			ChallengeResponses: map[string]string{"USERNAME": "ada", "NEW_PASSWORD": pw, "userAttributes.given_name": "Ada"},
		})
	}
	_, err := answer("short")
	wantError(t, err, "InvalidPasswordException", "Password did not conform with policy: Password not long enough")
	done := must(answer(password))(t)
	if done.AuthenticationResult == nil {
		t.Fatalf("got challenge %s, want tokens", done.ChallengeName)
	}
	_, err = answer(password)
	wantError(t, err, "NotAuthorizedException", "Invalid session for the user, session can only be used once.")

	must(f.aws.CreateGroup(ctx, &cip.CreateGroupInput{UserPoolId: pool, GroupName: aws.String("admin")}))(t)
	must(f.aws.AdminAddUserToGroup(ctx, &cip.AdminAddUserToGroupInput{UserPoolId: pool, GroupName: aws.String("admin"), Username: aws.String("ada")}))(t)
	tokens := f.tokens("ada")
	for name, token := range map[string]*string{"access": tokens.AccessToken, "ID": tokens.IdToken} {
		if got, _ := json.Marshal(claims(t, *token)["cognito:groups"]); string(got) != `["admin"]` {
			t.Errorf("cognito:groups in the %s token: %s", name, got)
		}
	}
	got := must(f.aws.AdminGetUser(ctx, &cip.AdminGetUserInput{UserPoolId: pool, Username: aws.String("ada")}))(t)
	if got.UserStatus != types.UserStatusTypeConfirmed || value(got.UserAttributes, "given_name") != "Ada" {
		t.Errorf("AdminGetUser: status %s, given_name %q", got.UserStatus, value(got.UserAttributes, "given_name"))
	}
	if got.UserMFASettingList != nil || got.PreferredMfaSetting != nil {
		t.Error("AdminGetUser has MFA settings for a user without MFA")
	}
}

func TestTokenClaims(t *testing.T) {
	t.Parallel()
	f := start(t, cognitotest.Config{})
	f.confirmed("ada")
	tokens := f.tokens("ada")
	access, id := claims(t, *tokens.AccessToken), claims(t, *tokens.IdToken)

	if tokens.ExpiresIn != 3600 || aws.ToString(tokens.TokenType) != "Bearer" {
		t.Errorf("ExpiresIn %d, TokenType %s", tokens.ExpiresIn, aws.ToString(tokens.TokenType))
	}
	want := map[string]any{
		"iss": f.srv.Issuer(), "client_id": f.srv.ClientID(), "token_use": "access",
		"scope": "aws.cognito.signin.user.admin", "username": "ada",
	}
	for name, v := range want {
		if access[name] != v {
			t.Errorf("access token: %s is %v, want %v", name, access[name], v)
		}
	}
	for _, name := range []string{"email", "aud", "cognito:username", "cognito:groups"} {
		if _, ok := access[name]; ok {
			t.Errorf("access token has %s", name)
		}
	}
	want = map[string]any{
		"iss": f.srv.Issuer(), "aud": f.srv.ClientID(), "token_use": "id", "email": ada, "email_verified": true, "cognito:username": "ada",
	}
	for name, v := range want {
		if id[name] != v {
			t.Errorf("ID token: %s is %v, want %v", name, id[name], v)
		}
	}
	for _, name := range []string{"sub", "origin_jti", "event_id", "auth_time", "iat", "exp"} {
		if access[name] == nil || access[name] != id[name] {
			t.Errorf("%s: access %v, ID %v", name, access[name], id[name])
		}
	}
	if access["jti"] == id["jti"] {
		t.Error("both tokens have the same jti")
	}
	if access["exp"].(float64)-access["iat"].(float64) != 3600 {
		t.Error("the access token is not good for an hour")
	}
	kid := func(token *string) any { return segment(t, *token, 0)["kid"] }
	if kid(tokens.AccessToken) == kid(tokens.IdToken) {
		t.Error("both tokens are signed with the same key")
	}
	if parts := strings.Split(*tokens.RefreshToken, "."); len(parts) != 5 {
		t.Errorf("the refresh token has %d parts, want 5", len(parts))
	}
	if again := claims(t, *f.tokens("ada").AccessToken); again["origin_jti"] == access["origin_jti"] {
		t.Error("two sign-ins have the same origin_jti")
	}
}

func TestClockMovesTokens(t *testing.T) {
	t.Parallel()
	f := start(t, cognitotest.Config{})
	f.confirmed("ada")
	tokens := f.tokens("ada")
	getUser := func() error {
		return errorOf(f.aws.GetUser(t.Context(), &cip.GetUserInput{AccessToken: tokens.AccessToken}))
	}
	refresh := func() error {
		return errorOf(f.aws.InitiateAuth(t.Context(), &cip.InitiateAuthInput{
			ClientId: f.id(), AuthFlow: types.AuthFlowTypeRefreshTokenAuth,
			AuthParameters: map[string]string{"REFRESH_TOKEN": *tokens.RefreshToken},
		}))
	}
	f.srv.Advance(59 * time.Minute)
	if err := getUser(); err != nil {
		t.Errorf("after 59 minutes: %v", err)
	}
	f.srv.Advance(2 * time.Minute)
	wantError(t, getUser(), "NotAuthorizedException", "Access Token has expired")
	if err := refresh(); err != nil {
		t.Errorf("refreshing after an hour: %v", err)
	}
	f.srv.Advance(30 * 24 * time.Hour)
	wantError(t, refresh(), "NotAuthorizedException", "Refresh Token has expired")
	// Signed calls and SRP go by a clock that the pool has left behind.
	if _, err := f.srpAuth("ada", password, nil); err != nil {
		t.Errorf("SRP after Advance: %v", err)
	}
	must(f.aws.AdminGetUser(t.Context(), &cip.AdminGetUserInput{UserPoolId: aws.String(f.srv.UserPoolID()), Username: aws.String("ada")}))(t)
}

func TestOutbox(t *testing.T) {
	t.Parallel()
	f := start(t, cognitotest.Config{})
	if got := f.srv.Code("nobody@example.com"); got != "" {
		t.Errorf("Code for nobody: got %q", got)
	}
	f.signUp("ada")
	first := f.srv.Code("ada@example.com")
	must(f.aws.ResendConfirmationCode(t.Context(), &cip.ResendConfirmationCodeInput{ClientId: f.id(), Username: aws.String("ada")}))(t)
	messages := f.srv.Messages("ADA@example.com")
	if len(messages) != 2 || messages[0].Source != "CustomMessage_SignUp" || messages[1].Source != "CustomMessage_ResendCode" {
		t.Fatalf("messages: %+v", messages)
	}
	if messages[0].Code != first || f.srv.Code("ada") != messages[1].Code {
		t.Error("Code is not that of the last message")
	}
	if m := messages[1]; m.Medium != "EMAIL" || m.To != ada || !strings.Contains(m.Body, m.Code) || m.Time.IsZero() {
		t.Errorf("message: %+v", m)
	}
}

// wrong returns a code that is not the given one.
func wrong(code string) string {
	return strings.Map(func(r rune) rune { return '0' + (r-'0'+1)%10 }, code)
}

func value(attributes []types.AttributeType, name string) string {
	for _, a := range attributes {
		if aws.ToString(a.Name) == name {
			return aws.ToString(a.Value)
		}
	}
	return ""
}

func claims(tb testing.TB, token string) map[string]any {
	tb.Helper()
	return segment(tb, token, 1)
}

func segment(tb testing.TB, token string, i int) map[string]any {
	tb.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		tb.Fatalf("a token of %d parts", len(parts))
	}
	raw := must(base64.RawURLEncoding.DecodeString(parts[i]))(tb)
	var out map[string]any
	if err := json.Unmarshal(raw, &out); err != nil {
		tb.Fatal(err)
	}
	return out
}
