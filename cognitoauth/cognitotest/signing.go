package cognitotest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cognitoauth/cognito-go/jwtverify"
	"github.com/cognitoauth/cognito-go/jwtverify/jwtverifytest"
)

// signer signs the pool's tokens and reads them back: as on AWS, ID tokens and
// access tokens have different keys.
type signer struct {
	issuer   *jwtverifytest.Issuer
	verifier *jwtverify.Verifier
}

// newSigner makes the signer of a pool. Pools that do not ask for keys of their
// own share them: making RSA keys takes longer than all else at the start.
func newSigner(poolID, issuer string, own bool, now func() time.Time) (*signer, error) {
	s := &signer{issuer: jwtverifytest.NewIssuer(jwtverifytest.Config{
		UserPoolID: poolID, Issuer: issuer, OwnKeys: own, Now: now,
	})}
	return s, s.trust(now)
}

// trust makes the verifier of the keys that are published now.
func (s *signer) trust(now func() time.Time) error {
	v, err := jwtverify.New(jwtverify.Config{
		UserPoolID: s.issuer.UserPoolID(), Issuer: s.issuer.Issuer(), AnyClient: true, KeySet: s.issuer.KeySet(), Now: now,
	})
	if err != nil {
		return fmt.Errorf("cognitotest: %w", err)
	}
	s.verifier = v
	return nil
}

func (s *signer) jwks() []byte { return s.issuer.JWKS() }

func (s *signer) sign(use jwtverify.TokenUse, claims map[string]any) (string, error) {
	return s.issuer.Sign(use, claims)
}

// verify checks an access token of this pool, in Cognito's words. Whom it is
// for, and whether it was revoked, is the caller's to check.
func (s *signer) verify(ctx context.Context, token string) (*jwtverify.AccessClaims, error) {
	claims, err := s.verifier.VerifyAccessToken(ctx, token)
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
	p := s.pool
	p.signer.issuer.Rotate() // slow: not under the pool's lock
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.signer.trust(p.now); err != nil { // it made one of the same configuration before
		panic(err)
	}
}
