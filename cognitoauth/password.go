package cognitoauth

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/cognitoauth/cognito-go/internal/redact"
)

// ForgotPasswordInput names the user who forgot the password.
type ForgotPasswordInput struct {
	Username string // a user name or a verified alias

	// ClientMetadata is passed to the pool's Lambda triggers and not stored.
	ClientMetadata map[string]string

	// UserContext tells threat protection where the request came from.
	UserContext UserContext
}

// ForgotPasswordOutput says where the code went.
type ForgotPasswordOutput struct {
	Delivery *CodeDelivery // nil with Config.HideUserExistence
}

// ForgotPassword sends the user a code with which to set another password
// ([UserPool.ConfirmForgotPassword]).
//
// A user without a verified address, which includes one who never confirmed, is
// [ErrNoVerifiedContact]; one whom an administrator created and who has not
// signed in yet is [ErrResetNotAllowed]; too many requests are
// [ErrLimitExceeded]. An unknown user is [ErrUserNotFound] unless the app
// client hides who exists.
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ForgotPassword.html
func (p *UserPool) ForgotPassword(ctx context.Context, in ForgotPasswordInput) (*ForgotPasswordOutput, error) {
	if err := check(opForgotPassword).username("Username", in.Username).
		metadata("ClientMetadata", in.ClientMetadata).
		userContext(in.UserContext).err(); err != nil {
		return nil, err
	}
	hash := p.secretHash(in.Username)
	out, err := call(ctx, request{op: opForgotPassword, secrets: []string{aws.ToString(hash)}}, p.public.ForgotPassword, &cip.ForgotPasswordInput{
		ClientId:        aws.String(p.cfg.ClientID),
		SecretHash:      hash,
		Username:        aws.String(in.Username),
		ClientMetadata:  in.ClientMetadata,
		UserContextData: in.UserContext.wire(),
	})
	if err := p.hideDelivery(err); err != nil {
		return nil, err
	}
	if p.cfg.HideUserExistence {
		return &ForgotPasswordOutput{}, nil // where it went would tell
	}
	return &ForgotPasswordOutput{Delivery: codeDelivery(out.CodeDeliveryDetails)}, nil
}

// ConfirmForgotPasswordInput carries the code and the new password.
type ConfirmForgotPasswordInput struct {
	Username    string // as given to ForgotPassword
	Code        string
	NewPassword string

	// ClientMetadata is passed to the pool's Lambda triggers and not stored.
	ClientMetadata map[string]string

	// UserContext tells threat protection where the request came from.
	UserContext UserContext
}

// ConfirmForgotPasswordOutput is empty so far.
type ConfirmForgotPasswordOutput struct{}

// ConfirmForgotPassword sets another password, for a user who proves with the
// code who they are.
//
// A wrong code is [ErrCodeMismatch], an old or used one [ErrCodeExpired] (which
// an unknown user is too if the app client hides who exists), a password
// against the policy [ErrPasswordPolicy], too many wrong codes
// [ErrLimitExceeded].
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmForgotPassword.html
func (p *UserPool) ConfirmForgotPassword(ctx context.Context, in ConfirmForgotPasswordInput) (*ConfirmForgotPasswordOutput, error) {
	if err := check(opConfirmForgotPassword).username("Username", in.Username).
		code(in.Code).
		password("NewPassword", in.NewPassword).
		metadata("ClientMetadata", in.ClientMetadata).
		userContext(in.UserContext).err(); err != nil {
		return nil, err
	}
	if err := p.checkPolicy(opConfirmForgotPassword, in.NewPassword); err != nil {
		return nil, err
	}
	hash := p.secretHash(in.Username)
	r := request{op: opConfirmForgotPassword, secrets: []string{in.Code, in.NewPassword, aws.ToString(hash)}}
	_, err := call(ctx, r, p.public.ConfirmForgotPassword, &cip.ConfirmForgotPasswordInput{
		ClientId:         aws.String(p.cfg.ClientID),
		SecretHash:       hash,
		Username:         aws.String(in.Username),
		ConfirmationCode: aws.String(in.Code),
		Password:         aws.String(in.NewPassword),
		ClientMetadata:   in.ClientMetadata,
		UserContextData:  in.UserContext.wire(),
	})
	if err != nil {
		return nil, p.hideReset(err)
	}
	return &ConfirmForgotPasswordOutput{}, nil
}

// ChangePasswordInput carries the old password and the new one, and who the
// user is: exactly one of AccessToken and Username.
type ChangePasswordInput struct {
	AccessToken string // of the signed-in user
	Username    string // signs the user in with CurrentPassword first

	CurrentPassword string // may be empty with AccessToken, for a user who never had a password
	NewPassword     string

	// ClientMetadata and UserContext go along with the sign-in of Username, as
	// in [AuthenticateInput].
	ClientMetadata map[string]string
	UserContext    UserContext
}

// ChangePasswordOutput is empty so far.
type ChangePasswordOutput struct{}

// ChangePassword changes the password of a user who knows the present one.
//
// With AccessToken it is one call. With Username it signs the user in over SRP
// first, and afterwards revokes the session that this made; if that sign-in
// asks for more (a second factor, say), the error is a *[ChallengeRequiredError]
// and nothing has changed: finish the sign-in with [UserPool.Authenticate] and
// call again with the AccessToken.
//
// A wrong present password is [ErrInvalidCredentials], a new one against the
// policy [ErrPasswordPolicy], too many attempts [ErrLimitExceeded], a dead
// access token [ErrTokenExpired] or [ErrTokenRevoked]. Other sessions of the
// user go on; end them with [UserPool.SignOut].
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ChangePassword.html
func (p *UserPool) ChangePassword(ctx context.Context, in ChangePasswordInput) (*ChangePasswordOutput, error) {
	c := check(opChangePassword).text("CurrentPassword", in.CurrentPassword, maxPassword).
		password("NewPassword", in.NewPassword).
		metadata("ClientMetadata", in.ClientMetadata).
		userContext(in.UserContext)
	switch {
	case in.AccessToken != "" && in.Username != "":
		c.add("AccessToken and Username are both set: want one")
	case in.AccessToken != "":
		c.token("AccessToken", in.AccessToken)
	case in.Username != "":
		c.username("Username", in.Username).required("CurrentPassword", in.CurrentPassword, maxPassword)
	default:
		c.add("AccessToken and Username are both empty: want one")
	}
	if err := c.err(); err != nil {
		return nil, err
	}
	if err := p.checkPolicy(opChangePassword, in.NewPassword); err != nil {
		return nil, err
	}
	if in.AccessToken != "" {
		return p.changePassword(ctx, in.AccessToken, in)
	}

	out, err := p.signIn(ctx, opChangePassword, AuthenticateInput{
		Username: in.Username, Password: in.CurrentPassword, ClientMetadata: in.ClientMetadata, UserContext: in.UserContext,
	})
	if err != nil {
		return nil, err
	}
	tokens, err := out.RequireTokens()
	if err != nil {
		return nil, err
	}
	defer p.dropSession(ctx, tokens)
	return p.changePassword(ctx, tokens.AccessToken, in)
}

func (p *UserPool) changePassword(ctx context.Context, accessToken string, in ChangePasswordInput) (*ChangePasswordOutput, error) {
	r := request{op: opChangePassword, secrets: []string{accessToken, in.CurrentPassword, in.NewPassword}}
	_, err := call(ctx, r, p.public.ChangePassword, &cip.ChangePasswordInput{
		AccessToken:      aws.String(accessToken),
		PreviousPassword: optional(in.CurrentPassword),
		ProposedPassword: aws.String(in.NewPassword),
	})
	if err != nil {
		return nil, err
	}
	return &ChangePasswordOutput{}, nil
}

// dropSession revokes a session that nobody but us has seen. It goes on when
// the caller gives up, and its failure is not the caller's: the tokens are
// forgotten either way, and an app client may have revocation switched off.
func (p *UserPool) dropSession(ctx context.Context, tokens *Tokens) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	_, _ = p.RevokeToken(ctx, RevokeTokenInput{RefreshToken: tokens.RefreshToken})
}

// Format prints the input without its secrets, whatever the verb.
func (in ConfirmForgotPasswordInput) Format(s fmt.State, _ rune) { redact.Format(s, in) }

// MarshalJSON marshals the input without its secrets.
func (in ConfirmForgotPasswordInput) MarshalJSON() ([]byte, error) { return redact.JSON(in) }

// Format prints the input without its secrets, whatever the verb.
func (in ChangePasswordInput) Format(s fmt.State, _ rune) { redact.Format(s, in) }

// MarshalJSON marshals the input without its secrets.
func (in ChangePasswordInput) MarshalJSON() ([]byte, error) { return redact.JSON(in) }
