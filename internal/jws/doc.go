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
type Fault string

func (f Fault) Error() string { return string(f) }

// The faults of a compact serialization and of its header.
const (
	FaultEmpty           Fault = "token is empty"
	FaultTooLong         Fault = "token is longer than 16384 bytes"
	FaultSegments        Fault = "token does not have exactly three segments"
	FaultHeaderTooLong   Fault = "header is longer than 2048 bytes"
	FaultBase64          Fault = "segment is not canonical unpadded base64url"
	FaultAlgMissing      Fault = "header has no alg"
	FaultAlg             Fault = "header alg is not accepted"
	FaultKeyIDMissing    Fault = "header has no kid"
	FaultKeyIDTooLong    Fault = "kid is longer than 256 bytes"
	FaultHeaderType      Fault = "header member has the wrong JSON type"
	FaultCritical        Fault = "header has crit: no extension is understood"
	FaultUnencodedOption Fault = "header has b64: only base64url payloads are read"
	FaultTyp             Fault = "header typ is not JWT"
)

// The faults of JSON text.
const (
	FaultSyntax    Fault = "JSON is malformed"
	FaultUTF8      Fault = "JSON is not valid UTF-8"
	FaultEscape    Fault = "JSON string has an invalid escape"
	FaultDepth     Fault = "JSON is nested too deeply"
	FaultDuplicate Fault = "JSON object has a repeated member"
	FaultTrailing  Fault = "JSON is followed by other data"
	FaultType      Fault = "JSON value has the wrong type"
	FaultDate      Fault = "NumericDate is out of range"
	FaultDatePast  Fault = "NumericDate is not after 1970"
)
