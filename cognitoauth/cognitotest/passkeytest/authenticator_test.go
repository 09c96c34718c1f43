package passkeytest_test

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest/passkeytest"
)

const (
	creation = `{"rp":{"id":"example.com","name":"Example"},"user":{"id":"YWRh","name":"ada","displayName":"Ada"},` +
		`"challenge":"AAECAwQFBgcICQoLDA0ODw","pubKeyCredParams":[{"type":"public-key","alg":-7}]}`
	request = `{"challenge":"AAECAwQFBgcICQoLDA0ODw","rpId":"example.com"}`
)

func TestCreateAsABrowser(t *testing.T) {
	t.Parallel()
	a := authenticator(passkeytest.AuthenticatorConfig{})
	var got struct {
		ID, RawID, Type, AuthenticatorAttachment string
		ClientExtensionResults                   map[string]any
		Response                                 struct {
			ClientDataJSON, AuthenticatorData, PublicKey, AttestationObject string
			PublicKeyAlgorithm                                              int
			Transports                                                      []string
		}
	}
	if err := json.Unmarshal(must(a.Create(json.RawMessage(creation)))(t), &got); err != nil {
		t.Fatal(err)
	}
	decode := func(s string) []byte { return must(base64.RawURLEncoding.DecodeString(s))(t) }
	if got.ID == "" || got.ID != got.RawID || got.Type != "public-key" || got.AuthenticatorAttachment != "platform" ||
		got.ClientExtensionResults == nil || got.Response.PublicKeyAlgorithm != -7 || !slices.Equal(got.Response.Transports, []string{"internal"}) {
		t.Errorf("got %+v", got)
	}
	const clientData = `{"type":"webauthn.create","challenge":"AAECAwQFBgcICQoLDA0ODw","origin":"https://app.example.com","crossOrigin":false}`
	if s := string(decode(got.Response.ClientDataJSON)); s != clientData {
		t.Errorf("client data:\ngot  %s\nwant %s", s, clientData)
	}
	if _, err := x509.ParsePKIXPublicKey(decode(got.Response.PublicKey)); err != nil {
		t.Errorf("public key: %v", err)
	}
	authData := decode(got.Response.AuthenticatorData)
	if !bytes.Contains(authData, decode(got.ID)) || !bytes.HasSuffix(decode(got.Response.AttestationObject), authData) {
		t.Error("the authenticator data is not in the attestation object, or the ID not in it")
	}
}

// TestBrowserRefuses names the DOMException of each call that a page would see
// fail.
func TestBrowserRefuses(t *testing.T) {
	t.Parallel()
	with := func(base string, pairs ...any) func(testing.TB) json.RawMessage {
		return func(tb testing.TB) json.RawMessage {
			tb.Helper()
			return remake(tb, json.RawMessage(base), pairs...)
		}
	}
	tests := []struct {
		name   string
		cfg    passkeytest.AuthenticatorConfig
		create func(testing.TB) json.RawMessage
		get    func(testing.TB) json.RawMessage
		want   error
	}{
		{"create for another domain", passkeytest.AuthenticatorConfig{}, with(creation, "rp.id", "example.net"), nil, passkeytest.ErrSecurity},
		{"create for a domain below", passkeytest.AuthenticatorConfig{}, with(creation, "rp.id", "login.app.example.com"), nil, passkeytest.ErrSecurity},
		{"create for a domain with the same ending", passkeytest.AuthenticatorConfig{Origin: "https://badexample.com"}, with(creation), nil, passkeytest.ErrSecurity},
		{"create with another algorithm", passkeytest.AuthenticatorConfig{},
			with(creation, "pubKeyCredParams", []any{map[string]any{"type": "public-key", "alg": -257}}), nil, passkeytest.ErrNotSupported},
		{"create with another type", passkeytest.AuthenticatorConfig{},
			with(creation, "pubKeyCredParams", []any{map[string]any{"type": "secret-key", "alg": -7}}), nil, passkeytest.ErrNotSupported},
		{"create on a security key", passkeytest.AuthenticatorConfig{},
			with(creation, "authenticatorSelection", map[string]any{"authenticatorAttachment": "cross-platform"}), nil, passkeytest.ErrNotAllowed},
		{"create with verification", passkeytest.AuthenticatorConfig{NoUserVerification: true},
			with(creation, "authenticatorSelection", map[string]any{"userVerification": "required"}), nil, passkeytest.ErrNotAllowed},
		{"get for another domain", passkeytest.AuthenticatorConfig{}, nil, with(request, "rpId", "example.net"), passkeytest.ErrSecurity},
		{"get with verification", passkeytest.AuthenticatorConfig{NoUserVerification: true}, nil, with(request, "userVerification", "required"), passkeytest.ErrNotAllowed},
		{"get another passkey", passkeytest.AuthenticatorConfig{}, nil,
			with(request, "allowCredentials", []any{map[string]any{"type": "public-key", "id": "AAAA"}}), passkeytest.ErrNotAllowed},
		{"get the host's own", passkeytest.AuthenticatorConfig{}, nil, with(request, "rpId", nil), passkeytest.ErrNotAllowed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := authenticator(tt.cfg)
			var err error
			if tt.create != nil {
				_, err = a.Create(tt.create(t))
			} else {
				must(authenticatorHas(a))(t)
				_, err = a.Get(tt.get(t))
			}
			if !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
	if _, err := authenticator(passkeytest.AuthenticatorConfig{}).Get(json.RawMessage(request)); !errors.Is(err, passkeytest.ErrNotAllowed) {
		t.Errorf("get without a passkey: %v", err)
	}
}

// authenticatorHas makes the passkey that most of the rows look for.
func authenticatorHas(a *passkeytest.Authenticator) (json.RawMessage, error) {
	return a.Create(json.RawMessage(creation))
}

func TestMalformedOptions(t *testing.T) {
	t.Parallel()
	for name, options := range map[string]string{
		"nothing":                     ``,
		"null":                        `null`,
		"not an object":               `[]`,
		"the whole argument":          `{"publicKey":` + creation + `}`,
		"no rp":                       strings.Replace(creation, `"rp"`, `"r"`, 1),
		"no rp.name":                  strings.Replace(creation, `,"name":"Example"`, ``, 1),
		"no user":                     strings.Replace(creation, `"user"`, `"u"`, 1),
		"no display name":             strings.Replace(creation, `,"displayName":"Ada"`, ``, 1),
		"no challenge":                strings.Replace(creation, `"challenge"`, `"c"`, 1),
		"no algorithms":               strings.Replace(creation, `"pubKeyCredParams"`, `"p"`, 1),
		"an algorithm without number": strings.Replace(creation, `"alg":-7`, `"alg":"ES256"`, 1),
		"null challenge":              strings.Replace(creation, `"AAECAwQFBgcICQoLDA0ODw"`, `null`, 1),
		"challenge with padding":      strings.Replace(creation, `"AAECAwQFBgcICQoLDA0ODw"`, `"AAECAwQFBgcICQoLDA0ODw=="`, 1),
		"challenge in bytes":          strings.Replace(creation, `"AAECAwQFBgcICQoLDA0ODw"`, `[0,1,2]`, 1),
		"challenge in plain base64":   strings.Replace(creation, `"AAECAwQFBgcICQoLDA0ODw"`, `"++++"`, 1),
		"user ID too long":            strings.Replace(creation, `"YWRh"`, `"`+strings.Repeat("YWRh", 22)+`"`, 1),
		"empty user ID":               strings.Replace(creation, `"YWRh"`, `""`, 1),
		"the spelling of Go":          strings.Replace(creation, `"challenge"`, `"Challenge"`, 1),
		"the spelling of Go, inside":  strings.Replace(creation, `"displayName"`, `"DisplayName"`, 1),
		"the spelling of Go, in list": strings.Replace(creation, `"alg"`, `"Alg"`, 1),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := authenticator(passkeytest.AuthenticatorConfig{})
			if _, err := a.Create(json.RawMessage(options)); err == nil {
				t.Error("Create took it")
			}
		})
	}
	for _, options := range []string{``, `null`, `[]`, `{}`, `{"rpId":"example.com"}`, `{"challenge":7}`, strings.Replace(request, `"rpId"`, `"RPID"`, 1)} {
		a := authenticator(passkeytest.AuthenticatorConfig{})
		must(authenticatorHas(a))(t)
		if _, err := a.Get(json.RawMessage(options)); err == nil {
			t.Errorf("Get took %s", options)
		}
	}
}

// TestDiscoverable holds that a page need not say which passkey: the newest of
// the relying party's is used, and it knows its user.
func TestDiscoverable(t *testing.T) {
	t.Parallel()
	a := authenticator(passkeytest.AuthenticatorConfig{})
	handle := func() string {
		t.Helper()
		var got struct{ Response struct{ UserHandle string } }
		if err := json.Unmarshal(must(a.Get(json.RawMessage(request)))(t), &got); err != nil {
			t.Fatal(err)
		}
		return got.Response.UserHandle
	}
	must(a.Create(json.RawMessage(creation)))(t)
	must(a.Create(remake(t, json.RawMessage(creation), "user.id", "Ym9i")))(t)
	must(a.Create(remake(t, json.RawMessage(creation), "user.id", "Y2Fy", "rp.id", "app.example.com")))(t)
	if got := handle(); got != "Ym9i" {
		t.Errorf("got the passkey of %s, want Ym9i", got)
	}
	must(a.Create(json.RawMessage(creation)))(t) // overwrites, and is the newest now
	if got := handle(); got != "YWRh" {
		t.Errorf("got the passkey of %s, want YWRh", got)
	}
}

func TestMisbehaviorElsewhere(t *testing.T) {
	t.Parallel()
	a := authenticator(passkeytest.AuthenticatorConfig{})
	for _, wrong := range []passkeytest.Misbehavior{passkeytest.WrongSignature, passkeytest.WrongUserHandle, passkeytest.UnlistedCredential} {
		if _, err := a.Create(json.RawMessage(creation), wrong); err == nil {
			t.Errorf("Create took %q", wrong)
		}
	}
	must(a.Create(json.RawMessage(creation)))(t)
	for _, wrong := range []passkeytest.Misbehavior{passkeytest.WrongAlgorithm, passkeytest.WrongAttestation, "late"} {
		if _, err := a.Get(json.RawMessage(request), wrong); err == nil {
			t.Errorf("Get took %q", wrong)
		}
	}
}

func TestSeededAuthenticators(t *testing.T) {
	t.Parallel()
	run := func(seed byte) string {
		t.Helper()
		a := authenticator(passkeytest.AuthenticatorConfig{Rand: rand.NewChaCha8([32]byte{seed})})
		return string(must(a.Create(json.RawMessage(creation)))(t)) + string(must(a.Get(json.RawMessage(request)))(t))
	}
	first, again, other := run(1), run(1), run(2)
	if first != again {
		t.Error("two authenticators with the same Rand differ")
	}
	if first == other {
		t.Error("two authenticators with different Rand do not")
	}
	broken := authenticator(passkeytest.AuthenticatorConfig{Rand: strings.NewReader("short")})
	if _, err := broken.Create(json.RawMessage(creation)); err == nil {
		t.Error("no error when there is no randomness")
	}
}

// TestOrigins goes through where a passkey may be used, with the verifier and
// the browser of one mind.
func TestOrigins(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		origin, domain string
		ok             bool
	}{
		{"https://example.com", "example.com", true},
		{"https://example.com:8443", "example.com", true},
		{"https://a.b.example.com", "example.com", true},
		{"https://localhost:3000", "localhost", true},
		{"http://localhost:3000", "localhost", true},
		{"http://app.localhost", "localhost", true},
		{"https://example.com", "app.example.com", false},
		{"https://notexample.com", "example.com", false},
		{"https://example.com.evil.example", "example.com", false},
		{"https://localhost", "example.com", false},
	} {
		t.Run(tt.origin+" for "+tt.domain, func(t *testing.T) {
			t.Parallel()
			a := authenticator(passkeytest.AuthenticatorConfig{Origin: tt.origin})
			v, u := passkeytest.New(passkeytest.Config{RelyingPartyID: tt.domain}), newUser()
			if tt.ok {
				if err := register(t, v, a, &u); err != nil {
					t.Fatal(err)
				}
				if err := login(t, v, a, &u); err != nil {
					t.Fatal(err)
				}
				return
			}
			options, _, err := v.BeginRegistration(u)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := a.Create(options); !errors.Is(err, passkeytest.ErrSecurity) {
				t.Errorf("got %v", err)
			}
		})
	}
}
