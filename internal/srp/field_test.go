package srp

import (
	"bytes"
	"math/big"
	"testing"
)

func TestConstants(t *testing.T) {
	t.Parallel()
	if n := integer(modulus[:]); n.Cmp(bigN) != 0 {
		t.Fatalf("modulus = %x, want %x", n, bigN)
	}
	// RFC 3526, section 4: 2^3072 - 2^3008 - 1 + 2^64 * { [2^2942 pi] + 1690314 },
	// a safe prime. The reduction relies on the form's lowest limb.
	if modulus[0] != 1<<64-1 || modulus[limbs-1] != 1<<64-1 {
		t.Error("the outer limbs of N are not all ones")
	}
	q := new(big.Int).Rsh(bigN, 1)
	if !bigN.ProbablyPrime(4) || !q.ProbablyPrime(4) {
		t.Error("N is not a safe prime")
	}
	if got := toBig(&precomputed().k); got.Cmp(bigK) != 0 {
		t.Errorf("k = %x, want %x", got, bigK)
	}
	var one element
	one.one()
	if toBig(&one).Cmp(big.NewInt(1)) != 0 {
		t.Error("one is not 1")
	}
}

// edges are the residues and near-residues at which a carry or a comparison can
// go wrong.
func edges() []*big.Int {
	one := big.NewInt(1)
	var out []*big.Int
	for _, shift := range []uint{0, 1, 63, 64, 65, 127, 128, 1536, 3007, 3008, 3009, 3071} {
		p := new(big.Int).Lsh(one, shift)
		out = append(out, p, new(big.Int).Sub(p, one), new(big.Int).Sub(bigN, p))
	}
	half := new(big.Int).Rsh(bigN, 1)
	gap := new(big.Int).Sub(bigR, bigN) // R mod N
	return append(out, half, new(big.Int).Add(half, one), gap, new(big.Int).Sub(gap, one),
		new(big.Int).Sub(bigR, one), bigN, new(big.Int).Add(bigN, one))
}

// checkField compares every operation on two integers with math/big.
func checkField(t *testing.T, x, y *big.Int) {
	t.Helper()
	ex, ey := fromBig(x), fromBig(y)
	compare := func(op string, got *element, want *big.Int) {
		t.Helper()
		want.Mod(want, bigN)
		if g := toBig(got); g.Cmp(want) != 0 {
			t.Errorf("%s(%x, %x) = %x, want %x", op, x, y, g, want)
		}
		if integer(got[:]).Cmp(bigN) >= 0 {
			t.Errorf("%s(%x, %x) is not below N", op, x, y)
		}
	}
	var z element
	z.add(ex, ey)
	compare("add", &z, new(big.Int).Add(x, y))
	z.sub(ex, ey)
	compare("sub", &z, new(big.Int).Sub(x, y))
	z.mul(ex, ey)
	compare("mul", &z, new(big.Int).Mul(x, y))
	z.square(ex)
	compare("square", &z, new(big.Int).Mul(x, x))

	// The same in place: results can share memory with operands.
	z = *ex
	z.mul(&z, &z)
	compare("mul in place", &z, new(big.Int).Mul(x, x))
	z = *ex
	z.square(&z)
	compare("square in place", &z, new(big.Int).Mul(x, x))
	z = *ex
	z.add(&z, &z)
	compare("add in place", &z, new(big.Int).Add(x, x))
	z = *ex
	z.sub(ey, &z)
	compare("sub in place", &z, new(big.Int).Sub(y, x))

	if got, want := ex.isZero(), new(big.Int).Mod(x, bigN).Sign() == 0; got != want {
		t.Errorf("isZero(%x) = %v, want %v", x, got, want)
	}
}

func TestFieldEdges(t *testing.T) {
	t.Parallel()
	for _, x := range edges() {
		for _, y := range edges() {
			checkField(t, x, y)
		}
	}
}

func TestSetBytes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		n    *big.Int
		pad  int
		ok   bool
	}{
		{"zero", new(big.Int), 0, true},
		{"N", bigN, 0, true},
		{"2^3072 - 1", new(big.Int).Sub(bigR, big.NewInt(1)), 0, true},
		{"padded", new(big.Int).Sub(bigR, big.NewInt(1)), 3, true},
		{"2^3072", bigR, 0, false},
		{"2^3080", new(big.Int).Lsh(bigR, 8), 0, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var e element
			if ok := e.setBytes(append(make([]byte, tt.pad), tt.n.Bytes()...)); ok != tt.ok {
				t.Fatalf("setBytes = %v, want %v", ok, tt.ok)
			}
			if got := toBig(&e); tt.ok && got.Cmp(new(big.Int).Mod(tt.n, bigN)) != 0 {
				t.Errorf("residue = %x", got)
			}
		})
	}
}

// FuzzField feeds both operands of every operation: raw bytes reduced modulo N,
// which random bytes alone would rarely bring near the edges, hence the seeds.
func FuzzField(f *testing.F) {
	for i, x := range edges() {
		y := edges()[(i*7+3)%len(edges())]
		f.Add(x.Bytes(), y.Bytes())
	}
	f.Add(bytes.Repeat([]byte{0xff}, 384), bytes.Repeat([]byte{0xaa}, 200))
	f.Fuzz(func(t *testing.T, x, y []byte) {
		if len(x) > 400 || len(y) > 400 {
			return
		}
		checkField(t, new(big.Int).SetBytes(x), new(big.Int).SetBytes(y))
	})
}
