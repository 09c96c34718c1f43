package jwtgrpc

import (
	"errors"
	"net/http"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/cognitoauth/cognito-go/jwtverify"
	"github.com/cognitoauth/cognito-go/jwtverify/jwthttp"
)

// refusalError is what the client gets to see, over why.
type refusalError struct {
	status *status.Status
	cause  error
}

// Error says what the client is told: gRPC sends it on if somebody wraps it.
func (e *refusalError) Error() string { return e.status.Err().Error() }

// GRPCStatus is the status that gRPC sends.
func (e *refusalError) GRPCStatus() *status.Status { return e.status }

func (e *refusalError) Unwrap() error { return e.cause }

func refusal(d jwthttp.Denial) error {
	code, message := codes.Unauthenticated, "the token is not valid"
	switch {
	case d.Status == http.StatusForbidden:
		code, message = codes.PermissionDenied, "the token does not allow this"
	case d.Status == http.StatusServiceUnavailable:
		code, message = codes.Unavailable, "tokens cannot be verified at the moment"
	case d.Status == http.StatusBadRequest:
		message = "the authorization metadata is malformed"
	case errors.Is(d.Err, jwtverify.ErrTokenMissing):
		message = "a token is required"
	case errors.Is(d.Err, jwtverify.ErrTokenExpired):
		// The one fault that a client can mend by itself, and is told about.
		message = "the token has expired"
	}
	s := status.New(code, message)
	if d.RetryAfter > 0 {
		detailed, err := s.WithDetails(&errdetails.RetryInfo{RetryDelay: durationpb.New(d.RetryAfter)})
		if err == nil { // without it, clients choose the delay themselves
			s = detailed
		}
	}
	return &refusalError{status: s, cause: d.Err}
}
