// Command quickstart walks through the whole life of a user of a Cognito user
// pool: sign-up, confirmation, sign-in, tokens, passwords, deletion, and what
// is refused on the way.
//
//	go run ./examples/quickstart
//
// It needs nothing: the user pool runs inside the process. Each step is one
// line, ✓ if it went as it should and ✗ if not. The exit code is 0 if all did.
//
//	go run ./examples/quickstart -aws
//
// does the same on a real user pool, and asks on the terminal for an e-mail
// address and for the codes that arrive there. It reads
//
//	AWS_COGNITO_USER_POOL_ID, AWS_COGNITO_CLIENT_ID
//	AWS_COGNITO_CLIENT_SECRET   if the app client has a secret
//
// and for the deletion AWS credentials, from wherever the AWS SDK finds them,
// that may call cognito-idp:AdminDeleteUser. The app client must allow
// ALLOW_USER_SRP_AUTH and ALLOW_REFRESH_TOKEN_AUTH. The user pool must send codes
// by e-mail, not require a second factor, and not track devices.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"
)

func main() {
	os.Exit(run(context.Background(), os.Args[1:], os.Stdin, os.Stdout))
}

// run returns the exit code.
func run(ctx context.Context, args []string, in io.Reader, out io.Writer) int {
	flags := flag.NewFlagSet("quickstart", flag.ContinueOnError)
	flags.SetOutput(out)
	onAWS := flags.Bool("aws", false, "run on the user pool that the environment names")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case flags.NArg() > 0:
		fmt.Fprintf(out, "unexpected argument %q\n", flags.Arg(0))
		return 2
	}

	open := openLocal
	if *onAWS {
		open = func() (*stage, error) { return openAWS(in, out) }
	}
	stage, err := open()
	if err != nil {
		fmt.Fprintln(out, err)
		return 1
	}
	defer stage.close()
	return tell(ctx, stage, out)
}

// tell plays the whole story and returns the exit code.
func tell(ctx context.Context, stage *stage, out io.Writer) int {
	fmt.Fprintf(out, "%s\n\n", stage.title)
	story := newStory(stage)
	if err := play(ctx, story.steps(), out, time.Now); err != nil {
		fmt.Fprintf(out, "\nFailed at %v.\n%s", err, story.leftover())
		return 1
	}
	return 0
}
