// Command verifytoken says why a token is refused. It reads one token from the
// standard input and prints its claims, or which rule refused it, what the token
// says, what was expected, and the error code that a service logs for it:
//
//	go run ./examples/verifytoken -pool eu-west-1_Ab12Cd34E -client 3n4b5urk1ft4fl3mg5e62d9ado <token.txt
//
// Options:
//
//	-pool id           the user pool
//	-client id,...     the app clients; -any-client for all of the pool
//	-use access|id     the kind of token; access unless given
//	-jwks file         the pool's keys, from a file: nothing is fetched
//	-jwks-url url      where to fetch the keys, if not from the pool
//	-issuer url        the issuer, if not the pool's
//	-scopes a,b        scopes that the token must have, all of them
//	-groups a,b        groups of which the user must be in one
//	-resource id       the resource server that the token must be bound to
//	-max-auth-age 5m   how long ago the user may have signed in
//	-leeway 5s         how far clocks may be apart
//	-at time           the time to judge by, as 2006-01-02T15:04:05Z; now unless given
//
// The issuers follow from the pool in every partition of AWS that jwtverify knows:
// the commercial one and GovCloud (amazonaws.com), China (amazonaws.com.cn), the
// European Sovereign Cloud (amazonaws.eu and amazonaws.com) and the isolated ones.
// Only under amazonaws.com alone can an answer spell them out; elsewhere, give
// -issuer to see what was expected. -issuer is also for a pool's replica in
// another region, and for an emulator, which needs -jwks-url or -jwks too.
//
// Keys are fetched from where the options say and from nowhere else: no address
// in a token is ever contacted. The exit status is 0 if the token is good, 1 if
// it is refused, 2 if it could not be judged at all, 3 if the keys cannot be had.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"

	"github.com/cognitoauth/cognito-go/jwtverify"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	status := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}

// The exit statuses.
const (
	statusGood = iota
	statusRefused
	statusUsage
	statusNoKeys
)

func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	answer, status, err := judge(ctx, args, stdin, stderr)
	if err == nil {
		_, err = io.WriteString(stdout, answer)
	}
	if err != nil {
		_, _ = fmt.Fprintln(stderr, "verifytoken:", err) // if even that fails, the status remains
		return statusUsage
	}
	return status
}

// judge returns what to say about the token. The error is about everything
// but the token.
func judge(ctx context.Context, args []string, stdin io.Reader, stderr io.Writer) (answer string, status int, err error) {
	o, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return "", statusGood, nil
	} else if err != nil {
		return "", 0, err
	}
	verifier, err := jwtverify.New(o.config)
	if err != nil {
		return "", 0, err
	}
	token, err := readToken(stdin)
	if err != nil {
		return "", 0, err
	}

	claims, refusal := verify(ctx, verifier, o.use, token)
	switch {
	case errors.Is(refusal, jwtverify.ErrKeysUnavailable):
		return explain(o, token, refusal), statusNoKeys, nil
	case refusal != nil:
		return explain(o, token, refusal), statusRefused, nil
	}
	text, err := indent(claims)
	answer = fmt.Sprintf("good: %s token of %s, until %s\n%s\n",
		claims.Use, printable(claims.Subject), stamp(claims.ExpiresAt), text)
	return answer, statusGood, err
}

func verify(ctx context.Context, v *jwtverify.Verifier, use jwtverify.TokenUse, token string) (*jwtverify.Claims, error) {
	if use == jwtverify.ID {
		claims, err := v.VerifyIDToken(ctx, token)
		if err != nil {
			return nil, err
		}
		return &claims.Claims, nil
	}
	claims, err := v.VerifyAccessToken(ctx, token)
	if err != nil {
		return nil, err
	}
	return &claims.Claims, nil
}

// maxInput is more than any token the verifier takes, and more than the
// Authorization headers that servers take.
const maxInput = 64 << 10

// readToken reads a token as people paste it: with a line break after it, and
// perhaps the scheme of the header it was in.
func readToken(r io.Reader) (string, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxInput))
	if err != nil {
		return "", fmt.Errorf("read the token: %w", err)
	}
	token := strings.TrimSpace(string(text))
	if scheme, rest, ok := strings.Cut(token, " "); ok && strings.EqualFold(scheme, "Bearer") {
		token = strings.TrimSpace(rest)
	}
	return token, nil
}

// indent returns the claims as they were sent, one a line.
func indent(claims *jwtverify.Claims) (string, error) {
	var raw json.RawMessage
	if err := claims.Decode(&raw); err != nil {
		return "", err
	}
	var out bytes.Buffer
	if err := json.Indent(&out, raw, "", "  "); err != nil {
		return "", err
	}
	return printable(out.String()), nil
}
