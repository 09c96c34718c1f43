package cognito_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/smithy-go/tracing"

	"github.com/cognitoauth/cognito-go/cognitoauth"
	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest"
	"github.com/cognitoauth/cognito-go/jwtverify"
	"github.com/cognitoauth/cognito-go/jwtverify/jwthttp"
	"github.com/cognitoauth/cognito-go/jwtverify/jwtverifytest"
)

// The Go code in docs/ stands in this file, between "// doc" and "// end".

// doc: handler under test
func signUp(users cognitoauth.Registrar) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, err := users.SignUp(r.Context(), cognitoauth.SignUpInput{
			Username:   r.FormValue("email"),
			Password:   r.FormValue("password"),
			Attributes: map[string]string{"email": r.FormValue("email")},
		})
		w.WriteHeader(cognitoauth.HTTPStatus(err))
	}
}

// end

// doc: with the fake
func TestSignUpOfTakenName(t *testing.T) {
	t.Parallel()
	users := &cognitotest.Client{
		TB: t, // a call to any other method fails the test, by name
		SignUpFunc: func(_ context.Context, in cognitoauth.SignUpInput) (*cognitoauth.SignUpOutput, error) {
			if in.Attributes["email"] != "ada@example.com" {
				t.Errorf("signed up with %v", in.Attributes)
			}
			return nil, cognitoauth.ErrUserExists
		},
	}
	w := httptest.NewRecorder()
	signUp(users).ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/sign-up?email=ada@example.com&password=x", nil))
	if w.Code != http.StatusConflict {
		t.Errorf("status %d, want 409", w.Code)
	}
}

// end

// doc: with the pool
func TestSignUpEndToEnd(t *testing.T) {
	t.Parallel()
	srv := cognitotest.NewTestServer(t, cognitotest.Config{}) // closes with the test
	pool := srv.UserPool()

	w := httptest.NewRecorder()
	signUp(pool).ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/sign-up?email=ada@example.com&password=Correct-Horse-9", nil))
	if w.Code != http.StatusOK {
		t.Fatalf("status %d", w.Code)
	}
	_, err := pool.ConfirmSignUp(t.Context(), cognitoauth.ConfirmSignUpInput{
		Username: "ada@example.com",
		Code:     srv.Code("ada@example.com"), // what the e-mail would have said
	})
	if err != nil {
		t.Fatal(err)
	}
}

// end

// doc: time and faults
func TestLateCodeAndOutage(t *testing.T) {
	t.Parallel()
	srv := cognitotest.NewTestServer(t, cognitotest.Config{})
	srv.AddUser(cognitotest.User{
		Username: "ada", Password: "Correct-Horse-9", // in any state, without the steps that lead there
		Attributes: map[string]string{"email": "ada@example.com", "email_verified": "true"},
	})
	pool := srv.UserPool()
	if _, err := pool.ForgotPassword(t.Context(), cognitoauth.ForgotPasswordInput{Username: "ada"}); err != nil {
		t.Fatal(err)
	}
	srv.Advance(2 * time.Hour) // the pool's clock; a code is good for one
	_, err := pool.ConfirmForgotPassword(t.Context(), cognitoauth.ConfirmForgotPasswordInput{
		Username: "ada", Code: srv.Code("ada"), NewPassword: "Battery-Staple-7",
	})
	if !errors.Is(err, cognitoauth.ErrCodeExpired) {
		t.Errorf("late code: %v", err)
	}

	srv.Inject(cognitotest.Fault{Operation: "ForgotPassword", Exception: "LimitExceededException"})
	_, err = pool.ForgotPassword(t.Context(), cognitoauth.ForgotPasswordInput{Username: "ada"})
	if cognitoauth.HTTPStatus(err) != http.StatusTooManyRequests {
		t.Errorf("limit: %v", err)
	}
}

// end

// doc: with the issuer
func TestGreetingRefuses(t *testing.T) {
	t.Parallel()
	issuer := jwtverifytest.NewIssuer(jwtverifytest.Config{})
	service := newService(issuer.Verifier())
	for name, test := range map[string]struct {
		token string
		want  int
	}{
		"no member of staff": {issuer.AccessToken(), http.StatusForbidden},
		"expired":            {issuer.AccessToken(jwtverifytest.Groups("staff"), jwtverifytest.Expired()), http.StatusUnauthorized},
		"forged":             {issuer.AccessToken(jwtverifytest.Groups("staff"), jwtverifytest.Forged()), http.StatusUnauthorized},
		"an ID token":        {issuer.IDToken(jwtverifytest.Groups("staff")), http.StatusUnauthorized},
	} {
		request := httptest.NewRequest(http.MethodGet, "/greeting", nil)
		request.Header.Set("Authorization", "Bearer "+test.token)
		response := httptest.NewRecorder()
		service.ServeHTTP(response, request)
		if response.Code != test.want {
			t.Errorf("%s: status %d, want %d", name, response.Code, test.want)
		}
	}
}

// end

// doc: scopes
func TestScopes(t *testing.T) {
	t.Parallel()
	srv := cognitotest.NewTestServer(t, cognitotest.Config{Triggers: cognitotest.Triggers{
		PreTokenGeneration: func(_ context.Context, e *cognitotest.PreTokenGenerationEvent) error {
			e.ScopesToAdd = []string{"orders/read"} // to what there is: aws.cognito.signin.user.admin
			return nil
		},
	}})
	srv.AddUser(cognitotest.User{Username: "ada", Password: "Correct-Horse-9", Groups: []string{"staff"}})
	out, err := srv.UserPool().Authenticate(t.Context(), cognitoauth.AuthenticateInput{Username: "ada", Password: "Correct-Horse-9"})
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := jwtverify.New(jwtverify.Config{Issuer: srv.Issuer(), ClientIDs: []string{srv.ClientID()}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = verifier.VerifyAccessToken(t.Context(), out.Tokens.AccessToken,
		jwtverify.AllScopes("orders/read", "aws.cognito.signin.user.admin"), jwtverify.AnyGroup("staff"))
	if err != nil {
		t.Error(err)
	}
}

// end

// doc: observe
func newObservedGuard(cfg jwtverify.Config, log *slog.Logger, count func(outcome, code string)) (*jwthttp.Guard, error) {
	cfg.Hooks.Fetch = func(e jwtverify.FetchEvent) {
		if e.Err != nil {
			log.Warn("keys of the user pool not fetched", "fetch", e)
		}
	}
	v, err := jwtverify.New(cfg)
	if err != nil {
		return nil, err
	}
	return jwthttp.New(v, jwthttp.Options{
		Observe: func(ctx context.Context, e jwthttp.Event) {
			count(string(e.Outcome), string(e.Code))
			if e.Status == http.StatusServiceUnavailable && !errors.Is(e.Err, context.Canceled) {
				log.LogAttrs(ctx, slog.LevelError, "token not judged", slog.Any("auth", e))
			}
		},
	}), nil
}

// end

func TestObservedGuard(t *testing.T) {
	t.Parallel()
	issuer := jwtverifytest.NewIssuer(jwtverifytest.Config{})
	var logged bytes.Buffer // one request at a time, and no fetch but theirs
	counted := map[string]int{}
	guard, err := newObservedGuard(issuer.Config(), slog.New(slog.NewTextHandler(&logged, nil)), func(outcome, code string) {
		counted[outcome+" "+code]++
	})
	if err != nil {
		t.Fatal(err)
	}
	service := guard.Handler(http.HandlerFunc(greeting))
	ask := func(ctx context.Context, token string) int {
		request := httptest.NewRequestWithContext(ctx, http.MethodGet, "/", nil)
		request.Header.Set("Authorization", "Bearer "+token)
		response := httptest.NewRecorder()
		service.ServeHTTP(response, request)
		return response.Code
	}
	gone, leave := context.WithCancel(t.Context())
	leave()
	if status := ask(gone, issuer.AccessToken()); status != http.StatusServiceUnavailable || logged.Len() > 0 {
		t.Errorf("somebody who has left: status %d, logged %q", status, &logged)
	}
	if status := ask(t.Context(), issuer.AccessToken()); status != http.StatusOK {
		t.Errorf("a good token: status %d", status)
	}
	if status := ask(t.Context(), issuer.AccessToken(jwtverifytest.Expired())); status != http.StatusUnauthorized {
		t.Errorf("an expired token: status %d", status)
	}
	for _, of := range []string{"accepted ", "refused token_expired", "refused keys_unavailable"} {
		if counted[of] != 1 {
			t.Errorf("%q counted %d times", of, counted[of])
		}
	}
}

// doc: tracing
func traced(cfg cognitoauth.Config, provider tracing.TracerProvider) (*cognitoauth.UserPool, error) {
	cfg.AWSOptions = append(cfg.AWSOptions, func(o *cognitoidentityprovider.Options) {
		o.TracerProvider = provider // a span for each call and each attempt
		o.RetryMaxAttempts = 2      // three unless set
	})
	return cognitoauth.New(cfg)
}

// end

type spanCounter struct {
	tracing.NopTracerProvider
	spans sync.Map // names
}

func (c *spanCounter) Tracer(string, ...tracing.TracerOption) tracing.Tracer { return c }

func (c *spanCounter) StartSpan(ctx context.Context, name string, opts ...tracing.SpanOption) (context.Context, tracing.Span) {
	c.spans.Store(name, true)
	return c.NopTracerProvider.Tracer("").StartSpan(ctx, name, opts...)
}

func TestTraced(t *testing.T) {
	t.Parallel()
	srv := cognitotest.NewTestServer(t, cognitotest.Config{})
	spans := new(spanCounter)
	pool, err := traced(srv.ClientConfig(srv.ClientID()), spans)
	if err != nil {
		t.Fatal(err)
	}
	srv.AddUser(cognitotest.User{Username: "ada", Password: "Correct-Horse-9"})
	if _, err := pool.Authenticate(t.Context(), cognitoauth.AuthenticateInput{Username: "ada", Password: "Correct-Horse-9"}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Cognito Identity Provider.InitiateAuth", "Attempt"} {
		if _, ok := spans.spans.Load(name); !ok {
			t.Errorf("no span %q", name)
		}
	}
}

// TestDocumentation holds README.md and docs/ to the code that is run here:
// each of their Go blocks must stand in a test file of this package.
func TestDocumentation(t *testing.T) {
	t.Parallel()
	region := regexp.MustCompile(`(?s)\n\t?// doc: [^\n]*\n(.*?)\n\t?// end\n`)
	block := regexp.MustCompile("(?s)```go\n(.*?)```")

	run := map[string]bool{} // and whether it was found in a document
	for _, source := range read(t, "*_test.go") {
		for _, m := range region.FindAllStringSubmatch(source, -1) {
			body := m[1]
			if strings.HasPrefix(body, "\t") { // a part of a function
				body = strings.ReplaceAll("\n"+body, "\n\t", "\n")
			}
			run[strings.TrimSpace(body)] = false
		}
	}
	for file, text := range read(t, "README.md", "docs/*.md") {
		for _, m := range block.FindAllStringSubmatch(text, -1) {
			body := strings.TrimSpace(m[1])
			if _, ok := run[body]; !ok {
				t.Errorf("%s: this block is run nowhere:\n%s", file, body)
			}
			run[body] = true
		}
	}
	for body, documented := range run {
		if !documented {
			t.Errorf("no document has this block:\n%s", body)
		}
	}
	if len(run) < 8 {
		t.Errorf("only %d blocks", len(run))
	}
}

func read(t *testing.T, patterns ...string) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for _, pattern := range patterns {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			texts[file] = string(text)
		}
	}
	return texts
}

// TestDocumentationLinks: every relative link leads somewhere.
func TestDocumentationLinks(t *testing.T) {
	t.Parallel()
	link := regexp.MustCompile(`\]\(([^)#:]+)(?:#[^)]*)?\)`)
	for file, text := range read(t, "*.md", "docs/*.md") {
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(file), m[1])); err != nil {
				t.Errorf("%s links to %s: %v", file, m[1], err)
			}
		}
	}
}
