package bench_test

import (
	"testing"
	"time"

	"github.com/cognitoauth/cognito-go/bench"
)

// BenchmarkVerify verifies one good token over and over, warm.
func BenchmarkVerify(b *testing.B) {
	eachToken(b, func(b *testing.B, t subject) {
		b.Helper()
		for b.Loop() {
			if err := t.verify(b.Context(), t.token); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkVerifyParallel does so on every core at once.
func BenchmarkVerifyParallel(b *testing.B) {
	eachToken(b, func(b *testing.B, t subject) {
		b.Helper()
		ctx := b.Context()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if err := t.verify(ctx, t.token); err != nil {
					b.Error(err)
					return
				}
			}
		})
	})
}

func eachToken(b *testing.B, run func(b *testing.B, t subject)) {
	b.Helper()
	s := fixture(b)
	for _, use := range []string{"access", "id"} {
		b.Run("token="+use, func(b *testing.B) {
			for _, maker := range bench.Makers() {
				b.Run("peer="+maker.Name, func(b *testing.B) {
					t := tokenFor(b, s, warm(b, maker, s), use)
					b.ReportAllocs()
					b.ResetTimer()
					run(b, t)
				})
			}
		})
	}
}

// tokenFor returns the token of the given kind, and skips if the peer cannot
// verify it.
func tokenFor(b *testing.B, s bench.Setup, peer *bench.Peer, use string) subject {
	b.Helper()
	for _, t := range tokens(s, peer) {
		if t.use == use {
			return t
		}
	}
	b.Skip("cannot verify this kind of token")
	return subject{}
}

// BenchmarkRefuse refuses bad tokens. The floor is that of a good token, which
// nobody who forges can make us exceed.
func BenchmarkRefuse(b *testing.B) {
	s := fixture(b)
	// Peers without a limit fetch keys for each of these; a peer that
	// remembers unknown keys must not profit from seeing the same one again.
	strangers := make([]string, 1<<12)
	for i := range strangers {
		strangers[i] = bench.UnknownKey(s.Access)
	}
	rows := []struct {
		name   string
		tokens []string
	}{
		{bench.Garbage, nil},
		{bench.Oversized, nil},
		{bench.WrongAlg, nil},
		{bench.WrongIssuer, nil},
		{"unknown-key", strangers},
		{bench.Forged, nil},
		{bench.Expired, nil},
	}
	for _, row := range rows {
		if row.tokens == nil {
			row.tokens = []string{s.Refused[row.name]}
		}
		b.Run("token="+row.name, func(b *testing.B) {
			for _, maker := range bench.Makers() {
				if maker.Name == bench.Remembered || maker.Name == "auth0-v2" {
					continue // remembers good tokens alone; cannot verify access tokens
				}
				b.Run("peer="+maker.Name, func(b *testing.B) {
					peer := warm(b, maker, s)
					if maker.Name == bench.Floor {
						b.ReportAllocs()
						for b.Loop() {
							if err := peer.Access(b.Context(), ""); err != nil {
								b.Fatal(err)
							}
						}
						return
					}
					spend(b, peer, strangers)
					b.ReportAllocs()
					i := 0
					for b.Loop() {
						if peer.Access(b.Context(), row.tokens[i%len(row.tokens)]) == nil {
							b.Fatal("accepted")
						}
						i++
					}
				})
			}
		})
	}
}

// spend uses up what a peer allows strangers to cost: what is timed is the
// refusal once that is gone.
func spend(b *testing.B, peer *bench.Peer, strangers []string) {
	b.Helper()
	quick := 0
	for i := 0; i < 200 && quick < 20; i++ {
		began := time.Now()
		if peer.Access(b.Context(), strangers[i]) == nil {
			b.Fatal("accepted")
		}
		if quick++; time.Since(began) > 100*time.Microsecond {
			quick = 0
		}
	}
}
