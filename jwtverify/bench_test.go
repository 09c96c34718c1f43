package jwtverify

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/cognitoauth/cognito-go/internal/jws/jwstest"
)

// benchToken is a token of the size Cognito makes.
func benchToken(use TokenUse) string {
	if use == Access {
		return testKey().Sign(accessToken(testNow).with(claimSet{
			"cognito:groups": nil, "scope": "aws.cognito.signin.user.admin", "username": "5f0a1c3e-aaaa-4b1b-9c2d-0123456789ab",
			"jti": "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9", "origin_jti": "1a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9", "event_id": "2a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9",
		}))
	}
	return testKey().Sign(idToken(testNow))
}

// floor is what no verifier can do without: the hash and the RSA operation, on
// a token already taken apart.
func floor(tb testing.TB, token string) func() {
	tb.Helper()
	end := strings.LastIndexByte(token, '.')
	input := []byte(token[:end])
	signature, err := base64.RawURLEncoding.DecodeString(token[end+1:])
	if err != nil {
		tb.Fatal(err)
	}
	public := &testKey().Private.PublicKey
	return func() {
		digest := sha256.Sum256(input)
		if err := rsa.VerifyPKCS1v15(public, crypto.SHA256, digest[:], signature); err != nil {
			tb.Fatal(err)
		}
	}
}

func verifyFunc(tb testing.TB, v *Verifier, use TokenUse, token string) func() {
	tb.Helper()
	return func() {
		var err error
		if use == Access {
			_, err = v.VerifyAccessToken(tb.Context(), token)
		} else {
			_, err = v.VerifyIDToken(tb.Context(), token)
		}
		if err != nil {
			tb.Fatal(err)
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	for _, use := range []TokenUse{Access, ID} {
		token := benchToken(use)
		v := mustNew(b, fixedConfig(b))
		cfg := fixedConfig(b)
		cfg.TokenCacheSize = 1000
		remembering := mustNew(b, cfg)
		for _, peer := range []struct {
			name string
			run  func()
		}{
			{"floor", floor(b, token)},
			{"ours", verifyFunc(b, v, use, token)},
			{"ours-remembered", verifyFunc(b, remembering, use, token)},
		} {
			b.Run("token="+string(use)+"/peer="+peer.name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					peer.run()
				}
			})
			b.Run("parallel/token="+string(use)+"/peer="+peer.name, func(b *testing.B) {
				b.ReportAllocs()
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						peer.run()
					}
				})
			})
		}
	}
}

func BenchmarkRefuse(b *testing.B) {
	v := mustNew(b, fixedConfig(b))
	good := benchToken(Access)
	header, rest, _ := strings.Cut(good, ".")
	unknown := jwstest.NewKey(0, "AAAAQo8sHjuMkAkbPmfXDTFkzFyL2sGgpFDnrh9xaSE=")
	for _, row := range []struct{ name, token string }{
		{"empty", ""},
		{"garbage", strings.Repeat("x", 1000)},
		{"dots", strings.Repeat(".", 64<<10)},
		{"oversized", good + strings.Repeat("A", 1<<20)},
		{"linebreak", good + "\n"},
		{"alg", jwstest.B64(`{"alg":"HS256","kid":"x"}`) + "." + rest},
		{"issuer", testKey().Sign(accessToken(testNow).with(claimSet{"iss": testIssuer + "x"}))},
		{"unknownkid", unknown.Sign(accessToken(testNow))},
		{"signature", header + "." + rest[:len(rest)-20] + strings.Repeat("A", 20)},
		{"expired", testKey().Sign(accessToken(testNow).with(claimSet{"exp": testNow.Unix() - 1}))},
	} {
		b.Run(row.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := v.VerifyAccessToken(b.Context(), row.token); err == nil {
					b.Fatal("accepted")
				}
			}
		})
	}
}

// What a call may allocate, so that a change that costs more is seen.
//
//nolint:paralleltest // it counts the allocations of the process
func TestAllocations(t *testing.T) {
	v := mustNew(t, fixedConfig(t))
	cfg := fixedConfig(t)
	cfg.TokenCacheSize = 100
	remembering := mustNew(t, cfg)
	access, id := benchToken(Access), benchToken(ID)
	header, rest, _ := strings.Cut(access, ".")
	_, signature, _ := strings.Cut(rest, ".")
	long := strings.Repeat("a", 11_000)
	refuse := func(token string) func() {
		return func() {
			if _, err := v.VerifyAccessToken(t.Context(), token); err == nil {
				t.Error("accepted")
			}
		}
	}
	rsaAllocations := testing.AllocsPerRun(20, floor(t, access))
	for _, row := range []struct {
		name string
		run  func()
		most float64
	}{
		{"access token", verifyFunc(t, v, Access, access), rsaAllocations + 2},
		{"ID token", verifyFunc(t, v, ID, id), rsaAllocations + 2},
		{"remembered access token", verifyFunc(t, remembering, Access, access), 1},
		{"remembered ID token", verifyFunc(t, remembering, ID, id), 1},
		{"garbage", refuse("garbage"), 1},
		{"oversized", refuse(strings.Repeat("A.", 1<<20)), 1},
		{"line break", refuse(access + "\n"), 1},
		{"algorithm", refuse(jwstest.B64(`{"alg":"none","kid":"x"}`) + "." + rest), 1},
		{"issuer", refuse(testKey().Sign(accessToken(testNow).with(claimSet{"iss": "x"}))), 1},
		{"unknown kid", refuse(jwstest.B64(`{"alg":"RS256","kid":"x"}`) + "." + rest), 1},
		// The payload and the error.
		{"long, without an issuer", refuse(header + "." + jwstest.B64(`{"a":"`+long+`"}`) + "." + signature), 2},
		{"long, with the issuer last", refuse(header + "." + jwstest.B64(`{"a":"`+long+`","iss":"x"}`) + "." + signature), 2},
		{"long, with our issuer last, unknown kid", refuse(jwstest.B64(`{"alg":"RS256","kid":"x"}`) + "." + jwstest.B64(`{"a":"`+long+`","iss":"`+testIssuer+`"}`) + "." + signature), 2},
	} {
		row.run()
		if got := testing.AllocsPerRun(20, row.run); got > row.most {
			t.Errorf("%s: %v allocations, want %v at most", row.name, got, row.most)
		}
	}
}
