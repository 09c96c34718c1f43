package cognitoauth_test

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/cognitoauth/cognito-go/cognitoauth"
	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest"
)

const (
	firstPassword  = "First-Password-1"
	secondPassword = "Second-Password-2"
)

// story fails the test at the first step that does not go as told.
type story struct{ *testing.T }

func (s story) ok(_ any, err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func (s story) fails(want error) func(any, error) {
	return func(_ any, err error) {
		s.Helper()
		if !errors.Is(err, want) {
			s.Fatalf("error %v, want %v", err, want)
		}
	}
}

// all reads a list to its end.
func all[T any](t *testing.T, seq iter.Seq2[T, error], name func(T) string) string {
	t.Helper()
	found := []string{}
	for v, err := range seq {
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, name(v))
	}
	return fmt.Sprint(found)
}

func username(u cognitoauth.User) string { return u.Username }

// TestAdministeringAUser is the life of an account in an administrator's hands.
func TestAdministeringAUser(t *testing.T) {
	t.Parallel()
	srv := cognitotest.NewTestServer(t, cognitotest.Config{AliasAttributes: []string{"email"}, Attributes: []cognitotest.AttributeSchema{{Name: "custom:team"}}})
	pool, ctx, s := srv.UserPool(), t.Context(), story{t}
	admin := pool.Admin()
	const email = "ada@example.com"
	signIn := func(password string) (*cognitoauth.AuthenticateOutput, error) {
		return pool.Authenticate(ctx, cognitoauth.AuthenticateInput{Username: "ada", Password: password})
	}

	s.fails(cognitoauth.ErrUserNotFound)(admin.GetUser(ctx, cognitoauth.AdminGetUserInput{Username: "ada"}))
	created, err := admin.CreateUser(ctx, cognitoauth.AdminCreateUserInput{
		Username: "ada", TemporaryPassword: firstPassword, Message: cognitoauth.InvitationSuppress,
		Attributes: map[string]string{"email": email, "email_verified": "true"},
	})
	s.ok(created, err)
	if created.Username != "ada" || created.Status != cognitoauth.UserForceChangePassword || !created.Enabled || created.Attributes["sub"] == "" || created.Created.IsZero() {
		t.Errorf("created %+v", created)
	}
	if sent := srv.Messages(email); len(sent) != 0 {
		t.Errorf("%d messages although suppressed", len(sent))
	}
	s.fails(cognitoauth.ErrUserExists)(admin.CreateUser(ctx, cognitoauth.AdminCreateUserInput{Username: "ada", Message: cognitoauth.InvitationSuppress}))
	s.ok(admin.CreateUser(ctx, cognitoauth.AdminCreateUserInput{
		Username: "ada", TemporaryPassword: firstPassword, Message: cognitoauth.InvitationResend, DeliveryMediums: []cognitoauth.DeliveryMedium{cognitoauth.DeliveryEmail},
	}))
	if sent := srv.Messages(email); len(sent) != 1 || !strings.Contains(sent[0].Body, firstPassword) {
		t.Errorf("the invitation did not go out: %+v", sent)
	}

	out, err := signIn(firstPassword)
	s.ok(out, err)
	if _, ok := out.Challenge.(*cognitoauth.NewPasswordChallenge); !ok {
		t.Fatalf("signing in with a temporary password ends in %T", out.Challenge)
	}
	s.ok(admin.SetUserPassword(ctx, cognitoauth.AdminSetUserPasswordInput{Username: "ada", Password: secondPassword, Permanent: true}))
	out, err = signIn(secondPassword)
	s.ok(out, err)
	tokens, err := out.RequireTokens()
	s.ok(tokens, err)
	s.fails(cognitoauth.ErrUserState)(admin.CreateUser(ctx, cognitoauth.AdminCreateUserInput{Username: "ada", Message: cognitoauth.InvitationResend}))

	s.ok(admin.SignOut(ctx, cognitoauth.AdminSignOutInput{Username: "ada"}))
	s.fails(cognitoauth.ErrNotAuthorized)(pool.Refresh(ctx, cognitoauth.RefreshInput{RefreshToken: tokens.RefreshToken}))
	s.ok(admin.DisableUser(ctx, cognitoauth.AdminDisableUserInput{Username: "ada"}))
	s.fails(cognitoauth.ErrUserDisabled)(signIn(secondPassword))
	s.ok(admin.EnableUser(ctx, cognitoauth.AdminEnableUserInput{Username: "ada"}))
	s.ok(signIn(secondPassword))

	s.ok(admin.UpdateUserAttributes(ctx, cognitoauth.AdminUpdateUserAttributesInput{Username: email, Attributes: map[string]string{"custom:team": "blue", "name": "Ada"}}))
	s.ok(admin.DeleteUserAttributes(ctx, cognitoauth.AdminDeleteUserAttributesInput{Username: "ada", Names: []string{"name"}}))
	s.fails(cognitoauth.ErrInvalidInput)(admin.UpdateUserAttributes(ctx, cognitoauth.AdminUpdateUserAttributesInput{Username: "ada", Attributes: map[string]string{"custom:none": "x"}}))
	s.fails(cognitoauth.ErrMFANotSetUp)(admin.SetUserMFAPreference(ctx, cognitoauth.AdminSetUserMFAPreferenceInput{Username: "ada", SoftwareToken: cognitoauth.MFAPreferred}))
	s.ok(admin.UpdateUserAttributes(ctx, cognitoauth.AdminUpdateUserAttributesInput{Username: "ada", Attributes: map[string]string{"phone_number": "+41791234567", "phone_number_verified": "true"}}))
	s.ok(admin.SetUserMFAPreference(ctx, cognitoauth.AdminSetUserMFAPreferenceInput{Username: "ada", SMS: cognitoauth.MFAPreferred}))
	user, err := admin.GetUser(ctx, cognitoauth.AdminGetUserInput{Username: created.Attributes["sub"]})
	s.ok(user, err)
	if _, named := user.Attributes["name"]; named || user.Attributes["custom:team"] != "blue" || user.Status != cognitoauth.UserConfirmed ||
		fmt.Sprint(user.EnabledMFA) != "[SMS_MFA]" || user.PreferredMFA != "SMS_MFA" {
		t.Errorf("the user is %+v", user)
	}
	s.ok(admin.SetUserMFAPreference(ctx, cognitoauth.AdminSetUserMFAPreferenceInput{Username: "ada", SMS: cognitoauth.MFAOff}))

	seen := ""
	for event, err := range admin.ListUserAuthEvents(ctx, cognitoauth.AdminListUserAuthEventsInput{Username: "ada", PageSize: 1}) {
		s.ok(event, err)
		if event.Type != "SignIn" || event.Outcome != "Pass" || event.Created.IsZero() {
			t.Errorf("event %+v", event)
		}
		seen = event.ID
	}
	s.ok(admin.UpdateAuthEventFeedback(ctx, cognitoauth.AdminUpdateAuthEventFeedbackInput{Username: "ada", EventID: seen}))
	s.fails(cognitoauth.ErrNotFound)(admin.UpdateAuthEventFeedback(ctx, cognitoauth.AdminUpdateAuthEventFeedbackInput{Username: "ada", EventID: "none", Valid: true}))

	link := cognitoauth.AdminLinkProviderForUserInput{Destination: cognitoauth.LocalUser("ada"), Source: cognitoauth.FederatedUser("Google", "1234")}
	s.ok(admin.LinkProviderForUser(ctx, link))
	s.fails(cognitoauth.ErrInvalidInput)(admin.LinkProviderForUser(ctx, link))
	s.ok(admin.DisableProviderForUser(ctx, cognitoauth.AdminDisableProviderForUserInput{User: link.Source}))
	s.fails(cognitoauth.ErrUserNotFound)(admin.DisableProviderForUser(ctx, cognitoauth.AdminDisableProviderForUserInput{User: link.Source}))

	s.ok(admin.ResetUserPassword(ctx, cognitoauth.AdminResetUserPasswordInput{Username: "ada"}))
	s.fails(cognitoauth.ErrPasswordResetRequired)(signIn(secondPassword))
	s.ok(pool.ConfirmForgotPassword(ctx, cognitoauth.ConfirmForgotPasswordInput{Username: "ada", Code: srv.Code(email), NewPassword: firstPassword}))
	s.ok(signIn(firstPassword))

	s.ok(pool.SignUp(ctx, cognitoauth.SignUpInput{Username: "bob", Password: firstPassword, Attributes: map[string]string{"email": "bob@example.com"}}))
	s.fails(cognitoauth.ErrResetNotAllowed)(admin.ResetUserPassword(ctx, cognitoauth.AdminResetUserPasswordInput{Username: "bob"}))
	s.ok(admin.ConfirmSignUp(ctx, cognitoauth.AdminConfirmSignUpInput{Username: "bob"}))
	s.fails(cognitoauth.ErrAlreadyConfirmed)(admin.ConfirmSignUp(ctx, cognitoauth.AdminConfirmSignUpInput{Username: "bob"}))
	s.fails(cognitoauth.ErrNoVerifiedContact)(admin.ResetUserPassword(ctx, cognitoauth.AdminResetUserPasswordInput{Username: "bob"}))
	s.ok(admin.DeleteUser(ctx, cognitoauth.AdminDeleteInput{Username: "bob"}))
	if got := all(t, admin.ListUsers(ctx, cognitoauth.ListUsersInput{}), username); got != "[ada]" {
		t.Errorf("left are %s", got)
	}
}

// TestAdministeringGroups makes, fills, changes and deletes groups.
func TestAdministeringGroups(t *testing.T) {
	t.Parallel()
	srv := cognitotest.NewTestServer(t, cognitotest.Config{})
	ctx, s := t.Context(), story{t}
	admin := srv.UserPool().Admin()
	groupName := func(g cognitoauth.Group) string { return g.Name + ":" + g.Precedence.String() }

	created, err := admin.CreateGroup(ctx, cognitoauth.CreateGroupInput{Name: "admins", Description: "They may.", Precedence: cognitoauth.Precedence(0)})
	s.ok(created, err)
	if n, ok := created.Precedence.Value(); created.Name != "admins" || !ok || n != 0 || created.Created.IsZero() {
		t.Errorf("created %+v", created)
	}
	s.fails(cognitoauth.ErrGroupExists)(admin.CreateGroup(ctx, cognitoauth.CreateGroupInput{Name: "admins"}))
	s.ok(admin.CreateGroup(ctx, cognitoauth.CreateGroupInput{Name: "readers"}))
	s.fails(cognitoauth.ErrGroupNotFound)(admin.GetGroup(ctx, cognitoauth.GetGroupInput{Name: "none"}))
	s.fails(cognitoauth.ErrGroupNotFound)(admin.UpdateGroup(ctx, cognitoauth.UpdateGroupInput{Name: "none"}))
	s.ok(admin.UpdateGroup(ctx, cognitoauth.UpdateGroupInput{Name: "admins", Precedence: cognitoauth.Precedence(3)}))
	group, err := admin.GetGroup(ctx, cognitoauth.GetGroupInput{Name: "admins"})
	s.ok(group, err)
	if group.Description != "They may." || group.Precedence != cognitoauth.Precedence(3) {
		t.Errorf("the group is %+v", group)
	}
	if got := all(t, admin.ListGroups(ctx, cognitoauth.ListGroupsInput{PageSize: 1}), groupName); got != "[admins:3 readers:none]" {
		t.Errorf("the groups are %s", got)
	}

	for _, name := range []string{"ada", "bob", "eve"} {
		s.ok(admin.CreateUser(ctx, cognitoauth.AdminCreateUserInput{Username: name, Message: cognitoauth.InvitationSuppress}))
		for range 2 { // adding a member succeeds
			s.ok(admin.AddUserToGroup(ctx, cognitoauth.AdminAddUserToGroupInput{Username: name, Group: "readers"}))
		}
	}
	s.ok(admin.AddUserToGroup(ctx, cognitoauth.AdminAddUserToGroupInput{Username: "ada", Group: "admins"}))
	s.fails(cognitoauth.ErrGroupNotFound)(admin.AddUserToGroup(ctx, cognitoauth.AdminAddUserToGroupInput{Username: "ada", Group: "none"}))
	s.fails(cognitoauth.ErrUserNotFound)(admin.AddUserToGroup(ctx, cognitoauth.AdminAddUserToGroupInput{Username: "none", Group: "admins"}))
	for range 2 { // removing one who is not a member succeeds
		s.ok(admin.RemoveUserFromGroup(ctx, cognitoauth.AdminRemoveUserFromGroupInput{Username: "eve", Group: "readers"}))
	}
	if got := all(t, admin.ListGroupsForUser(ctx, cognitoauth.AdminListGroupsForUserInput{Username: "ada", PageSize: 1}), groupName); got != "[admins:3 readers:none]" {
		t.Errorf("ada's groups are %s", got)
	}
	if got := all(t, admin.ListUsersInGroup(ctx, cognitoauth.ListUsersInGroupInput{Group: "readers", PageSize: 1}), username); got != "[ada bob]" {
		t.Errorf("the readers are %s", got)
	}
	s.ok(admin.DeleteGroup(ctx, cognitoauth.DeleteGroupInput{Name: "readers"}))
	s.fails(cognitoauth.ErrGroupNotFound)(admin.DeleteGroup(ctx, cognitoauth.DeleteGroupInput{Name: "readers"}))
}

// TestAdministeringDevices uses one that a sign-in brought.
func TestAdministeringDevices(t *testing.T) {
	t.Parallel()
	srv := cognitotest.NewTestServer(t, cognitotest.Config{Devices: cognitotest.DevicesOptIn})
	pool, ctx, s := srv.UserPool(), t.Context(), story{t}
	admin := pool.Admin()
	s.ok(admin.CreateUser(ctx, cognitoauth.AdminCreateUserInput{Username: "ada", Message: cognitoauth.InvitationSuppress}))
	s.ok(admin.SetUserPassword(ctx, cognitoauth.AdminSetUserPasswordInput{Username: "ada", Password: firstPassword, Permanent: true}))
	out, err := pool.Authenticate(ctx, cognitoauth.AuthenticateInput{Username: "ada", Password: firstPassword})
	s.ok(out, err)
	tokens, err := out.RequireTokens()
	s.ok(tokens, err)
	key := tokens.NewDevice.Key
	s.ok(pool.ConfirmDevice(ctx, cognitoauth.ConfirmDeviceInput{AccessToken: tokens.AccessToken, Device: tokens.NewDevice, Name: "laptop"}))

	s.ok(admin.UpdateDeviceStatus(ctx, cognitoauth.AdminUpdateDeviceStatusInput{Username: "ada", DeviceKey: key, Remembered: true}))
	device, err := admin.GetDevice(ctx, cognitoauth.AdminGetDeviceInput{Username: "ada", DeviceKey: key})
	s.ok(device, err)
	if device.Device.Key != key || device.Device.Attributes["device_name"] != "laptop" || device.Device.Created.IsZero() {
		t.Errorf("the device is %+v", device)
	}
	deviceKey := func(d cognitoauth.DeviceInfo) string { return d.Key }
	devices := cognitoauth.AdminListDevicesInput{Username: "ada"}
	if got := all(t, admin.ListDevices(ctx, devices), deviceKey); got != "["+key+"]" {
		t.Errorf("the devices are %s", got)
	}
	s.ok(admin.ForgetDevice(ctx, cognitoauth.AdminForgetDeviceInput{Username: "ada", DeviceKey: key}))
	s.fails(cognitoauth.ErrDeviceNotFound)(admin.GetDevice(ctx, cognitoauth.AdminGetDeviceInput{Username: "ada", DeviceKey: key}))
	if got := all(t, admin.ListDevices(ctx, devices), deviceKey); got != "[]" {
		t.Errorf("the devices are %s", got)
	}
}

// TestListUsersFilters has users whose names are attempts at other filters.
func TestListUsersFilters(t *testing.T) {
	t.Parallel()
	srv := cognitotest.NewTestServer(t, cognitotest.Config{})
	ctx, s := t.Context(), story{t}
	admin := srv.UserPool().Admin()
	given := []string{`Ada`, `Ada" or sub ^= "`, `Ada\`, `Ada\"`, `Zoë "Z" \ Ω`, `= ^=`}
	for i, name := range given {
		s.ok(admin.CreateUser(ctx, cognitoauth.AdminCreateUserInput{
			Username: fmt.Sprint("user", i), Message: cognitoauth.InvitationSuppress, Attributes: map[string]string{"given_name": name, "nickname": "n"},
		}))
	}
	for i, name := range given {
		if got := all(t, admin.ListUsers(ctx, cognitoauth.ListUsersInput{Filter: cognitoauth.FilterEqual("given_name", name)}), username); got != fmt.Sprintf("[user%d]", i) {
			t.Errorf("given_name %q is that of %s", name, got)
		}
	}
	for _, test := range []struct {
		name string
		in   cognitoauth.ListUsersInput
		want string
	}{
		{"all, two by two", cognitoauth.ListUsersInput{PageSize: 2}, "[user0 user1 user2 user3 user4 user5]"},
		{"prefix, one by one", cognitoauth.ListUsersInput{Filter: cognitoauth.FilterPrefix("given_name", "Ada"), PageSize: 1}, "[user0 user1 user2 user3]"},
		{"prefix with a quotation mark", cognitoauth.ListUsersInput{Filter: cognitoauth.FilterPrefix("given_name", `Ada"`)}, "[user1]"},
		{"status", cognitoauth.ListUsersInput{Filter: cognitoauth.FilterEqual("cognito:user_status", string(cognitoauth.UserConfirmed))}, "[]"},
		{"nobody", cognitoauth.ListUsersInput{Filter: cognitoauth.FilterEqual("given_name", `" or given_name ^= "`)}, "[]"},
	} {
		if got := all(t, admin.ListUsers(ctx, test.in), username); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
	for user, err := range admin.ListUsers(ctx, cognitoauth.ListUsersInput{AttributesToGet: []string{"given_name"}}) {
		s.ok(user, err)
		if len(user.Attributes) != 1 {
			t.Errorf("%s has the attributes %v", user.Username, user.Attributes)
		}
	}

	before := len(srv.Requests())
	for _, err := range admin.ListUsers(ctx, cognitoauth.ListUsersInput{PageSize: 2}) {
		s.ok(nil, err)
		break
	}
	if after := len(srv.Requests()); after != before+1 {
		t.Errorf("%d requests for the first user, want 1", after-before)
	}
	if slices.ContainsFunc(srv.Requests(), func(r cognitotest.Request) bool { return r.Status != 200 || !r.Signed }) {
		t.Error("a request was refused, or not signed")
	}
}
