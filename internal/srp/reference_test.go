package srp

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"math/big"
	"slices"
	"testing"
)

// The reference: SRP-6a on math/big, written from the protocol's formulas and
// sharing nothing with the package but the hash functions.

var (
	bigN, _ = new(big.Int).SetString("FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74"+
		"020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245"+
		"E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE6"+
		"49286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD96"+
		"1C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B"+
		"E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE5"+
		"15D2261898FA051015728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A"+
		"8AEA71575D060C7DB3970F85A6E1E4C7ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6B"+
		"F12FFA06D98A0864D87602733EC86A64521F2B18177B200CBBE117577A615D6C770988C0BAD946E2"+
		"08E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF", 16)
	bigG = big.NewInt(2)
	bigR = new(big.Int).Lsh(big.NewInt(1), 3072)
	bigK = new(big.Int).SetBytes(sum(bigPad(bigN), bigPad(bigG)))
)

func sum(parts ...[]byte) []byte {
	h := sha256.New()
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}

func hmacSum(key []byte, parts ...[]byte) []byte {
	m := hmac.New(sha256.New, key)
	for _, p := range parts {
		m.Write(p)
	}
	return m.Sum(nil)
}

// bigPad is BigInteger.toByteArray of a non-negative n.
func bigPad(n *big.Int) []byte {
	return n.FillBytes(make([]byte, n.BitLen()/8+1))
}

func referenceA(a *big.Int) *big.Int { return new(big.Int).Exp(bigG, a, bigN) }

// referenceSignature is the client's signature by the formulas alone.
func referenceSignature(id Identity, password string, a, bigA, b, salt *big.Int, secretBlock []byte, timestamp string) string {
	u := new(big.Int).SetBytes(sum(bigPad(bigA), bigPad(b)))
	inner := sum([]byte(id.Pool + id.User + ":" + password))
	x := new(big.Int).SetBytes(sum(bigPad(salt), inner))
	base := new(big.Int).Exp(bigG, x, bigN)
	base.Mul(base, bigK)
	base.Sub(b, base)
	base.Mod(base, bigN)
	e := new(big.Int).Mul(u, x)
	e.Add(e, a)
	s := base.Exp(base, e, bigN)
	prk := hmacSum(bigPad(u), bigPad(s))
	key := hmacSum(prk, []byte("Caldera Derived Key\x01"))[:16]
	return base64.StdEncoding.EncodeToString(hmacSum(key, []byte(id.Pool+id.User), secretBlock, []byte(timestamp)))
}

// toBig takes an element out of Montgomery form.
func toBig(e *element) *big.Int {
	var out [fieldBytes]byte
	e.bytes(&out)
	return new(big.Int).SetBytes(out[:])
}

// fromBig makes an element of any non-negative integer.
func fromBig(n *big.Int) *element {
	var e element
	if !e.setBytes(new(big.Int).Mod(n, bigN).Bytes()) {
		panic("a residue is wider than the field")
	}
	return &e
}

// limbsOf returns n in little-endian limbs, at least as many as asked for.
func limbsOf(n *big.Int, least int) []uint64 {
	l := make([]uint64, max(least, (n.BitLen()+63)/64))
	b := n.FillBytes(make([]byte, 8*len(l)))
	for i := range b {
		l[i/8] |= uint64(b[len(b)-1-i]) << (8 * (i % 8))
	}
	return l
}

// integer returns the integer of little-endian limbs.
func integer(l []uint64) *big.Int {
	n := new(big.Int)
	for _, limb := range slices.Backward(l) {
		n.Lsh(n, 64).Or(n, new(big.Int).SetUint64(limb))
	}
	return n
}

// clientWith is a Client with a given private exponent of any length. Vectors of
// other clients have longer ones than NewClient draws.
func clientWith(a *big.Int) *Client {
	c := &Client{a: limbsOf(a, 4)}
	var public element
	public.exp(fromBig(bigG), c.a, 64*len(c.a))
	public.bytes(&c.public)
	return c
}

func bigFromHex(t *testing.T, s string) *big.Int {
	t.Helper()
	n, ok := new(big.Int).SetString(s, 16)
	if !ok {
		t.Fatalf("%q is not hexadecimal", s)
	}
	return n
}
