// Command instructions verifies a token a number of times, for a tool such as
// callgrind to count what one verification executes: the difference of two runs,
// divided by the difference of their numbers.
//
//	instructions FIXTURE access|id PEER N
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http/httptest"
	"os"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/cognitoauth/cognito-go/bench"
)

func main() {
	log.SetFlags(0)
	// When the collector runs depends on time, and so would the count.
	debug.SetGCPercent(-1)
	bench.Quiet()
	if err := run(os.Args[1:]); err != nil {
		log.Fatal(err)
	}
}

func run(args []string) error {
	if len(args) != 4 {
		return errors.New("usage: instructions FIXTURE access|id PEER N")
	}
	f, err := bench.LoadFixture(args[0])
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(args[3])
	if err != nil {
		return err
	}
	for _, maker := range bench.Makers() {
		if maker.Name == args[2] {
			return verify(f, maker, args[1], n)
		}
	}
	return fmt.Errorf("no peer %q", args[2])
}

func verify(f *bench.Fixture, maker bench.Maker, use string, n int) error {
	server := httptest.NewServer(f)
	defer server.Close()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	peer, err := maker.New(ctx, bench.Setup{Fixture: f, JWKSURL: server.URL})
	if err != nil {
		return err
	}
	call, token := peer.Access, f.Access
	if use == "id" {
		call, token = peer.ID, f.ID
	}
	if call == nil {
		return fmt.Errorf("%s does not verify %s tokens", maker.Name, use)
	}
	// Some fetch their keys in the background.
	for deadline := time.Now().Add(time.Minute); call(ctx, token) != nil; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			return call(ctx, token)
		}
	}
	for range n {
		if err := call(ctx, token); err != nil {
			return err
		}
	}
	return nil
}
