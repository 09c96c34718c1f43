package cognitotest

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/cognitoauth/cognito-go/jwtverify"
)

const (
	// scopeUserAdmin is the scope of tokens from the user pools API: it lets
	// their bearer act on their own user.
	scopeUserAdmin = "aws.cognito.signin.user.admin"

	claimOriginJTI = "origin_jti"
	claimGroups    = "cognito:groups"
)

// authenticationResult is AuthenticationResultType of the API.
type authenticationResult struct {
	AccessToken       string
	IDToken           string `json:"IdToken"`
	RefreshToken      string `json:",omitempty"`
	TokenType         string
	ExpiresIn         int
	NewDeviceMetadata *newDeviceMetadata `json:",omitempty"`
}

type newDeviceMetadata struct {
	DeviceKey      string
	DeviceGroupKey string
}

// grant is one sign-in, and all tokens that came of it.
type grant struct {
	id       string // origin_jti
	sub      string
	clientID string
	authTime time.Time
	eventID  string
	// deviceKey is the device the sign-in was made on; refreshing asks for it.
	deviceKey string
	revoked   bool
}

func (p *pool) newGrant(c *call, l *login, u *user) *grant {
	g := &grant{id: p.random.uuid(), sub: u.sub, clientID: l.client.ID, authTime: c.now, eventID: p.random.uuid()}
	if p.cfg.Devices != DevicesOff {
		g.deviceKey = l.deviceKey
		if u.devices[l.deviceKey] == nil {
			g.deviceKey = p.region + "_" + p.random.uuid()
		}
	}
	p.grants[g.id] = g
	return g
}

// sourceTokens is why tokens are made, as the PreTokenGeneration trigger hears
// it.
func sourceTokens(l *login) string {
	if l.deviceProven {
		return "TokenGeneration_AuthenticateDevice"
	}
	return "TokenGeneration_Authentication"
}

const sourceRefreshTokens = "TokenGeneration_RefreshTokens" // #nosec G101 -- a trigger source

// issueTokens signs an access token and an ID token for a sign-in.
func (p *pool) issueTokens(c *call, g *grant, u *user, cl *client, source string, metadata map[string]string) (*authenticationResult, error) {
	e := PreTokenGenerationEvent{
		TriggerEvent: p.event(source, u, cl, metadata),
		Groups:       p.groupsOf(u),
		Scopes:       []string{scopeUserAdmin},
	}
	if f := p.cfg.Triggers.PreTokenGeneration; f != nil {
		if err := p.run("PreTokenGeneration", func() error { return f(c.ctx, &e) }); err != nil {
			return nil, err
		}
	}
	if e.GroupOverride != nil {
		e.Groups = e.GroupOverride
	}
	now := c.now.Truncate(time.Second)
	common := map[string]any{
		"sub":       u.sub,
		"iss":       p.issuer,
		"event_id":  g.eventID,
		"auth_time": g.authTime.Unix(),
		"iat":       now.Unix(),
		"jti":       p.random.uuid(),
	}
	if !cl.DisableTokenRevocation {
		common[claimOriginJTI] = g.id
	}
	if len(e.Groups) > 0 {
		common[claimGroups] = e.Groups
	}

	access := maps.Clone(common)
	for name, value := range e.AccessClaims {
		if !reservedClaim(name) {
			access[name] = value
		}
	}
	for _, name := range e.SuppressAccess {
		if !reservedClaim(name) || name == claimGroups {
			delete(access, name)
		}
	}
	access["token_use"] = jwtverify.Access
	access["client_id"] = cl.ID
	access["username"] = u.name
	access["scope"] = scopes(e)
	access["exp"] = now.Add(cl.AccessTokenValidity).Unix()
	if g.deviceKey != "" {
		access["device_key"] = g.deviceKey
	}

	id := maps.Clone(common)
	p.addProfile(id, u, cl)
	for name, value := range e.IDClaims {
		if !reservedClaim(name) {
			id[name] = value
		}
	}
	for _, name := range e.SuppressID {
		if !reservedClaim(name) || name == claimGroups {
			delete(id, name)
		}
	}
	id["jti"] = p.random.uuid()
	id["token_use"] = jwtverify.ID
	id["aud"] = cl.ID
	id["cognito:username"] = u.name
	id["exp"] = now.Add(cl.IDTokenValidity).Unix()

	result := &authenticationResult{TokenType: "Bearer", ExpiresIn: int(cl.AccessTokenValidity / time.Second)}
	var err, idErr error
	p.unlocked(func() {
		result.AccessToken, err = p.signer.sign(jwtverify.Access, access)
		result.IDToken, idErr = p.signer.sign(jwtverify.ID, id)
	})
	return result, errors.Join(err, idErr)
}

func scopes(e PreTokenGenerationEvent) string {
	list := []string{scopeUserAdmin}
	for _, s := range e.ScopesToAdd {
		if !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	list = slices.DeleteFunc(list, func(s string) bool { return slices.Contains(e.ScopesToSuppress, s) })
	return strings.Join(list, " ")
}

// reservedClaim reports whether the claim is the pool's own, which no trigger
// changes. Source: "Pre token generation Lambda trigger" in the Amazon Cognito
// developer guide.
func reservedClaim(name string) bool {
	switch name {
	case "acr", "amr", "at_hash", "auth_time", "azp", "client_id", "device_key", "event_id", "exp", "iat", "iss",
		"jti", "nbf", "nonce", claimOriginJTI, "scope", "sub", "token_use", "username", "version",
		attrIdentities:
		return true
	}
	return strings.HasPrefix(name, "cognito:")
}

// addProfile puts the user's attributes into an ID token as Cognito types
// them: verification flags as booleans, the address as the object of OpenID
// Connect Core 1.0, section 5.1.1, everything else as strings.
func (p *pool) addProfile(claims map[string]any, u *user, cl *client) {
	for name, value := range u.attributes {
		switch {
		case name == attrSub || !cl.canRead(name):
		case strings.HasSuffix(name, verifiedSuffix):
			claims[name] = value == "true"
		case name == "address":
			var object map[string]any
			if json.Unmarshal([]byte(value), &object) == nil {
				claims[name] = object
			} else {
				claims[name] = map[string]any{"formatted": value}
			}
		default:
			claims[name] = value
		}
	}
	var roles []string
	for _, name := range p.groupsOf(u) {
		if role := p.groups[name].roleARN; role != "" {
			roles = append(roles, role)
		}
	}
	if len(roles) > 0 {
		claims["cognito:roles"] = roles
		claims["cognito:preferred_role"] = roles[0]
	}
}

// bearer is who an access token stands for.
type bearer struct {
	user   *user
	client *client
	grant  *grant // nil if the client's tokens cannot be revoked
}

// authenticate checks the access token that the operations on one's own user
// carry.
func (p *pool) authenticate(c *call, token string) (*bearer, error) {
	claims, err := p.signer.verify(c.ctx, token)
	if err != nil {
		return nil, err
	}
	g := p.grants[claims.OriginID]
	u := p.users[claims.Subject]
	cl := p.clients[claims.ClientID]
	switch {
	case cl == nil:
		return nil, errTokenInvalid
	case u == nil:
		return nil, errUserNotFound
	case g != nil && g.revoked, g == nil && claims.OriginID != "":
		return nil, errTokenRevoked
	case u.disabled:
		return nil, errUserDisabled
	case !slices.Contains(claims.Scopes, scopeUserAdmin):
		return nil, errTokenScope
	}
	return &bearer{user: u, client: cl, grant: g}, nil
}
