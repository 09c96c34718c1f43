package cognitotest

import "maps"

// customSRPA is the CHALLENGE_NAME by which a client starts a custom sign-in
// with a password first, and the name of that round.
const customSRPA = "SRP_A"

// beginCustom is CUSTOM_AUTH: three triggers define, create and verify the
// challenges.
func (p *pool) beginCustom(c *call, l *login, params map[string]string) (*authOutput, error) {
	t := p.cfg.Triggers
	if t.DefineAuthChallenge == nil || t.CreateAuthChallenge == nil || t.VerifyAuthChallenge == nil {
		return nil, errNoCustomAuthTrigger
	}
	typed := l.name
	u, err := p.begin(c, l)
	if err != nil {
		return nil, err
	}
	withSRP := params[paramChallenge] == customSRPA
	if withSRP && params[paramSRPA] == "" {
		return nil, errMissingParameter(paramSRPA)
	}
	if u == nil {
		if withSRP {
			return p.askNobody(c, l, typed, params[paramSRPA])
		}
		// The triggers are told, and play along as they like; whatever they
		// say, there are no tokens in the end.
		l.nobody = &user{name: typed, nobody: true, attributes: map[string]string{}}
		return p.nextCustom(c, l, l.nobody)
	}
	if withSRP {
		l.rounds = append(l.rounds, ChallengeResult{Name: customSRPA, Passed: true})
		next, err := p.define(c, l, u)
		if err != nil {
			return nil, err
		}
		if next.ChallengeName != challengePasswordVerifier {
			return p.applyDefinition(c, l, u, next)
		}
		return p.askPasswordVerifier(c, l, u, params[paramSRPA])
	}
	if err := p.admit(c, l, u); err != nil {
		return nil, err
	}
	return p.nextCustom(c, l, u)
}

func (p *pool) define(c *call, l *login, u *user) (*DefineAuthChallengeEvent, error) {
	e := &DefineAuthChallengeEvent{
		TriggerEvent: p.event("DefineAuthChallenge_Authentication", u, l.client, l.metadata),
		Session:      append([]ChallengeResult(nil), l.rounds...),
	}
	err := p.run("DefineAuthChallenge", func() error { return p.cfg.Triggers.DefineAuthChallenge(c.ctx, e) })
	return e, err
}

// nextCustom asks DefineAuthChallenge what comes next and does it.
func (p *pool) nextCustom(c *call, l *login, u *user) (*authOutput, error) {
	next, err := p.define(c, l, u)
	if err != nil {
		return nil, err
	}
	return p.applyDefinition(c, l, u, next)
}

func (p *pool) applyDefinition(c *call, l *login, u *user, next *DefineAuthChallengeEvent) (*authOutput, error) {
	switch {
	case next.FailAuthentication, next.IssueTokens && u.nobody:
		return nil, errBadCredentials
	case next.IssueTokens:
		if err := p.admit(c, l, u); err != nil {
			return nil, err
		}
		device, err := p.loginDevice(l, u)
		if err != nil {
			return nil, err
		}
		if device != nil && device.remembered {
			return p.askDevice(c, l)
		}
		return p.finish(c, l, u)
	case next.ChallengeName != challengeCustom:
		return nil, fail(codeInvalidLambda, "DefineAuthChallenge returned an unknown challenge name.")
	}
	e := CreateAuthChallengeEvent{
		TriggerEvent:  p.event("CreateAuthChallenge_Authentication", u, l.client, l.metadata),
		ChallengeName: next.ChallengeName,
		Session:       append([]ChallengeResult(nil), l.rounds...),
	}
	if err := p.run("CreateAuthChallenge", func() error { return p.cfg.Triggers.CreateAuthChallenge(c.ctx, &e) }); err != nil {
		return nil, err
	}
	l.private, l.label = e.PrivateParameters, e.Metadata
	params := map[string]string{paramUsername: u.name}
	maps.Copy(params, e.PublicParameters)
	return p.challenge(c, &session{challenge: challengeCustom, login: l}, params), nil
}

func (p *pool) respondCustom(c *call, s *session, u *user, in *respondInput) (*authOutput, error) {
	answer, ok := in.ChallengeResponses[paramAnswer]
	if !ok {
		return nil, errMissingParameter(paramAnswer)
	}
	l := s.login
	e := VerifyAuthChallengeEvent{
		TriggerEvent:      p.event("VerifyAuthChallengeResponse_Authentication", u, l.client, l.metadata),
		PrivateParameters: l.private,
		Answer:            answer,
	}
	if err := p.run("VerifyAuthChallengeResponse", func() error { return p.cfg.Triggers.VerifyAuthChallenge(c.ctx, &e) }); err != nil {
		return nil, err
	}
	l.rounds = append(l.rounds, ChallengeResult{Name: challengeCustom, Passed: e.Correct, Metadata: l.label})
	return p.nextCustom(c, l, u)
}
