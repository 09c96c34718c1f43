package jwtverify

import (
	"context"
	"errors"
	"math"
	"testing"
	"time"
)

func TestCheckWithoutAVerdict(t *testing.T) {
	t.Parallel()
	var typedNil *Error
	for _, row := range []struct{ err, want error }{
		{context.DeadlineExceeded, ErrKeysUnavailable},
		{context.Canceled, ErrKeysUnavailable},
		{typedNil, ErrCheckFailed},
	} {
		cfg := fixedConfig(t)
		cfg.Check = func(context.Context, *Claims) error { return row.err }
		_, err := mustNew(t, cfg).VerifyAccessToken(t.Context(), testKey().Sign(accessToken(testNow)))
		if !errors.Is(err, row.want) || err.Error() == "" {
			t.Errorf("got %v, want %v", err, row.want)
		}
	}
}

func TestTokenCacheSizeIsBounded(t *testing.T) {
	t.Parallel()
	cfg := fixedConfig(t)
	cfg.TokenCacheSize = math.MaxInt
	if _, err := New(cfg); !errors.Is(err, ErrInvalidConfig) {
		t.Errorf("got %v", err)
	}
}

func TestPrefetchAsksAllPoolsAtOnce(t *testing.T) {
	t.Parallel()
	bubble(t, nil, func(t *world) {
		cfg := Config{UserPoolID: testPool, ClientIDs: []string{testClient}, HTTPClient: t.v.pools[0].primary[0].client}
		b := cfg
		b.UserPoolID = "us-east-1_b"
		v, err := NewMulti(cfg, b)
		if err != nil {
			t.Fatal(err)
		}
		t.s.set(hang)
		begin := time.Now()
		if err := v.Prefetch(t.Context()); !errors.Is(err, ErrKeysUnavailable) || time.Since(begin) != fetchTimeout {
			t.Errorf("after %v: %v", time.Since(begin), err)
		}
	})
}

func TestLeewayIsBounded(t *testing.T) {
	t.Parallel()
	cfg := fixedConfig(t)
	cfg.Leeway = maxLeeway + 1
	if _, err := New(cfg); !errors.Is(err, ErrInvalidConfig) {
		t.Errorf("got %v", err)
	}
}
