package cognitotest

import (
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/aws/smithy-go"
)

// A PasskeyVerifier checks WebAuthn for a pool. The pool keeps what it returns
// and asks nothing else of it.
type PasskeyVerifier interface {
	// BeginRegistration returns the options for navigator.credentials.create
	// as JSON, and what FinishRegistration needs to remember.
	BeginRegistration(user PasskeyUser) (options, state json.RawMessage, err error)
	// FinishRegistration checks the browser's answer. The client gets the error
	// as it is if it is an exception of the Cognito API, such as the SDK's
	// *types.WebAuthnOriginNotAllowedException, and a
	// WebAuthnCredentialNotSupportedException otherwise.
	FinishRegistration(user PasskeyUser, state, credential json.RawMessage) (Passkey, error)
	// BeginLogin returns the options for navigator.credentials.get as JSON,
	// and what FinishLogin needs to remember.
	BeginLogin(user PasskeyUser) (options, state json.RawMessage, err error)
	// FinishLogin checks the browser's answer and returns the passkey as it is
	// to be kept from now on. Whatever the error, the client gets a
	// NotAuthorizedException that does not say why.
	FinishLogin(user PasskeyUser, state, credential json.RawMessage) (Passkey, error)
}

// PasskeyUser is whom a passkey is for.
type PasskeyUser struct {
	// ID is the user handle: the sub. Name is what the authenticator shows.
	ID, Name string
	Passkeys []Passkey
}

// Passkey is one registered credential.
type Passkey struct {
	// ID is the credential ID in base64url.
	ID string
	// RelyingPartyID is the domain it is for.
	RelyingPartyID string
	// AuthenticatorAttachment is "platform" or "cross-platform", and
	// Transports how it is reached.
	AuthenticatorAttachment string
	Transports              []string
	// Data is the verifier's own.
	Data json.RawMessage
}

// passkey is a passkey and when it came.
type passkey struct {
	Passkey
	created time.Time
}

// passkeyRegistration is one that StartWebAuthnRegistration has begun.
type passkeyRegistration struct {
	state    []byte // the verifier's
	clientID string
	expires  time.Time
}

// passkeyRegistrationValidity is as long as a sign-in's session; Cognito says
// that the challenge expires, but not when.
const passkeyRegistrationValidity = 3 * time.Minute

func (u *user) passkeyUser(p *pool) PasskeyUser {
	out := PasskeyUser{ID: u.sub, Name: u.displayName(p)}
	for _, k := range u.passkeys {
		out.Passkeys = append(out.Passkeys, k.Passkey)
	}
	return out
}

func (p *pool) askPasskey(c *call, l *login, u *user) (*authOutput, error) {
	options, state, err := p.cfg.Passkeys.BeginLogin(u.passkeyUser(p))
	if err != nil {
		return nil, err
	}
	s := &session{challenge: factorPasskey, login: l, passkeyState: state}
	return p.challenge(c, s, map[string]string{"CREDENTIAL_REQUEST_OPTIONS": string(options)}), nil
}

func (p *pool) respondPasskey(c *call, s *session, u *user, in *respondInput) (*authOutput, error) {
	credential := in.ChallengeResponses["CREDENTIAL"]
	if credential == "" {
		return nil, errMissingParameter("CREDENTIAL")
	}
	used, err := p.cfg.Passkeys.FinishLogin(u.passkeyUser(p), s.passkeyState, json.RawMessage(credential))
	if err != nil {
		return nil, errBadCredentials
	}
	i := slices.IndexFunc(u.passkeys, func(k passkey) bool { return k.ID == used.ID })
	if i < 0 {
		return nil, errBadCredentials
	}
	u.passkeys[i].Passkey = used // with its new signature counter
	p.passFactor(s.login, factorPasskey)
	return p.proceed(c, s.login, u)
}

var (
	errPasskeysOff      = fail("WebAuthnNotEnabledException", "WebAuthn is not enabled for the user pool.")
	errPasskeyNotBegun  = fail("WebAuthnChallengeNotFoundException", "No WebAuthn challenge is pending for the user.")
	errPasskeyClient    = fail("WebAuthnClientMismatchException", "The registration was started by another app client.")
	errPasskeyRefused   = fail("WebAuthnCredentialNotSupportedException", "The credential was not accepted.")
	errPasskeyNotListed = fail(codeResourceNotFound, "WebAuthn credential not found.")
)

type startPasskeyOutput struct{ CredentialCreationOptions json.RawMessage }

func (p *pool) startWebAuthnRegistration(c *call, in *accessTokenInput) (*startPasskeyOutput, error) {
	b, err := p.authenticate(c, in.AccessToken)
	if err != nil {
		return nil, err
	}
	if p.cfg.Passkeys == nil {
		return nil, errPasskeysOff
	}
	options, state, err := p.cfg.Passkeys.BeginRegistration(b.user.passkeyUser(p))
	if err != nil {
		return nil, err
	}
	b.user.passkeyRegistration = &passkeyRegistration{state, b.client.ID, c.now.Add(passkeyRegistrationValidity)}
	return &startPasskeyOutput{options}, nil
}

type completePasskeyInput struct {
	AccessToken string          `shape:"token,required"`
	Credential  json.RawMessage `shape:"any,required"`
}

func (p *pool) completeWebAuthnRegistration(c *call, in *completePasskeyInput) (*none, error) {
	b, err := p.authenticate(c, in.AccessToken)
	if err != nil {
		return nil, err
	}
	u := b.user
	begun := u.passkeyRegistration
	switch {
	case p.cfg.Passkeys == nil:
		return nil, errPasskeysOff
	case begun == nil || !c.now.Before(begun.expires):
		return nil, errPasskeyNotBegun
	case begun.clientID != b.client.ID:
		return nil, errPasskeyClient
	}
	made, err := p.cfg.Passkeys.FinishRegistration(u.passkeyUser(p), begun.state, in.Credential)
	if err != nil {
		if refusal, ok := errors.AsType[smithy.APIError](err); ok {
			return nil, fail(refusal.ErrorCode(), refusal.ErrorMessage())
		}
		return nil, errPasskeyRefused
	}
	if p.hasPasskey(made.ID) {
		return nil, errPasskeyRefused
	}
	u.passkeyRegistration = nil
	u.passkeys = append(u.passkeys, passkey{made, c.now})
	return &none{}, nil
}

// hasPasskey reports whether anybody has registered the credential: it must not
// be another user's too (Web Authentication Level 3, section 7.1).
func (p *pool) hasPasskey(id string) bool {
	for _, u := range p.users {
		if slices.ContainsFunc(u.passkeys, func(k passkey) bool { return k.ID == id }) {
			return true
		}
	}
	return false
}

type passkeyRecord struct {
	CredentialID            string `json:"CredentialId"`
	FriendlyCredentialName  string
	RelyingPartyID          string   `json:"RelyingPartyId"`
	AuthenticatorAttachment string   `json:",omitempty"`
	AuthenticatorTransports []string // required by the model, empty or not
	CreatedAt               wireTime
}

type listPasskeysInput struct {
	AccessToken string `shape:"token,required"`
	MaxResults  int
	NextToken   string
}

type listPasskeysOutput struct {
	Credentials []passkeyRecord
	NextToken   string `json:",omitempty"`
}

func (p *pool) listWebAuthnCredentials(c *call, in *listPasskeysInput) (*listPasskeysOutput, error) {
	b, err := p.authenticate(c, in.AccessToken)
	if err != nil {
		return nil, err
	}
	page, next, err := paginate(b.user.passkeys, in.MaxResults, 20, in.NextToken)
	if err != nil {
		return nil, err
	}
	out := &listPasskeysOutput{Credentials: []passkeyRecord{}, NextToken: next}
	for _, k := range page {
		out.Credentials = append(out.Credentials, passkeyRecord{
			CredentialID: k.ID, FriendlyCredentialName: "Passkey", RelyingPartyID: k.RelyingPartyID,
			AuthenticatorAttachment: k.AuthenticatorAttachment, AuthenticatorTransports: append([]string{}, k.Transports...),
			CreatedAt: wireTime(k.created),
		})
	}
	return out, nil
}

type deletePasskeyInput struct {
	AccessToken  string `shape:"token,required"`
	CredentialID string `json:"CredentialId" shape:"any,required"`
}

func (p *pool) deleteWebAuthnCredential(c *call, in *deletePasskeyInput) (*none, error) {
	b, err := p.authenticate(c, in.AccessToken)
	if err != nil {
		return nil, err
	}
	u := b.user
	before := len(u.passkeys)
	u.passkeys = slices.DeleteFunc(u.passkeys, func(k passkey) bool { return k.ID == in.CredentialID })
	if len(u.passkeys) == before {
		return nil, errPasskeyNotListed
	}
	return &none{}, nil
}
