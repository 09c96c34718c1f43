package bench_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/cognitoauth/cognito-go/bench"
	"github.com/cognitoauth/cognito-go/jwtverify"
	"github.com/cognitoauth/cognito-go/jwtverify/jwthttp"
)

// verified is a verifier that has nothing to do, so that the guard's own share
// is not lost in the noise of RSA.
type verified struct{ claims *jwtverify.AccessClaims }

func (v verified) VerifyAccessToken(context.Context, string, ...jwtverify.Requirement) (*jwtverify.AccessClaims, error) {
	return v.claims, nil
}

// noWriter is a response that costs nothing.
type noWriter struct{ header http.Header }

func (w noWriter) Header() http.Header         { return w.header }
func (w noWriter) Write(p []byte) (int, error) { return len(p), nil }
func (w noWriter) WriteHeader(int)             {}

// BenchmarkGuard is what jwthttp adds: a handler behind it against the same
// handler with a verifier called by hand. verifier=none does nothing,
// verifier=remembered knows the token, verifier=full verifies it.
func BenchmarkGuard(b *testing.B) {
	s := fixture(b)
	served := 0
	next := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { served++ })
	for _, row := range []struct {
		name string
		make func() jwtverify.AccessTokenVerifier
	}{
		{"none", func() jwtverify.AccessTokenVerifier { return verified{new(jwtverify.AccessClaims)} }},
		{"remembered", func() jwtverify.AccessTokenVerifier { return verifier(b, s, 1000) }},
		{"full", func() jwtverify.AccessTokenVerifier { return verifier(b, s, 0) }},
	} {
		b.Run("verifier="+row.name, func(b *testing.B) {
			v := row.make()
			guarded := jwthttp.New(v, jwthttp.Options{}).Handler(next)
			byHand := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				token := r.Header.Get("Authorization")[len("Bearer "):]
				if _, err := v.VerifyAccessToken(r.Context(), token); err != nil {
					w.WriteHeader(http.StatusUnauthorized)
					return
				}
				next.ServeHTTP(w, r)
			})
			for _, peer := range []struct {
				name    string
				handler http.Handler
			}{{"by-hand", byHand}, {"jwthttp", guarded}} {
				b.Run("peer="+peer.name, func(b *testing.B) {
					r, err := http.NewRequestWithContext(b.Context(), http.MethodGet, "/", http.NoBody)
					if err != nil {
						b.Fatal(err)
					}
					r.Header.Set("Authorization", "Bearer "+s.Access)
					w := noWriter{http.Header{}}
					served = 0
					b.ReportAllocs()
					n := 0
					for b.Loop() {
						peer.handler.ServeHTTP(w, r)
						n++
					}
					if served != n {
						b.Fatalf("%d of %d requests went through", served, n)
					}
				})
			}
		})
	}
}

// verifier returns one of ours that has its keys.
func verifier(tb testing.TB, s bench.Setup, cacheSize int) *jwtverify.Verifier {
	tb.Helper()
	keys, err := jwtverify.ParseKeySet(s.JWKS)
	if err != nil {
		tb.Fatal(err)
	}
	v, err := jwtverify.New(jwtverify.Config{
		UserPoolID: s.UserPoolID, ClientIDs: []string{s.ClientID}, KeySet: keys, TokenCacheSize: cacheSize,
	})
	if err != nil {
		tb.Fatal(err)
	}
	return v
}
