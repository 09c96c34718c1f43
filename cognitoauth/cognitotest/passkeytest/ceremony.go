package passkeytest

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
)

const (
	typeCreate = "webauthn.create"
	typeGet    = "webauthn.get"
	publicKey  = "public-key"

	// COSE algorithm identifiers (RFC 9053, section 2.1).
	algES256 = -7
	algES384 = -35

	verificationRequired    = "required"
	verificationDiscouraged = "discouraged"
)

// The flags of authenticator data.
//
// https://www.w3.org/TR/webauthn-3/#authdata-flags
const (
	flagUserPresent    = 1 << 0
	flagUserVerified   = 1 << 2
	flagBackupEligible = 1 << 3
	flagBackupState    = 1 << 4
	flagAttestedData   = 1 << 6
)

// ceremony is one call of Create or Get.
type ceremony struct {
	*Authenticator
	typ      string
	wrongs   []Misbehavior
	verified bool
}

func (a *Authenticator) begin(typ string, wrongs []Misbehavior) (*ceremony, error) {
	for _, w := range wrongs {
		if !slices.Contains(wrongIn[typ], w) {
			return nil, fmt.Errorf("passkeytest: %.100q means nothing in %s", w, typ)
		}
	}
	return &ceremony{Authenticator: a, typ: typ, wrongs: wrongs}, nil
}

func (c *ceremony) does(w Misbehavior) bool { return slices.Contains(c.wrongs, w) }

// verifyUser does what the relying party asks for, as well as the authenticator
// can.
func (c *ceremony) verifyUser(requirement string) error {
	c.verified = !c.cfg.NoUserVerification && requirement != verificationDiscouraged && !c.does(WithoutUserVerification)
	if requirement == verificationRequired && !c.verified && !c.does(WithoutUserVerification) {
		return ErrNotAllowed
	}
	return nil
}

// registrationResponse is a RegistrationResponseJSON.
//
// https://www.w3.org/TR/webauthn-3/#dictdef-registrationresponsejson
type registrationResponse struct {
	ID                      base64URL           `json:"id"`
	RawID                   base64URL           `json:"rawId"`
	Response                attestationResponse `json:"response"`
	AuthenticatorAttachment string              `json:"authenticatorAttachment"`
	ClientExtensionResults  struct{}            `json:"clientExtensionResults"`
	Type                    string              `json:"type"`
}

type attestationResponse struct {
	ClientDataJSON     base64URL `json:"clientDataJSON"`
	AuthenticatorData  base64URL `json:"authenticatorData"`
	Transports         []string  `json:"transports"`
	PublicKey          base64URL `json:"publicKey"`
	PublicKeyAlgorithm int64     `json:"publicKeyAlgorithm"`
	AttestationObject  base64URL `json:"attestationObject"`
}

// registration answers a creation. The caller holds the lock.
func (c *ceremony) registration(k *key, challenge []byte) (json.RawMessage, error) {
	clientData, err := c.clientData(challenge)
	if err != nil {
		return nil, err
	}
	alg := int64(algES256)
	if c.does(WrongAlgorithm) {
		alg = algES384
	}
	cose, err := coseKey(k, alg)
	if err != nil {
		return nil, err
	}
	spki, err := x509.MarshalPKIXPublicKey(&k.private.PublicKey)
	if err != nil {
		return nil, fmt.Errorf("passkeytest: %w", err)
	}
	authData := c.authenticatorData(k, flagAttestedData)
	// Attested credential data: the AAGUID, which is zero without an attestation,
	// then the length of the ID, the ID and the key.
	authData = append(authData, make([]byte, 16)...)
	authData = binary.BigEndian.AppendUint16(authData, uint16(len(k.id)))
	authData = slices.Concat(authData, k.id, cose)

	attestation, err := c.attestationObject(k, authData, clientData)
	if err != nil {
		return nil, err
	}
	return json.Marshal(registrationResponse{
		ID: k.id, RawID: k.id, Type: publicKey, AuthenticatorAttachment: c.attachment(),
		Response: attestationResponse{
			ClientDataJSON: clientData, AuthenticatorData: authData, AttestationObject: attestation,
			Transports: c.transports(), PublicKey: spki, PublicKeyAlgorithm: alg,
		},
	})
}

// authenticationResponse is an AuthenticationResponseJSON.
//
// https://www.w3.org/TR/webauthn-3/#dictdef-authenticationresponsejson
type authenticationResponse struct {
	ID                      base64URL         `json:"id"`
	RawID                   base64URL         `json:"rawId"`
	Response                assertionResponse `json:"response"`
	AuthenticatorAttachment string            `json:"authenticatorAttachment"`
	ClientExtensionResults  struct{}          `json:"clientExtensionResults"`
	Type                    string            `json:"type"`
}

type assertionResponse struct {
	ClientDataJSON    base64URL `json:"clientDataJSON"`
	AuthenticatorData base64URL `json:"authenticatorData"`
	Signature         base64URL `json:"signature"`
	UserHandle        base64URL `json:"userHandle"`
}

// authentication answers a request. The caller holds the lock.
func (c *ceremony) authentication(k *key, challenge []byte) (json.RawMessage, error) {
	clientData, err := c.clientData(challenge)
	if err != nil {
		return nil, err
	}
	if c.cfg.Kind != Synced {
		k.signatures++
	}
	authData := c.authenticatorData(k, 0)
	signed := clientData
	if c.does(WrongSignature) {
		signed = []byte("something else")
	}
	signature, err := k.sign(authData, signed)
	if err != nil {
		return nil, err
	}
	userHandle := k.userHandle
	if c.does(WrongUserHandle) {
		userHandle = []byte("somebody else")
	}
	return json.Marshal(authenticationResponse{
		ID: k.id, RawID: k.id, Type: publicKey, AuthenticatorAttachment: c.attachment(),
		Response: assertionResponse{ClientDataJSON: clientData, AuthenticatorData: authData, Signature: signature, UserHandle: userHandle},
	})
}

// clientData is what the browser has the authenticator sign.
//
// https://www.w3.org/TR/webauthn-3/#dictionary-client-data
func (c *ceremony) clientData(challenge []byte) ([]byte, error) {
	data := struct {
		Type        string    `json:"type"`
		Challenge   base64URL `json:"challenge"`
		Origin      string    `json:"origin"`
		CrossOrigin bool      `json:"crossOrigin"`
	}{c.typ, challenge, c.cfg.Origin, c.does(CrossOrigin)}
	if c.does(WrongChallenge) {
		other := sha256.Sum256(challenge)
		data.Challenge = other[:]
	}
	if c.does(WrongOrigin) {
		data.Origin = "https://" + evil
	}
	if c.does(WrongType) {
		data.Type = map[string]string{typeCreate: typeGet, typeGet: typeCreate}[c.typ]
	}
	return json.Marshal(data)
}

// authenticatorData is what the authenticator itself says, up to the counter.
//
// https://www.w3.org/TR/webauthn-3/#authenticator-data
func (c *ceremony) authenticatorData(k *key, flags byte) []byte {
	relyingPartyID := k.relyingPartyID
	if c.does(WrongRelyingParty) {
		relyingPartyID = evil
	}
	if !c.does(WithoutUserPresence) {
		flags |= flagUserPresent
	}
	if c.verified {
		flags |= flagUserVerified
	}
	if c.cfg.Kind == Synced {
		flags |= flagBackupEligible | flagBackupState
	}
	hash := sha256.Sum256([]byte(relyingPartyID))
	return binary.BigEndian.AppendUint32(append(hash[:], flags), k.signatures)
}

// attestationObject wraps the authenticator data up in CBOR (RFC 8949).
//
// https://www.w3.org/TR/webauthn-3/#attestation-object
func (c *ceremony) attestationObject(k *key, authData, clientData []byte) ([]byte, error) {
	format, statement := "none", []byte{cborMap}
	if c.does(WrongAttestation) {
		signature, err := k.sign(authData, slices.Concat(clientData, []byte{' '}))
		if err != nil {
			return nil, err
		}
		format = "packed"
		statement = slices.Concat([]byte{cborMap | 2},
			cborText("alg"), []byte{cborES256},
			cborText("sig"), cborBytes(signature))
	}
	return slices.Concat([]byte{cborMap | 3},
		cborText("fmt"), cborText(format),
		cborText("attStmt"), statement,
		cborText("authData"), cborBytes(authData)), nil
}

// coseKey is a public key as a COSE_Key (RFC 9053, section 7.1.1).
func coseKey(k *key, alg int64) ([]byte, error) {
	point, err := k.private.PublicKey.Bytes() // 0x04, x, y
	if err != nil {
		return nil, fmt.Errorf("passkeytest: %w", err)
	}
	algorithm := []byte{cborES256}
	if alg == algES384 {
		algorithm = []byte{cborNegative | 24, -algES384 - 1}
	}
	return slices.Concat([]byte{cborMap | 5,
		1, 2, // kty: EC2
		3}, algorithm, []byte{ // alg
		cborNegative, 1, // crv: P-256
		cborNegative | 1}, cborBytes(point[1:33]), []byte{ // x
		cborNegative | 2}, cborBytes(point[33:])), nil // y
}

// Initial bytes of CBOR items: the major type; the low five bits are the value
// or the length, or say that it follows.
const (
	cborNegative = 1 << 5
	cborByteStr  = 2 << 5
	cborTextStr  = 3 << 5
	cborMap      = 5 << 5

	cborES256 = cborNegative | -algES256 - 1
)

// cborText encodes a text of fewer than 24 bytes.
func cborText(s string) []byte { return append([]byte{cborTextStr | byte(len(s))}, s...) }

// cborBytes encodes 24 to 255 bytes: a coordinate, a signature and the
// authenticator data are in between.
func cborBytes(b []byte) []byte { return append([]byte{cborByteStr | 24, byte(len(b))}, b...) }
