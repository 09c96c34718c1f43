package jwtverify

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/cognitoauth/cognito-go/internal/jws"
)

func TestRememberedTokens(t *testing.T) {
	t.Parallel()
	cfg := fixedConfig(t)
	now := testNow
	cfg.Now = func() time.Time { return now }
	cfg.TokenCacheSize = 16
	checked := 0
	cfg.Check = func(context.Context, *Claims) error { checked++; return nil }
	v := mustNew(t, cfg)
	token := testKey().Sign(accessToken(testNow))
	first, err := v.VerifyAccessToken(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	if v.cache.get(split(t, token), Access) == nil || v.cache.get(split(t, token), ID) != nil {
		t.Fatal("the token is not remembered, or for both uses")
	}
	second, err := v.VerifyAccessToken(t.Context(), token)
	if err != nil || second == first || checked != 2 {
		t.Errorf("%v, the same claims: %v, %d checks", err, second == first, checked)
	}
	if !reflect.DeepEqual(first, second) {
		t.Errorf("%v, then %v", first, second)
	}
	if _, err := v.VerifyAccessToken(t.Context(), token, AnyGroup("root")); !errors.Is(err, ErrInsufficientGroup) {
		t.Errorf("a requirement: %v", err)
	}
	if _, err := v.VerifyIDToken(t.Context(), token); !errors.Is(err, ErrTokenUseInvalid) {
		t.Errorf("the other use: %v", err)
	}
	var custom struct{ Version int }
	if err := second.Decode(&custom); err != nil {
		t.Error(err)
	}
	now = testNow.Add(time.Hour)
	if _, err := v.VerifyAccessToken(t.Context(), token); !errors.Is(err, ErrTokenExpired) {
		t.Errorf("after it expired: %v", err)
	}
	// What is refused is not remembered.
	forged := token[:len(token)-8] + "AAAAAAAA"
	for range 2 {
		if _, err := v.VerifyAccessToken(t.Context(), forged); !errors.Is(err, ErrTokenInvalid) {
			t.Errorf("forged: %v", err)
		}
	}
	if v.cache.get(split(t, forged), Access) != nil {
		t.Error("a forged token is remembered")
	}
}

// A token is remembered as a whole: neither half of it opens anything beside
// another other half.
func TestRememberedTokenIsWhole(t *testing.T) {
	t.Parallel()
	cfg := fixedConfig(t)
	cfg.TokenCacheSize = cacheWays // one set: every token is looked for in every slot
	v := mustNew(t, cfg)
	one := split(t, testKey().Sign(accessToken(testNow)))
	other := split(t, testKey().Sign(accessToken(testNow).with(claimSet{"sub": "somebody else"})))
	for _, c := range []jws.Compact{one, other} {
		if _, err := v.VerifyAccessToken(t.Context(), c.SigningInput()+"."+c.Signature()); err != nil {
			t.Fatal(err)
		}
	}
	signature := one.Signature()
	for name, token := range map[string]string{
		"the other's signature":            one.SigningInput() + "." + other.Signature(),
		"the end of the other's signature": one.SigningInput() + "." + signature[:100] + other.Signature()[100:],
		"more signature":                   one.SigningInput() + "." + signature + strings.Repeat("A", 4),
		"much more signature":              one.SigningInput() + "." + signature + strings.Repeat("A", 4000),
		"less signature":                   one.SigningInput() + "." + signature[:50],
		"hardly any signature":             one.SigningInput() + "." + signature[:4],
		"more payload":                     one.SigningInput() + "AAAA." + signature,
		"the other's payload":              other.SigningInput() + "." + signature,
	} {
		if _, err := v.VerifyAccessToken(t.Context(), token); !errors.Is(err, ErrTokenInvalid) {
			t.Errorf("%s: %v", name, err)
		}
		if v.cache.get(split(t, token), Access) != nil {
			t.Errorf("%s: remembered", name)
		}
	}
}

func split(t *testing.T, token string) jws.Compact {
	t.Helper()
	c, err := jws.Split(token)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTokenCacheIsBounded(t *testing.T) {
	t.Parallel()
	c := newTokenCache(20)
	if len(c.slots) != 24 {
		t.Fatalf("%d slots", len(c.slots))
	}
	token := func(i int) jws.Compact { return split(t, fmt.Sprintf("header.payload.%040d", i)) }
	put := func(i int, lasts time.Duration) {
		r := newRemembered(token(i), Access)
		r.claims.exp = testNow.Add(lasts).Unix()
		c.put(r, testNow)
	}
	kept := func(i int) bool { return c.get(token(i), Access) != nil }
	for i := range 1000 {
		if put(i, time.Second); !kept(i) {
			t.Fatalf("token %d is not remembered", i)
		}
	}
	// Those that are asked for stay; those that have expired go first.
	c = newTokenCache(cacheWays)
	for i := range cacheWays {
		if put(i, time.Second); i != 3 && !kept(i) {
			t.Fatalf("token %d is not remembered", i)
		}
	}
	if put(100, 0); kept(3) || !kept(4) {
		t.Error("a token that is asked for was forgotten instead of one that is not")
	}
	if put(101, time.Second); kept(100) || !kept(4) {
		t.Error("an expired token was kept")
	}
}

// Real signatures spread over all of the cache: as many tokens as it is for are
// nearly all remembered.
func TestTokenCacheFills(t *testing.T) {
	t.Parallel()
	const size = 1024
	c := newTokenCache(size)
	tokens := make([]jws.Compact, size)
	for i := range tokens {
		signature := sha256.Sum256([]byte(fmt.Sprint(i)))
		tokens[i] = split(t, "header.payload."+base64.RawURLEncoding.EncodeToString(signature[:]))
		r := newRemembered(tokens[i], Access)
		r.claims.exp = testNow.Unix() + 1
		c.put(r, testNow)
	}
	found := 0
	for _, token := range tokens {
		if c.get(token, Access) != nil {
			found++
		}
	}
	if found < size*8/10 {
		t.Errorf("%d of %d tokens are remembered", found, size)
	}
}
