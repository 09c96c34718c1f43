package cognitotest

import (
	"slices"
	"time"
)

type poolInput struct {
	UserPoolID string `json:"UserPoolId" shape:"poolId,required"`
}

// poolRecord is the part of UserPoolType that this pool has.
type poolRecord struct {
	ID                     string `json:"Id"`
	Name                   string
	Arn                    string
	Status                 string
	CreationDate           wireTime
	LastModifiedDate       wireTime
	EstimatedNumberOfUsers int
	MfaConfiguration       MFAMode
	UsernameAttributes     []string `json:",omitempty"`
	AliasAttributes        []string `json:",omitempty"`
	AutoVerifiedAttributes []string `json:",omitempty"`
	UsernameConfiguration  struct{ CaseSensitive bool }
	AdminCreateUserConfig  struct{ AllowAdminCreateUserOnly bool }
	Policies               struct {
		PasswordPolicy passwordPolicyRecord
		SignInPolicy   struct{ AllowedFirstAuthFactors []string }
	}
	DeviceConfiguration *deviceConfiguration `json:",omitempty"`
	SchemaAttributes    []schemaRecord
}

type passwordPolicyRecord struct {
	MinimumLength                 int
	RequireUppercase              bool
	RequireLowercase              bool
	RequireNumbers                bool
	RequireSymbols                bool
	PasswordHistorySize           int `json:",omitempty"`
	TemporaryPasswordValidityDays int
}

type deviceConfiguration struct {
	ChallengeRequiredOnNewDevice     bool
	DeviceOnlyRememberedOnUserPrompt bool
}

// schemaRecord is SchemaAttributeType of the API. Mutable is a pointer because
// true is its default in requests.
type schemaRecord struct {
	Name              string
	AttributeDataType string
	Mutable           *bool
	Required          bool
}

type poolOutput struct{ UserPool poolRecord }

func (p *pool) describeUserPool(_ *call, in *poolInput) (*poolOutput, error) {
	if err := p.checkPool(in.UserPoolID); err != nil {
		return nil, err
	}
	policy := p.cfg.PasswordPolicy
	r := poolRecord{
		ID: p.id, Name: "cognitotest", Arn: "arn:aws:cognito-idp:" + p.region + ":123456789012:userpool/" + p.id, Status: "Enabled",
		CreationDate: wireTime(p.created), LastModifiedDate: wireTime(p.created),
		EstimatedNumberOfUsers: len(p.users), MfaConfiguration: p.cfg.MFA,
		UsernameAttributes: p.cfg.UsernameAttributes, AliasAttributes: p.cfg.AliasAttributes, AutoVerifiedAttributes: p.cfg.AutoVerifiedAttributes,
		SchemaAttributes: []schemaRecord{},
	}
	r.UsernameConfiguration.CaseSensitive = p.cfg.CaseSensitive
	r.AdminCreateUserConfig.AllowAdminCreateUserOnly = p.cfg.AdminCreateUserOnly
	r.Policies.SignInPolicy.AllowedFirstAuthFactors = p.cfg.FirstFactors
	r.Policies.PasswordPolicy = passwordPolicyRecord{
		MinimumLength: max(policy.MinLength, 6), RequireUppercase: policy.RequireUpper, RequireLowercase: policy.RequireLower,
		RequireNumbers: policy.RequireDigit, RequireSymbols: policy.RequireSymbol, PasswordHistorySize: policy.History,
		TemporaryPasswordValidityDays: int(policy.temporaryValidity() / (24 * time.Hour)),
	}
	if p.cfg.Devices != DevicesOff {
		r.DeviceConfiguration = &deviceConfiguration{true, p.cfg.Devices == DevicesOptIn}
	}
	for _, name := range p.attributeNames() {
		a, _ := p.schema(name)
		mutable := !a.Immutable && name != attrSub
		kind := "String"
		switch name {
		case attrEmailVerified, attrPhoneVerified:
			kind = "Boolean"
		case "updated_at":
			kind = "Number"
		}
		r.SchemaAttributes = append(r.SchemaAttributes, schemaRecord{name, kind, &mutable, a.Required || name == attrSub})
	}
	return &poolOutput{r}, nil
}

// attributeNames lists the schema: the standard attributes and the pool's own.
func (p *pool) attributeNames() []string {
	names := slices.Clone(standardAttributes)
	for _, a := range p.cfg.Attributes {
		if !slices.Contains(names, a.Name) {
			names = append(names, a.Name)
		}
	}
	return names
}

type listPoolsInput struct {
	MaxResults int
	NextToken  string
}

type listPoolsOutput struct {
	UserPools []struct {
		ID               string `json:"Id"`
		Name             string
		CreationDate     wireTime
		LastModifiedDate wireTime
	}
	NextToken string `json:",omitempty"`
}

func (p *pool) listUserPools(_ *call, in *listPoolsInput) (*listPoolsOutput, error) {
	out := &listPoolsOutput{}
	_, _, err := paginate([]string{p.id}, in.MaxResults, 60, in.NextToken)
	if err != nil {
		return nil, err
	}
	out.UserPools = append(out.UserPools, struct {
		ID               string `json:"Id"`
		Name             string
		CreationDate     wireTime
		LastModifiedDate wireTime
	}{p.id, "cognitotest", wireTime(p.created), wireTime(p.created)})
	return out, nil
}

type addAttributesInput struct {
	UserPoolID       string `json:"UserPoolId" shape:"poolId,required"`
	CustomAttributes []schemaRecord
}

func (p *pool) addCustomAttributes(_ *call, in *addAttributesInput) (*none, error) {
	if err := p.checkPool(in.UserPoolID); err != nil {
		return nil, err
	}
	var added []AttributeSchema
	for _, a := range in.CustomAttributes {
		name := customPrefix + a.Name
		if !customAttribute.MatchString(name) {
			return nil, failf(codeInvalidParameter, "Invalid custom attribute name %.64s.", a.Name)
		}
		if _, known := p.schema(name); known {
			return nil, failf(codeInvalidParameter, "%s: Existing attribute already has name %s.", name, name)
		}
		added = append(added, AttributeSchema{Name: name, Immutable: a.Mutable != nil && !*a.Mutable})
	}
	p.cfg.Attributes = append(slices.Clone(p.cfg.Attributes), added...)
	return &none{}, nil
}

type enabledSetting struct{ Enabled bool }

type mfaConfig struct {
	UserPoolID                    string `json:"UserPoolId,omitempty" shape:"poolId,required"`
	MfaConfiguration              MFAMode
	SoftwareTokenMfaConfiguration *enabledSetting `json:",omitempty"`
	SmsMfaConfiguration           *struct{}       `json:",omitempty"`
	EmailMfaConfiguration         *struct{}       `json:",omitempty"`
}

func (p *pool) getUserPoolMfaConfig(_ *call, in *poolInput) (*mfaConfig, error) {
	if err := p.checkPool(in.UserPoolID); err != nil {
		return nil, err
	}
	return p.mfaConfig(), nil
}

func (p *pool) mfaConfig() *mfaConfig {
	out := &mfaConfig{MfaConfiguration: p.cfg.MFA}
	for _, f := range p.cfg.MFAFactors {
		switch f {
		case factorTOTP:
			out.SoftwareTokenMfaConfiguration = &enabledSetting{true}
		case factorSMS:
			out.SmsMfaConfiguration = &struct{}{}
		case factorEmail:
			out.EmailMfaConfiguration = &struct{}{}
		}
	}
	return out
}

func (p *pool) setUserPoolMfaConfig(_ *call, in *mfaConfig) (*mfaConfig, error) {
	if err := p.checkPool(in.UserPoolID); err != nil {
		return nil, err
	}
	switch in.MfaConfiguration {
	case "", MFAOff, MFAOptional, MFAOn:
	default:
		return nil, failf(codeInvalidParameter, "1 validation error detected: Value '%.64s' at 'mfaConfiguration' failed to satisfy constraint: "+
			"Member must satisfy enum value set: [OFF, ON, OPTIONAL]", string(in.MfaConfiguration))
	}
	var factors []string
	if in.SoftwareTokenMfaConfiguration != nil && in.SoftwareTokenMfaConfiguration.Enabled {
		factors = append(factors, factorTOTP)
	}
	if in.SmsMfaConfiguration != nil {
		factors = append(factors, factorSMS)
	}
	if in.EmailMfaConfiguration != nil {
		factors = append(factors, factorEmail)
	}
	if in.MfaConfiguration != "" {
		p.cfg.MFA = in.MfaConfiguration
	}
	if factors != nil {
		p.cfg.MFAFactors = factors
	}
	return p.mfaConfig(), nil
}
