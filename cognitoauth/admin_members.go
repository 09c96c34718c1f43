package cognitoauth

import (
	"context"
	"iter"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

// AdminAddUserToGroupInput names a user and a group.
type AdminAddUserToGroupInput struct {
	Username string // a user name, a verified alias or a sub
	Group    string // its name
}

// AdminAddUserToGroupOutput is empty so far.
type AdminAddUserToGroupOutput struct{}

// AddUserToGroup makes a user a member of a group. Their tokens say so from the
// next sign-in or refresh on. Adding a member succeeds.
//
// An unknown user is [ErrUserNotFound], an unknown group [ErrGroupNotFound].
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminAddUserToGroup.html
func (a *Admin) AddUserToGroup(ctx context.Context, in AdminAddUserToGroupInput) (*AdminAddUserToGroupOutput, error) {
	if err := check(opAdminAddUserToGroup).username("Username", in.Username).
		required("Group", in.Group, maxName).err(); err != nil {
		return nil, err
	}
	r := request{op: opAdminAddUserToGroup, repeatable: true} // sets a state, tells nobody
	_, err := callSigned(ctx, a, r, adminAPI.AdminAddUserToGroup, &cip.AdminAddUserToGroupInput{
		UserPoolId: aws.String(a.pool.cfg.UserPoolID),
		Username:   aws.String(in.Username),
		GroupName:  aws.String(in.Group),
	})
	if err != nil {
		return nil, err
	}
	return &AdminAddUserToGroupOutput{}, nil
}

// AdminRemoveUserFromGroupInput names a user and a group.
type AdminRemoveUserFromGroupInput struct {
	Username string // a user name, a verified alias or a sub
	Group    string // its name
}

// AdminRemoveUserFromGroupOutput is empty so far.
type AdminRemoveUserFromGroupOutput struct{}

// RemoveUserFromGroup ends a user's membership of a group. Tokens that were
// issued before go on naming the group until they expire. Removing one who is
// not a member succeeds.
//
// An unknown user is [ErrUserNotFound], an unknown group [ErrGroupNotFound].
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminRemoveUserFromGroup.html
func (a *Admin) RemoveUserFromGroup(ctx context.Context, in AdminRemoveUserFromGroupInput) (*AdminRemoveUserFromGroupOutput, error) {
	if err := check(opAdminRemoveUserFromGroup).username("Username", in.Username).
		required("Group", in.Group, maxName).err(); err != nil {
		return nil, err
	}
	// Cognito does not mind one who is not a member, as was seen in
	// https://github.com/common-fate/glide/pull/197.
	r := request{op: opAdminRemoveUserFromGroup, repeatable: true}
	_, err := callSigned(ctx, a, r, adminAPI.AdminRemoveUserFromGroup, &cip.AdminRemoveUserFromGroupInput{
		UserPoolId: aws.String(a.pool.cfg.UserPoolID),
		Username:   aws.String(in.Username),
		GroupName:  aws.String(in.Group),
	})
	if err != nil {
		return nil, err
	}
	return &AdminRemoveUserFromGroupOutput{}, nil
}

// AdminListGroupsForUserInput names the user whose groups to list.
type AdminListGroupsForUserInput struct {
	Username string // a user name, a verified alias or a sub

	// PageSize is how many groups one request brings, 1 to 60. Zero: 60.
	PageSize int
}

// ListGroupsForUser lists the groups that a user is a member of, page by page
// as they are asked for. An error is the last element; an unknown user is
// [ErrUserNotFound].
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminListGroupsForUser.html
func (a *Admin) ListGroupsForUser(ctx context.Context, in AdminListGroupsForUserInput) iter.Seq2[Group, error] {
	if err := check(opAdminListGroupsForUser).username("Username", in.Username).
		pageSize(in.PageSize).err(); err != nil {
		return failed[Group](err)
	}
	return pages(opAdminListGroupsForUser, func(token *string) ([]Group, *string, error) {
		r := request{op: opAdminListGroupsForUser, repeatable: true}
		out, err := callSigned(ctx, a, r, adminAPI.AdminListGroupsForUser, &cip.AdminListGroupsForUserInput{
			UserPoolId: aws.String(a.pool.cfg.UserPoolID),
			Username:   aws.String(in.Username),
			Limit:      pageLimit(in.PageSize),
			NextToken:  token,
		})
		if err != nil {
			return nil, nil, err
		}
		items, err := each(opAdminListGroupsForUser, out.Groups, newGroup)
		return items, out.NextToken, err
	})
}

// ListUsersInGroupInput names the group whose members to list.
type ListUsersInGroupInput struct {
	Group string // its name

	// PageSize is how many users one request brings, 1 to 60. Zero: 60.
	PageSize int
}

// ListUsersInGroup lists the members of a group, page by page as they are asked
// for. An error is the last element; an unknown group is [ErrGroupNotFound].
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsersInGroup.html
func (a *Admin) ListUsersInGroup(ctx context.Context, in ListUsersInGroupInput) iter.Seq2[User, error] {
	if err := check(opListUsersInGroup).required("Group", in.Group, maxName).
		pageSize(in.PageSize).err(); err != nil {
		return failed[User](err)
	}
	return pages(opListUsersInGroup, func(token *string) ([]User, *string, error) {
		r := request{op: opListUsersInGroup, repeatable: true}
		out, err := callSigned(ctx, a, r, adminAPI.ListUsersInGroup, &cip.ListUsersInGroupInput{
			UserPoolId: aws.String(a.pool.cfg.UserPoolID),
			GroupName:  aws.String(in.Group),
			Limit:      pageLimit(in.PageSize),
			NextToken:  token,
		})
		if err != nil {
			return nil, nil, err
		}
		items, err := each(opListUsersInGroup, out.Users, newUser)
		return items, out.NextToken, err
	})
}
