package jws

import "encoding/binary"

// sextets gives the value of each character of the base64url alphabet, already
// shifted to its place among four; invalid64 stands for every other byte. It is
// a bit that no value has, so one test of four values together finds a
// stranger among them.
var sextets = func() (t [4][256]uint32) {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	for place := range t {
		for c := range t[place] {
			t[place][c] = invalid64
		}
		for value := range len(alphabet) {
			t[place][alphabet[value]] = uint32(value) << (18 - 6*place)
		}
	}
	return t
}()

const invalid64 = 1 << 24

// DecodedLen returns how many bytes n characters of base64url stand for.
func DecodedLen(n int) int { return n * 6 / 8 }

// DecodeBase64 writes what src stands for into dst, which must have room for
// DecodedLen(len(src)) bytes, and returns the number of bytes written; the rest
// of dst is undefined. It
// accepts the URL alphabet of RFC 4648 section 5 alone: no padding, no line
// break (RFC 7515 section 2), no bits left over that are not zero (RFC 4648
// section 3.5), so that equal bytes have one spelling and a token cannot be
// respelled past a deny list. encoding/base64 skips \r and \n even when strict.
func DecodeBase64(dst []byte, src string) (int, error) {
	if len(src)%4 == 1 {
		return 0, FaultBase64
	}
	n := 0
	for ; len(src) >= 16 && len(dst)-n >= 14; src = src[16:] {
		a := sextets[0][src[0]] | sextets[1][src[1]] | sextets[2][src[2]] | sextets[3][src[3]]
		b := sextets[0][src[4]] | sextets[1][src[5]] | sextets[2][src[6]] | sextets[3][src[7]]
		c := sextets[0][src[8]] | sextets[1][src[9]] | sextets[2][src[10]] | sextets[3][src[11]]
		d := sextets[0][src[12]] | sextets[1][src[13]] | sextets[2][src[14]] | sextets[3][src[15]]
		if (a|b|c|d)&invalid64 != 0 {
			return 0, FaultBase64
		}
		// Six bytes in each store of eight: what one writes too much, the next,
		// or the caller's own, writes over.
		out := dst[n : n+14]
		binary.BigEndian.PutUint64(out, uint64(a)<<40|uint64(b)<<16)
		binary.BigEndian.PutUint64(out[6:], uint64(c)<<40|uint64(d)<<16)
		n += 12
	}
	for ; len(src) >= 4; src = src[4:] {
		v := sextets[0][src[0]] | sextets[1][src[1]] | sextets[2][src[2]] | sextets[3][src[3]]
		if v&invalid64 != 0 {
			return 0, FaultBase64
		}
		dst[n], dst[n+1], dst[n+2] = byte(v>>16), byte(v>>8), byte(v)
		n += 3
	}
	switch len(src) {
	case 2:
		v := sextets[0][src[0]] | sextets[1][src[1]]
		if v&(invalid64|0xFFFF) != 0 {
			return 0, FaultBase64
		}
		dst[n] = byte(v >> 16)
		n++
	case 3:
		v := sextets[0][src[0]] | sextets[1][src[1]] | sextets[2][src[2]]
		if v&(invalid64|0xFF) != 0 {
			return 0, FaultBase64
		}
		dst[n], dst[n+1] = byte(v>>16), byte(v>>8)
		n += 2
	}
	return n, nil
}
