package cognitotest

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"io"
	mathrand "math/rand/v2"
	"sync"
)

const (
	upper  = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	lower  = "abcdefghijklmnopqrstuvwxyz"
	digits = "0123456789"
)

// random is the pool's one source of randomness: the operating system's, or
// one that follows from a seed.
type random struct {
	mu sync.Mutex
	r  io.Reader
}

func newRandom(seed string) *random {
	if seed == "" {
		return &random{r: rand.Reader}
	}
	return &random{r: mathrand.NewChaCha8(sha256.Sum256([]byte(seed)))}
}

// Read fills p. Neither source fails: crypto/rand ends the process instead,
// and ChaCha8 has no end.
func (r *random) Read(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return io.ReadFull(r.r, p)
}

func (r *random) bytes(n int) []byte {
	b := make([]byte, n)
	_, _ = r.Read(b) // see Read
	return b
}

// from draws n characters of alphabet, each as likely as the others.
func (r *random) from(n int, alphabet string) string {
	limit := 256 - 256%len(alphabet)
	out := make([]byte, 0, n)
	for len(out) < n {
		for _, b := range r.bytes(n) {
			if int(b) < limit && len(out) < n {
				out = append(out, alphabet[int(b)%len(alphabet)])
			}
		}
	}
	return string(out)
}

func (r *random) uuid() string { return uuidFrom(r.bytes(16)) }

// uuidFrom makes a version 4 UUID (RFC 9562, section 5.4) of 16 bytes.
func uuidFrom(b []byte) string {
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	s := hex.EncodeToString(b[:16])
	return s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:]
}

// opaque draws n bytes in the URL-safe alphabet: sessions, refresh tokens.
func (r *random) opaque(n int) string {
	return base64.RawURLEncoding.EncodeToString(r.bytes(n))
}
