package jwtverify

import (
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

// AnyScope requires at least one of the scopes. Only access tokens have scopes.
// Not met: [ErrInsufficientScope].
func AnyScope(scopes ...string) Requirement {
	return Requirement{kind: requireAnyScope, values: slices.Clone(scopes)}
}

// AllScopes requires every one of the scopes. Only access tokens have scopes.
// Not met: [ErrInsufficientScope].
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
// ago, by more than typing a refresh token: for what deserves a fresh password
// (RFC 9470). A token without auth_time does not meet it. Not met:
// [ErrAuthTooOld].
func MaxAuthAge(age time.Duration) Requirement {
	return Requirement{kind: requireAuthAge, age: age}
}

// MaxTokenAge requires that the token was issued (iat) no longer than age ago,
// whatever its exp says. Not met: [ErrTokenTooOld].
func MaxTokenAge(age time.Duration) Requirement {
	return Requirement{kind: requireTokenAge, age: age}
}

// check returns nil if the requirement is met.
func (r *Requirement) check(c *Claims, scopes, audience []string, now time.Time, leeway time.Duration) *Error {
	switch r.kind {
	case requireAnyGroup:
		if containsAny(c.Groups, r.values) {
			return nil
		}
		return &Error{Code: CodeInsufficientGroup, Claim: "cognito:groups", Required: slices.Clone(r.values)}
	case requireAllGroups:
		if containsAll(c.Groups, r.values) {
			return nil
		}
		return &Error{Code: CodeInsufficientGroup, Claim: "cognito:groups", Required: slices.Clone(r.values)}
	case requireAnyScope:
		if containsAny(scopes, r.values) {
			return nil
		}
		return &Error{Code: CodeInsufficientScope, Claim: "scope", Required: slices.Clone(r.values)}
	case requireAllScopes:
		if containsAll(scopes, r.values) {
			return nil
		}
		return &Error{Code: CodeInsufficientScope, Claim: "scope", Required: slices.Clone(r.values)}
	case requireResource:
		if containsAny(audience, r.values) {
			return nil
		}
		return &Error{Code: CodeAudienceInvalid, Claim: "aud", Required: slices.Clone(r.values)}
	case requireAuthAge:
		if !c.AuthTime.IsZero() && withinAge(c.AuthTime, r.age, now, leeway) {
			return nil
		}
		return &Error{Code: CodeAuthTooOld, Claim: "auth_time"}
	case requireTokenAge:
		if withinAge(c.IssuedAt, r.age, now, leeway) {
			return nil
		}
		return &Error{Code: CodeTokenTooOld, Claim: "iat"}
	}
	return &Error{Code: CodeInsufficientScope, Detail: "the requirement is empty"}
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

// satisfiable reports whether any token could meet the requirement.
func (r *Requirement) satisfiable() bool {
	switch r.kind {
	case requireNothing:
		return false
	case requireAuthAge, requireTokenAge:
		return r.age > 0
	}
	return len(r.values) > 0
}
