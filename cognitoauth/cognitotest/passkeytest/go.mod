module github.com/cognitoauth/cognito-go/cognitoauth/cognitotest/passkeytest

go 1.26.0

require (
	github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider v1.61.0
	github.com/cognitoauth/cognito-go v0.0.0-00010101000000-000000000000
	github.com/go-webauthn/webauthn v0.18.2
)

replace github.com/cognitoauth/cognito-go => ../../..
