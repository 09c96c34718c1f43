package cognitotest

import (
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/cognitoauth/cognito-go/internal/srp"
)

// pool is the user pool behind a Server. One mutex guards it: handlers run
// with it held, and give it up in [pool.unlocked] only: while a trigger runs,
// and for arithmetic that takes milliseconds. Whatever was looked up before may
// be gone after that.
type pool struct {
	cfg    Config
	id     string
	name   string // the part of the ID after the region, which SRP hashes
	region string
	issuer string

	clock  clock
	random *random
	signer *signer
	outbox outbox
	// pepper keys what must be the same each time for a name that nobody has.
	pepper []byte

	mu       sync.Mutex
	created  time.Time
	clients  map[string]*client
	users    map[string]*user // by sub
	groups   map[string]*group
	sessions map[string]*session
	claims   map[string]*claim   // by SECRET_BLOCK
	grants   map[string]*grant   // by origin_jti
	refresh  map[string]*refresh // by the token's hash
	swept    time.Time
}

// newPool makes a pool, which goes on from what was saved if that is not nil.
func newPool(cfg Config, random *random, url string, saved *savedPool) (*pool, error) {
	name, ok := srp.PoolName(cfg.UserPoolID)
	if !ok {
		return nil, errors.New("cognitotest: Config.UserPoolID has no pool name")
	}
	p := &pool{
		cfg:      cfg,
		id:       cfg.UserPoolID,
		name:     name,
		region:   poolIDPattern.FindStringSubmatch(cfg.UserPoolID)[1],
		clock:    clock{base: cfg.Now},
		random:   random,
		pepper:   random.bytes(32),
		clients:  map[string]*client{},
		users:    map[string]*user{},
		groups:   map[string]*group{},
		sessions: map[string]*session{},
		claims:   map[string]*claim{},
		grants:   map[string]*grant{},
		refresh:  map[string]*refresh{},
	}
	switch cfg.Issuer {
	case IssuerOriginal:
		p.issuer = "https://cognito-idp." + p.region + ".amazonaws.com/" + p.id
	case IssuerUpdated:
		p.issuer = "https://issuer-cognito-idp." + p.region + ".amazonaws.com/" + p.id
	default:
		p.issuer = url + "/" + p.id
	}
	var keys *savedKeys
	if saved != nil {
		keys = saved.Keys
	}
	var err error
	if p.signer, err = newSigner(p.id, p.issuer, cfg.OwnKeys, p.now, keys); err != nil {
		return nil, err
	}
	p.created = p.now()
	for _, c := range append([]AppClient{cfg.Client}, cfg.Clients...) {
		p.addClient(c)
	}
	if saved != nil {
		return p, p.load(saved)
	}
	return p, nil
}

func (p *pool) now() time.Time { return p.clock.now() }

// unlocked runs f without the pool's lock.
func (p *pool) unlocked(f func()) {
	p.mu.Unlock()
	defer p.mu.Lock()
	f()
}

// sweepEvery is how often what has expired long ago is forgotten.
const sweepEvery = time.Hour

// sweep forgets sessions and sign-ins that expired an hour ago or more. Until
// then they are kept, because an expired session has another answer than one
// that never was.
func (p *pool) sweep(now time.Time) {
	if now.Sub(p.swept) < sweepEvery {
		return
	}
	p.swept = now
	for token, s := range p.sessions {
		if now.Sub(s.expires) > sweepEvery {
			delete(p.sessions, token)
		}
	}
	for block, c := range p.claims {
		if now.Sub(c.expires) > sweepEvery {
			delete(p.claims, block)
		}
	}
}

// checkPool refuses a UserPoolId that is not this pool's.
func (p *pool) checkPool(id string) error {
	if id != p.id {
		return errUnknownPool(id)
	}
	return nil
}

func (p *pool) autoVerifies(attribute string) bool {
	return slices.Contains(p.cfg.AutoVerifiedAttributes, attribute)
}
