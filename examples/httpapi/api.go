package main

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/cognitoauth/cognito-go/cognitoauth"
	"github.com/cognitoauth/cognito-go/jwtverify"
	"github.com/cognitoauth/cognito-go/jwtverify/jwthttp"
)

// newHandler returns the whole service.
func newHandler(users cognitoauth.Client, verifier *jwtverify.Verifier) http.Handler {
	// ID tokens, because the handlers want to know who the user is: Cognito's
	// access tokens have no e-mail address.
	guard := jwthttp.New(verifier, jwthttp.Options{Use: jwtverify.ID, Deny: deny})

	mux := http.NewServeMux()
	handle := func(method, path string, h http.Handler) {
		mux.Handle(method+" "+path, h)
		mux.Handle(path, methodNotAllowed(method)) // ServeMux's own answer is plain text
	}
	mux.HandleFunc("/", notFound)
	handle("POST", "/auth/register", action(http.StatusCreated, register(users), "email", "password"))
	handle("POST", "/auth/verify", action(http.StatusNoContent, verify(users), "email", "code"))
	handle("POST", "/auth/authenticate", action(http.StatusOK, authenticate(users), "email", "password"))
	handle("POST", "/auth/change-password", action(http.StatusNoContent, changePassword(users), "email", "currentPassword", "newPassword"))
	handle("POST", "/auth/forgot-password", action(http.StatusNoContent, forgotPassword(users), "email"))
	handle("POST", "/auth/confirm-password", action(http.StatusNoContent, confirmPassword(users), "email", "code", "newPassword"))
	handle("DELETE", "/users/{sub}", guard.Handler(deleteUser(users), jwtverify.AnyGroup("admin")))
	handle("GET", "/api/v1/pokemons", guard.Handler(http.HandlerFunc(pokemons)))

	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), handlerTimeout)
		defer cancel()
		mux.ServeHTTP(w, r.WithContext(ctx))
	})
}

// An operation is what a request asks for, without the HTTP around it. Each is
// given the one role that it needs: nothing that happens in register can
// delete a user.
type operation func(ctx context.Context, in input) (answer any, err error)

// action is the HTTP around an operation that takes these members of a JSON
// object, and has this status if it succeeds.
func action(status int, do operation, members ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		in, err := decode(w, r, members)
		if err != nil {
			writeError(w, r, err)
			return
		}
		answer, err := do(r.Context(), in)
		if err != nil {
			writeError(w, r, err)
			return
		}
		writeJSON(w, status, answer)
	}
}

type registered struct {
	Sub       string `json:"sub"`
	Confirmed bool   `json:"confirmed"` // if not, /auth/verify is next
}

func register(users cognitoauth.Registrar) operation {
	return func(ctx context.Context, in input) (any, error) {
		out, err := users.SignUp(ctx, cognitoauth.SignUpInput{
			Username: in.email, Password: in.password, Attributes: map[string]string{"email": in.email},
		})
		if err != nil {
			return nil, err
		}
		return registered{out.Sub, out.Confirmed}, nil
	}
}

func verify(users cognitoauth.Registrar) operation {
	return func(ctx context.Context, in input) (any, error) {
		_, err := users.ConfirmSignUp(ctx, cognitoauth.ConfirmSignUpInput{Username: in.email, Code: in.code})
		return nil, err
	}
}

type signedIn struct {
	AccessToken  string    `json:"accessToken"`
	IDToken      string    `json:"idToken"`
	RefreshToken string    `json:"refreshToken"`
	TokenType    string    `json:"tokenType"`
	ExpiresAt    time.Time `json:"expiresAt"`
}

func authenticate(users cognitoauth.Authenticator) operation {
	return func(ctx context.Context, in input) (any, error) {
		out, err := users.Authenticate(ctx, cognitoauth.AuthenticateInput{Username: in.email, Password: in.password})
		if err != nil {
			return nil, err
		}
		t, err := out.RequireTokens() // see problemOf for what becomes of a challenge
		if err != nil {
			return nil, err
		}
		return signedIn{t.AccessToken, t.IDToken, t.RefreshToken, t.TokenType, t.ExpiresAt.UTC()}, nil
	}
}

func changePassword(users cognitoauth.PasswordManager) operation {
	return func(ctx context.Context, in input) (any, error) {
		_, err := users.ChangePassword(ctx, cognitoauth.ChangePasswordInput{
			Username: in.email, CurrentPassword: in.currentPassword, NewPassword: in.newPassword,
		})
		return nil, err
	}
}

// noResetCode are the reasons for which an address gets no code. The caller has
// proved nothing yet and is not told them: they say who has an account.
var noResetCode = []error{
	cognitoauth.ErrUserNotFound,
	cognitoauth.ErrUserDisabled,
	cognitoauth.ErrNoVerifiedContact,
	cognitoauth.ErrResetNotAllowed,
}

func forgotPassword(users cognitoauth.PasswordManager) operation {
	return func(ctx context.Context, in input) (any, error) {
		_, err := users.ForgotPassword(ctx, cognitoauth.ForgotPasswordInput{Username: in.email})
		if slices.ContainsFunc(noResetCode, func(reason error) bool { return errors.Is(err, reason) }) {
			return nil, nil
		}
		return nil, err
	}
}

func confirmPassword(users cognitoauth.PasswordManager) operation {
	return func(ctx context.Context, in input) (any, error) {
		_, err := users.ConfirmForgotPassword(ctx, cognitoauth.ConfirmForgotPasswordInput{
			Username: in.email, Code: in.code, NewPassword: in.newPassword,
		})
		return nil, err
	}
}

// deleteUser is for administrators: the guard before it sees to that. The
// deleted user's tokens are good until they expire, because the guard goes by
// their signature alone.
func deleteUser(users cognitoauth.AdminDeleter) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if _, err := users.AdminDelete(r.Context(), cognitoauth.AdminDeleteInput{Username: r.PathValue("sub")}); err != nil {
			writeError(w, r, err)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}
}

// pokemons is what all of this protects.
func pokemons(w http.ResponseWriter, r *http.Request) {
	claims, ok := jwthttp.IDClaims(r.Context())
	if !ok {
		writeError(w, r, errors.New("pokemons is not behind the guard"))
		return
	}
	type user struct {
		ID    string `json:"id"`
		Email string `json:"email"`
	}
	writeJSON(w, http.StatusOK, struct {
		User     user     `json:"user"`
		Pokemons []string `json:"pokemons"`
	}{user{claims.Subject, claims.Email}, []string{"Bulbasaur", "Charmander", "Squirtle"}})
}
