package main

import (
	"io"
	"os"

	"github.com/cognitoauth/cognito-go/cognitoauth"
	"github.com/cognitoauth/cognito-go/jwtverify"
)

// backend is the user pool that the service stands on.
type backend struct {
	client   cognitoauth.Client
	verifier *jwtverify.Verifier
	close    func()
}

// connect chooses the user pool by the environment.
func connect(out io.Writer) (*backend, error) {
	if os.Getenv("AWS_COGNITO_USER_POOL_ID") == "" && os.Getenv("AWS_COGNITO_CLIENT_ID") == "" {
		return startLocal(out)
	}
	cfg, err := cognitoauth.ConfigFromEnv()
	if err != nil {
		return nil, err
	}
	// Cognito's default, checked here so that a user hears of every broken rule
	// at once. Make it your pool's.
	cfg.PasswordPolicy = cognitoauth.DefaultPasswordPolicy()
	client, err := cognitoauth.New(cfg)
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
	return &backend{client, verifier, func() {}}, nil
}
