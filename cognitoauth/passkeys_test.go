package cognitoauth

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/document"
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
}

func TestStartWebAuthnRegistration(t *testing.T) {
	t.Parallel()
	in := StartWebAuthnRegistrationInput{AccessToken: "t"}
	pool, api := newFakePool(t, Config{})
	out, err := pool.StartWebAuthnRegistration(t.Context(), in)
	if err != nil || string(out.CreationOptions) != `{"challenge":"abc"}` {
		t.Errorf("%v, %v", out, err)
	}
	// Something that a browser could not read.
	api.creationOptions = document.NewLazyDocument(make(chan int))
	if out, err := pool.StartWebAuthnRegistration(t.Context(), in); out != nil || !errors.Is(err, ErrUnavailable) {
		t.Errorf("%v, %v", out, err)
	}
}
