package bench

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"sync/atomic"
	"time"

	auth0jwks "github.com/auth0/go-jwt-middleware/v2/jwks"
	auth0 "github.com/auth0/go-jwt-middleware/v2/validator"
	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
	josejwt "github.com/go-jose/go-jose/v4/jwt"
	capjwt "github.com/hashicorp/cap/jwt"
	"github.com/lestrrat-go/httprc/v3"
	"github.com/lestrrat-go/jwx/v3/jwk"
	jwxjwt "github.com/lestrrat-go/jwx/v3/jwt"

	"github.com/cognitoauth/cognito-go/jwtverify"
)

// Peer is one way to verify tokens.
type Peer struct {
	// Access and ID verify a token of that kind; nil if the peer cannot.
	Access, ID func(ctx context.Context, token string) error
	// Due makes the key set due for its next refresh; nil for peers that never
	// refresh it by time.
	Due func()
}

// Setup is what a peer is made with.
type Setup struct {
	*Fixture
	// JWKSURL is where the keys are.
	JWKSURL string
	// Refresh is how often to fetch the keys again, for peers that do so by
	// time; 0 means as often as the peer's documentation has it.
	Refresh time.Duration
}

// Maker makes a peer. The context ends its goroutines.
type Maker struct {
	Name string
	// Fetches is whether the peer gets its keys from Setup.JWKSURL; others
	// are given them and never fetch.
	Fetches bool
	New     func(ctx context.Context, s Setup) (*Peer, error)
}

// Names that other code refers to.
const (
	Floor      = "floor"
	Ours       = "ours"
	Remembered = "ours-remembered"
)

// Makers lists the peers, the floor and ours first.
func Makers() []Maker {
	return []Maker{
		{Name: Floor, New: newFloor},
		{Name: Ours, Fetches: true, New: newOurs},
		{Name: Remembered, Fetches: true, New: newRemembered},
		{Name: "golang-jwt:map", New: golangJWT(plainKeys, intoMap)},
		{Name: "golang-jwt:typed", New: golangJWT(plainKeys, intoTyped)},
		{Name: "golang-jwt+keyfunc:map", Fetches: true, New: golangJWT(keyfuncKeys, intoMap)},
		{Name: "golang-jwt+keyfunc:typed", Fetches: true, New: golangJWT(keyfuncKeys, intoTyped)},
		{Name: "go-oidc", Fetches: true, New: newGoOIDC},
		{Name: "go-jose", New: newGoJose},
		{Name: "jwx", Fetches: true, New: newJWX},
		{Name: "cap", Fetches: true, New: newCap},
		{Name: "auth0-v2", Fetches: true, New: newAuth0},
	}
}

// Claims are the claims of both kinds of token, for peers that decode into a
// struct of the caller's.
type Claims struct {
	Subject   string   `json:"sub"`
	Issuer    string   `json:"iss"`
	TokenUse  string   `json:"token_use"`
	ClientID  string   `json:"client_id"`
	Username  string   `json:"username"`
	Scope     string   `json:"scope"`
	Groups    []string `json:"cognito:groups"`
	TokenID   string   `json:"jti"`
	OriginID  string   `json:"origin_jti"`
	EventID   string   `json:"event_id"`
	AuthTime  int64    `json:"auth_time"`
	IssuedAt  int64    `json:"iat"`
	ExpiresAt int64    `json:"exp"`

	CognitoUsername string `json:"cognito:username"`
	Email           string `json:"email"`
	EmailVerified   bool   `json:"email_verified"`
	Name            string `json:"name"`
	GivenName       string `json:"given_name"`
	FamilyName      string `json:"family_name"`
}

var errWrongToken = errors.New("bench: the token is for another use or client")

// check does what peers leave to their users: token_use, and the client of an
// access token, which has no aud.
func check(use jwtverify.TokenUse, tokenUse, clientID, want string) error {
	if tokenUse != string(use) || use == jwtverify.Access && clientID != want {
		return errWrongToken
	}
	return nil
}

// both makes the two functions of a Peer of one.
func both(verify func(ctx context.Context, use jwtverify.TokenUse, token string) error) *Peer {
	return &Peer{
		Access: func(ctx context.Context, token string) error { return verify(ctx, jwtverify.Access, token) },
		ID:     func(ctx context.Context, token string) error { return verify(ctx, jwtverify.ID, token) },
	}
}

func newOurs(_ context.Context, s Setup) (*Peer, error) { return ours(s, 0) }

func newRemembered(_ context.Context, s Setup) (*Peer, error) { return ours(s, 1000) }

func ours(s Setup, cacheSize int) (*Peer, error) {
	cfg := jwtverify.Config{
		UserPoolID:     s.UserPoolID,
		ClientIDs:      []string{s.ClientID},
		JWKSURL:        s.JWKSURL,
		TokenCacheSize: cacheSize,
	}
	// Only scenarios move the clock, so only there does reading it cost more.
	var ahead atomic.Int64
	if s.Refresh != 0 {
		cfg.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	}
	v, err := jwtverify.New(cfg)
	if err != nil {
		return nil, err
	}
	return &Peer{
		Access: func(ctx context.Context, token string) error {
			_, err := v.VerifyAccessToken(ctx, token)
			return err
		},
		ID: func(ctx context.Context, token string) error {
			_, err := v.VerifyIDToken(ctx, token)
			return err
		},
		Due: func() { ahead.Add(int64(2 * time.Hour)) }, // twice the longest freshness
	}, nil
}

func newGoOIDC(ctx context.Context, s Setup) (*Peer, error) {
	keys := oidc.NewRemoteKeySet(ctx, s.JWKSURL)
	access := oidc.NewVerifier(s.Issuer, keys, &oidc.Config{SkipClientIDCheck: true})
	id := oidc.NewVerifier(s.Issuer, keys, &oidc.Config{ClientID: s.ClientID})
	return both(func(ctx context.Context, use jwtverify.TokenUse, token string) error {
		verifier := id
		if use == jwtverify.Access {
			verifier = access
		}
		verified, err := verifier.Verify(ctx, token)
		if err != nil {
			return err
		}
		var claims Claims
		if err := verified.Claims(&claims); err != nil {
			return err
		}
		return check(use, claims.TokenUse, claims.ClientID, s.ClientID)
	}), nil
}

func newGoJose(_ context.Context, s Setup) (*Peer, error) {
	var keys jose.JSONWebKeySet
	if err := unmarshal(s.JWKS, &keys); err != nil {
		return nil, err
	}
	algorithms := []jose.SignatureAlgorithm{jose.RS256}
	return both(func(_ context.Context, use jwtverify.TokenUse, token string) error {
		parsed, err := josejwt.ParseSigned(token, algorithms)
		if err != nil {
			return err
		}
		var registered josejwt.Claims
		var claims Claims
		if err := parsed.Claims(&keys, &registered, &claims); err != nil {
			return err
		}
		expected := josejwt.Expected{Issuer: s.Issuer, Time: time.Now()}
		if use == jwtverify.ID {
			expected.AnyAudience = josejwt.Audience{s.ClientID}
		}
		if err := registered.ValidateWithLeeway(expected, 0); err != nil {
			return err
		}
		return check(use, claims.TokenUse, claims.ClientID, s.ClientID)
	}), nil
}

func newJWX(ctx context.Context, s Setup) (*Peer, error) {
	cache, err := jwk.NewCache(ctx, httprc.NewClient())
	if err != nil {
		return nil, err
	}
	options := []jwk.RegisterOption{jwk.WithWaitReady(false)}
	if s.Refresh > 0 {
		options = append(options, jwk.WithConstantInterval(s.Refresh))
	}
	if err := cache.Register(ctx, s.JWKSURL, options...); err != nil {
		return nil, err
	}
	keys, err := cache.CachedSet(s.JWKSURL)
	if err != nil {
		return nil, err
	}
	access := []jwxjwt.ParseOption{
		jwxjwt.WithKeySet(keys), jwxjwt.WithIssuer(s.Issuer),
		jwxjwt.WithClaimValue("token_use", "access"), jwxjwt.WithClaimValue("client_id", s.ClientID),
	}
	id := []jwxjwt.ParseOption{
		jwxjwt.WithKeySet(keys), jwxjwt.WithIssuer(s.Issuer),
		jwxjwt.WithClaimValue("token_use", "id"), jwxjwt.WithAudience(s.ClientID),
	}
	p := both(func(_ context.Context, use jwtverify.TokenUse, token string) error {
		options := id
		if use == jwtverify.Access {
			options = access
		}
		_, err := jwxjwt.ParseString(token, options...)
		return err
	})
	p.Due = func() { time.Sleep(s.Refresh * 5 / 4) }
	return p, nil
}

func newCap(ctx context.Context, s Setup) (*Peer, error) {
	keys, err := capjwt.NewJSONWebKeySet(ctx, s.JWKSURL, "")
	if err != nil {
		return nil, err
	}
	validator, err := capjwt.NewValidator(keys)
	if err != nil {
		return nil, err
	}
	access := capjwt.Expected{Issuer: s.Issuer, SigningAlgorithms: []capjwt.Alg{capjwt.RS256}}
	id := access
	id.Audiences = []string{s.ClientID}
	return both(func(ctx context.Context, use jwtverify.TokenUse, token string) error {
		expected := id
		if use == jwtverify.Access {
			expected = access
		}
		claims, err := validator.Validate(ctx, token, expected)
		if err != nil {
			return err
		}
		tokenUse, _ := claims["token_use"].(string)
		clientID, _ := claims["client_id"].(string)
		return check(use, tokenUse, clientID, s.ClientID)
	}), nil
}

// auth0Claims lets the middleware decode into Claims.
type auth0Claims struct{ Claims }

func (c *auth0Claims) Validate(context.Context) error {
	return check(jwtverify.ID, c.TokenUse, "", "")
}

// newAuth0 makes a peer for ID tokens alone: it insists on aud.
func newAuth0(_ context.Context, s Setup) (*Peer, error) {
	issuer, err := url.Parse(s.Issuer)
	if err != nil {
		return nil, err
	}
	keys, err := url.Parse(s.JWKSURL)
	if err != nil {
		return nil, err
	}
	refresh := s.Refresh
	if refresh == 0 {
		refresh = 5 * time.Minute // as in its README
	}
	provider := auth0jwks.NewCachingProvider(issuer, refresh, auth0jwks.WithCustomJWKSURI(keys))
	validator, err := auth0.New(provider.KeyFunc, auth0.RS256, s.Issuer, []string{s.ClientID},
		auth0.WithCustomClaims(func() auth0.CustomClaims { return new(auth0Claims) }))
	if err != nil {
		return nil, fmt.Errorf("bench: auth0: %w", err)
	}
	return &Peer{
		ID: func(ctx context.Context, token string) error {
			_, err := validator.ValidateToken(ctx, token)
			return err
		},
		Due: func() { time.Sleep(s.Refresh * 5 / 4) },
	}, nil
}
