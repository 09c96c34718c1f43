package cognitotest_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest"
)

// TestState saves a pool and goes on with it in another server.
func TestState(t *testing.T) {
	t.Parallel()
	cfg := cognitotest.Config{Devices: cognitotest.DevicesAlways, Client: cognitotest.AppClient{PreventUserExistenceErrors: true}}
	f := start(t, cfg)
	f.srv.AddGroup(cognitotest.Group{Name: "staff", Description: "people"})
	f.srv.AddUser(cognitotest.User{Username: "ada", Password: password, Groups: []string{"staff"}, Attributes: map[string]string{"email": ada, "email_verified": "true"}})
	f.signUp("bob")
	other := f.srv.NewClient(cognitotest.AppClient{GenerateSecret: true})
	tokens := must(f.srpAuth("ada", password, nil))(t).AuthenticationResult
	devicePassword, _ := f.confirmDevice(tokens)
	key := *tokens.NewDeviceMetadata.DeviceKey
	salt := func(f *fixture) string {
		return must(f.initiate("USER_SRP_AUTH", "USERNAME", "nobody", "SRP_A", newSRP(t).A()))(t).ChallengeParameters["SALT"]
	}
	var saved bytes.Buffer
	if err := f.srv.Save(&saved); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(saved.String(), password) || strings.Contains(saved.String(), *tokens.RefreshToken) {
		t.Error("the state has a password or a refresh token in clear")
	}
	before := salt(f)
	code := f.srv.Code("bob")
	f.srv.Close()

	cfg.State = &saved
	g := start(t, cfg)
	if g.srv.UserPoolID() != f.srv.UserPoolID() || g.srv.ClientID() != f.srv.ClientID() {
		t.Errorf("pool %s and client %s, were %s and %s", g.srv.UserPoolID(), g.srv.ClientID(), f.srv.UserPoolID(), f.srv.ClientID())
	}
	if salt(g) != before {
		t.Error("an unknown user has another salt")
	}
	if got := g.srv.ClientConfig(other.ID).ClientSecret; got != other.Secret {
		t.Error("the other client's secret is lost")
	}
	if err := g.confirm("bob", code); err != nil {
		t.Errorf("with the code from before: %v", err)
	}
	refreshed := must(g.aws.GetTokensFromRefreshToken(t.Context(), &cip.GetTokensFromRefreshTokenInput{
		ClientId: g.id(), RefreshToken: tokens.RefreshToken, DeviceKey: &key,
	}))(t).AuthenticationResult
	if groups, _ := claims(t, *refreshed.AccessToken)["cognito:groups"].([]any); len(groups) != 1 || groups[0] != "staff" {
		t.Errorf("groups: %v", groups)
	}
	done := must(g.deviceAuth(must(g.srpAuth("ada", password, map[string]string{"DEVICE_KEY": key}))(t), tokens.NewDeviceMetadata, devicePassword))(t)
	if done.AuthenticationResult == nil {
		t.Errorf("on the device from before: got %s", done.ChallengeName)
	}
	group := must(g.aws.GetGroup(t.Context(), &cip.GetGroupInput{UserPoolId: g.pool(), GroupName: aws.String("staff")}))(t).Group
	if aws.ToString(group.Description) != "people" {
		t.Errorf("description of the group: %q", aws.ToString(group.Description))
	}
}

func TestStateKeepsFactors(t *testing.T) {
	t.Parallel()
	const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
	cfg := cognitotest.Config{MFA: cognitotest.MFAOptional, Now: fixedClock()}
	f := seeded(t, cfg, cognitotest.User{TOTPSecret: secret})
	var saved bytes.Buffer
	if err := f.srv.Save(&saved); err != nil {
		t.Fatal(err)
	}
	cfg.State = &saved
	g := start(t, cfg)
	out := must(g.srpAuth("ada", password, nil))(t)
	done := must(g.respond("SOFTWARE_TOKEN_MFA", out.Session, "ada", "SOFTWARE_TOKEN_MFA_CODE", cognitotest.TOTP(secret, g.srv.Now())))(t)
	if done.AuthenticationResult == nil {
		t.Errorf("got %s", done.ChallengeName)
	}
}

func TestBadState(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name string
		cfg  cognitotest.Config
		want string
	}{
		{"unreadable", cognitotest.Config{State: iotest.ErrReader(errors.New("no disk"))}, "no disk"},
		{"not JSON", cognitotest.Config{State: strings.NewReader("hello")}, "not what Save writes"},
		{"another version", cognitotest.Config{State: strings.NewReader(`{"Version":99}`)}, "version 99"},
		{"another pool", cognitotest.Config{UserPoolID: "us-east-1_A", State: strings.NewReader(`{"Version":1,"UserPoolID":"us-east-1_B"}`)}, "us-east-1_B"},
		{"a user without a name", cognitotest.Config{State: strings.NewReader(`{"Version":1,"UserPoolID":"us-east-1_B","Users":[{}]}`)}, "without a name"},
		{"a refresh token of nothing", cognitotest.Config{State: strings.NewReader(`{"Version":1,"UserPoolID":"us-east-1_B","Refresh":[{}]}`)}, "no sign-in"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			srv, err := cognitotest.Listen(row.cfg)
			if err == nil {
				srv.Close()
			}
			if err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("got %v, want %q in it", err, row.want)
			}
		})
	}
}

// FuzzState holds that a damaged state is refused or makes a pool that can be
// used.
func FuzzState(f *testing.F) {
	srv := cognitotest.NewTestServer(f, cognitotest.Config{})
	srv.AddUser(cognitotest.User{Username: "ada", Attributes: map[string]string{"email": ada}, Groups: []string{"g"}})
	var saved bytes.Buffer
	if err := srv.Save(&saved); err != nil {
		f.Fatal(err)
	}
	f.Add(saved.Bytes())
	f.Fuzz(func(t *testing.T, state []byte) {
		srv, err := cognitotest.Listen(cognitotest.Config{State: bytes.NewReader(state)})
		if err != nil {
			return
		}
		defer srv.Close()
		srv.Advance(time.Hour)
		srv.Users()
		if err := srv.Save(&bytes.Buffer{}); err != nil {
			t.Fatal(err)
		}
		post(t, srv, service+"InitiateAuth", `{"ClientId":"`+srv.ClientID()+`","AuthFlow":"USER_PASSWORD_AUTH","AuthParameters":{"USERNAME":"ada","PASSWORD":"x"}}`)
	})
}
