package jwtverifytest

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"time"

	"github.com/cognitoauth/cognito-go/jwtverify"
)

// What tokens say unless an option changes it.
const (
	// DefaultSubject is the sub of the user that tokens are issued to.
	DefaultSubject = "5f0a1c3e-6d2b-4b1b-9c2d-0123456789ab"
	// DefaultUsername is the user's name.
	DefaultUsername = "ada"
	// DefaultEmail is the email of ID tokens.
	DefaultEmail = "ada@example.com"
	// DefaultScope is the scope of access tokens: the one that Cognito's API
	// gives, as opposed to its login pages.
	DefaultScope = "aws.cognito.signin.user.admin"
	// DefaultLifetime is how long tokens are good for.
	DefaultLifetime = time.Hour
)

// AccessToken returns an access token for a user, with the claims that Cognito
// puts into one. It panics if an option gives a value that is not JSON.
func (i *Issuer) AccessToken(options ...Option) string {
	claims := i.commonClaims(jwtverify.Access)
	claims["client_id"] = i.clientID
	claims["username"] = DefaultUsername
	claims["scope"] = DefaultScope
	claims["version"] = 2
	return i.mustSign(jwtverify.Access, claims, options)
}

// IDToken returns an ID token for a user, with the claims that Cognito puts into
// one, and an e-mail address. It panics if an option gives a value that is not
// JSON.
func (i *Issuer) IDToken(options ...Option) string {
	claims := i.commonClaims(jwtverify.ID)
	claims["aud"] = i.clientID
	claims["cognito:username"] = DefaultUsername
	claims["email"] = DefaultEmail
	claims["email_verified"] = true
	return i.mustSign(jwtverify.ID, claims, options)
}

// MachineToken returns an access token for a machine, as the client credentials
// grant gives it: it names no user, and sub is the client. Its scopes are those
// that [Scopes] gives it. It panics if an option gives a value that is not JSON.
func (i *Issuer) MachineToken(options ...Option) string {
	claims := i.commonClaims(jwtverify.Access)
	delete(claims, "origin_jti")
	delete(claims, "event_id")
	claims["sub"] = i.clientID
	claims["client_id"] = i.clientID
	claims["version"] = 2
	return i.mustSign(jwtverify.Access, claims, options)
}

func (i *Issuer) commonClaims(use jwtverify.TokenUse) map[string]any {
	now := i.Now()
	return map[string]any{
		"sub":        DefaultSubject,
		"iss":        i.issuer,
		"token_use":  string(use),
		"auth_time":  now.Unix(),
		"iat":        now.Unix(),
		"exp":        now.Add(DefaultLifetime).Unix(),
		"jti":        newUUID(),
		"origin_jti": newUUID(),
		"event_id":   newUUID(),
	}
}

// Sign returns a token of exactly the given claims, and those that options
// change, signed with the key of the given use. The error is that of a claim
// that is not JSON.
func (i *Issuer) Sign(use jwtverify.TokenUse, claims map[string]any, options ...Option) (string, error) {
	i.mu.Lock()
	key := i.keys.Access
	if use == jwtverify.ID {
		key = i.keys.ID
	}
	i.mu.Unlock()
	d := &draft{
		issuer: i,
		use:    use,
		key:    key.Private,
		header: map[string]any{"kid": key.ID, "alg": "RS256"},
		claims: maps.Clone(claims),
		sign:   signRS256,
	}
	if d.claims == nil {
		d.claims = map[string]any{}
	}
	for _, option := range options {
		option.apply(d)
	}
	return d.token()
}

func (i *Issuer) mustSign(use jwtverify.TokenUse, claims map[string]any, options []Option) string {
	token, err := i.Sign(use, claims, options...)
	if err != nil {
		panic(err)
	}
	return token
}

// draft is a token that options may still change.
type draft struct {
	issuer *Issuer
	use    jwtverify.TokenUse
	header map[string]any
	claims map[string]any
	// rawHeader and rawPayload, if not nil, take the place of header and
	// claims.
	rawHeader, rawPayload []byte
	key                   *rsa.PrivateKey
	sign                  func(d *draft, input string) ([]byte, error)
	// tampered are claims that change once the token is signed.
	tampered map[string]any
}

func (d *draft) token() (string, error) {
	header, err := segment(d.rawHeader, d.header)
	if err != nil {
		return "", err
	}
	payload, err := segment(d.rawPayload, d.claims)
	if err != nil {
		return "", err
	}
	signature, err := d.sign(d, header+"."+payload)
	if err != nil {
		return "", fmt.Errorf("jwtverifytest: %w", err)
	}
	if d.tampered != nil {
		maps.Copy(d.claims, d.tampered)
		if payload, err = segment(nil, d.claims); err != nil {
			return "", err
		}
	}
	return header + "." + payload + "." + encode(signature), nil
}

// segment encodes raw, or else members as JSON (RFC 7515 section 7.1).
func segment(raw []byte, members map[string]any) (string, error) {
	if raw == nil {
		var err error
		if raw, err = json.Marshal(members); err != nil {
			return "", fmt.Errorf("jwtverifytest: %w", err)
		}
	}
	return encode(raw), nil
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func signRS256(d *draft, input string) ([]byte, error) {
	digest := sha256.Sum256([]byte(input))
	return rsa.SignPKCS1v15(nil, d.key, crypto.SHA256, digest[:])
}
