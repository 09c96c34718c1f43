package cognitotest

import "slices"

// providerLink is a federated identity that an administrator linked to a user.
type providerLink struct{ provider, attribute, value string }

type providerUser struct {
	ProviderName           string
	ProviderAttributeName  string
	ProviderAttributeValue string
}

type linkProviderInput struct {
	UserPoolID      string `json:"UserPoolId" shape:"poolId,required"`
	DestinationUser *providerUser
	SourceUser      *providerUser
}

func (p *pool) adminLinkProviderForUser(c *call, in *linkProviderInput) (*none, error) {
	if in.DestinationUser == nil || in.SourceUser == nil {
		return nil, fail(codeInvalidParameter, "1 validation error detected: "+nullProblem("destinationUser"))
	}
	u, err := p.adminLookup(in.UserPoolID, in.DestinationUser.ProviderAttributeValue)
	if err != nil {
		return nil, err
	}
	link := providerLink{in.SourceUser.ProviderName, in.SourceUser.ProviderAttributeName, in.SourceUser.ProviderAttributeValue}
	for _, other := range p.users {
		if slices.Contains(other.links, link) {
			return nil, fail(codeInvalidParameter, "SourceUser is already linked to DestinationUser")
		}
	}
	u.links = append(u.links, link)
	u.modified = c.now
	return &none{}, nil
}

type disableProviderInput struct {
	UserPoolID string `json:"UserPoolId" shape:"poolId,required"`
	User       *providerUser
}

func (p *pool) adminDisableProviderForUser(_ *call, in *disableProviderInput) (*none, error) {
	if err := p.checkPool(in.UserPoolID); err != nil {
		return nil, err
	}
	if in.User == nil {
		return nil, fail(codeInvalidParameter, "1 validation error detected: "+nullProblem("user"))
	}
	for _, u := range p.users {
		for i, link := range u.links {
			if link.provider == in.User.ProviderName && link.value == in.User.ProviderAttributeValue {
				u.links = slices.Delete(u.links, i, i+1)
				return &none{}, nil
			}
		}
	}
	return nil, errUserNotFound
}
