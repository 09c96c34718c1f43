package cognitotest_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest"
)

// The exceptions that rows name most.
const (
	aliasExists      = "AliasExistsException"
	codeMismatch     = "CodeMismatchException"
	expiredCode      = "ExpiredCodeException"
	invalidParameter = "InvalidParameterException"
	invalidPassword  = "InvalidPasswordException"
	limitExceeded    = "LimitExceededException"
	notAuthorized    = "NotAuthorizedException"
	resourceNotFound = "ResourceNotFoundException"
	userNotFound     = "UserNotFoundException"
	usernameExists   = "UsernameExistsException"

	badCredentials = "Incorrect username or password."
)

// hidden is a pool whose first client does not say which users exist.
var hidden = cognitotest.Config{Client: cognitotest.AppClient{PreventUserExistenceErrors: true}}

// secret is a pool whose first client has a secret.
var secret = cognitotest.Config{Client: cognitotest.AppClient{ID: "secretclient", Secret: "s3cr3t"}}

// seeded starts a pool with a user of a status.
func seeded(t *testing.T, cfg cognitotest.Config, u cognitotest.User) *fixture {
	t.Helper()
	f := start(t, cfg)
	if u.Username == "" {
		u.Username = "ada"
	}
	if u.Password == "" {
		u.Password = password
	}
	if u.Attributes == nil {
		u.Attributes = map[string]string{"email": ada, "email_verified": "true"}
	}
	f.srv.AddUser(u)
	return f
}

func flows(names ...string) cognitotest.Config {
	return cognitotest.Config{Client: cognitotest.AppClient{Flows: names}}
}

// initiate calls InitiateAuth with pairs of parameters.
func (f *fixture) initiate(flow string, pairs ...string) (*cip.InitiateAuthOutput, error) {
	return f.aws.InitiateAuth(f.Context(), &cip.InitiateAuthInput{
		ClientId: f.id(), AuthFlow: types.AuthFlowType(flow), AuthParameters: parameters(pairs),
	})
}

func parameters(pairs []string) map[string]string {
	out := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		out[pairs[i]] = pairs[i+1]
	}
	return out
}

func (f *fixture) adminInitiate(flow string, pairs ...string) error {
	return errorOf(f.aws.AdminInitiateAuth(f.Context(), &cip.AdminInitiateAuthInput{
		UserPoolId: f.pool(), ClientId: f.id(), AuthFlow: types.AuthFlowType(flow), AuthParameters: parameters(pairs),
	}))
}

func (f *fixture) pool() *string { return aws.String(f.srv.UserPoolID()) }

func (f *fixture) trySignUp(username, pw string, pairs ...string) error {
	return errorOf(f.aws.SignUp(f.Context(), &cip.SignUpInput{
		ClientId: f.id(), Username: &username, Password: &pw, UserAttributes: attributes(pairs...),
	}))
}

func (f *fixture) confirm(username, code string) error {
	return errorOf(f.aws.ConfirmSignUp(f.Context(), &cip.ConfirmSignUpInput{ClientId: f.id(), Username: &username, ConfirmationCode: &code}))
}

func (f *fixture) resend(username string) error {
	return errorOf(f.aws.ResendConfirmationCode(f.Context(), &cip.ResendConfirmationCodeInput{ClientId: f.id(), Username: &username}))
}

func (f *fixture) forgot(username string) error {
	return errorOf(f.aws.ForgotPassword(f.Context(), &cip.ForgotPasswordInput{ClientId: f.id(), Username: &username}))
}

func (f *fixture) confirmForgot(username, code, pw string) error {
	return errorOf(f.aws.ConfirmForgotPassword(f.Context(), &cip.ConfirmForgotPasswordInput{
		ClientId: f.id(), Username: &username, ConfirmationCode: &code, Password: &pw,
	}))
}

func (f *fixture) update(token *string, pairs ...string) error {
	return errorOf(f.aws.UpdateUserAttributes(f.Context(), &cip.UpdateUserAttributesInput{AccessToken: token, UserAttributes: attributes(pairs...)}))
}
