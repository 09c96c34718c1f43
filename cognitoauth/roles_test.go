package cognitoauth

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognitoauth/cognito-go/internal/srp"
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

// TestConfirmDevice: Cognito can check the device's proof with what it is sent,
// and cannot learn the password from it.
func TestConfirmDevice(t *testing.T) {
	t.Parallel()
	pool, api := newFakePool(t, Config{})
	out, err := pool.ConfirmDevice(t.Context(), ConfirmDeviceInput{AccessToken: "t", Device: &NewDevice{Key: "key", GroupKey: "group"}, Name: "laptop"})
	if err != nil {
		t.Fatal(err)
	}
	sent := api.sent[0].(*cip.ConfirmDeviceInput)
	if *sent.DeviceKey != "key" || *sent.DeviceName != "laptop" {
		t.Errorf("sent %s, %s", *sent.DeviceKey, *sent.DeviceName)
	}
	salt, err := base64.StdEncoding.DecodeString(*sent.DeviceSecretVerifierConfig.Salt)
	if err != nil {
		t.Fatal(err)
	}
	d := out.Device
	want, err := srp.VerifierFor(srp.Identity{Pool: d.GroupKey, User: d.Key}, d.Password, salt)
	if err != nil || base64.StdEncoding.EncodeToString(want.Verifier) != *sent.DeviceSecretVerifierConfig.PasswordVerifier {
		t.Errorf("the verifier is not that of the device's password: %v", err)
	}
	if len(d.Password) != 56 || d.Key != "key" || d.GroupKey != "group" {
		t.Errorf("device %v", d)
	}
	if _, err := pool.ConfirmDevice(t.Context(), ConfirmDeviceInput{AccessToken: "t"}); !errors.Is(err, ErrInvalidInput) {
		t.Errorf("without a device: %v", err)
	}
}

// deviceService is an srpService that asks a remembered device to prove itself
// as well. It knows the one device it is given, or none.
func deviceService(t *testing.T, api *fakeAPI, known *Device) {
	t.Helper()
	srpService(t, api, "ada", "right", nil)
	var verifier srp.Verifier
	var id srp.Identity
	if known != nil {
		id = srp.Identity{Pool: known.GroupKey, User: known.Key}
		var err error
		if verifier, err = srp.NewVerifier(nil, id, known.Password); err != nil {
			t.Fatal(err)
		}
	}
	unknown := &types.ResourceNotFoundException{Message: aws.String("Device does not exist.")}
	user := api.respondToAuthChallenge
	var server *srp.Server
	var clientA string
	api.respondToAuthChallenge = func(in *cip.RespondToAuthChallengeInput) (*cip.RespondToAuthChallengeOutput, error) {
		r := in.ChallengeResponses
		if in.ChallengeName != types.ChallengeNameTypePasswordVerifier && in.ChallengeName != types.ChallengeNameTypeSmsMfa &&
			(known == nil || r["DEVICE_KEY"] != known.Key) {
			return nil, unknown
		}
		switch in.ChallengeName {
		case types.ChallengeNameTypePasswordVerifier:
			if _, err := user(in); err != nil {
				return nil, err
			}
			fallthrough
		case types.ChallengeNameTypeSmsMfa:
			if r["DEVICE_KEY"] == "" {
				return signedIn, nil
			}
			return &cip.RespondToAuthChallengeOutput{ChallengeName: types.ChallengeNameTypeDeviceSrpAuth, Session: aws.String("d1")}, nil
		case types.ChallengeNameTypeDeviceSrpAuth:
			var err error
			if server, err = srp.NewServer(nil, verifier); err != nil {
				return nil, err
			}
			clientA = r["SRP_A"]
			return &cip.RespondToAuthChallengeOutput{ChallengeName: types.ChallengeNameTypeDevicePasswordVerifier, Session: aws.String("d2"), ChallengeParameters: map[string]string{
				"SALT": fmt.Sprintf("%x", verifier.Salt), "SRP_B": server.B(), "SECRET_BLOCK": "b3BhcXVl",
			}}, nil
		case types.ChallengeNameTypeDevicePasswordVerifier:
			if err := server.Verify(id, clientA, []byte("opaque"), r["TIMESTAMP"], r["PASSWORD_CLAIM_SIGNATURE"]); err != nil {
				return nil, &types.NotAuthorizedException{Message: aws.String("Incorrect username or password.")}
			}
			return signedIn, nil
		}
		return nil, errors.New("unexpected challenge")
	}
}

func TestDeviceSignIn(t *testing.T) {
	t.Parallel()
	device := Device{Key: "key", GroupKey: "group", Password: "device password"}
	in := AuthenticateInput{Username: "ada", Password: "right", Device: &device}

	t.Run("remembered", func(t *testing.T) {
		t.Parallel()
		pool, api := newFakePool(t, Config{})
		deviceService(t, api, &device)
		out, err := pool.Authenticate(t.Context(), in)
		if err != nil || out.Tokens == nil || out.DeviceForgotten {
			t.Fatalf("%v, %v", out, err)
		}
		for _, sent := range api.sent {
			var params map[string]string
			switch in := sent.(type) {
			case *cip.InitiateAuthInput:
				params = in.AuthParameters
			case *cip.RespondToAuthChallengeInput:
				params = in.ChallengeResponses
			}
			if params["DEVICE_KEY"] != "key" || strings.Contains(fmt.Sprint(params), device.Password) {
				t.Errorf("%T sent %v", sent, params)
			}
		}
		if last := api.sent[3].(*cip.RespondToAuthChallengeInput); *last.Session != "d2" || len(api.sent) != 4 {
			t.Errorf("%d requests, the last in session %s", len(api.sent), *last.Session)
		}
	})
	t.Run("wrong device password", func(t *testing.T) {
		t.Parallel()
		pool, api := newFakePool(t, Config{})
		other := device
		other.Password = "another"
		deviceService(t, api, &other)
		if _, err := pool.Authenticate(t.Context(), in); !errors.Is(err, ErrInvalidCredentials) {
			t.Errorf("error %v", err)
		}
	})
	t.Run("asked again and again", func(t *testing.T) {
		t.Parallel()
		pool, api := newFakePool(t, Config{})
		deviceService(t, api, &device)
		respond := api.respondToAuthChallenge
		api.respondToAuthChallenge = func(in *cip.RespondToAuthChallengeInput) (*cip.RespondToAuthChallengeOutput, error) {
			if in.ChallengeName == types.ChallengeNameTypeDevicePasswordVerifier {
				return &cip.RespondToAuthChallengeOutput{ChallengeName: types.ChallengeNameTypeDeviceSrpAuth, Session: aws.String("d3")}, nil
			}
			return respond(in)
		}
		if _, err := pool.Authenticate(t.Context(), in); !errors.Is(err, ErrUnavailable) || len(api.sent) != 4 {
			t.Errorf("error %v after %d requests", err, len(api.sent))
		}
	})
	t.Run("forgotten, noticed late", func(t *testing.T) {
		t.Parallel()
		pool, api := newFakePool(t, Config{})
		deviceService(t, api, nil)
		out, err := pool.Authenticate(t.Context(), in)
		if err != nil || out.Tokens == nil || !out.DeviceForgotten {
			t.Fatalf("%v, %v", out, err)
		}
		if begun := api.sent[3].(*cip.InitiateAuthInput); begun.AuthParameters["DEVICE_KEY"] != "" {
			t.Error("began again with the device that is gone")
		}
	})
	t.Run("forgotten, noticed at once", func(t *testing.T) {
		t.Parallel()
		pool, api := newFakePool(t, Config{})
		deviceService(t, api, nil)
		begin := api.initiateAuth
		api.initiateAuth = func(in *cip.InitiateAuthInput) (*cip.InitiateAuthOutput, error) {
			if in.AuthParameters["DEVICE_KEY"] != "" {
				return nil, &types.ResourceNotFoundException{Message: aws.String("Device does not exist.")}
			}
			return begin(in)
		}
		out, err := pool.Authenticate(t.Context(), in)
		if err != nil || out.Tokens == nil || !out.DeviceForgotten || len(api.sent) != 3 {
			t.Errorf("%v, %v after %d requests", out, err, len(api.sent))
		}
	})
	t.Run("after a second factor", func(t *testing.T) {
		t.Parallel()
		pool, api := newFakePool(t, Config{})
		deviceService(t, api, &device)
		c := newChallenge(pending{userPoolID: pool.UserPoolID(), clientID: pool.ClientID(), name: ChallengeSMSMFA, session: "s", username: "ada"})
		answer := c.(*SMSMFAChallenge).Answer("123456")
		answer.Device = &device
		out, err := pool.RespondToChallenge(t.Context(), answer)
		if err != nil || out.Tokens == nil || len(api.sent) != 3 {
			t.Errorf("%v, %v after %d requests", out, err, len(api.sent))
		}
	})
	t.Run("asked for on its own", func(t *testing.T) {
		t.Parallel()
		pool, api := newFakePool(t, Config{})
		deviceService(t, api, &device)
		c := newChallenge(pending{userPoolID: pool.UserPoolID(), clientID: pool.ClientID(), name: ChallengeDevice, session: "s", username: "ada"})
		resumed, err := ResumeChallenge(c.State())
		if err != nil {
			t.Fatal(err)
		}
		out, err := pool.RespondToChallenge(t.Context(), resumed.(*DeviceChallenge).Answer(device))
		if err != nil || out.Tokens == nil {
			t.Errorf("%v, %v", out, err)
		}
	})
}

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

func TestRefreshTokenAuth(t *testing.T) {
	t.Parallel()
	pool, api := newFakePool(t, Config{ClientSecret: "secret1234"})
	if _, err := pool.Refresh(t.Context(), RefreshInput{RefreshToken: "token", Flow: FlowRefreshToken}); !errors.Is(err, ErrInvalidInput) {
		t.Errorf("without a user name to hash: %v", err)
	}
	if _, err := pool.Refresh(t.Context(), RefreshInput{RefreshToken: "token", Flow: FlowRefreshToken, Username: "ada", DeviceKey: "key"}); err != nil {
		t.Fatal(err)
	}
	sent := api.sent[0].(*cip.InitiateAuthInput)
	want := map[string]string{"REFRESH_TOKEN": "token", "SECRET_HASH": *pool.secretHash("ada"), "DEVICE_KEY": "key"}
	if sent.AuthFlow != types.AuthFlowTypeRefreshTokenAuth || !maps.Equal(sent.AuthParameters, want) {
		t.Errorf("sent %s %v", sent.AuthFlow, sent.AuthParameters)
	}
	for _, in := range []RefreshInput{{RefreshToken: "t", Flow: FlowSRP}, {RefreshToken: "t", Username: "ada"}} {
		if _, err := pool.Refresh(t.Context(), in); !errors.Is(err, ErrInvalidInput) {
			t.Errorf("%v: %v", in, err)
		}
	}
}

// TestClientSecretFunc: the next request has the new secret.
func TestClientSecretFunc(t *testing.T) {
	t.Parallel()
	secret := "first"
	pool, api := newFakePool(t, Config{ClientSecretFunc: func() string { return secret }})
	for i, s := range []string{"first", "second"} {
		secret = s
		if _, err := pool.ForgotPassword(t.Context(), ForgotPasswordInput{Username: "ada"}); err != nil {
			t.Fatal(err)
		}
		if got, want := *api.sent[i].(*cip.ForgotPasswordInput).SecretHash, srp.SecretHash(s, "ada", pool.ClientID()); got != want {
			t.Errorf("%s: hash of another secret", s)
		}
	}
	if _, err := New(Config{UserPoolID: "eu-west-1_Ab12Cd34E", ClientID: "abc", ClientSecret: "s", ClientSecretFunc: func() string { return "s" }}); err == nil {
		t.Error("two secrets at once are accepted")
	}
}

// TestClockSkew: the Date of Cognito's reply corrects a wrong local clock.
func TestClockSkew(t *testing.T) {
	t.Parallel()
	right := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	for name, test := range map[string]struct {
		local time.Time
		want  string
	}{
		"right":           {right, "Wed Mar 4 05:06:07 UTC 2026"},
		"a little off":    {right.Add(3 * time.Second), "Wed Mar 4 05:06:10 UTC 2026"},
		"an hour ahead":   {right.Add(time.Hour), "Wed Mar 4 05:06:07 UTC 2026"},
		"a year behind":   {right.AddDate(-1, 0, 0), "Wed Mar 4 05:06:07 UTC 2026"},
		"in another zone": {right.In(time.FixedZone("x", 7200)), "Wed Mar 4 05:06:07 UTC 2026"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var timestamp string
			pool := newWirePool(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Date", right.Format(http.TimeFormat))
				var body struct{ ChallengeResponses map[string]string }
				_ = json.NewDecoder(r.Body).Decode(&body)
				if timestamp = body.ChallengeResponses["TIMESTAMP"]; timestamp == "" {
					_, _ = fmt.Fprint(w, `{"ChallengeName":"PASSWORD_VERIFIER","ChallengeParameters":{"SALT":"0a","SRP_B":"05","SECRET_BLOCK":"c2VjcmV0","USER_ID_FOR_SRP":"ada"}}`)
					return
				}
				_, _ = fmt.Fprint(w, `{"AuthenticationResult":{"AccessToken":"a"}}`)
			})
			pool.cfg.Now = func() time.Time { return test.local }
			if _, err := pool.Authenticate(t.Context(), AuthenticateInput{Username: "ada", Password: "x"}); err != nil {
				t.Fatal(err)
			}
			if timestamp != test.want {
				t.Errorf("TIMESTAMP %q, want %q", timestamp, test.want)
			}
		})
	}
}
