package cognitoauth

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

// request is what one call to AWS is made with, besides its input.
type request struct {
	op string
	// repeatable: sending it twice does what sending it once does, even if the
	// first one was applied and only its answer was lost.
	repeatable bool
	// signed: it needs AWS credentials.
	signed bool
	// secrets are blanked in the error, should Cognito quote one of them.
	secrets []string
}

// call sends one AWS operation under our rules and turns its failure into an
// *Error.
func call[I, O any](ctx context.Context, r request, send func(context.Context, *I, ...func(*cip.Options)) (*O, error), in *I) (*O, error) {
	out, err := send(ctx, in, r.options)
	if err != nil {
		return nil, r.failure(ctx, err)
	}
	return out, nil
}

// options apply to every call, after all that the user configured.
func (r *request) options(o *cip.Options) {
	if o.Retryer == nil {
		o.Retryer = retry.NewStandard()
	}
	o.Retryer = retryer{Retryer: o.Retryer, repeatable: r.repeatable}
	if r.signed {
		o.Credentials = guardedCredentials{o.Credentials}
	}
}
