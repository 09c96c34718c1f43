package jwtverify

import (
	"strings"
	"testing"
	"time"
)

func TestExportAndImportKeys(t *testing.T) {
	t.Parallel()
	var exported []byte
	bubble(t, nil, func(t *world) {
		if doc, err := t.v.ExportKeys(); err != nil || strings.Contains(string(doc), "fetched") {
			t.Errorf("before any fetch: %s, %v", doc, err)
		}
		t.mustVerify(testKey())
		time.Sleep(time.Minute)
		var err error
		if exported, err = t.v.ExportKeys(); err != nil {
			t.Fatal(err)
		}
	})
	bubble(t, nil, func(t *world) {
		time.Sleep(time.Minute) // bubbles begin at the same moment
		t.s.set(refuseConnection)
		if err := t.v.ImportKeys(exported); err != nil {
			t.Fatal(err)
		}
		t.mustVerify(testKey())
		t.mustFetch(time.Time{}, 0)
		time.Sleep(15 * time.Minute)
		t.mustVerify(testKey()) // due, as it would have been there
		time.Sleep(time.Second)
		t.mustFetch(time.Time{}, 1)
		time.Sleep(24 * time.Hour)
		t.mustRefuse(testKey().Sign(accessToken(time.Now())), ErrKeysUnavailable)
		if err := t.v.ImportKeys(exported); err != nil {
			t.Fatal(err)
		}
		t.mustRefuse(testKey().Sign(accessToken(time.Now())), ErrKeysUnavailable)
	})
	bubble(t, nil, func(t *world) {
		time.Sleep(time.Hour)
		t.s.set(publish(otherKey()))
		t.mustVerify(otherKey())
		if err := t.v.ImportKeys(exported); err != nil {
			t.Fatal(err)
		}
		t.mustVerify(otherKey()) // what is here is younger
	})
	bubble(t, func(c *Config) { c.UserPoolID = "eu-west-1_Else" }, func(t *world) {
		if err := t.v.ImportKeys(exported); err == nil {
			t.Error("another pool's document: no error")
		}
		if doc, err := t.v.ExportKeys(); err != nil || strings.Contains(string(doc), "fetched") {
			t.Errorf("another pool's keys were taken: %s, %v", doc, err)
		}
		for _, bad := range []string{``, `{}`, `{"version":2}`, `[]`, strings.Replace(string(exported), testPool, "eu-west-1_Else", 1)[:80]} {
			if err := t.v.ImportKeys([]byte(bad)); err == nil {
				t.Errorf("%q: no error", bad)
			}
		}
		empty := `{"version":1,"key_sets":[{"url":"https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Else/.well-known/jwks.json","fetched":"2000-01-01T00:00:00Z","keys":{"keys":[]}}]}`
		if err := t.v.ImportKeys([]byte(empty)); err == nil {
			t.Error("an empty set: no error")
		}
	})
}
