package cognitotest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest"
	"github.com/cognitoauth/cognito-go/internal/srp"
)

// TestLockout follows the lock that wrong passwords set off.
func TestLockout(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	f := seeded(t, cognitotest.Config{Now: func() time.Time { return now }}, cognitotest.User{})
	try := func(pw string) error { return errorOf(f.passwordAuth("ada", pw)) }
	const locked = "Password attempts exceeded"
	for range 5 {
		wantError(t, try("Wrong-horse-7"), notAuthorized, badCredentials)
	}
	wantError(t, try(password), notAuthorized, locked)
	f.srv.Advance(time.Second)
	wantError(t, try("Wrong-horse-7"), notAuthorized, badCredentials) // the sixth: two seconds
	f.srv.Advance(time.Second)
	wantError(t, try(password), notAuthorized, locked) // does not extend the lock
	f.srv.Advance(time.Second)
	if err := try(password); err != nil {
		t.Errorf("after the lock: %v", err)
	}
	for range 5 { // the count began anew
		wantError(t, try("Wrong-horse-7"), notAuthorized, badCredentials)
	}
	for range 20 { // the lock never lasts longer than a quarter of an hour
		f.srv.Advance(15 * time.Minute)
		wantError(t, try("Wrong-horse-7"), notAuthorized, badCredentials)
	}
	f.srv.Advance(15 * time.Minute)
	if err := try(password); err != nil {
		t.Errorf("after the longest lock: %v", err)
	}
}

// TestHiddenUsers holds what a client that hides users answers for a name that
// nobody has.
func TestHiddenUsers(t *testing.T) {
	t.Parallel()
	f := start(t, hidden)
	ask := func(name string) map[string]string {
		a := must(srp.NewClient(nil))(t)
		return must(f.initiate("USER_SRP_AUTH", "USERNAME", name, "SRP_A", a.A()))(t).ChallengeParameters
	}
	one, again, other := ask("nobody"), ask("nobody"), ask("somebody")
	for _, name := range []string{"SALT", "USER_ID_FOR_SRP"} {
		if one[name] == "" || one[name] != again[name] || one[name] == other[name] {
			t.Errorf("%s: %q, then %q; of another name %q", name, one[name], again[name], other[name])
		}
	}
	if one["SRP_B"] == again["SRP_B"] || one["SECRET_BLOCK"] == again["SECRET_BLOCK"] {
		t.Error("SRP_B and SECRET_BLOCK must be fresh")
	}
	destination := func(name string) string {
		out := must(f.aws.ForgotPassword(t.Context(), &cip.ForgotPasswordInput{ClientId: f.id(), Username: &name}))(t)
		return aws.ToString(out.CodeDeliveryDetails.Destination)
	}
	if got := destination("nobody@example.com"); got != "n***@e***" {
		t.Errorf("delivery to an e-mail address: %s", got)
	}
	if got := destination("nobody"); got != destination("nobody") || len(got) != len("x***@y***") {
		t.Errorf("delivery to a name: %s, then %s", got, destination("nobody"))
	}
	if err := f.resend("nobody"); err != nil {
		t.Errorf("resending: %v", err)
	}
	if got := f.srv.Messages(""); len(got) != 0 {
		t.Errorf("%d messages were sent to nobody", len(got))
	}
	f.signUp("ada")
	wantError(t, f.trySignUp("ada", password), usernameExists, "User already exists")
}

// TestSessionRules holds a challenge's session to its end (three minutes, unless
// the client says otherwise), its one use, its client, and to surviving a wrong
// answer.
func TestSessionRules(t *testing.T) {
	t.Parallel()
	cfg := cognitotest.Config{Clients: []cognitotest.AppClient{{ID: "other"}}}
	begin := func(t *testing.T) (*fixture, *string) {
		t.Helper()
		f := seeded(t, cfg, cognitotest.User{Status: "FORCE_CHANGE_PASSWORD"})
		return f, must(f.passwordAuth("ada", password))(t).Session
	}
	answer := func(f *fixture, client string, session *string, username string) error {
		return errorOf(f.aws.RespondToAuthChallenge(f.Context(), &cip.RespondToAuthChallengeInput{
			ClientId: &client, ChallengeName: types.ChallengeNameTypeNewPasswordRequired, Session: session,
			ChallengeResponses: map[string]string{"USERNAME": username, "NEW_PASSWORD": "Another-horse-8"},
		}))
	}
	f, session := begin(t)
	if n := len(*session); n < 1000 || n > 2048 {
		t.Errorf("a session of %d characters", n)
	}
	wantError(t, answer(f, "other", session, "ada"), notAuthorized, "Invalid session for the user.")
	wantError(t, answer(f, f.srv.ClientID(), session, "bob"), notAuthorized, "Invalid session for the user.")
	wantError(t, answer(f, f.srv.ClientID(), aws.String(strings.Repeat("x", 30)), "ada"), notAuthorized, "Invalid session for the user.")
	wantError(t, answer(f, f.srv.ClientID(), nil, "ada"), invalidParameter, "Missing required parameter Session")
	wantError(t, answer(f, f.srv.ClientID(), session, ""), invalidParameter, "Missing required parameter USERNAME")
	if err := answer(f, f.srv.ClientID(), session, "ada"); err != nil {
		t.Errorf("after refusals: %v", err)
	}
	wantError(t, answer(f, f.srv.ClientID(), session, "ada"), notAuthorized, "Invalid session for the user, session can only be used once.")

	f, session = begin(t)
	f.srv.Advance(3 * time.Minute)
	wantError(t, answer(f, f.srv.ClientID(), session, "ada"), notAuthorized, "Invalid session for the user, session is expired.")
}

// TestSRPRules holds what a claim may and may not be.
func TestSRPRules(t *testing.T) {
	t.Parallel()
	f := seeded(t, cognitotest.Config{}, cognitotest.User{})
	c := must(srp.NewClient(nil))(t)
	begin := func() *cip.InitiateAuthOutput {
		return must(f.initiate("USER_SRP_AUTH", "USERNAME", "ada", "SRP_A", c.A()))(t)
	}
	respond := func(responses map[string]string) error {
		return errorOf(f.aws.RespondToAuthChallenge(t.Context(), &cip.RespondToAuthChallengeInput{
			ClientId: f.id(), ChallengeName: types.ChallengeNameTypePasswordVerifier, ChallengeResponses: responses,
		}))
	}
	out := begin()
	if out.Session != nil {
		t.Error("USER_SRP_AUTH returned a session")
	}
	if got := out.ChallengeParameters["USER_ID_FOR_SRP"]; got != "ada" {
		t.Errorf("USER_ID_FOR_SRP: %q", got)
	}
	if err := respond(f.claim(c, out.ChallengeParameters, password)); err != nil {
		t.Errorf("without a session: %v", err)
	}
	// The same SRP_A once more.
	if err := respond(f.claim(c, begin().ChallengeParameters, password)); err != nil {
		t.Errorf("with an SRP_A used before: %v", err)
	}
	changes := map[string]func(map[string]string){
		"signature":    func(r map[string]string) { r["PASSWORD_CLAIM_SIGNATURE"] = "AAAA" },
		"secret block": func(r map[string]string) { r["PASSWORD_CLAIM_SECRET_BLOCK"] = "AAAA" },
		"timestamp":    func(r map[string]string) { r["TIMESTAMP"] = "yesterday" },
		"user name":    func(r map[string]string) { r["USERNAME"] = "bob" },
		"stale timestamp": func(r map[string]string) {
			r["TIMESTAMP"] = srp.FormatTimestamp(time.Now().Add(-time.Hour))
		},
	}
	for name, change := range changes {
		t.Run("changed "+name, func(t *testing.T) {
			responses := f.claim(c, begin().ChallengeParameters, password)
			change(responses)
			wantError(t, respond(responses), notAuthorized, badCredentials)
			f.srv.Advance(time.Hour) // past the lock that the failures set off
		})
	}
	for _, name := range []string{"TIMESTAMP", "PASSWORD_CLAIM_SIGNATURE", "PASSWORD_CLAIM_SECRET_BLOCK"} {
		responses := f.claim(c, begin().ChallengeParameters, password)
		delete(responses, name)
		wantError(t, respond(responses), invalidParameter, "Missing required parameter "+name)
	}
	late := f.claim(c, begin().ChallengeParameters, password)
	f.srv.Advance(4 * time.Minute)
	wantError(t, respond(late), notAuthorized, badCredentials)
}

func TestRefreshRotation(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	cfg := cognitotest.Config{
		Now:    func() time.Time { return now },
		Client: cognitotest.AppClient{RotateRefreshTokens: true, RotationGrace: 30 * time.Second},
	}
	f := seeded(t, cfg, cognitotest.User{})
	refresh := func(token *string) (*types.AuthenticationResultType, error) {
		out, err := f.aws.GetTokensFromRefreshToken(t.Context(), &cip.GetTokensFromRefreshTokenInput{ClientId: f.id(), RefreshToken: token})
		if err != nil {
			return nil, err
		}
		return out.AuthenticationResult, nil
	}
	first := f.tokens("ada")
	second := must(refresh(first.RefreshToken))(t)
	if aws.ToString(second.RefreshToken) == "" || *second.RefreshToken == *first.RefreshToken {
		t.Fatal("the refresh token was not rotated")
	}
	f.srv.Advance(29 * time.Second)
	if _, err := refresh(first.RefreshToken); err != nil {
		t.Errorf("within the grace: %v", err)
	}
	f.srv.Advance(time.Second)
	_, err := refresh(first.RefreshToken)
	wantError(t, err, "RefreshTokenReuseException", "Refresh Token has been reused")
	_, err = refresh(second.RefreshToken)
	wantError(t, err, notAuthorized, "Refresh Token has been revoked")
	wantError(t, errorOf(f.aws.GetUser(t.Context(), &cip.GetUserInput{AccessToken: second.AccessToken})), notAuthorized, "Access Token has been revoked")

	// A rotated token does not live longer than the sign-in's first one.
	token := f.tokens("ada").RefreshToken
	f.srv.Advance(29 * 24 * time.Hour)
	token = must(refresh(token))(t).RefreshToken
	f.srv.Advance(25 * time.Hour)
	_, err = refresh(token)
	wantError(t, err, notAuthorized, "Refresh Token has expired")
}

func TestRevocation(t *testing.T) {
	t.Parallel()
	f := seeded(t, cognitotest.Config{Clients: []cognitotest.AppClient{{ID: "other"}}}, cognitotest.User{})
	one, two := f.tokens("ada"), f.tokens("ada")
	revoke := func(client string, token *string) error {
		return errorOf(f.aws.RevokeToken(t.Context(), &cip.RevokeTokenInput{ClientId: &client, Token: token}))
	}
	if err := revoke("other", one.RefreshToken); err == nil {
		t.Error("another client revoked the token")
	}
	wantError(t, revoke(f.srv.ClientID(), one.AccessToken), "UnsupportedTokenTypeException", "Unsupported token type.")
	for range 2 { // revoking twice is fine
		if err := revoke(f.srv.ClientID(), one.RefreshToken); err != nil {
			t.Fatal(err)
		}
	}
	getUser := func(tokens *types.AuthenticationResultType) error {
		return errorOf(f.aws.GetUser(t.Context(), &cip.GetUserInput{AccessToken: tokens.AccessToken}))
	}
	wantError(t, getUser(one), notAuthorized, "Access Token has been revoked")
	wantError(t, errorOf(f.initiate("REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", *one.RefreshToken)), notAuthorized, "Refresh Token has been revoked")
	if err := getUser(two); err != nil {
		t.Errorf("another sign-in: %v", err)
	}
	must(f.aws.AdminUserGlobalSignOut(t.Context(), &cip.AdminUserGlobalSignOutInput{UserPoolId: f.pool(), Username: aws.String("ada")}))(t)
	wantError(t, getUser(two), notAuthorized, "Access Token has been revoked")
}

// TestSecretHashOnRefresh holds that the hash on REFRESH_TOKEN_AUTH is made of
// the user name, whatever name the user typed to sign in.
func TestSecretHashOnRefresh(t *testing.T) {
	t.Parallel()
	cfg := secret
	cfg.UsernameAttributes = []string{"email"}
	f := seeded(t, cfg, cognitotest.User{Username: ada})
	hash := func(name string) string { return srp.SecretHash("s3cr3t", name, "secretclient") }
	out := must(f.initiate("USER_PASSWORD_AUTH", "USERNAME", ada, "PASSWORD", password, "SECRET_HASH", hash(ada)))(t)
	token := *out.AuthenticationResult.RefreshToken
	sub, _ := claims(t, *out.AuthenticationResult.AccessToken)["username"].(string)
	if sub == ada || sub == "" {
		t.Errorf("username in the access token: %q, want the sub", sub)
	}
	if _, err := f.initiate("REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", token, "SECRET_HASH", hash(sub)); err != nil {
		t.Errorf("with the user name's hash: %v", err)
	}
	_, err := f.initiate("REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", token, "SECRET_HASH", hash(ada))
	wantError(t, err, notAuthorized, "Unable to verify secret hash for client secretclient")
	refresh := func(clientSecret *string) error {
		return errorOf(f.aws.GetTokensFromRefreshToken(t.Context(), &cip.GetTokensFromRefreshTokenInput{
			ClientId: f.id(), RefreshToken: &token, ClientSecret: clientSecret,
		}))
	}
	if err := refresh(aws.String("s3cr3t")); err != nil {
		t.Errorf("with the client secret: %v", err)
	}
	wantError(t, refresh(nil), notAuthorized, "Client secretclient is configured for secret but secret was not received")
}

func TestAliases(t *testing.T) {
	t.Parallel()
	f := start(t, cognitotest.Config{AliasAttributes: []string{"email", "preferred_username"}})
	if err := f.trySignUp("ada", password, "email", ada, "preferred_username", "countess"); err != nil {
		t.Fatal(err)
	}
	_, err := f.passwordAuth(ada, password)
	wantError(t, err, userNotFound, "User does not exist.") // not an alias until it is verified
	if err := f.confirm("ada", f.srv.Code("ada")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"ada", "ADA", ada, "countess"} {
		if _, err := f.srpAuth(name, password, nil); err != nil {
			t.Errorf("as %s: %v", name, err)
		}
	}
	// Another user takes the alias over.
	if err := f.trySignUp("bob", password, "email", ada); err != nil {
		t.Fatal(err)
	}
	must(f.aws.ConfirmSignUp(t.Context(), &cip.ConfirmSignUpInput{
		ClientId: f.id(), Username: aws.String("bob"), ConfirmationCode: aws.String(f.srv.Code("bob")), ForceAliasCreation: true,
	}))(t)
	out := must(f.srpAuth(ada, password, nil))(t)
	if got := claims(t, *out.AuthenticationResult.AccessToken)["username"]; got != "bob" {
		t.Errorf("the alias leads to %v, want bob", got)
	}
	if v := value(must(f.aws.AdminGetUser(t.Context(), &cip.AdminGetUserInput{UserPoolId: f.pool(), Username: aws.String("ada")}))(t).UserAttributes, "email_verified"); v != "false" {
		t.Errorf("email_verified of the user who lost the alias: %q", v)
	}
}

func TestChangingEmail(t *testing.T) {
	t.Parallel()
	f := seeded(t, cognitotest.Config{}, cognitotest.User{})
	token := f.tokens("ada").AccessToken
	const next = "countess@example.org"
	out := must(f.aws.UpdateUserAttributes(t.Context(), &cip.UpdateUserAttributesInput{
		AccessToken: token, UserAttributes: attributes("email", next, "name", "Ada"),
	}))(t)
	if len(out.CodeDeliveryDetailsList) != 1 || aws.ToString(out.CodeDeliveryDetailsList[0].Destination) != "c***@e***" {
		t.Errorf("deliveries: %v", out.CodeDeliveryDetailsList)
	}
	verify := func(code string) error {
		return errorOf(f.aws.VerifyUserAttribute(t.Context(), &cip.VerifyUserAttributeInput{AccessToken: token, AttributeName: aws.String("email"), Code: &code}))
	}
	verified := func() string {
		return value(must(f.aws.GetUser(t.Context(), &cip.GetUserInput{AccessToken: token}))(t).UserAttributes, "email_verified")
	}
	if verified() != "false" {
		t.Error("the new address is verified before its code was typed")
	}
	wantError(t, verify(wrong(f.srv.Code(next))), codeMismatch, "Invalid verification code provided, please try again.")
	must(f.aws.GetUserAttributeVerificationCode(t.Context(), &cip.GetUserAttributeVerificationCodeInput{AccessToken: token, AttributeName: aws.String("email")}))(t)
	if err := verify(f.srv.Code(next)); err != nil || verified() != "true" {
		t.Errorf("verifying: %v, email_verified %s", err, verified())
	}
	must(f.aws.DeleteUserAttributes(t.Context(), &cip.DeleteUserAttributesInput{AccessToken: token, UserAttributeNames: []string{"name"}}))(t)
	if v := value(must(f.aws.GetUser(t.Context(), &cip.GetUserInput{AccessToken: token}))(t).UserAttributes, "name"); v != "" {
		t.Errorf("the deleted attribute is %q", v)
	}
}

func TestMasks(t *testing.T) {
	t.Parallel()
	f := start(t, cognitotest.Config{AutoVerifiedAttributes: []string{"email", "phone_number"}})
	out := must(f.aws.SignUp(t.Context(), &cip.SignUpInput{
		ClientId: f.id(), Username: aws.String("ada"), Password: aws.String(password),
		UserAttributes: attributes("email", "test@test.com", "phone_number", "+12065550123"),
	}))(t).CodeDeliveryDetails
	if aws.ToString(out.Destination) != "+*******0123" || out.DeliveryMedium != "SMS" || aws.ToString(out.AttributeName) != "phone_number" {
		t.Errorf("delivery: %s by %s", aws.ToString(out.Destination), out.DeliveryMedium)
	}
	f.confirmed("bob")
	out = must(f.aws.SignUp(t.Context(), &cip.SignUpInput{ClientId: f.id(), Username: aws.String("carl"), Password: aws.String(password)}))(t).CodeDeliveryDetails
	if out != nil {
		t.Errorf("a delivery to a user with no address: %v", out)
	}
}
