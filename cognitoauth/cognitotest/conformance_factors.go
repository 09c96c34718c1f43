package cognitotest

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/cognitoauth/cognito-go/cognitoauth"
)

// The stories here are about second factors, and about first factors other
// than the password.

// asked wants a challenge of a type.
func asked[C cognitoauth.Challenge](s *story, what string, out *cognitoauth.AuthenticateOutput, err error) C {
	s.need(what, err)
	if out == nil {
		s.need(what, errNothing)
	}
	c, ok := out.Challenge.(C)
	if !ok {
		s.need(what, fmt.Errorf("%s, want %T", described(out), c))
	}
	return c
}

func described(out *cognitoauth.AuthenticateOutput) string {
	if out.Challenge == nil {
		return "tokens"
	}
	return "challenge " + string(out.Challenge.Name())
}

// optional ends the story if the pool asks every user for a second factor.
func (s *story) optional(m *member) {
	if m.challenged {
		s.skip("the pool requires a second factor")
	}
}

// enrol sets an authenticator up for a user who is signed in, and says whether
// the pool has those.
func (s *story) enrol(f cognitoauth.MFAManager, m *member, token string) bool {
	began, err := f.AssociateSoftwareToken(s.ctx, cognitoauth.AssociateSoftwareTokenInput{AccessToken: token})
	if isAny(err, cognitoauth.ErrMFANotSetUp, cognitoauth.ErrConfiguration) {
		return false
	}
	began = got[cognitoauth.AssociateSoftwareTokenOutput](s, "AssociateSoftwareToken")(began, err)
	s.expect(began.SecretCode != "" && began.URI != "", "AssociateSoftwareToken: no secret or no URI")
	m.secret = began.SecretCode
	code := s.totp(m)
	verify := func(code string) error {
		_, err := f.VerifySoftwareToken(s.ctx, cognitoauth.VerifySoftwareTokenInput{AccessToken: token, Code: code})
		return err
	}
	s.refused("SetUserMFAPreference before a code was seen", s.prefer(f, cognitoauth.SetUserMFAPreferenceInput{
		AccessToken: token, SoftwareToken: cognitoauth.MFAPreferred,
	}), cognitoauth.ErrMFANotSetUp)
	s.refused("VerifySoftwareToken with a wrong code", verify(otherCode(code)), cognitoauth.ErrCodeMismatch)
	s.need("VerifySoftwareToken", verify(code))
	return true
}

func (s *story) prefer(f cognitoauth.MFAManager, in cognitoauth.SetUserMFAPreferenceInput) error {
	_, err := f.SetUserMFAPreference(s.ctx, in)
	return err
}

// authenticator enrols one and goes through a sign-in with it.
func (s *story) authenticator() {
	f := requires[cognitoauth.MFAManager](s)
	r := requires[cognitoauth.ChallengeResponder](s)
	m := s.user()
	token := s.tokens(m).AccessToken
	s.optional(m)
	if !s.enrol(f, m, token) {
		s.skip("the pool has no authenticators")
	}
	s.need("SetUserMFAPreference", s.prefer(f, cognitoauth.SetUserMFAPreferenceInput{AccessToken: token, SoftwareToken: cognitoauth.MFAPreferred}))
	s.askedForTOTP(r, m)
	s.need("SetUserMFAPreference off", s.prefer(f, cognitoauth.SetUserMFAPreferenceInput{AccessToken: token, SoftwareToken: cognitoauth.MFAOff}))
	m.challenged = false
	s.tokens(m)
	s.expect(!m.challenged, "Authenticate after SetUserMFAPreference off: the user is asked for a second factor")
}

// askedForTOTP goes through sign-ins of a user who has an authenticator.
func (s *story) askedForTOTP(r cognitoauth.ChallengeResponder, m *member) {
	begin := func() (*cognitoauth.AuthenticateOutput, *cognitoauth.SoftwareTokenMFAChallenge) {
		const what = "Authenticate with a second factor"
		out, err := s.authenticate(m, m.password)
		return out, asked[*cognitoauth.SoftwareTokenMFAChallenge](s, what, out, err)
	}
	out, _ := begin()
	_, err := out.RequireTokens()
	s.refused("RequireTokens of a challenge", err, cognitoauth.ErrChallengeRequired)
	resumed, err := cognitoauth.ResumeChallenge(out.Challenge.State())
	challenge := asked[*cognitoauth.SoftwareTokenMFAChallenge](s, "ResumeChallenge", &cognitoauth.AuthenticateOutput{Challenge: resumed}, err)
	answer := func(code string) (*cognitoauth.AuthenticateOutput, error) {
		return r.RespondToChallenge(s.ctx, challenge.Answer(code))
	}
	used := s.totp(m)
	_, err = answer(otherCode(used))
	s.refused("RespondToChallenge with a wrong code", err, cognitoauth.ErrCodeMismatch)
	s.finish("RespondToChallenge after a wrong code", m)(answer(used))
	_, err = answer(used)
	s.refused("RespondToChallenge to an answered challenge", err, cognitoauth.ErrSessionExpired)

	_, challenge = begin()
	_, err = answer(used)
	s.refused("RespondToChallenge with a used code", err, cognitoauth.ErrCodeExpired)
	if s.expires("a challenge", 15*time.Minute) { // the longest that an app client can give
		_, err = answer(s.totp(m))
		s.refused("RespondToChallenge a quarter of an hour later", err, cognitoauth.ErrSessionExpired)
	}
}

// requiredAuthenticator sets one up in the course of a sign-in.
func (s *story) requiredAuthenticator() {
	f := requires[cognitoauth.MFAManager](s)
	r := requires[cognitoauth.ChallengeResponder](s)
	m := s.user()
	out := got[cognitoauth.AuthenticateOutput](s, "Authenticate")(s.authenticate(m, m.password))
	setup, ok := out.Challenge.(*cognitoauth.MFASetupChallenge)
	if !ok {
		s.skip("the pool does not ask for a factor to be set up, but gives " + described(out))
	}
	if !slices.Contains(setup.Available, cognitoauth.ChallengeSoftwareTokenMFA) {
		s.skip("the pool has no authenticators")
	}
	resumed, err := cognitoauth.ResumeChallenge(setup.State())
	setup = asked[*cognitoauth.MFASetupChallenge](s, "ResumeChallenge", &cognitoauth.AuthenticateOutput{Challenge: resumed}, err)
	began := got[cognitoauth.AssociateSoftwareTokenOutput](s, "AssociateSoftwareToken")(
		f.AssociateSoftwareToken(s.ctx, cognitoauth.AssociateSoftwareTokenInput{Challenge: setup}))
	s.expect(began.SecretCode != "" && began.URI != "", "AssociateSoftwareToken: no secret or no URI")
	m.secret = began.SecretCode
	verify := func(code string) (*cognitoauth.VerifySoftwareTokenOutput, error) {
		return f.VerifySoftwareToken(s.ctx, cognitoauth.VerifySoftwareTokenInput{Challenge: began.Challenge, Code: code})
	}
	code := s.totp(m)
	_, err = verify(otherCode(code))
	s.refused("VerifySoftwareToken with a wrong code", err, cognitoauth.ErrCodeMismatch)
	done := got[cognitoauth.VerifySoftwareTokenOutput](s, "VerifySoftwareToken")(verify(code))
	s.finish("VerifySoftwareToken", m)(done.SignIn, nil)
	s.askedForTOTP(r, m)
}

// sentFactors goes through sign-ins with a second factor that is sent, and
// chooses between several.
func (s *story) sentFactors() {
	f := requires[cognitoauth.MFAManager](s)
	r := requires[cognitoauth.ChallengeResponder](s)
	m := s.user()
	token := s.tokens(m).AccessToken
	s.optional(m)
	var all cognitoauth.SetUserMFAPreferenceInput
	all.AccessToken = token
	var enabled []cognitoauth.ChallengeName
	for _, sent := range []struct {
		medium    string
		challenge cognitoauth.ChallengeName
		setting   func(*cognitoauth.SetUserMFAPreferenceInput) *cognitoauth.MFASetting
	}{
		{"e-mail", cognitoauth.ChallengeEmailOTP, func(in *cognitoauth.SetUserMFAPreferenceInput) *cognitoauth.MFASetting { return &in.Email }},
		{"text message", cognitoauth.ChallengeSMSMFA, func(in *cognitoauth.SetUserMFAPreferenceInput) *cognitoauth.MFASetting { return &in.SMS }},
	} {
		in := cognitoauth.SetUserMFAPreferenceInput{AccessToken: token}
		*sent.setting(&in) = cognitoauth.MFAPreferred
		err := s.prefer(f, in)
		if isAny(err, cognitoauth.ErrMFANotSetUp, cognitoauth.ErrConfiguration) {
			s.leaveOut("codes by " + sent.medium + ": the pool or the user is not set up for them")
			continue
		}
		s.need("SetUserMFAPreference", err)
		out, err := s.authenticate(m, m.password)
		if err == nil && out != nil && out.Challenge == nil {
			// A pool whose MFA is off lets users choose, and does not ask.
			s.leaveOut("codes by " + sent.medium + ": the pool does not ask for them")
			continue
		}
		s.sentCode("Authenticate with a code by "+sent.medium, r, m, out, err)
		*sent.setting(&in) = cognitoauth.MFAOff
		s.need("SetUserMFAPreference off", s.prefer(f, in))
		*sent.setting(&all) = cognitoauth.MFAOn
		enabled = append(enabled, sent.challenge)
	}
	if len(enabled) > 0 && s.enrol(f, m, token) {
		all.SoftwareToken = cognitoauth.MFAOn
		enabled = append(enabled, cognitoauth.ChallengeSoftwareTokenMFA)
	}
	if len(enabled) < 2 {
		s.skip("a choice of second factors: the pool has no two")
	}
	s.need("SetUserMFAPreference of several", s.prefer(f, all))
	for _, factor := range enabled {
		out, err := s.authenticate(m, m.password)
		choice := asked[*cognitoauth.SelectMFAChallenge](s, "Authenticate with a choice of second factors", out, err)
		s.expect(slices.Contains(choice.Available, factor), "SelectMFAChallenge: %s is not available", factor)
		out = got[cognitoauth.AuthenticateOutput](s, "choosing "+string(factor))(r.RespondToChallenge(s.ctx, choice.Answer(factor)))
		s.expect(out.Challenge != nil && out.Challenge.Name() == factor, "choosing %s: got %s", factor, described(out))
		s.finish("choosing "+string(factor), m)(out, nil)
	}
}

// sentCode answers a challenge for a code that was sent.
func (s *story) sentCode(what string, r cognitoauth.ChallengeResponder, m *member, out *cognitoauth.AuthenticateOutput, err error) {
	out = got[cognitoauth.AuthenticateOutput](s, what)(out, err)
	var delivery cognitoauth.CodeDelivery
	var answer func(string) cognitoauth.ChallengeResponse
	switch c := out.Challenge.(type) {
	case *cognitoauth.EmailOTPChallenge:
		delivery, answer = c.Delivery, c.Answer
	case *cognitoauth.SMSMFAChallenge:
		delivery, answer = c.Delivery, c.Answer
	case *cognitoauth.SMSOTPChallenge:
		delivery, answer = c.Delivery, c.Answer
	default:
		s.need(what, fmt.Errorf("%s, want one for a code that was sent", described(out)))
	}
	s.expect(delivery.Destination != "" && delivery.Medium != "", "%s: the delivery does not say where the code went", what)
	code := s.code(m)
	_, err = r.RespondToChallenge(s.ctx, answer(otherCode(code)))
	s.refused(what+": a wrong code", err, cognitoauth.ErrCodeMismatch)
	s.finish(what, m)(r.RespondToChallenge(s.ctx, answer(code)))
	_, err = r.RespondToChallenge(s.ctx, answer(code))
	s.refused(what+": a used code", err, cognitoauth.ErrSessionExpired)
}

// userAuth begins a sign-in by FlowUserAuth, and ends the story where the app
// client does not allow that.
func (s *story) userAuth(m *member, preferred cognitoauth.ChallengeName, password string) (*cognitoauth.AuthenticateOutput, error) {
	out, err := s.c.Authenticate(s.ctx, cognitoauth.AuthenticateInput{
		Username: m.username, Password: password, Flow: cognitoauth.FlowUserAuth, PreferredChallenge: preferred,
	})
	if errors.Is(err, cognitoauth.ErrFlowNotEnabled) {
		s.skip("the app client does not allow USER_AUTH")
	}
	return out, err
}

// firstFactors signs in with each factor that the pool offers to begin with.
func (s *story) firstFactors() {
	r := requires[cognitoauth.ChallengeResponder](s)
	m := s.user()
	choose := func() *cognitoauth.SelectChallenge {
		out, err := s.userAuth(m, "", "")
		return asked[*cognitoauth.SelectChallenge](s, "Authenticate without a preference", out, err)
	}
	choice := choose()
	s.expect(slices.Contains(choice.Available, cognitoauth.ChallengePasswordSRP), "SelectChallenge: the password is not available")
	_, err := r.RespondToChallenge(s.ctx, choice.AnswerPassword(s.h.NewPassword()))
	s.refused("choosing the password, and a wrong one", err, cognitoauth.ErrInvalidCredentials)
	s.finish("choosing the password", m)(r.RespondToChallenge(s.ctx, choose().AnswerPassword(m.password)))
	for _, name := range []cognitoauth.ChallengeName{cognitoauth.ChallengePassword, cognitoauth.ChallengePasswordSRP} {
		s.finish("preferring "+string(name), m)(s.userAuth(m, name, m.password))
		_, err = s.userAuth(m, name, s.h.NewPassword())
		s.refused("preferring "+string(name)+" with a wrong one", err, cognitoauth.ErrInvalidCredentials)
	}
	for _, name := range []cognitoauth.ChallengeName{cognitoauth.ChallengeEmailOTP, cognitoauth.ChallengeSMSOTP} {
		if !slices.Contains(choice.Available, name) {
			s.leaveOut(string(name) + ": the pool does not offer it to the user")
			continue
		}
		out, err := s.userAuth(m, name, "")
		s.sentCode("preferring "+string(name), r, m, out, err)
		out, err = r.RespondToChallenge(s.ctx, choose().Answer(name))
		s.sentCode("choosing "+string(name), r, m, out, err)
	}
}

// straightIn signs a newcomer in by the session that the confirmation gives.
func (s *story) straightIn() {
	m := s.newcomer()
	if m.session == "" {
		s.skip("SignUp returned no session: the app client does not allow USER_AUTH")
	}
	out := got[cognitoauth.ConfirmSignUpOutput](s, "ConfirmSignUp")(s.c.ConfirmSignUp(s.ctx, cognitoauth.ConfirmSignUpInput{
		Username: m.username, Code: s.code(m), Session: m.session,
	}))
	s.expect(out.Session != "", "ConfirmSignUp: no session to sign in with")
	signIn := func() (*cognitoauth.AuthenticateOutput, error) {
		return s.c.Authenticate(s.ctx, cognitoauth.AuthenticateInput{Username: m.username, Flow: cognitoauth.FlowUserAuth, Session: out.Session})
	}
	s.finish("Authenticate with the session", m)(signIn())
	_, err := signIn()
	s.refused("Authenticate with the session once more", err, cognitoauth.ErrSessionExpired)
}

func (s *story) passkeys() {
	p := requires[cognitoauth.PasskeyManager](s)
	r := requires[cognitoauth.ChallengeResponder](s)
	if s.h.CreatePasskey == nil || s.h.GetPasskey == nil {
		s.skip("Harness.CreatePasskey or Harness.GetPasskey is nil")
	}
	m := s.user()
	token := s.tokens(m).AccessToken
	began, err := p.StartWebAuthnRegistration(s.ctx, cognitoauth.StartWebAuthnRegistrationInput{AccessToken: token})
	if errors.Is(err, cognitoauth.ErrConfiguration) {
		s.skip("the pool has no passkeys")
	}
	began = got[cognitoauth.StartWebAuthnRegistrationOutput](s, "StartWebAuthnRegistration")(began, err)
	credential, err := s.h.CreatePasskey(began.CreationOptions)
	s.need("Harness.CreatePasskey", err)
	complete := func(credential json.RawMessage) error {
		_, err := p.CompleteWebAuthnRegistration(s.ctx, cognitoauth.CompleteWebAuthnRegistrationInput{AccessToken: token, Credential: credential})
		return err
	}
	list := func() (ids []string) {
		for key, err := range p.ListWebAuthnCredentials(s.ctx, cognitoauth.ListWebAuthnCredentialsInput{AccessToken: token}) {
			s.need("ListWebAuthnCredentials", err)
			ids = append(ids, key.ID)
		}
		return ids
	}
	s.need("CompleteWebAuthnRegistration", complete(credential))
	s.refused("CompleteWebAuthnRegistration once more", complete(credential), cognitoauth.ErrSessionExpired, cognitoauth.ErrInvalidInput)
	keys := list()
	if len(keys) != 1 || keys[0] == "" {
		s.need("ListWebAuthnCredentials", fmt.Errorf("%d passkeys, want the one", len(keys)))
	}

	s.passkeySignIn(r, m)

	remove := func() error {
		_, err := p.DeleteWebAuthnCredential(s.ctx, cognitoauth.DeleteWebAuthnCredentialInput{AccessToken: token, CredentialID: keys[0]})
		return err
	}
	s.need("DeleteWebAuthnCredential", remove())
	s.expect(len(list()) == 0, "ListWebAuthnCredentials: the deleted passkey is among them")
	s.refused("DeleteWebAuthnCredential once more", remove(), cognitoauth.ErrNotFound)
}

// passkeySignIn signs in with a passkey, where it can be the first factor.
func (s *story) passkeySignIn(r cognitoauth.ChallengeResponder, m *member) {
	const what = "preferring WEB_AUTHN"
	begin := func() (*cognitoauth.AuthenticateOutput, error) {
		return s.c.Authenticate(s.ctx, cognitoauth.AuthenticateInput{
			Username: m.username, Flow: cognitoauth.FlowUserAuth, PreferredChallenge: cognitoauth.ChallengeWebAuthn,
		})
	}
	out, err := begin()
	if errors.Is(err, cognitoauth.ErrFlowNotEnabled) {
		s.leaveOut("signing in: the app client does not allow USER_AUTH")
		return
	}
	challenge := asked[*cognitoauth.WebAuthnChallenge](s, what, out, err)
	credential, err := s.h.GetPasskey(challenge.RequestOptions)
	s.need("Harness.GetPasskey", err)
	s.finish(what, m)(r.RespondToChallenge(s.ctx, challenge.Answer(credential)))
	out, err = begin()
	challenge = asked[*cognitoauth.WebAuthnChallenge](s, what, out, err)
	_, err = r.RespondToChallenge(s.ctx, challenge.Answer(credential))
	s.refused(what+": the answer to another challenge", err, cognitoauth.ErrInvalidCredentials, cognitoauth.ErrNotAuthorized)
}

// customRounds is more than any pool's triggers ask.
const customRounds = 10

func (s *story) customChallenges() {
	r := requires[cognitoauth.ChallengeResponder](s)
	if s.h.CustomAnswer == nil {
		s.skip("Harness.CustomAnswer is nil")
	}
	m := s.user()
	begin := func() (*cognitoauth.AuthenticateOutput, error) {
		return s.c.Authenticate(s.ctx, cognitoauth.AuthenticateInput{Username: m.username, Flow: cognitoauth.FlowCustom})
	}
	out, err := begin()
	if errors.Is(err, cognitoauth.ErrConfiguration) {
		s.skip("the app client does not allow CUSTOM_AUTH, or the pool has no triggers for it")
	}
	const what = "Authenticate by FlowCustom"
	challenge := asked[*cognitoauth.CustomChallenge](s, what, out, err)
	answer, err := s.h.CustomAnswer(s.ctx, m.username, challenge.Parameters)
	s.need("Harness.CustomAnswer", err)
	wrong, err := r.RespondToChallenge(s.ctx, challenge.Answer("not "+answer))
	s.expect(err != nil || wrong != nil && wrong.Tokens == nil, "%s: a wrong answer gave tokens", what)

	out, err = begin()
	for range customRounds {
		challenge = asked[*cognitoauth.CustomChallenge](s, what, out, err)
		answer, err = s.h.CustomAnswer(s.ctx, m.username, challenge.Parameters)
		s.need("Harness.CustomAnswer", err)
		out, err = r.RespondToChallenge(s.ctx, challenge.Answer(answer))
		if err == nil && out != nil && out.Tokens != nil {
			break
		}
	}
	s.finish(what, m)(out, err)
}
