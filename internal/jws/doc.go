// Package jws reads compact JSON Web Signatures and JSON Web Keys strictly.
//
// It is the layer under jwtverify that touches bytes nobody vouches for yet.
// Everything here is bounded, refuses what RFC 7515, RFC 7517, RFC 7519 and
// RFC 8259 leave open to interpretation, and reads member names byte for byte:
// the general-purpose readers in encoding/base64 and encoding/json skip line
// breaks, fold case, keep the last of two equal members and replace invalid
// UTF-8, and each of those has been somebody's vulnerability.
//
// The package decides nothing about Cognito and does no input or output.
package jws

// Fault says why bytes were refused. Its text is fixed: it never quotes what
// was read, so it can be logged and returned to a caller as it is.
//
// It is a number so that one can be kept beside a text without the compiler
// taking it for a part of that text.
type Fault uint8

// The faults of a compact serialization and of its header.
const (
	_ Fault = iota
	FaultEmpty
	FaultTooLong
	FaultSegments
	FaultHeaderTooLong
	FaultBase64
	FaultAlgMissing
	FaultAlg
	FaultKeyIDMissing
	FaultKeyIDTooLong
	FaultHeaderType
	FaultCritical
	FaultUnencodedOption
	FaultTyp
	FaultIssuer

	// The faults of JSON text.

	FaultSyntax
	FaultUTF8
	FaultEscape
	FaultDepth
	FaultMembers
	FaultDuplicate
	FaultTrailing
	FaultType
	FaultDate
	FaultDatePast

	// The faults of a JWK Set.

	FaultKeySetTooLong
	FaultKeySetShape
	FaultNoKeys
)

var faultTexts = [...]string{
	FaultEmpty:           "token is empty",
	FaultTooLong:         "token is longer than 16384 bytes",
	FaultSegments:        "token does not have exactly three segments",
	FaultHeaderTooLong:   "header is longer than 1024 bytes",
	FaultBase64:          "segment is not canonical unpadded base64url",
	FaultAlgMissing:      "header has no alg",
	FaultAlg:             "header alg is not accepted",
	FaultKeyIDMissing:    "header has no kid",
	FaultKeyIDTooLong:    "kid is longer than 256 bytes",
	FaultHeaderType:      "header member has the wrong JSON type",
	FaultCritical:        "header has crit: no extension is understood",
	FaultUnencodedOption: "header has b64: only base64url payloads are read",
	FaultTyp:             "header typ is not JWT",
	FaultIssuer:          "payload has no iss that is a string",
	FaultSyntax:          "JSON is malformed",
	FaultUTF8:            "JSON is not valid UTF-8",
	FaultEscape:          "JSON string has an invalid escape",
	FaultDepth:           "JSON is nested too deeply",
	FaultMembers:         "JSON object has too many members",
	FaultDuplicate:       "JSON object has a repeated member",
	FaultTrailing:        "JSON is followed by other data",
	FaultType:            "JSON value has the wrong type",
	FaultDate:            "NumericDate is out of range",
	FaultDatePast:        "NumericDate is not after 1970",
	FaultKeySetTooLong:   "key set is longer than 262144 bytes",
	FaultKeySetShape:     "key set is not a JSON object with an array of keys",
	FaultNoKeys:          "key set has no usable signing key",
}

// Error returns the fault in words.
func (f Fault) Error() string { return faultTexts[f] }
