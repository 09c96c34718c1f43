package cognitoauth

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

type challengeCase struct {
	name       ChallengeName
	parameters map[string]string
	available  []types.ChallengeNameType
	want       func(Challenge) bool // besides the type
	typ        Challenge
	answer     func(Challenge) ChallengeResponse
	sends      map[string]string
}

// challengeCases has one row for each challenge that a caller can meet: what
// Cognito sends, what it becomes, and what an answer must send.
var challengeCases = []challengeCase{
	{
		name: ChallengeNewPassword, typ: &NewPasswordChallenge{},
		parameters: map[string]string{
			"userAttributes":     `{"email":"a@example.com","email_verified":"true"}`,
			"requiredAttributes": `["userAttributes.name","userAttributes.email"]`,
		},
		want: func(c Challenge) bool {
			n := c.(*NewPasswordChallenge)
			return slices.Equal(n.RequiredAttributes, []string{"name", "email"}) && n.Attributes["email"] == "a@example.com"
		},
		answer: func(c Challenge) ChallengeResponse {
			return c.(*NewPasswordChallenge).Answer("new word 1", map[string]string{"name": "Ada"})
		},
		sends: map[string]string{"NEW_PASSWORD": "new word 1", "userAttributes.name": "Ada"},
	},
	{
		name: ChallengeSMSMFA, typ: &SMSMFAChallenge{},
		parameters: map[string]string{"CODE_DELIVERY_DELIVERY_MEDIUM": "SMS", "CODE_DELIVERY_DESTINATION": "+*******1234"},
		want: func(c Challenge) bool {
			return c.(*SMSMFAChallenge).Delivery == CodeDelivery{Attribute: "phone_number", Medium: "SMS", Destination: "+*******1234"}
		},
		answer: func(c Challenge) ChallengeResponse { return c.(*SMSMFAChallenge).Answer("123456") },
		sends:  map[string]string{"SMS_MFA_CODE": "123456"},
	},
	{
		name: ChallengeSoftwareTokenMFA, typ: &SoftwareTokenMFAChallenge{},
		parameters: map[string]string{"FRIENDLY_DEVICE_NAME": "phone"},
		want:       func(c Challenge) bool { return c.(*SoftwareTokenMFAChallenge).FriendlyDeviceName == "phone" },
		answer:     func(c Challenge) ChallengeResponse { return c.(*SoftwareTokenMFAChallenge).Answer("123456") },
		sends:      map[string]string{"SOFTWARE_TOKEN_MFA_CODE": "123456"},
	},
	{
		name: ChallengeEmailOTP, typ: &EmailOTPChallenge{},
		parameters: map[string]string{"CODE_DELIVERY_DELIVERY_MEDIUM": "EMAIL", "CODE_DELIVERY_DESTINATION": "a***@e***"},
		want:       func(c Challenge) bool { return c.(*EmailOTPChallenge).Delivery.Destination == "a***@e***" },
		answer:     func(c Challenge) ChallengeResponse { return c.(*EmailOTPChallenge).Answer("12345678") },
		sends:      map[string]string{"EMAIL_OTP_CODE": "12345678"},
	},
	{
		name: ChallengeSMSOTP, typ: &SMSOTPChallenge{},
		parameters: map[string]string{"CODE_DELIVERY_DELIVERY_MEDIUM": "SMS"},
		want:       func(c Challenge) bool { return c.(*SMSOTPChallenge).Delivery.Medium == "SMS" },
		answer:     func(c Challenge) ChallengeResponse { return c.(*SMSOTPChallenge).Answer("12345678") },
		sends:      map[string]string{"SMS_OTP_CODE": "12345678"},
	},
	{
		name: ChallengeSelectMFAType, typ: &SelectMFAChallenge{},
		parameters: map[string]string{"MFAS_CAN_CHOOSE": `["SMS_MFA","SOFTWARE_TOKEN_MFA"]`},
		want: func(c Challenge) bool {
			return slices.Equal(c.(*SelectMFAChallenge).Available, []ChallengeName{ChallengeSMSMFA, ChallengeSoftwareTokenMFA})
		},
		answer: func(c Challenge) ChallengeResponse { return c.(*SelectMFAChallenge).Answer(ChallengeSMSMFA) },
		sends:  map[string]string{"ANSWER": "SMS_MFA"},
	},
	{
		name: ChallengeMFASetup, typ: &MFASetupChallenge{},
		parameters: map[string]string{"MFAS_CAN_SETUP": `["SOFTWARE_TOKEN_MFA","EMAIL_OTP"]`},
		want: func(c Challenge) bool {
			return slices.Equal(c.(*MFASetupChallenge).Available, []ChallengeName{ChallengeSoftwareTokenMFA, ChallengeEmailOTP})
		},
		answer: func(c Challenge) ChallengeResponse { return c.(*MFASetupChallenge).AnswerEmail("a@example.com") },
		sends:  map[string]string{"EMAIL": "a@example.com"},
	},
	{
		name: ChallengeSelect, typ: &SelectChallenge{},
		available: []types.ChallengeNameType{types.ChallengeNameTypePasswordSrp, types.ChallengeNameTypeWebAuthn},
		want: func(c Challenge) bool {
			return slices.Equal(c.(*SelectChallenge).Available, []ChallengeName{ChallengePasswordSRP, ChallengeWebAuthn})
		},
		answer: func(c Challenge) ChallengeResponse { return c.(*SelectChallenge).Answer(ChallengeWebAuthn) },
		sends:  map[string]string{"ANSWER": "WEB_AUTHN"},
	},
	{
		name: ChallengePassword, typ: &PasswordChallenge{},
		answer: func(c Challenge) ChallengeResponse { return c.(*PasswordChallenge).Answer("x") },
		sends:  map[string]string{"PASSWORD": "x"},
	},
	{
		name: ChallengePasswordSRP, typ: &PasswordChallenge{},
		answer: func(c Challenge) ChallengeResponse { return c.(*PasswordChallenge).Answer("x") },
		sends:  map[string]string{"SRP_A": "*"},
	},
	{
		name: ChallengeWebAuthn, typ: &WebAuthnChallenge{},
		parameters: map[string]string{"CREDENTIAL_REQUEST_OPTIONS": `{"challenge":"abc"}`},
		want:       func(c Challenge) bool { return string(c.(*WebAuthnChallenge).RequestOptions) == `{"challenge":"abc"}` },
		answer: func(c Challenge) ChallengeResponse {
			return c.(*WebAuthnChallenge).Answer(json.RawMessage(`{"id":"x"}`))
		},
		sends: map[string]string{"CREDENTIAL": `{"id":"x"}`},
	},
	{
		name: ChallengeCustom, typ: &CustomChallenge{},
		parameters: map[string]string{"question": "6*7"},
		want:       func(c Challenge) bool { return c.(*CustomChallenge).Parameters["question"] == "6*7" },
		answer:     func(c Challenge) ChallengeResponse { return c.(*CustomChallenge).Answer("42") },
		sends:      map[string]string{"ANSWER": "42"},
	},
	{
		name: "BRAND_NEW", typ: &UnknownChallenge{},
		parameters: map[string]string{"p": "q"}, available: []types.ChallengeNameType{"X"},
		want: func(c Challenge) bool {
			u := c.(*UnknownChallenge)
			return u.Parameters["p"] == "q" && slices.Equal(u.Available, []ChallengeName{"X"})
		},
		answer: func(c Challenge) ChallengeResponse {
			return c.(*UnknownChallenge).Answer(map[string]string{"BRAND_NEW_CODE": "1"})
		},
		sends: map[string]string{"BRAND_NEW_CODE": "1"},
	},
}

// answeredInside are the challenges that no caller meets.
var answeredInside = map[types.ChallengeNameType]string{
	types.ChallengeNameTypePasswordVerifier:       "by the SRP proof",
	types.ChallengeNameTypeDeviceSrpAuth:          "by the device's proof: TestDeviceSignIn",
	types.ChallengeNameTypeDevicePasswordVerifier: "by the device's proof",
	types.ChallengeNameTypeAdminNoSrpAuth:         "cannot be answered",
}

// TestEveryChallengeOfTheSDKHasACase fails when an upgrade of the AWS SDK
// brings a new one.
func TestEveryChallengeOfTheSDKHasACase(t *testing.T) {
	t.Parallel()
	for _, name := range types.ChallengeNameType("").Values() {
		known := slices.ContainsFunc(challengeCases, func(c challengeCase) bool {
			return string(c.name) == string(name)
		})
		if !known && answeredInside[name] == "" {
			t.Errorf("%s has no type of its own", name)
		}
	}
}

func TestChallenges(t *testing.T) {
	t.Parallel()
	for _, test := range challengeCases {
		t.Run(string(test.name), func(t *testing.T) {
			t.Parallel()
			pool, api := newFakePool(t, Config{ClientSecret: "secret1234"})
			api.initiateAuth = func(*cip.InitiateAuthInput) (*cip.InitiateAuthOutput, error) {
				return &cip.InitiateAuthOutput{
					ChallengeName: types.ChallengeNameType(test.name), ChallengeParameters: test.parameters,
					AvailableChallenges: test.available, Session: aws.String("session-1"),
				}, nil
			}
			out, err := pool.Authenticate(t.Context(), AuthenticateInput{Username: "ada", Flow: FlowUserAuth})
			if err != nil || out.Tokens != nil {
				t.Fatalf("Authenticate: %v, %v", out, err)
			}
			resumed, err := ResumeChallenge(out.Challenge.State())
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(out.Challenge, resumed) {
				t.Errorf("resumed %#v differs", resumed)
			}
			for how, c := range map[string]Challenge{"at once": out.Challenge, "resumed": resumed} {
				if reflect.TypeOf(c) != reflect.TypeOf(test.typ) || c.Name() != test.name {
					t.Fatalf("%s: %T named %s", how, c, c.Name())
				}
				if test.want != nil && !test.want(c) {
					t.Errorf("%s: not what Cognito sent", how)
				}
				api.sent = nil
				if out, err := pool.RespondToChallenge(t.Context(), test.answer(c)); err != nil || out.Tokens == nil {
					t.Fatalf("%s: RespondToChallenge: %v, %v", how, out, err)
				}
				sent := api.sent[0].(*cip.RespondToAuthChallengeInput)
				want := maps.Clone(test.sends)
				want["USERNAME"], want["SECRET_HASH"] = "ada", *pool.secretHash("ada")
				got := sent.ChallengeResponses
				if want["SRP_A"] == "*" && len(got["SRP_A"]) > 700 {
					want["SRP_A"] = got["SRP_A"] // random
				}
				if !maps.Equal(got, want) || string(sent.ChallengeName) != string(test.name) || *sent.Session != "session-1" {
					t.Errorf("%s: sent %s %v", how, sent.ChallengeName, got)
				}
			}
		})
	}
}

// TestSelectPasswordOverSRP: choosing the password runs the whole proof.
func TestSelectPasswordOverSRP(t *testing.T) {
	t.Parallel()
	pool, api := newFakePool(t, Config{})
	srpService(t, api, "ada", "right", signedIn)
	verify := api.respondToAuthChallenge
	api.respondToAuthChallenge = func(in *cip.RespondToAuthChallengeInput) (*cip.RespondToAuthChallengeOutput, error) {
		if in.ChallengeName != types.ChallengeNameTypeSelectChallenge {
			return verify(in)
		}
		if in.ChallengeResponses["ANSWER"] != "PASSWORD_SRP" {
			t.Errorf("ANSWER = %q", in.ChallengeResponses["ANSWER"])
		}
		out, err := api.initiateAuth(&cip.InitiateAuthInput{AuthParameters: in.ChallengeResponses})
		if err != nil {
			return nil, err
		}
		return &cip.RespondToAuthChallengeOutput{ChallengeName: out.ChallengeName, ChallengeParameters: out.ChallengeParameters, Session: aws.String("s2")}, nil
	}
	c := newChallenge(pending{userPoolID: pool.UserPoolID(), clientID: pool.ClientID(), name: ChallengeSelect, session: "s1", username: "ada"})
	for password, want := range map[string]error{"right": nil, "wrong": ErrInvalidCredentials} {
		if _, err := pool.RespondToChallenge(t.Context(), c.(*SelectChallenge).AnswerPassword(password)); !errors.Is(err, want) {
			t.Errorf("%s: %v", password, err)
		}
	}
}

// TestSelectPasswordInTLS: where Cognito offers nothing else.
func TestSelectPasswordInTLS(t *testing.T) {
	t.Parallel()
	c := newChallenge(pending{name: ChallengeSelect, available: []ChallengeName{ChallengePassword, ChallengeEmailOTP}}).(*SelectChallenge)
	if r := c.AnswerPassword("x"); r.proof != "" || !maps.Equal(r.Answers, map[string]string{"ANSWER": "PASSWORD", "PASSWORD": "x"}) {
		t.Errorf("answers %v", r.Answers)
	}
	c.Available = []ChallengeName{ChallengePassword, ChallengePasswordSRP}
	if r := c.AnswerPassword("x"); r.proof != "x" || !maps.Equal(r.Answers, map[string]string{"ANSWER": "PASSWORD_SRP"}) {
		t.Errorf("answers %v", r.Answers)
	}
}

func TestSwitchFactor(t *testing.T) {
	t.Parallel()
	pool, api := newFakePool(t, Config{})
	c := newChallenge(pending{userPoolID: pool.UserPoolID(), clientID: pool.ClientID(), name: ChallengeWebAuthn, session: "s", username: "ada"})
	if _, err := pool.RespondToChallenge(t.Context(), SwitchFactor(c, ChallengeEmailOTP)); err != nil {
		t.Fatal(err)
	}
	sent := api.sent[0].(*cip.RespondToAuthChallengeInput)
	if sent.ChallengeName != types.ChallengeNameTypeSelectChallenge || sent.ChallengeResponses["ANSWER"] != "EMAIL_OTP" || *sent.Session != "s" {
		t.Errorf("sent %s %v", sent.ChallengeName, sent.ChallengeResponses)
	}
}

// TestTokensWithoutAccessToken: an empty result beside a challenge is no result.
func TestTokensWithoutAccessToken(t *testing.T) {
	t.Parallel()
	pool, api := newFakePool(t, Config{})
	api.initiateAuth = func(*cip.InitiateAuthInput) (*cip.InitiateAuthOutput, error) {
		return &cip.InitiateAuthOutput{AuthenticationResult: &types.AuthenticationResultType{}, ChallengeName: types.ChallengeNameTypeSmsMfa, Session: aws.String("s")}, nil
	}
	if out, err := pool.Authenticate(t.Context(), AuthenticateInput{Username: "ada", Flow: FlowUserAuth}); err != nil || out.Challenge == nil {
		t.Errorf("%v, %v", out, err)
	}
	api.initiateAuth = func(*cip.InitiateAuthInput) (*cip.InitiateAuthOutput, error) {
		return &cip.InitiateAuthOutput{AuthenticationResult: &types.AuthenticationResultType{AccessToken: aws.String("a"), ExpiresIn: -5}}, nil
	}
	if _, err := pool.Authenticate(t.Context(), AuthenticateInput{Username: "ada", Flow: FlowUserAuth}); !errors.Is(err, ErrUnavailable) {
		t.Errorf("negative ExpiresIn: %v", err)
	}
}

// TestMalformedChallengeParameters: what cannot be decoded is left out, and the
// challenge can still be answered.
func TestMalformedChallengeParameters(t *testing.T) {
	t.Parallel()
	for _, name := range []ChallengeName{ChallengeNewPassword, ChallengeSelectMFAType, ChallengeMFASetup, ChallengeWebAuthn} {
		for _, junk := range []string{"", "null", "{", `"x"`, "[1,2]", `{"a":[]}`, `[null]`, `[""]`, `[1,"userAttributes.name"]`, "\xff", strings.Repeat("[", 1<<16)} {
			c := newChallenge(pending{name: name, username: "ada", parameters: map[string]string{
				"userAttributes": junk, "requiredAttributes": junk, "MFAS_CAN_CHOOSE": junk, "MFAS_CAN_SETUP": junk, "CREDENTIAL_REQUEST_OPTIONS": junk,
			}})
			if n, ok := c.(*NewPasswordChallenge); ok && slices.Contains(n.RequiredAttributes, "") {
				t.Errorf("%.20q asks for an attribute without a name", junk)
			}
			if _, err := json.Marshal(c); err != nil {
				t.Errorf("%s with %.20q does not marshal: %v", name, junk, err)
			}
			if _, err := ResumeChallenge(c.State()); err != nil {
				t.Errorf("%s with %.20q does not resume: %v", name, junk, err)
			}
		}
	}
}

func TestResumeChallengeRefuses(t *testing.T) {
	t.Parallel()
	for name, state := range map[string]string{
		"nothing":         "",
		"garbage":         "garbage s3cr3t",
		"cut":             `{"v":1,"session":"s3cr3t`,
		"another version": `{"v":2,"name":"SMS_MFA","username":"ada","session":"s3cr3t"}`,
		"no name":         `{"v":1,"username":"ada","session":"s3cr3t"}`,
		"no user":         `{"v":1,"name":"SMS_MFA","session":"s3cr3t"}`,
		"too long":        strings.Repeat(" ", maxState) + "{}",
	} {
		c, err := ResumeChallenge(ChallengeState(state))
		if c != nil || !errors.Is(err, ErrInvalidInput) || strings.Contains(err.Error(), "s3cr3t") {
			t.Errorf("%s: %v, %v", name, c, err)
		}
	}
}

func TestRespondToChallengeRefuses(t *testing.T) {
	t.Parallel()
	own := func(name ChallengeName, parameters map[string]string) pending {
		return pending{userPoolID: "eu-west-1_Ab12Cd34E", clientID: "3n4b5urk1ft4fl3mg5e62d9ado", name: name, username: "ada", session: "s", parameters: parameters}
	}
	other := own(ChallengeSMSMFA, nil)
	other.clientID = "another"
	for _, test := range []struct {
		name     string
		response ChallengeResponse
		want     error
		names    string
	}{
		{"made by hand", ChallengeResponse{Name: ChallengeSMSMFA, Answers: map[string]string{"SMS_MFA_CODE": "1"}}, ErrInvalidInput, "Answer"},
		{"another client's", other.response(map[string]string{"SMS_MFA_CODE": "1"}), ErrInvalidInput, "another"},
		{"empty code", (&SMSMFAChallenge{pending: own(ChallengeSMSMFA, nil)}).Answer(""), ErrInvalidInput, "SMS_MFA_CODE"},
		{"empty password", (&NewPasswordChallenge{pending: own(ChallengeNewPassword, nil)}).Answer("", nil), ErrInvalidInput, "NEW_PASSWORD"},
		{"attribute missing", (&NewPasswordChallenge{pending: own(ChallengeNewPassword, map[string]string{"requiredAttributes": `["userAttributes.name"]`})}).Answer("New-w0rd!", nil), ErrInvalidInput, "name"},
		{"device missing", (&DeviceChallenge{pending: own(ChallengeDevice, nil)}).response(nil), ErrInvalidInput, "Device is nil"},
		{"answer without a name", (&UnknownChallenge{pending: own("NEW", nil)}).Answer(map[string]string{"": "1"}), ErrInvalidInput, "name"},
		{"against the policy", (&NewPasswordChallenge{pending: own(ChallengeNewPassword, nil)}).Answer("short", nil), ErrPasswordPolicy, "8 characters"},
	} {
		pool, api := newFakePool(t, Config{PasswordPolicy: DefaultPasswordPolicy()})
		_, err := pool.RespondToChallenge(t.Context(), test.response)
		if !errors.Is(err, test.want) || !strings.Contains(fmt.Sprint(err), test.names) || len(api.sent) != 0 {
			t.Errorf("%s: error %v, %d sent", test.name, err, len(api.sent))
		}
	}
}

// FuzzResumeChallenge: what is not a state is refused, what is survives another
// round unchanged.
func FuzzResumeChallenge(f *testing.F) {
	for _, test := range challengeCases {
		f.Add([]byte(newChallenge(pending{userPoolID: "p", clientID: "c", name: test.name, session: "s", username: "u", parameters: test.parameters}).State()))
	}
	f.Add([]byte(`{"v":1}`))
	f.Fuzz(func(t *testing.T, state []byte) {
		c, err := ResumeChallenge(state)
		if err != nil {
			if c != nil {
				t.Fatal("a challenge beside an error")
			}
			return
		}
		again, err := ResumeChallenge(c.State())
		if err != nil || !bytes.Equal(c.State(), again.State()) {
			t.Fatalf("%s: second round differs: %v", state, err)
		}
	})
}
