package cognitoauth

import (
	"context"
	"errors"
	"net"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"
)

// retryer narrows what another one would retry to what cannot do harm.
//
// The SDK's own rules repeat LimitExceededException, which is a lock of one
// user for minutes, and requests whose answer was lost although Cognito may
// have applied them: a second SignUp then fails with UsernameExistsException,
// a second confirmation with "Current status is CONFIRMED".
type retryer struct {
	aws.Retryer
	repeatable bool
}

func (r retryer) IsErrorRetryable(err error) bool {
	return mayRepeat(err, r.repeatable, r.Retryer)
}

func mayRepeat(err error, repeatable bool, other interface{ IsErrorRetryable(error) bool }) bool {
	switch code := errorCode(err); {
	case errors.Is(err, ErrNoAWSCredentials), code == "LimitExceededException":
		return false
	case isThrottle(code), isDialFailure(err):
		return true // Cognito did nothing yet
	case isSignatureRefused(code):
		// Nor here. The SDK tells a wrong clock, which it corrects, from a wrong key.
		return other.IsErrorRetryable(err)
	}
	return repeatable && other.IsErrorRetryable(err)
}

// GetAttemptToken keeps a wrapped RetryerV2 whole.
func (r retryer) GetAttemptToken(ctx context.Context) (func(error) error, error) {
	if v2, ok := r.Retryer.(aws.RetryerV2); ok {
		return v2.GetAttemptToken(ctx)
	}
	return r.GetInitialToken(), nil
}

func errorCode(err error) string {
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		return api.ErrorCode()
	}
	return ""
}

func isThrottle(code string) bool {
	return errors.Is(codes[code], ErrTooManyRequests)
}

func isSignatureRefused(code string) bool {
	return errors.Is(codes[code], ErrAWSAccessDenied) || code == "RequestTimeTooSkewed"
}

func isDialFailure(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

// transient is what the SDK takes to pass by itself.
var transient = retry.NewStandard()
