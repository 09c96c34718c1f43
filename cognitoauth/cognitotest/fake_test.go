package cognitotest_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

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

func TestFakeCallsItsFunctions(t *testing.T) {
	t.Parallel()
	want := errors.New("as told")
	for _, fake := range fakes {
		for name, typ := range operations(fake) {
			value := newFake(fake, t)
			field := value.Elem().FieldByName(name + "Func")
			field.Set(reflect.MakeFunc(field.Type(), func([]reflect.Value) []reflect.Value {
				if typ.NumOut() == 1 { // a sequence of one error
					return []reflect.Value{reflect.MakeFunc(typ.Out(0), func(in []reflect.Value) []reflect.Value {
						in[0].Call([]reflect.Value{reflect.Zero(typ.Out(0).In(0).In(0)), reflect.ValueOf(&want).Elem()})
						return nil
					})}
				}
				return []reflect.Value{reflect.Zero(typ.Out(0)), reflect.ValueOf(&want).Elem()}
			}))
			in := []reflect.Value{reflect.ValueOf(t.Context()), reflect.Zero(typ.In(2))}
			out := value.MethodByName(name).Call(in)
			if got := resultError(out); !errors.Is(got, want) {
				t.Errorf("%s returned %v", name, got)
			}
		}
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
