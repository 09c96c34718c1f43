package jwthttp

import (
	"errors"
	"net/http"
	"net/textproto"
	"strings"
	"unicode/utf8"
)

// Source finds the token in a request. It returns "" if there is none, and an
// error if what is there cannot be a token, or leaves doubt which one is meant.
// An error that matches [ErrRequestInvalid] is answered with 400, another with
// 401. A Source must not put any part of the token into its error.
type Source func(r *http.Request) (token string, err error)

// Authorization is the token of a Bearer Authorization header (RFC 6750 section
// 2.1). Another scheme's header counts as none. What is not a scheme and its
// credentials is refused, and so is what holds two schemes of which one is
// Bearer, or a second header, whatever its scheme.
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

// Cookie is the token in the cookie of the given name, and nothing else in it,
// not even quotes. A second cookie of that name is refused, whatever it holds.
// Browsers send cookies unasked: a service that takes them must also refuse
// what other sites make a browser send, as [http.CrossOriginProtection]
// does.
func Cookie(name string) Source {
	return func(r *http.Request) (string, error) {
		// Whoever controls a sibling domain can add a cookie of this name, and
		// nothing tells which is ours (RFC 6265 section 8.6). Not
		// r.CookiesNamed: it leaves out those that are malformed, and with them
		// the doubt.
		found, value := 0, ""
		for _, line := range r.Header["Cookie"] {
			for line != "" {
				var pair string
				pair, line, _ = strings.Cut(line, ";")
				if n, v, _ := strings.Cut(textproto.TrimString(pair), "="); textproto.TrimString(n) == name {
					found, value = found+1, v
				}
			}
		}
		switch {
		case found > 1:
			return "", requestError("the cookie is sent more than once")
		case strings.IndexFunc(value, notCookieOctet) >= 0:
			return "", requestError("the cookie is malformed")
		}
		return value, nil
	}
}

// notCookieOctet reports whether c cannot be in a cookie's value (RFC 6265
// section 4.1.1). Quotes around a value belong to it, and to no token.
func notCookieOctet(c rune) bool {
	return c <= ' ' || c > '~' || c == '"' || c == ',' || c == ';' || c == '\\'
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
// not Bearer. RFC 9110 section 11.4: a scheme, which is case-insensitive, and
// after a space its credentials. RFC 6750 section 2.1: spaces, and then the
// token, which has none. What may have been meant as a Bearer token does not
// count as none: whoever sends it would be taken for nobody.
func parseAuthorization(value string) (string, error) {
	scheme, rest, spaced := strings.Cut(value, " ")
	switch {
	case strings.EqualFold(scheme, bearer):
		return parseBearer(rest)
	case scheme == "" || strings.IndexFunc(scheme, notTokenChar) >= 0 || hasBearerPrefix(scheme):
		return "", requestError("Authorization has no scheme")
	case !spaced:
		// A scheme's name or a token by itself; nothing tells which.
		return "", requestError("Authorization is not a scheme and credentials")
	case containsBearer(rest):
		return "", requestError("Authorization has more than one scheme")
	}
	return "", nil
}

func parseBearer(rest string) (string, error) {
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

// containsBearer reports whether the credentials of another scheme hide a
// second scheme, ours. It is none within a word (RFC 9110's token and token68
// alike), nor at the start of a quoted parameter.
func containsBearer(rest string) bool {
	before := byte(' ')
	for i := range len(rest) {
		c := rest[i]
		if c|0x20 == 'b' && hasBearerPrefix(rest[i:]) && notTokenChar(rune(before)) && strings.IndexByte(`/="`, before) < 0 {
			return true
		}
		before = c
	}
	return false
}

func hasBearerPrefix(s string) bool {
	return len(s) >= len(bearer) && strings.EqualFold(s[:len(bearer)], bearer)
}

// notTokenChar reports whether c cannot be part of a token in the sense of RFC
// 9110 section 5.6.2, as the name of a scheme is.
func notTokenChar(c rune) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		return false
	}
	return c >= utf8.RuneSelf || !strings.ContainsRune("!#$%&'*+-.^_`|~", c)
}
