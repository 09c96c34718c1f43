// Package jwtverifytest issues the tokens of an Amazon Cognito user pool that
// does not exist, for the tests of services that verify tokens.
//
// For most uses, make an issuer with [NewIssuer], give its [Issuer.Verifier] to
// the service, and send the service its tokens:
//
//	iss := jwtverifytest.NewIssuer(jwtverifytest.Config{})
//	service := newService(iss.Verifier())
//	req.Header.Set("Authorization", "Bearer "+iss.AccessToken(jwtverifytest.Groups("admin")))
//
// Without options, a token is one that the verifier accepts. Each [Option]
// changes one thing: a claim, the header, the key, the signature. So a test of
// what a service refuses changes the one thing it is about.
//
// # Keys
//
// As on AWS, ID tokens and access tokens are signed with different RSA keys. All
// issuers of a process share them, because making them takes a while, unless
// [Config.OwnKeys] says otherwise. Tokens of one issuer are still no good at
// another: pool and client are each issuer's own.
//
// # The key server
//
// The verifier fetches the keys as it does from AWS, but from an [Issuer] in the
// same process: no port is opened, no network is needed, and nothing has to be
// closed. [Issuer.Rotate], [Issuer.Break] and [Issuer.Fetches] are there to
// see how a service lives through rotations and outages. An Issuer is an
// [net/http.Handler] too, and [Issuer.Serve] puts it on a port, for a service
// that runs in another process.
//
// # Security
//
// An Issuer signs anything for anybody. It belongs in tests and examples; no
// production verifier may trust it.
package jwtverifytest
