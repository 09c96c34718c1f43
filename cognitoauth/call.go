package cognitoauth

import (
	"context"
	"errors"
	"net"
	"reflect"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/cognitoauth/cognito-go/internal/redact"
)

// The operations' names, as Error.Op has them. Admin's methods have that of their
// input, to be told from UserPool's; but for signing in, which is one operation
// whoever sends it.
const (
	opAdminAddUserToGroup              = "AdminAddUserToGroup"
	opAdminConfirmSignUp               = "AdminConfirmSignUp"
	opAdminCreateUser                  = "AdminCreateUser"
	opAdminDelete                      = "AdminDelete"
	opAdminDeleteUserAttributes        = "AdminDeleteUserAttributes"
	opAdminDisableProviderForUser      = "AdminDisableProviderForUser"
	opAdminDisableUser                 = "AdminDisableUser"
	opAdminEnableUser                  = "AdminEnableUser"
	opAdminForgetDevice                = "AdminForgetDevice"
	opAdminGetDevice                   = "AdminGetDevice"
	opAdminGetUser                     = "AdminGetUser"
	opAdminLinkProviderForUser         = "AdminLinkProviderForUser"
	opAdminListDevices                 = "AdminListDevices"
	opAdminListGroupsForUser           = "AdminListGroupsForUser"
	opAdminListUserAuthEvents          = "AdminListUserAuthEvents"
	opAdminRemoveUserFromGroup         = "AdminRemoveUserFromGroup"
	opAdminResetUserPassword           = "AdminResetUserPassword"
	opAdminSetUserMFAPreference        = "AdminSetUserMFAPreference"
	opAdminSetUserPassword             = "AdminSetUserPassword"
	opAdminSetUserSettings             = "AdminSetUserSettings"
	opAdminSignOut                     = "AdminSignOut"
	opAdminUpdateAuthEventFeedback     = "AdminUpdateAuthEventFeedback"
	opAdminUpdateDeviceStatus          = "AdminUpdateDeviceStatus"
	opAdminUpdateUserAttributes        = "AdminUpdateUserAttributes"
	opAssociateSoftwareToken           = "AssociateSoftwareToken"
	opAuthenticate                     = "Authenticate"
	opChangePassword                   = "ChangePassword"
	opCompleteWebAuthnRegistration     = "CompleteWebAuthnRegistration"
	opConfirmDevice                    = "ConfirmDevice"
	opConfirmForgotPassword            = "ConfirmForgotPassword"
	opConfirmSignUp                    = "ConfirmSignUp"
	opCreateGroup                      = "CreateGroup"
	opDeleteGroup                      = "DeleteGroup"
	opDeleteUser                       = "DeleteUser"
	opDeleteUserAttributes             = "DeleteUserAttributes"
	opDeleteWebAuthnCredential         = "DeleteWebAuthnCredential"
	opForgetDevice                     = "ForgetDevice"
	opForgotPassword                   = "ForgotPassword"
	opGetDevice                        = "GetDevice"
	opGetGroup                         = "GetGroup"
	opGetUser                          = "GetUser"
	opGetUserAttributeVerificationCode = "GetUserAttributeVerificationCode"
	opGetUserAuthFactors               = "GetUserAuthFactors"
	opListDevices                      = "ListDevices"
	opListGroups                       = "ListGroups"
	opListUsers                        = "ListUsers"
	opListUsersInGroup                 = "ListUsersInGroup"
	opListWebAuthnCredentials          = "ListWebAuthnCredentials"
	opRefresh                          = "Refresh"
	opResendConfirmationCode           = "ResendConfirmationCode"
	opRespondToChallenge               = "RespondToChallenge"
	opRevokeToken                      = "RevokeToken"
	opSetUserMFAPreference             = "SetUserMFAPreference"
	opSetUserSettings                  = "SetUserSettings"
	opSignOut                          = "SignOut"
	opSignUp                           = "SignUp"
	opStartWebAuthnRegistration        = "StartWebAuthnRegistration"
	opUpdateAuthEventFeedback          = "UpdateAuthEventFeedback"
	opUpdateDeviceStatus               = "UpdateDeviceStatus"
	opUpdateGroup                      = "UpdateGroup"
	opUpdateUserAttributes             = "UpdateUserAttributes"
	opVerifySoftwareToken              = "VerifySoftwareToken"
	opVerifyUserAttribute              = "VerifyUserAttribute"
)

// request is what one call to AWS is made with, besides its input.
type request struct {
	op string
	// repeatable: sending it twice does what sending it once does, even if the
	// first one was applied and only its answer was lost.
	repeatable bool
	// signed: it needs AWS credentials.
	signed bool
	// secrets are blanked in the error, should Cognito quote one of them.
	secrets []string
}

// call sends one AWS operation under our rules and turns its failure into an
// *Error.
func call[I, O any](ctx context.Context, r request, send func(context.Context, *I, ...func(*cip.Options)) (*O, error), in *I) (*O, error) {
	out, err := send(ctx, in, r.options)
	if err != nil {
		return nil, r.failure(ctx, err)
	}
	return out, nil
}

// options apply to every call, after all that the user configured.
func (r *request) options(o *cip.Options) {
	if o.Retryer == nil {
		o.Retryer = retry.NewStandard()
	}
	o.Retryer = retryer{Retryer: o.Retryer, repeatable: r.repeatable}
	if r.signed {
		o.Credentials = guardedCredentials{o.Credentials}
	}
}

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

// guardedCredentials fails a signed call before it is sent if there is nothing
// to sign it with; the SDK on its own would send it unsigned.
type guardedCredentials struct{ aws.CredentialsProvider }

func (g guardedCredentials) Retrieve(ctx context.Context) (aws.Credentials, error) {
	if g.CredentialsProvider == nil || aws.IsCredentialsProvider(g.CredentialsProvider, (*aws.AnonymousCredentials)(nil)) {
		return aws.Credentials{}, ErrNoAWSCredentials
	}
	c, err := g.CredentialsProvider.Retrieve(ctx)
	switch {
	case err == nil && c.HasKeys():
		return c, nil
	case err == nil:
		return aws.Credentials{}, ErrNoAWSCredentials
	case ctx.Err() != nil:
		return aws.Credentials{}, ctx.Err()
	}
	return aws.Credentials{}, &missingCredentialsError{reason: err}
}

// missingCredentialsError is ErrNoAWSCredentials and why.
type missingCredentialsError struct{ reason error }

func (e *missingCredentialsError) Error() string {
	return ErrNoAWSCredentials.Error() + ": " + e.reason.Error()
}
func (e *missingCredentialsError) Unwrap() []error { return []error{ErrNoAWSCredentials, e.reason} }

// transient is what the SDK takes to pass by itself.
var transient = retry.NewStandard()

// failure turns what the AWS SDK returned into an *Error.
func (r *request) failure(ctx context.Context, err error) *Error {
	e := &Error{Op: r.op, Retryable: mayRepeat(err, r.repeatable, transient), cause: err}
	if reply, ok := errors.AsType[*awshttp.ResponseError](err); ok {
		e.StatusCode = reply.HTTPStatusCode()
		e.RequestID = r.blank(reply.ServiceRequestID(), 128)
	}

	if malformed, ok := errors.AsType[*smithy.DeserializationError](err); ok {
		malformed.Snapshot = nil // the reply's first bytes, which may be tokens
	}
	var (
		api    smithy.APIError
		params smithy.InvalidParamsError
		unsent *smithyhttp.RequestSendError
	)
	switch {
	case errors.As(err, &api):
		r.scrub(api)
		e.Code = r.blank(api.ErrorCode(), 128)
		e.Message = r.blank(api.ErrorMessage(), 1024)
		e.kind = classify(e.Code, e.Message, e.StatusCode)
	case errors.Is(err, ErrNoAWSCredentials):
		e.kind, e.Message = ErrNoAWSCredentials, "nothing was sent"
		if reason := credentialsReason(err); reason != "" {
			e.Message += ": " + presentable(reason, 1024)
		}
	case ctx.Err() != nil:
		e.kind, e.Message = ErrUnavailable, ctx.Err().Error()
		e.cause = errors.Join(ctx.Err(), err) // the HTTP client's own error may not say so
	case e.StatusCode != 0:
		e.kind, e.Message = ErrUnavailable, "the reply is not one of Cognito's"
	case errors.As(err, &unsent):
		e.kind, e.Message = ErrUnavailable, presentable(unsent.Err.Error(), 1024)
	case errors.As(err, &params):
		e.kind, e.Message = ErrInvalidInput, presentable(params.Error(), 1024)
	default: // no endpoint for the region, a failing middleware of the user's
		e.kind, e.Message = ErrConfiguration, presentable(err.Error(), 1024)
	}
	return e
}

// scrub puts the presentable form of an exception's message into the exception
// itself, for those who look at that one. Cognito leaves passwords out of its
// validation messages, but quotes other members.
func (r *request) scrub(api smithy.APIError) {
	v := reflect.ValueOf(api)
	if v.Kind() != reflect.Pointer || v.Elem().Kind() != reflect.Struct {
		return
	}
	m := v.Elem().FieldByName("Message")
	if m.IsValid() && m.Kind() == reflect.Pointer && !m.IsNil() {
		m = m.Elem()
	}
	if m.IsValid() && m.Kind() == reflect.String && m.CanSet() {
		m.SetString(r.blank(m.String(), 1024))
	}
}

// blank makes a server's text presentable and takes our secrets out of it. Very
// short ones stay: they would take everything else with them. The longest goes
// first: of a new password that begins with the old one, the end would be left.
func (r *request) blank(s string, limit int) string {
	longestFirst := slices.SortedFunc(slices.Values(r.secrets), func(a, b string) int { return len(b) - len(a) })
	for _, secret := range longestFirst {
		if len(secret) >= 4 {
			s = strings.ReplaceAll(s, secret, redact.Mask)
		}
	}
	return presentable(s, limit)
}

// credentialsReason is why the credential chain found nothing, in its own words.
func credentialsReason(err error) string {
	var missing *missingCredentialsError
	if errors.As(err, &missing) && missing.reason != nil {
		return missing.reason.Error()
	}
	return ""
}

// presentable makes a server's text fit for one line of a log.
func presentable(s string, limit int) string {
	if len(s) > limit {
		s = s[:limit] + "…"
	}
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, s)
}
