package cognitoauth

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

// AdminSetUserMFAPreferenceInput says which second factors of a user to switch
// on and off. Those left empty stay as they are.
type AdminSetUserMFAPreferenceInput struct {
	Username string // a user name, a verified alias or a sub

	SMS           MFASetting
	SoftwareToken MFASetting // the authenticator app
	Email         MFASetting
	Passkey       MFASetting // MFAPreferred is the same as MFAOn
}

// AdminSetUserMFAPreferenceOutput is empty so far.
type AdminSetUserMFAPreferenceOutput struct{}

// SetUserMFAPreference switches second factors of a user on and off.
//
// A factor that the user has not set up (a phone number, an authenticator app)
// is [ErrMFANotSetUp]; an unconfirmed user is [ErrUserNotConfirmed], one whose
// password was reset [ErrPasswordResetRequired].
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminSetUserMFAPreference.html
func (a *Admin) SetUserMFAPreference(ctx context.Context, in AdminSetUserMFAPreferenceInput) (*AdminSetUserMFAPreferenceOutput, error) {
	if err := check(opAdminSetUserMFAPreference).username("Username", in.Username).
		mfaSettings(in.SMS, in.SoftwareToken, in.Email, in.Passkey).err(); err != nil {
		return nil, err
	}
	r := request{op: opAdminSetUserMFAPreference, repeatable: true} // sets a state, tells nobody
	_, err := callSigned(ctx, a, r, adminAPI.AdminSetUserMFAPreference, &cip.AdminSetUserMFAPreferenceInput{
		UserPoolId:               aws.String(a.pool.cfg.UserPoolID),
		Username:                 aws.String(in.Username),
		SMSMfaSettings:           in.SMS.sms(),
		SoftwareTokenMfaSettings: in.SoftwareToken.softwareToken(),
		EmailMfaSettings:         in.Email.email(),
		WebAuthnMfaSettings:      in.Passkey.webAuthn(),
	})
	if err != nil {
		return nil, err
	}
	return &AdminSetUserMFAPreferenceOutput{}, nil
}

// AdminSetUserSettingsInput says which attribute to send text messages to.
type AdminSetUserSettingsInput struct {
	Username     string // a user name, a verified alias or a sub
	SMSAttribute string // "phone_number"; empty switches text messages off
}

// AdminSetUserSettingsOutput is empty so far.
type AdminSetUserSettingsOutput struct{}

// SetUserSettings switches text messages as second factor on or off.
//
// Deprecated: the API keeps it for old callers, and it knows text messages
// only. Use [Admin.SetUserMFAPreference].
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminSetUserSettings.html
func (a *Admin) SetUserSettings(ctx context.Context, in AdminSetUserSettingsInput) (*AdminSetUserSettingsOutput, error) {
	if err := check(opAdminSetUserSettings).username("Username", in.Username).
		text("SMSAttribute", in.SMSAttribute, maxName).err(); err != nil {
		return nil, err
	}
	r := request{op: opAdminSetUserSettings, repeatable: true} // sets a state, tells nobody
	_, err := callSigned(ctx, a, r, adminAPI.AdminSetUserSettings, &cip.AdminSetUserSettingsInput{
		UserPoolId: aws.String(a.pool.cfg.UserPoolID),
		Username:   aws.String(in.Username),
		MFAOptions: smsOptions(in.SMSAttribute),
	})
	if err != nil {
		return nil, err
	}
	return &AdminSetUserSettingsOutput{}, nil
}
