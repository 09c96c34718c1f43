package cognitotest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognitoauth/cognito-go/cognitoauth"
	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest"
)

// newChallengeCase is what a challenge is made of, how its handler would answer
// it, and what the fake must see. answer fails the test if the challenge does
// not show what it was made of.
type newChallengeCase struct {
	options cognitotest.ChallengeOptions
	answer  func(t *testing.T, c cognitoauth.Challenge) cognitoauth.ChallengeResponse
	want    map[string]string
}

// as is the challenge if it has the type that a handler switches on.
func as[C cognitoauth.Challenge](t *testing.T, c cognitoauth.Challenge) C {
	t.Helper()
	typed, ok := c.(C)
	if !ok {
		t.Fatalf("a %T", c)
	}
	return typed
}

func shows[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

var newChallengeCases = map[cognitoauth.ChallengeName]newChallengeCase{
	cognitoauth.ChallengeNewPassword: {
		cognitotest.ChallengeOptions{RequiredAttributes: []string{"name", "custom:team"}, Attributes: map[string]string{"email": ada}},
		func(t *testing.T, c cognitoauth.Challenge) cognitoauth.ChallengeResponse {
			typed := as[*cognitoauth.NewPasswordChallenge](t, c)
			shows(t, "RequiredAttributes", typed.RequiredAttributes, []string{"name", "custom:team"})
			shows(t, "Attributes", typed.Attributes, map[string]string{"email": ada})
			return typed.Answer(password, map[string]string{"name": "Ada"})
		},
		map[string]string{"NEW_PASSWORD": password, "userAttributes.name": "Ada"},
	},
	cognitoauth.ChallengeSMSMFA: {
		cognitotest.ChallengeOptions{Destination: "+*******1234"},
		func(t *testing.T, c cognitoauth.Challenge) cognitoauth.ChallengeResponse {
			typed := as[*cognitoauth.SMSMFAChallenge](t, c)
			shows(t, "Delivery", typed.Delivery, cognitoauth.CodeDelivery{Attribute: "phone_number", Medium: "SMS", Destination: "+*******1234"})
			return typed.Answer("123456")
		},
		map[string]string{"SMS_MFA_CODE": "123456"},
	},
	cognitoauth.ChallengeSMSOTP: {
		cognitotest.ChallengeOptions{Destination: "+*******1234"},
		func(t *testing.T, c cognitoauth.Challenge) cognitoauth.ChallengeResponse {
			typed := as[*cognitoauth.SMSOTPChallenge](t, c)
			shows(t, "Delivery", typed.Delivery, cognitoauth.CodeDelivery{Attribute: "phone_number", Medium: "SMS", Destination: "+*******1234"})
			return typed.Answer("12345678")
		},
		map[string]string{"SMS_OTP_CODE": "12345678"},
	},
	cognitoauth.ChallengeEmailOTP: {
		cognitotest.ChallengeOptions{Destination: "a***@e***"},
		func(t *testing.T, c cognitoauth.Challenge) cognitoauth.ChallengeResponse {
			typed := as[*cognitoauth.EmailOTPChallenge](t, c)
			shows(t, "Delivery", typed.Delivery, cognitoauth.CodeDelivery{Attribute: "email", Medium: "EMAIL", Destination: "a***@e***"})
			return typed.Answer("12345678")
		},
		map[string]string{"EMAIL_OTP_CODE": "12345678"},
	},
	cognitoauth.ChallengeSoftwareTokenMFA: {
		cognitotest.ChallengeOptions{FriendlyDeviceName: "phone"},
		func(t *testing.T, c cognitoauth.Challenge) cognitoauth.ChallengeResponse {
			typed := as[*cognitoauth.SoftwareTokenMFAChallenge](t, c)
			shows(t, "FriendlyDeviceName", typed.FriendlyDeviceName, "phone")
			return typed.Answer("123456")
		},
		map[string]string{"SOFTWARE_TOKEN_MFA_CODE": "123456"},
	},
	cognitoauth.ChallengeSelectMFAType: {
		cognitotest.ChallengeOptions{Available: []cognitoauth.ChallengeName{cognitoauth.ChallengeSMSMFA, cognitoauth.ChallengeEmailOTP}},
		func(t *testing.T, c cognitoauth.Challenge) cognitoauth.ChallengeResponse {
			typed := as[*cognitoauth.SelectMFAChallenge](t, c)
			shows(t, "Available", typed.Available, []cognitoauth.ChallengeName{cognitoauth.ChallengeSMSMFA, cognitoauth.ChallengeEmailOTP})
			return typed.Answer(cognitoauth.ChallengeEmailOTP)
		},
		map[string]string{"ANSWER": "EMAIL_OTP"},
	},
	cognitoauth.ChallengeMFASetup: {
		cognitotest.ChallengeOptions{Available: []cognitoauth.ChallengeName{cognitoauth.ChallengeEmailOTP}},
		func(t *testing.T, c cognitoauth.Challenge) cognitoauth.ChallengeResponse {
			typed := as[*cognitoauth.MFASetupChallenge](t, c)
			shows(t, "Available", typed.Available, []cognitoauth.ChallengeName{cognitoauth.ChallengeEmailOTP})
			return typed.AnswerEmail(ada)
		},
		map[string]string{"EMAIL": ada},
	},
	cognitoauth.ChallengeSelect: {
		cognitotest.ChallengeOptions{Available: []cognitoauth.ChallengeName{cognitoauth.ChallengePassword, cognitoauth.ChallengeWebAuthn}},
		func(t *testing.T, c cognitoauth.Challenge) cognitoauth.ChallengeResponse {
			typed := as[*cognitoauth.SelectChallenge](t, c)
			shows(t, "Available", typed.Available, []cognitoauth.ChallengeName{cognitoauth.ChallengePassword, cognitoauth.ChallengeWebAuthn})
			return typed.AnswerPassword(password)
		},
		map[string]string{"ANSWER": "PASSWORD", "PASSWORD": password},
	},
	cognitoauth.ChallengePassword: {
		answer: func(t *testing.T, c cognitoauth.Challenge) cognitoauth.ChallengeResponse {
			return as[*cognitoauth.PasswordChallenge](t, c).Answer(password)
		},
		want: map[string]string{"PASSWORD": password},
	},
	cognitoauth.ChallengePasswordSRP: {
		answer: func(t *testing.T, c cognitoauth.Challenge) cognitoauth.ChallengeResponse {
			return as[*cognitoauth.PasswordChallenge](t, c).Answer(password)
		},
	},
	cognitoauth.ChallengeWebAuthn: {
		cognitotest.ChallengeOptions{RequestOptions: json.RawMessage(`{"challenge":"a<b"}`)},
		func(t *testing.T, c cognitoauth.Challenge) cognitoauth.ChallengeResponse {
			typed := as[*cognitoauth.WebAuthnChallenge](t, c)
			shows(t, "RequestOptions", string(typed.RequestOptions), `{"challenge":"a<b"}`)
			return typed.Answer(json.RawMessage(`{"id":"x"}`))
		},
		map[string]string{"CREDENTIAL": `{"id":"x"}`},
	},
	cognitoauth.ChallengeCustom: {
		cognitotest.ChallengeOptions{Parameters: map[string]string{"riddle": "6*7"}},
		func(t *testing.T, c cognitoauth.Challenge) cognitoauth.ChallengeResponse {
			typed := as[*cognitoauth.CustomChallenge](t, c)
			shows(t, "Parameters", typed.Parameters, map[string]string{"riddle": "6*7"})
			return typed.Answer("42")
		},
		map[string]string{"ANSWER": "42"},
	},
	cognitoauth.ChallengeDevice: {
		answer: func(t *testing.T, c cognitoauth.Challenge) cognitoauth.ChallengeResponse {
			return as[*cognitoauth.DeviceChallenge](t, c).Answer(cognitoauth.Device{Key: "key"})
		},
	},
	"BRAND_NEW": {
		cognitotest.ChallengeOptions{Parameters: map[string]string{"p": "q"}, Available: []cognitoauth.ChallengeName{"X"}},
		func(t *testing.T, c cognitoauth.Challenge) cognitoauth.ChallengeResponse {
			typed := as[*cognitoauth.UnknownChallenge](t, c)
			shows(t, "Parameters", typed.Parameters, map[string]string{"p": "q"})
			shows(t, "Available", typed.Available, []cognitoauth.ChallengeName{"X"})
			return typed.Answer(map[string]string{"BRAND_NEW_CODE": "1"})
		},
		map[string]string{"BRAND_NEW_CODE": "1"},
	},
}

// TestNewChallenge lets a fake ask with each challenge, at once and after the
// handler has kept the state, and wants the fake to see the answer.
func TestNewChallenge(t *testing.T) {
	t.Parallel()
	for name, test := range newChallengeCases {
		t.Run(string(name), func(t *testing.T) {
			t.Parallel()
			var sent cognitoauth.ChallengeResponse
			fake := &cognitotest.Client{
				TB: t,
				AuthenticateFunc: func(context.Context, cognitoauth.AuthenticateInput) (*cognitoauth.AuthenticateOutput, error) {
					return &cognitoauth.AuthenticateOutput{Challenge: cognitotest.NewChallenge(t, name, test.options)}, nil
				},
				RespondToChallengeFunc: func(_ context.Context, r cognitoauth.ChallengeResponse) (*cognitoauth.AuthenticateOutput, error) {
					sent = r
					return &cognitoauth.AuthenticateOutput{Tokens: &cognitoauth.Tokens{}}, nil
				},
			}
			asked := must(fake.Authenticate(t.Context(), cognitoauth.AuthenticateInput{}))(t).Challenge
			resumed := must(cognitoauth.ResumeChallenge(asked.State()))(t)
			for how, c := range map[string]cognitoauth.Challenge{"at once": asked, "resumed": resumed} {
				if c.Name() != name {
					t.Errorf("%s: named %s", how, c.Name())
				}
				must(fake.RespondToChallenge(t.Context(), test.answer(t, c)))(t)
				if sent.Name != name || !maps.Equal(sent.Answers, test.want) {
					t.Errorf("%s: the fake sees %s answered with %v", how, sent.Name, slices.Sorted(maps.Keys(sent.Answers)))
				}
			}
			again := cognitotest.NewChallenge(t, name, test.options)
			if bytes.Equal(again.State(), asked.State()) {
				t.Error("two challenges have the same state")
			}
			bare := cognitotest.NewChallenge(t, name, cognitotest.ChallengeOptions{})
			if reflect.TypeOf(bare) != reflect.TypeOf(asked) || bare.Name() != name {
				t.Errorf("without options: %T named %s", bare, bare.Name())
			}
		})
	}
}

// TestNewChallengeKnowsEveryName fails when an upgrade of the AWS SDK brings a
// challenge.
func TestNewChallengeKnowsEveryName(t *testing.T) {
	t.Parallel()
	inside := []string{"PASSWORD_VERIFIER", "DEVICE_PASSWORD_VERIFIER", "ADMIN_NO_SRP_AUTH"}
	for _, name := range types.ChallengeNameType("").Values() {
		_, made := newChallengeCases[cognitoauth.ChallengeName(name)]
		if refused := slices.Contains(inside, string(name)); made == refused {
			t.Errorf("%s: made %t, refused %t", name, made, refused)
		}
	}
}

func TestNewChallengeRefuses(t *testing.T) {
	t.Parallel()
	everything := cognitotest.ChallengeOptions{
		Destination: "a***@e***", FriendlyDeviceName: "phone", RequiredAttributes: []string{"name"}, Attributes: map[string]string{"a": "b"},
		Available: []cognitoauth.ChallengeName{"X"}, RequestOptions: json.RawMessage(`{}`), Parameters: map[string]string{"p": "q"},
	}
	rows := []struct {
		name    cognitoauth.ChallengeName
		options cognitotest.ChallengeOptions
		want    string
	}{
		{"", cognitotest.ChallengeOptions{}, "not the name of a challenge"},
		{"software_token_mfa", cognitotest.ChallengeOptions{}, `"software_token_mfa"): not the name`},
		{"SMS MFA", cognitotest.ChallengeOptions{}, "not the name of a challenge"},
		{"SMS_MFA\n", cognitotest.ChallengeOptions{}, "not the name of a challenge"},
		{cognitoauth.ChallengeName(strings.Repeat("A", 65)), cognitotest.ChallengeOptions{}, "not the name of a challenge"},
		{"PASSWORD_VERIFIER", cognitotest.ChallengeOptions{}, "answered inside"},
		{"DEVICE_PASSWORD_VERIFIER", cognitotest.ChallengeOptions{}, "answered inside"},
		{"ADMIN_NO_SRP_AUTH", cognitotest.ChallengeOptions{}, "no sign-in returns it"},
		{cognitoauth.ChallengeWebAuthn, cognitotest.ChallengeOptions{RequestOptions: json.RawMessage("{")}, "not JSON"},
		{cognitoauth.ChallengeSoftwareTokenMFA, cognitotest.ChallengeOptions{Destination: "a***@e***"}, "it has no Destination"},
	}
	for name := range newChallengeCases {
		rows = append(rows, struct {
			name    cognitoauth.ChallengeName
			options cognitotest.ChallengeOptions
			want    string
		}{name, everything, "it has no "})
	}
	for _, row := range rows {
		t.Run(fmt.Sprintf("%.30q", string(row.name)), func(t *testing.T) {
			t.Parallel()
			test := &recorder{}
			c := cognitotest.NewChallenge(test, row.name, row.options)
			if c != nil || len(test.failures) != 1 || !strings.Contains(test.failures[0], row.want) {
				t.Errorf("made %v, failed with %q, want %q in it", c, test.failures, row.want)
			}
			defer func() {
				if r := recover(); r == nil || !strings.Contains(fmt.Sprint(r), row.want) {
					t.Errorf("without a test: recovered %v", r)
				}
			}()
			cognitotest.NewChallenge(nil, row.name, row.options)
		})
	}
}

// TestNewChallengeOnPool holds that a made-up challenge is good for fakes alone.
func TestNewChallengeOnPool(t *testing.T) {
	t.Parallel()
	pool := cognitotest.NewTestServer(t, cognitotest.Config{}).UserPool()
	c := as[*cognitoauth.EmailOTPChallenge](t, cognitotest.NewChallenge(t, cognitoauth.ChallengeEmailOTP, cognitotest.ChallengeOptions{}))
	if out, err := pool.RespondToChallenge(t.Context(), c.Answer("12345678")); err == nil {
		t.Errorf("a user pool took the answer: %v", out)
	}
}
