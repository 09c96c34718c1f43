package cognitotest

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/cognitoauth/cognito-go/cognitoauth"
)

// clientMethods are the methods of cognitoauth that are not called as the
// operation is, without its Admin prefix.
var clientMethods = map[string]string{
	"AdminInitiateAuth":           "Admin.Authenticate",
	"AdminRespondToAuthChallenge": "Admin.RespondToChallenge",
	"AdminUserGlobalSignOut":      "Admin.SignOut",
	"GetTokensFromRefreshToken":   "Refresh",
	"GlobalSignOut":               "SignOut",
	"InitiateAuth":                "Authenticate",
	"RespondToAuthChallenge":      "RespondToChallenge",
}

// TestOperationsPage holds docs/operations.md to the code: every operation of
// the AWS SDK, what the pool does with it, and what calls it. Set
// COGNITOTEST_UPDATE=1 to write the page.
func TestOperationsPage(t *testing.T) {
	t.Parallel()
	var page strings.Builder
	page.WriteString(`# Operations

Every operation of the Cognito user pools API, in the version of the AWS SDK that
this module is built with: how ` + "`cognitoauth`" + ` calls it, and what the pool
in the process (` + "`cognitotest`" + `) does with it. "Refused" is an
OperationNotEnabledException that names the operation: what those manage, the
pool has from its ` + "`Config`" + `, or not at all. Nothing succeeds silently.

This page is written by a test: COGNITOTEST_UPDATE=1 go test -run TestOperationsPage ./cognitoauth/cognitotest

| operation | credentials | cognitoauth | cognitotest |
|---|---|---|---|
`)
	done, refused := 0, 0
	for _, name := range sdkOperations() {
		signature := "AWS"
		if isPublic(name) {
			signature = "none"
		}
		state := "refused"
		switch _, carriedOut := operations[name]; {
		case carriedOut:
			state = "carried out"
			done++
		case refusedOperations[name]:
			refused++
		default:
			t.Errorf("%s is neither carried out nor refused", name)
		}
		_, _ = fmt.Fprintf(&page, "| %s | %s | %s | %s |\n", name, signature, clientMethod(name), state)
	}
	_, _ = fmt.Fprintf(&page, "\n%d carried out, %d refused.\n", done, refused)

	path := filepath.Join("..", "..", "docs", "operations.md")
	if os.Getenv("COGNITOTEST_UPDATE") != "" {
		if err := os.WriteFile(path, []byte(page.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != page.String() {
		t.Error("docs/operations.md is not what the code says: write it anew with COGNITOTEST_UPDATE=1")
	}
}

// sdkOperations lists the AWS SDK's operations by their methods.
func sdkOperations() []string {
	var names []string
	for m := range reflect.TypeFor[*cognitoidentityprovider.Client]().Methods() {
		if m.Type.NumIn() == 4 && strings.HasSuffix(m.Type.In(2).String(), "."+m.Name+"Input") {
			names = append(names, m.Name)
		}
	}
	slices.Sort(names)
	return names
}

func clientMethod(operation string) string {
	if method, ok := clientMethods[operation]; ok {
		return "`" + method + "`"
	}
	if _, ok := reflect.TypeFor[*cognitoauth.Admin]().MethodByName(strings.TrimPrefix(operation, "Admin")); ok && !isPublic(operation) {
		return "`Admin." + strings.TrimPrefix(operation, "Admin") + "`"
	}
	if _, ok := reflect.TypeFor[*cognitoauth.UserPool]().MethodByName(operation); ok {
		return "`" + operation + "`"
	}
	return ""
}

func isPublic(operation string) bool {
	op, ok := operations[operation]
	return ok && op.access == anyone
}
