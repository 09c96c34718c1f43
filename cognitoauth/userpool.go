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
	cfg    Config
	srp    srp.Identity // Pool is set; User is filled in for each sign-in
	public userAPI      // sends what needs no signature
	admin  Admin
}

// New returns a UserPool for cfg. It checks the whole configuration, reports
// every problem at once, and does no I/O.
func New(cfg Config) (*UserPool, error) {
	cfg, err := cfg.resolve()
	if err != nil {
		return nil, err
	}
	public := newAWSClient(cfg, cfg.AWSConfig)
	signed := func(context.Context) (adminAPI, error) { return public, nil }
	if cfg.AWSConfig == nil {
		signed = (&lazyAWSClient{cfg: cfg}).get
	}
	return newUserPool(cfg, public, signed), nil
}

// newUserPool puts a pool on any implementation of the AWS operations.
func newUserPool(cfg Config, public userAPI, signed func(context.Context) (adminAPI, error)) *UserPool {
	name, _ := srp.PoolName(cfg.UserPoolID)
	p := &UserPool{cfg: cfg, srp: srp.Identity{Pool: name}, public: public}
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
func (p *UserPool) Format(s fmt.State, _ rune) {
	if p == nil {
		redact.Format(s, nil)
		return
	}
	redact.FormatAs(s, "cognitoauth.UserPool", struct{ UserPoolID, ClientID string }{p.cfg.UserPoolID, p.cfg.ClientID})
}

// secretHash is the SECRET_HASH for the user name that the same call sends;
// nil if the app client has no secret.
// https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html#cognito-user-pools-computing-secret-hash
func (p *UserPool) secretHash(username string) *string {
	if p.cfg.ClientSecret == "" {
		return nil
	}
	h := srp.SecretHash(p.cfg.ClientSecret, username, p.cfg.ClientID)
	return &h
}

// userAPI are the operations that need no signature.
type userAPI interface {
	ChangePassword(context.Context, *cip.ChangePasswordInput, ...func(*cip.Options)) (*cip.ChangePasswordOutput, error)
	ConfirmForgotPassword(context.Context, *cip.ConfirmForgotPasswordInput, ...func(*cip.Options)) (*cip.ConfirmForgotPasswordOutput, error)
	ConfirmSignUp(context.Context, *cip.ConfirmSignUpInput, ...func(*cip.Options)) (*cip.ConfirmSignUpOutput, error)
	DeleteUser(context.Context, *cip.DeleteUserInput, ...func(*cip.Options)) (*cip.DeleteUserOutput, error)
	ForgotPassword(context.Context, *cip.ForgotPasswordInput, ...func(*cip.Options)) (*cip.ForgotPasswordOutput, error)
	GetTokensFromRefreshToken(context.Context, *cip.GetTokensFromRefreshTokenInput, ...func(*cip.Options)) (*cip.GetTokensFromRefreshTokenOutput, error)
	GetUser(context.Context, *cip.GetUserInput, ...func(*cip.Options)) (*cip.GetUserOutput, error)
	GlobalSignOut(context.Context, *cip.GlobalSignOutInput, ...func(*cip.Options)) (*cip.GlobalSignOutOutput, error)
	InitiateAuth(context.Context, *cip.InitiateAuthInput, ...func(*cip.Options)) (*cip.InitiateAuthOutput, error)
	ResendConfirmationCode(context.Context, *cip.ResendConfirmationCodeInput, ...func(*cip.Options)) (*cip.ResendConfirmationCodeOutput, error)
	RespondToAuthChallenge(context.Context, *cip.RespondToAuthChallengeInput, ...func(*cip.Options)) (*cip.RespondToAuthChallengeOutput, error)
	RevokeToken(context.Context, *cip.RevokeTokenInput, ...func(*cip.Options)) (*cip.RevokeTokenOutput, error)
	SignUp(context.Context, *cip.SignUpInput, ...func(*cip.Options)) (*cip.SignUpOutput, error)
}
