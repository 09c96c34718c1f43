package cognitotest

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// Config describes the user pool to start. The zero Config is a pool for
// tests and first steps: any user name, an e-mail address among them; codes go
// by e-mail; SRP, user name with password, and refresh are on; one public app
// client; no multi-factor authentication.
//
// Where Cognito has a default of its own, the zero value is that default.
type Config struct {
	// UserPoolID is the pool's ID. Empty: a fresh one like
	// "us-east-1_AbCdEf123".
	UserPoolID string

	// Client is the pool's first app client: the one of [Server.UserPool].
	Client AppClient

	// Clients are further app clients.
	Clients []AppClient

	// UsernameAttributes make e-mail addresses ("email"), phone numbers
	// ("phone_number") or both the names by which users sign up and in. Their
	// user name is then their sub. Empty: a user name is what SignUp says.
	UsernameAttributes []string

	// AliasAttributes let users sign in with a verified "email" or
	// "phone_number", or a "preferred_username", beside their user name. It
	// excludes UsernameAttributes.
	AliasAttributes []string

	// AutoVerifiedAttributes get a code on sign-up and on change: "email",
	// "phone_number". Nil: "email". Empty but not nil: nothing is verified.
	AutoVerifiedAttributes []string

	// Attributes adds custom attributes ("custom:plan") to the schema, and
	// makes standard ones required or immutable.
	Attributes []AttributeSchema

	// CaseSensitive makes "Ada" and "ada" two users. The default is the AWS
	// console's, not the API's: upper and lower case are the same.
	CaseSensitive bool

	// AdminCreateUserOnly refuses SignUp.
	AdminCreateUserOnly bool

	// AdminOnlyRecovery refuses ForgotPassword.
	AdminOnlyRecovery bool

	// PasswordPolicy is what passwords must be. Nil: Cognito's default, eight
	// characters with an upper-case letter, a lower-case letter, a digit and a
	// symbol.
	PasswordPolicy *PasswordPolicy

	// MFA says whether users need a second factor. Empty: [MFAOff].
	MFA MFAMode

	// MFAFactors are the second factors that the pool offers, of
	// "SOFTWARE_TOKEN_MFA", "SMS_MFA", "EMAIL_OTP" and "WEB_AUTHN" (a passkey
	// after the password). Nil: the first two.
	// Where MFA is ON, a user with a verified phone number or e-mail address
	// has the factor that goes with it without enrolling.
	MFAFactors []string

	// FirstFactors are what the USER_AUTH flow offers: "PASSWORD",
	// "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN". Nil: "PASSWORD". With a one-time
	// code among them, users can do without a password: they sign up without
	// one, and are confirmed at once when an administrator makes them with
	// MessageAction SUPPRESS and a verified address.
	FirstFactors []string

	// Devices says whether the pool tracks devices. Empty: [DevicesOff].
	Devices DeviceMode

	// Triggers are the pool's Lambda functions, as Go functions.
	Triggers Triggers

	// Passkeys verifies WebAuthn registrations and sign-ins. Nil: passkeys
	// are off. passkeytest.New makes a verifier, in a module of its own:
	// github.com/cognitoauth/cognito-go/cognitoauth/cognitotest/passkeytest.
	Passkeys PasskeyVerifier

	// Issuer is the form of the iss claim. Empty: [IssuerLoopback].
	Issuer IssuerForm

	// Credentials are the AWS credentials that may call the operations that
	// need a signature. Zero: made up, and given out by [Server.Credentials].
	Credentials aws.Credentials

	// OwnKeys gives the pool RSA keys of its own. The default shares one set
	// among all pools of the process, because making them takes a while. A pool
	// with a State goes on with the keys that it had.
	OwnKeys bool

	// Seed, if not empty, makes everything that the pool draws (IDs, codes,
	// salts, sessions) follow from it, so that a run can be repeated. The order
	// of requests must then be the same too.
	Seed string

	// Now is the clock that [Server.Advance] moves on from. Nil: [time.Now].
	Now func() time.Time

	// State is what [Server.Save] wrote: the pool goes on where that one
	// stopped. UserPoolID and Client.ID, if empty, are those of the saved pool;
	// every other setting is this Config's. Nil: an empty pool.
	State io.Reader

	// NotFound answers GET and HEAD requests for anything but the pool's own
	// documents, so that a program can serve more on the same address. Nil:
	// [http.NotFound].
	NotFound http.Handler

	// Addr is where to listen. Empty: a free port on 127.0.0.1.
	Addr string

	// InsecureListenBeyondLoopback permits an Addr that other machines can
	// reach. Whoever reaches it can read every code and call every operation:
	// its credentials are not secrets.
	InsecureListenBeyondLoopback bool
}

// An AppClient is one app client of the pool.
type AppClient struct {
	// ID is the client's ID. Empty: a fresh one.
	ID string

	// Name is the client's name, for people. Empty: "test".
	Name string

	// Secret is the client's secret. Empty: the client is public, unless
	// GenerateSecret is set.
	Secret string

	// GenerateSecret makes a secret up.
	GenerateSecret bool

	// Flows are the authentication flows that the client may use, spelled as
	// in ExplicitAuthFlows: "ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH",
	// "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_CUSTOM_AUTH", "ALLOW_USER_AUTH",
	// "ALLOW_ADMIN_USER_PASSWORD_AUTH". Nil: the first three.
	Flows []string

	// PreventUserExistenceErrors answers for unknown users as for known ones
	// where Cognito does. False is the API's default, LEGACY.
	PreventUserExistenceErrors bool

	// AccessTokenValidity and IDTokenValidity are how long those tokens are
	// good for, RefreshTokenValidity how long one can refresh them. Zero: an
	// hour, an hour, 30 days.
	AccessTokenValidity, IDTokenValidity, RefreshTokenValidity time.Duration

	// SessionValidity is how long a challenge can be answered, Cognito's
	// AuthSessionValidity. Zero: three minutes. AWS permits 3 to 15.
	SessionValidity time.Duration

	// RotateRefreshTokens replaces the refresh token each time it is used, as
	// GetTokensFromRefreshToken does. The old one remains good for
	// RotationGrace, at most a minute; used after that, the whole session ends.
	RotateRefreshTokens bool
	RotationGrace       time.Duration

	// ReadAttributes and WriteAttributes are the user attributes that the
	// client may read and write. Nil: all.
	ReadAttributes, WriteAttributes []string

	// DisableTokenRevocation leaves origin_jti and jti out of the tokens and
	// refuses RevokeToken.
	DisableTokenRevocation bool
}

// An AttributeSchema says what an attribute may be.
type AttributeSchema struct {
	// Name is a standard attribute's name, or "custom:" and a name of yours.
	Name string
	// Required refuses users without it.
	Required bool
	// Immutable refuses to change it once it has a value.
	Immutable bool
	// MinLength and MaxLength bound its length in characters. Zero: no bound.
	MinLength, MaxLength int
}

// MFAMode says whether a pool's users need a second factor.
type MFAMode string

// The values of Cognito's MfaConfiguration.
const (
	MFAOff      MFAMode = "OFF"
	MFAOptional MFAMode = "OPTIONAL" // users who enrolled one are asked for it
	MFAOn       MFAMode = "ON"       // users without one must enrol first
)

// DeviceMode says whether a pool tracks its users' devices.
type DeviceMode string

// What the pool does with a device that ConfirmDevice registers.
const (
	DevicesOff    DeviceMode = ""
	DevicesAlways DeviceMode = "ALWAYS"      // remembered at once
	DevicesOptIn  DeviceMode = "USER_OPT_IN" // remembered when UpdateDeviceStatus says so
)

// IssuerForm chooses the issuer, the iss claim of the pool's tokens.
type IssuerForm string

const (
	// IssuerLoopback is the server's own URL and the pool's ID: the keys and
	// openid-configuration are found below it, as OpenID Connect Discovery
	// wants.
	IssuerLoopback IssuerForm = "LOOPBACK"
	// IssuerOriginal is https://cognito-idp.<region>.amazonaws.com/<pool>.
	// Keys must then be fetched from [Server.JWKSURL], not below the issuer.
	IssuerOriginal IssuerForm = "ORIGINAL"
	// IssuerUpdated is https://issuer-cognito-idp.<region>.amazonaws.com/<pool>,
	// the form that pools replicated to several Regions use.
	IssuerUpdated IssuerForm = "UPDATED"
)

var (
	poolIDPattern   = regexp.MustCompile(`^([\w-]+?)_[0-9a-zA-Z]+$`)
	clientIDPattern = regexp.MustCompile(`^[\w+]{1,128}$`)
)

const (
	// defaultRegion is where pools without an ID pretend to be.
	defaultRegion = "us-east-1"

	// The credentials that sign admin operations when Config has none.
	defaultAccessKeyID     = "AKIACOGNITOTESTONLY1"
	defaultSecretAccessKey = "cognitotest/not-a-secret/0123456789abcde" // #nosec G101 -- public by design
)

// resolve fills in the defaults and reports every problem at once.
func (c Config) resolve(random *random) (Config, error) {
	var problems []error
	complain := func(format string, args ...any) {
		problems = append(problems, fmt.Errorf("cognitotest: Config."+format, args...))
	}
	oneOf := func(field string, values []string, allowed ...string) {
		for _, v := range values {
			if !slices.Contains(allowed, v) {
				complain("%s: %q is none of %s", field, v, strings.Join(allowed, ", "))
			}
		}
	}

	if c.UserPoolID == "" {
		c.UserPoolID = defaultRegion + "_" + random.from(9, upper+lower+digits)
	} else if !poolIDPattern.MatchString(c.UserPoolID) || len(c.UserPoolID) > 55 {
		complain("UserPoolID %.60q does not look like us-east-1_AbCdEf123", c.UserPoolID)
	}
	if len(c.UsernameAttributes) > 0 && len(c.AliasAttributes) > 0 {
		complain("UsernameAttributes and AliasAttributes exclude each other, as on AWS")
	}
	oneOf("UsernameAttributes", c.UsernameAttributes, attrEmail, attrPhone)
	oneOf("AliasAttributes", c.AliasAttributes, attrEmail, attrPhone, attrPreferredUsername)
	oneOf("AutoVerifiedAttributes", c.AutoVerifiedAttributes, attrEmail, attrPhone)
	if c.AutoVerifiedAttributes == nil {
		c.AutoVerifiedAttributes = []string{attrEmail}
	}
	for _, a := range c.Attributes {
		if !isStandardAttribute(a.Name) && !customAttribute.MatchString(a.Name) {
			complain("Attributes: %q is neither a standard attribute nor custom:<name>", a.Name)
		}
	}
	if c.PasswordPolicy == nil {
		c.PasswordPolicy = defaultPasswordPolicy()
	}
	if c.MFA == "" {
		c.MFA = MFAOff
	}
	oneOf("MFA", []string{string(c.MFA)}, string(MFAOff), string(MFAOptional), string(MFAOn))
	if c.MFAFactors == nil {
		c.MFAFactors = []string{factorTOTP, factorSMS}
	}
	oneOf("MFAFactors", c.MFAFactors, factorTOTP, factorSMS, factorEmail, factorPasskey)
	if c.FirstFactors == nil {
		c.FirstFactors = []string{factorPassword}
	}
	oneOf("FirstFactors", c.FirstFactors, factorPassword, factorEmail, factorSMSOTP, factorPasskey)
	oneOf("Devices", []string{string(c.Devices)}, string(DevicesOff), string(DevicesAlways), string(DevicesOptIn))
	if c.Issuer == "" {
		c.Issuer = IssuerLoopback
	}
	oneOf("Issuer", []string{string(c.Issuer)}, string(IssuerLoopback), string(IssuerOriginal), string(IssuerUpdated))
	if c.Credentials.AccessKeyID == "" {
		c.Credentials = aws.Credentials{AccessKeyID: defaultAccessKeyID, SecretAccessKey: defaultSecretAccessKey, Source: "cognitotest"}
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Addr == "" {
		c.Addr = "127.0.0.1:0"
	}
	if !c.InsecureListenBeyondLoopback && !loopback(c.Addr) {
		complain("Addr %q can be reached by other machines: use 127.0.0.1, or set InsecureListenBeyondLoopback too", c.Addr)
	}

	ids := map[string]bool{}
	clients := append([]AppClient{c.Client}, c.Clients...)
	for i := range clients {
		err := clients[i].resolve(random)
		if err != nil {
			problems = append(problems, err)
		}
		if ids[clients[i].ID] {
			complain("Clients: two app clients have the ID %q", clients[i].ID)
		}
		ids[clients[i].ID] = true
	}
	c.Client, c.Clients = clients[0], clients[1:]
	return c, errors.Join(problems...)
}

func (a *AppClient) resolve(random *random) error {
	var problems []error
	if a.ID == "" {
		a.ID = random.from(26, lower+digits)
	} else if !clientIDPattern.MatchString(a.ID) {
		problems = append(problems, fmt.Errorf("cognitotest: AppClient.ID %q has characters other than letters, digits, + and _", a.ID))
	}
	if a.Name == "" {
		a.Name = "test"
	}
	if a.Secret == "" && a.GenerateSecret {
		a.Secret = random.from(51, lower+digits)
	}
	if a.Flows == nil {
		a.Flows = []string{allow + flowSRP, allow + flowUserPassword, allow + flowRefresh}
	}
	known := []string{allow + flowSRP, allow + flowUserPassword, allow + flowRefresh, allow + flowCustom, allow + flowUserAuth, allow + flowAdminUserPassword}
	for _, f := range a.Flows {
		if !slices.Contains(known, f) {
			problems = append(problems, fmt.Errorf("cognitotest: AppClient.Flows: %q is none of %s", f, strings.Join(known, ", ")))
		}
	}
	for _, d := range []*time.Duration{&a.AccessTokenValidity, &a.IDTokenValidity} {
		if *d == 0 {
			*d = time.Hour
		}
	}
	if a.RefreshTokenValidity == 0 {
		a.RefreshTokenValidity = 30 * 24 * time.Hour
	}
	if a.SessionValidity == 0 {
		a.SessionValidity = 3 * time.Minute
	}
	if min(a.AccessTokenValidity, a.IDTokenValidity, a.RefreshTokenValidity, a.SessionValidity) < 0 {
		problems = append(problems, errors.New("cognitotest: AppClient has a negative validity"))
	}
	if a.RotationGrace < 0 || a.RotationGrace > time.Minute {
		problems = append(problems, errors.New("cognitotest: AppClient.RotationGrace is not between 0 and 60 seconds"))
	}
	return errors.Join(problems...)
}

// loopback reports whether only this machine can reach addr.
func loopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

// Format prints the client without its secret, whatever the verb.
func (a AppClient) Format(s fmt.State, _ rune) {
	_, _ = io.WriteString(s, "cognitotest.AppClient{ID: "+a.ID+", Name: "+a.Name+"}")
}
