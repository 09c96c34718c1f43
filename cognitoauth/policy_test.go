package cognitoauth

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestPasswordPolicy(t *testing.T) {
	t.Parallel()
	all := DefaultPasswordPolicy()
	for _, test := range []struct {
		name     string
		policy   *PasswordPolicy
		password string
		broken   []PasswordRule
	}{
		{"no policy", nil, "", nil},
		{"empty policy wants 8 characters", &PasswordPolicy{}, "1234567", []PasswordRule{PasswordRuleMinimumLength}},
		{"good", all, "Passw0rd!", nil},
		{"every rule at once", all, "", []PasswordRule{PasswordRuleMinimumLength, PasswordRuleUppercase, PasswordRuleLowercase, PasswordRuleNumber, PasswordRuleSymbol}},
		{"characters, not bytes", &PasswordPolicy{}, "ääääääää", nil},
		{"seven characters of two bytes", &PasswordPolicy{}, "äääääää", []PasswordRule{PasswordRuleMinimumLength}},
		{"only basic Latin letters count", all, "ÄÖÜäöü1!", []PasswordRule{PasswordRuleUppercase, PasswordRuleLowercase}},
		{"only ASCII digits count", all, "Password!٣", []PasswordRule{PasswordRuleNumber}},
		{"£ is no symbol of Cognito's", all, "Passw0rd£", []PasswordRule{PasswordRuleSymbol}},
		{"an inner space is a symbol", all, "Passw0rd 1", nil},
		{"an outer space is neither", all, " Passw0rd1", []PasswordRule{PasswordRuleSymbol, PasswordRuleOuterSpace}},
		{"trailing space", all, "Passw0rd! ", []PasswordRule{PasswordRuleOuterSpace}},
		{"longest", &PasswordPolicy{}, strings.Repeat("a", 256), nil},
		{"too long", &PasswordPolicy{}, strings.Repeat("a", 257), []PasswordRule{PasswordRuleMaximumLength}},
		{"own length", &PasswordPolicy{MinimumLength: 12}, "12345678901", []PasswordRule{PasswordRuleMinimumLength}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			err := test.policy.Check(test.password)
			var policy *PasswordPolicyError
			if errors.As(err, &policy); policy == nil {
				policy = &PasswordPolicyError{}
			}
			if !slices.Equal(policy.Broken, test.broken) {
				t.Errorf("broken %q, want %q", policy.Broken, test.broken)
			}
			if (err != nil) != (test.broken != nil) || err != nil && !errors.Is(err, ErrPasswordPolicy) {
				t.Errorf("error %v", err)
			}
		})
	}
}

// TestPasswordPolicyErrorText: a user who reads it knows what to change.
func TestPasswordPolicyErrorText(t *testing.T) {
	t.Parallel()
	policy := DefaultPasswordPolicy()
	for password, want := range map[string]string{
		"":                              "password needs at least 8 characters, at least one upper-case letter, at least one lower-case letter, at least one number, at least one symbol",
		strings.Repeat("Passw0rd!", 30): "password needs at most 256 characters",
		"Passw0rd! ":                    "password needs no leading or trailing space",
	} {
		if err := policy.Check(password); err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

func TestEverySymbolCounts(t *testing.T) {
	t.Parallel()
	policy := &PasswordPolicy{RequireSymbols: true}
	for symbol := range strings.SplitSeq(`^ $ * . [ ] { } ( ) ? " ! @ # % & / \ , > < ' : ; | _ ~ `+"`"+` = + -`, " ") {
		if err := policy.Check("abcdefgh" + symbol); err != nil {
			t.Errorf("%s: %v", symbol, err)
		}
	}
}

// TestPolicyComesBeforeTheCall, in every operation that sets a password.
func TestPolicyComesBeforeTheCall(t *testing.T) {
	t.Parallel()
	for name, call := range map[string]func(*UserPool) error{
		"SignUp": func(p *UserPool) error {
			_, err := p.SignUp(t.Context(), SignUpInput{Username: "ada", Password: "secret"})
			return err
		},
		"ConfirmForgotPassword": func(p *UserPool) error {
			_, err := p.ConfirmForgotPassword(t.Context(), ConfirmForgotPasswordInput{Username: "ada", Code: "1", NewPassword: "secret"})
			return err
		},
		"ChangePassword": func(p *UserPool) error {
			_, err := p.ChangePassword(t.Context(), ChangePasswordInput{Username: "ada", CurrentPassword: "old", NewPassword: "secret"})
			return err
		},
	} {
		pool, api := newFakePool(t, Config{PasswordPolicy: DefaultPasswordPolicy()})
		err := call(pool)
		var policy *PasswordPolicyError
		if !errors.As(err, &policy) || len(policy.Broken) != 4 || HTTPStatus(err) != 422 || len(api.sent) != 0 {
			t.Errorf("%s: %v, %d sent", name, err, len(api.sent))
		}
		if strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: password in %q", name, err)
		}
		if want := "cognitoauth: " + name + ": password is against the password policy (password needs at least 8 characters, at least one upper-case letter, at least one number, at least one symbol)"; err.Error() != want {
			t.Errorf("got  %s\nwant %s", err, want)
		}
	}
}
