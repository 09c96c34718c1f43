package cognitotest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/cognitoauth/cognito-go/cognitoauth"
)

// member is a user that the suite made.
type member struct {
	username, sub, password string
	attributes              map[string]string
	// session is what SignUp gave to sign in with.
	session string
	// challenged is set when the pool asked this user for more than a password.
	challenged bool
	// secret is the user's authenticator, and used the time step of its code
	// that was used last.
	secret string
	used   int64
}

// newcomer signs a user up.
func (s *story) newcomer() *member {
	username, attributes := s.h.NewUser()
	m := &member{username: username, password: s.h.NewPassword(), attributes: attributes}
	out := got[cognitoauth.SignUpOutput](s, "SignUp")(s.c.SignUp(s.ctx, cognitoauth.SignUpInput{
		Username: username, Password: m.password, Attributes: attributes,
	}))
	m.sub, m.session = out.Sub, out.Session
	s.made = append(s.made, m)
	s.expect(out.Sub != "", "SignUp: no sub")
	s.expect(!out.Confirmed, "SignUp: the user is confirmed before the code was typed")
	s.expect(out.Delivery != nil && out.Delivery.Destination != "" && out.Delivery.Medium != "",
		"SignUp: the delivery does not say where the code went")
	return m
}

// code is the code in the message that the user has just been sent.
func (s *story) code(m *member) string {
	code, err := s.h.Code(s.ctx, m.username)
	s.need("Harness.Code", err)
	return code
}

// user signs a user up and confirms them.
func (s *story) user() *member {
	m := s.newcomer()
	_, err := s.c.ConfirmSignUp(s.ctx, cognitoauth.ConfirmSignUpInput{Username: m.username, Code: s.code(m)})
	s.need("ConfirmSignUp", err)
	return m
}

func (s *story) authenticate(m *member, password string) (*cognitoauth.AuthenticateOutput, error) {
	return s.c.Authenticate(s.ctx, cognitoauth.AuthenticateInput{Username: m.username, Password: password})
}

// tokens signs in, whatever the pool asks its users for.
func (s *story) tokens(m *member) *cognitoauth.Tokens {
	return s.finish("Authenticate", m)(s.authenticate(m, m.password))
}

// finish takes a sign-in from where it is to tokens.
func (s *story) finish(what string, m *member) func(*cognitoauth.AuthenticateOutput, error) *cognitoauth.Tokens {
	return func(out *cognitoauth.AuthenticateOutput, err error) *cognitoauth.Tokens {
		s.need(what, err)
		// A new password, a choice of factors, a factor; and one to spare.
		for range 4 {
			if out == nil || out.Challenge == nil {
				break
			}
			m.challenged = true
			out = s.answer(what, m, out.Challenge)
		}
		tokens, err := out.RequireTokens()
		s.need(what, err)
		s.expect(tokens.AccessToken != "" && tokens.IDToken != "" && tokens.RefreshToken != "", "%s: a token is missing", what)
		s.expect(tokens.TokenType == "Bearer", "%s: token type %q, want Bearer", what, tokens.TokenType)
		s.expect(!tokens.ExpiresAt.IsZero(), "%s: no time of expiry", what)
		return tokens
	}
}

// answer gives the right answer to a challenge.
func (s *story) answer(what string, m *member, c cognitoauth.Challenge) *cognitoauth.AuthenticateOutput {
	r := requires[cognitoauth.ChallengeResponder](s)
	respond := func(response cognitoauth.ChallengeResponse) *cognitoauth.AuthenticateOutput {
		return got[cognitoauth.AuthenticateOutput](s, what+": "+string(c.Name()))(r.RespondToChallenge(s.ctx, response))
	}
	switch c := c.(type) {
	case *cognitoauth.SoftwareTokenMFAChallenge:
		return respond(c.Answer(s.totp(m)))
	case *cognitoauth.MFASetupChallenge:
		return s.setUp(m, c)
	case *cognitoauth.EmailOTPChallenge:
		return respond(c.Answer(s.code(m)))
	case *cognitoauth.SMSMFAChallenge:
		return respond(c.Answer(s.code(m)))
	case *cognitoauth.SMSOTPChallenge:
		return respond(c.Answer(s.code(m)))
	case *cognitoauth.SelectMFAChallenge:
		for _, factor := range c.Available {
			if factor != cognitoauth.ChallengeSoftwareTokenMFA || m.secret != "" {
				return respond(c.Answer(factor))
			}
		}
	}
	s.need(what, fmt.Errorf("challenge %s, which nobody could answer", c.Name()))
	return nil
}

// setUp sets an authenticator up in the course of a sign-in.
func (s *story) setUp(m *member, c *cognitoauth.MFASetupChallenge) *cognitoauth.AuthenticateOutput {
	if !slices.Contains(c.Available, cognitoauth.ChallengeSoftwareTokenMFA) {
		s.skip("the pool requires a second factor, and it cannot be an authenticator")
	}
	f := requires[cognitoauth.MFAManager](s)
	began := got[cognitoauth.AssociateSoftwareTokenOutput](s, "AssociateSoftwareToken")(
		f.AssociateSoftwareToken(s.ctx, cognitoauth.AssociateSoftwareTokenInput{Challenge: c}))
	m.secret = began.SecretCode
	return got[cognitoauth.VerifySoftwareTokenOutput](s, "VerifySoftwareToken")(
		f.VerifySoftwareToken(s.ctx, cognitoauth.VerifySoftwareTokenInput{Challenge: began.Challenge, Code: s.totp(m)})).SignIn
}

// totp is a code of the user's authenticator that has not been used. If the
// present one has, the next one is waited for.
func (s *story) totp(m *member) string {
	step := func() int64 { return s.h.Now().Unix() / totpPeriod }
	if step() <= m.used {
		s.wait(time.Unix((m.used+1)*totpPeriod, 0).Sub(s.h.Now()))
	}
	m.used = step()
	return TOTP(m.secret, s.h.Now())
}

// wait lets time pass: the pool's if it can be moved, else everybody's.
func (s *story) wait(d time.Duration) {
	if s.h.Advance != nil {
		s.h.Advance(d)
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-s.ctx.Done():
		s.need("waiting", s.ctx.Err())
	}
}

// expires moves the clock, if it can, for what is to have expired then.
func (s *story) expires(what string, d time.Duration) bool {
	if s.h.Advance == nil {
		s.leaveOut(what + " that expires: Harness.Advance is nil")
		return false
	}
	s.h.Advance(d)
	return true
}

// otherCode is a code of the same form that is not the given one.
func otherCode(code string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return r
		}
		return '0' + (r-'0'+1)%10
	}, code)
}

// cleanUp deletes the story's users as far as the client can.
func (s *story) cleanUp() {
	for _, m := range s.made {
		if s.h.KeepUsers {
			s.attempt(func() { s.deleteOwn(m) })
			continue
		}
		_, err := s.c.AdminDelete(s.ctx, cognitoauth.AdminDeleteInput{Username: m.username})
		if err != nil && !errors.Is(err, cognitoauth.ErrUserNotFound) {
			s.fail("AdminDelete to clean up: %w", err)
		}
	}
}

// deleteOwn lets a user delete their own account. One who cannot sign in any
// more cannot; the checks have said so where it matters.
func (s *story) deleteOwn(m *member) {
	d, ok := s.c.(cognitoauth.UserDeleter)
	if !ok {
		return
	}
	if out, err := s.authenticate(m, m.password); err == nil && out != nil {
		tokens := s.finish("Authenticate to clean up", m)(out, err)
		_, err := d.DeleteUser(s.ctx, cognitoauth.DeleteUserInput{AccessToken: tokens.AccessToken})
		s.need("DeleteUser to clean up", err)
	}
}
