package cognitoauth

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognitoauth/cognito-go/internal/redact"
	"github.com/cognitoauth/cognito-go/internal/srp"
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

	// ClientMetadata is passed to the pool's Lambda triggers and not stored.
	ClientMetadata map[string]string

	// UserContext tells threat protection where the request came from.
	UserContext UserContext
}

// AuthenticateOutput is where a sign-in has got to: exactly one of the two is set.
type AuthenticateOutput struct {
	Tokens    *Tokens   // the user is signed in
	Challenge Challenge // a question that a human or the application must answer
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
	x := &exchange{pool: p, op: op, username: in.Username, password: in.Password, metadata: in.ClientMetadata, userContext: in.UserContext}
	params, err := x.authParameters(in)
	if err != nil {
		return nil, err
	}
	r := request{
		op: op,
		// SRP's first message commits to nothing. The other flows may count a
		// wrong password twice, or send two codes.
		repeatable: in.Flow == FlowSRP,
		secrets:    []string{in.Password, in.Session},
	}
	out, err := call(ctx, r, p.public.InitiateAuth, &cip.InitiateAuthInput{
		AuthFlow:        types.AuthFlowType(in.Flow),
		ClientId:        aws.String(p.cfg.ClientID),
		AuthParameters:  params,
		Session:         optional(in.Session),
		ClientMetadata:  in.ClientMetadata,
		UserContextData: in.UserContext.wire(),
	})
	if err != nil {
		return nil, err
	}
	return x.run(ctx, step{
		result:     out.AuthenticationResult,
		name:       ChallengeName(out.ChallengeName),
		parameters: out.ChallengeParameters,
		session:    aws.ToString(out.Session),
		available:  challengeNames(out.AvailableChallenges),
	})
}

func checkAuthenticate(op string, in AuthenticateInput) error {
	c := check(op).username("Username", in.Username).
		text("PreferredChallenge", string(in.PreferredChallenge), maxName).
		text("Session", in.Session, maxSession).
		metadata("ClientMetadata", in.ClientMetadata).
		userContext(in.UserContext)
	switch in.Flow {
	case FlowSRP, FlowPassword:
		// No limit of length: SRP sends none of it, and a password that no user
		// can have is simply wrong.
		c.required("Password", in.Password, len(in.Password))
	case FlowUserAuth, FlowCustom:
		c.text("Password", in.Password, len(in.Password))
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

// exchange is one sign-in under way: what is needed to answer, without the
// caller, what the caller need not see.
type exchange struct {
	pool        *UserPool
	op          string
	username    string // to send next, and to make the SECRET_HASH of
	password    string
	srp         *srp.Client // nil unless an SRP_A has been sent and not used
	metadata    map[string]string
	userContext UserContext
}

// step is what Cognito says next.
type step struct {
	result     *types.AuthenticationResultType
	name       ChallengeName
	parameters map[string]string
	session    string
	available  []ChallengeName
}

// authParameters are the AuthParameters that begin each flow.
func (x *exchange) authParameters(in AuthenticateInput) (map[string]string, error) {
	params := map[string]string{"USERNAME": in.Username}
	if h := x.pool.secretHash(in.Username); h != nil {
		params["SECRET_HASH"] = *h
	}
	withSRP := in.Flow == FlowSRP
	switch in.Flow {
	case FlowPassword:
		params["PASSWORD"] = in.Password
	case FlowUserAuth:
		preferred := in.PreferredChallenge
		if preferred == "" && in.Password != "" {
			preferred = ChallengePasswordSRP
		}
		if preferred != "" {
			params["PREFERRED_CHALLENGE"] = string(preferred)
		}
		switch preferred {
		case ChallengePassword:
			params["PASSWORD"] = in.Password
		case ChallengePasswordSRP:
			withSRP = true
		}
	case FlowCustom:
		if in.Password != "" {
			withSRP = true
			params["CHALLENGE_NAME"] = "SRP_A"
		}
	}
	if withSRP {
		a, err := x.beginSRP()
		if err != nil {
			return nil, err
		}
		params["SRP_A"] = a
	}
	return params, nil
}

// beginSRP draws the client's half of an SRP exchange and returns SRP_A.
func (x *exchange) beginSRP() (string, error) {
	c, err := srp.NewClient(x.pool.cfg.Rand)
	if err != nil {
		return "", &Error{Op: x.op, Message: "no randomness", kind: ErrUnavailable, cause: err}
	}
	x.srp = c
	return c.A(), nil
}

// run answers what it can by itself and returns what is left.
func (x *exchange) run(ctx context.Context, s step) (*AuthenticateOutput, error) {
	for {
		if s.result != nil {
			tokens, err := x.pool.tokens(x.op, s.result)
			if err != nil {
				return nil, err
			}
			return &AuthenticateOutput{Tokens: tokens}, nil
		}
		// Cognito answers to the user name it knows the user by, and makes its
		// own SECRET_HASH of that.
		for _, key := range []string{"USER_ID_FOR_SRP", "USERNAME"} {
			if name := s.parameters[key]; name != "" {
				x.username = name
				break
			}
		}
		switch s.name {
		case "":
			return nil, malformedReply(x.op, "neither tokens nor a challenge")
		case challengePasswordVerifier:
			var err error
			if s, err = x.provePassword(ctx, s); err != nil {
				return nil, err
			}
		default:
			return &AuthenticateOutput{Challenge: newChallenge(x.pending(s))}, nil
		}
	}
}

// provePassword answers PASSWORD_VERIFIER. Cognito waits a few seconds for the
// answer, which is why no caller ever sees this challenge.
func (x *exchange) provePassword(ctx context.Context, s step) (step, error) {
	if x.srp == nil {
		return step{}, malformedReply(x.op, "asks for an SRP proof that was not begun")
	}
	id := x.pool.srp
	id.User = x.username
	claim, err := x.srp.Claim(id, x.password, srp.Challenge{
		Salt:        s.parameters["SALT"],
		B:           s.parameters["SRP_B"],
		SecretBlock: s.parameters["SECRET_BLOCK"],
	}, x.pool.cfg.Now())
	if err != nil {
		e := malformedReply(x.op, err.Error())
		e.cause = err
		return step{}, e
	}
	x.srp = nil // each serves one proof
	return x.respond(ctx, s.name, s.session, map[string]string{
		"PASSWORD_CLAIM_SECRET_BLOCK": claim.SecretBlock,
		"PASSWORD_CLAIM_SIGNATURE":    claim.Signature,
		"TIMESTAMP":                   claim.Timestamp,
	})
}

// respond answers one challenge. Who answers is added to the answers here, and
// only here, so that SECRET_HASH and USERNAME always belong together.
func (x *exchange) respond(ctx context.Context, name ChallengeName, session string, answers map[string]string) (step, error) {
	responses := map[string]string{"USERNAME": x.username}
	if h := x.pool.secretHash(x.username); h != nil {
		responses["SECRET_HASH"] = *h
	}
	secrets := []string{session}
	for key, value := range answers {
		responses[key] = value
		secrets = append(secrets, value)
	}
	out, err := call(ctx, request{op: x.op, secrets: secrets}, x.pool.public.RespondToAuthChallenge, &cip.RespondToAuthChallengeInput{
		ChallengeName:      types.ChallengeNameType(name),
		ClientId:           aws.String(x.pool.cfg.ClientID),
		ChallengeResponses: responses,
		Session:            optional(session),
		ClientMetadata:     x.metadata,
		UserContextData:    x.userContext.wire(),
	})
	if err != nil {
		return step{}, err
	}
	return step{
		result:     out.AuthenticationResult,
		name:       ChallengeName(out.ChallengeName),
		parameters: out.ChallengeParameters,
		session:    aws.ToString(out.Session),
	}, nil
}

func (x *exchange) pending(s step) pending {
	return pending{
		userPoolID: x.pool.cfg.UserPoolID,
		clientID:   x.pool.cfg.ClientID,
		name:       s.name,
		session:    s.session,
		username:   x.username,
		parameters: s.parameters,
		available:  s.available,
	}
}

func challengeNames(list []types.ChallengeNameType) []ChallengeName {
	var names []ChallengeName
	for _, n := range list {
		names = append(names, ChallengeName(n))
	}
	return names
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
