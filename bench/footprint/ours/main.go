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
		log.Fatal("usage: ours POOL CLIENT TOKEN") //nolint:forbidigo // a program, not the library
	}
	v, err := jwtverify.New(jwtverify.Config{UserPoolID: os.Args[1], ClientIDs: []string{os.Args[2]}})
	if err != nil {
		log.Fatal(err) //nolint:forbidigo // a program, not the library
	}
	claims, err := v.VerifyAccessToken(context.Background(), os.Args[3])
	if err != nil {
		log.Fatal(err) //nolint:forbidigo // a program, not the library
	}
	log.Println(claims.Subject, claims.Groups) //nolint:forbidigo // a program, not the library
}
