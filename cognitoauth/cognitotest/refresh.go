package cognitotest

import (
	"crypto/sha256"
	"strings"
	"time"
)

// refresh is what the pool knows of a refresh token: a hash leads to it.
type refresh struct {
	grant   *grant
	expires time.Time
	// rotated is when a new token took this one's place; zero if none has.
	rotated time.Time
}

// refreshHeader begins Cognito's refresh tokens, which are encrypted for
// itself (RFC 7516): {"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}.
const refreshHeader = "eyJjdHkiOiJKV1QiLCJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiUlNBLU9BRVAifQ"

// addRefreshToken makes a refresh token of a sign-in.
func (p *pool) addRefreshToken(g *grant, expires time.Time) string {
	// Encrypted key, initialization vector, ciphertext, authentication tag.
	token := strings.Join([]string{
		refreshHeader, p.random.opaque(256), p.random.opaque(12), p.random.opaque(600), p.random.opaque(16),
	}, ".")
	p.refresh[refreshHash(token)] = &refresh{grant: g, expires: expires}
	return token
}

func refreshHash(token string) string {
	h := sha256.Sum256([]byte(token))
	return string(h[:])
}

// findRefresh checks everything about a refresh token except rotation.
func (p *pool) findRefresh(c *call, cl *client, token, deviceKey string) (*refresh, *user, error) {
	r := p.refresh[refreshHash(token)]
	if r == nil || r.grant.clientID != cl.ID {
		return nil, nil, errRefreshInvalid
	}
	u := p.users[r.grant.sub]
	switch {
	case u == nil:
		return nil, nil, errUserNotFound
	case u.disabled:
		return nil, nil, errUserDisabled
	case r.grant.revoked:
		return nil, nil, errRefreshRevoked
	case !c.now.Before(r.expires):
		return nil, nil, errRefreshExpired
	}
	if key := r.grant.deviceKey; key != "" && (key != deviceKey || u.devices[key] == nil) {
		// With device tracking, a refresh token is good on its device only,
		// and only once ConfirmDevice has registered that.
		return nil, nil, errRefreshInvalid
	}
	return r, u, nil
}

// refreshTokenAuth is the REFRESH_TOKEN_AUTH flow of InitiateAuth.
func (p *pool) refreshTokenAuth(c *call, cl *client, params map[string]string, metadata map[string]string) (*authOutput, error) {
	token := params[paramRefresh]
	if token == "" {
		return nil, errMissingParameter(paramRefresh)
	}
	if !cl.allows(flowRefresh) || cl.RotateRefreshTokens {
		// Cognito does not have both: with rotation, GetTokensFromRefreshToken
		// is the way.
		return nil, errFlowOff(flowRefresh)
	}
	// The hash is made of the user name, which the client has to know; the
	// owner of the token says which it must be.
	names := []string{params[paramUsername]}
	if r := p.refresh[refreshHash(token)]; r != nil {
		if u := p.users[r.grant.sub]; u != nil {
			names = []string{u.name, u.sub}
		}
	}
	if err := cl.checkHash(params[paramSecretHash], names...); err != nil {
		return nil, err
	}
	r, u, err := p.findRefresh(c, cl, token, params[paramDeviceKey])
	if err != nil {
		return nil, err
	}
	result, err := p.issueTokens(c, r.grant, u, cl, sourceRefreshTokens, metadata)
	if err != nil {
		return nil, err
	}
	return &authOutput{AuthenticationResult: result, ChallengeParameters: map[string]string{}}, nil
}

type getTokensInput struct {
	ClientID       string `json:"ClientId" shape:"clientId,required"`
	ClientSecret   string `shape:"any"`
	RefreshToken   string `shape:"token,required"`
	DeviceKey      string `shape:"device"`
	ClientMetadata map[string]string
}

type getTokensOutput struct {
	AuthenticationResult *authenticationResult
}

func (p *pool) getTokensFromRefreshToken(c *call, in *getTokensInput) (*getTokensOutput, error) {
	cl, err := p.client(in.ClientID)
	if err != nil {
		return nil, err
	}
	if err := cl.checkSecret(in.ClientSecret); err != nil {
		return nil, err
	}
	r, u, err := p.findRefresh(c, cl, in.RefreshToken, in.DeviceKey)
	if err != nil {
		return nil, err
	}
	if !r.rotated.IsZero() && !c.now.Before(r.rotated.Add(cl.RotationGrace)) {
		// Somebody has a token that its owner has already traded in: nobody
		// can tell thief from owner, so the sign-in ends for both.
		// RFC 9700, section 4.14.2.
		r.grant.revoked = true
		return nil, errRefreshReused
	}
	result, err := p.issueTokens(c, r.grant, u, cl, sourceRefreshTokens, in.ClientMetadata)
	if err != nil {
		return nil, err
	}
	if cl.RotateRefreshTokens {
		if r.rotated.IsZero() {
			r.rotated = c.now
		}
		result.RefreshToken = p.addRefreshToken(r.grant, r.expires)
	}
	return &getTokensOutput{result}, nil
}

type revokeTokenInput struct {
	ClientID     string `json:"ClientId" shape:"clientId,required"`
	ClientSecret string `shape:"any"`
	Token        string `shape:"token,required"`
}

// revokeToken ends the sign-in that a refresh token came of: its access and ID
// tokens too. A token that is unknown or already revoked is fine, as
// RFC 7009, section 2.2, has it.
func (p *pool) revokeToken(_ *call, in *revokeTokenInput) (*none, error) {
	cl, err := p.client(in.ClientID)
	if err != nil {
		return nil, err
	}
	if err := cl.checkSecret(in.ClientSecret); err != nil {
		return nil, err
	}
	if cl.DisableTokenRevocation {
		return nil, fail("UnsupportedOperationException", "Token revocation is not enabled for this client.")
	}
	r := p.refresh[refreshHash(in.Token)]
	switch {
	case r != nil && r.grant.clientID != cl.ID:
		return nil, errRevokeOther
	case r != nil:
		r.grant.revoked = true
	case isJWS(in.Token):
		return nil, errRevokeUnsupported
	}
	return &none{}, nil
}

// isJWS tells an access or ID token, which cannot be revoked by itself, from a
// refresh token, by the number of its parts (RFC 7515, section 3.1, against
// RFC 7516, section 3.1).
func isJWS(token string) bool { return strings.Count(token, ".") == 2 }
