// Command localpool is a Cognito user pool as a process of its own: for tests
// in any language, and for looking at what a client sends.
//
//	go run ./examples/localpool -addr 127.0.0.1:9229
//
// It prints one line of JSON, with everything that a client must know:
//
//	{"endpoint":"http://127.0.0.1:9229","issuer":…,"jwksUrl":…,"userPoolId":…,"clientId":…,
//	 "region":…,"accessKeyId":…,"secretAccessKey":…}
//
// The endpoint is for any Cognito client. What the pool would have sent by
// e-mail or SMS is read from it too; this is the latest message to somebody, by
// address, phone number, user name or sub, with its "code":
//
//	curl http://127.0.0.1:9229/outbox?to=ada@example.com
//
// Options:
//
//	-addr address     where to listen; port 0 picks a free one
//	-secret-client    adds an app client that has a secret, and "secretClientId"
//	                  and "clientSecret" to the JSON
//	-mfa optional|on  lets users have a second factor, or requires it
//	-devices          remembers devices
//	-issuer original  gives tokens AWS's issuer instead of the endpoint's, for
//	                  verifiers that accept no other; "updated" is AWS's newer form
//	-state file       goes on where the process that last used the file stopped,
//	                  and saves the pool there at the end
//
// The app clients may use every flow that needs no Lambda trigger. Admin
// operations must be signed, for the region and with the credentials in the
// JSON; those are the same for everybody and protect nothing. Like package
// cognitotest, which it is made of, this is for tests and first steps,
// and listens on a loopback address only. It stops on SIGINT and SIGTERM.
//
// A state file holds no passwords, but client secrets, what passwords are
// verified with, and the keys that tokens are signed with: only its owner can
// read it. Messages are not in it. Tokens stay good over a restart on the same
// port, which is part of their issuer; with -issuer, on any.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "localpool:", err)
		os.Exit(1)
	}
}

// description is the line of JSON.
type description struct {
	Endpoint       string `json:"endpoint"`
	Issuer         string `json:"issuer"`
	JWKSURL        string `json:"jwksUrl"`
	UserPoolID     string `json:"userPoolId"`
	ClientID       string `json:"clientId"`
	SecretClientID string `json:"secretClientId,omitempty"`
	ClientSecret   string `json:"clientSecret,omitempty"`

	// To sign admin operations with.
	Region          string `json:"region"`
	AccessKeyID     string `json:"accessKeyId"`
	SecretAccessKey string `json:"secretAccessKey"`
}

// shutdownTimeout is how long requests that have begun may take to finish.
const shutdownTimeout = 5 * time.Second

// run serves until ctx ends. The only thing it writes to out is the line of
// JSON, so that a program can read it.
func run(ctx context.Context, args []string, out, messages io.Writer) error {
	o, err := parse(args, messages)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	} else if err != nil {
		return err
	}
	if o.state != "" {
		switch saved, err := os.ReadFile(o.state); {
		case err == nil:
			o.pool.State = bytes.NewReader(saved)
		case !errors.Is(err, fs.ErrNotExist): // which is a new pool
			return err
		}
	}
	box := &outbox{ready: make(chan struct{})}
	o.pool.NotFound = box
	pool, err := cognitotest.Listen(o.pool)
	if err != nil {
		return err
	}
	defer pool.Close()
	box.open(pool)

	credentials := pool.Credentials()
	d := description{
		Endpoint:        pool.URL(),
		Issuer:          pool.Issuer(),
		JWKSURL:         pool.JWKSURL(),
		UserPoolID:      pool.UserPoolID(),
		ClientID:        pool.ClientID(),
		Region:          pool.AWSConfig().Region,
		AccessKeyID:     credentials.AccessKeyID,
		SecretAccessKey: credentials.SecretAccessKey,
	}
	if o.secretClient {
		d.SecretClientID, d.ClientSecret = secretClient(pool)
	}
	if err := save(pool, o.state); err != nil { // a path that does not work should not be found out at the end
		return err
	}
	if err := json.NewEncoder(out).Encode(d); err != nil { //nolint:gosec // the secrets are there to be read
		return err
	}
	<-ctx.Done()
	// ctx has ended; what is left to do must not end with it.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()
	return errors.Join(pool.Shutdown(ctx), save(pool, o.state))
}

// secretClient finds the app client with a secret in a pool that was loaded, and
// makes one in any other.
func secretClient(pool *cognitotest.Server) (id, secret string) {
	for _, id := range pool.VerifierConfig().ClientIDs {
		if secret := pool.ClientConfig(id).ClientSecret; secret != "" {
			return id, secret
		}
	}
	client := pool.NewClient(cognitotest.AppClient{Name: "localpool-secret", GenerateSecret: true, Flows: flows})
	return client.ID, client.Secret
}

// save replaces the state file, if there is to be one, in one go: whoever reads
// it finds a whole one.
func save(pool *cognitotest.Server, path string) error {
	if path == "" {
		return nil
	}
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }() // which is not there any more if all went well
	if err := errors.Join(pool.Save(f), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

type options struct {
	secretClient bool
	state        string
	pool         cognitotest.Config
}

// flows are those that need no Lambda trigger.
var flows = []string{
	"ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_AUTH",
	"ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH",
}

func parse(args []string, messages io.Writer) (o options, err error) {
	o.pool.Client = cognitotest.AppClient{Name: "localpool", Flows: flows}
	f := flag.NewFlagSet("localpool", flag.ContinueOnError)
	f.SetOutput(io.Discard) // main prints the error
	f.StringVar(&o.pool.Addr, "addr", "127.0.0.1:9229", "`address` to listen on; port 0 picks a free one")
	f.BoolVar(&o.secretClient, "secret-client", false, "add an app client that has a secret")
	f.Func("mfa", "whether users may (`optional`) or must (on) have a second factor", func(mode string) error {
		modes := map[string]cognitotest.MFAMode{"optional": cognitotest.MFAOptional, "on": cognitotest.MFAOn, "off": cognitotest.MFAOff}
		if modes[mode] == "" {
			return errors.New("want optional, on or off")
		}
		o.pool.MFA = modes[mode]
		return nil
	})
	f.Func("issuer", "the `form` of the tokens' issuer: loopback, original or updated", func(form string) error {
		forms := map[string]cognitotest.IssuerForm{
			"loopback": cognitotest.IssuerLoopback, "original": cognitotest.IssuerOriginal, "updated": cognitotest.IssuerUpdated,
		}
		if forms[form] == "" {
			return errors.New("want loopback, original or updated")
		}
		o.pool.Issuer = forms[form]
		return nil
	})
	f.StringVar(&o.state, "state", "", "load the pool from `file`, and save it there at the end")
	devices := f.Bool("devices", false, "remember devices")
	err = f.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		f.SetOutput(messages)
		f.Usage()
	}
	if err != nil {
		return o, err
	}
	if f.NArg() > 0 {
		return o, fmt.Errorf("unexpected argument %q", f.Arg(0))
	}
	if *devices {
		o.pool.Devices = cognitotest.DevicesAlways
	}
	return o, nil
}
