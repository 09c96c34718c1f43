package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/cognitoauth/cognito-go/cognitoauth"
	"github.com/cognitoauth/cognito-go/jwtverify/jwthttp"
)

// story is the life of one user.
type story struct {
	*stage
	first, second, third string // the user's passwords

	sub     string // set by sign-up
	deleted bool
	code    string              // the last that was read
	tokens  *cognitoauth.Tokens // of the last sign-in or refresh
}

func newStory(s *stage) *story {
	return &story{stage: s, first: newPassword(), second: newPassword(), third: newPassword()}
}

// newPassword is within any ordinary policy.
func newPassword() string { return "Aa1-" + rand.Text() }

// steps is the story. Every step leans on those before it.
func (s *story) steps() []step {
	return []step{
		{name: "sign up", do: s.signUp},
		{name: "sign in before confirming", do: s.refuseSignIn(s.first, cognitoauth.ErrUserNotConfirmed)},
		{name: "confirm with a wrong code", prepare: s.read, do: s.confirmWrongly},
		{name: "confirm", do: s.confirm},
		{name: "sign in", do: s.signIn(s.first)},
		{name: "verify the access token", do: s.verifyAccessToken},
		{name: "verify the ID token", do: s.verifyIDToken},
		{name: "call a protected handler without a token", do: s.call(http.StatusUnauthorized, func() string { return "" })},
		{name: "call it with the ID token", do: s.call(http.StatusUnauthorized, func() string { return s.tokens.IDToken })},
		{name: "call it with the access token", do: s.call(http.StatusOK, func() string { return s.tokens.AccessToken })},
		{name: "refresh the tokens", do: s.refresh},
		{name: "change the password", do: s.changePassword},
		{name: "sign in with the old password", do: s.refuseSignIn(s.first, cognitoauth.ErrInvalidCredentials)},
		{name: "forget the password", do: s.forgotPassword},
		{name: "set another with the code", prepare: s.read, do: s.confirmForgotPassword},
		{name: "sign in with that one", do: s.signIn(s.third)},
		{name: "delete the user by sub", do: s.delete},
		// Which of the two depends on the app client's PreventUserExistenceErrors.
		{name: "sign in after that", do: s.refuseSignIn(s.third, cognitoauth.ErrUserNotFound, cognitoauth.ErrInvalidCredentials)},
	}
}

// leftover says what a story that ended early leaves behind.
func (s *story) leftover() string {
	if !s.lasting || s.sub == "" || s.deleted {
		return ""
	}
	return fmt.Sprintf("The user %s (sub %s) is still in the user pool.\n", s.username, s.sub)
}

func (s *story) signUp(ctx context.Context) (string, error) {
	out, err := s.users.SignUp(ctx, cognitoauth.SignUpInput{
		Username: s.username, Password: s.first, Attributes: map[string]string{"email": s.email},
	})
	if err != nil {
		return "", err
	}
	s.sub = out.Sub
	switch {
	case out.Confirmed:
		return "", errors.New("the user is confirmed without a code: a pre sign-up trigger saw to that")
	case out.Delivery == nil:
		return "", errors.New("no code was sent: the user pool does not verify e-mail addresses")
	}
	return fmt.Sprintf("sub %s, code sent to %s", s.sub, out.Delivery.Destination), nil
}

// read reads the code that has been sent.
func (s *story) read(ctx context.Context) (err error) {
	s.code, err = s.readCode(ctx)
	return err
}

func (s *story) confirmWrongly(ctx context.Context) (string, error) {
	// Certainly not the right code, and one that it could have been.
	last := len(s.code) - 1
	wrong := s.code[:last] + string('0'+(s.code[last]-'0'+1)%10)
	_, err := s.users.ConfirmSignUp(ctx, cognitoauth.ConfirmSignUpInput{Username: s.username, Code: wrong})
	return refused(err, cognitoauth.ErrCodeMismatch)
}

func (s *story) confirm(ctx context.Context) (string, error) {
	_, err := s.users.ConfirmSignUp(ctx, cognitoauth.ConfirmSignUpInput{Username: s.username, Code: s.code})
	return "the address is the user's", err
}

func (s *story) authenticate(ctx context.Context, password string) (*cognitoauth.Tokens, error) {
	out, err := s.users.Authenticate(ctx, cognitoauth.AuthenticateInput{Username: s.username, Password: password})
	if err != nil {
		return nil, err
	}
	return out.RequireTokens()
}

func (s *story) signIn(password string) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		tokens, err := s.authenticate(ctx, password)
		if err != nil {
			return "", err
		}
		s.tokens = tokens
		return "access, ID and refresh token over SRP", nil
	}
}

func (s *story) refuseSignIn(password string, reasons ...error) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		_, err := s.authenticate(ctx, password)
		return refused(err, reasons...)
	}
}

func (s *story) verifyAccessToken(ctx context.Context) (string, error) {
	claims, err := s.verifier.VerifyAccessToken(ctx, s.tokens.AccessToken)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("signed by the pool, for client %s", claims.ClientID), s.checkSubject(claims.Subject)
}

func (s *story) verifyIDToken(ctx context.Context) (string, error) {
	claims, err := s.verifier.VerifyIDToken(ctx, s.tokens.IDToken)
	if err != nil {
		return "", err
	}
	if claims.Email != s.email {
		return "", fmt.Errorf("its e-mail address is %q and not %q", claims.Email, s.email)
	}
	return fmt.Sprintf("signed by the pool, e-mail %s, verified: %t", claims.Email, claims.EmailVerified), s.checkSubject(claims.Subject)
}

func (s *story) checkSubject(subject string) error {
	if subject != s.sub {
		return fmt.Errorf("the token's subject is %q and not the user's %q", subject, s.sub)
	}
	return nil
}

// call calls a handler behind the guard, with whatever token there is by then.
func (s *story) call(want int, token func() string) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		hello := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
		service := httptest.NewServer(jwthttp.New(s.verifier, jwthttp.Options{}).Handler(hello))
		defer service.Close()

		req, err := http.NewRequestWithContext(ctx, http.MethodGet, service.URL, http.NoBody)
		if err != nil {
			return "", err
		}
		if t := token(); t != "" {
			req.Header.Set("Authorization", "Bearer "+t)
		}
		resp, err := service.Client().Do(req)
		if err != nil {
			return "", err
		}
		defer resp.Body.Close()
		if resp.StatusCode != want {
			return "", fmt.Errorf("it answered %s and not %d", resp.Status, want)
		}
		return "answered " + resp.Status, nil
	}
}

func (s *story) refresh(ctx context.Context) (string, error) {
	if s.tokens.NewDevice != nil {
		return "", errors.New("the user pool tracks devices, and then tokens are refreshed on a confirmed device only, which this story has not")
	}
	out, err := s.users.Refresh(ctx, cognitoauth.RefreshInput{RefreshToken: s.tokens.RefreshToken})
	if err != nil {
		return "", err
	}
	if out.Tokens.AccessToken == s.tokens.AccessToken {
		return "", errors.New("the access token is the same as before")
	}
	s.tokens = out.Tokens
	if _, err := s.verifyAccessToken(ctx); err != nil {
		return "", err
	}
	if out.Rotated {
		return "new access, ID and refresh token", nil
	}
	return "new access and ID token", nil
}

func (s *story) changePassword(ctx context.Context) (string, error) {
	_, err := s.users.ChangePassword(ctx, cognitoauth.ChangePasswordInput{
		AccessToken: s.tokens.AccessToken, CurrentPassword: s.first, NewPassword: s.second,
	})
	return "with the access token and the old password", err
}

func (s *story) forgotPassword(ctx context.Context) (string, error) {
	out, err := s.users.ForgotPassword(ctx, cognitoauth.ForgotPasswordInput{Username: s.username})
	if err != nil {
		return "", err
	}
	if out.Delivery == nil {
		return "", errors.New("no code was sent")
	}
	return "code sent to " + out.Delivery.Destination, nil
}

func (s *story) confirmForgotPassword(ctx context.Context) (string, error) {
	_, err := s.users.ConfirmForgotPassword(ctx, cognitoauth.ConfirmForgotPasswordInput{
		Username: s.username, Code: s.code, NewPassword: s.third,
	})
	return "without the old password", err
}

func (s *story) delete(ctx context.Context) (string, error) {
	if _, err := s.users.AdminDelete(ctx, cognitoauth.AdminDeleteInput{Username: s.sub}); err != nil {
		return "", err
	}
	s.deleted = true
	return "signed with AWS credentials", nil
}

// refused is the outcome of what should be refused for one of the reasons.
func refused(err error, reasons ...error) (string, error) {
	if err == nil {
		return "", errors.New("it was accepted, and should have been refused")
	}
	for _, reason := range reasons {
		if errors.Is(err, reason) {
			why, _, _ := strings.Cut(reason.Error(), ":") // without the advice after it
			return fmt.Sprintf("refused: %s (HTTP status %d)", why, cognitoauth.HTTPStatus(err)), nil
		}
	}
	return "", fmt.Errorf("it was refused for another reason than it should: %w", err)
}
