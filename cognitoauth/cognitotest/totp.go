package cognitotest

import (
	"crypto/hmac"
	"crypto/sha1" // #nosec G505 -- RFC 6238's default, which authenticator apps speak
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"slices"
	"time"
)

type associateInput struct {
	AccessToken string `shape:"token"`
	Session     string `shape:"session"`
}

type associateOutput struct {
	SecretCode string
	Session    string `json:",omitempty"`
}

// associateSoftwareToken begins the enrolment of an authenticator: by a user
// who is signed in, or in the course of a sign-in.
func (p *pool) associateSoftwareToken(c *call, in *associateInput) (*associateOutput, error) {
	if !slices.Contains(p.cfg.MFAFactors, factorTOTP) || p.cfg.MFA == MFAOff {
		return nil, errTOTPPoolOff
	}
	secret := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(p.random.bytes(totpSecretBytes))
	switch {
	case in.AccessToken != "":
		b, err := p.authenticate(c, in.AccessToken)
		if err != nil {
			return nil, err
		}
		b.user.mfa.pending = secret
		return &associateOutput{SecretCode: secret}, nil
	case in.Session != "":
		s, _, err := p.setupSession(c, in.Session)
		if err != nil {
			return nil, err
		}
		s.used = true
		next := &session{challenge: challengeMFASetup, login: s.login, secret: secret}
		return &associateOutput{SecretCode: secret, Session: p.open(c, next)}, nil
	}
	return nil, fail(codeInvalidParameter, "Missing required parameter AccessToken or Session")
}

// setupSession finds the session of an MFA_SETUP challenge. The operation
// names no client, so the session's own is used.
func (p *pool) setupSession(c *call, token string) (*session, *user, error) {
	s := p.sessions[token]
	if s == nil {
		return nil, nil, errSessionUnknown
	}
	s, err := p.find(c, token, s.login.client.ID, challengeMFASetup)
	if err != nil {
		return nil, nil, err
	}
	u := p.users[s.login.sub]
	if u == nil {
		return nil, nil, errUserNotFound
	}
	return s, u, nil
}

type verifySoftwareTokenInput struct {
	AccessToken        string `shape:"token"`
	Session            string `shape:"session"`
	UserCode           string `shape:"totp,required"`
	FriendlyDeviceName string `shape:"any"`
}

type verifySoftwareTokenOutput struct {
	Status  string
	Session string `json:",omitempty"`
}

func (p *pool) verifySoftwareToken(c *call, in *verifySoftwareTokenInput) (*verifySoftwareTokenOutput, error) {
	switch {
	case in.AccessToken != "":
		b, err := p.authenticate(c, in.AccessToken)
		if err != nil {
			return nil, err
		}
		if b.user.mfa.pending == "" {
			return nil, errTOTPNotStarted
		}
		if err := b.user.enrolTOTP(b.user.mfa.pending, in, c.now); err != nil {
			return nil, err
		}
		return &verifySoftwareTokenOutput{Status: "SUCCESS"}, nil
	case in.Session != "":
		s, u, err := p.setupSession(c, in.Session)
		if err != nil {
			return nil, err
		}
		if s.secret == "" {
			return nil, errTOTPNotStarted
		}
		if err := u.enrolTOTP(s.secret, in, c.now); err != nil {
			return nil, err
		}
		if !u.mfa.on(factorTOTP) {
			u.mfa.enabled = append(u.mfa.enabled, factorTOTP)
		}
		s.used = true
		next := &session{challenge: challengeMFASetup, login: s.login, secretProved: true}
		return &verifySoftwareTokenOutput{Status: "SUCCESS", Session: p.open(c, next)}, nil
	}
	return nil, fail(codeInvalidParameter, "Missing required parameter AccessToken or Session")
}

// enrolTOTP makes an authenticator the user's, on the proof of a code.
func (u *user) enrolTOTP(secret string, in *verifySoftwareTokenInput, now time.Time) error {
	step, ok := totpStep(secret, in.UserCode, now)
	if !ok {
		return errTOTPSetup
	}
	u.mfa.secret, u.mfa.proved, u.mfa.pending = secret, true, ""
	u.mfa.name = in.FriendlyDeviceName
	u.mfa.lastStep = step
	return nil
}

// TOTP is RFC 6238 with the parameters that authenticator apps assume: SHA-1,
// six digits, steps of 30 seconds.
const (
	totpPeriod      = 30
	totpSecretBytes = 32
	// totpDrift is how many steps a code may be early or late.
	totpDrift = 1
)

func totpCode(secret string, step int64) string {
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil {
		return ""
	}
	mac := hmac.New(sha1.New, key)
	var counter [8]byte
	binary.BigEndian.PutUint64(counter[:], uint64(step)) // #nosec G115 -- the pool's time is after 1970
	mac.Write(counter[:])
	sum := mac.Sum(nil)
	// RFC 4226, section 5.3: dynamic truncation.
	offset := sum[len(sum)-1] & 0x0f
	value := binary.BigEndian.Uint32(sum[offset:]) & 0x7fffffff
	return fmt.Sprintf("%06d", value%1_000_000)
}

// totpStep finds the time step that a code belongs to.
func totpStep(secret, code string, now time.Time) (int64, bool) {
	if secret == "" {
		return 0, false
	}
	current := now.Unix() / totpPeriod
	for step := current - totpDrift; step <= current+totpDrift; step++ {
		if subtle.ConstantTimeCompare([]byte(totpCode(secret, step)), []byte(code)) == 1 {
			return step, true
		}
	}
	return 0, false
}
