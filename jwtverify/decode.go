package jwtverify

import (
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"unicode"

	"github.com/cognitoauth/cognito-go/internal/jws"
)

// Decode stores the claims, custom ones included, in the value v points to,
// by the rules and struct tags of encoding/json, with one difference: names are
// matched byte for byte, at every level. encoding/json also takes EMAIL for
// email, and a Kelvin sign for a k, so that whoever can choose the name of
// one custom claim could choose the value of another.
//
// Types with an UnmarshalJSON of their own, and values already in a field of an
// interface type, decode themselves and are handed the text as it was sent.
//
// Only claims that came from a [Verifier] can be decoded.
func (c *Claims) Decode(v any) error {
	if c.payload == nil {
		return errors.New("jwtverify: these claims did not come from a Verifier")
	}
	target := reflect.ValueOf(v)
	if target.Kind() != reflect.Pointer || target.IsNil() {
		return fmt.Errorf("jwtverify: decode claims: want a pointer, got %T", v)
	}
	x := exactNames{s: jws.NewScanner(*c.payload), out: make([]byte, 0, len(*c.payload))}
	x.value(target.Type())
	if err := x.s.Finish(); err != nil {
		return fmt.Errorf("jwtverify: decode claims: %w", err)
	}
	if err := json.Unmarshal(x.out, v); err != nil {
		return fmt.Errorf("jwtverify: decode claims: %w", err)
	}
	return nil
}

// exactNames copies JSON text and leaves out the members that encoding/json
// would match with a struct field only by folding their case. What is left
// it matches exactly, so the two of them make a decoder that does not fold.
type exactNames struct {
	s   jws.Scanner[string]
	out []byte
}

var (
	jsonUnmarshaler = reflect.TypeFor[json.Unmarshaler]()
	textUnmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// value copies the next value, which will be decoded into a t.
func (x *exactNames) value(t reflect.Type) {
	for t.Kind() == reflect.Pointer && !t.Implements(jsonUnmarshaler) {
		t = t.Elem()
	}
	if p := reflect.PointerTo(t); p.Implements(jsonUnmarshaler) || p.Implements(textUnmarshaler) || t.Implements(jsonUnmarshaler) {
		x.raw()
		return
	}
	switch kind := x.s.Peek(); {
	case kind == jws.KindObject && t.Kind() == reflect.Struct:
		fields := jsonFields(t)
		x.object(func(name string) (reflect.Type, bool) {
			field, ok := fields[name]
			return field, ok
		})
	case kind == jws.KindObject && t.Kind() == reflect.Map:
		x.object(func(string) (reflect.Type, bool) { return t.Elem(), true })
	case kind == jws.KindArray && (t.Kind() == reflect.Slice || t.Kind() == reflect.Array):
		x.array(t.Elem())
	default:
		x.raw()
	}
}

func (x *exactNames) raw() {
	text, _ := x.s.Raw()
	x.out = append(x.out, text...)
}

// object copies the members that keep says have a place to go.
func (x *exactNames) object(keep func(name string) (reflect.Type, bool)) {
	x.out = append(x.out, '{')
	first := true
	var o jws.Members
	for x.s.Object(); ; {
		name, ok := x.s.Member(&o)
		if !ok {
			break
		}
		t, ok := keep(name)
		if !ok {
			x.s.Skip()
			continue
		}
		if !first {
			x.out = append(x.out, ',')
		}
		first = false
		quoted, err := json.Marshal(name)
		if err != nil {
			x.s.Fail(jws.FaultSyntax)
			break
		}
		x.out = append(append(x.out, quoted...), ':')
		x.value(t)
	}
	x.out = append(x.out, '}')
}

func (x *exactNames) array(elem reflect.Type) {
	x.out = append(x.out, '[')
	first := true
	var a jws.Elements
	for x.s.Array(); x.s.Element(&a); {
		if !first {
			x.out = append(x.out, ',')
		}
		first = false
		x.value(elem)
	}
	x.out = append(x.out, ']')
}

var fieldCache sync.Map // reflect.Type to map[string]reflect.Type

// jsonFields returns the fields encoding/json fills in a struct, by the names
// it knows them by: Go's rules for embedded fields, with a tag beating none at
// the same depth, and names that stay ambiguous dropped.
func jsonFields(t reflect.Type) map[string]reflect.Type {
	if cached, ok := fieldCache.Load(t); ok {
		return cached.(map[string]reflect.Type)
	}
	type candidate struct {
		typ    reflect.Type
		tagged bool
		count  int // of candidates as good as this one
	}
	fields := make(map[string]reflect.Type)
	taken := make(map[string]bool) // by a shallower field, or an ambiguity there
	visited := make(map[reflect.Type]bool)
	level := map[reflect.Type]int{t: 1} // with how often each is embedded
	for len(level) > 0 {
		next := make(map[reflect.Type]int)
		found := make(map[string]*candidate)
		for st, times := range level {
			if visited[st] {
				continue
			}
			visited[st] = true
			for f := range st.Fields() {
				tag := f.Tag.Get("json")
				if tag == "-" {
					continue
				}
				name, _, _ := strings.Cut(tag, ",")
				if !validTagName(name) {
					name = ""
				}
				embedded := f.Type
				if embedded.Kind() == reflect.Pointer && embedded.Name() == "" {
					embedded = embedded.Elem()
				}
				if f.Anonymous && embedded.Kind() == reflect.Struct && name == "" {
					next[embedded] += times
					continue
				}
				if !f.IsExported() {
					continue
				}
				tagged := name != ""
				if !tagged {
					name = f.Name
				}
				switch c := found[name]; {
				case c == nil || tagged && !c.tagged:
					found[name] = &candidate{typ: f.Type, tagged: tagged, count: times}
				case tagged == c.tagged:
					c.count += times
				}
			}
		}
		for name, c := range found {
			if !taken[name] && c.count == 1 {
				fields[name] = c.typ
			}
			taken[name] = true
		}
		level = next
	}
	fieldCache.Store(t, fields)
	return fields
}

// validTagName reports whether encoding/json takes the name in a tag for one.
func validTagName(name string) bool {
	for _, c := range name {
		if !strings.ContainsRune("!#$%&()*+-./:;<=>?@[]^_{|}~ ", c) && !isLetterOrDigit(c) {
			return false
		}
	}
	return name != ""
}

func isLetterOrDigit(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) }
