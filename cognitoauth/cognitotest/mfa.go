package cognitotest

import (
	"crypto/subtle"
	"encoding/json"
	"slices"
	"strings"
)

// Factors, in the words of ChallengeNameType and AuthFactorType. EMAIL_OTP is
// a first factor as well as a second one.
const (
	factorTOTP     = "SOFTWARE_TOKEN_MFA"
	factorSMS      = "SMS_MFA"
	factorEmail    = "EMAIL_OTP"
	factorSMSOTP   = "SMS_OTP"
	factorPassword = "PASSWORD" // #nosec G101 -- a factor's name
	factorPasskey  = "WEB_AUTHN"
)

// enrolments are a user's second factors.
type enrolments struct {
	enabled   []string // factors that are on
	preferred string

	secret   string // of the authenticator, base32
	proved   bool   // VerifySoftwareToken has seen a code of it
	pending  string // a secret that AssociateSoftwareToken gave out
	name     string // FriendlyDeviceName
	lastStep int64  // the time step of the last code used
}

func (m *enrolments) on(factor string) bool { return slices.Contains(m.enabled, factor) }

// secondFactors are the factors a user can be asked for.
func (p *pool) secondFactors(u *user) []string {
	if p.cfg.MFA == MFAOff {
		return nil
	}
	var out []string
	for _, f := range p.cfg.MFAFactors {
		if u.mfa.on(f) || p.cfg.MFA == MFAOn && p.canUse(u, f) {
			out = append(out, f)
		}
	}
	return out
}

// canUse reports whether the user has what a factor needs.
func (p *pool) canUse(u *user, factor string) bool {
	switch factor {
	case factorTOTP:
		return u.mfa.proved
	case factorSMS:
		return u.attributes[attrPhone] != "" && u.verified(attrPhone)
	case factorEmail:
		return u.attributes[attrEmail] != "" && u.verified(attrEmail)
	case factorPasskey:
		return p.cfg.Passkeys != nil && len(u.passkeys) > 0
	}
	return false
}

// askSecondFactor opens the challenge for the second factor, if one is due.
func (p *pool) askSecondFactor(c *call, l *login, u *user) (*authOutput, error) {
	// A sign-in by a code or a passkey has no second factor: pools that
	// require one offer the password only.
	if p.cfg.MFA == MFAOff || l.factor != factorPassword {
		return nil, nil
	}
	factors := p.secondFactors(u)
	if slices.Contains(factors, u.mfa.preferred) {
		factors = []string{u.mfa.preferred}
	}
	switch {
	case len(factors) == 0 && p.cfg.MFA == MFAOn:
		return p.askMFASetup(c, l)
	case len(factors) == 0:
		return nil, nil
	case len(factors) == 1:
		return p.askFactor(c, l, u, factors[0])
	}
	names, err := json.Marshal(factors)
	if err != nil {
		return nil, err
	}
	params := map[string]string{"USER_ID_FOR_SRP": u.name, "MFAS_CAN_CHOOSE": string(names)}
	return p.challenge(c, &session{challenge: challengeSelectMFA, login: l, options: factors}, params), nil
}

// askFactor opens the challenge of one factor.
func (p *pool) askFactor(c *call, l *login, u *user, factor string) (*authOutput, error) {
	switch factor {
	case factorPasskey:
		return p.askPasskey(c, l, u)
	case factorTOTP:
		params := map[string]string{"USER_ID_FOR_SRP": u.name}
		if u.mfa.name != "" {
			params["FRIENDLY_DEVICE_NAME"] = u.mfa.name
		}
		return p.challenge(c, &session{challenge: factorTOTP, login: l}, params), nil
	}
	return p.askSentCode(c, l, u, factor)
}

// askSentCode sends a code and opens the challenge that asks for it.
func (p *pool) askSentCode(c *call, l *login, u *user, factor string) (*authOutput, error) {
	to := contact{attrPhone, u.attributes[attrPhone]}
	length := codeDigits
	if factor == factorEmail {
		to = contact{attrEmail, u.attributes[attrEmail]}
		length = emailOTPDigits
	}
	s := &session{challenge: factor, login: l, code: p.random.from(length, digits)}
	if err := p.send(c, u, l.client, to, sourceSignIn, s.code, l.metadata); err != nil {
		return nil, err
	}
	return p.challenge(c, s, map[string]string{
		"USER_ID_FOR_SRP":               u.name,
		"CODE_DELIVERY_DELIVERY_MEDIUM": to.medium(),
		"CODE_DELIVERY_DESTINATION":     mask(to.value),
	}), nil
}

// respondSentCode answers SMS_MFA, EMAIL_OTP and SMS_OTP.
func (p *pool) respondSentCode(c *call, s *session, u *user, in *respondInput) (*authOutput, error) {
	name := s.challenge + "_CODE"
	typed := in.ChallengeResponses[name]
	if typed == "" {
		return nil, errMissingParameter(name)
	}
	if subtle.ConstantTimeCompare([]byte(typed), []byte(s.code)) != 1 {
		return nil, errMFACode
	}
	p.passFactor(s.login, s.challenge)
	return p.proceed(c, s.login, u)
}

// passFactor notes that a factor was proved: the second one if there was a
// first.
func (p *pool) passFactor(l *login, factor string) {
	if l.factor == "" {
		l.factor = factor
		return
	}
	l.mfaDone = true
}

func (p *pool) respondTOTP(c *call, s *session, u *user, in *respondInput) (*authOutput, error) {
	typed := in.ChallengeResponses["SOFTWARE_TOKEN_MFA_CODE"]
	if typed == "" {
		return nil, errMissingParameter("SOFTWARE_TOKEN_MFA_CODE")
	}
	step, ok := totpStep(u.mfa.secret, typed, c.now)
	switch {
	case !ok:
		return nil, errTOTPCode
	case step <= u.mfa.lastStep:
		return nil, errTOTPReused
	}
	u.mfa.lastStep = step
	p.passFactor(s.login, factorTOTP)
	return p.proceed(c, s.login, u)
}

func (p *pool) respondSelectMFA(c *call, s *session, u *user, in *respondInput) (*authOutput, error) {
	answer := in.ChallengeResponses[paramAnswer]
	switch {
	case answer == "":
		return nil, errMissingParameter(paramAnswer)
	case !slices.Contains(s.options, answer):
		return nil, fail(codeInvalidParameter, "Invalid MFA type selected.")
	}
	return p.askFactor(c, s.login, u, answer)
}

// askMFASetup opens MFA_SETUP for a user who must enrol a factor first.
func (p *pool) askMFASetup(c *call, l *login) (*authOutput, error) {
	names, err := json.Marshal(p.cfg.MFAFactors)
	if err != nil {
		return nil, err
	}
	params := map[string]string{"USER_ID_FOR_SRP": l.name, "MFAS_CAN_SETUP": string(names)}
	return p.challenge(c, &session{challenge: challengeMFASetup, login: l}, params), nil
}

// respondMFASetup answers MFA_SETUP: with the session in which an
// authenticator was verified, or with an e-mail address to send codes to.
func (p *pool) respondMFASetup(c *call, s *session, u *user, in *respondInput) (*authOutput, error) {
	if email := in.ChallengeResponses["EMAIL"]; email != "" && slices.Contains(p.cfg.MFAFactors, factorEmail) {
		if !emailPattern.MatchString(email) {
			return nil, errEmailFormat
		}
		if u.attributes[attrEmail] != email {
			u.attributes[attrEmail] = email
			delete(u.attributes, attrEmailVerified)
		}
		out, err := p.askFactor(c, s.login, u, factorEmail)
		if err == nil {
			u.attributes[attrEmailVerified] = "true"
			u.mfa.enabled = append(u.mfa.enabled, factorEmail)
		}
		return out, err
	}
	if !s.secretProved {
		return nil, fail(codeInvalidParameter, "Invalid session for the user, software token is not verified.")
	}
	s.login.mfaDone = true
	return p.proceed(c, s.login, u)
}

// mfaSettings are the members of SetUserMFAPreference and its admin variant.
type mfaSettings struct {
	SMSMfaSettings           *factorSettings
	SoftwareTokenMfaSettings *factorSettings
	EmailMfaSettings         *factorSettings
	WebAuthnMfaSettings      *factorSettings
}

type factorSettings struct{ Enabled, PreferredMfa bool }

type setPreferenceInput struct {
	AccessToken string `shape:"token,required"`
	mfaSettings
}

func (p *pool) setUserMFAPreference(c *call, in *setPreferenceInput) (*none, error) {
	b, err := p.authenticate(c, in.AccessToken)
	if err != nil {
		return nil, err
	}
	return &none{}, p.applyMFA(b.user, in.mfaSettings)
}

// applyMFA changes the factors that are named and leaves the others alone.
func (p *pool) applyMFA(u *user, in mfaSettings) error {
	named := []struct {
		factor   string
		settings *factorSettings
	}{{factorSMS, in.SMSMfaSettings}, {factorTOTP, in.SoftwareTokenMfaSettings}, {factorEmail, in.EmailMfaSettings}, {factorPasskey, in.WebAuthnMfaSettings}}
	for _, n := range named {
		if n.settings != nil && n.settings.Enabled && (!p.canUse(u, n.factor) || !slices.Contains(p.cfg.MFAFactors, n.factor)) {
			return errNotEnrolled(strings.Replace(n.factor, factorEmail, "EMAIL_MFA", 1))
		}
	}
	preferred := 0
	for _, n := range named {
		if n.settings != nil && n.settings.Enabled && n.settings.PreferredMfa {
			preferred++
		}
	}
	if preferred > 1 {
		return fail(codeInvalidParameter, "Only one MFA method can be preferred.")
	}
	for _, n := range named {
		if n.settings == nil {
			continue
		}
		u.mfa.enabled = slices.DeleteFunc(u.mfa.enabled, func(f string) bool { return f == n.factor })
		if n.settings.Enabled {
			u.mfa.enabled = append(u.mfa.enabled, n.factor)
		}
		switch {
		case n.settings.Enabled && n.settings.PreferredMfa:
			u.mfa.preferred = n.factor
		case u.mfa.preferred == n.factor:
			u.mfa.preferred = ""
		}
	}
	return nil
}
