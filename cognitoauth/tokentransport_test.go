package cognitoauth

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestTokenTransport(t *testing.T) {
	t.Parallel()
	var seen []string
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, "elsewhere "+r.Header.Get("Authorization"))
	}))
	defer elsewhere.Close()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		seen = append(seen, r.URL.Path+" "+r.Header.Get("Authorization")+" "+string(body))
		if r.URL.Path == "/away" {
			http.Redirect(w, r, elsewhere.URL, http.StatusTemporaryRedirect)
		}
	}))
	defer srv.Close()
	source := newSource(t, &fakeRefresher{}, TokenSourceConfig{Tokens: tokensFor(time.Hour)})

	do := func(transport *TokenTransport, url string, header http.Header) error {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader("body"))
		if err != nil {
			t.Fatal(err)
		}
		req.Header = header.Clone()
		resp, err := (&http.Client{Transport: transport}).Do(req)
		if err != nil {
			return err
		}
		if len(header) != len(req.Header) {
			t.Errorf("the caller's request was changed: %v", req.Header)
		}
		return resp.Body.Close()
	}
	if err := do(&TokenTransport{Source: source}, srv.URL+"/a", http.Header{}); err != nil {
		t.Error(err)
	}
	if err := do(&TokenTransport{Source: source, IDToken: true}, srv.URL+"/b", http.Header{}); err != nil {
		t.Error(err)
	}
	if err := do(&TokenTransport{Source: source}, srv.URL+"/c", http.Header{"Authorization": {"Basic x"}}); err != nil {
		t.Error(err)
	}
	if err := do(&TokenTransport{Source: source}, srv.URL+"/away", http.Header{}); err == nil {
		t.Error("the token followed a redirect to another host")
	}
	if err := do(&TokenTransport{Source: source}, "http://api.example.com/", http.Header{}); err == nil || !strings.Contains(err.Error(), "InsecureHTTP") {
		t.Errorf("plain http: %v", err)
	}
	if err := do(&TokenTransport{}, srv.URL, http.Header{}); err == nil {
		t.Error("no source, no error")
	}
	if err := do(&TokenTransport{Source: newSource(t, &fakeRefresher{}, TokenSourceConfig{Tokens: &Tokens{AccessToken: "a"}})}, srv.URL, http.Header{}); !errors.Is(err, ErrSignInRequired) {
		t.Errorf("a session that is over: %v", err)
	}
	onlyAccess := tokensFor(time.Hour)
	onlyAccess.IDToken = ""
	if err := do(&TokenTransport{Source: newSource(t, &fakeRefresher{}, TokenSourceConfig{Tokens: onlyAccess}), IDToken: true}, srv.URL, http.Header{}); err == nil || !strings.Contains(err.Error(), "no such token") {
		t.Errorf("a session without an ID token: %v", err)
	}
	if want := "/a Bearer access-0 body|/b Bearer id-0 body|/c Basic x body|/away Bearer access-0 body"; strings.Join(seen, "|") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(seen, "|"), want)
	}
}
