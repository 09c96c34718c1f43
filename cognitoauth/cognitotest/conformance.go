package cognitotest

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/cognitoauth/cognito-go/cognitoauth"
)

// A Harness is what [TestClient] needs besides the client: a way to read the
// codes that users are sent, and the clock if there is one to move.
// [Server.Harness] has both. Everything but Code is optional; what cannot be
// checked without it is reported to Skipped.
type Harness struct {
	// Code returns the newest code that a user was sent, by the user name that
	// TestClient signed them up with. It is called once for each message. With
	// a real pool, it may wait for the message.
	Code func(ctx context.Context, username string) (string, error)

	// Advance moves the clock. Nil: what needs hours to pass is left out, and
	// where an authenticator must show another code, TestClient waits for it.
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

	// Admin has the administrator's roles, such as
	// [cognitoauth.AdminUserManager]: a *[cognitoauth.Admin], or a fake of
	// some of its interfaces. Nil: what the client's method Admin returns, as
	// [cognitoauth.UserPool.Admin] does.
	Admin any

	// KeepUsers leaves AdminDelete and the administrator's roles out, for a
	// client without AWS credentials. The users that TestClient makes are then
	// deleted if the client can delete its own ([cognitoauth.UserDeleter]), and
	// otherwise stay.
	KeepUsers bool

	// CreatePasskey and GetPasskey stand for navigator.credentials.create and
	// get on a page that may use the pool's relying party; they can call Create
	// and Get of an Authenticator of package passkeytest. Passkeys need both.
	CreatePasskey, GetPasskey func(options json.RawMessage) (credential json.RawMessage, err error)

	// CustomAnswer answers a challenge of the pool's own Lambda triggers, for
	// a user that they let in without a password.
	CustomAnswer func(ctx context.Context, username string, parameters map[string]string) (string, error)

	// HideUserExistence says that the client hides who exists, as one with
	// [cognitoauth.Config.HideUserExistence] does. TestClient then wants the
	// answers that tell nothing, and no others, where it otherwise wants those
	// that tell a user from another and from nobody.
	HideUserExistence bool

	// Stories are the names of the parts to run, as errors and Skipped give
	// them. Empty: all.
	Stories []string

	// Skipped hears of each story, or part of one, that this client or this
	// pool has not what it takes for, and of what that is.
	Skipped func(story, why string)
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
// package cognitoauth. It uses the seven methods of [cognitoauth.Client], those
// of every other role interface that c has too, and the administrator's roles.
//
// The error joins everything found wrong, each with the story it belongs to;
// nil means that c conforms. Harness.Skipped hears of what could not be
// checked. TestClient makes a few dozen users and deletes them again; it
// mistypes codes and passwords a few times for each.
func TestClient(ctx context.Context, c cognitoauth.Client, h Harness) error {
	if h.Code == nil {
		return errors.New("cognitotest: Harness.Code is nil")
	}
	for _, name := range h.Stories {
		if !slices.ContainsFunc(stories, func(s storyTeller) bool { return s.name == name }) {
			return fmt.Errorf("cognitotest: Harness.Stories: there is no story %q", name)
		}
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
	if h.Now == nil {
		h.Now = time.Now
	}
	if h.Skipped == nil {
		h.Skipped = func(string, string) {}
	}
	if a, ok := c.(interface{ Admin() *cognitoauth.Admin }); ok && h.Admin == nil {
		h.Admin = a.Admin()
	}
	var found []error
	for _, s := range stories {
		if len(h.Stories) > 0 && !slices.Contains(h.Stories, s.name) {
			continue
		}
		t := &story{ctx: ctx, c: c, h: h, name: s.name}
		t.run(s.tell)
		found = append(found, t.found...)
	}
	return errors.Join(found...)
}

// storyTeller is one part of the suite; each has users of its own.
type storyTeller struct {
	name string
	tell func(*story)
}

var stories = []storyTeller{
	{"sign-up", (*story).signUp},
	{"refusals before sign-up", (*story).refusedSignUp},
	{"signing in", (*story).signIn},
	{"unknown users", (*story).unknownUsers},
	{"changing a password", (*story).changePassword},
	{"forgetting a password", (*story).forgotPassword},
	{"refreshing", (*story).refreshing},
	{"revoking", (*story).revoking},
	{"signing out", (*story).signingOut},
	{"one's own user", (*story).ownUser},
	{"attributes", (*story).attributes},
	{"an e-mail address", (*story).emailAddress},
	{"an authenticator", (*story).authenticator},
	{"a required authenticator", (*story).requiredAuthenticator},
	{"second factors by message", (*story).sentFactors},
	{"devices", (*story).devices},
	{"listing factors", (*story).factors},
	{"choosing the first factor", (*story).firstFactors},
	{"straight in from sign-up", (*story).straightIn},
	{"passkeys", (*story).passkeys},
	{"custom challenges", (*story).customChallenges},
	{"an invited user", (*story).invited},
	{"administering users", (*story).adminUsers},
	{"administering attributes", (*story).adminAttributes},
	{"administering passwords", (*story).adminPasswords},
	{"administering factors", (*story).adminFactors},
	{"administering groups", (*story).adminGroups},
	{"administering devices", (*story).adminDevices},
	{"administering sessions", (*story).adminSessions},
	{"signing in for a user", (*story).adminSignIn},
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
	made  []*member
}

// stop ends a story early; it never leaves this file.
type stop struct{}

func (s *story) run(tell func(*story)) {
	defer s.attempt(func() { s.cleanUp() })
	s.attempt(func() { tell(s) })
}

// attempt runs a part of the story until it stops; a client that panics has
// failed it.
func (s *story) attempt(part func()) {
	defer func() {
		if r := recover(); r != nil {
			if _, stopped := r.(stop); !stopped {
				s.fail("panic: %v", r)
			}
		}
	}()
	part()
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

// got is need for a call with an output, which must not be nil.
func got[Out any](s *story, what string) func(*Out, error) *Out {
	return func(out *Out, err error) *Out {
		if err == nil && out == nil {
			err = errNothing
		}
		s.need(what, err)
		return out
	}
}

// refused wants one of the errors.
func (s *story) refused(what string, err error, want ...error) {
	if !isAny(err, want...) {
		s.fail("%s: got error %w, want %w", what, orNone(err), errors.Join(want...))
	}
}

// telling wants an error that says something of a user. From a client that hides
// who exists it wants what says nothing in its place, nil for success.
func (s *story) telling(what string, err, hidden error, want ...error) {
	switch {
	case !s.h.HideUserExistence:
		s.refused(what, err, want...)
	case hidden != nil:
		s.refused(what+", which is to be hidden", err, hidden)
	case err != nil:
		s.fail("%s, which is to be hidden: got error %w, want none", what, err)
	}
}

// delivered wants to hear where a code went; from a client that hides who
// exists it wants not to.
func (s *story) delivered(what string, d *cognitoauth.CodeDelivery) {
	if s.h.HideUserExistence {
		s.expect(d == nil, "%s: the delivery says where the code went, which is to be hidden", what)
		return
	}
	s.expect(d != nil && d.Destination != "", "%s: the delivery does not say where the code went", what)
}

func isAny(err error, want ...error) bool {
	return slices.ContainsFunc(want, func(w error) bool { return errors.Is(err, w) })
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

// leaveOut reports a part of the story that cannot be told.
func (s *story) leaveOut(why string) { s.h.Skipped(s.name, why) }

// skip ends a story that cannot be told any further.
func (s *story) skip(why string) {
	s.leaveOut(why)
	panic(stop{})
}

// requires finds a role of the client, and ends the story without it.
func requires[Role any](s *story) Role {
	r, ok := s.c.(Role)
	if !ok {
		s.skip("the client is no " + reflect.TypeFor[Role]().String())
	}
	return r
}

// administers finds a role of the administrator, and ends the story without it.
func administers[Role any](s *story) Role {
	if s.h.KeepUsers {
		s.skip("Harness.KeepUsers is set")
	}
	r, ok := s.h.Admin.(Role)
	if !ok {
		s.skip("Harness.Admin is no " + reflect.TypeFor[Role]().String())
	}
	return r
}
