package cognitotest

import (
	"maps"
	"slices"
)

// The values of AuthFlowType. allow is what ExplicitAuthFlows puts in front.
const (
	flowSRP               = "USER_SRP_AUTH"
	flowRefresh           = "REFRESH_TOKEN_AUTH"
	flowRefreshAlias      = "REFRESH_TOKEN"
	flowCustom            = "CUSTOM_AUTH"
	flowAdminNoSRP        = "ADMIN_NO_SRP_AUTH"
	flowUserPassword      = "USER_PASSWORD_AUTH"
	flowAdminUserPassword = "ADMIN_USER_PASSWORD_AUTH"
	flowUserAuth          = "USER_AUTH"

	allow = "ALLOW_"
)

var allFlows = []string{
	flowSRP, flowRefresh, flowRefreshAlias, flowCustom, flowAdminNoSRP, flowUserPassword, flowAdminUserPassword, flowUserAuth,
}

// The names of authentication parameters and challenge responses.
const (
	paramUsername   = "USERNAME"
	paramPassword   = "PASSWORD"
	paramSecretHash = "SECRET_HASH"
	paramSRPA       = "SRP_A"
	paramDeviceKey  = "DEVICE_KEY"
	paramRefresh    = "REFRESH_TOKEN"
	paramPreferred  = "PREFERRED_CHALLENGE"
	paramChallenge  = "CHALLENGE_NAME"
	paramAnswer     = "ANSWER"
	paramSession    = "Session"
)

type initiateAuthInput struct {
	ClientID       string            `json:"ClientId" shape:"clientId,required"`
	AuthFlow       string            `shape:"any,required"`
	AuthParameters map[string]string // checked by each flow
	ClientMetadata map[string]string
	Session        string `shape:"session"`
}

type adminInitiateAuthInput struct {
	UserPoolID string `json:"UserPoolId" shape:"poolId,required"`
	initiateAuthInput
}

// authOutput is the answer of InitiateAuth and RespondToAuthChallenge, and of
// their admin variants: tokens or a challenge.
type authOutput struct {
	AuthenticationResult *authenticationResult `json:",omitempty"`
	ChallengeName        string                `json:",omitempty"`
	ChallengeParameters  map[string]string
	Session              string   `json:",omitempty"`
	AvailableChallenges  []string `json:",omitempty"`
}

func (p *pool) initiateAuth(c *call, in *initiateAuthInput) (*authOutput, error) {
	return p.initiate(c, in, false)
}

func (p *pool) adminInitiateAuth(c *call, in *adminInitiateAuthInput) (*authOutput, error) {
	if err := p.checkPool(in.UserPoolID); err != nil {
		return nil, err
	}
	return p.initiate(c, &in.initiateAuthInput, true)
}

func (p *pool) initiate(c *call, in *initiateAuthInput, admin bool) (*authOutput, error) {
	if !slices.Contains(allFlows, in.AuthFlow) {
		return nil, errUnknownFlow(in.AuthFlow)
	}
	cl, err := p.client(in.ClientID)
	if err != nil {
		return nil, err
	}
	switch in.AuthFlow {
	case flowAdminUserPassword, flowAdminNoSRP:
		if !admin {
			return nil, errNotThisMethod
		}
	case flowUserPassword:
		if admin {
			return nil, errNotThisMethod
		}
	}
	params := in.AuthParameters
	if in.AuthFlow == flowRefresh || in.AuthFlow == flowRefreshAlias {
		return p.refreshTokenAuth(c, cl, params, in.ClientMetadata)
	}
	if params[paramUsername] == "" {
		return nil, errMissingParameter(paramUsername)
	}
	if err := cl.checkHash(params[paramSecretHash], params[paramUsername]); err != nil {
		return nil, err
	}
	flow := in.AuthFlow
	if flow == flowAdminNoSRP { // the older name of the same
		flow = flowAdminUserPassword
	}
	if !cl.allows(flow) {
		return nil, errFlowOff(in.AuthFlow)
	}
	l := &login{
		name: params[paramUsername], client: cl, flow: flow, admin: admin,
		metadata: in.ClientMetadata, deviceKey: params[paramDeviceKey],
	}
	switch flow {
	case flowSRP:
		return p.beginSRP(c, l, params)
	case flowCustom:
		return p.beginCustom(c, l, params)
	case flowUserAuth:
		return p.beginUserAuth(c, l, params, in.Session)
	default:
		return p.passwordAuth(c, l, params)
	}
}

// begin finds the user who signs in and asks the PreAuthentication trigger.
// The user is nil, without an error, if there is none and the client must not
// say so.
func (p *pool) begin(c *call, l *login) (*user, error) {
	u := p.lookup(l.name)
	if u == nil {
		if !l.client.PreventUserExistenceErrors {
			return nil, errUserNotFound
		}
		return nil, nil
	}
	if err := p.notify(c, "PreAuthentication", "PreAuthentication_Authentication",
		p.cfg.Triggers.PreAuthentication, u, l.client, l.metadata); err != nil {
		return nil, err
	}
	if p.users[u.sub] == nil { // deleted while the trigger ran
		return nil, errUserNotFound
	}
	l.sub, l.name = u.sub, u.name
	return u, nil
}

// passwordAuth is USER_PASSWORD_AUTH and ADMIN_USER_PASSWORD_AUTH: the
// password itself is in the request.
func (p *pool) passwordAuth(c *call, l *login, params map[string]string) (*authOutput, error) {
	text := params[paramPassword]
	if text == "" {
		return nil, errMissingParameter(paramPassword)
	}
	if p.lookup(l.name) == nil {
		u, err := p.migrate(c, l.client, "UserMigration_Authentication", l.name, text, l.metadata)
		if err != nil {
			return nil, errBadCredentials
		}
		if u != nil {
			l.name = u.name
		}
	}
	u, err := p.begin(c, l)
	if err != nil {
		return nil, err
	}
	if u == nil {
		return nil, errBadCredentials
	}
	return p.answerPassword(c, l, u, text)
}

// answerPassword checks a password given in the clear and goes on.
func (p *pool) answerPassword(c *call, l *login, u *user, text string) (*authOutput, error) {
	if u.status == statusResetRequired {
		return nil, errResetRequired
	}
	if err := p.checkPassword(u, text, c.now); err != nil {
		return nil, err
	}
	l.factor = factorPassword
	return p.proceed(c, l, u)
}

// admit refuses a user who has proved who they are and may still not come in.
func (p *pool) admit(c *call, l *login, u *user) error {
	switch {
	case p.users[u.sub] != u: // deleted meanwhile
		return errUserNotFound
	case u.disabled:
		return errUserDisabled
	case u.status == statusUnconfirmed:
		return errUserNotConfirmed
	case u.status == statusResetRequired:
		return errResetRequired
	case u.status == statusForceChange && l.factor == factorPassword && !u.password.expires.IsZero() && !c.now.Before(u.password.expires):
		return errTemporaryExpired
	}
	return nil
}

// proceed takes a sign-in from where it is to the next challenge, or to
// tokens. Each answered challenge comes back here.
func (p *pool) proceed(c *call, l *login, u *user) (*authOutput, error) {
	if err := p.admit(c, l, u); err != nil {
		return nil, err
	}
	if u.status == statusForceChange && l.factor == factorPassword {
		return p.askNewPassword(c, l, u)
	}
	device, err := p.loginDevice(l, u)
	if err != nil {
		return nil, err
	}
	// A remembered device stands in for the second factor. One that is only
	// tracked takes no part in the sign-in: its secret is not asked for.
	// Source: "Working with user devices in your user pool" in the Amazon
	// Cognito developer guide, and DeviceRememberedStatus of UpdateDeviceStatus
	// in the API reference.
	if device != nil && device.remembered && !l.deviceProven {
		return p.askDevice(c, l)
	}
	if !l.mfaDone && !l.deviceProven {
		if out, err := p.askSecondFactor(c, l, u); out != nil || err != nil {
			return out, err
		}
	}
	return p.finish(c, l, u)
}

// finish issues the tokens of a sign-in that is complete.
func (p *pool) finish(c *call, l *login, u *user) (*authOutput, error) {
	if err := p.notify(c, "PostAuthentication", "PostAuthentication_Authentication",
		p.cfg.Triggers.PostAuthentication, u, l.client, l.metadata); err != nil {
		return nil, err
	}
	g := p.newGrant(c, l, u)
	result, err := p.issueTokens(c, g, u, l.client, sourceTokens(l), l.metadata)
	if err != nil {
		return nil, err
	}
	result.RefreshToken = p.addRefreshToken(g, g.authTime.Add(l.client.RefreshTokenValidity))
	if p.cfg.Devices != DevicesOff && u.devices[g.deviceKey] == nil {
		result.NewDeviceMetadata = &newDeviceMetadata{DeviceKey: g.deviceKey, DeviceGroupKey: p.deviceGroupKey(u)}
	}
	u.events = append(u.events, authEvent{id: p.random.uuid(), at: c.now, ip: c.remote, pass: true})
	return &authOutput{AuthenticationResult: result, ChallengeParameters: map[string]string{}}, nil
}

// challenge answers with a challenge and opens its session.
func (p *pool) challenge(c *call, s *session, params map[string]string) *authOutput {
	out := &authOutput{
		ChallengeName:       s.challenge,
		ChallengeParameters: map[string]string{},
		Session:             p.open(c, s),
	}
	maps.Copy(out.ChallengeParameters, params)
	return out
}
