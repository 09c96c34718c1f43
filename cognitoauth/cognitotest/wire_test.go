package cognitotest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"

	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest"
)

// reply is what the API answered.
type reply struct {
	status int
	header http.Header
	body   []byte
	// Type and Message are those of an error.
	Type    string  `json:"__type"`
	Message *string `json:"message"`
}

// post sends a body to the API as it is.
func post(tb testing.TB, srv http.Handler, target, body string) *reply {
	tb.Helper()
	r := httptest.NewRequestWithContext(tb.Context(), http.MethodPost, "/", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	if target != "" {
		r.Header.Set("X-Amz-Target", target)
	}
	w := httptest.NewRecorder()
	srv.ServeHTTP(w, r)
	out := &reply{status: w.Code, header: w.Header(), body: w.Body.Bytes()}
	if err := json.Unmarshal(out.body, out); err != nil {
		tb.Fatalf("%s answered %q: %v", target, out.body, err)
	}
	return out
}

const service = "AWSCognitoIdentityProviderService."

func TestErrorOnTheWire(t *testing.T) {
	t.Parallel()
	srv := cognitotest.NewTestServer(t, cognitotest.Config{})
	srv.Advance(24 * time.Hour)
	r := post(t, srv, service+"InitiateAuth",
		`{"ClientId":"`+srv.ClientID()+`","AuthFlow":"USER_PASSWORD_AUTH","AuthParameters":{"USERNAME":"x","PASSWORD":"y"}}`)
	if r.status != http.StatusBadRequest || string(r.body) != `{"__type":"UserNotFoundException","message":"User does not exist."}` {
		t.Errorf("%d %s", r.status, r.body)
	}
	want := map[string]string{
		"Content-Type":                  "application/x-amz-json-1.1",
		"X-Amzn-Errortype":              "UserNotFoundException:",
		"X-Amzn-Errormessage":           "User does not exist.",
		"Access-Control-Allow-Origin":   "*",
		"Access-Control-Expose-Headers": "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date",
	}
	for name, v := range want {
		if got := r.header.Get(name); got != v {
			t.Errorf("%s: got %q, want %q", name, got, v)
		}
	}
	if len(r.header.Get("X-Amzn-Requestid")) != 36 {
		t.Errorf("request ID %q", r.header.Get("X-Amzn-Requestid"))
	}
	date, err := http.ParseTime(r.header.Get("Date"))
	if err != nil || date.Sub(srv.Now()).Abs() > time.Minute {
		t.Errorf("Date %q: want the pool's clock", r.header.Get("Date"))
	}
}

func TestMalformedRequests(t *testing.T) {
	t.Parallel()
	srv := cognitotest.NewTestServer(t, cognitotest.Config{})
	rows := []struct {
		name, target, body string
		status             int
		code, message      string
	}{
		{"no target", "", "{}", 400, "UnknownOperationException", ""},
		{"another service", "DynamoDB_20120810.ListTables", "{}", 400, "UnknownOperationException", ""},
		{"unknown operation", service + "SignUpTwice", "{}", 400, "UnknownOperationException", ""},
		{"not JSON", service + "SignUp", "<html>", 400, "SerializationException", "*"},
		{"a list", service + "SignUp", "[]", 400, "SerializationException", "*"},
		{"a wrong type", service + "SignUp", `{"ClientId":7}`, 400, "SerializationException", "*"},
		{"invalid UTF-8", service + "SignUp", "{\"Username\":\"\xff\"}", 400, "SerializationException", "*"},
		{"an empty body", service + "SignUp", "", 400, "InvalidParameterException", "*"},
		{
			"missing members", service + "InitiateAuth", "{}", 400, "InvalidParameterException",
			"2 validation errors detected: Value null at 'clientId' failed to satisfy constraint: Member must not be null; " +
				"Value null at 'authFlow' failed to satisfy constraint: Member must not be null",
		},
		{"a body over 1 MiB", service + "SignUp", `{"Username":"` + strings.Repeat("a", 1<<20) + `"}`, 413, "RequestEntityTooLargeException", "*"},
		{"a header in a message", service + "InitiateAuth", `{"ClientId":"abc","AuthFlow":"a\r\nb: c"}`, 400, "InvalidParameterException", "*"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			got := post(t, srv, row.target, row.body)
			if got.status != row.status || got.Type != row.code {
				t.Errorf("got %d %s, want %d %s", got.status, got.Type, row.status, row.code)
			}
			switch {
			case row.message == "*":
			case row.message == "" && got.Message != nil:
				t.Errorf("got message %q, want null", *got.Message)
			case row.message != "" && aws.ToString(got.Message) != row.message:
				t.Errorf("got message  %q\nwant message %q", aws.ToString(got.Message), row.message)
			}
			if strings.ContainsAny(got.header.Get("X-Amzn-Errormessage"), "\r\n") {
				t.Error("the message header has a line break")
			}
		})
	}
}

func TestPublicDocuments(t *testing.T) {
	t.Parallel()
	srv := cognitotest.NewTestServer(t, cognitotest.Config{})
	read := func(url string, into any) {
		if _, body := get(t, url); json.Unmarshal(body, into) != nil {
			t.Errorf("%s: %q", url, body)
		}
	}
	var discovery map[string]any
	read(srv.URL()+"/"+srv.UserPoolID()+"/.well-known/openid-configuration", &discovery)
	if discovery["issuer"] != srv.Issuer() || discovery["jwks_uri"] != srv.JWKSURL() {
		t.Errorf("issuer %v, jwks_uri %v", discovery["issuer"], discovery["jwks_uri"])
	}
	var jwks struct{ Keys []map[string]string }
	read(srv.JWKSURL(), &jwks)
	if len(jwks.Keys) != 2 || jwks.Keys[0]["kid"] == jwks.Keys[1]["kid"] {
		t.Errorf("keys: %v", jwks.Keys)
	}
	for _, k := range jwks.Keys {
		if k["kty"] != "RSA" || k["alg"] != "RS256" || k["use"] != "sig" || k["n"] == "" || k["d"] != "" {
			t.Errorf("key: %v", k)
		}
	}
	for _, path := range []string{"/", "/us-east-1_Other/.well-known/jwks.json"} {
		if status, _ := get(t, srv.URL()+path); status != http.StatusNotFound {
			t.Errorf("%s: status %d, want 404", path, status)
		}
	}
}

// TestEveryOperationAnswers calls every operation the SDK has: none may
// succeed by silence.
func TestEveryOperationAnswers(t *testing.T) {
	t.Parallel()
	f := start(t, cognitotest.Config{})
	typ := reflect.TypeFor[*cip.Client]()
	called := 0
	for m := range typ.Methods() {
		if m.Type.NumIn() != 4 || m.Name == "Options" { // receiver, context, input, options
			continue
		}
		called++
		t.Run(m.Name, func(t *testing.T) {
			t.Parallel()
			got := post(t, f.srv, service+m.Name, "{}")
			if got.status != http.StatusBadRequest || got.Type == "" || got.Type == "UnknownOperationException" {
				t.Errorf("got %d %q", got.status, got.Type)
			}
		})
	}
	if called < 120 {
		t.Errorf("the SDK has %d operations: want about 126", called)
	}
}

func TestRefusedByName(t *testing.T) {
	t.Parallel()
	f := start(t, cognitotest.Config{})
	_, err := f.aws.CreateUserPoolDomain(t.Context(), &cip.CreateUserPoolDomainInput{Domain: aws.String("x"), UserPoolId: aws.String(f.srv.UserPoolID())})
	wantError(t, err, "OperationNotEnabledException", "CreateUserPoolDomain is not available on the in-process user pool.")
}

func TestSignatures(t *testing.T) {
	t.Parallel()
	f := start(t, cognitotest.Config{})
	f.confirmed("ada")
	good := f.srv.Credentials()
	at := func(c aws.Credentials, options ...func(*cip.Options)) error {
		cfg := f.srv.AWSConfig()
		cfg.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return c, nil })
		cfg.Retryer = func() aws.Retryer { return aws.NopRetryer{} }
		_, err := cip.NewFromConfig(cfg, options...).AdminGetUser(t.Context(), &cip.AdminGetUserInput{
			UserPoolId: aws.String(f.srv.UserPoolID()), Username: aws.String("ada"),
		})
		return err
	}
	changed := func(change func(*http.Request)) func(*cip.Options) {
		return func(o *cip.Options) {
			o.HTTPClient = doer(func(r *http.Request) (*http.Response, error) {
				change(r)
				return web.Do(r)
			})
		}
	}
	if err := at(good); err != nil {
		t.Errorf("the pool's own credentials: %v", err)
	}
	unsigned := changed(func(r *http.Request) { r.Header.Del("Authorization") })
	wantError(t, at(good, unsigned), "MissingAuthenticationTokenException", "Missing Authentication Token")
	wantError(t, at(aws.Credentials{AccessKeyID: "AKIASOMEBODYELSE0000", SecretAccessKey: good.SecretAccessKey}),
		"UnrecognizedClientException", "The security token included in the request is invalid.")
	const mismatch = "The request signature we calculated does not match the signature you provided. " +
		"Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
	wantError(t, at(aws.Credentials{AccessKeyID: good.AccessKeyID, SecretAccessKey: "another"}), "InvalidSignatureException", mismatch)
	tampered := changed(func(r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		body = bytes.Replace(body, []byte(`"ada"`), []byte(`"bob"`), 1)
		r.Body = io.NopCloser(bytes.NewReader(body))
	})
	wantError(t, at(good, tampered), "InvalidSignatureException", mismatch)
	old := changed(func(r *http.Request) { r.Header.Set("X-Amz-Date", "20200101T000000Z") })
	if err := at(good, old); err == nil {
		t.Error("a signature of another date was accepted")
	}
}

type doer func(*http.Request) (*http.Response, error)

func (d doer) Do(r *http.Request) (*http.Response, error) { return d(r) }

func TestFaults(t *testing.T) {
	t.Parallel()
	f := start(t, cognitotest.Config{})
	f.confirmed("ada")
	signIn := func() error { return errorOf(f.passwordAuth("ada", password)) }

	f.srv.Inject(cognitotest.Fault{Operation: "InitiateAuth", Times: 2, Exception: "TooManyRequestsException", Message: "Rate exceeded"})
	for range 2 {
		wantError(t, signIn(), "TooManyRequestsException", "Rate exceeded")
	}
	if err := signIn(); err != nil {
		t.Errorf("after the fault: %v", err)
	}
	remove := f.srv.Inject(cognitotest.Fault{Times: -1, Status: 503})
	for range 3 {
		var status interface{ HTTPStatusCode() int }
		if err := signIn(); !errors.As(err, &status) || status.HTTPStatusCode() != 503 {
			t.Errorf("got %v, want status 503", err)
		}
	}
	remove()

	failures := []struct {
		name  string
		fault cognitotest.Fault
	}{
		{"dropped", cognitotest.Fault{Drop: true}},
		{"cut", cognitotest.Fault{CutBody: true}},
		{"HTML", cognitotest.Fault{Status: 403, Body: "<html>blocked</html>"}},
	}
	for _, row := range failures {
		f.srv.Inject(row.fault)
		var api smithy.APIError
		if err := signIn(); err == nil || errors.As(err, &api) {
			t.Errorf("%s: got %v, want an error that is no exception", row.name, err)
		}
	}

	f.srv.Inject(cognitotest.Fault{Operation: "SignUp", Exception: "InternalErrorException", Status: 500, Applied: true})
	signUp := func() error {
		return errorOf(f.aws.SignUp(t.Context(), &cip.SignUpInput{ClientId: f.id(), Username: aws.String("bob"), Password: aws.String(password)}))
	}
	if err := signUp(); err == nil {
		t.Error("the fault was not seen")
	}
	wantError(t, signUp(), "UsernameExistsException", "User already exists")

	f.srv.Inject(cognitotest.Fault{Hang: true})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := f.aws.InitiateAuth(ctx, &cip.InitiateAuthInput{ClientId: f.id(), AuthFlow: types.AuthFlowTypeUserSrpAuth})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("hanging: got %v, want a deadline exceeded", err)
	}
}

// TestCloseEndsHangingCalls holds that a test that hangs or delays a call can
// end.
func TestCloseEndsHangingCalls(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]cognitotest.Fault{
		"hanging": {Hang: true},
		"delayed": {Delay: time.Hour, Drop: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := start(t, cognitotest.Config{})
			f.srv.Inject(fault)
			sent := make(chan struct{})
			ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{
				WroteRequest: func(httptrace.WroteRequestInfo) { close(sent) },
			})
			done := make(chan error)
			go func() {
				done <- errorOf(f.aws.ForgotPassword(ctx, &cip.ForgotPasswordInput{ClientId: f.id(), Username: aws.String("ada")}))
			}()
			<-sent
			f.srv.Close()
			if err := <-done; err == nil {
				t.Error("the call succeeded")
			}
		})
	}
}

func TestRequestLogHasNoSecrets(t *testing.T) {
	t.Parallel()
	f := start(t, cognitotest.Config{})
	f.confirmed("ada")
	code := f.srv.Messages("ada")[0].Code
	tokens := must(f.srpAuth("ada", password, nil))(t).AuthenticationResult
	must(f.aws.GetUser(t.Context(), &cip.GetUserInput{AccessToken: tokens.AccessToken}))(t)
	_ = errorOf(f.passwordAuth("ada", "Wrong-horse-7"))
	log := f.srv.Requests()
	var names []string
	for _, r := range log {
		names = append(names, r.Operation)
		for _, secret := range []string{password, code, *tokens.AccessToken, "Wrong-horse-7"} {
			if strings.Contains(r.Body, secret) {
				t.Errorf("the log of %s has a secret", r.Operation)
			}
		}
	}
	if got := strings.Join(names, " "); got != "SignUp ConfirmSignUp InitiateAuth RespondToAuthChallenge GetUser InitiateAuth" {
		t.Errorf("operations: %s", got)
	}
	last := log[len(log)-1]
	if last.Status != 400 || last.Error != "NotAuthorizedException" || last.Message != "Incorrect username or password." || last.Signed {
		t.Errorf("last request: %+v", last)
	}
	if !strings.Contains(last.Body, `"USERNAME":"ada"`) {
		t.Errorf("the log hides too much: %s", last.Body)
	}
}

// FuzzAuthorization holds that no header but the right one opens an admin
// operation.
func FuzzAuthorization(f *testing.F) {
	srv := cognitotest.NewTestServer(f, cognitotest.Config{})
	key := srv.Credentials().AccessKeyID
	f.Add("AWS4-HMAC-SHA256 Credential="+key+"/20260301/us-east-1/cognito-idp/aws4_request, SignedHeaders=host;x-amz-date, Signature=00", "20260301T000000Z")
	f.Add("AWS4-HMAC-SHA256 Credential=/////,,=,SignedHeaders=;;", "")
	f.Add("Bearer x", "20260301T000000Z")
	f.Fuzz(func(t *testing.T, authorization, date string) {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(`{"MaxResults":1}`))
		r.Header.Set("X-Amz-Target", service+"ListUserPools")
		r.Header.Set("Authorization", authorization)
		r.Header.Set("X-Amz-Date", date)
		w := httptest.NewRecorder()
		srv.ServeHTTP(w, r)
		if w.Code != http.StatusBadRequest {
			t.Errorf("%q %q: %d %s", authorization, date, w.Code, w.Body)
		}
	})
}

// FuzzWire holds that nothing sent to the API makes the server fail, and that
// nothing is a success that should not be.
func FuzzWire(f *testing.F) {
	srv := cognitotest.NewTestServer(f, cognitotest.Config{MFA: cognitotest.MFAOptional, Devices: cognitotest.DevicesAlways})
	id := srv.ClientID()
	srv.AddUser(cognitotest.User{Username: "ada", Password: password})
	f.Add("SignUp", `{"ClientId":"`+id+`","Username":"x","Password":"Correct-horse-7","UserAttributes":[{"Name":"email","Value":"a@b.c"}]}`)
	f.Add("InitiateAuth", `{"ClientId":"`+id+`","AuthFlow":"USER_SRP_AUTH","AuthParameters":{"USERNAME":"ada","SRP_A":"0"}}`)
	f.Add("InitiateAuth", `{"ClientId":"`+id+`","AuthFlow":"REFRESH_TOKEN_AUTH","AuthParameters":{"REFRESH_TOKEN":"x.y.z"}}`)
	f.Add("RespondToAuthChallenge", `{"ClientId":"`+id+`","ChallengeName":"PASSWORD_VERIFIER","ChallengeResponses":{"USERNAME":"ada","TIMESTAMP":"x","PASSWORD_CLAIM_SIGNATURE":"AA","PASSWORD_CLAIM_SECRET_BLOCK":"AA"}}`)
	f.Add("RespondToAuthChallenge", `{"ClientId":"`+id+`","ChallengeName":"NEW_PASSWORD_REQUIRED","Session":"aaaaaaaaaaaaaaaaaaaaaaaa","ChallengeResponses":{"USERNAME":"ada"}}`)
	f.Add("GetUser", `{"AccessToken":"eyJhbGciOiJub25lIn0.e30."}`)
	f.Add("VerifySoftwareToken", `{"Session":"aaaaaaaaaaaaaaaaaaaaaaaa","UserCode":"123456"}`)
	f.Add("ConfirmDevice", `{"AccessToken":"a.b.c","DeviceKey":"us-east-1_00000000-0000-0000-0000-000000000000"}`)
	f.Fuzz(func(t *testing.T, op, body string) {
		if strings.ContainsAny(op, "\r\n") {
			return
		}
		r := post(t, srv, service+op, body)
		if r.status >= 500 {
			t.Fatalf("%s %q: %d %q", op, body, r.status, r.body)
		}
		if bytes.Contains(r.body, []byte(`"AccessToken":`)) {
			t.Fatalf("%s %q: tokens for nothing", op, body)
		}
	})
}
