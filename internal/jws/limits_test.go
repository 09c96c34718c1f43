package jws

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// members returns n members of different names.
func members(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `,"%x":0`, i)
	}
	return b.String()
}

func TestMembersAreBounded(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, text string
		want       error
	}{
		{"16", `{"alg":"RS256","kid":"k"` + members(14) + `}`, nil},
		{"17", `{"alg":"RS256","kid":"k"` + members(15) + `}`, FaultMembers},
		{"17 below", `{"alg":"RS256","kid":"k","x":{"":0` + members(16) + `}}`, FaultMembers},
	} {
		if _, err := ParseHeader([]byte(row.text), RS256); !errors.Is(err, row.want) {
			t.Errorf("header of %s: got %v, want %v", row.name, err, row.want)
		}
	}
	if _, err := ParseKeySet([]byte(`{"keys":[]` + members(maxKeyMembers) + `}`)); !errors.Is(err, FaultMembers) {
		t.Errorf("key set: %v", err)
	}
	set, err := ParseKeySet([]byte(`{"keys":[{"kty":"RSA"` + members(29_000) + `}]}`))
	if err == nil && len(set.Keys) == 0 && set.Skipped == 1 {
		return
	}
	t.Errorf("key: %v, skipped: %d", err, set.Skipped)
}

//nolint:paralleltest // it counts the allocations of the process
func TestIssuerOfACraftedPayload(t *testing.T) {
	for name, head := range map[string]string{
		"escaped names":  strings.Repeat(`"\u0061\u0061\u0061":0,`, 540),
		"almost iss":     strings.Repeat(`"is\u0074":0,`, 540),
		"escaped prefix": strings.Repeat(`"\u0069s":0,"is\u0073s":0,`, 300),
		"objects":        `"x":[` + strings.Repeat(`{"\u0061":0,"\u0061":0},`, 500) + `0],`,
	} {
		payload := []byte(`{` + head + `"i\u0073s":"me"}`)
		var issuer []byte
		var err error
		if n := testing.AllocsPerRun(10, func() { issuer, err = findIssuer(payload) }); n > 0 || err != nil || string(issuer) != "me" {
			t.Errorf("%s: %q, %v, %v allocations", name, issuer, err, n)
		}
	}
}
