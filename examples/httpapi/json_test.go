package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/cognitoauth/cognito-go/cognitoauth"
	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest"
	"github.com/cognitoauth/cognito-go/jwtverify"
)

// service returns the handler over a fake. Guarded routes let nobody in.
func service(t *testing.T, users *cognitotest.Client) http.Handler {
	t.Helper()
	users.TB = t
	verifier, err := jwtverify.New(jwtverify.Config{UserPoolID: "eu-west-1_Ab12Cd34E", ClientIDs: []string{"3n4b5urk1ft4fl3mg5e62d9ado"}})
	if err != nil {
		t.Fatal(err)
	}
	return newHandler(users, verifier)
}

// post sends a JSON body and returns the answer, whose own form it checks.
func post(t *testing.T, h http.Handler, path, body string) (*httptest.ResponseRecorder, problem) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	return do(t, h, r)
}

func do(t *testing.T, h http.Handler, r *http.Request) (*httptest.ResponseRecorder, problem) {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code < 400 {
		return w, problem{}
	}
	var p problem
	d := json.NewDecoder(bytes.NewReader(w.Body.Bytes()))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		t.Fatalf("status %d with a body that is not a problem: %q", w.Code, w.Body)
	}
	if p.StatusCode != w.Code || p.Status != http.StatusText(w.Code) || w.Header().Get("Content-Type") != "application/json" {
		t.Errorf("status %d, Content-Type %q, body %s", w.Code, w.Header().Get("Content-Type"), w.Body)
	}
	if w.Code == http.StatusUnauthorized {
		if got := w.Body.String(); got != `{"statusCode":401,"error":"Unauthorized"}` || w.Header().Get("WWW-Authenticate") == "" {
			t.Errorf("401 with WWW-Authenticate %q and body %s", w.Header().Get("WWW-Authenticate"), got)
		}
	}
	return w, p
}

const (
	emailMember    = `"email":"ada@example.com"`
	passwordMember = `"password":"Correct-horse-7"`
	rightBody      = `{` + emailMember + `,` + passwordMember + `}`
)

func TestBodiesThatAreWrong(t *testing.T) {
	t.Parallel()
	with := func(member string) string { return `{` + emailMember + `,` + member + `}` }
	rows := []struct {
		name, body string
		status     int
		field      string
	}{
		{"nothing", ``, 400, ""},
		{"white space", " \n", 400, ""},
		{"not JSON", `email=ada@example.com`, 400, ""},
		{"byte order mark", "\uFEFF" + rightBody, 400, ""},
		{"null", `null`, 400, ""},
		{"array", `[` + rightBody + `]`, 400, ""},
		{"string", `"email"`, 400, ""},
		{"number", `1`, 400, ""},
		{"cut in a name", `{"ema`, 400, ""},
		{"cut after a name", `{"email"`, 400, ""},
		{"cut in a value", `{"email":"ada`, 400, ""},
		{"cut after a value", `{` + emailMember, 400, ""},
		{"cut after a comma", `{` + emailMember + `,`, 400, ""},
		{"comma at the end", `{` + emailMember + `,` + passwordMember + `,}`, 400, ""},
		{"no comma", `{` + emailMember + ` ` + passwordMember + `}`, 400, ""},
		{"no colon", `{"email" "ada@example.com"}`, 400, ""},
		{"name without quotes", `{email:"ada@example.com"}`, 400, ""},
		{"name that is a number", `{1:"ada@example.com"}`, 400, ""},
		{"single quotes", `{'email':'ada@example.com'}`, 400, ""},
		{"comment", `{/*hello*/` + emailMember + `,` + passwordMember + `}`, 400, ""},
		{"control character", with("\"password\":\"a\nb\""), 400, ""},
		{"unknown escape", with(`"password":"\x41"`), 400, ""},
		{"closed twice", rightBody + `}`, 400, ""},
		{"closed with a bracket", `{` + emailMember + `,` + passwordMember + `]`, 400, ""},
		{"second object", rightBody + rightBody, 400, ""},
		{"text after the object", rightBody + `x`, 400, ""},
		{"NUL after the object", rightBody + "\x00", 400, ""},

		{"unknown field", `{` + emailMember + `,` + passwordMember + `,"admin":"yes"}`, 400, "admin"},
		{"field of another request", with(`"newPassword":"Correct-horse-7"`), 400, "newPassword"},
		{"upper case", `{"Email":"ada@example.com",` + passwordMember + `}`, 400, "Email"},
		{"unknown field that is deep", `{"a":` + strings.Repeat(`[`, 20_000) + strings.Repeat(`]`, 20_000) + `}`, 400, "a"},
		{"unknown field with a long name", `{"` + strings.Repeat("é", 1000) + `":""}`, 400, strings.Repeat("é", 64)},
		{"field twice", `{` + emailMember + `,` + emailMember + `,` + passwordMember + `}`, 400, "email"},
		{"field twice, escaped", `{` + emailMember + `,` + passwordMember + `,"passwor\u0064":"Another-horse-8"}`, 400, "password"},
		{"no field", `{}`, 400, "email"},
		{"one field", `{` + emailMember + `}`, 400, "password"},
		{"other field", `{` + passwordMember + `}`, 400, "email"},

		{"value null", with(`"password":null`), 400, "password"},
		{"value true", with(`"password":true`), 400, "password"},
		{"value number", with(`"password":12345678`), 400, "password"},
		{"value number out of range", with(`"password":1e999`), 400, "password"},
		{"value object", with(`"password":{"$ne":""}`), 400, "password"},
		{"value array", with(`"password":["Correct-horse-7"]`), 400, "password"},
		{"value empty", with(`"password":""`), 400, "password"},
		{"value not UTF-8", with("\"password\":\"Correct-horse-7\xff\""), 400, "password"},
		{"value half a surrogate pair", with(`"password":"Correct-horse-7\ud800"`), 400, "password"},

		{"64 KiB and one byte", rightBody + strings.Repeat(" ", maxBody-len(rightBody)+1), 413, ""},
		{"1 MiB password", with(`"password":"` + strings.Repeat("a", 1<<20) + `"`), 413, ""},
		{"1 MiB of nonsense", strings.Repeat("[", 1<<20), 413, ""},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w, p := post(t, service(t, &cognitotest.Client{}), "/auth/register", row.body)
			if w.Code != row.status || p.Field != row.field || p.Message == "" {
				t.Errorf("got %s, want status %d, field %q and a message", w.Body, row.status, row.field)
			}
		})
	}
}

func TestBodiesThatAreRight(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, body, password string }{
		{"as documented", rightBody, "Correct-horse-7"},
		{"other order and white space", " {\n\t" + passwordMember + " , " + emailMember + "\r\n} \n", "Correct-horse-7"},
		{"64 KiB", rightBody + strings.Repeat(" ", maxBody-len(rightBody)), "Correct-horse-7"},
		{"escapes", `{"\u0065mail":"ada\u0040example.com","password":"\u0043orrect\u002dhorse\/7\ud83d\ude00"}`, "Correct-horse/7😀"},
		{"password of 256 characters", `{` + emailMember + `,"password":"` + strings.Repeat("é", 256) + `"}`, strings.Repeat("é", 256)},
		{"password with spaces around it", `{` + emailMember + `,"password":" Correct-horse-7 "}`, " Correct-horse-7 "},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			var got cognitoauth.SignUpInput
			w, _ := post(t, service(t, &cognitotest.Client{
				SignUpFunc: func(_ context.Context, in cognitoauth.SignUpInput) (*cognitoauth.SignUpOutput, error) {
					got = in
					return &cognitoauth.SignUpOutput{Sub: "a-sub"}, nil
				},
			}), "/auth/register", row.body)
			if w.Code != http.StatusCreated || got.Username != "ada@example.com" || got.Password != row.password {
				t.Errorf("status %d, user name %q, password %q", w.Code, got.Username, got.Password)
			}
		})
	}
}

// TestValuesThatAreWrong are for Cognito to find.
func TestValuesThatAreWrong(t *testing.T) {
	t.Parallel()
	srv := cognitotest.NewTestServer(t, cognitotest.Config{UsernameAttributes: []string{"email"}})
	h, err := connect(srv.ClientConfig(srv.ClientID()), srv.VerifierConfig())
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name, email, password string
	}{
		{"address too long", strings.Repeat("a", 117) + "@example.com", "Correct-horse-7"},
		{"address without @", "ada", "Correct-horse-7"},
		{"password too long", "ada@example.com", "Correct-horse-7" + strings.Repeat("é", 257)},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w, p := post(t, h, "/auth/register", object("email", row.email, "password", row.password))
			if w.Code != http.StatusBadRequest || p.Message != hints[http.StatusBadRequest] {
				t.Errorf("status %d, %s", w.Code, w.Body)
			}
		})
	}
}

func TestContentType(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, contentType string
		status            int
	}{
		{"JSON", "application/json", 204},
		{"JSON with a charset", "application/json; charset=utf-8", 204},
		{"upper case", "Application/JSON", 204},
		{"none", "", 415},
		{"form, as curl -d sends", "application/x-www-form-urlencoded", 415},
		{"text, as a simple cross-origin request may send", "text/plain", 415},
		{"other JSON", "application/json-patch+json", 415},
		{"nonsense", "application/json;;;=", 415},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			users := &cognitotest.Client{}
			if row.status == http.StatusNoContent {
				users.ForgotPasswordFunc = func(context.Context, cognitoauth.ForgotPasswordInput) (*cognitoauth.ForgotPasswordOutput, error) {
					return &cognitoauth.ForgotPasswordOutput{}, nil
				}
			}
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/auth/forgot-password", strings.NewReader(`{`+emailMember+`}`))
			if row.contentType != "" {
				r.Header.Set("Content-Type", row.contentType)
			}
			if w, _ := do(t, service(t, users), r); w.Code != row.status {
				t.Errorf("got status %d, want %d", w.Code, row.status)
			}
		})
	}
}

func TestBodyThatBreaksOff(t *testing.T) {
	t.Parallel()
	body := io.MultiReader(strings.NewReader(rightBody), iotest.ErrReader(io.ErrUnexpectedEOF))
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/auth/register", body)
	r.Header.Set("Content-Type", "application/json")
	if w, _ := do(t, service(t, &cognitotest.Client{}), r); w.Code != http.StatusBadRequest {
		t.Errorf("got status %d, want 400", w.Code)
	}
}

// FuzzParse holds parse to encoding/json: what it takes, that takes too, and
// reads the same.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{rightBody, `{}`, `{"email":null}`, rightBody + rightBody, `{"email":"\ud800","password":"a"}`, "{\"email\":\"\xff\"}"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var email, password string
		if err := (fields{"email": &email, "password": &password}).parse(body); err != nil {
			p, ok := errors.AsType[problem](err)
			if !ok || p.StatusCode != http.StatusBadRequest {
				t.Fatalf("got %v, want a problem with status 400", err)
			}
			return
		}
		var reference map[string]string
		if err := json.Unmarshal(body, &reference); err != nil {
			t.Fatalf("took what encoding/json does not: %v", err)
		}
		if len(reference) != 2 || reference["email"] != email || reference["password"] != password {
			t.Fatalf("read %q and %q from %q", email, password, body)
		}
		if email == "" || password == "" || !utf8.Valid(body) {
			t.Fatalf("took %q", body)
		}
	})
}
