// Package cognito is the root of the cognito-go module and holds no code.
//
// Import what you need:
//
//   - [github.com/cognitoauth/cognito-go/cognitoauth] signs users up and in;
//   - [github.com/cognitoauth/cognito-go/jwtverify] verifies their tokens;
//   - [github.com/cognitoauth/cognito-go/cognitoauth/cognitotest] is a user
//     pool inside your own process, for tests and first steps.
package cognito
