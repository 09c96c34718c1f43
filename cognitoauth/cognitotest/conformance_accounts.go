package cognitotest

import (
	"context"
	"errors"
	"time"

	"github.com/cognitoauth/cognito-go/cognitoauth"
)

// The stories here are about the seven methods of cognitoauth.Client.

// credentials are the two answers to a sign-in that does not succeed: which
// one an unknown user gets is the app client's setting.
var credentials = []error{cognitoauth.ErrInvalidCredentials, cognitoauth.ErrUserNotFound}

// tooShort is against every policy, and long enough for the API.
const tooShort = "short7"

func (s *story) signUp() {
	m := s.newcomer()
	confirm := func(m *member, code string) error {
		_, err := s.c.ConfirmSignUp(s.ctx, cognitoauth.ConfirmSignUpInput{Username: m.username, Code: code})
		return err
	}
	_, err := s.authenticate(m, m.password)
	s.refused("Authenticate before confirming", err, cognitoauth.ErrUserNotConfirmed)
	if s.h.HideUserExistence {
		_, err = s.authenticate(m, s.h.NewPassword())
		s.refused("Authenticate before confirming, with a wrong password", err, cognitoauth.ErrInvalidCredentials)
	}
	_, err = s.c.SignUp(s.ctx, cognitoauth.SignUpInput{Username: m.username, Password: m.password, Attributes: m.attributes})
	s.refused("SignUp with a user name that is taken", err, cognitoauth.ErrUserExists)

	code := s.code(m)
	s.refused("ConfirmSignUp with a wrong code", confirm(m, otherCode(code)), cognitoauth.ErrCodeMismatch)
	r, resends := s.c.(cognitoauth.CodeResender)
	if resends {
		out := got[cognitoauth.ResendConfirmationCodeOutput](s, "ResendConfirmationCode")(
			r.ResendConfirmationCode(s.ctx, cognitoauth.ResendConfirmationCodeInput{Username: m.username}))
		s.delivered("ResendConfirmationCode", out.Delivery)
		code = s.code(m)
	} else {
		s.leaveOut("a code once more: the client is no cognitoauth.CodeResender")
	}
	s.need("ConfirmSignUp", confirm(m, code))
	s.refused("ConfirmSignUp of a confirmed user", confirm(m, code), cognitoauth.ErrAlreadyConfirmed)
	if resends {
		_, err := r.ResendConfirmationCode(s.ctx, cognitoauth.ResendConfirmationCodeInput{Username: m.username})
		s.telling("ResendConfirmationCode to a confirmed user", err, nil, cognitoauth.ErrAlreadyConfirmed)
	}
	s.tokens(m)

	late := s.newcomer()
	code = s.code(late)
	if s.expires("a code", 25*time.Hour) {
		s.refused("ConfirmSignUp with a code older than a day", confirm(late, code), cognitoauth.ErrCodeExpired)
	}
}

func (s *story) refusedSignUp() {
	username, attributes := s.h.NewUser()
	_, err := s.c.SignUp(s.ctx, cognitoauth.SignUpInput{Username: username, Password: tooShort, Attributes: attributes})
	s.refused("SignUp with a password against the policy", err, cognitoauth.ErrPasswordPolicy)
	_, err = s.c.SignUp(s.ctx, cognitoauth.SignUpInput{Password: s.h.NewPassword(), Attributes: attributes})
	s.refused("SignUp without a user name", err, cognitoauth.ErrInvalidInput)
	_, err = s.c.ConfirmSignUp(s.ctx, cognitoauth.ConfirmSignUpInput{Username: username})
	s.refused("ConfirmSignUp without a code", err, cognitoauth.ErrInvalidInput)
}

func (s *story) signIn() {
	m := s.user()
	_, err := s.authenticate(m, s.h.NewPassword())
	s.refused("Authenticate with a wrong password", err, cognitoauth.ErrInvalidCredentials)
	_, err = s.authenticate(m, "")
	s.refused("Authenticate without a password", err, cognitoauth.ErrInvalidInput)
	one, two := s.tokens(m), s.tokens(m)
	s.expect(one.AccessToken != two.AccessToken, "Authenticate: two sign-ins share an access token")

	plain := func(password string) (*cognitoauth.AuthenticateOutput, error) {
		return s.c.Authenticate(s.ctx, cognitoauth.AuthenticateInput{Username: m.username, Password: password, Flow: cognitoauth.FlowPassword})
	}
	out, err := plain(m.password)
	if errors.Is(err, cognitoauth.ErrFlowNotEnabled) {
		s.skip("passwords in the clear: the app client does not allow USER_PASSWORD_AUTH")
	}
	s.finish("Authenticate by FlowPassword", m)(out, err)
	_, err = plain(s.h.NewPassword())
	s.refused("Authenticate by FlowPassword with a wrong password", err, cognitoauth.ErrInvalidCredentials)
}

// unknownUsers wants one of two consistent sets of answers: those of an app
// client that says who exists, and those of one that does not. There is one set
// for a client that hides what the app client says.
func (s *story) unknownUsers() {
	nobody, _ := s.h.NewUser()
	password := s.h.NewPassword()
	_, err := s.authenticate(&member{username: nobody}, password)
	s.telling("Authenticate", err, cognitoauth.ErrInvalidCredentials, credentials...)
	hidden := errors.Is(err, cognitoauth.ErrInvalidCredentials)

	refused := func(what string, err error, otherwise ...error) {
		if hidden {
			s.refused(what+" where users are hidden", err, otherwise...)
			return
		}
		s.refused(what, err, cognitoauth.ErrUserNotFound)
	}
	// Without telling, a code is said to be on its way, or cannot be sent.
	sent := func(what string, err error) {
		if s.h.HideUserExistence {
			s.telling(what, err, nil)
		} else if !hidden || err != nil {
			refused(what, err, cognitoauth.ErrInvalidInput, cognitoauth.ErrNoVerifiedContact)
		}
	}
	_, err = s.c.ForgotPassword(s.ctx, cognitoauth.ForgotPasswordInput{Username: nobody})
	sent("ForgotPassword", err)
	_, err = s.c.ConfirmForgotPassword(s.ctx, cognitoauth.ConfirmForgotPasswordInput{Username: nobody, Code: "123456", NewPassword: password})
	if s.h.HideUserExistence {
		s.telling("ConfirmForgotPassword", err, cognitoauth.ErrCodeMismatch)
	} else {
		refused("ConfirmForgotPassword", err, cognitoauth.ErrCodeMismatch, cognitoauth.ErrCodeExpired)
	}
	_, err = s.c.ConfirmSignUp(s.ctx, cognitoauth.ConfirmSignUpInput{Username: nobody, Code: "123456"})
	if s.h.HideUserExistence { // it does not reach as far as signing up, which tells of names that are taken
		s.refused("ConfirmSignUp", err, cognitoauth.ErrUserNotFound, cognitoauth.ErrCodeMismatch, cognitoauth.ErrCodeExpired)
	} else {
		refused("ConfirmSignUp", err, cognitoauth.ErrCodeMismatch, cognitoauth.ErrCodeExpired)
	}
	if r, ok := s.c.(cognitoauth.CodeResender); ok {
		_, err = r.ResendConfirmationCode(s.ctx, cognitoauth.ResendConfirmationCodeInput{Username: nobody})
		sent("ResendConfirmationCode", err)
	} else {
		s.leaveOut("a code once more: the client is no cognitoauth.CodeResender")
	}
}

func (s *story) changePassword() {
	m := s.user()
	old := m.password
	tokens := s.tokens(m)
	change := func(in cognitoauth.ChangePasswordInput) error {
		_, err := s.c.ChangePassword(s.ctx, in)
		return err
	}
	next := s.h.NewPassword()
	s.refused("ChangePassword with a wrong current password", change(cognitoauth.ChangePasswordInput{
		AccessToken: tokens.AccessToken, CurrentPassword: s.h.NewPassword(), NewPassword: next,
	}), cognitoauth.ErrInvalidCredentials)
	s.refused("ChangePassword to one against the policy", change(cognitoauth.ChangePasswordInput{
		AccessToken: tokens.AccessToken, CurrentPassword: old, NewPassword: tooShort,
	}), cognitoauth.ErrPasswordPolicy)
	s.refused("ChangePassword with both an access token and a user name", change(cognitoauth.ChangePasswordInput{
		AccessToken: tokens.AccessToken, Username: m.username, CurrentPassword: old, NewPassword: next,
	}), cognitoauth.ErrInvalidInput)
	s.need("ChangePassword with an access token", change(cognitoauth.ChangePasswordInput{
		AccessToken: tokens.AccessToken, CurrentPassword: old, NewPassword: next,
	}))
	m.password = next
	_, err := s.authenticate(m, old)
	s.refused("Authenticate with the password from before", err, cognitoauth.ErrInvalidCredentials)
	s.tokens(m)

	third := s.h.NewPassword()
	s.refused("ChangePassword by user name with a wrong current password", change(cognitoauth.ChangePasswordInput{
		Username: m.username, CurrentPassword: old, NewPassword: third,
	}), cognitoauth.ErrInvalidCredentials)
	err = change(cognitoauth.ChangePasswordInput{Username: m.username, CurrentPassword: next, NewPassword: third})
	if m.challenged {
		s.refused("ChangePassword by user name, of a user who is asked for more", err, cognitoauth.ErrChallengeRequired)
	} else {
		s.need("ChangePassword by user name", err)
		m.password = third
	}
	s.tokens(m)
}

func (s *story) forgotPassword() {
	m := s.user()
	old, next := m.password, s.h.NewPassword()
	confirmFor := func(username, code, password string) error {
		_, err := s.c.ConfirmForgotPassword(s.ctx, cognitoauth.ConfirmForgotPasswordInput{Username: username, Code: code, NewPassword: password})
		return err
	}
	confirm := func(code, password string) error { return confirmFor(m.username, code, password) }
	forgot := func() string {
		out := got[cognitoauth.ForgotPasswordOutput](s, "ForgotPassword")(
			s.c.ForgotPassword(s.ctx, cognitoauth.ForgotPasswordInput{Username: m.username}))
		s.delivered("ForgotPassword", out.Delivery)
		return s.code(m)
	}
	code := forgot()
	s.refused("ConfirmForgotPassword with a wrong code", confirm(otherCode(code), next), cognitoauth.ErrCodeMismatch)
	const against = "ConfirmForgotPassword with a password against the policy"
	if err := confirm(code, tooShort); s.h.HideUserExistence {
		// A policy that the client checks by itself may be told, since it is told
		// to everybody; the pool's is for users who exist.
		nobody, _ := s.h.NewUser()
		s.refused(against+", which is to be hidden", err, cognitoauth.ErrCodeMismatch, cognitoauth.ErrPasswordPolicy)
		s.expect(isAny(err, cognitoauth.ErrPasswordPolicy) == isAny(confirmFor(nobody, code, tooShort), cognitoauth.ErrPasswordPolicy),
			"%s: an unknown user gets another answer", against)
	} else {
		s.refused(against, err, cognitoauth.ErrPasswordPolicy)
	}
	s.need("ConfirmForgotPassword", confirm(code, next))
	m.password = next
	s.telling("ConfirmForgotPassword with a used code", confirm(code, s.h.NewPassword()), cognitoauth.ErrCodeMismatch, cognitoauth.ErrCodeExpired)
	_, err := s.authenticate(m, old)
	s.refused("Authenticate with the forgotten password", err, cognitoauth.ErrInvalidCredentials)
	s.tokens(m)
	if code := forgot(); s.expires("a code", 61*time.Minute) {
		s.telling("ConfirmForgotPassword with a code older than an hour", confirm(code, s.h.NewPassword()), cognitoauth.ErrCodeMismatch, cognitoauth.ErrCodeExpired)
	}
}

func (s *story) delete() {
	if s.h.KeepUsers {
		s.skip("Harness.KeepUsers is set")
	}
	m := s.user()
	remove := func(username string) error {
		_, err := s.c.AdminDelete(s.ctx, cognitoauth.AdminDeleteInput{Username: username})
		return err
	}
	s.need("AdminDelete by sub", remove(m.sub))
	_, err := s.authenticate(m, m.password)
	s.telling("Authenticate after AdminDelete", err, cognitoauth.ErrInvalidCredentials, credentials...)
	s.refused("AdminDelete of a deleted user", remove(m.username), cognitoauth.ErrUserNotFound)
	s.refused("AdminDelete without a user name", remove(""), cognitoauth.ErrInvalidInput)
	by := s.newcomer()
	s.need("AdminDelete by user name", remove(by.username))
}

func (s *story) cancelled() {
	ctx, cancel := context.WithCancel(s.ctx)
	cancel()
	username, attributes := s.h.NewUser()
	_, err := s.c.SignUp(ctx, cognitoauth.SignUpInput{Username: username, Password: s.h.NewPassword(), Attributes: attributes})
	s.refused("SignUp", err, context.Canceled)
	_, err = s.c.Authenticate(ctx, cognitoauth.AuthenticateInput{Username: username, Password: s.h.NewPassword()})
	s.refused("Authenticate", err, context.Canceled)
}
