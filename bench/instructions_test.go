//go:build !race

package bench_test

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"testing"

	"github.com/cognitoauth/cognito-go/bench"
)

// TestInstructions counts instructions, which unlike time do not depend on what
// else the machine does. BENCH_INSTRUCTIONS=all counts those of every peer.
func TestInstructions(t *testing.T) {
	t.Parallel()
	valgrind, err := exec.LookPath("valgrind")
	if err != nil {
		t.Skip("INSTRUCTIONS ARE NOT COUNTED: there is no valgrind here (apt-get install valgrind)")
	}
	if testing.Short() {
		t.Skip("INSTRUCTIONS ARE NOT COUNTED: it takes a minute, and this is -short")
	}
	dir := t.TempDir()
	f, _, err := bench.NewFixture()
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Save(dir + "/fixture.json"); err != nil {
		t.Fatal(err)
	}
	program := dir + "/instructions"
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, "./cmd/instructions").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	limits := readBudgets(t).instructions
	count := func(use, peer string) int {
		const few, many = 50, 250
		at := func(n int) int {
			return countInstructions(t, valgrind, program, dir+"/fixture.json", use, peer, strconv.Itoa(n))
		}
		return (at(many) - at(few)) / (many - few)
	}
	for _, use := range []string{"access", "id"} {
		floor := count(use, bench.Floor)
		ratio := float64(count(use, bench.Ours)) / float64(floor)
		t.Logf("%s: %.3f times the floor's %d instructions", use, ratio, floor)
		if limit := limits[use]; ratio > limit {
			t.Errorf("%s: %.3f times the floor's instructions, want at most %v", use, ratio, limit)
		}
		if os.Getenv("BENCH_INSTRUCTIONS") != "all" {
			continue
		}
		for _, maker := range bench.Makers() {
			if maker.Name == bench.Floor || maker.Name == bench.Ours || use == "access" && maker.Name == "auth0-v2" {
				continue
			}
			n := count(use, maker.Name)
			t.Logf("%s: %s: %.3f times the floor, %d", use, maker.Name, float64(n)/float64(floor), n)
		}
	}
}

var collected = regexp.MustCompile(`Collected : (\d+)`)

func countInstructions(t *testing.T, valgrind string, command ...string) int {
	t.Helper()
	args := append([]string{"--tool=callgrind", "--callgrind-out-file=/dev/null"}, command...)
	cmd := exec.CommandContext(t.Context(), valgrind, args...) // #nosec G204 -- our own program
	// One thread: what idle ones do, looking for work, depends on time. No
	// signals: callgrind loses track of them.
	cmd.Env = append(os.Environ(), "GOMAXPROCS=1", "GODEBUG=asyncpreemptoff=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %v\n%s", command, err, out)
	}
	match := collected.FindSubmatch(out)
	if match == nil {
		t.Fatalf("no count in:\n%s", out)
	}
	n, err := strconv.Atoi(string(match[1]))
	if err != nil {
		t.Fatal(fmt.Errorf("%s: %w", match[1], err))
	}
	return n
}
