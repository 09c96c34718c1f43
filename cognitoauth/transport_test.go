package cognitoauth

import (
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
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

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
	// The default client inside one that a tracer puts around it.
	srv := httptest.NewServer(http.RedirectHandler(elsewhere.URL, http.StatusFound))
	t.Cleanup(srv.Close)
	traced, err := New(Config{
		UserPoolID: "eu-west-1_Ab12Cd34E", ClientID: "abc", Endpoint: srv.URL,
		AWSOptions: []func(*cip.Options){func(o *cip.Options) {
			inner := o.HTTPClient
			o.HTTPClient = httpClientFunc(func(r *http.Request) (*http.Response, error) { return inner.Do(r) })
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := traced.SignUp(t.Context(), SignUpInput{Username: "ada", Password: "pass word 1"}); !errors.Is(err, ErrUnavailable) {
		t.Errorf("traced: %v", err)
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
