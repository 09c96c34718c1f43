package jwthttp

import (
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/cognitoauth/cognito-go/jwtverify"
)

// Outcome is what a [Guard] decided about a request.
type Outcome string

// The outcomes.
const (
	Accepted  Outcome = "accepted"  // a good token
	Anonymous Outcome = "anonymous" // no token, and OptionalHandler
	Refused   Outcome = "refused"   // see Event.Code
)

// CodeRequestInvalid is the code of [ErrRequestInvalid], beside those of
// jwtverify and spelled like them; in the answer it is RFC 6750's invalid_request.
const CodeRequestInvalid jwtverify.Code = "request_invalid"

// Event describes the judgement on one request. It holds nothing of the token,
// and nothing else that the sender of the request chose freely: all but Duration
// and Err have few values, fit for a metric's labels.
type Event struct {
	Outcome Outcome
	// Use is the kind of token that was wanted.
	Use jwtverify.TokenUse
	// Code says why the request was refused: [CodeRequestInvalid], or one of
	// jwtverify's. Empty if it was not, or if a verifier other than
	// jwtverify's gave no code.
	Code jwtverify.Code
	// Status is the answer to a request that was refused.
	Status int
	// Pattern is that of the [http.ServeMux] in which the guard is; empty if
	// it is not in one.
	Pattern string
	// Duration is how long the judgement took, fetching keys included.
	Duration time.Duration
	// Err is the error, nil unless Refused.
	Err error
}

// LogValue lets slog print the event as a group.
func (e Event) LogValue() slog.Value {
	attrs := []slog.Attr{
		slog.String("outcome", string(e.Outcome)),
		slog.String("use", string(e.Use)),
	}
	if e.Pattern != "" {
		attrs = append(attrs, slog.String("pattern", e.Pattern))
	}
	if e.Outcome == Refused {
		attrs = append(attrs,
			slog.Int("status", e.Status),
			slog.String("code", string(e.Code)),
			slog.Any("error", e.Err),
		)
	}
	return slog.GroupValue(append(attrs, slog.Duration("duration", e.Duration))...)
}

func (g *Guard) event(r *http.Request, claims any, err error, took time.Duration) Event {
	e := Event{Outcome: Accepted, Use: g.use, Pattern: r.Pattern, Duration: took, Err: err}
	switch {
	case err != nil:
		e.Outcome = Refused
		e.Status = g.Denial(err).Status
		if verification, ok := errors.AsType[*jwtverify.Error](err); ok {
			e.Code = verification.Code
		} else if errors.Is(err, ErrRequestInvalid) {
			e.Code = CodeRequestInvalid
		}
	case claims == nil:
		e.Outcome = Anonymous
	}
	return e
}
