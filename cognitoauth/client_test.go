package cognitoauth

import (
	"fmt"
	"reflect"
	"testing"
)

// TestClientIsFrozen: seven methods, all of them callable by a foreign fake.
func TestClientIsFrozen(t *testing.T) {
	t.Parallel()
	var got []string
	for m := range reflect.TypeFor[Client]().Methods() {
		got = append(got, m.Name)
		if !m.IsExported() {
			t.Errorf("%s keeps others from implementing Client", m.Name)
		}
	}
	want := "[AdminDelete Authenticate ChangePassword ConfirmForgotPassword ConfirmSignUp ForgotPassword SignUp]"
	if fmt.Sprint(got) != want {
		t.Errorf("Client has %v, want %v", got, want)
	}
}
