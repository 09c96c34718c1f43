package cognitotest

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"
)

// group is a group of users.
type group struct {
	name, description, roleARN string
	precedence                 *int
	created, modified          time.Time
}

// groupRecord is GroupType of the API.
type groupRecord struct {
	GroupName        string
	UserPoolID       string `json:"UserPoolId"`
	Description      string `json:",omitempty"`
	RoleARN          string `json:"RoleArn,omitempty"`
	Precedence       *int   `json:",omitempty"`
	CreationDate     wireTime
	LastModifiedDate wireTime
}

func (p *pool) groupRecord(g *group) groupRecord {
	return groupRecord{g.name, p.id, g.description, g.roleARN, g.precedence, wireTime(g.created), wireTime(g.modified)}
}

// groupsOf lists a user's groups, the one with the lowest precedence value
// first, as Cognito does in cognito:groups.
func (p *pool) groupsOf(u *user) []string {
	names := slices.Clone(u.groups)
	rank := func(name string) int {
		if g := p.groups[name]; g != nil && g.precedence != nil {
			return *g.precedence
		}
		return int(^uint(0) >> 1)
	}
	slices.SortStableFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), strings.Compare(a, b))
	})
	return names
}

type groupInput struct {
	UserPoolID string `json:"UserPoolId" shape:"poolId,required"`
	GroupName  string `shape:"group,required"`
}

type groupSettingsInput struct {
	groupInput
	Description *string
	RoleARN     *string `json:"RoleArn"`
	Precedence  *int
}

type groupOutput struct{ Group groupRecord }

func (p *pool) group(in groupInput) (*group, error) {
	if err := p.checkPool(in.UserPoolID); err != nil {
		return nil, err
	}
	g := p.groups[in.GroupName]
	if g == nil {
		return nil, errGroupNotFound
	}
	return g, nil
}

func (p *pool) createGroup(c *call, in *groupSettingsInput) (*groupOutput, error) {
	if err := p.checkPool(in.UserPoolID); err != nil {
		return nil, err
	}
	if p.groups[in.GroupName] != nil {
		return nil, errGroupExists
	}
	g := &group{name: in.GroupName, created: c.now}
	p.groups[g.name] = g
	return p.applyGroup(c, g, in), nil
}

func (p *pool) updateGroup(c *call, in *groupSettingsInput) (*groupOutput, error) {
	g, err := p.group(in.groupInput)
	if err != nil {
		return nil, err
	}
	return p.applyGroup(c, g, in), nil
}

func (p *pool) applyGroup(c *call, g *group, in *groupSettingsInput) *groupOutput {
	if in.Description != nil {
		g.description = *in.Description
	}
	if in.RoleARN != nil {
		g.roleARN = *in.RoleARN
	}
	if in.Precedence != nil {
		g.precedence = in.Precedence
	}
	g.modified = c.now
	return &groupOutput{p.groupRecord(g)}
}

func (p *pool) getGroup(_ *call, in *groupInput) (*groupOutput, error) {
	g, err := p.group(*in)
	if err != nil {
		return nil, err
	}
	return &groupOutput{p.groupRecord(g)}, nil
}

func (p *pool) deleteGroup(_ *call, in *groupInput) (*none, error) {
	g, err := p.group(*in)
	if err != nil {
		return nil, err
	}
	delete(p.groups, g.name)
	for _, u := range p.users {
		u.groups = slices.DeleteFunc(u.groups, func(name string) bool { return name == g.name })
	}
	return &none{}, nil
}

type listInput struct {
	UserPoolID string `json:"UserPoolId" shape:"poolId,required"`
	Limit      int
	NextToken  string
}

type listGroupsOutput struct {
	Groups    []groupRecord
	NextToken string `json:",omitempty"`
}

func (p *pool) listGroups(_ *call, in *listInput) (*listGroupsOutput, error) {
	if err := p.checkPool(in.UserPoolID); err != nil {
		return nil, err
	}
	return p.groupPage(slices.Sorted(maps.Keys(p.groups)), in.Limit, in.NextToken)
}

func (p *pool) groupPage(names []string, limit int, token string) (*listGroupsOutput, error) {
	page, next, err := paginate(names, limit, 60, token)
	if err != nil {
		return nil, err
	}
	out := &listGroupsOutput{Groups: []groupRecord{}, NextToken: next}
	for _, name := range page {
		out.Groups = append(out.Groups, p.groupRecord(p.groups[name]))
	}
	return out, nil
}

type memberInput struct {
	groupInput
	Username string `shape:"username,required"`
}

func (p *pool) member(in *memberInput) (*user, *group, error) {
	u, err := p.adminLookup(in.UserPoolID, in.Username)
	if err != nil {
		return nil, nil, err
	}
	g, err := p.group(in.groupInput)
	return u, g, err
}

func (p *pool) adminAddUserToGroup(_ *call, in *memberInput) (*none, error) {
	u, g, err := p.member(in)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(u.groups, g.name) {
		u.groups = append(u.groups, g.name)
	}
	return &none{}, nil
}

func (p *pool) adminRemoveUserFromGroup(_ *call, in *memberInput) (*none, error) {
	u, g, err := p.member(in)
	if err != nil {
		return nil, err
	}
	u.groups = slices.DeleteFunc(u.groups, func(name string) bool { return name == g.name })
	return &none{}, nil
}

type listGroupsForUserInput struct {
	adminUserInput
	Limit     int
	NextToken string
}

func (p *pool) adminListGroupsForUser(_ *call, in *listGroupsForUserInput) (*listGroupsOutput, error) {
	u, err := p.adminLookup(in.UserPoolID, in.Username)
	if err != nil {
		return nil, err
	}
	return p.groupPage(p.groupsOf(u), in.Limit, in.NextToken)
}

type listUsersInGroupInput struct {
	groupInput
	Limit     int
	NextToken string
}

type listUsersInGroupOutput struct {
	Users     []userRecord
	NextToken string `json:",omitempty"`
}

func (p *pool) listUsersInGroup(_ *call, in *listUsersInGroupInput) (*listUsersInGroupOutput, error) {
	g, err := p.group(in.groupInput)
	if err != nil {
		return nil, err
	}
	var members []*user
	for _, u := range p.sorted() {
		if slices.Contains(u.groups, g.name) {
			members = append(members, u)
		}
	}
	page, next, err := paginate(members, in.Limit, 60, in.NextToken)
	if err != nil {
		return nil, err
	}
	out := &listUsersInGroupOutput{Users: []userRecord{}, NextToken: next}
	for _, u := range page {
		out.Users = append(out.Users, u.withAttributes())
	}
	return out, nil
}
