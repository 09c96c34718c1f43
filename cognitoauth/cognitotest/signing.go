package cognitotest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/cognitoauth/cognito-go/internal/poolkeys"
	"github.com/cognitoauth/cognito-go/jwtverify"
)

// signer signs the pool's tokens and reads them back.
type signer struct {
	poolID, issuer string
	own            bool
	now            func() time.Time

	rotating sync.Mutex // held by who replaces keys
	keys     atomic.Pointer[keyRing]
}

// keyRing is all of a pool's keys at one time. It does not change.
type keyRing struct {
	poolkeys.Pair
	retired  []poolkeys.PublicKey // published, no longer signing
	jwks     []byte
	verifier *jwtverify.Verifier
}

// newSigner makes the signer of a pool. Without saved keys, pools that do not ask
// for keys of their own share them.
func newSigner(poolID, issuer string, own bool, now func() time.Time, saved *savedKeys) (*signer, error) {
	s := &signer{poolID: poolID, issuer: issuer, own: own, now: now}
	if saved == nil {
		return s, s.install(poolkeys.NewPair(own, nil), nil)
	}
	pair, retired, err := saved.load()
	if err != nil {
		return nil, err
	}
	return s, s.install(pair, retired)
}

// install publishes keys and signs with them from now on.
func (s *signer) install(pair poolkeys.Pair, retired []poolkeys.PublicKey) error {
	ring := &keyRing{Pair: pair, retired: retired}
	published := ring.published()
	ring.jwks = poolkeys.JWKS(published)
	set, err := jwtverify.ParseKeySet(ring.jwks)
	if err != nil {
		return fmt.Errorf("cognitotest: %w", err)
	}
	if len(set.KeyIDs()) != len(published) { // it leaves out what two keys have in common
		return errors.New("cognitotest: Config.State has the same signing key twice")
	}
	ring.verifier, err = jwtverify.New(jwtverify.Config{
		UserPoolID: s.poolID, Issuer: s.issuer, AnyClient: true, KeySet: set, Now: s.now,
	})
	if err != nil {
		return fmt.Errorf("cognitotest: %w", err)
	}
	s.keys.Store(ring)
	return nil
}

// published are the keys that the pool's tokens may be verified with.
func (r *keyRing) published() []poolkeys.PublicKey {
	return append(r.Public(), r.retired...)
}

func (s *signer) jwks() []byte { return s.keys.Load().jwks }

func (s *signer) sign(use jwtverify.TokenUse, claims map[string]any) (string, error) {
	ring := s.keys.Load()
	key := ring.Access
	if use == jwtverify.ID {
		key = ring.ID
	}
	token := jwt.NewWithClaims(jwt.SigningMethodRS256, jwt.MapClaims(claims))
	token.Header = map[string]any{"kid": key.ID, "alg": "RS256"} // Cognito's have no typ
	return token.SignedString(key.Private)
}

// verify checks an access token of this pool, in Cognito's words. Whom it is
// for, and whether it was revoked, is the caller's to check.
func (s *signer) verify(ctx context.Context, token string) (*jwtverify.AccessClaims, error) {
	claims, err := s.keys.Load().verifier.VerifyAccessToken(ctx, token)
	switch {
	case err == nil:
		return claims, nil
	case errors.Is(err, jwtverify.ErrTokenExpired):
		return nil, errTokenExpired
	case errors.Is(err, jwtverify.ErrSignatureInvalid), errors.Is(err, jwtverify.ErrKeyNotFound):
		return nil, errTokenSignature
	default:
		return nil, errTokenInvalid
	}
}

// RotateKeys makes new keys sign from now on. The keys from before stay
// published, so that tokens already issued remain good.
func (s *Server) RotateKeys() {
	g := s.pool.signer
	g.rotating.Lock()
	defer g.rotating.Unlock()
	published := g.keys.Load().published()
	if err := g.install(poolkeys.NewPair(g.own, published), published); err != nil {
		panic(err) // it installed some of the same kind before
	}
}
