package cognitotest_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest"
)

func TestConfigProblems(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name string
		cfg  cognitotest.Config
		want []string
	}{
		{"beyond loopback", cognitotest.Config{Addr: "0.0.0.0:0"}, []string{"InsecureListenBeyondLoopback"}},
		{"every interface", cognitotest.Config{Addr: ":0"}, []string{"InsecureListenBeyondLoopback"}},
		{"an address that is none", cognitotest.Config{Addr: "127.0.0.1"}, []string{"Addr"}},
		{
			"many at once",
			cognitotest.Config{
				UserPoolID: "nonsense", MFA: "SOMETIMES", Issuer: "MINE", Devices: "SOME", UsernameAttributes: []string{"name"}, AliasAttributes: []string{"email"},
				MFAFactors: []string{"LUCK"}, FirstFactors: []string{"LUCK"}, AutoVerifiedAttributes: []string{"name"},
				Attributes: []cognitotest.AttributeSchema{{Name: "shoe size"}},
				Client:     cognitotest.AppClient{ID: "a-b", Flows: []string{"SRP"}, RotationGrace: time.Hour, AccessTokenValidity: -1},
			},
			[]string{
				"UserPoolID", "MFA:", "Issuer:", "Devices:", "UsernameAttributes:", "exclude each other", "MFAFactors", "FirstFactors",
				"AutoVerifiedAttributes", "shoe size", "a-b", `"SRP"`, "RotationGrace", "negative",
			},
		},
		{"a client twice", cognitotest.Config{Client: cognitotest.AppClient{ID: "a"}, Clients: []cognitotest.AppClient{{ID: "a"}}}, []string{`"a"`}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			srv, err := cognitotest.Listen(row.cfg)
			if err == nil {
				srv.Close()
				t.Fatal("no error")
			}
			for _, want := range row.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%v\nwant %q in it", err, want)
				}
			}
			test := &recorder{}
			if cognitotest.NewTestServer(test, row.cfg) != nil || len(test.failures) != 1 {
				t.Errorf("NewTestServer failed the test with %q", test.failures)
			}
			defer func() {
				if recover() == nil {
					t.Error("NewServer did not panic")
				}
			}()
			cognitotest.NewServer(row.cfg)
		})
	}
}

func TestListenTwiceOnAPort(t *testing.T) {
	t.Parallel()
	first := cognitotest.NewTestServer(t, cognitotest.Config{})
	if _, err := cognitotest.Listen(cognitotest.Config{Addr: strings.TrimPrefix(first.URL(), "http://")}); err == nil {
		t.Error("two servers listen on one port")
	}
}

func TestCloseTwice(t *testing.T) {
	t.Parallel()
	srv := cognitotest.NewServer(cognitotest.Config{})
	srv.Close()
	srv.Close()
	req := must(http.NewRequestWithContext(t.Context(), http.MethodGet, srv.JWKSURL(), nil))(t)
	if r, err := web.Do(req); err == nil {
		_ = r.Body.Close()
		t.Error("a closed server answers")
	}
}

// TestTwoHundredPools starts as many as one test binary may have, and holds
// that no two are alike.
func TestTwoHundredPools(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 200 {
		srv := cognitotest.NewTestServer(t, cognitotest.Config{})
		for _, id := range []string{srv.UserPoolID(), srv.ClientID(), srv.URL()} {
			if seen[id] {
				t.Fatalf("%s twice", id)
			}
			seen[id] = true
		}
	}
}

// TestSeedRepeats holds that a pool with a seed draws the same each time.
func TestSeedRepeats(t *testing.T) {
	t.Parallel()
	run := func(seed string) string {
		f := start(t, cognitotest.Config{Seed: seed, Now: fixedClock(), Issuer: cognitotest.IssuerOriginal})
		sub := f.signUp("ada").UserSub
		code := f.srv.Code("ada")
		f.confirmed("bob")
		tokens := f.tokens("bob")
		jti := claims(t, *tokens.AccessToken)["jti"]
		return fmt.Sprint(f.srv.UserPoolID(), f.srv.ClientID(), aws.ToString(sub), code, jti, *tokens.RefreshToken)
	}
	one, again, other := run("one"), run("one"), run("other")
	if one != again {
		t.Errorf("the same seed:\n%.120s\n%.120s", one, again)
	}
	if one == other {
		t.Error("two seeds draw the same")
	}
}

// TestManyAtOnce has many users do everything at the same time.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	f := start(t, cognitotest.Config{})
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			name := fmt.Sprintf("user%d", i)
			ctx := t.Context()
			if err := f.trySignUp(name, password, "email", name+"@example.com"); err != nil {
				t.Error(err)
				return
			}
			if err := f.confirm(name, f.srv.Code(name)); err != nil {
				t.Error(err)
				return
			}
			out, err := f.passwordAuth(name, password)
			if err != nil {
				t.Error(err)
				return
			}
			user, err := f.aws.GetUser(ctx, &cip.GetUserInput{AccessToken: out.AuthenticationResult.AccessToken})
			if err != nil || aws.ToString(user.Username) != name {
				t.Errorf("%s is %v, %v", name, user, err)
			}
			f.srv.Users()
			f.srv.Requests()
		})
	}
	wg.Wait()
}

// TestOneWinsTheName signs the same name up many times at once.
func TestOneWinsTheName(t *testing.T) {
	t.Parallel()
	for name, cfg := range map[string]cognitotest.Config{"user name": {}, "e-mail": {UsernameAttributes: []string{"email"}}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := start(t, cfg)
			var wg sync.WaitGroup
			var won atomic.Int32
			for range 10 {
				wg.Go(func() {
					if f.trySignUp(ada, password, "email", ada) == nil {
						won.Add(1)
					}
				})
			}
			wg.Wait()
			if won.Load() != 1 || len(f.srv.Users()) != 1 {
				t.Errorf("%d sign-ups succeeded and %d users exist, want one", won.Load(), len(f.srv.Users()))
			}
		})
	}
}

func TestRotateKeys(t *testing.T) {
	t.Parallel()
	f := seeded(t, cognitotest.Config{OwnKeys: true}, cognitotest.User{})
	before := f.tokens("ada")
	f.srv.RotateKeys()
	after := f.tokens("ada")
	if segment(t, *before.AccessToken, 0)["kid"] == segment(t, *after.AccessToken, 0)["kid"] {
		t.Error("the same key signs after a rotation")
	}
	v := f.srv.Verifier()
	for name, token := range map[string]*string{"before": before.AccessToken, "after": after.AccessToken} {
		if _, err := v.VerifyAccessToken(t.Context(), *token); err != nil {
			t.Errorf("the token from %s: %v", name, err)
		}
		if _, err := f.aws.GetUser(t.Context(), &cip.GetUserInput{AccessToken: token}); err != nil {
			t.Errorf("GetUser with the token from %s: %v", name, err)
		}
	}
}

func TestNotFoundHandler(t *testing.T) {
	t.Parallel()
	srv := cognitotest.NewTestServer(t, cognitotest.Config{NotFound: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "mine: "+r.URL.Path)
	})})
	if _, body := get(t, srv.URL()+"/outbox"); string(body) != "mine: /outbox" {
		t.Errorf("got %q", body)
	}
}

func BenchmarkNewServer(b *testing.B) {
	cognitotest.NewServer(cognitotest.Config{}).Close() // makes the shared keys
	for b.Loop() {
		cognitotest.NewServer(cognitotest.Config{}).Close()
	}
}
