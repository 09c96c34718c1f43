package cognitoauth

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// UserFilter selects users by one attribute, for [ListUsersInput]. The zero
// value selects all. Make one with [FilterEqual] or [FilterPrefix]; whatever
// text is searched for, it stays a text to search for and cannot change what
// the filter means.
type UserFilter struct {
	attribute string
	operator  string // "=" or "^="; empty in the zero value
	value     string
}

// FilterEqual selects the users whose attribute is value. Cognito can search
// for username, email, phone_number, name, given_name, family_name,
// preferred_username, sub, cognito:user_status (a [UserStatus]) and status
// ("Enabled" or "Disabled"). With any other attribute, or a value that has
// control characters in it, ListUsers fails with [ErrInvalidInput] and sends
// nothing.
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsers.html
func FilterEqual(attribute, value string) UserFilter {
	return UserFilter{attribute, "=", value}
}

// FilterPrefix selects the users whose attribute begins with value, by the
// rules of [FilterEqual]. An empty value is the beginning of everything.
func FilterPrefix(attribute, value string) UserFilter {
	return UserFilter{attribute, "^=", value}
}

// searchable are the attributes that ListUsers can search for.
var searchable = []string{
	"username", "email", "phone_number", "name", "given_name", "family_name",
	"preferred_username", "cognito:user_status", "status", "sub",
}

// maxFilter is UserFilterType's maximum in the API model, in characters.
const maxFilter = 256

// String returns the filter as it is sent to Cognito; empty for the zero value,
// and what is wrong with it for one that cannot be sent.
func (f UserFilter) String() string {
	expression, err := f.expression()
	if err != nil {
		return "%!(" + err.Error() + ")"
	}
	return expression
}

// expression is: AttributeName Filter-Type "AttributeValue". A quotation mark
// in the value is escaped with a backslash, as the API reference says, and so a
// backslash has to be, or the last one of a value would escape its end.
func (f UserFilter) expression() (string, error) {
	switch {
	case f == UserFilter{}:
		return "", nil
	case !slices.Contains(searchable, f.attribute):
		return "", fmt.Errorf("cannot search for the attribute %.40q: want one of %s", f.attribute, strings.Join(searchable, ", "))
	case !utf8.ValidString(f.value):
		return "", errors.New("has a value that is not valid UTF-8")
	case strings.ContainsFunc(f.value, unicode.IsControl):
		return "", errors.New("has a value with control characters")
	}
	expression := f.attribute + " " + f.operator + ` "` + escapeFilter.Replace(f.value) + `"`
	if utf8.RuneCountInString(expression) > maxFilter {
		return "", fmt.Errorf("is longer than %d characters", maxFilter)
	}
	return expression, nil
}

var escapeFilter = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

func (c *checks) filter(f UserFilter) *checks {
	if _, err := f.expression(); err != nil {
		return c.add("Filter %v", err)
	}
	return c
}

// wire is the form of a filter that was checked.
func (f UserFilter) wire() *string {
	expression, _ := f.expression()
	return optional(expression)
}
