package cognitotest

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"

	"github.com/cognitoauth/cognito-go/cognitoauth"
)

// ChallengeOptions are what a challenge shows of itself. Each challenge has few
// of them; the others must be empty.
type ChallengeOptions struct {
	// Destination is where the code of SMS_MFA, SMS_OTP or EMAIL_OTP went, such
	// as "a***@e***".
	Destination string

	// FriendlyDeviceName is the authenticator app of SOFTWARE_TOKEN_MFA.
	FriendlyDeviceName string

	// RequiredAttributes and Attributes are those of NEW_PASSWORD_REQUIRED.
	RequiredAttributes []string
	Attributes         map[string]string

	// Available are the factors that SELECT_MFA_TYPE, MFA_SETUP or
	// SELECT_CHALLENGE, or a challenge of the future, offers.
	Available []cognitoauth.ChallengeName

	// RequestOptions are the JSON that WEB_AUTHN has for the browser.
	RequestOptions json.RawMessage

	// Parameters are those of CUSTOM_CHALLENGE, as the pool's Lambda trigger
	// would set them, or of a challenge of the future.
	Parameters map[string]string
}

// NewChallenge makes the challenge called name for a fake to return:
//
//	AuthenticateFunc: func(context.Context, cognitoauth.AuthenticateInput) (*cognitoauth.AuthenticateOutput, error) {
//		challenge := cognitotest.NewChallenge(t, cognitoauth.ChallengeEmailOTP, cognitotest.ChallengeOptions{Destination: "a***@e***"})
//		return &cognitoauth.AuthenticateOutput{Challenge: challenge}, nil
//	},
//
// Unlike the literal of a challenge's type it has a name and a state: it can be
// answered, and resumed with [cognitoauth.ResumeChallenge]. A fake's
// RespondToChallengeFunc receives the answer's Name and Answers. A password to be
// proved over SRP is in no answer: for a fake that reads it, make the challenge
// PASSWORD, or one that offers only that.
//
// A name that package cognitoauth does not know makes a
// *[cognitoauth.UnknownChallenge]. What no sign-in returns fails the test, or
// panics if tb is nil: a name that is not spelled like one of the API's, a
// challenge that is answered inside, such as PASSWORD_VERIFIER, and an option
// that the challenge does not have.
//
// Each call makes another state. No user pool takes the answer, because none
// has asked.
func NewChallenge(tb TB, name cognitoauth.ChallengeName, o ChallengeOptions) cognitoauth.Challenge {
	c, err := newChallenge(name, o)
	if err != nil {
		err = fmt.Errorf("cognitotest: NewChallenge(%.60q): %w", string(name), err)
		if tb == nil {
			panic(err)
		}
		tb.Helper()
		tb.Fatalf("%v", err)
	}
	return c
}

// challengeNamePattern is how the API spells the names of challenges, those that
// it has yet to invent among them.
var challengeNamePattern = regexp.MustCompile(`^[A-Z][A-Z0-9_]{0,63}$`)

func newChallenge(name cognitoauth.ChallengeName, o ChallengeOptions) (cognitoauth.Challenge, error) {
	switch {
	case !challengeNamePattern.MatchString(string(name)):
		return nil, errors.New("not the name of a challenge: they are like SOFTWARE_TOKEN_MFA")
	case name == challengePasswordVerifier, name == challengeDeviceVerifier:
		return nil, errors.New("it is answered inside: no caller meets it")
	case name == "ADMIN_NO_SRP_AUTH":
		return nil, errors.New("it is a flow: no sign-in returns it, though the API lists it among the challenges")
	}
	parameters, err := o.parameters(name)
	if err != nil {
		return nil, err
	}
	// A ChallengeState as package cognitoauth writes it. Reading it back is all
	// that package offers from outside, and all that is needed.
	state, err := json.Marshal(map[string]any{
		"v": 1, "name": name, "username": "fake", "session": rand.Text(), "parameters": parameters, "available": o.Available,
	})
	if err != nil {
		return nil, err
	}
	return cognitoauth.ResumeChallenge(state)
}

// parameters are what Cognito would send for the options.
func (o ChallengeOptions) parameters(name cognitoauth.ChallengeName) (map[string]string, error) {
	sent := func(medium string) map[string]string {
		return map[string]string{"CODE_DELIVERY_DELIVERY_MEDIUM": medium, "CODE_DELIVERY_DESTINATION": o.Destination}
	}
	switch name {
	case cognitoauth.ChallengeSMSMFA, cognitoauth.ChallengeSMSOTP:
		return sent("SMS"), o.only("Destination")
	case cognitoauth.ChallengeEmailOTP:
		return sent("EMAIL"), o.only("Destination")
	case cognitoauth.ChallengeSoftwareTokenMFA:
		return map[string]string{"FRIENDLY_DEVICE_NAME": o.FriendlyDeviceName}, o.only("FriendlyDeviceName")
	case cognitoauth.ChallengeNewPassword:
		required := make([]string, len(o.RequiredAttributes))
		for i, attribute := range o.RequiredAttributes {
			required[i] = attributePrefix + attribute
		}
		return map[string]string{
			"requiredAttributes": jsonOf(required), "userAttributes": jsonOf(o.Attributes),
		}, o.only("RequiredAttributes", "Attributes")
	case cognitoauth.ChallengeSelectMFAType:
		return map[string]string{"MFAS_CAN_CHOOSE": jsonOf(o.Available)}, o.only("Available")
	case cognitoauth.ChallengeMFASetup:
		return map[string]string{"MFAS_CAN_SETUP": jsonOf(o.Available)}, o.only("Available")
	case cognitoauth.ChallengeSelect:
		return nil, o.only("Available")
	case cognitoauth.ChallengeWebAuthn:
		if len(o.RequestOptions) > 0 && !json.Valid(o.RequestOptions) {
			return nil, errors.New("RequestOptions are not JSON")
		}
		return map[string]string{"CREDENTIAL_REQUEST_OPTIONS": string(o.RequestOptions)}, o.only("RequestOptions")
	case cognitoauth.ChallengePassword, cognitoauth.ChallengePasswordSRP, cognitoauth.ChallengeDevice:
		return nil, o.only()
	case cognitoauth.ChallengeCustom:
		return o.Parameters, o.only("Parameters")
	default:
		return o.Parameters, o.only("Available", "Parameters")
	}
}

// only refuses options that a challenge does not have: the test that sets one
// expects to see it.
func (o ChallengeOptions) only(names ...string) error {
	var err error
	for _, option := range []struct {
		name string
		set  bool
	}{
		{"Destination", o.Destination != ""},
		{"FriendlyDeviceName", o.FriendlyDeviceName != ""},
		{"RequiredAttributes", len(o.RequiredAttributes) > 0},
		{"Attributes", len(o.Attributes) > 0},
		{"Available", len(o.Available) > 0},
		{"RequestOptions", len(o.RequestOptions) > 0},
		{"Parameters", len(o.Parameters) > 0},
	} {
		if option.set && !slices.Contains(names, option.name) {
			err = errors.Join(err, errors.New("it has no "+option.name))
		}
	}
	return err
}

// jsonOf is for texts, which always marshal.
func jsonOf(v any) string {
	text, _ := json.Marshal(v)
	return string(text)
}
