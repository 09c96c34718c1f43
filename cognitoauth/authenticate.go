package cognitoauth

import (
	"context"
	"fmt"

	"github.com/cognitoauth/cognito-go/internal/redact"
)

// Flow is how a sign-in begins; its values are the API's own AuthFlow names.
// The app client must allow the one used.
//
// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html
type Flow string

const (
	// FlowSRP proves the password without sending it. It is the default.
	FlowSRP Flow = "USER_SRP_AUTH"

	// FlowPassword sends the password to Cognito, inside TLS. Use it where
	// something at Cognito must see the password, such as a user migration
	// trigger.
	FlowPassword Flow = "USER_PASSWORD_AUTH"

	// FlowUserAuth lets the user choose among the first factors that the pool
	// permits: password, one-time code, passkey. With a Password and no other
	// PreferredChallenge it signs in over SRP.
	FlowUserAuth Flow = "USER_AUTH"

	// FlowCustom runs the challenges that the pool's Lambda triggers define;
	// with a Password, after proving that over SRP.
	FlowCustom Flow = "CUSTOM_AUTH"
)

// AuthenticateInput says who signs in, and how.
type AuthenticateInput struct {
	Username string // a user name or a verified alias
	Password string // required by FlowSRP and FlowPassword

	// Flow is how to begin. Empty: FlowSRP.
	Flow Flow

	// PreferredChallenge is the first factor to begin with in FlowUserAuth.
	// Empty: the user is asked ([SelectChallenge]), unless there is a Password.
	PreferredChallenge ChallengeName

	// Session is [ConfirmSignUpOutput.Session]: in FlowUserAuth it signs a new
	// user in without another proof.
	Session string

	// Device is a device that [UserPool.ConfirmDevice] made for this user. On a
	// remembered device Cognito may leave out the second factor. Nil: none.
	Device *Device

	// ClientMetadata is passed to the pool's Lambda triggers and not stored.
	ClientMetadata map[string]string

	// UserContext tells threat protection where the request came from.
	UserContext UserContext
}

// AuthenticateOutput is where a sign-in has got to: exactly one of Tokens and
// Challenge is set.
type AuthenticateOutput struct {
	Tokens    *Tokens   // the user is signed in
	Challenge Challenge // a question that a human or the application must answer

	// DeviceForgotten is true if Cognito did not know the Device it was given,
	// and the sign-in went on without: delete what you stored of it.
	DeviceForgotten bool
}

// RequireTokens returns the tokens, or a *[ChallengeRequiredError] if there is
// a challenge to answer first. It is for callers who do not expect any.
func (out *AuthenticateOutput) RequireTokens() (*Tokens, error) {
	switch {
	case out == nil:
		return nil, malformedReply(opAuthenticate, "neither tokens nor a challenge")
	case out.Challenge != nil:
		return nil, &ChallengeRequiredError{Challenge: out.Challenge}
	case out.Tokens == nil:
		return nil, malformedReply(opAuthenticate, "neither tokens nor a challenge")
	}
	return out.Tokens, nil
}

// Authenticate signs a user in. By default it proves the password over SRP, in
// two requests: the password itself never leaves the process.
//
// The output is either tokens or a [Challenge], such as a second factor; answer
// that with [UserPool.RespondToChallenge]. A wrong password is
// [ErrInvalidCredentials], and so is an unknown user unless the app client
// tells who exists ([ErrUserNotFound]). Others are [ErrUserNotConfirmed],
// [ErrPasswordResetRequired], [ErrUserDisabled], [ErrTooManyAttempts], and
// [ErrFlowNotEnabled] if the app client does not allow the flow.
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html
func (p *UserPool) Authenticate(ctx context.Context, in AuthenticateInput) (*AuthenticateOutput, error) {
	return p.signIn(ctx, opAuthenticate, in)
}

// signIn is Authenticate, also for operations that sign in on the way.
func (p *UserPool) signIn(ctx context.Context, op string, in AuthenticateInput) (*AuthenticateOutput, error) {
	if in.Flow == "" {
		in.Flow = FlowSRP
	}
	if err := checkAuthenticate(op, in); err != nil {
		return nil, err
	}
	x := &exchange{
		pool: p, op: op, via: publicAuth{p, in.ClientMetadata, in.UserContext},
		username: in.Username, password: in.Password, device: in.Device,
	}
	return x.begin(ctx, in.Flow, in.PreferredChallenge, in.Session)
}

func checkAuthenticate(op string, in AuthenticateInput) error {
	c := check(op).username("Username", in.Username).
		text("PreferredChallenge", string(in.PreferredChallenge), maxName).
		text("Session", in.Session, maxSession).
		device(in.Device).
		metadata("ClientMetadata", in.ClientMetadata).
		userContext(in.UserContext)
	switch in.Flow {
	case FlowSRP, FlowPassword:
		// No limit of length: SRP sends none of it, and a password that no user
		// can have is simply wrong.
		c.required("Password", in.Password, len(in.Password))
	case FlowUserAuth, FlowCustom:
		c.text("Password", in.Password, len(in.Password))
		if p := in.PreferredChallenge; in.Password == "" && (p == ChallengePassword || p == ChallengePasswordSRP) {
			c.add("Password is empty: PreferredChallenge %s needs it", p)
		}
	default:
		c.add("Flow %.40q is not one of %s, %s, %s, %s", in.Flow, FlowSRP, FlowPassword, FlowUserAuth, FlowCustom)
	}
	if in.Flow != FlowUserAuth {
		if in.PreferredChallenge != "" {
			c.add("PreferredChallenge is for %s", FlowUserAuth)
		}
		if in.Session != "" {
			c.add("Session is for %s", FlowUserAuth)
		}
	}
	return c.err()
}

// Format prints the input without its secrets, whatever the verb.
func (in AuthenticateInput) Format(s fmt.State, _ rune) { redact.Format(s, in) }

// MarshalJSON marshals the input without its secrets.
func (in AuthenticateInput) MarshalJSON() ([]byte, error) { return redact.JSON(in) }

// Format prints the output without its secrets, whatever the verb.
func (out AuthenticateOutput) Format(s fmt.State, _ rune) { redact.Format(s, out) }

// MarshalJSON marshals the output without its secrets. To store the tokens,
// marshal Tokens; to store the challenge, its State.
func (out AuthenticateOutput) MarshalJSON() ([]byte, error) { return redact.JSON(out) }
