package cognitotest_test

import (
	"encoding/base64"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest"
	"github.com/cognitoauth/cognito-go/internal/srp"
)

// confirmDevice registers the device of a sign-in and returns its password.
func (f *fixture) confirmDevice(tokens *types.AuthenticationResultType) (string, bool) {
	f.Helper()
	const devicePassword = "a device's own password"
	d := tokens.NewDeviceMetadata
	if d == nil {
		f.Fatal("no NewDeviceMetadata")
	}
	v := must(srp.NewVerifier(nil, srp.Identity{Pool: *d.DeviceGroupKey, User: *d.DeviceKey}, devicePassword))(f)
	out := must(f.aws.ConfirmDevice(f.Context(), &cip.ConfirmDeviceInput{
		AccessToken: tokens.AccessToken, DeviceKey: d.DeviceKey, DeviceName: aws.String("laptop"),
		DeviceSecretVerifierConfig: &types.DeviceSecretVerifierConfigType{
			Salt:             aws.String(base64.StdEncoding.EncodeToString(v.Salt)),
			PasswordVerifier: aws.String(base64.StdEncoding.EncodeToString(v.Verifier)),
		},
	}))(f)
	return devicePassword, out.UserConfirmationNecessary
}

// deviceAuth answers DEVICE_SRP_AUTH and DEVICE_PASSWORD_VERIFIER.
func (f *fixture) deviceAuth(out *cip.RespondToAuthChallengeOutput, d *types.NewDeviceMetadataType, pw string) (*cip.RespondToAuthChallengeOutput, error) {
	f.Helper()
	if out.ChallengeName != "DEVICE_SRP_AUTH" {
		f.Fatalf("got %s, want DEVICE_SRP_AUTH", out.ChallengeName)
	}
	c := newSRP(f)
	next := must(f.respond("DEVICE_SRP_AUTH", out.Session, "ada", "DEVICE_KEY", *d.DeviceKey, "SRP_A", c.A()))(f)
	if next.ChallengeName != "DEVICE_PASSWORD_VERIFIER" {
		f.Fatalf("got %s, want DEVICE_PASSWORD_VERIFIER", next.ChallengeName)
	}
	params := next.ChallengeParameters
	claim := must(c.Claim(srp.Identity{Pool: *d.DeviceGroupKey, User: *d.DeviceKey}, pw,
		srp.Challenge{Salt: params["SALT"], B: params["SRP_B"], SecretBlock: params["SECRET_BLOCK"]}, f.srv.Now()))(f)
	return f.respond("DEVICE_PASSWORD_VERIFIER", next.Session, "ada", "DEVICE_KEY", *d.DeviceKey, "TIMESTAMP", claim.Timestamp,
		"PASSWORD_CLAIM_SECRET_BLOCK", claim.SecretBlock, "PASSWORD_CLAIM_SIGNATURE", claim.Signature)
}

func TestDevices(t *testing.T) {
	t.Parallel()
	f := seeded(t, cognitotest.Config{Devices: cognitotest.DevicesAlways}, cognitotest.User{})
	tokens := must(f.srpAuth("ada", password, nil))(t).AuthenticationResult
	d := tokens.NewDeviceMetadata
	refresh := func(key *string) error {
		return errorOf(f.aws.GetTokensFromRefreshToken(t.Context(), &cip.GetTokensFromRefreshTokenInput{
			ClientId: f.id(), RefreshToken: tokens.RefreshToken, DeviceKey: key,
		}))
	}
	wantError(t, refresh(d.DeviceKey), notAuthorized, "Invalid Refresh Token") // not confirmed yet
	pw, ask := f.confirmDevice(tokens)
	if ask {
		t.Error("the user is asked about a device that is always remembered")
	}
	if err := refresh(d.DeviceKey); err != nil {
		t.Errorf("refreshing on the device: %v", err)
	}
	wantError(t, refresh(nil), notAuthorized, "Invalid Refresh Token")

	onDevice := map[string]string{"DEVICE_KEY": *d.DeviceKey}
	done := must(f.deviceAuth(must(f.srpAuth("ada", password, onDevice))(t), d, pw))(t)
	if done.AuthenticationResult == nil || done.AuthenticationResult.NewDeviceMetadata != nil {
		t.Fatalf("got %s, new device %v", done.ChallengeName, done.AuthenticationResult)
	}
	if got := claims(t, *done.AuthenticationResult.AccessToken)["device_key"]; got != *d.DeviceKey {
		t.Errorf("device_key: %v", got)
	}
	_, err := f.deviceAuth(must(f.srpAuth("ada", password, onDevice))(t), d, "another password")
	wantError(t, err, notAuthorized, badCredentials)

	list := must(f.aws.ListDevices(t.Context(), &cip.ListDevicesInput{AccessToken: tokens.AccessToken}))(t)
	if len(list.Devices) != 1 || value(list.Devices[0].DeviceAttributes, "device_name") != "laptop" {
		t.Errorf("devices: %v", list.Devices)
	}
	must(f.aws.ForgetDevice(t.Context(), &cip.ForgetDeviceInput{AccessToken: tokens.AccessToken, DeviceKey: d.DeviceKey}))(t)
	_, err = f.srpAuth("ada", password, onDevice)
	wantError(t, err, resourceNotFound, "Device does not exist.")
	_, err = f.aws.GetDevice(t.Context(), &cip.GetDeviceInput{AccessToken: tokens.AccessToken, DeviceKey: d.DeviceKey})
	wantError(t, err, resourceNotFound, "Device does not exist.")
}

// TestDeviceInPlaceOfMFA holds that a remembered device stands in for the
// second factor, and one that is only known does not.
func TestDeviceInPlaceOfMFA(t *testing.T) {
	t.Parallel()
	const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
	cfg := cognitotest.Config{MFA: cognitotest.MFAOptional, Devices: cognitotest.DevicesOptIn, Now: fixedClock()}
	f := seeded(t, cfg, cognitotest.User{TOTPSecret: secret})
	code := func(out *cip.RespondToAuthChallengeOutput) *cip.RespondToAuthChallengeOutput {
		t.Helper()
		if out.ChallengeName != "SOFTWARE_TOKEN_MFA" {
			t.Fatalf("got %s, want SOFTWARE_TOKEN_MFA", out.ChallengeName)
		}
		f.srv.Advance(time.Minute)
		return must(f.respond("SOFTWARE_TOKEN_MFA", out.Session, "ada", "SOFTWARE_TOKEN_MFA_CODE", cognitotest.TOTP(secret, f.srv.Now())))(t)
	}
	tokens := code(must(f.srpAuth("ada", password, nil))(t)).AuthenticationResult
	pw, ask := f.confirmDevice(tokens)
	if !ask {
		t.Error("the user is not asked whether to remember the device")
	}
	d := tokens.NewDeviceMetadata
	onDevice := map[string]string{"DEVICE_KEY": *d.DeviceKey}
	done := code(must(f.srpAuth("ada", password, onDevice))(t))
	if done.AuthenticationResult == nil {
		t.Fatalf("on a device that is not remembered, after the code: got %s, want tokens", done.ChallengeName)
	}
	if made := done.AuthenticationResult.NewDeviceMetadata; made != nil {
		t.Errorf("the sign-in made a second device, %s", aws.ToString(made.DeviceKey))
	}
	must(f.aws.GetTokensFromRefreshToken(t.Context(), &cip.GetTokensFromRefreshTokenInput{
		ClientId: f.id(), RefreshToken: done.AuthenticationResult.RefreshToken, DeviceKey: d.DeviceKey,
	}))(t)
	must(f.aws.UpdateDeviceStatus(t.Context(), &cip.UpdateDeviceStatusInput{
		AccessToken: tokens.AccessToken, DeviceKey: d.DeviceKey, DeviceRememberedStatus: types.DeviceRememberedStatusTypeRemembered,
	}))(t)
	done = must(f.deviceAuth(must(f.srpAuth("ada", password, onDevice))(t), d, pw))(t)
	if done.AuthenticationResult == nil {
		t.Errorf("got %s", done.ChallengeName)
	}
	must(f.aws.UpdateDeviceStatus(t.Context(), &cip.UpdateDeviceStatusInput{
		AccessToken: tokens.AccessToken, DeviceKey: d.DeviceKey, DeviceRememberedStatus: types.DeviceRememberedStatusTypeNotRemembered,
	}))(t)
	if done := code(must(f.srpAuth("ada", password, onDevice))(t)); done.AuthenticationResult == nil {
		t.Errorf("not remembered any more: got %s after the code, want tokens", done.ChallengeName)
	}
}
