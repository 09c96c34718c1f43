package cognitotest_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest"
	"github.com/cognitoauth/cognito-go/internal/srp"
)

func (f *fixture) status(username string) types.UserStatusType {
	f.Helper()
	return must(f.aws.AdminGetUser(f.Context(), &cip.AdminGetUserInput{UserPoolId: f.pool(), Username: &username}))(f).UserStatus
}

func TestListUsers(t *testing.T) {
	t.Parallel()
	f := start(t, cognitotest.Config{})
	for i := range 5 {
		name := fmt.Sprintf("user%d", i)
		f.srv.AddUser(cognitotest.User{Username: name, Attributes: map[string]string{
			"email": name + "@example.com", "given_name": `Q"uote\`, "family_name": fmt.Sprint(i % 2),
		}})
	}
	f.srv.AddUser(cognitotest.User{Username: "odd", Status: "UNCONFIRMED", Disabled: true})
	list := func(filter string) ([]string, error) {
		in := &cip.ListUsersInput{UserPoolId: f.pool(), Limit: aws.Int32(2)}
		if filter != "" {
			in.Filter = &filter
		}
		var names []string
		for {
			out, err := f.aws.ListUsers(t.Context(), in)
			if err != nil {
				return nil, err
			}
			for _, u := range out.Users {
				names = append(names, *u.Username)
			}
			if out.PaginationToken == nil {
				return names, nil
			}
			in.PaginationToken = out.PaginationToken
		}
	}
	rows := []struct {
		filter string
		want   int
	}{
		{"", 6},
		{`username = "user3"`, 1},
		{`username ^= "USER"`, 5},
		{`email = "user1@example.com"`, 1},
		{`"family_name" = "0"`, 3},
		{`given_name = "Q\"uote\\"`, 5},
		{`cognito:user_status = "Unconfirmed"`, 1},
		{`status = "Disabled"`, 1},
		{`name = "nobody"`, 0},
	}
	for _, row := range rows {
		if got, err := list(row.filter); err != nil || len(got) != row.want {
			t.Errorf("%s: got %v, %v; want %d users", row.filter, got, err, row.want)
		}
	}
	for _, filter := range []string{`username`, `username = user1`, `username = "a" or "b"`, `username = "a\"`, `username ^ "a"`, `picture = "x"`} {
		if got, err := list(filter); err == nil {
			t.Errorf("%s: got %v, want a refusal", filter, got)
		}
	}
	out := must(f.aws.ListUsers(t.Context(), &cip.ListUsersInput{UserPoolId: f.pool(), AttributesToGet: []string{"email"}, Limit: aws.Int32(1)}))(t)
	if got := out.Users[0].Attributes; len(got) != 1 || *got[0].Name != "email" {
		t.Errorf("AttributesToGet: %v", got)
	}
}

func TestAdminChangesUsers(t *testing.T) {
	t.Parallel()
	f := seeded(t, cognitotest.Config{}, cognitotest.User{})
	name := aws.String("ada")
	signIn := func(pw string) error { return errorOf(f.passwordAuth("ada", pw)) }

	must(f.aws.AdminDisableUser(t.Context(), &cip.AdminDisableUserInput{UserPoolId: f.pool(), Username: name}))(t)
	wantError(t, signIn(password), notAuthorized, "User is disabled.")
	must(f.aws.AdminEnableUser(t.Context(), &cip.AdminEnableUserInput{UserPoolId: f.pool(), Username: name}))(t)
	if err := signIn(password); err != nil {
		t.Errorf("enabled again: %v", err)
	}

	set := func(pw string, permanent bool) {
		must(f.aws.AdminSetUserPassword(t.Context(), &cip.AdminSetUserPasswordInput{
			UserPoolId: f.pool(), Username: name, Password: &pw, Permanent: permanent,
		}))(t)
	}
	set("Temporary-7", false)
	if got := f.status("ada"); got != types.UserStatusTypeForceChangePassword {
		t.Errorf("after a temporary password: %s", got)
	}
	set("Permanent-7", true)
	if err := signIn("Permanent-7"); err != nil || f.status("ada") != types.UserStatusTypeConfirmed {
		t.Errorf("after a permanent password: %v, %s", err, f.status("ada"))
	}

	must(f.aws.AdminResetUserPassword(t.Context(), &cip.AdminResetUserPasswordInput{UserPoolId: f.pool(), Username: name}))(t)
	wantError(t, signIn("Permanent-7"), "PasswordResetRequiredException", "Password reset required for the user")
	if err := f.confirmForgot("ada", f.srv.Code("ada"), password); err != nil {
		t.Fatal(err)
	}
	if err := signIn(password); err != nil {
		t.Errorf("after the reset: %v", err)
	}

	must(f.aws.AdminUpdateUserAttributes(t.Context(), &cip.AdminUpdateUserAttributesInput{
		UserPoolId: f.pool(), Username: name, UserAttributes: attributes("email", "new@example.com", "name", "Ada"),
	}))(t)
	user := must(f.aws.AdminGetUser(t.Context(), &cip.AdminGetUserInput{UserPoolId: f.pool(), Username: name}))(t)
	if value(user.UserAttributes, "email") != "new@example.com" || value(user.UserAttributes, "email_verified") != "false" || f.srv.Code("new@example.com") == "" {
		t.Errorf("after a change of address: %s, verified %s", value(user.UserAttributes, "email"), value(user.UserAttributes, "email_verified"))
	}
	must(f.aws.AdminUpdateUserAttributes(t.Context(), &cip.AdminUpdateUserAttributesInput{
		UserPoolId: f.pool(), Username: name, UserAttributes: attributes("email", "sure@example.com", "email_verified", "true"),
	}))(t)
	if f.srv.Code("sure@example.com") != "" {
		t.Error("a code was sent to an address that the administrator verified")
	}
	must(f.aws.AdminDeleteUserAttributes(t.Context(), &cip.AdminDeleteUserAttributesInput{
		UserPoolId: f.pool(), Username: name, UserAttributeNames: []string{"name"},
	}))(t)

	link := &types.ProviderUserIdentifierType{ProviderName: aws.String("Google"), ProviderAttributeName: aws.String("Cognito_Subject"), ProviderAttributeValue: aws.String("42")}
	must(f.aws.AdminLinkProviderForUser(t.Context(), &cip.AdminLinkProviderForUserInput{
		UserPoolId: f.pool(), SourceUser: link,
		DestinationUser: &types.ProviderUserIdentifierType{ProviderName: aws.String("Cognito"), ProviderAttributeValue: name},
	}))(t)
	unlink := func() error {
		return errorOf(f.aws.AdminDisableProviderForUser(t.Context(), &cip.AdminDisableProviderForUserInput{UserPoolId: f.pool(), User: link}))
	}
	if err := unlink(); err != nil {
		t.Errorf("unlinking: %v", err)
	}
	wantError(t, unlink(), userNotFound, "User does not exist.")

	events := must(f.aws.AdminListUserAuthEvents(t.Context(), &cip.AdminListUserAuthEventsInput{UserPoolId: f.pool(), Username: name}))(t)
	if len(events.AuthEvents) != 3 {
		t.Fatalf("%d sign-ins are recorded, want 3", len(events.AuthEvents))
	}
	must(f.aws.AdminUpdateAuthEventFeedback(t.Context(), &cip.AdminUpdateAuthEventFeedbackInput{
		UserPoolId: f.pool(), Username: name, EventId: events.AuthEvents[0].EventId, FeedbackValue: types.FeedbackValueTypeInvalid,
	}))(t)
}

func TestInvitations(t *testing.T) {
	t.Parallel()
	f := start(t, cognitotest.Config{})
	create := func(action types.MessageActionType, media ...types.DeliveryMediumType) error {
		return errorOf(f.aws.AdminCreateUser(t.Context(), &cip.AdminCreateUserInput{
			UserPoolId: f.pool(), Username: aws.String("ada"), MessageAction: action, DesiredDeliveryMediums: media,
			UserAttributes: attributes("email", ada, "phone_number", "+12065550123"),
		}))
	}
	wantError(t, create(types.MessageActionTypeResend), userNotFound, "User does not exist.")
	if err := create(types.MessageActionTypeSuppress); err != nil || len(f.srv.Messages("")) != 0 {
		t.Errorf("suppressed: %v, %d messages", err, len(f.srv.Messages("")))
	}
	if err := create(types.MessageActionTypeResend, types.DeliveryMediumTypeEmail, types.DeliveryMediumTypeSms); err != nil {
		t.Fatal(err)
	}
	messages := f.srv.Messages("ada")
	if len(messages) != 2 || messages[0].Medium != "EMAIL" || messages[1].Medium != "SMS" {
		t.Fatalf("messages: %+v", messages)
	}
	if err := create(types.MessageActionTypeResend); err != nil || f.srv.Messages("ada")[2].Medium != "SMS" {
		t.Errorf("by default: %v, %+v", err, f.srv.Messages("ada"))
	}
	out := must(f.passwordAuth("ada", f.srv.Code("ada")))(t)
	if out.ChallengeName != types.ChallengeNameTypeNewPasswordRequired {
		t.Errorf("the renewed temporary password: got %s", out.ChallengeName)
	}
	_, err := f.passwordAuth("ada", messages[0].TemporaryPassword)
	wantError(t, err, notAuthorized, badCredentials)
}

func TestGroups(t *testing.T) {
	t.Parallel()
	f := seeded(t, cognitotest.Config{}, cognitotest.User{})
	for i, name := range []string{"staff", "admin"} {
		must(f.aws.CreateGroup(t.Context(), &cip.CreateGroupInput{UserPoolId: f.pool(), GroupName: &name, Precedence: aws.Int32(int32(10 - i))}))(t)
		must(f.aws.AdminAddUserToGroup(t.Context(), &cip.AdminAddUserToGroupInput{UserPoolId: f.pool(), GroupName: &name, Username: aws.String("ada")}))(t)
	}
	groups := func() []string {
		var names []string
		out := must(f.aws.AdminListGroupsForUser(t.Context(), &cip.AdminListGroupsForUserInput{UserPoolId: f.pool(), Username: aws.String("ada")}))(t)
		for _, g := range out.Groups {
			names = append(names, *g.GroupName)
		}
		return names
	}
	if got := groups(); !slices.Equal(got, []string{"admin", "staff"}) {
		t.Errorf("groups of the user: %v, want the lower precedence first", got)
	}
	must(f.aws.UpdateGroup(t.Context(), &cip.UpdateGroupInput{UserPoolId: f.pool(), GroupName: aws.String("staff"), Precedence: aws.Int32(1), Description: aws.String("people")}))(t)
	if got := groups(); !slices.Equal(got, []string{"staff", "admin"}) {
		t.Errorf("after a change of precedence: %v", got)
	}
	g := must(f.aws.GetGroup(t.Context(), &cip.GetGroupInput{UserPoolId: f.pool(), GroupName: aws.String("staff")}))(t).Group
	if aws.ToString(g.Description) != "people" || aws.ToInt32(g.Precedence) != 1 || g.CreationDate == nil {
		t.Errorf("group: %+v", g)
	}
	if got := must(f.aws.ListGroups(t.Context(), &cip.ListGroupsInput{UserPoolId: f.pool()}))(t).Groups; len(got) != 2 {
		t.Errorf("%d groups, want 2", len(got))
	}
	if got := must(f.aws.ListUsersInGroup(t.Context(), &cip.ListUsersInGroupInput{UserPoolId: f.pool(), GroupName: aws.String("staff")}))(t).Users; len(got) != 1 {
		t.Errorf("%d users in the group, want 1", len(got))
	}
	must(f.aws.AdminRemoveUserFromGroup(t.Context(), &cip.AdminRemoveUserFromGroupInput{UserPoolId: f.pool(), GroupName: aws.String("staff"), Username: aws.String("ada")}))(t)
	must(f.aws.DeleteGroup(t.Context(), &cip.DeleteGroupInput{UserPoolId: f.pool(), GroupName: aws.String("admin")}))(t)
	if got := groups(); len(got) != 0 {
		t.Errorf("groups at the end: %v", got)
	}
}

func TestAppClients(t *testing.T) {
	t.Parallel()
	f := seeded(t, cognitotest.Config{}, cognitotest.User{})
	made := must(f.aws.CreateUserPoolClient(t.Context(), &cip.CreateUserPoolClientInput{
		UserPoolId: f.pool(), ClientName: aws.String("web"), GenerateSecret: true,
		ExplicitAuthFlows:    []types.ExplicitAuthFlowsType{types.ExplicitAuthFlowsTypeAllowUserPasswordAuth},
		AccessTokenValidity:  aws.Int32(10),
		IdTokenValidity:      aws.Int32(20),
		RefreshTokenValidity: 2,
		TokenValidityUnits:   &types.TokenValidityUnitsType{AccessToken: "minutes", IdToken: "minutes", RefreshToken: "hours"},
	}))(t).UserPoolClient
	signIn := func(secret string) (*types.AuthenticationResultType, error) {
		out, err := f.aws.InitiateAuth(t.Context(), &cip.InitiateAuthInput{
			ClientId: made.ClientId, AuthFlow: types.AuthFlowTypeUserPasswordAuth,
			AuthParameters: map[string]string{"USERNAME": "ada", "PASSWORD": password, "SECRET_HASH": srp.SecretHash(secret, "ada", *made.ClientId)},
		})
		if err != nil {
			return nil, err
		}
		return out.AuthenticationResult, nil
	}
	tokens := must(signIn(*made.ClientSecret))(t)
	lifetime := func(token *string) float64 {
		c := claims(t, *token)
		return c["exp"].(float64) - c["iat"].(float64)
	}
	if tokens.ExpiresIn != 600 || lifetime(tokens.AccessToken) != 600 || lifetime(tokens.IdToken) != 1200 {
		t.Errorf("ExpiresIn %d, access %v s, ID %v s", tokens.ExpiresIn, lifetime(tokens.AccessToken), lifetime(tokens.IdToken))
	}
	refresh := func() error {
		return errorOf(f.aws.GetTokensFromRefreshToken(t.Context(), &cip.GetTokensFromRefreshTokenInput{
			ClientId: made.ClientId, ClientSecret: made.ClientSecret, RefreshToken: tokens.RefreshToken,
		}))
	}
	if err := refresh(); err != nil {
		t.Errorf("refreshing: %v", err)
	}
	f.srv.Advance(2 * time.Hour)
	wantError(t, refresh(), notAuthorized, "Refresh Token has expired")

	// Two secrets at a time, so that they can be changed.
	second := must(f.aws.AddUserPoolClientSecret(t.Context(), &cip.AddUserPoolClientSecretInput{UserPoolId: f.pool(), ClientId: made.ClientId}))(t).ClientSecretDescriptor
	for _, secret := range []string{*made.ClientSecret, *second.ClientSecretValue} {
		if _, err := signIn(secret); err != nil {
			t.Errorf("with one of two secrets: %v", err)
		}
	}
	secrets := must(f.aws.ListUserPoolClientSecrets(t.Context(), &cip.ListUserPoolClientSecretsInput{UserPoolId: f.pool(), ClientId: made.ClientId}))(t).ClientSecrets
	if len(secrets) != 2 || secrets[0].ClientSecretValue != nil {
		t.Errorf("secrets: %d, the first with its value: %t", len(secrets), secrets[0].ClientSecretValue != nil)
	}
	must(f.aws.DeleteUserPoolClientSecret(t.Context(), &cip.DeleteUserPoolClientSecretInput{
		UserPoolId: f.pool(), ClientId: made.ClientId, ClientSecretId: secrets[0].ClientSecretId,
	}))(t)
	_, err := signIn(*made.ClientSecret)
	wantError(t, err, notAuthorized, "Unable to verify secret hash for client "+*made.ClientId)

	_, err = f.aws.UpdateUserPoolClient(t.Context(), &cip.UpdateUserPoolClientInput{
		UserPoolId: f.pool(), ClientId: made.ClientId,
		ExplicitAuthFlows:    []types.ExplicitAuthFlowsType{types.ExplicitAuthFlowsTypeAllowRefreshTokenAuth},
		RefreshTokenRotation: &types.RefreshTokenRotationType{Feature: types.FeatureTypeEnabled},
	})
	wantError(t, err, invalidParameter, "ALLOW_REFRESH_TOKEN_AUTH cannot be used with refresh token rotation.")
	must(f.aws.UpdateUserPoolClient(t.Context(), &cip.UpdateUserPoolClientInput{
		UserPoolId: f.pool(), ClientId: made.ClientId, ExplicitAuthFlows: []types.ExplicitAuthFlowsType{types.ExplicitAuthFlowsTypeAllowUserSrpAuth},
	}))(t)
	described := must(f.aws.DescribeUserPoolClient(t.Context(), &cip.DescribeUserPoolClientInput{UserPoolId: f.pool(), ClientId: made.ClientId}))(t).UserPoolClient
	if aws.ToString(described.ClientName) != "web" || aws.ToString(described.ClientSecret) != *second.ClientSecretValue || aws.ToInt32(described.AccessTokenValidity) != 3600 {
		t.Errorf("described: %s, access tokens %d", aws.ToString(described.ClientName), aws.ToInt32(described.AccessTokenValidity))
	}
	if got := must(f.aws.ListUserPoolClients(t.Context(), &cip.ListUserPoolClientsInput{UserPoolId: f.pool()}))(t).UserPoolClients; len(got) != 2 {
		t.Errorf("%d clients, want 2", len(got))
	}
	must(f.aws.DeleteUserPoolClient(t.Context(), &cip.DeleteUserPoolClientInput{UserPoolId: f.pool(), ClientId: made.ClientId}))(t)
	_, err = signIn(*second.ClientSecretValue)
	wantError(t, err, resourceNotFound, "User pool client "+*made.ClientId+" does not exist.")
}

func TestPoolSettings(t *testing.T) {
	t.Parallel()
	f := start(t, cognitotest.Config{})
	must(f.aws.AddCustomAttributes(t.Context(), &cip.AddCustomAttributesInput{
		UserPoolId: f.pool(), CustomAttributes: []types.SchemaAttributeType{{Name: aws.String("plan"), AttributeDataType: types.AttributeDataTypeString}},
	}))(t)
	if err := f.trySignUp("ada", password, "custom:plan", "gold"); err != nil {
		t.Errorf("with the new attribute: %v", err)
	}
	must(f.aws.SetUserPoolMfaConfig(t.Context(), &cip.SetUserPoolMfaConfigInput{
		UserPoolId: f.pool(), MfaConfiguration: types.UserPoolMfaTypeOptional, SoftwareTokenMfaConfiguration: &types.SoftwareTokenMfaConfigType{Enabled: true},
	}))(t)
	mfa := must(f.aws.GetUserPoolMfaConfig(t.Context(), &cip.GetUserPoolMfaConfigInput{UserPoolId: f.pool()}))(t)
	if mfa.MfaConfiguration != types.UserPoolMfaTypeOptional || mfa.SoftwareTokenMfaConfiguration == nil || mfa.SmsMfaConfiguration != nil {
		t.Errorf("MFA: %+v", mfa)
	}
	pool := must(f.aws.DescribeUserPool(t.Context(), &cip.DescribeUserPoolInput{UserPoolId: f.pool()}))(t).UserPool
	policy := pool.Policies.PasswordPolicy
	if aws.ToString(pool.Id) != f.srv.UserPoolID() || pool.EstimatedNumberOfUsers != 1 || pool.MfaConfiguration != types.UserPoolMfaTypeOptional ||
		aws.ToInt32(policy.MinimumLength) != 8 || !policy.RequireSymbols || policy.TemporaryPasswordValidityDays != 7 {
		t.Errorf("pool: %+v, policy %+v", pool, policy)
	}
	if got := must(f.aws.ListUserPools(t.Context(), &cip.ListUserPoolsInput{MaxResults: aws.Int32(10)}))(t).UserPools; len(got) != 1 {
		t.Errorf("%d pools, want 1", len(got))
	}
}

// TestAdminSignIn signs in by AdminInitiateAuth and answers by
// AdminRespondToAuthChallenge.
func TestAdminSignIn(t *testing.T) {
	t.Parallel()
	f := seeded(t, flows("ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"), cognitotest.User{Status: "FORCE_CHANGE_PASSWORD"})
	out := must(f.aws.AdminInitiateAuth(t.Context(), &cip.AdminInitiateAuthInput{
		UserPoolId: f.pool(), ClientId: f.id(), AuthFlow: types.AuthFlowTypeAdminNoSrpAuth,
		AuthParameters: map[string]string{"USERNAME": "ada", "PASSWORD": password},
	}))(t)
	done := must(f.aws.AdminRespondToAuthChallenge(t.Context(), &cip.AdminRespondToAuthChallengeInput{
		UserPoolId: f.pool(), ClientId: f.id(), ChallengeName: out.ChallengeName, Session: out.Session,
		ChallengeResponses: map[string]string{"USERNAME": "ada", "NEW_PASSWORD": "Another-horse-8"},
	}))(t)
	if done.AuthenticationResult == nil {
		t.Fatalf("got %s, want tokens", done.ChallengeName)
	}
	if err := f.adminInitiate("REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", *done.AuthenticationResult.RefreshToken); err != nil {
		t.Errorf("refreshing: %v", err)
	}
}
