package cognitotest_test

import (
	"strings"
	"testing"

	"github.com/cognitoauth/cognito-go/cognitoauth"
	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest"
)

// hiding is a client of the pool that hides who exists.
func hiding(t *testing.T, srv *cognitotest.Server, policy *cognitoauth.PasswordPolicy) *cognitoauth.UserPool {
	t.Helper()
	cfg := srv.ClientConfig(srv.ClientID())
	cfg.HideUserExistence, cfg.PasswordPolicy = true, policy
	return must(cognitoauth.New(cfg))(t)
}

// TestHidingClientConforms runs the suite on a client that hides who exists, on
// app clients that tell and that do not.
func TestHidingClientConforms(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		kind   string
		policy *cognitoauth.PasswordPolicy
	}{
		"zero":                    {kind: "zero"},
		"wary":                    {kind: "wary"},
		"second factors required": {kind: "second factors required"},
		"a policy of its own":     {"zero", &cognitoauth.PasswordPolicy{MinimumLength: 8}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := cognitotest.NewTestServer(t, kinds()[row.kind])
			h := harness(srv)
			h.HideUserExistence = true
			if err := cognitotest.TestClient(t.Context(), hiding(t, srv, row.policy), h); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestConformanceOfHiding wants a client that tells to be found out where it is
// said to hide, and one that hides where it is not.
func TestConformanceOfHiding(t *testing.T) {
	t.Parallel()
	// What each says of every answer that the two differ in.
	tells := []string{
		"sign-up: ResendConfirmationCode: the delivery says where the code went, which is to be hidden",
		"sign-up: ResendConfirmationCode to a confirmed user, which is to be hidden: got error ",
		"unknown users: Authenticate, which is to be hidden: got error ",
		"unknown users: ForgotPassword, which is to be hidden: got error ",
		"unknown users: ConfirmForgotPassword, which is to be hidden: got error ",
		"unknown users: ResendConfirmationCode, which is to be hidden: got error ",
		"forgetting a password: ForgotPassword: the delivery says where the code went, which is to be hidden",
		"forgetting a password: ConfirmForgotPassword with a password against the policy: an unknown user gets another answer",
		"forgetting a password: ConfirmForgotPassword with a used code, which is to be hidden: got error ",
		"forgetting a password: ConfirmForgotPassword with a code older than an hour, which is to be hidden: got error ",
		"one's own user: Authenticate after DeleteUser, which is to be hidden: got error ",
		"an invited user: ForgotPassword before the first sign-in, which is to be hidden: got error ",
		"administering users: Authenticate of a disabled user, which is to be hidden: got error ",
		"administering passwords: Authenticate after ResetUserPassword, which is to be hidden: got error ",
		"deleting: Authenticate after AdminDelete, which is to be hidden: got error ",
	}
	hides := []string{
		"sign-up: ResendConfirmationCode: the delivery does not say where the code went",
		"sign-up: ResendConfirmationCode to a confirmed user: got error none",
		"unknown users: ConfirmSignUp where users are hidden: got error ",
		"forgetting a password: ForgotPassword: the delivery does not say where the code went",
		"forgetting a password: ConfirmForgotPassword with a password against the policy: got error ",
		"forgetting a password: ConfirmForgotPassword with a used code: got error ",
		"forgetting a password: ConfirmForgotPassword with a code older than an hour: got error ",
		"an invited user: ForgotPassword before the first sign-in: got error none",
		"administering users: Authenticate of a disabled user: got error ",
		"administering passwords: Authenticate after ResetUserPassword: got error ",
	}
	srv := cognitotest.NewTestServer(t, cognitotest.Config{})
	h := srv.Harness()
	found := func(c cognitoauth.Client, hide bool) map[string]bool {
		h.HideUserExistence = hide
		lines := map[string]bool{}
		if err := cognitotest.TestClient(t.Context(), c, h); err != nil {
			for line := range strings.SplitSeq(err.Error(), "\n") {
				lines[strings.TrimPrefix(line, "cognitotest: ")] = true
			}
		}
		return lines
	}
	for name, row := range map[string]struct {
		found map[string]bool
		want  []string
	}{
		"a client that tells": {found(srv.UserPool(), true), tells},
		"a client that hides": {found(hiding(t, srv, nil), false), hides},
	} {
		for _, want := range row.want {
			ok := false
			for line := range row.found {
				ok = ok || strings.HasPrefix(line, want)
			}
			if !ok {
				t.Errorf("%s: not found: %s", name, want)
			}
		}
	}
}
