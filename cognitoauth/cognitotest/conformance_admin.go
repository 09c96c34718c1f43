package cognitotest

import (
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/cognitoauth/cognito-go/cognitoauth"
)

// The stories here are about what an administrator does.

// invite creates a user with a temporary password, without a message.
func (s *story) invite(a cognitoauth.AdminUserManager) (m *member, again func() error) {
	username, attributes := s.h.NewUser()
	m = &member{username: username, password: s.h.NewPassword(), attributes: attributes}
	in := cognitoauth.AdminCreateUserInput{
		Username: username, TemporaryPassword: m.password, Attributes: attributes, Message: cognitoauth.InvitationSuppress,
	}
	out := got[cognitoauth.AdminCreateUserOutput](s, "CreateUser")(a.CreateUser(s.ctx, in))
	s.made = append(s.made, m)
	m.sub = out.Attributes["sub"]
	s.expect(m.sub != "", "CreateUser: no sub")
	s.expect(out.Status == cognitoauth.UserForceChangePassword, "CreateUser: status %s", out.Status)
	return m, func() error {
		_, err := a.CreateUser(s.ctx, in)
		return err
	}
}

// invited is a user's first sign-in, with a temporary password.
func (s *story) invited() {
	a := administers[cognitoauth.AdminUserManager](s)
	r := requires[cognitoauth.ChallengeResponder](s)
	m, again := s.invite(a)
	s.refused("CreateUser with a user name that is taken", again(), cognitoauth.ErrUserExists)
	_, err := s.c.ForgotPassword(s.ctx, cognitoauth.ForgotPasswordInput{Username: m.username})
	s.telling("ForgotPassword before the first sign-in", err, nil, cognitoauth.ErrResetNotAllowed)

	out, err := s.authenticate(m, m.password)
	challenge := asked[*cognitoauth.NewPasswordChallenge](s, "Authenticate with a temporary password", out, err)
	resumed, err := cognitoauth.ResumeChallenge(challenge.State())
	challenge = asked[*cognitoauth.NewPasswordChallenge](s, "ResumeChallenge", &cognitoauth.AuthenticateOutput{Challenge: resumed}, err)
	required := map[string]string{}
	for _, name := range challenge.RequiredAttributes {
		required[name] = m.attributes[name]
	}
	answer := func(password string) (*cognitoauth.AuthenticateOutput, error) {
		return r.RespondToChallenge(s.ctx, challenge.Answer(password, required))
	}
	_, err = answer(tooShort)
	s.refused("a new password against the policy", err, cognitoauth.ErrPasswordPolicy)
	temporary := m.password
	m.password = s.h.NewPassword()
	s.finish("a new password", m)(answer(m.password))
	_, err = answer(m.password)
	s.refused("a new password once more", err, cognitoauth.ErrSessionExpired)
	_, err = s.authenticate(m, temporary)
	s.refused("Authenticate with the temporary password", err, cognitoauth.ErrInvalidCredentials)
	m.challenged = false
	s.tokens(m)
}

func (s *story) adminUsers() {
	a := administers[cognitoauth.AdminUserManager](s)
	m := s.newcomer()
	confirm := func() error {
		_, err := a.ConfirmSignUp(s.ctx, cognitoauth.AdminConfirmSignUpInput{Username: m.username})
		return err
	}
	s.need("ConfirmSignUp by an administrator", confirm())
	s.refused("ConfirmSignUp by an administrator once more", confirm(), cognitoauth.ErrAlreadyConfirmed)
	s.tokens(m)
	_, err := a.DisableUser(s.ctx, cognitoauth.AdminDisableUserInput{Username: m.username})
	s.need("DisableUser", err)
	_, err = s.authenticate(m, m.password)
	s.telling("Authenticate of a disabled user", err, cognitoauth.ErrInvalidCredentials, cognitoauth.ErrUserDisabled)
	_, err = a.EnableUser(s.ctx, cognitoauth.AdminEnableUserInput{Username: m.username})
	s.need("EnableUser", err)
	s.tokens(m)

	reader := administers[cognitoauth.AdminUserReader](s)
	for _, name := range []string{m.username, m.sub} {
		out := got[cognitoauth.AdminGetUserOutput](s, "GetUser")(reader.GetUser(s.ctx, cognitoauth.AdminGetUserInput{Username: name}))
		s.expect(out.Attributes["sub"] == m.sub, "GetUser: sub %q, SignUp said %q", out.Attributes["sub"], m.sub)
		s.expect(out.Status == cognitoauth.UserConfirmed && out.Enabled, "GetUser: status %s, enabled %t", out.Status, out.Enabled)
	}
	s.listed(reader, m)
	remove := func() error {
		_, err := a.DeleteUser(s.ctx, cognitoauth.AdminDeleteInput{Username: m.username})
		return err
	}
	s.need("DeleteUser", remove())
	s.refused("DeleteUser once more", remove(), cognitoauth.ErrUserNotFound)
	_, err = reader.GetUser(s.ctx, cognitoauth.AdminGetUserInput{Username: m.username})
	s.refused("GetUser of a deleted user", err, cognitoauth.ErrUserNotFound)
}

// listed wants a user in the answer of ListUsers, which may lag behind.
func (s *story) listed(reader cognitoauth.AdminUserReader, m *member) {
	for range 10 {
		var subs []string
		for u, err := range reader.ListUsers(s.ctx, cognitoauth.ListUsersInput{Filter: cognitoauth.FilterEqual("sub", m.sub)}) {
			s.need("ListUsers", err)
			subs = append(subs, u.Attributes["sub"])
		}
		if slices.Equal(subs, []string{m.sub}) {
			return
		}
		s.wait(time.Second)
	}
	s.fail("ListUsers by sub: the user is not what it finds")
}

func (s *story) adminAttributes() {
	a := administers[cognitoauth.AdminAttributeManager](s)
	reader := administers[cognitoauth.AdminUserReader](s)
	m := s.newcomer()
	update := func(username string, attributes map[string]string) error {
		_, err := a.UpdateUserAttributes(s.ctx, cognitoauth.AdminUpdateUserAttributesInput{Username: username, Attributes: attributes})
		return err
	}
	expect := func(name, want string) {
		out := got[cognitoauth.AdminGetUserOutput](s, "GetUser")(reader.GetUser(s.ctx, cognitoauth.AdminGetUserInput{Username: m.username}))
		s.expect(out.Attributes[name] == want, "attribute %s: got %q, want %q", name, out.Attributes[name], want)
	}
	s.need("UpdateUserAttributes", update(m.username, map[string]string{"name": "Ada"}))
	expect("name", "Ada")
	if m.attributes["email"] != "" {
		s.need("UpdateUserAttributes of email_verified", update(m.username, map[string]string{"email_verified": "true"}))
		expect("email_verified", "true")
	}
	_, err := a.DeleteUserAttributes(s.ctx, cognitoauth.AdminDeleteUserAttributesInput{Username: m.username, Names: []string{"name"}})
	s.need("DeleteUserAttributes", err)
	expect("name", "")
	s.refused("UpdateUserAttributes of an attribute that does not exist", update(m.username, map[string]string{"custom:nosuchattribute": "1"}), cognitoauth.ErrInvalidInput)
	nobody, _ := s.h.NewUser()
	s.refused("UpdateUserAttributes of an unknown user", update(nobody, map[string]string{"name": "Ada"}), cognitoauth.ErrUserNotFound)
}

func (s *story) adminPasswords() {
	a := administers[cognitoauth.AdminPasswordManager](s)
	m := s.user()
	set := func(password string, permanent bool) error {
		_, err := a.SetUserPassword(s.ctx, cognitoauth.AdminSetUserPasswordInput{Username: m.username, Password: password, Permanent: permanent})
		return err
	}
	s.refused("SetUserPassword against the policy", set(tooShort, true), cognitoauth.ErrPasswordPolicy)
	old := m.password
	m.password = s.h.NewPassword()
	s.need("SetUserPassword", set(m.password, true))
	_, err := s.authenticate(m, old)
	s.refused("Authenticate with the password from before", err, cognitoauth.ErrInvalidCredentials)
	s.tokens(m)

	m.password = s.h.NewPassword()
	s.need("SetUserPassword to a temporary one", set(m.password, false))
	out, err := s.authenticate(m, m.password)
	asked[*cognitoauth.NewPasswordChallenge](s, "Authenticate with a temporary password", out, err)
	m.password = s.h.NewPassword()
	s.need("SetUserPassword", set(m.password, true))
	s.tokens(m)

	_, err = a.ResetUserPassword(s.ctx, cognitoauth.AdminResetUserPasswordInput{Username: m.username})
	s.need("ResetUserPassword", err)
	_, err = s.authenticate(m, m.password)
	s.telling("Authenticate after ResetUserPassword", err, cognitoauth.ErrInvalidCredentials, cognitoauth.ErrPasswordResetRequired)
	m.password = s.h.NewPassword()
	_, err = s.c.ConfirmForgotPassword(s.ctx, cognitoauth.ConfirmForgotPasswordInput{Username: m.username, Code: s.code(m), NewPassword: m.password})
	s.need("ConfirmForgotPassword after ResetUserPassword", err)
	s.tokens(m)
}

func (s *story) adminFactors() {
	a := administers[cognitoauth.AdminMFAManager](s)
	reader := administers[cognitoauth.AdminUserReader](s)
	f := requires[cognitoauth.MFAManager](s)
	m := s.user()
	token := s.tokens(m).AccessToken
	s.optional(m)
	set := func(setting cognitoauth.MFASetting) error {
		_, err := a.SetUserMFAPreference(s.ctx, cognitoauth.AdminSetUserMFAPreferenceInput{Username: m.username, SoftwareToken: setting})
		return err
	}
	enabled := func() []string {
		return got[cognitoauth.AdminGetUserOutput](s, "GetUser")(reader.GetUser(s.ctx, cognitoauth.AdminGetUserInput{Username: m.username})).EnabledMFA
	}
	s.refused("SetUserMFAPreference of a user without an authenticator", set(cognitoauth.MFAOn), cognitoauth.ErrMFANotSetUp)
	if !s.enrol(f, m, token) {
		s.skip("the pool has no authenticators")
	}
	s.need("SetUserMFAPreference", set(cognitoauth.MFAPreferred))
	s.expect(slices.Contains(enabled(), string(cognitoauth.ChallengeSoftwareTokenMFA)), "GetUser: the authenticator is not among the factors")
	out, err := s.authenticate(m, m.password)
	asked[*cognitoauth.SoftwareTokenMFAChallenge](s, "Authenticate with a second factor", out, err)
	s.need("SetUserMFAPreference off", set(cognitoauth.MFAOff))
	s.expect(len(enabled()) == 0, "GetUser: there are factors that were switched off")
}

func (s *story) adminGroups() {
	g := administers[cognitoauth.AdminGroupManager](s)
	a := administers[cognitoauth.AdminMembershipManager](s)
	m := s.user()
	name := "conformance-" + strings.ToLower(rand.Text())
	create := func() error {
		_, err := g.CreateGroup(s.ctx, cognitoauth.CreateGroupInput{Name: name, Description: "by TestClient"})
		return err
	}
	remove := func() error {
		_, err := g.DeleteGroup(s.ctx, cognitoauth.DeleteGroupInput{Name: name})
		return err
	}
	join := func() error {
		_, err := a.AddUserToGroup(s.ctx, cognitoauth.AdminAddUserToGroupInput{Username: m.username, Group: name})
		return err
	}
	get := func() (*cognitoauth.GetGroupOutput, error) {
		return g.GetGroup(s.ctx, cognitoauth.GetGroupInput{Name: name})
	}
	s.refused("AddUserToGroup of an unknown group", join(), cognitoauth.ErrGroupNotFound)
	s.need("CreateGroup", create())
	defer func() { _ = remove() }() // if the story stops in between
	s.refused("CreateGroup once more", create(), cognitoauth.ErrGroupExists)
	_, err := g.UpdateGroup(s.ctx, cognitoauth.UpdateGroupInput{Name: name, Description: "changed"})
	s.need("UpdateGroup", err)
	s.expect(got[cognitoauth.GetGroupOutput](s, "GetGroup")(get()).Description == "changed", "GetGroup: not what UpdateGroup said")

	s.need("AddUserToGroup", join())
	s.need("AddUserToGroup once more", join())
	s.expect(slices.Contains(s.groupsOf(a, m), name), "ListGroupsForUser: the group is not among them")
	var subs []string
	for u, err := range a.ListUsersInGroup(s.ctx, cognitoauth.ListUsersInGroupInput{Group: name}) {
		s.need("ListUsersInGroup", err)
		subs = append(subs, u.Attributes["sub"])
	}
	s.expect(slices.Equal(subs, []string{m.sub}), "ListUsersInGroup: not the one user")
	_, err = a.RemoveUserFromGroup(s.ctx, cognitoauth.AdminRemoveUserFromGroupInput{Username: m.username, Group: name})
	s.need("RemoveUserFromGroup", err)
	s.expect(!slices.Contains(s.groupsOf(a, m), name), "ListGroupsForUser: the group that the user left is among them")

	s.need("DeleteGroup", remove())
	s.refused("DeleteGroup once more", remove(), cognitoauth.ErrGroupNotFound)
	_, err = get()
	s.refused("GetGroup of a deleted group", err, cognitoauth.ErrGroupNotFound)
}

func (s *story) groupsOf(a cognitoauth.AdminMembershipManager, m *member) (names []string) {
	for group, err := range a.ListGroupsForUser(s.ctx, cognitoauth.AdminListGroupsForUserInput{Username: m.username}) {
		s.need("ListGroupsForUser", err)
		names = append(names, group.Name)
	}
	return names
}

func (s *story) adminDevices() {
	a := administers[cognitoauth.AdminDeviceManager](s)
	m := s.user()
	on := s.session(m)
	if on.deviceKey == "" {
		s.skip("the pool does not track devices")
	}
	get := func() (*cognitoauth.AdminGetDeviceOutput, error) {
		return a.GetDevice(s.ctx, cognitoauth.AdminGetDeviceInput{Username: m.username, DeviceKey: on.deviceKey})
	}
	s.expect(got[cognitoauth.AdminGetDeviceOutput](s, "GetDevice")(get()).Device.Key == on.deviceKey, "GetDevice: another device")
	var keys []string
	for d, err := range a.ListDevices(s.ctx, cognitoauth.AdminListDevicesInput{Username: m.username}) {
		s.need("ListDevices", err)
		keys = append(keys, d.Key)
	}
	s.expect(slices.Contains(keys, on.deviceKey), "ListDevices: the confirmed device is not among them")
	_, err := a.UpdateDeviceStatus(s.ctx, cognitoauth.AdminUpdateDeviceStatusInput{Username: m.username, DeviceKey: on.deviceKey, Remembered: true})
	s.need("UpdateDeviceStatus", err)
	_, err = a.ForgetDevice(s.ctx, cognitoauth.AdminForgetDeviceInput{Username: m.username, DeviceKey: on.deviceKey})
	s.need("ForgetDevice", err)
	_, err = get()
	s.refused("GetDevice of a forgotten device", err, cognitoauth.ErrDeviceNotFound)
}

func (s *story) adminSessions() {
	a := administers[cognitoauth.AdminSessionEnder](s)
	m := s.user()
	on := s.session(m)
	_, err := a.SignOut(s.ctx, cognitoauth.AdminSignOutInput{Username: m.username})
	s.need("SignOut by an administrator", err)
	_, err = s.refresh(on)
	s.refused("Refresh after SignOut by an administrator", err, cognitoauth.ErrTokenRevoked)
	s.tokens(m)
	nobody, _ := s.h.NewUser()
	_, err = a.SignOut(s.ctx, cognitoauth.AdminSignOutInput{Username: nobody})
	s.refused("SignOut of an unknown user", err, cognitoauth.ErrUserNotFound)
}

func (s *story) adminSignIn() {
	a := administers[cognitoauth.AdminAuthenticator](s)
	m := s.user()
	s.tokens(m)
	s.optional(m)
	signIn := func(password string) (*cognitoauth.AuthenticateOutput, error) {
		return a.Authenticate(s.ctx, cognitoauth.AdminAuthenticateInput{Username: m.username, Password: password})
	}
	out, err := signIn(m.password)
	if errors.Is(err, cognitoauth.ErrFlowNotEnabled) {
		s.skip("the app client does not allow ADMIN_USER_PASSWORD_AUTH")
	}
	s.finish("Authenticate by an administrator", m)(out, err)
	_, err = signIn(s.h.NewPassword())
	s.refused("Authenticate by an administrator with a wrong password", err, cognitoauth.ErrInvalidCredentials)
}
