package jws

// invalid64 marks a byte outside the base64url alphabet; it has bits no sextet
// has, so the or of several sextets tells whether all of them were valid.
const invalid64 = 0xFF

var sextets = func() (t [256]uint8) {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	for i := range t {
		t[i] = invalid64
	}
	for i := range len(alphabet) {
		t[alphabet[i]] = uint8(i)
	}
	return t
}()

// DecodedLen returns how many bytes n characters of base64url stand for.
func DecodedLen(n int) int { return n * 6 / 8 }

// DecodeBase64 writes what src stands for into dst, which must have room for
// DecodedLen(len(src)) bytes, and returns the number of bytes written. It
// accepts the URL alphabet of RFC 4648 section 5 alone: no padding, no line
// break (RFC 7515 section 2), no bits left over that are not zero (RFC 4648
// section 3.5), so that equal bytes have one spelling and a token cannot be
// respelled past a deny list. encoding/base64 skips \r and \n even when strict.
func DecodeBase64(dst []byte, src string) (int, error) {
	if len(src)%4 == 1 {
		return 0, FaultBase64
	}
	n := 0
	for len(src) >= 4 {
		a, b, c, d := sextets[src[0]], sextets[src[1]], sextets[src[2]], sextets[src[3]]
		if (a|b|c|d)&0xC0 != 0 {
			return 0, FaultBase64
		}
		out := dst[n : n+3 : n+3]
		out[0] = a<<2 | b>>4
		out[1] = b<<4 | c>>2
		out[2] = c<<6 | d
		n += 3
		src = src[4:]
	}
	switch len(src) {
	case 2:
		a, b := sextets[src[0]], sextets[src[1]]
		if (a|b)&0xC0 != 0 || b&0x0F != 0 {
			return 0, FaultBase64
		}
		dst[n] = a<<2 | b>>4
		n++
	case 3:
		a, b, c := sextets[src[0]], sextets[src[1]], sextets[src[2]]
		if (a|b|c)&0xC0 != 0 || c&0x03 != 0 {
			return 0, FaultBase64
		}
		dst[n] = a<<2 | b>>4
		dst[n+1] = b<<4 | c>>2
		n += 2
	}
	return n, nil
}
