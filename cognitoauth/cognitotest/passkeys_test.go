package cognitotest_test

import (
	"encoding/json"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest"
)

// stubPasskeys takes any credential whose id is "good".
type stubPasskeys struct{}

func (stubPasskeys) BeginRegistration(u cognitotest.PasskeyUser) (json.RawMessage, json.RawMessage, error) {
	return json.RawMessage(`{"user":{"name":"` + u.Name + `"}}`), json.RawMessage(`{}`), nil
}

func (stubPasskeys) FinishRegistration(_ cognitotest.PasskeyUser, _, credential json.RawMessage) (cognitotest.Passkey, error) {
	return stubPasskey(credential)
}

func (stubPasskeys) BeginLogin(cognitotest.PasskeyUser) (json.RawMessage, json.RawMessage, error) {
	return json.RawMessage(`{"challenge":"abc"}`), json.RawMessage(`{}`), nil
}

func (stubPasskeys) FinishLogin(_ cognitotest.PasskeyUser, _, credential json.RawMessage) (cognitotest.Passkey, error) {
	return stubPasskey(credential)
}

func stubPasskey(credential json.RawMessage) (cognitotest.Passkey, error) {
	var c struct{ ID string }
	if err := json.Unmarshal(credential, &c); err != nil || c.ID != "good" {
		return cognitotest.Passkey{}, errBadPasskey
	}
	return cognitotest.Passkey{ID: c.ID, RelyingPartyID: "example.com", Transports: []string{"internal"}}, nil
}

func TestPasskeys(t *testing.T) {
	t.Parallel()
	cfg := flows("ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH")
	cfg.FirstFactors = []string{"PASSWORD", "WEB_AUTHN"}
	cfg.Passkeys = stubPasskeys{}
	f := seeded(t, cfg, cognitotest.User{})
	token := f.tokens("ada").AccessToken
	complete := func(credential string) error {
		return errorOf(f.aws.CompleteWebAuthnRegistration(t.Context(), &cip.CompleteWebAuthnRegistrationInput{
			AccessToken: token, Credential: credentialDocument(credential),
		}))
	}
	if err := complete("good"); err == nil {
		t.Error("a registration that never began was completed")
	}
	must(f.aws.StartWebAuthnRegistration(t.Context(), &cip.StartWebAuthnRegistrationInput{AccessToken: token}))(t)
	if err := complete("bad"); err == nil {
		t.Error("a bad credential was registered")
	}
	if err := complete("good"); err != nil {
		t.Fatal(err)
	}
	list := must(f.aws.ListWebAuthnCredentials(t.Context(), &cip.ListWebAuthnCredentialsInput{AccessToken: token}))(t)
	if len(list.Credentials) != 1 || aws.ToString(list.Credentials[0].CredentialId) != "good" || aws.ToString(list.Credentials[0].RelyingPartyId) != "example.com" {
		t.Errorf("credentials: %v", list.Credentials)
	}
	out := must(f.initiate("USER_AUTH", "USERNAME", "ada", "PREFERRED_CHALLENGE", "WEB_AUTHN"))(t)
	if out.ChallengeName != "WEB_AUTHN" || out.ChallengeParameters["CREDENTIAL_REQUEST_OPTIONS"] != `{"challenge":"abc"}` {
		t.Fatalf("got %s %v", out.ChallengeName, out.ChallengeParameters)
	}
	done := must(f.respond("WEB_AUTHN", out.Session, "ada", "CREDENTIAL", `{"id":"good"}`))(t)
	if done.AuthenticationResult == nil {
		t.Fatalf("got %s", done.ChallengeName)
	}
	must(f.aws.DeleteWebAuthnCredential(t.Context(), &cip.DeleteWebAuthnCredentialInput{AccessToken: token, CredentialId: aws.String("good")}))(t)
	if out := must(f.initiate("USER_AUTH", "USERNAME", "ada", "PREFERRED_CHALLENGE", "WEB_AUTHN"))(t); out.ChallengeName != "SELECT_CHALLENGE" {
		t.Errorf("without a passkey: got %s", out.ChallengeName)
	}
}

// TestPasskeyAsSecondFactor asks for a passkey after the password.
func TestPasskeyAsSecondFactor(t *testing.T) {
	t.Parallel()
	cfg := cognitotest.Config{MFA: cognitotest.MFAOptional, MFAFactors: []string{"WEB_AUTHN"}, Passkeys: stubPasskeys{}}
	f := seeded(t, cfg, cognitotest.User{})
	token := f.tokens("ada").AccessToken
	prefer := func() error {
		return errorOf(f.aws.SetUserMFAPreference(t.Context(), &cip.SetUserMFAPreferenceInput{
			AccessToken: token, WebAuthnMfaSettings: &types.WebAuthnMfaSettingsType{Enabled: true},
		}))
	}
	wantError(t, prefer(), invalidParameter, "User does not have delivery config set to turn on WEB_AUTHN")
	must(f.aws.StartWebAuthnRegistration(t.Context(), &cip.StartWebAuthnRegistrationInput{AccessToken: token}))(t)
	must(f.aws.CompleteWebAuthnRegistration(t.Context(), &cip.CompleteWebAuthnRegistrationInput{AccessToken: token, Credential: credentialDocument("good")}))(t)
	if err := prefer(); err != nil {
		t.Fatal(err)
	}
	out := must(f.srpAuth("ada", password, nil))(t)
	if out.ChallengeName != "WEB_AUTHN" {
		t.Fatalf("got %s", out.ChallengeName)
	}
	_, err := f.respond("WEB_AUTHN", out.Session, "ada", "CREDENTIAL", `{"id":"bad"}`)
	wantError(t, err, notAuthorized, badCredentials)
	out = must(f.srpAuth("ada", password, nil))(t)
	if done := must(f.respond("WEB_AUTHN", out.Session, "ada", "CREDENTIAL", `{"id":"good"}`))(t); done.AuthenticationResult == nil {
		t.Errorf("got %s", done.ChallengeName)
	}
}
