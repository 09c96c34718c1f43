package cognitoauth

import "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

// MFASetting is what to do with one second factor. Empty leaves it as it is.
type MFASetting string

const (
	MFAOff       MFASetting = "off"       // not asked for
	MFAOn        MFASetting = "on"        // can be asked for
	MFAPreferred MFASetting = "preferred" // asked for first
)

// The API has a type of its own for each factor; nil leaves the factor alone.

func (m MFASetting) sms() *types.SMSMfaSettingsType {
	if m == "" {
		return nil
	}
	return &types.SMSMfaSettingsType{Enabled: m.enabled(), PreferredMfa: m == MFAPreferred}
}

func (m MFASetting) softwareToken() *types.SoftwareTokenMfaSettingsType {
	if m == "" {
		return nil
	}
	return &types.SoftwareTokenMfaSettingsType{Enabled: m.enabled(), PreferredMfa: m == MFAPreferred}
}

func (m MFASetting) email() *types.EmailMfaSettingsType {
	if m == "" {
		return nil
	}
	return &types.EmailMfaSettingsType{Enabled: m.enabled(), PreferredMfa: m == MFAPreferred}
}

func (m MFASetting) webAuthn() *types.WebAuthnMfaSettingsType {
	if m == "" {
		return nil
	}
	return &types.WebAuthnMfaSettingsType{Enabled: m.enabled()}
}

func (m MFASetting) enabled() bool { return m == MFAOn || m == MFAPreferred }

// mfaSettings checks the settings of an input that has all four factors.
func (c *checks) mfaSettings(sms, softwareToken, email, passkey MFASetting) *checks {
	named := false
	for _, factor := range []struct {
		field   string
		setting MFASetting
	}{{"SMS", sms}, {"SoftwareToken", softwareToken}, {"Email", email}, {"Passkey", passkey}} {
		switch factor.setting {
		case MFAOff, MFAOn, MFAPreferred:
			named = true
		case "":
		default:
			c.add("%s %.40q is not one of %s, %s, %s", factor.field, factor.setting, MFAOff, MFAOn, MFAPreferred)
		}
	}
	if !named && c.problems == nil {
		c.add("no second factor is named: set at least one of SMS, SoftwareToken, Email, Passkey")
	}
	return c
}
