package cognito_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/MicahParks/keyfunc/v3"
	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/golang-jwt/jwt/v5"

	"github.com/cognitoauth/cognito-go/cognitoauth"
	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest"
	"github.com/cognitoauth/cognito-go/jwtverify"
	"github.com/cognitoauth/cognito-go/jwtverify/jwtverifytest"
)

// The Go code in docs/migrating.md stands in this file, and what that page says
// of the differences is tried on both sides.

// doc: golang-jwt and keyfunc
type appClaims struct {
	jwt.RegisteredClaims
	TokenUse string   `json:"token_use"`
	ClientID string   `json:"client_id"`
	Groups   []string `json:"cognito:groups"`
	Tenant   string   `json:"tenant"` // a claim of your own, added by a trigger
}

func verifyBefore(keys keyfunc.Keyfunc, issuer, clientID, token string) (*appClaims, error) {
	claims := new(appClaims)
	_, err := jwt.ParseWithClaims(token, claims, keys.Keyfunc,
		jwt.WithValidMethods([]string{"RS256"}), jwt.WithIssuer(issuer), jwt.WithExpirationRequired())
	if err != nil {
		return nil, err // errors.Is(err, jwt.ErrTokenExpired)
	}
	if claims.TokenUse != "access" || claims.ClientID != clientID {
		return nil, errors.New("not an access token of this application")
	}
	return claims, nil
}

// end

// doc: jwtverify
func verifyNow(ctx context.Context, v *jwtverify.Verifier, token string) (*appClaims, error) {
	verified, err := v.VerifyAccessToken(ctx, token) // keys, signature, iss, exp, iat, token_use, client_id
	if err != nil {
		return nil, err // errors.Is(err, jwtverify.ErrTokenExpired)
	}
	claims := new(appClaims) // the same struct; verified.Groups and the like need none
	if err := verified.Decode(claims); err != nil {
		return nil, err
	}
	return claims, nil
}

// end

func TestFromGolangJWT(t *testing.T) {
	t.Parallel()
	issuer := jwtverifytest.NewIssuer(jwtverifytest.Config{})
	server := httptest.NewServer(issuer)
	t.Cleanup(server.Close)
	keys, err := keyfunc.NewDefaultCtx(t.Context(), []string{server.URL + "/" + issuer.UserPoolID() + "/.well-known/jwks.json"})
	if err != nil {
		t.Fatal(err)
	}
	ahead := jwtverifytest.Claim("iat", issuer.Now().Add(3*time.Second).Unix())
	forThis := jwtverifytest.Groups("staff")
	tenant := jwtverifytest.Claim("tenant", "acme")
	for name, test := range map[string]struct {
		token       string
		leeway      time.Duration
		before, now error // nil: accepted
		tenant      string
	}{
		"good":                     {issuer.AccessToken(forThis, tenant), 0, nil, nil, "acme"},
		"expired":                  {issuer.AccessToken(forThis, jwtverifytest.Expired()), 0, jwt.ErrTokenExpired, jwtverify.ErrTokenExpired, ""},
		"forged":                   {issuer.AccessToken(forThis, jwtverifytest.Forged()), 0, jwt.ErrTokenSignatureInvalid, jwtverify.ErrSignatureInvalid, ""},
		"of another issuer":        {issuer.AccessToken(forThis, jwtverifytest.Claim("iss", "https://example.com")), 0, jwt.ErrTokenInvalidIssuer, jwtverify.ErrIssuerInvalid, ""},
		"no token":                 {"x", 0, jwt.ErrTokenMalformed, jwtverify.ErrTokenMalformed, ""},
		"issued ahead":             {issuer.AccessToken(forThis, ahead), 0, nil, jwtverify.ErrTokenNotYetValid, ""},
		"issued ahead, and leeway": {issuer.AccessToken(forThis, ahead), 5 * time.Second, nil, nil, ""},
		"a name in other letters":  {issuer.AccessToken(forThis, jwtverifytest.Claim("TENANT", "evil")), 0, nil, nil, ""},
	} {
		cfg := issuer.Config()
		cfg.Leeway = test.leeway
		v, err := jwtverify.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		before, err := verifyBefore(keys, issuer.Issuer(), issuer.ClientID(), test.token)
		if !errors.Is(err, test.before) {
			t.Errorf("%s: before: %v", name, err)
		}
		now, err := verifyNow(t.Context(), v, test.token)
		if !errors.Is(err, test.now) {
			t.Errorf("%s: now: %v", name, err)
		}
		if now == nil {
			continue
		}
		if now.Tenant != test.tenant || now.Subject != before.Subject || now.Groups[0] != "staff" || !now.ExpiresAt.Equal(before.ExpiresAt.Time) {
			t.Errorf("%s: now %+v, before %+v", name, now, before)
		}
		verified, err := v.VerifyAccessToken(t.Context(), test.token)
		if err != nil {
			t.Fatal(err)
		}
		all := map[string]any{}
		if err := verified.Decode(&all); err != nil || all["sub"] != before.Subject {
			t.Errorf("%s: as a map: %v, %v", name, all, err)
		}
		if name == "a name in other letters" && before.Tenant != "evil" {
			t.Errorf("encoding/json has come to mind the case of names: %+v", before)
		}
	}
}

// doc: AWS SDK
func signInBefore(ctx context.Context, api *cip.Client, clientID, name, password, code string) (*types.AuthenticationResultType, error) {
	out, err := api.InitiateAuth(ctx, &cip.InitiateAuthInput{
		AuthFlow:       types.AuthFlowTypeUserPasswordAuth,
		ClientId:       aws.String(clientID),
		AuthParameters: map[string]string{"USERNAME": name, "PASSWORD": password}, // and a SECRET_HASH
	})
	if wrong := new(types.NotAuthorizedException); errors.As(err, &wrong) {
		return nil, errors.New("wrong password; or locked, or disabled, or a wrong client secret")
	} else if err != nil {
		return nil, err
	}
	if out.ChallengeName != types.ChallengeNameTypeSoftwareTokenMfa {
		return out.AuthenticationResult, nil // nil, if there is any other challenge
	}
	next, err := api.RespondToAuthChallenge(ctx, &cip.RespondToAuthChallengeInput{
		ChallengeName: out.ChallengeName,
		ClientId:      aws.String(clientID),
		Session:       out.Session,
		ChallengeResponses: map[string]string{
			"USERNAME": out.ChallengeParameters["USER_ID_FOR_SRP"], "SOFTWARE_TOKEN_MFA_CODE": code,
		},
	})
	if err != nil {
		return nil, err
	}
	return next.AuthenticationResult, nil
}

// end

// doc: cognitoauth
func signInNow(ctx context.Context, pool *cognitoauth.UserPool, name, password, code string) (*cognitoauth.Tokens, error) {
	out, err := pool.Authenticate(ctx, cognitoauth.AuthenticateInput{
		Username: name, Password: password,
		Flow: cognitoauth.FlowPassword, // leave it out once the app client allows ALLOW_USER_SRP_AUTH
	})
	if errors.Is(err, cognitoauth.ErrInvalidCredentials) {
		return nil, errors.New("wrong user name or password") // and nothing else
	} else if err != nil {
		return nil, err
	}
	if c, ok := out.Challenge.(*cognitoauth.SoftwareTokenMFAChallenge); ok {
		if out, err = pool.RespondToChallenge(ctx, c.Answer(code)); err != nil {
			return nil, err
		}
	}
	return out.RequireTokens() // an error, if there is any other challenge
}

// end

func TestFromAWSSDK(t *testing.T) {
	t.Parallel()
	const password, secret = "Correct-Horse-9", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
	srv := cognitotest.NewTestServer(t, cognitotest.Config{
		MFA:    cognitotest.MFAOptional,
		Client: cognitotest.AppClient{Flows: []string{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}},
	})
	srv.AddUser(cognitotest.User{Username: "ada", Password: password})
	srv.AddUser(cognitotest.User{Username: "mfa", Password: password, TOTPSecret: secret})
	srv.AddUser(cognitotest.User{Username: "new", Password: password, Status: "FORCE_CHANGE_PASSWORD"})
	pool := srv.UserPool()
	api := cip.New(cip.Options{Region: "us-east-1", BaseEndpoint: aws.String(srv.URL()), Credentials: aws.AnonymousCredentials{}})

	for _, name := range []string{"ada", "mfa"} {
		before, err := signInBefore(t.Context(), api, srv.ClientID(), name, password, cognitotest.TOTP(secret, srv.Now()))
		if err != nil || before == nil {
			t.Errorf("%s: before: %v", name, err)
		}
		srv.Advance(30 * time.Second) // to the next code of the authenticator app
		now, err := signInNow(t.Context(), pool, name, password, cognitotest.TOTP(secret, srv.Now()))
		if err != nil || now == nil {
			t.Errorf("%s: now: %v", name, err)
		}
	}

	before, err := signInBefore(t.Context(), api, srv.ClientID(), "new", password, "")
	if before != nil || err != nil {
		t.Errorf("a challenge nobody expects, before: %v, %v", before, err)
	}
	if _, err := signInNow(t.Context(), pool, "new", password, ""); !errors.Is(err, cognitoauth.ErrChallengeRequired) {
		t.Errorf("a challenge nobody expects, now: %v", err)
	}
	if _, err := signInNow(t.Context(), pool, "ada", "guess", ""); err == nil || err.Error() != "wrong user name or password" {
		t.Errorf("wrong password: %v", err)
	}

	_, err = pool.Authenticate(t.Context(), cognitoauth.AuthenticateInput{Username: "ada", Password: "guess", Flow: cognitoauth.FlowPassword})
	old, ok := errors.AsType[*types.NotAuthorizedException](err)
	if !ok || old.ErrorMessage() == "" || !errors.Is(err, cognitoauth.ErrInvalidCredentials) {
		t.Errorf("the SDK's exception is not to be found: %v", err)
	}
	_, err = pool.Authenticate(t.Context(), cognitoauth.AuthenticateInput{Username: "ada", Password: password})
	if !errors.Is(err, cognitoauth.ErrFlowNotEnabled) || cognitoauth.HTTPStatus(err) != http.StatusInternalServerError {
		t.Errorf("SRP on an app client without it: %v", err)
	}
}
