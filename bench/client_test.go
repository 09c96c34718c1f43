package bench_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognitoauth/cognito-go/cognitoauth"
	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest"
)

const (
	poolID   = "eu-west-1_Ab12Cd34E"
	clientID = "3n4b5urk1ft4fl3mg5e62d9ado"
	password = "correct horse battery staple 1A!"
)

// counted is a server that counts connections.
type counted struct {
	*httptest.Server
	connections atomic.Int64
}

func newCounted(b *testing.B, handler http.Handler) *counted {
	b.Helper()
	c := &counted{Server: httptest.NewUnstartedServer(handler)}
	c.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			c.connections.Add(1)
		}
	}
	c.Start()
	b.Cleanup(c.Close)
	return c
}

// canned answers every operation at once, so that what is left to measure is the
// way there and back.
func canned(tokens string) http.Handler {
	answers := map[string]string{
		"GetUser":                   `{"Username":"ada","UserAttributes":[{"Name":"sub","Value":"5f0a1c3e-6d2b-4b1b-9c2d-0123456789ab"},{"Name":"email","Value":"ada@example.com"},{"Name":"email_verified","Value":"true"}]}`,
		"SignUp":                    `{"UserConfirmed":false,"UserSub":"5f0a1c3e-6d2b-4b1b-9c2d-0123456789ab","CodeDeliveryDetails":{"AttributeName":"email","DeliveryMedium":"EMAIL","Destination":"a***@e***"}}`,
		"InitiateAuth":              tokens,
		"GetTokensFromRefreshToken": tokens,
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, op, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		w.Header().Set("X-Amzn-Requestid", "00000000-0000-4000-8000-000000000000")
		w.Header().Set("Content-Length", strconv.Itoa(len(answers[op])))
		_, _ = io.WriteString(w, answers[op])
	})
}

// plainBodies hides the WriteTo of smithy-go's request bodies. After Close it
// returns io.EOF, which io.Copy takes for a failure: where a reply is here before
// the transport has looked for the end of the body, as happens on loopback, the
// connection is closed, and the SDK sends the request again after a pause that
// would drown what is measured.
type plainBodies struct{ http.RoundTripper }

func (t plainBodies) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		r = r.WithContext(r.Context()) // a RoundTripper must not change what it was given
		r.Body = struct{ io.ReadCloser }{r.Body}
	}
	return t.RoundTripper.RoundTrip(r)
}

// BenchmarkClient is what cognitoauth adds to a call of the AWS SDK: the same
// operation, on the same loopback server, through an HTTP client of the same
// settings.
func BenchmarkClient(b *testing.B) {
	s := fixture(b)
	server := newCounted(b, canned(`{"AuthenticationResult":{"AccessToken":"`+s.Access+`","IdToken":"`+s.ID+`","RefreshToken":"`+strings.Repeat("r", 1700)+`","TokenType":"Bearer","ExpiresIn":3600}}`))
	// The default of cognitoauth, so both have the same connections.
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = transport.MaxIdleConns
	b.Cleanup(transport.CloseIdleConnections)
	client := &http.Client{Transport: plainBodies{transport}}
	pool, err := cognitoauth.New(cognitoauth.Config{
		UserPoolID: poolID, ClientID: clientID, Endpoint: server.URL, HTTPClient: client,
	})
	if err != nil {
		b.Fatal(err)
	}
	raw := cip.New(cip.Options{Region: "eu-west-1", BaseEndpoint: aws.String(server.URL), HTTPClient: client})

	for _, op := range []struct {
		name      string
		raw, ours func(ctx context.Context) error
	}{
		{"SignUp", func(ctx context.Context) error {
			_, err := raw.SignUp(ctx, &cip.SignUpInput{
				ClientId: aws.String(clientID), Username: aws.String("ada@example.com"), Password: aws.String(password),
				UserAttributes: []types.AttributeType{{Name: aws.String("email"), Value: aws.String("ada@example.com")}},
			})
			return err
		}, func(ctx context.Context) error {
			_, err := pool.SignUp(ctx, cognitoauth.SignUpInput{
				Username: "ada@example.com", Password: password,
				Attributes: map[string]string{"email": "ada@example.com"},
			})
			return err
		}},
		{"SignIn", func(ctx context.Context) error {
			_, err := raw.InitiateAuth(ctx, &cip.InitiateAuthInput{
				ClientId: aws.String(clientID), AuthFlow: types.AuthFlowTypeUserPasswordAuth,
				AuthParameters: map[string]string{"USERNAME": "ada@example.com", "PASSWORD": password},
			})
			return err
		}, func(ctx context.Context) error {
			_, err := pool.Authenticate(ctx, cognitoauth.AuthenticateInput{
				Username: "ada@example.com", Password: password, Flow: cognitoauth.FlowPassword,
			})
			return err
		}},
		{"Refresh", func(ctx context.Context) error {
			_, err := raw.GetTokensFromRefreshToken(ctx, &cip.GetTokensFromRefreshTokenInput{
				ClientId: aws.String(clientID), RefreshToken: aws.String("r"),
			})
			return err
		}, func(ctx context.Context) error {
			_, err := pool.Refresh(ctx, cognitoauth.RefreshInput{RefreshToken: "r"})
			return err
		}},
		{"GetUser", func(ctx context.Context) error {
			_, err := raw.GetUser(ctx, &cip.GetUserInput{AccessToken: aws.String(s.Access)})
			return err
		}, func(ctx context.Context) error {
			_, err := pool.GetUser(ctx, cognitoauth.GetUserInput{AccessToken: s.Access})
			return err
		}},
	} {
		for _, peer := range []struct {
			name string
			call func(context.Context) error
		}{{"aws-sdk", op.raw}, {"ours", op.ours}} {
			b.Run("op="+op.name+"/peer="+peer.name, func(b *testing.B) {
				if err := peer.call(b.Context()); err != nil {
					b.Fatal(err)
				}
				before := server.connections.Load()
				b.ReportAllocs()
				for b.Loop() {
					if err := peer.call(b.Context()); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(server.connections.Load()-before), "new-conns")
			})
		}
	}
}

// BenchmarkSignIn is a whole sign-in with SRP, both sides of it in this process:
// one after the other, and on every core at once.
func BenchmarkSignIn(b *testing.B) {
	srv := cognitotest.NewTestServer(b, cognitotest.Config{})
	srv.AddUser(cognitotest.User{Username: "ada", Password: password})
	server := newCounted(b, srv)
	pool, err := cognitoauth.New(cognitoauth.Config{UserPoolID: srv.UserPoolID(), ClientID: srv.ClientID(), Endpoint: server.URL})
	if err != nil {
		b.Fatal(err)
	}
	signIn := func(ctx context.Context) error {
		out, err := pool.Authenticate(ctx, cognitoauth.AuthenticateInput{Username: "ada", Password: password})
		if err != nil {
			return err
		}
		_, err = out.RequireTokens()
		return err
	}
	b.Run("peer=serial", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := signIn(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("peer=parallel", func(b *testing.B) {
		before := server.connections.Load()
		b.ReportAllocs()
		ctx := b.Context()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if err := signIn(ctx); err != nil {
					b.Error(err)
					return
				}
			}
		})
		b.ReportMetric(float64(server.connections.Load()-before), "new-conns")
	})
}

// BenchmarkPool starts the second and every later in-process pool of a process.
func BenchmarkPool(b *testing.B) {
	cognitotest.NewServer(cognitotest.Config{}).Close() // makes the keys they all share
	b.ReportAllocs()
	for b.Loop() {
		cognitotest.NewServer(cognitotest.Config{}).Close()
	}
}
