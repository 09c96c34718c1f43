package jwtverifytest

import (
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"maps"
	"strings"
	"time"

	"github.com/cognitoauth/cognito-go/jwtverify"
)

// Option changes one thing about a token. Options apply in the order given.
type Option struct{ apply func(*draft) }

// Claim sets a claim to any value that is JSON, whether or not tokens have it.
func Claim(name string, value any) Option {
	return Option{func(d *draft) { d.claims[name] = value }}
}

// Claims sets several claims.
func Claims(claims map[string]any) Option {
	return Option{func(d *draft) { maps.Copy(d.claims, claims) }}
}

// NoClaim removes claims.
func NoClaim(names ...string) Option {
	return Option{func(d *draft) {
		for _, name := range names {
			delete(d.claims, name)
		}
	}}
}

// User sets whom the token speaks for: sub, and the user name under the name it
// has in this kind of token.
func User(subject, username string) Option {
	return Option{func(d *draft) {
		d.claims["sub"] = subject
		if d.use == jwtverify.ID {
			d.claims["cognito:username"] = username
		} else {
			d.claims["username"] = username
		}
	}}
}

// Groups sets the groups that the user is in (cognito:groups).
func Groups(groups ...string) Option { return Claim("cognito:groups", groups) }

// Scopes sets the scopes of an access token.
func Scopes(scopes ...string) Option { return Claim("scope", strings.Join(scopes, " ")) }

// Client sets the app client that the token was issued to: aud in an ID token,
// client_id in an access token.
func Client(id string) Option {
	return Option{func(d *draft) {
		if d.use == jwtverify.ID {
			d.claims["aud"] = id
		} else {
			d.claims["client_id"] = id
		}
	}}
}

// ExpiresIn sets how long the token is good for from now.
func ExpiresIn(d time.Duration) Option {
	return Option{func(t *draft) { t.claims["exp"] = t.issuer.Now().Add(d).Unix() }}
}

// IssuedAgo sets when the token was issued and the user signed in. The token
// is good for an hour from then.
func IssuedAgo(d time.Duration) Option {
	return Option{func(t *draft) {
		at := t.issuer.Now().Add(-d)
		t.claims["iat"] = at.Unix()
		t.claims["auth_time"] = at.Unix()
		t.claims["exp"] = at.Add(DefaultLifetime).Unix()
	}}
}

// Expired makes a token that has been expired for an hour.
func Expired() Option { return IssuedAgo(2 * DefaultLifetime) }

// NotYetValid makes a token issued an hour from now.
func NotYetValid() Option { return IssuedAgo(-time.Hour) }

// Header sets a header parameter to any value that is JSON.
func Header(name string, value any) Option {
	return Option{func(d *draft) { d.header[name] = value }}
}

// NoHeader removes header parameters.
func NoHeader(names ...string) Option {
	return Option{func(d *draft) {
		for _, name := range names {
			delete(d.header, name)
		}
	}}
}

// RawHeader puts these bytes in the place of the header, and signs them.
func RawHeader(header string) Option {
	return Option{func(d *draft) { d.rawHeader = []byte(header) }}
}

// RawPayload puts these bytes in the place of the claims, and signs them: for
// what is not JSON, or JSON that no encoder writes, such as a claim that is
// there twice.
func RawPayload(payload string) Option {
	return Option{func(d *draft) { d.rawPayload = []byte(payload) }}
}

// SignedBy signs with a key of the caller's and puts the given kid into the
// header.
func SignedBy(kid string, key *rsa.PrivateKey) Option {
	return Option{func(d *draft) {
		d.key = key
		d.header["kid"] = kid
	}}
}

// UnknownKey signs with a key that the issuer does not publish and says so in
// kid, as a token does that another pool's issuer has signed.
func UnknownKey() Option {
	return Option{func(d *draft) {
		d.key = strangersKey().Private
		d.header["kid"] = strangersKey().ID
	}}
}

// Forged signs with a key that is not the issuer's, under the kid of one that
// is.
func Forged() Option {
	return Option{func(d *draft) { d.key = strangersKey().Private }}
}

// Tampered changes a claim after the token is signed.
func Tampered(name string, value any) Option {
	return Option{func(d *draft) {
		if d.tampered == nil {
			d.tampered = map[string]any{}
		}
		d.tampered[name] = value
	}}
}

// Unsigned makes a token with alg "none" and no signature (RFC 7518 section
// 3.6).
func Unsigned() Option {
	return Option{func(d *draft) {
		d.header["alg"] = "none"
		d.sign = func(*draft, string) ([]byte, error) { return nil, nil }
	}}
}

// PublicKeyAsSecret makes a token with alg "HS256" whose secret is the issuer's
// public key, in PEM: it deceives whoever lets the token choose the algorithm
// (RFC 8725 section 2.1).
func PublicKeyAsSecret() Option {
	return Option{func(d *draft) {
		d.header["alg"] = "HS256"
		d.sign = func(d *draft, input string) ([]byte, error) {
			der, err := x509.MarshalPKIXPublicKey(&d.key.PublicKey)
			if err != nil {
				return nil, err
			}
			mac := hmac.New(sha256.New, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
			mac.Write([]byte(input))
			return mac.Sum(nil), nil
		}
	}}
}
