package cognitotest

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/cognitoauth/cognito-go/cognitoauth"
)

// The stories here are about roles beyond the seven methods: each returns
// early if the client does not have its role, or the pool not the feature.

func (s *story) attributes() {
	a, ok := s.c.(cognitoauth.AttributeManager)
	if !ok {
		return
	}
	m := s.user()
	token := s.tokens(m).AccessToken
	update := func(attributes map[string]string) error {
		_, err := a.UpdateUserAttributes(s.ctx, cognitoauth.UpdateUserAttributesInput{AccessToken: token, Attributes: attributes})
		return err
	}
	reader, reads := s.c.(cognitoauth.UserReader)
	expect := func(name, want string) {
		if !reads {
			return
		}
		out, err := reader.GetUser(s.ctx, cognitoauth.GetUserInput{AccessToken: token})
		s.need("GetUser", err)
		if out == nil {
			s.need("GetUser", errNothing)
		}
		s.expect(out.Attributes[name] == want, "attribute %s: got %q, want %q", name, out.Attributes[name], want)
	}
	s.need("UpdateUserAttributes", update(map[string]string{"name": "Ada"}))
	expect("name", "Ada")
	_, err := a.DeleteUserAttributes(s.ctx, cognitoauth.DeleteUserAttributesInput{AccessToken: token, Names: []string{"name"}})
	s.need("DeleteUserAttributes", err)
	expect("name", "")
	s.refused("UpdateUserAttributes of email_verified", update(map[string]string{"email_verified": "true"}), cognitoauth.ErrAttributeNotWritable)
	s.refused("UpdateUserAttributes of an attribute that does not exist", update(map[string]string{"custom:nosuchattribute": "1"}), cognitoauth.ErrInvalidInput)

	if m.attributes["email"] == "" {
		return
	}
	_, err = a.GetUserAttributeVerificationCode(s.ctx, cognitoauth.GetUserAttributeVerificationCodeInput{AccessToken: token, Attribute: "email"})
	s.need("GetUserAttributeVerificationCode", err)
	verify := func(code string) error {
		_, err := a.VerifyUserAttribute(s.ctx, cognitoauth.VerifyUserAttributeInput{AccessToken: token, Attribute: "email", Code: code})
		return err
	}
	code := s.code(m)
	s.refused("VerifyUserAttribute with a wrong code", verify(otherCode(code)), cognitoauth.ErrCodeMismatch)
	s.need("VerifyUserAttribute", verify(code))
	s.refused("VerifyUserAttribute with a used code", verify(code), cognitoauth.ErrCodeExpired)
	expect("email_verified", "true")
}

// authenticator enrols one and goes through a sign-in with it.
func (s *story) authenticator() {
	f, ok := s.c.(cognitoauth.MFAManager)
	if !ok {
		return
	}
	r, ok := s.c.(cognitoauth.ChallengeResponder)
	if !ok {
		return
	}
	m := s.user()
	out, err := s.authenticate(m, m.password)
	s.need("Authenticate", err)
	if _, required := out.Challenge.(*cognitoauth.MFASetupChallenge); required {
		return // a pool that requires the factor is for its own tests
	}
	token := s.tokens(m).AccessToken
	began, err := f.AssociateSoftwareToken(s.ctx, cognitoauth.AssociateSoftwareTokenInput{AccessToken: token})
	if errors.Is(err, cognitoauth.ErrMFANotSetUp) || errors.Is(err, cognitoauth.ErrConfiguration) {
		return // the pool has no authenticators
	}
	s.need("AssociateSoftwareToken", err)
	if began == nil {
		s.need("AssociateSoftwareToken", errNothing)
	}
	s.expect(began.SecretCode != "" && began.URI != "", "AssociateSoftwareToken: no secret or no URI")
	code := func() string { return TOTP(began.SecretCode, s.now()) }
	verify := func(code string) error {
		_, err := f.VerifySoftwareToken(s.ctx, cognitoauth.VerifySoftwareTokenInput{AccessToken: token, Code: code})
		return err
	}
	prefer := func(setting cognitoauth.MFASetting) error {
		_, err := f.SetUserMFAPreference(s.ctx, cognitoauth.SetUserMFAPreferenceInput{AccessToken: token, SoftwareToken: setting})
		return err
	}
	s.refused("SetUserMFAPreference before a code was seen", prefer(cognitoauth.MFAPreferred), cognitoauth.ErrMFANotSetUp)
	s.refused("VerifySoftwareToken with a wrong code", verify(otherCode(code())), cognitoauth.ErrCodeMismatch)
	s.need("VerifySoftwareToken", verify(code()))
	s.need("SetUserMFAPreference", prefer(cognitoauth.MFAPreferred))

	out, err = s.authenticate(m, m.password)
	s.need("Authenticate with a second factor", err)
	if _, ok := out.Challenge.(*cognitoauth.SoftwareTokenMFAChallenge); !ok {
		s.need("Authenticate with a second factor", errors.New("no SoftwareTokenMFAChallenge"))
	}
	_, err = out.RequireTokens()
	s.refused("RequireTokens of a challenge", err, cognitoauth.ErrChallengeRequired)
	resumed, err := cognitoauth.ResumeChallenge(out.Challenge.State())
	s.need("ResumeChallenge", err)
	challenge, ok := resumed.(*cognitoauth.SoftwareTokenMFAChallenge)
	if !ok {
		s.need("ResumeChallenge", errors.New("no SoftwareTokenMFAChallenge"))
	}
	answer := func(code string) (*cognitoauth.AuthenticateOutput, error) {
		return r.RespondToChallenge(s.ctx, challenge.Answer(code))
	}
	s.nextCode()
	_, err = answer(otherCode(code()))
	s.refused("RespondToChallenge with a wrong code", err, cognitoauth.ErrCodeMismatch)
	used := code()
	out, err = answer(used)
	s.need("RespondToChallenge after a wrong code", err)
	tokens, err := out.RequireTokens()
	s.need("RespondToChallenge", err)
	s.expect(tokens.AccessToken != "", "RespondToChallenge: no access token")
	_, err = answer(used)
	s.refused("RespondToChallenge to an answered challenge", err, cognitoauth.ErrSessionExpired)

	out, err = s.authenticate(m, m.password)
	s.need("Authenticate again", err)
	if challenge, ok = out.Challenge.(*cognitoauth.SoftwareTokenMFAChallenge); !ok {
		s.need("Authenticate again", errors.New("no SoftwareTokenMFAChallenge"))
	}
	_, err = answer(used)
	s.refused("RespondToChallenge with a used code", err, cognitoauth.ErrCodeExpired)
	if s.h.Advance != nil {
		s.h.Advance(3 * time.Minute)
		_, err = answer(code())
		s.refused("RespondToChallenge after three minutes", err, cognitoauth.ErrSessionExpired)
	}
	s.need("SetUserMFAPreference off", prefer(cognitoauth.MFAOff))
	s.tokens(m)
}

// now is the pool's time.
func (s *story) now() time.Time {
	if s.h.Now != nil {
		return s.h.Now()
	}
	return time.Now()
}

// nextCode lets the authenticator's next code begin, because the one before
// has been used.
func (s *story) nextCode() {
	wait := totpPeriod*time.Second - time.Duration(s.now().UnixNano())%(totpPeriod*time.Second)
	if s.h.Advance != nil {
		s.h.Advance(wait)
		return
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-s.ctx.Done():
		s.need("waiting for the next code", context.Cause(s.ctx))
	}
}

func (s *story) devices() {
	d, ok := s.c.(cognitoauth.DeviceManager)
	if !ok {
		return
	}
	m := s.user()
	tokens := s.tokens(m)
	if tokens.NewDevice == nil {
		return // the pool does not track devices
	}
	confirmed, err := d.ConfirmDevice(s.ctx, cognitoauth.ConfirmDeviceInput{AccessToken: tokens.AccessToken, Device: tokens.NewDevice, Name: "conformance"})
	s.need("ConfirmDevice", err)
	if confirmed == nil {
		s.need("ConfirmDevice", errNothing)
	}
	device := confirmed.Device
	_, err = d.UpdateDeviceStatus(s.ctx, cognitoauth.UpdateDeviceStatusInput{AccessToken: tokens.AccessToken, DeviceKey: device.Key, Remembered: true})
	s.need("UpdateDeviceStatus", err)
	var keys []string
	for info, err := range d.ListDevices(s.ctx, cognitoauth.ListDevicesInput{AccessToken: tokens.AccessToken}) {
		s.need("ListDevices", err)
		keys = append(keys, info.Key)
	}
	s.expect(slices.Contains(keys, device.Key), "ListDevices: the confirmed device is not among them")
	got, err := d.GetDevice(s.ctx, cognitoauth.GetDeviceInput{AccessToken: tokens.AccessToken, DeviceKey: device.Key})
	s.need("GetDevice", err)
	s.expect(got != nil && got.Device.Key == device.Key, "GetDevice: another device")
	signIn := func() *cognitoauth.AuthenticateOutput {
		out, err := s.c.Authenticate(s.ctx, cognitoauth.AuthenticateInput{Username: m.username, Password: m.password, Device: &device})
		s.need("Authenticate on a device", err)
		again, err := out.RequireTokens()
		s.need("Authenticate on a device", err)
		tokens = again
		return out
	}
	out := signIn()
	s.expect(out.Tokens.NewDevice == nil, "Authenticate on a device: the sign-in made another one")
	_, err = d.ForgetDevice(s.ctx, cognitoauth.ForgetDeviceInput{AccessToken: tokens.AccessToken, DeviceKey: device.Key})
	s.need("ForgetDevice", err)
	_, err = d.GetDevice(s.ctx, cognitoauth.GetDeviceInput{AccessToken: tokens.AccessToken, DeviceKey: device.Key})
	s.refused("GetDevice of a forgotten device", err, cognitoauth.ErrDeviceNotFound)
	s.expect(signIn().DeviceForgotten, "Authenticate on a forgotten device: DeviceForgotten is false")
}

func (s *story) factors() {
	r, ok := s.c.(cognitoauth.AuthFactorReader)
	if !ok {
		return
	}
	m := s.user()
	out, err := r.GetUserAuthFactors(s.ctx, cognitoauth.GetUserAuthFactorsInput{AccessToken: s.tokens(m).AccessToken})
	s.need("GetUserAuthFactors", err)
	s.expect(out != nil && slices.Contains(out.Factors, cognitoauth.ChallengePassword), "GetUserAuthFactors: the password is not among them")
}
