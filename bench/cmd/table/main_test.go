package main

import (
	"strings"
	"testing"
)

func TestTable(t *testing.T) {
	t.Parallel()
	const rounds = `goos: linux
BenchmarkVerify/token=id/peer=floor-2   10  1000 ns/op  16 B/op  1 allocs/op
BenchmarkVerify/token=id/peer=ours-2    10  1100 ns/op  32 B/op  2 allocs/op
BenchmarkKeys/scenario=hang/peer=ours-2  1  2.5 max-ms  0 refused-%
BenchmarkLogin/impl=ours-2  10  1500000 ns/op
BenchmarkVerify/token=id/peer=node      10  5000 ns/op
PASS
BenchmarkVerify/token=id/peer=floor-2   10  2000 ns/op  16 B/op  1 allocs/op
BenchmarkVerify/token=id/peer=ours-2    10  2400 ns/op  32 B/op  2 allocs/op
BenchmarkFailed
`
	results, err := parse(strings.NewReader(rounds))
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	if err := write(&got, results); err != nil {
		t.Fatal(err)
	}
	// ours: 1.1 and 1.2 times the floor of its own round, not 1.75 / 1.5.
	const want = `| benchmark | peer | time | × base | ± | B/op | allocs/op |
|---|---|--:|--:|--:|--:|--:|
| Verify/token=id | floor | 1.50 µs | 1.00 | 0.0 % | 16 | 1 |
| Verify/token=id | ours | 1.75 µs | 1.15 | 2.2 % | 32 | 2 |
| Verify/token=id | node | 5.00 µs | 5.00 |  |  |  |
| Login | ours | 1.50 ms |  |  |  |  |

| benchmark | peer | max-ms | refused-% |
|---|---|--:|--:|
| Keys/scenario=hang | ours | 2.50 | 0 |
`
	if got.String() != want {
		t.Errorf("got\n%s", got.String())
	}
}

func TestBadNumberIsReported(t *testing.T) {
	t.Parallel()
	if _, err := parse(strings.NewReader("BenchmarkX 1 many ns/op\n")); err == nil {
		t.Error("accepted")
	}
}
