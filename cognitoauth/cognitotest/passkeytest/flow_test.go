package passkeytest_test

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/cognitoauth/cognito-go/cognitoauth"
	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest"
	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest/passkeytest"
)

const password = "Correct-horse-7"

// fixture is a pool with passkeys, and a user who has signed up.
type fixture struct {
	*testing.T
	srv    *cognitotest.Server
	pool   *cognitoauth.UserPool
	access string
}

func start(t *testing.T, cfg passkeytest.Config) *fixture {
	t.Helper()
	if cfg.RelyingPartyID == "" {
		cfg.RelyingPartyID = domain
	}
	srv := cognitotest.NewTestServer(t, cognitotest.Config{
		Client:       cognitotest.AppClient{Flows: []string{"ALLOW_USER_AUTH", "ALLOW_USER_SRP_AUTH"}},
		FirstFactors: []string{"PASSWORD", "WEB_AUTHN"},
		Passkeys:     passkeytest.New(cfg),
	})
	f := &fixture{T: t, srv: srv, pool: srv.UserPool()}
	f.access = f.signUp("ada")
	return f
}

// signUp signs a user up and in with the password.
func (f *fixture) signUp(username string) (access string) {
	f.Helper()
	must(f.pool.SignUp(f.Context(), cognitoauth.SignUpInput{
		Username: username, Password: password, Attributes: map[string]string{"email": username + "@example.com"},
	}))(f)
	must(f.pool.ConfirmSignUp(f.Context(), cognitoauth.ConfirmSignUpInput{Username: username, Code: f.srv.Code(username)}))(f)
	out := must(f.pool.Authenticate(f.Context(), cognitoauth.AuthenticateInput{Username: username, Password: password}))(f)
	return must(out.RequireTokens())(f).AccessToken
}

func (f *fixture) register(access string, a *passkeytest.Authenticator, wrongs ...passkeytest.Misbehavior) error {
	f.Helper()
	begun := must(f.pool.StartWebAuthnRegistration(f.Context(), cognitoauth.StartWebAuthnRegistrationInput{AccessToken: access}))(f)
	_, err := f.pool.CompleteWebAuthnRegistration(f.Context(), cognitoauth.CompleteWebAuthnRegistrationInput{
		AccessToken: access, Credential: must(a.Create(begun.CreationOptions, wrongs...))(f),
	})
	return err
}

// begin starts a sign-in that prefers the passkey.
func (f *fixture) begin(username string) cognitoauth.Challenge {
	f.Helper()
	return must(f.pool.Authenticate(f.Context(), cognitoauth.AuthenticateInput{
		Username: username, Flow: cognitoauth.FlowUserAuth, PreferredChallenge: cognitoauth.ChallengeWebAuthn,
	}))(f).Challenge
}

func (f *fixture) asked(challenge cognitoauth.Challenge) *cognitoauth.WebAuthnChallenge {
	f.Helper()
	c, ok := challenge.(*cognitoauth.WebAuthnChallenge)
	if !ok {
		f.Fatalf("got %T, want *WebAuthnChallenge", challenge)
	}
	return c
}

func (f *fixture) answer(c *cognitoauth.WebAuthnChallenge, a *passkeytest.Authenticator, wrongs ...passkeytest.Misbehavior) (*cognitoauth.AuthenticateOutput, error) {
	f.Helper()
	return f.pool.RespondToChallenge(f.Context(), c.Answer(must(a.Get(c.RequestOptions, wrongs...))(f)))
}

func (f *fixture) list() []cognitoauth.WebAuthnCredential {
	f.Helper()
	var all []cognitoauth.WebAuthnCredential
	for c, err := range f.pool.ListWebAuthnCredentials(f.Context(), cognitoauth.ListWebAuthnCredentialsInput{AccessToken: f.access}) {
		all = append(all, must(c, err)(f))
	}
	return all
}

func TestLifeOfAPasskey(t *testing.T) {
	t.Parallel()
	f := start(t, passkeytest.Config{})
	a := authenticator(passkeytest.AuthenticatorConfig{Kind: passkeytest.Synced})

	choice, ok := f.begin("ada").(*cognitoauth.SelectChallenge)
	if !ok || slices.Contains(choice.Available, cognitoauth.ChallengeWebAuthn) {
		t.Fatalf("before the registration: got %+v", choice)
	}
	if err := f.register(f.access, a); err != nil {
		t.Fatal(err)
	}
	passkeys := f.list()
	if len(passkeys) != 1 {
		t.Fatalf("got %d passkeys, want 1", len(passkeys))
	}
	k := passkeys[0]
	if k.ID == "" || k.RelyingParty != domain || k.Attachment != "platform" || !slices.Equal(k.Transports, []string{"hybrid", "internal"}) || k.Created.IsZero() {
		t.Errorf("got %+v", k)
	}
	factors := must(f.pool.GetUserAuthFactors(t.Context(), cognitoauth.GetUserAuthFactorsInput{AccessToken: f.access}))(t)
	if !slices.Contains(factors.Factors, cognitoauth.ChallengeWebAuthn) {
		t.Errorf("auth factors: %v", factors.Factors)
	}

	// Preferred.
	tokens := must(must(f.answer(f.asked(f.begin("ada")), a))(t).RequireTokens())(t)
	claims := must(f.srv.Verifier().VerifyAccessToken(t.Context(), tokens.AccessToken))(t)
	if claims.Username != "ada" {
		t.Errorf("signed in %q", claims.Username)
	}

	// Chosen, in another process than the one that asked.
	out := must(f.pool.Authenticate(t.Context(), cognitoauth.AuthenticateInput{Username: "ada", Flow: cognitoauth.FlowUserAuth}))(t)
	choice, ok = out.Challenge.(*cognitoauth.SelectChallenge)
	if !ok || !slices.Contains(choice.Available, cognitoauth.ChallengeWebAuthn) {
		t.Fatalf("got %+v, want a choice with WEB_AUTHN", out.Challenge)
	}
	out = must(f.pool.RespondToChallenge(t.Context(), choice.Answer(cognitoauth.ChallengeWebAuthn)))(t)
	resumed := must(cognitoauth.ResumeChallenge(f.asked(out.Challenge).State()))(t)
	must(must(f.answer(f.asked(resumed), a))(t).RequireTokens())(t)

	// Deleted, while a sign-in is under way.
	pending := f.asked(f.begin("ada"))
	must(f.pool.DeleteWebAuthnCredential(t.Context(), cognitoauth.DeleteWebAuthnCredentialInput{AccessToken: f.access, CredentialID: k.ID}))(t)
	if left := f.list(); len(left) != 0 {
		t.Errorf("still there: %+v", left)
	}
	_, err := f.answer(pending, a)
	wantPoolError(t, err, "NotAuthorizedException", cognitoauth.ErrInvalidCredentials)
	choice, ok = f.begin("ada").(*cognitoauth.SelectChallenge)
	if !ok || slices.Contains(choice.Available, cognitoauth.ChallengeWebAuthn) {
		t.Errorf("after the deletion: got %+v", choice)
	}
	_, err = f.pool.RespondToChallenge(t.Context(), choice.Answer(cognitoauth.ChallengeWebAuthn))
	wantPoolError(t, err, "InvalidParameterException", cognitoauth.ErrInvalidInput)
}

// TestSecondPasskey holds that the authenticator which has one is excluded, and
// that each of two signs in.
func TestSecondPasskey(t *testing.T) {
	t.Parallel()
	f := start(t, passkeytest.Config{})
	laptop := authenticator(passkeytest.AuthenticatorConfig{})
	key := authenticator(passkeytest.AuthenticatorConfig{Kind: passkeytest.SecurityKey, NoUserVerification: true})
	for _, a := range []*passkeytest.Authenticator{laptop, key} {
		if err := f.register(f.access, a); err != nil {
			t.Fatal(err)
		}
	}
	begun := must(f.pool.StartWebAuthnRegistration(t.Context(), cognitoauth.StartWebAuthnRegistrationInput{AccessToken: f.access}))(t)
	if _, err := laptop.Create(begun.CreationOptions); !errors.Is(err, passkeytest.ErrInvalidState) {
		t.Errorf("a second passkey on one device: got %v", err)
	}
	for _, a := range []*passkeytest.Authenticator{laptop, key, laptop} {
		must(must(f.answer(f.asked(f.begin("ada")), a))(t).RequireTokens())(t)
	}
}

func TestPoolRefusesRegistration(t *testing.T) {
	t.Parallel()
	f := start(t, passkeytest.Config{UserVerification: "required"})
	for _, tt := range []struct {
		wrong    passkeytest.Misbehavior
		code     string
		sentinel error
	}{
		{passkeytest.WrongChallenge, challengeNotFound, cognitoauth.ErrSessionExpired},
		{passkeytest.WrongOrigin, originNotAllowed, cognitoauth.ErrInvalidInput},
		{passkeytest.CrossOrigin, originNotAllowed, cognitoauth.ErrInvalidInput},
		{passkeytest.WrongRelyingParty, partyMismatch, cognitoauth.ErrInvalidInput},
		{passkeytest.WrongType, notSupported, cognitoauth.ErrInvalidInput},
		{passkeytest.WithoutUserPresence, notSupported, cognitoauth.ErrInvalidInput},
		{passkeytest.WithoutUserVerification, notSupported, cognitoauth.ErrInvalidInput},
		{passkeytest.WrongAlgorithm, notSupported, cognitoauth.ErrInvalidInput},
		{passkeytest.WrongAttestation, notSupported, cognitoauth.ErrInvalidInput},
	} {
		t.Run(string(tt.wrong), func(t *testing.T) {
			err := f.register(f.access, authenticator(passkeytest.AuthenticatorConfig{}), tt.wrong)
			wantPoolError(t, err, tt.code, tt.sentinel)
		})
	}
	t.Run("not a credential", func(t *testing.T) {
		must(f.pool.StartWebAuthnRegistration(t.Context(), cognitoauth.StartWebAuthnRegistrationInput{AccessToken: f.access}))(t)
		_, err := f.pool.CompleteWebAuthnRegistration(t.Context(), cognitoauth.CompleteWebAuthnRegistrationInput{
			AccessToken: f.access, Credential: []byte(`{"id":"x"}`),
		})
		wantPoolError(t, err, invalidParameter, cognitoauth.ErrInvalidInput)
	})
	if got := f.list(); len(got) != 0 {
		t.Errorf("passkeys after nothing but refusals: %+v", got)
	}

	// The registration that was begun is still good, once.
	a := authenticator(passkeytest.AuthenticatorConfig{})
	begun := must(f.pool.StartWebAuthnRegistration(t.Context(), cognitoauth.StartWebAuthnRegistrationInput{AccessToken: f.access}))(t)
	complete := cognitoauth.CompleteWebAuthnRegistrationInput{AccessToken: f.access, Credential: must(a.Create(begun.CreationOptions))(t)}
	must(f.pool.CompleteWebAuthnRegistration(t.Context(), complete))(t)
	_, err := f.pool.CompleteWebAuthnRegistration(t.Context(), complete)
	wantPoolError(t, err, challengeNotFound, cognitoauth.ErrSessionExpired)
	if got := f.list(); len(got) != 1 {
		t.Errorf("got %d passkeys, want 1", len(got))
	}
}

func TestPoolRefusesSignIn(t *testing.T) {
	t.Parallel()
	f := start(t, passkeytest.Config{UserVerification: "required"})
	a := authenticator(passkeytest.AuthenticatorConfig{})
	if err := f.register(f.access, a); err != nil {
		t.Fatal(err)
	}
	refused := func(t *testing.T, err error) {
		t.Helper()
		wantPoolError(t, err, "NotAuthorizedException", cognitoauth.ErrInvalidCredentials)
	}
	for _, wrong := range []passkeytest.Misbehavior{
		passkeytest.WrongChallenge, passkeytest.WrongOrigin, passkeytest.CrossOrigin, passkeytest.WrongType, passkeytest.WrongRelyingParty,
		passkeytest.WithoutUserPresence, passkeytest.WithoutUserVerification, passkeytest.WrongSignature, passkeytest.WrongUserHandle,
	} {
		t.Run(string(wrong), func(t *testing.T) {
			_, err := f.answer(f.asked(f.begin("ada")), a, wrong)
			refused(t, err)
		})
	}
	t.Run("replayed", func(t *testing.T) {
		first := f.asked(f.begin("ada"))
		credential := must(a.Get(first.RequestOptions))(t)
		must(f.pool.RespondToChallenge(t.Context(), first.Answer(credential)))(t)
		_, err := f.pool.RespondToChallenge(t.Context(), f.asked(f.begin("ada")).Answer(credential))
		refused(t, err)
	})
	t.Run("cloned", func(t *testing.T) {
		thief := a.Clone()
		must(f.answer(f.asked(f.begin("ada")), a))(t)
		_, err := f.answer(f.asked(f.begin("ada")), thief)
		refused(t, err)
	})
	t.Run("somebody else's", func(t *testing.T) {
		other := authenticator(passkeytest.AuthenticatorConfig{})
		if err := f.register(f.signUp("bob"), other); err != nil {
			t.Fatal(err)
		}
		_, err := f.answer(f.asked(f.begin("ada")), other, passkeytest.UnlistedCredential)
		refused(t, err)
	})
	t.Run("not a credential", func(t *testing.T) {
		_, err := f.pool.RespondToChallenge(t.Context(), f.asked(f.begin("ada")).Answer([]byte(`{"id":"x"}`)))
		refused(t, err)
	})
	must(must(f.answer(f.asked(f.begin("ada")), a))(t).RequireTokens())(t) // as it should be
}

// TestPendingRegistration holds that a registration ends by itself, and belongs
// to the app client that began it.
func TestPendingRegistration(t *testing.T) {
	t.Parallel()
	f := start(t, passkeytest.Config{})
	a := authenticator(passkeytest.AuthenticatorConfig{})
	begin := func() json.RawMessage {
		begun := must(f.pool.StartWebAuthnRegistration(t.Context(), cognitoauth.StartWebAuthnRegistrationInput{AccessToken: f.access}))(t)
		return must(a.Create(begun.CreationOptions))(t)
	}
	complete := func(access string, credential json.RawMessage) error {
		_, err := f.pool.CompleteWebAuthnRegistration(t.Context(), cognitoauth.CompleteWebAuthnRegistrationInput{AccessToken: access, Credential: credential})
		return err
	}

	late := begin()
	f.srv.Advance(3 * time.Minute)
	wantPoolError(t, complete(f.access, late), challengeNotFound, cognitoauth.ErrSessionExpired)

	credential := begin()
	other := f.srv.UserPoolFor(f.srv.NewClient(cognitotest.AppClient{}).ID)
	out := must(other.Authenticate(t.Context(), cognitoauth.AuthenticateInput{Username: "ada", Password: password}))(t)
	wantPoolError(t, complete(out.Tokens.AccessToken, credential), "WebAuthnClientMismatchException", cognitoauth.ErrInvalidInput)
	if err := complete(f.access, credential); err != nil {
		t.Errorf("by the client that began: %v", err)
	}
}

// wantPoolError checks Cognito's exception, and what the client makes of it.
func wantPoolError(tb testing.TB, err error, code string, sentinel error) {
	tb.Helper()
	var e *cognitoauth.Error
	if !errors.As(err, &e) || e.Code != code || !errors.Is(err, sentinel) {
		tb.Errorf("got %v, want %s and %v", err, code, sentinel)
	}
}
