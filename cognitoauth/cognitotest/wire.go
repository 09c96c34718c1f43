package cognitotest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	// maxBody bounds a request. Cognito's own requests stay far below it.
	maxBody = 1 << 20

	// targetPrefix is the service in X-Amz-Target, fixed by the API model.
	targetPrefix = "AWSCognitoIdentityProviderService."

	contentType = "application/x-amz-json-1.1"
)

// A call is one request on its way through the pool.
type call struct {
	ctx    context.Context //nolint:containedctx // a call is the parameters of one request, and ends with it
	op     string
	now    time.Time
	remote string // the caller's IP address
	agent  string // its User-Agent, which Cognito hands to triggers
}

// access says what an operation asks of its caller.
type access int

const (
	// anyone: the operation is unsigned. Some carry an access token or a
	// session in the body, which their handlers check.
	anyone access = iota
	// signed: AWS Signature Version 4 with the pool's test credentials.
	signed
)

// An operation is one row of the dispatch table.
type operation struct {
	access access
	handle func(p *pool, c *call, body []byte) (any, error)
}

// public and admin wrap a typed handler: decode, validate, lock, handle.
func public[In, Out any](h func(*pool, *call, *In) (Out, error)) operation {
	return operation{access: anyone, handle: typed(h)}
}

func admin[In, Out any](h func(*pool, *call, *In) (Out, error)) operation {
	return operation{access: signed, handle: typed(h)}
}

func typed[In, Out any](h func(*pool, *call, *In) (Out, error)) func(*pool, *call, []byte) (any, error) {
	return func(p *pool, c *call, body []byte) (any, error) {
		in := new(In)
		var sent map[string]json.RawMessage
		if json.Unmarshal(body, in) != nil || json.Unmarshal(body, &sent) != nil {
			return nil, errSerialization
		}
		if err := validate(in, sent); err != nil {
			return nil, err
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		c.now = p.now()
		p.sweep(c.now)
		return h(p, c, in)
	}
}

// none is the body of operations that answer with an empty structure.
type none struct{}

// wireTime is a timestamp as the AWS JSON protocol writes it: seconds since
// the epoch, with a fraction.
type wireTime time.Time

func (t wireTime) MarshalJSON() ([]byte, error) {
	return json.Marshal(float64(time.Time(t).UnixMilli()) / 1000)
}

// serveAPI answers one request of the AWS JSON 1.1 protocol.
func (s *Server) serveAPI(w http.ResponseWriter, r *http.Request) {
	op, known := strings.CutPrefix(r.Header.Get("X-Amz-Target"), targetPrefix)
	if !known {
		op = ""
	}
	entry := Request{Operation: op, Time: s.pool.now(), Signed: r.Header.Get("Authorization") != ""}
	body, readErr := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if readErr == nil {
		entry.Body = redactBody(body)
	}

	fault := s.faults.take(op)
	if fault != nil {
		entry.Faulted = true
		fault.wait(r.Context(), s.closed)
		if fault.replaces() && !fault.Applied {
			s.log.add(entry)
			fault.answer(s, w, r)
			return
		}
	}

	var out any
	err := error(errBodyTooLarge)
	if readErr == nil {
		out, err = s.dispatch(r, op, body)
	}
	status, payload := http.StatusOK, []byte(nil)
	if err == nil {
		payload, err = json.Marshal(out)
	}
	if err != nil {
		var refusal *apiError
		if !errors.As(err, &refusal) {
			refusal = errInternal
		}
		entry.Error, entry.Message = refusal.code, refusal.message
		status, payload = errorAnswer(w.Header(), refusal)
	}
	entry.Status = status
	s.log.add(entry)
	switch {
	case fault != nil && fault.replaces():
		fault.answer(s, w, r)
	case fault != nil && fault.CutBody:
		w.Header().Set("Content-Length", strconv.Itoa(len(payload)))
		s.writeBody(w, status, payload[:len(payload)/2])
		panic(http.ErrAbortHandler) // closes the connection
	default:
		s.writeBody(w, status, payload)
	}
}

func (s *Server) dispatch(r *http.Request, op string, body []byte) (any, error) {
	o, implemented := operations[op]
	if !implemented && !refusedOperations[op] {
		return nil, errUnknownOperation
	}
	if o.access == signed || !implemented {
		if err := s.checkSignature(r, body); err != nil {
			return nil, err
		}
	}
	if !implemented {
		return nil, errRefusedOperation(op)
	}
	if len(bytes.TrimSpace(body)) == 0 {
		body = []byte("{}")
	}
	if !utf8.Valid(body) {
		return nil, errSerialization
	}
	return o.handle(s.pool, &call{ctx: r.Context(), op: op, remote: remoteIP(r), agent: r.UserAgent()}, body)
}

// errorAnswer sets the error headers and returns status and body as AWS
// sends them: the type in a header with a trailing colon, and in the body.
func errorAnswer(h http.Header, e *apiError) (int, []byte) {
	h.Set("X-Amzn-Errortype", e.code+":")
	body := struct {
		Type    string  `json:"__type"`
		Message *string `json:"message"`
	}{Type: e.code}
	if !e.noMessage {
		body.Message = &e.message
		h.Set("X-Amzn-Errormessage", headerText(e.message))
	}
	payload, err := json.Marshal(body)
	if err != nil { // two strings always marshal
		payload = []byte(`{"__type":"` + codeInternalError + `"}`)
	}
	return e.httpStatus(), payload
}

// headerText keeps what a client sent us, and we repeat in a message, from
// becoming a second header.
func headerText(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, s)
}

func (s *Server) writeBody(w http.ResponseWriter, status int, body []byte) {
	h := w.Header()
	h.Set("Content-Type", contentType)
	// AWS stamps answers with its clock; here that is the pool's, which tests
	// move.
	h.Set("Date", s.pool.now().UTC().Format(http.TimeFormat))
	h.Set("X-Amzn-Requestid", s.pool.random.uuid())
	w.WriteHeader(status)
	// A client that has gone away is not this server's problem.
	_, _ = w.Write(body)
}
