package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/cognitoauth/cognito-go/cognitoauth"
	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest"
	"github.com/cognitoauth/cognito-go/jwtverify"
)

const (
	ada      = "ada+1@example.com"
	password = "Correct-horse-7"
)

// start runs the program until stop or the end of the test, and returns what it
// printed. stop returns the program's error.
func start(t *testing.T, args ...string) (d description, stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out, w := io.Pipe()
	done := make(chan error, 1)
	go func() {
		err := run(ctx, append([]string{"-addr", "127.0.0.1:0"}, args...), w, io.Discard)
		_ = w.CloseWithError(errors.Join(err, io.EOF))
		done <- err
	}()
	stop = func() error {
		cancel()
		err := <-done
		done <- err // for whoever stops it again
		return err
	}
	t.Cleanup(func() { _ = stop() })

	line := json.NewDecoder(out)
	line.DisallowUnknownFields()
	if err := line.Decode(&d); err != nil {
		t.Fatalf("the first line is not the JSON it should be: %v", err)
	}
	return d, stop
}

// client is what another program would make of the line of JSON.
func client(t *testing.T, d description) *cognitoauth.UserPool {
	t.Helper()
	pool, err := cognitoauth.New(cognitoauth.Config{UserPoolID: d.UserPoolID, ClientID: d.ClientID, Endpoint: d.Endpoint})
	if err != nil {
		t.Fatal(err)
	}
	return pool
}

// signUp makes a confirmed user, with the code from the outbox.
func signUp(t *testing.T, d description, pool *cognitoauth.UserPool) {
	t.Helper()
	_, err := pool.SignUp(t.Context(), cognitoauth.SignUpInput{
		Username: ada, Password: password, Attributes: map[string]string{"email": ada},
	})
	if err != nil {
		t.Fatal(err)
	}
	status, message := readOutbox(t, d, "?to="+url.QueryEscape(ada))
	if status != http.StatusOK || message.Code == "" {
		t.Fatalf("outbox: status %d, %+v", status, message)
	}
	if _, err := pool.ConfirmSignUp(t.Context(), cognitoauth.ConfirmSignUpInput{Username: ada, Code: message.Code}); err != nil {
		t.Fatal(err)
	}
}

func readOutbox(t *testing.T, d description, query string) (int, cognitotest.Message) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, d.Endpoint+"/outbox"+query, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var m cognitotest.Message
	if err := json.NewDecoder(resp.Body).Decode(&m); err != nil {
		t.Fatalf("outbox: %v", err)
	}
	if got := resp.Header.Get("Content-Type"); got != "application/json" {
		t.Errorf("outbox: Content-Type %q", got)
	}
	return resp.StatusCode, m
}

func TestAnotherProgramsView(t *testing.T) {
	t.Parallel()
	d, stop := start(t)
	pool := client(t, d)
	signUp(t, d, pool)
	out, err := pool.Authenticate(t.Context(), cognitoauth.AuthenticateInput{Username: ada, Password: password})
	if err != nil {
		t.Fatal(err)
	}
	tokens, err := out.RequireTokens()
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := jwtverify.New(jwtverify.Config{Issuer: d.Issuer, JWKSURL: d.JWKSURL, ClientIDs: []string{d.ClientID}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := verifier.VerifyAccessToken(t.Context(), tokens.AccessToken); err != nil {
		t.Error(err)
	}
	if !strings.HasPrefix(d.Issuer, d.Endpoint+"/") || !strings.HasPrefix(d.JWKSURL, d.Issuer+"/") {
		t.Errorf("not at one address: %+v", d)
	}
	if d.SecretClientID != "" || d.ClientSecret != "" {
		t.Error("a client with a secret that nobody asked for")
	}

	if err := stop(); err != nil {
		t.Errorf("stopped: %v", err)
	}
	if _, err := pool.Authenticate(t.Context(), cognitoauth.AuthenticateInput{Username: ada, Password: password}); !errors.Is(err, cognitoauth.ErrUnavailable) {
		t.Errorf("after the end: got %v, want ErrUnavailable", err)
	}
}

func TestOutbox(t *testing.T) {
	t.Parallel()
	d, _ := start(t)
	if status, _ := readOutbox(t, d, "?to="+url.QueryEscape(ada)); status != http.StatusNotFound {
		t.Errorf("before any message: status %d, want 404", status)
	}
	signUp(t, d, client(t, d))
	rows := []struct {
		name, query string
		status      int
	}{
		{"escaped address", "?to=ada%2B1%40example.com", http.StatusOK},
		{"address with its plus not escaped", "?to=ada+1@example.com", http.StatusOK},
		{"anybody", "", http.StatusOK},
		{"somebody else", "?to=bob@example.com", http.StatusNotFound},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			status, message := readOutbox(t, d, row.query)
			if status != row.status {
				t.Fatalf("status %d, want %d", status, row.status)
			}
			if status == http.StatusOK && (message.To != ada || len(message.Code) != 6) {
				t.Errorf("got %+v", message)
			}
		})
	}
}

func TestSecretClient(t *testing.T) {
	t.Parallel()
	d, _ := start(t, "-secret-client")
	signUp(t, d, client(t, d))
	for _, row := range []struct {
		name, secret string
		want         error
	}{
		{"with its secret", d.ClientSecret, nil},
		{"without", "", cognitoauth.ErrClientSecret},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			pool, err := cognitoauth.New(cognitoauth.Config{
				UserPoolID: d.UserPoolID, ClientID: d.SecretClientID, ClientSecret: row.secret, Endpoint: d.Endpoint,
			})
			if err != nil {
				t.Fatal(err)
			}
			_, err = pool.Authenticate(t.Context(), cognitoauth.AuthenticateInput{Username: ada, Password: password})
			if !errors.Is(err, row.want) {
				t.Errorf("got %v, want %v", err, row.want)
			}
		})
	}
}

func TestSecondFactorsAndDevices(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name      string
		args      []string
		challenge bool // instead of tokens
		device    bool
	}{
		{"neither", nil, false, false},
		{"second factor on", []string{"-mfa", "on"}, true, false},
		{"second factor optional", []string{"-mfa", "optional"}, false, false},
		{"devices", []string{"-devices"}, false, true},
		{"devices off again", []string{"-devices", "-devices=false"}, false, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			d, _ := start(t, row.args...)
			pool := client(t, d)
			signUp(t, d, pool)
			out, err := pool.Authenticate(t.Context(), cognitoauth.AuthenticateInput{Username: ada, Password: password})
			if err != nil {
				t.Fatal(err)
			}
			if row.challenge {
				if out.Challenge == nil {
					t.Errorf("got %v, want a challenge", out)
				}
				return
			}
			tokens, err := out.RequireTokens()
			if err != nil {
				t.Fatal(err)
			}
			if got := tokens.NewDevice != nil; got != row.device {
				t.Errorf("new device: %t, want %t", got, row.device)
			}
		})
	}
}

// TestState: a second process goes on where the first one stopped.
func TestIssuer(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name string
		args []string
		want func(d description) string
	}{
		{"loopback unless told otherwise", nil, func(d description) string { return d.Endpoint + "/" + d.UserPoolID }},
		{"AWS's", []string{"-issuer", "original"}, func(d description) string {
			return "https://cognito-idp.us-east-1.amazonaws.com/" + d.UserPoolID
		}},
		{"AWS's newer form", []string{"-issuer", "updated"}, func(d description) string {
			return "https://issuer-cognito-idp.us-east-1.amazonaws.com/" + d.UserPoolID
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			d, _ := start(t, row.args...)
			if want := row.want(d); d.Issuer != want {
				t.Errorf("issuer %q, want %q", d.Issuer, want)
			}
			// The keys are on this machine whatever the tokens say.
			if want := d.Endpoint + "/" + d.UserPoolID + "/.well-known/jwks.json"; d.JWKSURL != want {
				t.Errorf("JWKS URL %q, want %q", d.JWKSURL, want)
			}
		})
	}
}

func TestState(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	args := []string{"-secret-client", "-state", filepath.Join(dir, "pool.json")}
	first, stop := start(t, args...)
	signUp(t, first, client(t, first))
	if err := stop(); err != nil {
		t.Fatal(err)
	}

	second, stop := start(t, args...)
	if second.UserPoolID != first.UserPoolID || second.ClientID != first.ClientID ||
		second.SecretClientID != first.SecretClientID || second.ClientSecret != first.ClientSecret {
		t.Errorf("got %+v, want the IDs of %+v", second, first)
	}
	out, err := client(t, second).Authenticate(t.Context(), cognitoauth.AuthenticateInput{Username: ada, Password: password})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := out.RequireTokens(); err != nil {
		t.Error(err)
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}

	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 1 {
		t.Fatalf("files left: %v, %v", files, err)
	}
	info, err := files[0].Info()
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" && info.Mode() != 0o600 { // where modes are of another kind
		t.Errorf("mode %v: others can read the client's secret", info.Mode())
	}
}

func TestRefusedArguments(t *testing.T) {
	t.Parallel()
	taken, _ := start(t)
	nonsense := filepath.Join(t.TempDir(), "nonsense.json")
	if err := os.WriteFile(nonsense, []byte("nonsense"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name string
		args []string
		want string
	}{
		{"every interface", []string{"-addr", ":0"}, "other machines"},
		{"another machine's address", []string{"-addr", "192.0.2.1:9229"}, "other machines"},
		{"no address", []string{"-addr", "nonsense"}, "nonsense"},
		{"port that is taken", []string{"-addr", strings.TrimPrefix(taken.Endpoint, "http://")}, "listen"},
		{"unknown second factor", []string{"-mfa", "sometimes"}, "want optional, on or off"},
		{"unknown issuer", []string{"-issuer", "https://example.com"}, "want loopback, original or updated"},
		{"devices that are neither on nor off", []string{"-devices=perhaps"}, "perhaps"},
		{"state that is nonsense", []string{"-addr", "127.0.0.1:0", "-state", nonsense}, "not what Save writes"},
		{"state where no file can be", []string{"-addr", "127.0.0.1:0", "-state", filepath.Join(nonsense, "pool.json")}, nonsense},
		{"state in a folder that is not there", []string{"-addr", "127.0.0.1:0", "-state", nonsense + ".d/pool.json"}, nonsense + ".d"},
		{"unknown option", []string{"-port", "1"}, "-port"},
		{"argument", []string{"users.json"}, "unexpected argument"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			err := run(t.Context(), row.args, &out, io.Discard)
			if err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("got %v, want something with %q", err, row.want)
			}
			if out.Len() > 0 {
				t.Errorf("printed %q", out.String())
			}
			if kept, err := os.ReadFile(nonsense); err != nil || string(kept) != "nonsense" {
				t.Errorf("the state that was refused is now %q, %v", kept, err)
			}
		})
	}
}

func TestHelp(t *testing.T) {
	t.Parallel()
	var out, messages bytes.Buffer
	if err := run(t.Context(), []string{"-h"}, &out, &messages); err != nil {
		t.Error(err)
	}
	for _, option := range []string{"-addr", "-secret-client", "-mfa", "-devices", "-issuer", "-state"} {
		if !strings.Contains(messages.String(), option) {
			t.Errorf("the help does not name %s", option)
		}
	}
}
