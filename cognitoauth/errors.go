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
var (
	// Signing in.

	ErrInvalidCredentials       error = newSentinel(401, "user name or password is wrong")
	ErrUserNotFound             error = newSentinel(404, "no such user")
	ErrUserNotConfirmed         error = newSentinel(403, "user has not confirmed the sign-up: call ConfirmSignUp, or ResendConfirmationCode for another code")
	ErrUserDisabled             error = newSentinel(403, "user is disabled")
	ErrPasswordResetRequired    error = newSentinel(403, "password must be reset: call ForgotPassword, then ConfirmForgotPassword")
	ErrTemporaryPasswordExpired error = newSentinel(403, "temporary password has expired: an administrator must set another")
	ErrTooManyAttempts          error = newSentinel(429, "too many wrong passwords: locked for up to 15 minutes")
	ErrChallengeRequired        error = newSentinel(401, "sign-in is not finished: answer the challenge")
	ErrSessionExpired           error = newSentinel(401, "sign-in session has expired or was used: call Authenticate again")
	ErrMFANotSetUp              error = newSentinel(409, "user has not set up that second factor")

	// Signing up and codes.

	ErrUserExists       error = newSentinel(409, "user name is taken")
	ErrAliasExists      error = newChild(ErrUserExists, 409, "e-mail address or phone number belongs to another account")
	ErrAlreadyConfirmed error = newSentinel(409, "user is confirmed already")
	ErrCodeMismatch     error = newSentinel(400, "code is wrong")
	ErrCodeExpired      error = newSentinel(400, "code has expired or was used: ask for another")
	ErrDeliveryFailed   error = newSentinel(503, "code could not be sent")

	// Passwords.

	ErrPasswordPolicy    error = newSentinel(422, "password is against the password policy")
	ErrPasswordHistory   error = newChild(ErrPasswordPolicy, 422, "password was used before")
	ErrNoVerifiedContact error = newSentinel(409, "user has no verified e-mail address or phone number to send a code to")
	ErrResetNotAllowed   error = newSentinel(409, "password cannot be reset in the user's present state")

	// Tokens. Each is also ErrNotAuthorized.

	ErrNotAuthorized     error = newSentinel(401, "not authorized")
	ErrTokenInvalid      error = newChild(ErrNotAuthorized, 401, "token is not valid: sign in again")
	ErrTokenExpired      error = newChild(ErrNotAuthorized, 401, "token has expired: refresh it, or sign in again")
	ErrTokenRevoked      error = newChild(ErrNotAuthorized, 401, "token has been revoked: sign in again")
	ErrSignInRequired    error = newChild(ErrNotAuthorized, 401, "no tokens: sign in")
	ErrInsufficientScope error = newChild(ErrNotAuthorized, 403, "access token lacks the scope aws.cognito.signin.user.admin")

	// Limits and outages.

	ErrLimitExceeded   error = newSentinel(429, "attempt limit exceeded for this user: wait minutes, not seconds")
	ErrTooManyRequests error = newSentinel(429, "too many requests for this user pool: slow down")
	ErrUnavailable     error = newSentinel(503, "Cognito could not be reached, or gave no answer that can be understood")

	// What was asked for.

	ErrInvalidInput         error = newSentinel(400, "invalid input")
	ErrAttributeNotWritable error = newSentinel(403, "app client may not write that attribute, or it cannot change any more")
	ErrNotPermitted         error = newSentinel(403, "user pool does not permit that")
	ErrRejectedByTrigger    error = newSentinel(403, "a Lambda trigger of the user pool refused")
	ErrNotFound             error = newSentinel(404, "no such resource in the user pool")
	ErrDeviceNotFound       error = newChild(ErrNotFound, 404, "no such device: sign in without it")
	ErrGroupNotFound        error = newChild(ErrNotFound, 404, "no such group")
	ErrGroupExists          error = newSentinel(409, "group name is taken")
	ErrUserState            error = newSentinel(409, "user's present state does not permit that")

	// Mistakes in the setup of this service, not of its users.

	ErrConfiguration    error = newSentinel(500, "user pool or app client is not set up for this")
	ErrClientSecret     error = newChild(ErrConfiguration, 500, "Config.ClientSecret is not the app client's secret (leave it empty if the client has none)")
	ErrFlowNotEnabled   error = newChild(ErrConfiguration, 500, "app client does not allow this authentication flow: enable it there, or choose another AuthenticateInput.Flow")
	ErrNoAWSCredentials error = newChild(ErrConfiguration, 500, "no AWS credentials to sign the call with: set Config.AWSConfig, or the environment of the default credential chain")
	ErrAWSAccessDenied  error = newChild(ErrConfiguration, 500, "AWS credentials do not permit the call: check their IAM policy")
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
