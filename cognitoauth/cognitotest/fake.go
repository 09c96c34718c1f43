package cognitotest

import (
	"context"
	"fmt"

	"github.com/cognitoauth/cognito-go/cognitoauth"
)

// Client is a fake of [cognitoauth.Client] and of every other role interface
// of that package: each method calls the function in the field of its name.
//
//	pool := &cognitotest.Client{TB: t, SignUpFunc: func(_ context.Context, in cognitoauth.SignUpInput) (*cognitoauth.SignUpOutput, error) {
//		return nil, cognitoauth.ErrUserExists
//	}}
//
// A call whose function is nil is not expected: it fails the test, by name. If
// TB is nil it panics.
//
// A Client may be used from many goroutines if its functions may.
type Client struct {
	// TB is the test to fail.
	TB TB

	SignUpFunc                 func(context.Context, cognitoauth.SignUpInput) (*cognitoauth.SignUpOutput, error)
	ConfirmSignUpFunc          func(context.Context, cognitoauth.ConfirmSignUpInput) (*cognitoauth.ConfirmSignUpOutput, error)
	AuthenticateFunc           func(context.Context, cognitoauth.AuthenticateInput) (*cognitoauth.AuthenticateOutput, error)
	ForgotPasswordFunc         func(context.Context, cognitoauth.ForgotPasswordInput) (*cognitoauth.ForgotPasswordOutput, error)
	ConfirmForgotPasswordFunc  func(context.Context, cognitoauth.ConfirmForgotPasswordInput) (*cognitoauth.ConfirmForgotPasswordOutput, error)
	ChangePasswordFunc         func(context.Context, cognitoauth.ChangePasswordInput) (*cognitoauth.ChangePasswordOutput, error)
	AdminDeleteFunc            func(context.Context, cognitoauth.AdminDeleteInput) (*cognitoauth.AdminDeleteOutput, error)
	RespondToChallengeFunc     func(context.Context, cognitoauth.ChallengeResponse) (*cognitoauth.AuthenticateOutput, error)
	ResendConfirmationCodeFunc func(context.Context, cognitoauth.ResendConfirmationCodeInput) (*cognitoauth.ResendConfirmationCodeOutput, error)
	RefreshFunc                func(context.Context, cognitoauth.RefreshInput) (*cognitoauth.RefreshOutput, error)
	RevokeTokenFunc            func(context.Context, cognitoauth.RevokeTokenInput) (*cognitoauth.RevokeTokenOutput, error)
	SignOutFunc                func(context.Context, cognitoauth.SignOutInput) (*cognitoauth.SignOutOutput, error)
	GetUserFunc                func(context.Context, cognitoauth.GetUserInput) (*cognitoauth.GetUserOutput, error)
	DeleteUserFunc             func(context.Context, cognitoauth.DeleteUserInput) (*cognitoauth.DeleteUserOutput, error)
}

var (
	_ cognitoauth.Client             = (*Client)(nil)
	_ cognitoauth.ChallengeResponder = (*Client)(nil)
	_ cognitoauth.CodeResender       = (*Client)(nil)
	_ cognitoauth.TokenRefresher     = (*Client)(nil)
	_ cognitoauth.TokenRevoker       = (*Client)(nil)
	_ cognitoauth.SessionEnder       = (*Client)(nil)
	_ cognitoauth.UserReader         = (*Client)(nil)
	_ cognitoauth.UserDeleter        = (*Client)(nil)
)

// fake calls f, or fails the test if it is nil. It does not end the test's
// goroutine, because it may run on another.
func fake[In, Out any](ctx context.Context, c *Client, method string, f func(context.Context, In) (*Out, error), in In) (*Out, error) {
	if f != nil {
		return f(ctx, in)
	}
	err := fmt.Errorf("cognitotest: unexpected call to %s: Client.%sFunc is nil", method, method)
	if c.TB == nil {
		panic(err)
	}
	c.TB.Helper()
	c.TB.Errorf("%v", err)
	return nil, err
}

// SignUp calls SignUpFunc.
func (c *Client) SignUp(ctx context.Context, in cognitoauth.SignUpInput) (*cognitoauth.SignUpOutput, error) {
	return fake(ctx, c, "SignUp", c.SignUpFunc, in)
}

// ConfirmSignUp calls ConfirmSignUpFunc.
func (c *Client) ConfirmSignUp(ctx context.Context, in cognitoauth.ConfirmSignUpInput) (*cognitoauth.ConfirmSignUpOutput, error) {
	return fake(ctx, c, "ConfirmSignUp", c.ConfirmSignUpFunc, in)
}

// Authenticate calls AuthenticateFunc.
func (c *Client) Authenticate(ctx context.Context, in cognitoauth.AuthenticateInput) (*cognitoauth.AuthenticateOutput, error) {
	return fake(ctx, c, "Authenticate", c.AuthenticateFunc, in)
}

// ForgotPassword calls ForgotPasswordFunc.
func (c *Client) ForgotPassword(ctx context.Context, in cognitoauth.ForgotPasswordInput) (*cognitoauth.ForgotPasswordOutput, error) {
	return fake(ctx, c, "ForgotPassword", c.ForgotPasswordFunc, in)
}

// ConfirmForgotPassword calls ConfirmForgotPasswordFunc.
func (c *Client) ConfirmForgotPassword(ctx context.Context, in cognitoauth.ConfirmForgotPasswordInput) (*cognitoauth.ConfirmForgotPasswordOutput, error) {
	return fake(ctx, c, "ConfirmForgotPassword", c.ConfirmForgotPasswordFunc, in)
}

// ChangePassword calls ChangePasswordFunc.
func (c *Client) ChangePassword(ctx context.Context, in cognitoauth.ChangePasswordInput) (*cognitoauth.ChangePasswordOutput, error) {
	return fake(ctx, c, "ChangePassword", c.ChangePasswordFunc, in)
}

// AdminDelete calls AdminDeleteFunc.
func (c *Client) AdminDelete(ctx context.Context, in cognitoauth.AdminDeleteInput) (*cognitoauth.AdminDeleteOutput, error) {
	return fake(ctx, c, "AdminDelete", c.AdminDeleteFunc, in)
}

// RespondToChallenge calls RespondToChallengeFunc.
func (c *Client) RespondToChallenge(ctx context.Context, in cognitoauth.ChallengeResponse) (*cognitoauth.AuthenticateOutput, error) {
	return fake(ctx, c, "RespondToChallenge", c.RespondToChallengeFunc, in)
}

// ResendConfirmationCode calls ResendConfirmationCodeFunc.
func (c *Client) ResendConfirmationCode(ctx context.Context, in cognitoauth.ResendConfirmationCodeInput) (*cognitoauth.ResendConfirmationCodeOutput, error) {
	return fake(ctx, c, "ResendConfirmationCode", c.ResendConfirmationCodeFunc, in)
}

// Refresh calls RefreshFunc.
func (c *Client) Refresh(ctx context.Context, in cognitoauth.RefreshInput) (*cognitoauth.RefreshOutput, error) {
	return fake(ctx, c, "Refresh", c.RefreshFunc, in)
}

// RevokeToken calls RevokeTokenFunc.
func (c *Client) RevokeToken(ctx context.Context, in cognitoauth.RevokeTokenInput) (*cognitoauth.RevokeTokenOutput, error) {
	return fake(ctx, c, "RevokeToken", c.RevokeTokenFunc, in)
}

// SignOut calls SignOutFunc.
func (c *Client) SignOut(ctx context.Context, in cognitoauth.SignOutInput) (*cognitoauth.SignOutOutput, error) {
	return fake(ctx, c, "SignOut", c.SignOutFunc, in)
}

// GetUser calls GetUserFunc.
func (c *Client) GetUser(ctx context.Context, in cognitoauth.GetUserInput) (*cognitoauth.GetUserOutput, error) {
	return fake(ctx, c, "GetUser", c.GetUserFunc, in)
}

// DeleteUser calls DeleteUserFunc.
func (c *Client) DeleteUser(ctx context.Context, in cognitoauth.DeleteUserInput) (*cognitoauth.DeleteUserOutput, error) {
	return fake(ctx, c, "DeleteUser", c.DeleteUserFunc, in)
}
