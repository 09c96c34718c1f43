package bench

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/MicahParks/keyfunc/v3"
	"github.com/golang-jwt/jwt/v5"

	"github.com/cognitoauth/cognito-go/jwtverify"
)

// newFloor makes the floor. What it is given to verify it does not look at: the
// tokens of the fixture are taken apart beforehand.
func newFloor(_ context.Context, s Setup) (*Peer, error) {
	keys, err := publicKeys(s.JWKS)
	if err != nil {
		return nil, err
	}
	access, err := floor(keys, s.Access)
	if err != nil {
		return nil, err
	}
	id, err := floor(keys, s.ID)
	return &Peer{Access: access, ID: id}, err
}

func floor(keys map[string]*rsa.PublicKey, token string) (func(context.Context, string) error, error) {
	end := strings.LastIndexByte(token, '.')
	input := []byte(token[:end])
	signature, err := base64.RawURLEncoding.DecodeString(token[end+1:])
	if err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	header, _, _ := strings.Cut(token, ".")
	decoded, err := base64.RawURLEncoding.DecodeString(header)
	if err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	var h struct {
		KeyID string `json:"kid"`
	}
	if err := json.Unmarshal(decoded, &h); err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	key := keys[h.KeyID]
	if key == nil {
		return nil, errors.New("bench: the fixture's token has no key")
	}
	return func(context.Context, string) error {
		digest := sha256.Sum256(input)
		return rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], signature)
	}, nil
}

// publicKeys reads the keys of a fixture.
func publicKeys(jwks []byte) (map[string]*rsa.PublicKey, error) {
	resolver, err := keyfunc.NewJWKSetJSON(jwks)
	if err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	set, err := resolver.Storage().KeyReadAll(context.Background())
	if err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	keys := make(map[string]*rsa.PublicKey, len(set))
	for _, key := range set {
		public, ok := key.Key().(*rsa.PublicKey)
		if !ok {
			return nil, errors.New("bench: a key of the fixture is not RSA")
		}
		keys[key.Marshal().KID] = public
	}
	return keys, nil
}

// keySource is how golang-jwt gets at keys.
type keySource func(ctx context.Context, s Setup) (jwt.Keyfunc, error)

func plainKeys(_ context.Context, s Setup) (jwt.Keyfunc, error) {
	keys, err := publicKeys(s.JWKS)
	return func(token *jwt.Token) (any, error) {
		kid, _ := token.Header["kid"].(string)
		if key := keys[kid]; key != nil {
			return key, nil
		}
		return nil, errors.New("unknown key")
	}, err
}

func keyfuncKeys(ctx context.Context, s Setup) (jwt.Keyfunc, error) {
	urls := []string{s.JWKSURL}
	var resolver keyfunc.Keyfunc
	var err error
	if s.Refresh == 0 {
		resolver, err = keyfunc.NewDefaultCtx(ctx, urls)
	} else {
		// As NewDefaultCtx, but for the interval and its log.
		resolver, err = keyfunc.NewDefaultOverrideCtx(ctx, urls, keyfunc.Override{
			RefreshInterval:         s.Refresh,
			RefreshErrorHandlerFunc: func(string) func(context.Context, error) { return func(context.Context, error) {} },
		})
	}
	if err != nil {
		return nil, fmt.Errorf("bench: keyfunc: %w", err)
	}
	return resolver.Keyfunc, nil
}

// decoding is where golang-jwt puts the claims; it returns token_use and
// client_id.
type decoding func(parser *jwt.Parser, token string, keys jwt.Keyfunc) (tokenUse, clientID string, err error)

func intoMap(parser *jwt.Parser, token string, keys jwt.Keyfunc) (string, string, error) {
	claims := jwt.MapClaims{}
	if _, err := parser.ParseWithClaims(token, claims, keys); err != nil {
		return "", "", err
	}
	tokenUse, _ := claims["token_use"].(string)
	clientID, _ := claims["client_id"].(string)
	return tokenUse, clientID, nil
}

// registered are Claims with the registered ones in golang-jwt's types.
type registered struct {
	jwt.RegisteredClaims

	TokenUse string   `json:"token_use"`
	ClientID string   `json:"client_id"`
	Username string   `json:"username"`
	Scope    string   `json:"scope"`
	Groups   []string `json:"cognito:groups"`
	OriginID string   `json:"origin_jti"`
	EventID  string   `json:"event_id"`
	AuthTime int64    `json:"auth_time"`

	CognitoUsername string `json:"cognito:username"`
	Email           string `json:"email"`
	EmailVerified   bool   `json:"email_verified"`
	Name            string `json:"name"`
	GivenName       string `json:"given_name"`
	FamilyName      string `json:"family_name"`
}

func intoTyped(parser *jwt.Parser, token string, keys jwt.Keyfunc) (string, string, error) {
	var claims registered
	if _, err := parser.ParseWithClaims(token, &claims, keys); err != nil {
		return "", "", err
	}
	return claims.TokenUse, claims.ClientID, nil
}

func golangJWT(source keySource, decode decoding) func(context.Context, Setup) (*Peer, error) {
	return func(ctx context.Context, s Setup) (*Peer, error) {
		keys, err := source(ctx, s)
		if err != nil {
			return nil, err
		}
		options := []jwt.ParserOption{
			jwt.WithValidMethods([]string{"RS256"}),
			jwt.WithIssuer(s.Issuer),
			jwt.WithExpirationRequired(),
		}
		access := jwt.NewParser(options...)
		id := jwt.NewParser(append(options, jwt.WithAudience(s.ClientID))...)
		p := both(func(_ context.Context, use jwtverify.TokenUse, token string) error {
			parser := id
			if use == jwtverify.Access {
				parser = access
			}
			tokenUse, clientID, err := decode(parser, token, keys)
			if err != nil {
				return err
			}
			return check(use, tokenUse, clientID, s.ClientID)
		})
		p.Due = func() { time.Sleep(s.Refresh * 5 / 4) }
		return p, nil
	}
}

func unmarshal(text []byte, v any) error {
	if err := json.Unmarshal(text, v); err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	return nil
}

// Quiet keeps the peers from logging to the standard error while they are
// benchmarked.
func Quiet() { slog.SetDefault(slog.New(slog.DiscardHandler)) }
