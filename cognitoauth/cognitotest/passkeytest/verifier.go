package passkeytest

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest"
)

// Config is the pool's WebAuthnConfiguration.
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_WebAuthnConfigurationType.html
type Config struct {
	// RelyingPartyID is the domain that passkeys are for. Pages of that host and
	// of those below it can use them, over https, and on localhost over http
	// too. Empty: "localhost".
	RelyingPartyID string

	// UserVerification is "required" or "preferred": whether the user must have
	// unlocked the passkey, with a fingerprint for instance, or be merely
	// present. Empty: "preferred", as on Cognito.
	UserVerification string
}

// A Verifier checks passkeys for a pool: see cognitotest.Config.Passkeys. It
// may serve several pools, and be used by many goroutines at once.
type Verifier struct {
	rp *webauthn.WebAuthn
}

var _ cognitotest.PasskeyVerifier = (*Verifier)(nil)

// New returns a verifier. So that it can stand in a cognitotest.Config, it
// returns no error: it panics if cfg makes no sense.
func New(cfg Config) *Verifier {
	if cfg.RelyingPartyID == "" {
		cfg.RelyingPartyID = localhost
	}
	verification := protocol.UserVerificationRequirement(cfg.UserVerification)
	switch verification {
	case "":
		verification = protocol.VerificationPreferred
	case protocol.VerificationPreferred, protocol.VerificationRequired:
	default:
		panic(fmt.Sprintf("passkeytest: Config.UserVerification %q is neither %q nor %q",
			verification, protocol.VerificationPreferred, protocol.VerificationRequired))
	}
	required := true
	rp, err := webauthn.New(&webauthn.Config{
		RPID:          cfg.RelyingPartyID,
		RPDisplayName: cfg.RelyingPartyID, // as in the example of StartWebAuthnRegistration
		// The origin of an answer is checked by covers, and the answer's session
		// is then bound to it. This one is only what the library cannot do without.
		RPOrigins: []string{"https://" + cfg.RelyingPartyID},
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			RequireResidentKey: &required,
			ResidentKey:        protocol.ResidentKeyRequirementRequired,
			UserVerification:   verification,
		},
		Timeouts: webauthn.TimeoutsConfig{
			Registration: webauthn.TimeoutConfig{Timeout: time.Minute}, // as in that example
			Login:        webauthn.TimeoutConfig{Timeout: 3 * time.Minute},
		},
	})
	if err != nil {
		panic(fmt.Errorf("passkeytest: Config.RelyingPartyID %q: %w", cfg.RelyingPartyID, err))
	}
	return &Verifier{rp}
}

// algorithms are those of Cognito's pubKeyCredParams.
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_StartWebAuthnRegistration.html
var algorithms = []protocol.CredentialParameter{
	{Type: protocol.PublicKeyCredentialType, Algorithm: webauthncose.AlgES256},
	{Type: protocol.PublicKeyCredentialType, Algorithm: webauthncose.AlgRS256},
}

// BeginRegistration returns a PublicKeyCredentialCreationOptionsJSON that
// excludes the authenticators which have a passkey of the user already.
func (v *Verifier) BeginRegistration(user cognitotest.PasskeyUser) (options, state json.RawMessage, err error) {
	a, err := newAccount(user)
	if err != nil {
		return nil, nil, err
	}
	creation, session, err := v.rp.BeginRegistration(a,
		webauthn.WithCredentialParameters(algorithms),
		webauthn.WithExclusions(webauthn.Credentials(a.credentials).CredentialDescriptors()))
	if err != nil {
		return nil, nil, fmt.Errorf("passkeytest: %w", err)
	}
	return marshal(creation.Response, session)
}

// FinishRegistration verifies a RegistrationResponseJSON and returns the new
// passkey, or an exception of the Cognito API.
func (v *Verifier) FinishRegistration(user cognitotest.PasskeyUser, state, credential json.RawMessage) (cognitotest.Passkey, error) {
	a, session, err := resume(user, state)
	if err != nil {
		return cognitotest.Passkey{}, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(credential)
	if err != nil {
		return cognitotest.Passkey{}, fmt.Errorf("%w: %w", &types.InvalidParameterException{Message: new("The credential is malformed.")}, explain(err))
	}
	// The library checks all of this once more, but it does not say in a way that
	// code could rely on which check has failed.
	client := parsed.Response.CollectedClientData
	relyingParty := sha256.Sum256([]byte(v.rp.Config.RPID))
	switch {
	case client.Challenge != session.Challenge:
		return cognitotest.Passkey{}, &types.WebAuthnChallengeNotFoundException{Message: new("The credential answers another challenge.")}
	case client.CrossOrigin || !covers(v.rp.Config.RPID, client.Origin):
		return cognitotest.Passkey{}, &types.WebAuthnOriginNotAllowedException{Message: new("The credential's origin does not align with the relying party ID.")}
	case !bytes.Equal(parsed.Response.AttestationObject.AuthData.RPIDHash, relyingParty[:]):
		return cognitotest.Passkey{}, &types.WebAuthnRelyingPartyMismatchException{Message: new("The credential is for another relying party.")}
	}
	session.Origin = client.Origin
	made, err := v.rp.CreateCredential(a, session, parsed)
	if err != nil {
		return cognitotest.Passkey{}, unsupported(explain(err))
	}
	if slices.ContainsFunc(a.credentials, func(c webauthn.Credential) bool { return bytes.Equal(c.ID, made.ID) }) {
		return cognitotest.Passkey{}, unsupported(errors.New("it is registered already"))
	}
	return v.passkey(made)
}

// BeginLogin returns a PublicKeyCredentialRequestOptionsJSON for the user's
// passkeys.
func (v *Verifier) BeginLogin(user cognitotest.PasskeyUser) (options, state json.RawMessage, err error) {
	a, err := newAccount(user)
	if err != nil {
		return nil, nil, err
	}
	assertion, session, err := v.rp.BeginLogin(a)
	if err != nil {
		return nil, nil, fmt.Errorf("passkeytest: %w", err)
	}
	return marshal(assertion.Response, session)
}

// FinishLogin verifies an AuthenticationResponseJSON and returns the passkey
// with its new signature counter.
func (v *Verifier) FinishLogin(user cognitotest.PasskeyUser, state, credential json.RawMessage) (cognitotest.Passkey, error) {
	a, session, err := resume(user, state)
	if err != nil {
		return cognitotest.Passkey{}, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(credential)
	if err != nil {
		return cognitotest.Passkey{}, refused(explain(err))
	}
	origin := parsed.Response.CollectedClientData.Origin
	if !covers(v.rp.Config.RPID, origin) {
		return cognitotest.Passkey{}, refused(fmt.Errorf("origin %.100q does not align with the relying party ID", origin))
	}
	session.Origin = origin
	used, err := v.rp.ValidateLogin(a, session, parsed)
	switch {
	case err != nil:
		return cognitotest.Passkey{}, refused(explain(err))
	case used.Authenticator.CloneWarning:
		return cognitotest.Passkey{}, refused(errors.New("its signature counter has not moved on: it may have been copied"))
	}
	return v.passkey(used)
}

// passkey is what the pool keeps of a credential.
func (v *Verifier) passkey(c *webauthn.Credential) (cognitotest.Passkey, error) {
	data, err := json.Marshal(c)
	if err != nil {
		return cognitotest.Passkey{}, fmt.Errorf("passkeytest: %w", err)
	}
	k := cognitotest.Passkey{
		ID:                      base64.RawURLEncoding.EncodeToString(c.ID),
		RelyingPartyID:          v.rp.Config.RPID,
		AuthenticatorAttachment: string(c.Authenticator.Attachment),
		Data:                    data,
	}
	for _, t := range c.Transport {
		k.Transports = append(k.Transports, string(t))
	}
	return k, nil
}

// account is the pool's user as the library wants one.
type account struct {
	id          []byte
	name        string
	credentials []webauthn.Credential
}

func newAccount(user cognitotest.PasskeyUser) (*account, error) {
	a := &account{id: []byte(user.ID), name: user.Name}
	for _, k := range user.Passkeys {
		var c webauthn.Credential
		if err := json.Unmarshal(k.Data, &c); err != nil {
			return nil, fmt.Errorf("passkeytest: passkey %.100q was not registered with this verifier: %w", k.ID, err)
		}
		a.credentials = append(a.credentials, c)
	}
	return a, nil
}

func (a *account) WebAuthnID() []byte                         { return a.id }
func (a *account) WebAuthnName() string                       { return a.name }
func (a *account) WebAuthnDisplayName() string                { return a.name }
func (a *account) WebAuthnCredentials() []webauthn.Credential { return a.credentials }

// resume is where the first half of a ceremony has stopped.
func resume(user cognitotest.PasskeyUser, state json.RawMessage) (*account, webauthn.SessionData, error) {
	var session webauthn.SessionData
	a, err := newAccount(user)
	if err != nil {
		return nil, session, err
	}
	if err := json.Unmarshal(state, &session); err != nil {
		return nil, session, fmt.Errorf("passkeytest: the state is not this verifier's: %w", err)
	}
	return a, session, nil
}

func marshal(options any, session *webauthn.SessionData) (optionsJSON, state json.RawMessage, err error) {
	if optionsJSON, err = json.Marshal(options); err != nil {
		return nil, nil, fmt.Errorf("passkeytest: %w", err)
	}
	if state, err = json.Marshal(session); err != nil {
		return nil, nil, fmt.Errorf("passkeytest: %w", err)
	}
	return optionsJSON, state, nil
}

// explain adds what the library keeps out of an error's text.
func explain(err error) error {
	var e *protocol.Error
	if errors.As(err, &e) && e.DevInfo != "" {
		return fmt.Errorf("%w (%s)", err, e.DevInfo)
	}
	return err
}

func unsupported(cause error) error {
	return fmt.Errorf("%w: %w", &types.WebAuthnCredentialNotSupportedException{Message: new("The credential was not accepted.")}, cause)
}

func refused(cause error) error {
	return fmt.Errorf("passkeytest: the passkey is refused: %w", cause)
}
