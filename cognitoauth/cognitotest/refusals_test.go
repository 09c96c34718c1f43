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
		{"password too short for the API, with a space in front", func(t stage) error { return start(t.T, cognitotest.Config{}).trySignUp("ada", " Aa1") },
			invalidParameter, "2 validation errors detected: Value at 'password' failed to satisfy constraint: Member must have length greater than or equal to 6; " +
				`Value at 'password' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[\S]+.*[\S]+$`},
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
		{"ConfirmForgotPassword of an unknown user", func(t stage) error {
			return start(t.T, cognitotest.Config{}).confirmForgot("nobody", "123456", password)
		}, userNotFound, "Username/client id combination not found."},
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
