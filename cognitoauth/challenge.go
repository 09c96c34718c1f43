package cognitoauth

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"unicode/utf8"

	"github.com/cognitoauth/cognito-go/internal/redact"
)

// ChallengeName is the API's name of a challenge.
type ChallengeName string

// The challenges that callers meet. PASSWORD_VERIFIER and
// DEVICE_PASSWORD_VERIFIER are answered inside.
const (
	ChallengeCustom           ChallengeName = "CUSTOM_CHALLENGE"
	ChallengeEmailOTP         ChallengeName = "EMAIL_OTP"
	ChallengeMFASetup         ChallengeName = "MFA_SETUP"
	ChallengeNewPassword      ChallengeName = "NEW_PASSWORD_REQUIRED"
	ChallengePassword         ChallengeName = "PASSWORD"
	ChallengePasswordSRP      ChallengeName = "PASSWORD_SRP"
	ChallengeSelect           ChallengeName = "SELECT_CHALLENGE"
	ChallengeSelectMFAType    ChallengeName = "SELECT_MFA_TYPE"
	ChallengeSMSMFA           ChallengeName = "SMS_MFA"
	ChallengeSMSOTP           ChallengeName = "SMS_OTP"
	ChallengeSoftwareTokenMFA ChallengeName = "SOFTWARE_TOKEN_MFA"
	ChallengeWebAuthn         ChallengeName = "WEB_AUTHN"
	ChallengeDevice           ChallengeName = "DEVICE_SRP_AUTH"

	challengePasswordVerifier       ChallengeName = "PASSWORD_VERIFIER"
	challengeDevicePasswordVerifier ChallengeName = "DEVICE_PASSWORD_VERIFIER"
)

// Challenge is a question that stands between a user and their tokens. It is
// one of
//
//	*NewPasswordChallenge       NEW_PASSWORD_REQUIRED
//	*SMSMFAChallenge            SMS_MFA
//	*SoftwareTokenMFAChallenge  SOFTWARE_TOKEN_MFA
//	*EmailOTPChallenge          EMAIL_OTP
//	*SMSOTPChallenge            SMS_OTP
//	*SelectMFAChallenge         SELECT_MFA_TYPE
//	*MFASetupChallenge          MFA_SETUP
//	*SelectChallenge            SELECT_CHALLENGE
//	*PasswordChallenge          PASSWORD and PASSWORD_SRP
//	*WebAuthnChallenge          WEB_AUTHN
//	*CustomChallenge            CUSTOM_CHALLENGE
//	*DeviceChallenge            DEVICE_SRP_AUTH, if no Device was given before
//	*UnknownChallenge           anything else
//
// Each has an Answer method, or one for each way to answer, that makes the
// [ChallengeResponse] for [UserPool.RespondToChallenge]. A later version may
// add cases, so a type switch needs a default.
type Challenge interface {
	// Name is the API's name of the challenge.
	Name() ChallengeName

	// State is what a server keeps between showing the question and receiving
	// the answer; [ResumeChallenge] turns it back into the challenge.
	State() ChallengeState

	open() pending // of this package alone, which makes the interface sealed
}

// ChallengeState is a challenge to be resumed later, in another process if need
// be. It never holds a password. It is a bearer secret for as long as Cognito's
// session lives: the app client's AuthSessionValidity, 3 to 15 minutes, 3 unless
// set. Keep it on the server or sealed, never readable in a browser, and delete
// it once it is answered. It prints and logs redacted; marshalled to JSON it is
// whole.
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html
type ChallengeState []byte

// Format prints a mask, whatever the verb.
func (ChallengeState) Format(s fmt.State, _ rune) { _, _ = s.Write([]byte(redact.Mask)) }

// LogValue logs a mask.
func (ChallengeState) LogValue() slog.Value { return slog.StringValue(redact.Mask) }

// ResumeChallenge turns a state back into the challenge it came from. Answer it
// on a [UserPool] with the same pool and app client. Anything that is not such a
// state is [ErrInvalidInput].
func ResumeChallenge(state ChallengeState) (Challenge, error) {
	const op = "ResumeChallenge"
	if len(state) > maxState {
		return nil, invalidInput(op, "state is longer than %d bytes", maxState)
	}
	var w pendingJSON
	if err := json.Unmarshal(state, &w); err != nil {
		// The decoder's error may quote the state.
		return nil, invalidInput(op, "not the state of a challenge")
	}
	if w.Version != stateVersion {
		return nil, invalidInput(op, "state has version %d: want %d", w.Version, stateVersion)
	}
	if w.Name == "" || w.Username == "" {
		return nil, invalidInput(op, "state is incomplete")
	}
	return newChallenge(w.pending()), nil
}

// ChallengeResponse answers a challenge. The challenge's own methods make it;
// the fields are open for what those do not cover.
type ChallengeResponse struct {
	// Name of the challenge to answer.
	Name ChallengeName

	// Answers are the API's ChallengeResponses without USERNAME and
	// SECRET_HASH, which are added when they are sent.
	Answers map[string]string

	// ClientMetadata is passed to the pool's Lambda triggers and not stored.
	ClientMetadata map[string]string

	// Device is the one given to Authenticate. A challenge does not keep it,
	// because its password is a secret for as long as the device is remembered.
	Device *Device

	// UserContext tells threat protection where the request came from.
	UserContext UserContext

	// Context does the same for [Admin.RespondToChallenge], in UserContext's
	// place.
	Context AdminContext

	challenge pending
	proof     string // a password to prove over SRP, not to send
}

// RespondToChallenge sends an answer. Like [UserPool.Authenticate] it returns
// tokens or the next challenge.
//
// A wrong code is [ErrCodeMismatch]: the same challenge can be answered again
// until its session ends, as [ChallengeState] says ([ErrSessionExpired], which a
// challenge that was answered before is too: begin again with Authenticate). A
// used authenticator code is [ErrCodeExpired]. A new password against the policy
// is [ErrPasswordPolicy], attributes that it lacks [ErrInvalidInput].
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html
func (p *UserPool) RespondToChallenge(ctx context.Context, r ChallengeResponse) (*AuthenticateOutput, error) {
	if err := p.checkResponse(r, false); err != nil {
		return nil, err
	}
	return p.answer(ctx, publicAuth{p, r.ClientMetadata, r.UserContext}, r)
}

// answer sends a response that has been checked.
func (p *UserPool) answer(ctx context.Context, via authAPI, r ChallengeResponse) (*AuthenticateOutput, error) {
	x := &exchange{pool: p, op: opRespondToChallenge, via: via, username: r.challenge.username, password: r.proof, device: r.Device}
	if r.Name == ChallengeDevice {
		return x.run(ctx, step{name: r.Name, session: r.challenge.session})
	}
	answers := r.Answers
	if r.proof != "" {
		var err error
		if x.srp, err = x.newSRP(); err != nil {
			return nil, err
		}
		answers = map[string]string{}
		maps.Copy(answers, r.Answers)
		answers["SRP_A"] = x.srp.A()
	}
	next, err := x.respond(ctx, r.Name, r.challenge.session, answers)
	if err != nil {
		return nil, err
	}
	return x.run(ctx, next)
}

func (p *UserPool) checkResponse(r ChallengeResponse, admin bool) error {
	c := check(opRespondToChallenge).metadata("ClientMetadata", r.ClientMetadata).device(r.Device).
		userContext(r.UserContext).adminContext(r.Context)
	switch {
	case r.challenge.name == "":
		return c.add("response does not come from a Challenge's Answer").err()
	case r.challenge.userPoolID != p.cfg.UserPoolID || r.challenge.clientID != p.cfg.ClientID:
		return c.add("challenge belongs to another user pool or app client").err()
	case r.challenge.admin && !admin:
		return c.add("challenge comes from Admin.Authenticate: answer it with Admin.RespondToChallenge").err()
	case admin && !r.challenge.admin:
		return c.add("challenge comes from UserPool.Authenticate: answer it with UserPool.RespondToChallenge").err()
	}
	c.required("Name", string(r.Name), maxName)
	if r.Name == ChallengeDevice && r.Device == nil {
		c.add("Device is nil")
	}
	for _, key := range slices.Sorted(maps.Keys(r.Answers)) {
		switch value := r.Answers[key]; {
		case key == "" || !utf8.ValidString(key):
			c.add("Answers has an answer whose name is empty or not valid UTF-8")
		case value == "":
			c.add("answer %.60q is empty", key)
		default:
			c.text(fmt.Sprintf("answer %.60q", key), value, maxString)
		}
	}
	newPassword, asked := newChallenge(r.challenge).(*NewPasswordChallenge)
	if asked {
		newPassword.check(r.Answers, c)
	}
	if err := c.err(); err != nil || !asked {
		return err
	}
	return p.checkPolicy(opRespondToChallenge, r.Answers["NEW_PASSWORD"])
}

// Format prints the response without its answers, whatever the verb.
func (r ChallengeResponse) Format(s fmt.State, _ rune) { redact.Format(s, r) }

// MarshalJSON marshals the response without its answers.
func (r ChallengeResponse) MarshalJSON() ([]byte, error) { return redact.JSON(r) }

// pending is an open challenge as Cognito sent it, and the part of it that all
// kinds share: each embeds one.
type pending struct {
	userPoolID string
	clientID   string
	admin      bool // to be answered with a signed request
	name       ChallengeName
	session    string
	username   string
	parameters map[string]string
	available  []ChallengeName
}

// Name is the API's name of the challenge.
func (p pending) Name() ChallengeName { return p.name }

// open is of the pointer alone, so that a Challenge always is one.
func (p *pending) open() pending { return *p }

// Format prints the challenge's name only, whatever the verb.
func (p pending) Format(s fmt.State, _ rune) {
	_, _ = fmt.Fprintf(s, "cognitoauth.Challenge{Name:%q}", string(p.name))
}

// State is what a server keeps until the answer comes.
func (p pending) State() ChallengeState {
	state, _ := json.Marshal(pendingJSON{ // strings, which cannot fail
		Version:    stateVersion,
		UserPoolID: p.userPoolID,
		ClientID:   p.clientID,
		Admin:      p.admin,
		Name:       p.name,
		Session:    p.session,
		Username:   p.username,
		Parameters: p.parameters,
		Available:  p.available,
	})
	return state
}

// response begins the answer to a challenge.
func (p *pending) response(answers map[string]string) ChallengeResponse {
	return ChallengeResponse{Name: p.name, Answers: answers, challenge: *p}
}

const (
	stateVersion = 1
	maxState     = maxReply
)

// pendingJSON is the form of a ChallengeState.
type pendingJSON struct {
	Version    int               `json:"v"`
	UserPoolID string            `json:"user_pool_id"`
	ClientID   string            `json:"client_id"`
	Admin      bool              `json:"admin,omitempty"`
	Name       ChallengeName     `json:"name"`
	Session    string            `json:"session,omitempty"`
	Username   string            `json:"username"`
	Parameters map[string]string `json:"parameters,omitempty"`
	Available  []ChallengeName   `json:"available,omitempty"`
}

func (w pendingJSON) pending() pending {
	return pending{
		userPoolID: w.UserPoolID,
		clientID:   w.ClientID,
		admin:      w.Admin,
		name:       w.Name,
		session:    w.Session,
		username:   w.Username,
		parameters: w.Parameters,
		available:  w.Available,
	}
}
