// Package tools holds no code. Its go.mod names the programs that build and
// check this repository, in a module of their own so that nobody who imports
// the SDK finds a linter's dependencies in their module graph:
//
//	go tool -modfile=tools/go.mod golangci-lint version
package tools
