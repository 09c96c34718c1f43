package cognitoauth

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

// TestRetries counts how often each kind of operation is sent under each kind
// of failure.
func TestRetries(t *testing.T) {
	t.Parallel()
	repeatable := map[string]bool{
		"GetUser": true, "RevokeToken": true, "DeleteUserAttributes": true, "GetUserAuthFactors": true, "GetDevice": true,
		"ListDevices": true, "ListWebAuthnCredentials": true, "SetUserMFAPreference": true, "SetUserSettings": true,
		"UpdateAuthEventFeedback": true, "UpdateDeviceStatus": true,
		"AdminGetUser": true, "ListUsers": true, "AdminGetDevice": true, "AdminListDevices": true, "AdminListUserAuthEvents": true,
		"GetGroup": true, "ListGroups": true, "ListUsersInGroup": true, "AdminListGroupsForUser": true,
		"AdminEnableUser": true, "AdminDisableUser": true, "AdminSignOut": true, "AdminAddUserToGroup": true,
		"AdminRemoveUserFromGroup": true, "UpdateGroup": true, "AdminUpdateDeviceStatus": true, "AdminDeleteUserAttributes": true,
		"AdminSetUserMFAPreference": true, "AdminSetUserSettings": true, "AdminUpdateAuthEventFeedback": true,
	}
	for _, failure := range []struct {
		name       string
		handler    http.HandlerFunc
		once       int // attempts of an operation that must not be repeated blindly
		repeatable int // attempts of one that may
		want       error
	}{
		{"throttled", func(w http.ResponseWriter, _ *http.Request) {
			exception(w, 400, "TooManyRequestsException", "Rate exceeded")
		}, 3, 3, ErrTooManyRequests},
		{"limit of the user", func(w http.ResponseWriter, _ *http.Request) {
			exception(w, 400, "LimitExceededException", "Attempt limit exceeded, please try after some time.")
		}, 1, 1, ErrLimitExceeded},
		{"internal error", func(w http.ResponseWriter, _ *http.Request) {
			exception(w, 500, "InternalErrorException", "")
		}, 1, 3, ErrUnavailable},
		{"bad gateway", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(502) }, 1, 3, ErrUnavailable},
		{"answer lost", hangUp, 1, 3, ErrUnavailable},
		{"refused", func(w http.ResponseWriter, _ *http.Request) {
			exception(w, 400, "CodeMismatchException", "")
		}, 1, 1, ErrCodeMismatch},
	} {
		for name, op := range allOperations() {
			t.Run(failure.name+"/"+name, func(t *testing.T) {
				t.Parallel()
				var attempts atomic.Int32
				pool := newWirePool(t, func(w http.ResponseWriter, r *http.Request) {
					attempts.Add(1)
					failure.handler(w, r)
				})
				err := op.call(t.Context(), pool, op.input)
				want := failure.once
				if repeatable[name] {
					want = failure.repeatable
				}
				if int(attempts.Load()) != want {
					t.Errorf("sent %d times, want %d", attempts.Load(), want)
				}
				if !errors.Is(err, failure.want) {
					t.Errorf("error %v, want %v", err, failure.want)
				}
				var e *Error
				wantOp := cmp.Or(op.op, name)
				if !errors.As(err, &e) || e.Op != wantOp {
					t.Fatalf("%#v has Op %q, want %q", err, e.Op, wantOp)
				}
				if e.Retryable != (want > 1) {
					t.Errorf("Retryable = %v after %d attempts", e.Retryable, want)
				}
			})
		}
	}
}

// TestSRPBeginIsRepeatable: the first message of an SRP sign-in commits to
// nothing, the second does.
func TestSRPBeginIsRepeatable(t *testing.T) {
	t.Parallel()
	var attempts atomic.Int32
	pool := newWirePool(t, func(w http.ResponseWriter, r *http.Request) {
		attempts.Add(1)
		hangUp(w, r)
	})
	_, err := pool.Authenticate(t.Context(), AuthenticateInput{Username: "ada", Password: "x"})
	if !errors.Is(err, ErrUnavailable) || attempts.Load() != 3 {
		t.Errorf("sent %d times, want 3: %v", attempts.Load(), err)
	}
}

// TestDialFailuresAreRetried: nothing was sent, whatever the operation.
func TestDialFailuresAreRetried(t *testing.T) {
	t.Parallel()
	dials := 0
	client := &http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		dials++
		return nil, &net.OpError{Op: "dial", Err: errors.New("connection refused")}
	}}}
	pool, err := New(Config{
		UserPoolID: "eu-west-1_Ab12Cd34E", ClientID: "abc",
		HTTPClient: client, AWSOptions: []func(*cip.Options){withoutDelay},
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = pool.SignUp(t.Context(), SignUpInput{Username: "ada", Password: "pass word 1"})
	var e *Error
	if !errors.Is(err, ErrUnavailable) || !errors.As(err, &e) || !e.Retryable || !strings.Contains(e.Message, "connection refused") {
		t.Errorf("error %#v", err)
	}
	if dials != 3 {
		t.Errorf("dialled %d times, want 3", dials)
	}
}

// TestClockCorrectionIsRetried: a signature that is refused because this
// machine's clock is wrong is made again by Cognito's; one that is refused for
// another reason is not.
func TestClockCorrectionIsRetried(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		code    string
		behind  time.Duration // our clock
		refused bool
		want    int // requests
	}{
		{"wrong key", "InvalidSignatureException", 0, true, 1},
		{"wrong clock", "InvalidSignatureException", time.Hour, false, 2},
		{"wrong clock, by the code", "RequestTimeTooSkewed", time.Hour, false, 2},
		{"no permission", "AccessDeniedException", 0, true, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var sent atomic.Int32
			pool := newWirePool(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Date", time.Now().Add(test.behind).UTC().Format(http.TimeFormat))
				if sent.Add(1) == 1 {
					exception(w, 400, test.code, "")
				}
			})
			_, err := pool.AdminDelete(t.Context(), AdminDeleteInput{Username: "ada"})
			if errors.Is(err, ErrAWSAccessDenied) != test.refused || (err != nil) != test.refused || int(sent.Load()) != test.want {
				t.Errorf("sent %d times, want %d: %v", sent.Load(), test.want, err)
			}
		})
	}
}

// TestRetryersOfUsers: none at all, and one from before RetryerV2, are as good
// as the SDK's own.
func TestRetryersOfUsers(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*cip.Options){
		"none": func(o *cip.Options) { o.Retryer = nil },
		"old":  func(o *cip.Options) { withoutDelay(o); o.Retryer = struct{ aws.Retryer }{o.Retryer} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var sent atomic.Int32
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				if sent.Add(1) == 1 {
					exception(w, 400, "TooManyRequestsException", "")
					return
				}
				_, _ = io.WriteString(w, `{"Username":"ada"}`)
			}))
			t.Cleanup(srv.Close)
			pool, err := New(Config{UserPoolID: "eu-west-1_Ab12Cd34E", ClientID: "abc", Endpoint: srv.URL, AWSOptions: []func(*cip.Options){change}})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := pool.GetUser(t.Context(), GetUserInput{AccessToken: "t"}); err != nil || sent.Load() != 2 {
				t.Errorf("sent %d times: %v", sent.Load(), err)
			}
		})
	}
}

// TestUserOptionsCannotUndoOurRules: neither a client that retries everything
// nor one without credentials.
func TestUserOptionsCannotUndoOurRules(t *testing.T) {
	t.Parallel()
	var sent atomic.Int32
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		sent.Add(1)
		exception(w, 400, "LimitExceededException", "")
	}))
	defer srv.Close()
	pool, err := New(Config{
		UserPoolID: "eu-west-1_Ab12Cd34E", ClientID: "abc", Endpoint: srv.URL,
		AWSOptions: []func(*cip.Options){func(o *cip.Options) {
			o.Retryer = retry.AddWithErrorCodes(retry.NewStandard(), "LimitExceededException")
			o.Credentials = nil
		}},
		AWSConfig: &aws.Config{Credentials: staticCredentials{}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := pool.ForgotPassword(t.Context(), ForgotPasswordInput{Username: "ada"}); !errors.Is(err, ErrLimitExceeded) || sent.Load() != 1 {
		t.Errorf("sent %d times: %v", sent.Load(), err)
	}
	if _, err := pool.AdminDelete(t.Context(), AdminDeleteInput{Username: "ada"}); !errors.Is(err, ErrNoAWSCredentials) || sent.Load() != 1 {
		t.Errorf("sent %d times: %v", sent.Load(), err)
	}
}
