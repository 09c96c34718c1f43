// Command httpapi is a small authentication service on net/http: sign-up,
// sign-in, passwords, and two handlers that only signed-in users reach. It is
// meant to be read and copied.
//
//	go run ./examples/httpapi
//
// By default it runs on a user pool inside the process: it prints the codes
// that would have been e-mailed, makes one administrator and prints how to sign
// in as them, and forgets everybody when it stops. With the environment of
// [cognitoauth.ConfigFromEnv] (AWS_COGNITO_USER_POOL_ID, AWS_COGNITO_CLIENT_ID
// and, if there is one, AWS_COGNITO_CLIENT_SECRET) it runs on that user pool:
// one whose users sign in by e-mail address, with an app client that allows
// ALLOW_USER_SRP_AUTH. DELETE then needs AWS credentials too.
//
// Passwords cross the wire, so anything but a laptop needs TLS in front of it.
//
// # The API
//
// A body is one JSON object; every member shown is a string and required.
//
//	api=http://127.0.0.1:8080
//	json='Content-Type: application/json'
//
// Sign up: 201 with the user's id, in "sub". 409 if the address is taken, 422
// with what is missing if the password is too weak.
//
//	curl -H "$json" $api/auth/register -d '{"email":"ada@example.com","password":"Correct-horse-7"}'
//
// Confirm the address with the code that was sent to it: 204.
//
//	curl -H "$json" $api/auth/verify -d '{"email":"ada@example.com","code":"123456"}'
//
// Sign in: 200 with "accessToken", "idToken", "refreshToken", "tokenType" and
// "expiresAt". 401 for a wrong password and an unknown address alike, 403
// before the address is confirmed, and 403 with "challenge" if the account
// needs a further step, such as a second factor.
//
//	curl -H "$json" $api/auth/authenticate -d '{"email":"ada@example.com","password":"Correct-horse-7"}'
//
// Read something that is for users only: 200, or 401.
//
//	curl -H "Authorization: Bearer $idToken" $api/api/v1/pokemons
//
// Change the password: 204.
//
//	curl -H "$json" $api/auth/change-password \
//	  -d '{"email":"ada@example.com","currentPassword":"Correct-horse-7","newPassword":"Battery-staple-8"}'
//
// Forget it, and set another with the code that was sent: 204 and 204.
//
//	curl -H "$json" $api/auth/forgot-password -d '{"email":"ada@example.com"}'
//	curl -H "$json" $api/auth/confirm-password \
//	  -d '{"email":"ada@example.com","code":"123456","newPassword":"Purple-monkey-9"}'
//
// Delete a user, as a member of the group "admin": 204, or 403 for others.
//
//	curl -X DELETE -H "Authorization: Bearer $idTokenOfAdmin" $api/users/$sub
//
// Whatever fails is answered in one shape, with a message, the field or the
// challenge where that helps to get on, and 401 always alike:
//
//	{"statusCode":400,"error":"Bad Request","message":"must be a string","field":"email"}
//	{"statusCode":401,"error":"Unauthorized"}
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/cognitoauth/cognito-go/cognitoauth"
	"github.com/cognitoauth/cognito-go/jwtverify"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:8080", "`address` to listen on; port 0 picks a free one")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	if err := run(ctx, *addr, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "httpapi:", err)
		os.Exit(1)
	}
}

// run serves until ctx ends, on the user pool that the environment names.
func run(ctx context.Context, addr string, out io.Writer) error {
	if os.Getenv("AWS_COGNITO_USER_POOL_ID") == "" && os.Getenv("AWS_COGNITO_CLIENT_ID") == "" {
		return runLocally(ctx, addr, out)
	}
	cfg, err := cognitoauth.ConfigFromEnv()
	if err != nil {
		return err
	}
	verifierCfg, err := jwtverify.ConfigFromEnv()
	if err != nil {
		return err
	}
	service, err := connect(cfg, verifierCfg)
	if err != nil {
		return err
	}
	return serve(ctx, addr, service, out)
}

// connect returns the service on a user pool.
func connect(cfg cognitoauth.Config, verifierCfg jwtverify.Config) (http.Handler, error) {
	// Cognito's default, checked here so that a user hears of every broken rule
	// at once. Make it your pool's.
	cfg.PasswordPolicy = cognitoauth.DefaultPasswordPolicy()
	// Whoever signs in or forgot the password has proved nothing yet, and is not
	// told who has an account. Locked and disabled users hear no more than 401.
	cfg.HideUserExistence = true
	users, err := cognitoauth.New(cfg)
	if err != nil {
		return nil, err
	}
	verifier, err := jwtverify.New(verifierCfg)
	if err != nil {
		return nil, err
	}
	return newHandler(users, verifier), nil
}

// A request has handlerTimeout for everything it asks of Cognito, so that a
// hanging connection there becomes a 503 here and not a cut one. The server's
// own limits leave room for it.
const readTimeout, handlerTimeout, writeTimeout = 10 * time.Second, 15 * time.Second, 30 * time.Second

// serve serves until ctx ends, and then finishes the requests it has begun.
func serve(ctx context.Context, addr string, service http.Handler, out io.Writer) error {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: service, ReadTimeout: readTimeout, WriteTimeout: writeTimeout, IdleTimeout: 2 * time.Minute}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	fmt.Fprintf(out, "listening on http://%s\n", listener.Addr())

	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	// ctx has ended; what is left to do must not end with it.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeTimeout)
	defer cancel()
	return server.Shutdown(ctx)
}
