package cognitoauth

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// guardedCredentials fails a signed call before it is sent if there is nothing
// to sign it with; the SDK on its own would send it unsigned.
type guardedCredentials struct{ aws.CredentialsProvider }

func (g guardedCredentials) Retrieve(ctx context.Context) (aws.Credentials, error) {
	if g.CredentialsProvider == nil || aws.IsCredentialsProvider(g.CredentialsProvider, (*aws.AnonymousCredentials)(nil)) {
		return aws.Credentials{}, ErrNoAWSCredentials
	}
	c, err := g.CredentialsProvider.Retrieve(ctx)
	switch {
	case err == nil && c.HasKeys():
		return c, nil
	case err == nil:
		return aws.Credentials{}, ErrNoAWSCredentials
	case ctx.Err() != nil:
		return aws.Credentials{}, ctx.Err()
	}
	return aws.Credentials{}, &missingCredentialsError{reason: err}
}

// missingCredentialsError is ErrNoAWSCredentials and why, in the words of the
// credential chain.
type missingCredentialsError struct{ reason error }

func (e *missingCredentialsError) Error() string {
	return ErrNoAWSCredentials.Error() + ": " + e.reason.Error()
}

func (e *missingCredentialsError) Unwrap() []error { return []error{ErrNoAWSCredentials, e.reason} }
