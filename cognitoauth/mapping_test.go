package cognitoauth

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"reflect"
	"testing"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

// operation is a method with an input for it.
type operation struct {
	input any
	call  func(context.Context, *UserPool, any) error
	op    string // Error.Op; empty: the name in the table
}

// allOperations are those of UserPool and of Admin.
func allOperations() map[string]operation {
	all := maps.Clone(operations)
	maps.Copy(all, adminOperations)
	return all
}

// operations calls every method that takes an Input with a given one. The
// inputs are valid, and such that every field they have means something.
var operations = map[string]operation{
	"SignUp": {input: SignUpInput{Username: "ada", Password: "pass word 1"},
		call: func(ctx context.Context, p *UserPool, in any) error {
			_, err := p.SignUp(ctx, in.(SignUpInput))
			return err
		}},
	"ConfirmSignUp": {input: ConfirmSignUpInput{Username: "ada", Code: "123456"},
		call: func(ctx context.Context, p *UserPool, in any) error {
			_, err := p.ConfirmSignUp(ctx, in.(ConfirmSignUpInput))
			return err
		}},
	"ResendConfirmationCode": {input: ResendConfirmationCodeInput{Username: "ada"},
		call: func(ctx context.Context, p *UserPool, in any) error {
			_, err := p.ResendConfirmationCode(ctx, in.(ResendConfirmationCodeInput))
			return err
		}},
	"Authenticate": {input: AuthenticateInput{Username: "ada", Password: "pass word 1", Flow: FlowUserAuth, PreferredChallenge: ChallengePassword},
		call: func(ctx context.Context, p *UserPool, in any) error {
			_, err := p.Authenticate(ctx, in.(AuthenticateInput))
			return err
		}},
	"ForgotPassword": {input: ForgotPasswordInput{Username: "ada"},
		call: func(ctx context.Context, p *UserPool, in any) error {
			_, err := p.ForgotPassword(ctx, in.(ForgotPasswordInput))
			return err
		}},
	"ConfirmForgotPassword": {input: ConfirmForgotPasswordInput{Username: "ada", Code: "123456", NewPassword: "new word 1"},
		call: func(ctx context.Context, p *UserPool, in any) error {
			_, err := p.ConfirmForgotPassword(ctx, in.(ConfirmForgotPasswordInput))
			return err
		}},
	"ChangePassword": {input: ChangePasswordInput{AccessToken: "token", CurrentPassword: "pass word 1", NewPassword: "new word 1"},
		call: func(ctx context.Context, p *UserPool, in any) error {
			_, err := p.ChangePassword(ctx, in.(ChangePasswordInput))
			return err
		}},
	"AdminDelete": {input: AdminDeleteInput{Username: "ada"},
		call: func(ctx context.Context, p *UserPool, in any) error {
			_, err := p.AdminDelete(ctx, in.(AdminDeleteInput))
			return err
		}},
	"Refresh": {input: RefreshInput{RefreshToken: "token"},
		call: func(ctx context.Context, p *UserPool, in any) error {
			_, err := p.Refresh(ctx, in.(RefreshInput))
			return err
		}},
	"RevokeToken": {input: RevokeTokenInput{RefreshToken: "token"},
		call: func(ctx context.Context, p *UserPool, in any) error {
			_, err := p.RevokeToken(ctx, in.(RevokeTokenInput))
			return err
		}},
	"SignOut": {input: SignOutInput{AccessToken: "token"},
		call: func(ctx context.Context, p *UserPool, in any) error {
			_, err := p.SignOut(ctx, in.(SignOutInput))
			return err
		}},
	"GetUser": {input: GetUserInput{AccessToken: "token"},
		call: func(ctx context.Context, p *UserPool, in any) error {
			_, err := p.GetUser(ctx, in.(GetUserInput))
			return err
		}},
	"DeleteUser": {input: DeleteUserInput{AccessToken: "token"},
		call: func(ctx context.Context, p *UserPool, in any) error {
			_, err := p.DeleteUser(ctx, in.(DeleteUserInput))
			return err
		}},
	"UpdateUserAttributes": {input: UpdateUserAttributesInput{AccessToken: "token", Attributes: map[string]string{"name": "Ada"}},
		call: func(ctx context.Context, p *UserPool, in any) error {
			_, err := p.UpdateUserAttributes(ctx, in.(UpdateUserAttributesInput))
			return err
		}},
	"DeleteUserAttributes": {input: DeleteUserAttributesInput{AccessToken: "token", Names: []string{"name"}},
		call: func(ctx context.Context, p *UserPool, in any) error {
			_, err := p.DeleteUserAttributes(ctx, in.(DeleteUserAttributesInput))
			return err
		}},
	"GetUserAttributeVerificationCode": {input: GetUserAttributeVerificationCodeInput{AccessToken: "token", Attribute: "email"},
		call: func(ctx context.Context, p *UserPool, in any) error {
			_, err := p.GetUserAttributeVerificationCode(ctx, in.(GetUserAttributeVerificationCodeInput))
			return err
		}},
	"VerifyUserAttribute": {input: VerifyUserAttributeInput{AccessToken: "token", Attribute: "email", Code: "123456"},
		call: func(ctx context.Context, p *UserPool, in any) error {
			_, err := p.VerifyUserAttribute(ctx, in.(VerifyUserAttributeInput))
			return err
		}},
	"AssociateSoftwareToken": {input: AssociateSoftwareTokenInput{AccessToken: "token"},
		call: func(ctx context.Context, p *UserPool, in any) error {
			_, err := p.AssociateSoftwareToken(ctx, in.(AssociateSoftwareTokenInput))
			return err
		}},
	"VerifySoftwareToken": {input: VerifySoftwareTokenInput{AccessToken: "token", Code: "123456"},
		call: func(ctx context.Context, p *UserPool, in any) error {
			_, err := p.VerifySoftwareToken(ctx, in.(VerifySoftwareTokenInput))
			return err
		}},
	"SetUserMFAPreference": {input: SetUserMFAPreferenceInput{AccessToken: "token", SMS: MFAOff},
		call: func(ctx context.Context, p *UserPool, in any) error {
			_, err := p.SetUserMFAPreference(ctx, in.(SetUserMFAPreferenceInput))
			return err
		}},
	"SetUserSettings": {input: SetUserSettingsInput{AccessToken: "token"},
		call: func(ctx context.Context, p *UserPool, in any) error {
			_, err := p.SetUserSettings(ctx, in.(SetUserSettingsInput))
			return err
		}},
	"GetUserAuthFactors": {input: GetUserAuthFactorsInput{AccessToken: "token"},
		call: func(ctx context.Context, p *UserPool, in any) error {
			_, err := p.GetUserAuthFactors(ctx, in.(GetUserAuthFactorsInput))
			return err
		}},
	"UpdateAuthEventFeedback": {input: UpdateAuthEventFeedbackInput{Username: "ada", EventID: "event", FeedbackToken: "token"},
		call: func(ctx context.Context, p *UserPool, in any) error {
			_, err := p.UpdateAuthEventFeedback(ctx, in.(UpdateAuthEventFeedbackInput))
			return err
		}},
	"ConfirmDevice": {input: ConfirmDeviceInput{AccessToken: "token", Device: &NewDevice{Key: "key", GroupKey: "group"}},
		call: func(ctx context.Context, p *UserPool, in any) error {
			_, err := p.ConfirmDevice(ctx, in.(ConfirmDeviceInput))
			return err
		}},
	"UpdateDeviceStatus": {input: UpdateDeviceStatusInput{AccessToken: "token", DeviceKey: "key"},
		call: func(ctx context.Context, p *UserPool, in any) error {
			_, err := p.UpdateDeviceStatus(ctx, in.(UpdateDeviceStatusInput))
			return err
		}},
	"GetDevice": {input: GetDeviceInput{AccessToken: "token", DeviceKey: "key"},
		call: func(ctx context.Context, p *UserPool, in any) error {
			_, err := p.GetDevice(ctx, in.(GetDeviceInput))
			return err
		}},
	"ListDevices": {input: ListDevicesInput{AccessToken: "token"},
		call: func(ctx context.Context, p *UserPool, in any) error {
			return drain(p.ListDevices(ctx, in.(ListDevicesInput)))
		}},
	"ForgetDevice": {input: ForgetDeviceInput{AccessToken: "token", DeviceKey: "key"},
		call: func(ctx context.Context, p *UserPool, in any) error {
			_, err := p.ForgetDevice(ctx, in.(ForgetDeviceInput))
			return err
		}},
	"StartWebAuthnRegistration": {input: StartWebAuthnRegistrationInput{AccessToken: "token"},
		call: func(ctx context.Context, p *UserPool, in any) error {
			_, err := p.StartWebAuthnRegistration(ctx, in.(StartWebAuthnRegistrationInput))
			return err
		}},
	"CompleteWebAuthnRegistration": {input: CompleteWebAuthnRegistrationInput{AccessToken: "token", Credential: json.RawMessage(`{"id":"x"}`)},
		call: func(ctx context.Context, p *UserPool, in any) error {
			_, err := p.CompleteWebAuthnRegistration(ctx, in.(CompleteWebAuthnRegistrationInput))
			return err
		}},
	"ListWebAuthnCredentials": {input: ListWebAuthnCredentialsInput{AccessToken: "token"},
		call: func(ctx context.Context, p *UserPool, in any) error {
			return drain(p.ListWebAuthnCredentials(ctx, in.(ListWebAuthnCredentialsInput)))
		}},
	"DeleteWebAuthnCredential": {input: DeleteWebAuthnCredentialInput{AccessToken: "token", CredentialID: "id"},
		call: func(ctx context.Context, p *UserPool, in any) error {
			_, err := p.DeleteWebAuthnCredential(ctx, in.(DeleteWebAuthnCredentialInput))
			return err
		}},
	"RespondToChallenge": {input: (&CustomChallenge{pending: pending{
		userPoolID: "eu-west-1_Ab12Cd34E", clientID: "3n4b5urk1ft4fl3mg5e62d9ado",
		name: ChallengeCustom, session: "session", username: "ada",
	}}).Answer("42"),
		call: func(ctx context.Context, p *UserPool, in any) error {
			_, err := p.RespondToChallenge(ctx, in.(ChallengeResponse))
			return err
		}},
}

// drain reads a sequence to its end and returns its error.
func drain[T any](seq iter.Seq2[T, error]) error {
	for _, err := range seq {
		if err != nil {
			return err
		}
	}
	return nil
}

// TestOperationsAreAllHere fails when a method of UserPool or Admin takes an
// input that its table does not call, so that no new operation escapes the tests that walk it.
func TestOperationsAreAllHere(t *testing.T) {
	t.Parallel()
	for _, receiver := range []struct {
		typ   reflect.Type
		table map[string]operation
	}{
		{reflect.TypeFor[*UserPool](), operations},
		{reflect.TypeFor[*Admin](), adminOperations},
	} {
		called := map[reflect.Type]bool{}
		for _, op := range receiver.table {
			called[reflect.TypeOf(op.input)] = true
		}
		for m := range receiver.typ.Methods() {
			takesInput := m.Type.NumIn() == 3 && m.Type.In(1) == reflect.TypeFor[context.Context]()
			if takesInput && !called[m.Type.In(2)] {
				t.Errorf("%s.%s is not in the table of operations", receiver.typ, m.Name)
			}
		}
	}
}

// TestEveryInputFieldReachesAWS sets each field of each input in turn to
// something unique and looks for that in what would be sent.
func TestEveryInputFieldReachesAWS(t *testing.T) {
	t.Parallel()
	elsewhere := map[string]string{
		"ChangePassword.ClientMetadata":           "TestChangePasswordByUserName",
		"ChangePassword.UserContext":              "TestChangePasswordByUserName",
		"VerifySoftwareToken.Context":             "TestSetUpAuthenticatorInAdminSignIn",
		"ChangePassword.Username":                 "signs in first: TestChangePasswordByUserName",
		"AssociateSoftwareToken.Challenge":        "TestSetUpAuthenticatorInSignIn",
		"AssociateSoftwareToken.Issuer":           "goes into the URI: TestOTPAuthURI",
		"AssociateSoftwareToken.AccountName":      "goes into the URI: TestOTPAuthURI",
		"VerifySoftwareToken.Challenge":           "TestSetUpAuthenticatorInSignIn",
		"VerifySoftwareToken.ClientMetadata":      "TestSetUpAuthenticatorInSignIn",
		"VerifySoftwareToken.UserContext":         "TestSetUpAuthenticatorInSignIn",
		"SetUserMFAPreference.SMS":                "flags: TestMFASettings",
		"SetUserMFAPreference.SoftwareToken":      "flags: TestMFASettings",
		"SetUserMFAPreference.Email":              "flags: TestMFASettings",
		"SetUserMFAPreference.Passkey":            "flags: TestMFASettings",
		"ConfirmDevice.Device.GroupKey":           "is hashed: TestConfirmDevice",
		"CompleteWebAuthnRegistration.Credential": "a document: TestCompleteWebAuthnRegistration",
		"Authenticate.Device.GroupKey":            "is hashed: TestDeviceSignIn",
		"Authenticate.Device.Password":            "never sent: TestDeviceSignIn",
		"RespondToChallenge.Device.GroupKey":      "is hashed: TestDeviceSignIn",
		"RespondToChallenge.Device.Password":      "never sent: TestDeviceSignIn",
		"RespondToChallenge.Context":              "for signed requests: TestAdminAuthenticate",
		"AdminAuthenticate.Device.GroupKey":       "is hashed: TestDeviceSignIn",
		"AdminAuthenticate.Device.Password":       "never sent: TestDeviceSignIn",
		"AdminRespondToChallenge.Device.GroupKey": "is hashed: TestDeviceSignIn",
		"AdminRespondToChallenge.Device.Password": "never sent: TestDeviceSignIn",
		"AdminRespondToChallenge.UserContext":     "for unsigned requests: TestEveryInputFieldReachesAWS/RespondToChallenge",
		"AdminSetUserMFAPreference.SMS":           "flags: TestAdminSetUserMFAPreference",
		"AdminSetUserMFAPreference.SoftwareToken": "flags: TestAdminSetUserMFAPreference",
		"AdminSetUserMFAPreference.Email":         "flags: TestAdminSetUserMFAPreference",
		"AdminSetUserMFAPreference.Passkey":       "flags: TestAdminSetUserMFAPreference",
		"Refresh.Flow":                            "TestRefreshTokenAuth",
		"Refresh.Username":                        "TestRefreshTokenAuth",
	}
	for name, op := range allOperations() {
		typ := reflect.TypeOf(op.input)
		for field := range typ.Fields() {
			if !field.IsExported() || elsewhere[name+"."+field.Name] != "" {
				continue
			}
			for _, path := range leaves(field.Type) {
				if elsewhere[name+"."+field.Name+path] != "" {
					continue
				}
				t.Run(fmt.Sprintf("%s/%s%s", name, field.Name, path), func(t *testing.T) {
					t.Parallel()
					in := reflect.New(typ).Elem()
					in.Set(reflect.ValueOf(op.input))
					target := in.FieldByIndex(field.Index)
					if path != "" {
						if target.Kind() == reflect.Pointer {
							target.Set(reflect.New(target.Type().Elem()))
							target = target.Elem()
							for _, field := range target.Fields() {
								field.SetString("x") // required, whichever is under test
							}
						}
						target = target.FieldByName(path[1:])
					}
					marker := mark(t, name, field.Name, target)

					pool, api := newFakePool(t, Config{})
					if err := op.call(t.Context(), pool, in.Interface()); err != nil {
						t.Fatal(err)
					}
					if len(api.sent) != 1 {
						t.Fatalf("%d requests sent, want 1", len(api.sent))
					}
					if !contains(reflect.ValueOf(api.sent[0]), marker) {
						t.Errorf("%v is nowhere in %+v", marker, api.sent[0])
					}
				})
			}
		}
	}
}

// leaves are the parts of a field to be set one by one.
func leaves(t reflect.Type) []string {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || t == reflect.TypeFor[GroupPrecedence]() || t == reflect.TypeFor[UserFilter]() {
		return []string{""}
	}
	var paths []string
	for f := range t.Fields() {
		if f.IsExported() {
			paths = append(paths, "."+f.Name)
		}
	}
	return paths
}

// mark sets the value to something unique and returns what to look for.
func mark(t *testing.T, op, field string, v reflect.Value) any {
	t.Helper()
	switch v.Type() {
	case reflect.TypeFor[GroupPrecedence]():
		v.Set(reflect.ValueOf(Precedence(7)))
		return int64(7)
	case reflect.TypeFor[UserFilter]():
		v.Set(reflect.ValueOf(FilterPrefix("email", "marker")))
		return `email ^= "marker"`
	}
	switch v.Kind() {
	case reflect.Int:
		v.SetInt(7)
		return int64(7)
	case reflect.Bool:
		v.SetBool(true)
		switch op + "." + field { // an enumeration in the API
		case "UpdateDeviceStatus.Remembered", "AdminUpdateDeviceStatus.Remembered":
			return "remembered"
		case "UpdateAuthEventFeedback.Valid", "AdminUpdateAuthEventFeedback.Valid":
			return "Valid"
		}
		return true
	case reflect.Map:
		v.Set(reflect.ValueOf(map[string]string{"key": "marker"}))
		return "marker"
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		v.Index(0).SetString("marker")
		return "marker"
	case reflect.String:
		switch op + "." + field { // only certain values are let through
		case "Authenticate.Flow", "AdminAuthenticate.Flow":
			v.SetString(string(FlowUserAuth))
		case "Authenticate.PreferredChallenge", "AdminAuthenticate.PreferredChallenge":
			v.SetString(string(ChallengeEmailOTP))
		default:
			v.SetString("marker")
		}
		return v.String()
	}
	t.Fatalf("no marker for a %s: teach this test", v.Type())
	return nil
}

// contains looks for a value anywhere inside another.
func contains(v reflect.Value, want any) bool {
	switch v.Kind() {
	case reflect.Pointer:
		return !v.IsNil() && contains(v.Elem(), want)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() && contains(v.Field(i), want) {
				return true
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			if contains(v.Index(i), want) {
				return true
			}
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			if contains(key, want) || contains(v.MapIndex(key), want) {
				return true
			}
		}
	case reflect.String:
		return v.String() == want
	case reflect.Bool:
		return v.Bool() == want
	case reflect.Int32:
		return v.Int() == want
	}
	return false
}

// TestSecretHashEverywhere walks the AWS inputs: whichever has a member for it
// gets the hash of the user name in that same request, and the operations
// that take the secret itself get that.
func TestSecretHashEverywhere(t *testing.T) {
	t.Parallel()
	for name, op := range allOperations() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool, api := newFakePool(t, Config{ClientSecret: "secret1234"})
			if err := op.call(t.Context(), pool, op.input); err != nil {
				t.Fatal(err)
			}
			want := *pool.secretHash("ada")
			for _, sent := range api.sent {
				v := reflect.ValueOf(sent).Elem()
				if f := v.FieldByName("SecretHash"); f.IsValid() && (f.IsNil() || f.Elem().String() != want) {
					t.Errorf("%T.SecretHash is not the hash of its user name", sent)
				}
				if f := v.FieldByName("ClientSecret"); f.IsValid() && (f.IsNil() || f.Elem().String() != "secret1234") {
					t.Errorf("%T.ClientSecret is not set", sent)
				}
				var params map[string]string
				switch in := sent.(type) {
				case *cip.InitiateAuthInput:
					params = in.AuthParameters
				case *cip.RespondToAuthChallengeInput:
					params = in.ChallengeResponses
				case *cip.AdminInitiateAuthInput:
					params = in.AuthParameters
				case *cip.AdminRespondToAuthChallengeInput:
					params = in.ChallengeResponses
				default:
					continue
				}
				if params["SECRET_HASH"] != want {
					t.Errorf("%T has SECRET_HASH %q, want that of its USERNAME %q", sent, params["SECRET_HASH"], params["USERNAME"])
				}
			}
		})
	}
}

// TestNothingEmptyIsSent: Cognito takes an empty string for a value, and refuses it.
func TestNothingEmptyIsSent(t *testing.T) {
	t.Parallel()
	for name, op := range allOperations() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool, api := newFakePool(t, Config{})
			if err := op.call(t.Context(), pool, op.input); err != nil {
				t.Fatal(err)
			}
			for _, sent := range api.sent {
				v := reflect.ValueOf(sent).Elem()
				for i := range v.NumField() {
					f := v.Field(i)
					if f.Kind() == reflect.Pointer && !f.IsNil() && f.Elem().Kind() == reflect.String && f.Elem().String() == "" {
						t.Errorf("%T.%s is an empty string, want it absent", sent, v.Type().Field(i).Name)
					}
				}
			}
		})
	}
}
