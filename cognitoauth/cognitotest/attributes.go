package cognitotest

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// attribute is AttributeType of the API.
type attribute struct {
	Name  string
	Value string
}

const (
	attrSub               = "sub"
	attrEmail             = "email"
	attrEmailVerified     = "email_verified"
	attrPhone             = "phone_number"
	attrPhoneVerified     = "phone_number_verified"
	attrPreferredUsername = "preferred_username"
	attrIdentities        = "identities"

	verifiedSuffix = "_verified"
	customPrefix   = "custom:"
)

// standardAttributes are the claims of OpenID Connect Core 1.0, section 5.1,
// with which every pool's schema begins.
var standardAttributes = []string{
	"address", "birthdate", attrEmail, attrEmailVerified, "family_name", "gender", "given_name", "locale",
	"middle_name", "name", "nickname", attrPhone, attrPhoneVerified, "picture", attrPreferredUsername,
	"profile", attrSub, "updated_at", "website", "zoneinfo",
}

var (
	customAttribute = regexp.MustCompile(`^(custom|dev):[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,20}$`)
	emailPattern    = regexp.MustCompile(`^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$`)
	phonePattern    = regexp.MustCompile(`^\+[0-9]{1,15}$`) // E.164, which Cognito wants with the plus
)

// maxAttributeLength is the API's bound on an attribute's value.
const maxAttributeLength = 2048

func isStandardAttribute(name string) bool { return slices.Contains(standardAttributes, name) }

// byPool reports whether only the pool and its administrators set the
// attribute.
func byPool(name string) bool {
	return name == attrSub || name == attrIdentities || strings.HasSuffix(name, verifiedSuffix)
}

// schema returns what the pool says of an attribute, and whether it has it.
func (p *pool) schema(name string) (AttributeSchema, bool) {
	for _, a := range p.cfg.Attributes {
		if a.Name == name {
			return a, true
		}
	}
	return AttributeSchema{Name: name}, isStandardAttribute(name)
}

// checkAttributes checks attributes that somebody sets: a user through a
// client, or an administrator (nil).
func (p *pool) checkAttributes(c *client, attributes []attribute) (map[string]string, error) {
	values := make(map[string]string, len(attributes))
	var problems []string
	for _, a := range attributes {
		schema, known := p.schema(a.Name)
		n := utf8.RuneCountInString(a.Value)
		switch {
		case a.Name == "":
			return nil, fail(codeInvalidParameter, "1 validation error detected: "+nullProblem("name"))
		case a.Name == attrSub || a.Name == attrIdentities,
			c != nil && (byPool(a.Name) || known && !c.canWrite(a.Name)):
			return nil, errAttributeWrite
		case !known:
			problems = append(problems, a.Name+": Attribute does not exist in the schema.\n")
		case n > maxAttributeLength || schema.MaxLength > 0 && n > schema.MaxLength:
			limit := maxAttributeLength
			if schema.MaxLength > 0 {
				limit = schema.MaxLength
			}
			problems = append(problems, fmt.Sprintf("%s: String must be no longer than %d characters\n", a.Name, limit))
		case n < schema.MinLength:
			problems = append(problems, fmt.Sprintf("%s: String must be no shorter than %d characters\n", a.Name, schema.MinLength))
		case a.Name == attrEmail && a.Value != "" && !emailPattern.MatchString(a.Value):
			return nil, errEmailFormat
		case a.Name == attrPhone && a.Value != "" && !phonePattern.MatchString(a.Value):
			return nil, errPhoneFormat
		}
		values[a.Name] = a.Value
	}
	if len(problems) > 0 {
		return nil, errSchema(trimmed(problems))
	}
	return values, nil
}

// trimmed removes the line ends by which problems are told apart in a list.
func trimmed(problems []string) []string {
	for i := range problems {
		problems[i] = strings.TrimSpace(problems[i])
	}
	return problems
}

// checkRequired refuses a new user without what the schema requires. The
// attribute that the user name stands for is given with it.
func (p *pool) checkRequired(values map[string]string) error {
	var problems []string
	for _, a := range p.cfg.Attributes {
		if a.Required && values[a.Name] == "" {
			problems = append(problems, a.Name+": The attribute is required")
		}
	}
	if len(problems) > 0 {
		return errSchema(problems)
	}
	return nil
}

// checkMutable refuses to change what the schema says is immutable.
func (p *pool) checkMutable(u *user, values map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		schema, _ := p.schema(name)
		if have := u.attributes[name]; schema.Immutable && have != "" && have != values[name] {
			return errImmutable(name)
		}
	}
	return nil
}

func (u *user) verified(attribute string) bool {
	return u.attributes[attribute+verifiedSuffix] == "true"
}

// list returns the attributes by name, and sub last. With a client, those it
// may read.
func (u *user) list(c *client) []attribute {
	var out []attribute
	for _, name := range slices.Sorted(maps.Keys(u.attributes)) {
		if name == attrSub || c != nil && !c.canRead(name) {
			continue
		}
		out = append(out, attribute{name, u.attributes[name]})
	}
	return append(out, attribute{attrSub, u.sub})
}

// contact is where a user can be reached.
type contact struct {
	attribute, value string
}

func (c contact) medium() string {
	if c.attribute == attrPhone {
		return mediumSMS
	}
	return mediumEmail
}

// The values of DeliveryMediumType.
const (
	mediumEmail = "EMAIL"
	mediumSMS   = "SMS"
)

// delivery is CodeDeliveryDetailsType of the API.
type delivery struct {
	Destination    string
	DeliveryMedium string
	AttributeName  string
}

func (c contact) delivery() *delivery {
	return &delivery{Destination: mask(c.value), DeliveryMedium: c.medium(), AttributeName: c.attribute}
}

// mask hides most of an e-mail address or a phone number, as Cognito does:
// t***@t*** and +*******1234.
func mask(value string) string {
	if local, domain, ok := strings.Cut(value, "@"); ok && local != "" && domain != "" {
		return firstRune(local) + "***@" + firstRune(domain) + "***"
	}
	if !strings.HasPrefix(value, "+") || len(value) < 6 {
		return "***"
	}
	return "+" + strings.Repeat("*", len(value)-5) + value[len(value)-4:]
}

func firstRune(s string) string {
	_, size := utf8.DecodeRuneInString(s)
	return s[:size]
}
