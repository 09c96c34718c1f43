package cognitotest_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"sync"
	"testing"

	"github.com/cognitoauth/cognito-go/cognitoauth"
	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest"
)

// everyFlow is what an app client can be allowed.
var everyFlow = []string{
	"ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH",
	"ALLOW_USER_AUTH", "ALLOW_CUSTOM_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH",
}

// kinds are pools of every kind. Together they leave nothing of the suite out.
func kinds() map[string]cognitotest.Config {
	everything := cognitotest.AppClient{Flows: everyFlow}
	secret := everything
	secret.GenerateSecret = true
	wary := everything
	wary.PreventUserExistenceErrors, wary.RotateRefreshTokens = true, true
	return map[string]cognitotest.Config{
		"zero":              {},
		"secret, by e-mail": {Client: secret, UsernameAttributes: []string{"email"}},
		"wary":              {Client: wary, Devices: cognitotest.DevicesAlways},
		"second factors": {
			MFA: cognitotest.MFAOptional, MFAFactors: []string{"SOFTWARE_TOKEN_MFA", "SMS_MFA", "EMAIL_OTP"}, Devices: cognitotest.DevicesOptIn,
		},
		"second factors required": {MFA: cognitotest.MFAOn, MFAFactors: []string{"SOFTWARE_TOKEN_MFA"}},
		"codes required":          {MFA: cognitotest.MFAOn, MFAFactors: []string{"EMAIL_OTP"}},
		"first factors": {
			Client: everything, FirstFactors: []string{"PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"}, Passkeys: &countingPasskeys{},
			AutoVerifiedAttributes: []string{"phone_number"}, Triggers: riddles(),
		},
	}
}

// harness is a pool's own, with everything that a story may need.
func harness(srv *cognitotest.Server) cognitotest.Harness {
	h := srv.Harness()
	h.NewUser = func() (string, map[string]string) {
		email := strings.ToLower(rand.Text()) + "@example.com"
		n, err := rand.Int(rand.Reader, big.NewInt(1e9))
		if err != nil {
			panic(err)
		}
		// Signing up sends one code, by SMS if the pool verifies phone numbers.
		return email, map[string]string{"email": email, "phone_number": fmt.Sprintf("+1206%09d", n)}
	}
	echo := func(options json.RawMessage) (json.RawMessage, error) { return options, nil }
	h.CreatePasskey, h.GetPasskey = echo, echo
	h.CustomAnswer = func(_ context.Context, _ string, parameters map[string]string) (string, error) {
		return "answer to " + parameters["riddle"], nil
	}
	return h
}

// riddles let in who answers two of them.
func riddles() cognitotest.Triggers {
	return cognitotest.Triggers{
		DefineAuthChallenge: func(_ context.Context, e *cognitotest.DefineAuthChallengeEvent) error {
			e.ChallengeName = "CUSTOM_CHALLENGE"
			n := len(e.Session)
			e.FailAuthentication = n > 0 && !e.Session[n-1].Passed
			e.IssueTokens = n == 2
			return nil
		},
		CreateAuthChallenge: func(_ context.Context, e *cognitotest.CreateAuthChallengeEvent) error {
			riddle := rand.Text()
			e.PublicParameters = map[string]string{"riddle": riddle}
			e.PrivateParameters = map[string]string{"answer": "answer to " + riddle}
			return nil
		},
		VerifyAuthChallenge: func(_ context.Context, e *cognitotest.VerifyAuthChallengeEvent) error {
			e.Correct = e.Answer == e.PrivateParameters["answer"]
			return nil
		},
	}
}

// countingPasskeys takes for a credential what it asked with, once.
type countingPasskeys struct {
	mu sync.Mutex
	n  int
}

func (p *countingPasskeys) begin() (options, state json.RawMessage, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.n++
	options = fmt.Appendf(nil, `{"challenge":%d}`, p.n)
	return options, options, nil
}

func (p *countingPasskeys) BeginRegistration(cognitotest.PasskeyUser) (options, state json.RawMessage, err error) {
	return p.begin()
}

func (p *countingPasskeys) FinishRegistration(_ cognitotest.PasskeyUser, state, credential json.RawMessage) (cognitotest.Passkey, error) {
	if string(state) != string(credential) {
		return cognitotest.Passkey{}, errBadPasskey
	}
	return cognitotest.Passkey{ID: rand.Text(), RelyingPartyID: "example.com"}, nil
}

func (p *countingPasskeys) BeginLogin(cognitotest.PasskeyUser) (options, state json.RawMessage, err error) {
	return p.begin()
}

func (p *countingPasskeys) FinishLogin(u cognitotest.PasskeyUser, state, credential json.RawMessage) (cognitotest.Passkey, error) {
	if string(state) != string(credential) {
		return cognitotest.Passkey{}, errBadPasskey
	}
	return u.Passkeys[0], nil
}

// TestUserPoolConforms runs the suite on the real client against pools of
// every kind.
func TestUserPoolConforms(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	skipped := map[string]int{}
	t.Run("pools", func(t *testing.T) {
		for name, cfg := range kinds() {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				srv := cognitotest.NewTestServer(t, cfg)
				h := harness(srv)
				h.Skipped = func(story, why string) {
					t.Logf("%s: %s", story, why)
					mu.Lock()
					defer mu.Unlock()
					skipped[story+": "+why]++
				}
				if err := cognitotest.TestClient(t.Context(), srv.UserPool(), h); err != nil {
					t.Error(err)
				}
				if left := srv.Users(); len(left) != 0 {
					t.Errorf("%d users are left", len(left))
				}
			})
		}
	})
	for what, times := range skipped {
		if times == len(kinds()) {
			t.Errorf("left out everywhere: %s", what)
		}
	}
}

// onlyClient hides every method but the seven.
type onlyClient struct{ cognitoauth.Client }

// TestConformanceOfTheSevenMethods runs what there is to run for a client
// without any other role, and wants the rest to be reported.
func TestConformanceOfTheSevenMethods(t *testing.T) {
	t.Parallel()
	srv := cognitotest.NewTestServer(t, cognitotest.Config{})
	h := srv.Harness()
	skipped := map[string]string{}
	h.Skipped = func(story, why string) { skipped[story] += why }
	if err := cognitotest.TestClient(t.Context(), onlyClient{srv.UserPool()}, h); err != nil {
		t.Error(err)
	}
	rows := map[string]string{
		"sign-up":             "the client is no cognitoauth.CodeResender",
		"refreshing":          "the client is no cognitoauth.TokenRefresher",
		"an authenticator":    "the client is no cognitoauth.MFAManager",
		"passkeys":            "the client is no cognitoauth.PasskeyManager",
		"administering users": "Harness.Admin is no cognitoauth.AdminUserManager",
	}
	for story, why := range rows {
		if !strings.Contains(skipped[story], why) {
			t.Errorf("%s: skipped because %q, want %q", story, skipped[story], why)
		}
	}
	if why := skipped["changing a password"]; why != "" {
		t.Errorf("changing a password was skipped: %s", why)
	}
}

// TestConformanceWithoutCredentials lets users delete themselves, and moves no
// clock.
func TestConformanceWithoutCredentials(t *testing.T) {
	t.Parallel()
	srv := cognitotest.NewTestServer(t, cognitotest.Config{})
	h := srv.Harness()
	h.KeepUsers, h.Advance = true, nil
	skipped := map[string]string{}
	h.Skipped = func(story, why string) { skipped[story] += why }
	if err := cognitotest.TestClient(t.Context(), srv.UserPool(), h); err != nil {
		t.Error(err)
	}
	for story, why := range map[string]string{
		"deleting": "Harness.KeepUsers", "an invited user": "Harness.KeepUsers", "forgetting a password": "a code that expires: Harness.Advance is nil",
	} {
		if !strings.Contains(skipped[story], why) {
			t.Errorf("%s: skipped because %q, want %q", story, skipped[story], why)
		}
	}
	for _, u := range srv.Users() {
		if u.Status != "UNCONFIRMED" { // who cannot sign in
			t.Errorf("a user who is %s is left", u.Status)
		}
	}
}

func TestHarnessProblems(t *testing.T) {
	t.Parallel()
	if err := cognitotest.TestClient(t.Context(), nil, cognitotest.Harness{}); err == nil {
		t.Error("a Harness without Code was accepted")
	}
	srv := cognitotest.NewTestServer(t, cognitotest.Config{})
	h := srv.Harness()
	h.Stories = []string{"no such story"}
	if err := cognitotest.TestClient(t.Context(), srv.UserPool(), h); err == nil || !strings.Contains(err.Error(), "no such story") {
		t.Errorf("a story that there is not: %v", err)
	}
	h.Stories = []string{"refusals before sign-up"}
	if err := cognitotest.TestClient(t.Context(), srv.UserPool(), h); err != nil {
		t.Error(err)
	}
	for _, r := range srv.Requests() {
		if r.Operation == "ForgotPassword" {
			t.Error("a story was run that is not in Harness.Stories")
		}
	}
}
