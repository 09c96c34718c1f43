package cognitoauth

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// NewPasswordChallenge asks a user whom an administrator created for a password
// of their own.
type NewPasswordChallenge struct {
	// RequiredAttributes are the names of the attributes to give along with it,
	// such as "name". Empty: none.
	RequiredAttributes []string

	// Attributes are those that the user has. They need not be sent back;
	// Cognito refuses some that are.
	Attributes map[string]string

	pending
}

// Answer sets the password, and the attributes in the map, which may be nil if
// none is required.
func (c *NewPasswordChallenge) Answer(newPassword string, attributes map[string]string) ChallengeResponse {
	answers := map[string]string{"NEW_PASSWORD": newPassword}
	for name, value := range attributes {
		answers[userAttributePrefix+name] = value
	}
	return c.response(answers)
}

// check names what an answer lacks, which Cognito would refuse one at a time.
func (c *NewPasswordChallenge) check(answers map[string]string, found *checks) {
	found.password("NEW_PASSWORD", answers["NEW_PASSWORD"])
	for _, name := range c.RequiredAttributes {
		if answers[userAttributePrefix+name] == "" && c.Attributes[name] == "" {
			found.add("attribute %.40q is required", name)
		}
	}
}

// userAttributePrefix is how the API's NEW_PASSWORD_REQUIRED names attributes,
// in what it asks for and in what it is answered.
const userAttributePrefix = "userAttributes."

// SMSMFAChallenge asks for the second-factor code in a text message.
type SMSMFAChallenge struct {
	Delivery CodeDelivery
	pending
}

// Answer gives the code.
func (c *SMSMFAChallenge) Answer(code string) ChallengeResponse {
	return c.response(map[string]string{"SMS_MFA_CODE": code})
}

// SoftwareTokenMFAChallenge asks for the code that the user's authenticator app
// shows (TOTP, RFC 6238).
type SoftwareTokenMFAChallenge struct {
	FriendlyDeviceName string // as given when the app was set up; may be empty
	pending
}

// Answer gives the code.
func (c *SoftwareTokenMFAChallenge) Answer(code string) ChallengeResponse {
	return c.response(map[string]string{"SOFTWARE_TOKEN_MFA_CODE": code})
}

// EmailOTPChallenge asks for the one-time code in an e-mail, as first or as
// second factor.
type EmailOTPChallenge struct {
	Delivery CodeDelivery
	pending
}

// Answer gives the code.
func (c *EmailOTPChallenge) Answer(code string) ChallengeResponse {
	return c.response(map[string]string{"EMAIL_OTP_CODE": code})
}

// SMSOTPChallenge asks for the one-time code in a text message, as first factor.
type SMSOTPChallenge struct {
	Delivery CodeDelivery
	pending
}

// Answer gives the code.
func (c *SMSOTPChallenge) Answer(code string) ChallengeResponse {
	return c.response(map[string]string{"SMS_OTP_CODE": code})
}

// SelectMFAChallenge asks which of several second factors to use.
type SelectMFAChallenge struct {
	// Available are some of ChallengeSMSMFA, ChallengeSoftwareTokenMFA and
	// ChallengeEmailOTP.
	Available []ChallengeName
	pending
}

// Answer chooses a second factor; its own challenge follows.
func (c *SelectMFAChallenge) Answer(factor ChallengeName) ChallengeResponse {
	return c.response(map[string]string{"ANSWER": string(factor)})
}

// MFASetupChallenge asks a user who must have a second factor to set one up: an
// authenticator app with [UserPool.AssociateSoftwareToken], which takes the
// challenge, or codes by e-mail with AnswerEmail.
type MFASetupChallenge struct {
	// Available are some of ChallengeSMSMFA, ChallengeSoftwareTokenMFA and
	// ChallengeEmailOTP.
	Available []ChallengeName
	pending
}

// AnswerEmail sets up codes by e-mail to that address.
func (c *MFASetupChallenge) AnswerEmail(address string) ChallengeResponse {
	return c.response(map[string]string{"EMAIL": address})
}

// SelectChallenge asks with which first factor to sign in.
type SelectChallenge struct {
	// Available are some of ChallengePassword, ChallengePasswordSRP,
	// ChallengeEmailOTP, ChallengeSMSOTP and ChallengeWebAuthn.
	Available []ChallengeName
	pending
}

// Answer chooses a factor other than the password; its own challenge follows.
func (c *SelectChallenge) Answer(factor ChallengeName) ChallengeResponse {
	return c.response(map[string]string{"ANSWER": string(factor)})
}

// AnswerPassword chooses the password and proves it over SRP; or gives it, inside
// TLS, if Cognito offers only that.
func (c *SelectChallenge) AnswerPassword(password string) ChallengeResponse {
	if slices.Contains(c.Available, ChallengePassword) && !slices.Contains(c.Available, ChallengePasswordSRP) {
		return c.response(map[string]string{"ANSWER": string(ChallengePassword), "PASSWORD": password})
	}
	r := c.response(map[string]string{"ANSWER": string(ChallengePasswordSRP)})
	r.proof = password
	return r
}

// SwitchFactor answers a first-factor challenge of [FlowUserAuth] with the wish
// for another factor, such as a code in place of a passkey. It cannot choose the
// password: begin again with that.
func SwitchFactor(c Challenge, factor ChallengeName) ChallengeResponse {
	p := c.open()
	r := p.response(map[string]string{"ANSWER": string(factor)})
	r.Name = ChallengeSelect
	return r
}

// PasswordChallenge asks for the password.
type PasswordChallenge struct{ pending }

// Answer gives the password: over SRP if Cognito asks for that, inside TLS
// otherwise.
func (c *PasswordChallenge) Answer(password string) ChallengeResponse {
	if c.name == ChallengePassword {
		return c.response(map[string]string{"PASSWORD": password})
	}
	r := c.response(map[string]string{})
	r.proof = password
	return r
}

// WebAuthnChallenge asks for a passkey.
type WebAuthnChallenge struct {
	// RequestOptions is the JSON for the browser's navigator.credentials.get: a
	// PublicKeyCredentialRequestOptionsJSON of the Web Authentication standard.
	RequestOptions json.RawMessage
	pending
}

// Answer gives the AuthenticationResponseJSON that the browser produced.
func (c *WebAuthnChallenge) Answer(credential json.RawMessage) ChallengeResponse {
	return c.response(map[string]string{"CREDENTIAL": string(credential)})
}

// CustomChallenge asks what the pool's own Lambda trigger made up.
type CustomChallenge struct {
	Parameters map[string]string // as the trigger set them
	pending
}

// Answer gives what the trigger expects.
func (c *CustomChallenge) Answer(answer string) ChallengeResponse {
	return c.response(map[string]string{"ANSWER": answer})
}

// DeviceChallenge asks for the device that the sign-in began on. It comes only
// if a response before it did not carry the Device.
type DeviceChallenge struct{ pending }

// Answer proves the device.
func (c *DeviceChallenge) Answer(device Device) ChallengeResponse {
	r := c.response(nil)
	r.Device = &device
	return r
}

// UnknownChallenge is one that this version does not know, kept whole.
type UnknownChallenge struct {
	Parameters map[string]string // the API's ChallengeParameters
	Available  []ChallengeName   // the API's AvailableChallenges
	pending
}

// Answer gives the API's ChallengeResponses; USERNAME and SECRET_HASH are added.
func (c *UnknownChallenge) Answer(answers map[string]string) ChallengeResponse {
	return c.response(maps.Clone(answers))
}

// isChallengeName reports whether s names a challenge that this version knows.
func isChallengeName(s string) bool {
	_, unknown := newChallenge(pending{name: ChallengeName(s)}).(*UnknownChallenge)
	return !unknown
}

// newChallenge gives a pending challenge its type.
func newChallenge(p pending) Challenge {
	switch p.name {
	case ChallengeNewPassword:
		c := &NewPasswordChallenge{pending: p}
		decode(&p, "userAttributes", &c.Attributes)
		decode(&p, "requiredAttributes", &c.RequiredAttributes)
		for i, name := range c.RequiredAttributes {
			c.RequiredAttributes[i] = strings.TrimPrefix(name, userAttributePrefix)
		}
		c.RequiredAttributes = slices.DeleteFunc(c.RequiredAttributes, func(name string) bool { return name == "" })
		return c
	case ChallengeSMSMFA:
		return &SMSMFAChallenge{pending: p, Delivery: p.delivery("phone_number")}
	case ChallengeSoftwareTokenMFA:
		return &SoftwareTokenMFAChallenge{pending: p, FriendlyDeviceName: p.parameters["FRIENDLY_DEVICE_NAME"]}
	case ChallengeEmailOTP:
		return &EmailOTPChallenge{pending: p, Delivery: p.delivery("email")}
	case ChallengeSMSOTP:
		return &SMSOTPChallenge{pending: p, Delivery: p.delivery("phone_number")}
	case ChallengeSelectMFAType:
		c := &SelectMFAChallenge{pending: p}
		decode(&p, "MFAS_CAN_CHOOSE", &c.Available)
		return c
	case ChallengeMFASetup:
		c := &MFASetupChallenge{pending: p}
		decode(&p, "MFAS_CAN_SETUP", &c.Available)
		return c
	case ChallengeSelect:
		return &SelectChallenge{pending: p, Available: slices.Clone(p.available)}
	case ChallengePassword, ChallengePasswordSRP:
		return &PasswordChallenge{pending: p}
	case ChallengeWebAuthn:
		c := &WebAuthnChallenge{pending: p}
		decode(&p, "CREDENTIAL_REQUEST_OPTIONS", &c.RequestOptions)
		return c
	case ChallengeCustom:
		return &CustomChallenge{pending: p, Parameters: maps.Clone(p.parameters)}
	case ChallengeDevice:
		return &DeviceChallenge{pending: p}
	}
	return &UnknownChallenge{pending: p, Parameters: maps.Clone(p.parameters), Available: slices.Clone(p.available)}
}

// decode reads a parameter that is JSON in a string. One that is absent or
// malformed leaves the field empty: the challenge can be answered without it,
// and State keeps what Cognito sent.
func decode[T any](p *pending, parameter string, into *T) {
	var v T
	if json.Unmarshal([]byte(p.parameters[parameter]), &v) == nil {
		*into = v
	}
}

func (p *pending) delivery(attribute string) CodeDelivery {
	return CodeDelivery{
		Attribute:   attribute,
		Destination: p.parameters["CODE_DELIVERY_DESTINATION"],
		Medium:      p.parameters["CODE_DELIVERY_DELIVERY_MEDIUM"],
	}
}
