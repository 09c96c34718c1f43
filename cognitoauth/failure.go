package cognitoauth

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/cognitoauth/cognito-go/internal/redact"
)

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
		if missing, ok := errors.AsType[*missingCredentialsError](err); ok {
			e.Message += ": " + presentable(missing.reason.Error(), 1024)
		}
	case ctx.Err() != nil:
		e.kind, e.Message = ErrUnavailable, ctx.Err().Error()
		e.cause = errors.Join(ctx.Err(), err) // the HTTP client's own error may not say so
	case e.StatusCode != 0:
		e.kind, e.Message = ErrUnavailable, "the reply is not one of Cognito's"
	case errors.As(err, &unsent):
		e.kind, e.Message = ErrUnavailable, presentable(unsent.Err.Error(), 1024)
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
