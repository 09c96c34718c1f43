package jwtverify

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/cognitoauth/cognito-go/internal/jws"
)

// AccessTokenVerifier verifies access tokens. [*Verifier] does; a test may
// use something simpler.
type AccessTokenVerifier interface {
	VerifyAccessToken(ctx context.Context, token string, requirements ...Requirement) (*AccessClaims, error)
}

// IDTokenVerifier verifies ID tokens. [*Verifier] does; a test may use
// something simpler.
type IDTokenVerifier interface {
	VerifyIDToken(ctx context.Context, token string, requirements ...Requirement) (*IDClaims, error)
}

var (
	_ AccessTokenVerifier = (*Verifier)(nil)
	_ IDTokenVerifier     = (*Verifier)(nil)
)

// Verifier verifies the tokens of one or more user pools. It is safe for
// concurrent use and meant to be made once and kept: it holds the keys.
type Verifier struct {
	issuers map[string]*trustedIssuer
	pools   []*pool
	cache   *tokenCache // nil: nothing is remembered
}

// trustedIssuer binds an issuer to its own keys and to the rules of its pool.
type trustedIssuer struct {
	name string
	keys *keySource
	pool *pool
}

// pool is what a Config says about tokens.
type pool struct {
	clientIDs    []string // empty: any
	leeway       time.Duration
	clock        *clock
	requirements []Requirement
	check        func(context.Context, *Claims) error
	hooks        Hooks
	// primary are the sources Prefetch fills: one of them must answer.
	primary []*keySource
	// remember says whether this pool's tokens may be in the cache.
	remember bool
}

// New returns a verifier for the tokens of one user pool. It does no input or
// output: keys are fetched when the first token needs them, or by
// [Verifier.Prefetch]. The error lists everything wrong with cfg and matches
// [ErrInvalidConfig].
func New(cfg Config) (*Verifier, error) { return NewMulti(cfg) }

// NewMulti returns a verifier for the tokens of several user pools, each with
// its own rules. A token is judged by the pool whose issuer it carries, with
// that issuer's keys and no others.
func NewMulti(configs ...Config) (*Verifier, error) {
	v := &Verifier{issuers: make(map[string]*trustedIssuer)}
	var errs []error
	cacheSize := 0
	if len(configs) == 0 {
		errs = append(errs, errors.New("no pool is given"))
	}
	for i, cfg := range configs {
		cacheSize = min(cacheSize+min(max(cfg.TokenCacheSize, 0), maxTokenCacheSize), maxTokenCacheSize)
		for _, err := range v.add(cfg) {
			if len(configs) > 1 {
				err = fmt.Errorf("pool %d: %w", i, err)
			}
			errs = append(errs, err)
		}
	}
	if len(errs) > 0 {
		return nil, configError(errs)
	}
	v.cache = newTokenCache(cacheSize)
	return v, nil
}

func (v *Verifier) add(cfg Config) []error {
	forms, errs := cfg.validate()
	for _, form := range forms {
		if v.issuers[form.name] != nil {
			errs = append(errs, fmt.Errorf("issuer %s is configured twice", form.name))
		}
	}
	if len(errs) > 0 {
		return errs
	}
	p := &pool{
		clientIDs:    slices.Clone(cfg.ClientIDs),
		leeway:       cfg.Leeway,
		clock:        newClock(cfg.Now),
		requirements: slices.Clone(cfg.Requirements),
		check:        cfg.Check,
		hooks:        cfg.Hooks,
		remember:     cfg.TokenCacheSize > 0,
	}
	var shared *keySource
	switch {
	case cfg.KeySet != nil:
		fixed, err := newFixedSource(cfg.KeySet, p.clock)
		if err != nil {
			return []error{fmt.Errorf("KeySet: %w", err)}
		}
		shared = fixed
	case cfg.JWKSURL != "":
		shared = newKeySource(cfg, p.clock, cfg.JWKSURL, false)
	}
	for _, form := range forms {
		source := shared
		if source == nil {
			source = newKeySource(cfg, p.clock, jwksURL(form.name), form.optional)
		}
		v.issuers[form.name] = &trustedIssuer{name: form.name, keys: source, pool: p}
		if form.primary {
			p.primary = append(p.primary, source)
		}
	}
	v.pools = append(v.pools, p)
	return nil
}

func newKeySource(cfg Config, c *clock, url string, optional bool) *keySource {
	s := &keySource{
		url:      url,
		optional: optional,
		client:   newHTTPClient(cfg.HTTPClient),
		clock:    c,
		maxStale: cfg.MaxStale,
		hook:     cfg.Hooks.Fetch,
		landed:   make(chan struct{}),
	}
	if s.maxStale == 0 {
		s.maxStale = DefaultMaxStale
	}
	return s
}

// Prefetch fetches the key set of every configured pool now, all at once and even
// if there is one: so that the first request does not wait, or to look for new
// keys. It takes five seconds at most. Those of the updated issuer form and of
// replicas are left until a token claims them. It returns an error that matches
// [ErrKeysUnavailable] unless all pools have answered. That is no reason not to
// start: the verifier goes on trying by itself.
func (v *Verifier) Prefetch(ctx context.Context) error {
	errs := make([]error, len(v.pools))
	var wg sync.WaitGroup
	for i, p := range v.pools {
		wg.Go(func() { errs[i] = p.prefetch(ctx) })
	}
	wg.Wait()
	return errors.Join(errs...)
}

func (p *pool) prefetch(ctx context.Context) error {
	var failures []error
	for _, source := range p.primary {
		err := source.prefetch(ctx)
		if err == nil {
			return nil
		}
		failures = append(failures, err)
	}
	return errors.Join(failures...)
}

// VerifyAccessToken verifies an access token and returns its claims. The
// error, if any, is an *[Error]; see the package documentation for what to do
// about it.
func (v *Verifier) VerifyAccessToken(ctx context.Context, token string, requirements ...Requirement) (*AccessClaims, error) {
	var p parsed
	var room [16]string
	issuer, strs, err := v.authenticate(ctx, token, Access, &p, room[:0])
	if err == nil {
		claims := p.accessClaims(strs)
		if err = issuer.pool.authorize(ctx, &claims.Claims, claims.Scopes, claims.Audience, requirements); err == nil {
			return claims, nil
		}
	}
	return nil, v.reject(ctx, issuer, Access, err)
}

// VerifyIDToken verifies an ID token and returns its claims. The error, if any,
// is an *[Error]; see the package documentation for what to do about it.
func (v *Verifier) VerifyIDToken(ctx context.Context, token string, requirements ...Requirement) (*IDClaims, error) {
	var p parsed
	var room [16]string
	issuer, strs, err := v.authenticate(ctx, token, ID, &p, room[:0])
	if err == nil {
		claims := p.idClaims(strs)
		if err = issuer.pool.authorize(ctx, &claims.Claims, nil, claims.Audience, requirements); err == nil {
			return claims, nil
		}
	}
	return nil, v.reject(ctx, issuer, ID, err)
}

func (v *Verifier) reject(ctx context.Context, issuer *trustedIssuer, use TokenUse, err *Error) error {
	var p *pool
	switch {
	case issuer != nil:
		p = issuer.pool
	case len(v.pools) > 0:
		p = v.pools[0]
	}
	if p != nil && p.hooks.Reject != nil {
		p.hooks.Reject(ctx, use, err)
	}
	return err
}

// Buffers on the stack that hold a usual token; more is allocated.
const (
	headerBuffer    = 256
	peekBuffer      = 768 // for the first part of the payload: 1,024 characters
	payloadBuffer   = 2 << 10
	signatureBuffer = jws.MaxRSABits / 8
	inputBuffer     = 2 << 10
)

// authenticate finds out whether a token is its issuer's and good for use at
// this time, and fills p with what it says. The order is that of cost and of
// trust: nothing is believed before the signature, and of what the payload says
// only iss is looked at, to choose whose key that must be.
func (v *Verifier) authenticate(ctx context.Context, token string, use TokenUse, p *parsed, strs []string) (*trustedIssuer, []string, *Error) {
	compact, err := jws.Split(token)
	if err != nil {
		e := malformed("", err)
		if token == "" {
			e.Code = CodeTokenMissing
		}
		return nil, nil, e
	}
	if v.cache != nil {
		if r := v.cache.get(compact, use); r != nil {
			if now := r.issuer.pool.clock.read(); r.issuer.keys.known(r.kid, r.key, now) {
				*p = r.claims
				return r.issuer, r.strs, r.issuer.validate(p, r.strs, use, now.wall)
			}
		}
	}
	var headerRoom [headerBuffer]byte
	header, err := decode(headerRoom[:], compact.Header())
	if err != nil {
		return nil, nil, malformed("", err)
	}
	h, err := jws.ParseHeader(header, jws.RS256)
	if err != nil {
		return nil, nil, headerError(err)
	}

	var peekRoom [peekBuffer]byte
	name, peeked, err := peekIssuer(peekRoom[:], compact.Payload())
	if err != nil {
		return nil, nil, peekError(err)
	}
	issuer := v.issuers[string(name)]
	if issuer == nil {
		return nil, nil, &Error{Code: CodeIssuerInvalid, Claim: "iss"}
	}
	key, keyErr := issuer.keys.ready(h.KeyID)
	if keyErr != nil {
		return issuer, nil, keyErr
	}

	// The rest of the token's spelling, before anybody waits for its key.
	var payloadRoom [payloadBuffer]byte
	payload, err := decodeRest(payloadRoom[:], peeked, compact.Payload())
	if err != nil {
		return issuer, nil, malformed("", err)
	}
	var signatureRoom [signatureBuffer]byte
	signature, err := decode(signatureRoom[:], compact.Signature())
	if err != nil {
		return issuer, nil, malformed("", err)
	}
	if key == nil {
		if key, keyErr = issuer.keys.key(ctx, h.KeyID); keyErr != nil {
			return issuer, nil, keyErr
		}
	}
	// What golang-jwt's SigningMethodRS256.Verify does, less three allocations and a
	// kilobyte of garbage for each token.
	var inputRoom [inputBuffer]byte
	digest := hashText(inputRoom[:], compact.SigningInput())
	if rsa.VerifyPKCS1v15(key.public, crypto.SHA256, digest[:], signature) != nil {
		return issuer, nil, &Error{Code: CodeSignatureInvalid}
	}

	strs, scanErr := scanClaims(string(payload), use, p, strs)
	if scanErr != nil {
		return issuer, nil, scanErr
	}
	now := issuer.pool.clock.wall()
	if err := issuer.validate(p, strs, use, now); err != nil {
		return issuer, nil, err
	}
	if v.cache != nil && issuer.pool.remember {
		r := newRemembered(compact, use)
		r.issuer, r.kid, r.key = issuer, string(h.KeyID), key
		r.claims, r.strs = *p, slices.Clone(strs)
		v.cache.put(r, now)
	}
	return issuer, strs, nil
}

// peekIssuer decodes as much of the payload as it takes to see iss, into room if
// it fits. Cognito's tokens have it near the beginning, and a token of some other
// issuer, or whose key is unknown, is refused without looking at the rest.
func peekIssuer(room []byte, payload string) (issuer, decoded []byte, err error) {
	var peek jws.IssuerPeek
	for _, length := range [...]int{peekLength, 4 * peekLength, len(payload)} {
		length = min(length, len(payload))
		if decoded, err = decodeRest(room, decoded, payload[:length]); err != nil {
			return nil, nil, err
		}
		if issuer, err = peek.Find(decoded, length == len(payload)); err == nil || length == len(payload) {
			break
		}
	}
	return issuer, decoded, err
}

// peekLength is how many characters of the payload are looked at first, and then
// four times as many before all: a multiple of 4, so that decoding can go on from
// there. What is looked at again is little, wherever a stranger puts his iss.
const peekLength = 256

// decode decodes into room if it fits.
func decode(room []byte, segment string) ([]byte, error) { return decodeRest(room, nil, segment) }

// decodeRest does so where the beginning of the segment has been decoded already,
// in room or elsewhere: a multiple of 4 characters, or all of it. Where that is,
// the rest goes too if it fits.
func decodeRest(room, begun []byte, segment string) ([]byte, error) {
	have := len(begun)
	if n := jws.DecodedLen(len(segment)); begun != nil && n <= cap(begun) {
		room = begun[:cap(begun)]
	} else {
		if n > len(room) {
			room = make([]byte, n)
		}
		copy(room, begun)
	}
	n, err := jws.DecodeBase64(room[have:], segment[(have*8+5)/6:])
	return room[:have+n], err
}

// hashText hashes a string. crypto/sha256 takes bytes, so it is copied into room if
// it fits: converting it would be garbage.
func hashText(room []byte, text string) [sha256.Size]byte {
	if len(text) > len(room) {
		return sha256.Sum256([]byte(text))
	}
	return sha256.Sum256(room[:copy(room, text)])
}

func peekError(fault error) *Error {
	e := malformed("", fault)
	if errors.Is(fault, jws.FaultIssuer) {
		e.Code, e.Claim = CodeIssuerInvalid, "iss"
	}
	return e
}

func headerError(fault error) *Error {
	e := malformed("", fault)
	switch f, _ := errors.AsType[jws.Fault](fault); f {
	case jws.FaultAlg, jws.FaultAlgMissing:
		e.Code, e.Claim = CodeAlgorithmNotAllowed, "alg"
	case jws.FaultKeyIDMissing, jws.FaultKeyIDTooLong:
		e.Claim = "kid"
	case jws.FaultCritical:
		e.Claim = "crit"
	case jws.FaultUnencodedOption:
		e.Claim = "b64"
	case jws.FaultTyp:
		e.Claim = "typ"
	}
	return e
}

// validate applies the rules that hold for every token of the pool.
func (i *trustedIssuer) validate(p *parsed, strs []string, use TokenUse, now time.Time) *Error {
	switch {
	case p.issuer != i.name:
		// The payload has other things to say than the peek saw.
		return &Error{Code: CodeIssuerInvalid, Claim: "iss"}
	case p.use != use:
		return &Error{Code: CodeTokenUseInvalid, Claim: "token_use"}
	case p.subject == "":
		return malformed("sub", errClaimMissing)
	case p.exp == 0:
		return malformed("exp", errClaimMissing)
	case p.iat == 0:
		return malformed("iat", errClaimMissing)
	}
	if err := i.pool.checkClient(p, p.audience.of(strs), use); err != nil {
		return err
	}
	// RFC 7519 section 4.1.4: not to be accepted on or after exp. The whole
	// seconds of a time before one are less than it.
	if now.Add(-i.pool.leeway).Unix() >= p.exp {
		return &Error{Code: CodeTokenExpired, Claim: "exp"}
	}
	latest := now.Add(i.pool.leeway).Unix()
	if p.nbf > latest {
		return &Error{Code: CodeTokenNotYetValid, Claim: "nbf"}
	}
	if p.iat > latest {
		return &Error{Code: CodeTokenNotYetValid, Claim: "iat"}
	}
	if p.authTime > latest {
		return &Error{Code: CodeTokenNotYetValid, Claim: "auth_time"}
	}
	return nil
}

var errClaimMissing = errors.New("is required")

// checkClient checks whom the token was issued to. An access token says so in
// client_id, and aud, if there, names resource servers. An ID token says so in
// aud; if that has several members, azp must be one that is accepted
// (OpenID Connect Core section 3.1.3.7).
func (p *pool) checkClient(t *parsed, audience []string, use TokenUse) *Error {
	if use == Access {
		if t.clientID == "" || !p.accepts(t.clientID) {
			return &Error{Code: CodeClientInvalid, Claim: "client_id"}
		}
		return nil
	}
	for _, aud := range audience {
		if aud != "" && p.accepts(aud) {
			t.clientID = aud
			break
		}
	}
	switch {
	case t.clientID == "":
		return &Error{Code: CodeClientInvalid, Claim: "aud"}
	case t.azp != "" && !p.accepts(t.azp):
		return &Error{Code: CodeClientInvalid, Claim: "azp"}
	case len(audience) > 1 && t.azp == "":
		return &Error{Code: CodeClientInvalid, Claim: "azp", Detail: "required beside several audiences"}
	case t.azp != "":
		t.clientID = t.azp
	}
	return nil
}

func (p *pool) accepts(clientID string) bool {
	return len(p.clientIDs) == 0 || slices.Contains(p.clientIDs, clientID)
}

// authorize applies the requirements, and Check last.
func (p *pool) authorize(ctx context.Context, c *Claims, scopes, audience []string, requirements []Requirement) *Error {
	if len(p.requirements)+len(requirements) > 0 {
		now := p.clock.wall()
		for i := range p.requirements {
			if err := p.requirements[i].check(c, scopes, audience, now, p.leeway); err != nil {
				return err
			}
		}
		for i := range requirements {
			if err := requirements[i].check(c, scopes, audience, now, p.leeway); err != nil {
				return err
			}
		}
	}
	if p.check != nil {
		if err := p.check(ctx, c); err != nil {
			return checkError(err)
		}
	}
	return nil
}

// checkError puts an error of Config.Check into its group.
func checkError(err error) *Error {
	if e, ok := errors.AsType[*Error](err); ok && e == nil {
		err = errors.New("the check returned a nil *Error") // its methods would panic
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		// The check did not come to a verdict on the token.
		return &Error{Code: CodeKeysUnavailable, Detail: "the check gave up", RetryAfter: time.Second, err: err}
	}
	return &Error{Code: CodeCheckFailed, err: err}
}
