package cognitotest

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"unicode/utf8"
)

// A shape is what the API model says of a member before any logic sees it:
// length, pattern, and whether the offending value may be repeated in the
// error (Cognito leaves out the values of members its model marks sensitive).
type shape struct {
	min, max int
	pattern  *regexp.Regexp
	// shown is the pattern as Cognito prints it.
	shown     string
	sensitive bool
}

func pattern(minLength, maxLength int, shown string, sensitive bool) shape {
	anchored := shown
	if !strings.HasPrefix(shown, "^") {
		anchored = "^(?:" + shown + ")$"
	}
	return shape{min: minLength, max: maxLength, pattern: regexp.MustCompile("(?s)" + anchored), shown: shown, sensitive: sensitive}
}

// shapes are keyed by the name used in `shape:"…"` tags.
//
// Source: the API reference of the Cognito user pools API; the password's
// bounds and pattern are those of its validation errors.
var shapes = map[string]shape{
	"any":       {},
	"clientId":  pattern(1, 128, `[\w+]+`, true),
	"code":      pattern(1, 2048, `[\S]+`, false),
	"device":    pattern(1, 55, `[\w-]+_[0-9a-f-]+`, false),
	"group":     pattern(1, 128, `[\p{L}\p{M}\p{S}\p{N}\p{P}]+`, false),
	"password":  pattern(6, 256, `^[\S]+.*[\S]+$`, true),
	"poolId":    pattern(1, 55, `[\w-]+_[0-9a-zA-Z]+`, false),
	"session":   {min: 20, max: 2048, sensitive: true},
	"token":     pattern(1, 16384, `[A-Za-z0-9-_=.]+`, true),
	"totp":      pattern(6, 6, `[0-9]+`, true),
	"username":  pattern(1, 128, `[\p{L}\p{M}\p{S}\p{N}\p{P}]+`, true),
	"attribute": pattern(1, 32, `[\p{L}\p{M}\p{S}\p{N}\p{P}]+`, false),
}

// validate applies the shape tags of in, a pointer to an input struct, and
// returns every violation in one InvalidParameterException, as AWS does.
// A tag is a shape's name, with ",required" when the member must be there.
// sent holds the members that the request has: AWS tells an empty member from
// one that is absent.
func validate(in any, sent map[string]json.RawMessage) error {
	problems := checkShapes(reflect.ValueOf(in).Elem(), sent)
	switch len(problems) {
	case 0:
		return nil
	case 1:
		return fail(codeInvalidParameter, "1 validation error detected: "+problems[0])
	default:
		return failf(codeInvalidParameter, "%d validation errors detected: %s", len(problems), strings.Join(problems, "; "))
	}
}

func checkShapes(v reflect.Value, sent map[string]json.RawMessage) []string {
	var problems []string
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if field.Anonymous {
			problems = append(problems, checkShapes(v.Field(i), sent)...)
			continue
		}
		tag, ok := field.Tag.Lookup("shape")
		if !ok {
			continue
		}
		shapeName, required := strings.CutSuffix(tag, ",required")
		name := memberName(field)
		if raw, present := sent[name]; present && string(raw) != "null" {
			problems = append(problems, checkShape(lowerFirst(name), shapes[shapeName], v.Field(i))...)
		} else if required {
			problems = append(problems, nullProblem(lowerFirst(name)))
		}
	}
	return problems
}

// checkShape checks a member that is there. Only strings have shapes.
func checkShape(member string, s shape, v reflect.Value) []string {
	if v.Kind() != reflect.String {
		return nil
	}
	text := v.String()
	var problems []string
	add := func(constraint string) {
		value := "Value '" + text + "'"
		if s.sensitive || len(text) > 256 {
			value = "Value"
		}
		problems = append(problems, fmt.Sprintf("%s at '%s' failed to satisfy constraint: Member must %s", value, member, constraint))
	}
	switch n := utf8.RuneCountInString(text); {
	case n < s.min:
		add(fmt.Sprintf("have length greater than or equal to %d", s.min))
	case s.max > 0 && n > s.max:
		add(fmt.Sprintf("have length less than or equal to %d", s.max))
	}
	if s.pattern != nil && !s.pattern.MatchString(text) {
		add("satisfy regular expression pattern: " + s.shown)
	}
	return problems
}

func nullProblem(member string) string {
	return "Value null at '" + member + "' failed to satisfy constraint: Member must not be null"
}

// memberName is the member's name on the wire.
func memberName(f reflect.StructField) string {
	if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" {
		return name
	}
	return f.Name
}

// lowerFirst is how validation errors spell a member: ClientId is 'clientId'.
func lowerFirst(name string) string { return strings.ToLower(name[:1]) + name[1:] }
