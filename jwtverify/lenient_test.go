package jwtverify

import (
	"errors"
	"testing"
)

// What a pre token generation trigger may do to claims that decide nothing does
// not cost the user the sign-in; what decides something stays strict.
func TestClaimsOfAnotherType(t *testing.T) {
	t.Parallel()
	v := mustNew(t, fixedConfig(t))
	for _, row := range []struct {
		name string
		raw  string
		want error
	}{
		{"email_verified", `null`, nil},
		{"email_verified", `"True"`, nil},
		{"email_verified", `"1"`, nil},
		{"email_verified", `1`, nil},
		{"email_verified", `""`, nil},
		{"phone_number_verified", `{"a":[true]}`, nil},
		{"email", `null`, nil},
		{"name", `null`, nil},
		{"phone_number", `12`, nil},
		{"given_name", `{"a":"b"}`, nil},
		{"family_name", `[]`, nil},
		{"nonce", `null`, nil},
		{"cognito:preferred_role", `null`, nil},
		{"cognito:roles", `null`, nil},
		{"cognito:groups", `null`, nil},
		{"nbf", `0`, nil},
		{"auth_time", `0`, nil},

		{"given_name", `{"a":1,"a":1}`, ErrTokenMalformed},
		{"email", `nul`, ErrTokenMalformed},
		{"email_verified", `tru`, ErrTokenMalformed},
		{"cognito:groups", `nulL`, ErrTokenMalformed},
		{"cognito:groups", `"admin"`, ErrTokenMalformed},
		{"cognito:groups", `["admin",null]`, ErrTokenMalformed},
		{"cognito:roles", `{}`, ErrTokenMalformed},
		{"cognito:preferred_role", `1`, ErrTokenMalformed},
		{"nonce", `1`, ErrTokenMalformed},
		{"nbf", `null`, ErrTokenMalformed},
		{"nbf", `-1`, ErrTokenMalformed},
		{"nbf", `00`, ErrTokenMalformed},
		{"nbf", `0.5`, ErrTokenMalformed},
		{"auth_time", `null`, ErrTokenMalformed},
		{"iat", `0`, ErrTokenMalformed},
		{"exp", `0`, ErrTokenExpired},
		{"sub", `null`, ErrTokenMalformed},
		{"azp", `null`, ErrClientInvalid},
		{"aud", `null`, ErrClientInvalid},
		{"iss", `null`, ErrIssuerInvalid},
		{"token_use", `null`, ErrTokenUseInvalid},
	} {
		payload := `{"` + row.name + `":` + row.raw + `,` + text(idToken(testNow).with(claimSet{row.name: nil}))[1:]
		claims, err := v.VerifyIDToken(t.Context(), testKey().Sign(payload))
		if !errors.Is(err, row.want) {
			t.Errorf("%s %s: got %v, want %v", row.name, row.raw, err, row.want)
		}
		if err != nil {
			continue
		}
		got := map[string]bool{
			"email_verified": claims.EmailVerified, "phone_number_verified": claims.PhoneVerified,
			"email": claims.Email != "", "name": claims.Name != "", "phone_number": claims.PhoneNumber != "",
			"given_name": claims.GivenName != "", "family_name": claims.FamilyName != "", "nonce": claims.Nonce != "",
			"cognito:preferred_role": claims.PreferredRole != "", "cognito:roles": claims.Roles != nil,
			"cognito:groups": claims.Groups != nil, "nbf": !claims.NotBefore.IsZero(), "auth_time": !claims.AuthTime.IsZero(),
		}[row.name]
		if got {
			t.Errorf("%s %s is taken for something", row.name, row.raw)
		}
		var all map[string]any
		if err := claims.Decode(&all); err != nil {
			t.Errorf("%s %s: Decode: %v", row.name, row.raw, err)
		} else if _, ok := all[row.name]; !ok {
			t.Errorf("%s %s: Decode does not see it", row.name, row.raw)
		}
	}
}
