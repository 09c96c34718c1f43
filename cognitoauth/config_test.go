package cognitoauth

import (
	"maps"
	"reflect"
	"strings"
	"testing"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/cognitoauth/cognito-go/internal/srp"
)

func TestNewReportsEveryProblem(t *testing.T) {
	t.Parallel()
	good := Config{UserPoolID: "eu-west-1_Ab12Cd34E", ClientID: "3n4b5urk1ft4fl3mg5e62d9ado"}
	with := func(change func(*Config)) Config {
		c := good
		change(&c)
		return c
	}
	for _, test := range []struct {
		name string
		cfg  Config
		want []string // in the error; nil: no error
	}{
		{"good", good, nil},
		{"nothing", Config{}, []string{"UserPoolID is empty", "ClientID is empty"}},
		{"everything", Config{UserPoolID: "Ab12Cd34E", ClientID: "a b", ClientSecret: "s3cr3t\n", Endpoint: "localhost:9229", PasswordPolicy: &PasswordPolicy{MinimumLength: 3}},
			[]string{"UserPoolID", "ClientID", "ClientSecret", "Endpoint", "PasswordPolicy"}},
		{"pool without region", with(func(c *Config) { c.UserPoolID = "Ab12Cd34E" }), []string{"UserPoolID", "eu-west-1_Ab12Cd34E"}},
		{"pool without name", with(func(c *Config) { c.UserPoolID = "eu-west-1_" }), []string{"UserPoolID"}},
		{"pool with path", with(func(c *Config) { c.UserPoolID = "eu-west-1_Ab/../x" }), []string{"UserPoolID"}},
		{"pool that is too long", with(func(c *Config) { c.UserPoolID = "eu-west-1_" + strings.Repeat("a", 46) }), []string{"UserPoolID"}},
		{"local pool", with(func(c *Config) { c.UserPoolID = "local_abc" }), nil},
		{"region that is a host", with(func(c *Config) { c.Region = "evil.example/" }), []string{"Region"}},
		{"region of its own", with(func(c *Config) { c.Region = "us-gov-west-1" }), nil},
		{"client of another shape", with(func(c *Config) { c.ClientID = "a/b" }), []string{"ClientID"}},
		{"secret with a line break", with(func(c *Config) { c.ClientSecret = "s3cr3t\n" }), []string{"ClientSecret"}},
		{"loopback", with(func(c *Config) { c.Endpoint = "http://127.0.0.1:9229" }), nil},
		{"loopback by name", with(func(c *Config) { c.Endpoint = "http://localhost:9229" }), nil},
		{"loopback, version 6", with(func(c *Config) { c.Endpoint = "http://[::1]:9229" }), nil},
		{"https", with(func(c *Config) { c.Endpoint = "https://vpce-1.cognito-idp.eu-west-1.vpce.amazonaws.com" }), nil},
		{"plain http", with(func(c *Config) { c.Endpoint = "http://cognito.internal" }), []string{"InsecureEndpoint"}},
		{"plain http on purpose", with(func(c *Config) { c.Endpoint = "http://cognito.internal"; c.InsecureEndpoint = true }), nil},
		{"name that only looks local", with(func(c *Config) { c.Endpoint = "http://127.0.0.1.example.com" }), []string{"InsecureEndpoint"}},
		{"another scheme", with(func(c *Config) { c.Endpoint = "ftp://127.0.0.1" }), []string{"scheme"}},
		{"password in the URL", with(func(c *Config) { c.Endpoint = "https://u:s3cr3t@host" }), []string{"Endpoint"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			pool, err := New(test.cfg)
			if (err == nil) != (test.want == nil) || (pool == nil) != (err != nil) {
				t.Fatalf("New = %v, %v", pool, err)
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q is not in %q", want, err)
				}
			}
			if err != nil && strings.Contains(err.Error(), "s3cr3t") {
				t.Errorf("secret in %q", err)
			}
		})
	}
}

//nolint:paralleltest // the environment is the process's
func TestConfigFromEnv(t *testing.T) {
	env := func(t *testing.T, vars map[string]string) (Config, error) {
		t.Helper()
		for _, name := range []string{"AWS_COGNITO_USER_POOL_ID", "AWS_COGNITO_CLIENT_ID", "AWS_COGNITO_CLIENT_SECRET", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER"} {
			t.Setenv(name, vars[name])
		}
		return ConfigFromEnv()
	}
	required := map[string]string{"AWS_COGNITO_USER_POOL_ID": "eu-west-1_Ab12Cd34E", "AWS_COGNITO_CLIENT_ID": "abc"}
	with := func(more map[string]string) map[string]string {
		vars := maps.Clone(required)
		maps.Copy(vars, more)
		return vars
	}

	t.Run("missing", func(t *testing.T) {
		_, err := env(t, nil)
		if err == nil || !strings.Contains(err.Error(), "AWS_COGNITO_USER_POOL_ID") || !strings.Contains(err.Error(), "AWS_COGNITO_CLIENT_ID") {
			t.Errorf("error %v", err)
		}
	})
	for name, test := range map[string]struct {
		vars map[string]string
		want Config
	}{
		"required only":             {required, Config{UserPoolID: "eu-west-1_Ab12Cd34E", ClientID: "abc"}},
		"secret, with a line break": {with(map[string]string{"AWS_COGNITO_CLIENT_SECRET": "s\n"}), Config{UserPoolID: "eu-west-1_Ab12Cd34E", ClientID: "abc", ClientSecret: "s"}},
		"endpoint":                  {with(map[string]string{"AWS_ENDPOINT_URL": "https://a"}), Config{UserPoolID: "eu-west-1_Ab12Cd34E", ClientID: "abc", Endpoint: "https://a"}},
		"the service's own endpoint": {with(map[string]string{"AWS_ENDPOINT_URL": "https://a", "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER": "https://b"}),
			Config{UserPoolID: "eu-west-1_Ab12Cd34E", ClientID: "abc", Endpoint: "https://b"}},
	} {
		t.Run(name, func(t *testing.T) {
			cfg, err := env(t, test.vars)
			if err != nil || !reflect.DeepEqual(cfg, test.want) {
				t.Errorf("got %v, %v; want %v", cfg, err, test.want)
			}
		})
	}
}

// TestClientSecretFunc: the next request has the new secret.
func TestClientSecretFunc(t *testing.T) {
	t.Parallel()
	secret := "first"
	pool, api := newFakePool(t, Config{ClientSecretFunc: func() string { return secret }})
	for i, s := range []string{"first", "second"} {
		secret = s
		if _, err := pool.ForgotPassword(t.Context(), ForgotPasswordInput{Username: "ada"}); err != nil {
			t.Fatal(err)
		}
		if got, want := *api.sent[i].(*cip.ForgotPasswordInput).SecretHash, srp.SecretHash(s, "ada", pool.ClientID()); got != want {
			t.Errorf("%s: hash of another secret", s)
		}
	}
	if _, err := New(Config{UserPoolID: "eu-west-1_Ab12Cd34E", ClientID: "abc", ClientSecret: "s", ClientSecretFunc: func() string { return "s" }}); err == nil {
		t.Error("two secrets at once are accepted")
	}
}
