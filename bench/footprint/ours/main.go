// Command ours verifies an access token and does nothing else: one of the three
// programs whose footprint script/footprint compares.
package main

import (
	"context"
	"log"
	"os"

	"github.com/cognitoauth/cognito-go/jwtverify"
)

func main() {
	if len(os.Args) != 4 {
		log.Fatal("usage: ours POOL CLIENT TOKEN")
	}
	v, err := jwtverify.New(jwtverify.Config{UserPoolID: os.Args[1], ClientIDs: []string{os.Args[2]}})
	if err != nil {
		log.Fatal(err)
	}
	claims, err := v.VerifyAccessToken(context.Background(), os.Args[3])
	if err != nil {
		log.Fatal(err)
	}
	log.Printf("%q %q", claims.Subject, claims.Groups) // #nosec G706 -- quoted
}
