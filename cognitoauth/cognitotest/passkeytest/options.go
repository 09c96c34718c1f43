package passkeytest

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// creationOptions is a PublicKeyCredentialCreationOptionsJSON, as far as an
// authenticator without extensions looks at it.
//
// https://www.w3.org/TR/webauthn-3/#dictdef-publickeycredentialcreationoptionsjson
type creationOptions struct {
	RP *struct {
		ID   string
		Name *string
	}
	User *struct {
		ID          base64URL
		Name        *string
		DisplayName *string
	}
	Challenge        base64URL
	PubKeyCredParams []struct {
		Type string
		Alg  *int64
	}
	ExcludeCredentials     []descriptor
	AuthenticatorSelection struct{ AuthenticatorAttachment, UserVerification string }
}

// requestOptions is a PublicKeyCredentialRequestOptionsJSON.
//
// https://www.w3.org/TR/webauthn-3/#dictdef-publickeycredentialrequestoptionsjson
type requestOptions struct {
	Challenge        base64URL
	RPID             string
	AllowCredentials []descriptor
	UserVerification string
}

// descriptor is a PublicKeyCredentialDescriptorJSON.
type descriptor struct {
	Type string
	ID   base64URL
}

// parseCreationOptions insists on the members that the standard requires, as
// PublicKeyCredential.parseCreationOptionsFromJSON does.
func parseCreationOptions(options json.RawMessage) (*creationOptions, error) {
	in := &creationOptions{}
	if err := decode(options, in); err != nil {
		return nil, fmt.Errorf("passkeytest: creation options: %w", err)
	}
	switch {
	case in.RP == nil || in.RP.Name == nil:
		return nil, errors.New("passkeytest: creation options without rp.name")
	case in.User == nil || in.User.ID == nil || in.User.Name == nil || in.User.DisplayName == nil:
		return nil, errors.New("passkeytest: creation options without user.id, user.name or user.displayName")
	case len(in.User.ID) == 0 || len(in.User.ID) > 64:
		return nil, errors.New("passkeytest: creation options with a user.id of no bytes or of more than 64")
	case in.Challenge == nil:
		return nil, errors.New("passkeytest: creation options without a challenge")
	case in.PubKeyCredParams == nil:
		return nil, errors.New("passkeytest: creation options without pubKeyCredParams")
	}
	return in, nil
}

func parseRequestOptions(options json.RawMessage) (*requestOptions, error) {
	in := &requestOptions{}
	if err := decode(options, in); err != nil {
		return nil, fmt.Errorf("passkeytest: request options: %w", err)
	}
	if in.Challenge == nil {
		return nil, errors.New("passkeytest: request options without a challenge")
	}
	return in, nil
}

// decode is json.Unmarshal for names that JavaScript would find: encoding/json
// also takes "Challenge" for challenge, and so would hide a mistake that no page
// gets away with.
func decode(options json.RawMessage, into any) error {
	var tree any
	if err := json.Unmarshal(options, &tree); err != nil {
		return err
	}
	if name := misspelt(tree); name != "" {
		return fmt.Errorf("member %.100q is spelt otherwise in the standard", name)
	}
	return json.Unmarshal(options, into)
}

// memberNames are the members that are looked at.
var memberNames = []string{
	"alg", "allowCredentials", "authenticatorAttachment", "authenticatorSelection", "challenge", "displayName",
	"excludeCredentials", "id", "name", "pubKeyCredParams", "rp", "rpId", "type", "user", "userVerification",
}

// misspelt returns a member name in tree that differs from one of memberNames in
// upper and lower case only, or nothing.
func misspelt(tree any) string {
	switch tree := tree.(type) {
	case []any:
		for _, v := range tree {
			if name := misspelt(v); name != "" {
				return name
			}
		}
	case map[string]any:
		for name, v := range tree {
			if slices.ContainsFunc(memberNames, func(m string) bool { return name != m && strings.EqualFold(name, m) }) {
				return name
			}
			if name == "extensions" { // which have members of their own
				continue
			}
			if name := misspelt(v); name != "" {
				return name
			}
		}
	}
	return ""
}

// accepts reports whether a key for alg will do. An empty list stands for ES256
// and RS256.
func (o *creationOptions) accepts(alg int64) bool {
	if len(o.PubKeyCredParams) == 0 {
		return alg == algES256
	}
	for _, p := range o.PubKeyCredParams {
		if p.Type == publicKey && p.Alg != nil && *p.Alg == alg {
			return true
		}
	}
	return false
}

// listed reports whether the key is among those in the list. Descriptors of
// other types are passed over.
func listed(list []descriptor, k *key) bool {
	return slices.ContainsFunc(list, func(d descriptor) bool { return d.Type == publicKey && string(d.ID) == string(k.id) })
}

// base64URL is bytes as the standard's JSON has them: base64url without padding.
// It is nil only if it was not there.
type base64URL []byte

// UnmarshalJSON decodes a string.
func (b *base64URL) UnmarshalJSON(data []byte) error {
	var text *string
	if err := json.Unmarshal(data, &text); err != nil || text == nil {
		return errors.New("a base64url value is not a string")
	}
	decoded, err := base64.RawURLEncoding.Strict().DecodeString(*text)
	if err != nil {
		return fmt.Errorf("not base64url without padding: %w", err)
	}
	*b = append([]byte{}, decoded...)
	return nil
}

// MarshalJSON encodes a string.
func (b base64URL) MarshalJSON() ([]byte, error) {
	return json.Marshal(base64.RawURLEncoding.EncodeToString(b))
}
