package cognitoauth

import (
	"errors"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// hideSignIn makes what tells that a user exists look like a wrong password.
// A user who is not confirmed, or must reset the password, hears so only from
// a request that proved the password.
func (p *UserPool) hideSignIn(err error, proved bool) error {
	if !p.cfg.HideUserExistence {
		return err
	}
	telling := []error{ErrUserNotFound, ErrUserDisabled, ErrTooManyAttempts}
	if !proved {
		telling = append(telling, ErrUserNotConfirmed, ErrPasswordResetRequired)
	}
	for _, t := range telling {
		if errors.Is(err, t) {
			return disguise(err, ErrInvalidCredentials)
		}
	}
	return err
}

// hideDelivery makes every outcome of asking for a code that depends on the
// user look like a code on its way.
func (p *UserPool) hideDelivery(err error) error {
	if !p.cfg.HideUserExistence {
		return err
	}
	for _, telling := range []error{ErrUserNotFound, ErrAlreadyConfirmed, ErrNoVerifiedContact, ErrResetNotAllowed, ErrUserDisabled, ErrLimitExceeded, ErrDeliveryFailed} {
		if errors.Is(err, telling) {
			return nil
		}
	}
	return err
}

// hideReset makes every way in which a code can be no good the same. A password
// against the policy is among them, since Cognito tells only of known users'.
func (p *UserPool) hideReset(err error) error {
	if !p.cfg.HideUserExistence {
		return err
	}
	for _, telling := range []error{ErrUserNotFound, ErrCodeExpired, ErrCodeMismatch, ErrUserNotConfirmed, ErrUserDisabled, ErrLimitExceeded, ErrPasswordPolicy} {
		if errors.Is(err, telling) {
			return disguise(err, ErrCodeMismatch)
		}
	}
	return err
}

// disguise returns the error that Cognito would have sent for kind,
// ErrInvalidCredentials or ErrCodeMismatch, in place of err and with nothing of
// it but the operation and the request's ID.
func disguise(err, kind error) error {
	fake := &Error{StatusCode: http.StatusBadRequest, kind: kind}
	if e, ok := errors.AsType[*Error](err); ok {
		fake.Op, fake.RequestID = e.Op, e.RequestID
	}
	if errors.Is(kind, ErrInvalidCredentials) {
		fake.Code, fake.Message = "NotAuthorizedException", "Incorrect username or password."
		fake.cause = &types.NotAuthorizedException{Message: aws.String(fake.Message)}
	} else {
		fake.Code, fake.Message = "CodeMismatchException", "Invalid verification code provided, please try again."
		fake.cause = &types.CodeMismatchException{Message: aws.String(fake.Message)}
	}
	return fake
}
