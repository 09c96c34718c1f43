package cognitoauth_test

import (
	"context"
	"fmt"
	"log"
	"maps"
	"slices"
	"sync"
	"time"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/smithy-go/middleware"

	"github.com/cognitoauth/cognito-go/cognitoauth"
	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest"
)

// callMetrics stands for the counters and histograms of a metrics library.
type callMetrics struct {
	mu     sync.Mutex
	calls  map[string]int
	failed map[string]int
	took   map[string]time.Duration
}

func (m *callMetrics) observe(operation string, took time.Duration, failed bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.calls[operation]++
	m.took[operation] += took
	if failed {
		m.failed[operation]++
	}
}

// measure is for Config.AWSOptions.
func (m *callMetrics) measure(o *cip.Options) {
	around := middleware.InitializeMiddlewareFunc("Measure", func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
		began := time.Now()
		out, metadata, err := next.HandleInitialize(ctx, in) // with all its retries
		m.observe(awsmiddleware.GetOperationName(ctx), time.Since(began), err != nil)
		return out, metadata, err
	})
	o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
		// With middleware.Before, the operation would have no name yet.
		return stack.Initialize.Add(around, middleware.After)
	})
}

// AWSOptions count and time the calls to AWS, by AWS's names for them. Those are
// not the operations of this package: one Authenticate is two calls.
func ExampleConfig_awsOptions() {
	ctx := context.Background()
	srv := cognitotest.NewServer(cognitotest.Config{})
	defer srv.Close()
	srv.AddUser(cognitotest.User{Username: "ada", Password: "Correct-Horse-9"})

	metrics := &callMetrics{calls: map[string]int{}, failed: map[string]int{}, took: map[string]time.Duration{}}
	cfg := srv.ClientConfig(srv.ClientID()) // on AWS: cognitoauth.Config{…}
	cfg.AWSOptions = []func(*cip.Options){metrics.measure}
	pool, err := cognitoauth.New(cfg)
	if err != nil {
		log.Fatal(err)
	}

	for _, password := range []string{"guess", "Correct-Horse-9"} {
		_, err := pool.Authenticate(ctx, cognitoauth.AuthenticateInput{Username: "ada", Password: password})
		fmt.Println("signed in:", err == nil)
	}
	for _, operation := range slices.Sorted(maps.Keys(metrics.calls)) {
		fmt.Println(operation, metrics.calls[operation], "calls,", metrics.failed[operation], "failed, timed:", metrics.took[operation] > 0)
	}
	// Output:
	// signed in: false
	// signed in: true
	// InitiateAuth 2 calls, 0 failed, timed: true
	// RespondToAuthChallenge 2 calls, 1 failed, timed: true
}
