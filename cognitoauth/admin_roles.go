package cognitoauth

import (
	"context"
	"iter"
)

// The roles of [Admin], one for each thing that a program administers. They
// need AWS credentials; the policy of those should permit what the role calls,
// and no more.

// AdminAuthenticator signs users in with signed requests. [ChallengeResponder]
// is the role that goes on from there.
type AdminAuthenticator interface {
	Authenticate(ctx context.Context, in AdminAuthenticateInput) (*AuthenticateOutput, error)
}

// AdminUserReader looks users up.
type AdminUserReader interface {
	GetUser(ctx context.Context, in AdminGetUserInput) (*AdminGetUserOutput, error)
	ListUsers(ctx context.Context, in ListUsersInput) iter.Seq2[User, error]
}

// AdminUserManager creates, confirms, shuts out and deletes users.
type AdminUserManager interface {
	CreateUser(ctx context.Context, in AdminCreateUserInput) (*AdminCreateUserOutput, error)
	ConfirmSignUp(ctx context.Context, in AdminConfirmSignUpInput) (*AdminConfirmSignUpOutput, error)
	EnableUser(ctx context.Context, in AdminEnableUserInput) (*AdminEnableUserOutput, error)
	DisableUser(ctx context.Context, in AdminDisableUserInput) (*AdminDisableUserOutput, error)
	DeleteUser(ctx context.Context, in AdminDeleteInput) (*AdminDeleteOutput, error)
}

// AdminAttributeManager changes users' attributes.
type AdminAttributeManager interface {
	UpdateUserAttributes(ctx context.Context, in AdminUpdateUserAttributesInput) (*AdminUpdateUserAttributesOutput, error)
	DeleteUserAttributes(ctx context.Context, in AdminDeleteUserAttributesInput) (*AdminDeleteUserAttributesOutput, error)
}

// AdminPasswordManager sets and resets users' passwords.
type AdminPasswordManager interface {
	SetUserPassword(ctx context.Context, in AdminSetUserPasswordInput) (*AdminSetUserPasswordOutput, error)
	ResetUserPassword(ctx context.Context, in AdminResetUserPasswordInput) (*AdminResetUserPasswordOutput, error)
}

// AdminMFAManager switches users' second factors on and off.
type AdminMFAManager interface {
	SetUserMFAPreference(ctx context.Context, in AdminSetUserMFAPreferenceInput) (*AdminSetUserMFAPreferenceOutput, error)
}

// AdminSessionEnder ends every session of a user.
type AdminSessionEnder interface {
	SignOut(ctx context.Context, in AdminSignOutInput) (*AdminSignOutOutput, error)
}

// AdminGroupManager creates, changes and deletes groups.
type AdminGroupManager interface {
	CreateGroup(ctx context.Context, in CreateGroupInput) (*CreateGroupOutput, error)
	GetGroup(ctx context.Context, in GetGroupInput) (*GetGroupOutput, error)
	UpdateGroup(ctx context.Context, in UpdateGroupInput) (*UpdateGroupOutput, error)
	DeleteGroup(ctx context.Context, in DeleteGroupInput) (*DeleteGroupOutput, error)
	ListGroups(ctx context.Context, in ListGroupsInput) iter.Seq2[Group, error]
}

// AdminMembershipManager says who is in which group.
type AdminMembershipManager interface {
	AddUserToGroup(ctx context.Context, in AdminAddUserToGroupInput) (*AdminAddUserToGroupOutput, error)
	RemoveUserFromGroup(ctx context.Context, in AdminRemoveUserFromGroupInput) (*AdminRemoveUserFromGroupOutput, error)
	ListGroupsForUser(ctx context.Context, in AdminListGroupsForUserInput) iter.Seq2[Group, error]
	ListUsersInGroup(ctx context.Context, in ListUsersInGroupInput) iter.Seq2[User, error]
}

// AdminDeviceManager looks after the devices that Cognito tracks for users.
type AdminDeviceManager interface {
	GetDevice(ctx context.Context, in AdminGetDeviceInput) (*AdminGetDeviceOutput, error)
	ListDevices(ctx context.Context, in AdminListDevicesInput) iter.Seq2[DeviceInfo, error]
	ForgetDevice(ctx context.Context, in AdminForgetDeviceInput) (*AdminForgetDeviceOutput, error)
	UpdateDeviceStatus(ctx context.Context, in AdminUpdateDeviceStatusInput) (*AdminUpdateDeviceStatusOutput, error)
}

// AdminProviderLinker joins users with identities at other providers.
type AdminProviderLinker interface {
	LinkProviderForUser(ctx context.Context, in AdminLinkProviderForUserInput) (*AdminLinkProviderForUserOutput, error)
	DisableProviderForUser(ctx context.Context, in AdminDisableProviderForUserInput) (*AdminDisableProviderForUserOutput, error)
}

// AdminEventReviewer reads and judges what threat protection has recorded.
type AdminEventReviewer interface {
	ListUserAuthEvents(ctx context.Context, in AdminListUserAuthEventsInput) iter.Seq2[AuthEvent, error]
	UpdateAuthEventFeedback(ctx context.Context, in AdminUpdateAuthEventFeedbackInput) (*AdminUpdateAuthEventFeedbackOutput, error)
}

var (
	_ AdminAuthenticator     = (*Admin)(nil)
	_ AdminUserReader        = (*Admin)(nil)
	_ AdminUserManager       = (*Admin)(nil)
	_ AdminAttributeManager  = (*Admin)(nil)
	_ AdminPasswordManager   = (*Admin)(nil)
	_ AdminMFAManager        = (*Admin)(nil)
	_ AdminSessionEnder      = (*Admin)(nil)
	_ AdminGroupManager      = (*Admin)(nil)
	_ AdminMembershipManager = (*Admin)(nil)
	_ AdminDeviceManager     = (*Admin)(nil)
	_ AdminProviderLinker    = (*Admin)(nil)
	_ AdminEventReviewer     = (*Admin)(nil)
)
