package cognitoauth

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognitoauth/cognito-go/internal/redact"
)

// FlowAdminPassword sends the password to Cognito in a signed request. It is
// the default of [Admin.Authenticate], and works nowhere else.
const FlowAdminPassword Flow = "ADMIN_USER_PASSWORD_AUTH"

// AdminAuthenticateInput says who signs in, and how.
type AdminAuthenticateInput struct {
	Username string // a user name, a verified alias or a sub
	Password string // required by FlowAdminPassword and FlowSRP

	// Flow is how to begin. Empty: FlowAdminPassword. FlowPassword is not for
	// signed requests.
	Flow Flow

	// PreferredChallenge is the first factor to begin with in FlowUserAuth.
	// Empty: the user is asked ([SelectChallenge]), unless there is a Password.
	PreferredChallenge ChallengeName

	// Session is [ConfirmSignUpOutput.Session], for FlowUserAuth.
	Session string

	// Device is a device that [UserPool.ConfirmDevice] made for this user.
	Device *Device

	// ClientMetadata is passed to the pool's Lambda triggers and not stored.
	ClientMetadata map[string]string

	// Context tells threat protection where the user's request came from.
	Context AdminContext
}

// Authenticate signs a user in with signed requests, for flows that are a trusted
// server's alone. Its outputs and errors are those of [UserPool.Authenticate];
// answer a challenge with [Admin.RespondToChallenge].
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminInitiateAuth.html
func (a *Admin) Authenticate(ctx context.Context, in AdminAuthenticateInput) (*AuthenticateOutput, error) {
	if in.Flow == "" {
		in.Flow = FlowAdminPassword
	}
	if err := checkAdminAuthenticate(in); err != nil {
		return nil, err
	}
	api, err := a.api(ctx, opAuthenticate)
	if err != nil {
		return nil, err
	}
	x := &exchange{
		pool: a.pool, op: opAuthenticate, via: adminAuth{a.pool, api, in.ClientMetadata, in.Context},
		username: in.Username, password: in.Password, device: in.Device,
	}
	return x.begin(ctx, in.Flow, in.PreferredChallenge, in.Session)
}

func checkAdminAuthenticate(in AdminAuthenticateInput) error {
	if in.Flow == FlowPassword {
		return check(opAuthenticate).add("Flow %s is for UserPool.Authenticate: signed requests have %s", FlowPassword, FlowAdminPassword).err()
	}
	same := AuthenticateInput{
		Username: in.Username, Password: in.Password, Flow: in.Flow, PreferredChallenge: in.PreferredChallenge,
		Session: in.Session, Device: in.Device, ClientMetadata: in.ClientMetadata,
	}
	if in.Flow == FlowAdminPassword {
		same.Flow = FlowPassword // has the same rules
	}
	if err := checkAuthenticate(opAuthenticate, same); err != nil {
		return err
	}
	return check(opAuthenticate).adminContext(in.Context).err()
}

// RespondToChallenge answers a challenge that [Admin.Authenticate] returned. Its
// outputs and errors are those of [UserPool.RespondToChallenge].
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminRespondToAuthChallenge.html
func (a *Admin) RespondToChallenge(ctx context.Context, r ChallengeResponse) (*AuthenticateOutput, error) {
	if err := a.pool.checkResponse(r, true); err != nil {
		return nil, err
	}
	api, err := a.api(ctx, opRespondToChallenge)
	if err != nil {
		return nil, err
	}
	return a.pool.answer(ctx, adminAuth{a.pool, api, r.ClientMetadata, r.Context}, r)
}

// adminAuth signs in with signed requests.
type adminAuth struct {
	pool     *UserPool
	api      adminAPI
	metadata map[string]string
	context  AdminContext
}

func (a adminAuth) initiate(ctx context.Context, r request, flow Flow, parameters map[string]string, session string) (step, error) {
	r.signed = true
	out, err := call(ctx, r, a.api.AdminInitiateAuth, &cip.AdminInitiateAuthInput{
		AuthFlow:       types.AuthFlowType(flow),
		UserPoolId:     aws.String(a.pool.cfg.UserPoolID),
		ClientId:       aws.String(a.pool.cfg.ClientID),
		AuthParameters: parameters,
		Session:        optional(session),
		ClientMetadata: a.metadata,
		ContextData:    a.context.wire(),
	})
	if err != nil {
		return step{}, err
	}
	return newStep(out.AuthenticationResult, out.ChallengeName, out.ChallengeParameters, out.Session, out.AvailableChallenges, out.ResultMetadata), nil
}

func (a adminAuth) respond(ctx context.Context, r request, name ChallengeName, answers map[string]string, session string) (step, error) {
	r.signed = true
	out, err := call(ctx, r, a.api.AdminRespondToAuthChallenge, &cip.AdminRespondToAuthChallengeInput{
		ChallengeName:      types.ChallengeNameType(name),
		UserPoolId:         aws.String(a.pool.cfg.UserPoolID),
		ClientId:           aws.String(a.pool.cfg.ClientID),
		ChallengeResponses: answers,
		Session:            optional(session),
		ClientMetadata:     a.metadata,
		ContextData:        a.context.wire(),
	})
	if err != nil {
		return step{}, err
	}
	return newStep(out.AuthenticationResult, out.ChallengeName, out.ChallengeParameters, out.Session, nil, out.ResultMetadata), nil
}

// Format prints the input without its secrets, whatever the verb.
func (in AdminAuthenticateInput) Format(s fmt.State, _ rune) { redact.Format(s, in) }

// MarshalJSON marshals the input without its secrets.
func (in AdminAuthenticateInput) MarshalJSON() ([]byte, error) { return redact.JSON(in) }
