package cognitoauth

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

// TestAdminOperationsAreSigned: each carries a signature, and is not sent if
// there is nothing to sign it with.
func TestAdminOperationsAreSigned(t *testing.T) {
	t.Parallel()
	for name, op := range adminOperations {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var signatures []string
			srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				signatures = append(signatures, r.Header.Get("Authorization"))
			}))
			defer srv.Close()
			for _, credentials := range []aws.CredentialsProvider{nil, staticCredentials{}} {
				pool, err := New(Config{
					UserPoolID: "eu-west-1_Ab12Cd34E", ClientID: "3n4b5urk1ft4fl3mg5e62d9ado", Endpoint: srv.URL,
					AWSConfig: &aws.Config{Credentials: credentials},
				})
				if err != nil {
					t.Fatal(err)
				}
				err = op.call(t.Context(), pool, op.input)
				if unsent := credentials == nil; errors.Is(err, ErrNoAWSCredentials) != unsent {
					t.Errorf("with credentials %v: %v", credentials, err)
				}
			}
			if len(signatures) != 1 || !strings.Contains(signatures[0], "/cognito-idp/aws4_request") {
				t.Errorf("Authorization headers %q, want that of the call with credentials", signatures)
			}
		})
	}
}

// TestSignedCallsNeedCredentials: without any, nothing is sent.
func TestSignedCallsNeedCredentials(t *testing.T) {
	t.Parallel()
	for name, credentials := range map[string]aws.CredentialsProvider{
		"nil":              nil,
		"anonymous":        aws.AnonymousCredentials{},
		"cached anonymous": aws.NewCredentialsCache(aws.AnonymousCredentials{}),
		"empty keys":       aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return aws.Credentials{}, nil }),
		"failing": aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{}, &net.OpError{Op: "dial", Err: errors.New("no metadata service")}
		}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sent := 0
			srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { sent++ }))
			defer srv.Close()
			pool, err := New(Config{
				UserPoolID: "eu-west-1_Ab12Cd34E", ClientID: "abc", Endpoint: srv.URL,
				AWSConfig: &aws.Config{Credentials: credentials},
			})
			if err != nil {
				t.Fatal(err)
			}
			_, err = pool.AdminDelete(t.Context(), AdminDeleteInput{Username: "ada"})
			var e *Error
			if !errors.Is(err, ErrNoAWSCredentials) || !errors.As(err, &e) || e.Op != "AdminDelete" || e.Retryable || HTTPStatus(err) != 500 {
				t.Errorf("error %v", err)
			}
			if sent != 0 {
				t.Errorf("%d requests were sent", sent)
			}
		})
	}
}

// TestDefaultChain: with no AWSConfig the environment's credentials are found
// on the first signed call, and a failure to find any is not remembered. The
// pool's region counts, not the environment's.
func TestDefaultChain(t *testing.T) {
	for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"} {
		t.Setenv(name, "")
	}
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	t.Setenv("AWS_CONFIG_FILE", filepath.Join(t.TempDir(), "none"))
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", filepath.Join(t.TempDir(), "none"))
	t.Setenv("AWS_REGION", "ap-southeast-2")
	t.Setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")

	var authorization []string
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		authorization = append(authorization, r.Header.Get("Authorization"))
		_, _ = io.WriteString(w, `{"UserSub":"sub"}`)
	}))
	defer srv.Close()
	pool, err := New(Config{UserPoolID: "eu-west-1_Ab12Cd34E", ClientID: "abc", Endpoint: srv.URL})
	if err != nil {
		t.Fatal(err)
	}

	if _, err := pool.AdminDelete(t.Context(), AdminDeleteInput{Username: "ada"}); !errors.Is(err, ErrNoAWSCredentials) {
		t.Errorf("without credentials: %v", err)
	}
	if _, err := pool.SignUp(t.Context(), SignUpInput{Username: "ada", Password: "pass word 1"}); err != nil {
		t.Errorf("an unsigned call needs no credentials: %v", err)
	}
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	t.Setenv("AWS_PROFILE", "missing")
	if _, err := pool.AdminDelete(t.Context(), AdminDeleteInput{Username: "ada"}); !errors.Is(err, ErrConfiguration) || !strings.Contains(err.Error(), "missing") {
		t.Errorf("with a profile that does not exist: %v", err)
	}
	t.Setenv("AWS_PROFILE", "")
	if _, err := pool.AdminDelete(t.Context(), AdminDeleteInput{Username: "ada"}); err != nil {
		t.Errorf("with credentials: %v", err)
	}
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	if _, err := pool.AdminDelete(t.Context(), AdminDeleteInput{Username: "ada"}); err != nil {
		t.Errorf("with those of the call before: %v", err)
	}
	if len(authorization) != 3 || authorization[0] != "" || !strings.Contains(authorization[1], "/eu-west-1/cognito-idp/aws4_request") {
		t.Errorf("Authorization headers %q: want none, then one for eu-west-1", authorization)
	}
}

// TestLookUpThatFails: what New would have refused is refused there, too, and
// every operation says which one it is.
func TestLookUpThatFails(t *testing.T) {
	t.Parallel()
	static := func(o *cip.Options) { o.Credentials = staticCredentials{} }
	l := newLazyAWSClient(Config{Region: "eu-west-1", Endpoint: "http://cognito.internal", AWSOptions: []func(*cip.Options){static}})
	if _, err := l.get(t.Context()); err == nil || !strings.Contains(err.Error(), "InsecureEndpoint") {
		t.Errorf("plain http: %v", err)
	}
	for name, op := range adminOperations {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool, api := newFakePool(t, Config{})
			pool.admin.signed = func(context.Context) (adminAPI, error) { return nil, ErrNoAWSCredentials }
			err := op.call(t.Context(), pool, op.input)
			var e *Error
			if !errors.Is(err, ErrNoAWSCredentials) || !errors.As(err, &e) || e.Op != cmp.Or(op.op, name) || len(api.sent) != 0 {
				t.Errorf("error %v, %d sent", err, len(api.sent))
			}
		})
	}
}

// TestCallerLeavesTheLookUp: credentials that are not there because the caller
// did not wait for them are not missing.
func TestCallerLeavesTheLookUp(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	pool, err := New(Config{
		UserPoolID: "eu-west-1_Ab12Cd34E", ClientID: "abc", Endpoint: "http://127.0.0.1:1",
		AWSConfig: &aws.Config{Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			cancel()
			return aws.Credentials{}, errors.New("interrupted")
		})},
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = pool.AdminDelete(ctx, AdminDeleteInput{Username: "ada"})
	if !errors.Is(err, context.Canceled) || !errors.Is(err, ErrUnavailable) || errors.Is(err, ErrNoAWSCredentials) {
		t.Errorf("error %v", err)
	}
}

// TestCredentialsLookupHonoursTheContext of each caller, also while another's
// look-up hangs.
func TestCredentialsLookupHonoursTheContext(t *testing.T) {
	t.Parallel()
	l := newLazyAWSClient(Config{Region: "eu-west-1"})
	l.turn <- struct{}{} // somebody is looking
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := l.get(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
