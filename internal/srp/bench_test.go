package srp

import (
	"encoding/base64"
	"math/big"
	"testing"
)

// BenchmarkLogin measures a client's part of a login, A and the claim, against
// the same on math/big, which is what other Cognito clients in Go do, with their
// exponent of 1024 bits and with one as short as ours.
func BenchmarkLogin(b *testing.B) {
	id := Identity{Pool: "AbC123", User: "3f1c9a7e-2b64-4c1d-9d3a-6a1b2c3d4e5f"}
	ch := begin(b, seeded(b.Name()), id, "Passw0rd!").challenge

	b.Run("impl=ours", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			c, err := NewClient(nil)
			if err != nil {
				b.Fatal(err)
			}
			_ = c.A()
			if _, err := c.Claim(id, "Passw0rd!", ch, testTime); err != nil {
				b.Fatal(err)
			}
		}
	})
	for _, impl := range []struct {
		name  string
		bytes int
	}{{"impl=bigint-a1024", 128}, {"impl=bigint-a256", 32}} {
		b.Run(impl.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				buf := make([]byte, impl.bytes)
				if err := draw(nil, buf); err != nil {
					b.Fatal(err)
				}
				a := new(big.Int).SetBytes(buf)
				bigA := referenceA(a)
				_ = bigA.Text(16)
				bigB, _ := new(big.Int).SetString(ch.B, 16)
				salt, _ := new(big.Int).SetString(ch.Salt, 16)
				block, _ := base64.StdEncoding.DecodeString(ch.SecretBlock)
				referenceSignature(id, "Passw0rd!", a, bigA, bigB, salt, block, FormatTimestamp(testTime))
			}
		})
	}
}

func BenchmarkField(b *testing.B) {
	x, y := fromBig(new(big.Int).Sub(bigN, big.NewInt(3))), fromBig(bigK)
	e := limbsOf(bigK, 4)
	table := make([]element, 1<<window)
	b.Run("op=mul", func(b *testing.B) {
		for b.Loop() {
			x.mul(x, y)
		}
	})
	b.Run("op=square", func(b *testing.B) {
		for b.Loop() {
			x.square(x)
		}
	})
	b.Run("op=add", func(b *testing.B) {
		for b.Loop() {
			x.add(x, y)
		}
	})
	b.Run("op=lookup", func(b *testing.B) {
		for b.Loop() {
			x.lookup(table, 5)
		}
	})
	b.Run("op=exp", func(b *testing.B) {
		x := *y
		for b.Loop() {
			x.exp(&x, e, 256)
		}
	})
	b.Run("op=expG", func(b *testing.B) {
		for b.Loop() {
			x.expG((*[4]uint64)(e))
		}
	})
}
