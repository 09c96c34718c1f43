package srp

import (
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
	"sync"
)

// limbs is the number of 64-bit words of an element.
const limbs = fieldBytes / 8

// element is a residue modulo N in Montgomery form: the residue times
// R = 2^3072, reduced below N, as little-endian limbs. No operation branches on
// or indexes by an element's value.
type element [limbs]uint64

// modulus is N, the 3072-bit prime of RFC 5054, appendix A (group 15 of RFC 3526).
var modulus = element{
	0xffffffffffffffff, 0x4b82d120a93ad2ca, 0x43db5bfce0fd108e, 0x08e24fa074e5ab31,
	0x770988c0bad946e2, 0xbbe117577a615d6c, 0x521f2b18177b200c, 0xd87602733ec86a64,
	0xf12ffa06d98a0864, 0xcee3d2261ad2ee6b, 0x1e8c94e04a25619d, 0xabf5ae8cdb0933d7,
	0xb3970f85a6e1e4c7, 0x8aea71575d060c7d, 0xecfb850458dbef0a, 0xa85521abdf1cba64,
	0xad33170d04507a33, 0x15728e5a8aaac42d, 0x15d2261898fa0510, 0x3995497cea956ae5,
	0xde2bcbf695581718, 0xb5c55df06f4c52c9, 0x9b2783a2ec07a28f, 0xe39e772c180e8603,
	0x32905e462e36ce3b, 0xf1746c08ca18217c, 0x670c354e4abc9804, 0x9ed529077096966d,
	0x1c62f356208552bb, 0x83655d23dca3ad96, 0x69163fa8fd24cf5f, 0x98da48361c55d39a,
	0xc2007cb8a163bf05, 0x49286651ece45b3d, 0xae9f24117c4b1fe6, 0xee386bfb5a899fa5,
	0x0bff5cb6f406b7ed, 0xf44c42e9a637ed6b, 0xe485b576625e7ec6, 0x4fe1356d6d51c245,
	0x302b0a6df25f1437, 0xef9519b3cd3a431b, 0x514a08798e3404dd, 0x020bbea63b139b22,
	0x29024e088a67cc74, 0xc4c6628b80dc1cd1, 0xc90fdaa22168c234, 0xffffffffffffffff,
}

// one is R mod N. It is R − N, the two's complement of N, because N > R/2.
func (z *element) one() {
	var c uint64
	for i := range z {
		z[i], c = bits.Sub64(0, modulus[i], c)
	}
}

// setBytes sets z to a big-endian integer of any length and reports whether it
// is below 2^3072. The length is public, the value need not be.
func (z *element) setBytes(b []byte) bool {
	for len(b) > fieldBytes {
		if b[0] != 0 {
			return false
		}
		b = b[1:]
	}
	var buf [fieldBytes]byte
	copy(buf[fieldBytes-len(b):], b)
	for i := range z {
		z[i] = binary.BigEndian.Uint64(buf[fieldBytes-8*(i+1):])
	}
	// Any z below R times rr, which is below N, is below N·R: all that reduce asks
	// for to bring it below N.
	z.mul(z, &precomputed().rr)
	return true
}

// bytes writes the residue, big-endian.
func (z *element) bytes(out *[fieldBytes]byte) {
	// Montgomery multiplication by the integer 1 takes the factor R out.
	var t element
	t.mul(z, &element{1})
	for i, limb := range t {
		binary.BigEndian.PutUint64(out[fieldBytes-8*(i+1):], limb)
	}
}

// isZero reports whether z is 0. Only its answer leaks.
func (z *element) isZero() bool {
	var or uint64
	for _, limb := range z {
		or |= limb
	}
	return or == 0
}

// reduceOnce subtracts N from carry·R + z, which is below 2N, unless the result
// would be negative.
func (z *element) reduceOnce(carry uint64) {
	var t element
	var borrow uint64
	for i := 0; i < limbs; i += 4 { // by fours, for the borrow stays in its flag
		t, z, n := (*[4]uint64)(t[i:]), (*[4]uint64)(z[i:]), (*[4]uint64)(modulus[i:])
		t[0], borrow = bits.Sub64(z[0], n[0], borrow)
		t[1], borrow = bits.Sub64(z[1], n[1], borrow)
		t[2], borrow = bits.Sub64(z[2], n[2], borrow)
		t[3], borrow = bits.Sub64(z[3], n[3], borrow)
	}
	// Keep z only if it was below N: no carry into limb 48, and a borrow out.
	_, borrow = bits.Sub64(carry, 0, borrow)
	keep := -borrow
	for i := range z {
		z[i] = z[i]&keep | t[i]&^keep
	}
}

// add sets z = x + y mod N.
func (z *element) add(x, y *element) {
	var carry uint64
	for i := range z {
		z[i], carry = bits.Add64(x[i], y[i], carry)
	}
	z.reduceOnce(carry)
}

// sub sets z = x − y mod N.
func (z *element) sub(x, y *element) {
	var borrow, carry uint64
	for i := range z {
		z[i], borrow = bits.Sub64(x[i], y[i], borrow)
	}
	mask := -borrow
	for i := range z {
		z[i], carry = bits.Add64(z[i], modulus[i]&mask, carry)
	}
}

// mul sets z = x·y/R mod N: the Montgomery form of the product of two residues.
func (z *element) mul(x, y *element) {
	var t [2 * limbs]uint64
	for i := 0; i < limbs; i += 2 {
		// Limbs from i+limbs on are still 0, so nothing carries out.
		addMul((*[limbs + 2]uint64)(t[i:]), y, 0, x[i], x[i+1], 0, 0)
	}
	z.reduce(&t)
}

// square sets z = x²/R mod N. It multiplies every pair of different limbs once
// and doubles the sum, which takes half the multiplications of mul's product.
func (z *element) square(x *element) {
	var t [2 * limbs]uint64
	for i := 0; i < limbs; i += 2 {
		// x[i] and x[i+1] times each other, then both times the limbs above.
		hi, lo := bits.Mul64(x[i], x[i+1])
		var c uint64
		t[2*i+1], c = bits.Add64(t[2*i+1], lo, 0)
		addMul((*[limbs + 2]uint64)(t[i:]), x, i+2, x[i], x[i+1], hi+c, 0)
	}
	// t = 2t + Σ x[i]²·2^(128·i). The result is x², so nothing carries out.
	var c, shifted uint64
	for i, xi := range x {
		hi, lo := bits.Mul64(xi, xi)
		t0, t1 := t[2*i], t[2*i+1]
		t[2*i], c = bits.Add64(lo, t0<<1|shifted, c)
		t[2*i+1], c = bits.Add64(hi, t1<<1|t0>>63, c)
		shifted = t1 >> 63
	}
	z.reduce(&t)
}

// reduce sets z = t/R mod N for t below N·R.
//
// Montgomery's reduction adds the multiple of N that clears t's lowest limb,
// m·N with m = −t[0]/N mod 2^64, and drops that limb, 48 times over. The lowest
// limb of N is 2^64 − 1, that is −1, so that m is t[0] itself and
// no multiplication is spent on finding it. Two limbs are cleared at a time: m0
// is the first; adding m0·N to limb 0 makes m0·2^64, a carry of m0, so the
// second limb and with it m1 is t[1] + m0·N[1] + m0.
//
// The sum is below N·R + N·R, so that the quotient is below 2N.
func (z *element) reduce(t *[2 * limbs]uint64) {
	var carry uint64
	for i := 0; i < limbs; i += 2 {
		m0 := t[i]
		m1 := t[i+1] + m0*modulus[1] + m0
		carry = addMul((*[limbs + 2]uint64)(t[i:]), &modulus, 0, m0, m1, 0, carry)
	}
	copy(z[:], t[limbs:])
	z.reduceOnce(carry)
}

// addMul adds to t the product of x0 + x1·2^64 and the limbs of y from the given
// one on, which is even, and low at that limb, and high at the limb above y's
// last. It returns the carry out of t.
//
// The race detector leaves it out: it touches nothing but its arguments, which
// its callers hold, and watching every limb would make a login under -race take
// several times as long, in every user's tests on the in-process pool too.
//
// All of the time goes here. Two rows of the schoolbook product at a time need
// half the loads and stores, and give the processor two independent chains of
// carries; eight columns are as many as pay.
//
//go:norace
func addMul(t *[limbs + 2]uint64, y *element, from int, x0, x1, low, high uint64) uint64 {
	// Column j holds t[j] + x0·y[j] + x1·y[j-1] and a carry of either row.
	var sum, previous, c1 uint64
	c0, j := low, uint(from)
	for ; j%8 != 0; j += 2 {
		t, y := (*[2]uint64)(t[j:]), (*[2]uint64)(y[j:])
		c0, sum = mulAdd2(x0, y[0], t[0], c0)
		c1, t[0] = mulAdd2(x1, previous, sum, c1)
		c0, sum = mulAdd2(x0, y[1], t[1], c0)
		c1, t[1] = mulAdd2(x1, y[0], sum, c1)
		previous = y[1]
	}
	for ; j < limbs; j += 8 {
		t, y := (*[8]uint64)(t[j:]), (*[8]uint64)(y[j:])
		c0, sum = mulAdd2(x0, y[0], t[0], c0)
		c1, t[0] = mulAdd2(x1, previous, sum, c1)
		c0, sum = mulAdd2(x0, y[1], t[1], c0)
		c1, t[1] = mulAdd2(x1, y[0], sum, c1)
		c0, sum = mulAdd2(x0, y[2], t[2], c0)
		c1, t[2] = mulAdd2(x1, y[1], sum, c1)
		c0, sum = mulAdd2(x0, y[3], t[3], c0)
		c1, t[3] = mulAdd2(x1, y[2], sum, c1)
		c0, sum = mulAdd2(x0, y[4], t[4], c0)
		c1, t[4] = mulAdd2(x1, y[3], sum, c1)
		c0, sum = mulAdd2(x0, y[5], t[5], c0)
		c1, t[5] = mulAdd2(x1, y[4], sum, c1)
		c0, sum = mulAdd2(x0, y[6], t[6], c0)
		c1, t[6] = mulAdd2(x1, y[5], sum, c1)
		c0, sum = mulAdd2(x0, y[7], t[7], c0)
		c1, t[7] = mulAdd2(x1, y[6], sum, c1)
		previous = y[7]
	}
	var carry, c uint64
	hi, lo := mulAdd2(x1, previous, t[limbs], c1)
	lo, carry = bits.Add64(lo, c0, 0)
	t[limbs], c = bits.Add64(lo, high, 0)
	t[limbs+1], carry = bits.Add64(t[limbs+1], hi, carry)
	t[limbs+1], c = bits.Add64(t[limbs+1], 0, c)
	return carry + c
}

// mulAdd2 returns x·y + a + b, which always fits: (2^64−1)² + 2(2^64−1) = 2^128−1.
//
//go:norace
func mulAdd2(x, y, a, b uint64) (hi, lo uint64) {
	hi, lo = bits.Mul64(x, y)
	lo, c := bits.Add64(lo, a, 0)
	hi, _ = bits.Add64(hi, 0, c)
	lo, c = bits.Add64(lo, b, 0)
	hi, _ = bits.Add64(hi, 0, c)
	return hi, lo
}

// constants are the derived values, computed on first use.
type constants struct {
	k     element // k = H(PAD(N) ‖ PAD(g))
	rr    element // R mod N in Montgomery form: multiplying by it makes the form
	combs combTables
}

var precomputed = sync.OnceValue(newConstants)

func newConstants() *constants {
	c := new(constants)
	// 2^3072 = (2^3)^(2^10), in Montgomery form throughout.
	c.rr.one()
	for range 3 {
		c.rr.add(&c.rr, &c.rr)
	}
	for range 10 {
		c.rr.square(&c.rr)
	}

	var n [fieldBytes]byte
	for i, limb := range modulus {
		binary.BigEndian.PutUint64(n[fieldBytes-8*(i+1):], limb)
	}
	k := sha256.Sum256(append(pad(nil, n[:]), 2))
	copy(c.k[:], limbs256(&k)[:])
	c.k.mul(&c.k, &c.rr)
	c.combs.fill()
	return c
}
