package cognitotest

import (
	"reflect"
	"strings"
	"testing"

	"github.com/cognitoauth/cognito-go/cognitoauth"
)

// TestNoPasswordIsKept looks through everything that a server holds for the
// passwords it has seen. It is in the package because that is where one can
// look.
func TestNoPasswordIsKept(t *testing.T) {
	t.Parallel()
	const first, second, wrong = "Correct-horse-7", "Another-horse-8", "Wrong-horse-9"
	s := NewTestServer(t, Config{Devices: DevicesAlways})
	s.AddUser(User{Username: "seeded", Password: first})
	pool, ctx := s.UserPool(), t.Context()
	fatal := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	_, err := pool.SignUp(ctx, cognitoauth.SignUpInput{Username: "ada", Password: first, Attributes: map[string]string{"email": "ada@example.com"}})
	fatal(err)
	_, err = pool.ConfirmSignUp(ctx, cognitoauth.ConfirmSignUpInput{Username: "ada", Code: s.Code("ada")})
	fatal(err)
	for _, flow := range []cognitoauth.Flow{cognitoauth.FlowSRP, cognitoauth.FlowPassword} {
		if _, err := pool.Authenticate(ctx, cognitoauth.AuthenticateInput{Username: "ada", Password: wrong, Flow: flow}); err == nil {
			t.Error("a wrong password was accepted")
		}
		_, err = pool.Authenticate(ctx, cognitoauth.AuthenticateInput{Username: "ada", Password: first, Flow: flow})
		fatal(err)
	}
	_, err = pool.ChangePassword(ctx, cognitoauth.ChangePasswordInput{Username: "ada", CurrentPassword: first, NewPassword: second})
	fatal(err)

	found := search(reflect.ValueOf(s), first, second, wrong)
	for _, path := range found {
		t.Errorf("a password is kept in %s", path)
	}
	s.outbox().send(Message{Body: first})
	if len(search(reflect.ValueOf(s), first)) == 0 {
		t.Error("the search does not find what is there")
	}
}

func (s *Server) outbox() *outbox { return &s.pool.outbox }

// search returns the paths to strings and bytes that contain a word.
func search(v reflect.Value, words ...string) []string {
	var found []string
	seen := map[any]bool{}
	var walk func(v reflect.Value, path string)
	walk = func(v reflect.Value, path string) {
		switch v.Kind() {
		case reflect.String:
			for _, w := range words {
				if strings.Contains(v.String(), w) {
					found = append(found, path)
				}
			}
		case reflect.Pointer:
			key := [2]any{v.Pointer(), v.Type()}
			if !v.IsNil() && !seen[key] {
				seen[key] = true
				walk(v.Elem(), path)
			}
		case reflect.Interface:
			if !v.IsNil() {
				walk(v.Elem(), path)
			}
		case reflect.Struct:
			for i := range v.NumField() {
				walk(v.Field(i), path+"."+v.Type().Field(i).Name)
			}
		case reflect.Map:
			for it := v.MapRange(); it.Next(); {
				walk(it.Key(), path+"[key]")
				walk(it.Value(), path+"[]")
			}
		case reflect.Slice, reflect.Array:
			if v.Type().Elem().Kind() == reflect.Uint8 {
				raw := make([]byte, v.Len())
				for i := range raw {
					raw[i] = byte(v.Index(i).Uint())
				}
				walk(reflect.ValueOf(string(raw)), path)
				return
			}
			for i := range v.Len() {
				walk(v.Index(i), path+"[]")
			}
		default: // numbers, functions, channels
		}
	}
	// The pool and the log: the HTTP server's own buffers come and go.
	s := v.Elem()
	walk(s.FieldByName("pool"), "pool")
	walk(s.FieldByName("log"), "log")
	walk(s.FieldByName("faults"), "faults")
	return found
}
