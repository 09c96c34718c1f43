package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/cognitoauth/cognito-go/jwtverify"
)

// options are what to verify with, and what to name when it refuses.
type options struct {
	config     jwtverify.Config
	use        jwtverify.TokenUse
	keys       string // where they come from, in words
	resource   string
	maxAuthAge time.Duration
}

// maxKeyFile is as much as the verifier would fetch.
const maxKeyFile = 256 << 10

func parse(args []string, stderr io.Writer) (*options, error) {
	o := &options{use: jwtverify.Access}
	cfg := &o.config
	var scopes, groups []string
	var keyFile string

	flags := flag.NewFlagSet("verifytoken", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&cfg.UserPoolID, "pool", "", "the user pool's `id`, from which its issuers follow")
	flags.Func("client", "the app client's `id`; several with commas between them", list(&cfg.ClientIDs))
	flags.BoolVar(&cfg.AnyClient, "any-client", false, "accept every app client of the pool")
	flags.Func("use", "the kind of token, `access|id` (default access)", func(s string) error {
		o.use = jwtverify.TokenUse(s)
		if o.use != jwtverify.Access && o.use != jwtverify.ID {
			return errors.New("want access or id")
		}
		return nil
	})
	flags.StringVar(&keyFile, "jwks", "", "the `file` with the keys; nothing is fetched")
	flags.StringVar(&cfg.JWKSURL, "jwks-url", "", "the `url` of the keys, if not the pool's")
	flags.StringVar(&cfg.Issuer, "issuer", "", "the issuer's `url`, if not the pool's")
	flags.Func("scopes", "the `scopes` that the token must have, all of them", list(&scopes))
	flags.Func("groups", "the `groups` of which the user must be in one", list(&groups))
	flags.StringVar(&o.resource, "resource", "", "the `id` of the resource server that the token must be bound to")
	flags.DurationVar(&o.maxAuthAge, "max-auth-age", 0, "how long ago the user may have signed in")
	flags.DurationVar(&cfg.Leeway, "leeway", 0, "how far clocks may be apart")
	flags.Func("at", "the `time` to judge by, as 2006-01-02T15:04:05Z (default now)", func(s string) error {
		at, err := time.Parse(time.RFC3339, s)
		cfg.Now = func() time.Time { return at }
		return err
	})
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	if flags.NArg() > 0 {
		// What follows may well be a token, which does not belong in the
		// shell's history, nor on the screen.
		return nil, errors.New("the token is read from the standard input, not from the arguments")
	}

	o.keys = cfg.JWKSURL
	switch {
	case keyFile != "":
		set, err := readKeySet(keyFile)
		if err != nil {
			return nil, err
		}
		cfg.KeySet, o.keys = set, keyFile
	case o.keys == "":
		o.keys = strings.Join(o.issuers(), " or ") + ", under /.well-known/jwks.json"
	}
	if len(scopes) > 0 {
		cfg.Requirements = append(cfg.Requirements, jwtverify.AllScopes(scopes...))
	}
	if len(groups) > 0 {
		cfg.Requirements = append(cfg.Requirements, jwtverify.AnyGroup(groups...))
	}
	if o.resource != "" {
		cfg.Requirements = append(cfg.Requirements, jwtverify.Resource(o.resource))
	}
	if o.maxAuthAge != 0 {
		cfg.Requirements = append(cfg.Requirements, jwtverify.MaxAuthAge(o.maxAuthAge))
	}
	return o, nil
}

// list returns the setter of a flag whose value has commas between its parts.
func list(to *[]string) func(string) error {
	return func(s string) error {
		*to = append(*to, strings.Split(s, ",")...)
		return nil
	}
}

func readKeySet(path string) (*jwtverify.KeySet, error) {
	f, err := os.Open(path) //nolint:gosec // the file that the user names
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // nothing was written
	doc, err := io.ReadAll(io.LimitReader(f, maxKeyFile))
	if err != nil {
		return nil, err
	}
	set, err := jwtverify.ParseKeySet(doc)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return set, nil
}

// otherDomains are the beginnings of the regions whose issuers jwtverify derives from
// another domain than amazonaws.com.
var otherDomains = []string{"cn-", "eusc-", "us-iso", "eu-isoe-"}

// issuers lists the issuers that are accepted, as jwtverify.Config says.
func (o *options) issuers() []string {
	if o.config.Issuer != "" {
		return []string{o.config.Issuer}
	}
	pool := o.config.UserPoolID
	for _, prefix := range otherDomains {
		if strings.HasPrefix(pool, prefix) {
			return []string{"the issuer that the partition of its region gives " + pool}
		}
	}
	region, _, _ := strings.Cut(pool, "_")
	rest := region + ".amazonaws.com/" + pool
	return []string{"https://cognito-idp." + rest, "https://issuer-cognito-idp." + rest}
}

// now is the time that tokens are judged by.
func (o *options) now() time.Time {
	if o.config.Now != nil {
		return o.config.Now()
	}
	return time.Now()
}
