package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/cognitoauth/cognito-go/cognitoauth"
)

// A handler answers a request, or returns the error for which to answer.
type handler func(w http.ResponseWriter, r *http.Request) error

func (h handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), handlerTimeout)
	defer cancel()
	w.Header().Set("Cache-Control", "no-store") // RFC 6749, section 5.1: some of it is tokens
	if err := h(w, r.WithContext(ctx)); err != nil {
		writeProblem(w, r, problemOf(err), err)
	}
}

// maxBody is in bytes, and far above any request of this API.
const maxBody = 64 << 10

// fields says where to put the members of a request. All are required, and
// strings; those must be empty before.
type fields map[string]*string

// decode reads the body of a request: a JSON object of these fields, and
// nothing else.
func decode(w http.ResponseWriter, r *http.Request, want fields) error {
	if mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || mediaType != "application/json" {
		return problem{StatusCode: http.StatusUnsupportedMediaType, Message: "Content-Type must be application/json"}
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return problem{StatusCode: http.StatusRequestEntityTooLarge, Message: fmt.Sprintf("body is over %d bytes", maxBody)}
	} else if err != nil {
		return badRequest("", "body did not arrive whole")
	}
	return want.parse(body)
}

// parse goes token by token because encoding/json by itself takes "EMAIL" for
// "email", the last of two values for one name, null for nothing, and what is
// not Unicode for U+FFFD, which makes one password of many.
func (want fields) parse(body []byte) error {
	errSyntax := badRequest("", "body must be one JSON object, and nothing else")
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber() // or 1e999 would not be a number of the wrong type, but bad JSON
	if start, err := d.Token(); err != nil || start != json.Delim('{') {
		return errSyntax
	}
	for d.More() {
		key, keyErr := d.Token()
		value, valueErr := d.Token()
		if keyErr != nil || valueErr != nil {
			return errSyntax
		}
		name := fmt.Sprint(key)
		text, isString := value.(string)
		switch {
		case want[name] == nil:
			return badRequest(fmt.Sprintf("%.64s", name), "is not a field of this request")
		case *want[name] != "":
			return badRequest(name, "is there twice")
		case !isString:
			return badRequest(name, "must be a string")
		case text == "":
			return badRequest(name, "must not be empty")
		case strings.ContainsRune(text, utf8.RuneError):
			return badRequest(name, "must be Unicode text")
		}
		*want[name] = text
	}
	_, braceErr := d.Token()
	if _, endErr := d.Token(); braceErr != nil || !errors.Is(endErr, io.EOF) {
		return errSyntax
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if *want[name] == "" {
			return badRequest(name, "is missing")
		}
	}
	return nil
}

// problem is the body of every answer from 400 up, and an error that is
// answered so.
type problem struct {
	StatusCode int    `json:"statusCode"`
	Status     string `json:"error"`
	Message    string `json:"message,omitempty"`
	Field      string `json:"field,omitempty"`     // the member of the request that is at fault
	Challenge  string `json:"challenge,omitempty"` // what a sign-in still asks for
}

func (p problem) Error() string { return p.Message }

func badRequest(field, message string) problem {
	return problem{StatusCode: http.StatusBadRequest, Field: field, Message: message}
}

// hints are what is said of a status that does not say it all. Cognito's own
// words stay in here: they are for us, they change, and they tell strangers too
// much.
var hints = map[int]string{
	http.StatusBadRequest:          "a value is not acceptable: too long, perhaps, or not an e-mail address",
	http.StatusConflict:            "that is taken, or done already",
	http.StatusUnprocessableEntity: "the password is not acceptable",
	http.StatusTooManyRequests:     "too many attempts: try again in some minutes",
}

// problemOf turns an error into what may be said of it. Beyond the hint for its
// status that is only what users need in order to get on.
func problemOf(err error) problem {
	if p, ok := errors.AsType[problem](err); ok {
		return p
	}
	status := cognitoauth.HTTPStatus(err)
	p := problem{StatusCode: status, Message: hints[status]}
	if unfinished, ok := errors.AsType[*cognitoauth.ChallengeRequiredError](err); ok {
		// The password was right and is not enough, and this service has no way
		// to take the rest (a larger one would keep the challenge's State and
		// call RespondToChallenge). Not HTTPStatus's 401: the user would take
		// the right password for a wrong one, and try others until the account
		// is locked. 403 is for credentials that do not suffice (RFC 9110,
		// section 15.5.4).
		p.StatusCode, p.Challenge = http.StatusForbidden, string(unfinished.Challenge.Name())
		p.Message = "signing in takes a further step, which this service does not offer"
	} else if policy, ok := errors.AsType[*cognitoauth.PasswordPolicyError](err); ok {
		p.Message = policy.Error() // the broken rules, and nothing of the password
	} else if status == http.StatusBadRequest && (errors.Is(err, cognitoauth.ErrCodeMismatch) || errors.Is(err, cognitoauth.ErrCodeExpired)) {
		p.Field, p.Message = "code", "is wrong or too old"
	} else if errors.Is(err, cognitoauth.ErrUserNotConfirmed) {
		p.Message = "the e-mail address must be confirmed first"
	} else if errors.Is(err, cognitoauth.ErrPasswordResetRequired) {
		p.Message = "the password must be reset first"
	}
	return p
}

// writeProblem answers with p, and logs its cause if that is not the caller's
// fault: the log is where the details are, without any secret. Nor is it a
// fault of ours if the caller has gone.
func writeProblem(w http.ResponseWriter, r *http.Request, p problem, cause error) {
	if p.StatusCode >= http.StatusInternalServerError && !errors.Is(r.Context().Err(), context.Canceled) {
		slog.ErrorContext(r.Context(), "request failed", "method", r.Method, "path", r.URL.Path, "error", cause)
	}
	if p.StatusCode == http.StatusUnauthorized && w.Header().Get("WWW-Authenticate") == "" {
		w.Header().Set("WWW-Authenticate", "Bearer") // RFC 9110, section 15.5.2: a 401 names a scheme
	}
	p.Status = http.StatusText(p.StatusCode)
	_ = writeJSON(w, p.StatusCode, p) // a problem can always be marshalled
}

// writeJSON answers with body, unless that cannot be marshalled.
func writeJSON(w http.ResponseWriter, status int, body any) error {
	b, err := json.Marshal(body)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(b) // fails if the caller has gone, and then nobody is left to tell
	return nil
}

// noContent answers that all is done, unless there is an error.
func noContent(w http.ResponseWriter, err error) error {
	if err == nil {
		w.WriteHeader(http.StatusNoContent)
	}
	return err
}
