package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest"
)

// TestMain sees to it that no test runs on the user pool of whoever runs it.
func TestMain(m *testing.M) {
	for _, name := range []string{"AWS_COGNITO_USER_POOL_ID", "AWS_COGNITO_CLIENT_ID"} {
		if err := os.Unsetenv(name); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// printed is what the program has printed so far.
type printed struct {
	mu    sync.Mutex
	text  bytes.Buffer
	news  chan struct{} // has a value whenever there may be more
	ended chan struct{} // closed when there will be no more
}

func (p *printed) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

func (p *printed) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case p.news <- struct{}{}:
	default:
	}
	return p.text.Write(b)
}

// last waits for a match of the pattern and returns what its group has in the
// last one.
func (p *printed) last(t *testing.T, pattern string) string {
	t.Helper()
	for {
		text := p.String()
		if all := regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1); all != nil {
			return all[len(all)-1][1]
		}
		select {
		case <-p.news:
		case <-p.ended:
			t.Fatalf("the program has ended, without %s in %q", pattern, text)
		}
	}
}

// program is the whole service as its users see it.
type program struct {
	*testing.T
	api  string
	out  *printed
	stop func() error
}

func start(t *testing.T) *program {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	p := &program{T: t, out: &printed{news: make(chan struct{}, 1), ended: make(chan struct{})}}
	var err error
	go func() {
		defer close(p.out.ended)
		err = run(ctx, "127.0.0.1:0", p.out)
	}()
	p.stop = func() error {
		cancel()
		<-p.out.ended
		return err
	}
	t.Cleanup(func() { _ = p.stop() })
	p.api = p.out.last(t, `listening on (http://127\.0\.0\.1:\d+)\n`)
	return p
}

// call sends a request with a token, if there is one, and checks the status.
func (p *program) call(status int, method, path, token, body string) map[string]any {
	p.Helper()
	req, err := http.NewRequestWithContext(p.Context(), method, p.api+path, strings.NewReader(body))
	if err != nil {
		p.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		p.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		p.Fatal(err)
	}
	if resp.StatusCode != status {
		p.Fatalf("%s %s %s: got status %d and %s, want %d", method, path, body, resp.StatusCode, b, status)
	}
	answer := map[string]any{}
	if status == http.StatusNoContent {
		return answer
	}
	if err := json.Unmarshal(b, &answer); err != nil {
		p.Fatalf("%s %s: %v in %q", method, path, err, b)
	}
	return answer
}

func (p *program) post(status int, path, body string) map[string]any {
	p.Helper()
	return p.call(status, http.MethodPost, path, "", body)
}

// signIn returns an ID token.
func (p *program) signIn(email, password string) string {
	p.Helper()
	answer := p.post(200, "/auth/authenticate", object("email", email, "password", password))
	token, _ := answer["idToken"].(string)
	return token
}

func object(pairs ...string) string {
	m := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	b, _ := json.Marshal(m) // strings always marshal
	return string(b)
}

func TestLife(t *testing.T) {
	t.Parallel()
	const email, first, second, third = "ada@example.com", "Correct-horse-7", "Battery-staple-8", "Purple-monkey-9"
	p := start(t)
	code := func() string { return p.out.last(t, `e-mail to ada@example\.com: (\d{6})\n`) }
	authenticate := func(status int, password string) {
		t.Helper()
		p.post(status, "/auth/authenticate", object("email", email, "password", password))
	}

	// Sign up.
	weak := p.post(422, "/auth/register", object("email", email, "password", "weak"))
	if message, _ := weak["message"].(string); !strings.Contains(message, "upper-case letter") || !strings.Contains(message, "number") {
		t.Errorf("a weak password hears %q", message)
	}
	sub, _ := p.post(201, "/auth/register", object("email", email, "password", first))["sub"].(string)
	p.post(409, "/auth/register", object("email", email, "password", first))
	authenticate(403, first)
	wrong := p.post(400, "/auth/verify", object("email", email, "code", code()+"0"))
	if wrong["field"] != "code" {
		t.Errorf("a wrong code hears %v", wrong)
	}
	p.post(204, "/auth/verify", object("email", email, "code", code()))

	// Sign in, and be known.
	authenticate(401, second)
	p.post(401, "/auth/authenticate", object("email", "nobody@example.com", "password", first))
	tokens := p.post(200, "/auth/authenticate", object("email", email, "password", first))
	id, _ := tokens["idToken"].(string)
	access, _ := tokens["accessToken"].(string)
	user, _ := p.call(200, "GET", "/api/v1/pokemons", id, "")["user"].(map[string]any)
	if user["id"] != sub || user["email"] != email {
		t.Errorf("the handler sees %v", user)
	}
	p.call(401, "GET", "/api/v1/pokemons", "", "")
	p.call(401, "GET", "/api/v1/pokemons", access, "")
	p.call(401, "GET", "/api/v1/pokemons", id[:len(id)-4]+"AAAA", "")

	// Change the password, and forget it.
	p.post(401, "/auth/change-password", object("email", email, "currentPassword", second, "newPassword", third))
	p.post(422, "/auth/change-password", object("email", email, "currentPassword", first, "newPassword", "weak"))
	p.post(204, "/auth/change-password", object("email", email, "currentPassword", first, "newPassword", second))
	authenticate(401, first)
	authenticate(200, second)
	p.post(204, "/auth/forgot-password", object("email", "nobody@example.com"))
	p.post(204, "/auth/forgot-password", object("email", email))
	p.post(400, "/auth/confirm-password", object("email", email, "code", "x"+code(), "newPassword", third))
	p.post(204, "/auth/confirm-password", object("email", email, "code", code(), "newPassword", third))
	authenticate(401, second)
	id = p.signIn(email, third)

	// Be deleted, by nobody but an administrator.
	p.call(401, "DELETE", "/users/"+sub, "", "")
	p.call(403, "DELETE", "/users/"+sub, id, "")
	admin := p.signIn(p.out.last(t, `administrator: (\S+),`), p.out.last(t, `password (\S+)\n`))
	p.call(404, "DELETE", "/users/00000000-0000-4000-8000-000000000000", admin, "")
	p.call(204, "DELETE", "/users/"+sub, admin, "")
	p.call(404, "DELETE", "/users/"+sub, admin, "")
	authenticate(401, third)

	if err := p.stop(); err != nil {
		t.Errorf("stopped: %v", err)
	}
}

// TestEnvironment runs the service on a user pool elsewhere: here one that is
// in this process too, but that the service only knows from its environment.
func TestEnvironment(t *testing.T) {
	srv := cognitotest.NewTestServer(t, cognitotest.Config{
		UsernameAttributes: []string{"email"}, Client: cognitotest.AppClient{GenerateSecret: true},
	})
	srv.AddUser(cognitotest.User{
		Username: "ada@example.com", Password: "Correct-horse-7", Groups: []string{"admin"},
		Attributes: map[string]string{"email": "ada@example.com"},
	})
	t.Setenv("AWS_COGNITO_USER_POOL_ID", srv.UserPoolID())
	t.Setenv("AWS_COGNITO_CLIENT_ID", srv.ClientID())
	t.Setenv("AWS_COGNITO_CLIENT_SECRET", srv.ClientConfig(srv.ClientID()).ClientSecret)
	t.Setenv("AWS_COGNITO_AUTHORITY", srv.Issuer())
	t.Setenv("AWS_ENDPOINT_URL", srv.URL())
	t.Setenv("AWS_ACCESS_KEY_ID", srv.Credentials().AccessKeyID)
	t.Setenv("AWS_SECRET_ACCESS_KEY", srv.Credentials().SecretAccessKey)

	p := start(t)
	id := p.signIn("ada@example.com", "Correct-horse-7")
	user, _ := p.call(200, "GET", "/api/v1/pokemons", id, "")["user"].(map[string]any)
	sub, _ := user["id"].(string)
	p.call(204, "DELETE", "/users/"+sub, id, "")
	if left := srv.Users(); len(left) != 0 {
		t.Errorf("still there: %v", left)
	}
	if strings.Contains(p.out.String(), "administrator") {
		t.Error("it made an administrator in a pool that is not its own")
	}
}

// TestEnvironmentThatIsWrong: half a configuration is not the in-process pool.
func TestEnvironmentThatIsWrong(t *testing.T) {
	for _, row := range []struct{ name, pool, client, want string }{
		{"no app client", "eu-west-1_Ab12Cd34E", "", "AWS_COGNITO_CLIENT_ID"},
		{"no user pool", "", "3n4b5urk1ft4fl3mg5e62d9ado", "AWS_COGNITO_USER_POOL_ID"},
		{"user pool without a region", "Ab12Cd34E", "3n4b5urk1ft4fl3mg5e62d9ado", "UserPoolID"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Setenv("AWS_COGNITO_USER_POOL_ID", row.pool)
			t.Setenv("AWS_COGNITO_CLIENT_ID", row.client)
			err := run(t.Context(), "127.0.0.1:0", io.Discard)
			if err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("got %v, want something with %s", err, row.want)
			}
		})
	}
}

func TestAddressThatIsWrong(t *testing.T) {
	t.Parallel()
	p := start(t)
	for _, row := range []struct{ name, addr, want string }{
		{"port that is taken", strings.TrimPrefix(p.api, "http://"), "listen"},
		{"no address", "nonsense", "missing port"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			if err := run(t.Context(), row.addr, io.Discard); err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("got %v, want something with %q", err, row.want)
			}
		})
	}
}
