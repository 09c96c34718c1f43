package cognitoauth

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/cognitoauth/cognito-go/internal/redact"
)

// GetUserInput carries an access token of the user.
type GetUserInput struct {
	AccessToken string
}

// GetUserOutput is a user's profile as it is now, where a token has it as it
// was at sign-in.
type GetUserOutput struct {
	Username   string
	Attributes map[string]string // those that the app client may read; "sub" among them

	// EnabledMFA lists the second factors in use, such as "SOFTWARE_TOKEN_MFA".
	EnabledMFA []string
	// PreferredMFA is the one asked for first; empty if none is preferred.
	PreferredMFA string
}

// GetUser reads the user's profile.
//
// A dead access token is [ErrTokenExpired], [ErrTokenRevoked] or
// [ErrTokenInvalid]; one without the scope aws.cognito.signin.user.admin is
// [ErrInsufficientScope].
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUser.html
func (p *UserPool) GetUser(ctx context.Context, in GetUserInput) (*GetUserOutput, error) {
	if err := check(opGetUser).token("AccessToken", in.AccessToken).err(); err != nil {
		return nil, err
	}
	r := request{op: opGetUser, repeatable: true, secrets: []string{in.AccessToken}}
	out, err := call(ctx, r, p.public.GetUser, &cip.GetUserInput{AccessToken: aws.String(in.AccessToken)})
	if err != nil {
		return nil, err
	}
	if aws.ToString(out.Username) == "" {
		return nil, malformedReply(opGetUser, "no Username")
	}
	return &GetUserOutput{
		Username:     aws.ToString(out.Username),
		Attributes:   attributeMap(out.UserAttributes),
		EnabledMFA:   out.UserMFASettingList,
		PreferredMFA: aws.ToString(out.PreferredMfaSetting),
	}, nil
}

// DeleteUserInput carries an access token of the user to delete.
type DeleteUserInput struct {
	AccessToken string
}

// DeleteUserOutput is empty so far.
type DeleteUserOutput struct{}

// DeleteUser deletes the user whose access token it is given, for good.
//
// A dead access token is [ErrTokenExpired], [ErrTokenRevoked] or
// [ErrTokenInvalid]. To delete somebody else, see [UserPool.AdminDelete].
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUser.html
func (p *UserPool) DeleteUser(ctx context.Context, in DeleteUserInput) (*DeleteUserOutput, error) {
	if err := check(opDeleteUser).token("AccessToken", in.AccessToken).err(); err != nil {
		return nil, err
	}
	r := request{op: opDeleteUser, secrets: []string{in.AccessToken}}
	_, err := call(ctx, r, p.public.DeleteUser, &cip.DeleteUserInput{AccessToken: aws.String(in.AccessToken)})
	if err != nil {
		return nil, err
	}
	return &DeleteUserOutput{}, nil
}

// Format prints the input without its secrets, whatever the verb.
func (in GetUserInput) Format(s fmt.State, _ rune) { redact.Format(s, in) }

// MarshalJSON marshals the input without its secrets.
func (in GetUserInput) MarshalJSON() ([]byte, error) { return redact.JSON(in) }

// Format prints the input without its secrets, whatever the verb.
func (in DeleteUserInput) Format(s fmt.State, _ rune) { redact.Format(s, in) }

// MarshalJSON marshals the input without its secrets.
func (in DeleteUserInput) MarshalJSON() ([]byte, error) { return redact.JSON(in) }
