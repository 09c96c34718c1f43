package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"sync"

	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest"
)

// runLocally serves on a user pool in this process. It is for trying things
// out: nothing in this file is safe to put before real users.
func runLocally(ctx context.Context, addr string, out io.Writer) error {
	pool, err := cognitotest.Listen(cognitotest.Config{
		UsernameAttributes: []string{"email"}, Client: cognitotest.AppClient{PreventUserExistenceErrors: true},
	})
	if err != nil {
		return err
	}
	defer pool.Close()
	const admin = "admin@example.com"
	password := "Aa1-" + rand.Text()
	pool.AddUser(cognitotest.User{
		Username: admin, Password: password, Groups: []string{"admin"},
		Attributes: map[string]string{"email": admin, "email_verified": "true"},
	})
	fmt.Fprintf(out, "user pool %s in this process: nothing is kept and no e-mail is sent\n", pool.UserPoolID())
	fmt.Fprintf(out, "administrator: %s, password %s\n", admin, password)

	service, err := connect(pool.ClientConfig(pool.ClientID()), pool.VerifierConfig())
	if err != nil {
		return err
	}
	return serve(ctx, addr, printMail(service, pool, out), out)
}

// printMail prints, after each request, what the pool would have e-mailed. The
// answers are small: net/http sends them when that is done.
func printMail(service http.Handler, pool *cognitotest.Server, out io.Writer) http.Handler {
	var mu sync.Mutex
	printed := 0 // how many of the pool's messages
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		service.ServeHTTP(w, r)
		mu.Lock()
		defer mu.Unlock()
		messages := pool.Messages("")
		for _, m := range messages[printed:] {
			fmt.Fprintf(out, "e-mail to %s: %s\n", m.To, m.Code)
		}
		printed = len(messages)
	})
}
