package cognitotest

import (
	"slices"
	"strings"
)

type listUsersInput struct {
	UserPoolID      string `json:"UserPoolId" shape:"poolId,required"`
	AttributesToGet []string
	Filter          string
	Limit           int
	PaginationToken string
}

type listUsersOutput struct {
	Users           []userRecord
	PaginationToken string `json:",omitempty"`
}

func (p *pool) listUsers(_ *call, in *listUsersInput) (*listUsersOutput, error) {
	if err := p.checkPool(in.UserPoolID); err != nil {
		return nil, err
	}
	matches, err := parseFilter(in.Filter)
	if err != nil {
		return nil, err
	}
	var found []*user
	for _, u := range p.sorted() {
		if matches(u) {
			found = append(found, u)
		}
	}
	page, next, err := paginate(found, in.Limit, 60, in.PaginationToken)
	if err != nil {
		return nil, err
	}
	out := &listUsersOutput{Users: []userRecord{}, PaginationToken: next}
	for _, u := range page {
		r := u.withAttributes()
		if in.AttributesToGet != nil {
			r.Attributes = slices.DeleteFunc(r.Attributes, func(a attribute) bool {
				return !slices.Contains(in.AttributesToGet, a.Name)
			})
		}
		out.Users = append(out.Users, r)
	}
	return out, nil
}

// parseFilter reads a ListUsers filter: AttributeName, = or ^=, and a quoted
// value, in which quotes and backslashes are escaped. Source: ListUsers in the
// API reference.
func parseFilter(filter string) (func(*user) bool, error) {
	if strings.TrimSpace(filter) == "" {
		return func(*user) bool { return true }, nil
	}
	bad := fail(codeInvalidParameter, "Invalid filter format.")
	i := strings.IndexAny(filter, "=^")
	if i < 0 {
		return nil, bad
	}
	name := strings.Trim(strings.TrimSpace(filter[:i]), `"`)
	rest, prefix := strings.CutPrefix(filter[i:], "^=")
	if !prefix {
		rest = filter[i+1:]
		if filter[i] != '=' {
			return nil, bad
		}
	}
	value, ok := unquoteFilter(strings.TrimSpace(rest))
	if !ok {
		return nil, bad
	}
	switch name {
	case "username", attrEmail, attrPhone, "name", "given_name", "family_name", attrPreferredUsername,
		"cognito:user_status", "status", attrSub:
	default:
		return nil, failf(codeInvalidParameter, "Invalid search attribute: %.64s", name)
	}
	return func(u *user) bool {
		have := u.attributes[name]
		switch name {
		case "username":
			have = u.name
		case "cognito:user_status":
			have = u.status
		case "status":
			have = "Enabled"
			if u.disabled {
				have = "Disabled"
			}
		}
		if prefix {
			return strings.HasPrefix(strings.ToLower(have), strings.ToLower(value))
		}
		if name == "cognito:user_status" || name == "status" {
			return strings.EqualFold(have, value)
		}
		return have == value
	}, nil
}

func unquoteFilter(s string) (string, bool) {
	if len(s) < 2 || s[0] != '"' || s[len(s)-1] != '"' {
		return "", false
	}
	var out strings.Builder
	for i := 1; i < len(s)-1; i++ {
		switch s[i] {
		case '"':
			return "", false
		case '\\':
			if i++; i == len(s)-1 {
				return "", false
			}
		}
		out.WriteByte(s[i])
	}
	return out.String(), true
}
