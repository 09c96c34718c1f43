// Command golang-jwt verifies an access token with golang-jwt and keyfunc and
// does nothing else: one of the three programs whose footprint script/footprint
// compares.
package main

import (
	"context"
	"errors"
	"log"
	"os"
	"strings"

	"github.com/MicahParks/keyfunc/v3"
	"github.com/golang-jwt/jwt/v5"
)

func main() {
	if len(os.Args) != 4 {
		log.Fatal("usage: golang-jwt POOL CLIENT TOKEN")
	}
	if err := run(context.Background(), os.Args[1], os.Args[2], os.Args[3]); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, pool, client, token string) error {
	region, _, _ := strings.Cut(pool, "_")
	issuer := "https://cognito-idp." + region + ".amazonaws.com/" + pool
	keys, err := keyfunc.NewDefaultCtx(ctx, []string{issuer + "/.well-known/jwks.json"})
	if err != nil {
		return err
	}
	var claims struct {
		jwt.RegisteredClaims

		TokenUse string   `json:"token_use"`
		ClientID string   `json:"client_id"`
		Groups   []string `json:"cognito:groups"`
	}
	if _, err := jwt.ParseWithClaims(token, &claims, keys.Keyfunc,
		jwt.WithValidMethods([]string{"RS256"}), jwt.WithIssuer(issuer), jwt.WithExpirationRequired()); err != nil {
		return err
	}
	if claims.TokenUse != "access" || claims.ClientID != client {
		return errors.New("the token is for another use or client")
	}
	log.Printf("%q %q", claims.Subject, claims.Groups) // #nosec G706 -- quoted
	return nil
}
