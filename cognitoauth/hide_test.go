package cognitoauth

import (
	"errors"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"
)

func apiError(code, message string) error {
	return &smithy.GenericAPIError{Code: code, Message: message}
}

// TestHideUserExistence: what an attacker sees of a user in any state is what
// they see of nobody, whichever way the pool is set.
func TestHideUserExistence(t *testing.T) {
	t.Parallel()
	wrong := apiError("NotAuthorizedException", "Incorrect username or password.")
	for name, atBegin := range map[string]error{
		"unknown, LEGACY":  apiError("UserNotFoundException", "User does not exist."),
		"unknown, ENABLED": wrong,
		"disabled":         apiError("NotAuthorizedException", "User is disabled."),
		"locked":           apiError("NotAuthorizedException", "Password attempts exceeded"),
		"reset required":   apiError("PasswordResetRequiredException", "Password reset required for the user"),
		"unconfirmed":      apiError("UserNotConfirmedException", "User is not confirmed."),
	} {
		pool, api := newFakePool(t, Config{HideUserExistence: true})
		api.initiateAuth = func(*cip.InitiateAuthInput) (*cip.InitiateAuthOutput, error) { return nil, atBegin }
		_, err := pool.Authenticate(t.Context(), AuthenticateInput{Username: "ada", Password: "x"})
		if got := fmt.Sprint(err); got != "cognitoauth: Authenticate: user name or password is wrong (NotAuthorizedException: Incorrect username or password.)" {
			t.Errorf("%s: %s", name, got)
		}
		var api2 smithy.APIError
		if !errors.As(err, &api2) || api2.ErrorCode() != "NotAuthorizedException" || HTTPStatus(err) != 401 {
			t.Errorf("%s: the exception underneath is %v", name, api2)
		}
	}

	// Whoever proves the password may know.
	for code, want := range map[string]error{
		"UserNotConfirmedException":      ErrUserNotConfirmed,
		"PasswordResetRequiredException": ErrPasswordResetRequired,
	} {
		pool, api := newFakePool(t, Config{HideUserExistence: true})
		srpService(t, api, "ada", "right", nil)
		api.respondToAuthChallenge = func(*cip.RespondToAuthChallengeInput) (*cip.RespondToAuthChallengeOutput, error) {
			return nil, apiError(code, "")
		}
		if _, err := pool.Authenticate(t.Context(), AuthenticateInput{Username: "ada", Password: "right"}); !errors.Is(err, want) {
			t.Errorf("%s after the proof: %v", code, err)
		}
	}
}

// TestHideUserExistenceInReset does the same for the operations that send and
// take codes.
func TestHideUserExistenceInReset(t *testing.T) {
	t.Parallel()
	pool, _ := newFakePool(t, Config{HideUserExistence: true})
	shown, _ := newFakePool(t, Config{})
	for name, cause := range map[string]error{
		"known":               nil,
		"unknown":             &types.UserNotFoundException{Message: aws.String("Username/client id combination not found.")},
		"confirmed already":   apiError("InvalidParameterException", "User is already confirmed."),
		"no verified contact": apiError("InvalidParameterException", "Cannot reset password for the user as there is no registered/verified email or phone_number"),
		"force change":        apiError("NotAuthorizedException", "User password cannot be reset in the current state."),
		"limit":               apiError("LimitExceededException", "Attempt limit exceeded, please try after some time."),
	} {
		var err error
		if cause != nil {
			r := request{op: opForgotPassword}
			err = r.failure(t.Context(), cause)
		}
		if got := pool.hideDelivery(err); got != nil {
			t.Errorf("%s: %v", name, got)
		}
		if got := shown.hideDelivery(err); !errors.Is(got, err) {
			t.Errorf("%s is hidden without being asked for", name)
		}
	}
	for _, cause := range []error{
		apiError("UserNotFoundException", ""), apiError("ExpiredCodeException", ""), apiError("CodeMismatchException", ""),
		apiError("LimitExceededException", ""), apiError("UserNotConfirmedException", ""), apiError("InvalidPasswordException", ""),
		apiError("PasswordHistoryPolicyViolationException", ""),
	} {
		r := request{op: opConfirmForgotPassword}
		if got := fmt.Sprint(pool.hideReset(r.failure(t.Context(), cause))); got != "cognitoauth: ConfirmForgotPassword: code is wrong (CodeMismatchException: Invalid verification code provided, please try again.)" {
			t.Errorf("%v: %s", cause, got)
		}
	}
	// What says nothing about the user stays what it is.
	for _, cause := range []error{apiError("TooManyRequestsException", ""), apiError("InternalErrorException", ""), apiError("NotAuthorizedException", "Unable to verify secret hash for client x")} {
		r := request{op: opForgotPassword}
		err := error(r.failure(t.Context(), cause))
		if !errors.Is(pool.hideDelivery(err), err) || !errors.Is(pool.hideReset(err), err) || !errors.Is(pool.hideSignIn(err, false), err) {
			t.Errorf("%v is hidden", cause)
		}
	}
	// Nor does where the code went.
	out, err := pool.ForgotPassword(t.Context(), ForgotPasswordInput{Username: "ada"})
	if err != nil || out.Delivery != nil {
		t.Errorf("%v, %v", out, err)
	}
}
