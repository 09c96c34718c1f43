package cognitoauth

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
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
func newAWSClient(cfg Config, shared *aws.Config) (*cip.Client, error) {
	base := aws.Config{}
	if shared != nil {
		base = shared.Copy()
	}
	// Before the client is made: a client without one makes its own, which
	// waits for ever.
	switch c := base.HTTPClient.(type) {
	case nil:
		base.HTTPClient = defaultHTTPClient()
	case *awshttp.BuildableClient: // what the AWS SDK's own loader leaves
		if c.GetTimeout() == 0 {
			base.HTTPClient = c.WithTimeout(attemptTimeout)
		}
	}
	client := cip.NewFromConfig(base, func(o *cip.Options) {
		o.Region = cfg.Region
		if cfg.Endpoint != "" {
			o.BaseEndpoint = aws.String(cfg.Endpoint)
		}
		if cfg.HTTPClient != nil {
			o.HTTPClient = cfg.HTTPClient
		}
		for _, apply := range cfg.AWSOptions {
			if apply != nil {
				apply(o)
			}
		}
		o.HTTPClient = boundedClient{withoutRedirects(o.HTTPClient)}
	})
	if endpoint := client.Options().BaseEndpoint; endpoint != nil {
		if err := checkEndpoint(*endpoint, cfg.InsecureEndpoint); err != nil {
			return nil, fmt.Errorf("cognitoauth: the endpoint %w", err)
		}
	}
	return client, nil
}

// lazyAWSClient loads the default credential chain when it is first needed.
type lazyAWSClient struct {
	cfg    Config
	turn   chan struct{} // holds one token; a mutex that a context can end
	client *cip.Client   // nil until credentials have been found
}

func newLazyAWSClient(cfg Config) *lazyAWSClient {
	return &lazyAWSClient{cfg: cfg, turn: make(chan struct{}, 1)}
}

func (l *lazyAWSClient) get(ctx context.Context) (adminAPI, error) {
	select {
	case l.turn <- struct{}{}:
		defer func() { <-l.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if l.client != nil {
		return l.client, nil
	}
	shared, err := config.LoadDefaultConfig(ctx, config.WithRegion(l.cfg.Region))
	if err != nil {
		return nil, err
	}
	// Signed and unsigned calls must reach the same pool, whatever else the
	// chain found in the environment.
	shared.HTTPClient, shared.BaseEndpoint, shared.ConfigSources = nil, nil, nil
	client, err := newAWSClient(l.cfg, &shared)
	if err != nil {
		return nil, err
	}
	if _, err := (guardedCredentials{client.Options().Credentials}).Retrieve(ctx); err != nil {
		return nil, err // the next call looks again
	}
	l.client = client
	return client, nil
}

// defaultHTTPClient is shared by all pools of the process, so that they share
// connections. All requests go to one host, hence the high limit per host.
var defaultHTTPClient = sync.OnceValue(func() *http.Client {
	transport := awshttp.NewBuildableClient().GetTransport()
	transport.MaxIdleConnsPerHost = transport.MaxIdleConns
	return &http.Client{
		Transport: transport,
		Timeout:   attemptTimeout,
		// A redirect would carry the password on to wherever it points. Here as
		// well as in withoutRedirects, which does not see through a client that the
		// user's AWSOptions put around this one.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
})

// withoutRedirects keeps a user's client from following them: one would carry a
// signature elsewhere, and turns POST into a GET that may well succeed.
func withoutRedirects(c cip.HTTPClient) cip.HTTPClient {
	client, ok := c.(*http.Client)
	if !ok || client == nil {
		return c
	}
	strict := *client
	strict.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &strict
}

var (
	errReplyTooLarge  = errors.New("reply is larger than 8 MiB")
	errReplyNotJSON   = errors.New("something answered in Cognito's place: check the endpoint, and proxies on the way")
	errReplyMixed     = errors.New("reply says success and error at once")
	errReplyElsewhere = errors.New("the request was redirected")
)

// boundedClient refuses replies that cannot be Cognito's. The AWS SDK takes
// whatever comes with a 200 for the success of an operation without output, so a
// captive portal's page would pass for a deletion.
type boundedClient struct{ cip.HTTPClient }

func (c boundedClient) Do(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		// The AWS SDK's body answers WriteTo with an error once it is closed, as it
		// is when the reply comes before net/http has read the body's end. That
		// costs the connection, and now and then the call.
		req.Body = struct{ io.ReadCloser }{req.Body}
	}
	resp, err := c.HTTPClient.Do(req)
	if err != nil || resp == nil || resp.Body == nil {
		return resp, err
	}
	if err := checkReply(req, resp); err != nil {
		_ = resp.Body.Close()
		return nil, err
	}
	resp.Body = &boundedBody{ReadCloser: resp.Body, left: maxReply}
	return resp, nil
}

func checkReply(req *http.Request, resp *http.Response) error {
	if r := resp.Request; r != nil && (r.URL.Host != req.URL.Host || r.Method != req.Method) {
		return errReplyElsewhere
	}
	if resp.StatusCode >= http.StatusMultipleChoices {
		return nil // the SDK looks into errors
	}
	if resp.Header.Get("X-Amzn-ErrorType") != "" {
		return errReplyMixed
	}
	kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	switch {
	case kind == "" || strings.Contains(kind, "json"):
		return nil
	case kind == "text/html":
		return errReplyNotJSON
	}
	// Small servers, in tests for instance, do not name the type of what they
	// send; it has to look like JSON then.
	body := bufio.NewReader(resp.Body)
	resp.Body = struct {
		io.Reader
		io.Closer
	}{body, resp.Body}
	if first, err := body.Peek(1); err == nil && first[0] != '{' {
		return errReplyNotJSON
	}
	return nil
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
