package cognitotest

import (
	"slices"
	"strings"
	"time"
)

// The values of UserStatusType that a pool of its own users has.
const (
	statusUnconfirmed   = "UNCONFIRMED"
	statusConfirmed     = "CONFIRMED"
	statusResetRequired = "RESET_REQUIRED"
	statusForceChange   = "FORCE_CHANGE_PASSWORD"
)

// user is one user of the pool.
type user struct {
	sub, name         string
	status            string
	disabled          bool
	created, modified time.Time
	attributes        map[string]string
	groups            []string

	password password
	codes    map[string]*code // by what they confirm
	limits   map[string]*limit
	mfa      enrolments
	devices  map[string]*device
	links    []providerLink
	// passkeys are WebAuthn credentials; passkeyRegistration is one under way.
	passkeys            []passkey
	passkeyRegistration *passkeyRegistration
	// nobody marks the stand-in for a user who does not exist, in custom
	// challenges of a client that does not say so.
	nobody bool
	events []authEvent
}

// fold makes names comparable.
func (p *pool) fold(name string) string {
	if p.cfg.CaseSensitive {
		return name
	}
	return strings.ToLower(name)
}

// byName finds a user by user name alone.
func (p *pool) byName(name string) *user {
	folded := p.fold(name)
	for _, u := range p.users {
		if p.fold(u.name) == folded {
			return u
		}
	}
	return nil
}

// byAttribute finds the user whose attribute is value; verified asks for a
// verified one.
func (p *pool) byAttribute(attribute, value string, verified bool) *user {
	folded := p.fold(value)
	for _, u := range p.users {
		if have, ok := u.attributes[attribute]; ok && p.fold(have) == folded && (!verified || u.verified(attribute)) {
			return u
		}
	}
	return nil
}

// lookup finds a user by what people type: a user name, or whatever else the
// pool lets them sign in with. The sub is not among that, unless it is the
// user name.
func (p *pool) lookup(name string) *user {
	if name == "" {
		return nil
	}
	if u := p.byName(name); u != nil {
		return u
	}
	for _, a := range p.cfg.UsernameAttributes {
		if u := p.byAttribute(a, name, false); u != nil {
			return u
		}
	}
	for _, a := range p.cfg.AliasAttributes {
		if u := p.byAttribute(a, name, a != attrPreferredUsername); u != nil {
			return u
		}
	}
	return nil
}

// adminLookup finds a user for an administrator, who may also know the sub.
func (p *pool) adminLookup(poolID, name string) (*user, error) {
	if err := p.checkPool(poolID); err != nil {
		return nil, err
	}
	if u := p.lookup(name); u != nil {
		return u, nil
	}
	if u := p.users[name]; u != nil {
		return u, nil
	}
	return nil, errUserNotFound
}

// clientLookup finds a user for the operations that anyone may call before
// signing in, whose words for an unknown user differ from sign-in's.
func (p *pool) clientLookup(c *client, name string, hidden error) (*user, error) {
	if u := p.lookup(name); u != nil {
		return u, nil
	}
	if c.PreventUserExistenceErrors {
		return nil, hidden
	}
	return nil, errClientUserNotFound
}

// sorted returns the pool's users, oldest first.
func (p *pool) sorted() []*user {
	users := make([]*user, 0, len(p.users))
	for _, u := range p.users {
		users = append(users, u)
	}
	slices.SortFunc(users, func(a, b *user) int {
		if d := a.created.Compare(b.created); d != 0 {
			return d
		}
		return strings.Compare(a.sub, b.sub)
	})
	return users
}

// checkNewName refuses a user name that the pool cannot have, or has.
func (p *pool) checkNewName(name string, taken *apiError) error {
	email, phone := emailPattern.MatchString(name), phonePattern.MatchString(name)
	named := func(attribute string) bool { return slices.Contains(p.cfg.UsernameAttributes, attribute) }
	switch {
	case len(p.cfg.UsernameAttributes) == 0:
	case named(attrEmail) && named(attrPhone):
		if !email && !phone {
			return errUsernameEither
		}
	case named(attrEmail) && !email:
		return errUsernameEmail
	case named(attrPhone) && !phone:
		return errUsernamePhone
	}
	if slices.Contains(p.cfg.AliasAttributes, attrEmail) && email {
		return errUsernameEmailAlias
	}
	if slices.Contains(p.cfg.AliasAttributes, attrPhone) && phone {
		return errUsernamePhoneAlias
	}
	if p.byName(name) != nil {
		return taken
	}
	return nil
}

// newUser makes a user of a checked name and checked attributes. In a pool
// whose users are known by e-mail or phone, the name becomes that attribute
// and the user name is the sub.
func (p *pool) newUser(name string, attributes map[string]string, now time.Time) (*user, error) {
	u := &user{
		sub:        p.random.uuid(),
		name:       name,
		status:     statusUnconfirmed,
		created:    now,
		modified:   now,
		attributes: attributes,
		codes:      map[string]*code{},
		limits:     map[string]*limit{},
		devices:    map[string]*device{},
	}
	if !p.cfg.CaseSensitive {
		u.name = strings.ToLower(name)
	}
	if len(p.cfg.UsernameAttributes) > 0 {
		u.name = u.sub
		attribute := attrEmail
		if phonePattern.MatchString(name) {
			attribute = attrPhone
		}
		attributes[attribute] = name
		for _, a := range p.cfg.UsernameAttributes {
			if value, given := attributes[a]; given && p.byAttribute(a, value, false) != nil {
				return nil, errAttributeTaken(a)
			}
		}
	}
	u.attributes[attrSub] = u.sub
	return u, nil
}

// add puts a user in the pool, unless another request has taken the name while
// the pool was unlocked for this one.
func (p *pool) add(u *user, taken *apiError) error {
	if p.byName(u.name) != nil {
		return taken
	}
	for _, a := range p.cfg.UsernameAttributes {
		if value, given := u.attributes[a]; given && p.byAttribute(a, value, false) != nil {
			return errAttributeTaken(a)
		}
	}
	p.users[u.sub] = u
	return nil
}

func (p *pool) removeUser(u *user) {
	delete(p.users, u.sub)
	p.endSessions(u)
}

// endSessions revokes every token of the user.
func (p *pool) endSessions(u *user) {
	for _, g := range p.grants {
		if g.sub == u.sub {
			g.revoked = true
		}
	}
}

// userRecord is how the API describes a user: with the attributes under one of
// two names, depending on the operation.
type userRecord struct {
	Username             string
	Attributes           []attribute `json:",omitempty"`
	UserAttributes       []attribute `json:",omitempty"`
	UserCreateDate       wireTime
	UserLastModifiedDate wireTime
	Enabled              bool
	UserStatus           string
	MFAOptions           []mfaOption `json:",omitempty"`
	PreferredMfaSetting  string      `json:",omitempty"`
	UserMFASettingList   []string    `json:",omitempty"`
}

func (u *user) record() userRecord {
	return userRecord{
		Username:             u.name,
		UserCreateDate:       wireTime(u.created),
		UserLastModifiedDate: wireTime(u.modified),
		Enabled:              !u.disabled,
		UserStatus:           u.status,
	}
}
