package cognitotest

import "maps"

type forgotPasswordInput struct {
	ClientID       string `json:"ClientId" shape:"clientId,required"`
	Username       string `shape:"username,required"`
	SecretHash     string `shape:"any"`
	ClientMetadata map[string]string
}

func (p *pool) forgotPassword(c *call, in *forgotPasswordInput) (*deliveryOutput, error) {
	cl, err := p.authorize(in.ClientID, in.Username, in.SecretHash)
	if err != nil {
		return nil, err
	}
	if p.cfg.AdminOnlyRecovery {
		return nil, errAskAdministrator
	}
	u := p.lookup(in.Username)
	if u == nil {
		if u, err = p.migrate(c, cl, "UserMigration_ForgotPassword", in.Username, "", in.ClientMetadata); err != nil {
			u = nil // the trigger does not know the user either
		}
	}
	switch {
	case u == nil && cl.PreventUserExistenceErrors:
		return &deliveryOutput{p.simulatedDelivery(in.Username)}, nil
	case u == nil:
		return nil, errClientUserNotFound
	case u.disabled:
		return nil, errUserDisabled
	case u.status == statusForceChange:
		return nil, errResetNotNow
	}
	to, ok := recoveryContact(u)
	if !ok {
		return nil, errNoVerifiedContact
	}
	if err := u.spend("send:"+purposeReset, maxCodesSent, c.now); err != nil {
		return nil, err
	}
	value := p.issue(u, purposeReset, resetCodeValidity, c.now)
	if err := p.send(c, u, cl, to, sourceForgot, value, in.ClientMetadata); err != nil {
		return nil, err
	}
	return &deliveryOutput{to.delivery()}, nil
}

type confirmForgotPasswordInput struct {
	ClientID         string `json:"ClientId" shape:"clientId,required"`
	Username         string `shape:"username,required"`
	ConfirmationCode string `shape:"code,required"`
	Password         string `shape:"password,required"`
	SecretHash       string `shape:"any"`
	ClientMetadata   map[string]string
}

func (p *pool) confirmForgotPassword(c *call, in *confirmForgotPasswordInput) (*none, error) {
	cl, err := p.authorize(in.ClientID, in.Username, in.SecretHash)
	if err != nil {
		return nil, err
	}
	u, err := p.clientLookup(cl, in.Username, errCodeExpired)
	if err != nil {
		return nil, err
	}
	// The password is checked first: a code is not used up on one that is
	// refused.
	if err := p.cfg.PasswordPolicy.check(in.Password); err != nil {
		return nil, err
	}
	pending := maps.Clone(u.codes)
	if err := u.redeem(purposeReset, in.ConfirmationCode, c.now); err != nil {
		return nil, err
	}
	if err := p.changePassword(u, in.Password); err != nil {
		u.codes = pending
		return nil, err
	}
	u.status, u.modified = statusConfirmed, c.now
	return &none{}, p.postConfirmation(c, "PostConfirmation_ConfirmForgotPassword", u, cl, in.ClientMetadata)
}
