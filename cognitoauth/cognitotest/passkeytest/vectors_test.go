package passkeytest_test

import (
	"encoding/hex"
	"encoding/json"
	"testing"

	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest"
	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest/passkeytest"
)

// The vectors of "None Attestation - ES256", made by no code of ours.
//
// https://www.w3.org/TR/webauthn-3/#sctn-test-vectors-none-es256
const (
	vectorDomain       = "example.org"
	vectorCredentialID = "f91f391db4c9b2fde0ea70189cba3fb63f579ba6122b33ad94ff3ec330084be4"

	vectorCreateChallenge   = "00c30fb78531c464d2b6771dab8d7b603c01162f2fa486bea70f283ae556e130"
	vectorAttestationObject = "a363666d74646e6f6e656761747453746d74a068617574684461746158a4" +
		"bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b5" + "59" + "00000000" +
		"8446ccb9ab1db374750b2367ff6f3a1f" + "0020" + vectorCredentialID +
		"a5010203262001" +
		"215820afefa16f97ca9b2d23eb86ccb64098d20db90856062eb249c33a9b672f26df61" +
		"225820930a56b87a2fca66334b03458abf879717c12cc68ed73290af2e2664796b9220"
	vectorCreateClientData = `{"type":"webauthn.create","challenge":"AMMPt4UxxGTStncdq417YDwBFi8vpIa-pw8oOuVW4TA",` +
		`"origin":"https://example.org","crossOrigin":false,"extraData":"clientDataJSON may be extended with additional ` +
		`fields in the future, such as this: BkQeDjdcTBrTBiXAwJTE5Q"}`

	vectorGetChallenge      = "39c0e7521417ba54d43e8dc95174f423dee9bf3cd804ff6d65c857c9abf4d408"
	vectorAuthenticatorData = "bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b5" + "19" + "00000000"
	vectorGetClientData     = `{"type":"webauthn.get","challenge":"OcDnUhQXulTUPo3JUXT0I97pvzzYBP9tZchXyav01Ag",` +
		`"origin":"https://example.org","crossOrigin":false}`
	vectorSignature = "3046022100f50a4e2e4409249c4a853ba361282f09841df4dd4547a13a87780218deffcd38" +
		"0221008480ac0f0b93538174f575bf11a1dd5d78c6e486013f937295ea13653e331e87"
)

// vectors are both halves of the example as a browser would send them, and as
// the verifier would have begun them.
type vectors struct {
	v                   *passkeytest.Verifier
	u                   cognitotest.PasskeyUser
	created, got        json.RawMessage
	creating, gettingIn json.RawMessage // states
}

func newVectors(tb testing.TB) *vectors {
	tb.Helper()
	x := &vectors{v: passkeytest.New(passkeytest.Config{RelyingPartyID: vectorDomain}), u: newUser()}
	id := base64URL(tb, vectorCredentialID)
	x.created = must(json.Marshal(map[string]any{
		"id": id, "rawId": id, "type": "public-key", "clientExtensionResults": map[string]any{},
		"response": map[string]any{
			"clientDataJSON":    encode([]byte(vectorCreateClientData)),
			"attestationObject": base64URL(tb, vectorAttestationObject),
		},
	}))(tb)
	x.got = must(json.Marshal(map[string]any{
		"id": id, "rawId": id, "type": "public-key", "clientExtensionResults": map[string]any{},
		"response": map[string]any{
			"clientDataJSON":    encode([]byte(vectorGetClientData)),
			"authenticatorData": base64URL(tb, vectorAuthenticatorData),
			"signature":         base64URL(tb, vectorSignature),
		},
	}))(tb)
	_, state, err := x.v.BeginRegistration(x.u)
	if err != nil {
		tb.Fatal(err)
	}
	x.creating = remake(tb, state, "challenge", base64URL(tb, vectorCreateChallenge))
	return x
}

// register goes on to where the user has the passkey and signs in with it.
func (x *vectors) register(tb testing.TB) {
	tb.Helper()
	x.u.Passkeys = []cognitotest.Passkey{must(x.v.FinishRegistration(x.u, x.creating, x.created))(tb)}
	_, state, err := x.v.BeginLogin(x.u)
	if err != nil {
		tb.Fatal(err)
	}
	x.gettingIn = remake(tb, state, "challenge", base64URL(tb, vectorGetChallenge))
}

func base64URL(tb testing.TB, hexadecimal string) string {
	tb.Helper()
	return encode(must(hex.DecodeString(hexadecimal))(tb))
}

func TestStandardsVectors(t *testing.T) {
	t.Parallel()
	x := newVectors(t)
	x.register(t)
	if got, want := x.u.Passkeys[0].ID, base64URL(t, vectorCredentialID); got != want {
		t.Errorf("passkey %s, want %s", got, want)
	}
	must(x.v.FinishLogin(x.u, x.gettingIn, x.got))(t)

	elsewhere := passkeytest.New(passkeytest.Config{RelyingPartyID: "example.net"})
	_, err := elsewhere.FinishRegistration(newUser(), x.creating, x.created)
	wantException(t, err, originNotAllowed, "origin")
}
