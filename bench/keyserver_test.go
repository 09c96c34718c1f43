package bench_test

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/cognitoauth/cognito-go/bench"
	"github.com/cognitoauth/cognito-go/jwtverify/jwtverifytest"
)

// roundTrip is how long the key server of a scenario takes.
const roundTrip = 20 * time.Millisecond

// keyServer serves an issuer's keys as slowly as the network would, and notes
// when it is asked.
type keyServer struct {
	*jwtverifytest.Issuer
	setup bench.Setup

	mu    sync.Mutex
	asked []time.Time
}

func newKeyServer(b *testing.B) *keyServer {
	b.Helper()
	f, issuer, err := bench.NewFixture()
	if err != nil {
		b.Fatal(err)
	}
	k := &keyServer{Issuer: issuer}
	server := httptest.NewServer(k)
	b.Cleanup(func() {
		issuer.Break(jwtverifytest.Up) // lets go of those that hang
		server.CloseClientConnections()
		server.Close()
	})
	k.setup = bench.Setup{Fixture: f, JWKSURL: server.URL + "/.well-known/jwks.json"}
	return k
}

// ServeHTTP answers as the issuer does, a round trip later.
func (k *keyServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	k.mu.Lock()
	k.asked = append(k.asked, time.Now())
	k.mu.Unlock()
	time.Sleep(roundTrip)
	k.Issuer.ServeHTTP(w, r)
}

// fetches counts the requests between two times.
func (k *keyServer) fetches(from, to time.Time) int {
	k.mu.Lock()
	defer k.mu.Unlock()
	n := 0
	for _, at := range k.asked {
		if !at.Before(from) && at.Before(to) {
			n++
		}
	}
	return n
}
