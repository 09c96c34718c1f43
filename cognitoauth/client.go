package cognitoauth

import (
	"context"
	"iter"
)

// Registrar signs new users up. It needs no AWS credentials.
type Registrar interface {
	SignUp(ctx context.Context, in SignUpInput) (*SignUpOutput, error)
	ConfirmSignUp(ctx context.Context, in ConfirmSignUpInput) (*ConfirmSignUpOutput, error)
}

// Authenticator signs users in. It needs no AWS credentials.
type Authenticator interface {
	Authenticate(ctx context.Context, in AuthenticateInput) (*AuthenticateOutput, error)
}

// PasswordManager changes and resets passwords. It needs no AWS credentials.
type PasswordManager interface {
	ForgotPassword(ctx context.Context, in ForgotPasswordInput) (*ForgotPasswordOutput, error)
	ConfirmForgotPassword(ctx context.Context, in ConfirmForgotPasswordInput) (*ConfirmForgotPasswordOutput, error)
	ChangePassword(ctx context.Context, in ChangePasswordInput) (*ChangePasswordOutput, error)
}

// AdminDeleter deletes other people's accounts. It needs AWS credentials that
// may call cognito-idp:AdminDeleteUser.
type AdminDeleter interface {
	AdminDelete(ctx context.Context, in AdminDeleteInput) (*AdminDeleteOutput, error)
}

// Client is what a service with passwords needs: to sign users up and in, to
// change and reset passwords, and to delete accounts. Its seven methods are
// frozen for the life of version 1: new operations arrive as methods of
// [UserPool] and as new role interfaces, never here, and new parameters and
// results arrive as fields.
//
// It answers no challenge, refreshes no token and ends no session. What does is
// in the other roles, to be put together as they are needed:
//
//	type users interface {
//		cognitoauth.Registrar
//		cognitoauth.Authenticator
//		cognitoauth.ChallengeResponder // second factors, new passwords
//		cognitoauth.TokenRefresher
//		cognitoauth.SessionEnder // signing out
//	}
//
// A [*UserPool] is all of them, and so is the fake cognitotest.Client. Accept
// the roles you use: a sign-up handler that takes a [Registrar] cannot delete
// users, whatever happens to it.
type Client interface {
	Registrar
	Authenticator
	PasswordManager
	AdminDeleter
}

// ChallengeResponder answers what [Authenticator] left open.
type ChallengeResponder interface {
	RespondToChallenge(ctx context.Context, r ChallengeResponse) (*AuthenticateOutput, error)
}

// CodeResender sends another confirmation code to a user who has signed up.
type CodeResender interface {
	ResendConfirmationCode(ctx context.Context, in ResendConfirmationCodeInput) (*ResendConfirmationCodeOutput, error)
}

// TokenRefresher trades a refresh token for new tokens.
type TokenRefresher interface {
	Refresh(ctx context.Context, in RefreshInput) (*RefreshOutput, error)
}

// TokenRevoker ends one session: the one its refresh token belongs to.
type TokenRevoker interface {
	RevokeToken(ctx context.Context, in RevokeTokenInput) (*RevokeTokenOutput, error)
}

// SessionEnder ends every session of the user whose access token it is given.
type SessionEnder interface {
	SignOut(ctx context.Context, in SignOutInput) (*SignOutOutput, error)
}

// UserReader reads the profile of the user whose access token it is given.
type UserReader interface {
	GetUser(ctx context.Context, in GetUserInput) (*GetUserOutput, error)
}

// UserDeleter deletes the user whose access token it is given.
type UserDeleter interface {
	DeleteUser(ctx context.Context, in DeleteUserInput) (*DeleteUserOutput, error)
}

// AttributeManager changes and verifies the user's own attributes.
type AttributeManager interface {
	UpdateUserAttributes(ctx context.Context, in UpdateUserAttributesInput) (*UpdateUserAttributesOutput, error)
	DeleteUserAttributes(ctx context.Context, in DeleteUserAttributesInput) (*DeleteUserAttributesOutput, error)
	GetUserAttributeVerificationCode(ctx context.Context, in GetUserAttributeVerificationCodeInput) (*GetUserAttributeVerificationCodeOutput, error)
	VerifyUserAttribute(ctx context.Context, in VerifyUserAttributeInput) (*VerifyUserAttributeOutput, error)
}

// MFAManager sets up the user's own second factors.
type MFAManager interface {
	AssociateSoftwareToken(ctx context.Context, in AssociateSoftwareTokenInput) (*AssociateSoftwareTokenOutput, error)
	VerifySoftwareToken(ctx context.Context, in VerifySoftwareTokenInput) (*VerifySoftwareTokenOutput, error)
	SetUserMFAPreference(ctx context.Context, in SetUserMFAPreferenceInput) (*SetUserMFAPreferenceOutput, error)
}

// PasskeyManager registers and removes the user's own passkeys.
type PasskeyManager interface {
	StartWebAuthnRegistration(ctx context.Context, in StartWebAuthnRegistrationInput) (*StartWebAuthnRegistrationOutput, error)
	CompleteWebAuthnRegistration(ctx context.Context, in CompleteWebAuthnRegistrationInput) (*CompleteWebAuthnRegistrationOutput, error)
	ListWebAuthnCredentials(ctx context.Context, in ListWebAuthnCredentialsInput) iter.Seq2[WebAuthnCredential, error]
	DeleteWebAuthnCredential(ctx context.Context, in DeleteWebAuthnCredentialInput) (*DeleteWebAuthnCredentialOutput, error)
}

// DeviceManager remembers and forgets the user's own devices.
type DeviceManager interface {
	ConfirmDevice(ctx context.Context, in ConfirmDeviceInput) (*ConfirmDeviceOutput, error)
	UpdateDeviceStatus(ctx context.Context, in UpdateDeviceStatusInput) (*UpdateDeviceStatusOutput, error)
	GetDevice(ctx context.Context, in GetDeviceInput) (*GetDeviceOutput, error)
	ListDevices(ctx context.Context, in ListDevicesInput) iter.Seq2[DeviceInfo, error]
	ForgetDevice(ctx context.Context, in ForgetDeviceInput) (*ForgetDeviceOutput, error)
}

// AuthFactorReader lists what the user can sign in with.
type AuthFactorReader interface {
	GetUserAuthFactors(ctx context.Context, in GetUserAuthFactorsInput) (*GetUserAuthFactorsOutput, error)
}

// AuthEventReporter passes on what a user said of a suspicious sign-in.
type AuthEventReporter interface {
	UpdateAuthEventFeedback(ctx context.Context, in UpdateAuthEventFeedbackInput) (*UpdateAuthEventFeedbackOutput, error)
}

var (
	_ Client             = (*UserPool)(nil)
	_ ChallengeResponder = (*UserPool)(nil)
	_ CodeResender       = (*UserPool)(nil)
	_ TokenRefresher     = (*UserPool)(nil)
	_ TokenRevoker       = (*UserPool)(nil)
	_ SessionEnder       = (*UserPool)(nil)
	_ UserReader         = (*UserPool)(nil)
	_ UserDeleter        = (*UserPool)(nil)
	_ AttributeManager   = (*UserPool)(nil)
	_ MFAManager         = (*UserPool)(nil)
	_ PasskeyManager     = (*UserPool)(nil)
	_ DeviceManager      = (*UserPool)(nil)
	_ AuthFactorReader   = (*UserPool)(nil)
	_ AuthEventReporter  = (*UserPool)(nil)

	_ ChallengeResponder = (*Admin)(nil)
)
