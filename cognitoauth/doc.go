// Package cognitoauth signs users of an Amazon Cognito user pool up and in.
//
// For most uses, call [New] with the IDs of a user pool and an app client, and
// [UserPool.Authenticate] with a user name and a password:
//
//	pool, err := cognitoauth.New(cognitoauth.Config{
//		UserPoolID: "eu-west-1_Ab12Cd34E",
//		ClientID:   "3n4b5urk1ft4fl3mg5e62d9ado",
//	})
//	…
//	out, err := pool.Authenticate(ctx, cognitoauth.AuthenticateInput{Username: name, Password: password})
//	if err != nil {
//		http.Error(w, "sign-in failed", cognitoauth.HTTPStatus(err))
//		return
//	}
//	tokens, err := out.RequireTokens()
//
// No AWS account is needed to try it: package cognitotest is a user pool inside
// the process. To verify the tokens in the services that receive them, use
// package jwtverify, which needs nothing of this one.
//
// # Interfaces
//
// [UserPool] is a struct. Code that uses it should accept the small interface
// it needs: [Registrar], [Authenticator], [PasswordManager], [AdminDeleter],
// which together are [Client], or one of the roles beside them, such as
// [ChallengeResponder], [TokenRefresher] and [SessionEnder]. Those interfaces
// never grow; fakes written against them keep compiling.
//
// # Challenges
//
// A sign-in ends in tokens or in a [Challenge]: a question, such as for the code
// of a second factor, that only a human or the application can answer. A
// challenge is a value and not an error, and one that this version does not
// know comes back whole. What Cognito asks only of the client itself, such as
// the SRP proof, is answered inside.
//
// # Administration
//
// [UserPool.Admin] has the operations that reach every user of the pool and need
// AWS credentials: creating and finding users, groups, passwords, devices. Lists
// are sequences to range over; they fetch the next page when the loop comes to
// it, an error is their last element, and ranging over one again begins anew.
// What a [UserFilter] searches for cannot change what it means.
//
// # Errors
//
// Operations fail with an [*Error], or with a [*ChallengeRequiredError] where a
// challenge stands in the way. Compare with [errors.Is] and the sentinel for the
// decision at hand, such as [ErrInvalidCredentials]; answer a request with
// [HTTPStatus]. The AWS SDK's exception is reachable with [errors.As]. Cognito
// tells several causes apart only by the text of its message; what cannot be
// told apart is the broader sentinel. Log an *Error with log/slog, and the
// request ID that AWS support asks for is in the log.
//
// Every operation that takes an access token fails with [ErrTokenExpired],
// [ErrTokenRevoked] or [ErrTokenInvalid] if that is dead, and with
// [ErrInsufficientScope] if it lacks the scope aws.cognito.signin.user.admin,
// whether or not the comment of the method says so.
//
// Requests that Cognito throttled and connections that could not be made are
// tried again, three times in all unless [Config.AWSOptions] says otherwise. A
// request whose answer was lost is repeated only if that does no harm, and
// [ErrLimitExceeded], a lock of minutes, never.
//
// That usually takes seconds at most. The worst case of a call without a deadline
// is minutes: signing in with SRP is two requests, each has up to three attempts,
// and each of those up to 30 seconds. So give every call a deadline, as
// examples/httpapi does with 15 seconds.
// A context that ended is [ErrUnavailable]. If it is [context.Canceled] too, the
// client hung up: nothing is wrong, and nobody need be alarmed.
//
// # Security
//
// Only its context cuts a call short, and the 30 seconds that each HTTP attempt
// has. Replies are limited to 8 MiB and redirects are not followed.
//
// Passwords, codes, tokens, sessions and client secrets appear in no error, and
// inputs and outputs print, log and marshal to JSON without them, with every verb
// and in both slog handlers. There are two exits: where fmt cannot call our
// methods (a struct's unexported field; %p and %w, which go vet refuses), and
// [Tokens], [ChallengeState] and [Device] marshalled to JSON, which is how one
// stores them. The AWS SDK's own request logging (aws.LogRequestWithBody) prints
// passwords, and LogResponseWithBody tokens; do not switch them on.
//
// # Hiding who exists
//
// With [Config.HideUserExistence], signing in, resetting a password and
// resending a code give the same result for users who exist and who do not,
// even if the app client's PreventUserExistenceErrors is LEGACY:
//
//   - Authenticate says [ErrInvalidCredentials] for an unknown, disabled or
//     locked user too. That a user is not confirmed, or must reset the
//     password, it says only to those who know the password.
//   - ForgotPassword and ResendConfirmationCode succeed whatever the user's
//     state, and never say where the code went.
//   - ConfirmForgotPassword says [ErrCodeMismatch] for every code that is no
//     good, expired ones and those of locked users included, and if Cognito
//     refuses the new password: set [Config.PasswordPolicy] to hear of that
//     before anything is sent.
//
// Users pay for that with less help. It cannot hide what SignUp and
// ConfirmSignUp answer for a taken name, nor a Lambda trigger that fails for
// users there are, nor how long Cognito takes: with LEGACY an unknown user is
// refused after one request and a known one after two. Nor can it make up a
// challenge, so FlowUserAuth without a password, and FlowCustom, need
// PreventUserExistenceErrors set to ENABLED, as does whoever cares about the
// timing. Set it in any case; this option is for pools that cannot.
//
// # Testing
//
// Unit-test against the small interfaces with cognitotest.Client, a fake with
// one func field for each method, and end to end against cognitotest.NewServer.
// A fake of your own makes its errors with [WithOp], so that they mean to
// [HTTPStatus] what the pool's do.
//
// # Compatibility
//
// The exported API follows semantic versioning. A minor version may add fields
// to structs, cases to [Challenge], sentinels for errors that were only a
// broader one before, and methods to UserPool and Admin; use field names in
// composite literals and give type switches a default.
package cognitoauth
