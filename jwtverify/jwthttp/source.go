package jwthttp

import (
	"errors"
	"net/http"
	"net/textproto"
	"strings"
)

// Source finds the token in a request. It returns "" if there is none, and an
// error if what is there cannot be a token, or leaves doubt which one is meant.
// An error that matches [ErrRequestInvalid] is answered with 400, another with
// 401. A Source must not put any part of the token into its error.
type Source func(r *http.Request) (token string, err error)

// Authorization is the token of a Bearer Authorization header (RFC 6750 section
// 2.1). Another scheme's header counts as none; a second header, whatever its
// scheme, is refused.
func Authorization() Source {
	return func(r *http.Request) (string, error) {
		values := r.Header["Authorization"]
		switch len(values) {
		case 0:
			return "", nil
		case 1:
			return parseAuthorization(values[0])
		}
		return "", requestError("Authorization is sent more than once")
	}
}

// Cookie is the token in the cookie of the given name, and nothing else in it.
// Browsers send cookies unasked: a service that takes them must also refuse
// what other sites make a browser send, as [http.CrossOriginProtection]
// does.
func Cookie(name string) Source {
	return func(r *http.Request) (string, error) {
		// Whoever controls a sibling domain can add a cookie of this name, and
		// nothing tells which is ours (RFC 6265 section 8.6).
		cookies := r.CookiesNamed(name)
		switch len(cookies) {
		case 0:
			return "", nil
		case 1:
			return cookies[0].Value, nil
		}
		return "", requestError("the cookie is sent more than once")
	}
}

// Header is the token in the header of the given name, and nothing else in it:
// no scheme before it.
func Header(name string) Source {
	name = textproto.CanonicalMIMEHeaderKey(name)
	return func(r *http.Request) (string, error) {
		values := r.Header[name]
		switch len(values) {
		case 0:
			return "", nil
		case 1:
			return values[0], nil
		}
		return "", requestError("the header is sent more than once")
	}
}

// ErrRequestInvalid: the request does not say what its token is (RFC 6750
// section 3.1, invalid_request). Answer 400.
var ErrRequestInvalid = errors.New("jwthttp: request is malformed")

// requestError says what is malformed, in fixed words.
type requestError string

func (e requestError) Error() string { return ErrRequestInvalid.Error() + ": " + string(e) }

func (e requestError) Unwrap() error { return ErrRequestInvalid }

// token returns the request's one token, "" if there is none.
func (g *Guard) token(r *http.Request) (string, error) {
	if len(g.sources) == 1 {
		return g.sources[0](r)
	}
	found := ""
	for _, source := range g.sources {
		token, err := source(r)
		switch {
		case err != nil:
			return "", err
		case token == "":
		case found != "":
			return "", requestError("a token is sent in more than one place")
		default:
			found = token
		}
	}
	return found, nil
}

const bearer = "Bearer"

// maxScan is how much of a token is searched for what does not belong there.
// No verifier takes a longer one, and ours refuses it unread.
const maxScan = 16 << 10

// parseAuthorization returns the token of a header's value, "" if its scheme is
// not Bearer. RFC 9110 section 11.1: the scheme is case-insensitive. RFC
// 6750 section 2.1: spaces, and then the token, which has none.
func parseAuthorization(value string) (string, error) {
	scheme, rest := value, ""
	if end := strings.IndexAny(value[:min(len(value), len(bearer)+1)], " \t"); end >= 0 {
		scheme, rest = value[:end], value[end:]
	}
	switch {
	case scheme == "":
		return "", requestError("Authorization has no scheme")
	case !strings.EqualFold(scheme, bearer):
		return "", nil
	}
	token := strings.TrimLeft(rest, " ")
	if token == "" {
		return "", requestError("Authorization has no token")
	}
	searched := token[:min(len(token), maxScan)]
	if strings.IndexByte(searched, ' ') >= 0 || strings.IndexByte(searched, '\t') >= 0 {
		return "", requestError("Authorization has more than a scheme and a token")
	}
	return token, nil
}
