package cognitoauth

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

// TestEmptyChangesAreRefused: an update or a deletion of nothing is a mistake, and
// so is an attribute without a name.
func TestEmptyChangesAreRefused(t *testing.T) {
	t.Parallel()
	pool, api := newFakePool(t, Config{})
	ctx, admin := t.Context(), pool.Admin()
	_, update := pool.UpdateUserAttributes(ctx, UpdateUserAttributesInput{AccessToken: "t"})
	_, nameless := pool.UpdateUserAttributes(ctx, UpdateUserAttributesInput{AccessToken: "t", Attributes: map[string]string{"": "x"}})
	_, remove := pool.DeleteUserAttributes(ctx, DeleteUserAttributesInput{AccessToken: "t"})
	_, adminUpdate := admin.UpdateUserAttributes(ctx, AdminUpdateUserAttributesInput{Username: "ada"})
	_, adminRemove := admin.DeleteUserAttributes(ctx, AdminDeleteUserAttributesInput{Username: "ada"})
	for _, test := range []struct {
		err  error
		want string
	}{
		{update, "Attributes is empty"}, {nameless, "Attributes has an attribute without a name"}, {remove, "Names is empty"},
		{adminUpdate, "Attributes is empty"}, {adminRemove, "Names is empty"},
	} {
		if !errors.Is(test.err, ErrInvalidInput) || !strings.Contains(test.err.Error(), test.want) {
			t.Errorf("error %v, want %q", test.err, test.want)
		}
	}
	if len(api.sent) != 0 {
		t.Errorf("%d requests were sent", len(api.sent))
	}
}

// TestBadInputIsNotSent walks every text field of every input, in nested structs
// too, and every text in a list.
func TestBadInputIsNotSent(t *testing.T) {
	t.Parallel()
	mayBeEmpty := map[string]bool{
		"SignUp.Password": true, "ConfirmSignUp.Session": true, "Authenticate.Session": true, "Authenticate.Flow": true,
		"Authenticate.Password": true, "Authenticate.PreferredChallenge": true, "ChangePassword.CurrentPassword": true,
		"ChangePassword.Username": true, "Refresh.DeviceKey": true, "Refresh.Flow": true, "Refresh.Username": true,
		"AssociateSoftwareToken.Issuer": true, "AssociateSoftwareToken.AccountName": true, "VerifySoftwareToken.FriendlyDeviceName": true,
		"SetUserMFAPreference.SoftwareToken": true, "SetUserMFAPreference.Email": true, "SetUserMFAPreference.Passkey": true,
		"SetUserSettings.SMSAttribute": true, "ConfirmDevice.Name": true,
		"AdminAuthenticate.Session": true, "AdminAuthenticate.Flow": true, "AdminAuthenticate.Password": true, "AdminAuthenticate.PreferredChallenge": true,
		"AdminCreateUser.TemporaryPassword": true, "AdminCreateUser.Message": true, "AdminSetUserSettings.SMSAttribute": true,
		"AdminSetUserMFAPreference.SMS": true, "AdminSetUserMFAPreference.Email": true, "AdminSetUserMFAPreference.Passkey": true,
		"CreateGroup.Description": true, "CreateGroup.RoleARN": true, "UpdateGroup.Description": true, "UpdateGroup.RoleARN": true,
		"AdminLinkProviderForUser.Destination.AttributeName": true,
	}
	for name, op := range allOperations() {
		typ := reflect.TypeOf(op.input)
		for field := range typ.Fields() {
			if !field.IsExported() || field.Type == reflect.TypeFor[*MFASetupChallenge]() { // which nobody fills in
				continue
			}
			for _, path := range leaves(field.Type) {
				text := func(in reflect.Value) reflect.Value { return textAt(in.FieldByIndex(field.Index), path) }
				if text(reflect.New(typ).Elem()).Kind() != reflect.String {
					continue
				}
				for kind, bad := range map[string]string{"empty": "", "invalid UTF-8": "a\xffb", "1 MiB": strings.Repeat("a", 1<<20)} {
					key := name + "." + field.Name + path
					context := field.Type == reflect.TypeFor[UserContext]() || field.Type == reflect.TypeFor[AdminContext]()
					longest := key == "Authenticate.Password" || key == "AdminAuthenticate.Password"
					if kind == "empty" && (mayBeEmpty[key] || context) || kind == "1 MiB" && longest {
						continue
					}
					t.Run(key+"/"+kind, func(t *testing.T) {
						t.Parallel()
						in := reflect.New(typ).Elem()
						in.Set(reflect.ValueOf(op.input))
						text(in).SetString(bad)
						pool, api := newFakePool(t, Config{})
						err := op.call(t.Context(), pool, in.Interface())
						if !errors.Is(err, ErrInvalidInput) || !strings.Contains(err.Error(), field.Name+path) {
							t.Errorf("error %.200v: want ErrInvalidInput that names %s", err, field.Name+path)
						}
						if len(api.sent) != 0 {
							t.Error("it was sent")
						}
					})
				}
			}
		}
	}
}

// textAt is the leaf of a field: what a pointer points to and the one element
// of a list of texts are made.
func textAt(v reflect.Value, path string) reflect.Value {
	if path != "" {
		if v.Kind() == reflect.Pointer {
			v.Set(reflect.New(v.Type().Elem()))
			v = v.Elem()
			for _, f := range v.Fields() {
				if f.Kind() == reflect.String && f.CanSet() {
					f.SetString("x") // required, whichever is under test
				}
			}
		}
		v = v.FieldByName(path[1:])
	}
	if v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.String {
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		v = v.Index(0)
	}
	return v
}

// TestBadInputInMaps does the same for the maps.
func TestBadInputInMaps(t *testing.T) {
	t.Parallel()
	for name, op := range allOperations() {
		typ := reflect.TypeOf(op.input)
		for field := range typ.Fields() {
			if !field.IsExported() || field.Type.Kind() != reflect.Map {
				continue
			}
			for kind, bad := range map[string]map[string]string{"value": {"a": "\xff"}, "key": {"\xff": "a"}} {
				t.Run(name+"."+field.Name+"/"+kind, func(t *testing.T) {
					t.Parallel()
					in := reflect.New(typ).Elem()
					in.Set(reflect.ValueOf(op.input))
					in.FieldByIndex(field.Index).Set(reflect.ValueOf(bad))
					pool, api := newFakePool(t, Config{})
					if err := op.call(t.Context(), pool, in.Interface()); !errors.Is(err, ErrInvalidInput) || len(api.sent) != 0 {
						t.Errorf("error %v, %d sent", err, len(api.sent))
					}
				})
			}
		}
	}
}

// TestProblemsAreInOrder: the same bad input has the same error every time,
// although a map goes through its keys in another order each time.
func TestProblemsAreInOrder(t *testing.T) {
	t.Parallel()
	pool, _ := newFakePool(t, Config{})
	tooLong := map[string]string{}
	for _, name := range []string{"f", "b", "d", "a", "e", "c"} {
		tooLong[name] = strings.Repeat("x", maxAttributeValue+1)
	}
	challenge := newChallenge(pending{
		userPoolID: pool.UserPoolID(), clientID: pool.ClientID(), name: "SOMETHING_NEW", username: "ada",
	}).(*UnknownChallenge)
	for _, test := range []struct {
		name string
		call func() error
		want []string // in this order
	}{
		{"attributes", func() error {
			_, err := pool.UpdateUserAttributes(t.Context(), UpdateUserAttributesInput{AccessToken: "t", Attributes: tooLong})
			return err
		}, []string{`["a"]`, `["b"]`, `["c"]`, `["d"]`, `["e"]`, `["f"]`}},
		{"answers", func() error {
			_, err := pool.RespondToChallenge(t.Context(), challenge.Answer(map[string]string{"F": "", "B": "", "D": "", "A": "", "E": "", "C": ""}))
			return err
		}, []string{`"A"`, `"B"`, `"C"`, `"D"`, `"E"`, `"F"`}},
		{"second factors", func() error {
			_, err := pool.SetUserMFAPreference(t.Context(), SetUserMFAPreferenceInput{
				AccessToken: "t", SMS: "?", SoftwareToken: "?", Email: "?", Passkey: "?",
			})
			return err
		}, []string{"SMS", "SoftwareToken", "Email", "Passkey"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			for range 20 { // a random order may be the right one by chance
				err := test.call()
				var e *Error
				if !errors.Is(err, ErrInvalidInput) || !errors.As(err, &e) {
					t.Fatalf("error %v", err)
				}
				problems := strings.Split(e.Message, "; ")
				if len(problems) != len(test.want) {
					t.Fatalf("%d problems in %q, want %d", len(problems), e.Message, len(test.want))
				}
				for i, want := range test.want {
					if !strings.Contains(problems[i], want) {
						t.Fatalf("problem %d is %q, want that of %s", i+1, problems[i], want)
					}
				}
			}
		})
	}
}
