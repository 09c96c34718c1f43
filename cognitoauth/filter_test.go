package cognitoauth

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestUserFilter(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		filter UserFilter
		want   string // as sent; "!" and what the error says
	}{
		{"all", UserFilter{}, ""},
		{"equal", FilterEqual("given_name", "Jon"), `given_name = "Jon"`},
		{"prefix", FilterPrefix("given_name", "Jon"), `given_name ^= "Jon"`},
		{"status", FilterEqual("cognito:user_status", string(UserConfirmed)), `cognito:user_status = "CONFIRMED"`},
		{"empty value", FilterEqual("email", ""), `email = ""`},
		{"quotation marks", FilterEqual("email", `".".@example.com`), `email = "\".\".@example.com"`},
		{"backslash at the end", FilterEqual("name", `a\`), `name = "a\\"`},
		{"both", FilterEqual("name", `\"`), `name = "\\\""`},
		{"another filter", FilterEqual("name", `x" or email ^= "`), `name = "x\" or email ^= \""`},
		{"other scripts", FilterPrefix("family_name", "Ŝtefan 李"), `family_name ^= "Ŝtefan 李"`},
		{"longest", FilterEqual("sub", strings.Repeat("é", 248)), `sub = "` + strings.Repeat("é", 248) + `"`},
		{"too long", FilterEqual("sub", strings.Repeat("é", 249)), "!longer than 256"},
		{"too long once escaped", FilterEqual("sub", strings.Repeat(`"`, 125)), "!longer than 256"},
		{"custom attribute", FilterEqual("custom:team", "x"), `!"custom:team"`},
		{"attribute with an operator", FilterEqual(`email = "a" or name`, "x"), "!cannot search"},
		{"no attribute", FilterEqual("", "x"), "!cannot search"},
		{"other case", FilterEqual("Email", "x"), "!cannot search"},
		{"invalid UTF-8", FilterEqual("name", "a\xff"), "!UTF-8"},
		{"line break", FilterEqual("name", "a\nb"), "!control"},
		{"NUL", FilterEqual("name", "\x00"), "!control"},
		{"C1 control", FilterEqual("name", "\u0085"), "!control"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			pool, api := newFakePool(t, Config{})
			_, err := read(t, names(pool.Admin().ListUsers(t.Context(), ListUsersInput{Filter: test.filter})))
			problem, bad := strings.CutPrefix(test.want, "!")
			if bad {
				if !errors.Is(err, ErrInvalidInput) || !strings.Contains(err.Error(), "Filter") || !strings.Contains(err.Error(), problem) || len(api.sent) != 0 {
					t.Errorf("error %v with %d requests, want ErrInvalidInput that says %q, and none", err, len(api.sent), problem)
				}
				if s := fmt.Sprint(test.filter); !strings.Contains(s, problem) {
					t.Errorf("it prints as %q", s)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := sentFilter(api); got != test.want || fmt.Sprint(test.filter) != test.want {
				t.Errorf("sent %q, printed %q, want %q", got, test.filter, test.want)
			}
		})
	}
}

// parseFilter reads a filter by the grammar that the API reference gives:
// AttributeName Filter-Type "AttributeValue", where a backslash makes the next
// character an ordinary one.
func parseFilter(s string) (attribute, operator, value string, ok bool) {
	attribute, rest, _ := strings.Cut(s, " ")
	operator, rest, _ = strings.Cut(rest, " ")
	if rest == "" || rest[0] != '"' {
		return "", "", "", false
	}
	var b strings.Builder
	for i := 1; i < len(rest); i++ {
		switch rest[i] {
		case '"':
			return attribute, operator, b.String(), i == len(rest)-1
		case '\\':
			if i++; i == len(rest) {
				return "", "", "", false
			}
		}
		b.WriteByte(rest[i])
	}
	return "", "", "", false // no closing quotation mark
}

// FuzzUserFilter: a filter is refused, or means exactly what it was made of.
func FuzzUserFilter(f *testing.F) {
	for _, seed := range []string{"", "Jon", `"`, `\`, `\"`, `a\\"b`, `" or name ^= "`, "\x00", "\xff", "é", "\u2028", strings.Repeat(`\`, 200)} {
		f.Add("email", seed, false)
		f.Add(seed, "x", true)
	}
	f.Fuzz(func(t *testing.T, attribute, value string, prefix bool) {
		filter, wantOperator := FilterEqual(attribute, value), "="
		if prefix {
			filter, wantOperator = FilterPrefix(attribute, value), "^="
		}
		s, err := filter.expression()
		if err != nil {
			harmless := slices.Contains(searchable, attribute) && utf8.ValidString(value) && !strings.ContainsFunc(value, unicode.IsControl)
			if harmless && len(value) < 100 {
				t.Errorf("refused: %v", err)
			}
			return
		}
		gotAttribute, operator, gotValue, ok := parseFilter(s)
		if !ok || gotAttribute != attribute || operator != wantOperator || gotValue != value {
			t.Errorf("%q means %q %q %q, want %q %q %q", s, gotAttribute, operator, gotValue, attribute, wantOperator, value)
		}
		if utf8.RuneCountInString(s) > maxFilter {
			t.Errorf("%d characters", utf8.RuneCountInString(s))
		}
	})
}
