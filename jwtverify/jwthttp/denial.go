package jwthttp

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/cognitoauth/cognito-go/jwtverify"
)

// Denial is the answer to a request that is refused.
type Denial struct {
	// Status is 400, 401, 403 or 503.
	Status int
	// Challenge is WWW-Authenticate (RFC 6750 section 3); empty for 503.
	Challenge string
	// RetryAfter, for 503, is when to try again, in whole seconds.
	RetryAfter time.Duration
	// Err is why. It is for logs: what it says is of no concern to whoever
	// sent the request.
	Err error
}

// Denial returns the answer to an error of [Guard.Check] or
// [Guard.Authenticate].
func (g *Guard) Denial(err error) Denial {
	d := Denial{Err: err}
	verification, _ := errors.AsType[*jwtverify.Error](err)
	switch {
	case errors.Is(err, jwtverify.ErrKeysUnavailable):
		d.Status = http.StatusServiceUnavailable
		d.RetryAfter = time.Second
		if verification != nil {
			d.RetryAfter = max(d.RetryAfter, (verification.RetryAfter + time.Second - 1).Truncate(time.Second))
		}
	case errors.Is(err, jwtverify.ErrForbidden):
		// RFC 6750 has one word for privileges, scopes or not.
		d.Status = http.StatusForbidden
		d.Challenge = g.challenges.insufficientScope
		if verification != nil && verification.Code == jwtverify.CodeInsufficientScope {
			d.Challenge += scopeParameter(verification.Required)
		}
	case errors.Is(err, ErrRequestInvalid):
		d.Status = http.StatusBadRequest
		d.Challenge = g.challenges.invalidRequest
		if request, ok := errors.AsType[requestError](err); ok {
			d.Challenge += `, error_description="` + string(request) + `"`
		}
	default:
		d.Status = http.StatusUnauthorized
		d.Challenge = g.challenges.unauthorized(err)
	}
	return d
}

// Deny answers a request that [Guard.Check] or [Guard.Authenticate] refused with
// err, as Handler would.
func (g *Guard) Deny(w http.ResponseWriter, r *http.Request, err error) {
	d := g.Denial(err)
	h := w.Header()
	// Nothing says that the next request will fare the same, and some caches
	// keep a 403 or 503 by default (CloudFront for ten seconds).
	h.Set("Cache-Control", "no-store")
	if d.Challenge != "" {
		h.Set("WWW-Authenticate", d.Challenge)
	}
	if d.RetryAfter > 0 {
		h.Set("Retry-After", strconv.FormatInt(int64(d.RetryAfter/time.Second), 10))
	}
	if g.deny != nil {
		dw := &denialWriter{ResponseWriter: w, status: d.Status}
		g.deny(dw, r, d)
		if dw.wrote {
			return
		}
	}
	http.Error(w, http.StatusText(d.Status), d.Status)
}

// denialWriter sees to it that a refusal does not go out as a 200, whatever
// Options.Deny forgets. It embeds no more than the three methods: a Flusher,
// for one, would send a status behind its back.
type denialWriter struct {
	http.ResponseWriter
	status int
	wrote  bool
}

func (w *denialWriter) WriteHeader(status int) {
	w.wrote = w.wrote || status >= http.StatusOK // not 1xx, which come before
	w.ResponseWriter.WriteHeader(status)
}

func (w *denialWriter) Write(b []byte) (int, error) {
	if !w.wrote {
		w.WriteHeader(w.status)
	}
	return w.ResponseWriter.Write(b)
}

// challenges are the values of WWW-Authenticate, apart from what varies.
type challenges struct {
	none, invalidRequest, invalidToken, expired, authTooOld, insufficientScope string
}

func newChallenges(realm, resourceMetadata string) challenges {
	none := bearer + ` realm="` + realm + `"`
	if resourceMetadata != "" {
		none += `, resource_metadata="` + resourceMetadata + `"`
	}
	return challenges{
		// RFC 6750 section 3.1: no error code where no token was sent.
		none:           none,
		invalidRequest: none + `, error="invalid_request"`,
		invalidToken:   none + `, error="invalid_token"`,
		// The one fault that a client can mend by itself, and is told about.
		expired: none + `, error="invalid_token", error_description="The token has expired"`,
		// RFC 9470 section 3: the user must sign in again; a refresh is no use.
		authTooOld:        none + `, error="insufficient_user_authentication", error_description="A more recent sign-in is required"`,
		insufficientScope: none + `, error="insufficient_scope"`,
	}
}

func (c *challenges) unauthorized(err error) string {
	switch {
	case errors.Is(err, jwtverify.ErrTokenMissing):
		return c.none
	case errors.Is(err, jwtverify.ErrTokenExpired):
		return c.expired
	case errors.Is(err, jwtverify.ErrAuthTooOld):
		return c.authTooOld
	}
	return c.invalidToken
}

// scopeParameter names the scopes of which one or all are missing (RFC 6750
// section 3). It is empty if any could not be written in it.
func scopeParameter(scopes []string) string {
	for _, scope := range scopes {
		if scope == "" || strings.ContainsRune(scope, ' ') || !quotable(scope) {
			return ""
		}
	}
	if len(scopes) == 0 {
		return ""
	}
	return `, scope="` + strings.Join(scopes, " ") + `"`
}

// quotable reports whether s can stand in a quoted parameter of a challenge as
// it is: RFC 6750 section 3 has printable ASCII but quotes and backslashes.
func quotable(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}
