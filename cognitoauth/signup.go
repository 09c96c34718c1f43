package cognitoauth

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/cognitoauth/cognito-go/internal/redact"
)

// SignUpInput describes a new user.
type SignUpInput struct {
	// Username is required. What it may be (a name, an e-mail address, a phone
	// number in E.164 form) is the pool's choice.
	Username string

	// Password is required, unless the pool permits passwordless sign-in.
	Password string

	// Attributes by name, such as "email", "phone_number", "custom:team".
	Attributes map[string]string

	// ValidationData is passed to the pre sign-up Lambda trigger and not stored.
	ValidationData map[string]string

	// ClientMetadata is passed to the pool's Lambda triggers and not stored.
	ClientMetadata map[string]string

	// UserContext tells threat protection where the request came from.
	UserContext UserContext
}

// SignUpOutput says what became of a sign-up.
type SignUpOutput struct {
	// Sub is the user's permanent ID: the sub claim of every token.
	Sub string

	// Confirmed is true if a Lambda trigger confirmed the user, who can then
	// sign in without ConfirmSignUp.
	Confirmed bool

	// Delivery says where the confirmation code went; nil if none was sent.
	Delivery *CodeDelivery

	// Session lets the same user go on to sign in without another proof: hand
	// it to ConfirmSignUp. Empty if the pool does not offer that. It is a
	// secret for the app client's AuthSessionValidity: 3 to 15 minutes, 3
	// unless set.
	Session string
}

// SignUp creates a user, who must then enter the code that Cognito sends them
// ([UserPool.ConfirmSignUp]).
//
// A taken name is [ErrUserExists], a password against the pool's policy is
// [ErrPasswordPolicy], missing or malformed attributes are [ErrInvalidInput], a
// refusal by the pre sign-up trigger is [ErrRejectedByTrigger]. A failure
// without an answer is not repeated, since the user may have been created: the
// error is [ErrUnavailable], and a second SignUp may say ErrUserExists.
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SignUp.html
func (p *UserPool) SignUp(ctx context.Context, in SignUpInput) (*SignUpOutput, error) {
	if err := check(opSignUp).username("Username", in.Username).
		text("Password", in.Password, maxPassword).
		attributes("Attributes", in.Attributes).
		attributes("ValidationData", in.ValidationData).
		metadata("ClientMetadata", in.ClientMetadata).
		userContext(in.UserContext).err(); err != nil {
		return nil, err
	}
	if in.Password != "" {
		if err := p.checkPolicy(opSignUp, in.Password); err != nil {
			return nil, err
		}
	}
	hash := p.secretHash(in.Username)
	r := request{op: opSignUp, secrets: []string{in.Password, aws.ToString(hash)}}
	out, err := call(ctx, r, p.public.SignUp, &cip.SignUpInput{
		ClientId:        aws.String(p.cfg.ClientID),
		SecretHash:      hash,
		Username:        aws.String(in.Username),
		Password:        optional(in.Password),
		UserAttributes:  attributeList(in.Attributes),
		ValidationData:  attributeList(in.ValidationData),
		ClientMetadata:  in.ClientMetadata,
		UserContextData: in.UserContext.wire(),
	})
	if err != nil {
		return nil, err
	}
	if aws.ToString(out.UserSub) == "" {
		return nil, malformedReply(opSignUp, "no UserSub")
	}
	return &SignUpOutput{
		Sub:       *out.UserSub,
		Confirmed: out.UserConfirmed,
		Delivery:  codeDelivery(out.CodeDeliveryDetails),
		Session:   aws.ToString(out.Session),
	}, nil
}

// ConfirmSignUpInput carries the code that the user received.
type ConfirmSignUpInput struct {
	Username string // as signed up, or an alias
	Code     string

	// ForceAliasCreation takes an e-mail address or phone number away from the
	// account that has it as a verified alias, and gives it to this one. False
	// (the default) makes that [ErrAliasExists].
	ForceAliasCreation bool

	// Session is [SignUpOutput.Session], to sign in without another proof.
	Session string

	// ClientMetadata is passed to the pool's Lambda triggers and not stored.
	ClientMetadata map[string]string

	// UserContext tells threat protection where the request came from.
	UserContext UserContext
}

// ConfirmSignUpOutput is what follows a confirmation.
type ConfirmSignUpOutput struct {
	// Session signs the user in without another proof, as
	// [AuthenticateInput.Session]; empty if none was asked for. It is a secret
	// for as long as [SignUpOutput.Session].
	Session string
}

// ConfirmSignUp confirms a new user with the code that Cognito sent them. The
// e-mail address or phone number that it went to counts as verified.
//
// A wrong code is [ErrCodeMismatch], an old one or a used one [ErrCodeExpired],
// a confirmed user [ErrAlreadyConfirmed], too many wrong codes
// [ErrLimitExceeded]. An unknown user is [ErrUserNotFound], or ErrCodeExpired
// if the app client hides who exists.
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmSignUp.html
func (p *UserPool) ConfirmSignUp(ctx context.Context, in ConfirmSignUpInput) (*ConfirmSignUpOutput, error) {
	if err := check(opConfirmSignUp).username("Username", in.Username).
		code(in.Code).
		text("Session", in.Session, maxSession).
		metadata("ClientMetadata", in.ClientMetadata).
		userContext(in.UserContext).err(); err != nil {
		return nil, err
	}
	hash := p.secretHash(in.Username)
	r := request{op: opConfirmSignUp, secrets: []string{in.Code, in.Session, aws.ToString(hash)}}
	out, err := call(ctx, r, p.public.ConfirmSignUp, &cip.ConfirmSignUpInput{
		ClientId:           aws.String(p.cfg.ClientID),
		SecretHash:         hash,
		Username:           aws.String(in.Username),
		ConfirmationCode:   aws.String(in.Code),
		ForceAliasCreation: in.ForceAliasCreation,
		Session:            optional(in.Session),
		ClientMetadata:     in.ClientMetadata,
		UserContextData:    in.UserContext.wire(),
	})
	if err != nil {
		return nil, err
	}
	return &ConfirmSignUpOutput{Session: aws.ToString(out.Session)}, nil
}

// ResendConfirmationCodeInput names the user to send another code to.
type ResendConfirmationCodeInput struct {
	Username string // as signed up; an alias works only once it is verified

	// ClientMetadata is passed to the pool's Lambda triggers and not stored.
	ClientMetadata map[string]string

	// UserContext tells threat protection where the request came from.
	UserContext UserContext
}

// ResendConfirmationCodeOutput says where the code went.
type ResendConfirmationCodeOutput struct {
	Delivery *CodeDelivery // nil with Config.HideUserExistence
}

// ResendConfirmationCode sends another code to a user who has not confirmed
// yet; codes sent before stop working.
//
// A confirmed user is [ErrAlreadyConfirmed], too many requests for one user are
// [ErrLimitExceeded], an unknown user is [ErrUserNotFound] unless the app
// client hides who exists.
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ResendConfirmationCode.html
func (p *UserPool) ResendConfirmationCode(ctx context.Context, in ResendConfirmationCodeInput) (*ResendConfirmationCodeOutput, error) {
	if err := check(opResendConfirmationCode).username("Username", in.Username).
		metadata("ClientMetadata", in.ClientMetadata).
		userContext(in.UserContext).err(); err != nil {
		return nil, err
	}
	hash := p.secretHash(in.Username)
	r := request{op: opResendConfirmationCode, secrets: []string{aws.ToString(hash)}}
	out, err := call(ctx, r, p.public.ResendConfirmationCode, &cip.ResendConfirmationCodeInput{
		ClientId:        aws.String(p.cfg.ClientID),
		SecretHash:      hash,
		Username:        aws.String(in.Username),
		ClientMetadata:  in.ClientMetadata,
		UserContextData: in.UserContext.wire(),
	})
	if err := p.hideDelivery(err); err != nil {
		return nil, err
	}
	if p.cfg.HideUserExistence {
		return &ResendConfirmationCodeOutput{}, nil // where it went would tell
	}
	return &ResendConfirmationCodeOutput{Delivery: codeDelivery(out.CodeDeliveryDetails)}, nil
}

// Format prints the input without its secrets, whatever the verb.
func (in SignUpInput) Format(s fmt.State, _ rune) { redact.Format(s, in) }

// MarshalJSON marshals the input without its secrets.
func (in SignUpInput) MarshalJSON() ([]byte, error) { return redact.JSON(in) }

// Format prints the output without its secrets, whatever the verb.
func (out SignUpOutput) Format(s fmt.State, _ rune) { redact.Format(s, out) }

// MarshalJSON marshals the output without its secrets.
func (out SignUpOutput) MarshalJSON() ([]byte, error) { return redact.JSON(out) }

// Format prints the input without its secrets, whatever the verb.
func (in ConfirmSignUpInput) Format(s fmt.State, _ rune) { redact.Format(s, in) }

// MarshalJSON marshals the input without its secrets.
func (in ConfirmSignUpInput) MarshalJSON() ([]byte, error) { return redact.JSON(in) }

// Format prints the output without its secrets, whatever the verb.
func (out ConfirmSignUpOutput) Format(s fmt.State, _ rune) { redact.Format(s, out) }

// MarshalJSON marshals the output without its secrets.
func (out ConfirmSignUpOutput) MarshalJSON() ([]byte, error) { return redact.JSON(out) }
