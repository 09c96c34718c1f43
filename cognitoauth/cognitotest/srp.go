package cognitotest

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/cognitoauth/cognito-go/internal/srp"
)

const (
	challengePasswordVerifier = "PASSWORD_VERIFIER"
	challengeDeviceSRP        = "DEVICE_SRP_AUTH"
	challengeDeviceVerifier   = "DEVICE_PASSWORD_VERIFIER"
	challengePasswordSRP      = "PASSWORD_SRP"

	// secretBlockBytes makes SECRET_BLOCK about as long as Cognito's.
	secretBlockBytes = 1000
)

// claim is one SRP exchange under way, named by its SECRET_BLOCK: Cognito lets
// PASSWORD_VERIFIER be answered without a Session, so that the block alone
// must lead back to it.
type claim struct {
	login    *login
	server   *srp.Server
	identity srp.Identity
	clientA  string
	salt     []byte // of the password that the exchange began with
	block    []byte
	expires  time.Time
	device   bool
	nobody   bool // the user does not exist; no answer is right
}

// beginSRP is USER_SRP_AUTH.
func (p *pool) beginSRP(c *call, l *login, params map[string]string) (*authOutput, error) {
	if params[paramSRPA] == "" {
		return nil, errMissingParameter(paramSRPA)
	}
	typed := l.name
	u, err := p.begin(c, l)
	if err != nil {
		return nil, err
	}
	if u == nil {
		return p.askNobody(c, l, typed, params[paramSRPA])
	}
	return p.askPasswordVerifier(c, l, u, params[paramSRPA])
}

// askPasswordVerifier answers SRP_A with the server's half of the exchange.
func (p *pool) askPasswordVerifier(c *call, l *login, u *user, clientA string) (*authOutput, error) {
	if u.status == statusResetRequired {
		return nil, errResetRequired
	}
	if !u.password.set() {
		// The user has never had a password; the exchange goes on as for a
		// user who is not there.
		return p.askNobody(c, l, u.name, clientA)
	}
	return p.askClaim(c, &claim{login: l, identity: p.identity(u), clientA: clientA}, u.password.verifier)
}

// askNobody plays the exchange for a name that nobody has. The salt and the
// user ID are the same each time, as a real user's are, and B is fresh, as
// theirs is. Source: "Managing user existence error responses" in the Amazon
// Cognito developer guide.
func (p *pool) askNobody(c *call, l *login, name, clientA string) (*authOutput, error) {
	h := hmacSHA256(p.pepper, "srp\x00"+p.fold(name))
	id := srp.Identity{Pool: p.name, User: uuidFrom(h[:16])}
	v, err := srp.VerifierFor(id, hex.EncodeToString(h), h[16:])
	if err != nil {
		return nil, fmt.Errorf("cognitotest: %w", err)
	}
	return p.askClaim(c, &claim{login: l, identity: id, clientA: clientA, nobody: true}, v)
}

func (p *pool) askClaim(c *call, cm *claim, v srp.Verifier) (*authOutput, error) {
	var server *srp.Server
	var err error
	p.unlocked(func() { server, err = srp.NewServer(p.random, v) })
	if err != nil {
		if cm.device { // a verifier that ConfirmDevice was given
			return nil, errBadCredentials
		}
		return nil, fmt.Errorf("cognitotest: %w", err)
	}
	cm.server, cm.salt = server, v.Salt
	cm.block = p.random.bytes(secretBlockBytes)
	cm.expires = c.now.Add(cm.login.client.SessionValidity)
	block := base64.StdEncoding.EncodeToString(cm.block)
	p.claims[block] = cm

	name := cm.identity.User
	out := &authOutput{
		ChallengeName: challengePasswordVerifier,
		ChallengeParameters: map[string]string{
			"SALT":         v.SaltHex(),
			"SRP_B":        server.B(),
			"SECRET_BLOCK": block,
		},
	}
	if cm.device {
		name = cm.login.name
		out.ChallengeName = challengeDeviceVerifier
		out.ChallengeParameters[paramDeviceKey] = cm.identity.User
	} else {
		out.ChallengeParameters["USER_ID_FOR_SRP"] = name
	}
	out.ChallengeParameters[paramUsername] = name
	return out, nil
}

// redeemClaim finds the exchange that an answer belongs to and checks the
// signature.
func (p *pool) redeemClaim(c *call, cl *client, responses map[string]string, device bool) (*claim, error) {
	for _, name := range []string{"PASSWORD_CLAIM_SECRET_BLOCK", "PASSWORD_CLAIM_SIGNATURE", "TIMESTAMP"} {
		if responses[name] == "" {
			return nil, errMissingParameter(name)
		}
	}
	block := standardBase64(responses["PASSWORD_CLAIM_SECRET_BLOCK"])
	cm := p.claims[block]
	if cm == nil || cm.login.client.ID != cl.ID || cm.device != device || !c.now.Before(cm.expires) {
		return nil, errBadCredentials
	}
	verify := func() bool {
		stamp, err := srp.ParseTimestamp(responses["TIMESTAMP"])
		if err != nil || !p.clock.timely(stamp) || cm.nobody {
			return false
		}
		p.unlocked(func() {
			err = cm.server.Verify(cm.identity, cm.clientA, cm.block, responses["TIMESTAMP"], responses["PASSWORD_CLAIM_SIGNATURE"])
		})
		return err == nil
	}
	u := p.users[cm.login.sub]
	switch {
	case cm.nobody || u == nil, !device && !bytes.Equal(cm.salt, u.password.verifier.Salt):
		// There is no such user, or the password was changed meanwhile.
		return nil, errBadCredentials
	case device:
		if !verify() {
			return nil, errBadCredentials
		}
	default:
		if err := u.password.attempt(c.now, verify); err != nil {
			return nil, err
		}
	}
	delete(p.claims, block)
	return cm, nil
}

// standardBase64 brings the URL-safe and the unpadded alphabet to the one that
// was sent; clients are known to convert it.
func standardBase64(s string) string {
	for _, enc := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
		if b, err := enc.DecodeString(s); err == nil {
			return base64.StdEncoding.EncodeToString(b)
		}
	}
	return s
}

// respondPasswordVerifier answers PASSWORD_VERIFIER. Session is optional.
func (p *pool) respondPasswordVerifier(c *call, cl *client, in *respondInput) (*authOutput, error) {
	cm, err := p.redeemClaim(c, cl, in.ChallengeResponses, false)
	if err != nil {
		return nil, err
	}
	l := cm.login
	u := p.users[l.sub]
	if u == nil {
		return nil, errUserNotFound
	}
	if in.ChallengeResponses[paramUsername] != cm.identity.User && p.lookup(in.ChallengeResponses[paramUsername]) != u {
		return nil, errBadCredentials
	}
	if key := in.ChallengeResponses[paramDeviceKey]; key != "" {
		l.deviceKey = key
	}
	l.metadata = mergeMetadata(l.metadata, in.ClientMetadata)
	l.factor = factorPassword
	if l.flow == flowCustom {
		if err := p.admit(c, l, u); err != nil {
			return nil, err
		}
		l.rounds = append(l.rounds, ChallengeResult{Name: challengePasswordVerifier, Passed: true})
		return p.nextCustom(c, l, u)
	}
	out, err := p.proceed(c, l, u)
	var refusal *apiError
	if errors.As(err, &refusal) && refusal == errDeviceNotFound {
		// The client answers once more without the device.
		p.claims[standardBase64(in.ChallengeResponses["PASSWORD_CLAIM_SECRET_BLOCK"])] = cm
		l.deviceKey = ""
	}
	return out, err
}

// mergeMetadata adds what this request brought to what the sign-in had.
func mergeMetadata(have, more map[string]string) map[string]string {
	if len(more) == 0 {
		return have
	}
	merged := maps.Clone(have)
	if merged == nil {
		merged = map[string]string{}
	}
	maps.Copy(merged, more)
	return merged
}
