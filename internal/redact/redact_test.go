package redact_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/cognitoauth/cognito-go/internal/redact"
)

type inner struct{ Password string }

func (i inner) Format(s fmt.State, _ rune) { redact.Format(s, i) }

type outer struct {
	Name     string
	Password string
	Answers  map[string]string
	Inner    inner
	Pointer  *inner
	Nil      *inner
	hidden   string
}

func TestFormat(t *testing.T) {
	t.Parallel()
	v := outer{
		Name: "ada", Password: "s3cr3t", Answers: map[string]string{"CODE": "s3cr3t"},
		Inner: inner{"s3cr3t"}, Pointer: &inner{"s3cr3t"}, hidden: "s3cr3t",
	}
	const want = `redact_test.outer{Name:"ada", Password:"[REDACTED]", Answers:map[CODE:[REDACTED]], Inner:redact_test.inner{Password:"[REDACTED]"}, Pointer:redact_test.inner{Password:"[REDACTED]"}, Nil:nil}`
	for _, value := range []any{v, &v} {
		var b strings.Builder
		if redact.Format(&b, value); b.String() != want {
			t.Errorf("%T:\ngot  %s\nwant %s", value, &b, want)
		}
	}
	var b strings.Builder
	if redact.Format(&b, (*outer)(nil)); b.String() != "<nil>" {
		t.Errorf("nil pointer: %s", &b)
	}
	b.Reset()
	if redact.FormatAs(&b, "pool", inner{}); b.String() != `pool{Password:""}` {
		t.Errorf("empty secret: %s", &b)
	}
}

func TestJSON(t *testing.T) {
	t.Parallel()
	type input struct {
		Name     string
		Password string
		Answers  map[string]string
	}
	for want, v := range map[string]any{
		`{"Name":"a\"b","Password":"[REDACTED]","Answers":{"CODE":"[REDACTED]"}}`: input{`a"b`, "s3cr3t", map[string]string{"CODE": "s3cr3t"}},
		`{"Name":"","Password":"","Answers":null}`:                                &input{},
		`null`: (*input)(nil),
	} {
		got, err := redact.JSON(v)
		if err != nil || string(got) != want {
			t.Errorf("got %s, %v; want %s", got, err, want)
		}
	}
	if _, err := redact.JSON(struct{ C chan int }{make(chan int)}); err == nil {
		t.Error("a field that cannot be marshalled is no error")
	}
}
