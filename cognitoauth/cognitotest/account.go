package cognitotest

import (
	"errors"
	"maps"
	"slices"
)

type accessTokenInput struct {
	AccessToken string `shape:"token,required"`
}

// mfaOption is MFAOptionType of the API, the older way to say "SMS".
type mfaOption struct {
	DeliveryMedium string
	AttributeName  string
}

func (p *pool) getUser(c *call, in *accessTokenInput) (any, error) {
	b, err := p.authenticate(c, in.AccessToken)
	if err != nil {
		return nil, err
	}
	return struct {
		Username            string
		UserAttributes      []attribute
		PreferredMfaSetting string   `json:",omitempty"`
		UserMFASettingList  []string `json:",omitempty"`
	}{b.user.name, b.user.list(b.client), b.user.mfa.preferred, b.user.mfa.enabled}, nil
}

func (p *pool) deleteUser(c *call, in *accessTokenInput) (*none, error) {
	b, err := p.authenticate(c, in.AccessToken)
	if err != nil {
		return nil, err
	}
	p.removeUser(b.user)
	return &none{}, nil
}

func (p *pool) globalSignOut(c *call, in *accessTokenInput) (*none, error) {
	b, err := p.authenticate(c, in.AccessToken)
	if err != nil {
		return nil, err
	}
	p.endSessions(b.user)
	return &none{}, nil
}

type changePasswordInput struct {
	AccessToken      string `shape:"token,required"`
	PreviousPassword string `shape:"any"`
	ProposedPassword string `shape:"password,required"`
}

func (p *pool) changeOwnPassword(c *call, in *changePasswordInput) (*none, error) {
	b, err := p.authenticate(c, in.AccessToken)
	if err != nil {
		return nil, err
	}
	u := b.user
	// A user who came without a password sets the first one without another.
	if u.password.set() {
		err := p.checkPassword(u, in.PreviousPassword, c.now)
		if errors.Is(err, errTooManyPasswords) {
			err = errAttemptLimit // the lock has another name here
		}
		if err != nil {
			return nil, err
		}
	}
	if err := p.changePassword(u, in.ProposedPassword); err != nil {
		return nil, err
	}
	u.modified = c.now
	return &none{}, nil
}

type updateAttributesInput struct {
	AccessToken    string `shape:"token,required"`
	UserAttributes []attribute
	ClientMetadata map[string]string
}

type updateAttributesOutput struct {
	CodeDeliveryDetailsList []delivery `json:",omitempty"`
}

func (p *pool) updateUserAttributes(c *call, in *updateAttributesInput) (*updateAttributesOutput, error) {
	b, err := p.authenticate(c, in.AccessToken)
	if err != nil {
		return nil, err
	}
	values, err := p.checkAttributes(b.client, in.UserAttributes)
	if err != nil {
		return nil, err
	}
	u := b.user
	if err := p.checkMutable(u, values); err != nil {
		return nil, err
	}
	if err := p.checkUnique(u, values); err != nil {
		return nil, err
	}
	out := &updateAttributesOutput{}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		value := values[name]
		changed := u.attributes[name] != value
		u.attributes[name] = value
		if name != attrEmail && name != attrPhone || !changed {
			continue
		}
		u.attributes[name+verifiedSuffix] = "false"
		if !p.autoVerifies(name) || value == "" {
			continue
		}
		to := contact{name, value}
		code := p.issue(u, purposeVerify+name, verifyCodeValidity, c.now)
		if err := p.send(c, u, b.client, to, sourceUpdate, code, in.ClientMetadata); err != nil {
			return nil, err
		}
		out.CodeDeliveryDetailsList = append(out.CodeDeliveryDetailsList, *to.delivery())
	}
	u.modified = c.now
	return out, nil
}

// checkUnique refuses to give a user a sign-in name that another one has.
func (p *pool) checkUnique(u *user, values map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		switch {
		case slices.Contains(p.cfg.UsernameAttributes, name):
			if other := p.byAttribute(name, values[name], false); other != nil && other != u {
				return errAliasTaken(name)
			}
		case slices.Contains(p.cfg.AliasAttributes, name) && values[name] != "":
			verified := name != attrPreferredUsername
			if other := p.byAttribute(name, values[name], verified); other != nil && other != u {
				return errAliasTaken(name)
			}
		}
	}
	return nil
}

type deleteAttributesInput struct {
	AccessToken        string `shape:"token,required"`
	UserAttributeNames []string
}

func (p *pool) deleteUserAttributes(c *call, in *deleteAttributesInput) (*none, error) {
	b, err := p.authenticate(c, in.AccessToken)
	if err != nil {
		return nil, err
	}
	for _, name := range in.UserAttributeNames {
		if byPool(name) || !b.client.canWrite(name) {
			return nil, errAttributeWrite
		}
	}
	return &none{}, p.deleteAttributes(b.user, in.UserAttributeNames, c)
}

func (p *pool) deleteAttributes(u *user, names []string, c *call) error {
	for _, name := range names {
		schema, known := p.schema(name)
		switch {
		case !known:
			return errSchema([]string{name + ": Attribute does not exist in the schema."})
		case schema.Required || name == attrSub || slices.Contains(p.cfg.UsernameAttributes, name):
			return failf(codeInvalidParameter, "user.%s: Attribute cannot be deleted. (deleting a required attribute)", name)
		}
	}
	for _, name := range names {
		delete(u.attributes, name)
		delete(u.attributes, name+verifiedSuffix)
	}
	u.modified = c.now
	return nil
}

type verificationCodeInput struct {
	AccessToken    string `shape:"token,required"`
	AttributeName  string `shape:"attribute,required"`
	ClientMetadata map[string]string
}

func (p *pool) getUserAttributeVerificationCode(c *call, in *verificationCodeInput) (*deliveryOutput, error) {
	b, err := p.authenticate(c, in.AccessToken)
	if err != nil {
		return nil, err
	}
	u, name := b.user, in.AttributeName
	if name != attrEmail && name != attrPhone || u.attributes[name] == "" {
		return nil, errNoSuchAttribute
	}
	if err := u.spend("send:"+purposeVerify+name, maxCodesSent, c.now); err != nil {
		return nil, err
	}
	to := contact{name, u.attributes[name]}
	code := p.issue(u, purposeVerify+name, verifyCodeValidity, c.now)
	if err := p.send(c, u, b.client, to, sourceVerify, code, in.ClientMetadata); err != nil {
		return nil, err
	}
	return &deliveryOutput{to.delivery()}, nil
}

type verifyAttributeInput struct {
	AccessToken   string `shape:"token,required"`
	AttributeName string `shape:"attribute,required"`
	Code          string `shape:"code,required"`
}

func (p *pool) verifyUserAttribute(c *call, in *verifyAttributeInput) (*none, error) {
	b, err := p.authenticate(c, in.AccessToken)
	if err != nil {
		return nil, err
	}
	to := contact{in.AttributeName, b.user.attributes[in.AttributeName]}
	if err := p.checkAlias(b.user, to, false); err != nil {
		return nil, err
	}
	if err := b.user.redeem(purposeVerify+in.AttributeName, in.Code, c.now); err != nil {
		return nil, err
	}
	p.verify(b.user, to)
	b.user.modified = c.now
	return &none{}, nil
}

type userSettingsInput struct {
	AccessToken string `shape:"token,required"`
	MFAOptions  []mfaOption
}

// setUserSettings is the operation from before SetUserMFAPreference: SMS or
// nothing.
func (p *pool) setUserSettings(c *call, in *userSettingsInput) (*none, error) {
	b, err := p.authenticate(c, in.AccessToken)
	if err != nil {
		return nil, err
	}
	return &none{}, p.applyMFA(b.user, mfaSettings{SMSMfaSettings: &factorSettings{Enabled: len(in.MFAOptions) > 0}})
}
