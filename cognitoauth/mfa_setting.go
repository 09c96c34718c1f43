package cognitoauth

import "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

// MFASetting is what to do with one second factor. Empty leaves it as it is.
type MFASetting string

const (
	MFAOff       MFASetting = "off"       // not asked for
	MFAOn        MFASetting = "on"        // can be asked for
	MFAPreferred MFASetting = "preferred" // asked for first
)

// wire returns the API's two flags, and false if the factor is to be left alone.
func (m MFASetting) wire() (enabled, preferred, named bool) {
	return m == MFAOn || m == MFAPreferred, m == MFAPreferred, m != ""
}

func (m MFASetting) sms() *types.SMSMfaSettingsType {
	enabled, preferred, named := m.wire()
	if !named {
		return nil
	}
	return &types.SMSMfaSettingsType{Enabled: enabled, PreferredMfa: preferred}
}

func (m MFASetting) softwareToken() *types.SoftwareTokenMfaSettingsType {
	enabled, preferred, named := m.wire()
	if !named {
		return nil
	}
	return &types.SoftwareTokenMfaSettingsType{Enabled: enabled, PreferredMfa: preferred}
}

func (m MFASetting) email() *types.EmailMfaSettingsType {
	enabled, preferred, named := m.wire()
	if !named {
		return nil
	}
	return &types.EmailMfaSettingsType{Enabled: enabled, PreferredMfa: preferred}
}

func (m MFASetting) webAuthn() *types.WebAuthnMfaSettingsType {
	enabled, _, named := m.wire()
	if !named {
		return nil
	}
	return &types.WebAuthnMfaSettingsType{Enabled: enabled}
}

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
