package cognitoauth

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
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

// TestHostileReplies: whatever answers in Cognito's place, every operation
// returns ErrUnavailable, in time, without a secret and without a panic.
func TestHostileReplies(t *testing.T) {
	t.Parallel()
	write := func(status int, contentType, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", contentType)
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}
	}
	const amz, html = "application/x-amz-json-1.1", "<html><body>Please log in to Wi-Fi</body></html>"
	// Operations whose result is empty cannot tell an empty answer from success.
	emptyResult := map[string]bool{
		"ConfirmSignUp": true, "ResendConfirmationCode": true, "ForgotPassword": true, "ConfirmForgotPassword": true,
		"ChangePassword": true, "AdminDelete": true, "RevokeToken": true, "SignOut": true, "DeleteUser": true,
		"UpdateUserAttributes": true, "DeleteUserAttributes": true, "GetUserAttributeVerificationCode": true, "VerifyUserAttribute": true,
		"SetUserMFAPreference": true, "SetUserSettings": true, "UpdateAuthEventFeedback": true, "ConfirmDevice": true,
		"UpdateDeviceStatus": true, "ListDevices": true, "ForgetDevice": true, "CompleteWebAuthnRegistration": true,
		"ListWebAuthnCredentials": true, "DeleteWebAuthnCredential": true,
		"AdminConfirmSignUp": true, "AdminEnableUser": true, "AdminDisableUser": true, "AdminSignOut": true,
		"AdminUpdateUserAttributes": true, "AdminDeleteUserAttributes": true, "AdminSetUserPassword": true, "AdminResetUserPassword": true,
		"AdminSetUserMFAPreference": true, "AdminSetUserSettings": true, "AdminAddUserToGroup": true, "AdminRemoveUserFromGroup": true,
		"DeleteGroup": true, "AdminForgetDevice": true, "AdminUpdateDeviceStatus": true, "AdminUpdateAuthEventFeedback": true,
		"AdminLinkProviderForUser": true, "AdminDisableProviderForUser": true,
		// A list without a page is empty.
		"ListUsers": true, "ListGroups": true, "ListUsersInGroup": true, "AdminListGroupsForUser": true,
		"AdminListDevices": true, "AdminListUserAuthEvents": true,
	}
	for _, reply := range []struct {
		name      string
		handler   http.HandlerFunc
		emptyIsOK bool
	}{
		{"HTML 200", write(200, "text/html; charset=utf-8", html), false},
		{"HTML 403", write(403, "text/html", html), false},
		{"HTML 503", write(503, "text/html", html), false},
		{"empty 200", write(200, amz, ""), true},
		{"null", write(200, amz, "null"), true},
		{"empty object", write(200, amz, "{}"), true},
		{"array", write(200, amz, "[]"), true},
		{"wrong types", write(200, amz, `{"UserSub":7,"UserConfirmed":"x","Session":{},"AuthenticationResult":[],"ChallengeName":1,"Username":[],"UserAttributes":{},"CodeDeliveryDetails":3,"User":7,"Users":{},"Group":[],"Groups":"x","Device":1,"Devices":{},"AuthEvents":0}`), true},
		{"cut body", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", amz)
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, `{"UserSub":"x`)
		}, false},
		{"redirect", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://127.0.0.1:1/elsewhere", http.StatusTemporaryRedirect)
		}, false},
		{"400 without a code", write(400, amz, "{}"), false},
		{"error that is no JSON", write(400, amz, "\x00\xff"), false},
		{"hang up", hangUp, false},
	} {
		for name, op := range allOperations() {
			t.Run(reply.name+"/"+name, func(t *testing.T) {
				t.Parallel()
				err := op.call(t.Context(), newWirePool(t, reply.handler), op.input)
				if err == nil && reply.emptyIsOK && emptyResult[name] {
					return
				}
				if !errors.Is(err, ErrUnavailable) {
					t.Errorf("error %v, want ErrUnavailable", err)
				}
				if err != nil && strings.Contains(err.Error(), "pass word 1") {
					t.Errorf("secret in %q", err)
				}
			})
		}
	}
}

func TestEndlessReplyIsCutOff(t *testing.T) {
	t.Parallel()
	var sent atomic.Int64
	pool := newWirePool(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		_, _ = io.WriteString(w, `{"UserSub":"`)
		chunk := []byte(strings.Repeat("a", 1<<16))
		for {
			n, err := w.Write(chunk)
			if sent.Add(int64(n)); err != nil {
				return
			}
		}
	})
	_, err := pool.SignUp(t.Context(), SignUpInput{Username: "ada", Password: "pass word 1"})
	if !errors.Is(err, ErrUnavailable) || !errors.Is(err, errReplyTooLarge) {
		t.Errorf("error %v", err)
	}
}

// TestRepliesThatAreNotCognitos: a 200 is not enough. All of these would be the
// success of a deletion to the AWS SDK.
func TestRepliesThatAreNotCognitos(t *testing.T) {
	t.Parallel()
	for name, handler := range map[string]http.HandlerFunc{
		"plain text": func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "welcome") },
		"XML": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/xml")
			_, _ = io.WriteString(w, "<ok/>")
		},
		"error in the header": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Amzn-ErrorType", "NotAuthorizedException")
			_, _ = io.WriteString(w, "{}")
		},
	} {
		_, err := newWirePool(t, handler).AdminDelete(t.Context(), AdminDeleteInput{Username: "ada"})
		if !errors.Is(err, ErrUnavailable) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestRedirectsAreNotFollowed, not by a user's client either, which would turn
// POST into GET and carry the signature elsewhere.
func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("%s arrived elsewhere", r.Method)
	}))
	t.Cleanup(elsewhere.Close)
	for _, status := range []int{301, 302, 303, 307, 308} {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL, status)
		}))
		t.Cleanup(srv.Close)
		for name, client := range map[string]aws.HTTPClient{"default": nil, "user's": &http.Client{}} {
			pool, err := New(Config{
				UserPoolID: "eu-west-1_Ab12Cd34E", ClientID: "abc", Endpoint: srv.URL, HTTPClient: client,
				AWSConfig: &aws.Config{Credentials: staticCredentials{}},
			})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := pool.AdminDelete(t.Context(), AdminDeleteInput{Username: "ada"}); !errors.Is(err, ErrUnavailable) {
				t.Errorf("%s, %d: %v", name, status, err)
			}
		}
	}
	// A client of another kind that followed one all the same.
	followed := httpClientFunc(func(r *http.Request) (*http.Response, error) {
		other := r.Clone(r.Context())
		other.URL.Host = "elsewhere.example"
		return &http.Response{StatusCode: 200, Body: io.NopCloser(strings.NewReader("")), Request: other}, nil
	})
	pool, err := New(Config{UserPoolID: "eu-west-1_Ab12Cd34E", ClientID: "abc", HTTPClient: followed, AWSConfig: &aws.Config{Credentials: staticCredentials{}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := pool.AdminDelete(t.Context(), AdminDeleteInput{Username: "ada"}); !errors.Is(err, errReplyElsewhere) {
		t.Errorf("followed: %v", err)
	}
}

type httpClientFunc func(*http.Request) (*http.Response, error)

func (f httpClientFunc) Do(r *http.Request) (*http.Response, error) { return f(r) }

// TestAttemptsHaveALimit: each way to come by an HTTP client ends in one that
// does not wait for ever.
func TestAttemptsHaveALimit(t *testing.T) {
	t.Parallel()
	for name, shared := range map[string]*aws.Config{
		"no AWS configuration":    nil,
		"an empty one":            {},
		"one of the SDK's loader": {HTTPClient: awshttp.NewBuildableClient()},
	} {
		client, err := newAWSClient(Config{Region: "eu-west-1"}, shared)
		if err != nil {
			t.Fatal(err)
		}
		var timeout time.Duration
		switch c := client.Options().HTTPClient.(boundedClient).HTTPClient.(type) {
		case *http.Client:
			timeout = c.Timeout
		case *awshttp.BuildableClient:
			timeout = c.GetTimeout()
		}
		if timeout != attemptTimeout {
			t.Errorf("%s: an attempt may take %v", name, timeout)
		}
	}
}

// TestInsecureEndpointFromAWSConfig: a password must not go over plain http by
// way of somebody's configuration file.
func TestInsecureEndpointFromAWSConfig(t *testing.T) {
	t.Parallel()
	cfg := Config{UserPoolID: "eu-west-1_Ab12Cd34E", ClientID: "abc", AWSConfig: &aws.Config{BaseEndpoint: aws.String("http://cognito.internal")}}
	if _, err := New(cfg); err == nil || !strings.Contains(err.Error(), "InsecureEndpoint") {
		t.Errorf("New: %v", err)
	}
	cfg.InsecureEndpoint = true
	cfg.AWSOptions = []func(*cip.Options){nil}
	if _, err := New(cfg); err != nil {
		t.Errorf("on purpose: %v", err)
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

// TestContextEndsTheCall: a server that never answers holds nobody for longer
// than they want.
func TestContextEndsTheCall(t *testing.T) {
	t.Parallel()
	for name, op := range allOperations() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			arrived := make(chan struct{})
			pool := newWirePool(t, func(_ http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body) // the server notices a hang-up only after the body
				close(arrived)
				<-r.Context().Done()
			})
			ctx, cancel := context.WithCancel(t.Context())
			go func() {
				<-arrived
				cancel()
			}()
			err := op.call(ctx, pool, op.input)
			if !errors.Is(err, context.Canceled) || !errors.Is(err, ErrUnavailable) {
				t.Errorf("error %v", err)
			}
		})
	}
}

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
	if _, err := pool.AdminDelete(t.Context(), AdminDeleteInput{Username: "ada"}); err != nil {
		t.Errorf("with credentials: %v", err)
	}
	if len(authorization) != 2 || authorization[0] != "" || !strings.Contains(authorization[1], "/eu-west-1/cognito-idp/aws4_request") {
		t.Errorf("Authorization headers %q: want none, then one for eu-west-1", authorization)
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

// TestBadInputIsNotSent walks every text field of every input, in nested structs
// too, and every text in a list.
func TestBadInputIsNotSent(t *testing.T) {
	t.Parallel()
	mayBeEmpty := map[string]bool{
		"SignUp.Password": true, "ConfirmSignUp.Session": true, "Authenticate.Session": true, "Authenticate.Flow": true,
		"Authenticate.Password": true, "Authenticate.PreferredChallenge": true, "ChangePassword.CurrentPassword": true,
		"ChangePassword.Username": true, "Refresh.DeviceKey": true, "Refresh.Flow": true, "Refresh.Username": true,
		"AssociateSoftwareToken.Issuer": true, "AssociateSoftwareToken.AccountName": true, "VerifySoftwareToken.FriendlyDeviceName": true,
		"SetUserMFAPreference.SoftwareToken": true, "SetUserMFAPreference.Email": true, "SetUserMFAPreference.Passkey": true,
		"SetUserSettings.SMSAttribute": true, "ConfirmDevice.Name": true,
		"AdminAuthenticate.Session": true, "AdminAuthenticate.Flow": true, "AdminAuthenticate.Password": true, "AdminAuthenticate.PreferredChallenge": true,
		"AdminCreateUser.TemporaryPassword": true, "AdminCreateUser.Message": true, "AdminSetUserSettings.SMSAttribute": true,
		"AdminSetUserMFAPreference.SMS": true, "AdminSetUserMFAPreference.Email": true, "AdminSetUserMFAPreference.Passkey": true,
		"CreateGroup.Description": true, "CreateGroup.RoleARN": true, "UpdateGroup.Description": true, "UpdateGroup.RoleARN": true,
		"AdminLinkProviderForUser.Destination.AttributeName": true,
	}
	for name, op := range allOperations() {
		typ := reflect.TypeOf(op.input)
		for field := range typ.Fields() {
			if !field.IsExported() || field.Type == reflect.TypeFor[*MFASetupChallenge]() { // which nobody fills in
				continue
			}
			for _, path := range leaves(field.Type) {
				text := func(in reflect.Value) reflect.Value { return textAt(in.FieldByIndex(field.Index), path) }
				if text(reflect.New(typ).Elem()).Kind() != reflect.String {
					continue
				}
				for kind, bad := range map[string]string{"empty": "", "invalid UTF-8": "a\xffb", "1 MiB": strings.Repeat("a", 1<<20)} {
					key := name + "." + field.Name + path
					context := field.Type == reflect.TypeFor[UserContext]() || field.Type == reflect.TypeFor[AdminContext]()
					longest := key == "Authenticate.Password" || key == "AdminAuthenticate.Password"
					if kind == "empty" && (mayBeEmpty[key] || context) || kind == "1 MiB" && longest {
						continue
					}
					t.Run(key+"/"+kind, func(t *testing.T) {
						t.Parallel()
						in := reflect.New(typ).Elem()
						in.Set(reflect.ValueOf(op.input))
						text(in).SetString(bad)
						pool, api := newFakePool(t, Config{})
						err := op.call(t.Context(), pool, in.Interface())
						if !errors.Is(err, ErrInvalidInput) || !strings.Contains(err.Error(), field.Name+path) {
							t.Errorf("error %.200v: want ErrInvalidInput that names %s", err, field.Name+path)
						}
						if len(api.sent) != 0 {
							t.Error("it was sent")
						}
					})
				}
			}
		}
	}
}

// textAt is the leaf of a field: what a pointer points to and the one element
// of a list of texts are made.
func textAt(v reflect.Value, path string) reflect.Value {
	if path != "" {
		if v.Kind() == reflect.Pointer {
			v.Set(reflect.New(v.Type().Elem()))
			v = v.Elem()
			for _, f := range v.Fields() {
				if f.Kind() == reflect.String && f.CanSet() {
					f.SetString("x") // required, whichever is under test
				}
			}
		}
		v = v.FieldByName(path[1:])
	}
	if v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.String {
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		v = v.Index(0)
	}
	return v
}

// TestBadInputInMaps does the same for the maps.
func TestBadInputInMaps(t *testing.T) {
	t.Parallel()
	for name, op := range allOperations() {
		typ := reflect.TypeOf(op.input)
		for field := range typ.Fields() {
			if !field.IsExported() || field.Type.Kind() != reflect.Map {
				continue
			}
			for kind, bad := range map[string]map[string]string{"value": {"a": "\xff"}, "key": {"\xff": "a"}} {
				t.Run(name+"."+field.Name+"/"+kind, func(t *testing.T) {
					t.Parallel()
					in := reflect.New(typ).Elem()
					in.Set(reflect.ValueOf(op.input))
					in.FieldByIndex(field.Index).Set(reflect.ValueOf(bad))
					pool, api := newFakePool(t, Config{})
					if err := op.call(t.Context(), pool, in.Interface()); !errors.Is(err, ErrInvalidInput) || len(api.sent) != 0 {
						t.Errorf("error %v, %d sent", err, len(api.sent))
					}
				})
			}
		}
	}
}

// TestConnectionsAreReused: a thousand calls, one connection.
func TestConnectionsAreReused(t *testing.T) {
	t.Parallel()
	var connections atomic.Int32
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		_, _ = io.WriteString(w, `{"Username":"ada"}`) // without reading the request: the reply comes first
	}))
	srv.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	srv.Start()
	t.Cleanup(srv.Close)
	pool, err := New(Config{UserPoolID: "eu-west-1_Ab12Cd34E", ClientID: "abc", Endpoint: srv.URL})
	if err != nil {
		t.Fatal(err)
	}
	for range 1000 {
		if _, err := pool.GetUser(t.Context(), GetUserInput{AccessToken: "token"}); err != nil {
			t.Fatal(err)
		}
	}
	if n := connections.Load(); n != 1 {
		t.Errorf("%d connections", n)
	}
}
