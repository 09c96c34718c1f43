package cognitotest_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/cognitoauth/cognito-go/cognitoauth"
	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest"
)

// recorder is a test that can fail without failing this one.
type recorder struct{ failures []string }

func (r *recorder) Helper()        {}
func (r *recorder) Cleanup(func()) {}
func (r *recorder) Errorf(format string, args ...any) {
	r.failures = append(r.failures, fmt.Sprintf(format, args...))
}
func (r *recorder) Fatalf(format string, args ...any) { r.Errorf(format, args...) }

// operations are the methods of a type that look like an operation: a context
// and an input in; an output and an error, or a sequence of both, out.
func operations(typ reflect.Type) map[string]reflect.Type {
	out := map[string]reflect.Type{}
	ctx := reflect.TypeFor[context.Context]()
	for m := range typ.Methods() {
		if m.Type.NumIn() == 3 && m.Type.In(1) == ctx && (m.Type.NumOut() == 2 || m.Type.NumOut() == 1 && m.Type.Out(0).Kind() == reflect.Func) {
			out[m.Name] = m.Type
		}
	}
	return out
}

// resultError is the error that an operation returned, or the first one that
// its sequence yields.
func resultError(out []reflect.Value) error {
	if len(out) == 2 {
		err, _ := reflect.TypeAssert[error](out[1])
		return err
	}
	var err error
	yield := reflect.MakeFunc(out[0].Type().In(0), func(in []reflect.Value) []reflect.Value {
		err, _ = reflect.TypeAssert[error](in[1])
		return []reflect.Value{reflect.ValueOf(false)}
	})
	out[0].Call([]reflect.Value{yield})
	return err
}

func TestFakeHasEveryOperation(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ fake, real reflect.Type }{
		{reflect.TypeFor[*cognitotest.Client](), reflect.TypeFor[*cognitoauth.UserPool]()},
		{reflect.TypeFor[*cognitotest.Admin](), reflect.TypeFor[*cognitoauth.Admin]()},
	} {
		for name, typ := range operations(test.real) {
			m, ok := test.fake.MethodByName(name)
			if !ok {
				t.Errorf("%s has %s, %s has not", test.real, name, test.fake)
				continue
			}
			field, ok := test.fake.Elem().FieldByName(name + "Func")
			if !ok {
				t.Errorf("%s has no %sFunc", test.fake, name)
				continue
			}
			if m.Type.In(2) != typ.In(2) || field.Type.In(1) != typ.In(2) || field.Type.Out(0) != typ.Out(0) {
				t.Errorf("%s.%s has other types than that of %s", test.fake, name, test.real)
			}
		}
	}
}

// newFake makes a fake of either type.
func newFake(typ reflect.Type, tb cognitotest.TB) reflect.Value {
	fake := reflect.New(typ.Elem())
	fake.Elem().FieldByName("TB").Set(reflect.ValueOf(tb))
	return fake
}

var fakes = []reflect.Type{reflect.TypeFor[*cognitotest.Client](), reflect.TypeFor[*cognitotest.Admin]()}

func TestFakeUnsetFailsByName(t *testing.T) {
	t.Parallel()
	for _, fake := range fakes {
		for name, typ := range operations(fake) {
			test := &recorder{}
			in := []reflect.Value{reflect.ValueOf(t.Context()), reflect.Zero(typ.In(2))}
			out := newFake(fake, test).MethodByName(name).Call(in)
			if len(test.failures) != 1 || !strings.Contains(test.failures[0], "call to "+name+": "+fake.Elem().Name()+".") {
				t.Errorf("%s failed the test with %q", name, test.failures)
			}
			if err := resultError(out); err == nil {
				t.Errorf("%s: want an error", name)
			}
		}
	}
}

// failWith makes the function of a fake's method return err, in a sequence if
// that is what it returns, and calls the method.
func failWith(t *testing.T, fake reflect.Type, name string, err error) error {
	t.Helper()
	value := newFake(fake, t)
	field := value.Elem().FieldByName(name + "Func")
	typ := field.Type()
	field.Set(reflect.MakeFunc(typ, func([]reflect.Value) []reflect.Value {
		if typ.NumOut() == 1 {
			return []reflect.Value{reflect.MakeFunc(typ.Out(0), func(in []reflect.Value) []reflect.Value {
				in[0].Call([]reflect.Value{reflect.Zero(typ.Out(0).In(0).In(0)), reflect.ValueOf(&err).Elem()})
				return nil
			})}
		}
		return []reflect.Value{reflect.Zero(typ.Out(0)), reflect.ValueOf(&err).Elem()}
	}))
	in := []reflect.Value{reflect.ValueOf(t.Context()), reflect.Zero(typ.In(1))}
	return resultError(value.MethodByName(name).Call(in))
}

// TestFakeLeavesErrorsAlone: those that are the code's own, or whole already.
func TestFakeLeavesErrorsAlone(t *testing.T) {
	t.Parallel()
	for label, want := range map[string]error{
		"nil":                nil,
		"the test's own":     errors.New("as told"),
		"context":            context.DeadlineExceeded,
		"with an operation":  fmt.Errorf("wrapped: %w", &cognitoauth.Error{Op: "Other", Code: "CodeMismatchException"}),
		"challenge required": &cognitoauth.ChallengeRequiredError{},
	} {
		for _, fake := range fakes {
			for name := range operations(fake) {
				if got := failWith(t, fake, name, want); got != want { //nolint:errorlint // the very same
					t.Errorf("%s: %s returned %v", label, name, got)
				}
			}
		}
	}
}

// TestFakeFailsLikeThePool: a sentinel comes out with the Op that the real
// method's errors have, so that it stands for the same HTTP status.
func TestFakeFailsLikeThePool(t *testing.T) {
	t.Parallel()
	pool, err := cognitoauth.New(cognitoauth.Config{
		UserPoolID: "eu-west-1_Ab12Cd34E", ClientID: "3n4b5urk1ft4fl3mg5e62d9ado",
		AWSConfig: &aws.Config{}, // no credentials
	})
	if err != nil {
		t.Fatal(err)
	}
	canceled, cancel := context.WithCancel(t.Context())
	cancel() // nothing is sent, and every call fails
	for i, value := range []reflect.Value{reflect.ValueOf(pool), reflect.ValueOf(pool.Admin())} {
		fake := fakes[i]
		for name, typ := range operations(value.Type()) {
			out := value.MethodByName(name).Call([]reflect.Value{reflect.ValueOf(canceled), reflect.Zero(typ.In(2))})
			want, ok := errors.AsType[*cognitoauth.Error](resultError(out))
			if !ok || want.Op == "" {
				t.Fatalf("%s.%s: the error of the pool has no Op", value.Type(), name)
			}
			for _, sentinel := range []error{cognitoauth.ErrCodeMismatch, fmt.Errorf("second factor: %w", cognitoauth.ErrUserNotFound)} {
				err := failWith(t, fake, name, sentinel)
				got, ok := errors.AsType[*cognitoauth.Error](err)
				if !ok || got.Op != want.Op || !errors.Is(err, sentinel) || !strings.Contains(err.Error(), sentinel.Error()) {
					t.Errorf("%s.%s returned %v, want %v of %s", fake, name, err, sentinel, want.Op)
				}
			}
		}
	}
}

func TestFakeStatus(t *testing.T) {
	t.Parallel()
	client, admin := fakes[0], fakes[1]
	for _, test := range []struct {
		fake     reflect.Type
		method   string
		sentinel error
		want     int
	}{
		{client, "Authenticate", cognitoauth.ErrUserNotFound, 401},
		{client, "RespondToChallenge", cognitoauth.ErrCodeMismatch, 401},
		{client, "ConfirmSignUp", cognitoauth.ErrCodeMismatch, 400},
		{client, "ForgotPassword", cognitoauth.ErrUserNotFound, 404},
		{client, "GetUser", cognitoauth.ErrUserNotFound, 401},
		{admin, "Authenticate", cognitoauth.ErrUserNotFound, 401},
		{admin, "GetUser", cognitoauth.ErrUserNotFound, 404},
		{admin, "ListGroupsForUser", cognitoauth.ErrUserNotFound, 404},
	} {
		t.Run(test.fake.Elem().Name()+"."+test.method, func(t *testing.T) {
			t.Parallel()
			if got := cognitoauth.HTTPStatus(failWith(t, test.fake, test.method, test.sentinel)); got != test.want {
				t.Errorf("%v: status %d, want %d", test.sentinel, got, test.want)
			}
		})
	}
}

// TestFakeListStops: a loop that ends early ends the function's sequence too.
func TestFakeListStops(t *testing.T) {
	t.Parallel()
	yielded := 0
	admin := &cognitotest.Admin{TB: t, ListUsersFunc: func(context.Context, cognitoauth.ListUsersInput) iter.Seq2[cognitoauth.User, error] {
		return func(yield func(cognitoauth.User, error) bool) {
			for yielded < 5 {
				yielded++
				if !yield(cognitoauth.User{Username: "ada"}, nil) {
					return
				}
			}
		}
	}}
	for user, err := range admin.ListUsers(t.Context(), cognitoauth.ListUsersInput{}) {
		if err != nil || user.Username != "ada" {
			t.Errorf("got %v, %v", user, err)
		}
		if yielded == 2 {
			break
		}
	}
	if yielded != 2 {
		t.Errorf("the function yielded %d users, want 2", yielded)
	}
}

func TestFakePanicsWithoutATest(t *testing.T) {
	t.Parallel()
	defer func() {
		if r := recover(); r == nil || !strings.Contains(fmt.Sprint(r), "SignUp") {
			t.Errorf("recovered %v, want the method's name", r)
		}
	}()
	_, _ = (&cognitotest.Client{}).SignUp(t.Context(), cognitoauth.SignUpInput{})
}
