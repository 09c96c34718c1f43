package cognitotest

import (
	"crypto/hmac"
	"slices"
	"time"

	"github.com/cognitoauth/cognito-go/internal/srp"
)

// client is an app client in the pool.
type client struct {
	AppClient
	created, modified time.Time
	// secrets are the secrets that are good now: AddUserPoolClientSecret adds
	// a second one, so that they can be rotated.
	secrets []clientSecret
}

type clientSecret struct {
	id, value string
	created   time.Time
}

func (p *pool) addClient(a AppClient) *client {
	now := p.now()
	c := &client{AppClient: a, created: now, modified: now}
	if a.Secret != "" {
		c.secrets = []clientSecret{{id: a.ID + "--" + p.random.from(12, digits), value: a.Secret, created: now}}
	}
	p.clients[a.ID] = c
	return c
}

func (p *pool) client(id string) (*client, error) {
	c := p.clients[id]
	if c == nil {
		return nil, errUnknownClient(id)
	}
	return c, nil
}

// authorize finds the client and checks the SECRET_HASH that came with a user
// name.
func (p *pool) authorize(clientID, username, secretHash string) (*client, error) {
	c, err := p.client(clientID)
	if err != nil {
		return nil, err
	}
	return c, c.checkHash(secretHash, username)
}

// checkHash checks a SECRET_HASH against any of the names it may be made of:
// one in most operations, and whatever names the owner of a refresh token.
func (c *client) checkHash(hash string, usernames ...string) error {
	switch {
	case len(c.secrets) == 0 && hash == "":
		return nil
	case len(c.secrets) == 0:
		return errBadSecretHash(c.ID)
	case hash == "":
		return errNoSecretHash(c.ID)
	}
	for _, secret := range c.secrets {
		for _, username := range usernames {
			if hmac.Equal([]byte(hash), []byte(srp.SecretHash(secret.value, username, c.ID))) {
				return nil
			}
		}
	}
	return errBadSecretHash(c.ID)
}

// checkSecret checks the client secret itself, which the operations on refresh
// tokens carry.
func (c *client) checkSecret(secret string) error {
	switch {
	case len(c.secrets) == 0 && secret == "":
		return nil
	case len(c.secrets) == 0:
		return errBadSecretHash(c.ID)
	case secret == "":
		return errNoClientSecret(c.ID)
	}
	for _, s := range c.secrets {
		if hmac.Equal([]byte(secret), []byte(s.value)) {
			return nil
		}
	}
	return errBadSecretHash(c.ID)
}

func (c *client) allows(flow string) bool { return slices.Contains(c.Flows, allow+flow) }

func (c *client) canRead(attribute string) bool {
	return c.ReadAttributes == nil || slices.Contains(c.ReadAttributes, attribute)
}

func (c *client) canWrite(attribute string) bool {
	return c.WriteAttributes == nil || slices.Contains(c.WriteAttributes, attribute)
}

// NewClient adds an app client to the running pool and returns it with its ID,
// its secret and its defaults filled in. It panics if a makes no sense.
func (s *Server) NewClient(a AppClient) AppClient {
	if err := a.resolve(s.pool.random); err != nil {
		panic(err)
	}
	s.pool.mu.Lock()
	defer s.pool.mu.Unlock()
	s.pool.addClient(a)
	return a
}
