package cognitoauth

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// PasswordPolicy is a user pool's password policy, for checking new passwords
// before they are sent: Cognito names only the first broken rule, this names
// them all. Set it as the pool has it; Cognito still has the last word.
//
// https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html
type PasswordPolicy struct {
	// MinimumLength is in characters, 6 to 99. Zero means 8, Cognito's default.
	MinimumLength int

	RequireUppercase bool // at least one of A–Z
	RequireLowercase bool // at least one of a–z
	RequireNumbers   bool // at least one of 0–9
	RequireSymbols   bool // at least one of Cognito's symbols, see [PasswordRuleSymbol]
}

// DefaultPasswordPolicy returns the policy of a pool that was created without
// one: 8 characters with an upper-case letter, a lower-case letter, a number
// and a symbol.
func DefaultPasswordPolicy() *PasswordPolicy {
	return &PasswordPolicy{RequireUppercase: true, RequireLowercase: true, RequireNumbers: true, RequireSymbols: true}
}

// PasswordRule names a rule of a [PasswordPolicy].
type PasswordRule string

// The rules. A new version may add to them.
const (
	PasswordRuleMinimumLength PasswordRule = "minimum length"
	PasswordRuleMaximumLength PasswordRule = "maximum length" // 256 characters, in every pool
	PasswordRuleUppercase     PasswordRule = "upper-case letter"
	PasswordRuleLowercase     PasswordRule = "lower-case letter"
	PasswordRuleNumber        PasswordRule = "number"

	// PasswordRuleSymbol wants one of
	// ^ $ * . [ ] { } ( ) ? " ! @ # % & / \ , > < ' : ; | _ ~ ` = + -
	// or a space that is neither first nor last.
	PasswordRuleSymbol PasswordRule = "symbol"

	// PasswordRuleOuterSpace wants no white space at either end, in every pool.
	PasswordRuleOuterSpace PasswordRule = "no leading or trailing space"
)

// PasswordPolicyError lists every rule that a password breaks. It is
// [ErrPasswordPolicy]; operations return it inside an [*Error].
type PasswordPolicyError struct {
	Broken        []PasswordRule
	MinimumLength int // of the policy, in characters
}

func (e *PasswordPolicyError) Error() string {
	parts := make([]string, len(e.Broken))
	for i, rule := range e.Broken {
		switch rule {
		case PasswordRuleMinimumLength:
			parts[i] = fmt.Sprintf("at least %d characters", e.MinimumLength)
		case PasswordRuleMaximumLength:
			parts[i] = fmt.Sprintf("at most %d characters", maxPassword)
		case PasswordRuleOuterSpace:
			parts[i] = string(rule)
		default:
			parts[i] = "at least one " + string(rule)
		}
	}
	return "password needs " + strings.Join(parts, ", ")
}

// Unwrap returns [ErrPasswordPolicy].
func (e *PasswordPolicyError) Unwrap() error { return ErrPasswordPolicy }

// passwordSymbols is Cognito's own list; a space counts too, but not at the ends.
const passwordSymbols = "^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+- "

// Check returns a *[PasswordPolicyError] that lists every rule that password
// breaks, or nil. A nil policy permits everything.
func (p *PasswordPolicy) Check(password string) error {
	if p == nil {
		return nil
	}
	e := &PasswordPolicyError{MinimumLength: p.minimumLength()}
	breaks := func(rule PasswordRule, broken bool) {
		if broken {
			e.Broken = append(e.Broken, rule)
		}
	}
	length := utf8.RuneCountInString(password)
	inner := strings.TrimSpace(password)
	breaks(PasswordRuleMinimumLength, length < e.MinimumLength)
	breaks(PasswordRuleMaximumLength, length > maxPassword)
	breaks(PasswordRuleUppercase, p.RequireUppercase && !containsRange(password, 'A', 'Z'))
	breaks(PasswordRuleLowercase, p.RequireLowercase && !containsRange(password, 'a', 'z'))
	breaks(PasswordRuleNumber, p.RequireNumbers && !containsRange(password, '0', '9'))
	breaks(PasswordRuleSymbol, p.RequireSymbols && !strings.ContainsAny(inner, passwordSymbols))
	breaks(PasswordRuleOuterSpace, inner != password)
	if e.Broken == nil {
		return nil
	}
	return e
}

func containsRange(s string, from, to byte) bool {
	for i := range len(s) {
		if from <= s[i] && s[i] <= to {
			return true
		}
	}
	return false
}

func (p *PasswordPolicy) minimumLength() int {
	if p.MinimumLength == 0 {
		return 8
	}
	return p.MinimumLength
}

func (p *PasswordPolicy) validate() error {
	if p != nil && (p.minimumLength() < 6 || p.minimumLength() > 99) {
		return errors.New("has a MinimumLength that no user pool can have: want 6 to 99")
	}
	return nil
}

// checkPolicy checks a new password before the operation op sends it.
func (p *UserPool) checkPolicy(op, password string) error {
	err := p.cfg.PasswordPolicy.Check(password)
	if err == nil {
		return nil
	}
	return &Error{Op: op, Message: err.Error(), kind: ErrPasswordPolicy, cause: err}
}
