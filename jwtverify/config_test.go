package jwtverify

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestNewReportsEveryProblem(t *testing.T) {
	t.Parallel()
	_, err := New(Config{
		UserPoolID:     "nonsense",
		Leeway:         -1,
		MaxStale:       -1,
		TokenCacheSize: -1,
		JWKSURL:        "http://keys.example.com/",
		Requirements:   []Requirement{{}},
	})
	if !errors.Is(err, ErrInvalidConfig) || errors.Is(err, ErrTokenInvalid) {
		t.Fatalf("got %v", err)
	}
	for _, field := range []string{"UserPoolID", "ClientIDs", "Leeway", "MaxStale", "TokenCacheSize", "JWKSURL", "Requirements"} {
		if !strings.Contains(err.Error(), field+":") {
			t.Errorf("%s is not reported in: %v", field, err)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	clients := []string{"client"}
	for name, cfg := range map[string]Config{
		"nothing":                       {},
		"no client":                     {UserPoolID: testPool},
		"an empty client":               {UserPoolID: testPool, ClientIDs: []string{""}},
		"a client with a space":         {UserPoolID: testPool, ClientIDs: []string{"a "}},
		"clients and any client":        {UserPoolID: testPool, ClientIDs: clients, AnyClient: true},
		"no pool":                       {ClientIDs: clients},
		"a pool without region":         {UserPoolID: "local_pool", ClientIDs: clients},
		"a pool with a path":            {UserPoolID: "eu-west-1_a/../b", ClientIDs: clients},
		"a pool with a host":            {UserPoolID: "eu-west-1.attacker.example#_a", ClientIDs: clients},
		"a pool with a newline":         {UserPoolID: testPool + "\n", ClientIDs: clients},
		"a pool ID too long":            {UserPoolID: "eu-west-1_" + strings.Repeat("a", 50), ClientIDs: clients},
		"a replica that is no region":   {UserPoolID: testPool, ClientIDs: clients, ReplicaRegions: []string{"x.example.com/"}},
		"the pool's region as replica":  {UserPoolID: testPool, ClientIDs: clients, ReplicaRegions: []string{"eu-west-1"}},
		"a replica twice":               {UserPoolID: testPool, ClientIDs: clients, ReplicaRegions: []string{"us-east-1", "us-east-1"}},
		"replicas of an issuer":         {Issuer: testIssuer, ClientIDs: clients, ReplicaRegions: []string{"us-east-1"}},
		"an issuer of another pool":     {Issuer: "https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_B", UserPoolID: "eu-west-1_b", ClientIDs: clients},
		"a pool ID without a region":    {UserPoolID: "_a", ClientIDs: clients},
		"a pool ID with nothing behind": {UserPoolID: "eu-west-1_", ClientIDs: clients},
		"a region without a number":     {UserPoolID: "eu-west_a", ClientIDs: clients},
		"a region of five parts":        {UserPoolID: "eu-a-a-west-1_a", ClientIDs: clients},
		"a region of one letter":        {UserPoolID: "e-west-1_a", ClientIDs: clients},
		"an issuer that is no URL":      {Issuer: "me", ClientIDs: clients},
		"an issuer without TLS":         {Issuer: "http://idp.example.com", ClientIDs: clients},
		"keys from a file":              {UserPoolID: testPool, ClientIDs: clients, JWKSURL: "file:///etc/keys"},
		"keys without TLS":              {UserPoolID: testPool, ClientIDs: clients, JWKSURL: "http://10.0.0.1/keys"},
		"keys from a lookalike of home": {UserPoolID: testPool, ClientIDs: clients, JWKSURL: "http://localhost.example.com/keys"},
		"keys behind a password":        {UserPoolID: testPool, ClientIDs: clients, JWKSURL: "https://user:secret@keys.example.com"},
		"keys from a relative URL":      {UserPoolID: testPool, ClientIDs: clients, JWKSURL: "/keys"},
		"keys from nothing":             {UserPoolID: testPool, ClientIDs: clients, JWKSURL: "https://"},
		"a key set and an address":      {UserPoolID: testPool, ClientIDs: clients, JWKSURL: "https://keys.example.com", KeySet: fixedConfig(t).KeySet},
		"an empty key set":              {UserPoolID: testPool, ClientIDs: clients, KeySet: &KeySet{}},
	} {
		if v, err := New(cfg); !errors.Is(err, ErrInvalidConfig) || v != nil {
			t.Errorf("%s: %v", name, err)
		} else if strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: the error tells a secret: %v", name, err)
		}
	}
	if _, err := NewMulti(); !errors.Is(err, ErrInvalidConfig) {
		t.Errorf("no pool at all: %v", err)
	}
	good := Config{UserPoolID: testPool, ClientIDs: clients}
	if _, err := NewMulti(good, good); !errors.Is(err, ErrInvalidConfig) {
		t.Errorf("a pool twice: %v", err)
	}
}

func TestIssuers(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name string
		cfg  Config
		want map[string]string // issuer to where its keys are
	}{
		{"commercial", Config{UserPoolID: "eu-west-1_a"}, map[string]string{
			"https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_a":        "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_a/.well-known/jwks.json",
			"https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_a": "https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_a/.well-known/jwks.json",
		}},
		{"replicas", Config{UserPoolID: "eu-west-1_a", ReplicaRegions: []string{"us-east-1"}}, map[string]string{
			"https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_a":        "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_a/.well-known/jwks.json",
			"https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_a": "https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_a/.well-known/jwks.json",
			"https://cognito-idp.us-east-1.amazonaws.com/eu-west-1_a":        "https://cognito-idp.us-east-1.amazonaws.com/eu-west-1_a/.well-known/jwks.json",
		}},
		{"GovCloud", Config{UserPoolID: "us-gov-west-1_a"}, map[string]string{
			"https://cognito-idp.us-gov-west-1.amazonaws.com/us-gov-west-1_a":        "https://cognito-idp.us-gov-west-1.amazonaws.com/us-gov-west-1_a/.well-known/jwks.json",
			"https://issuer-cognito-idp.us-gov-west-1.amazonaws.com/us-gov-west-1_a": "https://issuer-cognito-idp.us-gov-west-1.amazonaws.com/us-gov-west-1_a/.well-known/jwks.json",
		}},
		{"China", Config{UserPoolID: "cn-north-1_a"}, map[string]string{
			"https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_a":        "https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_a/.well-known/jwks.json",
			"https://issuer-cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_a": "https://issuer-cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_a/.well-known/jwks.json",
		}},
		{"European Sovereign Cloud", Config{UserPoolID: "eusc-de-east-1_a"}, map[string]string{
			"https://cognito-idp.eusc-de-east-1.amazonaws.eu/eusc-de-east-1_a":         "https://cognito-idp.eusc-de-east-1.amazonaws.eu/eusc-de-east-1_a/.well-known/jwks.json",
			"https://issuer-cognito-idp.eusc-de-east-1.amazonaws.eu/eusc-de-east-1_a":  "https://issuer-cognito-idp.eusc-de-east-1.amazonaws.eu/eusc-de-east-1_a/.well-known/jwks.json",
			"https://cognito-idp.eusc-de-east-1.amazonaws.com/eusc-de-east-1_a":        "https://cognito-idp.eusc-de-east-1.amazonaws.com/eusc-de-east-1_a/.well-known/jwks.json",
			"https://issuer-cognito-idp.eusc-de-east-1.amazonaws.com/eusc-de-east-1_a": "https://issuer-cognito-idp.eusc-de-east-1.amazonaws.com/eusc-de-east-1_a/.well-known/jwks.json",
		}},
		{"emulator", Config{UserPoolID: "local_a", Issuer: "http://localhost:9229/local_a"}, map[string]string{
			"http://localhost:9229/local_a": "http://localhost:9229/local_a/.well-known/jwks.json",
		}},
		{"emulator in another container", Config{Issuer: "http://localhost:9229/local_a", JWKSURL: "http://cognito:9229/keys", InsecureJWKSURL: true}, map[string]string{
			"http://localhost:9229/local_a": "http://cognito:9229/keys",
		}},
		{"issuer with a slash", Config{Issuer: "https://idp.example.com/"}, map[string]string{
			"https://idp.example.com/": "https://idp.example.com/.well-known/jwks.json",
		}},
		{"issuer that is no address", Config{Issuer: "urn:example:idp", JWKSURL: "http://[::1]:8080/keys"}, map[string]string{
			"urn:example:idp": "http://[::1]:8080/keys",
		}},
		{"the issuer of its pool", Config{UserPoolID: "eu-west-1_a", Issuer: "https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_a"}, map[string]string{
			"https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_a": "https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_a/.well-known/jwks.json",
		}},
		{"keys through a proxy", Config{UserPoolID: "eu-west-1_a", JWKSURL: "https://keys.internal/jwks"}, map[string]string{
			"https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_a":        "https://keys.internal/jwks",
			"https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_a": "https://keys.internal/jwks",
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			row.cfg.AnyClient = true
			v := mustNew(t, row.cfg)
			if len(v.issuers) != len(row.want) {
				t.Errorf("%d issuers, want %d", len(v.issuers), len(row.want))
			}
			for issuer, url := range row.want {
				if got := v.issuers[issuer]; got == nil || got.keys.url != url {
					t.Errorf("%s: %+v, want keys from %s", issuer, got, url)
				}
			}
		})
	}
}

func TestRegions(t *testing.T) {
	t.Parallel()
	for pool, domain := range map[string]string{
		"us-east-1_a": "amazonaws.com", "ap-southeast-7_a": "amazonaws.com", "mx-central-1_a": "amazonaws.com", "us-gov-east-1_a": "amazonaws.com",
		"cn-northwest-1_a": "amazonaws.com.cn", "eusc-de-east-1_a": "amazonaws.eu",
		"us-iso-east-1_a": "c2s.ic.gov", "us-isob-east-1_a": "sc2s.sgov.gov", "us-isof-south-1_a": "csp.hci.ic.gov", "eu-isoe-west-1_a": "cloud.adc-e.uk",
	} {
		region, err := regionOfPool(pool)
		if err != nil || domains(region)[0] != domain {
			t.Errorf("%s: %q, %v, want %s", pool, region, err, domain)
		}
	}
	for _, pool := range []string{"", "_a", "us-east-1_", "us-east-1", "US-EAST-1_a", "us-east-1_a_b", "us-east_a", "us east-1_a", "us-east-1_ä", "a.b-east-1_a"} {
		if region, err := regionOfPool(pool); err == nil {
			t.Errorf("%q is taken for a pool in %s", pool, region)
		}
	}
}

func TestConfigFromEnv(t *testing.T) { // not parallel: the environment is everybody's
	t.Setenv("AWS_COGNITO_USER_POOL_ID", " eu-west-1_a ")
	t.Setenv("AWS_COGNITO_CLIENT_ID", "one, two,,")
	t.Setenv("AWS_COGNITO_AUTHORITY", "")
	cfg, err := ConfigFromEnv()
	if err != nil || cfg.UserPoolID != "eu-west-1_a" || !slices.Equal(cfg.ClientIDs, []string{"one", "two"}) || cfg.Issuer != "" {
		t.Errorf("%+v, %v", cfg, err)
	}
	t.Setenv("AWS_COGNITO_USER_POOL_ID", "")
	t.Setenv("AWS_COGNITO_AUTHORITY", "http://localhost:9229/local_a")
	if cfg, err = ConfigFromEnv(); err != nil || cfg.Issuer != "http://localhost:9229/local_a" {
		t.Errorf("%+v, %v", cfg, err)
	}
	if _, err := New(cfg); err != nil {
		t.Error(err)
	}
	t.Setenv("AWS_COGNITO_AUTHORITY", "")
	t.Setenv("AWS_COGNITO_CLIENT_ID", " , ")
	_, err = ConfigFromEnv()
	if !errors.Is(err, ErrInvalidConfig) || !strings.Contains(err.Error(), "AWS_COGNITO_USER_POOL_ID") || !strings.Contains(err.Error(), "AWS_COGNITO_CLIENT_ID") {
		t.Errorf("got %v", err)
	}
}

// What the caller does to a Config after New has no effect.
func TestConfigIsCopied(t *testing.T) {
	t.Parallel()
	cfg := fixedConfig(t)
	cfg.Requirements = []Requirement{AnyGroup("admin")}
	v := mustNew(t, cfg)
	cfg.ClientIDs[0] = "other"
	cfg.Requirements[0] = AnyGroup("nobody")
	if _, err := v.VerifyAccessToken(t.Context(), testKey().Sign(accessToken(testNow))); err != nil {
		t.Error(err)
	}
}

func TestDefaultClient(t *testing.T) {
	t.Parallel()
	transport, ok := newHTTPClient(nil).Transport.(*http.Transport)
	if !ok || transport.TLSClientConfig.MinVersion < 0x0303 || transport.TLSClientConfig.InsecureSkipVerify ||
		transport.ResponseHeaderTimeout > 3*time.Second || transport.TLSHandshakeTimeout > 2*time.Second || !transport.DisableKeepAlives {
		t.Errorf("%+v", transport)
	}
}
