package bench_test

import (
	"context"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"github.com/cognitoauth/cognito-go/bench"
)

func TestMain(m *testing.M) {
	bench.Quiet()
	os.Exit(m.Run())
}

// fixture returns the tokens of the file that BENCH_FIXTURE names, or fresh
// ones, and a set-up whose keys are on a loopback port.
func fixture(tb testing.TB) bench.Setup {
	tb.Helper()
	var f *bench.Fixture
	var err error
	if path := os.Getenv("BENCH_FIXTURE"); path != "" {
		f, err = bench.LoadFixture(path)
	} else {
		f, _, err = bench.NewFixture()
	}
	if err != nil {
		tb.Fatal(err)
	}
	server := httptest.NewServer(f)
	tb.Cleanup(server.Close)
	return bench.Setup{Fixture: f, JWKSURL: server.URL + "/.well-known/jwks.json"}
}

// warm makes a peer and waits until it accepts the fixture's tokens.
func warm(tb testing.TB, maker bench.Maker, s bench.Setup) *bench.Peer {
	tb.Helper()
	peer, err := maker.New(tb.Context(), s)
	if err != nil {
		tb.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(tb.Context(), 10*time.Second)
	defer cancel()
	for _, token := range tokens(s, peer) {
		for {
			err := token.verify(ctx, token.token)
			if err == nil {
				break
			}
			select { // those that fetch in the background may not have done so
			case <-ctx.Done():
				tb.Fatalf("%s, %s token: %v", maker.Name, token.use, err)
			case <-time.After(5 * time.Millisecond):
			}
		}
	}
	return peer
}

// subject is a token of the fixture and what verifies it.
type subject struct {
	use    string
	token  string
	verify func(context.Context, string) error
}

// tokens lists the tokens of the fixture that the peer can verify.
func tokens(s bench.Setup, peer *bench.Peer) []subject {
	var list []subject
	if peer.Access != nil {
		list = append(list, subject{"access", s.Access, peer.Access})
	}
	if peer.ID != nil {
		list = append(list, subject{"id", s.ID, peer.ID})
	}
	return list
}

// A benchmark of something that does not do its work is worth nothing, so: every
// peer accepts what it is timed on, and refuses what it must.
func TestPeersDoTheirWork(t *testing.T) {
	t.Parallel()
	s := fixture(t)
	for _, maker := range bench.Makers() {
		t.Run(maker.Name, func(t *testing.T) {
			t.Parallel()
			peer := warm(t, maker, s)
			if maker.Name == bench.Floor {
				return // it looks at nothing else
			}
			if peer.ID(t.Context(), s.Access) == nil {
				t.Error("an access token passed for an ID token")
			}
			if peer.Access == nil {
				return
			}
			if peer.Access(t.Context(), s.ID) == nil {
				t.Error("an ID token passed for an access token")
			}
			for name, token := range s.Refused {
				if peer.Access(t.Context(), token) == nil {
					t.Errorf("%s was accepted", name)
				}
			}
			if peer.Access(t.Context(), bench.UnknownKey(s.Access)) == nil {
				t.Error("an unknown key was accepted")
			}
		})
	}
}

func TestFixtureSurvivesItsFile(t *testing.T) {
	t.Parallel()
	f, _, err := bench.NewFixture()
	if err != nil {
		t.Fatal(err)
	}
	path := t.TempDir() + "/fixture.json"
	if err := f.Save(path); err != nil {
		t.Fatal(err)
	}
	got, err := bench.LoadFixture(path)
	if err != nil {
		t.Fatal(err)
	}
	if got.Access != f.Access || got.ID != f.ID || got.Issuer != f.Issuer || got.ClientID != f.ClientID || len(got.Refused) != len(f.Refused) {
		t.Errorf("got %+v", got)
	}
}
