package jwtverifytest_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cognitoauth/cognito-go/jwtverify"
	"github.com/cognitoauth/cognito-go/jwtverify/jwtverifytest"
)

func TestFetches(t *testing.T) {
	t.Parallel()
	iss := jwtverifytest.NewIssuer(jwtverifytest.Config{})
	v := iss.Verifier()
	if got := iss.Fetches(); got != 0 {
		t.Errorf("%d fetches before the first token", got)
	}
	for range 5 {
		if _, err := v.VerifyAccessToken(t.Context(), iss.AccessToken()); err != nil {
			t.Fatal(err)
		}
	}
	if got := iss.Fetches(); got != 1 {
		t.Errorf("%d fetches for five tokens", got)
	}
}

func TestRotation(t *testing.T) {
	t.Parallel()
	for _, own := range []bool{false, true} {
		iss := jwtverifytest.NewIssuer(jwtverifytest.Config{OwnKeys: own})
		v := iss.Verifier()
		accepted := func(what, token string) {
			t.Helper()
			if _, err := v.VerifyAccessToken(t.Context(), token); err != nil {
				t.Errorf("%s: %v", what, err)
			}
		}
		before := iss.AccessToken()
		accepted("before", before)

		iss.Rotate()
		after := iss.AccessToken()
		accepted("after, with a key never seen", after)
		accepted("before, with a key still published", before)
		if got := len(iss.KeySet().KeyIDs()); got != 4 {
			t.Errorf("%d keys published", got)
		}

		iss.Retire()
		if got := len(iss.KeySet().KeyIDs()); got != 2 {
			t.Errorf("%d keys published", got)
		}
		if err := v.Prefetch(t.Context()); err != nil {
			t.Fatal(err)
		}
		accepted("after", after)
		if _, err := v.VerifyAccessToken(t.Context(), before); !errors.Is(err, jwtverify.ErrKeyNotFound) {
			t.Errorf("with a key no longer published: %v", err)
		}
	}
}

func TestOutages(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name    string
		outage  jwtverifytest.Outage
		fetches int // at most
	}{
		{"failing", jwtverifytest.Failing, 1},
		// Of a fetch that is silent for a second, another one does not wait for
		// the end, which comes after five.
		{"hanging", jwtverifytest.Hanging, 6},
		{"refusing", jwtverifytest.Refusing, 1},
		{"a web page", jwtverifytest.HTML, 1},
		{"no keys", jwtverifytest.EmptySet, 1},
		{"half an answer", jwtverifytest.Truncated, 1},
		{"a redirect", jwtverifytest.Redirecting, 1},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				iss := jwtverifytest.NewIssuer(jwtverifytest.Config{})
				v, token := iss.Verifier(), iss.AccessToken()
				iss.Break(row.outage)
				if _, err := v.VerifyAccessToken(t.Context(), token); !errors.Is(err, jwtverify.ErrKeysUnavailable) {
					t.Errorf("got %v", err)
				}
				if got := iss.Fetches(); got < 1 || got > row.fetches {
					t.Errorf("%d fetches", got)
				}
				iss.Break(jwtverifytest.Up)
				time.Sleep(time.Second) // of the bubble: until the verifier tries again
				if _, err := v.VerifyAccessToken(t.Context(), token); err != nil {
					t.Errorf("once it is up: %v", err)
				}
			})
		})
	}
}

func TestHangingEndsWithTheOutage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		iss := jwtverifytest.NewIssuer(jwtverifytest.Config{})
		v, token := iss.Verifier(), iss.AccessToken()
		iss.Break(jwtverifytest.Hanging)
		began := time.Now()
		time.AfterFunc(time.Second, func() { iss.Break(jwtverifytest.Hanging) }) // no end
		time.AfterFunc(2*time.Second, func() { iss.Break(jwtverifytest.Up) })
		if _, err := v.VerifyAccessToken(t.Context(), token); err != nil {
			t.Error(err)
		}
		if got := time.Since(began); got != 2*time.Second {
			t.Errorf("answered after %v", got)
		}
	})
}

func TestTheOtherFormOfIssuerIsRefused(t *testing.T) {
	t.Parallel()
	iss := jwtverifytest.NewIssuer(jwtverifytest.Config{UserPoolID: "eu-west-1_Pool"})
	token := iss.AccessToken(jwtverifytest.Claim("iss", "https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Pool"))
	if _, err := iss.Verifier().VerifyAccessToken(t.Context(), token); !errors.Is(err, jwtverify.ErrIssuerInvalid) {
		t.Errorf("got %v", err)
	}
	if got := iss.Fetches(); got != 0 {
		t.Errorf("%d fetches of the keys", got)
	}
}

func TestServe(t *testing.T) {
	t.Parallel()
	iss := jwtverifytest.NewIssuer(jwtverifytest.Config{})
	t.Cleanup(iss.Close)
	url := iss.Serve()
	if again := iss.Serve(); again != url {
		t.Errorf("a second server at %s", again)
	}
	if cfg := iss.Config(); cfg.JWKSURL != url || cfg.HTTPClient != nil {
		t.Errorf("a verifier would not use the port: %+v", cfg)
	}
	v := iss.Verifier()
	if _, err := v.VerifyIDToken(t.Context(), iss.IDToken()); err != nil {
		t.Fatal(err)
	}

	iss.Break(jwtverifytest.Hanging)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := v.Prefetch(ctx); !errors.Is(err, jwtverify.ErrKeysUnavailable) {
		t.Errorf("Prefetch while it hangs: %v", err)
	}
	iss.Close()
	iss.Close()
	iss.Break(jwtverifytest.Up)
	if err := v.Prefetch(t.Context()); !errors.Is(err, jwtverify.ErrKeysUnavailable) {
		t.Errorf("Prefetch once it is closed: %v", err)
	}
	if _, err := iss.Verifier().VerifyIDToken(t.Context(), iss.IDToken()); err != nil {
		t.Errorf("without the port: %v", err)
	}
}

func TestServeHTTP(t *testing.T) {
	t.Parallel()
	iss := jwtverifytest.NewIssuer(jwtverifytest.Config{})
	for _, row := range []struct {
		name, method, path string
		want               int
	}{
		{"the keys", http.MethodGet, "/.well-known/jwks.json", 200},
		{"the keys of a pool", http.MethodGet, "/eu-west-1_Pool/.well-known/jwks.json", 200},
		{"HEAD", http.MethodHead, "/.well-known/jwks.json", 200},
		{"POST", http.MethodPost, "/.well-known/jwks.json", 405},
		{"something else", http.MethodGet, "/", 404},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			rec := httptest.NewRecorder()
			iss.ServeHTTP(rec, httptest.NewRequestWithContext(t.Context(), row.method, row.path, nil))
			if rec.Code != row.want {
				t.Errorf("got %d", rec.Code)
			}
		})
	}

	t.Run("a redirect leads to the keys", func(t *testing.T) {
		t.Parallel()
		iss := jwtverifytest.NewIssuer(jwtverifytest.Config{})
		t.Cleanup(iss.Close)
		url := iss.Serve()
		iss.Break(jwtverifytest.Redirecting)
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := new(http.Client).Do(req) // follows
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil || string(body) != string(iss.JWKS()) {
			t.Errorf("%v, %s", err, body)
		}
	})
}
