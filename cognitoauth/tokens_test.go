package cognitoauth

import (
	"errors"
	"maps"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

func TestRefreshTokenAuth(t *testing.T) {
	t.Parallel()
	pool, api := newFakePool(t, Config{ClientSecret: "secret1234"})
	if _, err := pool.Refresh(t.Context(), RefreshInput{RefreshToken: "token", Flow: FlowRefreshToken}); !errors.Is(err, ErrInvalidInput) {
		t.Errorf("without a user name to hash: %v", err)
	}
	if _, err := pool.Refresh(t.Context(), RefreshInput{RefreshToken: "token", Flow: FlowRefreshToken, Username: "ada", DeviceKey: "key"}); err != nil {
		t.Fatal(err)
	}
	sent := api.sent[0].(*cip.InitiateAuthInput)
	want := map[string]string{"REFRESH_TOKEN": "token", "SECRET_HASH": *pool.secretHash("ada"), "DEVICE_KEY": "key"}
	if sent.AuthFlow != types.AuthFlowTypeRefreshTokenAuth || !maps.Equal(sent.AuthParameters, want) {
		t.Errorf("sent %s %v", sent.AuthFlow, sent.AuthParameters)
	}
	for _, in := range []RefreshInput{{RefreshToken: "t", Flow: FlowSRP}, {RefreshToken: "t", Username: "ada"}} {
		if _, err := pool.Refresh(t.Context(), in); !errors.Is(err, ErrInvalidInput) {
			t.Errorf("%v: %v", in, err)
		}
	}
}

func TestRefreshReturnsTheTokenToStore(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		returned *string
		want     string
		rotated  bool
	}{
		"none returned":     {nil, "old", false},
		"the same returned": {aws.String("old"), "old", false},
		"rotated":           {aws.String("new"), "new", true},
	} {
		pool, api := newFakePool(t, Config{})
		api.refresh = func(*cip.GetTokensFromRefreshTokenInput) (*cip.GetTokensFromRefreshTokenOutput, error) {
			return &cip.GetTokensFromRefreshTokenOutput{AuthenticationResult: &types.AuthenticationResultType{
				AccessToken: aws.String("a"), RefreshToken: test.returned,
			}}, nil
		}
		out, err := pool.Refresh(t.Context(), RefreshInput{RefreshToken: "old"})
		if err != nil || out.Tokens.RefreshToken != test.want || out.Rotated != test.rotated {
			t.Errorf("%s: token to store %q, rotated %v, %v", name, out.Tokens.RefreshToken, out.Rotated, err)
		}
	}
}
