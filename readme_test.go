package cognito_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// doc: imports
import (
	"github.com/cognitoauth/cognito-go/cognitoauth"             // sign users up and in
	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest" // a user pool to test that with
	"github.com/cognitoauth/cognito-go/jwtverify"               // verify tokens
	"github.com/cognitoauth/cognito-go/jwtverify/jwthttp"       // in front of handlers
	"github.com/cognitoauth/cognito-go/jwtverify/jwtverifytest" // tokens to test that with
)

// end

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
	if err := v.Prefetch(ctx); err != nil { // optional: the keys before the first request
		slog.WarnContext(ctx, "no keys yet", "error", err) // not fatal: the first token asks again
	}
	return v, nil
}

// end

func TestVerifierFromEnvironment(t *testing.T) {
	srv := cognitotest.NewTestServer(t, cognitotest.Config{})
	t.Setenv("AWS_COGNITO_USER_POOL_ID", srv.UserPoolID())
	t.Setenv("AWS_COGNITO_CLIENT_ID", srv.ClientID())
	t.Setenv("AWS_COGNITO_AUTHORITY", srv.Issuer())
	srv.AddUser(cognitotest.User{Username: "ada", Password: "Correct-Horse-9"})
	out, err := srv.UserPool().Authenticate(t.Context(), cognitoauth.AuthenticateInput{Username: "ada", Password: "Correct-Horse-9"})
	if err != nil {
		t.Fatal(err)
	}
	v, err := newVerifier(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.VerifyAccessToken(t.Context(), out.Tokens.AccessToken); err != nil {
		t.Error(err)
	}
}

// TestVerifierWithoutKeyServer: a service starts although its keys cannot be had.
func TestVerifierWithoutKeyServer(t *testing.T) {
	srv := cognitotest.NewTestServer(t, cognitotest.Config{})
	t.Setenv("AWS_COGNITO_USER_POOL_ID", srv.UserPoolID())
	t.Setenv("AWS_COGNITO_CLIENT_ID", srv.ClientID())
	t.Setenv("AWS_COGNITO_AUTHORITY", srv.Issuer())
	srv.Close()
	v, err := newVerifier(t.Context())
	if v == nil || err != nil {
		t.Fatalf("%v, %v", v, err)
	}
	if err := v.Prefetch(t.Context()); !errors.Is(err, jwtverify.ErrKeysUnavailable) {
		t.Errorf("the key server is not down: %v", err)
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
	tokens, err := out.RequireTokens() // an error if a second factor is asked for, or anything else
	// end
	return tokens, err
}

func TestSecondFactor(t *testing.T) {
	t.Parallel()
	srv := cognitotest.NewTestServer(t, cognitotest.Config{MFA: cognitotest.MFAOptional})
	const secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
	srv.AddUser(cognitotest.User{Username: "ada", Password: "Correct-Horse-9", TOTPSecret: secret})
	srv.AddUser(cognitotest.User{Username: "new", Password: "Temporary-1", Status: "FORCE_CHANGE_PASSWORD"})
	pool := srv.UserPool()

	out, err := pool.Authenticate(t.Context(), cognitoauth.AuthenticateInput{Username: "ada", Password: "Correct-Horse-9"})
	if err != nil {
		t.Fatal(err)
	}
	refreshed, err := secondFactor(t.Context(), pool, out, func() string {
		return cognitotest.TOTP(secret, srv.Now())
	}, func() { srv.Advance(time.Hour) })
	if err != nil || refreshed.Tokens.AccessToken == "" {
		t.Errorf("%v, %v", refreshed, err)
	}

	out, err = pool.Authenticate(t.Context(), cognitoauth.AuthenticateInput{Username: "new", Password: "Temporary-1"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := secondFactor(t.Context(), pool, out, nil, nil); err == nil {
		t.Error("a challenge that the example does not answer passed for a sign-in")
	}
}

func secondFactor(ctx context.Context, pool *cognitoauth.UserPool, out *cognitoauth.AuthenticateOutput, codeFromUser func() string, anHourPasses func()) (*cognitoauth.RefreshOutput, error) {
	var err error
	// doc: second factor
	switch c := out.Challenge.(type) {
	case nil: // signed in
	case *cognitoauth.SoftwareTokenMFAChallenge: // and one type for each other challenge
		out, err = pool.RespondToChallenge(ctx, c.Answer(codeFromUser()))
	default:
		err = fmt.Errorf("this service cannot answer %s", c.Name())
	}
	if err != nil {
		return nil, err
	}
	tokens, err := out.RequireTokens()
	if err != nil {
		return nil, err
	}
	// end
	anHourPasses()
	// doc: refresh
	refreshed, err := pool.Refresh(ctx, cognitoauth.RefreshInput{RefreshToken: tokens.RefreshToken})
	// end
	return refreshed, err
}

// TestErrorsOfSignIn holds the README's table of errors to what happens.
func TestErrorsOfSignIn(t *testing.T) {
	t.Parallel()
	ended, end := context.WithCancel(t.Context())
	end()
	for name, test := range map[string]struct {
		ctx    context.Context //nolint:containedctx // the case is the context
		client cognitotest.AppClient
		hide   bool
		is     error
		status int
	}{
		"unknown name, by default":            {t.Context(), cognitotest.AppClient{}, false, cognitoauth.ErrUserNotFound, 401},
		"unknown name, prevented by the pool": {t.Context(), cognitotest.AppClient{PreventUserExistenceErrors: true}, false, cognitoauth.ErrInvalidCredentials, 401},
		"unknown name, hidden by the client":  {t.Context(), cognitotest.AppClient{}, true, cognitoauth.ErrInvalidCredentials, 401},
		"the caller has left":                 {ended, cognitotest.AppClient{}, false, context.Canceled, 503},
		"password flow not allowed":           {t.Context(), cognitotest.AppClient{Flows: []string{"ALLOW_USER_PASSWORD_AUTH"}}, false, cognitoauth.ErrFlowNotEnabled, 500},
	} {
		srv := cognitotest.NewTestServer(t, cognitotest.Config{Client: test.client})
		cfg := srv.ClientConfig(srv.ClientID())
		cfg.HideUserExistence = test.hide
		pool, err := cognitoauth.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		_, err = pool.Authenticate(test.ctx, cognitoauth.AuthenticateInput{Username: "nobody", Password: "Correct-Horse-9"})
		if status := cognitoauth.HTTPStatus(err); !errors.Is(err, test.is) || status != test.status {
			t.Errorf("%s: status %d, %v", name, status, err)
		}
		if errors.Is(err, context.Canceled) && !errors.Is(err, cognitoauth.ErrUnavailable) {
			t.Errorf("%s: not ErrUnavailable: %v", name, err)
		}
	}
}
