package passkeytest_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"testing"

	"github.com/go-webauthn/webauthn/protocol"

	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest/passkeytest"
)

// FuzzFinishLogin holds that nothing but what the authenticator has signed
// signs in.
func FuzzFinishLogin(f *testing.F) {
	x := newVectors(f)
	x.register(f)
	authData := must(hex.DecodeString(vectorAuthenticatorData))(f)
	f.Add([]byte(vectorGetClientData), authData, must(hex.DecodeString(vectorSignature))(f), []byte(x.u.ID))
	f.Fuzz(func(t *testing.T, clientData, authenticatorData, signature, userHandle []byte) {
		used, err := x.v.FinishLogin(x.u, x.gettingIn, remake(t, x.got,
			"response.clientDataJSON", encode(clientData), "response.authenticatorData", encode(authenticatorData),
			"response.signature", encode(signature), "response.userHandle", encode(userHandle)))
		switch {
		case err != nil:
			if used.ID != "" || used.Data != nil {
				t.Errorf("refused, and still returned %+v", used)
			}
		case string(clientData) != vectorGetClientData || !bytes.Equal(authenticatorData, authData):
			t.Errorf("accepted what was never signed: %q, %x", clientData, authenticatorData)
		case len(userHandle) > 0 && string(userHandle) != x.u.ID:
			t.Errorf("accepted the user handle %q", userHandle)
		case used.ID != x.u.Passkeys[0].ID:
			t.Errorf("signed in with %q", used.ID)
		}
	})
}

// FuzzFinishRegistration holds that a registered passkey answers the challenge,
// on a page of the relying party.
func FuzzFinishRegistration(f *testing.F) {
	x := newVectors(f)
	// Shorter than the vector's: the fuzzer takes the square of the length to
	// shorten what it finds. No attestation is none of the client data either.
	clientData := `{"type":"webauthn.create","challenge":"` + base64URL(f, vectorCreateChallenge) + `","origin":"https://` + vectorDomain + `"}`
	must(x.v.FinishRegistration(x.u, x.creating, remake(f, x.created, "response.clientDataJSON", encode([]byte(clientData)))))(f)
	f.Add([]byte(clientData), must(hex.DecodeString(vectorAttestationObject))(f))
	f.Fuzz(func(t *testing.T, clientData, attestationObject []byte) {
		made, err := x.v.FinishRegistration(x.u, x.creating, remake(t, x.created,
			"response.clientDataJSON", encode(clientData), "response.attestationObject", encode(attestationObject)))
		if err != nil {
			if made.ID != "" || made.Data != nil {
				t.Errorf("refused, and still returned %+v", made)
			}
			return
		}
		var client protocol.CollectedClientData
		if err := json.Unmarshal(clientData, &client); err != nil {
			t.Fatal(err)
		}
		if client.Type != protocol.CreateCeremony || client.CrossOrigin || client.Challenge != base64URL(t, vectorCreateChallenge) {
			t.Errorf("registered for %+v", client)
		}
		if made.ID != base64URL(t, vectorCredentialID) || made.RelyingPartyID != vectorDomain {
			t.Errorf("registered %+v", made)
		}
		// What has been registered can be signed in with.
		u := x.u
		u.Passkeys = append(u.Passkeys, made)
		if _, _, err := x.v.BeginLogin(u); err != nil {
			t.Error(err)
		}
	})
}

// FuzzOptions holds that an authenticator answers any options with an error or
// with what a relying party can parse.
func FuzzOptions(f *testing.F) {
	f.Add([]byte(creation))
	f.Add([]byte(request))
	f.Fuzz(func(t *testing.T, options []byte) {
		a := authenticator(passkeytest.AuthenticatorConfig{})
		if created, err := a.Create(options); err == nil {
			if _, err := protocol.ParseCredentialCreationResponseBytes(created); err != nil {
				t.Errorf("%s: %v", created, err)
			}
		}
		must(a.Create(json.RawMessage(creation)))(t)
		if got, err := a.Get(options); err == nil {
			if _, err := protocol.ParseCredentialRequestResponseBytes(got); err != nil {
				t.Errorf("%s: %v", got, err)
			}
		}
	})
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
