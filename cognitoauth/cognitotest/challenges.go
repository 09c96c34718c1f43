package cognitotest

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
)

const (
	challengeNewPassword = "NEW_PASSWORD_REQUIRED" // #nosec G101 -- a challenge name
	challengeSelectMFA   = "SELECT_MFA_TYPE"
	challengeMFASetup    = "MFA_SETUP"
	challengeCustom      = "CUSTOM_CHALLENGE"
	challengeSelect      = "SELECT_CHALLENGE"

	attributePrefix = "userAttributes."
)

type respondInput struct {
	ClientID           string            `json:"ClientId" shape:"clientId,required"`
	ChallengeName      string            `shape:"any,required"`
	ChallengeResponses map[string]string // checked by each challenge
	ClientMetadata     map[string]string
	Session            string `shape:"session"`
}

type adminRespondInput struct {
	UserPoolID string `json:"UserPoolId" shape:"poolId,required"`
	respondInput
}

func (p *pool) adminRespondToAuthChallenge(c *call, in *adminRespondInput) (*authOutput, error) {
	if err := p.checkPool(in.UserPoolID); err != nil {
		return nil, err
	}
	return p.respondToAuthChallenge(c, &in.respondInput)
}

// answers are the challenges that a session leads to. A handler gets the
// session and the user; the session is used up unless it returns an error that
// leaves it open.
var answers = map[string]func(p *pool, c *call, s *session, u *user, in *respondInput) (*authOutput, error){
	challengeNewPassword: (*pool).respondNewPassword,
	factorSMS:            (*pool).respondSentCode,
	factorEmail:          (*pool).respondSentCode,
	factorSMSOTP:         (*pool).respondSentCode,
	factorTOTP:           (*pool).respondTOTP,
	challengeSelectMFA:   (*pool).respondSelectMFA,
	challengeMFASetup:    (*pool).respondMFASetup,
	challengeCustom:      (*pool).respondCustom,
	challengeSelect:      (*pool).respondSelect,
	factorPassword:       (*pool).respondPassword,
	challengePasswordSRP: (*pool).respondPasswordSRP,
	factorPasskey:        (*pool).respondPasskey,
	challengeDeviceSRP:   (*pool).respondDeviceSRP,
}

func (p *pool) respondToAuthChallenge(c *call, in *respondInput) (*authOutput, error) {
	cl, err := p.client(in.ClientID)
	if err != nil {
		return nil, err
	}
	username := in.ChallengeResponses[paramUsername]
	if username == "" {
		return nil, errMissingParameter(paramUsername)
	}
	if err := cl.checkHash(in.ChallengeResponses[paramSecretHash], username); err != nil {
		return nil, err
	}
	switch in.ChallengeName {
	case challengePasswordVerifier:
		return p.respondPasswordVerifier(c, cl, in)
	case challengeDeviceVerifier:
		return p.respondDeviceVerifier(c, cl, in)
	}
	answer := answers[in.ChallengeName]
	if answer == nil {
		return nil, failf(codeInvalidParameter, "1 validation error detected: Value '%.64s' at 'challengeName' failed to satisfy constraint: "+
			"Member must satisfy enum value set: [%s]", in.ChallengeName, strings.Join(challengeNames(), ", "))
	}
	if in.Session == "" {
		return nil, errMissingParameter(paramSession)
	}
	s, err := p.find(c, in.Session, cl.ID, "")
	if err != nil {
		return nil, err
	}
	if s.challenge != in.ChallengeName && !switchesFactor(s.challenge, in.ChallengeName) {
		return nil, errSessionUnknown
	}
	u := p.users[s.login.sub]
	if u == nil {
		u = s.login.nobody
	}
	switch {
	case u == nil && s.login.sub == "" && p.fold(username) == p.fold(s.login.name):
		return nil, errMFACode // the simulated challenge of a user who does not exist
	case u == nil, !p.names(u, username):
		return nil, errSessionUnknown
	}
	if key := in.ChallengeResponses[paramDeviceKey]; key != "" && in.ChallengeName != challengeDeviceSRP {
		s.login.deviceKey = key
	}
	s.login.metadata = mergeMetadata(s.login.metadata, in.ClientMetadata)

	s.used = true // here, because triggers run unlocked
	out, err := answer(p, c, s, u, in)
	if err != nil && leavesOpen(err) {
		s.used = false
	}
	return out, err
}

// names reports whether a USERNAME means the user of a session.
func (p *pool) names(u *user, username string) bool {
	if u.nobody {
		return p.fold(username) == p.fold(u.name)
	}
	return p.lookup(username) == u || username == u.sub
}

// switchesFactor reports whether SELECT_CHALLENGE is answered in place of the
// factor that was offered: clients do so to choose another one.
func switchesFactor(pending, answered string) bool {
	return answered == challengeSelect && slices.Contains([]string{factorPasskey, factorEmail, factorSMSOTP, factorPassword, challengePasswordSRP}, pending)
}

// leavesOpen reports whether a refused answer leaves the session good for
// another: a mistyped code or password does, and so does a request that was
// not well formed.
func leavesOpen(err error) bool {
	var refusal *apiError
	if !errors.As(err, &refusal) {
		return false
	}
	switch refusal.code {
	case codeCodeMismatch, codeExpiredCode, codeInvalidParameter, codeInvalidPassword, codePasswordHistory, codeResourceNotFound:
		return true
	}
	return false
}

// challengeNames are the values of ChallengeNameType that can be answered.
func challengeNames() []string {
	names := slices.Collect(maps.Keys(answers))
	names = append(names, challengePasswordVerifier, challengeDeviceVerifier)
	slices.Sort(names)
	return names
}

// askNewPassword opens NEW_PASSWORD_REQUIRED: the user's attributes and the
// required ones that are still missing, both as JSON in a string.
func (p *pool) askNewPassword(c *call, l *login, u *user) (*authOutput, error) {
	attributes := maps.Clone(u.attributes)
	delete(attributes, attrSub)
	missing := []string{}
	for _, a := range p.cfg.Attributes {
		if a.Required && u.attributes[a.Name] == "" {
			missing = append(missing, attributePrefix+a.Name)
		}
	}
	shown, err := json.Marshal(attributes)
	if err != nil {
		return nil, err
	}
	required, err := json.Marshal(missing)
	if err != nil {
		return nil, err
	}
	return p.challenge(c, &session{challenge: challengeNewPassword, login: l}, map[string]string{
		"USER_ID_FOR_SRP":    u.name,
		"userAttributes":     string(shown),
		"requiredAttributes": string(required),
	}), nil
}

func (p *pool) respondNewPassword(c *call, s *session, u *user, in *respondInput) (*authOutput, error) {
	text := in.ChallengeResponses["NEW_PASSWORD"]
	if text == "" {
		return nil, errMissingParameter("NEW_PASSWORD")
	}
	var given []attribute
	for name, value := range in.ChallengeResponses {
		if name, ok := strings.CutPrefix(name, attributePrefix); ok {
			given = append(given, attribute{name, value})
		}
	}
	values, err := p.checkAttributes(s.login.client, given)
	if err != nil {
		return nil, err
	}
	for name := range values {
		if slices.Contains(p.cfg.UsernameAttributes, name) && u.attributes[name] != "" {
			return nil, errAlreadyProvided(name)
		}
	}
	if err := p.checkMutable(u, values); err != nil {
		return nil, err
	}
	for _, a := range p.cfg.Attributes {
		if a.Required && u.attributes[a.Name] == "" && values[a.Name] == "" {
			return nil, fail(codeInvalidParameter, "Invalid attributes given, "+a.Name+" is missing")
		}
	}
	if err := p.changePassword(u, text); err != nil {
		return nil, err
	}
	for name, value := range values {
		if u.attributes[name] != value {
			delete(u.attributes, name+verifiedSuffix)
		}
		u.attributes[name] = value
	}
	u.status, u.modified = statusConfirmed, c.now
	return p.proceed(c, s.login, u)
}
