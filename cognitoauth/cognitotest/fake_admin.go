package cognitotest

import (
	"context"
	"iter"

	"github.com/cognitoauth/cognito-go/cognitoauth"
)

// Admin is a fake of the role interfaces of [cognitoauth.Admin], as [Client] is
// of the others: each method calls the function in the field of its name, and a
// call whose function is nil fails the test, by name. Sentinels come out as those
// of a Client do.
type Admin struct {
	// TB is the test to fail.
	TB TB

	// [cognitoauth.AdminAuthenticator]

	AuthenticateFunc func(context.Context, cognitoauth.AdminAuthenticateInput) (*cognitoauth.AuthenticateOutput, error)

	// [cognitoauth.AdminUserReader]

	GetUserFunc   func(context.Context, cognitoauth.AdminGetUserInput) (*cognitoauth.AdminGetUserOutput, error)
	ListUsersFunc func(context.Context, cognitoauth.ListUsersInput) iter.Seq2[cognitoauth.User, error]

	// [cognitoauth.AdminUserManager]

	CreateUserFunc    func(context.Context, cognitoauth.AdminCreateUserInput) (*cognitoauth.AdminCreateUserOutput, error)
	ConfirmSignUpFunc func(context.Context, cognitoauth.AdminConfirmSignUpInput) (*cognitoauth.AdminConfirmSignUpOutput, error)
	EnableUserFunc    func(context.Context, cognitoauth.AdminEnableUserInput) (*cognitoauth.AdminEnableUserOutput, error)
	DisableUserFunc   func(context.Context, cognitoauth.AdminDisableUserInput) (*cognitoauth.AdminDisableUserOutput, error)
	DeleteUserFunc    func(context.Context, cognitoauth.AdminDeleteInput) (*cognitoauth.AdminDeleteOutput, error)

	// [cognitoauth.AdminAttributeManager]

	UpdateUserAttributesFunc func(context.Context, cognitoauth.AdminUpdateUserAttributesInput) (*cognitoauth.AdminUpdateUserAttributesOutput, error)
	DeleteUserAttributesFunc func(context.Context, cognitoauth.AdminDeleteUserAttributesInput) (*cognitoauth.AdminDeleteUserAttributesOutput, error)

	// [cognitoauth.AdminPasswordManager]

	SetUserPasswordFunc   func(context.Context, cognitoauth.AdminSetUserPasswordInput) (*cognitoauth.AdminSetUserPasswordOutput, error)
	ResetUserPasswordFunc func(context.Context, cognitoauth.AdminResetUserPasswordInput) (*cognitoauth.AdminResetUserPasswordOutput, error)

	// [cognitoauth.AdminMFAManager]

	SetUserMFAPreferenceFunc func(context.Context, cognitoauth.AdminSetUserMFAPreferenceInput) (*cognitoauth.AdminSetUserMFAPreferenceOutput, error)

	// [cognitoauth.AdminSessionEnder]

	SignOutFunc func(context.Context, cognitoauth.AdminSignOutInput) (*cognitoauth.AdminSignOutOutput, error)

	// [cognitoauth.AdminGroupManager]

	CreateGroupFunc func(context.Context, cognitoauth.CreateGroupInput) (*cognitoauth.CreateGroupOutput, error)
	GetGroupFunc    func(context.Context, cognitoauth.GetGroupInput) (*cognitoauth.GetGroupOutput, error)
	UpdateGroupFunc func(context.Context, cognitoauth.UpdateGroupInput) (*cognitoauth.UpdateGroupOutput, error)
	DeleteGroupFunc func(context.Context, cognitoauth.DeleteGroupInput) (*cognitoauth.DeleteGroupOutput, error)
	ListGroupsFunc  func(context.Context, cognitoauth.ListGroupsInput) iter.Seq2[cognitoauth.Group, error]

	// [cognitoauth.AdminMembershipManager]

	AddUserToGroupFunc      func(context.Context, cognitoauth.AdminAddUserToGroupInput) (*cognitoauth.AdminAddUserToGroupOutput, error)
	RemoveUserFromGroupFunc func(context.Context, cognitoauth.AdminRemoveUserFromGroupInput) (*cognitoauth.AdminRemoveUserFromGroupOutput, error)
	ListGroupsForUserFunc   func(context.Context, cognitoauth.AdminListGroupsForUserInput) iter.Seq2[cognitoauth.Group, error]
	ListUsersInGroupFunc    func(context.Context, cognitoauth.ListUsersInGroupInput) iter.Seq2[cognitoauth.User, error]

	// [cognitoauth.AdminDeviceManager]

	GetDeviceFunc          func(context.Context, cognitoauth.AdminGetDeviceInput) (*cognitoauth.AdminGetDeviceOutput, error)
	ListDevicesFunc        func(context.Context, cognitoauth.AdminListDevicesInput) iter.Seq2[cognitoauth.DeviceInfo, error]
	ForgetDeviceFunc       func(context.Context, cognitoauth.AdminForgetDeviceInput) (*cognitoauth.AdminForgetDeviceOutput, error)
	UpdateDeviceStatusFunc func(context.Context, cognitoauth.AdminUpdateDeviceStatusInput) (*cognitoauth.AdminUpdateDeviceStatusOutput, error)

	// [cognitoauth.AdminProviderLinker]

	LinkProviderForUserFunc    func(context.Context, cognitoauth.AdminLinkProviderForUserInput) (*cognitoauth.AdminLinkProviderForUserOutput, error)
	DisableProviderForUserFunc func(context.Context, cognitoauth.AdminDisableProviderForUserInput) (*cognitoauth.AdminDisableProviderForUserOutput, error)

	// [cognitoauth.AdminEventReviewer]

	ListUserAuthEventsFunc      func(context.Context, cognitoauth.AdminListUserAuthEventsInput) iter.Seq2[cognitoauth.AuthEvent, error]
	UpdateAuthEventFeedbackFunc func(context.Context, cognitoauth.AdminUpdateAuthEventFeedbackInput) (*cognitoauth.AdminUpdateAuthEventFeedbackOutput, error)

	// [cognitoauth.ChallengeResponder]

	RespondToChallengeFunc func(context.Context, cognitoauth.ChallengeResponse) (*cognitoauth.AuthenticateOutput, error)

	// In no role, because the API has outgrown it.

	SetUserSettingsFunc func(context.Context, cognitoauth.AdminSetUserSettingsInput) (*cognitoauth.AdminSetUserSettingsOutput, error)
}

var (
	_ cognitoauth.AdminAuthenticator     = (*Admin)(nil)
	_ cognitoauth.AdminUserReader        = (*Admin)(nil)
	_ cognitoauth.AdminUserManager       = (*Admin)(nil)
	_ cognitoauth.AdminAttributeManager  = (*Admin)(nil)
	_ cognitoauth.AdminPasswordManager   = (*Admin)(nil)
	_ cognitoauth.AdminMFAManager        = (*Admin)(nil)
	_ cognitoauth.AdminSessionEnder      = (*Admin)(nil)
	_ cognitoauth.AdminGroupManager      = (*Admin)(nil)
	_ cognitoauth.AdminMembershipManager = (*Admin)(nil)
	_ cognitoauth.AdminDeviceManager     = (*Admin)(nil)
	_ cognitoauth.AdminProviderLinker    = (*Admin)(nil)
	_ cognitoauth.AdminEventReviewer     = (*Admin)(nil)
	_ cognitoauth.ChallengeResponder     = (*Admin)(nil)
)

// Authenticate calls AuthenticateFunc.
func (a *Admin) Authenticate(ctx context.Context, in cognitoauth.AdminAuthenticateInput) (*cognitoauth.AuthenticateOutput, error) {
	return fake(ctx, a.TB, "Admin", "Authenticate", a.AuthenticateFunc, in)
}

// GetUser calls GetUserFunc.
func (a *Admin) GetUser(ctx context.Context, in cognitoauth.AdminGetUserInput) (*cognitoauth.AdminGetUserOutput, error) {
	return fake(ctx, a.TB, "Admin", "GetUser", a.GetUserFunc, in)
}

// ListUsers calls ListUsersFunc.
func (a *Admin) ListUsers(ctx context.Context, in cognitoauth.ListUsersInput) iter.Seq2[cognitoauth.User, error] {
	return fakeList(ctx, a.TB, "Admin", "ListUsers", a.ListUsersFunc, in)
}

// CreateUser calls CreateUserFunc.
func (a *Admin) CreateUser(ctx context.Context, in cognitoauth.AdminCreateUserInput) (*cognitoauth.AdminCreateUserOutput, error) {
	return fake(ctx, a.TB, "Admin", "CreateUser", a.CreateUserFunc, in)
}

// ConfirmSignUp calls ConfirmSignUpFunc.
func (a *Admin) ConfirmSignUp(ctx context.Context, in cognitoauth.AdminConfirmSignUpInput) (*cognitoauth.AdminConfirmSignUpOutput, error) {
	return fake(ctx, a.TB, "Admin", "ConfirmSignUp", a.ConfirmSignUpFunc, in)
}

// EnableUser calls EnableUserFunc.
func (a *Admin) EnableUser(ctx context.Context, in cognitoauth.AdminEnableUserInput) (*cognitoauth.AdminEnableUserOutput, error) {
	return fake(ctx, a.TB, "Admin", "EnableUser", a.EnableUserFunc, in)
}

// DisableUser calls DisableUserFunc.
func (a *Admin) DisableUser(ctx context.Context, in cognitoauth.AdminDisableUserInput) (*cognitoauth.AdminDisableUserOutput, error) {
	return fake(ctx, a.TB, "Admin", "DisableUser", a.DisableUserFunc, in)
}

// DeleteUser calls DeleteUserFunc.
func (a *Admin) DeleteUser(ctx context.Context, in cognitoauth.AdminDeleteInput) (*cognitoauth.AdminDeleteOutput, error) {
	return fake(ctx, a.TB, "Admin", "DeleteUser", a.DeleteUserFunc, in)
}

// UpdateUserAttributes calls UpdateUserAttributesFunc.
func (a *Admin) UpdateUserAttributes(ctx context.Context, in cognitoauth.AdminUpdateUserAttributesInput) (*cognitoauth.AdminUpdateUserAttributesOutput, error) {
	return fake(ctx, a.TB, "Admin", "UpdateUserAttributes", a.UpdateUserAttributesFunc, in)
}

// DeleteUserAttributes calls DeleteUserAttributesFunc.
func (a *Admin) DeleteUserAttributes(ctx context.Context, in cognitoauth.AdminDeleteUserAttributesInput) (*cognitoauth.AdminDeleteUserAttributesOutput, error) {
	return fake(ctx, a.TB, "Admin", "DeleteUserAttributes", a.DeleteUserAttributesFunc, in)
}

// SetUserPassword calls SetUserPasswordFunc.
func (a *Admin) SetUserPassword(ctx context.Context, in cognitoauth.AdminSetUserPasswordInput) (*cognitoauth.AdminSetUserPasswordOutput, error) {
	return fake(ctx, a.TB, "Admin", "SetUserPassword", a.SetUserPasswordFunc, in)
}

// ResetUserPassword calls ResetUserPasswordFunc.
func (a *Admin) ResetUserPassword(ctx context.Context, in cognitoauth.AdminResetUserPasswordInput) (*cognitoauth.AdminResetUserPasswordOutput, error) {
	return fake(ctx, a.TB, "Admin", "ResetUserPassword", a.ResetUserPasswordFunc, in)
}

// SetUserMFAPreference calls SetUserMFAPreferenceFunc.
func (a *Admin) SetUserMFAPreference(ctx context.Context, in cognitoauth.AdminSetUserMFAPreferenceInput) (*cognitoauth.AdminSetUserMFAPreferenceOutput, error) {
	return fake(ctx, a.TB, "Admin", "SetUserMFAPreference", a.SetUserMFAPreferenceFunc, in)
}

// SignOut calls SignOutFunc.
func (a *Admin) SignOut(ctx context.Context, in cognitoauth.AdminSignOutInput) (*cognitoauth.AdminSignOutOutput, error) {
	return fake(ctx, a.TB, "Admin", "SignOut", a.SignOutFunc, in)
}

// CreateGroup calls CreateGroupFunc.
func (a *Admin) CreateGroup(ctx context.Context, in cognitoauth.CreateGroupInput) (*cognitoauth.CreateGroupOutput, error) {
	return fake(ctx, a.TB, "Admin", "CreateGroup", a.CreateGroupFunc, in)
}

// GetGroup calls GetGroupFunc.
func (a *Admin) GetGroup(ctx context.Context, in cognitoauth.GetGroupInput) (*cognitoauth.GetGroupOutput, error) {
	return fake(ctx, a.TB, "Admin", "GetGroup", a.GetGroupFunc, in)
}

// UpdateGroup calls UpdateGroupFunc.
func (a *Admin) UpdateGroup(ctx context.Context, in cognitoauth.UpdateGroupInput) (*cognitoauth.UpdateGroupOutput, error) {
	return fake(ctx, a.TB, "Admin", "UpdateGroup", a.UpdateGroupFunc, in)
}

// DeleteGroup calls DeleteGroupFunc.
func (a *Admin) DeleteGroup(ctx context.Context, in cognitoauth.DeleteGroupInput) (*cognitoauth.DeleteGroupOutput, error) {
	return fake(ctx, a.TB, "Admin", "DeleteGroup", a.DeleteGroupFunc, in)
}

// ListGroups calls ListGroupsFunc.
func (a *Admin) ListGroups(ctx context.Context, in cognitoauth.ListGroupsInput) iter.Seq2[cognitoauth.Group, error] {
	return fakeList(ctx, a.TB, "Admin", "ListGroups", a.ListGroupsFunc, in)
}

// AddUserToGroup calls AddUserToGroupFunc.
func (a *Admin) AddUserToGroup(ctx context.Context, in cognitoauth.AdminAddUserToGroupInput) (*cognitoauth.AdminAddUserToGroupOutput, error) {
	return fake(ctx, a.TB, "Admin", "AddUserToGroup", a.AddUserToGroupFunc, in)
}

// RemoveUserFromGroup calls RemoveUserFromGroupFunc.
func (a *Admin) RemoveUserFromGroup(ctx context.Context, in cognitoauth.AdminRemoveUserFromGroupInput) (*cognitoauth.AdminRemoveUserFromGroupOutput, error) {
	return fake(ctx, a.TB, "Admin", "RemoveUserFromGroup", a.RemoveUserFromGroupFunc, in)
}

// ListGroupsForUser calls ListGroupsForUserFunc.
func (a *Admin) ListGroupsForUser(ctx context.Context, in cognitoauth.AdminListGroupsForUserInput) iter.Seq2[cognitoauth.Group, error] {
	return fakeList(ctx, a.TB, "Admin", "ListGroupsForUser", a.ListGroupsForUserFunc, in)
}

// ListUsersInGroup calls ListUsersInGroupFunc.
func (a *Admin) ListUsersInGroup(ctx context.Context, in cognitoauth.ListUsersInGroupInput) iter.Seq2[cognitoauth.User, error] {
	return fakeList(ctx, a.TB, "Admin", "ListUsersInGroup", a.ListUsersInGroupFunc, in)
}

// GetDevice calls GetDeviceFunc.
func (a *Admin) GetDevice(ctx context.Context, in cognitoauth.AdminGetDeviceInput) (*cognitoauth.AdminGetDeviceOutput, error) {
	return fake(ctx, a.TB, "Admin", "GetDevice", a.GetDeviceFunc, in)
}

// ListDevices calls ListDevicesFunc.
func (a *Admin) ListDevices(ctx context.Context, in cognitoauth.AdminListDevicesInput) iter.Seq2[cognitoauth.DeviceInfo, error] {
	return fakeList(ctx, a.TB, "Admin", "ListDevices", a.ListDevicesFunc, in)
}

// ForgetDevice calls ForgetDeviceFunc.
func (a *Admin) ForgetDevice(ctx context.Context, in cognitoauth.AdminForgetDeviceInput) (*cognitoauth.AdminForgetDeviceOutput, error) {
	return fake(ctx, a.TB, "Admin", "ForgetDevice", a.ForgetDeviceFunc, in)
}

// UpdateDeviceStatus calls UpdateDeviceStatusFunc.
func (a *Admin) UpdateDeviceStatus(ctx context.Context, in cognitoauth.AdminUpdateDeviceStatusInput) (*cognitoauth.AdminUpdateDeviceStatusOutput, error) {
	return fake(ctx, a.TB, "Admin", "UpdateDeviceStatus", a.UpdateDeviceStatusFunc, in)
}

// LinkProviderForUser calls LinkProviderForUserFunc.
func (a *Admin) LinkProviderForUser(ctx context.Context, in cognitoauth.AdminLinkProviderForUserInput) (*cognitoauth.AdminLinkProviderForUserOutput, error) {
	return fake(ctx, a.TB, "Admin", "LinkProviderForUser", a.LinkProviderForUserFunc, in)
}

// DisableProviderForUser calls DisableProviderForUserFunc.
func (a *Admin) DisableProviderForUser(ctx context.Context, in cognitoauth.AdminDisableProviderForUserInput) (*cognitoauth.AdminDisableProviderForUserOutput, error) {
	return fake(ctx, a.TB, "Admin", "DisableProviderForUser", a.DisableProviderForUserFunc, in)
}

// ListUserAuthEvents calls ListUserAuthEventsFunc.
func (a *Admin) ListUserAuthEvents(ctx context.Context, in cognitoauth.AdminListUserAuthEventsInput) iter.Seq2[cognitoauth.AuthEvent, error] {
	return fakeList(ctx, a.TB, "Admin", "ListUserAuthEvents", a.ListUserAuthEventsFunc, in)
}

// UpdateAuthEventFeedback calls UpdateAuthEventFeedbackFunc.
func (a *Admin) UpdateAuthEventFeedback(ctx context.Context, in cognitoauth.AdminUpdateAuthEventFeedbackInput) (*cognitoauth.AdminUpdateAuthEventFeedbackOutput, error) {
	return fake(ctx, a.TB, "Admin", "UpdateAuthEventFeedback", a.UpdateAuthEventFeedbackFunc, in)
}

// RespondToChallenge calls RespondToChallengeFunc.
func (a *Admin) RespondToChallenge(ctx context.Context, in cognitoauth.ChallengeResponse) (*cognitoauth.AuthenticateOutput, error) {
	return fake(ctx, a.TB, "Admin", "RespondToChallenge", a.RespondToChallengeFunc, in)
}

// SetUserSettings calls SetUserSettingsFunc.
func (a *Admin) SetUserSettings(ctx context.Context, in cognitoauth.AdminSetUserSettingsInput) (*cognitoauth.AdminSetUserSettingsOutput, error) {
	return fake(ctx, a.TB, "Admin", "SetUserSettings", a.SetUserSettingsFunc, in)
}
