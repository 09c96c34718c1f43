package passkeytest

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"sync"
)

// What navigator.credentials rejects a call with, by the name of the
// DOMException. Compare with [errors.Is].
//
// https://www.w3.org/TR/webauthn-3/#sctn-op-make-cred
// https://www.w3.org/TR/webauthn-3/#sctn-getAssertion
var (
	ErrNotAllowed   = errors.New("NotAllowedError: no passkey fits, or the user cannot be verified")
	ErrInvalidState = errors.New("InvalidStateError: the authenticator has a passkey of this user already")
	ErrSecurity     = errors.New("SecurityError: the page may not use this relying party ID")
	ErrNotSupported = errors.New("NotSupportedError: no algorithm fits")
)

// Kind is what an authenticator is made of. It decides what it tells of itself.
type Kind string

const (
	// Platform is built into the device, such as a fingerprint reader. Its
	// passkeys stay on the device and count their signatures. It is the default.
	Platform Kind = "platform"
	// Synced is a password manager. Its passkeys are backed up and on several
	// devices, and do not count.
	Synced Kind = "synced"
	// SecurityKey is one that is plugged in. Its passkeys count.
	SecurityKey Kind = "security key"
)

// AuthenticatorConfig describes an authenticator and the page it is used on.
type AuthenticatorConfig struct {
	// Origin is that of the page. Empty: "https://localhost".
	Origin string

	// Kind is what the authenticator is made of. Empty: [Platform].
	Kind Kind

	// NoUserVerification is an authenticator that can only tell that somebody is
	// there, such as a security key without a PIN.
	NoUserVerification bool

	// Rand is where keys and their IDs come from. Nil: crypto/rand.
	Rand io.Reader
}

// An Authenticator is a virtual one, together with the browser that lets a page
// use it. Its keys are ES256, and all of them are discoverable. It may be used
// by many goroutines at once.
type Authenticator struct {
	cfg AuthenticatorConfig

	mu   sync.Mutex
	keys []*key // the newest last
}

// key is a public key credential source.
//
// https://www.w3.org/TR/webauthn-3/#public-key-credential-source
type key struct {
	id             []byte
	private        *ecdsa.PrivateKey
	relyingPartyID string
	userHandle     []byte
	signatures     uint32
}

// NewAuthenticator returns an authenticator without a passkey. It panics if cfg
// makes no sense.
func NewAuthenticator(cfg AuthenticatorConfig) *Authenticator {
	if cfg.Origin == "" {
		cfg.Origin = "https://" + localhost
	}
	if u, err := url.Parse(cfg.Origin); err != nil || !covers(u.Hostname(), cfg.Origin) {
		panic(fmt.Sprintf("passkeytest: AuthenticatorConfig.Origin %.100q is not that of a page which may use passkeys, such as https://example.com", cfg.Origin))
	}
	switch cfg.Kind {
	case "":
		cfg.Kind = Platform
	case Platform, Synced, SecurityKey:
	default:
		panic(fmt.Sprintf("passkeytest: AuthenticatorConfig.Kind %.100q is none of %q, %q, %q", cfg.Kind, Platform, Synced, SecurityKey))
	}
	if cfg.Rand == nil {
		cfg.Rand = rand.Reader
	}
	return &Authenticator{cfg: cfg}
}

// Clone returns a copy of the authenticator with all of its passkeys, as a thief
// might have made one. From then on each counts its own signatures.
func (a *Authenticator) Clone() *Authenticator {
	a.mu.Lock()
	defer a.mu.Unlock()
	b := &Authenticator{cfg: a.cfg}
	for _, k := range a.keys {
		clone := *k
		b.keys = append(b.keys, &clone)
	}
	return b
}

// Create is navigator.credentials.create: it takes a
// PublicKeyCredentialCreationOptionsJSON, makes a passkey, and returns a
// RegistrationResponseJSON. Attestation is "none", whatever the options ask for.
//
// https://www.w3.org/TR/webauthn-3/#sctn-createCredential
func (a *Authenticator) Create(options json.RawMessage, wrongs ...Misbehavior) (json.RawMessage, error) {
	c, err := a.begin(typeCreate, wrongs)
	if err != nil {
		return nil, err
	}
	in, err := parseCreationOptions(options)
	if err != nil {
		return nil, err
	}
	relyingPartyID := in.RP.ID
	if relyingPartyID == "" {
		relyingPartyID = a.host()
	}
	if !covers(relyingPartyID, a.cfg.Origin) {
		return nil, ErrSecurity
	}
	if !in.accepts(algES256) {
		return nil, ErrNotSupported
	}
	attachment := in.AuthenticatorSelection.AuthenticatorAttachment
	if attachment != "" && attachment != a.attachment() {
		return nil, ErrNotAllowed
	}
	if err := c.verifyUser(in.AuthenticatorSelection.UserVerification); err != nil {
		return nil, err
	}

	a.mu.Lock()
	defer a.mu.Unlock()
	for _, k := range a.keys {
		if k.relyingPartyID == relyingPartyID && listed(in.ExcludeCredentials, k) {
			return nil, ErrInvalidState
		}
	}
	k, err := a.newKey(relyingPartyID, in.User.ID)
	if err != nil {
		return nil, err
	}
	// One passkey for each user and relying party, as authenticatorMakeCredential
	// has it: a new one overwrites the old.
	a.keys = slices.DeleteFunc(a.keys, func(old *key) bool {
		return old.relyingPartyID == relyingPartyID && bytes.Equal(old.userHandle, k.userHandle)
	})
	a.keys = append(a.keys, k)
	return c.registration(k, in.Challenge)
}

// Get is navigator.credentials.get: it takes a
// PublicKeyCredentialRequestOptionsJSON, signs its challenge, and returns an
// AuthenticationResponseJSON. Of several passkeys that fit, it takes the newest.
//
// https://www.w3.org/TR/webauthn-3/#sctn-getAssertion
func (a *Authenticator) Get(options json.RawMessage, wrongs ...Misbehavior) (json.RawMessage, error) {
	c, err := a.begin(typeGet, wrongs)
	if err != nil {
		return nil, err
	}
	in, err := parseRequestOptions(options)
	if err != nil {
		return nil, err
	}
	relyingPartyID := in.RPID
	if relyingPartyID == "" {
		relyingPartyID = a.host()
	}
	if !covers(relyingPartyID, a.cfg.Origin) {
		return nil, ErrSecurity
	}
	if err := c.verifyUser(in.UserVerification); err != nil {
		return nil, err
	}

	a.mu.Lock()
	defer a.mu.Unlock()
	for _, k := range slices.Backward(a.keys) {
		if k.relyingPartyID != relyingPartyID {
			continue
		}
		if len(in.AllowCredentials) == 0 || listed(in.AllowCredentials, k) || c.does(UnlistedCredential) {
			return c.authentication(k, in.Challenge)
		}
	}
	return nil, ErrNotAllowed
}

// newKey makes a key pair and a name for it.
func (a *Authenticator) newKey(relyingPartyID string, userHandle []byte) (*key, error) {
	k := &key{id: make([]byte, 32), relyingPartyID: relyingPartyID, userHandle: userHandle}
	if _, err := io.ReadFull(a.cfg.Rand, k.id); err != nil {
		return nil, fmt.Errorf("passkeytest: AuthenticatorConfig.Rand: %w", err)
	}
	secret := make([]byte, 32)
	if _, err := io.ReadFull(a.cfg.Rand, secret); err != nil {
		return nil, fmt.Errorf("passkeytest: AuthenticatorConfig.Rand: %w", err)
	}
	// ecdsa.GenerateKey would not take its bytes from Rand. This way it is a key
	// whatever they are: above zero, and below the order of P-256.
	secret[0] &= 0x7f
	secret[31] |= 1
	var err error
	if k.private, err = ecdsa.ParseRawPrivateKey(elliptic.P256(), secret); err != nil {
		return nil, fmt.Errorf("passkeytest: %w", err)
	}
	return k, nil
}

// sign signs authenticator data and client data as both ceremonies do.
func (k *key) sign(authData, clientData []byte) ([]byte, error) {
	clientHash := sha256.Sum256(clientData)
	digest := sha256.Sum256(slices.Concat(authData, clientHash[:]))
	// Without randomness the signature is deterministic (RFC 6979).
	signature, err := k.private.Sign(nil, digest[:], crypto.SHA256)
	if err != nil {
		return nil, fmt.Errorf("passkeytest: %w", err)
	}
	return signature, nil
}

func (a *Authenticator) host() string {
	u, err := url.Parse(a.cfg.Origin)
	if err != nil { // NewAuthenticator has parsed it
		return ""
	}
	return u.Hostname()
}

func (a *Authenticator) attachment() string {
	if a.cfg.Kind == SecurityKey {
		return "cross-platform"
	}
	return "platform"
}

func (a *Authenticator) transports() []string {
	switch a.cfg.Kind {
	case Synced:
		return []string{"hybrid", "internal"}
	case SecurityKey:
		return []string{"nfc", "usb"}
	default:
		return []string{"internal"}
	}
}
