package cognitoauth

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/cognitoauth/cognito-go/internal/redact"
)

// UpdateUserAttributesInput carries an access token and what to change.
type UpdateUserAttributesInput struct {
	AccessToken string
	Attributes  map[string]string // by name; the others stay as they are

	// ClientMetadata is passed to the pool's Lambda triggers and not stored.
	ClientMetadata map[string]string
}

// UpdateUserAttributesOutput says where codes went.
type UpdateUserAttributesOutput struct {
	// Deliveries are the codes sent for addresses that must be verified before
	// they count: hand each to VerifyUserAttribute.
	Deliveries []CodeDelivery
}

// UpdateUserAttributes changes attributes of the user.
//
// One that the app client may not write, or that never changes, is
// [ErrAttributeNotWritable]; an address that is another user's alias is
// [ErrAliasExists]; a malformed value is [ErrInvalidInput].
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserAttributes.html
func (p *UserPool) UpdateUserAttributes(ctx context.Context, in UpdateUserAttributesInput) (*UpdateUserAttributesOutput, error) {
	if err := check(opUpdateUserAttributes).token("AccessToken", in.AccessToken).
		someAttributes("Attributes", in.Attributes).
		metadata("ClientMetadata", in.ClientMetadata).err(); err != nil {
		return nil, err
	}
	// Not repeatable: each request sends codes, and the last one counts.
	r := request{op: opUpdateUserAttributes, secrets: []string{in.AccessToken}}
	out, err := call(ctx, r, p.public.UpdateUserAttributes, &cip.UpdateUserAttributesInput{
		AccessToken:    aws.String(in.AccessToken),
		UserAttributes: attributeList(in.Attributes),
		ClientMetadata: in.ClientMetadata,
	})
	if err != nil {
		return nil, err
	}
	result := &UpdateUserAttributesOutput{}
	for i := range out.CodeDeliveryDetailsList {
		result.Deliveries = append(result.Deliveries, *codeDelivery(&out.CodeDeliveryDetailsList[i]))
	}
	return result, nil
}

// DeleteUserAttributesInput carries an access token and what to delete.
type DeleteUserAttributesInput struct {
	AccessToken string
	Names       []string // of the attributes
}

// DeleteUserAttributesOutput is empty so far.
type DeleteUserAttributesOutput struct{}

// DeleteUserAttributes deletes attributes of the user. Its errors are those of
// [UserPool.UpdateUserAttributes].
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUserAttributes.html
func (p *UserPool) DeleteUserAttributes(ctx context.Context, in DeleteUserAttributesInput) (*DeleteUserAttributesOutput, error) {
	if err := check(opDeleteUserAttributes).token("AccessToken", in.AccessToken).names("Names", in.Names).err(); err != nil {
		return nil, err
	}
	r := request{op: opDeleteUserAttributes, repeatable: true, secrets: []string{in.AccessToken}}
	_, err := call(ctx, r, p.public.DeleteUserAttributes, &cip.DeleteUserAttributesInput{
		AccessToken:        aws.String(in.AccessToken),
		UserAttributeNames: in.Names,
	})
	if err != nil {
		return nil, err
	}
	return &DeleteUserAttributesOutput{}, nil
}

// GetUserAttributeVerificationCodeInput names the attribute to verify.
type GetUserAttributeVerificationCodeInput struct {
	AccessToken string
	Attribute   string // "email" or "phone_number"

	// ClientMetadata is passed to the pool's Lambda triggers and not stored.
	ClientMetadata map[string]string
}

// GetUserAttributeVerificationCodeOutput says where the code went.
type GetUserAttributeVerificationCodeOutput struct {
	Delivery *CodeDelivery
}

// GetUserAttributeVerificationCode sends a code to the user's e-mail address or
// phone number; [UserPool.VerifyUserAttribute] takes it. Too many requests are
// [ErrLimitExceeded].
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUserAttributeVerificationCode.html
func (p *UserPool) GetUserAttributeVerificationCode(ctx context.Context, in GetUserAttributeVerificationCodeInput) (*GetUserAttributeVerificationCodeOutput, error) {
	if err := check(opGetUserAttributeVerificationCode).token("AccessToken", in.AccessToken).
		required("Attribute", in.Attribute, maxName).
		metadata("ClientMetadata", in.ClientMetadata).err(); err != nil {
		return nil, err
	}
	r := request{op: opGetUserAttributeVerificationCode, secrets: []string{in.AccessToken}}
	out, err := call(ctx, r, p.public.GetUserAttributeVerificationCode, &cip.GetUserAttributeVerificationCodeInput{
		AccessToken:    aws.String(in.AccessToken),
		AttributeName:  aws.String(in.Attribute),
		ClientMetadata: in.ClientMetadata,
	})
	if err != nil {
		return nil, err
	}
	return &GetUserAttributeVerificationCodeOutput{Delivery: codeDelivery(out.CodeDeliveryDetails)}, nil
}

// VerifyUserAttributeInput carries the code that the user received.
type VerifyUserAttributeInput struct {
	AccessToken string
	Attribute   string // "email" or "phone_number"
	Code        string
}

// VerifyUserAttributeOutput is empty so far.
type VerifyUserAttributeOutput struct{}

// VerifyUserAttribute proves that an e-mail address or phone number is the
// user's. A wrong code is [ErrCodeMismatch], an old or used one
// [ErrCodeExpired], another user's alias [ErrAliasExists].
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_VerifyUserAttribute.html
func (p *UserPool) VerifyUserAttribute(ctx context.Context, in VerifyUserAttributeInput) (*VerifyUserAttributeOutput, error) {
	if err := check(opVerifyUserAttribute).token("AccessToken", in.AccessToken).
		required("Attribute", in.Attribute, maxName).
		code(in.Code).err(); err != nil {
		return nil, err
	}
	r := request{op: opVerifyUserAttribute, secrets: []string{in.AccessToken, in.Code}}
	_, err := call(ctx, r, p.public.VerifyUserAttribute, &cip.VerifyUserAttributeInput{
		AccessToken:   aws.String(in.AccessToken),
		AttributeName: aws.String(in.Attribute),
		Code:          aws.String(in.Code),
	})
	if err != nil {
		return nil, err
	}
	return &VerifyUserAttributeOutput{}, nil
}

// Format prints the input without its secrets, whatever the verb.
func (in UpdateUserAttributesInput) Format(s fmt.State, _ rune) { redact.Format(s, in) }

// MarshalJSON marshals the input without its secrets.
func (in UpdateUserAttributesInput) MarshalJSON() ([]byte, error) { return redact.JSON(in) }

// Format prints the input without its secrets, whatever the verb.
func (in DeleteUserAttributesInput) Format(s fmt.State, _ rune) { redact.Format(s, in) }

// MarshalJSON marshals the input without its secrets.
func (in DeleteUserAttributesInput) MarshalJSON() ([]byte, error) { return redact.JSON(in) }

// Format prints the input without its secrets, whatever the verb.
func (in GetUserAttributeVerificationCodeInput) Format(s fmt.State, _ rune) { redact.Format(s, in) }

// MarshalJSON marshals the input without its secrets.
func (in GetUserAttributeVerificationCodeInput) MarshalJSON() ([]byte, error) { return redact.JSON(in) }

// Format prints the input without its secrets, whatever the verb.
func (in VerifyUserAttributeInput) Format(s fmt.State, _ rune) { redact.Format(s, in) }

// MarshalJSON marshals the input without its secrets.
func (in VerifyUserAttributeInput) MarshalJSON() ([]byte, error) { return redact.JSON(in) }
