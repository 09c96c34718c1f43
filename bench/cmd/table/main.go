// Command table turns the output of go test -bench, of any number of rounds, into
// Markdown.
//
//	table < rounds.txt
//
// The nth time a benchmark appears is its nth round. Times are medians over the
// rounds. Where a group has a peer to be compared with, the ratio to it is taken
// within each round and the median of those is shown, with half of their
// interquartile range: what the machine does between rounds cancels out.
package main

import (
	"bufio"
	"fmt"
	"io"
	"log"
	"os"
	"slices"
	"strconv"
	"strings"
)

func main() {
	log.SetFlags(0)
	results, err := parse(os.Stdin)
	if err != nil {
		log.Fatal(err)
	}
	if err := write(os.Stdout, results); err != nil {
		log.Fatal(err)
	}
}

// bases are what a group is compared with, whichever it has.
var bases = []string{"floor", "aws-sdk", "by-hand", "serial", "bigint-a1024"}

// result is one benchmark, its rounds in order.
type result struct {
	group, peer string
	values      map[string][]float64 // by unit
}

// parse reads the lines of benchmarks and skips all others.
func parse(r io.Reader) ([]*result, error) {
	var results []*result
	byName := map[string]*result{}
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) < 4 || len(fields)%2 != 0 || !strings.HasPrefix(fields[0], "Benchmark") {
			continue
		}
		if _, err := strconv.Atoi(fields[1]); err != nil {
			continue
		}
		group, peer := splitName(fields[0])
		res := byName[group+" "+peer]
		if res == nil {
			res = &result{group: group, peer: peer, values: map[string][]float64{}}
			byName[group+" "+peer] = res
			results = append(results, res)
		}
		for i := 2; i < len(fields); i += 2 {
			v, err := strconv.ParseFloat(fields[i], 64)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", fields[0], err)
			}
			res.values[fields[i+1]] = append(res.values[fields[i+1]], v)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("reading: %w", err)
	}
	// Other programs' rows come last in a round; they belong beside those they
	// are compared with.
	order := map[string]int{}
	for i, res := range results {
		if _, seen := order[res.group]; !seen {
			order[res.group] = i
		}
	}
	slices.SortStableFunc(results, func(a, b *result) int { return order[a.group] - order[b.group] })
	return results, nil
}

// splitName takes a benchmark's name apart: who was measured, and at what. impl=
// is how internal/srp says peer=.
func splitName(name string) (group, peer string) {
	name = strings.TrimPrefix(name, "Benchmark")
	if i := strings.LastIndexByte(name, '-'); i > 0 { // GOMAXPROCS
		if _, err := strconv.Atoi(name[i+1:]); err == nil {
			name = name[:i]
		}
	}
	var rest []string
	for part := range strings.SplitSeq(name, "/") {
		if _, who, ok := strings.Cut(part, "peer="); ok {
			peer = who
		} else if _, who, ok := strings.Cut(part, "impl="); ok {
			peer = who
		} else {
			rest = append(rest, part)
		}
	}
	return strings.Join(rest, "/"), peer
}

// write writes a table of what was timed and one of what was counted.
func write(w io.Writer, results []*result) error {
	base := map[string]*result{} // by group
	for _, name := range slices.Backward(bases) {
		for _, r := range results {
			if r.peer == name {
				base[r.group] = r
			}
		}
	}
	var b strings.Builder
	var counted []*result
	b.WriteString("| benchmark | peer | time | × base | ± | B/op | allocs/op |\n|---|---|--:|--:|--:|--:|--:|\n")
	for _, r := range results {
		ns := r.values["ns/op"]
		if len(ns) == 0 {
			counted = append(counted, r)
			continue
		}
		ratio, spread := "", percent(ns)
		if ref := base[r.group]; ref != nil {
			ratios := divide(ns, ref.values["ns/op"])
			ratio = strconv.FormatFloat(median(ratios), 'f', 2, 64)
			spread = percent(ratios)
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s |\n", r.group, r.peer, duration(median(ns)), ratio, spread, whole(r.values["B/op"]), whole(r.values["allocs/op"]))
	}
	if len(counted) > 0 {
		writeCounted(&b, counted)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// writeCounted writes a table with a column for each metric there is.
func writeCounted(b *strings.Builder, results []*result) {
	var units []string
	for _, r := range results {
		for unit := range r.values {
			if !slices.Contains(units, unit) {
				units = append(units, unit)
			}
		}
	}
	slices.Sort(units)
	b.WriteString("\n| benchmark | peer | " + strings.Join(units, " | ") + " |\n|---|---|" + strings.Repeat("--:|", len(units)) + "\n")
	for _, r := range results {
		fmt.Fprintf(b, "| %s | %s |", r.group, r.peer)
		for _, unit := range units {
			fmt.Fprintf(b, " %s |", short(r.values[unit]))
		}
		b.WriteByte('\n')
	}
}

func median(v []float64) float64 { return quantile(v, 0.5) }

// quantile interpolates between the two nearest values.
func quantile(v []float64, q float64) float64 {
	if len(v) == 0 {
		return 0
	}
	v = slices.Sorted(slices.Values(v))
	at := q * float64(len(v)-1)
	i := int(at)
	if i+1 == len(v) {
		return v[i]
	}
	return v[i] + (at-float64(i))*(v[i+1]-v[i])
}

// divide divides round by round.
func divide(v, by []float64) []float64 {
	var ratios []float64
	for i := range min(len(v), len(by)) {
		ratios = append(ratios, v[i]/by[i])
	}
	return ratios
}

// percent is half the interquartile range, relative to the median.
func percent(v []float64) string {
	if len(v) < 2 || median(v) == 0 {
		return ""
	}
	return strconv.FormatFloat(100*(quantile(v, 0.75)-quantile(v, 0.25))/2/median(v), 'f', 1, 64) + " %"
}

func whole(v []float64) string {
	if len(v) == 0 {
		return ""
	}
	return strconv.FormatFloat(median(v), 'f', 0, 64)
}

func short(v []float64) string {
	if len(v) == 0 {
		return ""
	}
	m := median(v)
	if m >= 100 || m == float64(int(m)) {
		return strconv.FormatFloat(m, 'f', 0, 64)
	}
	return strconv.FormatFloat(m, 'f', 2, 64)
}

// duration writes nanoseconds with three digits that matter.
func duration(ns float64) string {
	switch {
	case ns >= 1e8:
		return strconv.FormatFloat(ns/1e6, 'f', 0, 64) + " ms"
	case ns >= 1e6:
		return strconv.FormatFloat(ns/1e6, 'f', 2, 64) + " ms"
	case ns >= 1e3:
		return strconv.FormatFloat(ns/1e3, 'f', 2, 64) + " µs"
	}
	return strconv.FormatFloat(ns, 'f', 0, 64) + " ns"
}
