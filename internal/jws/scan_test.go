package jws

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// skipAll reads text as one JSON value.
func skipAll(text string) error {
	s := NewScanner(text)
	s.Skip()
	return s.Finish()
}

func TestScannerAcceptsAndRefuses(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		text string
		want error
	}{
		{`{}`, nil}, {`[]`, nil}, {`""`, nil}, {`0`, nil}, {`-0`, nil}, {`-1.5e+10`, nil}, {`1E-2`, nil},
		{`true`, nil}, {`false`, nil}, {`null`, nil}, {" \t\r\n[ 1 , 2 ] \n", nil},
		{`{"a":{"b":[{"c":null}]}}`, nil},
		{`"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00"`, nil},
		{`"é李😀"`, nil}, {`"\u0000"`, nil},

		{``, FaultSyntax}, {` `, FaultSyntax}, {`{`, FaultSyntax}, {`[`, FaultSyntax}, {`}`, FaultSyntax}, {`"`, FaultSyntax},
		{`[1,]`, FaultSyntax}, {`[,1]`, FaultSyntax}, {`[1 2]`, FaultSyntax}, {`[1`, FaultSyntax}, {`[1,`, FaultSyntax},
		{`{,}`, FaultSyntax}, {`{"a"}`, FaultSyntax}, {`{"a":}`, FaultSyntax}, {`{"a":1,}`, FaultSyntax}, {`{a:1}`, FaultSyntax},
		{`{1:1}`, FaultSyntax}, {`{"a" 1}`, FaultSyntax}, {`{"a":1 "b":2}`, FaultSyntax}, {`{"a":1]`, FaultSyntax}, {`[1}`, FaultSyntax},
		{`01`, FaultSyntax}, {`-`, FaultSyntax}, {`+1`, FaultSyntax}, {`.5`, FaultSyntax}, {`1.`, FaultSyntax}, {`1e`, FaultSyntax}, {`1e+`, FaultSyntax}, {`-01`, FaultSyntax},
		{`tru`, FaultSyntax}, {`nul`, FaultSyntax}, {`True`, FaultSyntax}, {`NaN`, FaultSyntax}, {`'a'`, FaultSyntax}, {`/**/1`, FaultSyntax},
		{"\"a\nb\"", FaultSyntax}, {"\"\x00\"", FaultSyntax}, {"\"\x1f\"", FaultSyntax}, {"\ufeff{}", FaultSyntax}, {"\v1", FaultSyntax},
		{`1 1`, FaultTrailing}, {`{}{}`, FaultTrailing}, {`truefalse`, FaultTrailing}, {`1x`, FaultTrailing}, {"1\x00", FaultTrailing},
		{"\"\xff\"", FaultUTF8}, {"\"\xc0\x80\"", FaultUTF8}, {"\"\xed\xa0\x80\"", FaultUTF8}, {"\"\xf4\x90\x80\x80\"", FaultUTF8}, {"\"\xe2\x82\"", FaultUTF8}, {"{\"\xff\":1}", FaultUTF8},
		{`"\x"`, FaultEscape}, {`"\u12"`, FaultEscape}, {`"\u12g4"`, FaultEscape}, {`"\`, FaultEscape}, {`"\U0041"`, FaultEscape}, {`"\'"`, FaultEscape},
		{`"\ud800"`, FaultEscape}, {`"\udc00"`, FaultEscape}, {`"\ud800x"`, FaultEscape}, {`"\ud800\u0041"`, FaultEscape}, {`"\ud800\ud800"`, FaultEscape}, {`"\udc00\ud800"`, FaultEscape},
		{`"\ufffd"`, nil},
		{`{"a":1,"a":1}`, FaultDuplicate}, {`{"a":1,"b":2,"\u0061":3}`, FaultDuplicate}, {`{"\u0061":1,"\u0061":2}`, FaultDuplicate}, {`{"\u0061":1,"a":2}`, FaultDuplicate},
		{`{"":1,"":2}`, FaultDuplicate}, {`[{"x":{"a":1,"b":2,"a":3}}]`, FaultDuplicate}, {`{"é":1,"\u00e9":2}`, FaultDuplicate}, {`{"/":1,"\/":2}`, FaultDuplicate},
		{`{"a":1,"A":1}`, nil}, {`{"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]}`, nil},
		// Equal to a reader that normalizes, which JSON does not (RFC 8259 section 8.3).
		{"{\"\u00e9\":1,\"e\u0301\":2}", nil},
		{strings.Repeat("[", MaxDepth) + strings.Repeat("]", MaxDepth), nil},
		{strings.Repeat("[", MaxDepth+1) + strings.Repeat("]", MaxDepth+1), FaultDepth},
		{strings.Repeat("[", 1<<20), FaultDepth},
		{strings.Repeat(`{"a":`, MaxDepth+1), FaultDepth},
	} {
		name := row.text
		if len(name) > 40 {
			name = name[:40] + "…"
		}
		if err := skipAll(row.text); !errors.Is(err, row.want) || err == nil != (row.want == nil) {
			t.Errorf("%q: got %v, want %v", name, err, row.want)
		}
	}
}

// Many members, so that the names do not fit into what is reserved for them.
func TestScannerFindsDuplicatesAmongMany(t *testing.T) {
	t.Parallel()
	var members []string
	for i := range 300 {
		members = append(members, `"n`+strings.Repeat("x", i)+`":{"a":1,"b":2}`)
	}
	all := strings.Join(members, ",")
	if err := skipAll("{" + all + "}"); err != nil {
		t.Fatal(err)
	}
	for _, i := range []int{0, 18, 19, 20, 21, 150, 299} {
		if err := skipAll("{" + all + "," + members[i] + "}"); !errors.Is(err, FaultDuplicate) {
			t.Errorf("a repetition of member %d: %v", i, err)
		}
	}
}

func TestNumericDate(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		text string
		want int64
		err  error
	}{
		{"1", 1, nil}, {"1772366400", 1772366400, nil}, {"1772366400.9", 1772366400, nil}, {"1.7723664e9", 1772366400, nil}, {"253402300799", 253402300799, nil},
		{"253402300799.999", 253402300799, nil}, {"0.5", 0, FaultDatePast}, {"0", 0, FaultDatePast}, {"-1", 0, FaultDatePast}, {"-0", 0, FaultDatePast}, {"-1e300", 0, FaultDatePast},
		{"253402300800", 0, FaultDate}, {"1e12", 0, FaultDate}, {"1e300", 0, FaultDate}, {"1e999", 0, FaultDate}, {"9223372036854775807", 0, FaultDate}, {"18446744073709551617", 0, FaultDate},
		{"000000000001", 0, FaultSyntax},
		{`"1"`, 0, FaultType}, {"null", 0, FaultType}, {"true", 0, FaultType}, {"[1]", 0, FaultType}, {"{}", 0, FaultType}, {"", 0, FaultSyntax},
	} {
		s := NewScanner(row.text)
		got, _ := s.NumericDate()
		if err := s.Finish(); got != row.want || !errors.Is(err, row.err) || err == nil != (row.err == nil) {
			t.Errorf("%s: %d, %v, want %d, %v", row.text, got, err, row.want, row.err)
		}
	}
}

// A reader that stops early, or reads nothing, must not look as if it had read all.
func TestScannerMustBeReadToTheEnd(t *testing.T) {
	t.Parallel()
	var o Members
	s := NewScanner(`{"a":1,"b":2}`)
	s.Object()
	s.Member(&o)
	if err := s.Finish(); err == nil {
		t.Error("stopped after a name: no fault")
	}
	o, s = Members{}, NewScanner(`{"a":1,"b":2}`)
	for s.Object(); ; {
		if _, ok := s.Member(&o); !ok {
			break
		}
	}
	if err := s.Finish(); err == nil {
		t.Error("no value was read: no fault")
	}
}

func TestDecodeBase64(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		in   string
		want string
		ok   bool
	}{
		{"", "", true}, {"QQ", "A", true}, {"QUI", "AB", true}, {"QUJD", "ABC", true}, {"QUJDRA", "ABCD", true}, {"QUJDREVGR0hJSktM", "ABCDEFGHIJKL", true}, {"-_-_", "\xfb\xff\xbf", true},
		{"Q", "", false}, {"QUJDR", "", false}, {"QR", "", false}, {"QUJ", "", false}, {"QQ==", "", false}, {"QUI=", "", false}, {"QU JD", "", false}, {"QUJD\n", "", false}, {"\nQUJD", "", false},
		{"QU\r\nJD", "", false}, {"+/+/", "", false}, {"QUJ\x00", "", false}, {"QUJ\xff", "", false}, {"QUJDREVGR0hJSkt\n", "", false}, {"QUJDREV\nR0hJSktM", "", false}, {"Q.Q", "", false},
	} {
		buf := make([]byte, DecodedLen(len(row.in)))
		n, err := DecodeBase64(buf, row.in)
		if (err == nil) != row.ok || string(buf[:n]) != row.want {
			t.Errorf("%q: %q, %v", row.in, buf[:n], err)
		}
	}
	// Every byte in every place.
	for c := range 256 {
		for place := range 12 {
			in := []byte("QUJDREVGR0hJ")
			in[place] = byte(c)
			checkBase64(t, string(in))
		}
	}
}

// checkBase64 compares with encoding/base64, which differs only in skipping
// line breaks.
func checkBase64(t *testing.T, in string) {
	t.Helper()
	buf := make([]byte, DecodedLen(len(in)))
	n, err := DecodeBase64(buf, in)
	want, wantErr := base64.RawURLEncoding.Strict().DecodeString(in)
	if strings.ContainsAny(in, "\r\n") {
		wantErr = errors.New("line break")
	}
	if (err == nil) != (wantErr == nil) {
		t.Fatalf("%q: %v, encoding/base64 says %v", in, err, wantErr)
	}
	if err != nil && n != 0 {
		t.Fatalf("%q: %d bytes came with %v", in, n, err)
	}
	if err == nil && !bytes.Equal(buf[:n], want) {
		t.Fatalf("%q: %x, encoding/base64 says %x", in, buf[:n], want)
	}
}

func FuzzDecodeBase64(f *testing.F) {
	for _, seed := range []string{"", "QQ", "QUJDREVGR0hJSktM", "QR", "Q\nQ", "+/", "==="} {
		f.Add(seed)
	}
	f.Fuzz(checkBase64)
}

// tree reads a value the way encoding/json does with UseNumber.
func tree(s *Scanner[string]) any {
	switch s.Peek() {
	case KindObject:
		out := map[string]any{}
		var o Members
		for s.Object(); ; {
			name, ok := s.Member(&o)
			if !ok {
				return out
			}
			out[name] = tree(s)
		}
	case KindArray:
		out := []any{}
		var a Elements
		for s.Array(); s.Element(&a); {
			out = append(out, tree(s))
		}
		return out
	case KindString:
		v, _ := s.String()
		return v
	case KindNumber:
		v, _ := s.Raw()
		return json.Number(v)
	case KindBool:
		v, _ := s.Bool()
		return v
	}
	s.Skip()
	return nil
}

// FuzzScanner holds that what is accepted means the same to encoding/json, and
// that what is refused as malformed is malformed to it too.
func FuzzScanner(f *testing.F) {
	for _, seed := range []string{`{"a":[1,-2.5e3,"x\u00e9\ud83d\ude00",true,null,{}]}`, `"\ud800"`, `{"a":1,"\u0061":2}`, "\"\xff\"", `[[[]]]`, `01`, `1 2`, `{"a":`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		err := skipAll(text)
		s := NewScanner(text)
		got := tree(&s)
		if treeErr := s.Finish(); (err == nil) != (treeErr == nil) {
			t.Fatalf("skipping says %v, reading %v", err, treeErr)
		}
		if err != nil {
			if (errors.Is(err, FaultSyntax) || errors.Is(err, FaultTrailing)) && json.Valid([]byte(text)) {
				t.Fatalf("%v, but encoding/json finds it valid", err)
			}
			return
		}
		if !utf8.ValidString(text) {
			t.Fatal("accepted invalid UTF-8")
		}
		dec := json.NewDecoder(strings.NewReader(text))
		dec.UseNumber()
		var want any
		if err := dec.Decode(&want); err != nil || dec.More() {
			t.Fatalf("accepted, but encoding/json says %v", err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("read %#v, encoding/json %#v", got, want)
		}
		b := NewScanner([]byte(text))
		b.Skip()
		if err := b.Finish(); err != nil {
			t.Fatalf("accepted as a string, refused as bytes: %v", err)
		}
	})
}

// FuzzHeader holds that an accepted header means the same to encoding/json and
// that a refused one yields nothing.
func FuzzHeader(f *testing.F) {
	for _, seed := range []string{`{"alg":"RS256","kid":"a"}`, `{"kid":"\u0061","alg":"RS256","typ":"JWT","x":[{}]}`, `{"alg":"none"}`, `{"alg":"RS256","kid":"a","crit":[]}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		h, err := ParseHeader(text, RS256)
		if err != nil {
			if h.Alg != nil || h.KeyID != nil {
				t.Fatal("a refused header yields something")
			}
			return
		}
		var want map[string]any
		if err := json.Unmarshal(text, &want); err != nil {
			t.Fatal(err)
		}
		if want["alg"] != string(h.Alg) || string(h.Alg) != RS256 || want["kid"] != string(h.KeyID) || len(h.KeyID) == 0 {
			t.Fatalf("alg %q, kid %q, encoding/json says %v", h.Alg, h.KeyID, want)
		}
		if want["crit"] != nil || want["b64"] != nil {
			t.Fatal("an extension was accepted")
		}
	})
}

func findIssuer(payload []byte) (issuer []byte, err error) {
	var p IssuerPeek
	return p.Find(payload, true)
}

// FuzzIssuerPeek holds that the issuer seen before the signature is the one
// that encoding/json sees, wherever the payload as a whole is acceptable, and
// that it does not matter in how many pieces the payload comes.
func FuzzIssuerPeek(f *testing.F) {
	for _, seed := range []string{
		`{"iss":"x"}`, `{"a":{"iss":"y"},"iss":"x"}`, `{"iss":"\u0078"}`, `{"ISS":"x"}`, `{"iss":1}`, `{}`,
		` { "a" : 1234567 , "b" : [ true , null ] , "\u0069ss" : "é" } `, `{"a":1.5e10}`, `{"a":12"iss":"x"}`, `{"a":1,,"iss":"x"}`,
	} {
		f.Add([]byte(seed), byte(0))
		f.Add([]byte(seed), byte(2))
	}
	f.Fuzz(func(t *testing.T, text []byte, step byte) {
		issuer, err := findIssuer(text)
		if err != nil && issuer != nil {
			t.Fatal("a fault came with an issuer")
		}
		var p IssuerPeek
		for n := 0; n <= len(text); n += int(step) + 1 {
			piece, fault := p.Find(slices.Clip(text[:n]), false)
			if fault == nil && (err != nil || string(piece) != string(issuer)) {
				t.Fatalf("the first %d bytes have %q, all of them %q, %v", n, piece, issuer, err)
			}
		}
		if last, fault := p.Find(text, true); fault != err || string(last) != string(issuer) { //nolint:errorlint // the same one
			t.Fatalf("in pieces %q, %v; at once %q, %v", last, fault, issuer, err)
		}
		var want map[string]any
		if skipAll(string(text)) != nil || json.Unmarshal(text, &want) != nil {
			return
		}
		if iss, ok := want["iss"].(string); ok != (err == nil) || iss != string(issuer) {
			t.Fatalf("peeked %q, %v; encoding/json says %v", issuer, err, want["iss"])
		}
	})
}

// FuzzSplit holds that a token taken apart is its parts put together.
func FuzzSplit(f *testing.F) {
	for _, seed := range []string{"", "a.b.c", "a..c", ".b.c", "a.b.", "a.b", "a.b.c.d", "..."} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		c, err := Split(raw)
		if err != nil {
			if c != (Compact{}) {
				t.Fatal("a refused token yields something")
			}
			return
		}
		if c.Header()+"."+c.Payload()+"."+c.Signature() != raw || c.SigningInput() != c.Header()+"."+c.Payload() ||
			strings.Count(raw, ".") != 2 || c.Header() == "" || c.Signature() == "" || len(raw) > MaxTokenSize || len(c.Header()) > MaxHeaderSize {
			t.Fatalf("split %q", raw)
		}
	})
}
