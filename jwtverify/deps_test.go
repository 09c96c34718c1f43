package jwtverify_test

import (
	"os/exec"
	"strings"
	"testing"
)

// A service that only receives tokens must not compile the AWS SDK.
func TestNoAWSPackageIsReachable(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "./...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	packages := strings.Fields(string(out))
	if len(packages) < 10 {
		t.Fatalf("go list found only %q", packages)
	}
	for _, name := range packages {
		if strings.Contains(name, "aws") || strings.Contains(name, "smithy") {
			t.Errorf("%s is reachable", name)
		}
	}
}

// What a program gets that only verifies: nothing of the test kits, the
// framework adapters or the rest of the module.
func TestVerifierDependsOnlyOnWhatItNeeds(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", ".").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	allowed := map[string]bool{
		"github.com/MicahParks/jwkset":                   true,
		"github.com/MicahParks/keyfunc/v3":               true,
		"github.com/golang-jwt/jwt/v5":                   true,
		"golang.org/x/time/rate":                         true,
		"github.com/cognitoauth/cognito-go/internal/jws": true,
		"github.com/cognitoauth/cognito-go/jwtverify":    true,
	}
	for name := range strings.FieldsSeq(string(out)) {
		if !allowed[name] {
			t.Errorf("%s is reachable", name)
		}
	}
}
