package cognitotest

import (
	"time"
)

// A login is a sign-in under way: what has been learned of it so far.
type login struct {
	sub      string // empty for a user who does not exist
	name     string // USERNAME of its challenges
	client   *client
	flow     string
	admin    bool
	metadata map[string]string
	// deviceKey is the device the client says it is on.
	deviceKey string
	// deviceProven is set when that device has proved itself.
	deviceProven bool
	// factor is the first factor that was used, in the words of
	// AuthFactorType; mfaDone says the second is over with.
	factor  string
	mfaDone bool
	// rounds are the custom challenges so far; private and label are what
	// CreateAuthChallenge keeps of the current one.
	rounds  []ChallengeResult
	private map[string]string
	label   string
	// nobody stands in for the user of a custom sign-in who does not exist.
	nobody *user
}

// session is one challenge that waits for its answer, named by the Session
// string.
type session struct {
	challenge string
	login     *login
	expires   time.Time
	used      bool
	// code is the code that was sent with the challenge, if one was.
	code string
	// secret is the TOTP secret being set up, and whether it was proved.
	secret       string
	secretProved bool
	// options are the answers that a choice has.
	options []string
	// passkeyState is what the passkey verifier remembers.
	passkeyState []byte
	// signUp marks the session that SignUp and ConfirmSignUp hand out.
	signUp bool
}

// sessionBytes makes Session strings about as long as Cognito's, so that a
// cookie or a column that is too short shows in a test.
const sessionBytes = 1125

// open starts a session and returns its name.
func (p *pool) open(c *call, s *session) string {
	s.expires = c.now.Add(s.login.client.SessionValidity)
	token := p.random.opaque(sessionBytes)
	p.sessions[token] = s
	return token
}

// find returns the session of a challenge for a client. It stays open: a wrong
// code can be followed by a right one.
func (p *pool) find(c *call, token, clientID, challenge string) (*session, error) {
	s := p.sessions[token]
	switch {
	case s == nil || s.login.client.ID != clientID:
		return nil, errSessionUnknown
	case s.used:
		return nil, errSessionUsed
	case !c.now.Before(s.expires):
		return nil, errSessionExpired
	case challenge != "" && s.challenge != challenge:
		return nil, errSessionUnknown
	}
	return s, nil
}
