package jwthttp

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/cognitoauth/cognito-go/jwtverify"
)

// Options say how a [Guard] reads requests and answers them. The zero Options
// take access tokens from the Authorization header.
type Options struct {
	// Use is the kind of token to accept. Empty: [jwtverify.Access]. APIs take
	// access tokens; [jwtverify.ID] is for those that were built on ID tokens.
	Use jwtverify.TokenUse

	// Realm is the realm of WWW-Authenticate (RFC 9110 section 11.5). Empty:
	// "api". It may hold printable ASCII but quotes and backslashes.
	Realm string

	// ResourceMetadata, if set, is the URL of the service's metadata document,
	// which challenges then name (RFC 9728 section 5.1): clients that know
	// nothing of the service, such as those of the Model Context Protocol, find
	// their authorization server by it. Serving the document is not ours.
	ResourceMetadata string

	// Sources are where a token may be. Nil: [Authorization] alone. A request
	// with tokens in two of them is refused (RFC 6750 section 2: clients must
	// not use more than one).
	Sources []Source

	// Deny writes the answer to a request that is refused, in place of the
	// status's name in plain text. WWW-Authenticate, Retry-After and
	// Cache-Control are set already. If Deny writes no status, it is that of the
	// Denial; if it writes nothing, the answer is the usual one.
	Deny func(w http.ResponseWriter, r *http.Request, d Denial)

	// Observe is called for every request that was judged: to count and to
	// log. It runs before the request goes on, which waits for it.
	Observe func(ctx context.Context, e Event)
}

// Guard lets requests through that carry a good token. It is safe for
// concurrent use; one is enough for a whole service.
type Guard struct {
	access     jwtverify.AccessTokenVerifier // nil if use is ID
	id         jwtverify.IDTokenVerifier     // nil if use is Access
	use        jwtverify.TokenUse
	sources    []Source
	challenges challenges
	deny       func(http.ResponseWriter, *http.Request, Denial)
	observe    func(context.Context, Event)
}

// New returns a guard over v, which is usually a [*jwtverify.Verifier]. Where
// o.Use is [jwtverify.ID], v must be a [jwtverify.IDTokenVerifier] too. Like
// [http.ServeMux.Handle] it panics if it is given what cannot work.
func New(v jwtverify.AccessTokenVerifier, o Options) *Guard {
	g := &Guard{
		use:     o.Use,
		sources: slices.Clone(o.Sources),
		deny:    o.Deny,
		observe: o.Observe,
	}
	if g.use == "" {
		g.use = jwtverify.Access
	}
	// A nil *Verifier is what is left where the error of jwtverify.New is not
	// looked at.
	if ours, ok := v.(*jwtverify.Verifier); v == nil || ok && ours == nil {
		panic("jwthttp: New needs a verifier")
	}
	switch g.use {
	case jwtverify.Access:
		g.access = v
	case jwtverify.ID:
		id, ok := v.(jwtverify.IDTokenVerifier)
		if !ok {
			panic(fmt.Sprintf("jwthttp: Options.Use is ID, and %T does not verify ID tokens", v))
		}
		g.id = id
	default:
		panic(fmt.Sprintf("jwthttp: Options.Use %q is neither jwtverify.Access nor jwtverify.ID", o.Use))
	}
	if o.Realm == "" {
		o.Realm = "api"
	}
	if !quotable(o.Realm) {
		panic(fmt.Sprintf("jwthttp: Options.Realm %q has characters that a challenge cannot carry", o.Realm))
	}
	if !quotable(o.ResourceMetadata) {
		panic(fmt.Sprintf("jwthttp: Options.ResourceMetadata %q has characters that a challenge cannot carry", o.ResourceMetadata))
	}
	g.challenges = newChallenges(o.Realm, o.ResourceMetadata)
	if g.sources == nil {
		g.sources = []Source{Authorization()}
	}
	if len(g.sources) == 0 || slices.ContainsFunc(g.sources, func(s Source) bool { return s == nil }) {
		panic("jwthttp: Options.Sources has none, or one that is nil")
	}
	return g
}

// Handler returns a handler that calls next for requests with a good token that
// meets the requirements, and answers all others itself. next finds the claims
// in the request's context. Handler panics if no token can meet a requirement,
// as [jwtverify.Requirement.Err] says.
func (g *Guard) Handler(next http.Handler, requirements ...jwtverify.Requirement) http.Handler {
	return g.handler(next, requirements, false)
}

// OptionalHandler is Handler for what may also be used without a token: a
// request that carries none goes through, without claims. A bad token, or one
// that does not meet the requirements, is refused all the same.
func (g *Guard) OptionalHandler(next http.Handler, requirements ...jwtverify.Requirement) http.Handler {
	return g.handler(next, requirements, true)
}

// Middleware returns Handler in the shape that most routers take, with the
// requirements filled in.
func (g *Guard) Middleware(requirements ...jwtverify.Requirement) func(http.Handler) http.Handler {
	requirements = mustBeMet(requirements)
	return func(next http.Handler) http.Handler { return g.Handler(next, requirements...) }
}

// mustBeMet returns a copy of the requirements. It panics if no token can meet
// one of them: a route that refuses everybody shows when it is made.
func mustBeMet(requirements []jwtverify.Requirement) []jwtverify.Requirement {
	for _, r := range requirements {
		if err := r.Err(); err != nil {
			panic(fmt.Sprintf("jwthttp: %v", err))
		}
	}
	return slices.Clone(requirements)
}

func (g *Guard) handler(next http.Handler, requirements []jwtverify.Requirement, optional bool) http.Handler {
	if next == nil {
		panic("jwthttp: the handler to guard is nil")
	}
	requirements = mustBeMet(requirements)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		claims, err := g.judge(r, requirements, optional)
		if err != nil {
			g.Deny(w, r, err)
			return
		}
		next.ServeHTTP(w, withClaims(r, g.use, claims))
	})
}

// Check judges a request as Handler does, and returns what both kinds of token
// say. It writes nothing and changes nothing. The error is an
// *[jwtverify.Error], or matches [ErrRequestInvalid]; [Guard.Denial] says
// what to answer. If no token was sent it matches
// [jwtverify.ErrTokenMissing].
func (g *Guard) Check(r *http.Request, requirements ...jwtverify.Requirement) (*jwtverify.Claims, error) {
	claims, err := g.judge(r, requirements, false)
	if err != nil {
		return nil, err
	}
	return common(claims), nil
}

// Authenticate judges a request as Handler does, and returns it with the claims
// in its context: for routers whose handlers have a shape of their own. The
// errors are those of Check; what to answer is written by [Guard.Deny].
func (g *Guard) Authenticate(r *http.Request, requirements ...jwtverify.Requirement) (*http.Request, error) {
	claims, err := g.judge(r, requirements, false)
	if err != nil {
		return nil, err
	}
	return withClaims(r, g.use, claims), nil
}

// errNoClaims is for verifiers other than ours: neither claims nor an error is
// no reason to let anybody in.
var errNoClaims = errors.New("jwthttp: the verifier returned no claims")

// judge decides. Without an error, claims are an *AccessClaims or *IDClaims, or
// nil for a request that needs none.
func (g *Guard) judge(r *http.Request, requirements []jwtverify.Requirement, optional bool) (claims any, err error) {
	if g.observe == nil {
		return g.verify(r, requirements, optional)
	}
	began := time.Now()
	claims, err = g.verify(r, requirements, optional)
	g.observe(r.Context(), g.event(r, claims, err, time.Since(began)))
	return claims, err
}

func (g *Guard) verify(r *http.Request, requirements []jwtverify.Requirement, optional bool) (any, error) {
	token, err := g.token(r)
	switch {
	case err != nil:
		return nil, err
	case token == "" && optional:
		return nil, nil //nolint:nilnil // no claims and no fault: judge says so
	case token == "":
		return nil, &jwtverify.Error{Code: jwtverify.CodeTokenMissing}
	}
	if g.use == jwtverify.ID {
		return claimsOf(g.id.VerifyIDToken(r.Context(), token, requirements...))
	}
	return claimsOf(g.access.VerifyAccessToken(r.Context(), token, requirements...))
}

// claimsOf returns a verifier's claims, or an error if there are none.
func claimsOf[C any](claims *C, err error) (any, error) {
	switch {
	case err != nil:
		return nil, err
	case claims == nil:
		return nil, errNoClaims
	}
	return claims, nil
}
