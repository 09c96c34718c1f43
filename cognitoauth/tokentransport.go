package cognitoauth

import (
	"errors"
	"net/http"
)

// TokenTransport is an [http.RoundTripper] that puts a user's access token on
// every request (RFC 6750, section 2.1). A request that has an Authorization
// header of its own is passed on as it is.
//
// The token goes over https only, or to this machine, and never along a
// redirect to another host: requests that would leak it fail.
type TokenTransport struct {
	// Source keeps the tokens fresh. Required.
	Source *TokenSource

	// Base sends the requests. Nil: [http.DefaultTransport].
	Base http.RoundTripper

	// IDToken sends the ID token in place of the access token.
	IDToken bool

	// InsecureHTTP permits plain http to other machines, where the token can be
	// read on the way.
	InsecureHTTP bool
}

// RoundTrip implements [http.RoundTripper].
func (t *TokenTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	base := t.Base
	if base == nil {
		base = http.DefaultTransport //nolint:forbidigo // the documented default, as http.Client has it
	}
	if req.Header.Get("Authorization") != "" {
		return base.RoundTrip(req)
	}
	token, err := t.token(req)
	if err != nil {
		if req.Body != nil {
			_ = req.Body.Close() // a RoundTripper must, even on errors
		}
		return nil, err
	}
	// A RoundTripper must not change the request it is given.
	clone := req.Clone(req.Context())
	clone.Header.Set("Authorization", "Bearer "+token)
	return base.RoundTrip(clone)
}

func (t *TokenTransport) token(req *http.Request) (string, error) {
	switch {
	case t.Source == nil:
		return "", errors.New("cognitoauth: TokenTransport.Source is nil")
	case req.URL.Scheme != "https" && !t.InsecureHTTP && !isLoopback(req.URL.Hostname()):
		return "", errors.New("cognitoauth: a token does not go over plain http: use https, or set TokenTransport.InsecureHTTP")
	case req.Response != nil && req.Response.Request != nil && req.Response.Request.URL.Host != req.URL.Host:
		return "", errors.New("cognitoauth: a token does not follow a redirect to another host")
	}
	tokens, err := t.Source.Token(req.Context())
	if err != nil {
		return "", err
	}
	token := tokens.AccessToken
	if t.IDToken {
		token = tokens.IDToken
	}
	if token == "" {
		return "", errors.New("cognitoauth: the session has no such token to send")
	}
	return token, nil
}
