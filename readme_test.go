package cognito_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/cognitoauth/cognito-go/cognitoauth"
	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest"
	"github.com/cognitoauth/cognito-go/jwtverify"
	"github.com/cognitoauth/cognito-go/jwtverify/jwthttp"
	"github.com/cognitoauth/cognito-go/jwtverify/jwtverifytest"
)

// The Go code in README.md stands in this file, between "// doc" and "// end",
// and is run; TestDocumentation holds the two together.

// doc: handler
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

// doc: verifier
func newVerifier(ctx context.Context) (*jwtverify.Verifier, error) {
	cfg, err := jwtverify.ConfigFromEnv() // AWS_COGNITO_USER_POOL_ID, AWS_COGNITO_CLIENT_ID
	if err != nil {
		return nil, err
	}
	v, err := jwtverify.New(cfg) // no network yet
	if err != nil {
		return nil, err
	}
	return v, v.Prefetch(ctx) // optional: the keys before the first request
}

// end

func TestVerifierFromEnvironment(t *testing.T) {
	srv := cognitotest.NewTestServer(t, cognitotest.Config{})
	t.Setenv("AWS_COGNITO_USER_POOL_ID", srv.UserPoolID())
	t.Setenv("AWS_COGNITO_CLIENT_ID", srv.ClientID())
	t.Setenv("AWS_COGNITO_AUTHORITY", srv.Issuer())
	if _, err := newVerifier(t.Context()); err != nil {
		t.Error(err)
	}
}

// doc: test
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
	// doc: sign up
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

	// doc: sign in
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
