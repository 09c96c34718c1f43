// Package jwtverify verifies the JSON Web Tokens of Amazon Cognito user pools.
//
// For most uses, call [New] once with the user pool and your app client, keep
// the [Verifier], and call [Verifier.VerifyAccessToken] on every request:
//
//	v, err := jwtverify.New(jwtverify.Config{
//		UserPoolID: "eu-west-1_Ab12Cd34E",
//		ClientIDs:  []string{"3n4b5urk1ft4fl3mg5e62d9ado"},
//	})
//	...
//	claims, err := v.VerifyAccessToken(ctx, token, jwtverify.AnyGroup("staff"))
//
// Package jwthttp, below this one, does that in front of an [net/http.Handler].
//
// An access token says what its bearer may do, and is what a service should
// ask for. An ID token says who the user is, and is for the application that
// signed the user in; take it with [Verifier.VerifyIDToken] if you need what only
// it carries, such as an e-mail address. Neither passes for the other.
//
// # Errors
//
// Every failed verification returns an *[Error]. It has a stable [Code] for
// logs and metrics, and matches one of three sentinels, which is all that most
// servers look at:
//
//   - [ErrTokenInvalid]: answer 401. One more sentinel says why, such as
//     [ErrTokenExpired] or [ErrSignatureInvalid].
//   - [ErrForbidden]: answer 403. The token is good, but a [Requirement] is not
//     met: [ErrInsufficientScope], [ErrInsufficientGroup].
//   - [ErrKeysUnavailable]: answer 503. The token could not be judged, since
//     the pool's keys cannot be had; Error.RetryAfter says when to try again.
//
// An error never carries any part of a token. Errors of [New] match
// [ErrInvalidConfig], which nothing in a token can cause.
//
// # Keys
//
// A verifier fetches the keys of a pool when the first token needs them, or
// when [Verifier.Prefetch] is called. From then on a token signed with a known
// key does not wait: verification reads the keys without a lock, and one that
// finds them due starts a fetch and goes on. They are due after the max-age that
// came with them (RFC 9111), or 15 minutes if none did, but never before 5
// minutes nor after an hour. If the key server fails, the keys at hand serve for
// up to Config.MaxStale, and it is asked again after half a second, then after
// twice that, up to a minute. Where there are no keys, or none young enough,
// tokens wait for the fetch under way; between two, which then are a second apart
// at most, they are refused at once with [ErrKeysUnavailable]. An answer
// that is not a key set, or has no usable key, never replaces one that is and
// has. What to raise an alarm on is a [FetchEvent] with an error and an Age of
// more than an hour.
//
// A token that names an unknown key makes the verifier look for new keys, up to
// twice in a row and then less than once a second, however many such tokens
// come: so a new key is known within about a second of its publication, even
// while strangers make up names of keys. Such a token may wait for the answer, as
// long as its context allows; while too many do, the rest are refused at
// once, with [ErrKeysUnavailable] if the key server is being asked and with
// [ErrKeyNotFound] if it was asked too lately to be asked again.
//
// There are no goroutines but those of a fetch under way, which takes five
// seconds at most; one that is silent for a second is overtaken by another.
// Nothing needs to be closed.
//
// # Security
//
// A token is checked in the order of cost and trust: its size and shape, its
// header, whether it claims one of the configured issuers, the signature with
// that issuer's keys and no others, and only then what it says. Only RS256 is
// accepted, which is all that Cognito signs with. No address is ever taken from
// a token. JSON is read strictly: the names of claims are matched byte for byte,
// a repeated name is refused at every level, so is invalid UTF-8, and a claim
// of the wrong type if anything is decided by it; those that describe the user,
// such as email, are then read as absent, and email_verified as false. exp and
// iat are required; Config.Leeway is none unless set.
//
// Verification is local: a token stays good until it expires, whatever
// happens to its user, unless Config.Check asks somebody. With
// Config.TokenCacheSize, verified tokens are remembered, with the SHA-256 of the
// signature in its place, and skip it; everything else is checked every time.
//
// What bypasses protection is called Insecure: Config.InsecureJWKSURL.
// Config.AnyClient accepts tokens that were issued to other applications of the
// same pool.
//
// # Testing
//
// Package jwtverifytest, below this one, issues tokens that a Verifier accepts,
// and every kind of token it must not, without a network. A handler that takes an
// [AccessTokenVerifier] or [IDTokenVerifier] can also be given a fake.
// Config.Now moves the time; Config.KeySet, with [ParseKeySet], fixes the keys.
//
// # Compatibility
//
// Within a major version, new fields appear in Config, Error, the claims types
// and the events; new codes and sentinels appear below the three groups; and
// tokens that should never have been accepted may come to be refused. The
// one-method interfaces do not grow.
package jwtverify
