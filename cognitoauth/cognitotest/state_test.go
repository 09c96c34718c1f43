package cognitotest_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

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

// TestStateKeepsKeys wants tokens from before to be good, those of keys that were
// rotated out too. The keys are the first pool's own: those that pools share
// would be there without being saved.
func TestStateKeepsKeys(t *testing.T) {
	t.Parallel()
	f := seeded(t, cognitotest.Config{OwnKeys: true, Issuer: cognitotest.IssuerOriginal}, cognitotest.User{})
	retired := f.tokens("ada")
	f.srv.RotateKeys()
	last := f.tokens("ada")
	var saved bytes.Buffer
	if err := f.srv.Save(&saved); err != nil {
		t.Fatal(err)
	}
	f.srv.Close()

	state := saved.String()
	g := start(t, cognitotest.Config{State: &saved, Issuer: cognitotest.IssuerOriginal})
	v := g.srv.Verifier()
	good := func(when string, tokens *types.AuthenticationResultType) {
		t.Helper()
		if _, err := v.VerifyAccessToken(t.Context(), *tokens.AccessToken); err != nil {
			t.Errorf("the access token from %s: %v", when, err)
		}
		if _, err := v.VerifyIDToken(t.Context(), *tokens.IdToken); err != nil {
			t.Errorf("the ID token from %s: %v", when, err)
		}
		if _, err := g.aws.GetUser(t.Context(), &cip.GetUserInput{AccessToken: tokens.AccessToken}); err != nil {
			t.Errorf("GetUser with the access token from %s: %v", when, err)
		}
	}
	good("before the rotation", retired)
	good("the last sign-in", last)
	kid := func(token *string) any { return segment(t, *token, 0)["kid"] }
	fresh := g.tokens("ada")
	if kid(fresh.AccessToken) != kid(last.AccessToken) || kid(fresh.IdToken) != kid(last.IdToken) {
		t.Error("other keys sign after loading")
	}
	var again bytes.Buffer
	if err := g.srv.Save(&again); err != nil {
		t.Fatal(err)
	}
	keys := func(state string) (out struct{ Keys map[string]any }) {
		if err := json.Unmarshal([]byte(state), &out); err != nil || len(out.Keys) != 3 {
			t.Fatalf("keys of the state: %d, %v", len(out.Keys), err)
		}
		return out
	}
	if !reflect.DeepEqual(keys(state), keys(again.String())) {
		t.Error("saved once more, the keys are others")
	}

	// Two pools that share keys with each other still rotate to new ones.
	g.srv.RotateKeys()
	if rotated := g.tokens("ada"); kid(rotated.AccessToken) == kid(fresh.AccessToken) {
		t.Error("the same key signs after a rotation")
	}
	good("before the second rotation", fresh)
}

// TestStateRotatesSharedKeys loads a pool that has rotated the shared keys: the
// next ones must be others, though this pool has rotated none.
func TestStateRotatesSharedKeys(t *testing.T) {
	t.Parallel()
	f := seeded(t, cognitotest.Config{}, cognitotest.User{})
	f.srv.RotateKeys()
	var saved bytes.Buffer
	if err := f.srv.Save(&saved); err != nil {
		t.Fatal(err)
	}
	g := start(t, cognitotest.Config{State: &saved})
	_, before := get(t, g.srv.JWKSURL())
	g.srv.RotateKeys()
	_, after := get(t, g.srv.JWKSURL())
	if n, m := bytes.Count(before, []byte(`"kid"`)), bytes.Count(after, []byte(`"kid"`)); n != 4 || m != 6 {
		t.Errorf("%d keys are published before and %d after the rotation, want 4 and 6", n, m)
	}
}

// TestStateWithoutKeys loads what was saved when keys were no part of it.
func TestStateWithoutKeys(t *testing.T) {
	t.Parallel()
	f := seeded(t, cognitotest.Config{}, cognitotest.User{})
	tokens := f.tokens("ada")
	var saved bytes.Buffer
	if err := f.srv.Save(&saved); err != nil {
		t.Fatal(err)
	}
	g := start(t, cognitotest.Config{State: strings.NewReader(editState(t, saved.Bytes(), func(state map[string]any) { delete(state, "Keys") }))})
	refreshed := must(g.aws.GetTokensFromRefreshToken(t.Context(), &cip.GetTokensFromRefreshTokenInput{
		ClientId: g.id(), RefreshToken: tokens.RefreshToken,
	}))(t).AuthenticationResult
	if _, err := g.srv.Verifier().VerifyAccessToken(t.Context(), *refreshed.AccessToken); err != nil {
		t.Error(err)
	}
}

// editState changes something in what Save wrote.
func editState(t *testing.T, saved []byte, edit func(map[string]any)) string {
	t.Helper()
	var state map[string]any
	if err := json.Unmarshal(saved, &state); err != nil {
		t.Fatal(err)
	}
	edit(state)
	return string(must(json.Marshal(state))(t))
}

func TestStateWithBrokenKeys(t *testing.T) {
	t.Parallel()
	srv := cognitotest.NewTestServer(t, cognitotest.Config{OwnKeys: true})
	srv.RotateKeys()
	var saved bytes.Buffer
	if err := srv.Save(&saved); err != nil {
		t.Fatal(err)
	}
	encode := func(typ string, der []byte, err error) string {
		if err != nil {
			t.Fatal(err)
		}
		return string(pem.EncodeToMemory(&pem.Block{Type: typ, Bytes: der}))
	}
	private := func(key any) string {
		der, err := x509.MarshalPKCS8PrivateKey(key)
		return encode("PRIVATE KEY", der, err)
	}
	public := func(key any) string {
		der, err := x509.MarshalPKIXPublicKey(key)
		return encode("PUBLIC KEY", der, err)
	}
	curve := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))(t)
	long := must(rsa.GenerateKey(rand.Reader, 3072))(t)

	const idKey, accessKey, retiredKey = "signs ID tokens: ", "signs access tokens: ", "retired key 2: "
	rows := map[string]struct {
		edit func(keys map[string]any)
		want string
	}{
		"empty":            {func(k map[string]any) { clear(k) }, idKey + "it is not PEM"},
		"one missing":      {func(k map[string]any) { delete(k, "Access") }, accessKey + "it is not PEM"},
		"not PEM":          {func(k map[string]any) { k["ID"] = "hello" }, idKey + "it is not PEM"},
		"cut off":          {func(k map[string]any) { k["ID"] = k["ID"].(string)[:900] }, idKey + "it is not PEM"},
		"two keys in one":  {func(k map[string]any) { k["Access"] = k["Access"].(string) + k["ID"].(string) }, accessKey + "it is not PEM with one"},
		"of another type":  {func(k map[string]any) { k["Access"] = private(curve) }, accessKey + "it is not an RSA key"},
		"of another size":  {func(k map[string]any) { k["ID"] = private(long) }, idKey + "it has 3072 bits"},
		"nonsense in PEM":  {func(k map[string]any) { k["ID"] = encode("PRIVATE KEY", []byte("x"), nil) }, idKey + "it is damaged"},
		"a public one":     {func(k map[string]any) { k["ID"] = k["Retired"].([]any)[0] }, idKey + "it is not PEM with one PRIVATE KEY"},
		"a bit turned":     {func(k map[string]any) { k["ID"] = turnBit(t, k["ID"].(string)) }, idKey + "it is damaged"},
		"the same for all": {func(k map[string]any) { k["Access"] = k["ID"] }, "same signing key twice"},
		"retired twice":    {func(k map[string]any) { k["Retired"] = append(k["Retired"].([]any), k["Retired"].([]any)[0]) }, "same signing key twice"},
		"retired, private": {func(k map[string]any) { k["Retired"].([]any)[1] = k["ID"] }, retiredKey + "it is not PEM with one PUBLIC KEY"},
		"retired, type":    {func(k map[string]any) { k["Retired"].([]any)[1] = public(&curve.PublicKey) }, retiredKey + "it is not an RSA key"},
		"retired, size":    {func(k map[string]any) { k["Retired"].([]any)[1] = public(&long.PublicKey) }, retiredKey + "it has 3072 bits"},
		"no object":        {func(k map[string]any) { k["ID"] = 7 }, "not what Save writes"},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			state := editState(t, saved.Bytes(), func(state map[string]any) { row.edit(state["Keys"].(map[string]any)) })
			srv, err := cognitotest.Listen(cognitotest.Config{State: strings.NewReader(state)})
			if err == nil {
				srv.Close()
				t.Fatal("it was loaded")
			}
			if !strings.Contains(err.Error(), row.want) || strings.Contains(err.Error(), "-----") || len(err.Error()) > 200 {
				t.Errorf("got %v, want %q in it and no key", err, row.want)
			}
		})
	}
}

// turnBit damages a key where its encoding stays good.
func turnBit(t *testing.T, text string) string {
	t.Helper()
	block, _ := pem.Decode([]byte(text))
	block.Bytes[len(block.Bytes)/2] ^= 1
	return string(pem.EncodeToMemory(block))
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

func BenchmarkNewServerFromState(b *testing.B) {
	srv := cognitotest.NewServer(cognitotest.Config{})
	defer srv.Close()
	var saved bytes.Buffer
	if err := srv.Save(&saved); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		cognitotest.NewServer(cognitotest.Config{State: bytes.NewReader(saved.Bytes())}).Close()
	}
}
