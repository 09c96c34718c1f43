package jwtverifytest

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cognitoauth/cognito-go/internal/poolkeys"
	"github.com/cognitoauth/cognito-go/jwtverify"
)

// Config says whose tokens to issue. The zero Config is a pool of its own with
// one app client.
type Config struct {
	// UserPoolID is the pool's ID. Empty: a fresh one like
	// "eu-west-1_AbCdEf123".
	UserPoolID string

	// ClientID is the app client that tokens are issued to. Empty: a fresh one.
	ClientID string

	// Issuer is the iss claim. Empty: the one that AWS gives the pool, in its
	// original form and in the partition of its region, such as
	// https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123.
	Issuer string

	// OwnKeys makes keys that no other issuer has. The default shares them
	// among all issuers of the process.
	OwnKeys bool

	// Now is the time at which tokens are issued and, by [Issuer.Verifier],
	// judged. Nil: [time.Now].
	Now func() time.Time
}

// Issuer issues tokens and serves the keys to verify them with. Its methods may
// be called from many goroutines at once.
type Issuer struct {
	poolID, clientID, issuer string
	customIssuer             bool
	ownKeys                  bool
	now                      func() time.Time
	ahead                    atomic.Int64 // nanoseconds, from Advance

	mu        sync.Mutex
	keys      poolkeys.Pair
	retired   []poolkeys.PublicKey // published, no longer signing
	used      []poolkeys.PublicKey // all that ever signed
	outage    Outage
	outageEnd chan struct{} // closed when outage changes
	fetches   int
	server    *httptest.Server
}

var _ http.Handler = (*Issuer)(nil)

// NewIssuer returns an issuer. It panics if cfg makes no sense, with all that
// is wrong.
func NewIssuer(cfg Config) *Issuer {
	i := &Issuer{
		poolID:    cfg.UserPoolID,
		clientID:  cfg.ClientID,
		issuer:    cfg.Issuer,
		ownKeys:   cfg.OwnKeys,
		now:       cfg.Now,
		outageEnd: make(chan struct{}),
	}
	if i.poolID == "" {
		i.poolID = region + "_" + randomText(9)
	}
	if i.clientID == "" {
		i.clientID = randomText(26)
	}
	i.customIssuer = i.issuer != ""
	if !i.customIssuer {
		i.issuer = issuerOf(i.poolID)
	}
	if i.now == nil {
		i.now = time.Now
	}
	i.install()
	i.Verifier() // panics where Verifier would
	return i
}

// UserPoolID returns the ID of the pool.
func (i *Issuer) UserPoolID() string { return i.poolID }

// ClientID returns the ID of the app client that tokens are issued to.
func (i *Issuer) ClientID() string { return i.clientID }

// Issuer returns the iss claim of the tokens.
func (i *Issuer) Issuer() string { return i.issuer }

// Now returns the issuer's time.
func (i *Issuer) Now() time.Time { return i.now().Add(time.Duration(i.ahead.Load())) }

// Advance moves the issuer's clock, by which its verifiers go too: tokens
// issued before it grow older.
func (i *Issuer) Advance(d time.Duration) { i.ahead.Add(int64(d)) }

// Config returns the configuration of a verifier that trusts the issuer, to
// change before it is given to [jwtverify.New] or [jwtverify.NewMulti]. Keys are
// fetched within the process, or from the port that [Issuer.Serve] opened.
func (i *Issuer) Config() jwtverify.Config {
	cfg := jwtverify.Config{
		UserPoolID: i.poolID,
		ClientIDs:  []string{i.clientID},
		Now:        i.Now,
	}
	if i.customIssuer {
		cfg.Issuer = i.issuer
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	switch {
	case i.server != nil:
		cfg.JWKSURL = i.server.URL + i.jwksPath()
	case i.customIssuer:
		cfg.JWKSURL = inProcessURL
		fallthrough
	default:
		cfg.HTTPClient = &http.Client{Transport: inProcess{i}}
	}
	return cfg
}

// Verifier returns a new verifier that trusts the issuer: its pool, its client,
// its keys, its clock. It is made with [Issuer.Config].
func (i *Issuer) Verifier() *jwtverify.Verifier {
	v, err := jwtverify.New(i.Config())
	if err != nil {
		panic("jwtverifytest: " + err.Error())
	}
	return v
}

// region is where fresh pools are.
const region = "eu-west-1"

// issuerOf returns the issuer of a pool. Which domain a region is under, jwtverify
// knows; where it looks for keys tells, and a second table could be another.
func issuerOf(poolID string) string {
	var asked recordedURLs
	v, err := jwtverify.New(jwtverify.Config{
		UserPoolID: poolID,
		AnyClient:  true,
		HTTPClient: &http.Client{Transport: &asked},
	})
	if err != nil {
		panic("jwtverifytest: " + err.Error())
	}
	_ = v.Prefetch(context.Background()) // fails: there are no keys to be had
	// Where a region has two domains, both are accepted; Min makes it the same
	// one each time.
	return strings.TrimSuffix(slices.Min(asked.list()), jwksPath)
}

// recordedURLs are the URLs of requests that it answers with an error.
type recordedURLs struct {
	mu   sync.Mutex
	urls []string
}

// RoundTrip records where the request was going, and fails.
func (u *recordedURLs) RoundTrip(r *http.Request) (*http.Response, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.urls = append(u.urls, r.URL.String())
	return nil, errNoKeys
}

func (u *recordedURLs) list() []string {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.urls
}

var errNoKeys = errors.New("jwtverifytest: no keys here")

// randomText returns n lower-case letters and digits, the first a letter.
func randomText(n int) string {
	const letters, all = "abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnopqrstuvwxyz0123456789"
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	for i := range b {
		from := all
		if i == 0 {
			from = letters
		}
		b[i] = from[int(b[i])%len(from)]
	}
	return string(b)
}

// newUUID returns a random UUID, RFC 9562 version 4.
func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	x := hex.EncodeToString(b[:])
	return x[:8] + "-" + x[8:12] + "-" + x[12:16] + "-" + x[16:20] + "-" + x[20:]
}
