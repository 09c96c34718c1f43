package cognitoauth

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// ProviderUser is a user as an identity provider knows them. [LocalUser] and
// [FederatedUser] make the usual ones.
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ProviderUserIdentifierType.html
type ProviderUser struct {
	Provider       string // its name in the pool, such as "Google"; "Cognito" is the pool itself
	AttributeName  string // what the user is known by, such as "Cognito_Subject"
	AttributeValue string
}

// LocalUser is a user of the pool itself, by user name.
func LocalUser(username string) ProviderUser {
	return ProviderUser{Provider: "Cognito", AttributeName: cognitoSubject, AttributeValue: username}
}

// FederatedUser is a user of an identity provider, by the subject that the
// provider knows them by: the sub of an OIDC token, the NameID of a SAML
// assertion, the user ID at a social provider.
func FederatedUser(provider, subject string) ProviderUser {
	return ProviderUser{Provider: provider, AttributeName: cognitoSubject, AttributeValue: subject}
}

// cognitoSubject is Cognito's name for what a provider calls its users by.
const cognitoSubject = "Cognito_Subject"

// AdminLinkProviderForUserInput joins two identities.
type AdminLinkProviderForUserInput struct {
	// Destination is a user who exists in the pool, and stays who they are.
	Destination ProviderUser

	// Source is a user of an identity provider who has not signed in to this
	// pool yet, and who becomes Destination when they do.
	Source ProviderUser
}

// AdminLinkProviderForUserOutput is empty so far.
type AdminLinkProviderForUserOutput struct{}

// LinkProviderForUser lets a user of an identity provider sign in as a user who
// exists in the pool. Whoever has that identity then has that account, so link
// only providers, and attributes of theirs, that can be trusted.
//
// An unknown Destination is [ErrUserNotFound], one with five links already
// [ErrLimitExceeded], a Source that is known to the pool [ErrInvalidInput] or
// [ErrAliasExists].
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminLinkProviderForUser.html
func (a *Admin) LinkProviderForUser(ctx context.Context, in AdminLinkProviderForUserInput) (*AdminLinkProviderForUserOutput, error) {
	if err := check(opAdminLinkProviderForUser).
		required("Destination.Provider", in.Destination.Provider, maxName).
		text("Destination.AttributeName", in.Destination.AttributeName, maxString). // Cognito ignores it
		required("Destination.AttributeValue", in.Destination.AttributeValue, maxString).
		providerUser("Source", in.Source).err(); err != nil {
		return nil, err
	}
	// Not repeatable: a Source that is linked is refused.
	_, err := callSigned(ctx, a, request{op: opAdminLinkProviderForUser}, adminAPI.AdminLinkProviderForUser, &cip.AdminLinkProviderForUserInput{
		UserPoolId:      aws.String(a.pool.cfg.UserPoolID),
		DestinationUser: in.Destination.wire(),
		SourceUser:      in.Source.wire(),
	})
	if err != nil {
		return nil, err
	}
	return &AdminLinkProviderForUserOutput{}, nil
}

// AdminDisableProviderForUserInput names the identity to cut off.
type AdminDisableProviderForUserInput struct {
	// User is [FederatedUser] to undo a link, or [LocalUser] to end signing in
	// with a password. An identity that was linked by another attribute and has
	// not signed in since is named by that attribute.
	User ProviderUser
}

// AdminDisableProviderForUserOutput is empty so far.
type AdminDisableProviderForUserOutput struct{}

// DisableProviderForUser undoes a link that [Admin.LinkProviderForUser] made;
// whoever signs in with that identity then is another user. For a user of the
// pool itself it disables signing in with the password.
//
// An unknown user is [ErrUserNotFound].
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminDisableProviderForUser.html
func (a *Admin) DisableProviderForUser(ctx context.Context, in AdminDisableProviderForUserInput) (*AdminDisableProviderForUserOutput, error) {
	if err := check(opAdminDisableProviderForUser).providerUser("User", in.User).err(); err != nil {
		return nil, err
	}
	// Not repeatable: the second time there is no link.
	_, err := callSigned(ctx, a, request{op: opAdminDisableProviderForUser}, adminAPI.AdminDisableProviderForUser, &cip.AdminDisableProviderForUserInput{
		UserPoolId: aws.String(a.pool.cfg.UserPoolID),
		User:       in.User.wire(),
	})
	if err != nil {
		return nil, err
	}
	return &AdminDisableProviderForUserOutput{}, nil
}

func (c *checks) providerUser(name string, u ProviderUser) *checks {
	return c.required(name+".Provider", u.Provider, maxName).
		required(name+".AttributeName", u.AttributeName, maxString).
		required(name+".AttributeValue", u.AttributeValue, maxString)
}

func (u ProviderUser) wire() *types.ProviderUserIdentifierType {
	return &types.ProviderUserIdentifierType{
		ProviderName:           optional(u.Provider),
		ProviderAttributeName:  optional(u.AttributeName),
		ProviderAttributeValue: optional(u.AttributeValue),
	}
}
