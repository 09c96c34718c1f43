package cognitotest

import (
	"fmt"
	"net/http"
	"strings"
)

// apiError is a refusal as Cognito puts it on the wire: the exception's bare
// name and the text that goes with it.
//
// The texts in this file are the ones Cognito uses, down to the full stop,
// because clients match on them: one exception name covers many causes, and
// the text is the only thing that tells them apart.
type apiError struct {
	status  int    // HTTP status; 0 means 400
	code    string // the exception, as in __type
	message string
	// noMessage makes the message null, as AWS does for an unknown operation.
	noMessage bool
}

func (e *apiError) Error() string { return e.code + ": " + e.message }

func (e *apiError) httpStatus() int {
	if e.status == 0 {
		return http.StatusBadRequest
	}
	return e.status
}

// Exception names, as in the Cognito user pools API reference.
const (
	codeAliasExists         = "AliasExistsException"
	codeCodeMismatch        = "CodeMismatchException"
	codeDeviceKeyExists     = "DeviceKeyExistsException"
	codeEnableSoftwareToken = "EnableSoftwareTokenMFAException" // #nosec G101 -- an exception name
	codeExpiredCode         = "ExpiredCodeException"
	codeGroupExists         = "GroupExistsException"
	codeInternalError       = "InternalErrorException"
	codeInvalidLambda       = "InvalidLambdaResponseException"
	codeInvalidParameter    = "InvalidParameterException"
	codeInvalidPassword     = "InvalidPasswordException" // #nosec G101 -- an exception name
	codeLimitExceeded       = "LimitExceededException"
	codeNotAuthorized       = "NotAuthorizedException"
	codePasswordHistory     = "PasswordHistoryPolicyViolationException" // #nosec G101 -- an exception name
	codePasswordReset       = "PasswordResetRequiredException"          // #nosec G101 -- an exception name
	codeRefreshTokenReuse   = "RefreshTokenReuseException"              // #nosec G101 -- an exception name
	codeResourceNotFound    = "ResourceNotFoundException"
	codeSoftwareTokenNone   = "SoftwareTokenMFANotFoundException" // #nosec G101 -- an exception name
	codeUnauthorized        = "UnauthorizedException"
	codeUnsupportedToken    = "UnsupportedTokenTypeException" // #nosec G101 -- an exception name
	codeUnsupportedUser     = "UnsupportedUserStateException"
	codeUserLambda          = "UserLambdaValidationException"
	codeUserNotConfirmed    = "UserNotConfirmedException"
	codeUserNotFound        = "UserNotFoundException"
	codeUsernameExists      = "UsernameExistsException"
)

func fail(code, message string) *apiError {
	return &apiError{code: code, message: message}
}

func failf(code, format string, args ...any) *apiError {
	return &apiError{code: code, message: fmt.Sprintf(format, args...)}
}

// Signing in.
var (
	errBadCredentials      = fail(codeNotAuthorized, "Incorrect username or password.")
	errUserDisabled        = fail(codeNotAuthorized, "User is disabled.")
	errTooManyPasswords    = fail(codeNotAuthorized, "Password attempts exceeded")
	errTemporaryExpired    = fail(codeNotAuthorized, "Temporary password has expired and must be reset by an administrator.")
	errUserNotFound        = fail(codeUserNotFound, "User does not exist.")
	errUserNotConfirmed    = fail(codeUserNotConfirmed, "User is not confirmed.")
	errResetRequired       = fail(codePasswordReset, "Password reset required for the user")
	errNotThisMethod       = fail(codeInvalidParameter, "Initiate Auth method not supported.")
	errNoCustomAuthTrigger = fail(codeInvalidParameter, "Custom auth lambda trigger is not configured for the user pool.")
)

// The same flow switched off is reported in three wordings, depending on the
// flow.
func errFlowOff(flow string) *apiError {
	switch flow {
	case flowAdminUserPassword, flowAdminNoSRP:
		return fail(codeInvalidParameter, "Auth flow not enabled for this client")
	case flowUserPassword, flowUserAuth:
		return fail(codeInvalidParameter, flow+" flow not enabled for this client")
	default:
		return fail(codeInvalidParameter, flow+" is not enabled for the client.")
	}
}

func errUnknownFlow(flow string) *apiError {
	return failf(codeInvalidParameter, "1 validation error detected: Value '%s' at 'authFlow' failed to satisfy constraint: "+
		"Member must satisfy enum value set: [%s]", flow, strings.Join(allFlows, ", "))
}

func errMissingParameter(name string) *apiError {
	return fail(codeInvalidParameter, "Missing required parameter "+name)
}

// App clients.
func errUnknownClient(id string) *apiError {
	return failf(codeResourceNotFound, "User pool client %s does not exist.", id)
}

func errUnknownPool(id string) *apiError {
	return failf(codeResourceNotFound, "User pool %s does not exist.", id)
}

func errNoSecretHash(client string) *apiError {
	return failf(codeNotAuthorized, "Client %s is configured with secret but SECRET_HASH was not received", client)
}

func errNoClientSecret(client string) *apiError {
	return failf(codeNotAuthorized, "Client %s is configured for secret but secret was not received", client)
}

func errBadSecretHash(client string) *apiError {
	return failf(codeNotAuthorized, "Unable to verify secret hash for client %s", client)
}

// Signing up, and names.
var (
	errUserExists         = fail(codeUsernameExists, "User already exists")
	errAdminUserExists    = fail(codeUsernameExists, "User account already exists")
	errSignUpOff          = fail(codeNotAuthorized, "SignUp is not permitted for this user pool")
	errUsernameEmail      = fail(codeInvalidParameter, "Username should be an email.")
	errUsernamePhone      = fail(codeInvalidParameter, "Username should be a phone number.")
	errUsernameEither     = fail(codeInvalidParameter, "Username should be either an email or a phone number.")
	errUsernameEmailAlias = fail(codeInvalidParameter, "Username cannot be of email format, since user pool is configured for email alias.")
	errUsernamePhoneAlias = fail(codeInvalidParameter, "Username cannot be of phone number format, since user pool is configured for phone number alias.")
	errAlreadyConfirmed   = fail(codeInvalidParameter, "User is already confirmed.")
	errNoAutoVerification = fail(codeInvalidParameter, "Auto verification not turned on.")
	errClientUserNotFound = fail(codeUserNotFound, "Username/client id combination not found.")
	errResendNotWaiting   = fail(codeUnsupportedUser, "Resend not possible. Current status is not FORCE_CHANGE_PASSWORD.")
	errUsernameIsRequired = fail(codeInvalidParameter, "Username is required.")
	errPasswordIsRequired = fail(codeInvalidParameter, "Password is required.")
)

func errAttributeTaken(attribute string) *apiError {
	return failf(codeUsernameExists, "An account with the given %s already exists.", attribute)
}

func errAliasTaken(attribute string) *apiError {
	return failf(codeAliasExists, "An account with the given %s already exists.", attribute)
}

func errCannotConfirm(status string) *apiError {
	return fail(codeNotAuthorized, "User cannot be confirmed. Current status is "+status)
}

// Codes.
var (
	errCodeMismatch   = fail(codeCodeMismatch, "Invalid verification code provided, please try again.")
	errCodeExpired    = fail(codeExpiredCode, "Invalid code provided, please request a code again.")
	errAttemptLimit   = fail(codeLimitExceeded, "Attempt limit exceeded, please try after some time.")
	errMFACode        = fail(codeCodeMismatch, "Invalid code or auth state for the user.")
	errTOTPCode       = fail(codeCodeMismatch, "Invalid code received for user")
	errTOTPReused     = fail(codeExpiredCode, "Your software token has already been used once.")
	errTOTPSetup      = fail(codeEnableSoftwareToken, "Code mismatch")
	errTOTPNotStarted = fail(codeSoftwareTokenNone, "Software token TOTP multi-factor authentication is not enabled for the user.")
	errTOTPPoolOff    = fail(codeSoftwareTokenNone, "Software Token MFA has not been enabled by the userPool.")
)

// Passwords.
var (
	errNoVerifiedContact = fail(codeInvalidParameter, "Cannot reset password for the user as there is no registered/verified email or phone_number")
	errResetNotNow       = fail(codeNotAuthorized, "User password cannot be reset in the current state.")
	errAskAdministrator  = fail(codeNotAuthorized, "Contact administrator to reset password.")
	errPasswordHistory   = fail(codePasswordHistory, "Password has previously been used.")
)

func errPolicy(rule string) *apiError {
	return fail(codeInvalidPassword, "Password did not conform with policy: "+rule)
}

// Attributes.
var (
	errEmailFormat     = fail(codeInvalidParameter, "Invalid email address format.")
	errPhoneFormat     = fail(codeInvalidParameter, "Invalid phone number format.")
	errAttributeWrite  = fail(codeNotAuthorized, "A client attempted to write unauthorized attribute")
	errNoSuchAttribute = fail(codeInvalidParameter, "User does not have the attribute to verify.")
)

func errSchema(problems []string) *apiError {
	return fail(codeInvalidParameter, "Attributes did not conform to the schema: "+strings.Join(problems, " "))
}

func errImmutable(attribute string) *apiError {
	return failf(codeInvalidParameter, "user.%s: Attribute cannot be updated. (changing an immutable attribute)", attribute)
}

func errAlreadyProvided(attribute string) *apiError {
	return failf(codeNotAuthorized, "Cannot modify an already provided %s", attribute)
}

// Sessions.
var (
	errSessionUnknown = fail(codeNotAuthorized, "Invalid session for the user.")
	errSessionExpired = fail(codeNotAuthorized, "Invalid session for the user, session is expired.")
	errSessionUsed    = fail(codeNotAuthorized, "Invalid session for the user, session can only be used once.")
)

// Tokens.
var (
	errTokenInvalid   = fail(codeNotAuthorized, "Invalid Access Token")
	errTokenSignature = fail(codeNotAuthorized, "Could not verify signature for Access Token")
	errTokenExpired   = fail(codeNotAuthorized, "Access Token has expired")
	errTokenRevoked   = fail(codeNotAuthorized, "Access Token has been revoked")
	errTokenScope     = fail(codeNotAuthorized, "Access Token does not have required scopes")

	errRefreshInvalid = fail(codeNotAuthorized, "Invalid Refresh Token")
	errRefreshExpired = fail(codeNotAuthorized, "Refresh Token has expired")
	errRefreshRevoked = fail(codeNotAuthorized, "Refresh Token has been revoked")
	errRefreshReused  = fail(codeRefreshTokenReuse, "Refresh Token has been reused")

	errRevokeOther       = fail(codeUnauthorized, "The refresh token does not belong to the client.")
	errRevokeUnsupported = fail(codeUnsupportedToken, "Unsupported token type.")
)

// Groups, devices, factors.
var (
	errGroupExists    = fail(codeGroupExists, "A group with the name already exists.")
	errGroupNotFound  = fail(codeResourceNotFound, "Group not found.")
	errDeviceNotFound = fail(codeResourceNotFound, "Device does not exist.")
	errDeviceKeyTaken = fail(codeDeviceKeyExists, "Device key already exists.")
)

func errNotEnrolled(factor string) *apiError {
	return fail(codeInvalidParameter, "User does not have delivery config set to turn on "+factor)
}

// The wire itself. These are AWS's protocol errors rather than Cognito's.
var (
	errUnknownOperation = &apiError{code: "UnknownOperationException", noMessage: true}
	errSerialization    = fail("SerializationException", "Start of structure or map found where not expected.")
	errBodyTooLarge     = &apiError{status: http.StatusRequestEntityTooLarge, code: "RequestEntityTooLargeException", message: "Request body is too large."}
	errNoSignature      = fail("MissingAuthenticationTokenException", "Missing Authentication Token")
	errUnknownKey       = fail("UnrecognizedClientException", "The security token included in the request is invalid.")
	errBadSignature     = fail("InvalidSignatureException", "The request signature we calculated does not match the signature you provided. "+
		"Check your AWS Secret Access Key and signing method. Consult the service documentation for details.")
	errInternal = &apiError{status: http.StatusInternalServerError, code: codeInternalError, message: "Internal server error"}
)

// errRefusedOperation answers an operation that Cognito has and this pool has
// not: by name, so that a test cannot take the silence for success.
func errRefusedOperation(op string) *apiError {
	return failf("OperationNotEnabledException", "%s is not available on the in-process user pool.", op)
}
