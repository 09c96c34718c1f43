package cognitoauth

import (
	"errors"
	"fmt"
	"io"
	"net/netip"
	"net/url"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/cognitoauth/cognito-go/internal/redact"
)

// Config says which app client of which user pool to talk to. UserPoolID and
// ClientID are required; each other field's zero value is the usual choice.
type Config struct {
	// UserPoolID is the pool's ID, such as "eu-west-1_Ab12Cd34E".
	UserPoolID string

	// ClientID is the app client's ID. The app client should allow
	// ALLOW_USER_SRP_AUTH and ALLOW_REFRESH_TOKEN_AUTH, unless you choose
	// another [Flow].
	ClientID string

	// ClientSecret is the app client's secret; empty if it has none. Every call
	// that needs a SECRET_HASH then carries one.
	ClientSecret string

	// ClientSecretFunc returns the secret in ClientSecret's place, for one that
	// changes while the service runs. It is called for every request, from any
	// goroutine, so it should return what it has at hand. Rotate by adding a
	// second secret to the app client (AddUserPoolClientSecret), returning that
	// one from here, and deleting the first when all instances have the second.
	ClientSecretFunc func() string

	// Region of the user pool. Empty: the one in UserPoolID. The environment's
	// AWS_REGION is never read, because in a Lambda function it names the
	// function's region and not the pool's.
	Region string

	// Endpoint is the base URL of the Cognito API. Empty: AWS's own for the
	// region. Set it for an emulator, a proxy or a VPC endpoint. Only https,
	// or http to a loopback address, unless InsecureEndpoint is set.
	Endpoint string

	// InsecureEndpoint permits an Endpoint that speaks plain http beyond this
	// machine. Passwords and tokens then cross the network for all to read.
	InsecureEndpoint bool

	// PasswordPolicy, if not nil, is checked before a new password is sent, so
	// that a user hears of every broken rule at once. Nil: only Cognito checks.
	PasswordPolicy *PasswordPolicy

	// HideUserExistence makes signing in, resetting a password and resending a
	// code answer alike for users who exist and who do not, whatever the app
	// client's PreventUserExistenceErrors says. See "Hiding who exists" in the
	// package documentation for what that costs and what it cannot hide.
	HideUserExistence bool

	// HTTPClient sends the requests. Nil: that of AWSConfig, else a client with
	// 30 s for each attempt, connections kept, and redirects not followed.
	// Whichever it is, replies are cut off at 8 MiB.
	HTTPClient aws.HTTPClient

	// AWSConfig brings credentials, HTTP client and retry settings for all
	// calls. Nil: calls that need no signature use none of it, and the default
	// credential chain is loaded on the first call that must be signed (a
	// failure to load it is not remembered).
	AWSConfig *aws.Config

	// AWSOptions are applied last to the AWS client: the way to metrics, tracing,
	// FIPS endpoints, retry modes. What they see are the calls to AWS, which are
	// not our operations: one Authenticate with FlowSRP is two. Which errors may
	// be retried, and that signed calls need credentials, hold whatever they
	// say.
	AWSOptions []func(*cip.Options)

	// Now is the clock. Nil: [time.Now].
	Now func() time.Time

	// Rand is the source of randomness. Nil: crypto/rand. It must be
	// cryptographically secure and safe for concurrent use.
	Rand io.Reader
}

// ConfigFromEnv reads the configuration from the environment:
//
//	AWS_COGNITO_USER_POOL_ID   required
//	AWS_COGNITO_CLIENT_ID      required; one ID
//	AWS_COGNITO_CLIENT_SECRET  if the app client has a secret
//	AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER, else AWS_ENDPOINT_URL
//	                           the Endpoint, named as for the AWS SDKs
//
// The error names every variable that is missing. Package jwtverify reads
// AWS_COGNITO_CLIENT_ID too, and takes several IDs with commas between them; a
// process that calls both and needs several sets its own ClientID in code.
func ConfigFromEnv() (Config, error) {
	var missing []error
	required := func(name string) string {
		v := strings.TrimSpace(os.Getenv(name))
		if v == "" {
			missing = append(missing, fmt.Errorf("cognitoauth: environment variable %s is not set", name))
		}
		return v
	}
	cfg := Config{
		UserPoolID:   required("AWS_COGNITO_USER_POOL_ID"),
		ClientID:     required("AWS_COGNITO_CLIENT_ID"),
		ClientSecret: strings.TrimSpace(os.Getenv("AWS_COGNITO_CLIENT_SECRET")),
		Endpoint:     os.Getenv("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER"),
	}
	if cfg.Endpoint == "" {
		cfg.Endpoint = os.Getenv("AWS_ENDPOINT_URL")
	}
	return cfg, errors.Join(missing...)
}

// Format prints the configuration without its secret, whatever the verb.
func (c Config) Format(s fmt.State, _ rune) { redact.FormatAs(s, "cognitoauth.Config", c.summary()) }

// MarshalJSON marshals the configuration without its secret.
func (c Config) MarshalJSON() ([]byte, error) { return redact.JSON(c.summary()) }

// configSummary is what of a Config can be printed.
type configSummary struct {
	UserPoolID, ClientID, ClientSecret, Region, Endpoint string
	InsecureEndpoint, HideUserExistence                  bool
	PasswordPolicy                                       *PasswordPolicy
}

func (c Config) summary() configSummary {
	return configSummary{c.UserPoolID, c.ClientID, c.ClientSecret, c.Region, c.Endpoint, c.InsecureEndpoint, c.HideUserExistence, c.PasswordPolicy}
}

// The API's own patterns: UserPoolIdType, ClientIdType, SecretType.
var (
	userPoolIDPattern = regexp.MustCompile(`^([\w-]+?)_([0-9a-zA-Z]+)$`)
	clientIDPattern   = regexp.MustCompile(`^[\w+]{1,128}$`)
	regionPattern     = regexp.MustCompile(`^[a-z0-9-]+$`)
)

// userPoolIDMax is the length limit of the API's UserPoolIdType.
const userPoolIDMax = 55

// resolve fills in what is derived and reports every problem at once.
func (c Config) resolve() (Config, error) {
	var problems []error
	complain := func(format string, args ...any) {
		problems = append(problems, fmt.Errorf("cognitoauth: Config."+format, args...))
	}

	switch parts := userPoolIDPattern.FindStringSubmatch(c.UserPoolID); {
	case c.UserPoolID == "":
		complain("UserPoolID is empty: it looks like eu-west-1_Ab12Cd34E")
	case parts == nil || len(c.UserPoolID) > userPoolIDMax:
		complain("UserPoolID %.60q does not look like eu-west-1_Ab12Cd34E (region, underscore, letters and digits)", c.UserPoolID)
	case c.Region == "":
		c.Region = parts[1]
	}
	if c.Region != "" && !regionPattern.MatchString(c.Region) {
		complain("Region %.60q is not the name of an AWS region", c.Region)
	}

	switch {
	case c.ClientID == "":
		complain("ClientID is empty: it is the ID of an app client of the pool")
	case !clientIDPattern.MatchString(c.ClientID):
		complain("ClientID %.60q is not an app client ID (letters, digits, + and _, at most 128)", c.ClientID)
	}
	if strings.ContainsFunc(c.ClientSecret, func(r rune) bool { return r <= ' ' || r > '~' }) {
		complain("ClientSecret has white space or other characters that no secret has")
	}

	if c.ClientSecret != "" && c.ClientSecretFunc != nil {
		complain("ClientSecret and ClientSecretFunc are both set: want one")
	}

	if c.Endpoint != "" {
		if err := checkEndpoint(c.Endpoint, c.InsecureEndpoint); err != nil {
			complain("Endpoint %w", err)
		}
	}
	if err := c.PasswordPolicy.validate(); err != nil {
		complain("PasswordPolicy %w", err)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c, errors.Join(problems...)
}

func checkEndpoint(endpoint string, insecure bool) error {
	u, err := url.Parse(endpoint)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		// The text is not repeated: it may hold a password.
		return errors.New("is not a URL like https://host or http://127.0.0.1:9229")
	}
	switch {
	case u.Scheme == "https":
		return nil
	case u.Scheme != "http":
		return fmt.Errorf("has scheme %.20q: want https", u.Scheme)
	case insecure || isLoopback(u.Hostname()):
		return nil
	}
	return errors.New("is plain http to another machine, where passwords can be read on the way: use https, or set InsecureEndpoint")
}

func isLoopback(host string) bool {
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback()
}
