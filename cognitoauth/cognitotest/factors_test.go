package cognitotest_test

import (
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest"
)

// respond answers a challenge; pairs are its responses besides USERNAME.
func (f *fixture) respond(name string, session *string, username string, pairs ...string) (*cip.RespondToAuthChallengeOutput, error) {
	responses := parameters(pairs)
	responses["USERNAME"] = username
	return f.aws.RespondToAuthChallenge(f.Context(), &cip.RespondToAuthChallengeInput{
		ClientId: f.id(), ChallengeName: types.ChallengeNameType(name), Session: session, ChallengeResponses: responses,
	})
}

// fixedClock starts at the beginning of a TOTP step, so that no step begins in
// the middle of a test.
func fixedClock() func() time.Time {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	return func() time.Time { return now }
}

func TestTOTPCode(t *testing.T) {
	t.Parallel()
	// RFC 6238, appendix B: SHA-1, the last six of its eight digits.
	const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
	rows := map[int64]string{59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130"}
	for at, want := range rows {
		if got := cognitotest.TOTP(secret, time.Unix(at, 0)); got != want {
			t.Errorf("at %d: got %s, want %s", at, got, want)
		}
	}
	if got := cognitotest.TOTP("not base32!", time.Unix(59, 0)); got != "" {
		t.Errorf("of a secret that is not base32: %q", got)
	}
}

// TestEnrolAuthenticator sets an authenticator up by an access token, turns it
// on, and signs in with it.
func TestEnrolAuthenticator(t *testing.T) {
	t.Parallel()
	f := seeded(t, cognitotest.Config{MFA: cognitotest.MFAOptional, Now: fixedClock()}, cognitotest.User{})
	token := f.tokens("ada").AccessToken
	verify := func(code string) (*cip.VerifySoftwareTokenOutput, error) {
		return f.aws.VerifySoftwareToken(t.Context(), &cip.VerifySoftwareTokenInput{
			AccessToken: token, UserCode: &code, FriendlyDeviceName: aws.String("phone"),
		})
	}
	_, err := verify("123456")
	wantError(t, err, "SoftwareTokenMFANotFoundException", "Software token TOTP multi-factor authentication is not enabled for the user.")
	secret := *must(f.aws.AssociateSoftwareToken(t.Context(), &cip.AssociateSoftwareTokenInput{AccessToken: token}))(t).SecretCode
	code := func() string { return cognitotest.TOTP(secret, f.srv.Now()) }
	_, err = verify(wrong(code()))
	wantError(t, err, "EnableSoftwareTokenMFAException", "Code mismatch")
	used := code()
	if out := must(verify(used))(t); out.Status != types.VerifySoftwareTokenResponseTypeSuccess {
		t.Errorf("status %s", out.Status)
	}
	f.tokens("ada") // verified is not enabled, where MFA is optional

	must(f.aws.SetUserMFAPreference(t.Context(), &cip.SetUserMFAPreferenceInput{
		AccessToken: token, SoftwareTokenMfaSettings: &types.SoftwareTokenMfaSettingsType{Enabled: true, PreferredMfa: true},
	}))(t)
	user := must(f.aws.GetUser(t.Context(), &cip.GetUserInput{AccessToken: token}))(t)
	if !slices.Equal(user.UserMFASettingList, []string{"SOFTWARE_TOKEN_MFA"}) || aws.ToString(user.PreferredMfaSetting) != "SOFTWARE_TOKEN_MFA" {
		t.Errorf("MFA settings: %v, preferred %s", user.UserMFASettingList, aws.ToString(user.PreferredMfaSetting))
	}
	out := must(f.srpAuth("ada", password, nil))(t)
	if out.ChallengeName != "SOFTWARE_TOKEN_MFA" || out.ChallengeParameters["FRIENDLY_DEVICE_NAME"] != "phone" {
		t.Fatalf("got %s %v", out.ChallengeName, out.ChallengeParameters)
	}
	answer := func(code string) (*cip.RespondToAuthChallengeOutput, error) {
		return f.respond("SOFTWARE_TOKEN_MFA", out.Session, "ada", "SOFTWARE_TOKEN_MFA_CODE", code)
	}
	_, err = answer(used)
	wantError(t, err, expiredCode, "Your software token has already been used once.")
	f.srv.Advance(30 * time.Second)
	_, err = answer(wrong(code()))
	wantError(t, err, codeMismatch, "Invalid code received for user")
	_, err = answer("")
	wantError(t, err, invalidParameter, "Missing required parameter SOFTWARE_TOKEN_MFA_CODE")
	used = code()
	if done := must(answer(used))(t); done.AuthenticationResult == nil {
		t.Fatalf("got %s", done.ChallengeName)
	}
	out = must(f.srpAuth("ada", password, nil))(t)
	_, err = answer(used)
	wantError(t, err, expiredCode, "Your software token has already been used once.")

	must(f.aws.AdminSetUserMFAPreference(t.Context(), &cip.AdminSetUserMFAPreferenceInput{
		UserPoolId: f.pool(), Username: aws.String("ada"), SoftwareTokenMfaSettings: &types.SoftwareTokenMfaSettingsType{Enabled: false},
	}))(t)
	f.tokens("ada")
}

// TestMFASetup sets an authenticator up in the course of a sign-in, after a
// new password.
func TestMFASetup(t *testing.T) {
	t.Parallel()
	f := seeded(t, cognitotest.Config{MFA: cognitotest.MFAOn, Now: fixedClock()}, cognitotest.User{Status: "FORCE_CHANGE_PASSWORD"})
	first := must(f.srpAuth("ada", password, nil))(t)
	if first.ChallengeName != "NEW_PASSWORD_REQUIRED" {
		t.Fatalf("got %s", first.ChallengeName)
	}
	setup := must(f.respond("NEW_PASSWORD_REQUIRED", first.Session, "ada", "NEW_PASSWORD", password))(t)
	if setup.ChallengeName != "MFA_SETUP" || setup.ChallengeParameters["MFAS_CAN_SETUP"] != `["SOFTWARE_TOKEN_MFA","SMS_MFA"]` {
		t.Fatalf("got %s %v", setup.ChallengeName, setup.ChallengeParameters)
	}
	_, err := f.respond("MFA_SETUP", setup.Session, "ada")
	if err == nil {
		t.Error("MFA_SETUP passed without a factor")
	}
	associated := must(f.aws.AssociateSoftwareToken(t.Context(), &cip.AssociateSoftwareTokenInput{Session: setup.Session}))(t)
	_, err = f.aws.AssociateSoftwareToken(t.Context(), &cip.AssociateSoftwareTokenInput{Session: setup.Session})
	wantError(t, err, notAuthorized, "Invalid session for the user, session can only be used once.")
	code := cognitotest.TOTP(*associated.SecretCode, f.srv.Now())
	verified := must(f.aws.VerifySoftwareToken(t.Context(), &cip.VerifySoftwareTokenInput{Session: associated.Session, UserCode: &code}))(t)
	done := must(f.respond("MFA_SETUP", verified.Session, "ada"))(t)
	if done.AuthenticationResult == nil {
		t.Fatalf("got %s", done.ChallengeName)
	}
	if next := must(f.srpAuth("ada", password, nil))(t); next.ChallengeName != "SOFTWARE_TOKEN_MFA" {
		t.Errorf("the next sign-in: got %s", next.ChallengeName)
	}
}

// TestSentCodes goes through the second factors that are sent: SMS_MFA and
// EMAIL_OTP, and the choice between them.
func TestSentCodes(t *testing.T) {
	t.Parallel()
	const phone = "+12065550123"
	cfg := cognitotest.Config{MFA: cognitotest.MFAOptional, MFAFactors: []string{"SMS_MFA", "EMAIL_OTP"}}
	f := seeded(t, cfg, cognitotest.User{Attributes: map[string]string{
		"email": ada, "email_verified": "true", "phone_number": phone, "phone_number_verified": "true",
	}})
	token := f.tokens("ada").AccessToken
	must(f.aws.SetUserMFAPreference(t.Context(), &cip.SetUserMFAPreferenceInput{
		AccessToken: token, SMSMfaSettings: &types.SMSMfaSettingsType{Enabled: true}, EmailMfaSettings: &types.EmailMfaSettingsType{Enabled: true},
	}))(t)
	choose := must(f.srpAuth("ada", password, nil))(t)
	if choose.ChallengeName != "SELECT_MFA_TYPE" || choose.ChallengeParameters["MFAS_CAN_CHOOSE"] != `["SMS_MFA","EMAIL_OTP"]` {
		t.Fatalf("got %s %v", choose.ChallengeName, choose.ChallengeParameters)
	}
	_, err := f.respond("SELECT_MFA_TYPE", choose.Session, "ada", "ANSWER", "SOFTWARE_TOKEN_MFA")
	wantError(t, err, invalidParameter, "Invalid MFA type selected.")
	sms := must(f.respond("SELECT_MFA_TYPE", choose.Session, "ada", "ANSWER", "SMS_MFA"))(t)
	if sms.ChallengeName != "SMS_MFA" || sms.ChallengeParameters["CODE_DELIVERY_DESTINATION"] != "+*******0123" ||
		sms.ChallengeParameters["CODE_DELIVERY_DELIVERY_MEDIUM"] != "SMS" {
		t.Fatalf("got %s %v", sms.ChallengeName, sms.ChallengeParameters)
	}
	code := f.srv.Code(phone)
	for range 6 { // a wrong code leaves the session as it is
		_, err = f.respond("SMS_MFA", sms.Session, "ada", "SMS_MFA_CODE", wrong(code))
		wantError(t, err, codeMismatch, "Invalid code or auth state for the user.")
	}
	if done := must(f.respond("SMS_MFA", sms.Session, "ada", "SMS_MFA_CODE", code))(t); done.AuthenticationResult == nil {
		t.Fatalf("got %s", done.ChallengeName)
	}

	must(f.aws.SetUserMFAPreference(t.Context(), &cip.SetUserMFAPreferenceInput{
		AccessToken: token, EmailMfaSettings: &types.EmailMfaSettingsType{Enabled: true, PreferredMfa: true},
	}))(t)
	email := must(f.srpAuth("ada", password, nil))(t)
	if email.ChallengeName != "EMAIL_OTP" || email.ChallengeParameters["CODE_DELIVERY_DESTINATION"] != "a***@e***" {
		t.Fatalf("got %s %v", email.ChallengeName, email.ChallengeParameters)
	}
	if code = f.srv.Code(ada); len(code) != 8 {
		t.Errorf("an EMAIL_OTP code of %d digits, want 8", len(code))
	}
	if done := must(f.respond("EMAIL_OTP", email.Session, "ada", "EMAIL_OTP_CODE", code))(t); done.AuthenticationResult == nil {
		t.Errorf("got %s", done.ChallengeName)
	}
}

// passwordless is a pool in which one signs in by a code.
func passwordless(factors ...string) cognitotest.Config {
	cfg := flows("ALLOW_USER_AUTH")
	cfg.FirstFactors = factors
	return cfg
}

func TestUserAuth(t *testing.T) {
	t.Parallel()
	cfg := passwordless("PASSWORD", "EMAIL_OTP")
	f := seeded(t, cfg, cognitotest.User{})
	f.srv.AddUser(cognitotest.User{Username: "new", Password: password, Status: "FORCE_CHANGE_PASSWORD"})
	names := func(in []types.ChallengeNameType) []string {
		var out []string
		for _, n := range in {
			out = append(out, string(n))
		}
		return out
	}
	choose := must(f.initiate("USER_AUTH", "USERNAME", "ada"))(t)
	if got := names(choose.AvailableChallenges); choose.ChallengeName != "SELECT_CHALLENGE" || !slices.Equal(got, []string{"PASSWORD_SRP", "PASSWORD", "EMAIL_OTP"}) {
		t.Fatalf("got %s %v", choose.ChallengeName, got)
	}
	first := must(f.initiate("USER_AUTH", "USERNAME", "new"))(t)
	if got := names(first.AvailableChallenges); first.ChallengeName != "SELECT_CHALLENGE" || !slices.Equal(got, []string{"PASSWORD_SRP", "PASSWORD"}) {
		t.Errorf("before the first sign-in: got %s %v", first.ChallengeName, got)
	}
	signedIn := func(t *testing.T, out *cip.RespondToAuthChallengeOutput) {
		t.Helper()
		if out.AuthenticationResult == nil {
			t.Errorf("got %s, want tokens", out.ChallengeName)
		}
	}

	t.Run("EMAIL_OTP preferred", func(t *testing.T) {
		out := must(f.initiate("USER_AUTH", "USERNAME", "ada", "PREFERRED_CHALLENGE", "EMAIL_OTP"))(t)
		if out.ChallengeName != "EMAIL_OTP" || out.ChallengeParameters["CODE_DELIVERY_DESTINATION"] != "a***@e***" {
			t.Fatalf("got %s %v", out.ChallengeName, out.ChallengeParameters)
		}
		_, err := f.respond("EMAIL_OTP", out.Session, "ada", "EMAIL_OTP_CODE", wrong(f.srv.Code("ada")))
		wantError(t, err, codeMismatch, "Invalid code or auth state for the user.")
		signedIn(t, must(f.respond("EMAIL_OTP", out.Session, "ada", "EMAIL_OTP_CODE", f.srv.Code("ada")))(t))
	})
	t.Run("EMAIL_OTP chosen, then PASSWORD instead", func(t *testing.T) {
		out := must(f.initiate("USER_AUTH", "USERNAME", "ada"))(t)
		code := must(f.respond("SELECT_CHALLENGE", out.Session, "ada", "ANSWER", "EMAIL_OTP"))(t)
		if code.ChallengeName != "EMAIL_OTP" {
			t.Fatalf("got %s", code.ChallengeName)
		}
		signedIn(t, must(f.respond("SELECT_CHALLENGE", code.Session, "ada", "ANSWER", "PASSWORD", "PASSWORD", password))(t))
	})
	t.Run("PASSWORD preferred", func(t *testing.T) {
		out := must(f.initiate("USER_AUTH", "USERNAME", "ada", "PREFERRED_CHALLENGE", "PASSWORD", "PASSWORD", password))(t)
		if out.AuthenticationResult == nil {
			t.Errorf("got %s", out.ChallengeName)
		}
		_, err := f.initiate("USER_AUTH", "USERNAME", "ada", "PREFERRED_CHALLENGE", "PASSWORD", "PASSWORD", "Wrong-horse-7")
		wantError(t, err, notAuthorized, badCredentials)
	})
	t.Run("PASSWORD_SRP preferred", func(t *testing.T) {
		c := newSRP(t)
		out := must(f.initiate("USER_AUTH", "USERNAME", "ada", "PREFERRED_CHALLENGE", "PASSWORD_SRP", "SRP_A", c.A()))(t)
		if out.ChallengeName != "PASSWORD_VERIFIER" {
			t.Fatalf("got %s", out.ChallengeName)
		}
		signedIn(t, must(f.aws.RespondToAuthChallenge(t.Context(), &cip.RespondToAuthChallengeInput{
			ClientId: f.id(), ChallengeName: out.ChallengeName, Session: out.Session,
			ChallengeResponses: f.claim(c, out.ChallengeParameters, password),
		}))(t))
	})
	t.Run("PASSWORD_SRP chosen", func(t *testing.T) {
		c := newSRP(t)
		choose := must(f.initiate("USER_AUTH", "USERNAME", "ada"))(t)
		out := must(f.respond("SELECT_CHALLENGE", choose.Session, "ada", "ANSWER", "PASSWORD_SRP", "SRP_A", c.A()))(t)
		signedIn(t, must(f.aws.RespondToAuthChallenge(t.Context(), &cip.RespondToAuthChallengeInput{
			ClientId: f.id(), ChallengeName: out.ChallengeName, Session: out.Session,
			ChallengeResponses: f.claim(c, out.ChallengeParameters, password),
		}))(t))
	})
	t.Run("unknown user", func(t *testing.T) {
		_, err := f.initiate("USER_AUTH", "USERNAME", "nobody")
		wantError(t, err, userNotFound, "User does not exist.")
	})
}

func TestUserAuthHidden(t *testing.T) {
	t.Parallel()
	cfg := passwordless("PASSWORD", "EMAIL_OTP")
	cfg.Client.PreventUserExistenceErrors = true
	f := start(t, cfg)
	out := must(f.initiate("USER_AUTH", "USERNAME", "nobody@example.com"))(t)
	if out.ChallengeName != "EMAIL_OTP" || out.ChallengeParameters["CODE_DELIVERY_DESTINATION"] != "n***@e***" || out.Session == nil {
		t.Fatalf("got %s %v", out.ChallengeName, out.ChallengeParameters)
	}
	_, err := f.respond("EMAIL_OTP", out.Session, "nobody@example.com", "EMAIL_OTP_CODE", "12345678")
	wantError(t, err, codeMismatch, "Invalid code or auth state for the user.")
}

// TestPasswordless signs a user up without a password and straight in.
func TestPasswordless(t *testing.T) {
	t.Parallel()
	f := start(t, passwordless("PASSWORD", "EMAIL_OTP", "SMS_OTP"))
	signUp := must(f.aws.SignUp(t.Context(), &cip.SignUpInput{
		ClientId: f.id(), Username: aws.String("ada"), UserAttributes: attributes("email", ada),
	}))(t)
	if aws.ToString(signUp.Session) == "" {
		t.Fatal("SignUp returned no session")
	}
	confirm := must(f.aws.ConfirmSignUp(t.Context(), &cip.ConfirmSignUpInput{
		ClientId: f.id(), Username: aws.String("ada"), ConfirmationCode: aws.String(f.srv.Code("ada")), Session: signUp.Session,
	}))(t)
	in := func(session *string) (*cip.InitiateAuthOutput, error) {
		return f.aws.InitiateAuth(t.Context(), &cip.InitiateAuthInput{
			ClientId: f.id(), AuthFlow: types.AuthFlowTypeUserAuth, Session: session, AuthParameters: map[string]string{"USERNAME": "ada"},
		})
	}
	if out := must(in(confirm.Session))(t); out.AuthenticationResult == nil {
		t.Errorf("got %s, want tokens", out.ChallengeName)
	}
	_, err := in(confirm.Session)
	wantError(t, err, notAuthorized, "Invalid session for the user, session can only be used once.")
	// Without a password there is but one way in.
	if out := must(in(nil))(t); out.ChallengeName != "EMAIL_OTP" {
		t.Errorf("got %s", out.ChallengeName)
	}

	made := must(f.aws.AdminCreateUser(t.Context(), &cip.AdminCreateUserInput{
		UserPoolId: f.pool(), Username: aws.String("bob"), MessageAction: types.MessageActionTypeSuppress,
		UserAttributes: attributes("phone_number", "+12065550123", "phone_number_verified", "true"),
	}))(t)
	if made.User.UserStatus != types.UserStatusTypeConfirmed {
		t.Errorf("a user made without a password is %s", made.User.UserStatus)
	}
	out := must(f.initiate("USER_AUTH", "USERNAME", "bob"))(t)
	if out.ChallengeName != "SMS_OTP" {
		t.Fatalf("got %s", out.ChallengeName)
	}
	done := must(f.respond("SMS_OTP", out.Session, "bob", "SMS_OTP_CODE", f.srv.Code("bob")))(t)
	factors := must(f.aws.GetUserAuthFactors(t.Context(), &cip.GetUserAuthFactorsInput{AccessToken: done.AuthenticationResult.AccessToken}))(t)
	if len(factors.ConfiguredUserAuthFactors) != 1 || factors.ConfiguredUserAuthFactors[0] != "SMS_OTP" {
		t.Errorf("factors: %v", factors.ConfiguredUserAuthFactors)
	}
}
