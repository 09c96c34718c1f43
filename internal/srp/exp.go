package srp

import (
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
)

// limbs256 returns a 256-bit big-endian integer as little-endian limbs.
func limbs256(b *[sha256.Size]byte) *[4]uint64 {
	var l [4]uint64
	for i := range l {
		l[i] = binary.BigEndian.Uint64(b[sha256.Size-8*(i+1):])
	}
	return &l
}

// mulAdd returns u·x + a as an integer of fixed length, and that length in
// bits: it depends on the number of a's limbs alone.
func mulAdd(u, x *[4]uint64, a []uint64) ([]uint64, int) {
	n := max(len(a), 8)
	e := make([]uint64, n+1)
	for i, xi := range x {
		var carry uint64
		for j, uj := range u {
			hi, lo := bits.Mul64(xi, uj)
			lo, c := bits.Add64(lo, e[i+j], 0)
			hi += c
			lo, c = bits.Add64(lo, carry, 0)
			e[i+j], carry = lo, hi+c
		}
		e[i+4] = carry
	}
	var carry uint64
	for i := range n {
		var ai uint64
		if i < len(a) { // lengths are public
			ai = a[i]
		}
		e[i], carry = bits.Add64(e[i], ai, carry)
	}
	e[n] = carry
	return e, 64*n + 1
}

// window is the number of exponent bits taken at a time.
const window = 5

// exp sets z = x^e mod N for an exponent of at most the given number of bits,
// which is public, as x may be. The sequence of operations depends on that
// number alone: every window costs the same squarings, one look-up that reads
// the whole table, and one multiplication, by 1 if the window is 0.
func (z *element) exp(x *element, e []uint64, nbits int) {
	var table [1 << window]element
	table[0].one()
	table[1] = *x
	for i := 2; i < len(table); i += 2 {
		table[i].square(&table[i/2])
		table[i+1].mul(&table[i], x)
	}

	var acc, factor element
	pos := (nbits - 1) / window * window
	acc.lookup(table[:], digit(e, pos))
	for pos -= window; pos >= 0; pos -= window {
		for range window {
			acc.square(&acc)
		}
		factor.lookup(table[:], digit(e, pos))
		acc.mul(&acc, &factor)
	}
	*z = acc
}

// expG sets z = g^e mod N.
func (z *element) expG(e *[4]uint64) {
	var g element
	g.one()
	g.add(&g, &g)
	z.exp(&g, e[:], 256)
}

// digit returns the window of e that begins at bit pos.
func digit(e []uint64, pos int) uint64 {
	i, shift := pos/64, pos%64
	d := e[i] >> shift
	if shift > 64-window && i+1 < len(e) { // the position is public
		d |= e[i+1] << (64 - shift)
	}
	return d & (1<<window - 1)
}

// lookup sets z = table[index], reading every entry.
func (z *element) lookup(table []element, index uint64) {
	*z = element{}
	for i := range table {
		mask := equal(uint64(i), index)
		for j := range z {
			z[j] |= table[i][j] & mask
		}
	}
}

// equal returns all ones if x = y, else 0.
func equal(x, y uint64) uint64 {
	d := x ^ y
	return (d|-d)>>63 - 1
}
