package cognitoauth

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// TestChangePasswordByUserName: sign in, change, revoke.
func TestChangePasswordByUserName(t *testing.T) {
	t.Parallel()
	in := ChangePasswordInput{Username: "ada", CurrentPassword: "right", NewPassword: "new word 1"}
	last := func(api *fakeAPI) any { return api.sent[len(api.sent)-1] }

	t.Run("changes and revokes", func(t *testing.T) {
		t.Parallel()
		pool, api := newFakePool(t, Config{})
		srpService(t, api, "ada", "right", signedIn)
		in := in
		in.ClientMetadata, in.UserContext = map[string]string{"k": "v"}, UserContext{IPAddress: "192.0.2.1"}
		if _, err := pool.ChangePassword(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		if begin := api.sent[0].(*cip.InitiateAuthInput); begin.ClientMetadata["k"] != "v" || *begin.UserContextData.IpAddress != "192.0.2.1" {
			t.Error("metadata or context is missing in the sign-in")
		}
		change, ok := api.sent[2].(*cip.ChangePasswordInput)
		if !ok || *change.AccessToken != "access" || *change.PreviousPassword != "right" || *change.ProposedPassword != "new word 1" {
			t.Errorf("third request is %T", api.sent[2])
		}
		if revoke, ok := last(api).(*cip.RevokeTokenInput); !ok || *revoke.Token != "refresh" || len(api.sent) != 4 {
			t.Errorf("last of %d requests is %T, want the revocation", len(api.sent), last(api))
		}
	})
	t.Run("revokes when the change is refused", func(t *testing.T) {
		t.Parallel()
		pool, api := newFakePool(t, Config{})
		srpService(t, api, "ada", "right", signedIn)
		api.changePassword = func(*cip.ChangePasswordInput) (*cip.ChangePasswordOutput, error) {
			return nil, &types.InvalidPasswordException{Message: aws.String("Password did not conform with policy: Password not long enough")}
		}
		if _, err := pool.ChangePassword(t.Context(), in); !errors.Is(err, ErrPasswordPolicy) {
			t.Errorf("error %v", err)
		}
		if _, ok := last(api).(*cip.RevokeTokenInput); !ok {
			t.Errorf("last request is %T, want the revocation", last(api))
		}
	})
	t.Run("challenge", func(t *testing.T) {
		t.Parallel()
		pool, api := newFakePool(t, Config{})
		srpService(t, api, "ada", "right", &cip.RespondToAuthChallengeOutput{ChallengeName: types.ChallengeNameTypeSmsMfa, Session: aws.String("s")})
		_, err := pool.ChangePassword(t.Context(), in)
		var required *ChallengeRequiredError
		if !errors.As(err, &required) || required.Challenge.Name() != ChallengeSMSMFA || len(api.sent) != 2 {
			t.Errorf("error %v after %d requests", err, len(api.sent))
		}
	})
	t.Run("wrong password", func(t *testing.T) {
		t.Parallel()
		pool, api := newFakePool(t, Config{})
		srpService(t, api, "ada", "another", signedIn)
		_, err := pool.ChangePassword(t.Context(), in)
		var e *Error
		if !errors.Is(err, ErrInvalidCredentials) || !errors.As(err, &e) || e.Op != "ChangePassword" {
			t.Errorf("error %v", err)
		}
	})
	for name, in := range map[string]ChangePasswordInput{
		"both":                 {Username: "ada", AccessToken: "t", CurrentPassword: "a", NewPassword: "b"},
		"neither":              {CurrentPassword: "a", NewPassword: "b"},
		"no present password":  {Username: "ada", NewPassword: "b"},
		"no new password":      {Username: "ada", CurrentPassword: "a"},
		"no new, with a token": {AccessToken: "t", CurrentPassword: "a"},
	} {
		pool, api := newFakePool(t, Config{})
		if _, err := pool.ChangePassword(t.Context(), in); !errors.Is(err, ErrInvalidInput) || len(api.sent) != 0 {
			t.Errorf("%s: error %v, %d sent", name, err, len(api.sent))
		}
	}
}
