package jwtverify

import (
	"fmt"
	"regexp"
	"strings"
)

// regionPattern is the shape of an AWS region: eu-west-1, us-gov-west-1,
// ap-southeast-2, eusc-de-east-1, us-isob-east-1.
var regionPattern = regexp.MustCompile(`^[a-z]{2,4}(-[a-z]{2,5})?-[a-z]{4,10}-[0-9]{1,2}$`)

// poolIDPattern is that of the Cognito API (CreateUserPool's UserPoolId), which
// also bounds it to 55 characters.
var poolIDPattern = regexp.MustCompile(`^([\w-]+)_[0-9a-zA-Z]+$`)

const maxPoolIDSize = 55

// regionOfPool returns the region a pool ID begins with.
func regionOfPool(poolID string) (string, error) {
	m := poolIDPattern.FindStringSubmatch(poolID)
	if m == nil || len(poolID) > maxPoolIDSize {
		return "", fmt.Errorf("%q is not a user pool ID, such as eu-west-1_Ab12Cd34E", poolID)
	}
	if !regionPattern.MatchString(m[1]) {
		return "", fmt.Errorf("%q does not begin with a region; a pool that lives elsewhere needs Issuer", poolID)
	}
	return m[1], nil
}

// domains returns the domain names under which a region's endpoints live, the
// likeliest first. They are those of the partitions in the AWS SDK's endpoint
// tables.
func domains(region string) []string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return []string{"amazonaws.com.cn"}
	case strings.HasPrefix(region, "eusc-"):
		// The SDK's table has .eu for the European Sovereign Cloud; AWS's own
		// verifier (aws-jwt-verify issue 270) expects .com in iss.
		return []string{"amazonaws.eu", "amazonaws.com"}
	case strings.HasPrefix(region, "us-isob-"):
		return []string{"sc2s.sgov.gov"}
	case strings.HasPrefix(region, "us-isof-"):
		return []string{"csp.hci.ic.gov"}
	case strings.HasPrefix(region, "us-iso-"):
		return []string{"c2s.ic.gov"}
	case strings.HasPrefix(region, "eu-isoe-"):
		return []string{"cloud.adc-e.uk"}
	}
	return []string{"amazonaws.com"}
}

// issuerForm is one issuer a pool may use.
type issuerForm struct {
	name string
	// optional: the pool need not have it, so an answer of 403 or 404 says that
	// nobody issues tokens under this name.
	optional bool
	// primary: fetched by Prefetch.
	primary bool
}

// issuerForms lists the issuers of a pool: the original form, the updated one
// (IssuerConfigurationType in the Cognito API), which always carries the pool's
// own region, and the original form in the regions a multi-Region pool is
// replicated to.
func issuerForms(poolID, region string, replicas []string) []issuerForm {
	var forms []issuerForm
	hosts := domains(region)
	for _, domain := range hosts {
		forms = append(forms,
			issuerForm{
				name:     "https://cognito-idp." + region + "." + domain + "/" + poolID,
				optional: len(hosts) > 1,
				primary:  true,
			},
			issuerForm{
				name:     "https://issuer-cognito-idp." + region + "." + domain + "/" + poolID,
				optional: true,
			})
	}
	for _, replica := range replicas {
		for _, domain := range domains(replica) {
			forms = append(forms, issuerForm{name: "https://cognito-idp." + replica + "." + domain + "/" + poolID})
		}
	}
	return forms
}

// jwksURL is where an issuer publishes its keys.
func jwksURL(issuer string) string {
	return strings.TrimSuffix(issuer, "/") + "/.well-known/jwks.json"
}
