package cognitoauth

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"log/slog"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/cognitoauth/cognito-go/internal/redact"
)

// harmless are string fields that may be printed; every other one must be a secret.
var harmless = map[string]bool{
	"Username": true, "Sub": true, "Attribute": true, "Destination": true, "Medium": true,
	"IPAddress": true, "EncodedData": true, "Flow": true, "PreferredChallenge": true, "Name": true,
	"UserPoolID": true, "ClientID": true, "Region": true, "Endpoint": true, "DeviceKey": true,
	"TokenType": true, "Key": true, "GroupKey": true, "PreferredMFA": true, "FriendlyDeviceName": true,
	"Issuer": true, "AccountName": true, "SMS": true, "SoftwareToken": true, "Email": true, "Passkey": true,
	"SMSAttribute": true, "EventID": true, "CredentialID": true, "Credential": true, "CreationOptions": true,
	"ID": true, "FriendlyName": true, "RelyingParty": true, "Attachment": true, "ServerName": true, "ServerPath": true,
	"Attributes": true, "ClientMetadata": true, "ValidationData": true, "Parameters": true,
	"Op": true, "Message": true, "RequestID": true, "RequestOptions": true,
	"Status": true, "Description": true, "RoleARN": true, "Group": true,
	"Type": true, "Outcome": true, "Feedback": true, "FeedbackBy": true, "RiskLevel": true, "RiskDecision": true,
	"DeviceName": true, "City": true, "Country": true, "Timezone": true,
	"Provider": true, "AttributeName": true, "AttributeValue": true,
}

// printable are all exported struct types; TestEveryTypeIsRedacted sees to that.
var printable = []any{
	AdminAuthenticateInput{}, AdminContext{}, AssociateSoftwareTokenInput{}, AssociateSoftwareTokenOutput{},
	CompleteWebAuthnRegistrationInput{}, CompleteWebAuthnRegistrationOutput{}, ConfirmDeviceInput{}, ConfirmDeviceOutput{},
	DeleteUserAttributesInput{}, DeleteUserAttributesOutput{}, DeleteWebAuthnCredentialInput{}, DeleteWebAuthnCredentialOutput{},
	Device{}, DeviceInfo{}, ForgetDeviceInput{}, ForgetDeviceOutput{}, GetDeviceInput{}, GetDeviceOutput{},
	GetUserAttributeVerificationCodeInput{}, GetUserAttributeVerificationCodeOutput{}, GetUserAuthFactorsInput{}, GetUserAuthFactorsOutput{},
	ListDevicesInput{}, ListWebAuthnCredentialsInput{}, SetUserMFAPreferenceInput{}, SetUserMFAPreferenceOutput{},
	SetUserSettingsInput{}, SetUserSettingsOutput{}, StartWebAuthnRegistrationInput{}, StartWebAuthnRegistrationOutput{},
	UpdateAuthEventFeedbackInput{}, UpdateAuthEventFeedbackOutput{}, UpdateDeviceStatusInput{}, UpdateDeviceStatusOutput{},
	UpdateUserAttributesInput{}, UpdateUserAttributesOutput{}, VerifySoftwareTokenInput{}, VerifySoftwareTokenOutput{},
	VerifyUserAttributeInput{}, VerifyUserAttributeOutput{}, WebAuthnCredential{}, DeviceChallenge{},
	AdminDeleteInput{}, AdminDeleteOutput{}, AuthenticateInput{}, AuthenticateOutput{},
	ChallengeResponse{}, ChangePasswordInput{}, ChangePasswordOutput{}, CodeDelivery{}, Config{},
	ConfirmForgotPasswordInput{}, ConfirmForgotPasswordOutput{}, ConfirmSignUpInput{}, ConfirmSignUpOutput{},
	DeleteUserInput{}, DeleteUserOutput{}, ForgotPasswordInput{}, ForgotPasswordOutput{},
	GetUserInput{}, GetUserOutput{}, NewDevice{}, PasswordPolicy{}, PasswordPolicyError{},
	RefreshInput{}, RefreshOutput{}, ResendConfirmationCodeInput{}, ResendConfirmationCodeOutput{},
	RevokeTokenInput{}, RevokeTokenOutput{}, SignOutInput{}, SignOutOutput{}, SignUpInput{}, SignUpOutput{},
	Tokens{}, TokenSourceConfig{}, UserContext{}, ChallengeRequiredError{},
	CustomChallenge{}, EmailOTPChallenge{}, MFASetupChallenge{}, NewPasswordChallenge{}, PasswordChallenge{},
	SMSMFAChallenge{}, SMSOTPChallenge{}, SelectChallenge{}, SelectMFAChallenge{}, SoftwareTokenMFAChallenge{},
	UnknownChallenge{}, WebAuthnChallenge{},
	AdminAddUserToGroupInput{}, AdminAddUserToGroupOutput{}, AdminConfirmSignUpInput{}, AdminConfirmSignUpOutput{},
	AdminCreateUserInput{}, AdminCreateUserOutput{}, AdminDeleteUserAttributesInput{}, AdminDeleteUserAttributesOutput{},
	AdminDisableProviderForUserInput{}, AdminDisableProviderForUserOutput{}, AdminDisableUserInput{}, AdminDisableUserOutput{},
	AdminEnableUserInput{}, AdminEnableUserOutput{}, AdminForgetDeviceInput{}, AdminForgetDeviceOutput{},
	AdminGetDeviceInput{}, AdminGetDeviceOutput{}, AdminGetUserInput{}, AdminGetUserOutput{},
	AdminLinkProviderForUserInput{}, AdminLinkProviderForUserOutput{}, AdminListDevicesInput{}, AdminListGroupsForUserInput{},
	AdminListUserAuthEventsInput{}, AdminRemoveUserFromGroupInput{}, AdminRemoveUserFromGroupOutput{},
	AdminResetUserPasswordInput{}, AdminResetUserPasswordOutput{}, AdminSetUserMFAPreferenceInput{}, AdminSetUserMFAPreferenceOutput{},
	AdminSetUserPasswordInput{}, AdminSetUserPasswordOutput{}, AdminSetUserSettingsInput{}, AdminSetUserSettingsOutput{},
	AdminSignOutInput{}, AdminSignOutOutput{}, AdminUpdateAuthEventFeedbackInput{}, AdminUpdateAuthEventFeedbackOutput{},
	AdminUpdateDeviceStatusInput{}, AdminUpdateDeviceStatusOutput{}, AdminUpdateUserAttributesInput{}, AdminUpdateUserAttributesOutput{},
	AuthEvent{}, AuthEventChallenge{}, CreateGroupInput{}, CreateGroupOutput{}, DeleteGroupInput{}, DeleteGroupOutput{},
	GetGroupInput{}, GetGroupOutput{}, Group{}, ListGroupsInput{}, ListUsersInGroupInput{}, ListUsersInput{},
	ProviderUser{}, UpdateGroupInput{}, UpdateGroupOutput{}, User{},
}

// notPrinted have nothing but unexported fields, or their own text.
var notPrinted = map[string]bool{"Admin": true, "UserPool": true, "Error": true, "GroupPrecedence": true, "UserFilter": true, "TokenSource": true, "TokenTransport": true}

const secretMarker = "s3cr3t-m4rk3r"

func TestEveryTypeIsRedacted(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, v := range printable {
		known[reflect.TypeOf(v).Name()] = true
	}
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if !strings.HasSuffix(file.Name(), ".go") || strings.HasSuffix(file.Name(), "_test.go") {
			continue
		}
		ast.Inspect(parse(t, file.Name()), func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok || !spec.Name.IsExported() {
				return true
			}
			if _, isStruct := spec.Type.(*ast.StructType); isStruct && !known[spec.Name.Name] && !notPrinted[spec.Name.Name] {
				t.Errorf("%s is not in the list of printable types", spec.Name.Name)
			}
			return true
		})
	}
}

// TestStringFieldsAreClassified fails on a field that nobody has thought about.
func TestStringFieldsAreClassified(t *testing.T) {
	t.Parallel()
	for _, v := range printable {
		for f := range reflect.TypeOf(v).Fields() {
			text := f.Type.Kind() == reflect.String || f.Type == reflect.TypeFor[map[string]string]() || f.Type.Kind() == reflect.Slice && f.Type.Elem().Kind() == reflect.Uint8
			if f.IsExported() && text && redact.IsSecret(f.Name) == harmless[f.Name] {
				t.Errorf("%T.%s: is it a secret or not?", v, f.Name)
			}
		}
	}
}

// filled returns a copy of v in which every secret that it can reach, at any
// depth, holds the marker, and whether there is one.
func filled(v any) (any, bool) {
	out := reflect.New(reflect.TypeOf(v)).Elem()
	out.Set(reflect.ValueOf(v))
	found := false
	for i := range out.NumField() {
		f, field := out.Type().Field(i), out.Field(i)
		switch {
		case !f.IsExported():
			if f.Type == reflect.TypeFor[pending]() {
				found = true
			}
		case redact.IsSecret(f.Name) && f.Type.Kind() == reflect.String:
			field.SetString(secretMarker)
			found = true
		case redact.IsSecret(f.Name) && f.Type.Kind() == reflect.Map:
			field.Set(reflect.ValueOf(map[string]string{"NEW_PASSWORD": secretMarker}))
			found = true
		case f.Type == reflect.TypeFor[*Tokens]():
			field.Set(reflect.ValueOf(&Tokens{AccessToken: secretMarker, IDToken: secretMarker, RefreshToken: secretMarker}))
			found = true
		case f.Type == reflect.TypeFor[*Device]():
			field.Set(reflect.ValueOf(&Device{Key: "k", Password: secretMarker}))
			found = true
		case f.Type == reflect.TypeFor[Device]():
			field.Set(reflect.ValueOf(Device{Key: "k", Password: secretMarker}))
			found = true
		case f.Type == reflect.TypeFor[*AuthenticateOutput]():
			field.Set(reflect.ValueOf(&AuthenticateOutput{Tokens: &Tokens{AccessToken: secretMarker}}))
			found = true
		case f.Type == reflect.TypeFor[*MFASetupChallenge]():
			field.Set(reflect.ValueOf(&MFASetupChallenge{pending: pending{session: secretMarker}}))
			found = true
		case f.Type == reflect.TypeFor[Challenge]():
			field.Set(reflect.ValueOf(newChallenge(pending{name: ChallengeCustom, session: secretMarker})))
			found = true
		}
	}
	switch c := out.Addr().Interface().(type) {
	case *CustomChallenge:
		c.session = secretMarker
	case *ChallengeResponse:
		c.proof, c.challenge.session = secretMarker, secretMarker
	}
	return out.Interface(), found
}

var verbs = []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%T", "%o", "%b", "%U", "%e", "% x", "%#x", "%10v", "%-40.3s"}

// leaks reports whether s has the marker, in clear, in hexadecimal or as the
// numbers of its bytes.
func leaks(s string) bool {
	hex := fmt.Sprintf("%x", secretMarker)
	bytes := strings.Trim(fmt.Sprint([]byte(secretMarker)), "[]")
	return strings.Contains(s, secretMarker) || strings.Contains(strings.ToLower(s), hex) || strings.Contains(s, bytes) ||
		strings.Contains(strings.ReplaceAll(strings.ToLower(s), " ", ""), hex)
}

func TestNoSecretIsPrinted(t *testing.T) {
	t.Parallel()
	type holder struct{ V any }
	tested := 0
	for _, empty := range append(printable, ChallengeState{}) {
		v, found := any(ChallengeState(secretMarker)), true
		if _, isState := empty.(ChallengeState); !isState {
			v, found = filled(empty)
		}
		if !found {
			continue
		}
		tested++
		p := reflect.New(reflect.TypeOf(v))
		p.Elem().Set(reflect.ValueOf(v))
		pp := p.Interface()
		for name, value := range map[string]any{
			"value": v, "pointer": pp, "slice": []any{v}, "slice of pointers": []any{pp},
			"map": map[string]any{"k": v}, "field": holder{v}, "pointer field": holder{pp}, "nested": &holder{[]any{holder{pp}}},
		} {
			t.Run(fmt.Sprintf("%T/%s", empty, name), func(t *testing.T) {
				t.Parallel()
				for _, verb := range verbs {
					if s := fmt.Sprintf(verb, value); leaks(s) {
						t.Errorf("%s prints %s", verb, s)
					}
				}
				if s := fmt.Sprint(value) + fmt.Sprintln(value); leaks(s) {
					t.Errorf("Print prints %s", s)
				}
				var text, js bytes.Buffer
				slog.New(slog.NewTextHandler(&text, nil)).Info("m", "v", value)
				if leaks(text.String()) {
					t.Errorf("slog text: %s", &text)
				}
				slog.New(slog.NewJSONHandler(&js, nil)).Info("m", "v", value)
				if direct := name == "value" || name == "pointer"; leaks(js.String()) && (direct || !stored(empty)) {
					t.Errorf("slog JSON: %s", &js)
				}
				b, err := json.Marshal(value)
				if err != nil {
					t.Fatal(err)
				}
				if leaks(string(b)) && !stored(empty) {
					t.Errorf("JSON: %s", b)
				}
			})
		}
	}
	if tested < 20 {
		t.Errorf("only %d types had a secret in them", tested)
	}
}

// stored types are whole when marshalled, at any depth: the documented exit.
func stored(v any) bool {
	switch v.(type) {
	case Tokens, ChallengeState, Device:
		return true
	}
	return false
}

// TestExits shows the ways out that the package documents.
func TestExits(t *testing.T) {
	t.Parallel()
	type wrapper struct{ in SignUpInput } // fmt cannot call methods in there
	if s := fmt.Sprintf("%+v", wrapper{SignUpInput{Password: secretMarker}}); !leaks(s) {
		t.Errorf("an unexported field is redacted now: correct the documentation: %s", s)
	}

	for _, verb := range []string{"%p", "%w"} { // wrong, which vet tells those who write it down
		if s := fmt.Errorf(verb, SignUpInput{Password: secretMarker}).Error(); !leaks(s) {
			t.Errorf("%s is redacted now: correct the documentation: %s", verb, s)
		}
	}

	tokens := Tokens{AccessToken: secretMarker, IDToken: "i", RefreshToken: "r", TokenType: "Bearer"}
	b, err := json.Marshal(tokens)
	if err != nil {
		t.Fatal(err)
	}
	var back Tokens
	if err := json.Unmarshal(b, &back); err != nil || back != tokens {
		t.Errorf("tokens do not survive storing: %s, %v", b, err)
	}

	device := Device{Key: "k", GroupKey: "g", Password: secretMarker}
	if b, err = json.Marshal(device); err != nil {
		t.Fatal(err)
	}
	var deviceBack Device
	if err := json.Unmarshal(b, &deviceBack); err != nil || deviceBack != device {
		t.Errorf("a device does not survive storing: %s, %v", b, err)
	}

	state := newChallenge(pending{name: ChallengeCustom, session: "s", username: "ada"}).State()
	if b, err = json.Marshal(state); err != nil {
		t.Fatal(err)
	}
	var stateBack ChallengeState
	if err := json.Unmarshal(b, &stateBack); err != nil || !bytes.Equal(state, stateBack) {
		t.Errorf("a challenge's state does not survive storing: %s, %v", b, err)
	}
}

// TestPoolIsRedacted, by value too, where a struct holds it so.
func TestPoolIsRedacted(t *testing.T) {
	t.Parallel()
	pool, _ := newFakePool(t, Config{ClientSecret: secretMarker})
	source := newSource(t, pool, TokenSourceConfig{Tokens: &Tokens{AccessToken: secretMarker, RefreshToken: secretMarker}})
	for _, v := range []any{
		pool, *pool, struct{ P UserPool }{*pool}, struct{ P *UserPool }{pool}, struct{ P *UserPool }{},
		source, struct{ S *TokenSource }{source},
	} {
		for _, verb := range verbs {
			if s := fmt.Sprintf(verb, v); leaks(s) {
				t.Errorf("%s of %T prints %s", verb, v, s)
			}
		}
	}
}

// TestRedactedStaysReadable: what is not secret is there, and an empty secret
// can be told from a set one.
func TestRedactedStaysReadable(t *testing.T) {
	t.Parallel()
	got := fmt.Sprint(SignUpInput{Username: "ada", Attributes: map[string]string{"email": "a@example.com"}, Password: "x"})
	want := `cognitoauth.SignUpInput{Username:"ada", Password:"[REDACTED]", Attributes:map[email:a@example.com], ValidationData:map[], ClientMetadata:map[], UserContext:{IPAddress: EncodedData:}}`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := fmt.Sprint(SignOutInput{}); got != `cognitoauth.SignOutInput{AccessToken:""}` {
		t.Errorf("empty secret: %s", got)
	}
	b, err := json.Marshal(ConfirmSignUpInput{Username: "ada", Code: "123456"})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(b), `{"Username":"ada","Code":"[REDACTED]","ForceAliasCreation":false,"Session":"","ClientMetadata":null,"UserContext":{"IPAddress":"","EncodedData":""}}`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
