package cognitotest

import (
	"crypto/subtle"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/cognitoauth/cognito-go/internal/srp"
)

// PasswordPolicy is what a password must be.
type PasswordPolicy struct {
	// MinLength is the least number of characters, from 6 to 99. Zero: 6.
	MinLength int
	// The kinds of characters there must be one of. Symbols are the ones that
	// the user guide lists, and a space inside the password.
	RequireUpper, RequireLower, RequireDigit, RequireSymbol bool
	// TemporaryValidity is how long an administrator's temporary password can
	// be used. Zero: seven days.
	TemporaryValidity time.Duration
	// History is how many earlier passwords cannot be used again.
	History int
}

func defaultPasswordPolicy() *PasswordPolicy {
	return &PasswordPolicy{MinLength: 8, RequireUpper: true, RequireLower: true, RequireDigit: true, RequireSymbol: true}
}

// passwordSymbols are the special characters of "Adding user pool password
// requirements" in the Amazon Cognito developer guide.
const passwordSymbols = "^$*.[]{}()?-\"!@#%&/\\,><':;|_~`+= "

// check returns the first rule that password breaks, in Cognito's order.
func (p *PasswordPolicy) check(password string) error {
	switch {
	case utf8.RuneCountInString(password) < max(p.MinLength, 6):
		return errPolicy("Password not long enough")
	case p.RequireUpper && !strings.ContainsAny(password, upper):
		return errPolicy("Password must have uppercase characters")
	case p.RequireLower && !strings.ContainsAny(password, lower):
		return errPolicy("Password must have lowercase characters")
	case p.RequireDigit && !strings.ContainsAny(password, digits):
		return errPolicy("Password must have numeric characters")
	case p.RequireSymbol && !strings.ContainsAny(password, passwordSymbols):
		return errPolicy("Password must have symbol characters")
	}
	return nil
}

func (p *PasswordPolicy) temporaryValidity() time.Duration {
	if p.TemporaryValidity == 0 {
		return 7 * 24 * time.Hour
	}
	return p.TemporaryValidity
}

// password is what the pool knows of a user's password: never the password.
type password struct {
	verifier srp.Verifier
	history  []srp.Verifier
	// expires is when a temporary password stops working.
	expires time.Time
	// failures in a row, and until when they bar the door.
	failures    int
	lockedUntil time.Time
}

func (pw *password) set() bool { return len(pw.verifier.Verifier) > 0 }

// identity is what a user's verifier is bound to besides the password.
func (p *pool) identity(u *user) srp.Identity {
	return srp.Identity{Pool: p.name, User: u.name}
}

// setPassword stores the verifier of a password that has passed the policy.
func (p *pool) setPassword(u *user, text string) error {
	var v srp.Verifier
	var err error
	p.unlocked(func() { v, err = srp.NewVerifier(p.random, p.identity(u), text) })
	if err != nil {
		return fmt.Errorf("cognitotest: %w", err)
	}
	keep := p.cfg.PasswordPolicy.History
	if u.password.set() && keep > 0 {
		u.password.history = append(u.password.history, u.password.verifier)
		u.password.history = u.password.history[max(0, len(u.password.history)-keep):]
	}
	u.password.verifier = v
	u.password.expires = time.Time{}
	u.password.failures = 0
	u.password.lockedUntil = time.Time{}
	return nil
}

// changePassword checks a new password against the policy and the history,
// and stores it.
func (p *pool) changePassword(u *user, text string) error {
	if err := p.cfg.PasswordPolicy.check(text); err != nil {
		return err
	}
	if p.cfg.PasswordPolicy.History > 0 {
		for _, old := range slices.Concat(u.password.history, []srp.Verifier{u.password.verifier}) {
			if p.matches(u, old, text) {
				return errPasswordHistory
			}
		}
	}
	return p.setPassword(u, text)
}

func (p *pool) matches(u *user, v srp.Verifier, text string) bool {
	if len(v.Verifier) == 0 {
		return false
	}
	var got srp.Verifier
	var err error
	p.unlocked(func() { got, err = srp.VerifierFor(p.identity(u), text, v.Salt) })
	return err == nil && subtle.ConstantTimeCompare(got.Verifier, v.Verifier) == 1
}

// checkPassword compares a password that somebody typed, and counts failures.
func (p *pool) checkPassword(u *user, text string, now time.Time) error {
	return u.password.attempt(now, func() bool { return p.matches(u, u.password.verifier, text) })
}

const (
	// freeFailures is how many wrong passwords have no consequence.
	freeFailures = 5
	maxLock      = 15 * time.Minute
)

// attempt runs a comparison unless the user is locked out. From the fifth
// failure on, each one bars the door for twice as long as the one before:
// one second, two, up to about 15 minutes. Attempts while it is barred do not
// count. Source: "Lockout behavior for failed sign-in attempts" in the Amazon
// Cognito developer guide.
func (pw *password) attempt(now time.Time, matches func() bool) error {
	if now.Before(pw.lockedUntil) {
		return errTooManyPasswords
	}
	if matches() {
		pw.failures = 0
		return nil
	}
	pw.failures++
	if n := pw.failures - freeFailures; n >= 0 {
		pw.lockedUntil = now.Add(min(time.Second<<min(n, 10), maxLock))
	}
	return errBadCredentials
}
