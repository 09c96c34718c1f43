package cognitoauth

import (
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// optional turns the zero value into an absent member: Cognito takes an empty
// string for a value and refuses it.
func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// attributeList is in order of names, so that equal inputs make equal requests.
func attributeList(attributes map[string]string) []types.AttributeType {
	if len(attributes) == 0 {
		return nil
	}
	list := make([]types.AttributeType, 0, len(attributes))
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		list = append(list, types.AttributeType{Name: aws.String(name), Value: aws.String(attributes[name])})
	}
	return list
}

func attributeMap(list []types.AttributeType) map[string]string {
	attributes := make(map[string]string, len(list))
	for _, a := range list {
		attributes[aws.ToString(a.Name)] = aws.ToString(a.Value)
	}
	return attributes
}
