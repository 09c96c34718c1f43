package cognitoauth

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/document"

	"github.com/cognitoauth/cognito-go/internal/redact"
)

// StartWebAuthnRegistrationInput says who registers a passkey.
type StartWebAuthnRegistrationInput struct {
	AccessToken string
}

// StartWebAuthnRegistrationOutput is what the browser needs.
type StartWebAuthnRegistrationOutput struct {
	// CreationOptions is the JSON for navigator.credentials.create: a
	// PublicKeyCredentialCreationOptionsJSON of the Web Authentication standard.
	CreationOptions json.RawMessage
}

// StartWebAuthnRegistration begins to register a passkey. A pool without a
// relying party, or without passkeys, is [ErrConfiguration].
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_StartWebAuthnRegistration.html
func (p *UserPool) StartWebAuthnRegistration(ctx context.Context, in StartWebAuthnRegistrationInput) (*StartWebAuthnRegistrationOutput, error) {
	if err := check(opStartWebAuthnRegistration).token("AccessToken", in.AccessToken).err(); err != nil {
		return nil, err
	}
	r := request{op: opStartWebAuthnRegistration, secrets: []string{in.AccessToken}}
	out, err := call(ctx, r, p.public.StartWebAuthnRegistration, &cip.StartWebAuthnRegistrationInput{AccessToken: aws.String(in.AccessToken)})
	if err != nil {
		return nil, err
	}
	if out.CredentialCreationOptions == nil {
		return nil, malformedReply(opStartWebAuthnRegistration, "no CredentialCreationOptions")
	}
	options, err := out.CredentialCreationOptions.MarshalSmithyDocument()
	if err != nil || !json.Valid(options) {
		return nil, malformedReply(opStartWebAuthnRegistration, "CredentialCreationOptions are not JSON")
	}
	return &StartWebAuthnRegistrationOutput{CreationOptions: options}, nil
}

// CompleteWebAuthnRegistrationInput carries what the browser made.
type CompleteWebAuthnRegistrationInput struct {
	AccessToken string

	// Credential is the RegistrationResponseJSON that the browser produced.
	Credential json.RawMessage
}

// CompleteWebAuthnRegistrationOutput is empty so far.
type CompleteWebAuthnRegistrationOutput struct{}

// CompleteWebAuthnRegistration finishes the registration of a passkey. A
// credential that the pool does not accept is [ErrInvalidInput]; one that does
// not answer a running registration is [ErrSessionExpired].
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CompleteWebAuthnRegistration.html
func (p *UserPool) CompleteWebAuthnRegistration(ctx context.Context, in CompleteWebAuthnRegistrationInput) (*CompleteWebAuthnRegistrationOutput, error) {
	c := check(opCompleteWebAuthnRegistration).token("AccessToken", in.AccessToken).
		required("Credential", string(in.Credential), maxString)
	var credential map[string]any
	if len(in.Credential) > 0 && c.problems == nil {
		if err := json.Unmarshal(in.Credential, &credential); err != nil || credential == nil {
			c.add("Credential is not a JSON object")
		}
	}
	if err := c.err(); err != nil {
		return nil, err
	}
	r := request{op: opCompleteWebAuthnRegistration, secrets: []string{in.AccessToken}}
	_, err := call(ctx, r, p.public.CompleteWebAuthnRegistration, &cip.CompleteWebAuthnRegistrationInput{
		AccessToken: aws.String(in.AccessToken),
		Credential:  document.NewLazyDocument(credential),
	})
	if err != nil {
		return nil, err
	}
	return &CompleteWebAuthnRegistrationOutput{}, nil
}

// WebAuthnCredential is a passkey of the user.
type WebAuthnCredential struct {
	ID           string
	FriendlyName string
	RelyingParty string   // the domain it is for
	Attachment   string   // "platform" or "cross-platform"; may be empty
	Transports   []string // such as "internal", "usb", "hybrid"
	Created      time.Time
}

// ListWebAuthnCredentialsInput says whose passkeys to list.
type ListWebAuthnCredentialsInput struct {
	AccessToken string
}

// ListWebAuthnCredentials lists the user's passkeys, page by page as they are
// asked for. An error is the last element.
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListWebAuthnCredentials.html
func (p *UserPool) ListWebAuthnCredentials(ctx context.Context, in ListWebAuthnCredentialsInput) iter.Seq2[WebAuthnCredential, error] {
	if err := check(opListWebAuthnCredentials).token("AccessToken", in.AccessToken).err(); err != nil {
		return failed[WebAuthnCredential](err)
	}
	r := request{op: opListWebAuthnCredentials, repeatable: true, secrets: []string{in.AccessToken}}
	return pages(opListWebAuthnCredentials, func(token *string) ([]WebAuthnCredential, *string, error) {
		out, err := call(ctx, r, p.public.ListWebAuthnCredentials, &cip.ListWebAuthnCredentialsInput{AccessToken: aws.String(in.AccessToken), NextToken: token})
		if err != nil {
			return nil, nil, err
		}
		credentials := make([]WebAuthnCredential, len(out.Credentials))
		for i, c := range out.Credentials {
			credentials[i] = WebAuthnCredential{
				ID:           aws.ToString(c.CredentialId),
				FriendlyName: aws.ToString(c.FriendlyCredentialName),
				RelyingParty: aws.ToString(c.RelyingPartyId),
				Attachment:   aws.ToString(c.AuthenticatorAttachment),
				Transports:   c.AuthenticatorTransports,
				Created:      aws.ToTime(c.CreatedAt),
			}
		}
		return credentials, out.NextToken, nil
	})
}

// DeleteWebAuthnCredentialInput names a passkey.
type DeleteWebAuthnCredentialInput struct {
	AccessToken  string
	CredentialID string
}

// DeleteWebAuthnCredentialOutput is empty so far.
type DeleteWebAuthnCredentialOutput struct{}

// DeleteWebAuthnCredential deletes a passkey of the user. An unknown one is
// [ErrNotFound].
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteWebAuthnCredential.html
func (p *UserPool) DeleteWebAuthnCredential(ctx context.Context, in DeleteWebAuthnCredentialInput) (*DeleteWebAuthnCredentialOutput, error) {
	if err := check(opDeleteWebAuthnCredential).token("AccessToken", in.AccessToken).
		required("CredentialID", in.CredentialID, maxString).err(); err != nil {
		return nil, err
	}
	r := request{op: opDeleteWebAuthnCredential, secrets: []string{in.AccessToken}}
	_, err := call(ctx, r, p.public.DeleteWebAuthnCredential, &cip.DeleteWebAuthnCredentialInput{
		AccessToken:  aws.String(in.AccessToken),
		CredentialId: aws.String(in.CredentialID),
	})
	if err != nil {
		return nil, err
	}
	return &DeleteWebAuthnCredentialOutput{}, nil
}

// Format prints the input without its secrets, whatever the verb.
func (in StartWebAuthnRegistrationInput) Format(s fmt.State, _ rune) { redact.Format(s, in) }

// MarshalJSON marshals the input without its secrets.
func (in StartWebAuthnRegistrationInput) MarshalJSON() ([]byte, error) { return redact.JSON(in) }

// Format prints the input without its secrets, whatever the verb.
func (in CompleteWebAuthnRegistrationInput) Format(s fmt.State, _ rune) { redact.Format(s, in) }

// MarshalJSON marshals the input without its secrets.
func (in CompleteWebAuthnRegistrationInput) MarshalJSON() ([]byte, error) { return redact.JSON(in) }

// Format prints the input without its secrets, whatever the verb.
func (in ListWebAuthnCredentialsInput) Format(s fmt.State, _ rune) { redact.Format(s, in) }

// MarshalJSON marshals the input without its secrets.
func (in ListWebAuthnCredentialsInput) MarshalJSON() ([]byte, error) { return redact.JSON(in) }

// Format prints the input without its secrets, whatever the verb.
func (in DeleteWebAuthnCredentialInput) Format(s fmt.State, _ rune) { redact.Format(s, in) }

// MarshalJSON marshals the input without its secrets.
func (in DeleteWebAuthnCredentialInput) MarshalJSON() ([]byte, error) { return redact.JSON(in) }
