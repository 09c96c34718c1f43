package cognitotest

import (
	"encoding/base64"
	"slices"
	"strings"
	"time"

	"github.com/cognitoauth/cognito-go/internal/srp"
)

// device is one that ConfirmDevice has registered.
type device struct {
	key, name         string
	verifier          srp.Verifier
	remembered        bool
	created, modified time.Time
	lastAuthenticated time.Time
	lastIP            string
}

// deviceGroupKey is the group that a user's devices belong to; device SRP uses
// it where password SRP uses the pool's name.
func (p *pool) deviceGroupKey(u *user) string {
	h := hmacSHA256(p.pepper, "devices\x00"+u.sub)
	return "-" + base64.RawURLEncoding.EncodeToString(h)[:8]
}

// loginDevice finds the registered device that a sign-in is made on; nil if it
// names none.
func (p *pool) loginDevice(l *login, u *user) (*device, error) {
	if p.cfg.Devices == DevicesOff || l.deviceKey == "" {
		return nil, nil
	}
	d := u.devices[l.deviceKey]
	if d == nil {
		return nil, errDeviceNotFound
	}
	return d, nil
}

func (p *pool) askDevice(c *call, l *login) (*authOutput, error) {
	return p.challenge(c, &session{challenge: challengeDeviceSRP, login: l}, map[string]string{
		paramUsername: l.name, paramDeviceKey: l.deviceKey,
	}), nil
}

func (p *pool) respondDeviceSRP(c *call, s *session, u *user, in *respondInput) (*authOutput, error) {
	r := in.ChallengeResponses
	for _, name := range []string{paramDeviceKey, paramSRPA} {
		if r[name] == "" {
			return nil, errMissingParameter(name)
		}
	}
	d := u.devices[r[paramDeviceKey]]
	if d == nil || d.key != s.login.deviceKey {
		return nil, errDeviceNotFound
	}
	id := srp.Identity{Pool: p.deviceGroupKey(u), User: d.key}
	out, err := p.askClaim(c, &claim{login: s.login, identity: id, clientA: r[paramSRPA], device: true}, d.verifier)
	if err != nil {
		return nil, err
	}
	out.Session = p.open(c, &session{challenge: challengeDeviceVerifier, login: s.login})
	return out, nil
}

func (p *pool) respondDeviceVerifier(c *call, cl *client, in *respondInput) (*authOutput, error) {
	if in.Session == "" {
		return nil, errMissingParameter(paramSession)
	}
	s, err := p.find(c, in.Session, cl.ID, challengeDeviceVerifier)
	if err != nil {
		return nil, err
	}
	u := p.users[s.login.sub]
	if u == nil {
		return nil, errUserNotFound
	}
	d := u.devices[in.ChallengeResponses[paramDeviceKey]]
	if d == nil || d.key != s.login.deviceKey {
		return nil, errDeviceNotFound
	}
	cm, err := p.redeemClaim(c, cl, in.ChallengeResponses, true)
	if err != nil {
		return nil, err
	}
	if cm.login != s.login {
		return nil, errBadCredentials
	}
	s.used = true
	d.lastAuthenticated, d.lastIP = c.now, c.remote
	s.login.deviceProven, s.login.mfaDone = true, true
	return p.proceed(c, s.login, u)
}

type confirmDeviceInput struct {
	AccessToken                string `shape:"token,required"`
	DeviceKey                  string `shape:"device,required"`
	DeviceName                 string `shape:"any"`
	DeviceSecretVerifierConfig *struct {
		PasswordVerifier string
		Salt             string
	}
}

type confirmDeviceOutput struct{ UserConfirmationNecessary bool }

var (
	errDevicesOff     = fail("InvalidUserPoolConfigurationException", "Device tracking is not enabled for the user pool.")
	errDeviceKey      = fail(codeInvalidParameter, "Invalid device key given.")
	errDeviceVerifier = fail(codeInvalidParameter, "Invalid device secret verifier config.")
)

func (p *pool) confirmDevice(c *call, in *confirmDeviceInput) (*confirmDeviceOutput, error) {
	b, err := p.authenticate(c, in.AccessToken)
	if err != nil {
		return nil, err
	}
	if p.cfg.Devices == DevicesOff {
		return nil, errDevicesOff
	}
	if b.grant == nil || b.grant.deviceKey != in.DeviceKey {
		return nil, errDeviceKey
	}
	if b.user.devices[in.DeviceKey] != nil {
		return nil, errDeviceKeyTaken
	}
	cfg := in.DeviceSecretVerifierConfig
	if cfg == nil {
		return nil, errDeviceVerifier
	}
	salt, err := base64.StdEncoding.DecodeString(cfg.Salt)
	if err != nil || len(salt) == 0 {
		return nil, errDeviceVerifier
	}
	verifier, err := base64.StdEncoding.DecodeString(cfg.PasswordVerifier)
	if err != nil {
		return nil, errDeviceVerifier
	}
	d := &device{
		key: in.DeviceKey, name: in.DeviceName, verifier: srp.Verifier{Salt: salt, Verifier: verifier},
		remembered: p.cfg.Devices == DevicesAlways,
		created:    c.now, modified: c.now, lastAuthenticated: c.now, lastIP: c.remote,
	}
	if _, err := srp.NewServer(p.random, d.verifier); err != nil {
		return nil, errDeviceVerifier
	}
	b.user.devices[d.key] = d
	return &confirmDeviceOutput{UserConfirmationNecessary: p.cfg.Devices == DevicesOptIn}, nil
}

// deviceRecord is DeviceType of the API.
type deviceRecord struct {
	DeviceKey                   string
	DeviceAttributes            []attribute
	DeviceCreateDate            wireTime
	DeviceLastAuthenticatedDate wireTime
	DeviceLastModifiedDate      wireTime
}

func (d *device) record() deviceRecord {
	status := "not_remembered"
	if d.remembered {
		status = "remembered"
	}
	attributes := []attribute{{"device_status", "valid"}, {"device_name", d.name}, {"last_ip_used", d.lastIP}, {"dev:device_remembered_status", status}}
	return deviceRecord{d.key, attributes, wireTime(d.created), wireTime(d.lastAuthenticated), wireTime(d.modified)}
}

type deviceOutput struct{ Device deviceRecord }

type listDevicesOutput struct {
	Devices         []deviceRecord
	PaginationToken string `json:",omitempty"`
}

// ownDevice finds a device of the user an access token stands for.
func (p *pool) ownDevice(c *call, token, key string) (*user, *device, error) {
	b, err := p.authenticate(c, token)
	if err != nil {
		return nil, nil, err
	}
	d, err := p.deviceOf(b.user, key)
	return b.user, d, err
}

func (p *pool) deviceOf(u *user, key string) (*device, error) {
	if p.cfg.Devices == DevicesOff {
		return nil, errDevicesOff
	}
	d := u.devices[key]
	if d == nil {
		return nil, errDeviceNotFound
	}
	return d, nil
}

type deviceKeyInput struct {
	AccessToken string `shape:"token"`
	DeviceKey   string `shape:"device,required"`
}

func (p *pool) getDevice(c *call, in *deviceKeyInput) (*deviceOutput, error) {
	_, d, err := p.ownDevice(c, in.AccessToken, in.DeviceKey)
	if err != nil {
		return nil, err
	}
	return &deviceOutput{d.record()}, nil
}

func (p *pool) forgetDevice(c *call, in *deviceKeyInput) (*none, error) {
	u, _, err := p.ownDevice(c, in.AccessToken, in.DeviceKey)
	if err != nil {
		return nil, err
	}
	delete(u.devices, in.DeviceKey)
	return &none{}, nil
}

type listDevicesInput struct {
	AccessToken     string `shape:"token,required"`
	Limit           int
	PaginationToken string
}

func (p *pool) listDevices(c *call, in *listDevicesInput) (*listDevicesOutput, error) {
	b, err := p.authenticate(c, in.AccessToken)
	if err != nil {
		return nil, err
	}
	return p.devicesOf(b.user, in.Limit, in.PaginationToken)
}

func (p *pool) devicesOf(u *user, limit int, token string) (*listDevicesOutput, error) {
	if p.cfg.Devices == DevicesOff {
		return nil, errDevicesOff
	}
	all := make([]*device, 0, len(u.devices))
	for _, d := range u.devices {
		all = append(all, d)
	}
	slices.SortFunc(all, func(a, b *device) int {
		if d := a.created.Compare(b.created); d != 0 {
			return d
		}
		return strings.Compare(a.key, b.key)
	})
	page, next, err := paginate(all, limit, 60, token)
	if err != nil {
		return nil, err
	}
	out := &listDevicesOutput{Devices: []deviceRecord{}, PaginationToken: next}
	for _, d := range page {
		out.Devices = append(out.Devices, d.record())
	}
	return out, nil
}

type updateDeviceInput struct {
	AccessToken            string `shape:"token,required"`
	DeviceKey              string `shape:"device,required"`
	DeviceRememberedStatus string
}

func (p *pool) updateDeviceStatus(c *call, in *updateDeviceInput) (*none, error) {
	_, d, err := p.ownDevice(c, in.AccessToken, in.DeviceKey)
	if err != nil {
		return nil, err
	}
	return &none{}, d.remember(in.DeviceRememberedStatus, c.now)
}

func (d *device) remember(status string, now time.Time) error {
	switch status {
	case "remembered", "not_remembered":
		d.remembered, d.modified = status == "remembered", now
	case "":
	default:
		return failf(codeInvalidParameter, "1 validation error detected: Value '%.64s' at 'deviceRememberedStatus' failed to satisfy constraint: "+
			"Member must satisfy enum value set: [remembered, not_remembered]", status)
	}
	return nil
}
