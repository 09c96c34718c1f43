package cognitoauth

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

func mfaSetup(p *UserPool) *MFASetupChallenge {
	return newChallenge(pending{
		userPoolID: p.UserPoolID(), clientID: p.ClientID(), name: ChallengeMFASetup, session: "s1", username: "ada",
	}).(*MFASetupChallenge)
}

// TestSetUpAuthenticatorInSignIn follows the session from one request to the
// next: each replaces the one before.
func TestSetUpAuthenticatorInSignIn(t *testing.T) {
	t.Parallel()
	pool, api := newFakePool(t, Config{ClientSecret: "secret1234"})
	begun, err := pool.AssociateSoftwareToken(t.Context(), AssociateSoftwareTokenInput{Challenge: mfaSetup(pool)})
	if err != nil {
		t.Fatal(err)
	}
	if got := api.sent[0].(*cip.AssociateSoftwareTokenInput); aws.ToString(got.Session) != "s1" || got.AccessToken != nil {
		t.Errorf("AssociateSoftwareToken sent %v, %v", got.Session, got.AccessToken)
	}
	resumed, err := ResumeChallenge(begun.Challenge.State())
	if err != nil {
		t.Fatal(err)
	}
	out, err := pool.VerifySoftwareToken(t.Context(), VerifySoftwareTokenInput{
		Challenge: resumed.(*MFASetupChallenge), Code: "123456",
		ClientMetadata: map[string]string{"k": "v"}, UserContext: UserContext{IPAddress: "192.0.2.1"},
	})
	if err != nil || out.SignIn.Tokens == nil {
		t.Fatalf("%v, %v", out, err)
	}
	if got := api.sent[1].(*cip.VerifySoftwareTokenInput); aws.ToString(got.Session) != "next" || got.AccessToken != nil {
		t.Errorf("VerifySoftwareToken sent %v", got.Session)
	}
	got := api.sent[2].(*cip.RespondToAuthChallengeInput)
	want := map[string]string{"USERNAME": "ada", "SECRET_HASH": *pool.secretHash("ada")}
	if got.ChallengeName != types.ChallengeNameTypeMfaSetup || !maps.Equal(got.ChallengeResponses, want) || *got.Session != "next" {
		t.Errorf("answered %s with %v", got.ChallengeName, got.ChallengeResponses)
	}
	if got.ClientMetadata["k"] != "v" || got.UserContextData == nil {
		t.Error("metadata or context is missing")
	}
}

// TestSetUpAuthenticatorFailsLate: the app is set up, the sign-in does not go on.
func TestSetUpAuthenticatorFailsLate(t *testing.T) {
	t.Parallel()
	pool, api := newFakePool(t, Config{})
	api.respondToAuthChallenge = func(*cip.RespondToAuthChallengeInput) (*cip.RespondToAuthChallengeOutput, error) {
		return nil, apiError("NotAuthorizedException", "Invalid session for the user.")
	}
	out, err := pool.VerifySoftwareToken(t.Context(), VerifySoftwareTokenInput{Challenge: mfaSetup(pool), Code: "123456"})
	if out != nil || !errors.Is(err, ErrSessionExpired) || len(api.sent) != 2 {
		t.Errorf("%v, %v after %d requests", out, err, len(api.sent))
	}
}

// TestSetUpAuthenticatorInAdminSignIn: a sign-in that began with a signed
// request goes on with one.
func TestSetUpAuthenticatorInAdminSignIn(t *testing.T) {
	t.Parallel()
	pool, api := newFakePool(t, Config{})
	challenge := mfaSetup(pool)
	challenge.admin = true
	out, err := pool.VerifySoftwareToken(t.Context(), VerifySoftwareTokenInput{Challenge: challenge, Code: "123456", Context: AdminContext{IPAddress: "192.0.2.1"}})
	if err != nil || out.SignIn.Tokens == nil {
		t.Fatalf("%v, %v", out, err)
	}
	if sent, ok := api.sent[1].(*cip.AdminRespondToAuthChallengeInput); !ok || *sent.ContextData.IpAddress != "192.0.2.1" {
		t.Errorf("sent %T", api.sent[1])
	}
}

func TestSetUpAuthenticatorRefuses(t *testing.T) {
	t.Parallel()
	pool, api := newFakePool(t, Config{})
	other := mfaSetup(pool)
	other.clientID = "another"
	for name, in := range map[string]VerifySoftwareTokenInput{
		"neither":          {Code: "123456"},
		"both":             {Code: "123456", AccessToken: "t", Challenge: mfaSetup(pool)},
		"another client's": {Code: "123456", Challenge: other},
		"no code":          {Challenge: mfaSetup(pool)},
	} {
		if _, err := pool.VerifySoftwareToken(t.Context(), in); !errors.Is(err, ErrInvalidInput) || len(api.sent) != 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestVerifySoftwareTokenStatus: Cognito says ERROR with status 200.
func TestVerifySoftwareTokenStatus(t *testing.T) {
	t.Parallel()
	pool := newWirePool(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprint(w, `{"Status":"ERROR"}`)
	})
	if _, err := pool.VerifySoftwareToken(t.Context(), VerifySoftwareTokenInput{AccessToken: "t", Code: "123456"}); !errors.Is(err, ErrCodeMismatch) {
		t.Errorf("error %v", err)
	}
}

func TestOTPAuthURI(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ issuer, account, want string }{
		{"Example Shop", "ada@example.com", "otpauth://totp/Example%20Shop:ada@example.com?secret=JBSWY3DPEHPK3PXP&issuer=Example%20Shop"},
		{"", "ada", "otpauth://totp/ada?secret=JBSWY3DPEHPK3PXP"},
		{"A:B&secret=x", "a/b?c", "otpauth://totp/AB&secret=x:a%2Fb%3Fc?secret=JBSWY3DPEHPK3PXP&issuer=AB&secret=x"},
	} {
		pool, _ := newFakePool(t, Config{})
		out, err := pool.AssociateSoftwareToken(t.Context(), AssociateSoftwareTokenInput{AccessToken: "t", Issuer: test.issuer, AccountName: test.account})
		if err != nil || out.SecretCode != "JBSWY3DPEHPK3PXP" || out.Challenge != nil {
			t.Fatalf("%v, %v", out, err)
		}
		u, err := url.Parse(out.URI)
		if err != nil {
			t.Fatal(err)
		}
		if q := u.Query(); len(q["secret"]) != 1 || q.Get("secret") != "JBSWY3DPEHPK3PXP" || q.Get("issuer") != strings.ReplaceAll(test.issuer, ":", "") {
			t.Errorf("%s has parameters %v", out.URI, q)
		}
	}
}

func TestMFASettings(t *testing.T) {
	t.Parallel()
	pool, api := newFakePool(t, Config{})
	if _, err := pool.SetUserMFAPreference(t.Context(), SetUserMFAPreferenceInput{
		AccessToken: "t", SMS: MFAOff, SoftwareToken: MFAPreferred, Passkey: MFAOn,
	}); err != nil {
		t.Fatal(err)
	}
	got := api.sent[0].(*cip.SetUserMFAPreferenceInput)
	if *got.SMSMfaSettings != (types.SMSMfaSettingsType{}) ||
		*got.SoftwareTokenMfaSettings != (types.SoftwareTokenMfaSettingsType{Enabled: true, PreferredMfa: true}) ||
		*got.WebAuthnMfaSettings != (types.WebAuthnMfaSettingsType{Enabled: true}) {
		t.Errorf("sent %+v", got)
	}
	if got.EmailMfaSettings != nil {
		t.Error("e-mail was not named and is sent all the same")
	}
	if _, err := pool.SetUserMFAPreference(t.Context(), SetUserMFAPreferenceInput{AccessToken: "t", Email: MFAOn}); err != nil || *api.sent[1].(*cip.SetUserMFAPreferenceInput).EmailMfaSettings != (types.EmailMfaSettingsType{Enabled: true}) {
		t.Errorf("e-mail: %v", err)
	}
	if _, err := pool.SetUserMFAPreference(t.Context(), SetUserMFAPreferenceInput{AccessToken: "t"}); !errors.Is(err, ErrInvalidInput) {
		t.Errorf("nothing named: %v", err)
	}
}

func TestSetUserSettings(t *testing.T) {
	t.Parallel()
	pool, api := newFakePool(t, Config{})
	if _, err := pool.SetUserSettings(t.Context(), SetUserSettingsInput{AccessToken: "t"}); err != nil {
		t.Fatal(err)
	}
	if options := api.sent[0].(*cip.SetUserSettingsInput).MFAOptions; options == nil || len(options) != 0 {
		t.Errorf("switching off sends %v, want an empty list", options)
	}
}
