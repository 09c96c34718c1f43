package cognitotest

import (
	"errors"
	"slices"
	"time"

	"github.com/cognitoauth/cognito-go/cognitoauth"
)

// The stories here are about what follows a sign-in: its tokens and devices.

// signedIn is a sign-in, and the device it was made on if the pool tracks
// them.
type signedIn struct {
	tokens    *cognitoauth.Tokens
	deviceKey string
}

// session signs in so that the tokens can be refreshed: where devices are
// tracked, the new one must be confirmed first.
func (s *story) session(m *member) *signedIn {
	out := &signedIn{tokens: s.tokens(m)}
	if out.tokens.NewDevice == nil {
		return out
	}
	d := requires[cognitoauth.DeviceManager](s)
	_, err := d.ConfirmDevice(s.ctx, cognitoauth.ConfirmDeviceInput{AccessToken: out.tokens.AccessToken, Device: out.tokens.NewDevice})
	s.need("ConfirmDevice", err)
	out.deviceKey = out.tokens.NewDevice.Key
	return out
}

// refresh refreshes a session and leaves it as it is.
func (s *story) refresh(on *signedIn) (*cognitoauth.RefreshOutput, error) {
	r := requires[cognitoauth.TokenRefresher](s)
	return r.Refresh(s.ctx, cognitoauth.RefreshInput{RefreshToken: on.tokens.RefreshToken, DeviceKey: on.deviceKey})
}

// renew refreshes a session, which has the new tokens then.
func (s *story) renew(what string, on *signedIn) *cognitoauth.RefreshOutput {
	out := got[cognitoauth.RefreshOutput](s, what)(s.refresh(on))
	fresh := out.Tokens
	if fresh == nil {
		s.need(what, errNothing)
	}
	s.expect(fresh.AccessToken != "" && fresh.AccessToken != on.tokens.AccessToken, "%s: no new access token", what)
	s.expect(fresh.IDToken != "", "%s: no ID token", what)
	s.expect(fresh.RefreshToken != "", "%s: no refresh token to store from now on", what)
	s.expect(out.Rotated == (fresh.RefreshToken != on.tokens.RefreshToken), "%s: Rotated is %t", what, out.Rotated)
	on.tokens = fresh
	return out
}

func (s *story) refreshing() {
	r := requires[cognitoauth.TokenRefresher](s)
	m := s.user()
	on := s.session(m)
	first := *on
	rotated := s.renew("Refresh", on).Rotated
	s.renew("Refresh again", on)
	_, err := r.Refresh(s.ctx, cognitoauth.RefreshInput{RefreshToken: "no-such-token"})
	s.refused("Refresh with nonsense", err, cognitoauth.ErrTokenInvalid, cognitoauth.ErrInvalidInput)

	older := cognitoauth.RefreshInput{RefreshToken: on.tokens.RefreshToken, DeviceKey: on.deviceKey, Flow: cognitoauth.FlowRefreshToken}
	reader, reads := s.c.(cognitoauth.UserReader)
	if reads { // an app client with a secret needs the user name
		older.Username = got[cognitoauth.GetUserOutput](s, "GetUser")(
			reader.GetUser(s.ctx, cognitoauth.GetUserInput{AccessToken: on.tokens.AccessToken})).Username
	}
	out, err := r.Refresh(s.ctx, older)
	switch {
	case rotated:
		s.refused("Refresh by FlowRefreshToken where tokens are rotated", err, cognitoauth.ErrFlowNotEnabled)
	case !reads && errors.Is(err, cognitoauth.ErrInvalidInput):
		s.leaveOut("the older way to refresh: the client is no cognitoauth.UserReader")
	case errors.Is(err, cognitoauth.ErrFlowNotEnabled):
		s.leaveOut("the older way to refresh: the app client does not allow REFRESH_TOKEN_AUTH")
	default:
		s.need("Refresh by FlowRefreshToken", err)
		s.expect(out != nil && out.Tokens != nil && out.Tokens.AccessToken != "" && !out.Rotated, "Refresh by FlowRefreshToken: no access token")
	}

	if !rotated {
		s.leaveOut("rotation: the app client does not rotate refresh tokens")
	} else if s.expires("the grace of a refresh token", time.Minute) { // the longest there is
		_, err = s.refresh(&first)
		s.refused("Refresh with a token that was replaced", err, cognitoauth.ErrTokenRevoked)
		_, err = s.refresh(on)
		s.refused("Refresh of a session whose replaced token came back", err, cognitoauth.ErrTokenRevoked)
	}
	// A day is the longest that an access token is good for.
	if token := s.tokens(m).AccessToken; reads && s.expires("an access token", 24*time.Hour+time.Second) {
		_, err := reader.GetUser(s.ctx, cognitoauth.GetUserInput{AccessToken: token})
		s.refused("GetUser a day later", err, cognitoauth.ErrTokenExpired)
	}
}

func (s *story) revoking() {
	rv := requires[cognitoauth.TokenRevoker](s)
	m := s.user()
	on, other := s.session(m), s.session(m)
	revoke := func() error {
		_, err := rv.RevokeToken(s.ctx, cognitoauth.RevokeTokenInput{RefreshToken: on.tokens.RefreshToken})
		return err
	}
	err := revoke()
	if errors.Is(err, cognitoauth.ErrConfiguration) {
		s.skip("the app client does not allow revocation")
	}
	s.need("RevokeToken", err)
	s.need("RevokeToken once more", revoke())
	_, err = s.refresh(on)
	s.refused("Refresh after RevokeToken", err, cognitoauth.ErrTokenRevoked)
	s.renew("Refresh of another session after RevokeToken", other)
	if reader, ok := s.c.(cognitoauth.UserReader); ok {
		_, err = reader.GetUser(s.ctx, cognitoauth.GetUserInput{AccessToken: on.tokens.AccessToken})
		s.refused("GetUser after RevokeToken", err, cognitoauth.ErrTokenRevoked)
	}
}

func (s *story) signingOut() {
	e := requires[cognitoauth.SessionEnder](s)
	m := s.user()
	one, two := s.session(m), s.session(m)
	signOut := func() error {
		_, err := e.SignOut(s.ctx, cognitoauth.SignOutInput{AccessToken: one.tokens.AccessToken})
		return err
	}
	s.need("SignOut", signOut())
	s.refused("SignOut with a revoked access token", signOut(), cognitoauth.ErrTokenRevoked)
	s.tokens(m)
	_, err := s.refresh(two)
	s.refused("Refresh of another session after SignOut", err, cognitoauth.ErrTokenRevoked)
}

func (s *story) devices() {
	d := requires[cognitoauth.DeviceManager](s)
	m := s.user()
	tokens := s.tokens(m)
	if tokens.NewDevice == nil {
		s.skip("the pool does not track devices")
	}
	device := got[cognitoauth.ConfirmDeviceOutput](s, "ConfirmDevice")(d.ConfirmDevice(s.ctx, cognitoauth.ConfirmDeviceInput{
		AccessToken: tokens.AccessToken, Device: tokens.NewDevice, Name: "conformance",
	})).Device
	remember := func(yes bool) {
		_, err := d.UpdateDeviceStatus(s.ctx, cognitoauth.UpdateDeviceStatusInput{AccessToken: tokens.AccessToken, DeviceKey: device.Key, Remembered: yes})
		s.need("UpdateDeviceStatus", err)
	}
	var keys []string
	for info, err := range d.ListDevices(s.ctx, cognitoauth.ListDevicesInput{AccessToken: tokens.AccessToken}) {
		s.need("ListDevices", err)
		keys = append(keys, info.Key)
	}
	s.expect(slices.Contains(keys, device.Key), "ListDevices: the confirmed device is not among them")
	get := func() (*cognitoauth.GetDeviceOutput, error) {
		return d.GetDevice(s.ctx, cognitoauth.GetDeviceInput{AccessToken: tokens.AccessToken, DeviceKey: device.Key})
	}
	s.expect(got[cognitoauth.GetDeviceOutput](s, "GetDevice")(get()).Device.Key == device.Key, "GetDevice: another device")

	on := func(device cognitoauth.Device) (*cognitoauth.AuthenticateOutput, error) {
		return s.c.Authenticate(s.ctx, cognitoauth.AuthenticateInput{Username: m.username, Password: m.password, Device: &device})
	}
	signIn := func(what string) *cognitoauth.AuthenticateOutput {
		out := got[cognitoauth.AuthenticateOutput](s, what)(on(device))
		tokens = s.finish(what, m)(out, nil)
		return out
	}
	remember(true)
	signIn("Authenticate on a remembered device")
	s.expect(tokens.NewDevice == nil, "Authenticate on a remembered device: the sign-in made another one")
	stranger := device
	stranger.Password = "not the device's"
	_, err := on(stranger)
	s.refused("Authenticate on a remembered device without its password", err, cognitoauth.ErrInvalidCredentials)
	remember(false)
	signIn("Authenticate on a device that is not remembered")

	_, err = d.ForgetDevice(s.ctx, cognitoauth.ForgetDeviceInput{AccessToken: tokens.AccessToken, DeviceKey: device.Key})
	s.need("ForgetDevice", err)
	_, err = get()
	s.refused("GetDevice of a forgotten device", err, cognitoauth.ErrDeviceNotFound)
	s.expect(signIn("Authenticate on a forgotten device").DeviceForgotten, "Authenticate on a forgotten device: DeviceForgotten is false")
}
