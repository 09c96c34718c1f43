// Package cognitotest is an Amazon Cognito user pool inside your own process,
// for tests and first steps.
//
// For most uses, start a pool with [NewServer] and talk to it with the client
// that [Server.UserPool] returns:
//
//	srv := cognitotest.NewServer(cognitotest.Config{})
//	defer srv.Close()
//	pool := srv.UserPool()                 // a *cognitoauth.UserPool
//	verifier := srv.Verifier()             // a *jwtverify.Verifier that trusts it
//	code := srv.Code("ada@example.com")    // what the e-mail would have said
//	srv.Advance(2 * time.Hour)             // its clock
//
// It speaks Cognito's wire protocol over HTTP, so any Cognito client in any
// language can use it: it does the server side of SRP, sends codes to an
// outbox, signs its tokens with RS256, serves its keys, and refuses what
// Cognito refuses, in Cognito's words.
//
// # What it is not
//
// It is not for production. Anybody who reaches its port can read every code,
// its AWS credentials are known, and everything is gone when it closes, unless
// [Server.Save] kept it: in a state that holds private keys and client secrets.
// It listens on a loopback address unless told otherwise twice. It has no hosted
// pages, no federation, and no throttling but Cognito's limits on attempts. A
// server has one pool. Operations on what it does not have (domains, identity
// providers, resource servers, imports, branding, …) are refused by name, with
// an OperationNotEnabledException.
//
// # Other ways to test
//
// [Client] is a fake of the interfaces in cognitoauth with one function for
// each method, for tests that need no pool; [NewChallenge] makes what its sign-in
// asks for. [TestClient] checks that something that says it is a
// [cognitoauth.Client] behaves like one.
//
// # Passwords
//
// The pool keeps SRP verifiers, never passwords. Temporary passwords that it
// makes up are in the outbox, where a test reads them.
package cognitotest
