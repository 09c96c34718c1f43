package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"
)

// input is what the body of a request may hold.
type input struct{ email, password, currentPassword, newPassword, code string }

// field returns the place of a member and how many characters it may have. The
// limits are Cognito's own, which would refuse with less helpful words.
func (in *input) field(name string) (value *string, limit int) {
	switch name {
	case "email":
		return &in.email, 128
	case "password":
		return &in.password, 256
	case "currentPassword":
		return &in.currentPassword, 256
	case "newPassword":
		return &in.newPassword, 256
	default:
		return &in.code, 2048
	}
}

// maxBody is in bytes, and far above any request of this API.
const maxBody = 64 << 10

// decode reads the body of a request: a JSON object that has each of the
// members, and nothing else.
func decode(w http.ResponseWriter, r *http.Request, members []string) (input, error) {
	if mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || mediaType != "application/json" {
		return input{}, newProblem(http.StatusUnsupportedMediaType, "", "Content-Type must be application/json")
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return input{}, newProblem(http.StatusRequestEntityTooLarge, "", fmt.Sprintf("body is over %d bytes", maxBody))
	}
	if err != nil {
		return input{}, badRequest("", "body did not arrive whole")
	}
	return parse(body, members)
}

// parse goes token by token because encoding/json by itself takes "EMAIL" for
// "email", the last of two values for one name, null for nothing, and what is
// not Unicode for U+FFFD, which makes one password of many.
func parse(body []byte, members []string) (in input, err error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber() // or 1e999 would not be a number of the wrong type, but bad JSON
	if start, err := d.Token(); err != nil || start != json.Delim('{') {
		return in, badRequest("", "body must be a JSON object")
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return in, errNotJSON
		}
		name := fmt.Sprint(key)
		if !slices.Contains(members, name) {
			return in, badRequest(fmt.Sprintf("%.64s", name), "is not a field of this request")
		}
		value, err := d.Token()
		if err != nil {
			return in, errNotJSON
		}
		if err := in.set(name, value); err != nil {
			return in, err
		}
	}
	if _, err := d.Token(); err != nil { // the closing brace
		return in, errNotJSON
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return in, badRequest("", "body goes on after the JSON object")
	}
	for _, name := range members {
		if value, _ := in.field(name); *value == "" {
			return in, badRequest(name, "is missing")
		}
	}
	return in, nil
}

var errNotJSON = badRequest("", "body is not valid JSON")

func (in *input) set(name string, token json.Token) error {
	value, limit := in.field(name)
	s, isString := token.(string)
	switch {
	case *value != "":
		return badRequest(name, "is there twice")
	case !isString:
		return badRequest(name, "must be a string")
	case s == "":
		return badRequest(name, "must not be empty")
	case strings.ContainsRune(s, utf8.RuneError):
		return badRequest(name, "must be Unicode text")
	case utf8.RuneCountInString(s) > limit:
		return badRequest(name, fmt.Sprintf("must not be over %d characters", limit))
	case name == "email" && !strings.Contains(s, "@"):
		return badRequest(name, "must be an e-mail address")
	}
	*value = s
	return nil
}
