package srp

import (
	"bytes"
	"math/big"
	"testing"
)

func checkExp(t *testing.T, x, e *big.Int) {
	t.Helper()
	want := new(big.Int).Exp(x, e, bigN)
	l := limbsOf(e, 4)
	var z element
	// Every way to state the length: exact, in whole limbs, and beyond them.
	for _, bits := range []int{max(e.BitLen(), 1), 64 * len(l)} {
		z.exp(fromBig(x), l, bits)
		if got := toBig(&z); got.Cmp(want) != 0 {
			t.Errorf("exp(%x, %x) over %d bits = %x, want %x", x, e, bits, got, want)
		}
	}
	z = *fromBig(x)
	z.exp(&z, l, 64*len(l))
	if got := toBig(&z); got.Cmp(want) != 0 {
		t.Errorf("exp(%x, %x) in place = %x, want %x", x, e, got, want)
	}
	if e.BitLen() > 256 {
		return
	}
	z.expG((*[4]uint64)(l))
	if got, want := toBig(&z), new(big.Int).Exp(bigG, e, bigN); got.Cmp(want) != 0 {
		t.Errorf("expG(%x) = %x, want %x", e, got, want)
	}
}

func TestExp(t *testing.T) {
	t.Parallel()
	one := big.NewInt(1)
	ones := new(big.Int).Sub(new(big.Int).Lsh(one, 256), one)
	exponents := []*big.Int{
		new(big.Int), one, big.NewInt(2), big.NewInt(31), big.NewInt(32), ones,
		new(big.Int).Lsh(one, 255), new(big.Int).Mul(ones, ones),
		new(big.Int).Add(new(big.Int).Mul(ones, ones), ones), // the largest a + u·x
		new(big.Int).Lsh(one, 512), new(big.Int).Lsh(ones, 768),
	}
	// Each tooth of the comb on its own, at both ends and where the tables meet.
	for tooth := range teeth {
		for _, column := range []int{0, 1, columns - 1, columns, toothGap - 1} {
			if bit := tooth*toothGap + column; bit < 256 {
				exponents = append(exponents, new(big.Int).Lsh(one, uint(bit)))
			}
		}
	}
	for _, e := range exponents {
		checkExp(t, bigK, e)
	}
	for _, x := range []*big.Int{new(big.Int), one, bigG, new(big.Int).Sub(bigN, one)} {
		checkExp(t, x, ones)
		checkExp(t, x, new(big.Int))
	}
}

func FuzzExp(f *testing.F) {
	f.Add([]byte{2}, []byte{5})
	f.Add(bigK.Bytes(), bytes.Repeat([]byte{0xff}, 64))
	f.Add(bigN.Bytes(), bytes.Repeat([]byte{0x84, 0x21, 0x08, 0x42, 0x10}, 6))
	f.Add([]byte{}, []byte{})
	f.Fuzz(func(t *testing.T, x, e []byte) {
		if len(x) > 400 || len(e) > 129 {
			return
		}
		checkExp(t, new(big.Int).SetBytes(x), new(big.Int).SetBytes(e))
	})
}

func FuzzMulAdd(f *testing.F) {
	ones := bytes.Repeat([]byte{0xff}, 32)
	f.Add(ones, ones, ones)
	f.Add(ones, ones, bytes.Repeat([]byte{0xff}, 128))
	f.Add([]byte{1}, []byte{}, []byte{7})
	f.Fuzz(func(t *testing.T, u, x, a []byte) {
		if len(u) > 32 || len(x) > 32 || len(a) > 384 {
			return
		}
		bu, bx, ba := new(big.Int).SetBytes(u), new(big.Int).SetBytes(x), new(big.Int).SetBytes(a)
		al := limbsOf(ba, 4)
		e, bits := mulAdd((*[4]uint64)(limbsOf(bu, 4)), (*[4]uint64)(limbsOf(bx, 4)), al)
		want := new(big.Int).Mul(bu, bx)
		want.Add(want, ba)
		got := integer(e)
		if got.Cmp(want) != 0 {
			t.Errorf("mulAdd(%x, %x, %x) = %x, want %x", u, x, a, got, want)
		}
		if fixed := 64*max(len(al), 8) + 1; bits != fixed || want.BitLen() > bits {
			t.Errorf("mulAdd states %d bits, want %d for a value of %d", bits, fixed, want.BitLen())
		}
	})
}

func TestLookup(t *testing.T) {
	t.Parallel()
	var table [1 << window]element
	for i := range table {
		for j := range table[i] {
			table[i][j] = uint64(i)<<32 | uint64(j) | 1<<63
		}
	}
	for i := range table {
		var z element
		if z.lookup(table[:], uint64(i)); z != table[i] {
			t.Errorf("lookup(%d) = %x", i, z)
		}
	}
}
