package cognitoauth

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

// Admin holds the operations that are signed with AWS credentials. They act on
// any user of the pool; get one from [UserPool.Admin].
//
// Each of them fails with [ErrNoAWSCredentials], and sends nothing, if there
// are no credentials, and with [ErrAWSAccessDenied] if their IAM policy does not
// permit the action. Its name is that of the API page to which the method's
// comment links: cognito-idp:AdminGetUser for [Admin.GetUser]. An unknown user
// is [ErrUserNotFound], in [Admin.Authenticate] only if the app client tells who
// exists.
type Admin struct {
	pool   *UserPool
	signed func(context.Context) (adminAPI, error)
}

// api returns the client for signed calls of the operation op.
func (a *Admin) api(ctx context.Context, op string) (adminAPI, error) {
	client, err := a.signed(ctx)
	if err != nil {
		r := request{op: op}
		return nil, r.failure(ctx, err)
	}
	return client, nil
}

// callSigned is [call] for an operation that is signed.
func callSigned[I, O any](ctx context.Context, a *Admin, r request, send func(adminAPI, context.Context, *I, ...func(*cip.Options)) (*O, error), in *I) (*O, error) {
	api, err := a.api(ctx, r.op)
	if err != nil {
		return nil, err
	}
	r.signed = true
	bound := func(ctx context.Context, in *I, options ...func(*cip.Options)) (*O, error) {
		return send(api, ctx, in, options...)
	}
	return call(ctx, r, bound, in)
}

// AdminDeleteInput names the user to delete.
type AdminDeleteInput struct {
	// Username is a user name, an alias (a verified e-mail address or phone
	// number, where the pool has them as aliases) or a sub.
	Username string
}

// AdminDeleteOutput is empty so far.
type AdminDeleteOutput struct{}

// DeleteUser deletes a user for good. An unknown one is [ErrUserNotFound].
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminDeleteUser.html
func (a *Admin) DeleteUser(ctx context.Context, in AdminDeleteInput) (*AdminDeleteOutput, error) {
	if err := check(opAdminDelete).username("Username", in.Username).err(); err != nil {
		return nil, err
	}
	_, err := callSigned(ctx, a, request{op: opAdminDelete}, adminAPI.AdminDeleteUser, &cip.AdminDeleteUserInput{
		UserPoolId: aws.String(a.pool.cfg.UserPoolID),
		Username:   aws.String(in.Username),
	})
	if err != nil {
		return nil, err
	}
	return &AdminDeleteOutput{}, nil
}

// AdminDelete is [Admin.DeleteUser], here because [Client] has it.
func (p *UserPool) AdminDelete(ctx context.Context, in AdminDeleteInput) (*AdminDeleteOutput, error) {
	return p.admin.DeleteUser(ctx, in)
}

// adminAPI are the operations that are signed.
type adminAPI interface {
	AdminAddUserToGroup(context.Context, *cip.AdminAddUserToGroupInput, ...func(*cip.Options)) (*cip.AdminAddUserToGroupOutput, error)
	AdminConfirmSignUp(context.Context, *cip.AdminConfirmSignUpInput, ...func(*cip.Options)) (*cip.AdminConfirmSignUpOutput, error)
	AdminCreateUser(context.Context, *cip.AdminCreateUserInput, ...func(*cip.Options)) (*cip.AdminCreateUserOutput, error)
	AdminDeleteUser(context.Context, *cip.AdminDeleteUserInput, ...func(*cip.Options)) (*cip.AdminDeleteUserOutput, error)
	AdminDeleteUserAttributes(context.Context, *cip.AdminDeleteUserAttributesInput, ...func(*cip.Options)) (*cip.AdminDeleteUserAttributesOutput, error)
	AdminDisableProviderForUser(context.Context, *cip.AdminDisableProviderForUserInput, ...func(*cip.Options)) (*cip.AdminDisableProviderForUserOutput, error)
	AdminDisableUser(context.Context, *cip.AdminDisableUserInput, ...func(*cip.Options)) (*cip.AdminDisableUserOutput, error)
	AdminEnableUser(context.Context, *cip.AdminEnableUserInput, ...func(*cip.Options)) (*cip.AdminEnableUserOutput, error)
	AdminForgetDevice(context.Context, *cip.AdminForgetDeviceInput, ...func(*cip.Options)) (*cip.AdminForgetDeviceOutput, error)
	AdminGetDevice(context.Context, *cip.AdminGetDeviceInput, ...func(*cip.Options)) (*cip.AdminGetDeviceOutput, error)
	AdminGetUser(context.Context, *cip.AdminGetUserInput, ...func(*cip.Options)) (*cip.AdminGetUserOutput, error)
	AdminInitiateAuth(context.Context, *cip.AdminInitiateAuthInput, ...func(*cip.Options)) (*cip.AdminInitiateAuthOutput, error)
	AdminLinkProviderForUser(context.Context, *cip.AdminLinkProviderForUserInput, ...func(*cip.Options)) (*cip.AdminLinkProviderForUserOutput, error)
	AdminListDevices(context.Context, *cip.AdminListDevicesInput, ...func(*cip.Options)) (*cip.AdminListDevicesOutput, error)
	AdminListGroupsForUser(context.Context, *cip.AdminListGroupsForUserInput, ...func(*cip.Options)) (*cip.AdminListGroupsForUserOutput, error)
	AdminListUserAuthEvents(context.Context, *cip.AdminListUserAuthEventsInput, ...func(*cip.Options)) (*cip.AdminListUserAuthEventsOutput, error)
	AdminRemoveUserFromGroup(context.Context, *cip.AdminRemoveUserFromGroupInput, ...func(*cip.Options)) (*cip.AdminRemoveUserFromGroupOutput, error)
	AdminResetUserPassword(context.Context, *cip.AdminResetUserPasswordInput, ...func(*cip.Options)) (*cip.AdminResetUserPasswordOutput, error)
	AdminRespondToAuthChallenge(context.Context, *cip.AdminRespondToAuthChallengeInput, ...func(*cip.Options)) (*cip.AdminRespondToAuthChallengeOutput, error)
	AdminSetUserMFAPreference(context.Context, *cip.AdminSetUserMFAPreferenceInput, ...func(*cip.Options)) (*cip.AdminSetUserMFAPreferenceOutput, error)
	AdminSetUserPassword(context.Context, *cip.AdminSetUserPasswordInput, ...func(*cip.Options)) (*cip.AdminSetUserPasswordOutput, error)
	AdminSetUserSettings(context.Context, *cip.AdminSetUserSettingsInput, ...func(*cip.Options)) (*cip.AdminSetUserSettingsOutput, error)
	AdminUpdateAuthEventFeedback(context.Context, *cip.AdminUpdateAuthEventFeedbackInput, ...func(*cip.Options)) (*cip.AdminUpdateAuthEventFeedbackOutput, error)
	AdminUpdateDeviceStatus(context.Context, *cip.AdminUpdateDeviceStatusInput, ...func(*cip.Options)) (*cip.AdminUpdateDeviceStatusOutput, error)
	AdminUpdateUserAttributes(context.Context, *cip.AdminUpdateUserAttributesInput, ...func(*cip.Options)) (*cip.AdminUpdateUserAttributesOutput, error)
	AdminUserGlobalSignOut(context.Context, *cip.AdminUserGlobalSignOutInput, ...func(*cip.Options)) (*cip.AdminUserGlobalSignOutOutput, error)
	CreateGroup(context.Context, *cip.CreateGroupInput, ...func(*cip.Options)) (*cip.CreateGroupOutput, error)
	DeleteGroup(context.Context, *cip.DeleteGroupInput, ...func(*cip.Options)) (*cip.DeleteGroupOutput, error)
	GetGroup(context.Context, *cip.GetGroupInput, ...func(*cip.Options)) (*cip.GetGroupOutput, error)
	ListGroups(context.Context, *cip.ListGroupsInput, ...func(*cip.Options)) (*cip.ListGroupsOutput, error)
	ListUsers(context.Context, *cip.ListUsersInput, ...func(*cip.Options)) (*cip.ListUsersOutput, error)
	ListUsersInGroup(context.Context, *cip.ListUsersInGroupInput, ...func(*cip.Options)) (*cip.ListUsersInGroupOutput, error)
	UpdateGroup(context.Context, *cip.UpdateGroupInput, ...func(*cip.Options)) (*cip.UpdateGroupOutput, error)
}
