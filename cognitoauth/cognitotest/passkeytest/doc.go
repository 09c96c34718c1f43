// Package passkeytest gives the in-process user pool of package cognitotest
// real passkeys, and tests an authenticator to make and use them with.
//
// For most uses, give [New] to the pool and let [NewAuthenticator] stand in for
// the browser and what it asks for a fingerprint:
//
//	srv := cognitotest.NewServer(cognitotest.Config{
//		Client:       cognitotest.AppClient{Flows: []string{"ALLOW_USER_AUTH", "ALLOW_USER_SRP_AUTH"}},
//		FirstFactors: []string{"PASSWORD", "WEB_AUTHN"},
//		Passkeys:     passkeytest.New(passkeytest.Config{RelyingPartyID: "example.com"}),
//	})
//	browser := passkeytest.NewAuthenticator(passkeytest.AuthenticatorConfig{Origin: "https://app.example.com"})
//
// [Authenticator.Create] answers the options of
// [cognitoauth.UserPool.StartWebAuthnRegistration], [Authenticator.Get] those of
// a [cognitoauth.WebAuthnChallenge]. Both take and return the JSON that
// navigator.credentials takes and returns in a page, so a page can take the
// authenticator's place, or the other way round.
//
// It is a module of its own, because whoever has no passkeys need not have the
// dependencies: github.com/go-webauthn/webauthn does the verification.
//
// # What is checked
//
// A [Verifier] is the relying party of Web Authentication Level 3: it verifies
// attestation and signature, and checks the challenge, the origin, the relying
// party, the user's presence and, where it is required, verification, the user
// handle, and that the signature counter moves on. A passkey whose counter does
// not is refused, since it may have been copied; the standard leaves that
// decision to the relying party (section 7.2).
//
// Like Cognito it requires discoverable credentials, accepts ES256 and RS256,
// and asks for no attestation; one that comes anyway must be sound, but nobody
// is asked to vouch for its maker.
//
// # Errors
//
// What [Verifier.FinishRegistration] refuses is an exception of the Cognito API,
// which [errors.As] finds as its type in the AWS SDK, such as
// *types.WebAuthnOriginNotAllowedException:
//
//   - InvalidParameterException: the credential is malformed.
//   - WebAuthnChallengeNotFoundException: it answers another registration.
//   - WebAuthnOriginNotAllowedException: it was made on a page that the
//     relying party does not cover, or in a frame of another site.
//   - WebAuthnRelyingPartyMismatchException: it is for another relying party.
//   - WebAuthnCredentialNotSupportedException: anything else.
//
// In a sign-in, Cognito tells nobody what was wrong, and the pool answers any
// error of [Verifier.FinishLogin] with a NotAuthorizedException. The text of
// the error says more, to tests that call the verifier themselves.
//
// An authenticator fails as navigator.credentials does: with [ErrNotAllowed],
// [ErrInvalidState], [ErrSecurity] or [ErrNotSupported].
//
// # Security
//
// The [Authenticator] keeps its private keys in memory and can be told to lie.
// It is for tests. Challenges are random, also in a pool with a Seed.
package passkeytest
