package passkeytest_test

import (
	"encoding/base64"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest"
	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest/passkeytest"
)

const (
	invalidParameter  = "InvalidParameterException"
	challengeNotFound = "WebAuthnChallengeNotFoundException"
	originNotAllowed  = "WebAuthnOriginNotAllowedException"
	partyMismatch     = "WebAuthnRelyingPartyMismatchException"
	notSupported      = "WebAuthnCredentialNotSupportedException"
)

// TestCreationOptions holds the options to the example of
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_StartWebAuthnRegistration.html
func TestCreationOptions(t *testing.T) {
	t.Parallel()
	v, u := verifier(passkeytest.Config{}), newUser()
	if err := register(t, v, authenticator(passkeytest.AuthenticatorConfig{}), &u); err != nil {
		t.Fatal(err)
	}
	options, _, err := v.BeginRegistration(u)
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(options, &got); err != nil {
		t.Fatal(err)
	}
	if challenge, _ := got["challenge"].(string); len(must(base64.RawURLEncoding.DecodeString(challenge))(t)) < 16 {
		t.Errorf("challenge %q is shorter than the standard's 16 bytes", challenge)
	}
	delete(got, "challenge")
	want := map[string]any{
		"authenticatorSelection": map[string]any{"requireResidentKey": true, "residentKey": "required", "userVerification": "preferred"},
		"excludeCredentials":     []any{map[string]any{"id": u.Passkeys[0].ID, "type": "public-key", "transports": []any{"internal"}}},
		"pubKeyCredParams": []any{
			map[string]any{"alg": -7.0, "type": "public-key"},
			map[string]any{"alg": -257.0, "type": "public-key"},
		},
		"rp":      map[string]any{"id": domain, "name": domain},
		"timeout": 60000.0,
		"user":    map[string]any{"displayName": u.Name, "id": base64.RawURLEncoding.EncodeToString([]byte(u.ID)), "name": u.Name},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestRegistrationAndLogin(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name       string
		kind       passkeytest.Kind
		attachment string
		transports string
	}{
		{"platform", passkeytest.Platform, "platform", "internal"},
		{"synced", passkeytest.Synced, "platform", "hybrid internal"},
		{"security key", passkeytest.SecurityKey, "cross-platform", "nfc usb"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			v, u := verifier(passkeytest.Config{UserVerification: "required"}), newUser()
			a := authenticator(passkeytest.AuthenticatorConfig{Kind: tt.kind})
			if err := register(t, v, a, &u); err != nil {
				t.Fatal(err)
			}
			for range 3 { // the counter moves on, or stays at zero
				if err := login(t, v, a, &u); err != nil {
					t.Fatal(err)
				}
				k := u.Passkeys[0]
				if k.RelyingPartyID != domain || k.AuthenticatorAttachment != tt.attachment || strings.Join(k.Transports, " ") != tt.transports {
					t.Errorf("got %s, %s, %v", k.RelyingPartyID, k.AuthenticatorAttachment, k.Transports)
				}
			}
		})
	}
}

// TestMisbehavior holds that each single wrong is refused, for its own reason.
func TestMisbehavior(t *testing.T) {
	t.Parallel()
	tests := []struct {
		wrong passkeytest.Misbehavior
		// code and why are the registration's exception and what goes with it,
		// login is what the refused sign-in says. Empty: there is none.
		code, why, login string
	}{
		{passkeytest.WrongChallenge, challengeNotFound, "another challenge", "validating challenge"},
		{passkeytest.WrongOrigin, originNotAllowed, "origin", `origin "https://evil.example"`},
		{passkeytest.CrossOrigin, originNotAllowed, "origin", "cross origin"},
		{passkeytest.WrongType, notSupported, "ceremony type", "ceremony type"},
		{passkeytest.WrongRelyingParty, partyMismatch, "another relying party", "RP Hash mismatch"},
		{passkeytest.WithoutUserPresence, notSupported, "User presence required", "User presence required"},
		{passkeytest.WithoutUserVerification, notSupported, "User verification required", "User verification required"},
		{passkeytest.WrongAlgorithm, notSupported, "algorithm not supported", ""},
		{passkeytest.WrongAttestation, notSupported, "signature", ""},
		{passkeytest.WrongSignature, "", "", "signature"},
		{passkeytest.WrongUserHandle, "", "", "User handle"},
	}
	v := verifier(passkeytest.Config{UserVerification: "required"})
	for _, tt := range tests {
		t.Run(string(tt.wrong), func(t *testing.T) {
			t.Parallel()
			u, a := newUser(), authenticator(passkeytest.AuthenticatorConfig{})
			if tt.code != "" {
				wantException(t, register(t, v, a, &u, tt.wrong), tt.code, tt.why)
			}
			if err := register(t, v, a, &u); err != nil {
				t.Fatalf("the same without the wrong: %v", err)
			}
			if tt.login != "" {
				wantRefused(t, login(t, v, a, &u, tt.wrong), tt.login)
			}
			if err := login(t, v, a, &u); err != nil {
				t.Fatalf("the same without the wrong: %v", err)
			}
		})
	}
}

func TestUserVerificationPreferred(t *testing.T) {
	t.Parallel()
	v, u := verifier(passkeytest.Config{}), newUser()
	a := authenticator(passkeytest.AuthenticatorConfig{NoUserVerification: true})
	if err := register(t, v, a, &u); err != nil {
		t.Fatal(err)
	}
	if err := login(t, v, a, &u); err != nil {
		t.Fatal(err)
	}
}

func TestReplay(t *testing.T) {
	t.Parallel()
	v, u, a := verifier(passkeytest.Config{}), newUser(), authenticator(passkeytest.AuthenticatorConfig{})

	options, state, err := v.BeginRegistration(u)
	if err != nil {
		t.Fatal(err)
	}
	credential := must(a.Create(options))(t)
	u.Passkeys = append(u.Passkeys, must(v.FinishRegistration(u, state, credential))(t))
	_, err = v.FinishRegistration(u, state, credential)
	wantException(t, err, notSupported, "registered already")
	_, another, err := v.BeginRegistration(u)
	if err != nil {
		t.Fatal(err)
	}
	_, err = v.FinishRegistration(u, another, credential)
	wantException(t, err, challengeNotFound, "another challenge")

	options, state, err = v.BeginLogin(u)
	if err != nil {
		t.Fatal(err)
	}
	answer := must(a.Get(options))(t)
	if err := finish(t, v, &u, state, answer); err != nil {
		t.Fatal(err)
	}
	wantRefused(t, finish(t, v, &u, state, answer), "counter")
	_, another, err = v.BeginLogin(u)
	if err != nil {
		t.Fatal(err)
	}
	wantRefused(t, finish(t, v, &u, another, answer), "validating challenge")
}

func TestClone(t *testing.T) {
	t.Parallel()
	v, u, a := verifier(passkeytest.Config{}), newUser(), authenticator(passkeytest.AuthenticatorConfig{})
	if err := register(t, v, a, &u); err != nil {
		t.Fatal(err)
	}
	thief := a.Clone()
	for range 2 {
		if err := login(t, v, a, &u); err != nil {
			t.Fatal(err)
		}
	}
	wantRefused(t, login(t, v, thief, &u), "counter")
	wantRefused(t, login(t, v, thief, &u), "counter")
	if err := login(t, v, a, &u); err != nil {
		t.Errorf("the owner, after the thief: %v", err)
	}
}

// TestOthersPasskey holds that a passkey signs its own user in and nobody else.
func TestOthersPasskey(t *testing.T) {
	t.Parallel()
	v, ada, bob := verifier(passkeytest.Config{}), newUser(), cognitotest.PasskeyUser{ID: "b0b", Name: "bob"}
	hers, his := authenticator(passkeytest.AuthenticatorConfig{}), authenticator(passkeytest.AuthenticatorConfig{})
	if err := register(t, v, hers, &ada); err != nil {
		t.Fatal(err)
	}
	if err := register(t, v, his, &bob); err != nil {
		t.Fatal(err)
	}
	wantRefused(t, login(t, v, his, &ada, passkeytest.UnlistedCredential), "not owned by the user")

	_, state, err := v.BeginLogin(bob)
	if err != nil {
		t.Fatal(err)
	}
	options, _, err := v.BeginLogin(ada)
	if err != nil {
		t.Fatal(err)
	}
	wantRefused(t, finish(t, v, &ada, state, must(hers.Get(options))(t)), "ID mismatch")
}

// TestDeletedPasskey holds that a passkey deleted in the middle of a sign-in
// does not finish it.
func TestDeletedPasskey(t *testing.T) {
	t.Parallel()
	v, u, a := verifier(passkeytest.Config{}), newUser(), authenticator(passkeytest.AuthenticatorConfig{})
	if err := register(t, v, a, &u); err != nil {
		t.Fatal(err)
	}
	options, state, err := v.BeginLogin(u)
	if err != nil {
		t.Fatal(err)
	}
	u.Passkeys = nil
	wantRefused(t, finish(t, v, &u, state, must(a.Get(options))(t)), "does not own")
	if _, _, err := v.BeginLogin(u); err == nil {
		t.Error("a sign-in began without a passkey")
	}
}

func TestMalformed(t *testing.T) {
	t.Parallel()
	v, u, a := verifier(passkeytest.Config{}), newUser(), authenticator(passkeytest.AuthenticatorConfig{})
	options, registering, err := v.BeginRegistration(u)
	if err != nil {
		t.Fatal(err)
	}
	created := must(a.Create(options))(t)
	u.Passkeys = append(u.Passkeys, must(v.FinishRegistration(u, registering, created))(t))
	options, signingIn, err := v.BeginLogin(u)
	if err != nil {
		t.Fatal(err)
	}
	got := must(a.Get(options))(t)
	u2 := newUser() // who has not registered it

	whole := func(s string) func(json.RawMessage) json.RawMessage {
		return func(json.RawMessage) json.RawMessage { return json.RawMessage(s) }
	}
	with := func(pairs ...any) func(json.RawMessage) json.RawMessage {
		return func(c json.RawMessage) json.RawMessage { return remake(t, c, pairs...) }
	}
	tests := []struct {
		name   string
		change func(credential json.RawMessage) json.RawMessage
	}{
		{"empty", whole("")},
		{"null", whole("null")},
		{"not an object", whole("[]")},
		{"cut off", func(c json.RawMessage) json.RawMessage { return c[:len(c)-1] }},
		{"no ID", with("id", nil)},
		{"another ID", with("id", "AAAA")},
		{"no type", with("type", nil)},
		{"no response", with("response", nil)},
		{"no client data", with("response.clientDataJSON", nil)},
		{"no bytes of the authenticator's", with("response.attestationObject", nil, "response.authenticatorData", nil)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := v.FinishRegistration(u2, registering, tt.change(created))
			wantException(t, err, invalidParameter, "malformed")
			_, err = v.FinishLogin(u, signingIn, tt.change(got))
			wantRefused(t, err, "the passkey is refused")
		})
	}
	must(v.FinishRegistration(u2, registering, created))(t) // as it was
	must(v.FinishLogin(u, signingIn, got))(t)
}

// TestForeignState holds that what another implementation has kept is an error,
// not an acceptance.
func TestForeignState(t *testing.T) {
	t.Parallel()
	v, u, a := verifier(passkeytest.Config{}), newUser(), authenticator(passkeytest.AuthenticatorConfig{})
	options, _, err := v.BeginRegistration(u)
	if err != nil {
		t.Fatal(err)
	}
	created := must(a.Create(options))(t)
	for _, state := range []string{"", "null", "{}", `"state"`} {
		if _, err := v.FinishRegistration(u, json.RawMessage(state), created); err == nil {
			t.Errorf("state %q: registered", state)
		}
		if _, err := v.FinishLogin(u, json.RawMessage(state), created); err == nil {
			t.Errorf("state %q: signed in", state)
		}
	}
	u.Passkeys = []cognitotest.Passkey{{ID: "AAAA", Data: json.RawMessage(`"data"`)}}
	if _, _, err := v.BeginRegistration(u); err == nil {
		t.Error("a registration began with a foreign passkey")
	}
	if _, _, err := v.BeginLogin(u); err == nil {
		t.Error("a sign-in began with a foreign passkey")
	}
}

func TestNewPanics(t *testing.T) {
	t.Parallel()
	for name, build := range map[string]func(){
		"relying party with a scheme": func() { passkeytest.New(passkeytest.Config{RelyingPartyID: "https://example.com"}) },
		"relying party by address":    func() { passkeytest.New(passkeytest.Config{RelyingPartyID: "127.0.0.1"}) },
		"user verification":           func() { passkeytest.New(passkeytest.Config{UserVerification: "discouraged"}) },
		"origin without a scheme": func() {
			passkeytest.NewAuthenticator(passkeytest.AuthenticatorConfig{Origin: "example.com"})
		},
		"origin with a path": func() {
			passkeytest.NewAuthenticator(passkeytest.AuthenticatorConfig{Origin: "https://example.com/"})
		},
		"insecure origin": func() {
			passkeytest.NewAuthenticator(passkeytest.AuthenticatorConfig{Origin: "http://example.com"})
		},
		"kind": func() { passkeytest.NewAuthenticator(passkeytest.AuthenticatorConfig{Kind: "phone"}) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			build()
		})
	}
}
