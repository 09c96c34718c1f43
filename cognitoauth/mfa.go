package cognitoauth

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognitoauth/cognito-go/internal/redact"
)

// AssociateSoftwareTokenInput says for whom to set up an authenticator app:
// exactly one of AccessToken and Challenge.
type AssociateSoftwareTokenInput struct {
	AccessToken string             // of a signed-in user
	Challenge   *MFASetupChallenge // of a user who must set up a factor to sign in

	// Issuer and AccountName are what the authenticator app will show beside
	// its codes, such as "Example Shop" and the user's e-mail address.
	Issuer      string
	AccountName string
}

// AssociateSoftwareTokenOutput is what the authenticator app needs.
type AssociateSoftwareTokenOutput struct {
	// SecretCode is the shared secret in base32, for typing.
	SecretCode string

	// URI is the same as an otpauth:// URI, for a QR code.
	URI string

	// Challenge replaces the one that was given: hand it, or its State, to
	// VerifySoftwareToken. Nil if an AccessToken was given.
	Challenge *MFASetupChallenge
}

// AssociateSoftwareToken begins to set up an authenticator app (TOTP, RFC
// 6238). It counts once [UserPool.VerifySoftwareToken] has seen a code of it.
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AssociateSoftwareToken.html
func (p *UserPool) AssociateSoftwareToken(ctx context.Context, in AssociateSoftwareTokenInput) (*AssociateSoftwareTokenOutput, error) {
	session, err := p.mfaSession(check(opAssociateSoftwareToken).
		text("Issuer", in.Issuer, maxString).
		text("AccountName", in.AccountName, maxString), in.AccessToken, in.Challenge)
	if err != nil {
		return nil, err
	}
	r := request{op: opAssociateSoftwareToken, secrets: []string{in.AccessToken, session}}
	out, err := call(ctx, r, p.public.AssociateSoftwareToken, &cip.AssociateSoftwareTokenInput{
		AccessToken: optional(in.AccessToken),
		Session:     optional(session),
	})
	if err != nil {
		return nil, err
	}
	secret := aws.ToString(out.SecretCode)
	if secret == "" {
		return nil, malformedReply(opAssociateSoftwareToken, "no SecretCode")
	}
	return &AssociateSoftwareTokenOutput{
		SecretCode: secret,
		URI:        otpauthURI(in.Issuer, in.AccountName, secret),
		Challenge:  in.Challenge.withSession(out.Session),
	}, nil
}

// otpauthURI is in the de-facto standard form:
// https://github.com/google/google-authenticator/wiki/Key-Uri-Format. Cognito's
// parameters (SHA-1, six digits, 30 seconds) are that form's defaults.
func otpauthURI(issuer, account, secret string) string {
	label := url.PathEscape(account)
	query := "secret=" + url.QueryEscape(secret)
	if issuer != "" {
		// Some apps read the issuer from the label, some from the parameter;
		// a colon in it would move the border between the two.
		issuer = strings.ReplaceAll(issuer, ":", "")
		label = url.PathEscape(issuer) + ":" + label
		// Apps do not agree on what a plus sign in a query is.
		query += "&issuer=" + strings.ReplaceAll(url.QueryEscape(issuer), "+", "%20")
	}
	return "otpauth://totp/" + label + "?" + query
}

// VerifySoftwareTokenInput carries a code of the authenticator app, and for
// whom: exactly one of AccessToken and Challenge.
type VerifySoftwareTokenInput struct {
	AccessToken string             // of a signed-in user
	Challenge   *MFASetupChallenge // as AssociateSoftwareToken returned it

	Code               string // of the app, six digits
	FriendlyDeviceName string // to tell apps apart; may be empty

	// ClientMetadata and UserContext go along with the answer to Challenge; if
	// that came from [Admin.Authenticate], Context does in UserContext's place.
	ClientMetadata map[string]string
	UserContext    UserContext
	Context        AdminContext
}

// VerifySoftwareTokenOutput is what follows.
type VerifySoftwareTokenOutput struct {
	// SignIn is where the sign-in that was interrupted by Challenge has got to.
	// Nil if an AccessToken was given.
	SignIn *AuthenticateOutput
}

// VerifySoftwareToken finishes the set-up of an authenticator app. With a
// challenge it then goes on with the sign-in, in a signed request if that began
// with [Admin.Authenticate]. With an access token, switch the factor on with
// [UserPool.SetUserMFAPreference].
//
// A wrong code is [ErrCodeMismatch].
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_VerifySoftwareToken.html
func (p *UserPool) VerifySoftwareToken(ctx context.Context, in VerifySoftwareTokenInput) (*VerifySoftwareTokenOutput, error) {
	session, err := p.mfaSession(check(opVerifySoftwareToken).code(in.Code).
		text("FriendlyDeviceName", in.FriendlyDeviceName, maxString).
		metadata("ClientMetadata", in.ClientMetadata).
		userContext(in.UserContext).adminContext(in.Context), in.AccessToken, in.Challenge)
	if err != nil {
		return nil, err
	}
	r := request{op: opVerifySoftwareToken, secrets: []string{in.AccessToken, session, in.Code}}
	out, err := call(ctx, r, p.public.VerifySoftwareToken, &cip.VerifySoftwareTokenInput{
		AccessToken:        optional(in.AccessToken),
		Session:            optional(session),
		UserCode:           aws.String(in.Code),
		FriendlyDeviceName: optional(in.FriendlyDeviceName),
	})
	if err != nil {
		return nil, err
	}
	switch out.Status {
	case types.VerifySoftwareTokenResponseTypeSuccess:
	case types.VerifySoftwareTokenResponseTypeError:
		return nil, &Error{Op: opVerifySoftwareToken, Message: "Status is ERROR", StatusCode: http.StatusOK, kind: ErrCodeMismatch}
	default:
		return nil, malformedReply(opVerifySoftwareToken, "no Status")
	}
	if in.Challenge == nil {
		return &VerifySoftwareTokenOutput{}, nil
	}
	answer := in.Challenge.withSession(out.Session).response(nil)
	answer.ClientMetadata, answer.UserContext, answer.Context = in.ClientMetadata, in.UserContext, in.Context
	respond := p.RespondToChallenge
	if in.Challenge.admin {
		respond = p.admin.RespondToChallenge
	}
	signIn, err := respond(ctx, answer)
	if err != nil {
		return nil, err
	}
	return &VerifySoftwareTokenOutput{SignIn: signIn}, nil
}

// mfaSession checks that there is exactly one of the two ways to say who the
// user is, and returns the challenge's session if it is that.
func (p *UserPool) mfaSession(c *checks, accessToken string, challenge *MFASetupChallenge) (string, error) {
	switch {
	case accessToken != "" && challenge != nil:
		c.add("AccessToken and Challenge are both set: want one")
	case accessToken != "":
		c.token("AccessToken", accessToken)
	case challenge == nil:
		c.add("AccessToken is empty and Challenge is nil: want one")
	case challenge.userPoolID != p.cfg.UserPoolID || challenge.clientID != p.cfg.ClientID:
		c.add("Challenge belongs to another user pool or app client")
	default:
		return challenge.session, c.err()
	}
	return "", c.err()
}

// withSession is the challenge with the session that Cognito gave in return for
// its own.
func (c *MFASetupChallenge) withSession(session *string) *MFASetupChallenge {
	if c == nil {
		return nil
	}
	next := *c
	if s := aws.ToString(session); s != "" {
		next.session = s
	}
	return &next
}

// SetUserMFAPreferenceInput says which second factors to switch on and off.
// Those left empty stay as they are.
type SetUserMFAPreferenceInput struct {
	AccessToken string

	SMS           MFASetting
	SoftwareToken MFASetting // the authenticator app
	Email         MFASetting
	Passkey       MFASetting // MFAPreferred is the same as MFAOn
}

// SetUserMFAPreferenceOutput is empty so far.
type SetUserMFAPreferenceOutput struct{}

// SetUserMFAPreference switches second factors on and off. One that the user
// has not set up is [ErrMFANotSetUp].
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SetUserMFAPreference.html
func (p *UserPool) SetUserMFAPreference(ctx context.Context, in SetUserMFAPreferenceInput) (*SetUserMFAPreferenceOutput, error) {
	if err := check(opSetUserMFAPreference).token("AccessToken", in.AccessToken).
		mfaSettings(in.SMS, in.SoftwareToken, in.Email, in.Passkey).err(); err != nil {
		return nil, err
	}
	r := request{op: opSetUserMFAPreference, repeatable: true, secrets: []string{in.AccessToken}}
	_, err := call(ctx, r, p.public.SetUserMFAPreference, &cip.SetUserMFAPreferenceInput{
		AccessToken:              aws.String(in.AccessToken),
		SMSMfaSettings:           in.SMS.sms(),
		SoftwareTokenMfaSettings: in.SoftwareToken.softwareToken(),
		EmailMfaSettings:         in.Email.email(),
		WebAuthnMfaSettings:      in.Passkey.webAuthn(),
	})
	if err != nil {
		return nil, err
	}
	return &SetUserMFAPreferenceOutput{}, nil
}

// SetUserSettingsInput says which attribute to send text messages to.
type SetUserSettingsInput struct {
	AccessToken  string
	SMSAttribute string // "phone_number"; empty switches text messages off
}

// SetUserSettingsOutput is empty so far.
type SetUserSettingsOutput struct{}

// SetUserSettings switches text messages as second factor on or off.
//
// Deprecated: the API keeps it for old callers, and it knows text messages
// only. Use [UserPool.SetUserMFAPreference].
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SetUserSettings.html
func (p *UserPool) SetUserSettings(ctx context.Context, in SetUserSettingsInput) (*SetUserSettingsOutput, error) {
	if err := check(opSetUserSettings).token("AccessToken", in.AccessToken).
		text("SMSAttribute", in.SMSAttribute, maxName).err(); err != nil {
		return nil, err
	}
	r := request{op: opSetUserSettings, repeatable: true, secrets: []string{in.AccessToken}}
	_, err := call(ctx, r, p.public.SetUserSettings, &cip.SetUserSettingsInput{AccessToken: aws.String(in.AccessToken), MFAOptions: smsOptions(in.SMSAttribute)})
	if err != nil {
		return nil, err
	}
	return &SetUserSettingsOutput{}, nil
}

// smsOptions are the legacy settings. The member is required, so that off is a
// list that is there and empty.
func smsOptions(attribute string) []types.MFAOptionType {
	if attribute == "" {
		return []types.MFAOptionType{}
	}
	return []types.MFAOptionType{{DeliveryMedium: types.DeliveryMediumTypeSms, AttributeName: aws.String(attribute)}}
}

// Format prints the input without its secrets, whatever the verb.
func (in AssociateSoftwareTokenInput) Format(s fmt.State, _ rune) { redact.Format(s, in) }

// MarshalJSON marshals the input without its secrets.
func (in AssociateSoftwareTokenInput) MarshalJSON() ([]byte, error) { return redact.JSON(in) }

// Format prints the output without its secrets, whatever the verb.
func (out AssociateSoftwareTokenOutput) Format(s fmt.State, _ rune) { redact.Format(s, out) }

// MarshalJSON marshals the output without its secrets.
func (out AssociateSoftwareTokenOutput) MarshalJSON() ([]byte, error) { return redact.JSON(out) }

// Format prints the input without its secrets, whatever the verb.
func (in VerifySoftwareTokenInput) Format(s fmt.State, _ rune) { redact.Format(s, in) }

// MarshalJSON marshals the input without its secrets.
func (in VerifySoftwareTokenInput) MarshalJSON() ([]byte, error) { return redact.JSON(in) }

// Format prints the input without its secrets, whatever the verb.
func (in SetUserMFAPreferenceInput) Format(s fmt.State, _ rune) { redact.Format(s, in) }

// MarshalJSON marshals the input without its secrets.
func (in SetUserMFAPreferenceInput) MarshalJSON() ([]byte, error) { return redact.JSON(in) }

// Format prints the input without its secrets, whatever the verb.
func (in SetUserSettingsInput) Format(s fmt.State, _ rune) { redact.Format(s, in) }

// MarshalJSON marshals the input without its secrets.
func (in SetUserSettingsInput) MarshalJSON() ([]byte, error) { return redact.JSON(in) }
