package bench_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/cognitoauth/cognito-go/bench"
	"github.com/cognitoauth/cognito-go/jwtverify"
	"github.com/cognitoauth/cognito-go/jwtverify/jwtverifytest"
)

// BenchmarkKeys counts what happens to a key set, and to those who send good
// tokens, under attack and in failure. Each scenario takes seconds of real time
// and is run once: -benchtime=1x. With -short everything is
// smaller, which is enough to see that it runs.
//
// The metrics: fetches are requests to the key server, refused are good tokens
// that were not accepted, in percent, recover-ms is the time until a good token
// was accepted again (or the patience, if none was), p99-us and max-ms are
// times of single verifications of good tokens.
func BenchmarkKeys(b *testing.B) {
	for _, scenario := range []struct {
		name string
		run  func(b *testing.B, s *stage)
	}{
		{"flood", flood},
		{"stampede", stampede},
		{"hang", hang},
		{"empty-set", func(b *testing.B, s *stage) { b.Helper(); nonsense(b, s, jwtverifytest.EmptySet) }},
		{"html", func(b *testing.B, s *stage) { b.Helper(); nonsense(b, s, jwtverifytest.HTML) }},
		{"rotation", func(b *testing.B, s *stage) { b.Helper(); rotation(b, s, false) }},
		{"rotation-in-flood", func(b *testing.B, s *stage) { b.Helper(); rotation(b, s, true) }},
		{"down-at-start", downAtStart},
	} {
		b.Run("scenario="+scenario.name, func(b *testing.B) {
			for _, maker := range bench.Makers() {
				if !maker.Fetches || maker.Name == bench.Remembered || maker.Name == "golang-jwt+keyfunc:map" {
					continue // has no key set to keep, or the same one as another peer
				}
				b.Run("peer="+maker.Name, func(b *testing.B) {
					for b.Loop() {
						scenario.run(b, newStage(b, maker))
					}
					b.ReportMetric(0, "ns/op") // not what this is about
				})
			}
		})
	}
}

// stage is a key server, a peer yet to be made, and how long things take.
type stage struct {
	*keyServer
	maker    bench.Maker
	attack   time.Duration // of one phase of a flood
	outage   time.Duration
	patience time.Duration // for what may never happen
	crowd    int
}

func newStage(b *testing.B, maker bench.Maker) *stage {
	b.Helper()
	s := &stage{keyServer: newKeyServer(b), maker: maker, attack: 2 * time.Second, outage: 30 * time.Second, patience: 10 * time.Second, crowd: 1000}
	if testing.Short() {
		s.attack, s.outage, s.patience, s.crowd = 50*time.Millisecond, 100*time.Millisecond, 200*time.Millisecond, 50
	}
	return s
}

// actor is a warm peer with a good token.
type actor struct {
	token  string
	verify func(context.Context, string) error
	due    func()
}

// warm makes the peer and lets it fetch its keys.
func (s *stage) warm(b *testing.B) actor {
	b.Helper()
	peer := warm(b, s.maker, s.setup)
	t := tokens(s.setup, peer)[0]
	return actor{t.token, t.verify, peer.Due}
}

// sample is one verification of a good token.
type sample struct {
	took time.Duration
	err  error
}

// probe verifies the token every so often until stop is closed.
func (a actor) probe(ctx context.Context, every time.Duration, stop <-chan struct{}) []sample {
	var samples []sample
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-stop:
			return samples
		case <-ticker.C:
		}
		began := time.Now()
		err := a.verify(ctx, a.token)
		samples = append(samples, sample{time.Since(began), err})
	}
}

// during probes while something else goes on.
func (a actor) during(ctx context.Context, every time.Duration, act func()) []sample {
	stop := make(chan struct{})
	done := make(chan []sample)
	go func() { done <- a.probe(ctx, every, stop) }()
	act()
	close(stop)
	return <-done
}

// strangers sends tokens with random kids at the given rate until the context
// ends, each on a goroutine of its own as a server would, and waits for them.
func (a actor) strangers(ctx context.Context, every time.Duration) {
	var wg sync.WaitGroup
	defer wg.Wait()
	next := time.Now()
	for ctx.Err() == nil {
		// By the clock and not by a ticker, which drops what a busy machine
		// is late for.
		for ; !time.Now().Before(next); next = next.Add(every) {
			token := bench.UnknownKey(a.token)
			wg.Go(func() {
				ctx, cancel := context.WithTimeout(ctx, time.Second)
				defer cancel()
				_ = a.verify(ctx, token) // refused, by and by
			})
		}
		time.Sleep(time.Until(next))
	}
}

func report(b *testing.B, samples []sample) {
	b.Helper()
	refused, longest := 0, time.Duration(0)
	for _, s := range samples {
		if s.err != nil {
			refused++
		}
		longest = max(longest, s.took)
	}
	b.ReportMetric(100*float64(refused)/float64(max(len(samples), 1)), "refused-%")
	b.ReportMetric(milliseconds(longest), "max-ms")
	b.ReportMetric(float64(p99(samples).Microseconds()), "p99-us")
}

// p99 is the time that all but the slowest hundredth kept within.
func p99(samples []sample) time.Duration {
	if len(samples) == 0 {
		return 0
	}
	times := make([]time.Duration, len(samples))
	for i, s := range samples {
		times[i] = s.took
	}
	slices.Sort(times)
	return times[len(times)*99/100]
}

// flood is 1,000 tokens a second with random kids: 2,000 in the first phase, and
// as many in a second one.
func flood(b *testing.B, s *stage) {
	b.Helper()
	a := s.warm(b)
	pause := func() { time.Sleep(s.attack) }
	quiet := a.during(b.Context(), 2*time.Millisecond, pause)

	ctx, cancel := context.WithCancel(b.Context())
	ended := make(chan struct{})
	began := time.Now()
	go func() {
		defer close(ended)
		a.strangers(ctx, time.Millisecond)
	}()
	flooded := a.during(b.Context(), 2*time.Millisecond, func() { time.Sleep(2 * s.attack) })
	cancel()
	<-ended

	half := began.Add(s.attack)
	b.ReportMetric(float64(s.fetches(began, half)), "fetches")
	b.ReportMetric(float64(s.fetches(half, half.Add(s.attack)))/s.attack.Seconds(), "fetches/s-after")
	b.ReportMetric(float64(p99(quiet).Microseconds()), "p99-us-quiet")
	report(b, flooded)
}

// stampede is 1,000 goroutines that want a token verified before there are keys.
func stampede(b *testing.B, s *stage) {
	b.Helper()
	peer, err := s.maker.New(b.Context(), s.setup)
	if err != nil {
		b.Fatal(err)
	}
	t := tokens(s.setup, peer)[0]
	samples := make([]sample, s.crowd)
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range samples {
		wg.Go(func() {
			<-start
			began := time.Now()
			err := t.verify(b.Context(), t.token)
			samples[i] = sample{time.Since(began), err}
		})
	}
	close(start)
	wg.Wait()
	b.ReportMetric(float64(s.fetches(time.Time{}, time.Now())), "fetches")
	report(b, samples)
}

// interval is how often peers refresh by time where a scenario waits for it.
const interval = time.Second

// hang is a key server that stops answering when the keys are due, while four
// callers verify good tokens and some strangers come by.
func hang(b *testing.B, s *stage) {
	b.Helper()
	s.setup.Refresh = interval
	a := s.warm(b)
	s.Break(jwtverifytest.Hanging)
	a.makeDue()

	ctx, cancel := context.WithCancel(b.Context())
	var wg sync.WaitGroup
	wg.Go(func() { a.strangers(ctx, 250*time.Millisecond) })
	stop := make(chan struct{})
	samples := make([][]sample, 4)
	for i := range samples {
		wg.Go(func() { samples[i] = a.probe(b.Context(), 5*time.Millisecond, stop) })
	}
	time.Sleep(s.outage)
	close(stop)
	cancel()
	s.Break(jwtverifytest.Up)
	wg.Wait()
	all := slices.Concat(samples...)
	b.ReportMetric(float64(len(all)), "verified")
	report(b, all)
}

// nonsense is a key server that answers 200 with something that is no key set,
// when the keys are due.
func nonsense(b *testing.B, s *stage, outage jwtverifytest.Outage) {
	b.Helper()
	s.setup.Refresh = interval
	a := s.warm(b)
	s.Break(outage)
	a.makeDue()
	ctx, cancel := context.WithTimeout(b.Context(), 2*s.attack)
	defer cancel()
	report(b, a.during(b.Context(), 5*time.Millisecond, func() { a.strangers(ctx, 250*time.Millisecond) }))
}

func (a actor) makeDue() {
	if a.due != nil {
		a.due()
	}
}

// rotation is a new key that signs from one moment to the next, alone or amid a
// flood of unknown kids.
func rotation(b *testing.B, s *stage, flooded bool) {
	b.Helper()
	a := s.warm(b)
	use := jwtverify.ID
	claims := map[string]any{"token_use": "id", "aud": s.ClientID()}
	if a.token == s.setup.Access {
		use = jwtverify.Access
		claims = map[string]any{"token_use": "access", "client_id": s.ClientID()}
	}
	claims["sub"], claims["iss"] = "5f0a1c3e-6d2b-4b1b-9c2d-0123456789ab", s.setup.Issuer
	claims["iat"], claims["exp"] = s.Now().Unix(), s.Now().Add(time.Hour).Unix()

	ctx, cancel := context.WithCancel(b.Context())
	ended := make(chan struct{})
	if flooded {
		go func() {
			defer close(ended)
			a.strangers(ctx, time.Millisecond)
		}()
		time.Sleep(s.attack / 2)
	} else {
		close(ended)
	}
	s.Rotate()
	token, err := s.Sign(use, claims)
	if err != nil {
		b.Fatal(err)
	}
	began := time.Now()
	recovered := s.await(func() bool { return a.verify(b.Context(), token) == nil })
	cancel()
	<-ended
	b.ReportMetric(milliseconds(recovered), "recover-ms")
	if !flooded {
		b.ReportMetric(float64(s.fetches(began, time.Now())), "fetches")
	}
}

// await asks again and again and returns how long it took, or the patience.
func (s *stage) await(done func() bool) time.Duration {
	began := time.Now()
	for {
		if done() {
			return min(time.Since(began), s.patience)
		}
		if time.Since(began) > s.patience {
			return s.patience
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// downAtStart is a key server that fails while the service starts, with tokens
// coming in, and recovers.
func downAtStart(b *testing.B, s *stage) {
	b.Helper()
	s.Break(jwtverifytest.Failing)
	var peer *bench.Peer
	verify := func() bool {
		if peer == nil { // a service that cannot make its verifier is restarted
			p, err := s.maker.New(b.Context(), s.setup)
			if err != nil {
				return false
			}
			peer = p
		}
		t := tokens(s.setup, peer)[0]
		ctx, cancel := context.WithTimeout(b.Context(), 2*time.Second)
		defer cancel()
		return t.verify(ctx, t.token) == nil
	}
	// On a goroutine of its own, and left behind if need be: some peers wait for
	// their first keys without asking the context.
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	accepted := make(chan struct{})
	go func() {
		for ctx.Err() == nil {
			if verify() {
				close(accepted)
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
	}()
	select {
	case <-accepted:
		b.Fatal("verified without keys")
	case <-time.After(s.attack):
	}
	s.Break(jwtverifytest.Up)
	began := time.Now()
	select {
	case <-accepted:
	case <-time.After(s.patience):
	}
	b.ReportMetric(milliseconds(min(time.Since(began), s.patience)), "recover-ms")
	b.ReportMetric(float64(s.fetches(time.Time{}, time.Now())), "fetches")
}
