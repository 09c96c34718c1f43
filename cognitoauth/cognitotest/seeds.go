package cognitotest

import (
	"fmt"
	"maps"
	"time"
)

// A User is a user of the pool: as a seed for [Server.AddUser], and as a
// description of one by [Server.Users].
type User struct {
	// Username is the user name. Where e-mail addresses or phone numbers are
	// the user names, it is one of those in a seed, and the sub in a
	// description.
	Username string
	// Sub is the user's ID. Empty in a seed: a fresh one.
	Sub string
	// Password is the user's password. It is not checked against the policy,
	// and never in a description. Empty: the user has none.
	Password string
	// Attributes are the user's attributes. Give "email_verified" and
	// "phone_number_verified" as well if the user is to have verified those.
	Attributes map[string]string
	// Status is "CONFIRMED", "UNCONFIRMED", "FORCE_CHANGE_PASSWORD" or
	// "RESET_REQUIRED". Empty in a seed: "CONFIRMED".
	Status string
	// Disabled users cannot sign in.
	Disabled bool
	// Groups are the user's groups. A seed makes those that do not exist.
	Groups []string
	// TOTPSecret is the base32 secret of the user's authenticator, whose codes
	// [TOTP] makes. A seed with one has that factor enabled and preferred. It
	// is never in a description.
	TOTPSecret string
	// Created is when the user was made. Zero in a seed: now.
	Created time.Time
}

// AddUser puts a user in the pool without any of the steps that lead there: no
// trigger runs and nothing is sent. It returns the user as it is then, and
// panics if there cannot be such a user.
func (s *Server) AddUser(seed User) User {
	p := s.pool
	p.mu.Lock()
	defer p.mu.Unlock()
	u, err := p.seed(seed)
	if err != nil {
		panic(fmt.Errorf("cognitotest: AddUser %q: %w", seed.Username, err))
	}
	return p.describe(u)
}

func (p *pool) seed(seed User) (*user, error) {
	switch seed.Status {
	case "":
		seed.Status = statusConfirmed
	case statusConfirmed, statusUnconfirmed, statusForceChange, statusResetRequired:
	default:
		return nil, fmt.Errorf("status %q is none of %s, %s, %s, %s", seed.Status,
			statusConfirmed, statusUnconfirmed, statusForceChange, statusResetRequired)
	}
	values := maps.Clone(seed.Attributes)
	if values == nil {
		values = map[string]string{}
	}
	delete(values, attrSub)
	for name := range values {
		if _, known := p.schema(name); !known {
			return nil, errSchema([]string{name + ": Attribute does not exist in the schema."})
		}
	}
	if seed.Username == "" {
		return nil, errUsernameIsRequired
	}
	if err := p.checkNewName(seed.Username, errUserExists); err != nil {
		return nil, err
	}
	u, err := p.newUser(seed.Username, values, p.now())
	if err != nil {
		return nil, err
	}
	if seed.Sub != "" {
		if p.users[seed.Sub] != nil {
			return nil, fmt.Errorf("another user has the sub %s", seed.Sub)
		}
		if u.name == u.sub {
			u.name = seed.Sub
		}
		u.sub = seed.Sub
		u.attributes[attrSub] = seed.Sub
	}
	if !seed.Created.IsZero() {
		u.created, u.modified = seed.Created, seed.Created
	}
	if seed.Password != "" {
		if err := p.setPassword(u, seed.Password); err != nil {
			return nil, err
		}
		if seed.Status == statusForceChange {
			u.password.expires = p.now().Add(p.cfg.PasswordPolicy.temporaryValidity())
		}
	}
	u.status, u.disabled = seed.Status, seed.Disabled
	for _, name := range seed.Groups {
		if p.groups[name] == nil {
			p.groups[name] = &group{name: name, created: u.created, modified: u.created}
		}
		u.groups = append(u.groups, name)
	}
	if seed.TOTPSecret != "" {
		if totpCode(seed.TOTPSecret, 0) == "" {
			return nil, fmt.Errorf("the TOTP secret is not base32")
		}
		u.mfa = enrolments{enabled: []string{factorTOTP}, preferred: factorTOTP, secret: seed.TOTPSecret, proved: true}
	}
	return u, p.add(u, errUserExists)
}

func (p *pool) describe(u *user) User {
	return User{
		Username: u.name, Sub: u.sub, Attributes: maps.Clone(u.attributes), Status: u.status,
		Disabled: u.disabled, Groups: p.groupsOf(u), Created: u.created,
	}
}

// Users describes every user of the pool, oldest first.
func (s *Server) Users() []User {
	s.pool.mu.Lock()
	defer s.pool.mu.Unlock()
	var out []User
	for _, u := range s.pool.sorted() {
		out = append(out, s.pool.describe(u))
	}
	return out
}

// A Group is a group of users.
type Group struct {
	Name, Description string
	// RoleARN is the IAM role in cognito:roles.
	RoleARN string
	// Precedence orders a user's groups, the lowest value first. Nil: last.
	Precedence *int
}

// AddGroup puts a group in the pool, or changes the one of that name.
func (s *Server) AddGroup(seed Group) {
	p := s.pool
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	g := p.groups[seed.Name]
	if g == nil {
		g = &group{name: seed.Name, created: now}
		p.groups[seed.Name] = g
	}
	g.description, g.roleARN, g.precedence, g.modified = seed.Description, seed.RoleARN, seed.Precedence, now
}

// TOTP returns the code that an authenticator with the base32 secret shows at
// a time. It is empty if the secret is not base32.
func TOTP(secret string, at time.Time) string {
	return totpCode(secret, at.Unix()/totpPeriod)
}
