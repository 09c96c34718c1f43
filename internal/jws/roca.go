package jws

import "math/big"

// rocaPrimes are the primes of the published fingerprint of the Infineon
// library (CVE-2017-15361, "The Return of Coppersmith's Attack", section 2.3).
var rocaPrimes = [...]uint64{
	3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83,
	89, 97, 101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
}

// hasROCAFingerprint reports whether n is a modulus of the kind the flawed
// generator made, whose factors can be found: its residue modulo each small
// prime is a power of 65537. A sound modulus looks so with a probability below
// one in a hundred million.
func hasROCAFingerprint(n *big.Int) bool {
	var residue, prime big.Int
	for _, p := range rocaPrimes {
		r := residue.Mod(n, prime.SetUint64(p)).Uint64()
		power, found := uint64(1), false
		for range p {
			if power == r {
				found = true
				break
			}
			power = power * 65537 % p
		}
		if !found {
			return false
		}
	}
	return true
}
