package jwtverify

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/cognitoauth/cognito-go/internal/jws"
)

// Limits of one fetch. Cognito answers within a fraction of a second.
const (
	fetchTimeout   = 5 * time.Second
	headerTimeout  = 3 * time.Second
	connectTimeout = 2 * time.Second
)

// Bounds of how long a key set is used before it is fetched again, and what
// holds where the answer does not say. Cognito announces a new key long
// before it signs with it; the bounds are for whoever rotates in a hurry.
const (
	minFresh     = 5 * time.Minute
	defaultFresh = 15 * time.Minute
	maxFresh     = time.Hour
)

// newHTTPClient prepares the client that fetches key sets.
func newHTTPClient(given *http.Client) *http.Client {
	var client http.Client
	if given != nil {
		client = *given
	} else {
		client.Transport = &http.Transport{
			Proxy:                  http.ProxyFromEnvironment,
			DialContext:            (&net.Dialer{Timeout: connectTimeout}).DialContext,
			TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
			TLSHandshakeTimeout:    connectTimeout,
			ResponseHeaderTimeout:  headerTimeout,
			MaxResponseHeaderBytes: 64 << 10,
			ForceAttemptHTTP2:      true,
			// One request every few minutes is not worth a connection, nor
			// the goroutines that would wait on it.
			DisableKeepAlives: true,
		}
	}
	// Keys come from the configured address or not at all: a redirect is
	// how an open redirector, or a captive portal, would supply its own.
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &client
}

// statusError is an answer other than 200.
type statusError int

func (e statusError) Error() string {
	return "the key server answered with status " + strconv.Itoa(int(e))
}

// refusal reports whether err says that there is no key set at the address, as
// opposed to not now. Cognito answers 403 for an issuer form a pool does not
// have (aws-jwt-verify issue 279).
func refusal(err error) bool {
	var status statusError
	return errors.As(err, &status) && (status == http.StatusForbidden || status == http.StatusNotFound)
}

// fetchKeySet gets and reads a key set, and says how long it is fresh.
//
// The content type is not looked at: key sets are served from S3 and CDNs as
// text and octets, and a page of HTML is not JSON.
func fetchKeySet(ctx context.Context, client *http.Client, url string) (*KeySet, time.Duration, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, 0, err
	}
	req.Header.Set("Accept", "application/json")
	req.Close = true // leave no idle connection in a client that is not ours
	res, err := client.Do(req)
	if err != nil {
		return nil, 0, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, 0, statusError(res.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, jws.MaxKeySetSize+1))
	if err != nil {
		return nil, 0, fmt.Errorf("read the key set: %w", err)
	}
	set, err := ParseKeySet(body)
	if err != nil {
		return nil, 0, err
	}
	return set, freshness(res.Header), nil
}

// freshness is how long an answer may be used before it is due again: its
// max-age (RFC 9111 section 5.2.2.1) within our bounds.
func freshness(h http.Header) time.Duration {
	for _, line := range h.Values("Cache-Control") {
		for directive := range strings.SplitSeq(line, ",") {
			name, value, _ := strings.Cut(strings.TrimSpace(directive), "=")
			switch strings.ToLower(name) {
			case "no-store", "no-cache":
				return minFresh
			case "max-age":
				seconds, err := strconv.ParseUint(strings.Trim(value, `"`), 10, 31)
				switch {
				case errors.Is(err, strconv.ErrRange):
					return maxFresh // RFC 9111 section 1.2.2: as good as for ever
				case err != nil:
					return minFresh // section 4.2.1: invalid is stale
				}
				return min(max(minFresh, time.Duration(seconds)*time.Second), maxFresh)
			}
		}
	}
	return defaultFresh
}
