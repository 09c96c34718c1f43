package jwthttp_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/cognitoauth/cognito-go/jwtverify"
	"github.com/cognitoauth/cognito-go/jwtverify/jwthttp"
	"github.com/cognitoauth/cognito-go/jwtverify/jwtverifytest"
)

func TestAuthorization(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, value, token string
		bad                bool
	}{
		{"scheme and token", "Bearer abc", "abc", false},
		{"lower case", "bearer abc", "abc", false},
		{"upper case", "BEARER abc", "abc", false},
		{"several spaces", "Bearer   abc", "abc", false},
		{"another scheme", "Basic abc", "", false},
		{"another scheme with parameters", `Digest username="a", realm="b"`, "", false},
		{"a letter that folds to none of ours", "Bеarer abc", "", false}, // a Cyrillic е
		{"the scheme alone", "Bearer", "", true},
		{"the scheme and a space", "Bearer ", "", true},
		{"nothing", "", "", true},
		{"a space first", " Bearer abc", "", true},
		{"a tab between", "Bearer\tabc", "", true},
		{"a space and a tab between", "Bearer \tabc", "", true},
		{"three fields", "Bearer abc def", "", true},
		{"a space at the end", "Bearer abc ", "", true},
		{"a tab at the end", "Bearer abc\t", "", true},
		{"a list", "Bearer abc, Bearer def", "", true},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			r := request(t)
			r.Header["Authorization"] = []string{row.value}
			token, err := jwthttp.Authorization()(r)
			if token != row.token || (err != nil) != row.bad || err != nil && !errors.Is(err, jwthttp.ErrRequestInvalid) {
				t.Errorf("got %q, %v", token, err)
			}
		})
	}
}

func TestSources(t *testing.T) {
	t.Parallel()
	iss := jwtverifytest.NewIssuer(jwtverifytest.Config{})
	token := iss.AccessToken()
	cookie := jwthttp.Cookie("token")
	header := jwthttp.Header("x-token")
	custom := jwthttp.Source(func(*http.Request) (string, error) { return "", errors.New("no idea") })
	for _, row := range []struct {
		name    string
		sources []jwthttp.Source
		headers []string // name, value, ...
		want    int
	}{
		{"a cookie", []jwthttp.Source{cookie}, []string{"Cookie", "a=b; token=" + token}, 204},
		{"no such cookie", []jwthttp.Source{cookie}, []string{"Cookie", "a=" + token}, 401},
		{"an empty cookie", []jwthttp.Source{cookie}, []string{"Cookie", "token="}, 401},
		{"a cookie twice", []jwthttp.Source{cookie}, []string{"Cookie", "token=" + token + "; token=" + token}, 400},
		{"a cookie in two headers", []jwthttp.Source{cookie}, []string{"Cookie", "token=x", "Cookie", "token=" + token}, 400},
		{"Authorization where only a cookie counts", []jwthttp.Source{cookie}, []string{"Authorization", "Bearer " + token}, 401},
		{"a header", []jwthttp.Source{header}, []string{"X-Token", token}, 204},
		{"a header with a scheme", []jwthttp.Source{header}, []string{"X-Token", "Bearer " + token}, 401},
		{"a header twice", []jwthttp.Source{header}, []string{"X-Token", token, "X-Token", token}, 400},
		{"no header", []jwthttp.Source{header}, nil, 401},
		{"the first of two", []jwthttp.Source{header, cookie}, []string{"X-Token", token}, 204},
		{"the second of two", []jwthttp.Source{header, cookie}, []string{"Cookie", "token=" + token}, 204},
		{"neither of two", []jwthttp.Source{header, cookie}, nil, 401},
		{"both of two", []jwthttp.Source{header, cookie}, []string{"X-Token", token, "Cookie", "token=" + token}, 400},
		{"a good first and a malformed second", []jwthttp.Source{header, jwthttp.Authorization()}, []string{"X-Token", token, "Authorization", "Bearer"}, 400},
		{"an error of its own", []jwthttp.Source{custom}, nil, 401},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			guard := jwthttp.New(iss.Verifier(), jwthttp.Options{Sources: row.sources})
			r := request(t)
			for i := 0; i < len(row.headers); i += 2 {
				r.Header.Add(row.headers[i], row.headers[i+1])
			}
			if res := serve(guard.Handler(&recorder{}), r); res.Code != row.want {
				t.Errorf("status %d, want %d", res.Code, row.want)
			}
		})
	}
}

// The end of a token longer than any verifier takes is not looked at here;
// the verifier must refuse it.
func TestLongTokens(t *testing.T) {
	t.Parallel()
	iss := jwtverifytest.NewIssuer(jwtverifytest.Config{})
	guard := jwthttp.New(iss.Verifier(), jwthttp.Options{})
	_, err := guard.Check(request(t, "Bearer "+strings.Repeat("a", 1<<20)+" b"))
	if !errors.Is(err, jwtverify.ErrTokenMalformed) || errors.Is(err, jwtverify.ErrTokenMissing) {
		t.Errorf("got %v", err)
	}
}

func FuzzAuthorization(f *testing.F) {
	for _, seed := range []string{
		"", " ", "\t", "Bearer", "Bearer ", "Bearer a", "bEARER  a", "Bearer a b", "Bearer\ta", "Bearer a\t", "Basic a",
		"Bearer a,Bearer b", "Bearer \x00", "Bearer \xff", "Bearera b", " Bearer a", "Bearer \u00a0a", "ſBearer a",
	} {
		f.Add(seed)
	}
	source := jwthttp.Authorization()
	f.Fuzz(func(t *testing.T, value string) {
		if len(value) > 16<<10 {
			return // beyond what is searched: TestLongTokens
		}
		r := &http.Request{Header: http.Header{"Authorization": {value}}}
		token, err := source(r)
		fields := strings.FieldsFunc(value, func(c rune) bool { return c == ' ' || c == '\t' })
		ours := len(fields) > 0 && strings.HasPrefix(value, fields[0]) && strings.EqualFold(fields[0], "Bearer")
		switch {
		case err != nil:
			if token != "" || !errors.Is(err, jwthttp.ErrRequestInvalid) {
				t.Errorf("%q: token %q with the error %v", value, token, err)
			}
			if len(fields) == 2 && ours && value == fields[0]+" "+fields[1] {
				t.Errorf("%q was refused: %v", value, err)
			}
		case token == "":
			if ours || value == "" {
				t.Errorf("%q counts as no token", value)
			}
		case !ours || len(fields) != 2 || fields[1] != token || !strings.HasSuffix(value, token):
			t.Errorf("%q has the token %q", value, token)
		}
	})
}
