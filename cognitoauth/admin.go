package cognitoauth

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

// Admin holds the operations that are signed with AWS credentials. They act on
// any user of the pool; get one from [UserPool.Admin].
type Admin struct {
	pool   *UserPool
	signed func(context.Context) (adminAPI, error)
}

// api returns the client for signed calls of the operation op.
func (a *Admin) api(ctx context.Context, op string) (adminAPI, error) {
	client, err := a.signed(ctx)
	if err != nil {
		r := request{op: op}
		return nil, r.failure(ctx, err)
	}
	return client, nil
}

// AdminDeleteInput names the user to delete.
type AdminDeleteInput struct {
	// Username is a user name, an alias (a verified e-mail address or phone
	// number, where the pool has them as aliases) or a sub.
	Username string
}

// AdminDeleteOutput is empty so far.
type AdminDeleteOutput struct{}

// DeleteUser deletes a user for good. An unknown one is [ErrUserNotFound]; without
// AWS credentials nothing is sent and the error is [ErrNoAWSCredentials].
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminDeleteUser.html
func (a *Admin) DeleteUser(ctx context.Context, in AdminDeleteInput) (*AdminDeleteOutput, error) {
	if err := check(opAdminDelete).username("Username", in.Username).err(); err != nil {
		return nil, err
	}
	api, err := a.api(ctx, opAdminDelete)
	if err != nil {
		return nil, err
	}
	_, err = call(ctx, request{op: opAdminDelete, signed: true}, api.AdminDeleteUser, &cip.AdminDeleteUserInput{
		UserPoolId: aws.String(a.pool.cfg.UserPoolID),
		Username:   aws.String(in.Username),
	})
	if err != nil {
		return nil, err
	}
	return &AdminDeleteOutput{}, nil
}

// AdminDelete is [Admin.DeleteUser], here because [Client] has it.
func (p *UserPool) AdminDelete(ctx context.Context, in AdminDeleteInput) (*AdminDeleteOutput, error) {
	return p.admin.DeleteUser(ctx, in)
}

// adminAPI are the operations that are signed.
type adminAPI interface {
	AdminInitiateAuth(context.Context, *cip.AdminInitiateAuthInput, ...func(*cip.Options)) (*cip.AdminInitiateAuthOutput, error)
	AdminRespondToAuthChallenge(context.Context, *cip.AdminRespondToAuthChallengeInput, ...func(*cip.Options)) (*cip.AdminRespondToAuthChallengeOutput, error)
	AdminDeleteUser(context.Context, *cip.AdminDeleteUserInput, ...func(*cip.Options)) (*cip.AdminDeleteUserOutput, error)
}
