package cognitotest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// A Server is a user pool that listens on a port of this machine. Its methods
// may be called from many goroutines at once.
type Server struct {
	pool     *pool
	url      string
	listener net.Listener
	http     *http.Server
	log      requestLog
	faults   faults

	closeOnce sync.Once
	closed    chan struct{}
}

// NewServer starts a user pool. Like [net/http/httptest.NewServer] it panics
// if it cannot listen, and also if cfg makes no sense; [Listen] returns an
// error instead. Call [Server.Close] when done.
func NewServer(cfg Config) *Server {
	s, err := Listen(cfg)
	if err != nil {
		panic(err)
	}
	return s
}

// Listen starts a user pool. The error names everything that is wrong with
// cfg.
func Listen(cfg Config) (*Server, error) {
	random := newRandom(cfg.Seed)
	saved, err := cfg.readState()
	if err != nil {
		return nil, err
	}
	cfg, err = cfg.resolve(random)
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", cfg.Addr)
	if err != nil {
		return nil, fmt.Errorf("cognitotest: %w", err)
	}
	s := &Server{
		url:      "http://" + listener.Addr().String(),
		listener: listener,
		closed:   make(chan struct{}),
	}
	if s.pool, err = newPool(cfg, random, s.url, saved); err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	s.http = &http.Server{
		Handler:           s,
		ReadHeaderTimeout: 10 * time.Second,
		// Clients that hang up are what some tests are about.
		ErrorLog: log.New(io.Discard, "", 0),
	}
	go func() {
		// It returns when Close closes the listener.
		_ = s.http.Serve(listener)
	}()
	return s, nil
}

// TB is the part of [testing.TB] that this package uses.
type TB interface {
	Helper()
	Cleanup(f func())
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// NewTestServer starts a user pool that closes when the test ends. It fails
// the test if it cannot.
func NewTestServer(tb TB, cfg Config) *Server {
	tb.Helper()
	s, err := Listen(cfg)
	if err != nil {
		tb.Fatalf("%v", err)
		return nil
	}
	tb.Cleanup(s.Close)
	return s
}

// Close stops the server and closes every connection. Calls that are hung by a
// fault end. It may be called more than once.
func (s *Server) Close() {
	s.closeOnce.Do(func() {
		close(s.closed)
		// Closing a listener and idle sockets; there is nothing to do about a
		// failure.
		_ = s.http.Close()
	})
}

// Shutdown stops the server when the requests that have begun are answered, or
// when ctx ends.
func (s *Server) Shutdown(ctx context.Context) error {
	defer s.Close()
	return s.http.Shutdown(ctx)
}

// URL returns the address of the server, such as "http://127.0.0.1:41234": the
// endpoint for any Cognito client.
func (s *Server) URL() string { return s.url }

// UserPoolID returns the ID of the pool.
func (s *Server) UserPoolID() string { return s.pool.id }

// ClientID returns the ID of the first app client, the one of Config.Client.
func (s *Server) ClientID() string { return s.pool.cfg.Client.ID }

// Issuer returns the iss claim of the pool's tokens.
func (s *Server) Issuer() string { return s.pool.issuer }

// JWKSURL returns the address of the pool's public keys.
func (s *Server) JWKSURL() string { return s.url + "/" + s.pool.id + jwksPath }

// Now returns the pool's time.
func (s *Server) Now() time.Time { return s.pool.now() }

// Advance moves the pool's clock. Codes, sessions and tokens expire by it; the
// verifier and the clients that the server hands out go by it too.
func (s *Server) Advance(d time.Duration) { s.pool.clock.advance(d) }

// Credentials returns the AWS credentials that sign admin operations.
func (s *Server) Credentials() aws.Credentials { return s.pool.cfg.Credentials }

// AWSConfig returns a configuration for the AWS SDK: the pool's Region, the
// server's URL as the endpoint, and the credentials that sign admin
// operations.
func (s *Server) AWSConfig() aws.Config {
	credentials := s.Credentials()
	return aws.Config{
		Region:       s.pool.region,
		BaseEndpoint: aws.String(s.url),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return credentials, nil
		}),
	}
}

// ServeHTTP answers Cognito's API by POST, and the pool's public documents by
// GET. It lets a Server be mounted in another server, or behind an in-memory
// transport.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// Browsers reach Cognito from any origin, so they reach this too.
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Access-Control-Expose-Headers", "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date")
	switch r.Method {
	case http.MethodPost:
		s.serveAPI(w, r)
	case http.MethodOptions:
		h.Set("Access-Control-Allow-Headers", "*, Authorization, Cache-Control, Content-Type, X-Amz-Target, X-Amz-User-Agent, X-Amz-Date, X-Amz-Security-Token, X-Amz-Content-Sha256, Amz-Sdk-Request, Amz-Sdk-Invocation-Id")
		h.Set("Access-Control-Allow-Methods", "POST, GET, HEAD")
		h.Set("Access-Control-Max-Age", "172800")
		w.WriteHeader(http.StatusOK)
	case http.MethodGet, http.MethodHead:
		s.serveDocument(w, r)
	default:
		h.Set("Allow", "GET, HEAD, OPTIONS, POST")
		http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
	}
}

// remoteIP is the caller's address without its port.
func remoteIP(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return strings.Trim(host, "[]")
}
