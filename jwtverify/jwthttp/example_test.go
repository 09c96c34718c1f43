package jwthttp_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"

	"github.com/cognitoauth/cognito-go/jwtverify"
	"github.com/cognitoauth/cognito-go/jwtverify/jwthttp"
	"github.com/cognitoauth/cognito-go/jwtverify/jwtverifytest"
)

// issuer stands in for a user pool. A service makes its verifier with
// jwtverify.New.
var issuer = jwtverifytest.NewIssuer(jwtverifytest.Config{})

// show prints what a handler answers to a token, or to none.
func show(h http.Handler, method, path, token string) {
	req := httptest.NewRequestWithContext(context.Background(), method, path, nil)
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, req)
	fmt.Fprintln(os.Stdout, rec.Code, rec.Body)
	if challenge := rec.Header().Get("WWW-Authenticate"); challenge != "" {
		fmt.Fprintln(os.Stdout, challenge)
	}
}

// An API whose routes need different things of a token.
func Example() {
	guard := jwthttp.New(issuer.Verifier(), jwthttp.Options{})
	greet := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		claims, _ := jwthttp.AccessClaims(r.Context()) // always there behind Handler
		fmt.Fprintf(w, "hello, %s", claims.Username)
	})
	mux := http.NewServeMux()
	mux.Handle("GET /hello", guard.Handler(greet))
	mux.Handle("GET /orders", guard.Handler(greet, jwtverify.AllScopes("orders/read")))
	mux.Handle("GET /admin", guard.Handler(greet, jwtverify.AnyGroup("admin")))

	token := issuer.AccessToken(jwtverifytest.Groups("admin"))
	show(mux, "GET", "/hello", token)
	show(mux, "GET", "/admin", token)
	show(mux, "GET", "/orders", token)
	show(mux, "GET", "/hello", "")
	// Output:
	// 200 hello, ada
	// 200 hello, ada
	// 403 Forbidden
	//
	// Bearer realm="api", error="insufficient_scope", scope="orders/read"
	// 401 Unauthorized
	//
	// Bearer realm="api"
}

// A page that knows its readers, and is there for everybody else too.
func ExampleGuard_OptionalHandler() {
	guard := jwthttp.New(issuer.Verifier(), jwthttp.Options{})
	page := guard.OptionalHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if claims, ok := jwthttp.Claims(r.Context()); ok {
			fmt.Fprintf(w, "hello, %s", claims.Username)
			return
		}
		fmt.Fprint(w, "hello, stranger")
	}))
	show(page, "GET", "/", issuer.AccessToken())
	show(page, "GET", "/", "")
	show(page, "GET", "/", issuer.AccessToken(jwtverifytest.Expired()))
	// Output:
	// 200 hello, ada
	// 200 hello, stranger
	// 401 Unauthorized
	//
	// Bearer realm="api", error="invalid_token", error_description="The token has expired"
}

// Check decides without writing, for handlers that go on by themselves.
func ExampleGuard_Check() {
	guard := jwthttp.New(issuer.Verifier(), jwthttp.Options{})
	req := httptest.NewRequestWithContext(context.Background(), http.MethodGet, "/", nil)
	req.Header.Set("Authorization", "Bearer "+issuer.AccessToken())
	claims, err := guard.Check(req)
	if err != nil {
		fmt.Println("answer", guard.Denial(err).Status)
		return
	}
	fmt.Println(claims.Username)
	// Output: ada
}

// ID tokens, for an API that was built on them, in a cookie.
func ExampleOptions() {
	guard := jwthttp.New(issuer.Verifier(), jwthttp.Options{
		Use:     jwtverify.ID,
		Sources: []jwthttp.Source{jwthttp.Cookie("id_token"), jwthttp.Authorization()},
	})
	h := guard.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		claims, _ := jwthttp.IDClaims(r.Context())
		fmt.Fprint(w, claims.Email)
	}))
	req := httptest.NewRequestWithContext(context.Background(), http.MethodGet, "/", nil)
	req.AddCookie(&http.Cookie{Name: "id_token", Value: issuer.IDToken()})
	rec := httptest.NewRecorder()
	// Other sites can make a browser send its cookies; this refuses that.
	http.NewCrossOriginProtection().Handler(h).ServeHTTP(rec, req)
	fmt.Println(rec.Body)
	// Output: ada@example.com
}

// Refusals in JSON.
func ExampleOptions_deny() {
	guard := jwthttp.New(issuer.Verifier(), jwthttp.Options{
		Deny: func(w http.ResponseWriter, _ *http.Request, d jwthttp.Denial) {
			w.Header().Set("Content-Type", "application/problem+json") // RFC 9457
			w.WriteHeader(d.Status)
			_ = json.NewEncoder(w).Encode(map[string]any{"status": d.Status, "title": http.StatusText(d.Status)})
		},
	})
	show(guard.Handler(http.NotFoundHandler()), "GET", "/", "")
	// Output:
	// 401 {"status":401,"title":"Unauthorized"}
	//
	// Bearer realm="api"
}

// Counting and logging.
func ExampleOptions_observe() {
	count := map[jwtverify.Code]int{}
	logger := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: withoutTime}))
	guard := jwthttp.New(issuer.Verifier(), jwthttp.Options{
		Observe: func(ctx context.Context, e jwthttp.Event) {
			if e.Outcome == jwthttp.Refused {
				count[e.Code]++
				logger.LogAttrs(ctx, slog.LevelWarn, "refused", slog.Any("auth", e))
			}
		},
	})
	show(guard.Handler(http.NotFoundHandler()), "GET", "/", issuer.AccessToken(jwtverifytest.Expired()))
	fmt.Println(count)
	// Output:
	// level=WARN msg=refused auth.outcome=refused auth.use=access auth.status=401 auth.code=token_expired auth.error="jwtverify: token has expired: exp"
	// 401 Unauthorized
	//
	// Bearer realm="api", error="invalid_token", error_description="The token has expired"
	// map[token_expired:1]
}

func withoutTime(_ []string, a slog.Attr) slog.Attr {
	if a.Key == slog.TimeKey || a.Key == "duration" {
		return slog.Attr{}
	}
	return a
}
