package bench_test

import (
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/cognitoauth/cognito-go/bench"
)

// BenchmarkRatio compares peers with the floor on a machine that has other things
// to do: blocks of a few verifications, shorter than a scheduler's time slice, are
// timed in turn, and x-floor is the median of the ratios of neighbours. A block
// that was interrupted is an outlier, and does not count. Garbage is collected
// when it is, as always.
func BenchmarkRatio(b *testing.B) { ratios(b, 1) }

// BenchmarkRatioParallel does so with such a block on every core at once.
func BenchmarkRatioParallel(b *testing.B) { ratios(b, runtime.GOMAXPROCS(0)) }

func ratios(b *testing.B, workers int) {
	b.Helper()
	s := fixture(b)
	for _, use := range []string{"access", "id"} {
		b.Run("token="+use, func(b *testing.B) {
			makers := bench.Makers()
			floor := tokenFor(b, s, warm(b, makers[0], s), use)
			for _, maker := range makers {
				b.Run("peer="+maker.Name, func(b *testing.B) {
					t := tokenFor(b, s, warm(b, maker, s), use)
					var ratios []float64
					for b.Loop() {
						below := block(b, floor, workers)
						ratios = append(ratios, float64(block(b, t, workers))/float64(below))
					}
					slices.Sort(ratios)
					b.ReportMetric(ratios[len(ratios)/2], "x-floor")
					b.ReportMetric(0, "ns/op") // that of both
				})
			}
		})
	}
}

// block times a few verifications by each of the workers.
func block(b *testing.B, t subject, workers int) time.Duration {
	b.Helper()
	began := time.Now()
	var wg sync.WaitGroup
	for range workers - 1 {
		wg.Go(func() { several(b, t) })
	}
	several(b, t)
	wg.Wait()
	return time.Since(began)
}

func several(b *testing.B, t subject) {
	b.Helper()
	for range 10 {
		if err := t.verify(b.Context(), t.token); err != nil {
			b.Error(err)
			return
		}
	}
}
