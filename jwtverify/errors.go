package jwtverify

import (
	"errors"
	"strings"
	"time"
)

// ErrInvalidConfig is matched by every error of [New], [NewMulti] and
// [ConfigFromEnv]. No token can cause it.
var ErrInvalidConfig = errors.New("jwtverify: invalid configuration")

// A server acts on three groups of errors. Every error of a verification
// matches exactly one of them.
var (
	// ErrTokenInvalid: the token is not to be believed. Answer 401.
	ErrTokenInvalid error = &sentinel{text: "jwtverify: token is invalid"}
	// ErrForbidden: the token is good and does not allow this. Answer 403.
	ErrForbidden error = &sentinel{text: "jwtverify: token does not allow this"}
	// ErrKeysUnavailable: the token could not be judged, because the keys to
	// judge it with cannot be had now. Answer 503.
	ErrKeysUnavailable error = &sentinel{text: "jwtverify: signing keys are unavailable"}
)

// Why a token is invalid. Each of these also matches [ErrTokenInvalid].
var (
	// ErrTokenMalformed: not a compact JWS of strict JSON, too long, or with
	// a claim of the wrong type.
	ErrTokenMalformed = cause(ErrTokenInvalid, "token is malformed")
	// ErrTokenMissing: the empty string. It also matches ErrTokenMalformed.
	ErrTokenMissing = cause(ErrTokenMalformed, "token is missing")
	// ErrAlgorithmNotAllowed: signed, or claiming to be, with anything but RS256.
	ErrAlgorithmNotAllowed = cause(ErrTokenInvalid, "algorithm is not allowed")
	// ErrIssuerInvalid: iss is not one of the configured issuers.
	ErrIssuerInvalid = cause(ErrTokenInvalid, "issuer is not accepted")
	// ErrKeyNotFound: the issuer's current key set has no such kid.
	ErrKeyNotFound = cause(ErrTokenInvalid, "signing key is not known")
	// ErrSignatureInvalid: the signature is not the issuer's over this token.
	ErrSignatureInvalid = cause(ErrTokenInvalid, "signature is invalid")
	// ErrTokenExpired: exp has passed.
	ErrTokenExpired = cause(ErrTokenInvalid, "token has expired")
	// ErrTokenNotYetValid: nbf, iat or auth_time is in the future.
	ErrTokenNotYetValid = cause(ErrTokenInvalid, "token is not yet valid")
	// ErrTokenUseInvalid: an ID token where an access token is required, or
	// the other way round.
	ErrTokenUseInvalid = cause(ErrTokenInvalid, "token is for another use")
	// ErrClientInvalid: issued to an app client that is not configured.
	ErrClientInvalid = cause(ErrTokenInvalid, "client is not accepted")
	// ErrAudienceInvalid: not bound to the resource required by [Resource].
	ErrAudienceInvalid = cause(ErrTokenInvalid, "audience is not accepted")
	// ErrTokenTooOld: issued longer ago than [MaxTokenAge] allows.
	ErrTokenTooOld = cause(ErrTokenInvalid, "token was issued too long ago")
	// ErrAuthTooOld: the user signed in longer ago than [MaxAuthAge] allows.
	ErrAuthTooOld = cause(ErrTokenInvalid, "sign-in was too long ago")
	// ErrCheckFailed: Config.Check refused, with an error in neither other group.
	ErrCheckFailed = cause(ErrTokenInvalid, "check failed")
)

// What a token does not allow. Each of these also matches [ErrForbidden].
var (
	// ErrInsufficientScope: [AnyScope] or [AllScopes] is not met (RFC 6750
	// section 3.1, insufficient_scope).
	ErrInsufficientScope = cause(ErrForbidden, "a required scope is missing")
	// ErrInsufficientGroup: [AnyGroup] or [AllGroups] is not met.
	ErrInsufficientGroup = cause(ErrForbidden, "a required group is missing")
)

// sentinel is an error that also matches the group it belongs to.
type sentinel struct {
	text  string
	group error
}

func (s *sentinel) Error() string { return s.text }
func (s *sentinel) Unwrap() error { return s.group }

func cause(group error, text string) error {
	return &sentinel{text: "jwtverify: " + text, group: group}
}

// Code says in one stable word why a verification failed. Codes are fixed
// strings of this package: fit for a log, a metric's label and a switch.
type Code string

// The codes, each with the sentinel it matches.
const (
	CodeTokenMissing        Code = "token_missing"         // ErrTokenMissing
	CodeTokenMalformed      Code = "token_malformed"       // ErrTokenMalformed
	CodeAlgorithmNotAllowed Code = "algorithm_not_allowed" // ErrAlgorithmNotAllowed
	CodeIssuerInvalid       Code = "issuer_invalid"        // ErrIssuerInvalid
	CodeKeyNotFound         Code = "key_not_found"         // ErrKeyNotFound
	CodeSignatureInvalid    Code = "signature_invalid"     // ErrSignatureInvalid
	CodeTokenExpired        Code = "token_expired"         // ErrTokenExpired
	CodeTokenNotYetValid    Code = "token_not_yet_valid"   // ErrTokenNotYetValid
	CodeTokenUseInvalid     Code = "token_use_invalid"     // ErrTokenUseInvalid
	CodeClientInvalid       Code = "client_invalid"        // ErrClientInvalid
	CodeAudienceInvalid     Code = "audience_invalid"      // ErrAudienceInvalid
	CodeTokenTooOld         Code = "token_too_old"         // ErrTokenTooOld
	CodeAuthTooOld          Code = "auth_too_old"          // ErrAuthTooOld
	CodeCheckFailed         Code = "check_failed"          // see Config.Check
	CodeInsufficientScope   Code = "insufficient_scope"    // ErrInsufficientScope
	CodeInsufficientGroup   Code = "insufficient_group"    // ErrInsufficientGroup
	CodeKeysUnavailable     Code = "keys_unavailable"      // ErrKeysUnavailable
)

var sentinels = map[Code]error{
	CodeTokenMissing:        ErrTokenMissing,
	CodeTokenMalformed:      ErrTokenMalformed,
	CodeAlgorithmNotAllowed: ErrAlgorithmNotAllowed,
	CodeIssuerInvalid:       ErrIssuerInvalid,
	CodeKeyNotFound:         ErrKeyNotFound,
	CodeSignatureInvalid:    ErrSignatureInvalid,
	CodeTokenExpired:        ErrTokenExpired,
	CodeTokenNotYetValid:    ErrTokenNotYetValid,
	CodeTokenUseInvalid:     ErrTokenUseInvalid,
	CodeClientInvalid:       ErrClientInvalid,
	CodeAudienceInvalid:     ErrAudienceInvalid,
	CodeTokenTooOld:         ErrTokenTooOld,
	CodeAuthTooOld:          ErrAuthTooOld,
	CodeCheckFailed:         ErrCheckFailed,
	CodeInsufficientScope:   ErrInsufficientScope,
	CodeInsufficientGroup:   ErrInsufficientGroup,
	CodeKeysUnavailable:     ErrKeysUnavailable,
}

// Error is every error of a verification. It never holds any part of the
// token: Code, Claim and Detail are fixed words of this package, Required
// comes from the caller's own requirements, and the wrapped error, if any, from
// the network or from Config.Check.
type Error struct {
	Code Code
	// Claim names the claim or header parameter at fault, where there is one.
	Claim string
	// Detail is a fixed phrase that says more than Code.
	Detail string
	// Required lists the scopes or groups that were asked for.
	Required []string
	// RetryAfter, with CodeKeysUnavailable, is how long it may take before
	// another attempt has a chance.
	RetryAfter time.Duration

	err error
}

// Error describes the failure in one line that is safe to log.
func (e *Error) Error() string {
	var b strings.Builder
	if s := sentinels[e.Code]; s != nil {
		b.WriteString(s.Error())
	} else {
		b.WriteString("jwtverify: " + string(e.Code))
	}
	if e.Claim != "" {
		b.WriteString(": " + e.Claim)
	}
	if e.Detail != "" {
		b.WriteString(": " + e.Detail)
	}
	if len(e.Required) > 0 {
		b.WriteString(": want " + strings.Join(e.Required, ", "))
	}
	if e.err != nil {
		b.WriteString(": " + e.err.Error())
	}
	return b.String()
}

// Unwrap gives the sentinel of the code, and the underlying error if there is one.
func (e *Error) Unwrap() []error {
	s := sentinels[e.Code]
	if e.Code == CodeCheckFailed {
		// The check's own error says which group it is in, if it does.
		if errors.Is(e.err, ErrForbidden) || errors.Is(e.err, ErrKeysUnavailable) {
			return []error{e.err}
		}
	}
	if e.err == nil {
		return []error{s}
	}
	return []error{s, e.err}
}

func malformed(claim string, detail error) *Error {
	return &Error{Code: CodeTokenMalformed, Claim: claim, Detail: detail.Error()}
}
