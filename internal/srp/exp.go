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

// exp sets z = x^e mod N for an exponent of at most nbits bits. That number is
// public, x and e need not be: what is done depends on it alone. Every window
// costs the same squarings, one look-up that reads the whole table, and one
// multiplication, by 1 if the window is 0.
//
// Windows of 5 bits are a little faster here than 4 or 6; wider ones spend more
// on the table and on reading all of it than they save.
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

// g^a and g^x would be half of a login's squarings, and g never changes, so theirs
// are done once, ahead. The exponent is read as a comb of 5 teeth: its bit c and
// the bits 52, 104, 156 and 208 above that select from a table of 32 products of
//
//	g, g^(2^52), g^(2^104), g^(2^156), g^(2^208)
//
// and 52 steps of one squaring and one multiplication take in 260 bits (Lim and
// Lee, "More Flexible Exponentiation with Precomputation", CRYPTO '94). A second
// table holds the same to the power 2^26 and takes in another column of the comb
// in each step, which leaves 26 steps. Both take 24 KB. The whole table is read
// for each column, as in exp.
const (
	teeth    = 5
	combs    = 2
	columns  = 26
	toothGap = combs * columns
)

// combTables are the tables of expG.
type combTables [combs][1 << teeth]element

// fill computes the tables: first the entries of a single tooth, which are the
// squarings of g at every 26th bit, then their products.
func (t *combTables) fill() {
	var power element
	power.one()
	power.add(&power, &power) // g = 2
	for bit := range teeth * toothGap {
		if bit%columns == 0 {
			t[bit/columns%combs][1<<(bit/toothGap)] = power
		}
		power.square(&power)
	}
	for c := range t {
		t[c][0].one()
		for i := range t[c] {
			if lowest := i & -i; lowest != i {
				t[c][i].mul(&t[c][lowest], &t[c][i-lowest])
			}
		}
	}
}

// expG sets z = g^e mod N. Like exp it always does the same.
func (z *element) expG(e *[4]uint64) {
	tables := &precomputed().combs
	var acc, factor element
	acc.one()
	for column := columns - 1; column >= 0; column-- {
		acc.square(&acc)
		for c := range tables {
			var index uint64
			for tooth := range teeth {
				if bit := tooth*toothGap + c*columns + column; bit < 256 { // the position is public
					index |= e[bit/64] >> (bit % 64) & 1 << tooth
				}
			}
			factor.lookup(tables[c][:], index)
			acc.mul(&acc, &factor)
		}
	}
	*z = acc
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
	for j := 0; j < limbs; j += 4 { // four limbs of the result stay in registers
		var l0, l1, l2, l3 uint64
		for i := range table {
			mask := equal(uint64(i), index)
			entry := (*[4]uint64)(table[i][j:])
			l0 |= entry[0] & mask
			l1 |= entry[1] & mask
			l2 |= entry[2] & mask
			l3 |= entry[3] & mask
		}
		*(*[4]uint64)(z[j:]) = [4]uint64{l0, l1, l2, l3}
	}
}

// equal returns all ones if x = y, else 0, for x and y below 2^63.
func equal(x, y uint64) uint64 {
	return -(((x ^ y) - 1) >> 63)
}
