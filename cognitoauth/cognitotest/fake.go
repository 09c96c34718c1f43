package cognitotest

import (
	"context"
	"fmt"
	"iter"
	"reflect"
	"strings"

	"github.com/cognitoauth/cognito-go/cognitoauth"
)

// Client is a fake of [cognitoauth.Client] and of every other role interface
// of that package: each method calls the function in the field of its name.
//
//	pool := &cognitotest.Client{TB: t, SignUpFunc: func(_ context.Context, in cognitoauth.SignUpInput) (*cognitoauth.SignUpOutput, error) {
//		return nil, cognitoauth.ErrUserExists
//	}}
//
// A call whose function is nil is not expected: it fails the test, by name, and
// returns an error. If TB is nil it panics instead.
//
// A sentinel that a function returns, such as ErrUserExists above, comes out as
// the pool would fail with it: in a [*cognitoauth.Error] with the operation's Op
// ([cognitoauth.WithOp]), so that [cognitoauth.HTTPStatus] makes of it what it
// makes of the pool's. So do those of a sequence. All other errors come out as
// they are.
//
// A challenge to return comes from [NewChallenge].
//
// A Client may be used from many goroutines if its functions may.
type Client struct {
	// TB is the test to fail.
	TB TB

	// [cognitoauth.Registrar]

	SignUpFunc        func(context.Context, cognitoauth.SignUpInput) (*cognitoauth.SignUpOutput, error)
	ConfirmSignUpFunc func(context.Context, cognitoauth.ConfirmSignUpInput) (*cognitoauth.ConfirmSignUpOutput, error)

	// [cognitoauth.Authenticator]

	AuthenticateFunc func(context.Context, cognitoauth.AuthenticateInput) (*cognitoauth.AuthenticateOutput, error)

	// [cognitoauth.PasswordManager]

	ForgotPasswordFunc        func(context.Context, cognitoauth.ForgotPasswordInput) (*cognitoauth.ForgotPasswordOutput, error)
	ConfirmForgotPasswordFunc func(context.Context, cognitoauth.ConfirmForgotPasswordInput) (*cognitoauth.ConfirmForgotPasswordOutput, error)
	ChangePasswordFunc        func(context.Context, cognitoauth.ChangePasswordInput) (*cognitoauth.ChangePasswordOutput, error)

	// [cognitoauth.AdminDeleter]

	AdminDeleteFunc func(context.Context, cognitoauth.AdminDeleteInput) (*cognitoauth.AdminDeleteOutput, error)

	// [cognitoauth.ChallengeResponder]

	RespondToChallengeFunc func(context.Context, cognitoauth.ChallengeResponse) (*cognitoauth.AuthenticateOutput, error)

	// [cognitoauth.CodeResender]

	ResendConfirmationCodeFunc func(context.Context, cognitoauth.ResendConfirmationCodeInput) (*cognitoauth.ResendConfirmationCodeOutput, error)

	// [cognitoauth.TokenRefresher]

	RefreshFunc func(context.Context, cognitoauth.RefreshInput) (*cognitoauth.RefreshOutput, error)

	// [cognitoauth.TokenRevoker]

	RevokeTokenFunc func(context.Context, cognitoauth.RevokeTokenInput) (*cognitoauth.RevokeTokenOutput, error)

	// [cognitoauth.SessionEnder]

	SignOutFunc func(context.Context, cognitoauth.SignOutInput) (*cognitoauth.SignOutOutput, error)

	// [cognitoauth.UserReader]

	GetUserFunc func(context.Context, cognitoauth.GetUserInput) (*cognitoauth.GetUserOutput, error)

	// [cognitoauth.UserDeleter]

	DeleteUserFunc func(context.Context, cognitoauth.DeleteUserInput) (*cognitoauth.DeleteUserOutput, error)

	// [cognitoauth.AttributeManager]

	UpdateUserAttributesFunc             func(context.Context, cognitoauth.UpdateUserAttributesInput) (*cognitoauth.UpdateUserAttributesOutput, error)
	DeleteUserAttributesFunc             func(context.Context, cognitoauth.DeleteUserAttributesInput) (*cognitoauth.DeleteUserAttributesOutput, error)
	GetUserAttributeVerificationCodeFunc func(context.Context, cognitoauth.GetUserAttributeVerificationCodeInput) (*cognitoauth.GetUserAttributeVerificationCodeOutput, error)
	VerifyUserAttributeFunc              func(context.Context, cognitoauth.VerifyUserAttributeInput) (*cognitoauth.VerifyUserAttributeOutput, error)

	// [cognitoauth.MFAManager]

	AssociateSoftwareTokenFunc func(context.Context, cognitoauth.AssociateSoftwareTokenInput) (*cognitoauth.AssociateSoftwareTokenOutput, error)
	VerifySoftwareTokenFunc    func(context.Context, cognitoauth.VerifySoftwareTokenInput) (*cognitoauth.VerifySoftwareTokenOutput, error)
	SetUserMFAPreferenceFunc   func(context.Context, cognitoauth.SetUserMFAPreferenceInput) (*cognitoauth.SetUserMFAPreferenceOutput, error)

	// [cognitoauth.PasskeyManager]

	StartWebAuthnRegistrationFunc    func(context.Context, cognitoauth.StartWebAuthnRegistrationInput) (*cognitoauth.StartWebAuthnRegistrationOutput, error)
	CompleteWebAuthnRegistrationFunc func(context.Context, cognitoauth.CompleteWebAuthnRegistrationInput) (*cognitoauth.CompleteWebAuthnRegistrationOutput, error)
	ListWebAuthnCredentialsFunc      func(context.Context, cognitoauth.ListWebAuthnCredentialsInput) iter.Seq2[cognitoauth.WebAuthnCredential, error]
	DeleteWebAuthnCredentialFunc     func(context.Context, cognitoauth.DeleteWebAuthnCredentialInput) (*cognitoauth.DeleteWebAuthnCredentialOutput, error)

	// [cognitoauth.DeviceManager]

	ConfirmDeviceFunc      func(context.Context, cognitoauth.ConfirmDeviceInput) (*cognitoauth.ConfirmDeviceOutput, error)
	UpdateDeviceStatusFunc func(context.Context, cognitoauth.UpdateDeviceStatusInput) (*cognitoauth.UpdateDeviceStatusOutput, error)
	GetDeviceFunc          func(context.Context, cognitoauth.GetDeviceInput) (*cognitoauth.GetDeviceOutput, error)
	ListDevicesFunc        func(context.Context, cognitoauth.ListDevicesInput) iter.Seq2[cognitoauth.DeviceInfo, error]
	ForgetDeviceFunc       func(context.Context, cognitoauth.ForgetDeviceInput) (*cognitoauth.ForgetDeviceOutput, error)

	// [cognitoauth.AuthFactorReader]

	GetUserAuthFactorsFunc func(context.Context, cognitoauth.GetUserAuthFactorsInput) (*cognitoauth.GetUserAuthFactorsOutput, error)

	// [cognitoauth.AuthEventReporter]

	UpdateAuthEventFeedbackFunc func(context.Context, cognitoauth.UpdateAuthEventFeedbackInput) (*cognitoauth.UpdateAuthEventFeedbackOutput, error)

	// Of [cognitoauth.UserPool] alone.

	SetUserSettingsFunc func(context.Context, cognitoauth.SetUserSettingsInput) (*cognitoauth.SetUserSettingsOutput, error)
}

var (
	_ cognitoauth.Client             = (*Client)(nil)
	_ cognitoauth.ChallengeResponder = (*Client)(nil)
	_ cognitoauth.CodeResender       = (*Client)(nil)
	_ cognitoauth.TokenRefresher     = (*Client)(nil)
	_ cognitoauth.TokenRevoker       = (*Client)(nil)
	_ cognitoauth.SessionEnder       = (*Client)(nil)
	_ cognitoauth.UserReader         = (*Client)(nil)
	_ cognitoauth.UserDeleter        = (*Client)(nil)
	_ cognitoauth.AttributeManager   = (*Client)(nil)
	_ cognitoauth.MFAManager         = (*Client)(nil)
	_ cognitoauth.PasskeyManager     = (*Client)(nil)
	_ cognitoauth.DeviceManager      = (*Client)(nil)
	_ cognitoauth.AuthFactorReader   = (*Client)(nil)
	_ cognitoauth.AuthEventReporter  = (*Client)(nil)
)

// unexpected fails the test for a call that nobody said would come. It does not
// end the test's goroutine, because it may run on another.
func unexpected(tb TB, fake, method string) error {
	err := fmt.Errorf("cognitotest: unexpected call to %s: %s.%sFunc is nil", method, fake, method)
	if tb == nil {
		panic(err)
	}
	tb.Helper()
	tb.Errorf("%v", err)
	return err
}

// fake calls f, the function for a method of a fake of the type called typ, if
// there is one.
func fake[In, Out any](ctx context.Context, tb TB, typ, method string, f func(context.Context, In) (*Out, error), in In) (*Out, error) {
	if f == nil {
		return nil, unexpected(tb, typ, method)
	}
	out, err := f(ctx, in)
	return out, cognitoauth.WithOp(opOf[In](method), err)
}

// fakeList is fake for the methods that list.
func fakeList[In, Item any](ctx context.Context, tb TB, typ, method string, f func(context.Context, In) iter.Seq2[Item, error], in In) iter.Seq2[Item, error] {
	if f == nil {
		err := unexpected(tb, typ, method)
		return func(yield func(Item, error) bool) {
			var none Item
			yield(none, err)
		}
	}
	items := f(ctx, in)
	return func(yield func(Item, error) bool) {
		for item, err := range items {
			if !yield(item, cognitoauth.WithOp(opOf[In](method), err)) {
				return
			}
		}
	}
}

// opOf is the Op of the errors of a method that takes an In: the name in
// its input's type, which tells Admin's methods from UserPool's, but for signing
// in, which is one operation whoever sends it.
func opOf[In any](method string) string {
	op, ok := strings.CutSuffix(reflect.TypeFor[In]().Name(), "Input")
	if !ok || method == "Authenticate" {
		return method
	}
	return op
}

// SignUp calls SignUpFunc.
func (c *Client) SignUp(ctx context.Context, in cognitoauth.SignUpInput) (*cognitoauth.SignUpOutput, error) {
	return fake(ctx, c.TB, "Client", "SignUp", c.SignUpFunc, in)
}

// ConfirmSignUp calls ConfirmSignUpFunc.
func (c *Client) ConfirmSignUp(ctx context.Context, in cognitoauth.ConfirmSignUpInput) (*cognitoauth.ConfirmSignUpOutput, error) {
	return fake(ctx, c.TB, "Client", "ConfirmSignUp", c.ConfirmSignUpFunc, in)
}

// Authenticate calls AuthenticateFunc.
func (c *Client) Authenticate(ctx context.Context, in cognitoauth.AuthenticateInput) (*cognitoauth.AuthenticateOutput, error) {
	return fake(ctx, c.TB, "Client", "Authenticate", c.AuthenticateFunc, in)
}

// ForgotPassword calls ForgotPasswordFunc.
func (c *Client) ForgotPassword(ctx context.Context, in cognitoauth.ForgotPasswordInput) (*cognitoauth.ForgotPasswordOutput, error) {
	return fake(ctx, c.TB, "Client", "ForgotPassword", c.ForgotPasswordFunc, in)
}

// ConfirmForgotPassword calls ConfirmForgotPasswordFunc.
func (c *Client) ConfirmForgotPassword(ctx context.Context, in cognitoauth.ConfirmForgotPasswordInput) (*cognitoauth.ConfirmForgotPasswordOutput, error) {
	return fake(ctx, c.TB, "Client", "ConfirmForgotPassword", c.ConfirmForgotPasswordFunc, in)
}

// ChangePassword calls ChangePasswordFunc.
func (c *Client) ChangePassword(ctx context.Context, in cognitoauth.ChangePasswordInput) (*cognitoauth.ChangePasswordOutput, error) {
	return fake(ctx, c.TB, "Client", "ChangePassword", c.ChangePasswordFunc, in)
}

// AdminDelete calls AdminDeleteFunc.
func (c *Client) AdminDelete(ctx context.Context, in cognitoauth.AdminDeleteInput) (*cognitoauth.AdminDeleteOutput, error) {
	return fake(ctx, c.TB, "Client", "AdminDelete", c.AdminDeleteFunc, in)
}

// RespondToChallenge calls RespondToChallengeFunc.
func (c *Client) RespondToChallenge(ctx context.Context, in cognitoauth.ChallengeResponse) (*cognitoauth.AuthenticateOutput, error) {
	return fake(ctx, c.TB, "Client", "RespondToChallenge", c.RespondToChallengeFunc, in)
}

// ResendConfirmationCode calls ResendConfirmationCodeFunc.
func (c *Client) ResendConfirmationCode(ctx context.Context, in cognitoauth.ResendConfirmationCodeInput) (*cognitoauth.ResendConfirmationCodeOutput, error) {
	return fake(ctx, c.TB, "Client", "ResendConfirmationCode", c.ResendConfirmationCodeFunc, in)
}

// Refresh calls RefreshFunc.
func (c *Client) Refresh(ctx context.Context, in cognitoauth.RefreshInput) (*cognitoauth.RefreshOutput, error) {
	return fake(ctx, c.TB, "Client", "Refresh", c.RefreshFunc, in)
}

// RevokeToken calls RevokeTokenFunc.
func (c *Client) RevokeToken(ctx context.Context, in cognitoauth.RevokeTokenInput) (*cognitoauth.RevokeTokenOutput, error) {
	return fake(ctx, c.TB, "Client", "RevokeToken", c.RevokeTokenFunc, in)
}

// SignOut calls SignOutFunc.
func (c *Client) SignOut(ctx context.Context, in cognitoauth.SignOutInput) (*cognitoauth.SignOutOutput, error) {
	return fake(ctx, c.TB, "Client", "SignOut", c.SignOutFunc, in)
}

// GetUser calls GetUserFunc.
func (c *Client) GetUser(ctx context.Context, in cognitoauth.GetUserInput) (*cognitoauth.GetUserOutput, error) {
	return fake(ctx, c.TB, "Client", "GetUser", c.GetUserFunc, in)
}

// DeleteUser calls DeleteUserFunc.
func (c *Client) DeleteUser(ctx context.Context, in cognitoauth.DeleteUserInput) (*cognitoauth.DeleteUserOutput, error) {
	return fake(ctx, c.TB, "Client", "DeleteUser", c.DeleteUserFunc, in)
}

// UpdateUserAttributes calls UpdateUserAttributesFunc.
func (c *Client) UpdateUserAttributes(ctx context.Context, in cognitoauth.UpdateUserAttributesInput) (*cognitoauth.UpdateUserAttributesOutput, error) {
	return fake(ctx, c.TB, "Client", "UpdateUserAttributes", c.UpdateUserAttributesFunc, in)
}

// DeleteUserAttributes calls DeleteUserAttributesFunc.
func (c *Client) DeleteUserAttributes(ctx context.Context, in cognitoauth.DeleteUserAttributesInput) (*cognitoauth.DeleteUserAttributesOutput, error) {
	return fake(ctx, c.TB, "Client", "DeleteUserAttributes", c.DeleteUserAttributesFunc, in)
}

// GetUserAttributeVerificationCode calls GetUserAttributeVerificationCodeFunc.
func (c *Client) GetUserAttributeVerificationCode(ctx context.Context, in cognitoauth.GetUserAttributeVerificationCodeInput) (*cognitoauth.GetUserAttributeVerificationCodeOutput, error) {
	return fake(ctx, c.TB, "Client", "GetUserAttributeVerificationCode", c.GetUserAttributeVerificationCodeFunc, in)
}

// VerifyUserAttribute calls VerifyUserAttributeFunc.
func (c *Client) VerifyUserAttribute(ctx context.Context, in cognitoauth.VerifyUserAttributeInput) (*cognitoauth.VerifyUserAttributeOutput, error) {
	return fake(ctx, c.TB, "Client", "VerifyUserAttribute", c.VerifyUserAttributeFunc, in)
}

// AssociateSoftwareToken calls AssociateSoftwareTokenFunc.
func (c *Client) AssociateSoftwareToken(ctx context.Context, in cognitoauth.AssociateSoftwareTokenInput) (*cognitoauth.AssociateSoftwareTokenOutput, error) {
	return fake(ctx, c.TB, "Client", "AssociateSoftwareToken", c.AssociateSoftwareTokenFunc, in)
}

// VerifySoftwareToken calls VerifySoftwareTokenFunc.
func (c *Client) VerifySoftwareToken(ctx context.Context, in cognitoauth.VerifySoftwareTokenInput) (*cognitoauth.VerifySoftwareTokenOutput, error) {
	return fake(ctx, c.TB, "Client", "VerifySoftwareToken", c.VerifySoftwareTokenFunc, in)
}

// SetUserMFAPreference calls SetUserMFAPreferenceFunc.
func (c *Client) SetUserMFAPreference(ctx context.Context, in cognitoauth.SetUserMFAPreferenceInput) (*cognitoauth.SetUserMFAPreferenceOutput, error) {
	return fake(ctx, c.TB, "Client", "SetUserMFAPreference", c.SetUserMFAPreferenceFunc, in)
}

// StartWebAuthnRegistration calls StartWebAuthnRegistrationFunc.
func (c *Client) StartWebAuthnRegistration(ctx context.Context, in cognitoauth.StartWebAuthnRegistrationInput) (*cognitoauth.StartWebAuthnRegistrationOutput, error) {
	return fake(ctx, c.TB, "Client", "StartWebAuthnRegistration", c.StartWebAuthnRegistrationFunc, in)
}

// CompleteWebAuthnRegistration calls CompleteWebAuthnRegistrationFunc.
func (c *Client) CompleteWebAuthnRegistration(ctx context.Context, in cognitoauth.CompleteWebAuthnRegistrationInput) (*cognitoauth.CompleteWebAuthnRegistrationOutput, error) {
	return fake(ctx, c.TB, "Client", "CompleteWebAuthnRegistration", c.CompleteWebAuthnRegistrationFunc, in)
}

// ListWebAuthnCredentials calls ListWebAuthnCredentialsFunc.
func (c *Client) ListWebAuthnCredentials(ctx context.Context, in cognitoauth.ListWebAuthnCredentialsInput) iter.Seq2[cognitoauth.WebAuthnCredential, error] {
	return fakeList(ctx, c.TB, "Client", "ListWebAuthnCredentials", c.ListWebAuthnCredentialsFunc, in)
}

// DeleteWebAuthnCredential calls DeleteWebAuthnCredentialFunc.
func (c *Client) DeleteWebAuthnCredential(ctx context.Context, in cognitoauth.DeleteWebAuthnCredentialInput) (*cognitoauth.DeleteWebAuthnCredentialOutput, error) {
	return fake(ctx, c.TB, "Client", "DeleteWebAuthnCredential", c.DeleteWebAuthnCredentialFunc, in)
}

// ConfirmDevice calls ConfirmDeviceFunc.
func (c *Client) ConfirmDevice(ctx context.Context, in cognitoauth.ConfirmDeviceInput) (*cognitoauth.ConfirmDeviceOutput, error) {
	return fake(ctx, c.TB, "Client", "ConfirmDevice", c.ConfirmDeviceFunc, in)
}

// UpdateDeviceStatus calls UpdateDeviceStatusFunc.
func (c *Client) UpdateDeviceStatus(ctx context.Context, in cognitoauth.UpdateDeviceStatusInput) (*cognitoauth.UpdateDeviceStatusOutput, error) {
	return fake(ctx, c.TB, "Client", "UpdateDeviceStatus", c.UpdateDeviceStatusFunc, in)
}

// GetDevice calls GetDeviceFunc.
func (c *Client) GetDevice(ctx context.Context, in cognitoauth.GetDeviceInput) (*cognitoauth.GetDeviceOutput, error) {
	return fake(ctx, c.TB, "Client", "GetDevice", c.GetDeviceFunc, in)
}

// ListDevices calls ListDevicesFunc.
func (c *Client) ListDevices(ctx context.Context, in cognitoauth.ListDevicesInput) iter.Seq2[cognitoauth.DeviceInfo, error] {
	return fakeList(ctx, c.TB, "Client", "ListDevices", c.ListDevicesFunc, in)
}

// ForgetDevice calls ForgetDeviceFunc.
func (c *Client) ForgetDevice(ctx context.Context, in cognitoauth.ForgetDeviceInput) (*cognitoauth.ForgetDeviceOutput, error) {
	return fake(ctx, c.TB, "Client", "ForgetDevice", c.ForgetDeviceFunc, in)
}

// GetUserAuthFactors calls GetUserAuthFactorsFunc.
func (c *Client) GetUserAuthFactors(ctx context.Context, in cognitoauth.GetUserAuthFactorsInput) (*cognitoauth.GetUserAuthFactorsOutput, error) {
	return fake(ctx, c.TB, "Client", "GetUserAuthFactors", c.GetUserAuthFactorsFunc, in)
}

// UpdateAuthEventFeedback calls UpdateAuthEventFeedbackFunc.
func (c *Client) UpdateAuthEventFeedback(ctx context.Context, in cognitoauth.UpdateAuthEventFeedbackInput) (*cognitoauth.UpdateAuthEventFeedbackOutput, error) {
	return fake(ctx, c.TB, "Client", "UpdateAuthEventFeedback", c.UpdateAuthEventFeedbackFunc, in)
}

// SetUserSettings calls SetUserSettingsFunc.
func (c *Client) SetUserSettings(ctx context.Context, in cognitoauth.SetUserSettingsInput) (*cognitoauth.SetUserSettingsOutput, error) {
	return fake(ctx, c.TB, "Client", "SetUserSettings", c.SetUserSettingsFunc, in)
}
