package cognitoauth

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// CodeDelivery says where a code went, in a form that can be shown to the user.
type CodeDelivery struct {
	Attribute   string // the attribute it went to, such as "email"
	Destination string // masked, such as "a***@e***"
	Medium      string // "EMAIL" or "SMS"
}

// DeliveryMedium is a way that messages go.
type DeliveryMedium string

// The mediums.
const (
	DeliveryEmail DeliveryMedium = "EMAIL"
	DeliverySMS   DeliveryMedium = "SMS"
)

func codeDelivery(d *types.CodeDeliveryDetailsType) *CodeDelivery {
	if d == nil {
		return nil
	}
	return &CodeDelivery{
		Attribute:   aws.ToString(d.AttributeName),
		Destination: aws.ToString(d.Destination),
		Medium:      string(d.DeliveryMedium),
	}
}
