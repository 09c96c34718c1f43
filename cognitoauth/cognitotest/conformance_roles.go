package cognitotest

import (
	"slices"

	"github.com/cognitoauth/cognito-go/cognitoauth"
)

// The stories here are about what users do with their own account.

func (s *story) ownUser() {
	reader := requires[cognitoauth.UserReader](s)
	m := s.user()
	tokens := s.tokens(m)
	out := got[cognitoauth.GetUserOutput](s, "GetUser")(reader.GetUser(s.ctx, cognitoauth.GetUserInput{AccessToken: tokens.AccessToken}))
	s.expect(out.Username != "", "GetUser: no user name")
	s.expect(out.Attributes["sub"] == m.sub, "GetUser: sub %q, SignUp said %q", out.Attributes["sub"], m.sub)
	_, err := reader.GetUser(s.ctx, cognitoauth.GetUserInput{AccessToken: tokens.IDToken})
	s.refused("GetUser with an ID token", err, cognitoauth.ErrTokenInvalid, cognitoauth.ErrNotAuthorized)

	deleter := requires[cognitoauth.UserDeleter](s)
	_, err = deleter.DeleteUser(s.ctx, cognitoauth.DeleteUserInput{AccessToken: tokens.AccessToken})
	s.need("DeleteUser", err)
	_, err = s.authenticate(m, m.password)
	s.telling("Authenticate after DeleteUser", err, cognitoauth.ErrInvalidCredentials, credentials...)
}

// attribute reads an attribute of one's own user; ok is false for a client
// that cannot.
func (s *story) attribute(token, name string) (value string, ok bool) {
	reader, ok := s.c.(cognitoauth.UserReader)
	if !ok {
		return "", false
	}
	out := got[cognitoauth.GetUserOutput](s, "GetUser")(reader.GetUser(s.ctx, cognitoauth.GetUserInput{AccessToken: token}))
	return out.Attributes[name], true
}

func (s *story) expectAttribute(token, name, want string) {
	if value, ok := s.attribute(token, name); ok {
		s.expect(value == want, "attribute %s: got %q, want %q", name, value, want)
	}
}

func (s *story) attributes() {
	a := requires[cognitoauth.AttributeManager](s)
	token := s.tokens(s.user()).AccessToken
	update := func(attributes map[string]string) error {
		_, err := a.UpdateUserAttributes(s.ctx, cognitoauth.UpdateUserAttributesInput{AccessToken: token, Attributes: attributes})
		return err
	}
	s.need("UpdateUserAttributes", update(map[string]string{"name": "Ada"}))
	s.expectAttribute(token, "name", "Ada")
	_, err := a.DeleteUserAttributes(s.ctx, cognitoauth.DeleteUserAttributesInput{AccessToken: token, Names: []string{"name"}})
	s.need("DeleteUserAttributes", err)
	s.expectAttribute(token, "name", "")
	s.refused("UpdateUserAttributes of email_verified", update(map[string]string{"email_verified": "true"}), cognitoauth.ErrAttributeNotWritable)
	s.refused("UpdateUserAttributes of an attribute that does not exist", update(map[string]string{"custom:nosuchattribute": "1"}), cognitoauth.ErrInvalidInput)
	s.refused("UpdateUserAttributes with a malformed e-mail address", update(map[string]string{"email": "nonsense"}), cognitoauth.ErrInvalidInput)
}

// emailAddress changes one, changes it back, and verifies it.
func (s *story) emailAddress() {
	a := requires[cognitoauth.AttributeManager](s)
	m := s.user()
	_, another := s.h.NewUser()
	if m.attributes["email"] == "" || another["email"] == "" {
		s.skip("Harness.NewUser gives no e-mail address")
	}
	token := s.tokens(m).AccessToken
	update := func(email string) (delivered bool) {
		out := got[cognitoauth.UpdateUserAttributesOutput](s, "UpdateUserAttributes")(a.UpdateUserAttributes(s.ctx,
			cognitoauth.UpdateUserAttributesInput{AccessToken: token, Attributes: map[string]string{"email": email}}))
		return len(out.Deliveries) > 0
	}
	verify := func(code string) error {
		_, err := a.VerifyUserAttribute(s.ctx, cognitoauth.VerifyUserAttributeInput{AccessToken: token, Attribute: "email", Code: code})
		return err
	}
	verified, reads := s.attribute(token, "email_verified")
	update(another["email"])
	if now, _ := s.attribute(token, "email"); reads && now == another["email"] {
		s.expectAttribute(token, "email_verified", "false")
	} else { // a pool can keep the old address until the new one is verified
		s.expectAttribute(token, "email_verified", verified)
	}
	if update(m.attributes["email"]) {
		s.code(m) // which the next one replaces
	}
	out := got[cognitoauth.GetUserAttributeVerificationCodeOutput](s, "GetUserAttributeVerificationCode")(a.GetUserAttributeVerificationCode(s.ctx,
		cognitoauth.GetUserAttributeVerificationCodeInput{AccessToken: token, Attribute: "email"}))
	s.expect(out.Delivery != nil && out.Delivery.Destination != "", "GetUserAttributeVerificationCode: the delivery does not say where the code went")
	code := s.code(m)
	s.refused("VerifyUserAttribute with a wrong code", verify(otherCode(code)), cognitoauth.ErrCodeMismatch)
	s.need("VerifyUserAttribute", verify(code))
	s.refused("VerifyUserAttribute with a used code", verify(code), cognitoauth.ErrCodeExpired)
	s.expectAttribute(token, "email_verified", "true")
}

func (s *story) factors() {
	r := requires[cognitoauth.AuthFactorReader](s)
	m := s.user()
	out := got[cognitoauth.GetUserAuthFactorsOutput](s, "GetUserAuthFactors")(
		r.GetUserAuthFactors(s.ctx, cognitoauth.GetUserAuthFactorsInput{AccessToken: s.tokens(m).AccessToken}))
	s.expect(out.Username != "", "GetUserAuthFactors: no user name")
	s.expect(slices.Contains(out.Factors, cognitoauth.ChallengePassword), "GetUserAuthFactors: the password is not among them")
}
