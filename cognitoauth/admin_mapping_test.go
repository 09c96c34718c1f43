package cognitoauth

import (
	"context"
	"iter"
)

// adminOperations is [operations] for the methods of Admin.
var adminOperations = map[string]operation{
	"AdminAddUserToGroup": signed(AdminAddUserToGroupInput{Username: "ada", Group: "admins"}, (*Admin).AddUserToGroup),
	"AdminAuthenticate": signed(AdminAuthenticateInput{Username: "ada", Password: "pass word 1", Flow: FlowUserAuth, PreferredChallenge: ChallengePassword},
		(*Admin).Authenticate).as(opAuthenticate),
	"AdminConfirmSignUp":          signed(AdminConfirmSignUpInput{Username: "ada"}, (*Admin).ConfirmSignUp),
	"AdminCreateUser":             signed(AdminCreateUserInput{Username: "ada", TemporaryPassword: "pass word 1"}, (*Admin).CreateUser),
	"AdminDelete":                 signed(AdminDeleteInput{Username: "ada"}, (*Admin).DeleteUser),
	"AdminDeleteUserAttributes":   signed(AdminDeleteUserAttributesInput{Username: "ada", Names: []string{"nickname"}}, (*Admin).DeleteUserAttributes),
	"AdminDisableProviderForUser": signed(AdminDisableProviderForUserInput{User: LocalUser("ada")}, (*Admin).DisableProviderForUser),
	"AdminDisableUser":            signed(AdminDisableUserInput{Username: "ada"}, (*Admin).DisableUser),
	"AdminEnableUser":             signed(AdminEnableUserInput{Username: "ada"}, (*Admin).EnableUser),
	"AdminForgetDevice":           signed(AdminForgetDeviceInput{Username: "ada", DeviceKey: "device"}, (*Admin).ForgetDevice),
	"AdminGetDevice":              signed(AdminGetDeviceInput{Username: "ada", DeviceKey: "device"}, (*Admin).GetDevice),
	"AdminGetUser":                signed(AdminGetUserInput{Username: "ada"}, (*Admin).GetUser),
	"AdminLinkProviderForUser": signed(AdminLinkProviderForUserInput{Destination: LocalUser("ada"), Source: FederatedUser("Google", "1")},
		(*Admin).LinkProviderForUser),
	"AdminListDevices":         listed(AdminListDevicesInput{Username: "ada"}, (*Admin).ListDevices),
	"AdminListGroupsForUser":   listed(AdminListGroupsForUserInput{Username: "ada"}, (*Admin).ListGroupsForUser),
	"AdminListUserAuthEvents":  listed(AdminListUserAuthEventsInput{Username: "ada"}, (*Admin).ListUserAuthEvents),
	"AdminRemoveUserFromGroup": signed(AdminRemoveUserFromGroupInput{Username: "ada", Group: "admins"}, (*Admin).RemoveUserFromGroup),
	"AdminResetUserPassword":   signed(AdminResetUserPasswordInput{Username: "ada"}, (*Admin).ResetUserPassword),
	"AdminRespondToChallenge": signed((&CustomChallenge{pending: pending{
		userPoolID: "eu-west-1_Ab12Cd34E", clientID: "3n4b5urk1ft4fl3mg5e62d9ado",
		name: ChallengeCustom, session: "session", username: "ada", admin: true,
	}}).Answer("42"), (*Admin).RespondToChallenge).as(opRespondToChallenge),
	"AdminSetUserMFAPreference":    signed(AdminSetUserMFAPreferenceInput{Username: "ada", SoftwareToken: MFAOff}, (*Admin).SetUserMFAPreference),
	"AdminSetUserPassword":         signed(AdminSetUserPasswordInput{Username: "ada", Password: "pass word 1"}, (*Admin).SetUserPassword),
	"AdminSetUserSettings":         signed(AdminSetUserSettingsInput{Username: "ada"}, (*Admin).SetUserSettings),
	"AdminSignOut":                 signed(AdminSignOutInput{Username: "ada"}, (*Admin).SignOut),
	"AdminUpdateAuthEventFeedback": signed(AdminUpdateAuthEventFeedbackInput{Username: "ada", EventID: "event-1"}, (*Admin).UpdateAuthEventFeedback),
	"AdminUpdateDeviceStatus":      signed(AdminUpdateDeviceStatusInput{Username: "ada", DeviceKey: "device"}, (*Admin).UpdateDeviceStatus),
	"AdminUpdateUserAttributes":    signed(AdminUpdateUserAttributesInput{Username: "ada", Attributes: map[string]string{"name": "Ada"}}, (*Admin).UpdateUserAttributes),
	"CreateGroup":                  signed(CreateGroupInput{Name: "admins"}, (*Admin).CreateGroup),
	"DeleteGroup":                  signed(DeleteGroupInput{Name: "admins"}, (*Admin).DeleteGroup),
	"GetGroup":                     signed(GetGroupInput{Name: "admins"}, (*Admin).GetGroup),
	"ListGroups":                   listed(ListGroupsInput{}, (*Admin).ListGroups),
	"ListUsers":                    listed(ListUsersInput{}, (*Admin).ListUsers),
	"ListUsersInGroup":             listed(ListUsersInGroupInput{Group: "admins"}, (*Admin).ListUsersInGroup),
	"UpdateGroup":                  signed(UpdateGroupInput{Name: "admins"}, (*Admin).UpdateGroup),
}

func signed[I, O any](in I, method func(*Admin, context.Context, I) (*O, error)) operation {
	return operation{input: in, call: func(ctx context.Context, p *UserPool, in any) error {
		_, err := method(p.Admin(), ctx, in.(I))
		return err
	}}
}

func listed[I, T any](in I, method func(*Admin, context.Context, I) iter.Seq2[T, error]) operation {
	return operation{input: in, call: func(ctx context.Context, p *UserPool, in any) error {
		return drain(method(p.Admin(), ctx, in.(I)))
	}}
}

// as is the operation under another name than that of its errors.
func (o operation) as(op string) operation {
	o.op = op
	return o
}
