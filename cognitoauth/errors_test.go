package cognitoauth

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"log/slog"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// sentinels are all there are; TestSentinelsAreAllHere sees to that.
var sentinels = map[string]error{
	"ErrInvalidCredentials": ErrInvalidCredentials, "ErrUserNotFound": ErrUserNotFound,
	"ErrUserNotConfirmed": ErrUserNotConfirmed, "ErrUserDisabled": ErrUserDisabled,
	"ErrPasswordResetRequired": ErrPasswordResetRequired, "ErrTooManyAttempts": ErrTooManyAttempts, "ErrTemporaryPasswordExpired": ErrTemporaryPasswordExpired,
	"ErrChallengeRequired": ErrChallengeRequired, "ErrSessionExpired": ErrSessionExpired, "ErrMFANotSetUp": ErrMFANotSetUp,
	"ErrUserExists": ErrUserExists, "ErrAliasExists": ErrAliasExists, "ErrAlreadyConfirmed": ErrAlreadyConfirmed,
	"ErrCodeMismatch": ErrCodeMismatch, "ErrCodeExpired": ErrCodeExpired, "ErrDeliveryFailed": ErrDeliveryFailed,
	"ErrPasswordPolicy": ErrPasswordPolicy, "ErrPasswordHistory": ErrPasswordHistory,
	"ErrNoVerifiedContact": ErrNoVerifiedContact, "ErrResetNotAllowed": ErrResetNotAllowed,
	"ErrNotAuthorized": ErrNotAuthorized, "ErrTokenInvalid": ErrTokenInvalid, "ErrTokenExpired": ErrTokenExpired,
	"ErrTokenRevoked": ErrTokenRevoked, "ErrInsufficientScope": ErrInsufficientScope, "ErrSignInRequired": ErrSignInRequired,
	"ErrLimitExceeded": ErrLimitExceeded, "ErrTooManyRequests": ErrTooManyRequests, "ErrUnavailable": ErrUnavailable,
	"ErrInvalidInput": ErrInvalidInput, "ErrAttributeNotWritable": ErrAttributeNotWritable,
	"ErrNotPermitted": ErrNotPermitted, "ErrRejectedByTrigger": ErrRejectedByTrigger,
	"ErrNotFound": ErrNotFound, "ErrDeviceNotFound": ErrDeviceNotFound, "ErrGroupNotFound": ErrGroupNotFound,
	"ErrGroupExists": ErrGroupExists, "ErrUserState": ErrUserState,
	"ErrConfiguration": ErrConfiguration, "ErrClientSecret": ErrClientSecret, "ErrFlowNotEnabled": ErrFlowNotEnabled,
	"ErrNoAWSCredentials": ErrNoAWSCredentials, "ErrAWSAccessDenied": ErrAWSAccessDenied,
}

func parse(t *testing.T, file string) *ast.File {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestSentinelsAreAllHere(t *testing.T) {
	t.Parallel()
	found := 0
	ast.Inspect(parse(t, "errors.go"), func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok && strings.HasPrefix(spec.Names[0].Name, "Err") {
			found++
			if sentinels[spec.Names[0].Name] == nil {
				t.Errorf("%s is not in the table", spec.Names[0].Name)
			}
		}
		return true
	})
	if found != len(sentinels) {
		t.Errorf("%d sentinels declared, %d in the table", found, len(sentinels))
	}
}

// documentedStatus reads the table in HTTPStatus's documentation.
func documentedStatus(t *testing.T) map[string]int {
	t.Helper()
	row := regexp.MustCompile(`^\s+(\d{3})\s`)
	name := regexp.MustCompile(`\bErr\w+`)
	table, status, some := map[string]int{}, 0, false
	for _, decl := range parse(t, "httpstatus.go").Decls {
		fn, ok := decl.(*ast.FuncDecl)
		if !ok || fn.Name.Name != "HTTPStatus" {
			continue
		}
		for line := range strings.Lines(fn.Doc.Text()) {
			if m := row.FindStringSubmatch(line); m != nil {
				status, _ = strconv.Atoi(m[1])
				some = false
			} else if !strings.HasPrefix(line, "\t") && !strings.HasPrefix(line, "     ") {
				continue
			}
			if some {
				continue
			}
			line, _, some = strings.Cut(line, "and, while signing in") // what follows holds for some operations
			for _, n := range name.FindAllString(line, -1) {
				if _, twice := table[n]; !twice {
					table[n] = status
				}
			}
		}
	}
	return table
}

func TestHTTPStatus(t *testing.T) {
	t.Parallel()
	documented := documentedStatus(t)
	for name, sentinel := range sentinels {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := documented[name]
			if want == 0 {
				t.Fatal("not in the table of HTTPStatus's documentation")
			}
			for _, err := range []error{sentinel, fmt.Errorf("handler: %w", sentinel), &Error{Op: "SignUp", kind: sentinel}} {
				if got := HTTPStatus(err); got != want {
					t.Errorf("HTTPStatus(%v) = %d, want %d", err, got, want)
				}
			}
		})
	}
	for _, test := range []struct {
		name string
		err  error
		want int
	}{
		{"nil", nil, 200},
		{"somebody else's error", errors.New("boom"), 500},
		{"an exception nobody knows", &Error{Op: "SignUp", Code: "SomethingNewException", StatusCode: 400}, 500},
		{"context cancelled", context.Canceled, 503},
		{"context over time", fmt.Errorf("x: %w", context.DeadlineExceeded), 503},
		{"unknown user signing in", &Error{Op: "Authenticate", Code: "UserNotFoundException"}, 401},
		{"unknown user changing the password", &Error{Op: "ChangePassword", Code: "UserNotFoundException"}, 401},
		{"deleted user with a token", &Error{Op: "GetUser", Code: "UserNotFoundException"}, 401},
		{"deleted user refreshing", &Error{Op: "Refresh", Code: "UserNotFoundException"}, 401},
		{"unknown user, administered", &Error{Op: "AdminGetUser", Code: "UserNotFoundException"}, 404},
		{"nil *Error", (*Error)(nil), 500},
		{"challenge that was lost", &ChallengeRequiredError{}, 401},
		{"unknown user resetting the password", &Error{Op: "ForgotPassword", Code: "UserNotFoundException"}, 404},
		{"unknown user of an administrator", &Error{Op: "AdminGetUser", Code: "UserNotFoundException"}, 404},
		{"taken name of an administrator", &Error{Op: "AdminCreateUser", Code: "UsernameExistsException"}, 409},
		{"taken name of a group", &Error{Op: "CreateGroup", Code: "GroupExistsException"}, 409},
		{"wrong code signing in", &Error{Op: "RespondToChallenge", Code: "CodeMismatchException"}, 401},
		{"wrong code confirming", &Error{Op: "ConfirmSignUp", Code: "CodeMismatchException"}, 400},
		{"used code signing in", &Error{Op: "RespondToChallenge", Code: "ExpiredCodeException"}, 401},
		{"challenge", &ChallengeRequiredError{Challenge: newChallenge(pending{name: ChallengeSMSMFA})}, 401},
	} {
		if got := HTTPStatus(test.err); got != test.want {
			t.Errorf("%s: HTTPStatus = %d, want %d", test.name, got, test.want)
		}
	}
}

// TestClassify has Cognito's own words for each cause.
func TestClassify(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		code, message string
		want          error
	}{
		{"NotAuthorizedException", "Incorrect username or password.", ErrInvalidCredentials},
		{"NotAuthorizedException", "User is disabled.", ErrUserDisabled},
		{"NotAuthorizedException", "Password attempts exceeded", ErrTooManyAttempts},
		{"NotAuthorizedException", "Temporary password has expired and must be reset by an administrator.", ErrTemporaryPasswordExpired},
		{"NotAuthorizedException", "Unable to verify secret hash for client 3n4b5urk1ft4fl3mg5e62d9ado", ErrClientSecret},
		{"NotAuthorizedException", "SecretHash does not match for the client: 3n4b5urk1ft4fl3mg5e62d9ado", ErrClientSecret},
		{"NotAuthorizedException", "Client abc is configured with secret but SECRET_HASH was not received", ErrClientSecret},
		{"NotAuthorizedException", "Client abc is configured for secret but secret was not received", ErrClientSecret},
		{"NotAuthorizedException", "Access Token has been revoked", ErrTokenRevoked},
		{"NotAuthorizedException", "Access Token has expired", ErrTokenExpired},
		{"NotAuthorizedException", "Invalid Access Token", ErrTokenInvalid},
		{"NotAuthorizedException", "Could not verify signature for Access Token", ErrTokenInvalid},
		{"NotAuthorizedException", "Access Token does not have required scopes", ErrInsufficientScope},
		{"NotAuthorizedException", "Refresh Token has been revoked", ErrTokenRevoked},
		{"NotAuthorizedException", "Refresh Token has expired", ErrTokenExpired},
		{"NotAuthorizedException", "Invalid Refresh Token.", ErrTokenInvalid},
		{"NotAuthorizedException", "Invalid session for the user.", ErrSessionExpired},
		{"NotAuthorizedException", "Invalid session for the user, session is expired.", ErrSessionExpired},
		{"NotAuthorizedException", "Invalid session for the user, session can only be used once.", ErrSessionExpired},
		{"NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED", ErrAlreadyConfirmed},
		{"NotAuthorizedException", "Cannot modify an already provided email", ErrAttributeNotWritable},
		{"NotAuthorizedException", "A client attempted to write unauthorized attribute", ErrAttributeNotWritable},
		{"NotAuthorizedException", "User password cannot be reset in the current state.", ErrResetNotAllowed},
		{"NotAuthorizedException", "Contact administrator to reset password.", ErrResetNotAllowed},
		{"NotAuthorizedException", "SignUp is not permitted for this user pool", ErrNotPermitted},
		{"NotAuthorizedException", "something new", ErrNotAuthorized},
		{"InvalidParameterException", "Cannot reset password for the user as there is no registered/verified email or phone_number", ErrNoVerifiedContact},
		{"InvalidParameterException", "USER_PASSWORD_AUTH flow not enabled for this client", ErrFlowNotEnabled},
		{"InvalidParameterException", "USER_SRP_AUTH is not enabled for the client.", ErrFlowNotEnabled},
		{"InvalidParameterException", "Auth flow not enabled for this client", ErrFlowNotEnabled},
		{"InvalidParameterException", "Custom auth lambda trigger is not configured for the user pool.", ErrConfiguration},
		{"InvalidParameterException", "User is already confirmed.", ErrAlreadyConfirmed},
		{"InvalidParameterException", "user.sub: Attribute cannot be updated.", ErrAttributeNotWritable},
		{"InvalidParameterException", "User does not have delivery config set to turn on SOFTWARE_TOKEN_MFA", ErrMFANotSetUp},
		{"InvalidParameterException", "Username should be an email.", ErrInvalidInput},
		{"InvalidParameterException", "1 validation error detected: Value at 'password' failed to satisfy constraint: Member must have length greater than or equal to 6", ErrPasswordPolicy},
		{"InvalidParameterException", "1 validation error detected: Value 'flow not enabled' at 'username' failed to satisfy constraint: Member must satisfy regular expression pattern", ErrInvalidInput},
		{"InvalidParameterException", "Attributes did not conform to the schema: nickname: already confirmed", ErrInvalidInput},
		{"NotAuthorizedException", "User cannot be confirmed. Current status is FORCE_CHANGE_PASSWORD", ErrUserState},
		{"ResourceNotFoundException", "User pool eu-west-1_deviceAb1 does not exist.", ErrConfiguration},
		{"ResourceNotFoundException", "Group device-admins not found.", ErrGroupNotFound},
		{"ConcurrentModificationException", "", ErrUnavailable},
		{"Throttling", "Rate exceeded", ErrTooManyRequests},
		{"CodeMismatchException", "Invalid verification code provided, please try again.", ErrCodeMismatch},
		{"CodeMismatchException", "Invalid code or auth state for the user.", ErrCodeMismatch},
		{"CodeMismatchException", "Invalid session provided", ErrSessionExpired},
		{"ExpiredCodeException", "Invalid code provided, please request a code again.", ErrCodeExpired},
		{"LimitExceededException", "Attempt limit exceeded, please try after some time.", ErrLimitExceeded},
		{"TooManyFailedAttemptsException", "", ErrLimitExceeded},
		{"TooManyRequestsException", "Rate exceeded", ErrTooManyRequests},
		{"UserNotFoundException", "User does not exist.", ErrUserNotFound},
		{"UsernameExistsException", "User already exists", ErrUserExists},
		{"AliasExistsException", "An account with the given email already exists.", ErrAliasExists},
		{"UserNotConfirmedException", "User is not confirmed.", ErrUserNotConfirmed},
		{"PasswordResetRequiredException", "Password reset required for the user", ErrPasswordResetRequired},
		{"InvalidPasswordException", "Password did not conform with policy: Password not long enough", ErrPasswordPolicy},
		{"PasswordHistoryPolicyViolationException", "", ErrPasswordHistory},
		{"ResourceNotFoundException", "Device does not exist.", ErrDeviceNotFound},
		{"ResourceNotFoundException", "User pool client abc does not exist.", ErrConfiguration},
		{"ResourceNotFoundException", "User pool eu-west-1_Ab12Cd34E does not exist.", ErrConfiguration},
		{"ResourceNotFoundException", "User pool eu-west-1_MyGroup12 does not exist.", ErrConfiguration},
		{"ResourceNotFoundException", "Group not found.", ErrGroupNotFound},
		{"ResourceNotFoundException", "Event not found.", ErrNotFound},
		{"GroupExistsException", "A group with the name already exists.", ErrGroupExists},
		{"UsernameExistsException", "User account already exists", ErrUserExists},
		{"UnsupportedUserStateException", "", ErrUserState},
		{"PreconditionNotMetException", "", ErrNotPermitted},
		{"UserPoolAddOnNotEnabledException", "", ErrConfiguration},
		{"CodeDeliveryFailureException", "", ErrDeliveryFailed},
		{"UserLambdaValidationException", "PreSignUp failed with error no.", ErrRejectedByTrigger},
		{"AccessDeniedException", "User: arn:aws:iam::1:user/x is not authorized to perform", ErrAWSAccessDenied},
		{"UnrecognizedClientException", "The security token included in the request is invalid.", ErrAWSAccessDenied},
		{"InternalErrorException", "", ErrUnavailable},
		{"ForbiddenException", "Request not allowed due to WAF block.", ErrNotPermitted},
	} {
		t.Run(test.code+"/"+test.message, func(t *testing.T) {
			t.Parallel()
			err := error(&Error{Op: "SignUp", Code: test.code, Message: test.message, StatusCode: 400})
			if got := classify(test.code, test.message, 400); !errors.Is(got, test.want) {
				t.Errorf("classify = %v, want %v", got, test.want)
			}
			if !errors.Is(err, test.want) {
				t.Errorf("errors.Is(%v, %v) = false", err, test.want)
			}
		})
	}
}

// TestClassifyByStatus: a code that nobody knows, or none, leaves the status.
func TestClassifyByStatus(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		code   string
		status int
		want   error
	}{
		{"SomethingNewException", 429, ErrTooManyRequests},
		{"SomethingNewException", 503, ErrUnavailable},
		{"SomethingNewException", 400, nil},
		{"", 429, ErrTooManyRequests},
		{"", 400, ErrUnavailable},
		{"", 0, nil},
	} {
		if got := classify(test.code, "", test.status); !errors.Is(got, test.want) {
			t.Errorf("%q with status %d: %v, want %v", test.code, test.status, got, test.want)
		}
	}
}

// TestErrorText has an Error of a fake's in each state of completeness.
func TestErrorText(t *testing.T) {
	t.Parallel()
	for want, e := range map[string]*Error{
		"cognitoauth: SignUp: user name is taken (UsernameExistsException: taken)":                    {Op: "SignUp", Code: "UsernameExistsException", Message: "taken"},
		"cognitoauth: SignUp: SomethingNewException: new":                                             {Op: "SignUp", Code: "SomethingNewException", Message: "new", StatusCode: 400},
		"cognitoauth: SignUp: Cognito could not be reached, or gave no answer that can be understood": {Op: "SignUp", StatusCode: 502},
		"cognitoauth: broken": {Message: "broken"},
	} {
		if got := e.Error(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func TestErrorLogValue(t *testing.T) {
	t.Parallel()
	cause := &awshttp.ResponseError{RequestID: "req-1", ResponseError: &smithyhttp.ResponseError{
		Response: &smithyhttp.Response{Response: &http.Response{StatusCode: 400}},
		Err:      &types.TooManyRequestsException{Message: aws.String("Rate exceeded for hunter22")},
	}}
	r := request{op: opSignUp, secrets: []string{"hunter22"}}
	for _, test := range []struct {
		name string
		err  *Error
		want string
	}{
		{
			"of AWS", r.failure(t.Context(), cause),
			`{"err":{"op":"SignUp","code":"TooManyRequestsException",` +
				`"message":"cognitoauth: SignUp: too many requests for this user pool: slow down (TooManyRequestsException: Rate exceeded for [REDACTED])",` +
				`"request_id":"req-1","status":400,"retryable":true}}`,
		},
		{
			"never sent", invalidInput(opSignUp, "Username is empty"),
			`{"err":{"op":"SignUp","code":"","message":"cognitoauth: SignUp: invalid input (Username is empty)","request_id":"","status":0,"retryable":false}}`,
		},
		{"nil", nil, `{"err":null}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
				if len(groups) == 0 && a.Key != "err" {
					return slog.Attr{} // time, level and msg
				}
				return a
			}})).Error("refused", "err", test.err)
			if got := strings.TrimSpace(log.String()); got != test.want {
				t.Errorf("logged\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

func TestWithOp(t *testing.T) {
	t.Parallel()
	wrapped := fmt.Errorf("second factor: %w", ErrCodeMismatch)
	for _, test := range []struct {
		name string
		err  error
		want string // empty: err itself
	}{
		{"nil", nil, ""},
		{"sentinel", ErrCodeMismatch, "cognitoauth: RespondToChallenge: code is wrong"},
		{"child", ErrTokenRevoked, "cognitoauth: RespondToChallenge: token has been revoked: sign in again"},
		{"wrapped sentinel", wrapped, "cognitoauth: RespondToChallenge: second factor: code is wrong"},
		{"Error", &Error{Op: "SignUp", Code: "CodeMismatchException"}, ""},
		{"wrapped Error", fmt.Errorf("x: %w", &Error{Op: "SignUp", kind: ErrCodeMismatch}), ""},
		{"nil Error", (*Error)(nil), ""},
		{"challenge", fmt.Errorf("x: %w", &ChallengeRequiredError{}), ""},
		{"context", context.Canceled, ""},
		{"another's", errors.New("boom"), ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := WithOp(opRespondToChallenge, test.err)
			if test.want == "" {
				if got != test.err { //nolint:errorlint // the very same
					t.Errorf("WithOp(%v) = %v", test.err, got)
				}
				return
			}
			if !errors.Is(got, test.err) || got.Error() != test.want {
				t.Errorf("WithOp(%v) = %v, want %s", test.err, got, test.want)
			}
			if HTTPStatus(got) != http.StatusUnauthorized {
				t.Errorf("status %d, want 401", HTTPStatus(got))
			}
		})
	}
}

func TestBroaderSentinels(t *testing.T) {
	t.Parallel()
	for child, parent := range map[string]string{
		"ErrAliasExists":       "ErrUserExists",
		"ErrPasswordHistory":   "ErrPasswordPolicy",
		"ErrTokenRevoked":      "ErrNotAuthorized",
		"ErrTokenExpired":      "ErrNotAuthorized",
		"ErrTokenInvalid":      "ErrNotAuthorized",
		"ErrClientSecret":      "ErrConfiguration",
		"ErrNoAWSCredentials":  "ErrConfiguration",
		"ErrDeviceNotFound":    "ErrNotFound",
		"ErrGroupNotFound":     "ErrNotFound",
		"ErrInsufficientScope": "ErrNotAuthorized",
	} {
		if !errors.Is(sentinels[child], sentinels[parent]) {
			t.Errorf("%s is not a %s", child, parent)
		}
		if errors.Is(sentinels[parent], sentinels[child]) {
			t.Errorf("every %s is a %s", parent, child)
		}
	}
}

// TestFailureKeepsTheAWSException: errors.As reaches it, by type and by interface.
func TestFailureKeepsTheAWSException(t *testing.T) {
	t.Parallel()
	cause := &smithy.OperationError{ServiceID: "Cognito", OperationName: "SignUp", Err: &awshttp.ResponseError{
		RequestID: "req-1",
		ResponseError: &smithyhttp.ResponseError{
			Response: &smithyhttp.Response{Response: &http.Response{StatusCode: 400}},
			Err:      &types.UsernameExistsException{Message: aws.String("User already exists")},
		},
	}}
	r := request{op: "SignUp"}
	err := error(r.failure(t.Context(), cause))

	var e *Error
	if !errors.As(err, &e) || e.Op != "SignUp" || e.Code != "UsernameExistsException" || e.Message != "User already exists" || e.RequestID != "req-1" || e.StatusCode != 400 || e.Retryable {
		t.Errorf("got %#v", e)
	}
	if _, ok := errors.AsType[*types.UsernameExistsException](err); !ok {
		t.Error("errors.As does not reach *types.UsernameExistsException")
	}
	if !errors.Is(err, ErrUserExists) {
		t.Error("not ErrUserExists")
	}
	if want := "cognitoauth: SignUp: user name is taken (UsernameExistsException: User already exists)"; err.Error() != want {
		t.Errorf("Error() = %q, want %q", err, want)
	}
}

// TestFailureBlanksSecrets: a server that quotes what it was sent, wherever it
// can, and says no end of it.
func TestFailureBlanksSecrets(t *testing.T) {
	t.Parallel()
	message := "Value 'hunter22' at 'code'\r\nforged log line" + strings.Repeat("x", 1<<20)
	reply := func(cause error) error {
		return &awshttp.ResponseError{RequestID: "hunter22", ResponseError: &smithyhttp.ResponseError{
			Response: &smithyhttp.Response{Response: &http.Response{StatusCode: 400}}, Err: cause,
		}}
	}
	for name, cause := range map[string]error{
		"typed":   &types.InvalidParameterException{Message: aws.String(message)},
		"generic": &smithy.GenericAPIError{Code: "hunter22", Message: message},
	} {
		r := request{op: "SignUp", secrets: []string{"", "hunter22"}}
		err := error(r.failure(t.Context(), reply(cause)))
		api, ok := errors.AsType[smithy.APIError](err)
		if !ok {
			t.Fatalf("%s: no smithy.APIError", name)
		}
		e, _ := errors.AsType[*Error](err)
		for _, text := range []string{err.Error(), api.ErrorMessage(), e.Code, e.RequestID, fmt.Sprintf("%+v", err), fmt.Sprintf("%#v", err)} {
			if strings.Contains(text, "hunter22") {
				t.Errorf("%s: secret in %.200q", name, text)
			}
			if len(text) > 4096 || strings.ContainsAny(text, "\r\n") {
				t.Errorf("%s: %d bytes, or more than a line: %.100q", name, len(text), text)
			}
		}
	}

	// One that a user's middleware made, and that cannot be changed.
	foreign := request{op: "SignUp", secrets: []string{"hunter22"}}
	if e := foreign.failure(t.Context(), foreignAPIError("Value 'hunter22'")); strings.Contains(e.Error(), "hunter22") || e.Code != "ForeignException" {
		t.Errorf("%+v", e)
	}

	// What people make of "hunter22" when they must change it.
	r := request{op: "ChangePassword", secrets: []string{"hunter22", "hunter22-2026", "22-2026"}}
	if got := r.blank("Value 'hunter22-2026' at 'proposedPassword' failed", 1024); strings.Contains(got, "2026") {
		t.Errorf("the end of a secret in %q", got)
	}

	malformed := &smithy.DeserializationError{Err: errors.New("x"), Snapshot: []byte("hunter22")}
	r = request{op: "SignUp"}
	if _ = r.failure(t.Context(), reply(malformed)); malformed.Snapshot != nil {
		t.Error("the reply's bytes are in the cause")
	}
}

// foreignAPIError is an exception without a Message that could be replaced.
type foreignAPIError string

func (e foreignAPIError) Error() string                 { return string(e) }
func (e foreignAPIError) ErrorMessage() string          { return string(e) }
func (e foreignAPIError) ErrorCode() string             { return "ForeignException" }
func (e foreignAPIError) ErrorFault() smithy.ErrorFault { return smithy.FaultServer }

func TestChallengeRequiredError(t *testing.T) {
	t.Parallel()
	out := &AuthenticateOutput{Challenge: newChallenge(pending{name: ChallengeSoftwareTokenMFA, session: "session-secret"})}
	tokens, err := out.RequireTokens()
	var required *ChallengeRequiredError
	if tokens != nil || !errors.As(err, &required) || !errors.Is(err, ErrChallengeRequired) {
		t.Fatalf("RequireTokens = %v, %v", tokens, err)
	}
	if required.Challenge != out.Challenge {
		t.Error("the error lost its challenge")
	}
	if !strings.Contains(err.Error(), "SOFTWARE_TOKEN_MFA") || strings.Contains(err.Error(), "session-secret") {
		t.Errorf("Error() = %q", err)
	}
	for _, empty := range []*AuthenticateOutput{nil, {}} {
		if _, err := empty.RequireTokens(); !errors.Is(err, ErrUnavailable) {
			t.Errorf("RequireTokens of nothing: %v", err)
		}
	}
}
