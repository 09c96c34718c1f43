package cognitoauth

import (
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognitoauth/cognito-go/internal/redact"
)

// UserContext is what threat protection (formerly advanced security) may know
// of the user's device.
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserContextDataType.html
type UserContext struct {
	IPAddress   string // the user's, not that of the service in between
	EncodedData string // the device fingerprint that AWS's client library collects
}

func (u UserContext) wire() *types.UserContextDataType {
	if u == (UserContext{}) {
		return nil
	}
	return &types.UserContextDataType{IpAddress: optional(u.IPAddress), EncodedData: optional(u.EncodedData)}
}

// AdminContext is what threat protection may know of a user's request that
// reached Cognito by way of a server.
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ContextDataType.html
type AdminContext struct {
	IPAddress   string            // the user's
	ServerName  string            // the host name of the server
	ServerPath  string            // the path of the user's request to it
	Headers     map[string]string // of that request
	EncodedData string            // the device fingerprint that AWS's client library collects
}

func (c AdminContext) wire() *types.ContextDataType {
	if c.IPAddress == "" && c.ServerName == "" && c.ServerPath == "" && c.EncodedData == "" && len(c.Headers) == 0 {
		return nil
	}
	// The API wants these members present even if empty.
	data := &types.ContextDataType{
		IpAddress:   aws.String(c.IPAddress),
		ServerName:  aws.String(c.ServerName),
		ServerPath:  aws.String(c.ServerPath),
		HttpHeaders: []types.HttpHeader{},
		EncodedData: optional(c.EncodedData),
	}
	for _, name := range slices.Sorted(maps.Keys(c.Headers)) {
		data.HttpHeaders = append(data.HttpHeaders, types.HttpHeader{HeaderName: aws.String(name), HeaderValue: aws.String(c.Headers[name])})
	}
	return data
}

// Format prints the context without the headers' values, whatever the verb.
func (c AdminContext) Format(s fmt.State, _ rune) { redact.Format(s, c) }

// MarshalJSON marshals the context without the headers' values.
func (c AdminContext) MarshalJSON() ([]byte, error) { return redact.JSON(c) }
