package cognitoauth

import (
	"net/http"
	"strings"
)

// classify finds the sentinel for Cognito's exception. It goes by the code and
// never by the AWS SDK's Go type, because the SDK types an exception only in
// the operations whose model lists it. Cognito puts several causes behind one
// code; there the message decides, matched loosely since AWS does not document
// it, with the code's general meaning as the fallback.
func classify(code, message string, status int) error {
	message = strings.ToLower(message)
	if code == "InvalidParameterException" && quotesInput(message) {
		// The rest of the message may be the user's own words.
		if strings.Contains(message, "value at 'password' failed") || strings.Contains(message, "value at 'proposedpassword' failed") {
			return ErrPasswordPolicy // too short or with outer spaces, whatever the pool's policy
		}
		return ErrInvalidInput
	}
	for _, m := range messages[code] {
		if strings.Contains(message, m.text) {
			return m.kind
		}
	}
	if kind, ok := codes[code]; ok {
		return kind
	}
	switch {
	case status == http.StatusTooManyRequests:
		return ErrTooManyRequests
	case code == "" && status == 0:
		return nil
	case code == "", code == unknownCode, status >= http.StatusInternalServerError:
		return ErrUnavailable
	}
	return nil
}

// quotesInput reports whether a message, in lower case, is of a form that has
// values in it as they were sent.
func quotesInput(message string) bool {
	return strings.Contains(message, "validation error") || strings.HasPrefix(message, "attributes did not conform to the schema")
}

// unknownCode is what the AWS SDK reports for an error reply without a code.
const unknownCode = "UnknownError"

var codes = map[string]error{
	"AliasExistsException":                    ErrAliasExists,
	"ConcurrentModificationException":         ErrUnavailable,
	"CodeDeliveryFailureException":            ErrDeliveryFailed,
	"CodeMismatchException":                   ErrCodeMismatch,
	"DeviceKeyExistsException":                ErrInvalidInput,
	"EnableSoftwareTokenMFAException":         ErrCodeMismatch,
	"ExpiredCodeException":                    ErrCodeExpired,
	"ForbiddenException":                      ErrNotPermitted,
	"GroupExistsException":                    ErrGroupExists,
	"InternalErrorException":                  ErrUnavailable,
	"InternalServerException":                 ErrUnavailable,
	"InvalidLambdaResponseException":          ErrConfiguration,
	"InvalidParameterException":               ErrInvalidInput,
	"InvalidPasswordException":                ErrPasswordPolicy,
	"LimitExceededException":                  ErrLimitExceeded,
	"MFAMethodNotFoundException":              ErrMFANotSetUp,
	"NotAuthorizedException":                  ErrNotAuthorized,
	"OperationNotEnabledException":            ErrConfiguration,
	"PasswordHistoryPolicyViolationException": ErrPasswordHistory,
	"PasswordResetRequiredException":          ErrPasswordResetRequired,
	"PreconditionNotMetException":             ErrNotPermitted,
	"RefreshTokenReuseException":              ErrTokenRevoked,
	"ResourceNotFoundException":               ErrNotFound,
	"SoftwareTokenMFANotFoundException":       ErrMFANotSetUp,
	"TooManyFailedAttemptsException":          ErrLimitExceeded,
	"TooManyRequestsException":                ErrTooManyRequests,
	"UnauthorizedException":                   ErrNotAuthorized,
	"UnexpectedLambdaException":               ErrConfiguration,
	"UnsupportedOperationException":           ErrConfiguration,
	"UnsupportedTokenTypeException":           ErrInvalidInput,
	"UnsupportedUserStateException":           ErrUserState,
	"UserLambdaValidationException":           ErrRejectedByTrigger,
	"UserNotConfirmedException":               ErrUserNotConfirmed,
	"UserNotFoundException":                   ErrUserNotFound,
	"UserPoolAddOnNotEnabledException":        ErrConfiguration,
	"UsernameExistsException":                 ErrUserExists,

	"WebAuthnChallengeNotFoundException":      ErrSessionExpired,
	"WebAuthnClientMismatchException":         ErrInvalidInput,
	"WebAuthnConfigurationMissingException":   ErrConfiguration,
	"WebAuthnCredentialNotSupportedException": ErrInvalidInput,
	"WebAuthnNotEnabledException":             ErrConfiguration,
	"WebAuthnOriginNotAllowedException":       ErrInvalidInput,
	"WebAuthnRelyingPartyMismatchException":   ErrInvalidInput,

	"InvalidEmailRoleAccessPolicyException":    ErrConfiguration,
	"InvalidSmsRoleAccessPolicyException":      ErrConfiguration,
	"InvalidSmsRoleTrustRelationshipException": ErrConfiguration,
	"InvalidUserPoolConfigurationException":    ErrConfiguration,

	// Every AWS service throttles and checks signatures alike:
	// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/CommonErrors.html
	"InternalFailure":                     ErrUnavailable,
	"RequestLimitExceeded":                ErrTooManyRequests,
	"Throttling":                          ErrTooManyRequests,
	"AccessDeniedException":               ErrAWSAccessDenied,
	"ExpiredTokenException":               ErrAWSAccessDenied,
	"IncompleteSignature":                 ErrAWSAccessDenied,
	"IncompleteSignatureException":        ErrAWSAccessDenied,
	"InvalidClientTokenId":                ErrAWSAccessDenied,
	"InvalidSignatureException":           ErrAWSAccessDenied,
	"MissingAuthenticationToken":          ErrNoAWSCredentials,
	"MissingAuthenticationTokenException": ErrNoAWSCredentials,
	"NotAuthorized":                       ErrAWSAccessDenied,
	"OptInRequired":                       ErrAWSAccessDenied,
	"RequestExpired":                      ErrAWSAccessDenied,
	"ServiceUnavailable":                  ErrUnavailable,
	"ServiceUnavailableException":         ErrUnavailable,
	"SignatureDoesNotMatch":               ErrAWSAccessDenied,
	"ThrottlingException":                 ErrTooManyRequests,
	"UnrecognizedClientException":         ErrAWSAccessDenied,
	"ValidationError":                     ErrInvalidInput,
	"ValidationException":                 ErrInvalidInput,
}

type messageKind struct {
	text string // lower case
	kind error
}

// messages lists what tells causes apart behind one code, most telling first.
var messages = map[string][]messageKind{
	"NotAuthorizedException": {
		{"incorrect username or password", ErrInvalidCredentials},
		{"user is disabled", ErrUserDisabled},
		{"password attempts exceeded", ErrTooManyAttempts},
		{"temporary password has expired", ErrTemporaryPasswordExpired},
		{"secret hash", ErrClientSecret},
		{"secret_hash", ErrClientSecret},
		{"secrethash", ErrClientSecret},
		{"configured for secret", ErrClientSecret},
		{"client secret", ErrClientSecret},
		{"invalid session", ErrSessionExpired},
		{"session is expired", ErrSessionExpired},
		{"session can only be used once", ErrSessionExpired},
		{"required scopes", ErrInsufficientScope},
		{"token has been revoked", ErrTokenRevoked},
		{"token has expired", ErrTokenExpired},
		{"invalid access token", ErrTokenInvalid},
		{"invalid refresh token", ErrTokenInvalid},
		{"signature for access token", ErrTokenInvalid},
		{"cannot be confirmed. current status is confirmed", ErrAlreadyConfirmed},
		{"cannot be confirmed", ErrUserState},
		{"password cannot be reset", ErrResetNotAllowed},
		{"contact administrator to reset", ErrResetNotAllowed},
		{"cannot modify an already provided", ErrAttributeNotWritable},
		{"unauthorized attribute", ErrAttributeNotWritable},
		{"signup is not permitted", ErrNotPermitted},
	},
	"InvalidParameterException": {
		{"flow not enabled", ErrFlowNotEnabled},
		{"is not enabled for the client", ErrFlowNotEnabled},
		{"initiate auth method not supported", ErrFlowNotEnabled},
		{"lambda trigger is not configured", ErrConfiguration},
		{"auto verification not turned on", ErrConfiguration},
		{"already confirmed", ErrAlreadyConfirmed},
		{"no registered/verified email", ErrNoVerifiedContact},
		{"attribute cannot be updated", ErrAttributeNotWritable},
		{"does not have delivery config", ErrMFANotSetUp},
	},
	"ResourceNotFoundException": {
		{"device does not exist", ErrDeviceNotFound},
		{"group not found", ErrGroupNotFound},
		{"user pool", ErrConfiguration}, // "User pool X …" and "User pool client X does not exist."
		// After the pool and the group, whose names may have the words in them.
		{"group", ErrGroupNotFound},
		{"device", ErrDeviceNotFound},
	},
	// A simulated session for an unknown user, or one of another client.
	"CodeMismatchException": {
		{"invalid session", ErrSessionExpired},
	},
}
