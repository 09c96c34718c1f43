package cognitoauth

import (
	"context"
	"errors"
	"net/http"
	"strings"
)

// HTTPStatus returns the status with which an HTTP handler should answer for an
// error of this package. It goes by sentinel and operation, never by the text of
// a message. Write [http.StatusText] of it to the client, and keep err for the
// log. The errors of package jwtverify are not in it: jwthttp's Denial answers
// for those.
//
//	200  nil
//	400  ErrInvalidInput, ErrCodeMismatch, ErrCodeExpired
//	401  ErrInvalidCredentials, ErrNotAuthorized, ErrTokenInvalid,
//	     ErrTokenExpired, ErrTokenRevoked, ErrSignInRequired,
//	     ErrSessionExpired, ErrChallengeRequired; and, while signing in,
//	     ErrUserNotFound, ErrCodeMismatch and ErrCodeExpired
//	403  ErrUserNotConfirmed, ErrUserDisabled, ErrPasswordResetRequired,
//	     ErrTemporaryPasswordExpired, ErrInsufficientScope,
//	     ErrAttributeNotWritable, ErrNotPermitted, ErrRejectedByTrigger
//	404  ErrUserNotFound, ErrNotFound, ErrDeviceNotFound, ErrGroupNotFound
//	409  ErrUserExists, ErrAliasExists, ErrAlreadyConfirmed,
//	     ErrNoVerifiedContact, ErrResetNotAllowed, ErrMFANotSetUp,
//	     ErrGroupExists, ErrUserState
//	422  ErrPasswordPolicy, ErrPasswordHistory
//	429  ErrLimitExceeded, ErrTooManyAttempts, ErrTooManyRequests
//	500  ErrConfiguration, ErrClientSecret, ErrFlowNotEnabled,
//	     ErrNoAWSCredentials, ErrAWSAccessDenied, and any other error
//	503  ErrUnavailable, ErrDeliveryFailed, and a context that ended
//
// A sign-in answers 401 for an unknown user as for a wrong password: a 404
// would tell strangers who has an account. So does everything that takes a token
// of a user who has been deleted.
//
// A 401 needs a WWW-Authenticate header, such as "Bearer" (RFC 9110, section
// 11.6.1), which is for the handler to set.
//
// ErrChallengeRequired is 401 for a service that takes the answer to the
// challenge in a further request. One that does not should answer 403 instead,
// for credentials that are right and do not suffice (RFC 9110, section 15.5.4):
// told 401, users take the right password for a wrong one.
func HTTPStatus(err error) int {
	if err == nil {
		return http.StatusOK
	}
	var e *Error
	if errors.As(err, &e) && e != nil {
		switch {
		case errors.Is(err, ErrUserNotFound) && !namesUser(e.Op),
			errors.Is(err, ErrCodeMismatch) && signsIn(e.Op),
			errors.Is(err, ErrCodeExpired) && signsIn(e.Op):
			return http.StatusUnauthorized
		}
	}
	var s *sentinel
	switch {
	case errors.As(err, &s):
		return s.status
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// namesUser reports whether op looks for a user by name, so that not finding one
// is no matter of who the caller is.
func namesUser(op string) bool {
	switch op {
	case "", opSignUp, opConfirmSignUp, opResendConfirmationCode, opForgotPassword, opConfirmForgotPassword, opUpdateAuthEventFeedback:
		return true
	}
	return strings.HasPrefix(op, "Admin") || strings.HasPrefix(op, "List")
}

// signsIn reports whether op, a method's name, proves who the caller is.
func signsIn(op string) bool {
	switch op {
	case opAuthenticate, opRespondToChallenge, opChangePassword:
		return true
	}
	return false
}
