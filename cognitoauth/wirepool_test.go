package cognitoauth

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

// newWirePool is a UserPool that talks to handler through the AWS SDK. It
// tries as often as a user's would, without the waiting in between.
func newWirePool(t *testing.T, handler http.HandlerFunc) *UserPool {
	t.Helper()
	srv := httptest.NewServer(handler)
	t.Cleanup(srv.Close)
	pool, err := New(Config{
		UserPoolID: "eu-west-1_Ab12Cd34E",
		ClientID:   "3n4b5urk1ft4fl3mg5e62d9ado",
		Endpoint:   srv.URL,
		AWSConfig:  &aws.Config{Credentials: staticCredentials{}},
		AWSOptions: []func(*cip.Options){withoutDelay},
	})
	if err != nil {
		t.Fatal(err)
	}
	return pool
}

func withoutDelay(o *cip.Options) {
	o.Retryer = retry.NewStandard(func(o *retry.StandardOptions) {
		o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
	})
}

type staticCredentials struct{}

func (staticCredentials) Retrieve(context.Context) (aws.Credentials, error) {
	return aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}, nil
}

// exception writes an error as Cognito does.
func exception(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, `{"__type":%q,"message":%q}`, code, message)
}

// hangUp closes the connection without an answer.
func hangUp(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
