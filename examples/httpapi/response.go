package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"

	"github.com/cognitoauth/cognito-go/cognitoauth"
	"github.com/cognitoauth/cognito-go/jwtverify/jwthttp"
)

// problem is the body of every answer from 400 up, and an error that is
// answered so.
type problem struct {
	StatusCode int    `json:"statusCode"`
	Status     string `json:"error"`
	Message    string `json:"message,omitempty"`
	Field      string `json:"field,omitempty"`     // the member of the request that is at fault
	Challenge  string `json:"challenge,omitempty"` // what a sign-in still asks for
}

// newProblem takes the public text of the status if there is no message.
func newProblem(status int, field, message string) *problem {
	if message == "" {
		message = publicText[status]
	}
	return &problem{StatusCode: status, Status: http.StatusText(status), Field: field, Message: message}
}

func badRequest(field, message string) *problem {
	return newProblem(http.StatusBadRequest, field, message)
}

func (p *problem) Error() string { return p.Message }

// publicText is what is said of a status. Cognito's own words stay in here: they
// are for us, they change, and they tell strangers too much. A 401 has no text.
var publicText = map[int]string{
	http.StatusBadRequest:          "something in the request is not acceptable",
	http.StatusForbidden:           "that is not allowed",
	http.StatusNotFound:            "there is no such thing",
	http.StatusMethodNotAllowed:    "that takes another method: see Allow",
	http.StatusConflict:            "that is taken, or done already",
	http.StatusUnprocessableEntity: "the password is not acceptable",
	http.StatusTooManyRequests:     "too many attempts: try again in some minutes",
	http.StatusInternalServerError: "something went wrong on our side",
	http.StatusServiceUnavailable:  "the service is not available now: try again soon",
}

// problemOf turns an error into what may be said of it. Beyond the text of its
// status that is only what users need in order to get on.
func problemOf(err error) *problem {
	status := cognitoauth.HTTPStatus(err)
	if p, ok := errors.AsType[*problem](err); ok {
		return p
	}
	if unfinished, ok := errors.AsType[*cognitoauth.ChallengeRequiredError](err); ok {
		// The password was right and is not enough, and this service has no way
		// to take the rest (a larger one would keep the challenge's State and
		// call RespondToChallenge). Not HTTPStatus's 401: the user would type
		// the right password again until the account is locked. 403 is for
		// credentials that do not suffice (RFC 9110, section 15.5.4).
		p := newProblem(http.StatusForbidden, "", "signing in takes a further step, which this service does not offer")
		p.Challenge = string(unfinished.Challenge.Name())
		return p
	}
	if policy, ok := errors.AsType[*cognitoauth.PasswordPolicyError](err); ok {
		return newProblem(status, "", policy.Error()) // the broken rules, and nothing of the password
	}
	switch {
	case status == http.StatusUnauthorized:
		return newProblem(status, "", "")
	case errors.Is(err, cognitoauth.ErrCodeMismatch), errors.Is(err, cognitoauth.ErrCodeExpired):
		return newProblem(status, "code", "is wrong or too old")
	case errors.Is(err, cognitoauth.ErrUserNotConfirmed):
		return newProblem(status, "", "the e-mail address must be confirmed first")
	case errors.Is(err, cognitoauth.ErrPasswordResetRequired):
		return newProblem(status, "", "the password must be reset first")
	default:
		return newProblem(status, "", "")
	}
}

// writeError answers for an error.
func writeError(w http.ResponseWriter, r *http.Request, err error) {
	writeProblem(w, r, problemOf(err), err)
}

// deny answers for the guard.
func deny(w http.ResponseWriter, r *http.Request, d jwthttp.Denial) {
	writeProblem(w, r, newProblem(d.Status, "", ""), d.Err)
}

// writeProblem answers with p, and logs its cause if that is not the caller's
// fault: the log is where the details are, without any secret. Nor is it a
// fault of ours if the caller has gone.
func writeProblem(w http.ResponseWriter, r *http.Request, p *problem, cause error) {
	if p.StatusCode >= http.StatusInternalServerError && !errors.Is(r.Context().Err(), context.Canceled) {
		slog.ErrorContext(r.Context(), "request failed", "method", r.Method, "path", r.URL.Path, "error", cause)
	}
	if p.StatusCode == http.StatusUnauthorized && w.Header().Get("WWW-Authenticate") == "" {
		w.Header().Set("WWW-Authenticate", "Bearer") // RFC 9110, section 15.5.2: a 401 names a scheme
	}
	writeJSON(w, p.StatusCode, p)
}

func notFound(w http.ResponseWriter, r *http.Request) {
	writeError(w, r, newProblem(http.StatusNotFound, "", ""))
}

func methodNotAllowed(allowed string) http.HandlerFunc {
	if allowed == http.MethodGet {
		allowed = "GET, HEAD" // ServeMux takes both for GET
	}
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Allow", allowed)
		writeError(w, r, newProblem(http.StatusMethodNotAllowed, "", ""))
	}
}

// writeJSON answers with body; nil is no body.
func writeJSON(w http.ResponseWriter, status int, body any) {
	h := w.Header()
	h.Set("Cache-Control", "no-store") // RFC 6749, section 5.1: some of it is tokens
	h.Set("X-Content-Type-Options", "nosniff")
	if body == nil {
		w.WriteHeader(status)
		return
	}
	b, err := json.Marshal(body)
	if err != nil {
		panic(err) // nothing is written here that cannot be marshalled
	}
	h.Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(b) // fails if the caller has gone, and then nobody is left to tell
}
