package cognitoauth

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognitoauth/cognito-go/internal/redact"
)

// User is a user of the pool as an administrator sees one.
type User struct {
	Username   string
	Attributes map[string]string // "sub" among them
	Status     UserStatus
	Enabled    bool // false: cannot sign in, see [Admin.DisableUser]
	Created    time.Time
	Modified   time.Time
}

// UserStatus is how far a user has come. Cognito may add to the list.
type UserStatus string

// The statuses.
const (
	UserUnconfirmed         UserStatus = "UNCONFIRMED"           // signed up and has not entered the code
	UserConfirmed           UserStatus = "CONFIRMED"             // can sign in
	UserForceChangePassword UserStatus = "FORCE_CHANGE_PASSWORD" // has a temporary password
	UserResetRequired       UserStatus = "RESET_REQUIRED"        // must set another password, with a code
	UserExternalProvider    UserStatus = "EXTERNAL_PROVIDER"     // signs in at another identity provider
)

// AdminCreateUserInput describes the user to create.
type AdminCreateUserInput struct {
	Username string // what it may be is the pool's choice, as in [SignUpInput]

	// TemporaryPassword is what the user signs in with once, to choose another.
	// Empty: Cognito makes one up for the message; in a pool with passwordless
	// sign-in the user has none.
	TemporaryPassword string

	// Attributes by name. "email_verified" and "phone_number_verified" may be
	// set to "true", for an address that is known to be the user's.
	Attributes map[string]string

	// Message says whether the user is told. Empty: an invitation is sent.
	Message InvitationMessage

	// DeliveryMediums are the ways the invitation goes. Empty: by SMS, which is
	// Cognito's default and needs the attribute phone_number.
	DeliveryMediums []DeliveryMedium

	// ForceAliasCreation takes a verified e-mail address or phone number away
	// from the account that has it as an alias, and gives it to this one. False
	// (the default) makes that [ErrAliasExists].
	ForceAliasCreation bool

	// ValidationData is passed to the pre sign-up Lambda trigger and not stored.
	ValidationData map[string]string

	// ClientMetadata is passed to the pool's Lambda triggers and not stored.
	ClientMetadata map[string]string
}

// InvitationMessage says what becomes of the message to a user that an
// administrator creates. The zero value sends it.
type InvitationMessage string

// The other choices.
const (
	InvitationSuppress InvitationMessage = "SUPPRESS" // send nothing
	InvitationResend   InvitationMessage = "RESEND"   // create nothing; send another temporary password to a user who exists
)

// AdminCreateUserOutput has the user as created.
type AdminCreateUserOutput struct {
	User
}

// CreateUser creates a user with a temporary password, and invites them unless
// Message says otherwise. With [InvitationResend] it invites once more one who
// has not signed in yet, with another temporary password.
//
// A taken name is [ErrUserExists], a verified address of somebody else's
// [ErrAliasExists], a temporary password against the policy [ErrPasswordPolicy],
// attributes that the pool does not know [ErrInvalidInput], a refusal by the pre
// sign-up trigger [ErrRejectedByTrigger]. An invitation that could not be sent
// is [ErrDeliveryFailed], although the user exists then. Resending to a user who
// has signed in is [ErrUserState]. A failure without an answer is not repeated,
// since the user may have been created and invited.
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminCreateUser.html
func (a *Admin) CreateUser(ctx context.Context, in AdminCreateUserInput) (*AdminCreateUserOutput, error) {
	c := check(opAdminCreateUser).username("Username", in.Username).
		text("TemporaryPassword", in.TemporaryPassword, maxPassword).
		attributes("Attributes", in.Attributes).
		text("Message", string(in.Message), maxName).
		attributes("ValidationData", in.ValidationData).
		metadata("ClientMetadata", in.ClientMetadata)
	var mediums []types.DeliveryMediumType
	for _, medium := range in.DeliveryMediums {
		c.required("DeliveryMediums", string(medium), maxName)
		mediums = append(mediums, types.DeliveryMediumType(medium))
	}
	if err := c.err(); err != nil {
		return nil, err
	}
	if in.TemporaryPassword != "" {
		if err := a.pool.checkPolicy(opAdminCreateUser, in.TemporaryPassword); err != nil {
			return nil, err
		}
	}
	r := request{op: opAdminCreateUser, secrets: []string{in.TemporaryPassword}}
	out, err := callSigned(ctx, a, r, adminAPI.AdminCreateUser, &cip.AdminCreateUserInput{
		UserPoolId:             aws.String(a.pool.cfg.UserPoolID),
		Username:               aws.String(in.Username),
		TemporaryPassword:      optional(in.TemporaryPassword),
		UserAttributes:         attributeList(in.Attributes),
		MessageAction:          types.MessageActionType(in.Message),
		DesiredDeliveryMediums: mediums,
		ForceAliasCreation:     in.ForceAliasCreation,
		ValidationData:         attributeList(in.ValidationData),
		ClientMetadata:         in.ClientMetadata,
	})
	if err != nil {
		return nil, err
	}
	user, err := newUser(opAdminCreateUser, out.User)
	if err != nil {
		return nil, err
	}
	return &AdminCreateUserOutput{User: user}, nil
}

// AdminGetUserInput names the user to look up.
type AdminGetUserInput struct {
	Username string // a user name, a verified alias or a sub
}

// AdminGetUserOutput is a user with their second factors.
type AdminGetUserOutput struct {
	User

	// EnabledMFA lists the second factors in use, such as "SOFTWARE_TOKEN_MFA".
	EnabledMFA []string
	// PreferredMFA is the one asked for first; empty if none is preferred.
	PreferredMFA string
}

// GetUser looks up one user. What it says is up to date, where the answers of
// [Admin.ListUsers] may lag behind.
//
// An unknown user is [ErrUserNotFound].
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminGetUser.html
func (a *Admin) GetUser(ctx context.Context, in AdminGetUserInput) (*AdminGetUserOutput, error) {
	if err := check(opAdminGetUser).username("Username", in.Username).err(); err != nil {
		return nil, err
	}
	r := request{op: opAdminGetUser, repeatable: true}
	out, err := callSigned(ctx, a, r, adminAPI.AdminGetUser, &cip.AdminGetUserInput{
		UserPoolId: aws.String(a.pool.cfg.UserPoolID),
		Username:   aws.String(in.Username),
	})
	if err != nil {
		return nil, err
	}
	user, err := newUser(opAdminGetUser, &types.UserType{
		Username:             out.Username,
		Attributes:           out.UserAttributes,
		UserStatus:           out.UserStatus,
		Enabled:              out.Enabled,
		UserCreateDate:       out.UserCreateDate,
		UserLastModifiedDate: out.UserLastModifiedDate,
	})
	if err != nil {
		return nil, err
	}
	return &AdminGetUserOutput{
		User:         user,
		EnabledMFA:   out.UserMFASettingList,
		PreferredMFA: aws.ToString(out.PreferredMfaSetting),
	}, nil
}

// ListUsersInput says which users to list, and what of them.
type ListUsersInput struct {
	// Filter selects users by one attribute. The zero value selects all.
	Filter UserFilter

	// AttributesToGet are the names of the attributes to bring. Empty: all.
	// Cognito refuses a name that it cannot search for unless each user found
	// has that attribute.
	AttributesToGet []string

	// PageSize is how many users one request brings, 1 to 60. Zero: 60.
	PageSize int
}

// ListUsers lists the users that a filter selects, in no particular order, page
// by page as they are asked for. The pages may lag behind changes by some
// seconds; to be sure about one user, call [Admin.GetUser].
//
//	for user, err := range admin.ListUsers(ctx, cognitoauth.ListUsersInput{
//		Filter: cognitoauth.FilterPrefix("email", typed),
//	}) {
//		if err != nil {
//			return err
//		}
//		…
//	}
//
// An error is the last element. A filter that cannot be sent is
// [ErrInvalidInput].
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsers.html
func (a *Admin) ListUsers(ctx context.Context, in ListUsersInput) iter.Seq2[User, error] {
	c := check(opListUsers).filter(in.Filter).pageSize(in.PageSize)
	if len(in.AttributesToGet) > 0 {
		c.names("AttributesToGet", in.AttributesToGet)
	}
	if err := c.err(); err != nil {
		return failed[User](err)
	}
	return pages(opListUsers, func(token *string) ([]User, *string, error) {
		r := request{op: opListUsers, repeatable: true}
		out, err := callSigned(ctx, a, r, adminAPI.ListUsers, &cip.ListUsersInput{
			UserPoolId:      aws.String(a.pool.cfg.UserPoolID),
			Filter:          in.Filter.wire(),
			AttributesToGet: in.AttributesToGet,
			Limit:           pageLimit(in.PageSize),
			PaginationToken: token,
		})
		if err != nil {
			return nil, nil, err
		}
		items, err := each(opListUsers, out.Users, newUser)
		return items, out.PaginationToken, err
	})
}

func newUser(op string, u *types.UserType) (User, error) {
	if u == nil || aws.ToString(u.Username) == "" {
		return User{}, malformedReply(op, "a user without Username")
	}
	return User{
		Username:   aws.ToString(u.Username),
		Attributes: attributeMap(u.Attributes),
		Status:     UserStatus(u.UserStatus),
		Enabled:    u.Enabled,
		Created:    aws.ToTime(u.UserCreateDate),
		Modified:   aws.ToTime(u.UserLastModifiedDate),
	}, nil
}

// Format prints the input without its secrets, whatever the verb.
func (in AdminCreateUserInput) Format(s fmt.State, _ rune) { redact.Format(s, in) }

// MarshalJSON marshals the input without its secrets.
func (in AdminCreateUserInput) MarshalJSON() ([]byte, error) { return redact.JSON(in) }
