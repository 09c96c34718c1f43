package jwtverify

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cognitoauth/cognito-go/internal/jws/jwstest"
)

// attack is a token that somebody, somewhere, accepts and should not, or the
// reverse. want is nil for a token to be accepted.
type attack struct {
	name  string
	token string
	want  error
}

// text marshals claims so that a row can spoil the JSON.
func text(c claimSet) string {
	out, err := json.Marshal(c)
	if err != nil {
		panic(err)
	}
	return string(out)
}

// insert adds raw members to the front of claims.
func insert(members string, c claimSet) string { return "{" + members + "," + text(c)[1:] }

func hs256(header string, claims claimSet, secret []byte) string {
	input := jwstest.B64(header) + "." + jwstest.B64(text(claims))
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(input))
	return input + "." + jwstest.B64(mac.Sum(nil))
}

func accessAttacks(tb testing.TB) []attack {
	tb.Helper()
	key := testKey()
	good := accessToken(testNow)
	raw := key.Sign(good)
	segments := strings.Split(raw, ".")
	head := fmt.Sprintf(`"kid":%q`, testKeyID)
	claims := func(change claimSet) string { return key.Sign(good.with(change)) }
	header := func(header string) string { return key.SignHeader(header, good) }

	pub, err := x509.MarshalPKIXPublicKey(&key.Private.PublicKey)
	if err != nil {
		tb.Fatal(err)
	}
	pubPEM := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: pub})
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	rs512 := func() string {
		input := jwstest.B64(`{`+head+`,"alg":"RS512"}`) + "." + segments[1]
		digest := sha512.Sum512([]byte(input))
		signature, err := rsa.SignPKCS1v15(nil, key.Private, crypto.SHA512, digest[:])
		if err != nil {
			tb.Fatal(err)
		}
		return input + "." + jwstest.B64(signature)
	}
	ps256 := func() string {
		input := jwstest.B64(`{`+head+`,"alg":"PS256"}`) + "." + segments[1]
		digest := sha256.Sum256([]byte(input))
		signature, err := rsa.SignPSS(rand.Reader, key.Private, crypto.SHA256, digest[:], nil)
		if err != nil {
			tb.Fatal(err)
		}
		return input + "." + jwstest.B64(signature)
	}
	es256 := func() string {
		input := jwstest.B64(`{`+head+`,"alg":"ES256"}`) + "." + segments[1]
		digest := sha256.Sum256([]byte(input))
		r, s, err := ecdsa.Sign(rand.Reader, ec, digest[:])
		if err != nil {
			tb.Fatal(err)
		}
		return input + "." + jwstest.B64(append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...))
	}
	attacker := jwstest.NewKey(2, testKeyID) // the right kid, the wrong key
	attackerJWK, err := json.Marshal(attacker.JWK(nil))
	if err != nil {
		tb.Fatal(err)
	}
	// respell changes the bits of the last character that stand for nothing.
	respell := func(segment string) string {
		const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
		last := strings.IndexByte(alphabet, segment[len(segment)-1])
		return segment[:len(segment)-1] + string(alphabet[last|1])
	}
	at := func(d time.Duration) int64 { return testNow.Add(d).Unix() }
	// lengthened makes the payload's segment end on a character with free bits.
	freeBits := func() string {
		for pad := ""; ; pad += "x" {
			token := claims(claimSet{"pad": pad})
			if payload := strings.Split(token, ".")[1]; len(payload)%4 == 3 {
				return token
			}
		}
	}()
	free := strings.Split(freeBits, ".")

	return []attack{
		{"a good token", raw, nil},

		{"alg none without signature", jwstest.B64(`{`+head+`,"alg":"none"}`) + "." + segments[1] + ".", ErrTokenMalformed},
		{"alg none with signature", header(`{` + head + `,"alg":"none"}`), ErrAlgorithmNotAllowed},
		{"alg None", header(`{` + head + `,"alg":"None"}`), ErrAlgorithmNotAllowed},
		{"alg NONE", header(`{` + head + `,"alg":"NONE"}`), ErrAlgorithmNotAllowed},
		{"alg rs256", header(`{` + head + `,"alg":"rs256"}`), ErrAlgorithmNotAllowed},
		{"alg RS256 with a space", header(`{` + head + `,"alg":"RS256 "}`), ErrAlgorithmNotAllowed},
		{"alg empty", header(`{` + head + `,"alg":""}`), ErrAlgorithmNotAllowed},
		{"alg missing", header(`{` + head + `}`), ErrAlgorithmNotAllowed},
		{"alg null", header(`{` + head + `,"alg":null}`), ErrTokenMalformed},
		{"alg a number", header(`{` + head + `,"alg":256}`), ErrTokenMalformed},
		{"alg a list", header(`{` + head + `,"alg":["RS256"]}`), ErrTokenMalformed},
		{"alg under another case", header(`{` + head + `,"ALG":"RS256"}`), ErrAlgorithmNotAllowed},
		{"HS256 with the public key in PEM", hs256(`{`+head+`,"alg":"HS256"}`, good, pubPEM), ErrAlgorithmNotAllowed},
		{"HS256 with the public key in DER", hs256(`{`+head+`,"alg":"HS256"}`, good, pub), ErrAlgorithmNotAllowed},
		{"HS256 with the modulus", hs256(`{`+head+`,"alg":"HS256"}`, good, key.Private.N.Bytes()), ErrAlgorithmNotAllowed},
		{"HS256 with the empty key", hs256(`{`+head+`,"alg":"HS256"}`, good, nil), ErrAlgorithmNotAllowed},
		{"RS512 on an RS256 key", rs512(), ErrAlgorithmNotAllowed},
		{"PS256 on an RS256 key", ps256(), ErrAlgorithmNotAllowed},
		{"ES256", es256(), ErrAlgorithmNotAllowed},

		{"embedded jwk", attacker.SignHeader(`{`+head+`,"alg":"RS256","jwk":`+string(attackerJWK)+`}`, good), ErrSignatureInvalid},
		{"jku", attacker.SignHeader(`{`+head+`,"alg":"RS256","jku":"https://attacker.example/jwks.json"}`, good), ErrSignatureInvalid},
		{"x5u", attacker.SignHeader(`{`+head+`,"alg":"RS256","x5u":"https://attacker.example/cert.pem"}`, good), ErrSignatureInvalid},
		{"x5c", attacker.SignHeader(`{`+head+`,"alg":"RS256","x5c":["MIIB"]}`, good), ErrSignatureInvalid},
		{"kid a path", header(`{"kid":"../../../../dev/null","alg":"RS256"}`), ErrKeyNotFound},
		{"kid SQL", header(`{"kid":"x' UNION SELECT 'key","alg":"RS256"}`), ErrKeyNotFound},
		{"kid a URL", header(`{"kid":"https://attacker.example/key","alg":"RS256"}`), ErrKeyNotFound},
		{"kid missing", header(`{"alg":"RS256"}`), ErrTokenMalformed},
		{"kid empty", header(`{"kid":"","alg":"RS256"}`), ErrTokenMalformed},
		{"kid null", header(`{"kid":null,"alg":"RS256"}`), ErrTokenMalformed},
		{"kid a number", header(`{"kid":1,"alg":"RS256"}`), ErrTokenMalformed},
		{"kid a list", header(fmt.Sprintf(`{"kid":[%q],"alg":"RS256"}`, testKeyID)), ErrTokenMalformed},
		{"kid too long", header(`{"kid":"` + strings.Repeat("a", 300) + `","alg":"RS256"}`), ErrTokenMalformed},
		{"kid of another case", header(fmt.Sprintf(`{"kid":%q,"alg":"RS256"}`, strings.ToLower(testKeyID))), ErrKeyNotFound},
		{"kid of the other key", header(fmt.Sprintf(`{"kid":%q,"alg":"RS256"}`, otherKeyID)), ErrSignatureInvalid},
		{"kid spelled with an escape", header(`{"kid":"\u0032` + testKeyID[1:] + `","alg":"RS256"}`), nil},
		{"crit with an unknown name", header(`{` + head + `,"alg":"RS256","crit":["exp"],"exp":1}`), ErrTokenMalformed},
		{"crit with a registered name", header(`{` + head + `,"alg":"RS256","crit":["alg"]}`), ErrTokenMalformed},
		{"crit empty", header(`{` + head + `,"alg":"RS256","crit":[]}`), ErrTokenMalformed},
		{"crit null", header(`{` + head + `,"alg":"RS256","crit":null}`), ErrTokenMalformed},
		{"b64 false without crit", header(`{` + head + `,"alg":"RS256","b64":false}`), ErrTokenMalformed},
		{"b64 true", header(`{` + head + `,"alg":"RS256","b64":true}`), ErrTokenMalformed},
		{"b64 false in crit", header(`{` + head + `,"alg":"RS256","b64":false,"crit":["b64"]}`), ErrTokenMalformed},
		{"alg twice", header(`{` + head + `,"alg":"none","alg":"RS256"}`), ErrTokenMalformed},
		{"kid twice", header(`{"kid":"x",` + head + `,"alg":"RS256"}`), ErrTokenMalformed},
		{"unknown header twice", header(`{` + head + `,"alg":"RS256","x":1,"x":1}`), ErrTokenMalformed},
		{"alg twice, once escaped", header(`{` + head + `,"\u0061lg":"RS256","alg":"RS256"}`), ErrTokenMalformed},
		{"unknown header once", header(`{` + head + `,"alg":"RS256","x":{"y":[1]}}`), nil},
		{"header with spaces", header("{ " + head + " ,\n\t\"alg\" : \"RS256\" }"), nil},
		{"header not an object", header(`["RS256"]`), ErrTokenMalformed},
		{"header not JSON", header(`RS256`), ErrTokenMalformed},
		{"header with trailing data", header(`{` + head + `,"alg":"RS256"}{}`), ErrTokenMalformed},
		{"header with a BOM", header("\ufeff{" + head + `,"alg":"RS256"}`), ErrTokenMalformed},
		{"header not UTF-8", header(`{` + head + `,"alg":"RS256","x":"` + "\xff" + `"}`), ErrTokenMalformed},
		{"header over 1 KiB", header(`{` + head + `,"alg":"RS256","x":"` + strings.Repeat("a", 700) + `"}`), ErrTokenMalformed},
		{"typ JWT", header(`{` + head + `,"alg":"RS256","typ":"JWT"}`), nil},
		{"typ jwt", header(`{` + head + `,"alg":"RS256","typ":"jwt"}`), nil},
		{"typ at+jwt", header(`{` + head + `,"alg":"RS256","typ":"at+jwt"}`), ErrTokenMalformed},
		{"typ logout+jwt", header(`{` + head + `,"alg":"RS256","typ":"logout+jwt"}`), ErrTokenMalformed},
		{"typ dpop+jwt", header(`{` + head + `,"alg":"RS256","typ":"dpop+jwt"}`), ErrTokenMalformed},
		{"typ empty", header(`{` + head + `,"alg":"RS256","typ":""}`), ErrTokenMalformed},
		{"typ a number", header(`{` + head + `,"alg":"RS256","typ":1}`), ErrTokenMalformed},

		{"signature of another key", attacker.Sign(good), ErrSignatureInvalid},
		{"signature of another token", segments[0] + "." + strings.Split(claims(claimSet{"jti": "x"}), ".")[1] + "." + segments[2], ErrSignatureInvalid},
		{"signature cut short", raw[:len(raw)-2], ErrSignatureInvalid},
		{"signature lengthened", raw + "AAAA", ErrSignatureInvalid},
		{"signature all zero", segments[0] + "." + segments[1] + "." + strings.Repeat("A", len(segments[2])), ErrSignatureInvalid},
		{"signature enormous", segments[0] + "." + segments[1] + "." + strings.Repeat("A", 8000), ErrSignatureInvalid},

		{"exp under another case", key.Sign(insert(fmt.Sprintf(`"EXP":%d`, at(time.Hour)), good.with(claimSet{"exp": nil}))), ErrTokenMalformed},
		{"iss under another case", key.Sign(insert(fmt.Sprintf(`"ISS":%q`, testIssuer), good.with(claimSet{"iss": nil}))), ErrIssuerInvalid},
		{"token_use under another case", key.Sign(insert(`"Token_Use":"access"`, good.with(claimSet{"token_use": "id"}))), ErrTokenUseInvalid},
		{"groups under another case grant nothing", key.Sign(insert(`"COGNITO:GROUPS":["x"]`, good)), nil},
		{"homoglyph of iss", key.Sign(insert(`"i\u017fs":"https://attacker.example"`, good)), nil},
		{"homoglyph of iss alone", key.Sign(insert(fmt.Sprintf("\"i\u017fs\":%q", testIssuer), good.with(claimSet{"iss": nil}))), ErrIssuerInvalid},
		{"homoglyph of token_use alone", key.Sign(insert("\"to\u212aen_use\":\"access\"", good.with(claimSet{"token_use": nil}))), ErrTokenUseInvalid},
		{"claim twice, the same", key.Sign(insert(fmt.Sprintf(`"iss":%q`, testIssuer), good)), ErrTokenMalformed},
		{"claim twice, the second good", key.Sign(insert(`"token_use":"id"`, good)), ErrTokenMalformed},
		{"iss twice, the first good", key.Sign(text(good)[:len(text(good))-1] + `,"iss":"https://attacker.example"}`), ErrTokenMalformed},
		{"claim twice, once escaped", key.Sign(insert(`"\u0065xp":1`, good)), ErrTokenMalformed},
		{"custom claim twice", key.Sign(insert(`"custom:a":1,"custom:a":2`, good)), ErrTokenMalformed},
		{"nested member twice", key.Sign(insert(`"custom:a":{"b":1,"b":2}`, good)), ErrTokenMalformed},
		{"nested member twice, once escaped", key.Sign(insert(`"custom:a":[{"b":1,"\u0062":2}]`, good)), ErrTokenMalformed},
		{"same name at different levels", key.Sign(insert(`"custom:a":{"exp":1,"a":{"exp":2}}`, good)), nil},

		{"exp missing", claims(claimSet{"exp": nil}), ErrTokenMalformed},
		{"exp null", key.Sign(insert(`"exp":null`, good.with(claimSet{"exp": nil}))), ErrTokenMalformed},
		{"exp zero", claims(claimSet{"exp": 0}), ErrTokenExpired},
		{"exp negative", claims(claimSet{"exp": -1}), ErrTokenExpired},
		{"exp a string", claims(claimSet{"exp": fmt.Sprint(at(time.Hour))}), ErrTokenMalformed},
		{"exp true", claims(claimSet{"exp": true}), ErrTokenMalformed},
		{"exp a list", claims(claimSet{"exp": []int64{at(time.Hour)}}), ErrTokenMalformed},
		{"exp an object", claims(claimSet{"exp": claimSet{}}), ErrTokenMalformed},
		{"exp with a fraction", claims(claimSet{"exp": float64(at(time.Hour)) + 0.5}), nil},
		{"exp with a fraction, a moment ago", claims(claimSet{"exp": float64(at(0)) + 0.5}), ErrTokenExpired},
		{"exp with an exponent", key.Sign(insert(`"exp":2e9`, good.with(claimSet{"exp": nil}))), nil},
		{"exp 1e300", key.Sign(insert(`"exp":1e300`, good.with(claimSet{"exp": nil}))), ErrTokenMalformed},
		{"exp 1e999", key.Sign(insert(`"exp":1e999`, good.with(claimSet{"exp": nil}))), ErrTokenMalformed},
		{"exp 2^63-1", key.Sign(insert(`"exp":9223372036854775807`, good.with(claimSet{"exp": nil}))), ErrTokenMalformed},
		{"exp 2^64", key.Sign(insert(`"exp":18446744073709551616`, good.with(claimSet{"exp": nil}))), ErrTokenMalformed},
		{"exp in the year 10000", claims(claimSet{"exp": int64(253402300800)}), ErrTokenMalformed},
		{"exp a second before the year 10000", claims(claimSet{"exp": int64(253402300799)}), nil},
		{"exp in milliseconds", claims(claimSet{"exp": at(time.Hour) * 1000}), ErrTokenMalformed},
		{"exp NaN", key.Sign(insert(`"exp":NaN`, good.with(claimSet{"exp": nil}))), ErrTokenMalformed},
		{"exp Infinity", key.Sign(insert(`"exp":Infinity`, good.with(claimSet{"exp": nil}))), ErrTokenMalformed},
		{"exp with a leading zero", key.Sign(insert(`"exp":01900000000`, good.with(claimSet{"exp": nil}))), ErrTokenMalformed},
		{"exp with a plus", key.Sign(insert(`"exp":+1900000000`, good.with(claimSet{"exp": nil}))), ErrTokenMalformed},
		{"exp hexadecimal", key.Sign(insert(`"exp":0x7fffffff`, good.with(claimSet{"exp": nil}))), ErrTokenMalformed},
		{"exp passed", claims(claimSet{"exp": at(-time.Second)}), ErrTokenExpired},
		{"exp now", claims(claimSet{"exp": at(0)}), ErrTokenExpired},
		{"exp in a second", claims(claimSet{"exp": at(time.Second)}), nil},
		{"nbf in the future", claims(claimSet{"nbf": at(time.Minute)}), ErrTokenNotYetValid},
		{"nbf now", claims(claimSet{"nbf": at(0)}), nil},
		{"nbf 1e300", key.Sign(insert(`"nbf":1e300`, good)), ErrTokenMalformed},
		{"nbf 2^63-1", key.Sign(insert(`"nbf":9223372036854775807`, good)), ErrTokenMalformed},
		{"nbf a string", claims(claimSet{"nbf": "1"}), ErrTokenMalformed},
		{"nbf null", key.Sign(insert(`"nbf":null`, good)), ErrTokenMalformed},
		{"iat in the future", claims(claimSet{"iat": at(time.Minute)}), ErrTokenNotYetValid},
		{"iat now", claims(claimSet{"iat": at(0)}), nil},
		{"iat missing", claims(claimSet{"iat": nil}), ErrTokenMalformed},
		{"iat a string", claims(claimSet{"iat": "1"}), ErrTokenMalformed},
		{"iat 1e300", key.Sign(insert(`"iat":1e300`, good.with(claimSet{"iat": nil}))), ErrTokenMalformed},
		{"auth_time in the future", claims(claimSet{"auth_time": at(time.Minute)}), ErrTokenNotYetValid},
		{"auth_time a string", claims(claimSet{"auth_time": "1"}), ErrTokenMalformed},

		{"iss with a slash at the end", claims(claimSet{"iss": testIssuer + "/"}), ErrIssuerInvalid},
		{"iss a list", claims(claimSet{"iss": []string{testIssuer}}), ErrIssuerInvalid},
		{"iss of another pool", claims(claimSet{"iss": testIssuer[:len(testIssuer)-1] + "F"}), ErrIssuerInvalid},
		{"iss of another region", claims(claimSet{"iss": strings.Replace(testIssuer, "eu-west-1.", "eu-west-2.", 1)}), ErrIssuerInvalid},
		{"iss with an upper-case host", claims(claimSet{"iss": strings.Replace(testIssuer, "cognito", "Cognito", 1)}), ErrIssuerInvalid},
		{"iss http", claims(claimSet{"iss": strings.Replace(testIssuer, "https", "http", 1)}), ErrIssuerInvalid},
		{"iss missing", claims(claimSet{"iss": nil}), ErrIssuerInvalid},
		{"iss null", key.Sign(insert(`"iss":null`, good.with(claimSet{"iss": nil}))), ErrIssuerInvalid},
		{"iss empty", claims(claimSet{"iss": ""}), ErrIssuerInvalid},
		{"iss an attacker's", claims(claimSet{"iss": "https://attacker.example"}), ErrIssuerInvalid},
		{"iss inside another object only", key.Sign(insert(fmt.Sprintf(`"a":{"iss":%q}`, testIssuer), good.with(claimSet{"iss": nil}))), ErrIssuerInvalid},
		{"iss escaped", key.Sign(insert(`"iss":"`+strings.ReplaceAll(testIssuer, "/", `\/`)+`"`, good.with(claimSet{"iss": nil}))), nil},
		{"iss of the updated form", claims(claimSet{"iss": strings.Replace(testIssuer, "cognito-idp", "issuer-cognito-idp", 1)}), nil},
		{"iss of the updated form in a replica region", claims(claimSet{"iss": strings.NewReplacer("cognito-idp", "issuer-cognito-idp", "eu-west-1.", "us-east-1.").Replace(testIssuer)}), ErrIssuerInvalid},

		{"token_use id", claims(claimSet{"token_use": "id"}), ErrTokenUseInvalid},
		{"token_use missing", claims(claimSet{"token_use": nil}), ErrTokenUseInvalid},
		{"token_use Access", claims(claimSet{"token_use": "Access"}), ErrTokenUseInvalid},
		{"token_use a list", claims(claimSet{"token_use": []string{"access"}}), ErrTokenUseInvalid},
		{"token_use refresh", claims(claimSet{"token_use": "refresh"}), ErrTokenUseInvalid},
		{"client_id of another client", claims(claimSet{"client_id": "other"}), ErrClientInvalid},
		{"client_id missing", claims(claimSet{"client_id": nil}), ErrClientInvalid},
		{"client_id empty", claims(claimSet{"client_id": ""}), ErrClientInvalid},
		{"client_id a list", claims(claimSet{"client_id": []string{testClient}}), ErrClientInvalid},
		{"client_id missing, aud in its place", claims(claimSet{"client_id": nil, "aud": testClient}), ErrClientInvalid},
		{"aud of a resource is not the client", claims(claimSet{"aud": "https://api.example.com"}), nil},
		{"aud a number", claims(claimSet{"aud": 1}), ErrClientInvalid},
		{"sub missing", claims(claimSet{"sub": nil}), ErrTokenMalformed},
		{"sub empty", claims(claimSet{"sub": ""}), ErrTokenMalformed},
		{"sub a number", claims(claimSet{"sub": 1}), ErrTokenMalformed},
		{"sub null", key.Sign(insert(`"sub":null`, good.with(claimSet{"sub": nil}))), ErrTokenMalformed},
		{"username a number", claims(claimSet{"username": 1}), ErrTokenMalformed},
		{"scope a list", claims(claimSet{"scope": []string{"a"}}), ErrTokenMalformed},
		{"jti a number", claims(claimSet{"jti": 1}), ErrTokenMalformed},
		{"groups a string", claims(claimSet{"cognito:groups": "admin"}), ErrTokenMalformed},
		{"groups with a number", claims(claimSet{"cognito:groups": []any{"admin", 1}}), ErrTokenMalformed},
		{"groups null", key.Sign(insert(`"cognito:groups":null`, good.with(claimSet{"cognito:groups": nil}))), nil},
		{"a machine's token", claims(claimSet{"username": nil, "sub": testClient, "cognito:groups": nil, "origin_jti": nil}), nil},

		{"trailing JSON", key.Sign(text(good) + `{}`), ErrTokenMalformed},
		{"trailing garbage", key.Sign(text(good) + `x`), ErrTokenMalformed},
		{"trailing NUL", key.Sign(text(good) + "\x00"), ErrTokenMalformed},
		{"trailing white space", key.Sign(text(good) + " \n"), nil},
		{"leading BOM", key.Sign("\ufeff" + text(good)), ErrTokenMalformed},
		{"payload cut short", key.Sign(text(good)[:len(text(good))-1]), ErrTokenMalformed},
		{"payload with a comma too many", key.Sign(text(good)[:len(text(good))-1] + `,}`), ErrTokenMalformed},
		{"payload with a comment", key.Sign(insert(`/**/"a":1`, good)), ErrTokenMalformed},
		{"payload in single quotes", key.Sign(insert(`'a':1`, good)), ErrTokenMalformed},
		{"payload a list", key.Sign(`[` + text(good) + `]`), ErrTokenMalformed},
		{"payload null", key.Sign(`null`), ErrTokenMalformed},
		{"payload empty", key.Sign(``), ErrTokenMalformed},
		{"not UTF-8 in a claim", key.Sign(text(good)[:len(text(good))-1] + ",\"a\":\"\xff\"}"), ErrTokenMalformed},
		{"not UTF-8 in a name", key.Sign(text(good)[:len(text(good))-1] + ",\"\xc3\x28\":1}"), ErrTokenMalformed},
		{"overlong UTF-8", key.Sign(text(good)[:len(text(good))-1] + ",\"a\":\"\xc0\xaf\"}"), ErrTokenMalformed},
		{"surrogate in UTF-8", key.Sign(text(good)[:len(text(good))-1] + ",\"a\":\"\xed\xa0\x80\"}"), ErrTokenMalformed},
		{"lone surrogate escape", key.Sign(insert(`"a":"\ud800"`, good)), ErrTokenMalformed},
		{"reversed surrogates", key.Sign(text(good)[:len(text(good))-1] + `,"a":"\udc00\ud800"}`), ErrTokenMalformed},
		{"paired surrogates", key.Sign(insert(`"a":"\ud83d\ude00"`, good)), nil},
		{"U+FFFD written out", key.Sign(insert(`"a":"\ufffd�"`, good)), nil},
		{"unknown escape", key.Sign(text(good)[:len(text(good))-1] + `,"a":"\x41"}`), ErrTokenMalformed},
		{"control character in a string", key.Sign(text(good)[:len(text(good))-1] + ",\"a\":\"\n\"}"), ErrTokenMalformed},
		{"nested 31 deep", key.Sign(insert(`"a":`+strings.Repeat("[", 31)+strings.Repeat("]", 31), good)), nil},
		{"nested 32 deep", key.Sign(text(good)[:len(text(good))-1] + `,"a":` + strings.Repeat("[", 32) + strings.Repeat("]", 32) + "}"), ErrTokenMalformed},
		{"nested 4000 deep", key.Sign(text(good)[:len(text(good))-1] + `,"a":` + strings.Repeat("[", 4000) + strings.Repeat("]", 4000) + "}"), ErrTokenMalformed},
		{"unicode claims", claims(claimSet{"custom:name": "Ådä 李 \u0007 😀"}), nil},

		{"empty", "", ErrTokenMissing},
		{"space", " ", ErrTokenMalformed},
		{"Bearer prefix", "Bearer " + raw, ErrTokenMalformed},
		{"leading space", " " + raw, ErrTokenMalformed},
		{"trailing space", raw + " ", ErrTokenMalformed},
		{"trailing newline", raw + "\n", ErrTokenMalformed},
		{"trailing CRLF", raw + "\r\n", ErrTokenMalformed},
		{"newline in the signature", raw[:len(raw)-10] + "\n" + raw[len(raw)-10:], ErrTokenMalformed},
		{"newline at the end of a payload that begins with iss", segments[0] + "." + jwstest.B64(`{"iss":"`+testIssuer+`","a":"`+strings.Repeat("a", 300)+`"}`) + "\n." + segments[2], ErrTokenMalformed},
		{"newline in the payload", segments[0] + "." + segments[1][:8] + "\n" + segments[1][8:] + "." + segments[2], ErrTokenMalformed},
		{"CR in the header", segments[0][:4] + "\r" + segments[0][4:] + "." + segments[1] + "." + segments[2], ErrTokenMalformed},
		{"newlines signed over", key.SignRaw(segments[0], segments[1][:8]+"\n"+segments[1][8:]), ErrTokenMalformed},
		{"padding on the signature", raw + "==", ErrTokenMalformed},
		{"padding on the payload, signed over", key.SignRaw(segments[0], free[1]+"="), ErrTokenMalformed},
		{"padding on the header, signed over", key.SignRaw(segments[0]+"=", segments[1]), ErrTokenMalformed},
		{"standard alphabet", key.SignRaw(segments[0], jwstest.B64(`{"a":"`)+"+/AA"), ErrTokenMalformed},
		{"respelled signature", segments[0] + "." + segments[1] + "." + respell(segments[2]), ErrTokenMalformed},
		{"respelled payload", free[0] + "." + respell(free[1]) + "." + free[2], ErrTokenMalformed},
		{"respelled payload, signed over", key.SignRaw(free[0], respell(free[1])), ErrTokenMalformed},
		{"one segment", segments[0], ErrTokenMalformed},
		{"two segments", segments[0] + "." + segments[1], ErrTokenMalformed},
		{"four segments", raw + ".AAAA", ErrTokenMalformed},
		{"five segments", raw + ".AAAA.AAAA", ErrTokenMalformed},
		{"empty header", "." + segments[1] + "." + segments[2], ErrTokenMalformed},
		{"empty payload", segments[0] + ".." + segments[2], ErrTokenInvalid},
		{"empty signature", segments[0] + "." + segments[1] + ".", ErrTokenMalformed},
		{"two dots", "..", ErrTokenMalformed},
		{"a dot at the end", raw + ".", ErrTokenMalformed},
		{"a dot at the front", "." + raw, ErrTokenMalformed},
		{"a mebibyte of dots", strings.Repeat(".", 1<<20), ErrTokenMalformed},
		{"eight mebibytes", segments[0] + "." + strings.Repeat("A", 8<<20) + "." + segments[2], ErrTokenMalformed},
		{"a byte over the limit, signed", key.Sign(good.with(claimSet{"pad": strings.Repeat("x", 12000)})), ErrTokenMalformed},
		{"just under the limit, signed", key.Sign(good.with(claimSet{"pad": strings.Repeat("x", 11000)})), nil},
		{"JSON serialization", `{"protected":"` + segments[0] + `","payload":"` + segments[1] + `","signature":"` + segments[2] + `"}`, ErrTokenMalformed},
		{"NUL bytes", strings.Repeat("\x00", 100), ErrTokenMalformed},
		{"not ASCII", segments[0] + "." + segments[1] + "." + "é" + segments[2], ErrTokenMalformed},
	}
}

func idAttacks() []attack {
	key := testKey()
	good := idToken(testNow)
	claims := func(change claimSet) string { return key.Sign(good.with(change)) }
	return []attack{
		{"a good token", key.Sign(good), nil},
		{"aud in a list", claims(claimSet{"aud": []string{testClient}}), nil},
		{"aud of another client", claims(claimSet{"aud": "other"}), ErrClientInvalid},
		{"aud missing", claims(claimSet{"aud": nil}), ErrClientInvalid},
		{"aud missing, client_id in its place", claims(claimSet{"aud": nil, "client_id": testClient}), ErrClientInvalid},
		{"aud null", key.Sign(insert(`"aud":null`, good.with(claimSet{"aud": nil}))), ErrClientInvalid},
		{"aud empty", claims(claimSet{"aud": ""}), ErrClientInvalid},
		{"aud an empty list", claims(claimSet{"aud": []string{}}), ErrClientInvalid},
		{"aud a number", claims(claimSet{"aud": 1}), ErrClientInvalid},
		{"aud a list with a number", claims(claimSet{"aud": []any{testClient, 1}}), ErrClientInvalid},
		{"aud an object", claims(claimSet{"aud": claimSet{testClient: true}}), ErrClientInvalid},
		{"several audiences without azp", claims(claimSet{"aud": []string{testClient, "other"}}), ErrClientInvalid},
		{"several audiences with azp", claims(claimSet{"aud": []string{"other", testClient}, "azp": testClient}), nil},
		{"several audiences with another's azp", claims(claimSet{"aud": []string{testClient, "other"}, "azp": "other"}), ErrClientInvalid},
		{"several audiences, none ours, with azp", claims(claimSet{"aud": []string{"a", "b"}, "azp": testClient}), ErrClientInvalid},
		{"one audience with another's azp", claims(claimSet{"azp": "other"}), ErrClientInvalid},
		{"azp a number", claims(claimSet{"azp": 1}), ErrClientInvalid},
		{"token_use access", claims(claimSet{"token_use": "access"}), ErrTokenUseInvalid},
		{"an access token", key.Sign(accessToken(testNow)), ErrTokenUseInvalid},
		{"exp missing", claims(claimSet{"exp": nil}), ErrTokenMalformed},
		{"exp passed", claims(claimSet{"exp": testNow.Unix() - 1}), ErrTokenExpired},
		{"email_verified in a string", claims(claimSet{"email_verified": "true"}), nil},
		{"EMAIL does not set email", key.Sign(insert(`"EMAIL":"root@example.com"`, good)), nil},
		{"identities", key.Sign(insert(`"identities":[{"userId":"1","providerName":"Google","primary":"true","dateCreated":"1"}]`, good)), nil},
	}
}

func TestAttacks(t *testing.T) {
	t.Parallel()
	plain := mustNew(t, fixedConfig(t))
	cfg := fixedConfig(t)
	cfg.TokenCacheSize = 100
	remembering := mustNew(t, cfg)

	check := func(t *testing.T, row attack, claims bool, err error) {
		t.Helper()
		if row.want == nil {
			if err != nil {
				t.Errorf("refused: %v", err)
			}
			return
		}
		if claims {
			t.Error("claims came with a refusal")
		}
		var e *Error
		switch {
		case err == nil:
			t.Fatal("accepted")
		case !errors.Is(err, row.want):
			t.Errorf("refused with %v, want %v", err, row.want)
		case !errors.As(err, &e):
			t.Errorf("%T is not an *Error", err)
		case !errors.Is(err, ErrTokenInvalid) || errors.Is(err, ErrForbidden) || errors.Is(err, ErrKeysUnavailable):
			t.Errorf("%v is not in the group of invalid tokens alone", err)
		}
		for segment := range strings.SplitSeq(row.token, ".") {
			if len(segment) > 8 && strings.Contains(err.Error(), segment[:8]) {
				t.Errorf("the error quotes the token: %v", err)
			}
		}
	}
	for _, row := range accessAttacks(t) {
		t.Run("access/"+row.name, func(t *testing.T) {
			t.Parallel()
			for range 2 { // what is remembered must not change the answer
				for _, v := range []*Verifier{plain, remembering} {
					c, err := v.VerifyAccessToken(t.Context(), row.token)
					check(t, row, c != nil, err)
				}
			}
		})
	}
	for _, row := range idAttacks() {
		t.Run("id/"+row.name, func(t *testing.T) {
			t.Parallel()
			for range 2 {
				for _, v := range []*Verifier{plain, remembering} {
					c, err := v.VerifyIDToken(t.Context(), row.token)
					check(t, row, c != nil, err)
				}
			}
		})
	}
}

// A claim under another case must not only pass unnoticed: it must have no effect.
func TestFoldedClaimsHaveNoEffect(t *testing.T) {
	t.Parallel()
	v := mustNew(t, fixedConfig(t))
	a, err := v.VerifyAccessToken(t.Context(), testKey().Sign(insert(`"COGNITO:GROUPS":["root"],"Scope":"root","USERNAME":"root"`, accessToken(testNow))))
	if err != nil {
		t.Fatal(err)
	}
	if a.Username != testUsername || len(a.Groups) != 2 || len(a.Scopes) != 2 {
		t.Errorf("access claims = %+v", a)
	}
	i, err := v.VerifyIDToken(t.Context(), testKey().Sign(insert(`"EMAIL":"root@example.com","Email_Verified":false`, idToken(testNow))))
	if err != nil {
		t.Fatal(err)
	}
	if i.Email != "ada@example.com" || !i.EmailVerified {
		t.Errorf("ID claims = %+v", i)
	}
}
