package jwtverify

import (
	"log/slog"
	"time"
)

// TokenUse is the token_use claim: which of Cognito's two kinds of JWT a token is.
type TokenUse string

// The kinds of token that can be verified. Cognito's refresh tokens are opaque
// to everyone but Cognito.
const (
	Access TokenUse = "access"
	ID     TokenUse = "id"
)

// Claims are what both kinds of token say. They belong to the caller: no two
// verifications share any part of them that can be changed.
//
// The claims are described under "Understanding user pool JSON web tokens" in
// the Amazon Cognito developer guide.
type Claims struct {
	// Subject (sub) identifies the user, for ever and in this pool alone. In a
	// token for a machine (client credentials) it is the client ID.
	Subject string
	// Username is username in an access token and cognito:username in an ID
	// token. A machine's token has none.
	Username string
	// ClientID is the app client the token was issued to: client_id in an
	// access token, the accepted member of aud in an ID token.
	ClientID string
	// Issuer (iss) is one of the configured issuers.
	Issuer string
	// Use (token_use) is Access or ID.
	Use TokenUse
	// Groups (cognito:groups) the user is in.
	Groups []string

	// Times are in UTC.
	IssuedAt  time.Time // iat
	ExpiresAt time.Time // exp
	NotBefore time.Time // nbf; zero if absent, as it is in Cognito's tokens
	// AuthTime (auth_time) is when the user signed in; zero if absent. A
	// refresh does not move it.
	AuthTime time.Time

	// TokenID (jti) is unique to the token; OriginID (origin_jti) is common to all
	// tokens of one sign-in, refreshed ones included, and is what to put on a
	// list of revoked sign-ins. EventID (event_id) is in CloudTrail.
	TokenID  string
	OriginID string
	EventID  string

	// payload is the verified JSON, for Decode; nil in claims of another origin.
	// Behind a pointer, so that fmt does not print all claims there are.
	payload *string
}

// LogValue logs what tells whose token it was, and which, for the log/slog of a
// server: no names, no addresses, and nothing of a token that opens anything.
func (c *Claims) LogValue() slog.Value {
	if c == nil {
		return slog.AnyValue(nil)
	}
	return slog.GroupValue(
		slog.String("sub", c.Subject),
		slog.String("client_id", c.ClientID),
		slog.String("iss", c.Issuer),
		slog.String("token_use", string(c.Use)),
		slog.String("jti", c.TokenID),
		slog.String("origin_jti", c.OriginID),
		slog.Time("exp", c.ExpiresAt),
	)
}

// AccessClaims are the claims of an access token.
type AccessClaims struct {
	Claims
	// Scopes are the words of scope.
	Scopes []string
	// Audience (aud) names the resource servers a resource-bound token is for;
	// empty in others. See [Resource].
	Audience []string
	// DeviceKey (device_key) is there if the user signed in on a remembered device.
	DeviceKey string
}

// LogValue logs what [Claims.LogValue] does.
func (c *AccessClaims) LogValue() slog.Value {
	if c == nil { // of a request without a token
		return slog.AnyValue(nil)
	}
	return c.Claims.LogValue()
}

// Machine reports whether the token was issued to a machine (client
// credentials grant) and speaks for no user.
func (c *AccessClaims) Machine() bool { return c.Username == "" && c.Subject == c.ClientID }

// IDClaims are the claims of an ID token. What the pool maps or adds beyond
// these is read with Decode.
type IDClaims struct {
	Claims
	// Audience (aud) as sent; ClientID is the member that was accepted.
	Audience []string
	// AuthorizedParty (azp) is required if Audience has several members.
	AuthorizedParty string

	Email         string
	EmailVerified bool
	PhoneNumber   string
	PhoneVerified bool // phone_number_verified
	Name          string
	GivenName     string
	FamilyName    string
	// Nonce is what the client sent to the authorization endpoint, which must
	// compare it.
	Nonce string
	// Roles (cognito:roles) and PreferredRole (cognito:preferred_role) are the
	// IAM roles of the user's groups.
	Roles         []string
	PreferredRole string
}

// LogValue logs what [Claims.LogValue] does.
func (c *IDClaims) LogValue() slog.Value {
	if c == nil { // of a request without a token
		return slog.AnyValue(nil)
	}
	return c.Claims.LogValue()
}
