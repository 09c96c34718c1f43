package cognitoauth

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

const (
	// attemptTimeout ends one HTTP attempt. Cognito gives each of the Lambda
	// triggers of a request five seconds and calls up to three.
	attemptTimeout = 30 * time.Second

	// maxReply is more than the largest page Cognito can send: 60 users of 50
	// attributes of 2,048 characters.
	maxReply = 8 << 20
)

// newAWSClient builds the AWS client. A nil shared means one without
// credentials, which is all that unsigned operations need.
func newAWSClient(cfg Config, shared *aws.Config) *cip.Client {
	options := func(o *cip.Options) {
		o.Region = cfg.Region
		if cfg.Endpoint != "" {
			o.BaseEndpoint = aws.String(cfg.Endpoint)
		}
		if cfg.HTTPClient != nil {
			o.HTTPClient = cfg.HTTPClient
		}
		for _, apply := range cfg.AWSOptions {
			apply(o)
		}
		if o.HTTPClient == nil {
			o.HTTPClient = defaultHTTPClient()
		}
		o.HTTPClient = boundedClient{o.HTTPClient}
	}
	if shared == nil {
		return cip.New(cip.Options{}, options)
	}
	return cip.NewFromConfig(*shared, options)
}

// lazyAWSClient loads the default credential chain when it is first needed.
type lazyAWSClient struct {
	cfg    Config
	mu     sync.Mutex
	client *cip.Client // nil until the chain has been loaded
}

func (l *lazyAWSClient) get(ctx context.Context) (adminAPI, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.client == nil {
		shared, err := config.LoadDefaultConfig(ctx, config.WithRegion(l.cfg.Region))
		if err != nil {
			return nil, err
		}
		// Signed and unsigned calls must reach the same pool, whatever else the
		// chain found in the environment.
		shared.HTTPClient, shared.BaseEndpoint, shared.ConfigSources = nil, nil, nil
		client := newAWSClient(l.cfg, &shared)
		if _, err := (guardedCredentials{client.Options().Credentials}).Retrieve(ctx); err != nil {
			return nil, err // the next call looks again
		}
		l.client = client
	}
	return l.client, nil
}

// defaultHTTPClient is shared by all pools of the process, so that they share
// connections. All requests go to one host, hence the high limit per host.
var defaultHTTPClient = sync.OnceValue(func() *http.Client {
	transport := awshttp.NewBuildableClient().GetTransport()
	transport.MaxIdleConnsPerHost = transport.MaxIdleConns
	return &http.Client{
		Transport: transport,
		Timeout:   attemptTimeout,
		// A redirect would carry the password on to wherever it points.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
})

var (
	errReplyTooLarge = errors.New("reply is larger than 8 MiB")
	errReplyIsHTML   = errors.New("a web page answered in Cognito's place: check the endpoint, and proxies on the way")
)

// boundedClient refuses replies that cannot be Cognito's.
type boundedClient struct{ aws.HTTPClient }

func (c boundedClient) Do(req *http.Request) (*http.Response, error) {
	resp, err := c.HTTPClient.Do(req)
	if err != nil || resp == nil || resp.Body == nil {
		return resp, err
	}
	// Operations without output succeed in the SDK's eyes whatever a 200
	// brings, so a captive portal's page would pass for a deletion.
	if kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type")); resp.StatusCode < 300 && kind == "text/html" {
		_ = resp.Body.Close()
		return nil, errReplyIsHTML
	}
	resp.Body = &boundedBody{ReadCloser: resp.Body, left: maxReply}
	return resp, nil
}

// boundedBody fails, where io.LimitReader would pass a cut reply off as whole.
type boundedBody struct {
	io.ReadCloser
	left int64
}

func (b *boundedBody) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errReplyTooLarge
	}
	if int64(len(p)) > b.left {
		p = p[:b.left]
	}
	n, err := b.ReadCloser.Read(p)
	b.left -= int64(n)
	return n, err
}
