package jwtverify_test

import (
	"errors"
	"testing"
	"time"

	"github.com/cognitoauth/cognito-go/jwtverify"
)

func TestRequirementErr(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name string
		r    jwtverify.Requirement
		bad  bool
	}{
		{"zero", jwtverify.Requirement{}, true},
		{"no group", jwtverify.AnyGroup(), true},
		{"no groups", jwtverify.AllGroups(), true},
		{"no scope", jwtverify.AnyScope(), true},
		{"no scopes", jwtverify.AllScopes(), true},
		{"no resource", jwtverify.Resource(), true},
		{"no age", jwtverify.MaxAuthAge(0), true},
		{"negative age", jwtverify.MaxTokenAge(-1), true},
		{"empty group", jwtverify.AnyGroup("a", ""), true},
		{"two scopes in one", jwtverify.AllScopes("a b"), true},
		{"quoted scope", jwtverify.AnyScope(`"a"`), true},
		{"scope of controls", jwtverify.AnyScope("a\x00"), true},
		{"scope outside ASCII", jwtverify.AnyScope("é"), true},
		{"group with a space", jwtverify.AnyGroup("a b"), false},
		{"scopes", jwtverify.AllScopes("openid", "https://api.example/orders.read"), false},
		{"resource", jwtverify.Resource("https://api.example"), false},
		{"age", jwtverify.MaxAuthAge(time.Minute), false},
	} {
		err := row.r.Err()
		if (err != nil) != row.bad || err != nil && !errors.Is(err, jwtverify.ErrInvalidConfig) {
			t.Errorf("%s: %v", row.name, err)
		}
		if _, newErr := jwtverify.New(jwtverify.Config{
			UserPoolID: "eu-west-1_a", AnyClient: true, Requirements: []jwtverify.Requirement{row.r},
		}); (newErr != nil) != row.bad {
			t.Errorf("%s: New: %v", row.name, newErr)
		}
	}
}
