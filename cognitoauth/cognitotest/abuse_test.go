package cognitotest_test

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"maps"
	"math/big"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest"
	"github.com/cognitoauth/cognito-go/internal/srp"
)

// prime is the group of RFC 5054, appendix A, 3072 bits.
const prime = "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD" +
	"EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED" +
	"EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F" +
	"83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B" +
	"E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510" +
	"15728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7" +
	"ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C" +
	"BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF"

// TestZeroSRPA signs with the secret that everybody knows if A is zero modulo
// N, for which RFC 5054, section 2.5.4, has the server give up. Cognito has no
// text for it that anybody has seen; the pool says what it says of every proof
// that does not hold.
func TestZeroSRPA(t *testing.T) {
	t.Parallel()
	n, ok := new(big.Int).SetString(prime, 16)
	if !ok {
		t.Fatal("the prime is not hexadecimal")
	}
	rows := map[string]*big.Int{"zero": new(big.Int), "N": n}
	for name, a := range rows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := seeded(t, cognitotest.Config{}, cognitotest.User{})
			out, err := f.initiate("USER_SRP_AUTH", "USERNAME", "ada", "SRP_A", a.Text(16))
			if err != nil {
				t.Fatal(err)
			}
			challenge := out.ChallengeParameters
			b, _ := new(big.Int).SetString(challenge["SRP_B"], 16)
			h := sha256.Sum256(append(padded(a), padded(b)...))
			// S is zero too, whatever the password.
			key := must(hkdf.Key(sha256.New, padded(new(big.Int)), padded(new(big.Int).SetBytes(h[:])), "Caldera Derived Key", 16))(t)
			pool, _ := srp.PoolName(f.srv.UserPoolID())
			block := must(base64.StdEncoding.DecodeString(challenge["SECRET_BLOCK"]))(t)
			stamp := srp.FormatTimestamp(f.srv.Now())
			mac := hmac.New(sha256.New, key)
			mac.Write([]byte(pool + "ada" + string(block) + stamp))
			_, err = f.respond("PASSWORD_VERIFIER", nil, "ada", "TIMESTAMP", stamp,
				"PASSWORD_CLAIM_SECRET_BLOCK", challenge["SECRET_BLOCK"],
				"PASSWORD_CLAIM_SIGNATURE", base64.StdEncoding.EncodeToString(mac.Sum(nil)))
			wantError(t, err, notAuthorized, badCredentials)
		})
	}
}

// padded is a number as Cognito hashes it: with a zero byte in front if the
// first bit is set, and one byte at least.
func padded(n *big.Int) []byte {
	b := n.Bytes()
	if len(b) == 0 || b[0] >= 0x80 {
		b = append([]byte{0}, b...)
	}
	return b
}

// TestReplays answers a question twice, and with what answers another one.
func TestReplays(t *testing.T) {
	t.Parallel()
	f := seeded(t, cognitotest.Config{Clients: []cognitotest.AppClient{{ID: "other"}}}, cognitotest.User{})
	c := newSRP(t)
	begin := func() map[string]string {
		return must(f.initiate("USER_SRP_AUTH", "USERNAME", "ada", "SRP_A", c.A()))(t).ChallengeParameters
	}
	respond := func(client string, responses map[string]string) error {
		return errorOf(f.aws.RespondToAuthChallenge(t.Context(), &cip.RespondToAuthChallengeInput{
			ClientId: &client, ChallengeName: types.ChallengeNameTypePasswordVerifier, ChallengeResponses: responses,
		}))
	}
	proof := f.claim(c, begin(), password)
	wantError(t, respond("other", proof), notAuthorized, badCredentials)
	if err := respond(f.srv.ClientID(), proof); err != nil {
		t.Fatalf("after another client has tried: %v", err)
	}
	wantError(t, respond(f.srv.ClientID(), proof), notAuthorized, badCredentials)
	moved := maps.Clone(proof)
	moved["PASSWORD_CLAIM_SECRET_BLOCK"] = begin()["SECRET_BLOCK"]
	wantError(t, respond(f.srv.ClientID(), moved), notAuthorized, badCredentials)
	proof = f.claim(c, begin(), password)
	must(f.aws.AdminSetUserPassword(t.Context(), &cip.AdminSetUserPasswordInput{
		UserPoolId: f.pool(), Username: aws.String("ada"), Password: aws.String("Another-horse-8"), Permanent: true,
	}))(t)
	wantError(t, respond(f.srv.ClientID(), proof), notAuthorized, badCredentials) // of the password from before
}

// TestSecretHashEverywhere holds that an app client with a secret is asked for
// it by every operation that names the client.
func TestSecretHashEverywhere(t *testing.T) {
	t.Parallel()
	cfg := secret
	cfg.Client.Flows = everyFlow
	cfg.FirstFactors = []string{"PASSWORD", "EMAIL_OTP"}
	cfg.Triggers = riddles()
	f := seeded(t, cfg, cognitotest.User{})
	ctx, id, name := t.Context(), f.id(), aws.String("ada")
	code, pw := aws.String("123456"), aws.String(password)
	auth := func(flow string, pairs ...string) func(*string) error {
		return func(hash *string) error {
			if hash != nil {
				pairs = append(slices.Clip(pairs), "SECRET_HASH", *hash)
			}
			return errorOf(f.initiate(flow, append([]string{"USERNAME", "ada"}, pairs...)...))
		}
	}
	const missing = "Client secretclient is configured with secret but SECRET_HASH was not received"
	const missingSecret = "Client secretclient is configured for secret but secret was not received"
	rows := []struct {
		name    string
		do      func(hash *string) error
		missing string
	}{
		{"SignUp", func(h *string) error {
			return errorOf(f.aws.SignUp(ctx, &cip.SignUpInput{ClientId: id, Username: aws.String("bob"), Password: pw, SecretHash: h}))
		}, missing},
		{"ConfirmSignUp", func(h *string) error {
			return errorOf(f.aws.ConfirmSignUp(ctx, &cip.ConfirmSignUpInput{ClientId: id, Username: name, ConfirmationCode: code, SecretHash: h}))
		}, missing},
		{"ResendConfirmationCode", func(h *string) error {
			return errorOf(f.aws.ResendConfirmationCode(ctx, &cip.ResendConfirmationCodeInput{ClientId: id, Username: name, SecretHash: h}))
		}, missing},
		{"ForgotPassword", func(h *string) error {
			return errorOf(f.aws.ForgotPassword(ctx, &cip.ForgotPasswordInput{ClientId: id, Username: name, SecretHash: h}))
		}, missing},
		{"ConfirmForgotPassword", func(h *string) error {
			return errorOf(f.aws.ConfirmForgotPassword(ctx, &cip.ConfirmForgotPasswordInput{
				ClientId: id, Username: name, ConfirmationCode: code, Password: pw, SecretHash: h,
			}))
		}, missing},
		{"InitiateAuth USER_PASSWORD_AUTH", auth("USER_PASSWORD_AUTH", "PASSWORD", password), missing},
		{"InitiateAuth USER_SRP_AUTH", auth("USER_SRP_AUTH", "SRP_A", newSRP(t).A()), missing},
		{"InitiateAuth USER_AUTH", auth("USER_AUTH"), missing},
		{"InitiateAuth CUSTOM_AUTH", auth("CUSTOM_AUTH"), missing},
		{"InitiateAuth REFRESH_TOKEN_AUTH", auth("REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", "nonsense"), missing},
		{"RespondToAuthChallenge", func(h *string) error {
			responses := map[string]string{"USERNAME": "ada", "ANSWER": "x"}
			if h != nil {
				responses["SECRET_HASH"] = *h
			}
			return errorOf(f.aws.RespondToAuthChallenge(ctx, &cip.RespondToAuthChallengeInput{
				ClientId: id, ChallengeName: types.ChallengeNameTypeCustomChallenge, Session: aws.String("01234567890123456789"), ChallengeResponses: responses,
			}))
		}, missing},
		{"GetTokensFromRefreshToken", func(h *string) error {
			return errorOf(f.aws.GetTokensFromRefreshToken(ctx, &cip.GetTokensFromRefreshTokenInput{ClientId: id, RefreshToken: aws.String("x"), ClientSecret: h}))
		}, missingSecret},
		{"RevokeToken", func(h *string) error {
			return errorOf(f.aws.RevokeToken(ctx, &cip.RevokeTokenInput{ClientId: id, Token: aws.String("x"), ClientSecret: h}))
		}, missingSecret},
	}
	other := srp.SecretHash("another secret", "ada", "secretclient")
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			wantError(t, row.do(nil), notAuthorized, row.missing)
			wantError(t, row.do(&other), notAuthorized, "Unable to verify secret hash for client secretclient")
		})
	}
}

// TestWrongCodeLimits holds every code to its five attempts, after which the
// right one is refused too, for an hour.
func TestWrongCodeLimits(t *testing.T) {
	t.Parallel()
	const mismatch = "Invalid verification code provided, please try again."
	rows := map[string]func(f *fixture) func(code string) error{
		"ConfirmForgotPassword": func(f *fixture) func(string) error {
			if err := f.forgot("ada"); err != nil {
				f.Fatal(err)
			}
			return func(code string) error { return f.confirmForgot("ada", code, "Another-horse-8") }
		},
		"VerifyUserAttribute": func(f *fixture) func(string) error {
			token := f.tokens("ada").AccessToken
			must(f.aws.GetUserAttributeVerificationCode(f.Context(), &cip.GetUserAttributeVerificationCodeInput{AccessToken: token, AttributeName: aws.String("email")}))(f)
			return func(code string) error {
				return errorOf(f.aws.VerifyUserAttribute(f.Context(), &cip.VerifyUserAttributeInput{AccessToken: token, AttributeName: aws.String("email"), Code: &code}))
			}
		},
	}
	for name, begin := range rows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := seeded(t, cognitotest.Config{Client: cognitotest.AppClient{AccessTokenValidity: 2 * time.Hour}}, cognitotest.User{})
			confirm := begin(f)
			code := f.srv.Code("ada")
			for range 5 {
				wantError(t, confirm(wrong(code)), codeMismatch, mismatch)
			}
			wantError(t, confirm(code), limitExceeded, "Attempt limit exceeded, please try after some time.")
			f.srv.Advance(time.Hour)
			confirm = begin(f)
			if err := confirm(f.srv.Code("ada")); err != nil {
				t.Errorf("an hour later: %v", err)
			}
		})
	}
}

// TestSendLimits holds each way to have a code sent to ten in an hour.
func TestSendLimits(t *testing.T) {
	t.Parallel()
	const text = "Attempt limit exceeded, please try after some time."
	f := seeded(t, cognitotest.Config{Client: cognitotest.AppClient{AccessTokenValidity: 2 * time.Hour}}, cognitotest.User{})
	f.srv.AddUser(cognitotest.User{Username: "bob", Status: "UNCONFIRMED", Attributes: map[string]string{"email": "bob@example.com"}})
	token := f.tokens("ada").AccessToken
	rows := map[string]func() error{
		"ForgotPassword":         func() error { return f.forgot("ada") },
		"ResendConfirmationCode": func() error { return f.resend("bob") },
		"GetUserAttributeVerificationCode": func() error {
			return errorOf(f.aws.GetUserAttributeVerificationCode(t.Context(), &cip.GetUserAttributeVerificationCodeInput{AccessToken: token, AttributeName: aws.String("email")}))
		},
	}
	for name, send := range rows {
		for range 10 {
			if err := send(); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		wantError(t, send(), limitExceeded, text)
	}
	f.srv.Advance(time.Hour)
	for name, send := range rows {
		if err := send(); err != nil {
			t.Errorf("%s an hour later: %v", name, err)
		}
	}
}

// TestRotationWithoutGrace ends a session at the first use of a refresh token
// that was replaced.
func TestRotationWithoutGrace(t *testing.T) {
	t.Parallel()
	cfg := cognitotest.Config{Client: cognitotest.AppClient{Flows: everyFlow, RotateRefreshTokens: true}}
	f := seeded(t, cfg, cognitotest.User{})
	refresh := func(token *string) (*cip.GetTokensFromRefreshTokenOutput, error) {
		return f.aws.GetTokensFromRefreshToken(t.Context(), &cip.GetTokensFromRefreshTokenInput{ClientId: f.id(), RefreshToken: token})
	}
	first, other := f.tokens("ada").RefreshToken, f.tokens("ada").RefreshToken
	second := must(refresh(first))(t).AuthenticationResult.RefreshToken
	wantError(t, errorOf(refresh(first)), "RefreshTokenReuseException", "Refresh Token has been reused")
	wantError(t, errorOf(refresh(second)), notAuthorized, "Refresh Token has been revoked")
	if _, err := refresh(other); err != nil {
		t.Errorf("another session: %v", err)
	}
	wantError(t, errorOf(f.initiate("REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", *second)), invalidParameter, "REFRESH_TOKEN_AUTH is not enabled for the client.")
}
