package jwtverify

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"
)

// Config says which tokens to accept. UserPoolID and ClientIDs are all most
// services set.
type Config struct {
	// UserPoolID is the pool, such as eu-west-1_Ab12Cd34E. Its issuers follow
	// from it: both forms Cognito uses,
	// https://cognito-idp.<region>.amazonaws.com/<pool> and
	// https://issuer-cognito-idp.<region>.amazonaws.com/<pool>. The keys of the
	// second are fetched only once a token claims it.
	UserPoolID string
	// ClientIDs are the app clients whose tokens are accepted. None is an
	// error, unless AnyClient is set.
	ClientIDs []string
	// AnyClient accepts the tokens of every app client of the pool, those
	// made later by others included.
	AnyClient bool

	// Issuer, if set, is the only issuer accepted, byte for byte, in place of
	// those that follow from UserPoolID.
	Issuer string
	// JWKSURL, if set, is where the keys are fetched, in place of
	// <issuer>/.well-known/jwks.json: an emulator, or a proxy within a VPC.
	JWKSURL string
	// InsecureJWKSURL permits keys to be fetched without TLS from a host that
	// is not this one. Whoever is on that network can then sign tokens. It MUST
	// NOT be set in production. Plain http to a loopback address needs no
	// permission.
	InsecureJWKSURL bool
	// KeySet, if set, is the fixed set of keys: nothing is ever fetched, and
	// rotation is the caller's business.
	KeySet *KeySet
	// ReplicaRegions are the other regions of a multi-Region pool, whose
	// tokens carry the issuer https://cognito-idp.<replica>.amazonaws.com/<pool>.
	ReplicaRegions []string

	// HTTPClient fetches key sets; nil means one made for it. Whatever it is,
	// redirects are not followed, five seconds are the limit for one
	// fetch, 256 KiB for one answer.
	HTTPClient *http.Client
	// MaxStale is how long a key set may be used when it cannot be fetched
	// again; the package documentation says when that is tried. 0 means 24 hours.
	MaxStale time.Duration

	// Leeway is how far exp may have passed, and other times be ahead. 0
	// means not at all; a few seconds help where clocks are not synchronised.
	// Ten minutes are the most.
	Leeway time.Duration
	// Now is the time tokens are judged by; nil means time.Now.
	Now func() time.Time
	// Requirements hold for every token, before those of the call.
	Requirements []Requirement
	// Check, if set, runs last, on every token that passed everything else: a list
	// of revoked sign-ins, a tenant. An error that matches ErrForbidden or
	// ErrKeysUnavailable (for a list that cannot be reached) is in that group;
	// any other is ErrCheckFailed, a 401.
	Check func(ctx context.Context, claims *Claims) error

	// TokenCacheSize is for how many tokens to remember that the signature was
	// good: as many as there are users within the life of a token, say. 0 means
	// none, 4,194,304 are the most; a usual token takes about 2 KB. A remembered one
	// skips the signature and the parsing; expiry, clients, requirements and Check
	// are looked at every time, and it is forgotten when its key leaves the key
	// set. What is kept is no token: of the signature, eight characters and the
	// SHA-256.
	TokenCacheSize int

	// Hooks are told of fetches and refusals.
	Hooks Hooks
}

// DefaultMaxStale is the MaxStale of a Config that sets none.
const DefaultMaxStale = 24 * time.Hour

// maxLeeway bounds Leeway. Beyond it a unit was mistaken, and expiry is undone.
const maxLeeway = 10 * time.Minute

// maxTokenCacheSize bounds TokenCacheSize, and the sum of all pools: a slot each.
const maxTokenCacheSize = 1 << 22

// ConfigFromEnv reads AWS_COGNITO_USER_POOL_ID, AWS_COGNITO_CLIENT_ID (one ID,
// or several with commas between them) and AWS_COGNITO_AUTHORITY (the Issuer).
// It fails, with all that is missing, unless there are a client and a pool or an
// authority.
func ConfigFromEnv() (Config, error) {
	cfg := Config{
		UserPoolID: strings.TrimSpace(os.Getenv("AWS_COGNITO_USER_POOL_ID")),
		Issuer:     strings.TrimSpace(os.Getenv("AWS_COGNITO_AUTHORITY")),
	}
	for id := range strings.SplitSeq(os.Getenv("AWS_COGNITO_CLIENT_ID"), ",") {
		if id = strings.TrimSpace(id); id != "" {
			cfg.ClientIDs = append(cfg.ClientIDs, id)
		}
	}
	var errs []error
	if cfg.UserPoolID == "" && cfg.Issuer == "" {
		errs = append(errs, errors.New("AWS_COGNITO_USER_POOL_ID is not set"))
	}
	if len(cfg.ClientIDs) == 0 {
		errs = append(errs, errors.New("AWS_COGNITO_CLIENT_ID is not set"))
	}
	if len(errs) > 0 {
		return Config{}, configError(errs)
	}
	return cfg, nil
}

func configError(errs []error) error {
	return fmt.Errorf("%w: %w", ErrInvalidConfig, errors.Join(errs...))
}

// validate returns every problem there is, and the issuers.
func (c *Config) validate() ([]issuerForm, []error) {
	var errs []error
	bad := func(field, format string, args ...any) {
		errs = append(errs, fmt.Errorf(field+": "+format, args...))
	}

	var forms []issuerForm
	switch {
	case c.Issuer != "":
		forms = []issuerForm{{name: c.Issuer, primary: true}}
		if c.UserPoolID != "" {
			if _, ok := cutPoolID(c.UserPoolID); !ok {
				bad("UserPoolID", "%q is not a user pool ID", c.UserPoolID)
			}
			if other := poolOfIssuer(c.Issuer); other != "" && other != c.UserPoolID {
				bad("UserPoolID", "%q is not the pool of Issuer %q", c.UserPoolID, c.Issuer)
			}
		}
		if len(c.ReplicaRegions) > 0 {
			bad("ReplicaRegions", "has no effect beside Issuer")
		}
	case c.UserPoolID == "":
		bad("UserPoolID", "is required")
	default:
		region, err := regionOfPool(c.UserPoolID)
		if err != nil {
			bad("UserPoolID", "%w", err)
			break
		}
		for i, replica := range c.ReplicaRegions {
			switch {
			case !isRegion(replica):
				bad("ReplicaRegions", "%q is not a region", replica)
			case replica == region || slices.Contains(c.ReplicaRegions[:i], replica):
				bad("ReplicaRegions", "%q is listed twice or is the pool's own", replica)
			}
		}
		forms = issuerForms(c.UserPoolID, region, c.ReplicaRegions)
	}

	switch {
	case len(c.ClientIDs) == 0 && !c.AnyClient:
		bad("ClientIDs", "is empty; AnyClient accepts every client of the pool")
	case len(c.ClientIDs) > 0 && c.AnyClient:
		bad("AnyClient", "contradicts ClientIDs")
	}
	for _, id := range c.ClientIDs {
		if id == "" || strings.TrimSpace(id) != id {
			bad("ClientIDs", "%q is not a client ID", id)
		}
	}

	switch {
	case c.KeySet != nil && c.JWKSURL != "":
		bad("KeySet", "contradicts JWKSURL")
	case c.KeySet != nil && len(c.KeySet.keys) == 0:
		bad("KeySet", "is empty; make it with ParseKeySet")
	case c.KeySet != nil:
	case c.JWKSURL != "":
		if err := checkURL(c.JWKSURL, c.InsecureJWKSURL); err != nil {
			bad("JWKSURL", "%w", err)
		}
	case c.Issuer != "":
		if err := checkURL(jwksURL(c.Issuer), c.InsecureJWKSURL); err != nil {
			bad("Issuer", "%w; set JWKSURL if the keys are elsewhere", err)
		}
	}

	if c.Leeway < 0 {
		bad("Leeway", "is negative")
	}
	if c.Leeway > maxLeeway {
		bad("Leeway", "is more than %v: clocks are not that far apart", maxLeeway)
	}
	if c.MaxStale < 0 {
		bad("MaxStale", "is negative")
	}
	if c.TokenCacheSize < 0 {
		bad("TokenCacheSize", "is negative")
	}
	if c.TokenCacheSize > maxTokenCacheSize {
		bad("TokenCacheSize", "is more than %d", maxTokenCacheSize)
	}
	for _, r := range c.Requirements {
		if err := r.Err(); err != nil {
			bad("Requirements", "%w", err)
		}
	}
	return forms, errs
}

// checkURL accepts what keys may be fetched from.
func checkURL(raw string, insecure bool) error {
	u, err := url.Parse(raw)
	if err != nil {
		return errors.New("is not a URL") // the error would quote it
	}
	switch {
	case u.Host == "" || u.Opaque != "":
		return errors.New("is not an absolute URL")
	case u.User != nil:
		return errors.New("has credentials in it, which would end up in logs")
	case u.Fragment != "":
		return errors.New("has a fragment")
	case u.Scheme == "https":
		return nil
	case u.Scheme == "http" && (insecure || isLoopback(u.Hostname())):
		return nil
	case u.Scheme == "http":
		return errors.New("is http to another host, which InsecureJWKSURL would permit")
	}
	return fmt.Errorf("has scheme %q, not https", u.Scheme)
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
