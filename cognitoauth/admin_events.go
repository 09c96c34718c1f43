package cognitoauth

import (
	"context"
	"iter"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// AuthEvent is something that threat protection has recorded of a user.
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AuthEventType.html
type AuthEvent struct {
	ID         string
	Type       string // "SignIn", "SignUp", "ForgotPassword", "PasswordChange" or "ResendCode"
	Outcome    string // "Pass", "Fail" or "InProgress"
	Created    time.Time
	Challenges []AuthEventChallenge // what the user was asked, in order

	RiskLevel              string // "Low", "Medium" or "High"; empty if none was found
	RiskDecision           string // what Cognito did: "NoRisk", "AccountTakeover" or "Block"
	CompromisedCredentials bool   // the password is known to have leaked

	// IPAddress and the four fields below it say where the request came from, as
	// far as Cognito knows.
	IPAddress  string
	DeviceName string
	City       string
	Country    string
	Timezone   string

	// Feedback is what somebody said about the event: "Valid" if it was the
	// user, "Invalid" if not. It is empty if nobody has.
	Feedback     string
	FeedbackBy   string // such as "Admin"
	FeedbackDate time.Time
}

// AuthEventChallenge is one thing that a user was asked for in an [AuthEvent].
type AuthEventChallenge struct {
	Name    string // "Password" or "Mfa"
	Outcome string // "Success" or "Failure"
}

// AdminListUserAuthEventsInput names the user whose events to list.
type AdminListUserAuthEventsInput struct {
	Username string // a user name, a verified alias or a sub

	// PageSize is how many events one request brings, 1 to 60. Zero: 60.
	PageSize int
}

// ListUserAuthEvents lists what threat protection has recorded of a user, page
// by page as it is asked for. An error is the last element; a pool without
// threat protection is [ErrConfiguration].
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminListUserAuthEvents.html
func (a *Admin) ListUserAuthEvents(ctx context.Context, in AdminListUserAuthEventsInput) iter.Seq2[AuthEvent, error] {
	if err := check(opAdminListUserAuthEvents).username("Username", in.Username).
		pageSize(in.PageSize).err(); err != nil {
		return failed[AuthEvent](err)
	}
	return pages(opAdminListUserAuthEvents, func(token *string) ([]AuthEvent, *string, error) {
		r := request{op: opAdminListUserAuthEvents, repeatable: true}
		out, err := callSigned(ctx, a, r, adminAPI.AdminListUserAuthEvents, &cip.AdminListUserAuthEventsInput{
			UserPoolId: aws.String(a.pool.cfg.UserPoolID),
			Username:   aws.String(in.Username),
			MaxResults: pageLimit(in.PageSize),
			NextToken:  token,
		})
		if err != nil {
			return nil, nil, err
		}
		items, err := each(opAdminListUserAuthEvents, out.AuthEvents, newAuthEvent)
		return items, out.NextToken, err
	})
}

// AdminUpdateAuthEventFeedbackInput judges an event.
type AdminUpdateAuthEventFeedbackInput struct {
	Username string // a user name, a verified alias or a sub
	EventID  string // [AuthEvent].ID
	Valid    bool   // true: it was the user
}

// AdminUpdateAuthEventFeedbackOutput is empty so far.
type AdminUpdateAuthEventFeedbackOutput struct{}

// UpdateAuthEventFeedback tells threat protection whether an event was the
// user's own doing. An unknown event is [ErrNotFound], a pool without threat
// protection [ErrConfiguration].
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminUpdateAuthEventFeedback.html
func (a *Admin) UpdateAuthEventFeedback(ctx context.Context, in AdminUpdateAuthEventFeedbackInput) (*AdminUpdateAuthEventFeedbackOutput, error) {
	if err := check(opAdminUpdateAuthEventFeedback).username("Username", in.Username).
		required("EventID", in.EventID, maxName).err(); err != nil {
		return nil, err
	}
	value := types.FeedbackValueTypeInvalid
	if in.Valid {
		value = types.FeedbackValueTypeValid
	}
	r := request{op: opAdminUpdateAuthEventFeedback, repeatable: true} // the same answer again
	_, err := callSigned(ctx, a, r, adminAPI.AdminUpdateAuthEventFeedback, &cip.AdminUpdateAuthEventFeedbackInput{
		UserPoolId:    aws.String(a.pool.cfg.UserPoolID),
		Username:      aws.String(in.Username),
		EventId:       aws.String(in.EventID),
		FeedbackValue: value,
	})
	if err != nil {
		return nil, err
	}
	return &AdminUpdateAuthEventFeedbackOutput{}, nil
}

func newAuthEvent(op string, e *types.AuthEventType) (AuthEvent, error) {
	if aws.ToString(e.EventId) == "" {
		return AuthEvent{}, malformedReply(op, "an event without EventId")
	}
	event := AuthEvent{
		ID:      aws.ToString(e.EventId),
		Type:    string(e.EventType),
		Outcome: string(e.EventResponse),
		Created: aws.ToTime(e.CreationDate),
	}
	for _, c := range e.ChallengeResponses {
		event.Challenges = append(event.Challenges, AuthEventChallenge{Name: string(c.ChallengeName), Outcome: string(c.ChallengeResponse)})
	}
	if r := e.EventRisk; r != nil {
		event.RiskLevel, event.RiskDecision = string(r.RiskLevel), string(r.RiskDecision)
		event.CompromisedCredentials = aws.ToBool(r.CompromisedCredentialsDetected)
	}
	if d := e.EventContextData; d != nil {
		event.IPAddress, event.DeviceName = aws.ToString(d.IpAddress), aws.ToString(d.DeviceName)
		event.City, event.Country, event.Timezone = aws.ToString(d.City), aws.ToString(d.Country), aws.ToString(d.Timezone)
	}
	if f := e.EventFeedback; f != nil {
		event.Feedback, event.FeedbackBy = string(f.FeedbackValue), aws.ToString(f.Provider)
		event.FeedbackDate = aws.ToTime(f.FeedbackDate)
	}
	return event, nil
}
