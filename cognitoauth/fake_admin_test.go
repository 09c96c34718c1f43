package cognitoauth

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

var (
	fakeUser   = types.UserType{Username: aws.String("ada")}
	fakeGroup  = types.GroupType{GroupName: aws.String("admins")}
	fakeDevice = types.DeviceType{DeviceKey: aws.String("eu-west-1_device")}
	fakeEvent  = types.AuthEventType{EventId: aws.String("event-1")}
)

// answer records a signed operation's input and returns out, unless a test has
// another reply.
func answer[O any](f *fakeAPI, in any, out *O) (*O, error) {
	f.sent = append(f.sent, in)
	if f.admin == nil {
		return out, nil
	}
	reply, err := f.admin(in)
	if err != nil {
		return nil, err
	}
	return reply.(*O), nil
}

func (f *fakeAPI) AdminAddUserToGroup(_ context.Context, in *cip.AdminAddUserToGroupInput, _ ...func(*cip.Options)) (*cip.AdminAddUserToGroupOutput, error) {
	return answer(f, in, &cip.AdminAddUserToGroupOutput{})
}

func (f *fakeAPI) AdminConfirmSignUp(_ context.Context, in *cip.AdminConfirmSignUpInput, _ ...func(*cip.Options)) (*cip.AdminConfirmSignUpOutput, error) {
	return answer(f, in, &cip.AdminConfirmSignUpOutput{})
}

func (f *fakeAPI) AdminCreateUser(_ context.Context, in *cip.AdminCreateUserInput, _ ...func(*cip.Options)) (*cip.AdminCreateUserOutput, error) {
	return answer(f, in, &cip.AdminCreateUserOutput{User: &fakeUser})
}

func (f *fakeAPI) AdminDeleteUserAttributes(_ context.Context, in *cip.AdminDeleteUserAttributesInput, _ ...func(*cip.Options)) (*cip.AdminDeleteUserAttributesOutput, error) {
	return answer(f, in, &cip.AdminDeleteUserAttributesOutput{})
}

func (f *fakeAPI) AdminDisableProviderForUser(_ context.Context, in *cip.AdminDisableProviderForUserInput, _ ...func(*cip.Options)) (*cip.AdminDisableProviderForUserOutput, error) {
	return answer(f, in, &cip.AdminDisableProviderForUserOutput{})
}

func (f *fakeAPI) AdminDisableUser(_ context.Context, in *cip.AdminDisableUserInput, _ ...func(*cip.Options)) (*cip.AdminDisableUserOutput, error) {
	return answer(f, in, &cip.AdminDisableUserOutput{})
}

func (f *fakeAPI) AdminEnableUser(_ context.Context, in *cip.AdminEnableUserInput, _ ...func(*cip.Options)) (*cip.AdminEnableUserOutput, error) {
	return answer(f, in, &cip.AdminEnableUserOutput{})
}

func (f *fakeAPI) AdminForgetDevice(_ context.Context, in *cip.AdminForgetDeviceInput, _ ...func(*cip.Options)) (*cip.AdminForgetDeviceOutput, error) {
	return answer(f, in, &cip.AdminForgetDeviceOutput{})
}

func (f *fakeAPI) AdminGetDevice(_ context.Context, in *cip.AdminGetDeviceInput, _ ...func(*cip.Options)) (*cip.AdminGetDeviceOutput, error) {
	return answer(f, in, &cip.AdminGetDeviceOutput{Device: &fakeDevice})
}

func (f *fakeAPI) AdminGetUser(_ context.Context, in *cip.AdminGetUserInput, _ ...func(*cip.Options)) (*cip.AdminGetUserOutput, error) {
	return answer(f, in, &cip.AdminGetUserOutput{Username: fakeUser.Username})
}

func (f *fakeAPI) AdminLinkProviderForUser(_ context.Context, in *cip.AdminLinkProviderForUserInput, _ ...func(*cip.Options)) (*cip.AdminLinkProviderForUserOutput, error) {
	return answer(f, in, &cip.AdminLinkProviderForUserOutput{})
}

func (f *fakeAPI) AdminListDevices(_ context.Context, in *cip.AdminListDevicesInput, _ ...func(*cip.Options)) (*cip.AdminListDevicesOutput, error) {
	return answer(f, in, &cip.AdminListDevicesOutput{Devices: []types.DeviceType{fakeDevice}})
}

func (f *fakeAPI) AdminListGroupsForUser(_ context.Context, in *cip.AdminListGroupsForUserInput, _ ...func(*cip.Options)) (*cip.AdminListGroupsForUserOutput, error) {
	return answer(f, in, &cip.AdminListGroupsForUserOutput{Groups: []types.GroupType{fakeGroup}})
}

func (f *fakeAPI) AdminListUserAuthEvents(_ context.Context, in *cip.AdminListUserAuthEventsInput, _ ...func(*cip.Options)) (*cip.AdminListUserAuthEventsOutput, error) {
	return answer(f, in, &cip.AdminListUserAuthEventsOutput{AuthEvents: []types.AuthEventType{fakeEvent}})
}

func (f *fakeAPI) AdminRemoveUserFromGroup(_ context.Context, in *cip.AdminRemoveUserFromGroupInput, _ ...func(*cip.Options)) (*cip.AdminRemoveUserFromGroupOutput, error) {
	return answer(f, in, &cip.AdminRemoveUserFromGroupOutput{})
}

func (f *fakeAPI) AdminResetUserPassword(_ context.Context, in *cip.AdminResetUserPasswordInput, _ ...func(*cip.Options)) (*cip.AdminResetUserPasswordOutput, error) {
	return answer(f, in, &cip.AdminResetUserPasswordOutput{})
}

func (f *fakeAPI) AdminSetUserMFAPreference(_ context.Context, in *cip.AdminSetUserMFAPreferenceInput, _ ...func(*cip.Options)) (*cip.AdminSetUserMFAPreferenceOutput, error) {
	return answer(f, in, &cip.AdminSetUserMFAPreferenceOutput{})
}

func (f *fakeAPI) AdminSetUserPassword(_ context.Context, in *cip.AdminSetUserPasswordInput, _ ...func(*cip.Options)) (*cip.AdminSetUserPasswordOutput, error) {
	return answer(f, in, &cip.AdminSetUserPasswordOutput{})
}

func (f *fakeAPI) AdminSetUserSettings(_ context.Context, in *cip.AdminSetUserSettingsInput, _ ...func(*cip.Options)) (*cip.AdminSetUserSettingsOutput, error) {
	return answer(f, in, &cip.AdminSetUserSettingsOutput{})
}

func (f *fakeAPI) AdminUpdateAuthEventFeedback(_ context.Context, in *cip.AdminUpdateAuthEventFeedbackInput, _ ...func(*cip.Options)) (*cip.AdminUpdateAuthEventFeedbackOutput, error) {
	return answer(f, in, &cip.AdminUpdateAuthEventFeedbackOutput{})
}

func (f *fakeAPI) AdminUpdateDeviceStatus(_ context.Context, in *cip.AdminUpdateDeviceStatusInput, _ ...func(*cip.Options)) (*cip.AdminUpdateDeviceStatusOutput, error) {
	return answer(f, in, &cip.AdminUpdateDeviceStatusOutput{})
}

func (f *fakeAPI) AdminUpdateUserAttributes(_ context.Context, in *cip.AdminUpdateUserAttributesInput, _ ...func(*cip.Options)) (*cip.AdminUpdateUserAttributesOutput, error) {
	return answer(f, in, &cip.AdminUpdateUserAttributesOutput{})
}

func (f *fakeAPI) AdminUserGlobalSignOut(_ context.Context, in *cip.AdminUserGlobalSignOutInput, _ ...func(*cip.Options)) (*cip.AdminUserGlobalSignOutOutput, error) {
	return answer(f, in, &cip.AdminUserGlobalSignOutOutput{})
}

func (f *fakeAPI) CreateGroup(_ context.Context, in *cip.CreateGroupInput, _ ...func(*cip.Options)) (*cip.CreateGroupOutput, error) {
	return answer(f, in, &cip.CreateGroupOutput{Group: &fakeGroup})
}

func (f *fakeAPI) DeleteGroup(_ context.Context, in *cip.DeleteGroupInput, _ ...func(*cip.Options)) (*cip.DeleteGroupOutput, error) {
	return answer(f, in, &cip.DeleteGroupOutput{})
}

func (f *fakeAPI) GetGroup(_ context.Context, in *cip.GetGroupInput, _ ...func(*cip.Options)) (*cip.GetGroupOutput, error) {
	return answer(f, in, &cip.GetGroupOutput{Group: &fakeGroup})
}

func (f *fakeAPI) ListGroups(_ context.Context, in *cip.ListGroupsInput, _ ...func(*cip.Options)) (*cip.ListGroupsOutput, error) {
	return answer(f, in, &cip.ListGroupsOutput{Groups: []types.GroupType{fakeGroup}})
}

func (f *fakeAPI) ListUsers(_ context.Context, in *cip.ListUsersInput, _ ...func(*cip.Options)) (*cip.ListUsersOutput, error) {
	return answer(f, in, &cip.ListUsersOutput{Users: []types.UserType{fakeUser}})
}

func (f *fakeAPI) ListUsersInGroup(_ context.Context, in *cip.ListUsersInGroupInput, _ ...func(*cip.Options)) (*cip.ListUsersInGroupOutput, error) {
	return answer(f, in, &cip.ListUsersInGroupOutput{Users: []types.UserType{fakeUser}})
}

func (f *fakeAPI) UpdateGroup(_ context.Context, in *cip.UpdateGroupInput, _ ...func(*cip.Options)) (*cip.UpdateGroupOutput, error) {
	return answer(f, in, &cip.UpdateGroupOutput{Group: &fakeGroup})
}
