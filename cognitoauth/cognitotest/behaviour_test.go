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

// stage is where a row of TestRefusals plays: it starts the pool it needs.
type stage struct{ *testing.T }

// TestRefusals holds every refusal to Cognito's exception and words.
func TestRefusals(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name          string
		do            func(t stage) error
		code, message string
	}{
		// Signing in.
		{"wrong password", func(t stage) error {
			return errorOf(seeded(t.T, cognitotest.Config{}, cognitotest.User{}).passwordAuth("ada", "Wrong-horse-7"))
		}, notAuthorized, badCredentials},
		{"wrong password over SRP", func(t stage) error {
			return errorOf(seeded(t.T, cognitotest.Config{}, cognitotest.User{}).srpAuth("ada", "Wrong-horse-7", nil))
		}, notAuthorized, badCredentials},
		{"unknown user", func(t stage) error {
			return errorOf(start(t.T, cognitotest.Config{}).passwordAuth("nobody", password))
		}, userNotFound, "User does not exist."},
		{"unknown user over SRP", func(t stage) error {
			return errorOf(start(t.T, cognitotest.Config{}).srpAuth("nobody", password, nil))
		}, userNotFound, "User does not exist."},
		{"unknown user, hidden", func(t stage) error {
			return errorOf(start(t.T, hidden).passwordAuth("nobody", password))
		}, notAuthorized, badCredentials},
		{"unknown user over SRP, hidden", func(t stage) error {
			return errorOf(start(t.T, hidden).srpAuth("nobody", password, nil))
		}, notAuthorized, badCredentials},
		{"by sub, which is not a user name", func(t stage) error {
			f := seeded(t.T, cognitotest.Config{}, cognitotest.User{Sub: "5f0a1c3e-6d2b-4b1b-9c2d-0123456789ab"})
			return errorOf(f.passwordAuth("5f0a1c3e-6d2b-4b1b-9c2d-0123456789ab", password))
		}, userNotFound, "User does not exist."},
		{"unconfirmed", func(t stage) error {
			return errorOf(seeded(t.T, cognitotest.Config{}, cognitotest.User{Status: "UNCONFIRMED"}).srpAuth("ada", password, nil))
		}, "UserNotConfirmedException", "User is not confirmed."},
		{"unconfirmed with a wrong password", func(t stage) error {
			return errorOf(seeded(t.T, cognitotest.Config{}, cognitotest.User{Status: "UNCONFIRMED"}).srpAuth("ada", "Wrong-horse-7", nil))
		}, notAuthorized, badCredentials},
		{"reset required", func(t stage) error {
			return errorOf(seeded(t.T, cognitotest.Config{}, cognitotest.User{Status: "RESET_REQUIRED"}).passwordAuth("ada", password))
		}, "PasswordResetRequiredException", "Password reset required for the user"},
		{"reset required over SRP", func(t stage) error {
			return errorOf(seeded(t.T, cognitotest.Config{}, cognitotest.User{Status: "RESET_REQUIRED"}).srpAuth("ada", password, nil))
		}, "PasswordResetRequiredException", "Password reset required for the user"},
		{"disabled", func(t stage) error {
			return errorOf(seeded(t.T, cognitotest.Config{}, cognitotest.User{Disabled: true}).srpAuth("ada", password, nil))
		}, notAuthorized, "User is disabled."},
		{"temporary password too old", func(t stage) error {
			f := seeded(t.T, cognitotest.Config{}, cognitotest.User{Status: "FORCE_CHANGE_PASSWORD"})
			f.srv.Advance(8 * 24 * time.Hour)
			return errorOf(f.srpAuth("ada", password, nil))
		}, notAuthorized, "Temporary password has expired and must be reset by an administrator."},

		// Flows.
		{"USER_PASSWORD_AUTH off", func(t stage) error {
			return errorOf(seeded(t.T, flows("ALLOW_USER_SRP_AUTH"), cognitotest.User{}).passwordAuth("ada", password))
		}, invalidParameter, "USER_PASSWORD_AUTH flow not enabled for this client"},
		{"USER_SRP_AUTH off", func(t stage) error {
			return errorOf(seeded(t.T, flows("ALLOW_USER_PASSWORD_AUTH"), cognitotest.User{}).srpAuth("ada", password, nil))
		}, invalidParameter, "USER_SRP_AUTH is not enabled for the client."},
		{"CUSTOM_AUTH off", func(t stage) error {
			return errorOf(start(t.T, cognitotest.Config{}).initiate("CUSTOM_AUTH", "USERNAME", "ada"))
		}, invalidParameter, "CUSTOM_AUTH is not enabled for the client."},
		{"USER_AUTH off", func(t stage) error {
			return errorOf(start(t.T, cognitotest.Config{}).initiate("USER_AUTH", "USERNAME", "ada"))
		}, invalidParameter, "USER_AUTH flow not enabled for this client"},
		{"ADMIN_USER_PASSWORD_AUTH off", func(t stage) error {
			return start(t.T, cognitotest.Config{}).adminInitiate("ADMIN_USER_PASSWORD_AUTH", "USERNAME", "ada", "PASSWORD", password)
		}, invalidParameter, "Auth flow not enabled for this client"},
		{"ADMIN_NO_SRP_AUTH off", func(t stage) error {
			return start(t.T, cognitotest.Config{}).adminInitiate("ADMIN_NO_SRP_AUTH", "USERNAME", "ada", "PASSWORD", password)
		}, invalidParameter, "Auth flow not enabled for this client"},
		{"USER_PASSWORD_AUTH by AdminInitiateAuth", func(t stage) error {
			return start(t.T, cognitotest.Config{}).adminInitiate("USER_PASSWORD_AUTH", "USERNAME", "ada", "PASSWORD", password)
		}, invalidParameter, "Initiate Auth method not supported."},
		{"ADMIN_USER_PASSWORD_AUTH by InitiateAuth", func(t stage) error {
			return errorOf(start(t.T, cognitotest.Config{}).initiate("ADMIN_USER_PASSWORD_AUTH", "USERNAME", "ada", "PASSWORD", password))
		}, invalidParameter, "Initiate Auth method not supported."},
		{"unknown flow", func(t stage) error {
			return errorOf(start(t.T, cognitotest.Config{}).initiate("NO_AUTH", "USERNAME", "ada"))
		}, invalidParameter, "1 validation error detected: Value 'NO_AUTH' at 'authFlow' failed to satisfy constraint: Member must satisfy enum value set: " +
			"[USER_SRP_AUTH, REFRESH_TOKEN_AUTH, REFRESH_TOKEN, CUSTOM_AUTH, ADMIN_NO_SRP_AUTH, USER_PASSWORD_AUTH, ADMIN_USER_PASSWORD_AUTH, USER_AUTH]"},
		{"no USERNAME", func(t stage) error {
			return errorOf(start(t.T, cognitotest.Config{}).initiate("USER_SRP_AUTH", "SRP_A", "2"))
		}, invalidParameter, "Missing required parameter USERNAME"},
		{"no PASSWORD", func(t stage) error {
			return errorOf(start(t.T, cognitotest.Config{}).initiate("USER_PASSWORD_AUTH", "USERNAME", "ada"))
		}, invalidParameter, "Missing required parameter PASSWORD"},
		{"no SRP_A", func(t stage) error {
			return errorOf(start(t.T, cognitotest.Config{}).initiate("USER_SRP_AUTH", "USERNAME", "ada"))
		}, invalidParameter, "Missing required parameter SRP_A"},
		{"CUSTOM_AUTH without triggers", func(t stage) error {
			return errorOf(start(t.T, flows("ALLOW_CUSTOM_AUTH")).initiate("CUSTOM_AUTH", "USERNAME", "ada"))
		}, invalidParameter, "Custom auth lambda trigger is not configured for the user pool."},

		// App clients.
		{"no secret hash", func(t stage) error {
			return errorOf(seeded(t.T, secret, cognitotest.User{}).passwordAuth("ada", password))
		}, notAuthorized, "Client secretclient is configured with secret but SECRET_HASH was not received"},
		{"wrong secret hash", func(t stage) error {
			return errorOf(seeded(t.T, secret, cognitotest.User{}).initiate("USER_PASSWORD_AUTH", "USERNAME", "ada", "PASSWORD", password, "SECRET_HASH", "AAAA"))
		}, notAuthorized, "Unable to verify secret hash for client secretclient"},
		{"secret hash of another name", func(t stage) error {
			return errorOf(seeded(t.T, secret, cognitotest.User{}).initiate("USER_PASSWORD_AUTH", "USERNAME", "ada", "PASSWORD", password,
				"SECRET_HASH", srp.SecretHash("s3cr3t", "bob", "secretclient")))
		}, notAuthorized, "Unable to verify secret hash for client secretclient"},
		{"secret hash to a public client", func(t stage) error {
			f := seeded(t.T, cognitotest.Config{Client: cognitotest.AppClient{ID: "public"}}, cognitotest.User{})
			return errorOf(f.initiate("USER_PASSWORD_AUTH", "USERNAME", "ada", "PASSWORD", password, "SECRET_HASH", "AAAA"))
		}, notAuthorized, "Unable to verify secret hash for client public"},
		{"SignUp without secret hash", func(t stage) error {
			return start(t.T, secret).trySignUp("ada", password)
		}, notAuthorized, "Client secretclient is configured with secret but SECRET_HASH was not received"},
		{"unknown client", func(t stage) error {
			f := start(t.T, cognitotest.Config{})
			return errorOf(f.aws.ForgotPassword(t.Context(), &cip.ForgotPasswordInput{ClientId: aws.String("nosuchclient"), Username: aws.String("ada")}))
		}, resourceNotFound, "User pool client nosuchclient does not exist."},
		{"unknown pool", func(t stage) error {
			f := start(t.T, cognitotest.Config{})
			return errorOf(f.aws.AdminGetUser(t.Context(), &cip.AdminGetUserInput{UserPoolId: aws.String("us-east-1_Nowhere00"), Username: aws.String("ada")}))
		}, resourceNotFound, "User pool us-east-1_Nowhere00 does not exist."},

		// Signing up.
		{"SignUp twice", func(t stage) error {
			return seeded(t.T, cognitotest.Config{}, cognitotest.User{Status: "UNCONFIRMED"}).trySignUp("Ada", password)
		}, usernameExists, "User already exists"},
		{"SignUp twice, by e-mail", func(t stage) error {
			f := seeded(t.T, cognitotest.Config{UsernameAttributes: []string{"email"}}, cognitotest.User{Username: ada})
			return f.trySignUp(strings.ToUpper(ada), password)
		}, usernameExists, "An account with the given email already exists."},
		{"SignUp where administrators create users", func(t stage) error {
			return start(t.T, cognitotest.Config{AdminCreateUserOnly: true}).trySignUp("ada", password)
		}, notAuthorized, "SignUp is not permitted for this user pool"},
		{"AdminCreateUser twice", func(t stage) error {
			f := seeded(t.T, cognitotest.Config{}, cognitotest.User{})
			return errorOf(f.aws.AdminCreateUser(t.Context(), &cip.AdminCreateUserInput{UserPoolId: f.pool(), Username: aws.String("ada")}))
		}, usernameExists, "User account already exists"},
		{"user name that should be an e-mail", func(t stage) error {
			return start(t.T, cognitotest.Config{UsernameAttributes: []string{"email"}}).trySignUp("ada", password)
		}, invalidParameter, "Username should be an email."},
		{"user name that should be an e-mail or a phone number", func(t stage) error {
			return start(t.T, cognitotest.Config{UsernameAttributes: []string{"email", "phone_number"}}).trySignUp("ada", password)
		}, invalidParameter, "Username should be either an email or a phone number."},
		{"user name that looks like the e-mail alias", func(t stage) error {
			return start(t.T, cognitotest.Config{AliasAttributes: []string{"email"}}).trySignUp(ada, password)
		}, invalidParameter, "Username cannot be of email format, since user pool is configured for email alias."},
		{"malformed e-mail", func(t stage) error {
			return start(t.T, cognitotest.Config{}).trySignUp("ada", password, "email", "nonsense")
		}, invalidParameter, "Invalid email address format."},
		{"malformed phone number", func(t stage) error {
			return start(t.T, cognitotest.Config{}).trySignUp("ada", password, "phone_number", "0123")
		}, invalidParameter, "Invalid phone number format."},
		{"required attribute missing", func(t stage) error {
			cfg := cognitotest.Config{Attributes: []cognitotest.AttributeSchema{{Name: "email", Required: true}}}
			return start(t.T, cfg).trySignUp("ada", password)
		}, invalidParameter, "Attributes did not conform to the schema: email: The attribute is required"},
		{"unknown attribute", func(t stage) error {
			return start(t.T, cognitotest.Config{}).trySignUp("ada", password, "custom:x", "1")
		}, invalidParameter, "Attributes did not conform to the schema: custom:x: Attribute does not exist in the schema."},
		{"attribute of the pool's own", func(t stage) error {
			return start(t.T, cognitotest.Config{}).trySignUp("ada", password, "email", ada, "email_verified", "true")
		}, notAuthorized, "A client attempted to write unauthorized attribute"},
		{"attribute that the client may not write", func(t stage) error {
			cfg := cognitotest.Config{Client: cognitotest.AppClient{WriteAttributes: []string{"email"}}}
			return start(t.T, cfg).trySignUp("ada", password, "email", ada, "name", "Ada")
		}, notAuthorized, "A client attempted to write unauthorized attribute"},

		// Passwords.
		{"password too short for the API", func(t stage) error { return start(t.T, cognitotest.Config{}).trySignUp("ada", "Aa1!x") },
			invalidParameter, "1 validation error detected: Value at 'password' failed to satisfy constraint: Member must have length greater than or equal to 6"},
		{"password with a space in front", func(t stage) error { return start(t.T, cognitotest.Config{}).trySignUp("ada", " "+password) },
			invalidParameter, `1 validation error detected: Value at 'password' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[\S]+.*[\S]+$`},
		{"password too short for the policy", func(t stage) error { return start(t.T, cognitotest.Config{}).trySignUp("ada", "Aa1!xyz") },
			invalidPassword, "Password did not conform with policy: Password not long enough"},
		{"password without upper case", func(t stage) error { return start(t.T, cognitotest.Config{}).trySignUp("ada", "aaaaaa1!") },
			invalidPassword, "Password did not conform with policy: Password must have uppercase characters"},
		{"password without lower case", func(t stage) error { return start(t.T, cognitotest.Config{}).trySignUp("ada", "AAAAAA1!") },
			invalidPassword, "Password did not conform with policy: Password must have lowercase characters"},
		{"password without digit", func(t stage) error { return start(t.T, cognitotest.Config{}).trySignUp("ada", "Aaaaaaa!") },
			invalidPassword, "Password did not conform with policy: Password must have numeric characters"},
		{"password without symbol", func(t stage) error { return start(t.T, cognitotest.Config{}).trySignUp("ada", "Aaaaaaa1") },
			invalidPassword, "Password did not conform with policy: Password must have symbol characters"},
		{"ChangePassword with a wrong old one", func(t stage) error {
			f := seeded(t.T, cognitotest.Config{}, cognitotest.User{})
			return errorOf(f.aws.ChangePassword(t.Context(), &cip.ChangePasswordInput{
				AccessToken: f.tokens("ada").AccessToken, PreviousPassword: aws.String("Wrong-horse-7"), ProposedPassword: aws.String(password),
			}))
		}, notAuthorized, badCredentials},
		{"ChangePassword over and over with a wrong old one", func(t stage) error {
			f := seeded(t.T, cognitotest.Config{}, cognitotest.User{})
			in := &cip.ChangePasswordInput{AccessToken: f.tokens("ada").AccessToken, PreviousPassword: aws.String("Wrong-horse-7"), ProposedPassword: aws.String(password)}
			for range 5 {
				wantError(t, errorOf(f.aws.ChangePassword(t.Context(), in)), notAuthorized, badCredentials)
			}
			return errorOf(f.aws.ChangePassword(t.Context(), in))
		}, limitExceeded, "Attempt limit exceeded, please try after some time."},
		{"password used before", func(t stage) error {
			f := seeded(t.T, cognitotest.Config{PasswordPolicy: &cognitotest.PasswordPolicy{History: 2}}, cognitotest.User{})
			return errorOf(f.aws.ChangePassword(t.Context(), &cip.ChangePasswordInput{
				AccessToken: f.tokens("ada").AccessToken, PreviousPassword: aws.String(password), ProposedPassword: aws.String(password),
			}))
		}, "PasswordHistoryPolicyViolationException", "Password has previously been used."},

		// Codes.
		{"wrong code", func(t stage) error {
			f := start(t.T, cognitotest.Config{})
			f.signUp("ada")
			return f.confirm("ada", wrong(f.srv.Code("ada")))
		}, codeMismatch, "Invalid verification code provided, please try again."},
		{"no code pending", func(t stage) error {
			return seeded(t.T, cognitotest.Config{}, cognitotest.User{Status: "UNCONFIRMED"}).confirm("ada", "123456")
		}, expiredCode, "Invalid code provided, please request a code again."},
		{"code too old", func(t stage) error {
			f := start(t.T, cognitotest.Config{})
			f.signUp("ada")
			f.srv.Advance(25 * time.Hour)
			return f.confirm("ada", f.srv.Code("ada"))
		}, expiredCode, "Invalid code provided, please request a code again."},
		{"too many wrong codes", func(t stage) error {
			f := start(t.T, cognitotest.Config{})
			f.signUp("ada")
			code := f.srv.Code("ada")
			for range 5 {
				wantError(t, f.confirm("ada", wrong(code)), codeMismatch, "Invalid verification code provided, please try again.")
			}
			return f.confirm("ada", code)
		}, limitExceeded, "Attempt limit exceeded, please try after some time."},
		{"confirming twice", func(t stage) error {
			return seeded(t.T, cognitotest.Config{}, cognitotest.User{}).confirm("ada", "123456")
		}, notAuthorized, "User cannot be confirmed. Current status is CONFIRMED"},
		{"AdminConfirmSignUp of a confirmed user", func(t stage) error {
			f := seeded(t.T, cognitotest.Config{}, cognitotest.User{})
			return errorOf(f.aws.AdminConfirmSignUp(t.Context(), &cip.AdminConfirmSignUpInput{UserPoolId: f.pool(), Username: aws.String("ada")}))
		}, notAuthorized, "User cannot be confirmed. Current status is CONFIRMED"},
		{"resending to a confirmed user", func(t stage) error {
			return seeded(t.T, cognitotest.Config{}, cognitotest.User{}).resend("ada")
		}, invalidParameter, "User is already confirmed."},
		{"resending where nothing is verified", func(t stage) error {
			cfg := cognitotest.Config{AutoVerifiedAttributes: []string{}}
			return seeded(t.T, cfg, cognitotest.User{Status: "UNCONFIRMED"}).resend("ada")
		}, invalidParameter, "Auto verification not turned on."},
		{"confirming an unknown user", func(t stage) error {
			return start(t.T, cognitotest.Config{}).confirm("nobody", "123456")
		}, userNotFound, "Username/client id combination not found."},
		{"confirming an unknown user, hidden", func(t stage) error {
			return start(t.T, hidden).confirm("nobody", "123456")
		}, expiredCode, "Invalid code provided, please request a code again."},
		{"resending to an unknown user", func(t stage) error { return start(t.T, cognitotest.Config{}).resend("nobody") },
			userNotFound, "Username/client id combination not found."},

		// Recovery.
		{"ForgotPassword of an unknown user", func(t stage) error { return start(t.T, cognitotest.Config{}).forgot("nobody") },
			userNotFound, "Username/client id combination not found."},
		{"ForgotPassword without a verified contact", func(t stage) error {
			return seeded(t.T, cognitotest.Config{}, cognitotest.User{Attributes: map[string]string{"email": ada}}).forgot("ada")
		}, invalidParameter, "Cannot reset password for the user as there is no registered/verified email or phone_number"},
		{"ForgotPassword before the first sign-in", func(t stage) error {
			return seeded(t.T, cognitotest.Config{}, cognitotest.User{Status: "FORCE_CHANGE_PASSWORD"}).forgot("ada")
		}, notAuthorized, "User password cannot be reset in the current state."},
		{"ForgotPassword where administrators reset", func(t stage) error {
			return seeded(t.T, cognitotest.Config{AdminOnlyRecovery: true}, cognitotest.User{}).forgot("ada")
		}, notAuthorized, "Contact administrator to reset password."},
		{"ForgotPassword over and over", func(t stage) error {
			f := seeded(t.T, cognitotest.Config{}, cognitotest.User{})
			for range 10 {
				if err := f.forgot("ada"); err != nil {
					t.Fatal(err)
				}
			}
			return f.forgot("ada")
		}, limitExceeded, "Attempt limit exceeded, please try after some time."},
		{"ConfirmForgotPassword with a wrong code", func(t stage) error {
			f := seeded(t.T, cognitotest.Config{}, cognitotest.User{})
			if err := f.forgot("ada"); err != nil {
				t.Fatal(err)
			}
			return f.confirmForgot("ada", wrong(f.srv.Code("ada")), password)
		}, codeMismatch, "Invalid verification code provided, please try again."},
		{"ConfirmForgotPassword without a code", func(t stage) error {
			return seeded(t.T, cognitotest.Config{}, cognitotest.User{}).confirmForgot("ada", "123456", password)
		}, expiredCode, "Invalid code provided, please request a code again."},
		{"ConfirmForgotPassword of an unknown user, hidden", func(t stage) error {
			return start(t.T, hidden).confirmForgot("nobody", "123456", password)
		}, expiredCode, "Invalid code provided, please request a code again."},
		{"AdminResetUserPassword without a verified contact", func(t stage) error {
			f := seeded(t.T, cognitotest.Config{}, cognitotest.User{Attributes: map[string]string{}})
			return errorOf(f.aws.AdminResetUserPassword(t.Context(), &cip.AdminResetUserPasswordInput{UserPoolId: f.pool(), Username: aws.String("ada")}))
		}, invalidParameter, "Cannot reset password for the user as there is no registered/verified email or phone_number"},
		{"AdminResetUserPassword before the first sign-in", func(t stage) error {
			f := seeded(t.T, cognitotest.Config{}, cognitotest.User{Status: "FORCE_CHANGE_PASSWORD"})
			return errorOf(f.aws.AdminResetUserPassword(t.Context(), &cip.AdminResetUserPasswordInput{UserPoolId: f.pool(), Username: aws.String("ada")}))
		}, notAuthorized, "User password cannot be reset in the current state."},

		// Tokens.
		{"nonsense for an access token", func(t stage) error {
			return errorOf(start(t.T, cognitotest.Config{}).aws.GetUser(t.Context(), &cip.GetUserInput{AccessToken: aws.String("nonsense")}))
		}, notAuthorized, "Invalid Access Token"},
		{"an ID token for an access token", func(t stage) error {
			f := seeded(t.T, cognitotest.Config{}, cognitotest.User{})
			return errorOf(f.aws.GetUser(t.Context(), &cip.GetUserInput{AccessToken: f.tokens("ada").IdToken}))
		}, notAuthorized, "Invalid Access Token"},
		{"a forged access token", func(t stage) error {
			f := seeded(t.T, cognitotest.Config{}, cognitotest.User{})
			token := []byte(*f.tokens("ada").AccessToken)
			i := len(token) - 20
			token[i] = 'A' + (token[i]-'A'+1)%26
			return errorOf(f.aws.GetUser(t.Context(), &cip.GetUserInput{AccessToken: aws.String(string(token))}))
		}, notAuthorized, "Could not verify signature for Access Token"},
		{"the access token of a deleted user", func(t stage) error {
			f := seeded(t.T, cognitotest.Config{}, cognitotest.User{})
			tokens := f.tokens("ada")
			must(f.aws.DeleteUser(t.Context(), &cip.DeleteUserInput{AccessToken: tokens.AccessToken}))(t)
			return errorOf(f.aws.GetUser(t.Context(), &cip.GetUserInput{AccessToken: tokens.AccessToken}))
		}, userNotFound, "User does not exist."},
		{"an access token without the scope", func(t stage) error {
			f := seeded(t.T, cognitotest.Config{Triggers: cognitotest.Triggers{PreTokenGeneration: dropScope}}, cognitotest.User{})
			return errorOf(f.aws.GetUser(t.Context(), &cip.GetUserInput{AccessToken: f.tokens("ada").AccessToken}))
		}, notAuthorized, "Access Token does not have required scopes"},
		{"nonsense for a refresh token", func(t stage) error {
			return errorOf(start(t.T, cognitotest.Config{}).initiate("REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", "nonsense"))
		}, notAuthorized, "Invalid Refresh Token"},
		{"the refresh token of another client", func(t stage) error {
			f := seeded(t.T, cognitotest.Config{Clients: []cognitotest.AppClient{{ID: "other"}}}, cognitotest.User{})
			return errorOf(f.aws.GetTokensFromRefreshToken(t.Context(), &cip.GetTokensFromRefreshTokenInput{
				ClientId: aws.String("other"), RefreshToken: f.tokens("ada").RefreshToken,
			}))
		}, notAuthorized, "Invalid Refresh Token"},
		{"the refresh token of a disabled user", func(t stage) error {
			f := seeded(t.T, cognitotest.Config{}, cognitotest.User{})
			tokens := f.tokens("ada")
			must(f.aws.AdminDisableUser(t.Context(), &cip.AdminDisableUserInput{UserPoolId: f.pool(), Username: aws.String("ada")}))(t)
			return errorOf(f.initiate("REFRESH_TOKEN", "REFRESH_TOKEN", *tokens.RefreshToken))
		}, notAuthorized, "User is disabled."},

		// Attributes.
		{"updating an unwritable attribute", func(t stage) error {
			f := seeded(t.T, cognitotest.Config{}, cognitotest.User{})
			return f.update(f.tokens("ada").AccessToken, "email_verified", "true")
		}, notAuthorized, "A client attempted to write unauthorized attribute"},
		{"updating an immutable attribute", func(t stage) error {
			cfg := cognitotest.Config{Attributes: []cognitotest.AttributeSchema{{Name: "custom:plan", Immutable: true}}}
			f := seeded(t.T, cfg, cognitotest.User{Attributes: map[string]string{"custom:plan": "free"}})
			return f.update(f.tokens("ada").AccessToken, "custom:plan", "gold")
		}, invalidParameter, "user.custom:plan: Attribute cannot be updated. (changing an immutable attribute)"},
		{"verifying another user's alias", func(t stage) error {
			f := seeded(t.T, cognitotest.Config{AliasAttributes: []string{"email"}}, cognitotest.User{})
			f.srv.AddUser(cognitotest.User{Username: "bob", Password: password})
			return f.update(f.tokens("bob").AccessToken, "email", ada)
		}, aliasExists, "An account with the given email already exists."},
		{"confirming onto another user's alias", func(t stage) error {
			f := seeded(t.T, cognitotest.Config{AliasAttributes: []string{"email"}}, cognitotest.User{})
			if err := f.trySignUp("bob", password, "email", ada); err != nil {
				t.Fatal(err)
			}
			return f.confirm("bob", f.srv.Code("bob"))
		}, aliasExists, "An account with the given email already exists."},

		// Factors and devices.
		{"MFA preference without an authenticator", func(t stage) error {
			f := seeded(t.T, cognitotest.Config{MFA: cognitotest.MFAOptional}, cognitotest.User{})
			return errorOf(f.aws.SetUserMFAPreference(t.Context(), &cip.SetUserMFAPreferenceInput{
				AccessToken: f.tokens("ada").AccessToken, SoftwareTokenMfaSettings: &types.SoftwareTokenMfaSettingsType{Enabled: true},
			}))
		}, invalidParameter, "User does not have delivery config set to turn on SOFTWARE_TOKEN_MFA"},
		{"MFA preference without a phone number", func(t stage) error {
			f := seeded(t.T, cognitotest.Config{MFA: cognitotest.MFAOptional}, cognitotest.User{})
			return errorOf(f.aws.AdminSetUserMFAPreference(t.Context(), &cip.AdminSetUserMFAPreferenceInput{
				UserPoolId: f.pool(), Username: aws.String("ada"), SMSMfaSettings: &types.SMSMfaSettingsType{Enabled: true},
			}))
		}, invalidParameter, "User does not have delivery config set to turn on SMS_MFA"},
		{"unknown device", func(t stage) error {
			f := seeded(t.T, cognitotest.Config{Devices: cognitotest.DevicesAlways}, cognitotest.User{})
			return errorOf(f.srpAuth("ada", password, map[string]string{"DEVICE_KEY": "us-east-1_00000000-0000-4000-8000-000000000000"}))
		}, resourceNotFound, "Device does not exist."},

		{"confirming a device of another sign-in", func(t stage) error {
			f := seeded(t.T, cognitotest.Config{Devices: cognitotest.DevicesAlways}, cognitotest.User{})
			one, two := f.tokens("ada"), f.tokens("ada")
			return errorOf(f.aws.ConfirmDevice(t.Context(), &cip.ConfirmDeviceInput{
				AccessToken: one.AccessToken, DeviceKey: two.NewDeviceMetadata.DeviceKey,
			}))
		}, invalidParameter, "Invalid device key given."},

		// Administration.
		{"unknown user to an administrator", func(t stage) error {
			f := start(t.T, hidden)
			return errorOf(f.aws.AdminGetUser(t.Context(), &cip.AdminGetUserInput{UserPoolId: f.pool(), Username: aws.String("nobody")}))
		}, userNotFound, "User does not exist."},
		{"group twice", func(t stage) error {
			f := seeded(t.T, cognitotest.Config{}, cognitotest.User{Groups: []string{"g"}})
			return errorOf(f.aws.CreateGroup(t.Context(), &cip.CreateGroupInput{UserPoolId: f.pool(), GroupName: aws.String("g")}))
		}, "GroupExistsException", "A group with the name already exists."},
		{"unknown group", func(t stage) error {
			f := seeded(t.T, cognitotest.Config{}, cognitotest.User{})
			return errorOf(f.aws.AdminAddUserToGroup(t.Context(), &cip.AdminAddUserToGroupInput{UserPoolId: f.pool(), GroupName: aws.String("g"), Username: aws.String("ada")}))
		}, resourceNotFound, "Group not found."},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			wantError(t, row.do(stage{t}), row.code, row.message)
		})
	}
}

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

// TestSessionRules holds a challenge's session to its three minutes, its one
// use, its client, and to surviving a wrong answer.
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
