package cognitoauth

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math"
	"reflect"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// names are the user names of a list of users.
func names(users iter.Seq2[User, error]) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for u, err := range users {
			if !yield(u.Username, err) {
				return
			}
		}
	}
}

func sentFilter(api *fakeAPI) string {
	return aws.ToString(api.sent[0].(*cip.ListUsersInput).Filter)
}

// TestAdminOutputs has replies in which every member is set to something of
// its own.
func TestAdminOutputs(t *testing.T) {
	t.Parallel()
	created, modified, last := time.Unix(1_700_000_000, 0), time.Unix(1_700_000_001, 0), time.Unix(1_700_000_002, 0)
	attributes := []types.AttributeType{{Name: aws.String("sub"), Value: aws.String("sub-1")}, {Name: aws.String("email"), Value: aws.String("ada@example.com")}}
	user := User{
		Username: "ada", Attributes: map[string]string{"sub": "sub-1", "email": "ada@example.com"},
		Status: UserForceChangePassword, Enabled: true, Created: created, Modified: modified,
	}
	wireUser := types.UserType{
		Username: aws.String("ada"), Attributes: attributes, UserStatus: types.UserStatusTypeForceChangePassword,
		Enabled: true, UserCreateDate: &created, UserLastModifiedDate: &modified,
	}
	group := Group{Name: "admins", Description: "They may.", RoleARN: "arn:aws:iam::1:role/x", Precedence: Precedence(0), Created: created, Modified: modified}
	wireGroup := types.GroupType{
		GroupName: aws.String("admins"), Description: aws.String("They may."), RoleArn: aws.String("arn:aws:iam::1:role/x"),
		Precedence: aws.Int32(0), CreationDate: &created, LastModifiedDate: &modified,
	}
	device := DeviceInfo{Key: "device-1", Attributes: map[string]string{"sub": "sub-1", "email": "ada@example.com"}, Created: created, Modified: modified, LastAuthenticated: last}
	wireDevice := types.DeviceType{
		DeviceKey: aws.String("device-1"), DeviceAttributes: attributes,
		DeviceCreateDate: &created, DeviceLastModifiedDate: &modified, DeviceLastAuthenticatedDate: &last,
	}
	event := AuthEvent{
		ID: "event-1", Type: "SignIn", Outcome: "Fail", Created: created,
		Challenges: []AuthEventChallenge{{"Password", "Success"}, {"Mfa", "Failure"}},
		RiskLevel:  "High", RiskDecision: "Block", CompromisedCredentials: true,
		IPAddress: "192.0.2.1", DeviceName: "Firefox", City: "Basel", Country: "Switzerland", Timezone: "Europe/Zurich",
		Feedback: "Invalid", FeedbackBy: "Admin", FeedbackDate: last,
	}
	wireEvent := types.AuthEventType{
		EventId: aws.String("event-1"), EventType: types.EventTypeSignIn, EventResponse: types.EventResponseTypeFail, CreationDate: &created,
		ChallengeResponses: []types.ChallengeResponseType{
			{ChallengeName: types.ChallengeNamePassword, ChallengeResponse: types.ChallengeResponseSuccess},
			{ChallengeName: types.ChallengeNameMfa, ChallengeResponse: types.ChallengeResponseFailure},
		},
		EventRisk: &types.EventRiskType{RiskLevel: types.RiskLevelTypeHigh, RiskDecision: types.RiskDecisionTypeBlock, CompromisedCredentialsDetected: aws.Bool(true)},
		EventContextData: &types.EventContextDataType{
			IpAddress: aws.String("192.0.2.1"), DeviceName: aws.String("Firefox"), City: aws.String("Basel"), Country: aws.String("Switzerland"), Timezone: aws.String("Europe/Zurich"),
		},
		EventFeedback: &types.EventFeedbackType{FeedbackValue: types.FeedbackValueTypeInvalid, Provider: aws.String("Admin"), FeedbackDate: &last},
	}

	pool, api := newFakePool(t, Config{})
	admin := pool.Admin()
	first := func(seq any, err error) any {
		if err != nil {
			t.Error(err)
		}
		return seq
	}
	for _, test := range []struct {
		name  string
		reply any
		call  func() any
		want  any
	}{
		{"CreateUser", &cip.AdminCreateUserOutput{User: &wireUser}, func() any {
			return first(admin.CreateUser(t.Context(), AdminCreateUserInput{Username: "ada"}))
		}, &AdminCreateUserOutput{User: user}},
		{"GetUser", &cip.AdminGetUserOutput{
			Username: aws.String("ada"), UserAttributes: attributes, UserStatus: types.UserStatusTypeForceChangePassword, Enabled: true,
			UserCreateDate: &created, UserLastModifiedDate: &modified, UserMFASettingList: []string{"SMS_MFA", "EMAIL_OTP"}, PreferredMfaSetting: aws.String("EMAIL_OTP"),
		}, func() any {
			return first(admin.GetUser(t.Context(), AdminGetUserInput{Username: "ada"}))
		}, &AdminGetUserOutput{User: user, EnabledMFA: []string{"SMS_MFA", "EMAIL_OTP"}, PreferredMFA: "EMAIL_OTP"}},
		{"ListUsers", &cip.ListUsersOutput{Users: []types.UserType{wireUser}}, func() any {
			return only(t, admin.ListUsers(t.Context(), ListUsersInput{}))
		}, user},
		{"CreateGroup", &cip.CreateGroupOutput{Group: &wireGroup}, func() any {
			return first(admin.CreateGroup(t.Context(), CreateGroupInput{Name: "admins"}))
		}, &CreateGroupOutput{Group: group}},
		{"GetGroup", &cip.GetGroupOutput{Group: &wireGroup}, func() any {
			return first(admin.GetGroup(t.Context(), GetGroupInput{Name: "admins"}))
		}, &GetGroupOutput{Group: group}},
		{"UpdateGroup", &cip.UpdateGroupOutput{Group: &wireGroup}, func() any {
			return first(admin.UpdateGroup(t.Context(), UpdateGroupInput{Name: "admins"}))
		}, &UpdateGroupOutput{Group: group}},
		{"GetDevice", &cip.AdminGetDeviceOutput{Device: &wireDevice}, func() any {
			return first(admin.GetDevice(t.Context(), AdminGetDeviceInput{Username: "ada", DeviceKey: "device-1"}))
		}, &AdminGetDeviceOutput{Device: device}},
		{"ListUserAuthEvents", &cip.AdminListUserAuthEventsOutput{AuthEvents: []types.AuthEventType{wireEvent}}, func() any {
			return only(t, admin.ListUserAuthEvents(t.Context(), AdminListUserAuthEventsInput{Username: "ada"}))
		}, event},
	} {
		api.admin = func(any) (any, error) { return test.reply, nil }
		if got := test.call(); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got\n%+v, want\n%+v", test.name, got, test.want)
		}
	}
	for _, v := range []any{user, group, device, event} {
		for f := range reflect.TypeOf(v).Fields() {
			if reflect.ValueOf(v).FieldByIndex(f.Index).IsZero() {
				t.Errorf("%T.%s is not tested", v, f.Name)
			}
		}
	}
}

// only is the one element of a sequence.
func only[T any](t *testing.T, seq iter.Seq2[T, error]) any {
	t.Helper()
	var items []T
	for v, err := range seq {
		if err != nil {
			t.Error(err)
		}
		items = append(items, v)
	}
	if len(items) != 1 {
		t.Fatalf("%d elements, want 1", len(items))
	}
	return items[0]
}

// TestAdminPasswordsFollowThePolicy: the pool's, before anything is sent.
func TestAdminPasswordsFollowThePolicy(t *testing.T) {
	t.Parallel()
	pool, api := newFakePool(t, Config{PasswordPolicy: DefaultPasswordPolicy()})
	admin := pool.Admin()
	_, created := admin.CreateUser(t.Context(), AdminCreateUserInput{Username: "ada", TemporaryPassword: "short"})
	_, set := admin.SetUserPassword(t.Context(), AdminSetUserPasswordInput{Username: "ada", Password: "short"})
	for name, err := range map[string]error{"CreateUser": created, "SetUserPassword": set} {
		var broken *PasswordPolicyError
		if !errors.Is(err, ErrPasswordPolicy) || !errors.As(err, &broken) || len(broken.Broken) != 4 {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(api.sent) != 0 {
		t.Errorf("%d requests were sent", len(api.sent))
	}
	if _, err := admin.CreateUser(t.Context(), AdminCreateUserInput{Username: "ada"}); err != nil {
		t.Errorf("Cognito makes up the password: %v", err)
	}
}

func TestGroupPrecedence(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		p    GroupPrecedence
		wire *int32 // nil and !bad: absent
		bad  bool
		text string
		json string
	}{
		{GroupPrecedence{}, nil, false, "none", "null"},
		{Precedence(0), aws.Int32(0), false, "0", "0"},
		{Precedence(7), aws.Int32(7), false, "7", "7"},
		{Precedence(math.MaxInt32), aws.Int32(math.MaxInt32), false, "2147483647", "2147483647"},
		{Precedence(-1), nil, true, "-1", "-1"},
	} {
		pool, api := newFakePool(t, Config{})
		_, created := pool.Admin().CreateGroup(t.Context(), CreateGroupInput{Name: "g", Precedence: test.p})
		_, updated := pool.Admin().UpdateGroup(t.Context(), UpdateGroupInput{Name: "g", Precedence: test.p})
		if errors.Is(created, ErrInvalidInput) != test.bad || errors.Is(updated, ErrInvalidInput) != test.bad || (len(api.sent) == 2) == test.bad {
			t.Errorf("%v: %v, %v with %d requests", test.p, created, updated, len(api.sent))
		}
		for _, in := range api.sent {
			if got := reflect.ValueOf(in).Elem().FieldByName("Precedence").Interface(); !reflect.DeepEqual(got, test.wire) {
				t.Errorf("%v is sent in a %T as %v", test.p, in, got)
			}
		}
		if got := fmt.Sprint(test.p); got != test.text {
			t.Errorf("prints as %s, want %s", got, test.text)
		}
		b, err := json.Marshal(test.p)
		back := Precedence(99)
		if err != nil || string(b) != test.json || json.Unmarshal(b, &back) != nil || back != test.p {
			t.Errorf("%v is %s in JSON, and back %v: %v", test.p, b, back, err)
		}
		if n, ok := test.p.Value(); ok != (test.p != GroupPrecedence{}) || fmt.Sprint(n) != test.text && ok {
			t.Errorf("%v has the value %d, %v", test.p, n, ok)
		}
	}
	if err := json.Unmarshal([]byte(`"first"`), new(GroupPrecedence)); err == nil {
		t.Error("a text is a precedence")
	}
}

// TestAdminSetUserMFAPreference: what is not named is not sent.
func TestAdminSetUserMFAPreference(t *testing.T) {
	t.Parallel()
	type in = AdminSetUserMFAPreferenceInput
	type out = cip.AdminSetUserMFAPreferenceInput
	for _, test := range []struct {
		name string
		in   in
		want *out // nil: refused
	}{
		{"SMS", in{SMS: MFAPreferred}, &out{SMSMfaSettings: &types.SMSMfaSettingsType{Enabled: true, PreferredMfa: true}}},
		{"authenticator app", in{SoftwareToken: MFAOn}, &out{SoftwareTokenMfaSettings: &types.SoftwareTokenMfaSettingsType{Enabled: true}}},
		{"e-mail", in{Email: MFAOff}, &out{EmailMfaSettings: &types.EmailMfaSettingsType{}}},
		{"passkey", in{Passkey: MFAOn}, &out{WebAuthnMfaSettings: &types.WebAuthnMfaSettingsType{Enabled: true}}},
		{"two", in{SoftwareToken: MFAPreferred, SMS: MFAOff}, &out{
			SMSMfaSettings:           &types.SMSMfaSettingsType{},
			SoftwareTokenMfaSettings: &types.SoftwareTokenMfaSettingsType{Enabled: true, PreferredMfa: true},
		}},
		{"nothing named", in{}, nil},
		{"unknown setting", in{SMS: "yes"}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			pool, api := newFakePool(t, Config{})
			test.in.Username = "ada"
			_, err := pool.Admin().SetUserMFAPreference(t.Context(), test.in)
			if test.want == nil {
				if !errors.Is(err, ErrInvalidInput) || len(api.sent) != 0 {
					t.Errorf("error %v with %d requests, want ErrInvalidInput and none", err, len(api.sent))
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			test.want.UserPoolId, test.want.Username = aws.String(pool.UserPoolID()), aws.String("ada")
			if !reflect.DeepEqual(api.sent[0], test.want) {
				t.Errorf("sent %+v", api.sent[0])
			}
		})
	}
}

// TestAdminSetUserSettings: off is a list that is there and empty, as the
// member is required.
func TestAdminSetUserSettings(t *testing.T) {
	t.Parallel()
	for attribute, want := range map[string][]types.MFAOptionType{
		"":             {},
		"phone_number": {{AttributeName: aws.String("phone_number"), DeliveryMedium: types.DeliveryMediumTypeSms}},
	} {
		pool, api := newFakePool(t, Config{})
		if _, err := pool.Admin().SetUserSettings(t.Context(), AdminSetUserSettingsInput{Username: "ada", SMSAttribute: attribute}); err != nil {
			t.Fatal(err)
		}
		if got := api.sent[0].(*cip.AdminSetUserSettingsInput).MFAOptions; !reflect.DeepEqual(got, want) {
			t.Errorf("%q is sent as %+v", attribute, got)
		}
	}
}

// TestEveryAdminAPIIsCalled: nothing stands in adminAPI that no method sends.
func TestEveryAdminAPIIsCalled(t *testing.T) {
	t.Parallel()
	called := map[string]bool{}
	for name, op := range adminOperations {
		pool, api := newFakePool(t, Config{})
		if err := op.call(t.Context(), pool, op.input); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, in := range api.sent {
			called[reflect.TypeOf(in).Elem().Name()] = true
		}
	}
	for m := range reflect.TypeFor[adminAPI]().Methods() {
		if !called[m.Name+"Input"] {
			t.Errorf("%s is never sent", m.Name)
		}
	}
}
