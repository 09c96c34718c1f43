// Command go-oidc verifies an access token and does nothing else: one of the three
// programs whose footprint script/footprint compares.
package main

import (
	"context"
	"errors"
	"log"
	"os"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"
)

func main() {
	if len(os.Args) != 4 {
		log.Fatal("usage: go-oidc POOL CLIENT TOKEN")
	}
	if err := run(context.Background(), os.Args[1], os.Args[2], os.Args[3]); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, pool, client, token string) error {
	region, _, _ := strings.Cut(pool, "_")
	issuer := "https://cognito-idp." + region + ".amazonaws.com/" + pool
	keys := oidc.NewRemoteKeySet(ctx, issuer+"/.well-known/jwks.json")
	verified, err := oidc.NewVerifier(issuer, keys, &oidc.Config{SkipClientIDCheck: true}).Verify(ctx, token)
	if err != nil {
		return err
	}
	var claims struct {
		TokenUse string   `json:"token_use"`
		ClientID string   `json:"client_id"`
		Groups   []string `json:"cognito:groups"`
	}
	if err := verified.Claims(&claims); err != nil {
		return err
	}
	if claims.TokenUse != "access" || claims.ClientID != client {
		return errors.New("the token is for another use or client")
	}
	log.Printf("%q %q", verified.Subject, claims.Groups) // #nosec G706 -- quoted
	return nil
}
