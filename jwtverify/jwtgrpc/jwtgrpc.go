// Package jwtgrpc guards gRPC servers with the tokens of Amazon Cognito user
// pools.
//
// For most uses, make a [Guard] from a verifier with [New], give the server its
// interceptors, and read the claims with [AccessClaims]:
//
//	guard := jwtgrpc.New(verifier, jwtgrpc.Options{})
//	server := grpc.NewServer(
//		grpc.ChainUnaryInterceptor(guard.UnaryServerInterceptor()),
//		grpc.ChainStreamInterceptor(guard.StreamServerInterceptor()),
//	)
//
// Every method needs a token unless [Options.Public] says otherwise, health
// checks and reflection included.
//
// # Errors
//
// A call that is refused ends with one of these, and with a fixed message:
//
//	Unauthenticated   no token, more than one, one that is not to be believed, or
//	                  metadata of which it is not clear what the token is
//	PermissionDenied  the token is good and lacks a scope or group
//	Unavailable       the keys to judge by cannot be had; with a RetryInfo detail
//
// Interceptors further out see an error that also matches those of jwtverify
// (errors.Is, errors.As); what it says of them does not reach the client.
//
// # Streams
//
// A token is judged when a stream begins. A stream that outlives it goes on;
// what must not, looks at ExpiresAt in its claims.
package jwtgrpc

import (
	"context"
	"net/http"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	"github.com/cognitoauth/cognito-go/jwtverify"
	"github.com/cognitoauth/cognito-go/jwtverify/jwthttp"
)

// Options say what a [Guard] asks of which method. The zero Options ask for an
// access token, whatever the method.
type Options struct {
	// Use is the kind of token to accept. Empty: [jwtverify.Access].
	Use jwtverify.TokenUse

	// Public says which methods need no token, by their full names such as
	// grpc_health_v1.Health_Check_FullMethodName. A token sent to them all the
	// same is not looked at. Nil: none.
	Public func(fullMethod string) bool

	// Requirements says what a method requires of a token beyond being good.
	// Nil: nothing. It is asked with each call, so one that no token can meet
	// ([jwtverify.Requirement.Err]) shows as PermissionDenied to everybody.
	Requirements func(fullMethod string) []jwtverify.Requirement

	// Observe is called for every call that was judged: to count and to log.
	// The event's Pattern is the full method name, its Status the HTTP
	// status that says what the gRPC code does.
	Observe func(ctx context.Context, e jwthttp.Event)
}

// Guard lets calls through that carry a good token. It is safe for concurrent
// use.
type Guard struct {
	http         *jwthttp.Guard
	public       func(string) bool
	requirements func(string) []jwtverify.Requirement
}

// New returns a guard over v, which is usually a [*jwtverify.Verifier]. Where
// o.Use is [jwtverify.ID], v must be a [jwtverify.IDTokenVerifier] too. It
// panics if it is given what cannot work, such as a nil *Verifier.
func New(v jwtverify.AccessTokenVerifier, o Options) *Guard {
	g := &Guard{
		// What a Bearer header means, and which answer an error deserves, is
		// decided in one place for both protocols.
		http:         jwthttp.New(v, jwthttp.Options{Use: o.Use, Observe: o.Observe}),
		public:       o.Public,
		requirements: o.Requirements,
	}
	if g.public == nil {
		g.public = func(string) bool { return false }
	}
	if g.requirements == nil {
		g.requirements = func(string) []jwtverify.Requirement { return nil }
	}
	return g
}

// UnaryServerInterceptor returns the interceptor of calls with one request and
// one response.
func (g *Guard) UnaryServerInterceptor() grpc.UnaryServerInterceptor { return g.unary }

// StreamServerInterceptor returns the interceptor of streams.
func (g *Guard) StreamServerInterceptor() grpc.StreamServerInterceptor { return g.stream }

// Authenticate judges the call that ctx is of and returns ctx with the claims
// in it. It has the shape of an AuthFunc of go-grpc-middleware, for servers
// that have their interceptors from there.
func (g *Guard) Authenticate(ctx context.Context) (context.Context, error) {
	method, _ := grpc.Method(ctx) // "" outside a call, which is nobody's exception
	return g.authenticate(ctx, method)
}

func (g *Guard) unary(ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	ctx, err := g.authenticate(ctx, info.FullMethod)
	if err != nil {
		return nil, err
	}
	return handler(ctx, req)
}

func (g *Guard) stream(srv any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
	ctx, err := g.authenticate(stream.Context(), info.FullMethod)
	if err != nil {
		return err
	}
	return handler(srv, &authenticatedStream{ServerStream: stream, ctx: ctx})
}

func (g *Guard) authenticate(ctx context.Context, fullMethod string) (context.Context, error) {
	if g.public(fullMethod) {
		return ctx, nil
	}
	call := (&http.Request{
		Pattern: fullMethod,
		Header:  http.Header{"Authorization": metadata.ValueFromIncomingContext(ctx, "authorization")},
	}).WithContext(ctx)
	authenticated, err := g.http.Authenticate(call, g.requirements(fullMethod)...)
	if err != nil {
		return nil, refusal(g.http.Denial(err))
	}
	return authenticated.Context(), nil
}

// authenticatedStream is a stream with claims in its context.
type authenticatedStream struct {
	grpc.ServerStream
	ctx context.Context //nolint:containedctx // how gRPC hands a stream its context
}

// Context returns the context with the claims.
func (s *authenticatedStream) Context() context.Context { return s.ctx }

// AccessClaims returns the claims of the access token that a [Guard] let
// through; false if there was none.
func AccessClaims(ctx context.Context) (*jwtverify.AccessClaims, bool) {
	return jwthttp.AccessClaims(ctx)
}

// IDClaims returns the claims of the ID token that a [Guard] let through; false
// if there was none.
func IDClaims(ctx context.Context) (*jwtverify.IDClaims, bool) {
	return jwthttp.IDClaims(ctx)
}

// Claims returns what both kinds of token say of the one that a [Guard] let
// through; false if there was none.
func Claims(ctx context.Context) (*jwtverify.Claims, bool) {
	return jwthttp.Claims(ctx)
}
