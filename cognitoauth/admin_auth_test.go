package cognitoauth

import (
	"errors"
	"maps"
	"reflect"
	"testing"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

func TestAdminAuthenticate(t *testing.T) {
	t.Parallel()
	pool, api := newFakePool(t, Config{ClientSecret: "secret1234"})
	out, err := pool.Admin().Authenticate(t.Context(), AdminAuthenticateInput{
		Username: "ada", Password: "pass word 1", ClientMetadata: map[string]string{"k": "v"},
		Context: AdminContext{IPAddress: "192.0.2.1", ServerName: "shop", ServerPath: "/in", Headers: map[string]string{"User-Agent": "x"}, EncodedData: "e"},
	})
	if err != nil || out.Tokens == nil {
		t.Fatalf("%v, %v", out, err)
	}
	sent := api.sent[0].(*cip.AdminInitiateAuthInput)
	want := map[string]string{"USERNAME": "ada", "PASSWORD": "pass word 1", "SECRET_HASH": *pool.secretHash("ada")}
	if sent.AuthFlow != types.AuthFlowTypeAdminUserPasswordAuth || !maps.Equal(sent.AuthParameters, want) || *sent.UserPoolId != pool.UserPoolID() || sent.ClientMetadata["k"] != "v" {
		t.Errorf("sent %s %v", sent.AuthFlow, sent.AuthParameters)
	}
	for _, part := range []string{"192.0.2.1", "shop", "/in", "User-Agent", "x", "e"} {
		if !contains(reflect.ValueOf(sent.ContextData), part) {
			t.Errorf("%q is not in the context data", part)
		}
	}

	// A challenge remembers who must answer it.
	own := pending{userPoolID: pool.UserPoolID(), clientID: pool.ClientID(), name: ChallengeSMSMFA, session: "s", username: "ada"}
	admins := own
	admins.admin = true
	ownAnswer := (&SMSMFAChallenge{pending: own}).Answer("123456")
	resumed, err := ResumeChallenge(admins.State())
	if err != nil {
		t.Fatal(err)
	}
	adminAnswer := resumed.(*SMSMFAChallenge).Answer("123456")
	if _, err := pool.RespondToChallenge(t.Context(), adminAnswer); !errors.Is(err, ErrInvalidInput) {
		t.Errorf("unsigned answer to a signed challenge: %v", err)
	}
	if _, err := pool.Admin().RespondToChallenge(t.Context(), ownAnswer); !errors.Is(err, ErrInvalidInput) {
		t.Errorf("signed answer to an unsigned challenge: %v", err)
	}
	if out, err := pool.Admin().RespondToChallenge(t.Context(), adminAnswer); err != nil || out.Tokens == nil {
		t.Errorf("%v, %v", out, err)
	}
	if _, ok := api.sent[1].(*cip.AdminRespondToAuthChallengeInput); !ok || len(api.sent) != 2 {
		t.Errorf("sent %T", api.sent[1])
	}
	if _, err := pool.Admin().Authenticate(t.Context(), AdminAuthenticateInput{Username: "ada", Password: "x", Flow: FlowPassword}); !errors.Is(err, ErrInvalidInput) {
		t.Errorf("USER_PASSWORD_AUTH: %v", err)
	}
	if _, err := pool.Authenticate(t.Context(), AuthenticateInput{Username: "ada", Password: "x", Flow: FlowAdminPassword}); !errors.Is(err, ErrInvalidInput) {
		t.Errorf("ADMIN_USER_PASSWORD_AUTH, unsigned: %v", err)
	}
}
