package cognitoauth

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

// AdminUpdateUserAttributesInput has the attributes to set.
type AdminUpdateUserAttributesInput struct {
	Username string // a user name, a verified alias or a sub

	// Attributes by name, at least one. What is not named stays as it is.
	Attributes map[string]string

	// ClientMetadata is passed to the pool's Lambda triggers and not stored.
	ClientMetadata map[string]string
}

// AdminUpdateUserAttributesOutput is empty so far.
type AdminUpdateUserAttributesOutput struct{}

// UpdateUserAttributes sets attributes of a user, those that no app client may
// write among them. A new e-mail address or phone number is unverified, and may
// be sent a code, unless "email_verified" or "phone_number_verified" is set to
// "true" in the same call.
//
// An attribute that the pool does not know, or a value in the wrong form, is
// [ErrInvalidInput], one that cannot change any more [ErrAttributeNotWritable], a
// verified address of somebody else's [ErrAliasExists].
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminUpdateUserAttributes.html
func (a *Admin) UpdateUserAttributes(ctx context.Context, in AdminUpdateUserAttributesInput) (*AdminUpdateUserAttributesOutput, error) {
	if err := check(opAdminUpdateUserAttributes).username("Username", in.Username).
		someAttributes("Attributes", in.Attributes).
		metadata("ClientMetadata", in.ClientMetadata).err(); err != nil {
		return nil, err
	}
	// Not repeatable: it calls Lambda triggers and sends codes.
	_, err := callSigned(ctx, a, request{op: opAdminUpdateUserAttributes}, adminAPI.AdminUpdateUserAttributes, &cip.AdminUpdateUserAttributesInput{
		UserPoolId:     aws.String(a.pool.cfg.UserPoolID),
		Username:       aws.String(in.Username),
		UserAttributes: attributeList(in.Attributes),
		ClientMetadata: in.ClientMetadata,
	})
	if err != nil {
		return nil, err
	}
	return &AdminUpdateUserAttributesOutput{}, nil
}

// AdminDeleteUserAttributesInput names the attributes to delete.
type AdminDeleteUserAttributesInput struct {
	Username string   // a user name, a verified alias or a sub
	Names    []string // of the attributes, at least one
}

// AdminDeleteUserAttributesOutput is empty so far.
type AdminDeleteUserAttributesOutput struct{}

// DeleteUserAttributes deletes attributes of a user.
//
// An attribute that the pool does not know, or requires, is [ErrInvalidInput].
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminDeleteUserAttributes.html
func (a *Admin) DeleteUserAttributes(ctx context.Context, in AdminDeleteUserAttributesInput) (*AdminDeleteUserAttributesOutput, error) {
	if err := check(opAdminDeleteUserAttributes).username("Username", in.Username).names("Names", in.Names).err(); err != nil {
		return nil, err
	}
	r := request{op: opAdminDeleteUserAttributes, repeatable: true}
	_, err := callSigned(ctx, a, r, adminAPI.AdminDeleteUserAttributes, &cip.AdminDeleteUserAttributesInput{
		UserPoolId:         aws.String(a.pool.cfg.UserPoolID),
		Username:           aws.String(in.Username),
		UserAttributeNames: in.Names,
	})
	if err != nil {
		return nil, err
	}
	return &AdminDeleteUserAttributesOutput{}, nil
}
