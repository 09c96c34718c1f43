package passkeytest_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/cognitoauth/cognito-go/cognitoauth"
	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest"
	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest/passkeytest"
)

// A user with a password registers a passkey and from then on signs in with it.
func Example() {
	ctx := context.Background()
	srv := cognitotest.NewServer(cognitotest.Config{
		Client:       cognitotest.AppClient{Flows: []string{"ALLOW_USER_AUTH", "ALLOW_USER_SRP_AUTH"}},
		FirstFactors: []string{"PASSWORD", "WEB_AUTHN"},
		Passkeys:     passkeytest.New(passkeytest.Config{RelyingPartyID: "example.com"}),
	})
	defer srv.Close()
	srv.AddUser(cognitotest.User{Username: "ada", Password: "Correct-horse-7"})
	pool := srv.UserPool()
	browser := passkeytest.NewAuthenticator(passkeytest.AuthenticatorConfig{Origin: "https://app.example.com"})

	out, err := pool.Authenticate(ctx, cognitoauth.AuthenticateInput{Username: "ada", Password: "Correct-horse-7"})
	if err != nil {
		log.Fatal(err)
	}
	access := out.Tokens.AccessToken

	// Register: the server's options go to the page, the page's answer back.
	begun, err := pool.StartWebAuthnRegistration(ctx, cognitoauth.StartWebAuthnRegistrationInput{AccessToken: access})
	if err != nil {
		log.Fatal(err)
	}
	credential, err := browser.Create(begun.CreationOptions)
	if err != nil {
		log.Fatal(err)
	}
	if _, err = pool.CompleteWebAuthnRegistration(ctx, cognitoauth.CompleteWebAuthnRegistrationInput{AccessToken: access, Credential: credential}); err != nil {
		log.Fatal(err)
	}
	for passkey, err := range pool.ListWebAuthnCredentials(ctx, cognitoauth.ListWebAuthnCredentialsInput{AccessToken: access}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println("registered for", passkey.RelyingParty)
	}

	// Sign in with it.
	out, err = pool.Authenticate(ctx, cognitoauth.AuthenticateInput{
		Username: "ada", Flow: cognitoauth.FlowUserAuth, PreferredChallenge: cognitoauth.ChallengeWebAuthn,
	})
	if err != nil {
		log.Fatal(err)
	}
	challenge := out.Challenge.(*cognitoauth.WebAuthnChallenge)
	if credential, err = browser.Get(challenge.RequestOptions); err != nil {
		log.Fatal(err)
	}
	if out, err = pool.RespondToChallenge(ctx, challenge.Answer(credential)); err != nil {
		log.Fatal(err)
	}
	tokens, err := out.RequireTokens()
	if err != nil {
		log.Fatal(err)
	}
	claims, err := srv.Verifier().VerifyAccessToken(ctx, tokens.AccessToken)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("signed in", claims.Username)

	// Output:
	// registered for example.com
	// signed in ada
}

// A thief's copy of a passkey is noticed once the owner has used the original,
// because it counts its signatures.
func ExampleAuthenticator_Clone() {
	v := passkeytest.New(passkeytest.Config{RelyingPartyID: "example.com"})
	owner := passkeytest.NewAuthenticator(passkeytest.AuthenticatorConfig{Origin: "https://example.com"})
	user := cognitotest.PasskeyUser{ID: "eaad0219", Name: "ada"}

	options, state, err := v.BeginRegistration(user)
	if err != nil {
		log.Fatal(err)
	}
	credential, err := owner.Create(options)
	if err != nil {
		log.Fatal(err)
	}
	passkey, err := v.FinishRegistration(user, state, credential)
	if err != nil {
		log.Fatal(err)
	}
	user.Passkeys = append(user.Passkeys, passkey)
	thief := owner.Clone()

	for _, who := range []*passkeytest.Authenticator{owner, thief} {
		options, state, err := v.BeginLogin(user)
		if err != nil {
			log.Fatal(err)
		}
		if credential, err = who.Get(options); err != nil {
			log.Fatal(err)
		}
		passkey, err = v.FinishLogin(user, state, credential)
		fmt.Println(err)
		if err == nil {
			user.Passkeys[0] = passkey
		}
	}
	// Output:
	// <nil>
	// passkeytest: the passkey is refused: its signature counter has not moved on: it may have been copied
}

// What a page sees when it asks for another site's passkeys.
func ExampleAuthenticator_Get() {
	browser := passkeytest.NewAuthenticator(passkeytest.AuthenticatorConfig{Origin: "https://evil.example"})
	_, err := browser.Get([]byte(`{"challenge":"AAECAwQFBgcICQoLDA0ODw","rpId":"example.com"}`))
	fmt.Println(errors.Is(err, passkeytest.ErrSecurity))
	// Output: true
}
