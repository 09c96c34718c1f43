package jwthttp_test

import (
	"errors"
	"net/http"
	"regexp"
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
		{"another scheme with our name in its credentials", "Basic eABearer/bearer=bearer", "", false},
		{"another scheme with our name in a parameter", `Digest username="bearer", realm=bearer`, "", false},
		{"a letter that folds to none of ours", "Bеarer abc", "", true}, // a Cyrillic е
		{"a colon for the space", "Bearer:abc", "", true},
		{"an equals sign for the space", "Bearer=abc", "", true},
		{"no space", "Bearerabc", "", true},
		{"a scheme that begins like ours", "Bearers abc", "", true},
		{"a no-break space for the space", "Bearer\u00a0abc", "", true},
		{"a zero-width space first", "\u200bBearer abc", "", true},
		{"a byte that is no UTF-8 first", "\xffBearer abc", "", true},
		{"a comma first", ",Bearer abc", "", true},
		{"another scheme first", "Basic eA==, Bearer abc", "", true},
		{"another scheme first, and no space", "Basic eA==,bearer abc", "", true},
		{"another scheme first, and no comma", "Basic eA== BEARER abc", "", true},
		{"our scheme as another's credentials", "Basic Bearer abc", "", true},
		{"a token alone", "eyJhbGciOiJSUzI1NiJ9.e30.c2ln", "", true},
		{"a word alone", "abc", "", true},
		{"a list of one word", "abc,Bearer", "", true},
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
		{"a good cookie and a malformed one", []jwthttp.Source{cookie}, []string{"Cookie", "token=" + token + `; token=b"ad`}, 400},
		{"a good cookie and a control character", []jwthttp.Source{cookie}, []string{"Cookie", "token=" + token + "; token=\x01"}, 400},
		{"a good cookie and a bare name", []jwthttp.Source{cookie}, []string{"Cookie", "token=" + token + ";token"}, 400},
		{"a good cookie and an empty one", []jwthttp.Source{cookie}, []string{"Cookie", "token = ; token=" + token}, 400},
		{"a malformed cookie", []jwthttp.Source{cookie}, []string{"Cookie", `token=b"ad`}, 400},
		{"a cookie in quotes", []jwthttp.Source{cookie}, []string{"Cookie", `token="` + token + `"`}, 400},
		{"a malformed cookie of another name", []jwthttp.Source{cookie}, []string{"Cookie", `a=b"ad; token=` + token + "; b=\x01"}, 204},
		{"names that are not quite it", []jwthttp.Source{cookie}, []string{"Cookie", "Token=x; token=" + token + "; xtoken=x"}, 204},
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

// wellFormed headers must not be refused. Only passable ones may count as no
// token, unless our scheme is hidden in them.
var (
	wellFormed = regexp.MustCompile(`^(?i:Bearer) +([^ \t]+)$`)
	passable   = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+ ")
	hidden     = regexp.MustCompile(`(?i)(^|[ \t,;])bearer`)
)

func FuzzAuthorization(f *testing.F) {
	for _, seed := range []string{
		"", " ", "\t", "Bearer", "Bearer ", "Bearer a", "bEARER  a", "Bearer a b", "Bearer\ta", "Bearer a\t", "Basic a", "a",
		"Bearer a,Bearer b", "Bearer \x00", "Bearer \xff", "Bearera b", " Bearer a", "Bearer \u00a0a", "ſBearer a",
		"Bearer:a", "Basic a, Bearer b", `Digest a="bearer"`, ",Bearer a", "Basic Bearer a",
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
		want := wellFormed.FindStringSubmatch(value)
		switch {
		case err != nil:
			if token != "" || !errors.Is(err, jwthttp.ErrRequestInvalid) {
				t.Errorf("%q: token %q with the error %v", value, token, err)
			}
			if want != nil {
				t.Errorf("%q was refused: %v", value, err)
			}
		case token == "":
			if !passable.MatchString(value) || hidden.MatchString(value) {
				t.Errorf("%q counts as no token", value)
			}
		case want == nil || want[1] != token:
			t.Errorf("%q has the token %q", value, token)
		}
	})
}

func FuzzCookie(f *testing.F) {
	for _, seed := range []string{"", "token", "token=", "token=a", "token=a; token=b", `token="a"`, "a=b;token = c", "token=a;;", "token=\xff", "token= a", "; =;token=a=b"} {
		f.Add(seed)
	}
	source := jwthttp.Cookie("token")
	f.Fuzz(func(t *testing.T, value string) {
		r := &http.Request{Header: http.Header{"Cookie": {value}}}
		token, err := source(r)
		if err != nil {
			if token != "" || !errors.Is(err, jwthttp.ErrRequestInvalid) {
				t.Errorf("%q: token %q with the error %v", value, token, err)
			}
			return
		}
		// Where there is no doubt, net/http sees the same.
		cookies := r.CookiesNamed("token")
		switch {
		case len(cookies) > 1, len(cookies) == 0 && token != "", len(cookies) == 1 && cookies[0].Value != token:
			t.Errorf("%q has the token %q, and the cookies %v", value, token, cookies)
		}
	})
}
