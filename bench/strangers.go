package bench

import (
	"crypto/rand"
	"encoding/base64"
	"strings"
)

// UnknownKey returns a token as a stranger makes one up: token with a random
// kid that looks like Cognito's, and a signature that is none.
func UnknownKey(token string) string {
	var kid [32]byte
	_, _ = rand.Read(kid[:]) // documented never to fail
	_, rest, _ := strings.Cut(token, ".")
	header := `{"kid":"` + base64.StdEncoding.EncodeToString(kid[:]) + `","alg":"RS256"}`
	return base64.RawURLEncoding.EncodeToString([]byte(header)) + "." + rest
}

// oversized returns token with a payload of 1 MiB in place of its own.
func oversized(token string) string {
	header, rest, _ := strings.Cut(token, ".")
	_, signature, _ := strings.Cut(rest, ".")
	payload := `{"x":"` + filled(3<<18) + `"}`
	return header + "." + base64.RawURLEncoding.EncodeToString([]byte(payload)) + "." + signature
}

func filled(n int) string { return strings.Repeat("x", n) }
