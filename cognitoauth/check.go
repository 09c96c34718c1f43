package cognitoauth

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// checks collects what is wrong with an input, so that one error names it all, in
// the same order whenever the same input is checked. They are those of Cognito's
// API model and no stricter: what Cognito might accept is sent, and Cognito judges
// it. Invalid UTF-8 cannot be sent at all; JSON would carry something else in its
// place.
type checks struct {
	op       string
	problems []string
}

func check(op string) *checks { return &checks{op: op} }

func (c *checks) err() error {
	if c.problems == nil {
		return nil
	}
	return invalidInput(c.op, "%s", strings.Join(c.problems, "; "))
}

func (c *checks) add(format string, args ...any) *checks {
	c.problems = append(c.problems, fmt.Sprintf(format, args...))
	return c
}

// text checks a member that may be empty. The limit is in characters.
func (c *checks) text(name, value string, limit int) *checks {
	switch {
	case !utf8.ValidString(value):
		return c.add("%s is not valid UTF-8", name)
	case len(value) > limit && utf8.RuneCountInString(value) > limit:
		return c.add("%s is longer than %d characters", name, limit)
	}
	return c
}

// required checks a member that must be there.
func (c *checks) required(name, value string, limit int) *checks {
	if value == "" {
		return c.add("%s is empty", name)
	}
	return c.text(name, value, limit)
}

// Limits in characters, each that of the API's type: UsernameType,
// PasswordType, ConfirmationCodeType, SessionType, AttributeValueType and
// StringType. TokenModelType has none, so a token gets that of StringType; maxName
// is above any name that the API has.
const (
	maxUsername       = 128
	maxPassword       = 256
	maxCode           = 2048
	maxSession        = 2048
	maxAttributeValue = 2048
	maxString         = 131_072
	maxName           = 128
)

func (c *checks) username(name, value string) *checks { return c.required(name, value, maxUsername) }
func (c *checks) code(value string) *checks           { return c.required("Code", value, maxCode) }
func (c *checks) token(name, value string) *checks    { return c.required(name, value, maxString) }

func (c *checks) password(name, value string) *checks { return c.required(name, value, maxPassword) }

func (c *checks) attributes(name string, attributes map[string]string) *checks {
	for _, key := range slices.Sorted(maps.Keys(attributes)) {
		switch {
		case key == "":
			c.add("%s has an attribute without a name", name)
		case !utf8.ValidString(key):
			c.add("%s has an attribute whose name is not valid UTF-8", name)
		default:
			c.text(fmt.Sprintf("%s[%.40q]", name, key), attributes[key], maxAttributeValue)
		}
	}
	return c
}

// someAttributes checks attributes that must not be empty.
func (c *checks) someAttributes(name string, attributes map[string]string) *checks {
	if len(attributes) == 0 {
		return c.add("%s is empty", name)
	}
	return c.attributes(name, attributes)
}

// names checks a list of attribute names that must not be empty.
func (c *checks) names(name string, list []string) *checks {
	if len(list) == 0 {
		return c.add("%s is empty", name)
	}
	for i, item := range list {
		c.required(fmt.Sprintf("%s[%d]", name, i), item, maxName)
	}
	return c
}

func (c *checks) metadata(name string, metadata map[string]string) *checks {
	for key, value := range metadata {
		if !utf8.ValidString(key) || !utf8.ValidString(value) {
			c.add("%s has a key or value that is not valid UTF-8", name)
		}
	}
	return c
}

func (c *checks) userContext(u UserContext) *checks {
	return c.text("UserContext.IPAddress", u.IPAddress, maxString).
		text("UserContext.EncodedData", u.EncodedData, maxString)
}

func (c *checks) adminContext(a AdminContext) *checks {
	return c.text("Context.IPAddress", a.IPAddress, maxString).
		text("Context.ServerName", a.ServerName, maxString).
		text("Context.ServerPath", a.ServerPath, maxString).
		text("Context.EncodedData", a.EncodedData, maxString).
		metadata("Context.Headers", a.Headers)
}

func (c *checks) device(d *Device) *checks {
	if d == nil {
		return c
	}
	return c.required("Device.Key", d.Key, maxName).
		required("Device.GroupKey", d.GroupKey, maxString).
		required("Device.Password", d.Password, maxString)
}
