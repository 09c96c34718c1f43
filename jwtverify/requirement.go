package jwtverify

import (
	"fmt"
	"slices"
	"time"
)

// Requirement is something a verified token must have besides being valid. The
// zero Requirement, and one that lists nothing, is met by no token: a list that
// came out empty by mistake must not open a door.
type Requirement struct {
	kind   requirementKind
	values []string
	age    time.Duration
}

type requirementKind uint8

const (
	requireNothing requirementKind = iota // never met
	requireAnyGroup
	requireAllGroups
	requireAnyScope
	requireAllScopes
	requireResource
	requireAuthAge
	requireTokenAge
)

// AnyGroup requires membership (cognito:groups) of at least one of the groups.
// Not met: [ErrInsufficientGroup].
func AnyGroup(groups ...string) Requirement {
	return Requirement{kind: requireAnyGroup, values: slices.Clone(groups)}
}

// AllGroups requires membership of every one of the groups. Not met:
// [ErrInsufficientGroup].
func AllGroups(groups ...string) Requirement {
	return Requirement{kind: requireAllGroups, values: slices.Clone(groups)}
}

// AnyScope requires at least one of the scopes. Only access tokens have scopes,
// and those of users whom an application signed in by itself, through the Cognito
// API, have aws.cognito.signin.user.admin alone unless a pre token generation
// trigger adds others: custom scopes come with Cognito's login pages and with
// client credentials. For the rest there are groups. Not met:
// [ErrInsufficientScope].
func AnyScope(scopes ...string) Requirement {
	return Requirement{kind: requireAnyScope, values: slices.Clone(scopes)}
}

// AllScopes requires every one of the scopes. For whose tokens have any, see
// [AnyScope]. Not met: [ErrInsufficientScope].
func AllScopes(scopes ...string) Requirement {
	return Requirement{kind: requireAllScopes, values: slices.Clone(scopes)}
}

// Resource requires the token's aud to name one of the resource servers. Cognito
// puts aud into an access token that was asked for with the resource parameter
// (RFC 8707, "resource binding" in the Amazon Cognito developer guide). Not
// met: [ErrAudienceInvalid].
func Resource(identifiers ...string) Requirement {
	return Requirement{kind: requireResource, values: slices.Clone(identifiers)}
}

// MaxAuthAge requires that the user signed in (auth_time) no longer than age
// ago; refreshing tokens is not signing in. It is for what deserves a fresh
// password (RFC 9470). A token without auth_time does not meet it. Not met:
// [ErrAuthTooOld].
func MaxAuthAge(age time.Duration) Requirement {
	return Requirement{kind: requireAuthAge, age: age}
}

// MaxTokenAge requires that the token was issued (iat) no longer than age ago,
// whatever its exp says. Not met: [ErrTokenTooOld].
func MaxTokenAge(age time.Duration) Requirement {
	return Requirement{kind: requireTokenAge, age: age}
}

// Err says why no token whatever can meet the requirement: it lists nothing, or
// a scope that is not one word. It is nil for any other. The error matches
// [ErrInvalidConfig]; whoever takes requirements from an application asks when
// they are given, and not on every request.
func (r Requirement) Err() error {
	switch r.kind {
	case requireNothing:
		return unsatisfiable("is the zero Requirement")
	case requireAuthAge, requireTokenAge:
		if r.age <= 0 {
			return unsatisfiable("allows no age")
		}
		return nil
	}
	if len(r.values) == 0 {
		return unsatisfiable("lists nothing")
	}
	for _, value := range r.values {
		switch {
		case value == "":
			return unsatisfiable("lists an empty string")
		case (r.kind == requireAnyScope || r.kind == requireAllScopes) && !isScope(value):
			return unsatisfiable(fmt.Sprintf("lists %q, which is not one scope", value))
		}
	}
	return nil
}

func unsatisfiable(why string) error {
	return fmt.Errorf("%w: a requirement that no token can meet: it %s", ErrInvalidConfig, why)
}

// isScope reports whether s is a scope-token (RFC 6749 section 3.3).
func isScope(s string) bool {
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c == '"' || c == '\\' || c >= 0x7F {
			return false
		}
	}
	return s != ""
}

// refusals are what each kind of requirement says when it is not met.
var refusals = [...]struct {
	code  Code
	claim string
}{
	requireNothing:   {CodeInsufficientScope, ""},
	requireAnyGroup:  {CodeInsufficientGroup, "cognito:groups"},
	requireAllGroups: {CodeInsufficientGroup, "cognito:groups"},
	requireAnyScope:  {CodeInsufficientScope, "scope"},
	requireAllScopes: {CodeInsufficientScope, "scope"},
	requireResource:  {CodeAudienceInvalid, "aud"},
	requireAuthAge:   {CodeAuthTooOld, "auth_time"},
	requireTokenAge:  {CodeTokenTooOld, "iat"},
}

// check returns nil if the requirement is met.
func (r *Requirement) check(c *Claims, scopes, audience []string, now time.Time, leeway time.Duration) *Error {
	if r.met(c, scopes, audience, now, leeway) {
		return nil
	}
	refusal := refusals[r.kind]
	err := &Error{Code: refusal.code, Claim: refusal.claim, Required: slices.Clone(r.values)}
	if r.kind == requireNothing {
		err.Detail = "the requirement is empty"
	}
	return err
}

func (r *Requirement) met(c *Claims, scopes, audience []string, now time.Time, leeway time.Duration) bool {
	switch r.kind {
	case requireAnyGroup:
		return containsAny(c.Groups, r.values)
	case requireAllGroups:
		return containsAll(c.Groups, r.values)
	case requireAnyScope:
		return containsAny(scopes, r.values)
	case requireAllScopes:
		return containsAll(scopes, r.values)
	case requireResource:
		return containsAny(audience, r.values)
	case requireAuthAge:
		return !c.AuthTime.IsZero() && withinAge(c.AuthTime, r.age, now, leeway)
	case requireTokenAge:
		return withinAge(c.IssuedAt, r.age, now, leeway)
	}
	return false
}

func withinAge(t time.Time, age time.Duration, now time.Time, leeway time.Duration) bool {
	return age > 0 && !now.After(t.Add(age).Add(leeway))
}

func containsAny(have, want []string) bool {
	for _, w := range want {
		if slices.Contains(have, w) {
			return true
		}
	}
	return false
}

func containsAll(have, want []string) bool {
	for _, w := range want {
		if !slices.Contains(have, w) {
			return false
		}
	}
	return len(want) > 0
}
