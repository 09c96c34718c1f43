package cognitoauth

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
)

// The sentinels, one for each decision a caller makes. Compare with
// [errors.Is]; the text says what to do. The number is what [HTTPStatus] makes
// of each.
//
// Signing in is Authenticate, RespondToChallenge, and ChangePassword by user
// name; the first two are Admin's as well.
var (
	// Signing in.

	// ErrInvalidCredentials: the password is wrong, or, unless the app client
	// tells who exists, there is no such user. From signing in.
	ErrInvalidCredentials error = newSentinel(401, "user name or password is wrong")
	// ErrUserNotFound: the user is not in the pool, or was deleted after the token
	// at hand was issued. From whatever names a user or takes a token; signing in
	// says ErrInvalidCredentials unless the app client tells who exists.
	ErrUserNotFound error = newSentinel(404, "no such user")
	// ErrUserNotConfirmed: the sign-up wants its code first. From signing in, and
	// from whatever a user must be confirmed for.
	ErrUserNotConfirmed error = newSentinel(403, "user has not confirmed the sign-up: call ConfirmSignUp, or ResendConfirmationCode for another code")
	// ErrUserDisabled: an administrator disabled the user. From signing in,
	// Refresh, and asking for codes.
	ErrUserDisabled error = newSentinel(403, "user is disabled")
	// ErrPasswordResetRequired: an administrator reset the password. From signing
	// in, and from whatever takes that user's tokens.
	ErrPasswordResetRequired error = newSentinel(403, "password must be reset: call ForgotPassword, then ConfirmForgotPassword")
	// ErrTemporaryPasswordExpired: the invitation is too old. From signing in.
	ErrTemporaryPasswordExpired error = newSentinel(403, "temporary password has expired: an administrator must set another")
	// ErrTooManyAttempts: Cognito locked the user after wrong passwords, and
	// refuses the right one too. From signing in.
	ErrTooManyAttempts error = newSentinel(429, "too many wrong passwords: locked for up to 15 minutes")
	// ErrChallengeRequired: a [*ChallengeRequiredError]. From
	// [AuthenticateOutput.RequireTokens], and ChangePassword by user name.
	ErrChallengeRequired error = newSentinel(401, "sign-in is not finished: answer the challenge")
	// ErrSessionExpired: the challenge was answered too late, or before. From
	// RespondToChallenge, and from whatever else takes a Session or a running
	// passkey registration.
	ErrSessionExpired error = newSentinel(401, "sign-in session has expired or was used: call Authenticate again")
	// ErrMFANotSetUp: that factor cannot be used yet. From RespondToChallenge,
	// SetUserMFAPreference and Admin.SetUserMFAPreference.
	ErrMFANotSetUp error = newSentinel(409, "user has not set up that second factor")

	// Signing up and codes.

	// ErrUserExists: somebody has that name. From SignUp and Admin.CreateUser.
	ErrUserExists error = newSentinel(409, "user name is taken")
	// ErrAliasExists: somebody has that address, verified. From ConfirmSignUp,
	// from whatever sets or verifies attributes, and Admin.LinkProviderForUser.
	ErrAliasExists error = newChild(ErrUserExists, 409, "e-mail address or phone number belongs to another account")
	// ErrAlreadyConfirmed: nothing is left to confirm. From ConfirmSignUp,
	// ResendConfirmationCode and Admin.ConfirmSignUp.
	ErrAlreadyConfirmed error = newSentinel(409, "user is confirmed already")
	// ErrCodeMismatch: the code is another; it can be tried again. From whatever
	// takes a code.
	ErrCodeMismatch error = newSentinel(400, "code is wrong")
	// ErrCodeExpired: the code is too old, used, or an authenticator's that was
	// used. From whatever takes a code.
	ErrCodeExpired error = newSentinel(400, "code has expired or was used: ask for another")
	// ErrDeliveryFailed: Cognito could not send the message. From whatever has it
	// send one.
	ErrDeliveryFailed error = newSentinel(503, "code could not be sent")

	// Passwords.

	// ErrPasswordPolicy: the new password is too weak; behind it is a
	// [*PasswordPolicyError] if [Config.PasswordPolicy] found that. From whatever
	// sets a password.
	ErrPasswordPolicy error = newSentinel(422, "password is against the password policy")
	// ErrPasswordHistory: the pool forbids the user's earlier passwords. From
	// whatever replaces a password.
	ErrPasswordHistory error = newChild(ErrPasswordPolicy, 422, "password was used before")
	// ErrNoVerifiedContact: a reset code could go nowhere. From ForgotPassword and
	// Admin.ResetUserPassword.
	ErrNoVerifiedContact error = newSentinel(409, "user has no verified e-mail address or phone number to send a code to")
	// ErrResetNotAllowed: the user has a temporary password, or none. From
	// ForgotPassword and Admin.ResetUserPassword.
	ErrResetNotAllowed error = newSentinel(409, "password cannot be reset in the user's present state")

	// Tokens. Each is also ErrNotAuthorized.

	// ErrNotAuthorized: Cognito refuses and does not say why. From every
	// operation; the cases below are the reasons that it does give.
	ErrNotAuthorized error = newSentinel(401, "not authorized")
	// ErrTokenInvalid: the token is damaged, or of another pool, client or kind.
	// From Refresh and whatever takes an access token.
	ErrTokenInvalid error = newChild(ErrNotAuthorized, 401, "token is not valid: sign in again")
	// ErrTokenExpired: the token is too old. From Refresh and whatever takes an
	// access token.
	ErrTokenExpired error = newChild(ErrNotAuthorized, 401, "token has expired: refresh it, or sign in again")
	// ErrTokenRevoked: the session was ended, by SignOut, RevokeToken or an
	// administrator. From Refresh and whatever takes an access token.
	ErrTokenRevoked error = newChild(ErrNotAuthorized, 401, "token has been revoked: sign in again")
	// ErrSignInRequired: a [TokenSource] has no tokens, or none that can be
	// refreshed. From its methods and [TokenStore.Load].
	ErrSignInRequired error = newChild(ErrNotAuthorized, 401, "no tokens: sign in")
	// ErrInsufficientScope: the token was issued without that scope, by the hosted
	// pages for instance. From whatever takes an access token.
	ErrInsufficientScope error = newChild(ErrNotAuthorized, 403, "access token lacks the scope aws.cognito.signin.user.admin")

	// Limits and outages.

	// ErrLimitExceeded: one user asked or guessed too often, or a quota is used up
	// (groups, provider links). From whatever sends or takes codes or passwords,
	// and Admin's CreateGroup and LinkProviderForUser.
	ErrLimitExceeded error = newSentinel(429, "attempt limit exceeded for this user: wait minutes, not seconds")
	// ErrTooManyRequests: the requests of all users together exceed the pool's
	// rate, and did so through all retries. From every operation.
	ErrTooManyRequests error = newSentinel(429, "too many requests for this user pool: slow down")
	// ErrUnavailable: an outage, here, there or between; or the context ended,
	// which is [context.Canceled] or [context.DeadlineExceeded] as well. Do not
	// raise an alarm for Canceled: the client hung up. From every operation.
	ErrUnavailable error = newSentinel(503, "Cognito could not be reached, or gave no answer that can be understood")

	// What was asked for.

	// ErrInvalidInput: the input cannot be right, as we or Cognito found; Message
	// says why. From every operation, and [ResumeChallenge].
	ErrInvalidInput error = newSentinel(400, "invalid input")
	// ErrAttributeNotWritable: the app client lacks the permission, or the
	// attribute is immutable. From whatever sets attributes.
	ErrAttributeNotWritable error = newSentinel(403, "app client may not write that attribute, or it cannot change any more")
	// ErrNotPermitted: self-registration is off, or a firewall rule forbids the
	// call. From SignUp, and, for the firewall, every operation.
	ErrNotPermitted error = newSentinel(403, "user pool does not permit that")
	// ErrRejectedByTrigger: the pool's own Lambda function said no; Message has its
	// words. From whatever runs a trigger, such as SignUp and signing in.
	ErrRejectedByTrigger error = newSentinel(403, "a Lambda trigger of the user pool refused")
	// ErrNotFound: the passkey or the event is not there. From
	// DeleteWebAuthnCredential and Admin.UpdateAuthEventFeedback.
	ErrNotFound error = newSentinel(404, "no such resource in the user pool")
	// ErrDeviceNotFound: Cognito has forgotten the device. From whatever takes a
	// device's key, but signing in goes on without the device where it can.
	ErrDeviceNotFound error = newChild(ErrNotFound, 404, "no such device: sign in without it")
	// ErrGroupNotFound: the group is not in the pool. From Admin's operations on
	// groups.
	ErrGroupNotFound error = newChild(ErrNotFound, 404, "no such group")
	// ErrGroupExists: some group has that name. From Admin.CreateGroup.
	ErrGroupExists error = newSentinel(409, "group name is taken")
	// ErrUserState: the user is past that step, or not there yet. From
	// ConfirmSignUp, Admin.ConfirmSignUp and Admin.CreateUser.
	ErrUserState error = newSentinel(409, "user's present state does not permit that")

	// Mistakes in the setup of this service, not of its users.

	// ErrConfiguration: the user pool, the app client, a Lambda function or
	// [Config] must be mended. From every operation.
	ErrConfiguration error = newSentinel(500, "user pool or app client is not set up for this")
	// ErrClientSecret: the secret is missing, wrong or not wanted. From whatever
	// the app client itself calls.
	ErrClientSecret error = newChild(ErrConfiguration, 500, "Config.ClientSecret is not the app client's secret (leave it empty if the client has none)")
	// ErrFlowNotEnabled: the app client lacks the ALLOW_ of the flow. From
	// Authenticate, Admin.Authenticate and Refresh.
	ErrFlowNotEnabled error = newChild(ErrConfiguration, 500, "app client does not allow this authentication flow: enable it there, or choose another AuthenticateInput.Flow")
	// ErrNoAWSCredentials: nothing was sent. From AdminDelete and Admin's
	// operations.
	ErrNoAWSCredentials error = newChild(ErrConfiguration, 500, "no AWS credentials to sign the call with: set Config.AWSConfig, or the environment of the default credential chain")
	// ErrAWSAccessDenied: AWS refuses the credentials or their policy. From
	// AdminDelete and Admin's operations.
	ErrAWSAccessDenied error = newChild(ErrConfiguration, 500, "AWS credentials do not permit the call: check their IAM policy")
)

// Error is what operations fail with, unless a challenge stands in the way
// (*[ChallengeRequiredError]). Match it with [errors.Is] and a sentinel; the AWS
// SDK's own exception is reachable with [errors.As]. None of its text contains a
// secret that the call was given.
//
// A literal with a Code matches the sentinel of that code, and Message tells
// apart what Cognito does: tests can write
// &Error{Op: "SignUp", Code: "UsernameExistsException"}. To begin with a
// sentinel, see [WithOp].
type Error struct {
	Op         string // the method, such as "SignUp"; "AdminGetUser" is Admin.GetUser
	Code       string // Cognito's exception, such as "UsernameExistsException"; empty if it sent none
	Message    string // Cognito's message, or what is wrong with the input
	RequestID  string // AWS's ID of the request, for its support
	StatusCode int    // of Cognito's reply; 0 if there was none
	Retryable  bool   // the same call may succeed later and repeating it does no harm

	kind  error // sentinel, or what wraps one; nil: from Code and Message
	cause error
}

// Error names the operation, what went wrong and what to do.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("cognitoauth: ")
	if e.Op != "" {
		b.WriteString(e.Op + ": ")
	}
	kind := e.sentinel()
	if kind != nil {
		b.WriteString(kind.Error())
	}
	detail := e.Message
	if e.Code != "" {
		detail = e.Code + ": " + e.Message
	}
	switch {
	case detail == "":
	case kind == nil:
		b.WriteString(detail)
	default:
		b.WriteString(" (" + detail + ")")
	}
	return b.String()
}

// LogValue logs the error as a group of op, code, message (all that Error says),
// request_id, status and retryable. slog does so for an *Error alone: of an error
// that wraps one it logs the text, so get the *Error with [errors.As] first.
func (e *Error) LogValue() slog.Value {
	if e == nil {
		return slog.Value{}
	}
	return slog.GroupValue(
		slog.String("op", e.Op),
		slog.String("code", e.Code),
		slog.String("message", e.Error()),
		slog.String("request_id", e.RequestID),
		slog.Int("status", e.StatusCode),
		slog.Bool("retryable", e.Retryable),
	)
}

// Unwrap returns the sentinel and the cause.
func (e *Error) Unwrap() []error {
	if e == nil {
		return nil // a fake's typed nil
	}
	errs := make([]error, 0, 2)
	if kind := e.sentinel(); kind != nil {
		errs = append(errs, kind)
	}
	if e.cause != nil {
		errs = append(errs, e.cause)
	}
	return errs
}

// sentinel classifies by code and message when the error was not classified
// where it arose, so that an Error that a test builds by hand behaves too.
func (e *Error) sentinel() error {
	if e.kind != nil {
		return e.kind
	}
	return classify(e.Code, e.Message, e.StatusCode)
}

// WithOp returns err as the operation op of a [UserPool] or [Admin] would fail
// with it: a sentinel, or what wraps one, becomes an [*Error] with that Op and
// still is err. [HTTPStatus] then answers as it does for the pool, where the
// same sentinel stands for another status while a user signs in. It is for what
// stands in a pool's place, such as a fake of one's own or a layer that refuses
// calls itself; the fakes of package cognitotest do it for you.
//
// Any other error, nil, and one that has an *Error or a
// *[ChallengeRequiredError] in it already, returns as it is.
func WithOp(op string, err error) error {
	var (
		e          *Error
		unfinished *ChallengeRequiredError
		kind       *sentinel
	)
	if errors.As(err, &e) || errors.As(err, &unfinished) || !errors.As(err, &kind) {
		return err
	}
	return &Error{Op: op, kind: err}
}

// ChallengeRequiredError is what a sign-in that must not leave a question open
// fails with. It is [ErrChallengeRequired].
type ChallengeRequiredError struct {
	Challenge Challenge // answer it with UserPool.RespondToChallenge
}

func (e *ChallengeRequiredError) Error() string {
	text := fmt.Sprintf("cognitoauth: %v", ErrChallengeRequired)
	if e.Challenge != nil {
		text += ": " + string(e.Challenge.Name())
	}
	return text
}

// Unwrap returns [ErrChallengeRequired].
func (e *ChallengeRequiredError) Unwrap() error { return ErrChallengeRequired }

// sentinel is an error that knows its HTTP status and, perhaps, the broader
// sentinel it is a case of.
type sentinel struct {
	text   string
	status int
	parent error
}

func newSentinel(status int, text string) *sentinel { return &sentinel{text: text, status: status} }

func newChild(parent error, status int, text string) *sentinel {
	return &sentinel{text: text, status: status, parent: parent}
}

func (s *sentinel) Error() string { return s.text }
func (s *sentinel) Unwrap() error { return s.parent }

// invalidInput is the error for input that is not worth sending.
func invalidInput(op, format string, args ...any) *Error {
	return &Error{Op: op, Message: fmt.Sprintf(format, args...), kind: ErrInvalidInput}
}

// malformedReply is the error for a reply that Cognito cannot have meant.
func malformedReply(op, what string) *Error {
	return &Error{Op: op, Message: "malformed reply: " + what, StatusCode: http.StatusOK, kind: ErrUnavailable}
}
