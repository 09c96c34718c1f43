package cognitoauth

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/cognitoauth/cognito-go/internal/redact"
)

// AdminSetUserPasswordInput carries a user's new password.
type AdminSetUserPasswordInput struct {
	Username string // a user name, a verified alias or a sub
	Password string

	// Permanent lets the user go on with this password. False (the default)
	// makes them choose another when they next sign in.
	Permanent bool
}

// AdminSetUserPasswordOutput is empty so far.
type AdminSetUserPasswordOutput struct{}

// SetUserPassword gives a user another password, whatever state they are in.
// The next sign-in with a temporary one ends in a [*NewPasswordChallenge]; with a
// permanent one the user is confirmed. Sessions go on; end them with
// [Admin.SignOut].
//
// A password against the policy is [ErrPasswordPolicy], one that the user had
// before, where the pool forbids that, is [ErrPasswordHistory].
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminSetUserPassword.html
func (a *Admin) SetUserPassword(ctx context.Context, in AdminSetUserPasswordInput) (*AdminSetUserPasswordOutput, error) {
	if err := check(opAdminSetUserPassword).username("Username", in.Username).
		password("Password", in.Password).err(); err != nil {
		return nil, err
	}
	if err := a.pool.checkPolicy(opAdminSetUserPassword, in.Password); err != nil {
		return nil, err
	}
	// Not repeatable: once it is set, a pool with a password history refuses the
	// same password.
	r := request{op: opAdminSetUserPassword, secrets: []string{in.Password}}
	_, err := callSigned(ctx, a, r, adminAPI.AdminSetUserPassword, &cip.AdminSetUserPasswordInput{
		UserPoolId: aws.String(a.pool.cfg.UserPoolID),
		Username:   aws.String(in.Username),
		Password:   aws.String(in.Password),
		Permanent:  in.Permanent,
	})
	if err != nil {
		return nil, err
	}
	return &AdminSetUserPasswordOutput{}, nil
}

// AdminResetUserPasswordInput names the user whose password to reset.
type AdminResetUserPasswordInput struct {
	Username string // a user name, a verified alias or a sub

	// ClientMetadata is passed to the pool's Lambda triggers and not stored.
	ClientMetadata map[string]string
}

// AdminResetUserPasswordOutput is empty so far.
type AdminResetUserPasswordOutput struct{}

// ResetUserPassword makes a user's password useless and sends them a code with
// which to set another ([UserPool.ConfirmForgotPassword]). Until they do, signing
// in is [ErrPasswordResetRequired].
//
// A user without a verified address is [ErrNoVerifiedContact], one with a
// temporary password [ErrResetNotAllowed], too many requests for one user are
// [ErrLimitExceeded]. A failure without an answer is not repeated, since the
// code may have been sent.
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminResetUserPassword.html
func (a *Admin) ResetUserPassword(ctx context.Context, in AdminResetUserPasswordInput) (*AdminResetUserPasswordOutput, error) {
	if err := check(opAdminResetUserPassword).username("Username", in.Username).
		metadata("ClientMetadata", in.ClientMetadata).err(); err != nil {
		return nil, err
	}
	_, err := callSigned(ctx, a, request{op: opAdminResetUserPassword}, adminAPI.AdminResetUserPassword, &cip.AdminResetUserPasswordInput{
		UserPoolId:     aws.String(a.pool.cfg.UserPoolID),
		Username:       aws.String(in.Username),
		ClientMetadata: in.ClientMetadata,
	})
	if err != nil {
		return nil, err
	}
	return &AdminResetUserPasswordOutput{}, nil
}

// Format prints the input without its secrets, whatever the verb.
func (in AdminSetUserPasswordInput) Format(s fmt.State, _ rune) { redact.Format(s, in) }

// MarshalJSON marshals the input without its secrets.
func (in AdminSetUserPasswordInput) MarshalJSON() ([]byte, error) { return redact.JSON(in) }
