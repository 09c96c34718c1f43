package cognitoauth_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/cognitoauth/cognito-go/cognitoauth"
	"github.com/cognitoauth/cognito-go/cognitoauth/cognitotest"
)

// Invite a user by e-mail. With Message: InvitationSuppress nothing is sent, and
// SetUserPassword gives them a password to go on with.
func ExampleAdmin_CreateUser() {
	srv := cognitotest.NewServer(cognitotest.Config{})
	defer srv.Close()
	ctx, admin := context.Background(), srv.UserPool().Admin()

	user, err := admin.CreateUser(ctx, cognitoauth.AdminCreateUserInput{
		Username:        "ada",
		Attributes:      map[string]string{"email": "ada@example.com", "email_verified": "true"},
		DeliveryMediums: []cognitoauth.DeliveryMedium{cognitoauth.DeliveryEmail},
	})
	if err != nil {
		log.Panic(err)
	}
	fmt.Println(user.Username, user.Status, len(srv.Messages("ada@example.com")))
	// Output: ada FORCE_CHANGE_PASSWORD 1
}

// Find users by what somebody typed: it can be anything.
func ExampleAdmin_ListUsers() {
	srv := cognitotest.NewServer(cognitotest.Config{})
	defer srv.Close()
	ctx, admin := context.Background(), srv.UserPool().Admin()
	for name, email := range map[string]string{"ada": "ada@example.com", "alan": "alan@example.com", "bob": "bob@example.net"} {
		_, err := admin.CreateUser(ctx, cognitoauth.AdminCreateUserInput{
			Username: name, Attributes: map[string]string{"email": email}, Message: cognitoauth.InvitationSuppress,
		})
		if err != nil {
			log.Panic(err)
		}
	}

	for _, typed := range []string{"a", `" or email ^= "`} {
		found := 0
		for _, err := range admin.ListUsers(ctx, cognitoauth.ListUsersInput{Filter: cognitoauth.FilterPrefix("email", typed)}) {
			if err != nil {
				log.Panic(err)
			}
			found++
		}
		fmt.Println(typed, "finds", found)
	}
	// Output:
	// a finds 2
	// " or email ^= " finds 0
}

// Make a group unless it is there, and put a user in it.
func ExampleAdmin_AddUserToGroup() {
	srv := cognitotest.NewServer(cognitotest.Config{})
	defer srv.Close()
	ctx, admin := context.Background(), srv.UserPool().Admin()
	if _, err := admin.CreateUser(ctx, cognitoauth.AdminCreateUserInput{Username: "ada", Message: cognitoauth.InvitationSuppress}); err != nil {
		log.Panic(err)
	}

	_, err := admin.CreateGroup(ctx, cognitoauth.CreateGroupInput{Name: "admins", Precedence: cognitoauth.Precedence(0)})
	if err != nil && !errors.Is(err, cognitoauth.ErrGroupExists) {
		log.Panic(err)
	}
	if _, err := admin.AddUserToGroup(ctx, cognitoauth.AdminAddUserToGroupInput{Username: "ada", Group: "admins"}); err != nil {
		log.Panic(err)
	}
	for group, err := range admin.ListGroupsForUser(ctx, cognitoauth.AdminListGroupsForUserInput{Username: "ada"}) {
		if err != nil {
			log.Panic(err)
		}
		fmt.Println(group.Name, group.Precedence)
	}
	// Output: admins 0
}
