package main

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"

	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest"
)

// outbox answers GET /outbox?to=… with the latest message to somebody.
type outbox struct {
	pool  *cognitotest.Server
	ready chan struct{} // closed when pool is set
}

// open is called once: the pool listens before there is a pool to look into.
func (o *outbox) open(pool *cognitotest.Server) {
	o.pool = pool
	close(o.ready)
}

func (o *outbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/outbox" {
		http.NotFound(w, r)
		return
	}
	<-o.ready
	// No address, number or user name has a space in it: what looks like one
	// is a plus that was not escaped.
	to := strings.ReplaceAll(r.FormValue("to"), " ", "+")
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	// Writing fails if the caller has gone, and then nobody is left to tell.
	sent := o.pool.Messages(to)
	if len(sent) == 0 {
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, `{"error":"no message to that address, number or user"}`)
		return
	}
	last := sent[len(sent)-1]
	if last.Code == "" {
		last.Code = last.TemporaryPassword // what an invitation asks its reader to type
	}
	_ = json.NewEncoder(w).Encode(last)
}
