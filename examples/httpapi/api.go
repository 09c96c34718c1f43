package main

import (
	"net/http"
	"strings"

	"github.com/cognitoauth/cognito-go/cognitoauth"
	"github.com/cognitoauth/cognito-go/jwtverify"
	"github.com/cognitoauth/cognito-go/jwtverify/jwthttp"
)

// newHandler returns the whole service. Each handler is given the one role that
// it needs: nothing that happens in register can delete a user.
func newHandler(users cognitoauth.Client, verifier *jwtverify.Verifier) http.Handler {
	// ID tokens, because the handlers want to know who the user is: Cognito's
	// access tokens have no e-mail address.
	guard := jwthttp.New(verifier, jwthttp.Options{Use: jwtverify.ID, Deny: func(w http.ResponseWriter, r *http.Request, d jwthttp.Denial) {
		writeProblem(w, r, problem{StatusCode: d.Status}, d.Err)
	}})

	mux := http.NewServeMux()
	handle := func(method, path string, h http.Handler) {
		mux.Handle(method+" "+path, h)
		mux.Handle(path, handler(func(w http.ResponseWriter, _ *http.Request) error { // ServeMux's own 405 is plain text
			w.Header().Set("Allow", strings.Replace(method, "GET", "GET, HEAD", 1))
			return problem{StatusCode: http.StatusMethodNotAllowed}
		}))
	}
	mux.Handle("/", handler(func(http.ResponseWriter, *http.Request) error { // and so is its 404
		return problem{StatusCode: http.StatusNotFound}
	}))
	handle("POST", "/auth/register", register(users))
	handle("POST", "/auth/verify", verify(users))
	handle("POST", "/auth/authenticate", authenticate(users))
	handle("POST", "/auth/change-password", changePassword(users))
	handle("POST", "/auth/forgot-password", forgotPassword(users))
	handle("POST", "/auth/confirm-password", confirmPassword(users))
	handle("DELETE", "/users/{sub}", guard.Handler(deleteUser(users), jwtverify.AnyGroup("admin")))
	handle("GET", "/api/v1/pokemons", guard.Handler(handler(pokemons)))
	return mux
}

func register(users cognitoauth.Registrar) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		var in cognitoauth.SignUpInput
		if err := decode(w, r, fields{"email": &in.Username, "password": &in.Password}); err != nil {
			return err
		}
		in.Attributes = map[string]string{"email": in.Username}
		out, err := users.SignUp(r.Context(), in)
		if err != nil {
			return err
		}
		return writeJSON(w, http.StatusCreated, map[string]any{"sub": out.Sub, "confirmed": out.Confirmed})
	}
}

func verify(users cognitoauth.Registrar) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		var in cognitoauth.ConfirmSignUpInput
		if err := decode(w, r, fields{"email": &in.Username, "code": &in.Code}); err != nil {
			return err
		}
		_, err := users.ConfirmSignUp(r.Context(), in)
		return noContent(w, err)
	}
}

func authenticate(users cognitoauth.Authenticator) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		var in cognitoauth.AuthenticateInput
		if err := decode(w, r, fields{"email": &in.Username, "password": &in.Password}); err != nil {
			return err
		}
		out, err := users.Authenticate(r.Context(), in)
		if err != nil {
			return err
		}
		t, err := out.RequireTokens() // see problemOf for what becomes of a challenge
		if err != nil {
			return err
		}
		return writeJSON(w, http.StatusOK, map[string]any{
			"accessToken": t.AccessToken, "idToken": t.IDToken, "refreshToken": t.RefreshToken,
			"tokenType": t.TokenType, "expiresAt": t.ExpiresAt.UTC(),
		})
	}
}

func changePassword(users cognitoauth.PasswordManager) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		var in cognitoauth.ChangePasswordInput
		want := fields{"email": &in.Username, "currentPassword": &in.CurrentPassword, "newPassword": &in.NewPassword}
		if err := decode(w, r, want); err != nil {
			return err
		}
		_, err := users.ChangePassword(r.Context(), in)
		return noContent(w, err)
	}
}

func forgotPassword(users cognitoauth.PasswordManager) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		var in cognitoauth.ForgotPasswordInput
		if err := decode(w, r, fields{"email": &in.Username}); err != nil {
			return err
		}
		_, err := users.ForgotPassword(r.Context(), in)
		return noContent(w, err)
	}
}

func confirmPassword(users cognitoauth.PasswordManager) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		var in cognitoauth.ConfirmForgotPasswordInput
		if err := decode(w, r, fields{"email": &in.Username, "code": &in.Code, "newPassword": &in.NewPassword}); err != nil {
			return err
		}
		_, err := users.ConfirmForgotPassword(r.Context(), in)
		return noContent(w, err)
	}
}

// deleteUser is for administrators: the guard before it sees to that. The
// deleted user's tokens are good until they expire, because the guard goes by
// their signature alone.
func deleteUser(users cognitoauth.AdminDeleter) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		_, err := users.AdminDelete(r.Context(), cognitoauth.AdminDeleteInput{Username: r.PathValue("sub")})
		return noContent(w, err)
	}
}

// pokemons is what all of this protects.
func pokemons(w http.ResponseWriter, r *http.Request) error {
	claims, _ := jwthttp.IDClaims(r.Context()) // always there behind the guard
	return writeJSON(w, http.StatusOK, map[string]any{
		"user":     map[string]string{"id": claims.Subject, "email": claims.Email},
		"pokemons": []string{"Bulbasaur", "Charmander", "Squirtle"},
	})
}
