package cognitotest

import (
	"maps"
	"time"
)

// adminUserInput begins every operation on somebody else's user.
type adminUserInput struct {
	UserPoolID string `json:"UserPoolId" shape:"poolId,required"`
	Username   string `shape:"username,required"`
}

type adminCreateUserInput struct {
	UserPoolID             string `json:"UserPoolId" shape:"poolId,required"`
	Username               string `shape:"username,required"`
	UserAttributes         []attribute
	ValidationData         []attribute
	TemporaryPassword      string `shape:"password"`
	ForceAliasCreation     bool
	MessageAction          string
	DesiredDeliveryMediums []string
	ClientMetadata         map[string]string
}

type userOutput struct{ User userRecord }

func (p *pool) adminCreateUser(c *call, in *adminCreateUserInput) (*userOutput, error) {
	if err := p.checkPool(in.UserPoolID); err != nil {
		return nil, err
	}
	switch in.MessageAction {
	case "", "SUPPRESS":
	case "RESEND":
		return p.resendInvitation(c, in)
	default:
		return nil, failf(codeInvalidParameter, "1 validation error detected: Value '%.64s' at 'messageAction' failed to satisfy constraint: "+
			"Member must satisfy enum value set: [RESEND, SUPPRESS]", in.MessageAction)
	}
	values, err := p.checkAttributes(nil, in.UserAttributes)
	if err != nil {
		return nil, err
	}
	if err := p.checkNewName(in.Username, errAdminUserExists); err != nil {
		return nil, err
	}
	text := in.TemporaryPassword
	reachable := values[attrEmailVerified] == "true" || values[attrPhoneVerified] == "true"
	passwordless := text == "" && in.MessageAction == "SUPPRESS" && p.passwordless() && reachable
	switch {
	case passwordless:
	case text == "":
		text = p.temporaryPassword()
	default:
		if err := p.cfg.PasswordPolicy.check(text); err != nil {
			return nil, err
		}
	}
	u, err := p.newUser(in.Username, values, c.now)
	if err != nil {
		return nil, err
	}
	for _, a := range []string{attrEmail, attrPhone} {
		if to := (contact{a, u.attributes[a]}); to.value != "" && u.verified(a) {
			if err := p.checkAlias(u, to, in.ForceAliasCreation); err != nil {
				return nil, err
			}
		}
	}
	if err := p.preSignUp(c, "PreSignUp_AdminCreateUser", u, nil, in.ClientMetadata, toMap(in.ValidationData)); err != nil {
		return nil, err
	}
	u.status = statusForceChange
	if passwordless {
		u.status = statusConfirmed
	} else if err := p.setTemporaryPassword(u, text, c.now); err != nil {
		return nil, err
	}
	if err := p.add(u, errAdminUserExists); err != nil {
		return nil, err
	}
	if in.MessageAction == "" {
		if err := p.invite(c, u, text, in); err != nil {
			p.removeUser(u)
			return nil, err
		}
	}
	for _, a := range []string{attrEmail, attrPhone} {
		if u.verified(a) {
			p.verify(u, contact{a, u.attributes[a]})
		}
	}
	return &userOutput{u.withAttributes()}, nil
}

// withAttributes is the user as AdminCreateUser and ListUsers show them.
func (u *user) withAttributes() userRecord {
	r := u.record()
	r.Attributes = u.list(nil)
	return r
}

// resendInvitation renews the temporary password of a user who has not signed
// in yet.
func (p *pool) resendInvitation(c *call, in *adminCreateUserInput) (*userOutput, error) {
	u, err := p.adminLookup(in.UserPoolID, in.Username)
	if err != nil {
		return nil, err
	}
	if u.status != statusForceChange {
		return nil, errResendNotWaiting
	}
	text := in.TemporaryPassword
	if text == "" {
		text = p.temporaryPassword()
	}
	if err := p.cfg.PasswordPolicy.check(text); err != nil {
		return nil, err
	}
	if err := p.setTemporaryPassword(u, text, c.now); err != nil {
		return nil, err
	}
	if err := p.invite(c, u, text, in); err != nil {
		return nil, err
	}
	u.modified = c.now
	return &userOutput{u.withAttributes()}, nil
}

// temporaryPassword makes one that any policy accepts.
func (p *pool) temporaryPassword() string {
	n := max(8, p.cfg.PasswordPolicy.MinLength) - 4
	return p.random.from(1, upper) + p.random.from(1, lower) + p.random.from(1, digits) +
		p.random.from(n, upper+lower+digits) + p.random.from(1, "!#$%&*+-=?@^_")
}

func (p *pool) setTemporaryPassword(u *user, text string, now time.Time) error {
	if err := p.setPassword(u, text); err != nil {
		return err
	}
	u.password.expires = now.Add(p.cfg.PasswordPolicy.temporaryValidity())
	return nil
}

// invite sends the temporary password by the desired media: SMS unless the
// request says otherwise, and by e-mail to users who have no phone number.
func (p *pool) invite(c *call, u *user, text string, in *adminCreateUserInput) error {
	media := in.DesiredDeliveryMediums
	if len(media) == 0 {
		media = []string{mediumSMS}
		if u.attributes[attrPhone] == "" {
			media = []string{mediumEmail}
		}
	}
	for _, medium := range media {
		to := contact{attrEmail, u.attributes[attrEmail]}
		if medium == mediumSMS {
			to = contact{attrPhone, u.attributes[attrPhone]}
		}
		if to.value == "" {
			continue // there is nowhere to send it; the user is made all the same
		}
		if err := p.send(c, u, nil, to, sourceAdminUser, text, in.ClientMetadata); err != nil {
			return err
		}
	}
	return nil
}

func (p *pool) adminGetUser(_ *call, in *adminUserInput) (*userRecord, error) {
	u, err := p.adminLookup(in.UserPoolID, in.Username)
	if err != nil {
		return nil, err
	}
	r := u.record()
	r.UserAttributes = u.list(nil)
	r.UserMFASettingList, r.PreferredMfaSetting = u.mfa.enabled, u.mfa.preferred
	return &r, nil
}

func (p *pool) adminDeleteUser(_ *call, in *adminUserInput) (*none, error) {
	u, err := p.adminLookup(in.UserPoolID, in.Username)
	if err != nil {
		return nil, err
	}
	p.removeUser(u)
	return &none{}, nil
}

type adminConfirmInput struct {
	adminUserInput
	ClientMetadata map[string]string
}

func (p *pool) adminConfirmSignUp(c *call, in *adminConfirmInput) (*none, error) {
	u, err := p.adminLookup(in.UserPoolID, in.Username)
	if err != nil {
		return nil, err
	}
	if u.status != statusUnconfirmed {
		return nil, errCannotConfirm(u.status)
	}
	u.status, u.modified = statusConfirmed, c.now
	delete(u.codes, purposeSignUp)
	return &none{}, p.postConfirmation(c, "PostConfirmation_ConfirmSignUp", u, nil, in.ClientMetadata)
}

func (p *pool) adminDisableUser(c *call, in *adminUserInput) (*none, error) {
	return p.setDisabled(c, in, true)
}

func (p *pool) adminEnableUser(c *call, in *adminUserInput) (*none, error) {
	return p.setDisabled(c, in, false)
}

func (p *pool) setDisabled(c *call, in *adminUserInput, disabled bool) (*none, error) {
	u, err := p.adminLookup(in.UserPoolID, in.Username)
	if err != nil {
		return nil, err
	}
	u.disabled, u.modified = disabled, c.now
	if disabled {
		p.endSessions(u)
	}
	return &none{}, nil
}

type adminSetPasswordInput struct {
	UserPoolID string `json:"UserPoolId" shape:"poolId,required"`
	Username   string `shape:"username,required"`
	Password   string `shape:"password,required"`
	Permanent  bool
}

func (p *pool) adminSetUserPassword(c *call, in *adminSetPasswordInput) (*none, error) {
	u, err := p.adminLookup(in.UserPoolID, in.Username)
	if err != nil {
		return nil, err
	}
	if err := p.changePassword(u, in.Password); err != nil {
		return nil, err
	}
	u.status, u.modified = statusConfirmed, c.now
	if !in.Permanent {
		u.status = statusForceChange
		u.password.expires = c.now.Add(p.cfg.PasswordPolicy.temporaryValidity())
	}
	return &none{}, nil
}

func (p *pool) adminResetUserPassword(c *call, in *adminConfirmInput) (*none, error) {
	u, err := p.adminLookup(in.UserPoolID, in.Username)
	if err != nil {
		return nil, err
	}
	if u.status != statusConfirmed && u.status != statusResetRequired {
		return nil, errResetNotNow
	}
	to, ok := recoveryContact(u)
	if !ok {
		return nil, errNoVerifiedContact
	}
	u.status, u.modified = statusResetRequired, c.now
	code := p.issue(u, purposeReset, resetCodeValidity, c.now)
	return &none{}, p.send(c, u, nil, to, sourceForgot, code, in.ClientMetadata)
}

func (p *pool) adminUserGlobalSignOut(_ *call, in *adminUserInput) (*none, error) {
	u, err := p.adminLookup(in.UserPoolID, in.Username)
	if err != nil {
		return nil, err
	}
	p.endSessions(u)
	return &none{}, nil
}

type adminUpdateAttributesInput struct {
	adminUserInput
	UserAttributes []attribute
	ClientMetadata map[string]string
}

// adminUpdateUserAttributes sets attributes. A new e-mail address or phone
// number is unverified, and gets a code if the pool verifies it, unless the
// same request says that it is verified.
func (p *pool) adminUpdateUserAttributes(c *call, in *adminUpdateAttributesInput) (*none, error) {
	u, err := p.adminLookup(in.UserPoolID, in.Username)
	if err != nil {
		return nil, err
	}
	values, err := p.checkAttributes(nil, in.UserAttributes)
	if err != nil {
		return nil, err
	}
	if err := p.checkMutable(u, values); err != nil {
		return nil, err
	}
	if err := p.checkUnique(u, values); err != nil {
		return nil, err
	}
	for _, name := range []string{attrEmail, attrPhone} {
		value, given := values[name]
		_, said := values[name+verifiedSuffix]
		if !given || said || value == u.attributes[name] {
			continue
		}
		values[name+verifiedSuffix] = "false"
		if value == "" || !p.autoVerifies(name) {
			continue
		}
		u.attributes[name] = value
		code := p.issue(u, purposeVerify+name, verifyCodeValidity, c.now)
		if err := p.send(c, u, nil, contact{name, value}, sourceUpdate, code, in.ClientMetadata); err != nil {
			return nil, err
		}
	}
	maps.Copy(u.attributes, values)
	u.modified = c.now
	return &none{}, nil
}

type adminDeleteAttributesInput struct {
	adminUserInput
	UserAttributeNames []string
}

func (p *pool) adminDeleteUserAttributes(c *call, in *adminDeleteAttributesInput) (*none, error) {
	u, err := p.adminLookup(in.UserPoolID, in.Username)
	if err != nil {
		return nil, err
	}
	return &none{}, p.deleteAttributes(u, in.UserAttributeNames, c)
}

type adminPreferenceInput struct {
	adminUserInput
	mfaSettings
}

func (p *pool) adminSetUserMFAPreference(_ *call, in *adminPreferenceInput) (*none, error) {
	u, err := p.adminLookup(in.UserPoolID, in.Username)
	if err != nil {
		return nil, err
	}
	return &none{}, p.applyMFA(u, in.mfaSettings)
}

type adminSettingsInput struct {
	adminUserInput
	MFAOptions []mfaOption
}

func (p *pool) adminSetUserSettings(_ *call, in *adminSettingsInput) (*none, error) {
	u, err := p.adminLookup(in.UserPoolID, in.Username)
	if err != nil {
		return nil, err
	}
	return &none{}, p.applyMFA(u, mfaSettings{SMSMfaSettings: &factorSettings{Enabled: len(in.MFAOptions) > 0}})
}

type adminDeviceInput struct {
	adminUserInput
	DeviceKey              string `shape:"device,required"`
	DeviceRememberedStatus string
}

func (p *pool) adminDevice(in *adminDeviceInput) (*user, *device, error) {
	u, err := p.adminLookup(in.UserPoolID, in.Username)
	if err != nil {
		return nil, nil, err
	}
	d, err := p.deviceOf(u, in.DeviceKey)
	return u, d, err
}

func (p *pool) adminGetDevice(_ *call, in *adminDeviceInput) (*deviceOutput, error) {
	_, d, err := p.adminDevice(in)
	if err != nil {
		return nil, err
	}
	return &deviceOutput{d.record()}, nil
}

func (p *pool) adminForgetDevice(_ *call, in *adminDeviceInput) (*none, error) {
	u, d, err := p.adminDevice(in)
	if err != nil {
		return nil, err
	}
	delete(u.devices, d.key)
	return &none{}, nil
}

func (p *pool) adminUpdateDeviceStatus(c *call, in *adminDeviceInput) (*none, error) {
	_, d, err := p.adminDevice(in)
	if err != nil {
		return nil, err
	}
	return &none{}, d.remember(in.DeviceRememberedStatus, c.now)
}

type adminListDevicesInput struct {
	adminUserInput
	Limit           int
	PaginationToken string
}

func (p *pool) adminListDevices(_ *call, in *adminListDevicesInput) (*listDevicesOutput, error) {
	u, err := p.adminLookup(in.UserPoolID, in.Username)
	if err != nil {
		return nil, err
	}
	return p.devicesOf(u, in.Limit, in.PaginationToken)
}
