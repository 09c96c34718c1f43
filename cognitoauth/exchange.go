package cognitoauth

import (
	"context"
	"errors"
	"maps"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go/middleware"

	"github.com/cognitoauth/cognito-go/internal/srp"
)

// exchange is one sign-in under way: what is needed to answer, without the
// caller, what the caller need not see.
type exchange struct {
	pool      *UserPool
	op        string
	via       authAPI
	username  string // to send next, and to make the SECRET_HASH of
	password  string
	srp       *srp.Client // nil unless an SRP_A has been sent and not used
	device    *Device     // nil: none, or forgotten
	forgotten bool        // Cognito did not know the device
	proved    bool        // the device has proved itself, which it does once
}

// authAPI sends the two requests that sign-ins are made of. There are two
// kinds: unsigned, and signed for administrators.
type authAPI interface {
	initiate(ctx context.Context, r request, flow Flow, parameters map[string]string, session string) (step, error)
	respond(ctx context.Context, r request, name ChallengeName, answers map[string]string, session string) (step, error)
}

// step is what Cognito says next.
type step struct {
	result     *types.AuthenticationResultType
	name       ChallengeName
	parameters map[string]string
	session    string
	available  []ChallengeName
	serverTime time.Time // zero if unknown
}

// begin sends the first request of a flow and goes on as far as it can.
func (x *exchange) begin(ctx context.Context, flow Flow, preferred ChallengeName, session string) (*AuthenticateOutput, error) {
	out, err := x.beginOnce(ctx, flow, preferred, session)
	if errors.Is(err, ErrDeviceNotFound) && x.device != nil {
		// Cognito noticed only when the device was to prove itself, and by then
		// the session is used up.
		x.forgetDevice()
		x.proved = false
		out, err = x.beginOnce(ctx, flow, preferred, session)
	}
	return out, err
}

func (x *exchange) beginOnce(ctx context.Context, flow Flow, preferred ChallengeName, session string) (*AuthenticateOutput, error) {
	parameters, err := x.authParameters(flow, preferred)
	if err != nil {
		return nil, err
	}
	r := request{
		op: x.op,
		// SRP's first message commits to nothing. The other flows may count a
		// wrong password twice, or send two codes.
		repeatable: flow == FlowSRP,
		secrets:    []string{x.password, session, parameters["SECRET_HASH"]},
	}
	next, err := x.withoutForgottenDevice(parameters, func() (step, error) {
		return x.via.initiate(ctx, r, flow, parameters, session)
	})
	if err != nil {
		return nil, x.pool.hideSignIn(err, parameters["PASSWORD"] != "")
	}
	return x.run(ctx, next)
}

// authParameters are the AuthParameters that begin each flow.
func (x *exchange) authParameters(flow Flow, preferred ChallengeName) (map[string]string, error) {
	params := map[string]string{"USERNAME": x.username}
	if h := x.pool.secretHash(x.username); h != nil {
		params["SECRET_HASH"] = *h
	}
	if x.device != nil {
		params["DEVICE_KEY"] = x.device.Key
	}
	withSRP := flow == FlowSRP
	switch flow {
	case FlowPassword, FlowAdminPassword:
		params["PASSWORD"] = x.password
	case FlowUserAuth:
		if preferred == "" && x.password != "" {
			preferred = ChallengePasswordSRP
		}
		if preferred != "" {
			params["PREFERRED_CHALLENGE"] = string(preferred)
		}
		switch preferred {
		case ChallengePassword:
			params["PASSWORD"] = x.password
		case ChallengePasswordSRP:
			withSRP = true
		}
	case FlowCustom:
		if x.password != "" {
			withSRP = true
			params["CHALLENGE_NAME"] = "SRP_A"
		}
	}
	if withSRP {
		var err error
		if x.srp, err = x.newSRP(); err != nil {
			return nil, err
		}
		params["SRP_A"] = x.srp.A()
	}
	return params, nil
}

// newSRP draws the client's half of an SRP proof.
func (x *exchange) newSRP() (*srp.Client, error) {
	c, err := srp.NewClient(x.pool.cfg.Rand)
	if err != nil {
		return nil, &Error{Op: x.op, Message: "no randomness", kind: ErrUnavailable, cause: err}
	}
	return c, nil
}

// run answers what it can by itself and returns what is left.
func (x *exchange) run(ctx context.Context, s step) (*AuthenticateOutput, error) {
	for {
		if s.result != nil && (s.name == "" || aws.ToString(s.result.AccessToken) != "") {
			tokens, err := x.pool.tokens(x.op, s.result)
			if err != nil {
				return nil, err
			}
			return &AuthenticateOutput{Tokens: tokens, DeviceForgotten: x.forgotten}, nil
		}
		// Cognito answers to the user name it knows the user by, and makes its
		// own SECRET_HASH of that.
		for _, key := range []string{"USER_ID_FOR_SRP", "USERNAME"} {
			if name := s.parameters[key]; name != "" && utf8.RuneCountInString(name) <= maxUsername {
				x.username = name
				break
			}
		}
		var err error
		switch {
		case s.name == "":
			err = malformedReply(x.op, "neither tokens nor a challenge")
		case s.name == challengePasswordVerifier:
			s, err = x.provePassword(ctx, s)
		case s.name == ChallengeDevice && x.device != nil:
			s, err = x.proveDevice(ctx, s)
		default:
			return &AuthenticateOutput{Challenge: newChallenge(x.pending(s)), DeviceForgotten: x.forgotten}, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// provePassword answers PASSWORD_VERIFIER. Cognito waits a few seconds for the
// answer, which is why no caller ever sees this challenge.
func (x *exchange) provePassword(ctx context.Context, s step) (step, error) {
	proof := x.srp
	x.srp = nil // each serves once
	answers, err := x.claim(proof, srp.Identity{Pool: x.pool.poolName, User: x.username}, x.password, s)
	if err != nil {
		return step{}, err
	}
	return x.respond(ctx, s.name, s.session, answers)
}

// proveDevice answers DEVICE_SRP_AUTH and the DEVICE_PASSWORD_VERIFIER that
// follows. It is the same proof, made by the device in place of the user.
func (x *exchange) proveDevice(ctx context.Context, s step) (step, error) {
	if x.proved {
		return step{}, malformedReply(x.op, "asks the device to prove itself again")
	}
	x.proved = true
	proof, err := x.newSRP()
	if err != nil {
		return step{}, err
	}
	device := *x.device
	verify, err := x.respond(ctx, s.name, s.session, map[string]string{"SRP_A": proof.A()})
	if err != nil {
		return step{}, err
	}
	if verify.name != challengeDevicePasswordVerifier {
		return step{}, malformedReply(x.op, "no challenge for the device to prove itself with")
	}
	answers, err := x.claim(proof, srp.Identity{Pool: device.GroupKey, User: device.Key}, device.Password, verify)
	if err != nil {
		return step{}, err
	}
	return x.respond(ctx, verify.name, verify.session, answers)
}

// claim computes the answer to a PASSWORD_VERIFIER of either kind.
func (x *exchange) claim(proof *srp.Client, id srp.Identity, password string, s step) (map[string]string, error) {
	if proof == nil {
		return nil, malformedReply(x.op, "asks for an SRP proof that was not begun")
	}
	claim, err := proof.Claim(id, password, srp.Challenge{
		Salt:        s.parameters["SALT"],
		B:           s.parameters["SRP_B"],
		SecretBlock: s.parameters["SECRET_BLOCK"],
	}, x.now(s))
	if err != nil {
		e := malformedReply(x.op, err.Error())
		e.cause = err
		return nil, e
	}
	return map[string]string{
		"PASSWORD_CLAIM_SECRET_BLOCK": claim.SecretBlock,
		"PASSWORD_CLAIM_SIGNATURE":    claim.Signature,
		"TIMESTAMP":                   claim.Timestamp,
	}, nil
}

// clockTolerance is the difference to Cognito's clock that may be the way the
// reply took, and the whole seconds of its Date.
const clockTolerance = 5 * time.Second

// now is the time to sign: ours, unless the Date of the reply that is being
// answered shows that ours is wrong. Cognito refuses a proof that is off, with
// the same words as a wrong password.
func (x *exchange) now(s step) time.Time {
	now := x.pool.cfg.Now()
	if !s.serverTime.IsZero() && now.Sub(s.serverTime).Abs() > clockTolerance {
		return s.serverTime
	}
	return now
}

// respond answers one challenge. Who answers is added to the answers here, and
// only here, so that SECRET_HASH and USERNAME always belong together.
func (x *exchange) respond(ctx context.Context, name ChallengeName, session string, answers map[string]string) (step, error) {
	responses := make(map[string]string, len(answers)+3)
	maps.Copy(responses, answers)
	responses["USERNAME"] = x.username
	if h := x.pool.secretHash(x.username); h != nil {
		responses["SECRET_HASH"] = *h
	}
	if x.device != nil && takesDevice(name) {
		responses["DEVICE_KEY"] = x.device.Key
	}
	secrets := []string{session, responses["SECRET_HASH"]}
	for key, answer := range answers {
		if key != "ANSWER" || !isChallengeName(answer) { // a choice is not a secret
			secrets = append(secrets, answer)
		}
	}
	send := func() (step, error) {
		return x.via.respond(ctx, request{op: x.op, secrets: secrets}, name, responses, session)
	}
	if name == ChallengeDevice || name == challengeDevicePasswordVerifier {
		return send() // cannot be answered without it
	}
	s, err := x.withoutForgottenDevice(responses, send)
	if err != nil {
		return step{}, x.pool.hideSignIn(err, true)
	}
	return s, nil
}

// takesDevice reports whether the answer to a challenge tells the device.
func takesDevice(name ChallengeName) bool {
	switch name {
	case challengePasswordVerifier, ChallengeDevice, challengeDevicePasswordVerifier,
		ChallengeSMSMFA, ChallengeSoftwareTokenMFA, ChallengeEmailOTP, ChallengeSMSOTP, ChallengeCustom:
		return true
	}
	return false
}

// withoutForgottenDevice sends a request, and sends it once more without its
// DEVICE_KEY if Cognito does not know that device. A device is forgotten when
// the user or an administrator removes it, or the pool stops tracking them.
func (x *exchange) withoutForgottenDevice(parameters map[string]string, send func() (step, error)) (step, error) {
	s, err := send()
	if !errors.Is(err, ErrDeviceNotFound) || parameters["DEVICE_KEY"] == "" {
		return s, err
	}
	x.forgetDevice()
	delete(parameters, "DEVICE_KEY")
	return send()
}

func (x *exchange) forgetDevice() { x.device, x.forgotten = nil, true }

func (x *exchange) pending(s step) pending {
	_, admin := x.via.(adminAuth)
	return pending{
		userPoolID: x.pool.cfg.UserPoolID,
		clientID:   x.pool.cfg.ClientID,
		admin:      admin,
		name:       s.name,
		session:    s.session,
		username:   x.username,
		parameters: s.parameters,
		available:  s.available,
	}
}

// publicAuth signs in with unsigned requests.
type publicAuth struct {
	pool     *UserPool
	metadata map[string]string
	context  UserContext
}

func (a publicAuth) initiate(ctx context.Context, r request, flow Flow, parameters map[string]string, session string) (step, error) {
	out, err := call(ctx, r, a.pool.public.InitiateAuth, &cip.InitiateAuthInput{
		AuthFlow:        types.AuthFlowType(flow),
		ClientId:        aws.String(a.pool.cfg.ClientID),
		AuthParameters:  parameters,
		Session:         optional(session),
		ClientMetadata:  a.metadata,
		UserContextData: a.context.wire(),
	})
	if err != nil {
		return step{}, err
	}
	return newStep(out.AuthenticationResult, out.ChallengeName, out.ChallengeParameters, out.Session, out.AvailableChallenges, out.ResultMetadata), nil
}

func (a publicAuth) respond(ctx context.Context, r request, name ChallengeName, answers map[string]string, session string) (step, error) {
	out, err := call(ctx, r, a.pool.public.RespondToAuthChallenge, &cip.RespondToAuthChallengeInput{
		ChallengeName:      types.ChallengeNameType(name),
		ClientId:           aws.String(a.pool.cfg.ClientID),
		ChallengeResponses: answers,
		Session:            optional(session),
		ClientMetadata:     a.metadata,
		UserContextData:    a.context.wire(),
	})
	if err != nil {
		return step{}, err
	}
	return newStep(out.AuthenticationResult, out.ChallengeName, out.ChallengeParameters, out.Session, nil, out.ResultMetadata), nil
}

func newStep(result *types.AuthenticationResultType, name types.ChallengeNameType, parameters map[string]string, session *string, available []types.ChallengeNameType, metadata middleware.Metadata) step {
	s := step{result: result, name: ChallengeName(name), parameters: parameters, session: aws.ToString(session)}
	for _, n := range available {
		s.available = append(s.available, ChallengeName(n))
	}
	s.serverTime, _ = awsmiddleware.GetServerTime(metadata)
	return s
}
