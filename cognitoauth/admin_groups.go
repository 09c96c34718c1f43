package cognitoauth

import (
	"context"
	"encoding/json"
	"iter"
	"math"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// Group is a group of users. Its members' tokens name it in cognito:groups.
type Group struct {
	Name        string
	Description string
	RoleARN     string // the IAM role that members may get from an identity pool
	Precedence  GroupPrecedence
	Created     time.Time
	Modified    time.Time
}

// GroupPrecedence ranks a group among the groups of a user: the role of the one
// with the lowest number is the user's preferred role. The zero value is none at
// all, which ranks below every number; zero itself, the highest rank, is
// Precedence(0).
type GroupPrecedence struct {
	value int
	set   bool
}

// Precedence returns the precedence n, from 0 (the highest rank) to 2³¹-1. Any
// other n is [ErrInvalidInput] where it is used.
func Precedence(n int) GroupPrecedence { return GroupPrecedence{value: n, set: true} }

// Value returns the number, and false if there is none.
func (p GroupPrecedence) Value() (n int, ok bool) { return p.value, p.set }

// String returns the number, or "none".
func (p GroupPrecedence) String() string {
	if !p.set {
		return "none"
	}
	return strconv.Itoa(p.value)
}

// MarshalJSON returns the number, or null.
func (p GroupPrecedence) MarshalJSON() ([]byte, error) {
	if !p.set {
		return []byte("null"), nil
	}
	return json.Marshal(p.value)
}

// UnmarshalJSON reads a number, or null for none.
func (p *GroupPrecedence) UnmarshalJSON(b []byte) error {
	var n *int
	if err := json.Unmarshal(b, &n); err != nil {
		return err
	}
	*p = GroupPrecedence{}
	if n != nil {
		*p = Precedence(*n)
	}
	return nil
}

// wire is the form of a precedence that was checked.
func (p GroupPrecedence) wire() *int32 {
	if !p.set {
		return nil
	}
	return aws.Int32(int32(p.value))
}

// CreateGroupInput describes a new group.
type CreateGroupInput struct {
	Name        string
	Description string
	RoleARN     string // of the IAM role that members may get from an identity pool
	Precedence  GroupPrecedence
}

// CreateGroupOutput has the group as created.
type CreateGroupOutput struct {
	Group
}

// CreateGroup creates a group.
//
// A taken name is [ErrGroupExists], one group more than the pool may have is
// [ErrLimitExceeded].
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateGroup.html
func (a *Admin) CreateGroup(ctx context.Context, in CreateGroupInput) (*CreateGroupOutput, error) {
	if err := check(opCreateGroup).required("Name", in.Name, maxName).
		group(in.Description, in.RoleARN, in.Precedence).err(); err != nil {
		return nil, err
	}
	out, err := callSigned(ctx, a, request{op: opCreateGroup}, adminAPI.CreateGroup, &cip.CreateGroupInput{
		UserPoolId:  aws.String(a.pool.cfg.UserPoolID),
		GroupName:   aws.String(in.Name),
		Description: optional(in.Description),
		RoleArn:     optional(in.RoleARN),
		Precedence:  in.Precedence.wire(),
	})
	if err != nil {
		return nil, err
	}
	group, err := newGroup(opCreateGroup, out.Group)
	if err != nil {
		return nil, err
	}
	return &CreateGroupOutput{Group: group}, nil
}

// GetGroupInput names the group to look up.
type GetGroupInput struct {
	Name string
}

// GetGroupOutput has the group.
type GetGroupOutput struct {
	Group
}

// GetGroup looks up one group. An unknown one is [ErrGroupNotFound].
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetGroup.html
func (a *Admin) GetGroup(ctx context.Context, in GetGroupInput) (*GetGroupOutput, error) {
	if err := check(opGetGroup).required("Name", in.Name, maxName).err(); err != nil {
		return nil, err
	}
	r := request{op: opGetGroup, repeatable: true}
	out, err := callSigned(ctx, a, r, adminAPI.GetGroup, &cip.GetGroupInput{
		UserPoolId: aws.String(a.pool.cfg.UserPoolID),
		GroupName:  aws.String(in.Name),
	})
	if err != nil {
		return nil, err
	}
	group, err := newGroup(opGetGroup, out.Group)
	if err != nil {
		return nil, err
	}
	return &GetGroupOutput{Group: group}, nil
}

// UpdateGroupInput has what to change in a group. What is left empty is not
// sent, so that Cognito leaves it as it is.
type UpdateGroupInput struct {
	Name        string // which group; it keeps its name
	Description string
	RoleARN     string // of the IAM role that members may get from an identity pool
	Precedence  GroupPrecedence
}

// UpdateGroupOutput has the group as it is now.
type UpdateGroupOutput struct {
	Group
}

// UpdateGroup changes a group. An unknown one is [ErrGroupNotFound].
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateGroup.html
func (a *Admin) UpdateGroup(ctx context.Context, in UpdateGroupInput) (*UpdateGroupOutput, error) {
	if err := check(opUpdateGroup).required("Name", in.Name, maxName).
		group(in.Description, in.RoleARN, in.Precedence).err(); err != nil {
		return nil, err
	}
	r := request{op: opUpdateGroup, repeatable: true} // sets a state, tells nobody
	out, err := callSigned(ctx, a, r, adminAPI.UpdateGroup, &cip.UpdateGroupInput{
		UserPoolId:  aws.String(a.pool.cfg.UserPoolID),
		GroupName:   aws.String(in.Name),
		Description: optional(in.Description),
		RoleArn:     optional(in.RoleARN),
		Precedence:  in.Precedence.wire(),
	})
	if err != nil {
		return nil, err
	}
	group, err := newGroup(opUpdateGroup, out.Group)
	if err != nil {
		return nil, err
	}
	return &UpdateGroupOutput{Group: group}, nil
}

// DeleteGroupInput names the group to delete.
type DeleteGroupInput struct {
	Name string
}

// DeleteGroupOutput is empty so far.
type DeleteGroupOutput struct{}

// DeleteGroup deletes a group; its members stay users of the pool. An unknown
// one is [ErrGroupNotFound].
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteGroup.html
func (a *Admin) DeleteGroup(ctx context.Context, in DeleteGroupInput) (*DeleteGroupOutput, error) {
	if err := check(opDeleteGroup).required("Name", in.Name, maxName).err(); err != nil {
		return nil, err
	}
	_, err := callSigned(ctx, a, request{op: opDeleteGroup}, adminAPI.DeleteGroup, &cip.DeleteGroupInput{
		UserPoolId: aws.String(a.pool.cfg.UserPoolID),
		GroupName:  aws.String(in.Name),
	})
	if err != nil {
		return nil, err
	}
	return &DeleteGroupOutput{}, nil
}

// ListGroupsInput says how to list the pool's groups.
type ListGroupsInput struct {
	// PageSize is how many groups one request brings, 1 to 60. Zero: 60.
	PageSize int
}

// ListGroups lists the pool's groups, page by page as they are asked for. An
// error is the last element.
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListGroups.html
func (a *Admin) ListGroups(ctx context.Context, in ListGroupsInput) iter.Seq2[Group, error] {
	if err := check(opListGroups).pageSize(in.PageSize).err(); err != nil {
		return failed[Group](err)
	}
	return pages(opListGroups, func(token *string) ([]Group, *string, error) {
		r := request{op: opListGroups, repeatable: true}
		out, err := callSigned(ctx, a, r, adminAPI.ListGroups, &cip.ListGroupsInput{
			UserPoolId: aws.String(a.pool.cfg.UserPoolID),
			Limit:      pageLimit(in.PageSize),
			NextToken:  token,
		})
		if err != nil {
			return nil, nil, err
		}
		items, err := each(opListGroups, out.Groups, newGroup)
		return items, out.NextToken, err
	})
}

// maxDescription and maxARN are DescriptionType's and ArnType's maximum in the
// API model.
const (
	maxDescription = 2048
	maxARN         = 2048
)

// group checks what a group has besides its name.
func (c *checks) group(description, roleARN string, p GroupPrecedence) *checks {
	if p.set && (p.value < 0 || int64(p.value) > math.MaxInt32) {
		c.add("Precedence is %d: want 0 to %d", p.value, math.MaxInt32)
	}
	return c.text("Description", description, maxDescription).text("RoleARN", roleARN, maxARN)
}

func newGroup(op string, g *types.GroupType) (Group, error) {
	if g == nil || aws.ToString(g.GroupName) == "" {
		return Group{}, malformedReply(op, "a group without GroupName")
	}
	group := Group{
		Name:        aws.ToString(g.GroupName),
		Description: aws.ToString(g.Description),
		RoleARN:     aws.ToString(g.RoleArn),
		Created:     aws.ToTime(g.CreationDate),
		Modified:    aws.ToTime(g.LastModifiedDate),
	}
	if g.Precedence != nil {
		group.Precedence = Precedence(int(*g.Precedence))
	}
	return group, nil
}
