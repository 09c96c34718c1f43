package passkeytest_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/aws/smithy-go"

	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest"
	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest/passkeytest"
)

const (
	domain = "example.com"
	origin = "https://app.example.com"
)

func authenticator(cfg passkeytest.AuthenticatorConfig) *passkeytest.Authenticator {
	if cfg.Origin == "" {
		cfg.Origin = origin
	}
	return passkeytest.NewAuthenticator(cfg)
}

func verifier(cfg passkeytest.Config) *passkeytest.Verifier {
	if cfg.RelyingPartyID == "" {
		cfg.RelyingPartyID = domain
	}
	return passkeytest.New(cfg)
}

func newUser() cognitotest.PasskeyUser {
	return cognitotest.PasskeyUser{ID: "eaad0219-2117-439f-8d46-4db20e4a1c7e", Name: "ada"}
}

// register gives the user a passkey of the authenticator.
func register(tb testing.TB, v *passkeytest.Verifier, a *passkeytest.Authenticator, u *cognitotest.PasskeyUser, wrongs ...passkeytest.Misbehavior) error {
	tb.Helper()
	options, state, err := v.BeginRegistration(*u)
	if err != nil {
		tb.Fatal(err)
	}
	made, err := v.FinishRegistration(*u, state, must(a.Create(options, wrongs...))(tb))
	if err != nil {
		if made.ID != "" || made.Data != nil {
			tb.Errorf("refused, and still returned %+v", made)
		}
		return err
	}
	u.Passkeys = append(u.Passkeys, made)
	return nil
}

// login signs the user in, and keeps the passkey as the pool would.
func login(tb testing.TB, v *passkeytest.Verifier, a *passkeytest.Authenticator, u *cognitotest.PasskeyUser, wrongs ...passkeytest.Misbehavior) error {
	tb.Helper()
	options, state, err := v.BeginLogin(*u)
	if err != nil {
		tb.Fatal(err)
	}
	return finish(tb, v, u, state, must(a.Get(options, wrongs...))(tb))
}

func finish(tb testing.TB, v *passkeytest.Verifier, u *cognitotest.PasskeyUser, state, credential json.RawMessage) error {
	tb.Helper()
	used, err := v.FinishLogin(*u, state, credential)
	if err != nil {
		if used.ID != "" || used.Data != nil {
			tb.Errorf("refused, and still returned %+v", used)
		}
		return err
	}
	for i := range u.Passkeys {
		if u.Passkeys[i].ID == used.ID {
			u.Passkeys[i] = used
			return nil
		}
	}
	tb.Errorf("passkey %q is none of the user's", used.ID)
	return nil
}

// must returns a function that fails the test on an error and returns the
// value otherwise.
func must[T any](v T, err error) func(testing.TB) T {
	return func(tb testing.TB) T {
		tb.Helper()
		if err != nil {
			tb.Fatalf("unexpected error: %v", err)
		}
		return v
	}
}

// wantException checks which exception of the API it is, and what else the
// error says.
func wantException(tb testing.TB, err error, code, why string) {
	tb.Helper()
	var api smithy.APIError
	if !errors.As(err, &api) {
		tb.Fatalf("got %v, want %s", err, code)
	}
	if api.ErrorCode() != code {
		tb.Errorf("got %s, want %s", api.ErrorCode(), code)
	}
	if !strings.Contains(err.Error(), why) {
		tb.Errorf("got %q, want it to say %q", err, why)
	}
}

// wantRefused checks that a sign-in is refused, and why.
func wantRefused(tb testing.TB, err error, why string) {
	tb.Helper()
	if err == nil {
		tb.Fatal("the passkey was accepted")
	}
	if !strings.Contains(err.Error(), why) {
		tb.Errorf("got %q, want it to say %q", err, why)
	}
}

// remake changes some members of a JSON object; a nil value removes one. A name
// may be a path, such as "response.signature".
func remake(tb testing.TB, object json.RawMessage, pairs ...any) json.RawMessage {
	tb.Helper()
	var tree map[string]any
	if err := json.Unmarshal(object, &tree); err != nil {
		tb.Fatal(err)
	}
	for i := 0; i < len(pairs); i += 2 {
		at, path := tree, strings.Split(pairs[i].(string), ".")
		for _, name := range path[:len(path)-1] {
			at = at[name].(map[string]any)
		}
		if pairs[i+1] == nil {
			delete(at, path[len(path)-1])
		} else {
			at[path[len(path)-1]] = pairs[i+1]
		}
	}
	return must(json.Marshal(tree))(tb)
}
