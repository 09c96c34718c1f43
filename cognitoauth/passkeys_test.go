package cognitoauth

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

func TestCompleteWebAuthnRegistration(t *testing.T) {
	t.Parallel()
	pool, api := newFakePool(t, Config{})
	credential := json.RawMessage(`{"id":"x","response":{"publicKeyAlgorithm":-7,"transports":["usb"]},"clientExtensionResults":{}}`)
	if _, err := pool.CompleteWebAuthnRegistration(t.Context(), CompleteWebAuthnRegistrationInput{AccessToken: "t", Credential: credential}); err != nil {
		t.Fatal(err)
	}
	sent, err := api.sent[0].(*cip.CompleteWebAuthnRegistrationInput).Credential.MarshalSmithyDocument()
	if err != nil {
		t.Fatal(err)
	}
	var got, want any
	if json.Unmarshal(sent, &got) != nil || json.Unmarshal(credential, &want) != nil || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("sent %s", sent)
	}
	for _, bad := range []string{"", "null", "[]", "{", `"x"`, "{}{}", "\xff"} {
		if _, err := pool.CompleteWebAuthnRegistration(t.Context(), CompleteWebAuthnRegistrationInput{AccessToken: "t", Credential: json.RawMessage(bad)}); !errors.Is(err, ErrInvalidInput) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	out, err := pool.StartWebAuthnRegistration(t.Context(), StartWebAuthnRegistrationInput{AccessToken: "t"})
	if err != nil || string(out.CreationOptions) != `{"challenge":"abc"}` {
		t.Errorf("%s, %v", out.CreationOptions, err)
	}
}
