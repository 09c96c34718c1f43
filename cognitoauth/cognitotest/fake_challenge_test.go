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

// newChallengeCase is what a challenge is made of and has to show of it, how its
// handler would answer it, and what the fake must see.
type newChallengeCase struct {
	options cognitotest.ChallengeOptions
	typ     cognitoauth.Challenge
	shown   any
	answer  func(cognitoauth.Challenge) (shown any, r cognitoauth.ChallengeResponse)
	sent    map[string]string
}

var newChallengeCases = map[cognitoauth.ChallengeName]newChallengeCase{
	cognitoauth.ChallengeNewPassword: {
		options: cognitotest.ChallengeOptions{RequiredAttributes: []string{"name", "custom:team"}, Attributes: map[string]string{"email": ada}},
		typ:     &cognitoauth.NewPasswordChallenge{},
		shown:   []any{[]string{"name", "custom:team"}, map[string]string{"email": ada}},
		answer: func(c cognitoauth.Challenge) (any, cognitoauth.ChallengeResponse) {
			typed := c.(*cognitoauth.NewPasswordChallenge)
			return []any{typed.RequiredAttributes, typed.Attributes}, typed.Answer(password, map[string]string{"name": "Ada"})
		},
		sent: map[string]string{"NEW_PASSWORD": password, "userAttributes.name": "Ada"},
	},
	cognitoauth.ChallengeSMSMFA: {
		options: cognitotest.ChallengeOptions{Destination: "+*******1234"},
		typ:     &cognitoauth.SMSMFAChallenge{},
		shown:   cognitoauth.CodeDelivery{Attribute: "phone_number", Medium: "SMS", Destination: "+*******1234"},
		answer: func(c cognitoauth.Challenge) (any, cognitoauth.ChallengeResponse) {
			typed := c.(*cognitoauth.SMSMFAChallenge)
			return typed.Delivery, typed.Answer("123456")
		},
		sent: map[string]string{"SMS_MFA_CODE": "123456"},
	},
	cognitoauth.ChallengeSMSOTP: {
		options: cognitotest.ChallengeOptions{Destination: "+*******1234"},
		typ:     &cognitoauth.SMSOTPChallenge{},
		shown:   cognitoauth.CodeDelivery{Attribute: "phone_number", Medium: "SMS", Destination: "+*******1234"},
		answer: func(c cognitoauth.Challenge) (any, cognitoauth.ChallengeResponse) {
			typed := c.(*cognitoauth.SMSOTPChallenge)
			return typed.Delivery, typed.Answer("12345678")
		},
		sent: map[string]string{"SMS_OTP_CODE": "12345678"},
	},
	cognitoauth.ChallengeEmailOTP: {
		options: cognitotest.ChallengeOptions{Destination: "a***@e***"},
		typ:     &cognitoauth.EmailOTPChallenge{},
		shown:   cognitoauth.CodeDelivery{Attribute: "email", Medium: "EMAIL", Destination: "a***@e***"},
		answer: func(c cognitoauth.Challenge) (any, cognitoauth.ChallengeResponse) {
			typed := c.(*cognitoauth.EmailOTPChallenge)
			return typed.Delivery, typed.Answer("12345678")
		},
		sent: map[string]string{"EMAIL_OTP_CODE": "12345678"},
	},
	cognitoauth.ChallengeSoftwareTokenMFA: {
		options: cognitotest.ChallengeOptions{FriendlyDeviceName: "phone"},
		typ:     &cognitoauth.SoftwareTokenMFAChallenge{},
		shown:   "phone",
		answer: func(c cognitoauth.Challenge) (any, cognitoauth.ChallengeResponse) {
			typed := c.(*cognitoauth.SoftwareTokenMFAChallenge)
			return typed.FriendlyDeviceName, typed.Answer("123456")
		},
		sent: map[string]string{"SOFTWARE_TOKEN_MFA_CODE": "123456"},
	},
	cognitoauth.ChallengeSelectMFAType: {
		options: cognitotest.ChallengeOptions{Available: []cognitoauth.ChallengeName{cognitoauth.ChallengeSMSMFA, cognitoauth.ChallengeEmailOTP}},
		typ:     &cognitoauth.SelectMFAChallenge{},
		shown:   []cognitoauth.ChallengeName{cognitoauth.ChallengeSMSMFA, cognitoauth.ChallengeEmailOTP},
		answer: func(c cognitoauth.Challenge) (any, cognitoauth.ChallengeResponse) {
			typed := c.(*cognitoauth.SelectMFAChallenge)
			return typed.Available, typed.Answer(cognitoauth.ChallengeEmailOTP)
		},
		sent: map[string]string{"ANSWER": "EMAIL_OTP"},
	},
	cognitoauth.ChallengeMFASetup: {
		options: cognitotest.ChallengeOptions{Available: []cognitoauth.ChallengeName{cognitoauth.ChallengeEmailOTP}},
		typ:     &cognitoauth.MFASetupChallenge{},
		shown:   []cognitoauth.ChallengeName{cognitoauth.ChallengeEmailOTP},
		answer: func(c cognitoauth.Challenge) (any, cognitoauth.ChallengeResponse) {
			typed := c.(*cognitoauth.MFASetupChallenge)
			return typed.Available, typed.AnswerEmail(ada)
		},
		sent: map[string]string{"EMAIL": ada},
	},
	cognitoauth.ChallengeSelect: {
		options: cognitotest.ChallengeOptions{Available: []cognitoauth.ChallengeName{cognitoauth.ChallengePassword, cognitoauth.ChallengeWebAuthn}},
		typ:     &cognitoauth.SelectChallenge{},
		shown:   []cognitoauth.ChallengeName{cognitoauth.ChallengePassword, cognitoauth.ChallengeWebAuthn},
		answer: func(c cognitoauth.Challenge) (any, cognitoauth.ChallengeResponse) {
			typed := c.(*cognitoauth.SelectChallenge)
			return typed.Available, typed.AnswerPassword(password)
		},
		sent: map[string]string{"ANSWER": "PASSWORD", "PASSWORD": password},
	},
	cognitoauth.ChallengePassword: {
		typ: &cognitoauth.PasswordChallenge{},
		answer: func(c cognitoauth.Challenge) (any, cognitoauth.ChallengeResponse) {
			return nil, c.(*cognitoauth.PasswordChallenge).Answer(password)
		},
		sent: map[string]string{"PASSWORD": password},
	},
	cognitoauth.ChallengePasswordSRP: {
		typ: &cognitoauth.PasswordChallenge{},
		answer: func(c cognitoauth.Challenge) (any, cognitoauth.ChallengeResponse) {
			return nil, c.(*cognitoauth.PasswordChallenge).Answer(password)
		},
	},
	cognitoauth.ChallengeWebAuthn: {
		options: cognitotest.ChallengeOptions{RequestOptions: json.RawMessage(`{"challenge":"a<b"}`)},
		typ:     &cognitoauth.WebAuthnChallenge{},
		shown:   json.RawMessage(`{"challenge":"a<b"}`),
		answer: func(c cognitoauth.Challenge) (any, cognitoauth.ChallengeResponse) {
			typed := c.(*cognitoauth.WebAuthnChallenge)
			return typed.RequestOptions, typed.Answer(json.RawMessage(`{"id":"x"}`))
		},
		sent: map[string]string{"CREDENTIAL": `{"id":"x"}`},
	},
	cognitoauth.ChallengeCustom: {
		options: cognitotest.ChallengeOptions{Parameters: map[string]string{"riddle": "6*7"}},
		typ:     &cognitoauth.CustomChallenge{},
		shown:   map[string]string{"riddle": "6*7"},
		answer: func(c cognitoauth.Challenge) (any, cognitoauth.ChallengeResponse) {
			typed := c.(*cognitoauth.CustomChallenge)
			return typed.Parameters, typed.Answer("42")
		},
		sent: map[string]string{"ANSWER": "42"},
	},
	cognitoauth.ChallengeDevice: {
		typ: &cognitoauth.DeviceChallenge{},
		answer: func(c cognitoauth.Challenge) (any, cognitoauth.ChallengeResponse) {
			return nil, c.(*cognitoauth.DeviceChallenge).Answer(cognitoauth.Device{Key: "key"})
		},
	},
	"BRAND_NEW": {
		options: cognitotest.ChallengeOptions{Parameters: map[string]string{"p": "q"}, Available: []cognitoauth.ChallengeName{"X"}},
		typ:     &cognitoauth.UnknownChallenge{},
		shown:   []any{map[string]string{"p": "q"}, []cognitoauth.ChallengeName{"X"}},
		answer: func(c cognitoauth.Challenge) (any, cognitoauth.ChallengeResponse) {
			typed := c.(*cognitoauth.UnknownChallenge)
			return []any{typed.Parameters, typed.Available}, typed.Answer(map[string]string{"BRAND_NEW_CODE": "1"})
		},
		sent: map[string]string{"BRAND_NEW_CODE": "1"},
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
				if reflect.TypeOf(c) != reflect.TypeOf(test.typ) || c.Name() != name {
					t.Fatalf("%s: %T named %s", how, c, c.Name())
				}
				shown, answer := test.answer(c)
				if !reflect.DeepEqual(shown, test.shown) {
					t.Errorf("%s: shows %v, want %v", how, shown, test.shown)
				}
				must(fake.RespondToChallenge(t.Context(), answer))(t)
				if sent.Name != name || !maps.Equal(sent.Answers, test.sent) {
					t.Errorf("%s: the fake sees %s answered with %v", how, sent.Name, slices.Sorted(maps.Keys(sent.Answers)))
				}
			}
			again := cognitotest.NewChallenge(t, name, test.options)
			if bytes.Equal(again.State(), asked.State()) {
				t.Error("two challenges have the same state")
			}
			bare := cognitotest.NewChallenge(t, name, cognitotest.ChallengeOptions{})
			if reflect.TypeOf(bare) != reflect.TypeOf(test.typ) || bare.Name() != name {
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
	c := cognitotest.NewChallenge(t, cognitoauth.ChallengeEmailOTP, cognitotest.ChallengeOptions{}).(*cognitoauth.EmailOTPChallenge)
	if out, err := pool.RespondToChallenge(t.Context(), c.Answer("12345678")); err == nil {
		t.Errorf("a user pool took the answer: %v", out)
	}
}
