// Package jwtverify verifies the JSON Web Tokens of Amazon Cognito user pools.
//
// For most uses, call [New] once with the pool and your app client, keep the
// [Verifier], and call [Verifier.VerifyAccessToken] on each request.
package jwtverify
