package cognitoauth

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/document"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// fakeAPI records what would be sent to AWS and answers with something that
// every operation takes for success, unless a func says otherwise.
type fakeAPI struct {
	sent []any // the inputs, in order

	admin func(in any) (out any, err error) // any signed operation but AdminDeleteUser

	creationOptions document.Interface // of StartWebAuthnRegistration

	initiateAuth           func(*cip.InitiateAuthInput) (*cip.InitiateAuthOutput, error)
	respondToAuthChallenge func(*cip.RespondToAuthChallengeInput) (*cip.RespondToAuthChallengeOutput, error)
	changePassword         func(*cip.ChangePasswordInput) (*cip.ChangePasswordOutput, error)
	refresh                func(*cip.GetTokensFromRefreshTokenInput) (*cip.GetTokensFromRefreshTokenOutput, error)
}

// newFakePool is a UserPool on a fakeAPI.
func newFakePool(t *testing.T, cfg Config) (*UserPool, *fakeAPI) {
	t.Helper()
	if cfg.UserPoolID == "" {
		cfg.UserPoolID = "eu-west-1_Ab12Cd34E"
	}
	if cfg.ClientID == "" {
		cfg.ClientID = "3n4b5urk1ft4fl3mg5e62d9ado"
	}
	cfg, err := cfg.resolve()
	if err != nil {
		t.Fatal(err)
	}
	api := &fakeAPI{}
	return newUserPool(cfg, api, func(context.Context) (adminAPI, error) { return api, nil }), api
}

var fakeResult = &types.AuthenticationResultType{
	AccessToken:  aws.String("access"),
	IdToken:      aws.String("id"),
	RefreshToken: aws.String("refresh"),
	TokenType:    aws.String("Bearer"),
	ExpiresIn:    3600,
}

func (f *fakeAPI) AdminDeleteUser(_ context.Context, in *cip.AdminDeleteUserInput, _ ...func(*cip.Options)) (*cip.AdminDeleteUserOutput, error) {
	f.sent = append(f.sent, in)
	return &cip.AdminDeleteUserOutput{}, nil
}

func (f *fakeAPI) ChangePassword(_ context.Context, in *cip.ChangePasswordInput, _ ...func(*cip.Options)) (*cip.ChangePasswordOutput, error) {
	f.sent = append(f.sent, in)
	if f.changePassword != nil {
		return f.changePassword(in)
	}
	return &cip.ChangePasswordOutput{}, nil
}

func (f *fakeAPI) ConfirmForgotPassword(_ context.Context, in *cip.ConfirmForgotPasswordInput, _ ...func(*cip.Options)) (*cip.ConfirmForgotPasswordOutput, error) {
	f.sent = append(f.sent, in)
	return &cip.ConfirmForgotPasswordOutput{}, nil
}

func (f *fakeAPI) ConfirmSignUp(_ context.Context, in *cip.ConfirmSignUpInput, _ ...func(*cip.Options)) (*cip.ConfirmSignUpOutput, error) {
	f.sent = append(f.sent, in)
	return &cip.ConfirmSignUpOutput{Session: aws.String("session")}, nil
}

func (f *fakeAPI) DeleteUser(_ context.Context, in *cip.DeleteUserInput, _ ...func(*cip.Options)) (*cip.DeleteUserOutput, error) {
	f.sent = append(f.sent, in)
	return &cip.DeleteUserOutput{}, nil
}

func (f *fakeAPI) ForgotPassword(_ context.Context, in *cip.ForgotPasswordInput, _ ...func(*cip.Options)) (*cip.ForgotPasswordOutput, error) {
	f.sent = append(f.sent, in)
	return &cip.ForgotPasswordOutput{}, nil
}

func (f *fakeAPI) GetTokensFromRefreshToken(_ context.Context, in *cip.GetTokensFromRefreshTokenInput, _ ...func(*cip.Options)) (*cip.GetTokensFromRefreshTokenOutput, error) {
	f.sent = append(f.sent, in)
	if f.refresh != nil {
		return f.refresh(in)
	}
	return &cip.GetTokensFromRefreshTokenOutput{AuthenticationResult: fakeResult}, nil
}

func (f *fakeAPI) GetUser(_ context.Context, in *cip.GetUserInput, _ ...func(*cip.Options)) (*cip.GetUserOutput, error) {
	f.sent = append(f.sent, in)
	return &cip.GetUserOutput{Username: aws.String("ada")}, nil
}

func (f *fakeAPI) GlobalSignOut(_ context.Context, in *cip.GlobalSignOutInput, _ ...func(*cip.Options)) (*cip.GlobalSignOutOutput, error) {
	f.sent = append(f.sent, in)
	return &cip.GlobalSignOutOutput{}, nil
}

func (f *fakeAPI) InitiateAuth(_ context.Context, in *cip.InitiateAuthInput, _ ...func(*cip.Options)) (*cip.InitiateAuthOutput, error) {
	f.sent = append(f.sent, in)
	if f.initiateAuth != nil {
		return f.initiateAuth(in)
	}
	return &cip.InitiateAuthOutput{AuthenticationResult: fakeResult}, nil
}

func (f *fakeAPI) ResendConfirmationCode(_ context.Context, in *cip.ResendConfirmationCodeInput, _ ...func(*cip.Options)) (*cip.ResendConfirmationCodeOutput, error) {
	f.sent = append(f.sent, in)
	return &cip.ResendConfirmationCodeOutput{}, nil
}

func (f *fakeAPI) RespondToAuthChallenge(_ context.Context, in *cip.RespondToAuthChallengeInput, _ ...func(*cip.Options)) (*cip.RespondToAuthChallengeOutput, error) {
	f.sent = append(f.sent, in)
	if f.respondToAuthChallenge != nil {
		return f.respondToAuthChallenge(in)
	}
	return &cip.RespondToAuthChallengeOutput{AuthenticationResult: fakeResult}, nil
}

func (f *fakeAPI) RevokeToken(_ context.Context, in *cip.RevokeTokenInput, _ ...func(*cip.Options)) (*cip.RevokeTokenOutput, error) {
	f.sent = append(f.sent, in)
	return &cip.RevokeTokenOutput{}, nil
}

func (f *fakeAPI) SignUp(_ context.Context, in *cip.SignUpInput, _ ...func(*cip.Options)) (*cip.SignUpOutput, error) {
	f.sent = append(f.sent, in)
	return &cip.SignUpOutput{UserSub: aws.String("sub")}, nil
}

func (f *fakeAPI) AssociateSoftwareToken(_ context.Context, in *cip.AssociateSoftwareTokenInput, _ ...func(*cip.Options)) (*cip.AssociateSoftwareTokenOutput, error) {
	f.sent = append(f.sent, in)
	return &cip.AssociateSoftwareTokenOutput{SecretCode: aws.String("JBSWY3DPEHPK3PXP"), Session: aws.String("next")}, nil
}

func (f *fakeAPI) CompleteWebAuthnRegistration(_ context.Context, in *cip.CompleteWebAuthnRegistrationInput, _ ...func(*cip.Options)) (*cip.CompleteWebAuthnRegistrationOutput, error) {
	f.sent = append(f.sent, in)
	return &cip.CompleteWebAuthnRegistrationOutput{}, nil
}

func (f *fakeAPI) ConfirmDevice(_ context.Context, in *cip.ConfirmDeviceInput, _ ...func(*cip.Options)) (*cip.ConfirmDeviceOutput, error) {
	f.sent = append(f.sent, in)
	return &cip.ConfirmDeviceOutput{}, nil
}

func (f *fakeAPI) DeleteUserAttributes(_ context.Context, in *cip.DeleteUserAttributesInput, _ ...func(*cip.Options)) (*cip.DeleteUserAttributesOutput, error) {
	f.sent = append(f.sent, in)
	return &cip.DeleteUserAttributesOutput{}, nil
}

func (f *fakeAPI) DeleteWebAuthnCredential(_ context.Context, in *cip.DeleteWebAuthnCredentialInput, _ ...func(*cip.Options)) (*cip.DeleteWebAuthnCredentialOutput, error) {
	f.sent = append(f.sent, in)
	return &cip.DeleteWebAuthnCredentialOutput{}, nil
}

func (f *fakeAPI) ForgetDevice(_ context.Context, in *cip.ForgetDeviceInput, _ ...func(*cip.Options)) (*cip.ForgetDeviceOutput, error) {
	f.sent = append(f.sent, in)
	return &cip.ForgetDeviceOutput{}, nil
}

func (f *fakeAPI) GetDevice(_ context.Context, in *cip.GetDeviceInput, _ ...func(*cip.Options)) (*cip.GetDeviceOutput, error) {
	f.sent = append(f.sent, in)
	return &cip.GetDeviceOutput{Device: &types.DeviceType{}}, nil
}

func (f *fakeAPI) GetUserAttributeVerificationCode(_ context.Context, in *cip.GetUserAttributeVerificationCodeInput, _ ...func(*cip.Options)) (*cip.GetUserAttributeVerificationCodeOutput, error) {
	f.sent = append(f.sent, in)
	return &cip.GetUserAttributeVerificationCodeOutput{}, nil
}

func (f *fakeAPI) GetUserAuthFactors(_ context.Context, in *cip.GetUserAuthFactorsInput, _ ...func(*cip.Options)) (*cip.GetUserAuthFactorsOutput, error) {
	f.sent = append(f.sent, in)
	return &cip.GetUserAuthFactorsOutput{Username: aws.String("ada")}, nil
}

func (f *fakeAPI) ListDevices(_ context.Context, in *cip.ListDevicesInput, _ ...func(*cip.Options)) (*cip.ListDevicesOutput, error) {
	f.sent = append(f.sent, in)
	return &cip.ListDevicesOutput{}, nil
}

func (f *fakeAPI) ListWebAuthnCredentials(_ context.Context, in *cip.ListWebAuthnCredentialsInput, _ ...func(*cip.Options)) (*cip.ListWebAuthnCredentialsOutput, error) {
	f.sent = append(f.sent, in)
	return &cip.ListWebAuthnCredentialsOutput{}, nil
}

func (f *fakeAPI) SetUserMFAPreference(_ context.Context, in *cip.SetUserMFAPreferenceInput, _ ...func(*cip.Options)) (*cip.SetUserMFAPreferenceOutput, error) {
	f.sent = append(f.sent, in)
	return &cip.SetUserMFAPreferenceOutput{}, nil
}

func (f *fakeAPI) SetUserSettings(_ context.Context, in *cip.SetUserSettingsInput, _ ...func(*cip.Options)) (*cip.SetUserSettingsOutput, error) {
	f.sent = append(f.sent, in)
	return &cip.SetUserSettingsOutput{}, nil
}

func (f *fakeAPI) StartWebAuthnRegistration(_ context.Context, in *cip.StartWebAuthnRegistrationInput, _ ...func(*cip.Options)) (*cip.StartWebAuthnRegistrationOutput, error) {
	f.sent = append(f.sent, in)
	options := f.creationOptions
	if options == nil {
		options = document.NewLazyDocument(map[string]any{"challenge": "abc"})
	}
	return &cip.StartWebAuthnRegistrationOutput{CredentialCreationOptions: options}, nil
}

func (f *fakeAPI) UpdateAuthEventFeedback(_ context.Context, in *cip.UpdateAuthEventFeedbackInput, _ ...func(*cip.Options)) (*cip.UpdateAuthEventFeedbackOutput, error) {
	f.sent = append(f.sent, in)
	return &cip.UpdateAuthEventFeedbackOutput{}, nil
}

func (f *fakeAPI) UpdateDeviceStatus(_ context.Context, in *cip.UpdateDeviceStatusInput, _ ...func(*cip.Options)) (*cip.UpdateDeviceStatusOutput, error) {
	f.sent = append(f.sent, in)
	return &cip.UpdateDeviceStatusOutput{}, nil
}

func (f *fakeAPI) UpdateUserAttributes(_ context.Context, in *cip.UpdateUserAttributesInput, _ ...func(*cip.Options)) (*cip.UpdateUserAttributesOutput, error) {
	f.sent = append(f.sent, in)
	return &cip.UpdateUserAttributesOutput{}, nil
}

func (f *fakeAPI) VerifySoftwareToken(_ context.Context, in *cip.VerifySoftwareTokenInput, _ ...func(*cip.Options)) (*cip.VerifySoftwareTokenOutput, error) {
	f.sent = append(f.sent, in)
	return &cip.VerifySoftwareTokenOutput{Status: types.VerifySoftwareTokenResponseTypeSuccess, Session: aws.String("next")}, nil
}

func (f *fakeAPI) VerifyUserAttribute(_ context.Context, in *cip.VerifyUserAttributeInput, _ ...func(*cip.Options)) (*cip.VerifyUserAttributeOutput, error) {
	f.sent = append(f.sent, in)
	return &cip.VerifyUserAttributeOutput{}, nil
}

func (f *fakeAPI) AdminInitiateAuth(_ context.Context, in *cip.AdminInitiateAuthInput, _ ...func(*cip.Options)) (*cip.AdminInitiateAuthOutput, error) {
	f.sent = append(f.sent, in)
	return &cip.AdminInitiateAuthOutput{AuthenticationResult: fakeResult}, nil
}

func (f *fakeAPI) AdminRespondToAuthChallenge(_ context.Context, in *cip.AdminRespondToAuthChallengeInput, _ ...func(*cip.Options)) (*cip.AdminRespondToAuthChallengeOutput, error) {
	f.sent = append(f.sent, in)
	return &cip.AdminRespondToAuthChallengeOutput{AuthenticationResult: fakeResult}, nil
}
