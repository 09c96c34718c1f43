package cognitoauth

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognitoauth/cognito-go/internal/redact"
)

// GetUserAuthFactorsInput carries an access token of the user.
type GetUserAuthFactorsInput struct {
	AccessToken string
}

// GetUserAuthFactorsOutput is what the user can sign in with.
type GetUserAuthFactorsOutput struct {
	Username string

	// Factors are the first factors that are set up: some of ChallengePassword,
	// ChallengeEmailOTP, ChallengeSMSOTP and ChallengeWebAuthn.
	Factors []ChallengeName

	// EnabledMFA lists the second factors in use, such as "SOFTWARE_TOKEN_MFA".
	EnabledMFA []string
	// PreferredMFA is the one asked for first; empty if none is preferred.
	PreferredMFA string
}

// GetUserAuthFactors lists what the user can sign in with.
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUserAuthFactors.html
func (p *UserPool) GetUserAuthFactors(ctx context.Context, in GetUserAuthFactorsInput) (*GetUserAuthFactorsOutput, error) {
	if err := check(opGetUserAuthFactors).token("AccessToken", in.AccessToken).err(); err != nil {
		return nil, err
	}
	r := request{op: opGetUserAuthFactors, repeatable: true, secrets: []string{in.AccessToken}}
	out, err := call(ctx, r, p.public.GetUserAuthFactors, &cip.GetUserAuthFactorsInput{AccessToken: aws.String(in.AccessToken)})
	if err != nil {
		return nil, err
	}
	if aws.ToString(out.Username) == "" {
		return nil, malformedReply(opGetUserAuthFactors, "no Username")
	}
	result := &GetUserAuthFactorsOutput{
		Username:     aws.ToString(out.Username),
		EnabledMFA:   out.UserMFASettingList,
		PreferredMFA: aws.ToString(out.PreferredMfaSetting),
	}
	for _, f := range out.ConfiguredUserAuthFactors {
		result.Factors = append(result.Factors, ChallengeName(f))
	}
	return result, nil
}

// UpdateAuthEventFeedbackInput says whether a sign-in was the user's own.
type UpdateAuthEventFeedbackInput struct {
	Username      string
	EventID       string
	FeedbackToken string // from the message that Cognito sent about the event
	Valid         bool   // true: it was the user
}

// UpdateAuthEventFeedbackOutput is empty so far.
type UpdateAuthEventFeedbackOutput struct{}

// UpdateAuthEventFeedback passes on what a user said of a suspicious sign-in
// that threat protection wrote to them about.
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateAuthEventFeedback.html
func (p *UserPool) UpdateAuthEventFeedback(ctx context.Context, in UpdateAuthEventFeedbackInput) (*UpdateAuthEventFeedbackOutput, error) {
	if err := check(opUpdateAuthEventFeedback).username("Username", in.Username).
		required("EventID", in.EventID, maxName).
		token("FeedbackToken", in.FeedbackToken).err(); err != nil {
		return nil, err
	}
	value := types.FeedbackValueTypeInvalid
	if in.Valid {
		value = types.FeedbackValueTypeValid
	}
	r := request{op: opUpdateAuthEventFeedback, repeatable: true, secrets: []string{in.FeedbackToken}}
	_, err := call(ctx, r, p.public.UpdateAuthEventFeedback, &cip.UpdateAuthEventFeedbackInput{
		UserPoolId:    aws.String(p.cfg.UserPoolID),
		Username:      aws.String(in.Username),
		EventId:       aws.String(in.EventID),
		FeedbackToken: aws.String(in.FeedbackToken),
		FeedbackValue: value,
	})
	if err != nil {
		return nil, err
	}
	return &UpdateAuthEventFeedbackOutput{}, nil
}

// Format prints the input without its secrets, whatever the verb.
func (in GetUserAuthFactorsInput) Format(s fmt.State, _ rune) { redact.Format(s, in) }

// MarshalJSON marshals the input without its secrets.
func (in GetUserAuthFactorsInput) MarshalJSON() ([]byte, error) { return redact.JSON(in) }

// Format prints the input without its secrets, whatever the verb.
func (in UpdateAuthEventFeedbackInput) Format(s fmt.State, _ rune) { redact.Format(s, in) }

// MarshalJSON marshals the input without its secrets.
func (in UpdateAuthEventFeedbackInput) MarshalJSON() ([]byte, error) { return redact.JSON(in) }
