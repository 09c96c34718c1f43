package cognitoauth

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognitoauth/cognito-go/internal/redact"
)

// Tokens are the proof of a finished sign-in.
//
// They print and log redacted. Marshalled to JSON they are whole, because that
// is how one stores them: where the JSON goes, the session goes.
type Tokens struct {
	AccessToken  string `json:"access_token"`  // for APIs: who may do what
	IDToken      string `json:"id_token"`      // for the application: who the user is
	RefreshToken string `json:"refresh_token"` // opaque; for UserPool.Refresh
	TokenType    string `json:"token_type"`    // "Bearer"

	// ExpiresAt is when AccessToken expires, by this machine's clock.
	ExpiresAt time.Time `json:"expires_at"`

	// NewDevice is set if the pool tracks devices and this sign-in made one.
	NewDevice *NewDevice `json:"new_device,omitempty"`
}

// NewDevice is a device that Cognito made up for a sign-in.
type NewDevice struct {
	Key      string `json:"key"`
	GroupKey string `json:"group_key"`
}

// Format prints the tokens redacted, whatever the verb.
func (t Tokens) Format(s fmt.State, _ rune) { redact.Format(s, t) }

// LogValue logs the tokens redacted.
func (t Tokens) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(t)) }

// RefreshInput carries the refresh token of a session.
type RefreshInput struct {
	RefreshToken string

	// DeviceKey is needed if the pool tracks devices: the key of the device
	// that the session was begun on. Without it Cognito says "Invalid Refresh
	// Token".
	DeviceKey string

	// Flow is empty for GetTokensFromRefreshToken, the operation for it, or
	// FlowRefreshToken for the older way, which knows no rotation.
	Flow Flow

	// Username is for FlowRefreshToken and app clients with a secret: the user
	// name in the access token, never an alias.
	Username string

	// ClientMetadata is passed to the pool's Lambda triggers and not stored.
	ClientMetadata map[string]string
}

// FlowRefreshToken refreshes tokens with InitiateAuth. It is for
// [UserPool.Refresh] alone, and fails for app clients that rotate refresh tokens.
const FlowRefreshToken Flow = "REFRESH_TOKEN_AUTH"

// RefreshOutput is a session's new tokens.
type RefreshOutput struct {
	// Tokens.RefreshToken is the one to store from now on, rotated or not.
	Tokens *Tokens

	// Rotated is true if that refresh token is a new one. The old one then
	// works for the app client's grace period, 0 to 60 seconds.
	Rotated bool
}

// Refresh trades a refresh token for new access and ID tokens, with or without
// refresh-token rotation.
//
// A token that is dead is [ErrTokenExpired], [ErrTokenRevoked] or
// [ErrTokenInvalid], all of them [ErrNotAuthorized]; the user may also be gone,
// disabled or due for another password. [IsSessionOver] tells all of that from
// errors that say nothing about the token, which is then to be kept. A failure
// without an answer is not repeated, since the token may have been rotated.
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetTokensFromRefreshToken.html
func (p *UserPool) Refresh(ctx context.Context, in RefreshInput) (*RefreshOutput, error) {
	c := check(opRefresh).token("RefreshToken", in.RefreshToken).
		text("DeviceKey", in.DeviceKey, maxName).
		text("Username", in.Username, maxUsername).
		metadata("ClientMetadata", in.ClientMetadata)
	switch in.Flow {
	case "":
		if in.Username != "" {
			c.add("Username is for %s", FlowRefreshToken)
		}
	case FlowRefreshToken:
		if in.Username == "" && p.clientSecret() != "" {
			c.add("Username is empty: %s needs it for an app client with a secret", FlowRefreshToken)
		}
	default:
		c.add("Flow %.40q is neither empty nor %s", in.Flow, FlowRefreshToken)
	}
	if err := c.err(); err != nil {
		return nil, err
	}
	refresh := p.getTokensFromRefreshToken
	if in.Flow == FlowRefreshToken {
		refresh = p.refreshTokenAuth
	}
	result, err := refresh(ctx, in)
	if err != nil {
		return nil, explainDevice(err, in)
	}
	tokens, err := p.tokens(opRefresh, result)
	if err != nil {
		return nil, err
	}
	rotated := tokens.RefreshToken != "" && tokens.RefreshToken != in.RefreshToken
	if !rotated {
		tokens.RefreshToken = in.RefreshToken
	}
	return &RefreshOutput{Tokens: tokens, Rotated: rotated}, nil
}

// explainDevice adds what Cognito leaves out: a pool that tracks devices calls
// a good refresh token invalid if the device is missing.
func explainDevice(err error, in RefreshInput) error {
	var e *Error
	if in.DeviceKey == "" && errors.As(err, &e) && errors.Is(err, ErrTokenInvalid) {
		e.Message += " If the pool tracks devices, RefreshInput.DeviceKey must be set and the device confirmed with ConfirmDevice."
	}
	return err
}

// getTokensFromRefreshToken takes the secret itself: a SECRET_HASH would have
// to be made of the user name, which a refresh token does not tell.
func (p *UserPool) getTokensFromRefreshToken(ctx context.Context, in RefreshInput) (*types.AuthenticationResultType, error) {
	secret := p.clientSecret()
	r := request{op: opRefresh, secrets: []string{in.RefreshToken, secret}}
	out, err := call(ctx, r, p.public.GetTokensFromRefreshToken, &cip.GetTokensFromRefreshTokenInput{
		ClientId:       aws.String(p.cfg.ClientID),
		ClientSecret:   optional(secret),
		RefreshToken:   aws.String(in.RefreshToken),
		DeviceKey:      optional(in.DeviceKey),
		ClientMetadata: in.ClientMetadata,
	})
	if err != nil {
		return nil, err
	}
	return out.AuthenticationResult, nil
}

func (p *UserPool) refreshTokenAuth(ctx context.Context, in RefreshInput) (*types.AuthenticationResultType, error) {
	parameters := map[string]string{"REFRESH_TOKEN": in.RefreshToken}
	if h := p.secretHash(in.Username); h != nil {
		parameters["SECRET_HASH"] = *h
	}
	if in.DeviceKey != "" {
		parameters["DEVICE_KEY"] = in.DeviceKey
	}
	r := request{op: opRefresh, secrets: []string{in.RefreshToken, parameters["SECRET_HASH"]}}
	out, err := call(ctx, r, p.public.InitiateAuth, &cip.InitiateAuthInput{
		AuthFlow:       types.AuthFlowType(FlowRefreshToken),
		ClientId:       aws.String(p.cfg.ClientID),
		AuthParameters: parameters,
		ClientMetadata: in.ClientMetadata,
	})
	if err != nil {
		return nil, err
	}
	return out.AuthenticationResult, nil
}

// RevokeTokenInput carries the refresh token of the session to end.
type RevokeTokenInput struct {
	RefreshToken string
}

// RevokeTokenOutput is empty so far.
type RevokeTokenOutput struct{}

// RevokeToken ends one session: its refresh token and every access token that
// came from it stop working with Cognito. A service that verifies tokens by
// signature alone accepts them until they expire. Revoking a dead token
// succeeds.
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RevokeToken.html
func (p *UserPool) RevokeToken(ctx context.Context, in RevokeTokenInput) (*RevokeTokenOutput, error) {
	if err := check(opRevokeToken).token("RefreshToken", in.RefreshToken).err(); err != nil {
		return nil, err
	}
	secret := p.clientSecret()
	r := request{op: opRevokeToken, repeatable: true, secrets: []string{in.RefreshToken, secret}}
	_, err := call(ctx, r, p.public.RevokeToken, &cip.RevokeTokenInput{
		ClientId:     aws.String(p.cfg.ClientID),
		ClientSecret: optional(secret),
		Token:        aws.String(in.RefreshToken),
	})
	if err != nil {
		return nil, err
	}
	return &RevokeTokenOutput{}, nil
}

// SignOutInput carries an access token of the user to sign out.
type SignOutInput struct {
	AccessToken string
}

// SignOutOutput is empty so far.
type SignOutOutput struct{}

// SignOut is Cognito's GlobalSignOut: it ends every session of the user, on every
// device. To end the one session that a refresh token belongs to, call
// [UserPool.RevokeToken].
//
// Cognito takes the tokens no more, but a service that goes by their signature
// alone, as package jwtverify does, accepts access and ID tokens until they
// expire. Have the app client issue short-lived ones, or look the session up in
// jwtverify's Config.Check.
//
// A dead access token is [ErrTokenExpired], [ErrTokenRevoked] or
// [ErrTokenInvalid].
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GlobalSignOut.html
func (p *UserPool) SignOut(ctx context.Context, in SignOutInput) (*SignOutOutput, error) {
	if err := check(opSignOut).token("AccessToken", in.AccessToken).err(); err != nil {
		return nil, err
	}
	r := request{op: opSignOut, secrets: []string{in.AccessToken}}
	_, err := call(ctx, r, p.public.GlobalSignOut, &cip.GlobalSignOutInput{AccessToken: aws.String(in.AccessToken)})
	if err != nil {
		return nil, err
	}
	return &SignOutOutput{}, nil
}

// tokens reads what a finished sign-in or refresh brought.
func (p *UserPool) tokens(op string, r *types.AuthenticationResultType) (*Tokens, error) {
	switch {
	case r == nil || aws.ToString(r.AccessToken) == "":
		return nil, malformedReply(op, "no access token")
	case r.ExpiresIn < 0:
		return nil, malformedReply(op, "negative ExpiresIn")
	}
	t := &Tokens{
		AccessToken:  aws.ToString(r.AccessToken),
		IDToken:      aws.ToString(r.IdToken),
		RefreshToken: aws.ToString(r.RefreshToken),
		TokenType:    aws.ToString(r.TokenType),
		// Without the monotonic clock, which stands still while the machine sleeps.
		ExpiresAt: p.cfg.Now().Add(time.Duration(r.ExpiresIn) * time.Second).Round(0),
	}
	if d := r.NewDeviceMetadata; d != nil {
		t.NewDevice = &NewDevice{Key: aws.ToString(d.DeviceKey), GroupKey: aws.ToString(d.DeviceGroupKey)}
	}
	return t, nil
}

// Format prints the input without its secrets, whatever the verb.
func (in RefreshInput) Format(s fmt.State, _ rune) { redact.Format(s, in) }

// MarshalJSON marshals the input without its secrets.
func (in RefreshInput) MarshalJSON() ([]byte, error) { return redact.JSON(in) }

// Format prints the output without its secrets, whatever the verb.
func (out RefreshOutput) Format(s fmt.State, _ rune) { redact.Format(s, out) }

// MarshalJSON marshals the output without its secrets. To store the tokens,
// marshal Tokens.
func (out RefreshOutput) MarshalJSON() ([]byte, error) { return redact.JSON(out) }

// Format prints the input without its secrets, whatever the verb.
func (in RevokeTokenInput) Format(s fmt.State, _ rune) { redact.Format(s, in) }

// MarshalJSON marshals the input without its secrets.
func (in RevokeTokenInput) MarshalJSON() ([]byte, error) { return redact.JSON(in) }

// Format prints the input without its secrets, whatever the verb.
func (in SignOutInput) Format(s fmt.State, _ rune) { redact.Format(s, in) }

// MarshalJSON marshals the input without its secrets.
func (in SignOutInput) MarshalJSON() ([]byte, error) { return redact.JSON(in) }
