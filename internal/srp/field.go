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

// modulus is N, the 3072-bit prime of RFC 5054, appendix A.
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
	z.reduceOnce(0)
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
	for i := range z {
		t[i], borrow = bits.Sub64(z[i], modulus[i], borrow)
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

// mul sets z = x·y/R mod N.
func (z *element) mul(x, y *element) {
	var t [2 * limbs]uint64
	for i, xi := range x {
		var carry uint64
		for j, yj := range y {
			hi, lo := bits.Mul64(xi, yj)
			lo, c := bits.Add64(lo, t[i+j], 0)
			hi += c
			lo, c = bits.Add64(lo, carry, 0)
			t[i+j], carry = lo, hi+c
		}
		t[i+limbs] = carry
	}
	z.reduce(&t)
}

// square sets z = x²/R mod N.
func (z *element) square(x *element) { z.mul(x, x) }

// reduce sets z = t/R mod N for t below N·R.
func (z *element) reduce(t *[2 * limbs]uint64) {
	var top uint64
	for i := range limbs {
		m := t[i]
		var carry uint64
		for j, nj := range modulus {
			hi, lo := bits.Mul64(m, nj)
			lo, c := bits.Add64(lo, t[i+j], 0)
			hi += c
			lo, c = bits.Add64(lo, carry, 0)
			t[i+j], carry = lo, hi+c
		}
		t[i+limbs], top = bits.Add64(t[i+limbs], carry, top)
	}
	copy(z[:], t[limbs:])
	z.reduceOnce(top)
}

// constants are the derived values, computed on first use.
type constants struct {
	k  element // k = H(PAD(N) ‖ PAD(g))
	rr element // R mod N in Montgomery form: multiplying by it makes the form
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

	n := make([]byte, fieldBytes)
	for i, limb := range modulus {
		binary.BigEndian.PutUint64(n[fieldBytes-8*(i+1):], limb)
	}
	h := sha256.New()
	h.Write(pad(n))
	h.Write([]byte{2})
	digest := limbs256((*[sha256.Size]byte)(h.Sum(nil)))
	copy(c.k[:], digest[:])
	c.k.mul(&c.k, &c.rr)
	return c
}
