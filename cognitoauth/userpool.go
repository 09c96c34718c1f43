package cognitoauth

import (
	"context"
	"fmt"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/cognitoauth/cognito-go/internal/redact"
	"github.com/cognitoauth/cognito-go/internal/srp"
)

// UserPool is one app client of one user pool. It is safe for concurrent use
// by any number of goroutines and keeps no user's state.
type UserPool struct {
	cfg      Config
	poolName string  // what SRP hashes of the pool's ID
	public   userAPI // sends what needs no signature
	admin    Admin
}

// New returns a UserPool for cfg. It checks the whole configuration, reports
// every problem at once, and does no I/O.
func New(cfg Config) (*UserPool, error) {
	cfg, err := cfg.resolve()
	if err != nil {
		return nil, err
	}
	public, err := newAWSClient(cfg, cfg.AWSConfig)
	if err != nil {
		return nil, err
	}
	signed := func(context.Context) (adminAPI, error) { return public, nil }
	if cfg.AWSConfig == nil {
		signed = newLazyAWSClient(cfg).get
	}
	return newUserPool(cfg, public, signed), nil
}

// newUserPool puts a pool on any implementation of the AWS operations.
func newUserPool(cfg Config, public userAPI, signed func(context.Context) (adminAPI, error)) *UserPool {
	name, _ := srp.PoolName(cfg.UserPoolID)
	p := &UserPool{cfg: cfg, poolName: name, public: public}
	p.admin = Admin{pool: p, signed: signed}
	return p
}

// UserPoolID returns the pool's ID.
func (p *UserPool) UserPoolID() string { return p.cfg.UserPoolID }

// ClientID returns the app client's ID.
func (p *UserPool) ClientID() string { return p.cfg.ClientID }

// Admin returns the operations that are signed with AWS credentials and reach
// every user of the pool. Keep it away from code that serves the public.
func (p *UserPool) Admin() *Admin { return &p.admin }

// Format prints which pool and client this is, whatever the verb.
func (p UserPool) Format(s fmt.State, _ rune) {
	redact.FormatAs(s, "cognitoauth.UserPool", struct{ UserPoolID, ClientID string }{p.cfg.UserPoolID, p.cfg.ClientID})
}

// secretHash is the SECRET_HASH for the user name that the same call sends;
// nil if the app client has no secret.
//
// https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html#cognito-user-pools-computing-secret-hash
func (p *UserPool) secretHash(username string) *string {
	secret := p.clientSecret()
	if secret == "" {
		return nil
	}
	h := srp.SecretHash(secret, username, p.cfg.ClientID)
	return &h
}

func (p *UserPool) clientSecret() string {
	if p.cfg.ClientSecretFunc != nil {
		return p.cfg.ClientSecretFunc()
	}
	return p.cfg.ClientSecret
}

// userAPI are the operations that need no signature.
type userAPI interface {
	AssociateSoftwareToken(context.Context, *cip.AssociateSoftwareTokenInput, ...func(*cip.Options)) (*cip.AssociateSoftwareTokenOutput, error)
	ChangePassword(context.Context, *cip.ChangePasswordInput, ...func(*cip.Options)) (*cip.ChangePasswordOutput, error)
	CompleteWebAuthnRegistration(context.Context, *cip.CompleteWebAuthnRegistrationInput, ...func(*cip.Options)) (*cip.CompleteWebAuthnRegistrationOutput, error)
	ConfirmDevice(context.Context, *cip.ConfirmDeviceInput, ...func(*cip.Options)) (*cip.ConfirmDeviceOutput, error)
	ConfirmForgotPassword(context.Context, *cip.ConfirmForgotPasswordInput, ...func(*cip.Options)) (*cip.ConfirmForgotPasswordOutput, error)
	ConfirmSignUp(context.Context, *cip.ConfirmSignUpInput, ...func(*cip.Options)) (*cip.ConfirmSignUpOutput, error)
	DeleteUser(context.Context, *cip.DeleteUserInput, ...func(*cip.Options)) (*cip.DeleteUserOutput, error)
	DeleteUserAttributes(context.Context, *cip.DeleteUserAttributesInput, ...func(*cip.Options)) (*cip.DeleteUserAttributesOutput, error)
	DeleteWebAuthnCredential(context.Context, *cip.DeleteWebAuthnCredentialInput, ...func(*cip.Options)) (*cip.DeleteWebAuthnCredentialOutput, error)
	ForgetDevice(context.Context, *cip.ForgetDeviceInput, ...func(*cip.Options)) (*cip.ForgetDeviceOutput, error)
	ForgotPassword(context.Context, *cip.ForgotPasswordInput, ...func(*cip.Options)) (*cip.ForgotPasswordOutput, error)
	GetDevice(context.Context, *cip.GetDeviceInput, ...func(*cip.Options)) (*cip.GetDeviceOutput, error)
	GetTokensFromRefreshToken(context.Context, *cip.GetTokensFromRefreshTokenInput, ...func(*cip.Options)) (*cip.GetTokensFromRefreshTokenOutput, error)
	GetUser(context.Context, *cip.GetUserInput, ...func(*cip.Options)) (*cip.GetUserOutput, error)
	GetUserAttributeVerificationCode(context.Context, *cip.GetUserAttributeVerificationCodeInput, ...func(*cip.Options)) (*cip.GetUserAttributeVerificationCodeOutput, error)
	GetUserAuthFactors(context.Context, *cip.GetUserAuthFactorsInput, ...func(*cip.Options)) (*cip.GetUserAuthFactorsOutput, error)
	GlobalSignOut(context.Context, *cip.GlobalSignOutInput, ...func(*cip.Options)) (*cip.GlobalSignOutOutput, error)
	InitiateAuth(context.Context, *cip.InitiateAuthInput, ...func(*cip.Options)) (*cip.InitiateAuthOutput, error)
	ListDevices(context.Context, *cip.ListDevicesInput, ...func(*cip.Options)) (*cip.ListDevicesOutput, error)
	ListWebAuthnCredentials(context.Context, *cip.ListWebAuthnCredentialsInput, ...func(*cip.Options)) (*cip.ListWebAuthnCredentialsOutput, error)
	ResendConfirmationCode(context.Context, *cip.ResendConfirmationCodeInput, ...func(*cip.Options)) (*cip.ResendConfirmationCodeOutput, error)
	RespondToAuthChallenge(context.Context, *cip.RespondToAuthChallengeInput, ...func(*cip.Options)) (*cip.RespondToAuthChallengeOutput, error)
	RevokeToken(context.Context, *cip.RevokeTokenInput, ...func(*cip.Options)) (*cip.RevokeTokenOutput, error)
	SetUserMFAPreference(context.Context, *cip.SetUserMFAPreferenceInput, ...func(*cip.Options)) (*cip.SetUserMFAPreferenceOutput, error)
	SetUserSettings(context.Context, *cip.SetUserSettingsInput, ...func(*cip.Options)) (*cip.SetUserSettingsOutput, error)
	SignUp(context.Context, *cip.SignUpInput, ...func(*cip.Options)) (*cip.SignUpOutput, error)
	StartWebAuthnRegistration(context.Context, *cip.StartWebAuthnRegistrationInput, ...func(*cip.Options)) (*cip.StartWebAuthnRegistrationOutput, error)
	UpdateAuthEventFeedback(context.Context, *cip.UpdateAuthEventFeedbackInput, ...func(*cip.Options)) (*cip.UpdateAuthEventFeedbackOutput, error)
	UpdateDeviceStatus(context.Context, *cip.UpdateDeviceStatusInput, ...func(*cip.Options)) (*cip.UpdateDeviceStatusOutput, error)
	UpdateUserAttributes(context.Context, *cip.UpdateUserAttributesInput, ...func(*cip.Options)) (*cip.UpdateUserAttributesOutput, error)
	VerifySoftwareToken(context.Context, *cip.VerifySoftwareTokenInput, ...func(*cip.Options)) (*cip.VerifySoftwareTokenOutput, error)
	VerifyUserAttribute(context.Context, *cip.VerifyUserAttributeInput, ...func(*cip.Options)) (*cip.VerifyUserAttributeOutput, error)
}
