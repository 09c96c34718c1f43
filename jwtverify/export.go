package jwtverify

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/cognitoauth/cognito-go/internal/jws"
)

// exportedKeys is the document of ExportKeys.
type exportedKeys struct {
	Version int              `json:"version"`
	KeySets []exportedKeySet `json:"key_sets"`
}

type exportedKeySet struct {
	URL     string          `json:"url"`
	Fetched time.Time       `json:"fetched"`
	Keys    json.RawMessage `json:"keys"`
}

const exportVersion = 1

// ExportKeys returns the key sets that were fetched so far, with where and when,
// for [Verifier.ImportKeys] in another process: a function that starts
// a thousand times an hour need not fetch them each time. They are public keys.
func (v *Verifier) ExportKeys() ([]byte, error) {
	doc := exportedKeys{Version: exportVersion, KeySets: []exportedKeySet{}}
	for _, source := range v.sources() {
		snap := source.current.Load()
		if snap == nil {
			continue
		}
		keys, err := json.Marshal(snap.set)
		if err != nil {
			return nil, fmt.Errorf("jwtverify: export keys: %w", err)
		}
		age := source.clock.keyTime().since(snap.fetched)
		doc.KeySets = append(doc.KeySets, exportedKeySet{
			URL:     source.url,
			Fetched: source.clock.wall().Add(-age).UTC(),
			Keys:    keys,
		})
	}
	return json.Marshal(doc)
}

// ImportKeys takes over key sets that ExportKeys returned. They are as old as
// they were: due to be fetched again when they would have been, and left
// aside if past Config.MaxStale, older than what is already here, or from
// an address that is not one of this verifier's. That all are from other
// addresses is an error: it is the wrong document.
//
// Whoever writes the document decides whose signatures are good. Keep it where
// you would keep the configuration.
func (v *Verifier) ImportKeys(document []byte) error {
	var doc exportedKeys
	if len(document) > jws.MaxKeySetSize*(len(v.issuers)+1) {
		return errors.New("jwtverify: import keys: the document is too long")
	}
	if err := json.Unmarshal(document, &doc); err != nil {
		return fmt.Errorf("jwtverify: import keys: %w", err)
	}
	if doc.Version != exportVersion {
		return fmt.Errorf("jwtverify: import keys: version %d is not known", doc.Version)
	}
	byURL := make(map[string]*keySource)
	for _, source := range v.sources() {
		byURL[source.url] = source
	}
	var errs []error
	strangers := 0
	for _, exported := range doc.KeySets {
		source := byURL[exported.URL]
		if source == nil {
			strangers++
			continue
		}
		if err := source.load(exported); err != nil {
			errs = append(errs, fmt.Errorf("jwtverify: import keys: %w", err))
		}
	}
	if strangers > 0 && strangers == len(doc.KeySets) {
		return errors.New("jwtverify: import keys: they are those of other pools")
	}
	return errors.Join(errs...)
}

// sources lists the sources that fetch.
func (v *Verifier) sources() []*keySource {
	seen := make(map[*keySource]bool)
	var list []*keySource
	for _, issuer := range v.issuers {
		if s := issuer.keys; s.client != nil && !seen[s] {
			seen[s] = true
			list = append(list, s)
		}
	}
	slices.SortFunc(list, func(a, b *keySource) int { return strings.Compare(a.url, b.url) })
	return list
}

// load puts an exported key set in place unless there is a younger one.
func (s *keySource) load(exported exportedKeySet) error {
	set, err := ParseKeySet(exported.Keys)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.current.Load()
	keys, err := set.resolve(old.known())
	if err != nil {
		return err
	}
	// A date ahead of this machine's clock is taken for now.
	age := max(0, s.clock.wall().Sub(exported.Fetched))
	if age >= s.maxStale {
		return nil
	}
	fetched := s.clock.keyTime().add(-age)
	if old != nil && old.fetched >= fetched {
		return nil
	}
	s.current.Store(s.newSnapshot(set, keys, fetched, defaultFresh))
	return nil
}
