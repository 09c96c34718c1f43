package cognitotest

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/cognitoauth/cognito-go/internal/srp"
)

// stateVersion is the version of what Save writes. Another one is refused.
const stateVersion = 1

// maxState bounds what Config.State is read of.
const maxState = 256 << 20

// Save writes the pool's users, groups, app clients, sign-ins and signing keys as
// JSON, for [Config.State] of a later pool. Sign-ins under way and the outbox are
// not part of it. Tokens go on: refresh tokens wherever the later pool listens,
// access and ID tokens where it has the same issuer, of which the address is a
// part unless Config.Issuer says otherwise.
//
// It holds no password, but private keys, client secrets, authenticator secrets
// and password verifiers. Who reads it can sign tokens of this pool, and, without
// Config.OwnKeys, of the other pools in this process: keep it where only you can
// read it.
func (s *Server) Save(w io.Writer) error {
	s.pool.mu.Lock()
	state, err := s.pool.save()
	s.pool.mu.Unlock()
	if err != nil {
		return err
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "\t")
	if err := enc.Encode(state); err != nil {
		return fmt.Errorf("cognitotest: saving the pool: %w", err)
	}
	return nil
}

type savedPool struct {
	Version    int
	UserPoolID string
	// FirstClient is the ID of Config.Client.
	FirstClient string
	Pepper      []byte
	Created     time.Time
	// Keys are missing from what earlier versions wrote: the pool has new ones.
	Keys    *savedKeys `json:",omitempty"`
	Clients []savedClient
	Groups  []savedGroup
	Users   []savedUser
	Grants  []savedGrant
	Refresh []savedRefresh
}

type savedClient struct {
	AppClient
	Created, Modified time.Time
	Secrets           []savedSecret
}

type savedSecret struct {
	ID, Value string
	Created   time.Time
}

type savedGroup struct {
	Group
	Created, Modified time.Time
}

type savedUser struct {
	User
	Modified        time.Time
	Verifier        *srp.Verifier        `json:",omitempty"`
	History         []srp.Verifier       `json:",omitempty"`
	PasswordExpires time.Time            `json:",omitzero"`
	Failures        int                  `json:",omitempty"`
	LockedUntil     time.Time            `json:",omitzero"`
	Codes           map[string]savedCode `json:",omitempty"`
	MFA             *savedMFA            `json:",omitempty"`
	Devices         []savedDevice        `json:",omitempty"`
	Passkeys        []savedPasskey       `json:",omitempty"`
}

type savedCode struct {
	Value   string
	Expires time.Time
}

type savedMFA struct {
	Enabled                 []string
	Preferred, Secret, Name string
	Proved                  bool
	LastStep                int64
}

type savedDevice struct {
	Key, Name                            string
	Verifier                             srp.Verifier
	Remembered                           bool
	Created, Modified, LastAuthenticated time.Time
	LastIP                               string
}

type savedPasskey struct {
	Passkey
	Created time.Time
}

type savedGrant struct {
	ID, Sub, ClientID, EventID, DeviceKey string
	AuthTime                              time.Time
	Revoked                               bool
}

type savedRefresh struct {
	Hash, Grant      string
	Expires, Rotated time.Time
}

func (p *pool) save() (*savedPool, error) {
	ring := p.signer.keys.Load()
	keys, err := saveKeys(ring.Pair, ring.retired)
	if err != nil {
		return nil, err
	}
	out := &savedPool{
		Version: stateVersion, UserPoolID: p.id, FirstClient: p.cfg.Client.ID, Pepper: p.pepper, Created: p.created, Keys: keys,
	}
	for _, c := range p.clients {
		saved := savedClient{AppClient: c.AppClient, Created: c.created, Modified: c.modified}
		for _, s := range c.secrets {
			saved.Secrets = append(saved.Secrets, savedSecret{s.id, s.value, s.created})
		}
		out.Clients = append(out.Clients, saved)
	}
	for _, g := range p.groups {
		out.Groups = append(out.Groups, savedGroup{Group{g.name, g.description, g.roleARN, g.precedence}, g.created, g.modified})
	}
	for _, u := range p.sorted() {
		out.Users = append(out.Users, p.saveUser(u))
	}
	for _, g := range p.grants {
		out.Grants = append(out.Grants, savedGrant{g.id, g.sub, g.clientID, g.eventID, g.deviceKey, g.authTime, g.revoked})
	}
	for hash, r := range p.refresh {
		out.Refresh = append(out.Refresh, savedRefresh{hex.EncodeToString([]byte(hash)), r.grant.id, r.expires, r.rotated})
	}
	return out, nil
}

func (p *pool) saveUser(u *user) savedUser {
	out := savedUser{
		User: p.describe(u), Modified: u.modified, History: u.password.history, PasswordExpires: u.password.expires,
		Failures: u.password.failures, LockedUntil: u.password.lockedUntil,
	}
	if u.password.set() {
		out.Verifier = &u.password.verifier
	}
	for purpose, c := range u.codes {
		if out.Codes == nil {
			out.Codes = map[string]savedCode{}
		}
		out.Codes[purpose] = savedCode{c.value, c.expires}
	}
	if m := u.mfa; m.secret != "" || len(m.enabled) > 0 {
		out.MFA = &savedMFA{m.enabled, m.preferred, m.secret, m.name, m.proved, m.lastStep}
	}
	for _, d := range u.devices {
		out.Devices = append(out.Devices, savedDevice{d.key, d.name, d.verifier, d.remembered, d.created, d.modified, d.lastAuthenticated, d.lastIP})
	}
	for _, k := range u.passkeys {
		out.Passkeys = append(out.Passkeys, savedPasskey{k.Passkey, k.created})
	}
	return out
}

// readState reads what Save wrote and lets the configuration take its IDs from
// there.
func (c *Config) readState() (*savedPool, error) {
	if c.State == nil {
		return nil, nil
	}
	raw, err := io.ReadAll(io.LimitReader(c.State, maxState+1))
	if err != nil {
		return nil, fmt.Errorf("cognitotest: Config.State: %w", err)
	}
	if len(raw) > maxState {
		return nil, fmt.Errorf("cognitotest: Config.State is longer than %d bytes", maxState)
	}
	var saved savedPool
	if err := json.Unmarshal(raw, &saved); err != nil {
		// The decoder's error may quote a secret.
		return nil, errors.New("cognitotest: Config.State is not what Save writes")
	}
	switch {
	case saved.Version != stateVersion:
		return nil, fmt.Errorf("cognitotest: Config.State has version %d: want %d", saved.Version, stateVersion)
	case c.UserPoolID != "" && c.UserPoolID != saved.UserPoolID:
		return nil, fmt.Errorf("cognitotest: Config.State is of the pool %.60q, Config.UserPoolID is %.60q", saved.UserPoolID, c.UserPoolID)
	}
	c.UserPoolID = saved.UserPoolID
	if c.Client.ID == "" {
		c.Client.ID = saved.FirstClient
	}
	for _, s := range saved.Clients {
		if s.ID == c.Client.ID && c.Client.Secret == "" {
			c.Client.Secret = s.Secret
		}
	}
	return &saved, nil
}

// load puts what was saved into a new pool. App clients that the
// configuration has too are as it says.
func (p *pool) load(saved *savedPool) error {
	if len(saved.Pepper) > 0 {
		p.pepper = saved.Pepper
	}
	p.created = saved.Created
	for _, s := range saved.Clients {
		if p.clients[s.ID] != nil {
			continue
		}
		if err := s.resolve(p.random); err != nil {
			return err
		}
		c := p.addClient(s.AppClient)
		c.created, c.modified, c.secrets = s.Created, s.Modified, nil
		for _, secret := range s.Secrets {
			c.secrets = append(c.secrets, clientSecret{secret.ID, secret.Value, secret.Created})
		}
	}
	for _, s := range saved.Groups {
		p.groups[s.Name] = &group{s.Name, s.Description, s.RoleARN, s.Precedence, s.Created, s.Modified}
	}
	for _, s := range saved.Users {
		if s.Sub == "" || s.Username == "" {
			return errors.New("cognitotest: Config.State has a user without a name")
		}
		p.users[s.Sub] = s.user()
	}
	for _, s := range saved.Grants {
		p.grants[s.ID] = &grant{id: s.ID, sub: s.Sub, clientID: s.ClientID, authTime: s.AuthTime, eventID: s.EventID, deviceKey: s.DeviceKey, revoked: s.Revoked}
	}
	for _, s := range saved.Refresh {
		hash, err := hex.DecodeString(s.Hash)
		g := p.grants[s.Grant]
		if err != nil || g == nil {
			return errors.New("cognitotest: Config.State has a refresh token of no sign-in")
		}
		p.refresh[string(hash)] = &refresh{grant: g, expires: s.Expires, rotated: s.Rotated}
	}
	return nil
}

func (s *savedUser) user() *user {
	u := &user{
		sub: s.Sub, name: s.Username, status: s.Status, disabled: s.Disabled, created: s.Created, modified: s.Modified,
		attributes: s.Attributes, groups: s.Groups,
		codes: map[string]*code{}, limits: map[string]*limit{}, devices: map[string]*device{},
		password: password{history: s.History, expires: s.PasswordExpires, failures: s.Failures, lockedUntil: s.LockedUntil},
	}
	if u.attributes == nil {
		u.attributes = map[string]string{}
	}
	u.attributes[attrSub] = u.sub
	if s.Verifier != nil {
		u.password.verifier = *s.Verifier
	}
	for purpose, c := range s.Codes {
		u.codes[purpose] = &code{c.Value, c.Expires}
	}
	if m := s.MFA; m != nil {
		u.mfa = enrolments{enabled: m.Enabled, preferred: m.Preferred, secret: m.Secret, name: m.Name, proved: m.Proved, lastStep: m.LastStep}
	}
	for _, d := range s.Devices {
		u.devices[d.Key] = &device{d.Key, d.Name, d.Verifier, d.Remembered, d.Created, d.Modified, d.LastAuthenticated, d.LastIP}
	}
	for _, k := range s.Passkeys {
		u.passkeys = append(u.passkeys, passkey{k.Passkey, k.Created})
	}
	return u
}
