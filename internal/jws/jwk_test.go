package jws_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/cognitoauth/cognito-go/internal/jws"
	"github.com/cognitoauth/cognito-go/internal/jws/jwstest"
)

func keyIDs(set jws.KeySet) []string {
	var ids []string
	for _, key := range set.Keys {
		ids = append(ids, key.ID)
	}
	return ids
}

func ecJWK(tb testing.TB, change map[string]any) map[string]any {
	tb.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	point, err := key.PublicKey.Bytes()
	if err != nil {
		tb.Fatal(err)
	}
	jwk := map[string]any{"kty": "EC", "crv": "P-256", "kid": "k", "x": jwstest.B64(point[1:33]), "y": jwstest.B64(point[33:])}
	for name, value := range change {
		if value == nil {
			delete(jwk, name)
		} else {
			jwk[name] = value
		}
	}
	return jwk
}

func TestKeyRules(t *testing.T) {
	t.Parallel()
	key := jwstest.NewKey(0, "k")
	rsaWith := func(change map[string]any) map[string]any { return key.JWK(change) }
	modulus := func(bits int) string {
		n := new(big.Int).Lsh(big.NewInt(1), uint(bits-1))
		return jwstest.B64(n.SetBit(n, 0, 1).Bytes())
	}
	for _, row := range []struct {
		name string
		jwk  any
		want bool
	}{
		{"RSA", key, true},
		{"without alg", rsaWith(map[string]any{"alg": nil}), true},
		{"without use", rsaWith(map[string]any{"use": nil}), true},
		{"key_ops verify", rsaWith(map[string]any{"key_ops": []string{"verify"}}), true},
		{"key_ops sign and verify", rsaWith(map[string]any{"key_ops": []string{"sign", "verify"}, "use": nil}), true},
		{"unknown members", rsaWith(map[string]any{"x5t": "!", "x5c": []string{"MII"}, "ext": true, "foo": map[string]any{"n": 1}}), true},
		{"e of 3", rsaWith(map[string]any{"e": "Aw"}), true},
		{"e of 2^31-1", rsaWith(map[string]any{"e": jwstest.B64([]byte{0x7f, 0xff, 0xff, 0xff})}), true},
		{"modulus of 4096 bits", rsaWith(map[string]any{"n": modulus(4096)}), true},
		{"modulus of 4097 bits", rsaWith(map[string]any{"n": modulus(4097)}), false},
		{"modulus with a leading zero", rsaWith(map[string]any{"n": jwstest.B64(append([]byte{0}, key.Private.N.Bytes()...))}), true},
		{"EC", ecJWK(t, nil), true},
		{"EC ES256", ecJWK(t, map[string]any{"alg": "ES256", "use": "sig"}), true},

		{"use enc", rsaWith(map[string]any{"use": "enc"}), false},
		{"use SIG", rsaWith(map[string]any{"use": "SIG"}), false},
		{"use empty", rsaWith(map[string]any{"use": ""}), false},
		{"use null", rsaWith(map[string]any{"use": json.RawMessage("null")}), false},
		{"use a list", rsaWith(map[string]any{"use": []string{"sig"}}), false},
		{"key_ops verify twice", rsaWith(map[string]any{"key_ops": []string{"verify", "verify"}}), false},
		{"key_ops verify and encrypt", rsaWith(map[string]any{"key_ops": []string{"verify", "encrypt"}}), false},
		{"key_ops encrypt", rsaWith(map[string]any{"key_ops": []string{"encrypt"}}), false},
		{"key_ops sign", rsaWith(map[string]any{"key_ops": []string{"sign"}}), false},
		{"key_ops empty", rsaWith(map[string]any{"key_ops": []string{}}), false},
		{"key_ops a string", rsaWith(map[string]any{"key_ops": "verify"}), false},
		{"key_ops a list of numbers", rsaWith(map[string]any{"key_ops": []any{"verify", 1}}), false},
		{"alg RS512", rsaWith(map[string]any{"alg": "RS512"}), false},
		{"alg rs256", rsaWith(map[string]any{"alg": "rs256"}), false},
		{"alg HS256", rsaWith(map[string]any{"alg": "HS256"}), false},
		{"alg ES256 on RSA", rsaWith(map[string]any{"alg": "ES256"}), false},
		{"alg a number", rsaWith(map[string]any{"alg": 1}), false},
		{"kty missing", rsaWith(map[string]any{"kty": nil}), false},
		{"kty rsa", rsaWith(map[string]any{"kty": "rsa"}), false},
		{"kty unknown", rsaWith(map[string]any{"kty": "LOG"}), false},
		{"kty EC on RSA", rsaWith(map[string]any{"kty": "EC"}), false},
		{"kid missing", rsaWith(map[string]any{"kid": nil}), false},
		{"kid empty", rsaWith(map[string]any{"kid": ""}), false},
		{"kid a number", rsaWith(map[string]any{"kid": 1}), false},
		{"kid too long", rsaWith(map[string]any{"kid": strings.Repeat("k", 257)}), false},
		{"n missing", rsaWith(map[string]any{"n": nil}), false},
		{"n empty", rsaWith(map[string]any{"n": ""}), false},
		{"n padded", rsaWith(map[string]any{"n": jwstest.B64(key.Private.N.Bytes()) + "=="}), false},
		{"n a number", rsaWith(map[string]any{"n": 5}), false},
		{"n of 512 bits", rsaWith(map[string]any{"n": modulus(512)}), false},
		{"n of 1024 bits", rsaWith(map[string]any{"n": modulus(1024)}), false},
		{"n of 2047 bits", rsaWith(map[string]any{"n": modulus(2047)}), false},
		{"n of 16384 bits", rsaWith(map[string]any{"n": modulus(16384)}), false},
		{"n even", rsaWith(map[string]any{"n": jwstest.B64(new(big.Int).Lsh(big.NewInt(1), 2047).Bytes())}), false},
		{"e missing", rsaWith(map[string]any{"e": nil}), false},
		{"e of 0", rsaWith(map[string]any{"e": "AA"}), false},
		{"e of 1", rsaWith(map[string]any{"e": "AQ"}), false},
		{"e of 2", rsaWith(map[string]any{"e": "Ag"}), false},
		{"e even", rsaWith(map[string]any{"e": "AQAA"}), false},
		{"e of 2^31+1", rsaWith(map[string]any{"e": jwstest.B64([]byte{0x80, 0, 0, 1})}), false},
		{"e of 2^32+1", rsaWith(map[string]any{"e": jwstest.B64([]byte{1, 0, 0, 0, 1})}), false},
		{"e of 2^64+3", rsaWith(map[string]any{"e": jwstest.B64([]byte{1, 0, 0, 0, 0, 0, 0, 0, 3})}), false},
		{"private exponent", rsaWith(map[string]any{"d": jwstest.B64(key.Private.D.Bytes())}), false},
		{"prime factor", rsaWith(map[string]any{"p": jwstest.B64(key.Private.Primes[0].Bytes())}), false},
		{"oct", map[string]any{"kty": "oct", "kid": "k", "alg": "HS256", "k": "c2VjcmV0"}, false},
		{"oct posing as RSA", rsaWith(map[string]any{"k": "c2VjcmV0"}), false},
		{"OKP", map[string]any{"kty": "OKP", "kid": "k", "crv": "Ed25519", "x": strings.Repeat("A", 43)}, false},
		{"EC P-384", ecJWK(t, map[string]any{"crv": "P-384"}), false},
		{"EC without crv", ecJWK(t, map[string]any{"crv": nil}), false},
		{"EC without y", ecJWK(t, map[string]any{"y": nil}), false},
		{"EC off the curve", ecJWK(t, map[string]any{"y": strings.Repeat("A", 43)}), false},
		{"EC with a short x", ecJWK(t, map[string]any{"x": "AA"}), false},
		{"EC alg RS256", ecJWK(t, map[string]any{"alg": "RS256"}), false},
		{"EC private", ecJWK(t, map[string]any{"d": "AA"}), false},
		{"not an object", "k", false},
		{"null", nil, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			good := jwstest.NewKey(1, "good")
			set, err := jws.ParseKeySet(jwstest.JWKS(row.jwk, good))
			if err != nil {
				t.Fatal(err)
			}
			want := []string{"good"}
			if row.want {
				want = []string{"k", "good"}
			}
			if ids := keyIDs(set); !slices.Equal(ids, want) || set.Skipped != 2-len(want) {
				t.Errorf("usable: %q, skipped: %d", ids, set.Skipped)
			}
		})
	}
}

func TestDuplicateKidDropsBoth(t *testing.T) {
	t.Parallel()
	set, err := jws.ParseKeySet(jwstest.JWKS(jwstest.NewKey(0, "a"), jwstest.NewKey(1, "b"), jwstest.NewKey(2, "a")))
	if err != nil || !slices.Equal(keyIDs(set), []string{"b"}) || set.Skipped != 2 {
		t.Errorf("%q, %d, %v", keyIDs(set), set.Skipped, err)
	}
	// One that cannot be used is not there, whatever it calls itself.
	enc := jwstest.NewKey(1, "a").JWK(map[string]any{"use": "enc"})
	set, err = jws.ParseKeySet(jwstest.JWKS(jwstest.NewKey(0, "a"), enc))
	if err != nil || !slices.Equal(keyIDs(set), []string{"a"}) {
		t.Errorf("%q, %v", keyIDs(set), err)
	}
}

func TestMemberRepeatedInOneKeySpoilsThatKey(t *testing.T) {
	t.Parallel()
	good := jwstest.JWKS(jwstest.NewKey(0, "good"))
	doc := strings.Replace(string(good), `[`, `[{"kid":"a","kid":"b"},`, 1)
	set, err := jws.ParseKeySet([]byte(doc))
	if err != nil || !slices.Equal(keyIDs(set), []string{"good"}) || set.Skipped != 1 {
		t.Errorf("%q, %d, %v", keyIDs(set), set.Skipped, err)
	}
}

func TestROCAKeyIsNotUsed(t *testing.T) {
	t.Parallel()
	// A modulus with the fingerprint: 65537^k mod the product of the small primes,
	// plus multiples of it up to the length.
	product := big.NewInt(1)
	for _, p := range []int64{2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167} {
		product.Mul(product, big.NewInt(p))
	}
	n := new(big.Int).Exp(big.NewInt(65537), big.NewInt(12345), product)
	multiple := new(big.Int).Lsh(big.NewInt(1), uint(2048-product.BitLen()))
	n.Add(n, multiple.Mul(multiple, product))
	if n.BitLen() < 2048 || n.Bit(0) == 0 {
		t.Fatalf("%d bits, lowest %d", n.BitLen(), n.Bit(0))
	}
	set, err := jws.ParseKeySet(jwstest.JWKS(jwstest.NewKey(0, "k").JWK(map[string]any{"n": jwstest.B64(n.Bytes())})))
	if err != nil || len(set.Keys) != 0 {
		t.Errorf("%q, %v", keyIDs(set), err)
	}
}

func FuzzParseKeySet(f *testing.F) {
	f.Add(jwstest.JWKS(jwstest.NewKey(0, "a"), jwstest.NewKey(1, "b")))
	f.Add(jwstest.JWKS(ecJWK(f, nil)))
	f.Add([]byte(`{"keys":[{"kty":"oct","k":"AA","kid":"a"},null,1,{"kty":"RSA","kid":"a","n":"AQ","e":"AQ"}]}`))
	f.Add([]byte(`{"keys":[]}`))
	f.Add([]byte(`{}`))
	f.Fuzz(func(t *testing.T, doc []byte) {
		set, err := jws.ParseKeySet(doc)
		if err != nil {
			if set.Keys != nil || set.Skipped != 0 {
				t.Fatal("a refused set yields something")
			}
			return
		}
		seen := map[string]bool{}
		for _, key := range set.Keys {
			if key.ID == "" || seen[key.ID] {
				t.Fatalf("kid %q is empty or used twice", key.ID)
			}
			seen[key.ID] = true
			switch public := key.Public.(type) {
			case *rsa.PublicKey:
				if key.Alg != jws.RS256 || public.N.BitLen() < 2048 || public.E < 3 || public.E%2 == 0 {
					t.Fatalf("accepted %+v", key)
				}
			case *ecdsa.PublicKey:
				if _, err := public.Bytes(); key.Alg != jws.ES256 || err != nil {
					t.Fatalf("accepted %+v", key)
				}
			default:
				t.Fatalf("accepted a %T", key.Public)
			}
		}
	})
}
