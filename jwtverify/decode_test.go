package jwtverify

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"
)

type decodeInner struct {
	Role string `json:"role"`
}

type decodeEmbedded struct {
	Tenant string `json:"custom:tenant"`
	Shadow string `json:"shadow"`
}

type decodeTarget struct {
	decodeEmbedded
	Email   string                 `json:"email"`
	Admin   bool                   `json:"custom:admin"`
	Nested  decodeInner            `json:"nested"`
	Pointer *decodeInner           `json:"pointer"`
	List    []decodeInner          `json:"list"`
	Map     map[string]decodeInner `json:"map"`
	Any     any                    `json:"any"`
	Number  json.Number            `json:"number"`
	Shadow  string                 `json:"shadow"`
	When    time.Time              `json:"when"`
	Plain   string
	Hidden  string `json:"-"`
}

func TestDecodeMatchesNamesByteForByte(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, payload string
		want          decodeTarget
	}{
		{"exact", `{"email":"a","custom:admin":true}`, decodeTarget{Email: "a", Admin: true}},
		{"other case", `{"EMAIL":"a","Email":"b","custom:Admin":true,"CUSTOM:ADMIN":true}`, decodeTarget{}},
		{"other case after exact", `{"email":"a","EMAIL":"b"}`, decodeTarget{Email: "a"}},
		{"other case before exact", `{"EMAIL":"b","email":"a"}`, decodeTarget{Email: "a"}},
		{"Kelvin sign and long s", `{"li\u017ft":[{"role":"x"}],"\u212a":1,"neſted":{"role":"x"}}`, decodeTarget{}},
		{"escaped spelling of the exact name", `{"\u0065mail":"a"}`, decodeTarget{Email: "a"}},
		{"nested", `{"nested":{"ROLE":"admin"}}`, decodeTarget{}},
		{"nested exact", `{"nested":{"role":"user","Role":"admin"}}`, decodeTarget{Nested: decodeInner{"user"}}},
		{"behind a pointer", `{"pointer":{"Role":"admin"}}`, decodeTarget{Pointer: &decodeInner{}}},
		{"in a list", `{"list":[{"Role":"admin"},{"role":"user"}]}`, decodeTarget{List: []decodeInner{{}, {"user"}}}},
		{"in a map", `{"map":{"A":{"Role":"admin"},"a":{"role":"user"}}}`, decodeTarget{Map: map[string]decodeInner{"A": {}, "a": {"user"}}}},
		{"in an interface", `{"any":{"Role":1,"role":2}}`, decodeTarget{Any: map[string]any{"Role": 1., "role": 2.}}},
		{"embedded", `{"custom:tenant":"t","CUSTOM:TENANT":"x"}`, decodeTarget{decodeEmbedded: decodeEmbedded{Tenant: "t"}}},
		{"shadowed", `{"shadow":"outer"}`, decodeTarget{Shadow: "outer"}},
		{"number kept as text", `{"number":12345678901234567890}`, decodeTarget{Number: "12345678901234567890"}},
		{"UnmarshalJSON", `{"when":"2026-03-01T12:00:00Z"}`, decodeTarget{When: testNow}},
		{"untagged", `{"Plain":"a","plain":"b"}`, decodeTarget{Plain: "a"}},
		{"excluded", `{"Hidden":"a","hidden":"b","-":"c"}`, decodeTarget{}},
		{"null", `{"email":null,"nested":null,"list":null}`, decodeTarget{}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			c := Claims{payload: &row.payload}
			var got decodeTarget
			if err := c.Decode(&got); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, row.want) {
				t.Errorf("got %+v, want %+v", got, row.want)
			}
		})
	}
}

func TestDecodeIntoMap(t *testing.T) {
	t.Parallel()
	c := Claims{payload: new(`{"a":1,"A":{"b":[1,"x",null,{"c":true}]}}`)}
	var got map[string]any
	if err := c.Decode(&got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"a": 1., "A": map[string]any{"b": []any{1., "x", nil, map[string]any{"c": true}}}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestDecodeRefuses(t *testing.T) {
	t.Parallel()
	c := Claims{payload: new(`{"email":1}`)}
	var target decodeTarget
	for name, v := range map[string]any{"nil": nil, "not a pointer": target, "nil pointer": (*decodeTarget)(nil), "wrong type": &target} {
		if err := c.Decode(v); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if err := (&Claims{}).Decode(&target); err == nil {
		t.Error("claims without a payload: no error")
	}
}

// What jsonFields thinks encoding/json knows must be what encoding/json knows:
// each name alone is set, and no other.
func TestJSONFieldsAgreesWithEncodingJSON(t *testing.T) {
	t.Parallel()
	type A struct{ X, Y string }
	type B struct{ X, Z string }
	type C struct {
		X string `json:"Y"`
	}
	type D struct {
		*A
		Z string `json:"z"`
	}
	for _, v := range []any{
		&struct {
			A
			B
		}{},
		&struct {
			A
			C
		}{},
		&struct {
			D
			X string `json:"x,omitempty"`
		}{},
		&struct {
			A `json:"a"`
		}{},
		// A tag that encoding/json does not understand, which no literal may have.
		reflect.New(reflect.StructOf([]reflect.StructField{{Name: "X", Type: reflect.TypeFor[string](), Tag: `json:"bad'name"`}})).Interface(),
		&decodeTarget{},
	} {
		typ := reflect.TypeOf(v).Elem()
		fields := jsonFields(typ)
		for _, name := range []string{"X", "Y", "Z", "x", "y", "z", "a", "A", "D", "bad'name", "email", "shadow", "custom:tenant", "Plain", "Hidden", "-"} {
			probe := reflect.New(typ)
			text, _ := json.Marshal(map[string]any{name: "set"})
			_ = json.Unmarshal(text, probe.Interface())
			back, _ := json.Marshal(probe.Interface())
			var members map[string]any
			_ = json.Unmarshal(back, &members)
			exact := members[name] == "set"
			field, known := fields[name]
			if field != nil && field.Kind() != reflect.String {
				continue
			}
			if exact != known {
				t.Errorf("%v: %q is known to encoding/json: %v, to jsonFields: %v", typ, name, exact, known)
			}
		}
	}
}
