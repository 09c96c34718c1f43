package cognitoauth

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

// AdminConfirmSignUpInput names the user to confirm.
type AdminConfirmSignUpInput struct {
	Username string // as signed up

	// ClientMetadata is passed to the pool's Lambda triggers and not stored.
	ClientMetadata map[string]string
}

// AdminConfirmSignUpOutput is empty so far.
type AdminConfirmSignUpOutput struct{}

// ConfirmSignUp confirms a user who signed up, without a code. It does not
// verify their e-mail address or phone number; for that set "email_verified" or
// "phone_number_verified" with [Admin.UpdateUserAttributes].
//
// A confirmed user is [ErrAlreadyConfirmed], a refusal by a Lambda trigger
// [ErrRejectedByTrigger].
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminConfirmSignUp.html
func (a *Admin) ConfirmSignUp(ctx context.Context, in AdminConfirmSignUpInput) (*AdminConfirmSignUpOutput, error) {
	if err := check(opAdminConfirmSignUp).username("Username", in.Username).
		metadata("ClientMetadata", in.ClientMetadata).err(); err != nil {
		return nil, err
	}
	_, err := callSigned(ctx, a, request{op: opAdminConfirmSignUp}, adminAPI.AdminConfirmSignUp, &cip.AdminConfirmSignUpInput{
		UserPoolId:     aws.String(a.pool.cfg.UserPoolID),
		Username:       aws.String(in.Username),
		ClientMetadata: in.ClientMetadata,
	})
	if err != nil {
		return nil, err
	}
	return &AdminConfirmSignUpOutput{}, nil
}

// AdminEnableUserInput names the user to let sign in again.
type AdminEnableUserInput struct {
	Username string // a user name, a verified alias or a sub
}

// AdminEnableUserOutput is empty so far.
type AdminEnableUserOutput struct{}

// EnableUser lets a disabled user sign in again. Enabling one who is not
// disabled succeeds.
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminEnableUser.html
func (a *Admin) EnableUser(ctx context.Context, in AdminEnableUserInput) (*AdminEnableUserOutput, error) {
	if err := check(opAdminEnableUser).username("Username", in.Username).err(); err != nil {
		return nil, err
	}
	// Repeating sets the same state. If somebody else disables the user while
	// the call is under way, either order of the two is one they asked for.
	r := request{op: opAdminEnableUser, repeatable: true}
	_, err := callSigned(ctx, a, r, adminAPI.AdminEnableUser, &cip.AdminEnableUserInput{
		UserPoolId: aws.String(a.pool.cfg.UserPoolID),
		Username:   aws.String(in.Username),
	})
	if err != nil {
		return nil, err
	}
	return &AdminEnableUserOutput{}, nil
}

// AdminDisableUserInput names the user to shut out.
type AdminDisableUserInput struct {
	Username string // a user name, a verified alias or a sub
}

// AdminDisableUserOutput is empty so far.
type AdminDisableUserOutput struct{}

// DisableUser keeps a user from signing in, and revokes their tokens. Services
// that verify tokens by signature alone accept them until they expire.
// Disabling a disabled user succeeds.
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminDisableUser.html
func (a *Admin) DisableUser(ctx context.Context, in AdminDisableUserInput) (*AdminDisableUserOutput, error) {
	if err := check(opAdminDisableUser).username("Username", in.Username).err(); err != nil {
		return nil, err
	}
	r := request{op: opAdminDisableUser, repeatable: true}
	_, err := callSigned(ctx, a, r, adminAPI.AdminDisableUser, &cip.AdminDisableUserInput{
		UserPoolId: aws.String(a.pool.cfg.UserPoolID),
		Username:   aws.String(in.Username),
	})
	if err != nil {
		return nil, err
	}
	return &AdminDisableUserOutput{}, nil
}

// AdminSignOutInput names the user to sign out.
type AdminSignOutInput struct {
	Username string // a user name, a verified alias or a sub
}

// AdminSignOutOutput is empty so far.
type AdminSignOutOutput struct{}

// SignOut ends every session of a user, on every device. The user can sign in
// again; see [Admin.DisableUser]. Services that verify tokens by signature alone
// accept them until they expire.
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminUserGlobalSignOut.html
func (a *Admin) SignOut(ctx context.Context, in AdminSignOutInput) (*AdminSignOutOutput, error) {
	if err := check(opAdminSignOut).username("Username", in.Username).err(); err != nil {
		return nil, err
	}
	// A repetition may end a session that was begun in the seconds between.
	// That costs a sign-in; sessions of a stolen account that go on cost more.
	r := request{op: opAdminSignOut, repeatable: true}
	_, err := callSigned(ctx, a, r, adminAPI.AdminUserGlobalSignOut, &cip.AdminUserGlobalSignOutInput{
		UserPoolId: aws.String(a.pool.cfg.UserPoolID),
		Username:   aws.String(in.Username),
	})
	if err != nil {
		return nil, err
	}
	return &AdminSignOutOutput{}, nil
}
