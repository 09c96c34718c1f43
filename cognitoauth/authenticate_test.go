package cognitoauth

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"testing"
	"testing/iotest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognitoauth/cognito-go/internal/srp"
)

// srpService makes api check SRP proofs as Cognito does, for a user who typed
// an alias and is called userID inside. What follows a good proof is next.
func srpService(t *testing.T, api *fakeAPI, userID, password string, next *cip.RespondToAuthChallengeOutput) {
	t.Helper()
	id := srp.Identity{Pool: "Ab12Cd34E", User: userID}
	verifier, err := srp.NewVerifier(nil, id, password)
	if err != nil {
		t.Fatal(err)
	}
	secretBlock := []byte("opaque")
	var server *srp.Server
	var clientA string
	api.initiateAuth = func(in *cip.InitiateAuthInput) (*cip.InitiateAuthOutput, error) {
		if server, err = srp.NewServer(nil, verifier); err != nil {
			return nil, err
		}
		clientA = in.AuthParameters["SRP_A"]
		return &cip.InitiateAuthOutput{ // real Cognito sends no Session along here
			ChallengeName: types.ChallengeNameTypePasswordVerifier,
			ChallengeParameters: map[string]string{
				"SALT":            fmt.Sprintf("%x", verifier.Salt),
				"SRP_B":           server.B(),
				"SECRET_BLOCK":    base64.StdEncoding.EncodeToString(secretBlock),
				"USER_ID_FOR_SRP": userID,
				"USERNAME":        userID,
			},
		}, nil
	}
	api.respondToAuthChallenge = func(in *cip.RespondToAuthChallengeInput) (*cip.RespondToAuthChallengeOutput, error) {
		r := in.ChallengeResponses
		if err := server.Verify(id, clientA, secretBlock, r["TIMESTAMP"], r["PASSWORD_CLAIM_SIGNATURE"]); err != nil {
			return nil, &types.NotAuthorizedException{Message: aws.String("Incorrect username or password.")}
		}
		return next, nil
	}
}

var signedIn = &cip.RespondToAuthChallengeOutput{AuthenticationResult: fakeResult}

func TestAuthenticateOverSRP(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	pool, api := newFakePool(t, Config{ClientSecret: "secret1234", Now: func() time.Time { return now }})
	srpService(t, api, "a-sub", "pässwörd", signedIn)

	out, err := pool.Authenticate(t.Context(), AuthenticateInput{
		Username: "ada@example.com", Password: "pässwörd",
		ClientMetadata: map[string]string{"k": "v"}, UserContext: UserContext{IPAddress: "192.0.2.1"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if out.Challenge != nil {
		t.Errorf("challenge %v beside tokens", out.Challenge)
	}
	if want := (Tokens{AccessToken: "access", IDToken: "id", RefreshToken: "refresh", TokenType: "Bearer", ExpiresAt: now.Add(time.Hour)}); *out.Tokens != want {
		t.Errorf("tokens differ")
	}

	begin, answer := api.sent[0].(*cip.InitiateAuthInput), api.sent[1].(*cip.RespondToAuthChallengeInput)
	if got := slices.Sorted(maps.Keys(begin.AuthParameters)); !slices.Equal(got, []string{"SECRET_HASH", "SRP_A", "USERNAME"}) {
		t.Errorf("AuthParameters have %q: the password must not be among them", got)
	}
	if begin.AuthParameters["USERNAME"] != "ada@example.com" || begin.AuthFlow != types.AuthFlowTypeUserSrpAuth {
		t.Errorf("began as %q with %s", begin.AuthParameters["USERNAME"], begin.AuthFlow)
	}
	r := answer.ChallengeResponses
	if got := slices.Sorted(maps.Keys(r)); !slices.Equal(got, []string{"PASSWORD_CLAIM_SECRET_BLOCK", "PASSWORD_CLAIM_SIGNATURE", "SECRET_HASH", "TIMESTAMP", "USERNAME"}) {
		t.Errorf("ChallengeResponses have %q", got)
	}
	if r["TIMESTAMP"] != "Wed Mar 4 05:06:07 UTC 2026" {
		t.Errorf("TIMESTAMP = %q", r["TIMESTAMP"])
	}
	// The name that Cognito knows the user by, and the hash of that one.
	if r["USERNAME"] != "a-sub" || r["SECRET_HASH"] != *pool.secretHash("a-sub") {
		t.Errorf("answered as %q", r["USERNAME"])
	}
	if answer.Session != nil {
		t.Errorf("Session %q sent, though none came", *answer.Session)
	}
	if answer.ClientMetadata["k"] != "v" || answer.UserContextData == nil || begin.ClientMetadata["k"] != "v" {
		t.Error("metadata or context is missing in one of the two requests")
	}
}

func TestAuthenticateWrongPassword(t *testing.T) {
	t.Parallel()
	pool, api := newFakePool(t, Config{})
	srpService(t, api, "ada", "right", signedIn)
	out, err := pool.Authenticate(t.Context(), AuthenticateInput{Username: "ada", Password: "wrong"})
	if out != nil || !errors.Is(err, ErrInvalidCredentials) || HTTPStatus(err) != 401 {
		t.Errorf("got %v, %v", out, err)
	}
}

// TestAuthenticateHostileChallenge: whatever a server asks for, the answer is
// an error, and no proof of the password leaves.
func TestAuthenticateHostileChallenge(t *testing.T) {
	t.Parallel()
	good := map[string]string{"SALT": "0a", "SRP_B": "05", "SECRET_BLOCK": "c2VjcmV0", "USER_ID_FOR_SRP": "ada"}
	with := func(key, value string) map[string]string {
		m := maps.Clone(good)
		m[key] = value
		return m
	}
	for name, parameters := range map[string]map[string]string{
		"none":          nil,
		"B is 0":        with("SRP_B", "00"),
		"B is no hex":   with("SRP_B", "xyz"),
		"B is huge":     with("SRP_B", fmt.Sprintf("%01000000d", 1)),
		"B is empty":    with("SRP_B", ""),
		"salt no hex":   with("SALT", "-1"),
		"block no b64":  with("SECRET_BLOCK", "%%%"),
		"block missing": with("SECRET_BLOCK", ""),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool, api := newFakePool(t, Config{})
			api.initiateAuth = func(*cip.InitiateAuthInput) (*cip.InitiateAuthOutput, error) {
				return &cip.InitiateAuthOutput{ChallengeName: types.ChallengeNameTypePasswordVerifier, ChallengeParameters: parameters}, nil
			}
			_, err := pool.Authenticate(t.Context(), AuthenticateInput{Username: "ada", Password: "x"})
			if !errors.Is(err, ErrUnavailable) || len(api.sent) != 1 {
				t.Errorf("error %v after %d requests", err, len(api.sent))
			}
		})
	}

	t.Run("asks twice", func(t *testing.T) {
		t.Parallel()
		pool, api := newFakePool(t, Config{})
		srpService(t, api, "ada", "right", &cip.RespondToAuthChallengeOutput{
			ChallengeName: types.ChallengeNameTypePasswordVerifier, ChallengeParameters: good,
		})
		_, err := pool.Authenticate(t.Context(), AuthenticateInput{Username: "ada", Password: "right"})
		if !errors.Is(err, ErrUnavailable) || len(api.sent) != 2 {
			t.Errorf("error %v after %d requests", err, len(api.sent))
		}
	})
	t.Run("asks for a proof in another flow", func(t *testing.T) {
		t.Parallel()
		pool, api := newFakePool(t, Config{})
		srpService(t, api, "ada", "right", signedIn)
		_, err := pool.Authenticate(t.Context(), AuthenticateInput{Username: "ada", Password: "right", Flow: FlowPassword})
		if !errors.Is(err, ErrUnavailable) || len(api.sent) != 1 {
			t.Errorf("error %v after %d requests", err, len(api.sent))
		}
	})
}

func TestFlows(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		in     AuthenticateInput
		params []string // their names
		want   map[string]string
	}{
		{"SRP by default", AuthenticateInput{Password: "x"}, []string{"SRP_A", "USERNAME"}, nil},
		{"password", AuthenticateInput{Password: "x", Flow: FlowPassword}, []string{"PASSWORD", "USERNAME"}, map[string]string{"PASSWORD": "x"}},
		{"choice", AuthenticateInput{Flow: FlowUserAuth}, []string{"USERNAME"}, nil},
		{"choice, with a password", AuthenticateInput{Flow: FlowUserAuth, Password: "x"},
			[]string{"PREFERRED_CHALLENGE", "SRP_A", "USERNAME"}, map[string]string{"PREFERRED_CHALLENGE": "PASSWORD_SRP"}},
		{"choice, password in TLS", AuthenticateInput{Flow: FlowUserAuth, Password: "x", PreferredChallenge: ChallengePassword},
			[]string{"PASSWORD", "PREFERRED_CHALLENGE", "USERNAME"}, map[string]string{"PASSWORD": "x"}},
		{"choice of a code", AuthenticateInput{Flow: FlowUserAuth, PreferredChallenge: ChallengeEmailOTP},
			[]string{"PREFERRED_CHALLENGE", "USERNAME"}, map[string]string{"PREFERRED_CHALLENGE": "EMAIL_OTP"}},
		{"custom", AuthenticateInput{Flow: FlowCustom}, []string{"USERNAME"}, nil},
		{"custom after SRP", AuthenticateInput{Flow: FlowCustom, Password: "x"},
			[]string{"CHALLENGE_NAME", "SRP_A", "USERNAME"}, map[string]string{"CHALLENGE_NAME": "SRP_A"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			pool, api := newFakePool(t, Config{})
			test.in.Username = "ada"
			if _, err := pool.Authenticate(t.Context(), test.in); err != nil {
				t.Fatal(err)
			}
			sent := api.sent[0].(*cip.InitiateAuthInput)
			if want := cmp.Or(test.in.Flow, FlowSRP); string(sent.AuthFlow) != string(want) {
				t.Errorf("AuthFlow %q, want %q", sent.AuthFlow, want)
			}
			if got := slices.Sorted(maps.Keys(sent.AuthParameters)); !slices.Equal(got, test.params) {
				t.Errorf("AuthParameters %q, want %q", got, test.params)
			}
			for key, want := range test.want {
				if got := sent.AuthParameters[key]; got != want {
					t.Errorf("%s = %q, want %q", key, got, want)
				}
			}
		})
	}
}

func TestAuthenticateRefusesMixedFlows(t *testing.T) {
	t.Parallel()
	for name, in := range map[string]AuthenticateInput{
		"unknown flow":              {Username: "ada", Password: "x", Flow: "ADMIN_NO_SRP_AUTH"},
		"no password":               {Username: "ada"},
		"no password, in TLS":       {Username: "ada", Flow: FlowPassword},
		"factor outside USER_AUTH":  {Username: "ada", Password: "x", PreferredChallenge: ChallengeEmailOTP},
		"factor without a password": {Username: "ada", Flow: FlowUserAuth, PreferredChallenge: ChallengePassword},
		"session outside USER_AUTH": {Username: "ada", Password: "x", Session: "s"},
	} {
		pool, api := newFakePool(t, Config{})
		if _, err := pool.Authenticate(t.Context(), in); !errors.Is(err, ErrInvalidInput) || len(api.sent) != 0 {
			t.Errorf("%s: error %v, %d sent", name, err, len(api.sent))
		}
	}
}

// TestNoRandomness: nothing is sent that would have to be random and is not.
func TestNoRandomness(t *testing.T) {
	t.Parallel()
	device := &Device{Key: "key", GroupKey: "group", Password: "device password"}
	for _, test := range []struct {
		name string
		call func(*UserPool) error
		sent int
	}{
		{"SRP", func(p *UserPool) error {
			_, err := p.Authenticate(t.Context(), AuthenticateInput{Username: "ada", Password: "x"})
			return err
		}, 0},
		{"SRP in an answer", func(p *UserPool) error {
			c := newChallenge(pending{userPoolID: p.UserPoolID(), clientID: p.ClientID(), name: ChallengePasswordSRP, session: "s", username: "ada"})
			_, err := p.RespondToChallenge(t.Context(), c.(*PasswordChallenge).Answer("x"))
			return err
		}, 0},
		{"SRP of a device", func(p *UserPool) error {
			_, err := p.Authenticate(t.Context(), AuthenticateInput{Username: "ada", Password: "x", Flow: FlowPassword, Device: device})
			return err
		}, 1},
		{"a device's password", func(p *UserPool) error {
			_, err := p.ConfirmDevice(t.Context(), ConfirmDeviceInput{AccessToken: "t", Device: &NewDevice{Key: "key", GroupKey: "group"}})
			return err
		}, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			broken := errors.New("no entropy")
			pool, api := newFakePool(t, Config{Rand: iotest.ErrReader(broken)})
			api.initiateAuth = func(*cip.InitiateAuthInput) (*cip.InitiateAuthOutput, error) {
				return &cip.InitiateAuthOutput{ChallengeName: types.ChallengeNameTypeDeviceSrpAuth, Session: aws.String("s")}, nil
			}
			err := test.call(pool)
			if !errors.Is(err, ErrUnavailable) || !errors.Is(err, broken) || len(api.sent) != test.sent {
				t.Errorf("error %v after %d requests, want %d", err, len(api.sent), test.sent)
			}
		})
	}
}

// TestClockSkew: the Date of Cognito's reply corrects a wrong local clock.
func TestClockSkew(t *testing.T) {
	t.Parallel()
	right := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	for name, test := range map[string]struct {
		local time.Time
		want  string
	}{
		"right":           {right, "Wed Mar 4 05:06:07 UTC 2026"},
		"a little off":    {right.Add(3 * time.Second), "Wed Mar 4 05:06:10 UTC 2026"},
		"an hour ahead":   {right.Add(time.Hour), "Wed Mar 4 05:06:07 UTC 2026"},
		"a year behind":   {right.AddDate(-1, 0, 0), "Wed Mar 4 05:06:07 UTC 2026"},
		"in another zone": {right.In(time.FixedZone("x", 7200)), "Wed Mar 4 05:06:07 UTC 2026"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var timestamp string
			pool := newWirePool(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Date", right.Format(http.TimeFormat))
				var body struct{ ChallengeResponses map[string]string }
				_ = json.NewDecoder(r.Body).Decode(&body)
				if timestamp = body.ChallengeResponses["TIMESTAMP"]; timestamp == "" {
					_, _ = fmt.Fprint(w, `{"ChallengeName":"PASSWORD_VERIFIER","ChallengeParameters":{"SALT":"0a","SRP_B":"05","SECRET_BLOCK":"c2VjcmV0","USER_ID_FOR_SRP":"ada"}}`)
					return
				}
				_, _ = fmt.Fprint(w, `{"AuthenticationResult":{"AccessToken":"a"}}`)
			})
			pool.cfg.Now = func() time.Time { return test.local }
			if _, err := pool.Authenticate(t.Context(), AuthenticateInput{Username: "ada", Password: "x"}); err != nil {
				t.Fatal(err)
			}
			if timestamp != test.want {
				t.Errorf("TIMESTAMP %q, want %q", timestamp, test.want)
			}
		})
	}
}
