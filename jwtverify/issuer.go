package jwtverify

import (
	"fmt"
	"strings"
)

// isRegion reports whether s has the shape of an AWS region: eu-west-1,
// us-gov-west-1, ap-southeast-2, eusc-de-east-1, us-isob-east-1. (Package regexp
// would add a fifth to the time a program that only verifies takes to start.)
func isRegion(s string) bool {
	parts := strings.Split(s, "-")
	n := len(parts)
	if n < 3 || n > 4 {
		return false
	}
	return madeOf(parts[0], 2, 4, isLower) &&
		(n == 3 || madeOf(parts[1], 2, 5, isLower)) &&
		madeOf(parts[n-2], 4, 10, isLower) &&
		madeOf(parts[n-1], 1, 2, isDigit)
}

// maxPoolIDSize is the limit of the Cognito API (CreateUserPool's UserPoolId),
// whose pattern cutPoolID follows: [\w-]+_[0-9a-zA-Z]+.
const maxPoolIDSize = 55

// cutPoolID returns what a pool ID begins with, which in AWS is a region.
func cutPoolID(poolID string) (region string, ok bool) {
	end := strings.LastIndexByte(poolID, '_')
	if end < 0 || len(poolID) > maxPoolIDSize {
		return "", false
	}
	region = poolID[:end]
	return region, madeOf(region, 1, maxPoolIDSize, isWord) && madeOf(poolID[end+1:], 1, maxPoolIDSize, isAlphanumeric)
}

// madeOf reports whether s is of least to most bytes, all of one kind.
func madeOf(s string, least, most int, kind func(byte) bool) bool {
	if len(s) < least || len(s) > most {
		return false
	}
	for i := range len(s) {
		if !kind(s[i]) {
			return false
		}
	}
	return true
}

func isLower(c byte) bool { return 'a' <= c && c <= 'z' }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isAlphanumeric(c byte) bool { return isLower(c|0x20) || isDigit(c) }

func isWord(c byte) bool { return isAlphanumeric(c) || c == '_' || c == '-' }

// regionOfPool returns the region a pool ID begins with.
func regionOfPool(poolID string) (string, error) {
	region, ok := cutPoolID(poolID)
	switch {
	case !ok:
		return "", fmt.Errorf("%q is not a user pool ID, such as eu-west-1_Ab12Cd34E", poolID)
	case !isRegion(region):
		return "", fmt.Errorf("%q does not begin with a region; a pool that lives elsewhere needs Issuer", poolID)
	}
	return region, nil
}

// poolOfIssuer returns the pool an issuer of AWS names, "" for other issuers.
func poolOfIssuer(issuer string) string {
	host, ok := strings.CutPrefix(issuer, "https://")
	if !ok || !strings.HasPrefix(strings.TrimPrefix(host, "issuer-"), "cognito-idp.") {
		return ""
	}
	return issuer[strings.LastIndexByte(issuer, '/')+1:]
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
