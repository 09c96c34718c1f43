package cognitoauth

import (
	"errors"
	"strings"
	"testing"
)

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
