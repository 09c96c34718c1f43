package cognitotest

import (
	"context"
	"maps"
)

// Triggers are a pool's Lambda functions, written in Go. A nil function is a
// trigger that is not configured. An error refuses what the user was doing:
// the client gets a UserLambdaValidationException with its text.
//
// The pool is not locked while a trigger runs: it may call the pool. Triggers
// of concurrent requests run concurrently.
type Triggers struct {
	PreSignUp           func(ctx context.Context, e *PreSignUpEvent) error
	PostConfirmation    func(ctx context.Context, e *TriggerEvent) error
	PreAuthentication   func(ctx context.Context, e *TriggerEvent) error
	PostAuthentication  func(ctx context.Context, e *TriggerEvent) error
	PreTokenGeneration  func(ctx context.Context, e *PreTokenGenerationEvent) error
	CustomMessage       func(ctx context.Context, e *CustomMessageEvent) error
	UserMigration       func(ctx context.Context, e *UserMigrationEvent) error
	DefineAuthChallenge func(ctx context.Context, e *DefineAuthChallengeEvent) error
	CreateAuthChallenge func(ctx context.Context, e *CreateAuthChallengeEvent) error
	VerifyAuthChallenge func(ctx context.Context, e *VerifyAuthChallengeEvent) error
}

// TriggerEvent is what every trigger is told.
type TriggerEvent struct {
	// Source is the triggerSource, such as "PreSignUp_AdminCreateUser".
	Source string
	// UserPoolID and ClientID say where; ClientID is empty in admin operations.
	UserPoolID, ClientID string
	// Username is the user name, and UserAttributes a copy of the user's
	// attributes. UserNotFound is set for a user who does not exist, in the
	// triggers of custom challenges.
	Username       string
	UserAttributes map[string]string
	UserNotFound   bool
	// ClientMetadata is what the caller passed along for triggers.
	ClientMetadata map[string]string
}

// PreSignUpEvent is for the trigger that may refuse or confirm a new user.
type PreSignUpEvent struct {
	TriggerEvent
	// ValidationData is what the client sent for this trigger alone.
	ValidationData map[string]string

	// AutoConfirm confirms the user without a code; AutoVerifyEmail and
	// AutoVerifyPhone mark those attributes as verified.
	AutoConfirm, AutoVerifyEmail, AutoVerifyPhone bool
}

// PreTokenGenerationEvent is for the trigger that changes tokens before they
// are signed.
type PreTokenGenerationEvent struct {
	TriggerEvent
	// Groups are the user's groups; Scopes the access token's scopes.
	Groups, Scopes []string

	// IDClaims and AccessClaims are added, SuppressID and SuppressAccess left
	// out. Claims that Cognito keeps to itself, such as sub, stay as they are.
	IDClaims, AccessClaims     map[string]any
	SuppressID, SuppressAccess []string
	// GroupOverride, if not nil, replaces cognito:groups.
	GroupOverride []string
	// ScopesToAdd and ScopesToSuppress change the access token's scopes.
	ScopesToAdd, ScopesToSuppress []string
}

// CustomMessageEvent is for the trigger that words messages.
type CustomMessageEvent struct {
	TriggerEvent
	// CodeParameter and UsernameParameter stand for the code and the user
	// name in what the trigger writes.
	CodeParameter, UsernameParameter string

	// What to send. Empty: the pool's own words.
	EmailSubject, EmailMessage, SMSMessage string
}

// UserMigrationEvent is for the trigger that knows users the pool does not.
// Its error means that it does not know this one either.
type UserMigrationEvent struct {
	TriggerEvent
	// Password is what the user typed; empty when they forgot it.
	Password string

	// Attributes of the user to create. FinalStatus is "CONFIRMED" (the
	// default) or "RESET_REQUIRED".
	Attributes  map[string]string
	FinalStatus string
}

// ChallengeResult is one round of a custom sign-in.
type ChallengeResult struct {
	// Name is the challenge: "CUSTOM_CHALLENGE", "PASSWORD_VERIFIER", "SRP_A".
	Name string
	// Passed says whether it was answered correctly.
	Passed bool
	// Metadata is what CreateAuthChallenge called it.
	Metadata string
}

// DefineAuthChallengeEvent is for the trigger that says what comes next in a
// custom sign-in.
type DefineAuthChallengeEvent struct {
	TriggerEvent
	// Session is what has been asked and answered so far.
	Session []ChallengeResult

	// ChallengeName is the next challenge, unless tokens are issued or the
	// sign-in fails.
	ChallengeName                   string
	IssueTokens, FailAuthentication bool
}

// CreateAuthChallengeEvent is for the trigger that makes a custom challenge.
type CreateAuthChallengeEvent struct {
	TriggerEvent
	ChallengeName string
	Session       []ChallengeResult

	// PublicParameters go to the client, PrivateParameters to
	// VerifyAuthChallenge.
	PublicParameters, PrivateParameters map[string]string
	// Metadata is the challenge's name for later rounds.
	Metadata string
}

// VerifyAuthChallengeEvent is for the trigger that judges an answer.
type VerifyAuthChallengeEvent struct {
	TriggerEvent
	PrivateParameters map[string]string
	Answer            string

	// Correct is the judgement.
	Correct bool
}

// run calls a trigger with the pool unlocked, and puts its refusal in the
// words of Cognito: "PreSignUp failed with error …".
func (p *pool) run(name string, f func() error) error {
	var err error
	p.unlocked(func() { err = f() })
	if err != nil {
		return failf(codeUserLambda, "%s failed with error %s.", name, err)
	}
	return nil
}

func (p *pool) event(source string, u *user, cl *client, metadata map[string]string) TriggerEvent {
	e := TriggerEvent{
		Source: source, UserPoolID: p.id, ClientMetadata: maps.Clone(metadata),
	}
	if cl != nil {
		e.ClientID = cl.ID
	}
	if u != nil {
		e.Username, e.UserAttributes, e.UserNotFound = u.name, maps.Clone(u.attributes), u.nobody
	}
	return e
}

// notify runs a trigger that only looks on or refuses.
func (p *pool) notify(c *call, name, source string, f func(context.Context, *TriggerEvent) error, u *user, cl *client, metadata map[string]string) error {
	if f == nil {
		return nil
	}
	e := p.event(source, u, cl, metadata)
	return p.run(name, func() error { return f(c.ctx, &e) })
}

func (p *pool) postConfirmation(c *call, source string, u *user, cl *client, metadata map[string]string) error {
	return p.notify(c, "PostConfirmation", source, p.cfg.Triggers.PostConfirmation, u, cl, metadata)
}

// preSignUp runs the trigger and applies its decisions to the new user.
func (p *pool) preSignUp(c *call, source string, u *user, cl *client, metadata, validation map[string]string) error {
	f := p.cfg.Triggers.PreSignUp
	if f == nil {
		return nil
	}
	e := PreSignUpEvent{TriggerEvent: p.event(source, u, cl, metadata), ValidationData: validation}
	if err := p.run("PreSignUp", func() error { return f(c.ctx, &e) }); err != nil {
		return err
	}
	if source != "PreSignUp_SignUp" {
		return nil // Cognito heeds the decisions for users who sign themselves up
	}
	if e.AutoConfirm {
		u.status = statusConfirmed
	}
	for attribute, verify := range map[string]bool{attrEmail: e.AutoVerifyEmail, attrPhone: e.AutoVerifyPhone} {
		if !verify {
			continue
		}
		if u.attributes[attribute] == "" {
			return fail(codeInvalidLambda, "Unrecognizable lambda output")
		}
		u.attributes[attribute+verifiedSuffix] = "true"
	}
	return nil
}

func (p *pool) customMessage(c *call, u *user, cl *client, source string, metadata map[string]string, words messageWords) (messageWords, error) {
	f := p.cfg.Triggers.CustomMessage
	if f == nil {
		return words, nil
	}
	e := CustomMessageEvent{
		TriggerEvent:  p.event(source, u, cl, metadata),
		CodeParameter: "{####}", UsernameParameter: "{username}",
	}
	if err := p.run("CustomMessage", func() error { return f(c.ctx, &e) }); err != nil {
		return words, err
	}
	if e.EmailSubject != "" {
		words.subject = e.EmailSubject
	}
	if e.EmailMessage != "" {
		words.email = e.EmailMessage
	}
	if e.SMSMessage != "" {
		words.sms = e.SMSMessage
	}
	return words, nil
}

// migrate asks the trigger for a user the pool does not know. It returns nil
// if there is none.
func (p *pool) migrate(c *call, cl *client, source, name, text string, metadata map[string]string) (*user, error) {
	f := p.cfg.Triggers.UserMigration
	if f == nil {
		return nil, nil
	}
	e := UserMigrationEvent{TriggerEvent: p.event(source, nil, cl, metadata), Password: text}
	e.Username = name
	if err := p.run("UserMigration", func() error { return f(c.ctx, &e) }); err != nil {
		return nil, err
	}
	if u := p.lookup(name); u != nil {
		return u, nil // another request has migrated the user meanwhile
	}
	attributes := maps.Clone(e.Attributes)
	if attributes == nil {
		attributes = map[string]string{}
	}
	u, err := p.newUser(name, attributes, c.now)
	if err != nil {
		return nil, err
	}
	u.status = statusConfirmed
	if e.FinalStatus == statusResetRequired || text == "" {
		u.status = statusResetRequired
	}
	if text != "" {
		if err := p.setPassword(u, text); err != nil {
			return nil, err
		}
	}
	if other := p.lookup(name); other != nil {
		return other, nil
	}
	p.users[u.sub] = u
	return u, nil
}
