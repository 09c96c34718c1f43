package cognito_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/cognitoauth/cognito-go/cognitoauth"
	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest"
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
