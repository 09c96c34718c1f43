package cognitotest

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"time"
)

// A Fault makes calls go wrong. Its fields combine: a delay and an exception
// is an exception that comes late.
type Fault struct {
	// Operation is the operation to hit, such as "SignUp". Empty: any.
	Operation string
	// Times is how many calls to hit. Zero: the next one. Negative: every one
	// until the fault is removed.
	Times int

	// Exception answers with a Cognito exception, such as
	// "TooManyRequestsException", and Message its text.
	Exception, Message string
	// Status is the HTTP status of the answer. Zero: 400 with an Exception.
	// Without Exception and Body, a status of 500 or more answers with a page
	// of HTML, as a load balancer does.
	Status int
	// Body is sent as it is, in place of an answer.
	Body string
	// Delay holds the answer back.
	Delay time.Duration
	// Hang never answers: until the client gives up or the server closes.
	Hang bool
	// Drop closes the connection without an answer.
	Drop bool
	// CutBody sends half of the answer and closes the connection.
	CutBody bool

	// Applied carries the call out first: the answer goes wrong, not the call.
	// It is always so with CutBody.
	Applied bool
}

type faults struct {
	mu     sync.Mutex
	active []*Fault
}

// Inject makes calls go wrong as f says, and returns a function that ends it.
// Of several faults for a call, the one injected first is used.
func (s *Server) Inject(f Fault) (remove func()) {
	if f.Times == 0 {
		f.Times = 1
	}
	p := &f
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.active = append(s.faults.active, p)
	return func() {
		s.faults.mu.Lock()
		defer s.faults.mu.Unlock()
		s.faults.active = slices.DeleteFunc(s.faults.active, func(x *Fault) bool { return x == p })
	}
}

// take returns the fault for a call of op, or nil.
func (f *faults) take(op string) *Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, fault := range f.active {
		if fault.Operation != "" && fault.Operation != op {
			continue
		}
		if fault.Times > 0 {
			if fault.Times--; fault.Times == 0 {
				f.active = slices.Delete(f.active, i, i+1)
			}
		}
		return fault
	}
	return nil
}

// replaces reports whether the fault stands in place of the answer.
func (f *Fault) replaces() bool {
	return f.Exception != "" || f.Status != 0 || f.Body != "" || f.Drop || f.Hang
}

// wait is the fault's delay; closed ends it early.
func (f *Fault) wait(ctx context.Context, closed <-chan struct{}) {
	if f.Delay <= 0 {
		return
	}
	timer := time.NewTimer(f.Delay)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	case <-closed:
	}
}

// answer writes the fault in place of the answer.
func (f *Fault) answer(s *Server, w http.ResponseWriter, r *http.Request) {
	switch {
	case f.Hang:
		select {
		case <-r.Context().Done():
		case <-s.closed:
		}
		panic(http.ErrAbortHandler)
	case f.Drop:
		panic(http.ErrAbortHandler)
	case f.Exception != "":
		status, body := errorAnswer(w.Header(), &apiError{status: f.Status, code: f.Exception, message: f.Message})
		s.writeBody(w, status, body)
		return
	}
	status := f.Status
	if status == 0 {
		status = http.StatusOK
	}
	body := f.Body
	if body == "" {
		body = "<html><body><h1>" + http.StatusText(status) + "</h1></body></html>"
	}
	w.Header().Set("Content-Type", "text/html")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(body)) // as in writeBody
}
