package cognitoauth_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/cognitoauth/cognito-go/cognitoauth"
	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest"
)

// unsigned are the operations of the API that need no AWS credentials.
var unsigned = []string{
	"AssociateSoftwareToken", "ChangePassword", "CompleteWebAuthnRegistration", "ConfirmDevice", "ConfirmForgotPassword",
	"ConfirmSignUp", "DeleteUser", "DeleteUserAttributes", "DeleteWebAuthnCredential", "ForgetDevice", "ForgotPassword",
	"GetDevice", "GetTokensFromRefreshToken", "GetUser", "GetUserAttributeVerificationCode", "GetUserAuthFactors",
	"GlobalSignOut", "InitiateAuth", "ListDevices", "ListWebAuthnCredentials", "ResendConfirmationCode",
	"RespondToAuthChallenge", "RevokeToken", "SetUserMFAPreference", "SetUserSettings", "SignUp",
	"StartWebAuthnRegistration", "UpdateAuthEventFeedback", "UpdateDeviceStatus", "UpdateUserAttributes",
	"VerifySoftwareToken", "VerifyUserAttribute",
}

// anyPasskey accepts every credential: passkeytest has the real thing.
type anyPasskey struct{}

func (anyPasskey) BeginRegistration(cognitotest.PasskeyUser) (options, state json.RawMessage, err error) {
	return json.RawMessage(`{"challenge":"AAAA"}`), json.RawMessage(`{}`), nil
}

func (anyPasskey) FinishRegistration(cognitotest.PasskeyUser, json.RawMessage, json.RawMessage) (cognitotest.Passkey, error) {
	return cognitotest.Passkey{ID: "cHc", RelyingPartyID: "example.com"}, nil
}

func (anyPasskey) BeginLogin(cognitotest.PasskeyUser) (options, state json.RawMessage, err error) {
	return json.RawMessage(`{"challenge":"AAAA"}`), json.RawMessage(`{}`), nil
}

func (anyPasskey) FinishLogin(u cognitotest.PasskeyUser, _, _ json.RawMessage) (cognitotest.Passkey, error) {
	return u.Passkeys[0], nil
}

// TestEveryUnsignedOperation lives through a user's life in which each of the
// operations has a part, and counts at the server that each was called, and
// that none was signed.
func TestEveryUnsignedOperation(t *testing.T) {
	t.Parallel()
	srv := cognitotest.NewTestServer(t, cognitotest.Config{
		Client:       cognitotest.AppClient{GenerateSecret: true, Flows: []string{"ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}},
		MFA:          cognitotest.MFAOptional,
		FirstFactors: []string{"PASSWORD", "WEB_AUTHN"},
		Devices:      cognitotest.DevicesOptIn,
		Passkeys:     anyPasskey{},
	})
	ctx, pool := t.Context(), srv.UserPool()
	const name, first, second = "ada@example.com", "Correct-Horse-9", "Battery-Staple-7"
	must := func(what string, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
	}

	_, err := pool.SignUp(ctx, cognitoauth.SignUpInput{Username: name, Password: first, Attributes: map[string]string{"email": name}})
	must("SignUp", err)
	_, err = pool.ResendConfirmationCode(ctx, cognitoauth.ResendConfirmationCodeInput{Username: name})
	must("ResendConfirmationCode", err)
	_, err = pool.ConfirmSignUp(ctx, cognitoauth.ConfirmSignUpInput{Username: name, Code: srv.Code(name)})
	must("ConfirmSignUp", err)
	_, err = pool.ForgotPassword(ctx, cognitoauth.ForgotPasswordInput{Username: name})
	must("ForgotPassword", err)
	_, err = pool.ConfirmForgotPassword(ctx, cognitoauth.ConfirmForgotPasswordInput{Username: name, Code: srv.Code(name), NewPassword: second})
	must("ConfirmForgotPassword", err)

	out, err := pool.Authenticate(ctx, cognitoauth.AuthenticateInput{Username: name, Password: second})
	must("Authenticate", err)
	tokens, err := out.RequireTokens()
	must("RequireTokens", err)
	token := tokens.AccessToken

	// The device that this sign-in made.
	confirmed, err := pool.ConfirmDevice(ctx, cognitoauth.ConfirmDeviceInput{AccessToken: token, Device: tokens.NewDevice, Name: "laptop"})
	must("ConfirmDevice", err)
	if !confirmed.UserConfirmationNecessary {
		t.Error("the pool leaves it to the user to remember a device")
	}
	key := confirmed.Device.Key
	_, err = pool.UpdateDeviceStatus(ctx, cognitoauth.UpdateDeviceStatusInput{AccessToken: token, DeviceKey: key, Remembered: true})
	must("UpdateDeviceStatus", err)
	device, err := pool.GetDevice(ctx, cognitoauth.GetDeviceInput{AccessToken: token, DeviceKey: key})
	must("GetDevice", err)
	if device.Device.Key != key || device.Device.Attributes["device_name"] != "laptop" {
		t.Errorf("GetDevice = %v", device)
	}
	for d, err := range pool.ListDevices(ctx, cognitoauth.ListDevicesInput{AccessToken: token}) {
		if err != nil || d.Key != key {
			t.Errorf("ListDevices yields %v, %v", d, err)
		}
	}
	refreshed, err := pool.Refresh(ctx, cognitoauth.RefreshInput{RefreshToken: tokens.RefreshToken, DeviceKey: key})
	must("Refresh", err)
	token = refreshed.Tokens.AccessToken
	out, err = pool.Authenticate(ctx, cognitoauth.AuthenticateInput{Username: name, Password: second, Device: &confirmed.Device})
	must("Authenticate on the device", err)
	if out.Tokens == nil || out.DeviceForgotten {
		t.Errorf("on the device: %v", out)
	}

	// Attributes.
	_, err = pool.UpdateUserAttributes(ctx, cognitoauth.UpdateUserAttributesInput{AccessToken: token, Attributes: map[string]string{"name": "Ada", "nickname": "ada"}})
	must("UpdateUserAttributes", err)
	_, err = pool.DeleteUserAttributes(ctx, cognitoauth.DeleteUserAttributesInput{AccessToken: token, Names: []string{"nickname"}})
	must("DeleteUserAttributes", err)
	_, err = pool.GetUserAttributeVerificationCode(ctx, cognitoauth.GetUserAttributeVerificationCodeInput{AccessToken: token, Attribute: "email"})
	must("GetUserAttributeVerificationCode", err)
	_, err = pool.VerifyUserAttribute(ctx, cognitoauth.VerifyUserAttributeInput{AccessToken: token, Attribute: "email", Code: srv.Code(name)})
	must("VerifyUserAttribute", err)
	user, err := pool.GetUser(ctx, cognitoauth.GetUserInput{AccessToken: token})
	must("GetUser", err)
	if _, still := user.Attributes["nickname"]; still || user.Attributes["name"] != "Ada" || user.Attributes["email_verified"] != "true" {
		t.Errorf("attributes %v", user.Attributes)
	}

	// Second factors.
	associated, err := pool.AssociateSoftwareToken(ctx, cognitoauth.AssociateSoftwareTokenInput{AccessToken: token})
	must("AssociateSoftwareToken", err)
	_, err = pool.VerifySoftwareToken(ctx, cognitoauth.VerifySoftwareTokenInput{AccessToken: token, Code: cognitotest.TOTP(associated.SecretCode, srv.Now())})
	must("VerifySoftwareToken", err)
	_, err = pool.SetUserMFAPreference(ctx, cognitoauth.SetUserMFAPreferenceInput{AccessToken: token, SoftwareToken: cognitoauth.MFAPreferred})
	must("SetUserMFAPreference", err)
	_, err = pool.SetUserSettings(ctx, cognitoauth.SetUserSettingsInput{AccessToken: token})
	must("SetUserSettings", err)
	factors, err := pool.GetUserAuthFactors(ctx, cognitoauth.GetUserAuthFactorsInput{AccessToken: token})
	must("GetUserAuthFactors", err)
	if factors.PreferredMFA != "SOFTWARE_TOKEN_MFA" {
		t.Errorf("factors %v", factors)
	}

	// Passkeys.
	_, err = pool.StartWebAuthnRegistration(ctx, cognitoauth.StartWebAuthnRegistrationInput{AccessToken: token})
	must("StartWebAuthnRegistration", err)
	_, err = pool.CompleteWebAuthnRegistration(ctx, cognitoauth.CompleteWebAuthnRegistrationInput{AccessToken: token, Credential: json.RawMessage(`{"id":"cHc"}`)})
	must("CompleteWebAuthnRegistration", err)
	passkeys := 0
	for p, err := range pool.ListWebAuthnCredentials(ctx, cognitoauth.ListWebAuthnCredentialsInput{AccessToken: token}) {
		if passkeys++; err != nil || p.ID != "cHc" || p.RelyingParty != "example.com" {
			t.Errorf("ListWebAuthnCredentials yields %v, %v", p, err)
		}
	}
	if passkeys != 1 {
		t.Errorf("%d passkeys", passkeys)
	}
	_, err = pool.DeleteWebAuthnCredential(ctx, cognitoauth.DeleteWebAuthnCredentialInput{AccessToken: token, CredentialID: "cHc"})
	must("DeleteWebAuthnCredential", err)

	// The end.
	_, err = pool.ForgetDevice(ctx, cognitoauth.ForgetDeviceInput{AccessToken: token, DeviceKey: key})
	must("ForgetDevice", err)
	_, err = pool.ChangePassword(ctx, cognitoauth.ChangePasswordInput{AccessToken: token, CurrentPassword: second, NewPassword: first})
	must("ChangePassword", err)
	_, err = pool.UpdateAuthEventFeedback(ctx, cognitoauth.UpdateAuthEventFeedbackInput{Username: name, EventID: "event", FeedbackToken: "token"})
	if err == nil {
		t.Error("a pool without threat protection takes feedback")
	}
	_, err = pool.RevokeToken(ctx, cognitoauth.RevokeTokenInput{RefreshToken: out.Tokens.RefreshToken})
	must("RevokeToken", err)
	signIn := func() string {
		t.Helper()
		srv.Advance(time.Minute) // an authenticator's code serves once
		out, err := pool.Authenticate(ctx, cognitoauth.AuthenticateInput{Username: name, Password: first})
		must("Authenticate", err)
		c, ok := out.Challenge.(*cognitoauth.SoftwareTokenMFAChallenge)
		if !ok {
			t.Fatalf("no second factor asked for: %v", out)
		}
		out, err = pool.RespondToChallenge(ctx, c.Answer(cognitotest.TOTP(associated.SecretCode, srv.Now())))
		must("RespondToChallenge", err)
		return out.Tokens.AccessToken
	}
	token = signIn()
	_, err = pool.SignOut(ctx, cognitoauth.SignOutInput{AccessToken: token})
	must("SignOut", err)
	if _, err = pool.GetUser(ctx, cognitoauth.GetUserInput{AccessToken: token}); !errors.Is(err, cognitoauth.ErrTokenRevoked) {
		t.Errorf("after SignOut: %v", err)
	}
	_, err = pool.DeleteUser(ctx, cognitoauth.DeleteUserInput{AccessToken: signIn()})
	must("DeleteUser", err)

	calls := map[string]int{}
	for _, r := range srv.Requests() {
		calls[r.Operation]++
		if r.Signed {
			t.Errorf("%s was signed", r.Operation)
		}
	}
	for _, operation := range unsigned {
		if calls[operation] == 0 {
			t.Errorf("%s was not called", operation)
		}
	}
}

// TestManyAtOnce: two users, a hundred goroutines, one UserPool; nobody gets
// what is another's.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	srv := cognitotest.NewTestServer(t, cognitotest.Config{})
	pool := srv.UserPool()
	subs := map[string]string{}
	for _, name := range []string{"ada", "bob"} {
		subs[name] = srv.AddUser(cognitotest.User{Username: name, Password: "Correct-Horse-" + name + "9"}).Sub
	}
	var wg sync.WaitGroup
	for i := range 100 {
		name := []string{"ada", "bob"}[i%2]
		wg.Go(func() {
			if err := liveAs(t.Context(), pool, name, subs[name]); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
	wg.Wait()
}

func liveAs(ctx context.Context, pool *cognitoauth.UserPool, name, sub string) error {
	out, err := pool.Authenticate(ctx, cognitoauth.AuthenticateInput{Username: name, Password: "Correct-Horse-" + name + "9"})
	if err != nil {
		return err
	}
	tokens, err := out.RequireTokens()
	if err != nil {
		return err
	}
	refreshed, err := pool.Refresh(ctx, cognitoauth.RefreshInput{RefreshToken: tokens.RefreshToken})
	if err != nil {
		return err
	}
	user, err := pool.GetUser(ctx, cognitoauth.GetUserInput{AccessToken: refreshed.Tokens.AccessToken})
	if err != nil {
		return err
	}
	if user.Username != name || user.Attributes["sub"] != sub {
		return fmt.Errorf("was taken for %s", user.Username)
	}
	_, err = pool.RevokeToken(ctx, cognitoauth.RevokeTokenInput{RefreshToken: tokens.RefreshToken})
	return err
}
