// Package bench measures this module against the others that verify Cognito's
// tokens in Go, in one run, on the same tokens. It is a module of its own, so
// that nobody who imports the root compiles the peers.
//
// script/bench runs it and prints the tables of docs/benchmarks.md. In the name
// of a benchmark, peer= says what was measured; the peers that share the rest of
// the name did the same work. The floor is what no verifier can do without: one
// SHA-256 and one RSA operation, on a token already taken apart.
//
// # Fairness
//
// Every peer checks the signature, iss, exp, the app client and token_use, and
// hands out typed claims if it can. What a peer does not do itself is done
// after it, as its users must. Peers that fetch keys did so before the clock
// starts. Nothing is tuned beyond what a peer's own documentation recommends.
package bench
