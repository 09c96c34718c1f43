package cognitotest

import "slices"

// beginUserAuth is USER_AUTH, in which the user chooses the first factor.
func (p *pool) beginUserAuth(c *call, l *login, params map[string]string, sessionToken string) (*authOutput, error) {
	if sessionToken != "" {
		return p.signInFromSignUp(c, l, sessionToken)
	}
	typed := l.name
	u, err := p.begin(c, l)
	if err != nil {
		return nil, err
	}
	if u == nil {
		return p.simulateUserAuth(c, l, typed)
	}
	if u.status == statusResetRequired {
		return nil, errResetRequired
	}
	factors := p.firstFactors(u)
	preferred := params[paramPreferred]
	if preferred == challengePasswordSRP && params[paramSRPA] == "" {
		return nil, errMissingParameter(paramSRPA)
	}
	if preferred == factorPassword && params[paramPassword] == "" {
		return nil, errMissingParameter(paramPassword)
	}
	if !slices.Contains(factors, preferred) {
		if len(factors) == 1 && factors[0] != challengePasswordSRP && factors[0] != factorPassword {
			return p.askFirstFactor(c, l, u, factors[0], params, factors)
		}
		return p.askSelect(c, l, factors), nil
	}
	return p.askFirstFactor(c, l, u, preferred, params, factors)
}

// signInFromSignUp lets a user who has just confirmed their account straight
// in, on the strength of the session.
func (p *pool) signInFromSignUp(c *call, l *login, token string) (*authOutput, error) {
	s, err := p.find(c, token, l.client.ID, "")
	if err != nil {
		return nil, err
	}
	u := p.users[s.login.sub]
	if !s.signUp || u == nil || p.lookup(l.name) != u {
		return nil, errSessionUnknown
	}
	if u.status == statusUnconfirmed {
		return nil, errUserNotConfirmed
	}
	s.used = true
	l.sub, l.name, l.factor = u.sub, u.name, factorEmail
	return p.proceed(c, l, u)
}

// firstFactors are the factors that the user can start with.
func (p *pool) firstFactors(u *user) []string {
	var out []string
	for _, f := range p.cfg.FirstFactors {
		switch f {
		case factorPassword:
			if u.password.set() {
				out = append(out, challengePasswordSRP, factorPassword)
			}
		case factorEmail:
			if u.status == statusConfirmed && p.canUse(u, factorEmail) {
				out = append(out, f)
			}
		case factorSMSOTP:
			if u.status == statusConfirmed && p.canUse(u, factorSMS) {
				out = append(out, f)
			}
		case factorPasskey:
			if p.cfg.Passkeys != nil && len(u.passkeys) > 0 {
				out = append(out, f)
			}
		}
	}
	if p.cfg.MFA == MFAOn {
		// Where a second factor is required, the first one is the password.
		out = slices.DeleteFunc(out, func(f string) bool { return f != challengePasswordSRP && f != factorPassword })
	}
	return out
}

func (p *pool) askSelect(c *call, l *login, factors []string) *authOutput {
	out := p.challenge(c, &session{challenge: challengeSelect, login: l, options: factors}, nil)
	out.AvailableChallenges = factors
	return out
}

// askFirstFactor starts the factor that was chosen; params are what came with
// the choice. available is told to the client; it is empty in answers that
// have no room for it.
func (p *pool) askFirstFactor(c *call, l *login, u *user, factor string, params map[string]string, available []string) (*authOutput, error) {
	var out *authOutput
	var err error
	switch factor {
	case factorPassword:
		if params[paramPassword] == "" {
			return p.challenge(c, &session{challenge: factorPassword, login: l, options: available}, nil), nil
		}
		return p.answerPassword(c, l, u, params[paramPassword])
	case challengePasswordSRP:
		if params[paramSRPA] == "" {
			return p.challenge(c, &session{challenge: challengePasswordSRP, login: l, options: available}, nil), nil
		}
		out, err = p.askPasswordVerifier(c, l, u, params[paramSRPA])
		if err == nil {
			out.Session = p.open(c, &session{challenge: challengePasswordVerifier, login: l, options: available})
		}
	case factorPasskey:
		out, err = p.askPasskey(c, l, u)
	default:
		out, err = p.askFactor(c, l, u, factor)
	}
	if err != nil {
		return nil, err
	}
	if s := p.sessions[out.Session]; s != nil {
		s.options = available
	}
	out.AvailableChallenges = available
	return out, nil
}

// simulateUserAuth answers for a name that nobody has, from a client that does
// not say so: with a challenge that cannot be passed.
func (p *pool) simulateUserAuth(c *call, l *login, name string) (*authOutput, error) {
	l.name = name
	for _, f := range p.cfg.FirstFactors {
		if f != factorEmail {
			continue
		}
		d := p.simulatedDelivery(name)
		s := &session{challenge: factorEmail, login: l, code: p.random.from(emailOTPDigits, digits)}
		out := p.challenge(c, s, map[string]string{
			"CODE_DELIVERY_DELIVERY_MEDIUM": d.DeliveryMedium,
			"CODE_DELIVERY_DESTINATION":     d.Destination,
		})
		out.AvailableChallenges = []string{factorEmail}
		return out, nil
	}
	return p.askSelect(c, l, []string{challengePasswordSRP, factorPassword}), nil
}

func (p *pool) respondSelect(c *call, s *session, u *user, in *respondInput) (*authOutput, error) {
	answer := in.ChallengeResponses[paramAnswer]
	switch {
	case answer == "":
		return nil, errMissingParameter(paramAnswer)
	case !slices.Contains(p.firstFactors(u), answer):
		return nil, fail(codeInvalidParameter, "Selected challenge is not available.")
	case answer == factorPassword && in.ChallengeResponses[paramPassword] == "":
		return nil, errMissingParameter(paramPassword)
	case answer == challengePasswordSRP && in.ChallengeResponses[paramSRPA] == "":
		return nil, errMissingParameter(paramSRPA)
	}
	out, err := p.askFirstFactor(c, s.login, u, answer, in.ChallengeResponses, s.options)
	if out != nil {
		out.AvailableChallenges = nil // RespondToAuthChallenge has no such member
	}
	return out, err
}

func (p *pool) respondPassword(c *call, s *session, u *user, in *respondInput) (*authOutput, error) {
	text := in.ChallengeResponses[paramPassword]
	if text == "" {
		return nil, errMissingParameter(paramPassword)
	}
	return p.answerPassword(c, s.login, u, text)
}

func (p *pool) respondPasswordSRP(c *call, s *session, u *user, in *respondInput) (*authOutput, error) {
	if in.ChallengeResponses[paramSRPA] == "" {
		return nil, errMissingParameter(paramSRPA)
	}
	out, err := p.askFirstFactor(c, s.login, u, challengePasswordSRP, in.ChallengeResponses, s.options)
	if out != nil {
		out.AvailableChallenges = nil
	}
	return out, err
}

// getUserAuthFactors lists what the user can sign in with.
func (p *pool) getUserAuthFactors(c *call, in *accessTokenInput) (any, error) {
	b, err := p.authenticate(c, in.AccessToken)
	if err != nil {
		return nil, err
	}
	u := b.user
	factors := slices.DeleteFunc(p.firstFactors(u), func(f string) bool { return f == challengePasswordSRP })
	return struct {
		Username                  string
		PreferredMfaSetting       string   `json:",omitempty"`
		UserMFASettingList        []string `json:",omitempty"`
		ConfiguredUserAuthFactors []string `json:",omitempty"`
	}{u.name, u.mfa.preferred, u.mfa.enabled, factors}, nil
}
