package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/cognitoauth/cognito-go/cognitoauth"
	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest"
	"github.com/cognitoauth/cognito-go/jwtverify"
)

// users is what the story does with a user pool.
type users interface {
	cognitoauth.Client
	cognitoauth.TokenRefresher
}

// stage is where the story plays.
type stage struct {
	title    string
	users    users
	verifier *jwtverify.Verifier
	username string
	email    string
	// readCode returns the code that the last e-mail to the user has in it.
	readCode func(ctx context.Context) (string, error)
	close    func()
	// lasting is true if a user who is not deleted stays.
	lasting bool
}

// openLocal starts a user pool in this process.
func openLocal() (*stage, error) {
	srv, err := cognitotest.Listen(cognitotest.Config{})
	if err != nil {
		return nil, err
	}
	return local(srv), nil
}

func local(srv *cognitotest.Server) *stage {
	const email = "ada@example.com"
	return &stage{
		title:    fmt.Sprintf("User pool %s, in this process.", srv.UserPoolID()),
		users:    srv.UserPool(),
		verifier: srv.Verifier(),
		username: email,
		email:    email,
		readCode: func(context.Context) (string, error) {
			code := srv.Code(email)
			if code == "" {
				return "", errors.New("no code was sent")
			}
			return code, nil
		},
		close: srv.Close,
	}
}

// openAWS connects to the user pool of the environment.
func openAWS(in io.Reader, out io.Writer) (*stage, error) {
	cfg, err := cognitoauth.ConfigFromEnv()
	if err != nil {
		return nil, err
	}
	pool, err := cognitoauth.New(cfg)
	if err != nil {
		return nil, err
	}
	verifierConfig, err := jwtverify.ConfigFromEnv()
	if err != nil {
		return nil, err
	}
	verifier, err := jwtverify.New(verifierConfig)
	if err != nil {
		return nil, err
	}

	lines := bufio.NewReader(in)
	ask := func(question string) (string, error) {
		fmt.Fprint(out, question)
		line, err := lines.ReadString('\n')
		line = strings.TrimSpace(line)
		if line == "" && err != nil {
			return "", fmt.Errorf("nothing was entered: %w", err)
		}
		return line, nil
	}
	email, err := ask("E-mail address of a user to create and delete: ")
	if err != nil {
		return nil, err
	}
	// A pool whose users may sign in by a verified address beside their name
	// refuses an address as the name.
	username, err := ask("User name [the address]: ")
	if err != nil {
		return nil, err
	}
	if username == "" {
		username = email
	}
	return &stage{
		title:    fmt.Sprintf("User pool %s, app client %s.", cfg.UserPoolID, cfg.ClientID),
		users:    pool,
		verifier: verifier,
		username: username,
		email:    email,
		readCode: func(context.Context) (string, error) {
			code, err := ask(fmt.Sprintf("  The code that was sent to %s: ", email))
			if err == nil && code == "" {
				err = errors.New("no code was entered")
			}
			return code, err
		},
		close:   func() {},
		lasting: true,
	}, nil
}
