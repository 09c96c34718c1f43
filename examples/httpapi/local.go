package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"sync"

	"github.com/cognitoauth/cognito-go/cognitoauth"
	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest"
)

// localPool is a client of the pool in this process that prints what the pool
// would have e-mailed. It is for trying things out: nothing in it is safe to
// put before real users.
type localPool struct {
	*cognitoauth.UserPool
	server *cognitotest.Server

	mu      sync.Mutex
	out     io.Writer
	printed int // how many of the server's messages
}

func startLocal(out io.Writer) (*backend, error) {
	server, err := cognitotest.Listen(cognitotest.Config{
		UsernameAttributes: []string{"email"},
		Client:             cognitotest.AppClient{PreventUserExistenceErrors: true},
	})
	if err != nil {
		return nil, err
	}
	cfg := server.ClientConfig(server.ClientID())
	cfg.PasswordPolicy = cognitoauth.DefaultPasswordPolicy() // which is the pool's
	client, err := cognitoauth.New(cfg)
	if err != nil {
		server.Close()
		return nil, err
	}
	admin := cognitotest.User{
		Username:   "admin@example.com",
		Password:   "Aa1-" + rand.Text(),
		Attributes: map[string]string{"email": "admin@example.com", "email_verified": "true"},
		Groups:     []string{"admin"},
	}
	server.AddUser(admin)
	fmt.Fprintf(out, "user pool %s in this process: nothing is kept and no e-mail is sent\n", server.UserPoolID())
	fmt.Fprintf(out, "administrator: %s, password %s\n", admin.Username, admin.Password)
	return &backend{&localPool{UserPool: client, server: server, out: out}, server.Verifier(), server.Close}, nil
}

func (p *localPool) SignUp(ctx context.Context, in cognitoauth.SignUpInput) (*cognitoauth.SignUpOutput, error) {
	defer p.printMail()
	return p.UserPool.SignUp(ctx, in)
}

func (p *localPool) ForgotPassword(ctx context.Context, in cognitoauth.ForgotPasswordInput) (*cognitoauth.ForgotPasswordOutput, error) {
	defer p.printMail()
	return p.UserPool.ForgotPassword(ctx, in)
}

// printMail prints what has been sent since it was last called.
func (p *localPool) printMail() {
	p.mu.Lock()
	defer p.mu.Unlock()
	messages := p.server.Messages("")
	for _, m := range messages[p.printed:] {
		fmt.Fprintf(p.out, "e-mail to %s: %s\n", m.To, m.Code)
	}
	p.printed = len(messages)
}
