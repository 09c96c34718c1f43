package cognito_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/cognitoauth/cognito-go/cognitoauth"
	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest"
	"github.com/cognitoauth/cognito-go/jwtverify"
	"github.com/cognitoauth/cognito-go/jwtverify/jwthttp"
	"github.com/cognitoauth/cognito-go/jwtverify/jwtverifytest"
)

// The Go code in README.md stands in this file, between "// README" and
// "// end", and is run; TestREADME holds the two together.

// README handler
func greeting(w http.ResponseWriter, r *http.Request) {
	claims, _ := jwthttp.AccessClaims(r.Context()) // always there behind the guard
	fmt.Fprintf(w, "hello %s, member of %v", claims.Username, claims.Groups)
}

func newService(v *jwtverify.Verifier) http.Handler {
	mux := http.NewServeMux()
	guard := jwthttp.New(v, jwthttp.Options{})
	mux.Handle("GET /greeting", guard.Handler(http.HandlerFunc(greeting), jwtverify.AnyGroup("staff")))
	return mux
}

// end

// README test
func TestGreeting(t *testing.T) {
	t.Parallel()
	issuer := jwtverifytest.NewIssuer(jwtverifytest.Config{})
	request := httptest.NewRequest(http.MethodGet, "/greeting", nil)
	request.Header.Set("Authorization", "Bearer "+issuer.AccessToken(jwtverifytest.Groups("staff")))

	response := httptest.NewRecorder()
	newService(issuer.Verifier()).ServeHTTP(response, request)
	if response.Code != http.StatusOK {
		t.Errorf("status %d: %s", response.Code, response.Body)
	}
}

// end

func TestTour(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	tokens, err := tour(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if tokens.AccessToken == "" || tokens.IDToken == "" || tokens.RefreshToken == "" {
		t.Error("a token is missing")
	}
}

func tour(ctx context.Context) (*cognitoauth.Tokens, error) {
	// README sign up
	srv := cognitotest.NewServer(cognitotest.Config{}) // a user pool in this process
	defer srv.Close()
	pool := srv.UserPool() // on AWS: cognitoauth.New(cognitoauth.Config{UserPoolID: …, ClientID: …})

	_, err := pool.SignUp(ctx, cognitoauth.SignUpInput{
		Username:   "ada@example.com",
		Password:   "Correct-Horse-9",
		Attributes: map[string]string{"email": "ada@example.com"},
	})
	if err != nil {
		return nil, err
	}
	_, err = pool.ConfirmSignUp(ctx, cognitoauth.ConfirmSignUpInput{
		Username: "ada@example.com",
		Code:     srv.Code("ada@example.com"), // what the e-mail would have said
	})
	if err != nil {
		return nil, err
	}
	// end

	// README sign in
	out, err := pool.Authenticate(ctx, cognitoauth.AuthenticateInput{
		Username: "ada@example.com",
		Password: "Correct-Horse-9", // proved over SRP, never sent
	})
	if errors.Is(err, cognitoauth.ErrInvalidCredentials) {
		return nil, errors.New("wrong user name or password")
	} else if err != nil {
		return nil, err
	}
	tokens, err := out.RequireTokens() // or a type switch over out.Challenge
	// end
	return tokens, err
}

// readmeBlocks returns the bodies of README.md's Go code blocks.
func readmeBlocks(t *testing.T) []string {
	t.Helper()
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	var blocks []string
	for _, m := range regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(string(readme), -1) {
		blocks = append(blocks, m[1])
	}
	return blocks
}

func TestREADME(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("readme_test.go")
	if err != nil {
		t.Fatal(err)
	}
	regions := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?s)\n\t?// README [^\n]*\n(.*?)\n\t?// end\n`).FindAllStringSubmatch(string(source), -1) {
		body := strings.TrimSpace(strings.TrimPrefix(m[1], "\n"))
		if strings.HasPrefix(m[1], "\t") { // a part of a function
			body = strings.TrimSpace(strings.ReplaceAll("\n"+m[1], "\n\t", "\n"))
		}
		regions[body] = true
	}
	blocks := readmeBlocks(t)
	if len(blocks) != len(regions) || len(blocks) == 0 {
		t.Errorf("README.md has %d blocks of Go code, this file %d", len(blocks), len(regions))
	}
	for _, block := range blocks {
		if !regions[strings.TrimSpace(block)] {
			t.Errorf("this block of README.md is not in readme_test.go:\n%s", block)
		}
	}
}
