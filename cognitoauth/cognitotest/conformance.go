package cognitotest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/cognitoauth/cognito-go/cognitoauth"
)

// A Harness is what [TestClient] needs besides the client: a way to read the
// codes that users are sent, and the clock if there is one to move.
// [Server.Harness] has both.
type Harness struct {
	// Code returns what was last sent to a user, by the user name that
	// TestClient signed them up with. It is required. With a real pool, it may
	// wait for the message.
	Code func(ctx context.Context, username string) (string, error)

	// Advance moves the clock. Nil: checks that need time to pass are left out.
	Advance func(d time.Duration)

	// Now is the pool's time, of which authenticator codes are made. Nil:
	// [time.Now].
	Now func() time.Time

	// NewUser returns a user name that is not taken, and the attributes to sign
	// it up with, among them an e-mail address or phone number that Code can
	// read. Nil: an e-mail address at example.com for both.
	NewUser func() (username string, attributes map[string]string)

	// NewPassword returns a password that the pool's policy allows, another
	// each time. Nil: one that Cognito's default policy allows.
	NewPassword func() string

	// KeepUsers leaves AdminDelete out, for a client without AWS credentials.
	// The users that TestClient makes are then deleted if the client can
	// delete its own ([cognitoauth.UserDeleter]), and otherwise stay.
	KeepUsers bool
}

// Harness returns what [TestClient] needs to test a client of this pool.
func (s *Server) Harness() Harness {
	return Harness{
		Code: func(_ context.Context, username string) (string, error) {
			code := s.Code(username)
			if code == "" {
				return "", errors.New("nothing was sent")
			}
			return code, nil
		},
		Advance: s.Advance,
		Now:     s.Now,
	}
}

// TestClient checks that c behaves as a client of a Cognito user pool must:
// what succeeds, what is refused, and with which of the sentinel errors of
// package cognitoauth. It uses the seven methods of [cognitoauth.Client] and
// those of every other role interface that c has too.
//
// The error joins everything found wrong, each with the check it belongs to;
// nil means that c conforms. TestClient makes a handful of users and deletes
// them again; it mistypes codes and passwords a few times for each.
func TestClient(ctx context.Context, c cognitoauth.Client, h Harness) error {
	if h.Code == nil {
		return errors.New("cognitotest: Harness.Code is nil")
	}
	if h.NewUser == nil {
		h.NewUser = func() (string, map[string]string) {
			email := "conformance-" + strings.ToLower(rand.Text()) + "@example.com"
			return email, map[string]string{"email": email}
		}
	}
	if h.NewPassword == nil {
		h.NewPassword = func() string { return "Aa1!" + rand.Text() }
	}
	var found []error
	for _, s := range stories {
		t := &story{ctx: ctx, c: c, h: h, name: s.name}
		t.run(s.tell)
		found = append(found, t.found...)
	}
	return errors.Join(found...)
}

// stories are the parts of the suite; each has users of its own.
var stories = []struct {
	name string
	tell func(*story)
}{
	{"sign-up", (*story).signUp},
	{"refusals before sign-up", (*story).refusedSignUp},
	{"signing in", (*story).signIn},
	{"changing a password", (*story).changePassword},
	{"forgetting a password", (*story).forgotPassword},
	{"sessions", (*story).sessions},
	{"one's own user", (*story).ownUser},
	{"attributes", (*story).attributes},
	{"an authenticator", (*story).authenticator},
	{"devices", (*story).devices},
	{"factors", (*story).factors},
	{"deleting", (*story).delete},
	{"a cancelled context", (*story).cancelled},
}

// story is one part under way: it collects what is wrong, and stops where
// going on makes no sense.
type story struct {
	ctx   context.Context //nolint:containedctx // a story is one call of TestClient cut into methods
	c     cognitoauth.Client
	h     Harness
	name  string
	found []error
	made  []member
}

// member is a user that the suite made.
type member struct {
	username, sub, password string
	attributes              map[string]string
}

// stop ends a story early; it never leaves this file.
type stop struct{}

func (s *story) run(tell func(*story)) {
	defer s.cleanUp()
	defer func() {
		if r := recover(); r != nil {
			if _, stopped := r.(stop); !stopped {
				s.fail("panic: %v", r)
			}
		}
	}()
	tell(s)
}

func (s *story) fail(format string, args ...any) {
	s.found = append(s.found, fmt.Errorf("cognitotest: %s: %w", s.name, fmt.Errorf(format, args...)))
}

// need ends the story if err is not nil.
func (s *story) need(what string, err error) {
	if err != nil {
		s.fail("%s: %w", what, err)
		panic(stop{})
	}
}

// refused wants one of the errors.
func (s *story) refused(what string, err error, want ...error) {
	for _, w := range want {
		if errors.Is(err, w) {
			return
		}
	}
	s.fail("%s: got error %w, want %w", what, orNone(err), errors.Join(want...))
}

var (
	errNone    = errors.New("none")
	errNothing = errors.New("neither an output nor an error")
)

func orNone(err error) error {
	if err == nil {
		return errNone
	}
	return err
}

func (s *story) expect(ok bool, format string, args ...any) {
	if !ok {
		s.fail(format, args...)
	}
}

// cleanUp deletes the story's users as far as the client can.
func (s *story) cleanUp() {
	for _, m := range s.made {
		if !s.h.KeepUsers {
			_, err := s.c.AdminDelete(s.ctx, cognitoauth.AdminDeleteInput{Username: m.username})
			if err != nil && !errors.Is(err, cognitoauth.ErrUserNotFound) {
				s.fail("AdminDelete to clean up: %w", err)
			}
			continue
		}
		d, ok := s.c.(cognitoauth.UserDeleter)
		if !ok {
			continue
		}
		// A user who cannot sign in any more cannot be deleted this way; the
		// checks have said so where it matters.
		if out, err := s.c.Authenticate(s.ctx, cognitoauth.AuthenticateInput{Username: m.username, Password: m.password}); err == nil && out != nil && out.Tokens != nil {
			_, _ = d.DeleteUser(s.ctx, cognitoauth.DeleteUserInput{AccessToken: out.Tokens.AccessToken})
		}
	}
}

// newcomer signs a user up.
func (s *story) newcomer() *member {
	username, attributes := s.h.NewUser()
	m := member{username: username, password: s.h.NewPassword(), attributes: attributes}
	out, err := s.c.SignUp(s.ctx, cognitoauth.SignUpInput{Username: username, Password: m.password, Attributes: attributes})
	s.need("SignUp", err)
	if out == nil {
		s.need("SignUp", errNothing)
	}
	m.sub = out.Sub
	s.made = append(s.made, m)
	s.expect(out.Sub != "", "SignUp: no sub")
	s.expect(!out.Confirmed, "SignUp: the user is confirmed before the code was typed")
	s.expect(out.Delivery != nil && out.Delivery.Destination != "" && out.Delivery.Medium != "",
		"SignUp: the delivery does not say where the code went")
	return &s.made[len(s.made)-1]
}

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

// tokens signs in and wants tokens.
func (s *story) tokens(m *member) *cognitoauth.Tokens {
	out, err := s.authenticate(m, m.password)
	s.need("Authenticate", err)
	tokens, err := out.RequireTokens()
	s.need("Authenticate", err)
	s.expect(tokens.AccessToken != "" && tokens.IDToken != "" && tokens.RefreshToken != "", "Authenticate: a token is missing")
	s.expect(tokens.TokenType == "Bearer", "Authenticate: token type %q, want Bearer", tokens.TokenType)
	s.expect(!tokens.ExpiresAt.IsZero(), "Authenticate: no time of expiry")
	return tokens
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

// credentials are the two answers to a sign-in that does not succeed: which
// one an unknown user gets is the app client's setting.
var credentials = []error{cognitoauth.ErrInvalidCredentials, cognitoauth.ErrUserNotFound}

func (s *story) signUp() {
	m := s.newcomer()
	confirm := func(code string) error {
		_, err := s.c.ConfirmSignUp(s.ctx, cognitoauth.ConfirmSignUpInput{Username: m.username, Code: code})
		return err
	}
	_, err := s.authenticate(m, m.password)
	s.refused("Authenticate before confirming", err, cognitoauth.ErrUserNotConfirmed)
	_, err = s.c.SignUp(s.ctx, cognitoauth.SignUpInput{Username: m.username, Password: m.password, Attributes: m.attributes})
	s.refused("SignUp with a user name that is taken", err, cognitoauth.ErrUserExists)

	first := s.code(m)
	s.refused("ConfirmSignUp with a wrong code", confirm(otherCode(first)), cognitoauth.ErrCodeMismatch)
	if r, ok := s.c.(cognitoauth.CodeResender); ok {
		out, err := r.ResendConfirmationCode(s.ctx, cognitoauth.ResendConfirmationCodeInput{Username: m.username})
		s.need("ResendConfirmationCode", err)
		s.expect(out != nil && out.Delivery != nil && out.Delivery.Destination != "", "ResendConfirmationCode: the delivery does not say where the code went")
	}
	s.need("ConfirmSignUp", confirm(s.code(m)))
	s.refused("ConfirmSignUp of a confirmed user", confirm(s.code(m)), cognitoauth.ErrAlreadyConfirmed)
	if r, ok := s.c.(cognitoauth.CodeResender); ok {
		_, err := r.ResendConfirmationCode(s.ctx, cognitoauth.ResendConfirmationCodeInput{Username: m.username})
		s.refused("ResendConfirmationCode to a confirmed user", err, cognitoauth.ErrAlreadyConfirmed)
	}
	s.tokens(m)

	if s.h.Advance == nil {
		return
	}
	late := s.newcomer()
	s.h.Advance(25 * time.Hour)
	_, err = s.c.ConfirmSignUp(s.ctx, cognitoauth.ConfirmSignUpInput{Username: late.username, Code: s.code(late)})
	s.refused("ConfirmSignUp with a code older than a day", err, cognitoauth.ErrCodeExpired)
}

func (s *story) refusedSignUp() {
	username, attributes := s.h.NewUser()
	_, err := s.c.SignUp(s.ctx, cognitoauth.SignUpInput{Username: username, Password: "short7", Attributes: attributes})
	s.refused("SignUp with a password against the policy", err, cognitoauth.ErrPasswordPolicy)
	_, err = s.c.SignUp(s.ctx, cognitoauth.SignUpInput{Password: s.h.NewPassword(), Attributes: attributes})
	s.refused("SignUp without a user name", err, cognitoauth.ErrInvalidInput)
	_, err = s.c.ConfirmSignUp(s.ctx, cognitoauth.ConfirmSignUpInput{Username: username, Code: "123456"})
	s.refused("ConfirmSignUp of an unknown user", err, cognitoauth.ErrUserNotFound, cognitoauth.ErrCodeExpired, cognitoauth.ErrCodeMismatch)
}

func (s *story) signIn() {
	m := s.user()
	_, err := s.authenticate(m, s.h.NewPassword())
	s.refused("Authenticate with a wrong password", err, cognitoauth.ErrInvalidCredentials)
	nobody, _ := s.h.NewUser()
	_, err = s.authenticate(&member{username: nobody}, m.password)
	s.refused("Authenticate of an unknown user", err, credentials...)
	_, err = s.authenticate(m, "")
	s.refused("Authenticate without a password", err, cognitoauth.ErrInvalidInput)
	one, two := s.tokens(m), s.tokens(m)
	s.expect(one.AccessToken != two.AccessToken, "Authenticate: two sign-ins share an access token")
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
		AccessToken: tokens.AccessToken, CurrentPassword: old, NewPassword: "short7",
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
	s.need("ChangePassword by user name", change(cognitoauth.ChangePasswordInput{
		Username: m.username, CurrentPassword: next, NewPassword: third,
	}))
	m.password = third
	s.tokens(m)
}

func (s *story) forgotPassword() {
	m := s.user()
	old, next := m.password, s.h.NewPassword()
	confirm := func(code, password string) error {
		_, err := s.c.ConfirmForgotPassword(s.ctx, cognitoauth.ConfirmForgotPasswordInput{Username: m.username, Code: code, NewPassword: password})
		return err
	}
	forgot := func() string {
		out, err := s.c.ForgotPassword(s.ctx, cognitoauth.ForgotPasswordInput{Username: m.username})
		s.need("ForgotPassword", err)
		s.expect(out != nil && out.Delivery != nil && out.Delivery.Destination != "", "ForgotPassword: the delivery does not say where the code went")
		return s.code(m)
	}
	code := forgot()
	s.refused("ConfirmForgotPassword with a wrong code", confirm(otherCode(code), next), cognitoauth.ErrCodeMismatch)
	s.refused("ConfirmForgotPassword with a password against the policy", confirm(code, "short7"), cognitoauth.ErrPasswordPolicy)
	s.need("ConfirmForgotPassword", confirm(code, next))
	m.password = next
	s.refused("ConfirmForgotPassword with a used code", confirm(code, s.h.NewPassword()), cognitoauth.ErrCodeExpired)
	_, err := s.authenticate(m, old)
	s.refused("Authenticate with the forgotten password", err, cognitoauth.ErrInvalidCredentials)
	s.tokens(m)
	if s.h.Advance != nil {
		code := forgot()
		s.h.Advance(61 * time.Minute)
		s.refused("ConfirmForgotPassword with a code older than an hour", confirm(code, s.h.NewPassword()), cognitoauth.ErrCodeExpired)
	}
}

func (s *story) sessions() {
	r, refreshes := s.c.(cognitoauth.TokenRefresher)
	if !refreshes {
		return
	}
	m := s.user()
	refresh := func(on *signedIn) (*cognitoauth.Tokens, error) {
		out, err := r.Refresh(s.ctx, cognitoauth.RefreshInput{RefreshToken: on.tokens.RefreshToken, DeviceKey: on.deviceKey})
		if err != nil || out == nil {
			return nil, err
		}
		return out.Tokens, nil
	}
	first := s.session(m)
	fresh, err := refresh(first)
	s.need("Refresh", err)
	if fresh == nil {
		s.need("Refresh", errNothing)
	}
	s.expect(fresh.AccessToken != "" && fresh.AccessToken != first.tokens.AccessToken, "Refresh: no new access token")
	s.expect(fresh.IDToken != "", "Refresh: no ID token")
	s.expect(fresh.RefreshToken != "", "Refresh: no refresh token to store from now on")
	_, err = r.Refresh(s.ctx, cognitoauth.RefreshInput{RefreshToken: "no-such-token"})
	s.refused("Refresh with nonsense", err, cognitoauth.ErrTokenInvalid, cognitoauth.ErrInvalidInput)

	if rv, ok := s.c.(cognitoauth.TokenRevoker); ok {
		_, err := rv.RevokeToken(s.ctx, cognitoauth.RevokeTokenInput{RefreshToken: fresh.RefreshToken})
		s.need("RevokeToken", err)
		first.tokens = fresh
		_, err = refresh(first)
		s.refused("Refresh after RevokeToken", err, cognitoauth.ErrTokenRevoked)
	}
	e, ok := s.c.(cognitoauth.SessionEnder)
	if !ok {
		return
	}
	one, two := s.session(m), s.session(m)
	signOut := func() error {
		_, err := e.SignOut(s.ctx, cognitoauth.SignOutInput{AccessToken: one.tokens.AccessToken})
		return err
	}
	s.need("SignOut", signOut())
	_, err = refresh(two)
	s.refused("Refresh of another session after SignOut", err, cognitoauth.ErrTokenRevoked)
	s.refused("SignOut with a revoked access token", signOut(), cognitoauth.ErrTokenRevoked)
	s.tokens(m)
}

// signedIn is a sign-in, and the device it was made on if the pool tracks
// them.
type signedIn struct {
	tokens    *cognitoauth.Tokens
	deviceKey string
}

// session signs in so that the tokens can be refreshed: where devices are
// tracked, the new one must be confirmed first.
func (s *story) session(m *member) *signedIn {
	out := &signedIn{tokens: s.tokens(m)}
	d, ok := s.c.(cognitoauth.DeviceManager)
	if !ok || out.tokens.NewDevice == nil {
		return out
	}
	_, err := d.ConfirmDevice(s.ctx, cognitoauth.ConfirmDeviceInput{AccessToken: out.tokens.AccessToken, Device: out.tokens.NewDevice})
	s.need("ConfirmDevice", err)
	out.deviceKey = out.tokens.NewDevice.Key
	return out
}

func (s *story) ownUser() {
	reader, reads := s.c.(cognitoauth.UserReader)
	deleter, deletes := s.c.(cognitoauth.UserDeleter)
	if !reads && !deletes {
		return
	}
	m := s.user()
	tokens := s.tokens(m)
	if reads {
		out, err := reader.GetUser(s.ctx, cognitoauth.GetUserInput{AccessToken: tokens.AccessToken})
		s.need("GetUser", err)
		if out == nil {
			s.need("GetUser", errNothing)
		}
		s.expect(out.Username != "", "GetUser: no user name")
		s.expect(out.Attributes["sub"] == m.sub, "GetUser: sub %q, SignUp said %q", out.Attributes["sub"], m.sub)
		_, err = reader.GetUser(s.ctx, cognitoauth.GetUserInput{AccessToken: tokens.IDToken})
		s.refused("GetUser with an ID token", err, cognitoauth.ErrTokenInvalid, cognitoauth.ErrNotAuthorized)
	}
	if deletes {
		_, err := deleter.DeleteUser(s.ctx, cognitoauth.DeleteUserInput{AccessToken: tokens.AccessToken})
		s.need("DeleteUser", err)
		_, err = s.authenticate(m, m.password)
		s.refused("Authenticate after DeleteUser", err, credentials...)
	}
}

func (s *story) delete() {
	if s.h.KeepUsers {
		return
	}
	m := s.user()
	remove := func(username string) error {
		_, err := s.c.AdminDelete(s.ctx, cognitoauth.AdminDeleteInput{Username: username})
		return err
	}
	s.need("AdminDelete by sub", remove(m.sub))
	_, err := s.authenticate(m, m.password)
	s.refused("Authenticate after AdminDelete", err, credentials...)
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
