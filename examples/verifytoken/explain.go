package main

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
	"unicode"

	"github.com/cognitoauth/cognito-go/jwtverify"
)

// rules says, for each code, which rule was broken. What was expected depends
// on the options.
var rules = map[jwtverify.Code]struct {
	rule     string
	expected func(o *options, e *jwtverify.Error) string
}{
	jwtverify.CodeTokenMissing: {"a token must be there", func(*options, *jwtverify.Error) string {
		return "a token on the standard input"
	}},
	jwtverify.CodeTokenMalformed: {"a token is a JSON header, JSON claims and a signature, in base64url, with dots between (RFC 7515 section 7.1)", nil},
	jwtverify.CodeAlgorithmNotAllowed: {"Cognito signs with one algorithm, and the token does not choose (RFC 8725 section 3.1)", func(*options, *jwtverify.Error) string {
		return "RS256"
	}},
	jwtverify.CodeIssuerInvalid: {"the issuer is the user pool (RFC 7519 section 4.1.1)", func(o *options, _ *jwtverify.Error) string {
		return strings.Join(o.issuers(), " or ")
	}},
	jwtverify.CodeKeyNotFound: {"the key is one of the issuer's", func(o *options, _ *jwtverify.Error) string {
		if o.config.KeySet != nil {
			return strings.Join(o.config.KeySet.KeyIDs(), " or ") + ", which are in " + o.keys
		}
		return "a key published at " + o.keys
	}},
	jwtverify.CodeSignatureInvalid: {"the signature is the issuer's, over this header and these claims (RFC 7515 section 5.2)", func(o *options, _ *jwtverify.Error) string {
		return "a token as the pool issued it, unchanged, and its keys, from " + o.keys
	}},
	jwtverify.CodeTokenExpired: {"a token is good until exp (RFC 7519 section 4.1.4)", func(o *options, _ *jwtverify.Error) string {
		return "later than " + stamp(o.now().Add(-o.config.Leeway))
	}},
	jwtverify.CodeTokenNotYetValid: {"a token is not from the future (RFC 7519 sections 4.1.5 and 4.1.6)", func(o *options, _ *jwtverify.Error) string {
		return "no later than " + stamp(o.now().Add(o.config.Leeway))
	}},
	jwtverify.CodeTokenUseInvalid: {"an ID token is no access token, nor the other way round", func(o *options, _ *jwtverify.Error) string {
		return string(o.use) + ", as -use says"
	}},
	jwtverify.CodeClientInvalid: {"the token was issued to an app client that is accepted", func(o *options, _ *jwtverify.Error) string {
		if o.config.AnyClient {
			return "an app client"
		}
		return strings.Join(o.config.ClientIDs, " or ")
	}},
	jwtverify.CodeAudienceInvalid: {"the token is bound to the resource server (RFC 8707)", func(o *options, _ *jwtverify.Error) string {
		return o.resource
	}},
	jwtverify.CodeAuthTooOld: {"the user signed in not long ago", func(o *options, _ *jwtverify.Error) string {
		return stamp(o.now().Add(-o.maxAuthAge-o.config.Leeway)) + " or later"
	}},
	jwtverify.CodeInsufficientScope: {"the token has every scope that is required", func(_ *options, e *jwtverify.Error) string {
		return strings.Join(e.Required, " and ")
	}},
	jwtverify.CodeInsufficientGroup: {"the user is in a group that is required", func(_ *options, e *jwtverify.Error) string {
		return strings.Join(e.Required, " or ")
	}},
	jwtverify.CodeKeysUnavailable: {"nothing can be said without the keys", func(o *options, _ *jwtverify.Error) string {
		return "a key set at " + o.keys
	}},
}

// explain says why a token is refused.
func explain(o *options, token string, err error) string {
	e, ok := errors.AsType[*jwtverify.Error](err)
	if !ok { // every error of a Verifier is one
		return "refused: " + printable(err.Error()) + "\n"
	}
	rule := rules[e.Code]
	word := "refused"
	if e.Code == jwtverify.CodeKeysUnavailable {
		word = "cannot tell"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n", word, e.Code)
	line := func(name, text string) {
		if text != "" {
			fmt.Fprintf(&b, "  %-10s %s\n", name, printable(text))
		}
	}
	line("rule", rule.rule)
	line("at fault", e.Claim)
	line("because", e.Detail)
	if e.Claim != "" {
		line("token says", says(token, e.Claim))
	}
	if rule.expected != nil {
		line("expected", rule.expected(o, e))
	}
	line("error", err.Error())
	return b.String()
}

// says returns what an unverified token says under a name, in its claims or its
// header: to show to whoever holds the token, and for nothing else.
func says(token, name string) string {
	segments := strings.Split(token, ".")
	if len(segments) != 3 {
		return ""
	}
	at := segments[1]
	switch name {
	case "alg", "kid", "typ", "crit", "b64":
		at = segments[0]
	}
	text, err := base64.RawURLEncoding.DecodeString(at)
	if err != nil {
		return ""
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(text, &members) != nil {
		return ""
	}
	value, ok := members[name]
	if !ok {
		return "nothing"
	}
	switch name {
	case "exp", "nbf", "iat", "auth_time":
		var seconds float64
		if json.Unmarshal(value, &seconds) == nil && math.Abs(seconds) < 1<<40 {
			return string(value) + ", which is " + stamp(time.Unix(int64(seconds), 0))
		}
	}
	return string(value)
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// printable escapes what a terminal might obey: attribute values are what users
// chose to put into them.
func printable(s string) string {
	var b strings.Builder
	for _, c := range s {
		if c == '\n' || unicode.IsPrint(c) {
			b.WriteRune(c)
		} else {
			fmt.Fprintf(&b, "\\u%04x", c)
		}
	}
	return b.String()
}
