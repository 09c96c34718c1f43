package jwthttp_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cognitoauth/cognito-go/jwtverify"
	"github.com/cognitoauth/cognito-go/jwtverify/jwthttp"
	"github.com/cognitoauth/cognito-go/jwtverify/jwtverifytest"
)

func TestDeny(t *testing.T) {
	t.Parallel()
	iss := jwtverifytest.NewIssuer(jwtverifytest.Config{})
	for _, row := range []struct {
		name   string
		deny   func(http.ResponseWriter, *http.Request, jwthttp.Denial)
		status int
		body   string
	}{
		{"status and body", func(w http.ResponseWriter, _ *http.Request, d jwthttp.Denial) {
			w.WriteHeader(d.Status)
			fmt.Fprintf(w, `{"status":%d}`, d.Status)
		}, 401, `{"status":401}`},
		{"another status", func(w http.ResponseWriter, r *http.Request, _ jwthttp.Denial) {
			http.Redirect(w, r, "/login", http.StatusSeeOther)
		}, 303, "<a href=\"/login\">See Other</a>.\n\n"},
		{"a body alone", func(w http.ResponseWriter, _ *http.Request, _ jwthttp.Denial) { fmt.Fprint(w, "no") }, 401, "no"},
		{"nothing", func(http.ResponseWriter, *http.Request, jwthttp.Denial) {}, 401, "Unauthorized\n"},
		{"early hints and nothing", func(w http.ResponseWriter, _ *http.Request, _ jwthttp.Denial) {
			w.WriteHeader(http.StatusEarlyHints)
		}, 401, "Unauthorized\n"},
		{"a flush", func(w http.ResponseWriter, _ *http.Request, _ jwthttp.Denial) {
			if err := http.NewResponseController(w).Flush(); !errors.Is(err, http.ErrNotSupported) {
				t.Errorf("Flush: %v", err)
			}
		}, 401, "Unauthorized\n"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			guard := jwthttp.New(iss.Verifier(), jwthttp.Options{Deny: row.deny, Realm: "orders"})
			srv := httptest.NewServer(guard.Handler(&recorder{}))
			t.Cleanup(srv.Close)
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL, nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Authorization", "Bearer "+iss.AccessToken(jwtverifytest.Forged()))
			res, err := srv.Client().Transport.RoundTrip(req) // follows no redirect
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			body, err := io.ReadAll(res.Body)
			if err != nil {
				t.Fatal(err)
			}
			if res.StatusCode != row.status || string(body) != row.body {
				t.Errorf("status %d, body %q", res.StatusCode, body)
			}
			if got, want := res.Header.Get("WWW-Authenticate"), `Bearer realm="orders", error="invalid_token"`; got != want {
				t.Errorf("WWW-Authenticate %q, want %q", got, want)
			}
		})
	}
}

func TestChallengesNameTheMetadata(t *testing.T) {
	t.Parallel()
	iss := jwtverifytest.NewIssuer(jwtverifytest.Config{})
	const url = "https://api.example.com/.well-known/oauth-protected-resource"
	guard := jwthttp.New(iss.Verifier(), jwthttp.Options{ResourceMetadata: url})
	for _, row := range []struct{ name, authorization, want string }{
		{"no token", "Basic YTpi", `Bearer realm="api", resource_metadata="` + url + `"`},
		{"a bad token", "Bearer x", `Bearer realm="api", resource_metadata="` + url + `", error="invalid_token"`},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			_, err := guard.Check(request(t, row.authorization))
			if got := guard.Denial(err).Challenge; got != row.want {
				t.Errorf("got %s\nwant %s", got, row.want)
			}
		})
	}
}

func TestObserve(t *testing.T) {
	t.Parallel()
	iss := jwtverifytest.NewIssuer(jwtverifytest.Config{})
	broken := jwtverifytest.NewIssuer(jwtverifytest.Config{})
	broken.Break(jwtverifytest.Failing)
	for _, row := range []struct {
		name          string
		iss           *jwtverifytest.Issuer
		optional      bool
		authorization []string
		requirements  []jwtverify.Requirement
		want          jwthttp.Event // but Duration and Err
	}{
		{"accepted", iss, false, []string{"Bearer " + iss.AccessToken()}, nil, jwthttp.Event{Outcome: jwthttp.Accepted}},
		{"anonymous", iss, true, nil, nil, jwthttp.Event{Outcome: jwthttp.Anonymous}},
		{"no token", iss, false, nil, nil, jwthttp.Event{Outcome: jwthttp.Refused, Code: jwtverify.CodeTokenMissing, Status: 401}},
		{"malformed", iss, true, []string{"a", "b"}, nil, jwthttp.Event{Outcome: jwthttp.Refused, Code: jwthttp.CodeRequestInvalid, Status: 400}},
		{
			"forged", iss, true, []string{"Bearer " + iss.AccessToken(jwtverifytest.Forged())}, nil,
			jwthttp.Event{Outcome: jwthttp.Refused, Code: jwtverify.CodeSignatureInvalid, Status: 401},
		},
		{
			"forbidden", iss, false, []string{"Bearer " + iss.AccessToken()}, []jwtverify.Requirement{jwtverify.AnyGroup("admin")},
			jwthttp.Event{Outcome: jwthttp.Refused, Code: jwtverify.CodeInsufficientGroup, Status: 403},
		},
		{
			"no keys", broken, false, []string{"Bearer " + broken.AccessToken()}, nil,
			jwthttp.Event{Outcome: jwthttp.Refused, Code: jwtverify.CodeKeysUnavailable, Status: 503},
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			var events []jwthttp.Event
			guard := jwthttp.New(row.iss.Verifier(), jwthttp.Options{
				Observe: func(_ context.Context, e jwthttp.Event) { events = append(events, e) },
			})
			wrap := guard.Handler
			if row.optional {
				wrap = guard.OptionalHandler
			}
			mux := http.NewServeMux()
			mux.Handle("GET /{$}", wrap(&recorder{}, row.requirements...))
			serve(mux, request(t, row.authorization...))
			if len(events) != 1 {
				t.Fatalf("%d events", len(events))
			}
			got := events[0]
			if (got.Err != nil) != (got.Outcome == jwthttp.Refused) {
				t.Errorf("error %v", got.Err)
			}
			got.Duration, got.Err = 0, nil
			row.want.Use, row.want.Pattern = jwtverify.Access, "GET /{$}"
			if got != row.want {
				t.Errorf("\n got %+v\nwant %+v", got, row.want)
			}
		})
	}

	t.Run("how long it took", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			var got jwthttp.Event
			slow := verifierFunc(func(context.Context, string) (*jwtverify.AccessClaims, error) {
				time.Sleep(time.Second) // of the bubble
				return &jwtverify.AccessClaims{}, nil
			})
			guard := jwthttp.New(slow, jwthttp.Options{Observe: func(_ context.Context, e jwthttp.Event) { got = e }})
			if _, err := guard.Check(request(t, "Bearer x")); err != nil || got.Duration != time.Second {
				t.Errorf("%v, %+v", err, got)
			}
		})
	})
	t.Run("an error without a code", func(t *testing.T) {
		t.Parallel()
		var got jwthttp.Event
		refuse := verifierFunc(func(context.Context, string) (*jwtverify.AccessClaims, error) { return nil, errors.New("no") })
		guard := jwthttp.New(refuse, jwthttp.Options{Observe: func(_ context.Context, e jwthttp.Event) { got = e }})
		if _, err := guard.Check(request(t, "Bearer x")); err == nil || got.Outcome != jwthttp.Refused || got.Code != "" || got.Status != 401 {
			t.Errorf("%v, %+v", err, got)
		}
	})
}

func TestEventLogValue(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		if len(groups) == 0 {
			return slog.Attr{}
		}
		return a
	}}))
	for _, row := range []struct {
		event jwthttp.Event
		want  string
	}{
		{
			jwthttp.Event{Outcome: jwthttp.Accepted, Use: jwtverify.ID, Duration: time.Millisecond},
			"auth.outcome=accepted auth.use=id auth.duration=1ms\n",
		},
		{
			jwthttp.Event{
				Outcome: jwthttp.Refused, Use: jwtverify.Access, Code: jwtverify.CodeTokenExpired, Status: 401,
				Pattern: "GET /", Err: jwtverify.ErrTokenExpired, Duration: time.Millisecond,
			},
			`auth.outcome=refused auth.use=access auth.pattern="GET /" auth.status=401 auth.code=token_expired auth.error="jwtverify: token has expired" auth.duration=1ms` + "\n",
		},
	} {
		out.Reset()
		logger.LogAttrs(t.Context(), slog.LevelInfo, "", slog.Any("auth", row.event))
		if got := out.String(); got != row.want {
			t.Errorf("\n got %s\nwant %s", got, row.want)
		}
	}
}

// Whatever is wrong with a token, no part of it comes back or is logged.
func TestNothingOfTheTokenShows(t *testing.T) {
	t.Parallel()
	const secret = "SecretWord"
	iss := jwtverifytest.NewIssuer(jwtverifytest.Config{})
	var log bytes.Buffer
	logger := slog.New(slog.NewJSONHandler(&log, nil))
	guard := jwthttp.New(iss.Verifier(), jwthttp.Options{
		Observe: func(ctx context.Context, e jwthttp.Event) {
			logger.LogAttrs(ctx, slog.LevelInfo, "", slog.Any("auth", e))
		},
	})
	for _, value := range []string{
		"Bearer " + secret,
		"Bearer " + secret + " " + secret,
		secret + " x",
		"Bearer " + iss.AccessToken(jwtverifytest.Claim("iss", secret)),
		"Bearer " + iss.AccessToken(jwtverifytest.Claim("sub", []string{secret})),
		"Bearer " + iss.AccessToken(jwtverifytest.Claim("client_id", secret)),
		"Bearer " + iss.AccessToken(jwtverifytest.Header("alg", secret)),
		"Bearer " + iss.AccessToken(jwtverifytest.Header("kid", secret)),
		"Bearer " + iss.AccessToken(jwtverifytest.RawPayload(secret)),
		"Bearer " + iss.AccessToken(jwtverifytest.RawHeader(secret)),
	} {
		rec := httptest.NewRecorder()
		guard.Handler(&recorder{}).ServeHTTP(rec, request(t, value))
		if answer := fmt.Sprint(rec.Header(), rec.Body); strings.Contains(answer, secret) || strings.Contains(log.String(), secret) {
			t.Errorf("it shows:\n%s\n%s", answer, &log)
		}
	}
}
