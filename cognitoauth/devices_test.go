package cognitoauth

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognitoauth/cognito-go/internal/srp"
)

// TestConfirmDevice: Cognito can check the device's proof with what it is sent,
// and cannot learn the password from it.
func TestConfirmDevice(t *testing.T) {
	t.Parallel()
	pool, api := newFakePool(t, Config{})
	out, err := pool.ConfirmDevice(t.Context(), ConfirmDeviceInput{AccessToken: "t", Device: &NewDevice{Key: "key", GroupKey: "group"}, Name: "laptop"})
	if err != nil {
		t.Fatal(err)
	}
	sent := api.sent[0].(*cip.ConfirmDeviceInput)
	if *sent.DeviceKey != "key" || *sent.DeviceName != "laptop" {
		t.Errorf("sent %s, %s", *sent.DeviceKey, *sent.DeviceName)
	}
	salt, err := base64.StdEncoding.DecodeString(*sent.DeviceSecretVerifierConfig.Salt)
	if err != nil {
		t.Fatal(err)
	}
	d := out.Device
	want, err := srp.VerifierFor(srp.Identity{Pool: d.GroupKey, User: d.Key}, d.Password, salt)
	if err != nil || base64.StdEncoding.EncodeToString(want.Verifier) != *sent.DeviceSecretVerifierConfig.PasswordVerifier {
		t.Errorf("the verifier is not that of the device's password: %v", err)
	}
	if len(d.Password) != 56 || d.Key != "key" || d.GroupKey != "group" {
		t.Errorf("device %v", d)
	}
	if _, err := pool.ConfirmDevice(t.Context(), ConfirmDeviceInput{AccessToken: "t"}); !errors.Is(err, ErrInvalidInput) {
		t.Errorf("without a device: %v", err)
	}
}

// deviceService is an srpService that asks a remembered device to prove itself
// as well. It knows the one device it is given, or none.
func deviceService(t *testing.T, api *fakeAPI, known *Device) {
	t.Helper()
	srpService(t, api, "ada", "right", nil)
	var verifier srp.Verifier
	var id srp.Identity
	if known != nil {
		id = srp.Identity{Pool: known.GroupKey, User: known.Key}
		var err error
		if verifier, err = srp.NewVerifier(nil, id, known.Password); err != nil {
			t.Fatal(err)
		}
	}
	unknown := &types.ResourceNotFoundException{Message: aws.String("Device does not exist.")}
	user := api.respondToAuthChallenge
	var server *srp.Server
	var clientA string
	api.respondToAuthChallenge = func(in *cip.RespondToAuthChallengeInput) (*cip.RespondToAuthChallengeOutput, error) {
		r := in.ChallengeResponses
		if in.ChallengeName != types.ChallengeNameTypePasswordVerifier && in.ChallengeName != types.ChallengeNameTypeSmsMfa &&
			(known == nil || r["DEVICE_KEY"] != known.Key) {
			return nil, unknown
		}
		switch in.ChallengeName {
		case types.ChallengeNameTypePasswordVerifier:
			if _, err := user(in); err != nil {
				return nil, err
			}
			fallthrough
		case types.ChallengeNameTypeSmsMfa:
			if r["DEVICE_KEY"] == "" {
				return signedIn, nil
			}
			return &cip.RespondToAuthChallengeOutput{ChallengeName: types.ChallengeNameTypeDeviceSrpAuth, Session: aws.String("d1")}, nil
		case types.ChallengeNameTypeDeviceSrpAuth:
			var err error
			if server, err = srp.NewServer(nil, verifier); err != nil {
				return nil, err
			}
			clientA = r["SRP_A"]
			return &cip.RespondToAuthChallengeOutput{ChallengeName: types.ChallengeNameTypeDevicePasswordVerifier, Session: aws.String("d2"), ChallengeParameters: map[string]string{
				"SALT": fmt.Sprintf("%x", verifier.Salt), "SRP_B": server.B(), "SECRET_BLOCK": "b3BhcXVl",
			}}, nil
		case types.ChallengeNameTypeDevicePasswordVerifier:
			if err := server.Verify(id, clientA, []byte("opaque"), r["TIMESTAMP"], r["PASSWORD_CLAIM_SIGNATURE"]); err != nil {
				return nil, &types.NotAuthorizedException{Message: aws.String("Incorrect username or password.")}
			}
			return signedIn, nil
		}
		return nil, errors.New("unexpected challenge")
	}
}

func TestDeviceSignIn(t *testing.T) {
	t.Parallel()
	device := Device{Key: "key", GroupKey: "group", Password: "device password"}
	in := AuthenticateInput{Username: "ada", Password: "right", Device: &device}

	t.Run("remembered", func(t *testing.T) {
		t.Parallel()
		pool, api := newFakePool(t, Config{})
		deviceService(t, api, &device)
		out, err := pool.Authenticate(t.Context(), in)
		if err != nil || out.Tokens == nil || out.DeviceForgotten {
			t.Fatalf("%v, %v", out, err)
		}
		for _, sent := range api.sent {
			var params map[string]string
			switch in := sent.(type) {
			case *cip.InitiateAuthInput:
				params = in.AuthParameters
			case *cip.RespondToAuthChallengeInput:
				params = in.ChallengeResponses
			}
			if params["DEVICE_KEY"] != "key" || strings.Contains(fmt.Sprint(params), device.Password) {
				t.Errorf("%T sent %v", sent, params)
			}
		}
		if last := api.sent[3].(*cip.RespondToAuthChallengeInput); *last.Session != "d2" || len(api.sent) != 4 {
			t.Errorf("%d requests, the last in session %s", len(api.sent), *last.Session)
		}
	})
	t.Run("wrong device password", func(t *testing.T) {
		t.Parallel()
		pool, api := newFakePool(t, Config{})
		other := device
		other.Password = "another"
		deviceService(t, api, &other)
		if _, err := pool.Authenticate(t.Context(), in); !errors.Is(err, ErrInvalidCredentials) {
			t.Errorf("error %v", err)
		}
	})
	for name, verify := range map[string]*cip.RespondToAuthChallengeOutput{
		"tokens in place of its challenge": signedIn,
		"challenge without parameters":     {ChallengeName: types.ChallengeNameTypeDevicePasswordVerifier, Session: aws.String("d2")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool, api := newFakePool(t, Config{})
			deviceService(t, api, &device)
			respond := api.respondToAuthChallenge
			api.respondToAuthChallenge = func(in *cip.RespondToAuthChallengeInput) (*cip.RespondToAuthChallengeOutput, error) {
				if in.ChallengeName == types.ChallengeNameTypeDeviceSrpAuth {
					return verify, nil
				}
				return respond(in)
			}
			if out, err := pool.Authenticate(t.Context(), in); out != nil || !errors.Is(err, ErrUnavailable) || len(api.sent) != 3 {
				t.Errorf("%v, %v after %d requests", out, err, len(api.sent))
			}
		})
	}
	t.Run("a choice does not tell the device", func(t *testing.T) {
		t.Parallel()
		pool, api := newFakePool(t, Config{})
		c := newChallenge(pending{userPoolID: pool.UserPoolID(), clientID: pool.ClientID(), name: ChallengeSelectMFAType, session: "s", username: "ada"})
		answer := c.(*SelectMFAChallenge).Answer(ChallengeSMSMFA)
		answer.Device = &device
		if _, err := pool.RespondToChallenge(t.Context(), answer); err != nil {
			t.Fatal(err)
		}
		if sent := api.sent[0].(*cip.RespondToAuthChallengeInput).ChallengeResponses; sent["DEVICE_KEY"] != "" {
			t.Errorf("sent %v", sent)
		}
	})
	t.Run("asked again and again", func(t *testing.T) {
		t.Parallel()
		pool, api := newFakePool(t, Config{})
		deviceService(t, api, &device)
		respond := api.respondToAuthChallenge
		api.respondToAuthChallenge = func(in *cip.RespondToAuthChallengeInput) (*cip.RespondToAuthChallengeOutput, error) {
			if in.ChallengeName == types.ChallengeNameTypeDevicePasswordVerifier {
				return &cip.RespondToAuthChallengeOutput{ChallengeName: types.ChallengeNameTypeDeviceSrpAuth, Session: aws.String("d3")}, nil
			}
			return respond(in)
		}
		if _, err := pool.Authenticate(t.Context(), in); !errors.Is(err, ErrUnavailable) || len(api.sent) != 4 {
			t.Errorf("error %v after %d requests", err, len(api.sent))
		}
	})
	t.Run("forgotten, noticed late", func(t *testing.T) {
		t.Parallel()
		pool, api := newFakePool(t, Config{})
		deviceService(t, api, nil)
		out, err := pool.Authenticate(t.Context(), in)
		if err != nil || out.Tokens == nil || !out.DeviceForgotten {
			t.Fatalf("%v, %v", out, err)
		}
		if begun := api.sent[3].(*cip.InitiateAuthInput); begun.AuthParameters["DEVICE_KEY"] != "" {
			t.Error("began again with the device that is gone")
		}
	})
	t.Run("forgotten, noticed at once", func(t *testing.T) {
		t.Parallel()
		pool, api := newFakePool(t, Config{})
		deviceService(t, api, nil)
		begin := api.initiateAuth
		api.initiateAuth = func(in *cip.InitiateAuthInput) (*cip.InitiateAuthOutput, error) {
			if in.AuthParameters["DEVICE_KEY"] != "" {
				return nil, &types.ResourceNotFoundException{Message: aws.String("Device does not exist.")}
			}
			return begin(in)
		}
		out, err := pool.Authenticate(t.Context(), in)
		if err != nil || out.Tokens == nil || !out.DeviceForgotten || len(api.sent) != 3 {
			t.Errorf("%v, %v after %d requests", out, err, len(api.sent))
		}
	})
	t.Run("after a second factor", func(t *testing.T) {
		t.Parallel()
		pool, api := newFakePool(t, Config{})
		deviceService(t, api, &device)
		c := newChallenge(pending{userPoolID: pool.UserPoolID(), clientID: pool.ClientID(), name: ChallengeSMSMFA, session: "s", username: "ada"})
		answer := c.(*SMSMFAChallenge).Answer("123456")
		answer.Device = &device
		out, err := pool.RespondToChallenge(t.Context(), answer)
		if err != nil || out.Tokens == nil || len(api.sent) != 3 {
			t.Errorf("%v, %v after %d requests", out, err, len(api.sent))
		}
	})
	t.Run("asked for on its own", func(t *testing.T) {
		t.Parallel()
		pool, api := newFakePool(t, Config{})
		deviceService(t, api, &device)
		c := newChallenge(pending{userPoolID: pool.UserPoolID(), clientID: pool.ClientID(), name: ChallengeDevice, session: "s", username: "ada"})
		resumed, err := ResumeChallenge(c.State())
		if err != nil {
			t.Fatal(err)
		}
		out, err := pool.RespondToChallenge(t.Context(), resumed.(*DeviceChallenge).Answer(device))
		if err != nil || out.Tokens == nil {
			t.Errorf("%v, %v", out, err)
		}
	})
}
