package cognitotest_test

import (
	"errors"
	"io"
	"maps"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/document"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"

	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest"
	"github.com/cognitoauth/cognito-go/internal/srp"
)

const (
	ada      = "ada@example.com"
	password = "Correct-horse-7"
)

// fixture is a pool and the AWS SDK's own client for it, which knows nothing
// of this package.
type fixture struct {
	*testing.T
	srv *cognitotest.Server
	aws *cip.Client
}

func start(tb *testing.T, cfg cognitotest.Config) *fixture {
	tb.Helper()
	srv := cognitotest.NewTestServer(tb, cfg)
	return &fixture{T: tb, srv: srv, aws: client(srv)}
}

func client(srv *cognitotest.Server) *cip.Client {
	return cip.NewFromConfig(srv.AWSConfig(), func(o *cip.Options) {
		o.Retryer = aws.NopRetryer{} // a test wants the first answer
	})
}

func (f *fixture) id() *string { return aws.String(f.srv.ClientID()) }

func attributes(pairs ...string) []types.AttributeType {
	var out []types.AttributeType
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, types.AttributeType{Name: &pairs[i], Value: &pairs[i+1]})
	}
	return out
}

// signUp signs a user up with an e-mail address of the same name.
func (f *fixture) signUp(username string) *cip.SignUpOutput {
	f.Helper()
	email := username
	if username != ada {
		email = username + "@example.com"
	}
	return must(f.aws.SignUp(f.Context(), &cip.SignUpInput{
		ClientId: f.id(), Username: &username, Password: aws.String(password), UserAttributes: attributes("email", email),
	}))(f)
}

// confirmed signs a user up and confirms them.
func (f *fixture) confirmed(username string) {
	f.Helper()
	f.signUp(username)
	must(f.aws.ConfirmSignUp(f.Context(), &cip.ConfirmSignUpInput{
		ClientId: f.id(), Username: &username, ConfirmationCode: aws.String(f.srv.Code(username)),
	}))(f)
}

// passwordAuth is InitiateAuth with USER_PASSWORD_AUTH.
func (f *fixture) passwordAuth(username, pw string) (*cip.InitiateAuthOutput, error) {
	return f.aws.InitiateAuth(f.Context(), &cip.InitiateAuthInput{
		ClientId: f.id(), AuthFlow: types.AuthFlowTypeUserPasswordAuth,
		AuthParameters: map[string]string{"USERNAME": username, "PASSWORD": pw},
	})
}

// tokens signs in with the password and expects no challenge.
func (f *fixture) tokens(username string) *types.AuthenticationResultType {
	f.Helper()
	out := must(f.passwordAuth(username, password))(f)
	if out.AuthenticationResult == nil {
		f.Fatalf("sign-in of %s: got challenge %s, want tokens", username, out.ChallengeName)
	}
	return out.AuthenticationResult
}

// srpAuth signs in over SRP, with the client side of internal/srp. extra are
// more AuthParameters and ChallengeResponses.
func (f *fixture) srpAuth(username, pw string, extra map[string]string) (*cip.RespondToAuthChallengeOutput, error) {
	f.Helper()
	c := must(srp.NewClient(nil))(f)
	params := map[string]string{"USERNAME": username, "SRP_A": c.A()}
	maps.Copy(params, extra)
	out, err := f.aws.InitiateAuth(f.Context(), &cip.InitiateAuthInput{
		ClientId: f.id(), AuthFlow: types.AuthFlowTypeUserSrpAuth, AuthParameters: params,
	})
	if err != nil {
		return nil, err
	}
	if out.ChallengeName != types.ChallengeNameTypePasswordVerifier {
		f.Fatalf("USER_SRP_AUTH: got %s, want PASSWORD_VERIFIER", out.ChallengeName)
	}
	responses := f.claim(c, out.ChallengeParameters, pw)
	maps.Copy(responses, extra)
	return f.aws.RespondToAuthChallenge(f.Context(), &cip.RespondToAuthChallengeInput{
		ClientId: f.id(), ChallengeName: types.ChallengeNameTypePasswordVerifier,
		ChallengeResponses: responses, Session: out.Session,
	})
}

// claim computes the answer to PASSWORD_VERIFIER.
func (f *fixture) claim(c *srp.Client, challenge map[string]string, pw string) map[string]string {
	f.Helper()
	pool, _ := srp.PoolName(f.srv.UserPoolID())
	name := challenge["USER_ID_FOR_SRP"]
	claim := must(c.Claim(srp.Identity{Pool: pool, User: name}, pw, srp.Challenge{
		Salt: challenge["SALT"], B: challenge["SRP_B"], SecretBlock: challenge["SECRET_BLOCK"],
	}, f.srv.Now()))(f)
	return map[string]string{
		"USERNAME": name, "TIMESTAMP": claim.Timestamp, "PASSWORD_CLAIM_SIGNATURE": claim.Signature,
		"PASSWORD_CLAIM_SECRET_BLOCK": challenge["SECRET_BLOCK"],
	}
}

// must returns a function that fails the test on an error and returns the
// value otherwise.
func must[T any](v T, err error) func(testing.TB) T {
	return func(tb testing.TB) T {
		tb.Helper()
		if err != nil {
			tb.Fatalf("unexpected error: %v", err)
		}
		return v
	}
}

// wantError checks exception and message, word for word.
func wantError(tb testing.TB, err error, code, message string) {
	tb.Helper()
	var api smithy.APIError
	if !errors.As(err, &api) {
		tb.Fatalf("got %v, want %s %q", err, code, message)
	}
	if api.ErrorCode() != code || api.ErrorMessage() != message {
		tb.Errorf("got  %s %q\nwant %s %q", api.ErrorCode(), api.ErrorMessage(), code, message)
	}
}

// errorOf drops the output of a call.
func errorOf[T any](_ T, err error) error { return err }

func newSRP(tb testing.TB) *srp.Client {
	tb.Helper()
	return must(srp.NewClient(nil))(tb)
}

var errBadPasskey = errors.New("bad passkey")

// credentialDocument is a browser's credential as the SDK sends one.
func credentialDocument(id string) document.Interface {
	return document.NewLazyDocument(map[string]string{"id": id})
}

// web fetches documents. Unlike http.DefaultClient it gives up.
var web = &http.Client{Timeout: 30 * time.Second}

// get fetches a document.
func get(t *testing.T, url string) (status int, body []byte) {
	t.Helper()
	req := must(http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil))(t)
	r, err := web.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Body.Close() }()
	return r.StatusCode, must(io.ReadAll(r.Body))(t)
}
