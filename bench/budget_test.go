//go:build !race

package bench_test

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/cognitoauth/cognito-go/bench"
	"github.com/cognitoauth/cognito-go/jwtverify/jwthttp"
)

// The race detector allocates for itself, hence the build constraint above.

var update = flag.Bool("update", false, "write testdata/budget.tsv anew")

const budgetFile = "testdata/budget.tsv"

// budget is what an operation may allocate.
type budget struct{ allocs, bytes uint64 }

// budgets are what the file says.
type budgets struct {
	goVersion string
	allocated map[string]budget
	// instructions are multiples of the floor, by the kind of token: set by
	// hand, a little above what is counted, since that depends on the processor.
	instructions map[string]float64
}

// TestAllocations compares what is allocated with what is checked in: exactly for
// the version of Go that the file names, on amd64, and no more than that for
// others, whose standard library may do better. Time is not looked at.
//
// After a change that was meant: go test -run TestAllocations -update.
//
//nolint:paralleltest // it counts for the whole process, on one core, without the collector
func TestAllocations(t *testing.T) {
	s := fixture(t)
	measured := measureAll(t, s)
	version, _, _ := strings.Cut(strings.TrimPrefix(runtime.Version(), "go"), " ")
	limits := readBudgets(t)
	if *update {
		limits.goVersion = version
		writeBudgets(t, limits, measured)
		return
	}
	want := limits.allocated
	exact := minor(limits.goVersion) == minor(version) && runtime.GOARCH == "amd64"
	if len(want) != len(measured) {
		t.Errorf("%s has %d operations, want %d: run with -update", budgetFile, len(want), len(measured))
	}
	for _, m := range measured {
		w, ok := want[m.name]
		switch {
		case !ok:
			t.Errorf("%s: not in %s: run with -update", m.name, budgetFile)
		case m.allocs > w.allocs || m.bytes > w.bytes:
			t.Errorf("%s: %d allocations of %d bytes, at most %d of %d are allowed", m.name, m.allocs, m.bytes, w.allocs, w.bytes)
		case exact && m.budget != w:
			t.Errorf("%s: %d allocations of %d bytes, better than %d of %d: run with -update", m.name, m.allocs, m.bytes, w.allocs, w.bytes)
		}
	}
}

func minor(version string) string {
	parts := strings.SplitN(version, ".", 3)
	return strings.Join(parts[:min(2, len(parts))], ".")
}

type measurement struct {
	name string
	budget
}

func measureAll(t *testing.T, s bench.Setup) []measurement {
	t.Helper()
	var list []measurement
	add := func(name string, f func()) {
		list = append(list, measurement{name, allocated(f)})
	}
	ctx := context.Background() //nolint:usetesting // t.Context has a lock of its own; this is what is measured
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	v, remembering := verifier(t, s, 0), verifier(t, s, 1000)
	floor := floorOf(t, s)
	add("floor", func() { must(floor.Access(ctx, "")) })
	add("verify/access", func() { _, err := v.VerifyAccessToken(ctx, s.Access); must(err) })
	add("verify/id", func() { _, err := v.VerifyIDToken(ctx, s.ID); must(err) })
	add("remembered/access", func() { _, err := remembering.VerifyAccessToken(ctx, s.Access); must(err) })
	add("remembered/id", func() { _, err := remembering.VerifyIDToken(ctx, s.ID); must(err) })

	refused := []string{bench.Garbage, bench.Oversized, bench.WrongAlg, bench.WrongIssuer, bench.Forged, bench.Expired}
	for _, name := range refused {
		token := s.Refused[name]
		add("refuse/"+name, func() {
			if _, err := v.VerifyAccessToken(ctx, token); err == nil {
				t.Fatal("accepted")
			}
		})
	}
	stranger := bench.UnknownKey(s.Access)
	add("refuse/unknown-key", func() {
		if _, err := v.VerifyAccessToken(ctx, stranger); err == nil {
			t.Fatal("accepted")
		}
	})

	served := 0
	guarded := jwthttp.New(remembering, jwthttp.Options{}).Handler(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { served++ }))
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "/", http.NoBody)
	must(err)
	r.Header.Set("Authorization", "Bearer "+s.Access)
	w := noWriter{http.Header{}}
	add("jwthttp/remembered", func() { guarded.ServeHTTP(w, r) })
	if served == 0 {
		t.Fatal("nothing was served")
	}
	return list
}

// allocated is what one call allocates, on average and rounded down, once warm.
func allocated(f func()) budget {
	const runs = 1000
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // a collection empties pools
	runtime.GC()
	for range 10 {
		f()
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range runs {
		f()
	}
	runtime.ReadMemStats(&after)
	return budget{(after.Mallocs - before.Mallocs) / runs, (after.TotalAlloc - before.TotalAlloc) / runs}
}

// instructionsPrefix begins the names of operations whose instructions are
// counted.
const instructionsPrefix = "instructions/"

func readBudgets(t *testing.T) budgets {
	t.Helper()
	file, err := os.Open(budgetFile)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	b := budgets{allocated: map[string]budget{}, instructions: map[string]float64{}}
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		if err := b.read(strings.Fields(lines.Text())); err != nil {
			t.Fatalf("%s: %q: %v", budgetFile, lines.Text(), err)
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *budgets) read(fields []string) (err error) {
	switch {
	case len(fields) == 0 || fields[0] == "#":
	case len(fields) == 2 && fields[0] == "go":
		b.goVersion = fields[1]
	case len(fields) == 2 && strings.HasPrefix(fields[0], instructionsPrefix):
		b.instructions[strings.TrimPrefix(fields[0], instructionsPrefix)], err = strconv.ParseFloat(fields[1], 64)
	case len(fields) == 3:
		var limit budget
		if limit.allocs, err = strconv.ParseUint(fields[1], 10, 64); err == nil {
			limit.bytes, err = strconv.ParseUint(fields[2], 10, 64)
		}
		b.allocated[fields[0]] = limit
	default:
		err = errors.New("want a name and one or two numbers")
	}
	return err
}

func writeBudgets(t *testing.T, limits budgets, measured []measurement) {
	t.Helper()
	var b strings.Builder
	b.WriteString("# What one operation allocates, see TestAllocations: its name, allocations, bytes.\n")
	fmt.Fprintf(&b, "go\t%s\n", limits.goVersion)
	for _, m := range measured {
		fmt.Fprintf(&b, "%s\t%d\t%d\n", m.name, m.allocs, m.bytes)
	}
	b.WriteString("# What it may execute, see TestInstructions: a multiple of the floor.\n")
	for _, use := range slices.Sorted(maps.Keys(limits.instructions)) {
		fmt.Fprintf(&b, "%s%s\t%v\n", instructionsPrefix, use, limits.instructions[use])
	}
	if err := os.WriteFile(budgetFile, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}

func floorOf(t *testing.T, s bench.Setup) *bench.Peer {
	t.Helper()
	for _, maker := range bench.Makers() {
		if maker.Name == bench.Floor {
			return warm(t, maker, s)
		}
	}
	t.Fatal("there is no floor")
	return nil
}
