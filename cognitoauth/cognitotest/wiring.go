package cognitotest

import (
	"fmt"
	"slices"

	"github.com/cognitoauth/cognito-go/cognitoauth"
	"github.com/cognitoauth/cognito-go/jwtverify"
)

// UserPool returns a client of the pool's first app client. It goes by the
// pool's clock and carries the AWS credentials that admin operations need.
func (s *Server) UserPool() *cognitoauth.UserPool { return s.UserPoolFor(s.ClientID()) }

// UserPoolFor is [Server.UserPool] for another app client: one of
// Config.Clients, or one of [Server.NewClient]. It panics if the pool has no
// such client.
func (s *Server) UserPoolFor(clientID string) *cognitoauth.UserPool {
	pool, err := cognitoauth.New(s.ClientConfig(clientID))
	if err != nil { // the pool's own values make a valid configuration
		panic(err)
	}
	return pool
}

// ClientConfig returns the configuration that [Server.UserPoolFor] uses, for
// tests that change something in it. It panics if the pool has no such client.
func (s *Server) ClientConfig(clientID string) cognitoauth.Config {
	s.pool.mu.Lock()
	defer s.pool.mu.Unlock()
	c := s.pool.clients[clientID]
	if c == nil {
		panic(fmt.Sprintf("cognitotest: the pool has no app client %q", clientID))
	}
	cfg := s.AWSConfig()
	out := cognitoauth.Config{
		UserPoolID: s.pool.id,
		ClientID:   clientID,
		Endpoint:   s.url,
		AWSConfig:  &cfg,
		Now:        s.Now,
		// The server is on this machine, or its Config has said twice that it
		// need not be.
		InsecureEndpoint: true,
	}
	if len(c.secrets) > 0 {
		out.ClientSecret = c.secrets[0].value
	}
	return out
}

// Verifier returns a verifier that trusts the pool: it fetches the pool's keys,
// goes by its clock, and accepts the tokens of the app clients that the pool
// has now.
func (s *Server) Verifier() *jwtverify.Verifier {
	v, err := jwtverify.New(s.VerifierConfig())
	if err != nil { // the pool's own values make a valid configuration
		panic(err)
	}
	return v
}

// VerifierConfig returns the configuration that [Server.Verifier] uses, for
// tests that change something in it.
func (s *Server) VerifierConfig() jwtverify.Config {
	s.pool.mu.Lock()
	defer s.pool.mu.Unlock()
	cfg := jwtverify.Config{
		UserPoolID:      s.pool.id,
		Issuer:          s.pool.issuer,
		JWKSURL:         s.JWKSURL(),
		InsecureJWKSURL: true, // as in ClientConfig
		Now:             s.Now,
	}
	for id := range s.pool.clients {
		cfg.ClientIDs = append(cfg.ClientIDs, id)
	}
	slices.Sort(cfg.ClientIDs)
	return cfg
}
