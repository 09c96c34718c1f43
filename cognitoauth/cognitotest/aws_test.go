//go:build aws

// This file runs TestClient against a user pool on AWS, to see where it and the
// pool in the process differ:
//
//	export AWS_COGNITO_USER_POOL_ID=eu-west-1_Ab12Cd34E
//	export AWS_COGNITO_CLIENT_ID=3n4b5urk1ft4fl3mg5e62d9ado
//	export COGNITOTEST_USERNAME=me+%s@example.com
//	go test -tags aws ./cognitoauth/cognitotest -run TestOnAWS -v -count=1 -timeout 1h
//
// Use a pool of its own: the test makes a few dozen users and deletes them
// again, and has Cognito send about as many messages. The pool must let users
// sign themselves up and send them a code by e-mail; whatever else it has is
// tested as far as it goes, and the test says what it left out. Where a user's
// authenticator must show another code, it waits half a minute.
//
// The environment:
//
//	AWS_COGNITO_USER_POOL_ID    required
//	AWS_COGNITO_CLIENT_ID       required
//	AWS_COGNITO_CLIENT_SECRET   if the app client has a secret
//	AWS_PROFILE, AWS_ACCESS_KEY_ID and the like
//	                            AWS credentials, by the AWS SDK's default chain,
//	                            that may call cognito-idp:Admin*, ListUsers*,
//	                            CreateGroup, GetGroup, UpdateGroup, DeleteGroup
//	COGNITOTEST_USERNAME        required: the users' e-mail address, with %s for
//	                            what tells one from another; it is the user name
//	                            too, unless COGNITOTEST_PLAIN_NAMES is set
//	COGNITOTEST_CODE_COMMAND    a program that prints the newest code sent to its
//	                            argument, an address of that form; it is asked
//	                            again for up to a minute while it fails, prints
//	                            nothing, or prints the same code as before.
//	                            Without it, codes are asked for on the terminal.
//	COGNITOTEST_PLAIN_NAMES     not empty: user names are not e-mail addresses,
//	                            as in pools with e-mail addresses as aliases
//	COGNITOTEST_NO_CREDENTIALS  not empty: leave out what needs AWS credentials
//	COGNITOTEST_STORIES         the parts to run, separated by commas; empty: all
//
// It also runs against anything else that speaks Cognito's protocol, at
// AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER. This is examples/localpool, with
// the credentials from the JSON that it prints and the command
//
//	#!/bin/sh
//	curl -sfG "$ENDPOINT/outbox" --data-urlencode "to=$1" | sed -n 's/.*"code":"\([0-9]*\)".*/\1/p'

package cognitotest_test

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/cognitoauth/cognito-go/cognitoauth"
	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest"
)

const (
	envUsername      = "COGNITOTEST_USERNAME"
	envCodeCommand   = "COGNITOTEST_CODE_COMMAND"
	envPlainNames    = "COGNITOTEST_PLAIN_NAMES"
	envNoCredentials = "COGNITOTEST_NO_CREDENTIALS"
	envStories       = "COGNITOTEST_STORIES"

	// codePatience is how long a message may take, and codeInterval how often
	// the command is run meanwhile.
	codePatience = time.Minute
	codeInterval = 2 * time.Second
)

// TestOnAWS needs an environment, and fails without it: whoever sets the tag
// means to run it.
func TestOnAWS(t *testing.T) {
	t.Parallel()
	cfg, err := cognitoauth.ConfigFromEnv()
	template := os.Getenv(envUsername)
	if strings.Count(template, "%s") != 1 || !strings.Contains(template, "@") {
		err = errors.Join(err, fmt.Errorf("%s is %q: set it to an e-mail address that you read, with one %%s, such as me+%%s@example.com", envUsername, template))
	}
	if err != nil {
		t.Fatalf("set the environment (see the top of aws_test.go):\n%v", err)
	}
	pool, err := cognitoauth.New(cfg)
	if err != nil {
		t.Fatal(err)
	}

	plain := os.Getenv(envPlainNames) != ""
	address := func(username string) string {
		if plain {
			return fmt.Sprintf(template, username)
		}
		return username
	}
	codes := &codeReader{command: os.Getenv(envCodeCommand), last: map[string]string{}}
	h := cognitotest.Harness{
		Code: func(ctx context.Context, username string) (string, error) {
			return codes.read(ctx, address(username))
		},
		NewUser: func() (string, map[string]string) {
			username := "t" + strings.ToLower(rand.Text()[:12])
			email := fmt.Sprintf(template, username)
			if !plain {
				username = email
			}
			return username, map[string]string{"email": email}
		},
		KeepUsers: os.Getenv(envNoCredentials) != "",
		Skipped:   func(story, why string) { t.Logf("left out: %s: %s", story, why) },
	}
	if names := os.Getenv(envStories); names != "" {
		for name := range strings.SplitSeq(names, ",") {
			h.Stories = append(h.Stories, strings.TrimSpace(name))
		}
	}
	if err := cognitotest.TestClient(t.Context(), pool, h); err != nil {
		t.Errorf("the pool in the process behaves otherwise:\n%v", err)
	}
}

// codeReader reads codes by a command, or from whoever sits at the terminal.
type codeReader struct {
	command string
	last    map[string]string // by address
}

func (r *codeReader) read(ctx context.Context, address string) (string, error) {
	if r.command == "" {
		return ask(address)
	}
	for deadline := time.Now().Add(codePatience); ; {
		out, err := exec.CommandContext(ctx, r.command, address).Output()
		code := strings.TrimSpace(string(out))
		late := time.Now().After(deadline)
		switch {
		case err == nil && code != "" && (code != r.last[address] || late): // it may be the same one again
			r.last[address] = code
			return code, nil
		case late:
			return "", fmt.Errorf("%s printed no code for %s: %w", envCodeCommand, address, errors.Join(errors.New("gave up"), err))
		}
		timer := time.NewTimer(codeInterval)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return "", context.Cause(ctx)
		}
	}
}

// ask asks on the terminal, which standard input is not under go test.
func ask(address string) (code string, err error) {
	terminal, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return "", fmt.Errorf("no terminal to ask on for the code sent to %s; set %s: %w", address, envCodeCommand, err)
	}
	defer func() { err = errors.Join(err, terminal.Close()) }()
	if _, err := fmt.Fprintf(terminal, "Code sent to %s: ", address); err != nil {
		return "", err
	}
	lines := bufio.NewScanner(terminal)
	if !lines.Scan() {
		return "", errors.Join(errors.New("no code was typed"), lines.Err())
	}
	return strings.TrimSpace(lines.Text()), nil
}
