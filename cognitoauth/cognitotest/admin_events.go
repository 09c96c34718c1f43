package cognitotest

import (
	"slices"
	"time"
)

// authEvent is one sign-in, as AdminListUserAuthEvents reports it.
type authEvent struct {
	id       string
	at       time.Time
	ip       string
	pass     bool
	feedback string
}

type listEventsInput struct {
	adminUserInput
	MaxResults int
	NextToken  string
}

type authEventRecord struct {
	EventID          string `json:"EventId"`
	EventType        string
	EventResponse    string
	CreationDate     wireTime
	EventContextData struct {
		IPAddress string `json:"IpAddress"`
	}
	EventFeedback *struct {
		FeedbackValue string
		Provider      string
	} `json:",omitempty"`
}

type listEventsOutput struct {
	AuthEvents []authEventRecord
	NextToken  string `json:",omitempty"`
}

func (p *pool) adminListUserAuthEvents(_ *call, in *listEventsInput) (*listEventsOutput, error) {
	u, err := p.adminLookup(in.UserPoolID, in.Username)
	if err != nil {
		return nil, err
	}
	events := slices.Clone(u.events)
	slices.Reverse(events) // the newest first
	page, next, err := paginate(events, in.MaxResults, 60, in.NextToken)
	if err != nil {
		return nil, err
	}
	out := &listEventsOutput{AuthEvents: []authEventRecord{}, NextToken: next}
	for _, e := range page {
		r := authEventRecord{EventID: e.id, EventType: "SignIn", EventResponse: "Pass", CreationDate: wireTime(e.at)}
		r.EventContextData.IPAddress = e.ip
		if e.feedback != "" {
			r.EventFeedback = &struct {
				FeedbackValue string
				Provider      string
			}{e.feedback, "Admin"}
		}
		out.AuthEvents = append(out.AuthEvents, r)
	}
	return out, nil
}

type eventFeedbackInput struct {
	adminUserInput
	EventID       string `json:"EventId" shape:"any,required"`
	FeedbackValue string `shape:"any,required"`
	FeedbackToken string `shape:"any"`
}

func (p *pool) updateAuthEventFeedback(_ *call, in *eventFeedbackInput) (*none, error) {
	u, err := p.adminLookup(in.UserPoolID, in.Username)
	if err != nil {
		return nil, err
	}
	if in.FeedbackValue != "Valid" && in.FeedbackValue != "Invalid" {
		return nil, failf(codeInvalidParameter, "1 validation error detected: Value '%.64s' at 'feedbackValue' failed to satisfy constraint: "+
			"Member must satisfy enum value set: [Valid, Invalid]", in.FeedbackValue)
	}
	for i := range u.events {
		if u.events[i].id == in.EventID {
			u.events[i].feedback = in.FeedbackValue
			return &none{}, nil
		}
	}
	return nil, fail(codeResourceNotFound, "Event not found.")
}
