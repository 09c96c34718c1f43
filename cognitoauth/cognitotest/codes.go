package cognitotest

import (
	"strings"
	"time"
)

// code is a confirmation code that waits for its user to type it.
type code struct {
	value   string
	expires time.Time
}

// limit counts what a user did of one kind within an hour.
type limit struct {
	count int
	since time.Time
}

// What codes confirm. Attribute codes are keyed by purposeVerify and the
// attribute's name.
const (
	purposeSignUp = "signup"
	purposeReset  = "reset"
	purposeVerify = "verify:"
)

// The sources of messages, as the custom message trigger names them.
const (
	sourceSignUp    = "CustomMessage_SignUp"
	sourceResend    = "CustomMessage_ResendCode"
	sourceForgot    = "CustomMessage_ForgotPassword"
	sourceAdminUser = "CustomMessage_AdminCreateUser"
	sourceUpdate    = "CustomMessage_UpdateUserAttribute"
	sourceVerify    = "CustomMessage_VerifyUserAttribute"
	sourceSignIn    = "CustomMessage_Authentication"
)

const (
	// codeDigits is the length of a confirmation code and of an SMS code;
	// those of EMAIL_OTP have two more.
	codeDigits     = 6
	emailOTPDigits = 8

	// How long codes can be used. Source: "Quotas in Amazon Cognito".
	signUpCodeValidity = 24 * time.Hour
	resetCodeValidity  = time.Hour
	verifyCodeValidity = 24 * time.Hour

	// Within limitWindow a user can mistype a code maxWrongCodes times and
	// have maxCodesSent sent. Cognito's own figures move with the risk it
	// sees in the requests; these lie within the ranges that it documents.
	limitWindow   = time.Hour
	maxWrongCodes = 5
	maxCodesSent  = 10
)

// spend counts one more of kind and refuses it beyond most in an hour.
func (u *user) spend(kind string, most int, now time.Time) error {
	if u.exhausted(kind, most, now) {
		return errAttemptLimit
	}
	u.limits[kind].count++
	return nil
}

func (u *user) exhausted(kind string, most int, now time.Time) bool {
	l := u.limits[kind]
	if l == nil || now.Sub(l.since) >= limitWindow {
		u.limits[kind] = &limit{since: now}
		return false
	}
	return l.count >= most
}

// issue makes the code of a purpose, in place of an earlier one.
func (p *pool) issue(u *user, purpose string, validity time.Duration, now time.Time) string {
	value := p.random.from(codeDigits, digits)
	u.codes[purpose] = &code{value: value, expires: now.Add(validity)}
	return value
}

// redeem checks what was typed against the code of a purpose. A code can be
// used once; wrong ones count towards a limit, beyond which the right one is
// refused as well.
func (u *user) redeem(purpose, typed string, now time.Time) error {
	kind := "wrong:" + purpose
	if u.exhausted(kind, maxWrongCodes, now) {
		return errAttemptLimit
	}
	c := u.codes[purpose]
	switch {
	case c == nil || !now.Before(c.expires):
		return errCodeExpired
	case c.value != typed:
		u.limits[kind].count++
		return errCodeMismatch
	}
	delete(u.codes, purpose)
	return nil
}

// send puts a message with a code in the outbox.
func (p *pool) send(c *call, u *user, cl *client, to contact, source, value string, metadata map[string]string) error {
	m := Message{
		To: to.value, Medium: to.medium(), Username: u.name, Sub: u.sub, Source: source, Time: c.now,
	}
	words := messageWords{subject: "Your verification code", email: "Your confirmation code is {####}", sms: "Your confirmation code is {####}"}
	switch source {
	case sourceAdminUser:
		words = messageWords{
			subject: "Your temporary password",
			email:   "Your username is {username} and temporary password is {####}",
			sms:     "Your username is {username} and temporary password is {####}",
		}
		m.TemporaryPassword = value
	case sourceSignIn:
		words = messageWords{subject: "Your authentication code", email: "Your authentication code is {####}", sms: "Your authentication code is {####}"}
		m.Code = value
	default:
		m.Code = value
	}
	words, err := p.customMessage(c, u, cl, source, metadata, words)
	if err != nil {
		return err
	}
	m.Body = words.sms
	if m.Medium == mediumEmail {
		m.Subject, m.Body = words.subject, words.email
	}
	m.Body = strings.NewReplacer("{####}", value, "{username}", u.displayName(p)).Replace(m.Body)
	p.outbox.send(m)
	return nil
}

type messageWords struct{ subject, email, sms string }

// displayName is the name people know themselves by: in pools where it is an
// attribute, that attribute.
func (u *user) displayName(p *pool) string {
	for _, a := range p.cfg.UsernameAttributes {
		if v := u.attributes[a]; v != "" {
			return v
		}
	}
	return u.name
}

// verificationContact is where the code goes that confirms a new user: the
// phone first if the pool verifies both, as Cognito does.
func (p *pool) verificationContact(u *user) (contact, bool) {
	for _, a := range []string{attrPhone, attrEmail} {
		if v := u.attributes[a]; v != "" && p.autoVerifies(a) {
			return contact{a, v}, true
		}
	}
	return contact{}, false
}

// recoveryContact is where a password reset code goes: a verified e-mail
// address, else a verified phone number.
func recoveryContact(u *user) (contact, bool) {
	for _, a := range []string{attrEmail, attrPhone} {
		if v := u.attributes[a]; v != "" && u.verified(a) {
			return contact{a, v}, true
		}
	}
	return contact{}, false
}
