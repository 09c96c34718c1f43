package jwtverifytest

import (
	"net/http"
	"net/http/httptest"
	"strings"
)

// Outage is a way in which a key server fails.
type Outage int

// How the key server answers.
const (
	// Up: with the keys.
	Up Outage = iota
	// Failing: 503.
	Failing
	// Hanging: not at all, until whoever asks gives up or the outage changes.
	Hanging
	// Refusing: 403, as Cognito does where there is no such pool.
	Refusing
	// HTML: 200 with a web page, as captive portals do.
	HTML
	// EmptySet: 200 with a key set that has no keys.
	EmptySet
	// Truncated: 200 with the first half of the key set.
	Truncated
	// Redirecting: 302 to another address of the same server, where the keys
	// are.
	Redirecting
)

const elsewhere = "/elsewhere"

const jwksPath = "/.well-known/jwks.json"

// inProcessURL is where the keys are for a verifier whose issuer is not a URL
// that the keys' could follow from. The name cannot exist (RFC 6761 section
// 6.4), so a client other than ours reaches nobody.
const inProcessURL = "https://jwtverifytest.invalid" + jwksPath

// Break makes the key server fail in the given way until the next call;
// Break([Up]) repairs it. Requests that hang are then answered.
func (i *Issuer) Break(o Outage) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.outage = o
	close(i.outageEnd)
	i.outageEnd = make(chan struct{})
}

// Fetches returns how often the keys were asked for, successfully or not.
func (i *Issuer) Fetches() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.fetches
}

// Serve puts the key server on a free loopback port and returns the URL of the
// keys: for a service that is not in this process, or any other verifier. From
// then on [Issuer.Config] uses it too. Call [Issuer.Close] when done.
func (i *Issuer) Serve() (jwksURL string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.server == nil {
		i.server = httptest.NewServer(i)
	}
	return i.server.URL + i.jwksPath()
}

// Close stops what [Issuer.Serve] started. It may be called more than once, and
// the issuer goes on without a port.
func (i *Issuer) Close() {
	i.mu.Lock()
	server := i.server
	i.server = nil
	i.mu.Unlock()
	if server != nil {
		server.CloseClientConnections() // those that hang, too
		server.Close()
	}
}

// ServeHTTP answers every path that ends in /.well-known/jwks.json with the
// keys, or as [Issuer.Break] says.
func (i *Issuer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !strings.HasSuffix(r.URL.Path, jwksPath) {
		http.NotFound(w, r)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
		return
	}
	i.mu.Lock()
	i.fetches++
	outage, end := i.outage, i.outageEnd
	i.mu.Unlock()
	for outage == Hanging {
		select {
		case <-r.Context().Done():
			return
		case <-end:
		}
		i.mu.Lock()
		outage, end = i.outage, i.outageEnd
		i.mu.Unlock()
	}
	if outage == Redirecting && strings.HasPrefix(r.URL.Path, elsewhere) {
		outage = Up
	}
	i.answer(w, r, outage)
}

func (i *Issuer) answer(w http.ResponseWriter, r *http.Request, outage Outage) {
	status, contentType := http.StatusOK, "application/json"
	body := i.JWKS()
	switch outage {
	case Failing:
		status, body = http.StatusServiceUnavailable, []byte(`{"message":"Service Unavailable"}`)
	case Refusing:
		status, body = http.StatusForbidden, []byte(`{"message":"Forbidden"}`)
	case HTML:
		contentType, body = "text/html", []byte("<!DOCTYPE html><title>Sign in to the Wi-Fi</title>")
	case EmptySet:
		body = []byte(`{"keys":[]}`)
	case Truncated:
		body = body[:len(body)/2]
	case Redirecting:
		http.Redirect(w, r, elsewhere+jwksPath, http.StatusFound)
		return
	}
	w.Header().Set("Content-Type", contentType)
	if outage == Up {
		// Cognito lets its keys be kept for a day.
		w.Header().Set("Cache-Control", "public, max-age=86400")
	}
	w.WriteHeader(status)
	_, _ = w.Write(body) // whoever asked may be gone
}

func (i *Issuer) jwksPath() string { return "/" + i.poolID + jwksPath }

// inProcess is the way to an issuer's key server that uses no network.
type inProcess struct{ issuer *Issuer }

// RoundTrip answers for the issuer's address of keys as ServeHTTP does, and
// for any other with 403: as Cognito does for the form of issuer that a pool
// does not have.
func (t inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	rec := httptest.NewRecorder()
	if url := r.URL.String(); url == t.issuer.issuer+jwksPath || url == inProcessURL {
		t.issuer.ServeHTTP(rec, r)
	} else {
		rec.WriteHeader(http.StatusForbidden)
	}
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	res := rec.Result()
	res.Request = r
	return res, nil
}
