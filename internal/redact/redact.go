// Package redact prints and marshals structs with their secrets masked.
//
// It decides by field name, in one list, so that a field called Password is a
// secret in every type of this module. A test of each package that uses it
// walks its exported types and fails on a string field that is in neither
// [secretFields] nor that test's list of harmless names: a new field has to be
// thought about once.
package redact

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
)

// Mask stands where a secret stood. An empty secret prints as empty, because
// "no password was set" is what one looks for in a log.
const Mask = "[REDACTED]"

var secretFields = map[string]bool{
	"AccessToken":       true,
	"Answers":           true,
	"ClientSecret":      true,
	"Code":              true,
	"CurrentPassword":   true,
	"Device":            true,
	"FeedbackToken":     true,
	"Headers":           true, // of somebody's request: cookies, Authorization
	"IDToken":           true,
	"NewPassword":       true,
	"Password":          true,
	"RefreshToken":      true,
	"SecretCode":        true,
	"Session":           true,
	"TemporaryPassword": true,
	"Token":             true,
	"Tokens":            true,
	"URI":               true,
}

// IsSecret reports whether fields of that name are masked.
func IsSecret(field string) bool { return secretFields[field] }

// Format writes v, a struct or a pointer to one, in the same form for every
// verb and flag: %x or %d of a password is a password too. It is meant to be
// called from a type's own Format method.
func Format(w io.Writer, v any) {
	rv, ok := structOf(v)
	if !ok {
		_, _ = io.WriteString(w, "<nil>")
		return
	}
	FormatAs(w, rv.Type().String(), rv.Interface())
}

// FormatAs is [Format] for a struct that stands in for a type called name.
func FormatAs(w io.Writer, name string, v any) {
	rv := reflect.ValueOf(v)
	_, _ = fmt.Fprintf(w, "%s{", name)
	for i, f := range exported(rv.Type()) {
		if i > 0 {
			_, _ = io.WriteString(w, ", ")
		}
		_, _ = fmt.Fprintf(w, "%s:", f.Name)
		writeValue(w, masked(f, rv.FieldByIndex(f.Index)))
	}
	_, _ = io.WriteString(w, "}")
}

// JSON marshals v, a struct or a pointer to one, under its fields' JSON names.
func JSON(v any) ([]byte, error) {
	rv, ok := structOf(v)
	if !ok {
		return []byte("null"), nil
	}
	var b bytes.Buffer
	b.WriteByte('{')
	for i, f := range exported(rv.Type()) {
		value, err := json.Marshal(masked(f, rv.FieldByIndex(f.Index)).Interface())
		if err != nil {
			return nil, fmt.Errorf("%s.%s: %w", rv.Type(), f.Name, err)
		}
		if i > 0 {
			b.WriteByte(',')
		}
		_, _ = fmt.Fprintf(&b, "%q:%s", f.Name, value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

func structOf(v any) (reflect.Value, bool) {
	rv := reflect.ValueOf(v)
	for rv.Kind() == reflect.Pointer {
		rv = rv.Elem()
	}
	return rv, rv.Kind() == reflect.Struct
}

func exported(t reflect.Type) []reflect.StructField {
	fields := make([]reflect.StructField, 0, t.NumField())
	for f := range t.Fields() {
		if f.IsExported() {
			fields = append(fields, f)
		}
	}
	return fields
}

// masked returns the field's value, or its mask: the text for a string or
// bytes, the same keys with masked values for a map.
func masked(f reflect.StructField, v reflect.Value) reflect.Value {
	if !IsSecret(f.Name) || v.IsZero() {
		return v
	}
	if v.Kind() != reflect.Map {
		return reflect.ValueOf(Mask)
	}
	keys := make(map[string]string, v.Len())
	for _, k := range v.MapKeys() {
		keys[fmt.Sprint(k)] = Mask
	}
	return reflect.ValueOf(keys)
}

// writeValue follows a pointer, which fmt would print as an address, and
// leaves all else to fmt: nested types of ours come back to Format.
func writeValue(w io.Writer, v reflect.Value) {
	switch {
	case v.Kind() == reflect.Pointer && v.IsNil():
		_, _ = io.WriteString(w, "nil")
	case v.Kind() == reflect.String:
		_, _ = fmt.Fprintf(w, "%q", v.String())
	default:
		_, _ = fmt.Fprintf(w, "%+v", v.Interface())
	}
}
