package jwtgrpc_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"

	"github.com/cognitoauth/cognito-go/jwtverify"
	"github.com/cognitoauth/cognito-go/jwtverify/jwtgrpc"
	"github.com/cognitoauth/cognito-go/jwtverify/jwthttp"
	"github.com/cognitoauth/cognito-go/jwtverify/jwtverifytest"
)

// service is a service with a unary and a streaming method. It answers with
// SERVING to a user, and NOT_SERVING to nobody.
type service struct {
	grpc_health_v1.UnimplementedHealthServer
}

func answer(ctx context.Context) *grpc_health_v1.HealthCheckResponse {
	res := &grpc_health_v1.HealthCheckResponse{Status: grpc_health_v1.HealthCheckResponse_NOT_SERVING}
	common, _ := jwtgrpc.Claims(ctx)
	access, isAccess := jwtgrpc.AccessClaims(ctx)
	id, isID := jwtgrpc.IDClaims(ctx)
	switch {
	case isAccess && !isID && common == &access.Claims && access.Username == jwtverifytest.DefaultUsername,
		isID && !isAccess && common == &id.Claims && id.Email == jwtverifytest.DefaultEmail:
		res.Status = grpc_health_v1.HealthCheckResponse_SERVING
	}
	return res
}

func (service) Check(ctx context.Context, _ *grpc_health_v1.HealthCheckRequest) (*grpc_health_v1.HealthCheckResponse, error) {
	return answer(ctx), nil
}

func (service) Watch(_ *grpc_health_v1.HealthCheckRequest, stream grpc.ServerStreamingServer[grpc_health_v1.HealthCheckResponse]) error {
	return stream.Send(answer(stream.Context()))
}

// calls are the two methods of the service, each as a client calls it.
var calls = []struct {
	name   string
	method string
	call   func(context.Context, grpc_health_v1.HealthClient) (*grpc_health_v1.HealthCheckResponse, error)
}{
	{"unary", grpc_health_v1.Health_Check_FullMethodName, func(ctx context.Context, c grpc_health_v1.HealthClient) (*grpc_health_v1.HealthCheckResponse, error) {
		return c.Check(ctx, &grpc_health_v1.HealthCheckRequest{})
	}},
	{"stream", grpc_health_v1.Health_Watch_FullMethodName, func(ctx context.Context, c grpc_health_v1.HealthClient) (*grpc_health_v1.HealthCheckResponse, error) {
		stream, err := c.Watch(ctx, &grpc_health_v1.HealthCheckRequest{})
		if err != nil {
			return nil, err
		}
		return stream.Recv()
	}},
}

// dial starts a server in this process and returns a client of it.
func dial(tb testing.TB, options ...grpc.ServerOption) grpc_health_v1.HealthClient {
	tb.Helper()
	listener := bufconn.Listen(1 << 20)
	server := grpc.NewServer(options...)
	grpc_health_v1.RegisterHealthServer(server, service{})
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	conn, err := grpc.NewClient("passthrough:///bufconn",
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }),
		grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := conn.Close(); err != nil {
			tb.Error(err)
		}
		server.Stop()
		if err := <-done; err != nil {
			tb.Error(err)
		}
	})
	return grpc_health_v1.NewHealthClient(conn)
}

func guarded(tb testing.TB, g *jwtgrpc.Guard) grpc_health_v1.HealthClient {
	tb.Helper()
	return dial(tb, grpc.ChainUnaryInterceptor(g.UnaryServerInterceptor()), grpc.ChainStreamInterceptor(g.StreamServerInterceptor()))
}

// with returns a context that sends each of the values as authorization.
func with(ctx context.Context, authorization ...string) context.Context {
	var pairs []string
	for _, value := range authorization {
		pairs = append(pairs, "authorization", value)
	}
	return metadata.AppendToOutgoingContext(ctx, pairs...)
}

func TestCalls(t *testing.T) {
	t.Parallel()
	iss := jwtverifytest.NewIssuer(jwtverifytest.Config{})
	v := iss.Verifier()
	access, id := jwtgrpc.New(v, jwtgrpc.Options{}), jwtgrpc.New(v, jwtgrpc.Options{Use: jwtverify.ID})
	admins := jwtgrpc.New(v, jwtgrpc.Options{Requirements: func(method string) []jwtverify.Requirement {
		if strings.HasPrefix(method, "/grpc.health.v1.Health/") {
			return []jwtverify.Requirement{jwtverify.AnyGroup("admin")}
		}
		return nil
	}})
	nobody := jwtgrpc.New(v, jwtgrpc.Options{Requirements: func(string) []jwtverify.Requirement {
		return []jwtverify.Requirement{jwtverify.AnyGroup()}
	}})
	good := "Bearer " + iss.AccessToken()
	for _, row := range []struct {
		name          string
		guard         *jwtgrpc.Guard
		authorization []string
		code          codes.Code
		message       string
	}{
		{"a good token", access, []string{good}, codes.OK, ""},
		{"a scheme in lower case", access, []string{"bearer " + iss.AccessToken()}, codes.OK, ""},
		{"a good ID token", id, []string{"Bearer " + iss.IDToken()}, codes.OK, ""},
		{"a group that is required", admins, []string{"Bearer " + iss.AccessToken(jwtverifytest.Groups("admin"))}, codes.OK, ""},
		{"no token", access, nil, codes.Unauthenticated, "a token is required"},
		{"another scheme", access, []string{"Basic YTpi"}, codes.Unauthenticated, "a token is required"},
		{"two tokens", access, []string{good, good}, codes.Unauthenticated, "the authorization metadata is malformed"},
		{"three fields", access, []string{good + " x"}, codes.Unauthenticated, "the authorization metadata is malformed"},
		{"a token without a scheme", access, []string{iss.AccessToken()}, codes.Unauthenticated, "the authorization metadata is malformed"},
		{"another scheme, and then ours", access, []string{"Basic YTpi, " + good}, codes.Unauthenticated, "the authorization metadata is malformed"},
		{"a requirement that no token meets", nobody, []string{good}, codes.PermissionDenied, "the token does not allow this"},
		{"garbage", access, []string{"Bearer garbage"}, codes.Unauthenticated, "the token is not valid"},
		{"forged", access, []string{"Bearer " + iss.AccessToken(jwtverifytest.Forged())}, codes.Unauthenticated, "the token is not valid"},
		{"expired", access, []string{"Bearer " + iss.AccessToken(jwtverifytest.Expired())}, codes.Unauthenticated, "the token has expired"},
		{"an ID token for an access token", access, []string{"Bearer " + iss.IDToken()}, codes.Unauthenticated, "the token is not valid"},
		{"an access token for an ID token", id, []string{good}, codes.Unauthenticated, "the token is not valid"},
		{"a group missing", admins, []string{good}, codes.PermissionDenied, "the token does not allow this"},
	} {
		for _, c := range calls {
			t.Run(row.name+"/"+c.name, func(t *testing.T) {
				t.Parallel()
				res, err := c.call(with(t.Context(), row.authorization...), guarded(t, row.guard))
				s := status.Convert(err)
				if s.Code() != row.code || s.Message() != row.message {
					t.Errorf("got %v", err)
				}
				if err == nil && res.Status != grpc_health_v1.HealthCheckResponse_SERVING {
					t.Error("the claims did not arrive")
				}
			})
		}
	}
}

func TestNewPanicsWithoutAVerifier(t *testing.T) {
	t.Parallel()
	for name, v := range map[string]jwtverify.AccessTokenVerifier{"nil": nil, "a nil Verifier": (*jwtverify.Verifier)(nil)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			defer func() {
				if got := fmt.Sprint(recover()); !strings.Contains(got, "needs a verifier") {
					t.Errorf("panic %q", got)
				}
			}()
			jwtgrpc.New(v, jwtgrpc.Options{})
		})
	}
}

func TestKeysUnavailable(t *testing.T) {
	t.Parallel()
	iss := jwtverifytest.NewIssuer(jwtverifytest.Config{})
	iss.Break(jwtverifytest.Failing)
	for _, c := range calls {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := c.call(with(t.Context(), "Bearer "+iss.AccessToken()), guarded(t, jwtgrpc.New(iss.Verifier(), jwtgrpc.Options{})))
			s := status.Convert(err)
			if s.Code() != codes.Unavailable || s.Message() != "tokens cannot be verified at the moment" {
				t.Errorf("got %v", err)
			}
			if len(s.Details()) != 1 {
				t.Fatalf("details %v", s.Details())
			}
			if retry, ok := s.Details()[0].(*errdetails.RetryInfo); !ok || retry.RetryDelay.AsDuration() < 1e9 {
				t.Errorf("details %v", s.Details())
			}
		})
	}
}

func TestPublicMethods(t *testing.T) {
	t.Parallel()
	iss := jwtverifytest.NewIssuer(jwtverifytest.Config{})
	client := guarded(t, jwtgrpc.New(iss.Verifier(), jwtgrpc.Options{
		Public: func(method string) bool { return method == grpc_health_v1.Health_Check_FullMethodName },
	}))
	for _, authorization := range []string{"Bearer " + iss.AccessToken(), "Bearer garbage"} {
		res, err := calls[0].call(with(t.Context(), authorization), client)
		if err != nil || res.Status != grpc_health_v1.HealthCheckResponse_NOT_SERVING {
			t.Errorf("the public method: %v, %v", res, err)
		}
	}
	if _, err := calls[1].call(t.Context(), client); status.Code(err) != codes.Unauthenticated {
		t.Errorf("another method: %v", err)
	}
}

func TestObserve(t *testing.T) {
	t.Parallel()
	iss := jwtverifytest.NewIssuer(jwtverifytest.Config{})
	for _, c := range calls {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			events := make(chan jwthttp.Event, 2)
			client := guarded(t, jwtgrpc.New(iss.Verifier(), jwtgrpc.Options{
				Observe: func(_ context.Context, e jwthttp.Event) { events <- e },
			}))
			if _, err := c.call(t.Context(), client); err == nil {
				t.Fatal("a call without a token went through")
			}
			e := <-events
			if e.Outcome != jwthttp.Refused || e.Code != jwtverify.CodeTokenMissing || e.Status != 401 || e.Pattern != c.method {
				t.Errorf("got %+v", e)
			}
			if len(events) != 0 {
				t.Error("the call was judged twice")
			}
		})
	}
}

// Interceptors further out learn why, and whatever they do with the error, the
// client does not.
func TestRefusalsCarryTheirCause(t *testing.T) {
	t.Parallel()
	iss := jwtverifytest.NewIssuer(jwtverifytest.Config{})
	guard := jwtgrpc.New(iss.Verifier(), jwtgrpc.Options{})
	cause := make(chan error, 1)
	client := dial(t, grpc.ChainUnaryInterceptor(
		func(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
			res, err := handler(ctx, req)
			cause <- err
			return res, fmt.Errorf("wrapped: %w", err)
		}, guard.UnaryServerInterceptor()))
	_, err := calls[0].call(with(t.Context(), "Bearer "+iss.AccessToken(jwtverifytest.Forged())), client)
	if got := <-cause; !errors.Is(got, jwtverify.ErrSignatureInvalid) {
		t.Errorf("the server sees %v", got)
	}
	if s := status.Convert(err); s.Code() != codes.Unauthenticated || strings.Contains(s.Message(), "signature") {
		t.Errorf("the client sees %v", err)
	}
}

func TestAuthenticate(t *testing.T) {
	t.Parallel()
	iss := jwtverifytest.NewIssuer(jwtverifytest.Config{})
	guard := jwtgrpc.New(iss.Verifier(), jwtgrpc.Options{
		Public: func(method string) bool { return method == grpc_health_v1.Health_Watch_FullMethodName },
	})
	// As go-grpc-middleware's auth interceptors use it.
	client := dial(t,
		grpc.ChainUnaryInterceptor(func(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
			ctx, err := guard.Authenticate(ctx)
			if err != nil {
				return nil, err
			}
			return handler(ctx, req)
		}),
		grpc.ChainStreamInterceptor(func(srv any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
			if _, err := guard.Authenticate(stream.Context()); err != nil {
				return err
			}
			return handler(srv, stream)
		}),
	)
	if res, err := calls[0].call(with(t.Context(), "Bearer "+iss.AccessToken()), client); err != nil || res.Status != grpc_health_v1.HealthCheckResponse_SERVING {
		t.Errorf("a good token: %v, %v", res, err)
	}
	if _, err := calls[0].call(t.Context(), client); status.Code(err) != codes.Unauthenticated {
		t.Errorf("no token: %v", err)
	}
	if _, err := calls[1].call(t.Context(), client); err != nil {
		t.Errorf("a public method: %v", err)
	}
	if _, err := guard.Authenticate(t.Context()); status.Code(err) != codes.Unauthenticated {
		t.Errorf("outside a call: %v", err)
	}
}

// A server whose methods need a token, but for its health checks.
func Example() {
	issuer := jwtverifytest.NewIssuer(jwtverifytest.Config{}) // stands in for a user pool
	guard := jwtgrpc.New(issuer.Verifier(), jwtgrpc.Options{
		Public: func(method string) bool { return strings.HasPrefix(method, "/grpc.health.v1.Health/") },
		Requirements: func(method string) []jwtverify.Requirement {
			if method == "/orders.v1.Orders/Delete" {
				return []jwtverify.Requirement{jwtverify.AnyGroup("admin")}
			}
			return nil
		},
	})
	server := grpc.NewServer(
		grpc.ChainUnaryInterceptor(guard.UnaryServerInterceptor()),
		grpc.ChainStreamInterceptor(guard.StreamServerInterceptor()),
	)
	defer server.Stop()
	// Output:
}
