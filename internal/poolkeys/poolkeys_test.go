package poolkeys_test

import (
	"testing"

	"github.com/cognitoauth/cognito-go/internal/jws"
	"github.com/cognitoauth/cognito-go/internal/poolkeys"
)

func TestPairs(t *testing.T) {
	t.Parallel()
	first := poolkeys.NewPair(false, nil)
	if again := poolkeys.NewPair(false, nil); again != first {
		t.Error("the first pair is not shared")
	}
	second := poolkeys.NewPair(false, first.Public())
	if second.ID.ID == first.ID.ID || second.Access.ID == first.Access.ID {
		t.Error("keys that were used are used again")
	}
	// What a pool takes from somewhere else may be half of a shared pair.
	if third := poolkeys.NewPair(false, []poolkeys.PublicKey{first.Access.PublicKey}); third != second {
		t.Error("a pair was made though there is one, or half of one was used again")
	}
	own := poolkeys.NewPair(true, nil)
	for _, k := range append(first.Public(), second.Public()...) {
		if k.ID == own.ID.ID || k.ID == own.Access.ID {
			t.Error("a key of one's own is somebody else's")
		}
	}
	if own.ID.ID == own.Access.ID {
		t.Error("ID and access tokens have the same key")
	}
}

func TestJWKS(t *testing.T) {
	t.Parallel()
	pair := poolkeys.NewPair(false, nil)
	set, err := jws.ParseKeySet(poolkeys.JWKS(pair.Public()))
	if err != nil {
		t.Fatal(err)
	}
	if len(set.Keys) != 2 || set.Keys[0].ID != pair.ID.ID || set.Keys[1].ID != pair.Access.ID || set.Keys[0].Alg != jws.RS256 {
		t.Errorf("published %+v", set.Keys)
	}
	if !pair.ID.Private.PublicKey.Equal(set.Keys[0].Public) {
		t.Error("another key is published than the one that signs")
	}
	if again := poolkeys.New(pair.ID.Private); again != pair.ID {
		t.Error("the ID of a key does not follow from it")
	}
}
