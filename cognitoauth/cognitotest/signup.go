package cognitotest

import "slices"

type signUpInput struct {
	ClientID       string `json:"ClientId" shape:"clientId,required"`
	Username       string `shape:"username,required"`
	Password       string `shape:"password"`
	SecretHash     string `shape:"any"`
	UserAttributes []attribute
	ValidationData []attribute
	ClientMetadata map[string]string
}

type signUpOutput struct {
	UserConfirmed       bool
	UserSub             string
	CodeDeliveryDetails *delivery `json:",omitempty"`
	Session             string    `json:",omitempty"`
}

func (p *pool) signUp(c *call, in *signUpInput) (*signUpOutput, error) {
	cl, err := p.authorize(in.ClientID, in.Username, in.SecretHash)
	if err != nil {
		return nil, err
	}
	if p.cfg.AdminCreateUserOnly {
		return nil, errSignUpOff
	}
	values, err := p.checkAttributes(cl, in.UserAttributes)
	if err != nil {
		return nil, err
	}
	if err := p.checkNewName(in.Username, errUserExists); err != nil {
		return nil, err
	}
	// Without a password one signs up to come in by a code or a passkey.
	if in.Password == "" && !(cl.allows(flowUserAuth) && p.passwordless()) {
		return nil, errPasswordIsRequired
	}
	if in.Password != "" {
		if err := p.cfg.PasswordPolicy.check(in.Password); err != nil {
			return nil, err
		}
	}
	u, err := p.newUser(in.Username, values, c.now)
	if err != nil {
		return nil, err
	}
	if err := p.checkRequired(u.attributes); err != nil {
		return nil, err
	}
	if err := p.preSignUp(c, "PreSignUp_SignUp", u, cl, in.ClientMetadata, toMap(in.ValidationData)); err != nil {
		return nil, err
	}
	if in.Password != "" {
		if err := p.setPassword(u, in.Password); err != nil {
			return nil, err
		}
	}
	if err := p.add(u, errUserExists); err != nil {
		return nil, err
	}
	out := &signUpOutput{UserConfirmed: u.status == statusConfirmed, UserSub: u.sub}
	if to, ok := p.verificationContact(u); ok && !out.UserConfirmed {
		value := p.issue(u, purposeSignUp, signUpCodeValidity, c.now)
		if err := p.send(c, u, cl, to, sourceSignUp, value, in.ClientMetadata); err != nil {
			p.removeUser(u)
			return nil, err
		}
		out.CodeDeliveryDetails = to.delivery()
	}
	if cl.allows(flowUserAuth) {
		out.Session = p.open(c, &session{login: &login{sub: u.sub, name: u.name, client: cl}, signUp: true})
	}
	if out.UserConfirmed {
		if err := p.postConfirmation(c, "PostConfirmation_ConfirmSignUp", u, cl, in.ClientMetadata); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// passwordless reports whether one can come in without a password.
func (p *pool) passwordless() bool {
	return slices.ContainsFunc(p.cfg.FirstFactors, func(f string) bool { return f != factorPassword })
}

func toMap(attributes []attribute) map[string]string {
	m := make(map[string]string, len(attributes))
	for _, a := range attributes {
		m[a.Name] = a.Value
	}
	return m
}

type confirmSignUpInput struct {
	ClientID           string `json:"ClientId" shape:"clientId,required"`
	Username           string `shape:"username,required"`
	ConfirmationCode   string `shape:"code,required"`
	SecretHash         string `shape:"any"`
	ForceAliasCreation bool
	ClientMetadata     map[string]string
	Session            string `shape:"session"`
}

type confirmSignUpOutput struct {
	Session string `json:",omitempty"`
}

func (p *pool) confirmSignUp(c *call, in *confirmSignUpInput) (*confirmSignUpOutput, error) {
	cl, err := p.authorize(in.ClientID, in.Username, in.SecretHash)
	if err != nil {
		return nil, err
	}
	u, err := p.clientLookup(cl, in.Username, errCodeExpired)
	if err != nil {
		return nil, err
	}
	if in.Session != "" {
		s, err := p.find(c, in.Session, cl.ID, "")
		if err != nil {
			return nil, err
		}
		if s.login.sub != u.sub || !s.signUp {
			return nil, errSessionUnknown
		}
	}
	if u.status != statusUnconfirmed {
		return nil, errCannotConfirm(u.status)
	}
	to, known := p.verificationContact(u)
	if known {
		if err := p.checkAlias(u, to, in.ForceAliasCreation); err != nil {
			return nil, err
		}
	}
	if err := u.redeem(purposeSignUp, in.ConfirmationCode, c.now); err != nil {
		return nil, err
	}
	if known {
		p.verify(u, to)
	}
	u.status, u.modified = statusConfirmed, c.now
	if err := p.postConfirmation(c, "PostConfirmation_ConfirmSignUp", u, cl, in.ClientMetadata); err != nil {
		return nil, err
	}
	out := &confirmSignUpOutput{}
	if in.Session != "" {
		out.Session = p.open(c, &session{login: &login{sub: u.sub, name: u.name, client: cl}, signUp: true})
		p.sessions[in.Session].used = true
	}
	return out, nil
}

// checkAlias refuses to verify a contact that is another user's sign-in alias,
// unless it is to be moved.
func (p *pool) checkAlias(u *user, to contact, force bool) error {
	if !slices.Contains(p.cfg.AliasAttributes, to.attribute) {
		return nil
	}
	if other := p.byAttribute(to.attribute, to.value, true); other != nil && other != u && !force {
		return errAliasTaken(to.attribute)
	}
	return nil
}

// verify marks a contact as the user's own. An alias has one owner: the user
// who had it before loses it.
func (p *pool) verify(u *user, to contact) {
	if slices.Contains(p.cfg.AliasAttributes, to.attribute) {
		if other := p.byAttribute(to.attribute, to.value, true); other != nil && other != u {
			other.attributes[to.attribute+verifiedSuffix] = "false"
		}
	}
	u.attributes[to.attribute] = to.value
	u.attributes[to.attribute+verifiedSuffix] = "true"
}

type resendInput struct {
	ClientID       string `json:"ClientId" shape:"clientId,required"`
	Username       string `shape:"username,required"`
	SecretHash     string `shape:"any"`
	ClientMetadata map[string]string
}

type deliveryOutput struct {
	CodeDeliveryDetails *delivery
}

func (p *pool) resendConfirmationCode(c *call, in *resendInput) (*deliveryOutput, error) {
	cl, err := p.authorize(in.ClientID, in.Username, in.SecretHash)
	if err != nil {
		return nil, err
	}
	u := p.lookup(in.Username)
	switch {
	case u == nil && cl.PreventUserExistenceErrors:
		return &deliveryOutput{p.simulatedDelivery(in.Username)}, nil
	case u == nil:
		return nil, errClientUserNotFound
	case u.status != statusUnconfirmed:
		return nil, errAlreadyConfirmed
	}
	to, ok := p.verificationContact(u)
	if !ok {
		return nil, errNoAutoVerification
	}
	if err := u.spend("send:"+purposeSignUp, maxCodesSent, c.now); err != nil {
		return nil, err
	}
	value := p.issue(u, purposeSignUp, signUpCodeValidity, c.now)
	if err := p.send(c, u, cl, to, sourceResend, value, in.ClientMetadata); err != nil {
		return nil, err
	}
	return &deliveryOutput{to.delivery()}, nil
}

// simulatedDelivery is the answer for a user who does not exist, from a client
// that does not say so. It is the same each time for a name.
func (p *pool) simulatedDelivery(name string) *delivery {
	if emailPattern.MatchString(name) {
		return contact{attrEmail, name}.delivery()
	}
	if phonePattern.MatchString(name) {
		return contact{attrPhone, name}.delivery()
	}
	h := hmacSHA256(p.pepper, "delivery\x00"+p.fold(name))
	letter := func(b byte) string { return string(lower[int(b)%len(lower)]) }
	return &delivery{
		Destination:    letter(h[0]) + "***@" + letter(h[1]) + "***",
		DeliveryMedium: mediumEmail,
		AttributeName:  attrEmail,
	}
}
