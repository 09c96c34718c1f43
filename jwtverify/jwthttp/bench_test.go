package jwthttp_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/cognitoauth/cognito-go/jwtverify"
	"github.com/cognitoauth/cognito-go/jwtverify/jwthttp"
	"github.com/cognitoauth/cognito-go/jwtverify/jwtverifytest"
)

// BenchmarkHandler measures what the guard adds to the verifier, which remembers
// the token so that the noise of an RSA operation does not drown it.
func BenchmarkHandler(b *testing.B) {
	iss := jwtverifytest.NewIssuer(jwtverifytest.Config{})
	token := iss.AccessToken()
	cfg := iss.Config()
	cfg.Now = nil
	cfg.TokenCacheSize = 10
	v, err := jwtverify.New(cfg)
	if err != nil {
		b.Fatal(err)
	}
	requirement := jwtverify.AnyScope(jwtverifytest.DefaultScope)
	next := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	h := jwthttp.New(v, jwthttp.Options{}).Handler(next, requirement)
	r, w := request(b, "Bearer "+token), httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		b.Fatal(w.Code)
	}
	b.Run("verifier", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = v.VerifyAccessToken(r.Context(), token, requirement)
		}
	})
	b.Run("guard", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			h.ServeHTTP(w, r)
		}
	})
}
