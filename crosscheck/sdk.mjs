// The AWS SDK for JavaScript: administration with signatures, and what needs
// none.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";

import * as sdk from "@aws-sdk/client-cognito-identity-provider";

import { connect, list } from "./admin.mjs";
import { client } from "./harness.mjs";
import { claims, code } from "./pools.mjs";

const step = client("aws-sdk");

const password = "Correct-horse-7";
const second = "Battery-staple-8";
const noUser = ["UserNotFoundException", "User does not exist."];
const badPassword = ["NotAuthorizedException", "Incorrect username or password."];

export async function awsSDK(pool) {
  const aws = connect(pool);
  // send adds what every operation on the pool needs.
  const send = (Command, input = {}, to = aws) => to.send(new Command({ UserPoolId: pool.userPoolId, ...input }));

  await signatures(pool, send);
  await users(pool, send);
  await signIn(pool, send);
  await groups(pool, send);
  await listing(send);
  await clients(pool, send);
  await unsigned(pool);
  await end(send);
}

async function signatures(pool, send) {
  const list = (to) => send(sdk.ListUsersCommand, {}, to);

  await step("a signed operation", async () => {
    const result = await list();
    assert.equal(result.$metadata.httpStatusCode, 200);
    assert.match(result.$metadata.requestId, /^[0-9a-f-]{36}$/);
  });
  await step.refused(
    "wrong secret access key",
    "InvalidSignatureException",
    "The request signature we calculated does not match the signature you provided. " +
      "Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
    () => list(connect(pool, { credentials: { ...pool.credentials, secretAccessKey: "wrong" } })),
  );
  await step.refused(
    "unknown access key",
    "UnrecognizedClientException",
    "The security token included in the request is invalid.",
    () => list(connect(pool, { credentials: { ...pool.credentials, accessKeyId: "AKIAUNKNOWN123456789" } })),
  );
  // What happens to a request after it was signed.
  const meddling = (change) => {
    const to = connect(pool);
    to.middlewareStack.addRelativeTo(
      (next) => (args) => {
        change(args.request);
        return next(args);
      },
      { relation: "after", toMiddleware: "httpSigningMiddleware", name: "meddling" },
    );
    return to;
  };
  await step.refused("no signature", "MissingAuthenticationTokenException", "Missing Authentication Token", () =>
    list(meddling((request) => delete request.headers.authorization)),
  );
  await step.refused(
    "body that was changed after signing",
    "InvalidSignatureException",
    "The request signature we calculated does not match the signature you provided. " +
      "Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
    () =>
      list(
        meddling((request) => {
          request.body = Buffer.from(new TextDecoder().decode(request.body).replace("UserPoolId", "UserPoolID"));
        }),
      ),
  );
  await step("a client whose clock is an hour off sets it by the answer", async () => {
    const to = connect(pool, { systemClockOffset: -3600_000 });
    const result = await list(to);
    assert.equal(result.$metadata.attempts, 2);
    assert.ok(Math.abs(to.config.systemClockOffset) < 60_000);
  });
  await step.refused(
    "pool that does not exist",
    "ResourceNotFoundException",
    "User pool us-east-1_Nowhere1 does not exist.",
    () => send(sdk.ListUsersCommand, { UserPoolId: "us-east-1_Nowhere1" }),
  );
  await step("an operation that this pool does not have is refused by name", async () => {
    await assert.rejects(send(sdk.CreateIdentityProviderCommand, {
      ProviderName: "example",
      ProviderType: "OIDC",
      ProviderDetails: {},
    }), { name: "OperationNotEnabledException", message: /CreateIdentityProvider/ });
  });
}

async function users(pool, send) {
  const Username = "alan";
  const email = "alan@example.com";
  const UserAttributes = list({ email, email_verified: "true" });

  await step("AdminCreateUser", async () => {
    const { User } = await send(sdk.AdminCreateUserCommand, {
      Username,
      UserAttributes,
      TemporaryPassword: "Temporary-1",
      MessageAction: "SUPPRESS",
    });
    assert.equal(User.Username, Username);
    assert.equal(User.UserStatus, "FORCE_CHANGE_PASSWORD");
    assert.equal(User.Enabled, true);
    assert.ok(Math.abs(User.UserCreateDate - Date.now()) < 60_000);
    assert.equal(value(User.Attributes, "email"), email);
  });
  await step.refused(
    "AdminCreateUser, a name that is taken",
    "UsernameExistsException",
    "User account already exists",
    () => send(sdk.AdminCreateUserCommand, { Username, MessageAction: "SUPPRESS" }),
  );
  await step("AdminCreateUser sends an invitation", async () => {
    await send(sdk.AdminCreateUserCommand, {
      Username: "invited",
      UserAttributes: list({ email: "invited@example.com" }),
      DesiredDeliveryMediums: ["EMAIL"],
    });
    const response = await fetch(`${pool.endpoint}/outbox?to=invited@example.com`);
    const message = await response.json();
    const result = await send(sdk.AdminInitiateAuthCommand, {
      ClientId: pool.clientId,
      AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
      AuthParameters: { USERNAME: "invited", PASSWORD: message.temporaryPassword },
    });
    assert.equal(result.ChallengeName, "NEW_PASSWORD_REQUIRED");
  });
  await step("AdminGetUser", async () => {
    const user = await send(sdk.AdminGetUserCommand, { Username });
    assert.equal(user.Username, Username);
    assert.equal(user.UserStatus, "FORCE_CHANGE_PASSWORD");
    assert.equal(user.UserMFASettingList, undefined);
    assert.equal(user.PreferredMfaSetting, undefined);
    assert.equal(value(user.UserAttributes, "email_verified"), "true");
  });
  await step("AdminGetUser by sub", async () => {
    const { UserAttributes } = await send(sdk.AdminGetUserCommand, { Username });
    assert.equal((await send(sdk.AdminGetUserCommand, { Username: value(UserAttributes, "sub") })).Username, Username);
  });
  const error = await step.refused("AdminGetUser, unknown user", ...noUser, () =>
    send(sdk.AdminGetUserCommand, { Username: "nobody" }),
  );
  await step("an exception has its type, its status and a request ID", async () => {
    assert.ok(error instanceof sdk.UserNotFoundException);
    assert.equal(error.$fault, "client");
    assert.equal(error.$metadata.httpStatusCode, 400);
    assert.match(error.$metadata.requestId, /^[0-9a-f-]{36}$/);
  });
  await step("AdminUpdateUserAttributes and AdminDeleteUserAttributes", async () => {
    await send(sdk.AdminUpdateUserAttributesCommand, { Username, UserAttributes: list({ name: "Alan Turing", nickname: "Al" }) });
    await send(sdk.AdminDeleteUserAttributesCommand, { Username, UserAttributeNames: ["nickname"] });
    const user = await send(sdk.AdminGetUserCommand, { Username });
    assert.equal(value(user.UserAttributes, "name"), "Alan Turing");
    assert.equal(value(user.UserAttributes, "nickname"), undefined);
  });
  await step.refused(
    "AdminSetUserPassword, against the policy",
    "InvalidPasswordException",
    "Password did not conform with policy: Password must have uppercase characters",
    () => send(sdk.AdminSetUserPasswordCommand, { Username, Password: "correct-horse-7", Permanent: true }),
  );
  await step("AdminSetUserPassword", async () => {
    await send(sdk.AdminSetUserPasswordCommand, { Username, Password: password, Permanent: true });
    assert.equal((await send(sdk.AdminGetUserCommand, { Username })).UserStatus, "CONFIRMED");
  });
  await step.refused(
    "AdminConfirmSignUp, confirmed user",
    "NotAuthorizedException",
    "User cannot be confirmed. Current status is CONFIRMED",
    () => send(sdk.AdminConfirmSignUpCommand, { Username }),
  );
  await step("AdminConfirmSignUp", async () => {
    const ClientId = pool.clientId;
    await send(sdk.SignUpCommand, { ClientId, Username: "mary", Password: password, UserPoolId: undefined });
    assert.equal((await send(sdk.AdminGetUserCommand, { Username: "mary" })).UserStatus, "UNCONFIRMED");
    await send(sdk.AdminConfirmSignUpCommand, { Username: "mary" });
    assert.equal((await send(sdk.AdminGetUserCommand, { Username: "mary" })).UserStatus, "CONFIRMED");
  });
  await step.refused(
    "AdminResetUserPassword without a verified address",
    "InvalidParameterException",
    "Cannot reset password for the user as there is no registered/verified email or phone_number",
    () => send(sdk.AdminResetUserPasswordCommand, { Username: "mary" }),
  );
  await step("AdminDisableUser and AdminEnableUser", async () => {
    await send(sdk.AdminDisableUserCommand, { Username: "mary" });
    assert.equal((await send(sdk.AdminGetUserCommand, { Username: "mary" })).Enabled, false);
    await send(sdk.AdminEnableUserCommand, { Username: "mary" });
    assert.equal((await send(sdk.AdminGetUserCommand, { Username: "mary" })).Enabled, true);
  });
  for (const [name, Command, input] of [
    ["AdminDeleteUser", sdk.AdminDeleteUserCommand],
    ["AdminDisableUser", sdk.AdminDisableUserCommand],
    ["AdminResetUserPassword", sdk.AdminResetUserPasswordCommand],
    ["AdminSetUserPassword", sdk.AdminSetUserPasswordCommand, { Password: password, Permanent: true }],
    ["AdminUserGlobalSignOut", sdk.AdminUserGlobalSignOutCommand],
  ]) {
    await step.refused(`${name}, unknown user`, ...noUser, () => send(Command, { Username: "nobody", ...input }));
  }
}

async function signIn(pool, send) {
  const ClientId = pool.clientId;
  const initiate = (AuthFlow, AuthParameters, Command = sdk.AdminInitiateAuthCommand) =>
    send(Command, { ClientId, AuthFlow, AuthParameters });
  const alan = { USERNAME: "alan", PASSWORD: password };
  let tokens;

  await step("AdminInitiateAuth", async () => {
    const result = await initiate("ADMIN_USER_PASSWORD_AUTH", alan);
    tokens = result.AuthenticationResult;
    assert.equal(tokens.TokenType, "Bearer");
    assert.equal(tokens.ExpiresIn, 3600);
    assert.equal(claims(tokens.AccessToken).username, "alan");
    assert.deepEqual(result.ChallengeParameters, {});
  });
  await step.refused("AdminInitiateAuth, wrong password", ...badPassword, () =>
    initiate("ADMIN_USER_PASSWORD_AUTH", { ...alan, PASSWORD: second }),
  );
  await step.refused("AdminInitiateAuth, unknown user", ...noUser, () =>
    initiate("ADMIN_USER_PASSWORD_AUTH", { ...alan, USERNAME: "nobody" }),
  );
  for (const name of ["USERNAME", "PASSWORD"]) {
    await step.refused(
      `AdminInitiateAuth without ${name}`,
      "InvalidParameterException",
      `Missing required parameter ${name}`,
      () => initiate("ADMIN_USER_PASSWORD_AUTH", { ...alan, [name]: undefined }),
    );
  }
  const notHere = ["InvalidParameterException", "Initiate Auth method not supported."];
  await step.refused("USER_PASSWORD_AUTH by an administrator", ...notHere, () => initiate("USER_PASSWORD_AUTH", alan));
  await step.refused("ADMIN_USER_PASSWORD_AUTH by a user", ...notHere, () =>
    initiate("ADMIN_USER_PASSWORD_AUTH", alan, sdk.InitiateAuthCommand),
  );
  await step.refused(
    "flow that Cognito does not have",
    "InvalidParameterException",
    "1 validation error detected: Value 'MAGIC' at 'authFlow' failed to satisfy constraint: Member must satisfy enum " +
      "value set: [USER_SRP_AUTH, REFRESH_TOKEN_AUTH, REFRESH_TOKEN, CUSTOM_AUTH, ADMIN_NO_SRP_AUTH, USER_PASSWORD_AUTH, " +
      "ADMIN_USER_PASSWORD_AUTH, USER_AUTH]",
    () => initiate("MAGIC", alan),
  );
  await step("AdminRespondToAuthChallenge, a new password", async () => {
    await send(sdk.AdminSetUserPasswordCommand, { Username: "mary", Password: "Temporary-1", Permanent: false });
    const asked = await initiate("ADMIN_USER_PASSWORD_AUTH", { USERNAME: "mary", PASSWORD: "Temporary-1" });
    assert.equal(asked.ChallengeName, "NEW_PASSWORD_REQUIRED");
    const result = await send(sdk.AdminRespondToAuthChallengeCommand, {
      ClientId,
      ChallengeName: asked.ChallengeName,
      Session: asked.Session,
      // Cognito takes the temporary password for a new one too.
      ChallengeResponses: { USERNAME: "mary", NEW_PASSWORD: "Temporary-1" },
    });
    assert.equal(claims(result.AuthenticationResult.AccessToken).username, "mary");
  });
  for (const flow of ["REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"]) {
    await step(`AdminInitiateAuth, ${flow}`, async () => {
      const { AuthenticationResult } = await initiate(flow, { REFRESH_TOKEN: tokens.RefreshToken });
      assert.equal(AuthenticationResult.RefreshToken, undefined);
      assert.equal(claims(AuthenticationResult.AccessToken).origin_jti, claims(tokens.AccessToken).origin_jti);
    });
  }
  await step("AdminUserGlobalSignOut", () => send(sdk.AdminUserGlobalSignOutCommand, { Username: "alan" }));
  await step.refused(
    "access token after AdminUserGlobalSignOut",
    "NotAuthorizedException",
    "Access Token has been revoked",
    () => send(sdk.GetUserCommand, { AccessToken: tokens.AccessToken, UserPoolId: undefined }),
  );
}

async function groups(pool, send) {
  const member = { GroupName: "readers", Username: "alan" };
  await step("CreateGroup", async () => {
    const { Group } = await send(sdk.CreateGroupCommand, { GroupName: "readers", Description: "They read.", Precedence: 5 });
    assert.equal(Group.UserPoolId, pool.userPoolId);
    assert.equal(Group.Precedence, 5);
    await send(sdk.CreateGroupCommand, { GroupName: "writers", Precedence: 1 });
  });
  await step.refused("CreateGroup, a name that is taken", "GroupExistsException", "A group with the name already exists.", () =>
    send(sdk.CreateGroupCommand, { GroupName: "readers" }),
  );
  await step("AdminAddUserToGroup, and the groups are in the tokens", async () => {
    await send(sdk.AdminAddUserToGroupCommand, member);
    await send(sdk.AdminAddUserToGroupCommand, { ...member, GroupName: "writers" });
    const { AuthenticationResult } = await send(sdk.AdminInitiateAuthCommand, {
      ClientId: pool.clientId,
      AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
      AuthParameters: { USERNAME: "alan", PASSWORD: password },
    });
    for (const token of [AuthenticationResult.AccessToken, AuthenticationResult.IdToken]) {
      assert.deepEqual(claims(token)["cognito:groups"], ["writers", "readers"]);
    }
  });
  await step("AdminListGroupsForUser, with its paginator", async () => {
    const names = [];
    const pages = sdk.paginateAdminListGroupsForUser(
      { client: connect(pool), pageSize: 1 },
      { UserPoolId: pool.userPoolId, Username: "alan" },
    );
    for await (const page of pages) names.push(...page.Groups.map((g) => g.GroupName));
    assert.deepEqual(names.sort(), ["readers", "writers"]);
  });
  await step("ListUsersInGroup", async () => {
    const { Users } = await send(sdk.ListUsersInGroupCommand, { GroupName: "readers" });
    assert.deepEqual(Users.map((u) => u.Username), ["alan"]);
  });
  await step.refused("AdminAddUserToGroup, unknown group", "ResourceNotFoundException", "Group not found.", () =>
    send(sdk.AdminAddUserToGroupCommand, { ...member, GroupName: "nobody" }),
  );
  await step.refused("AdminAddUserToGroup, unknown user", ...noUser, () =>
    send(sdk.AdminAddUserToGroupCommand, { ...member, Username: "nobody" }),
  );
  await step("AdminRemoveUserFromGroup and DeleteGroup", async () => {
    await send(sdk.AdminRemoveUserFromGroupCommand, member);
    await send(sdk.DeleteGroupCommand, { GroupName: "writers" });
    assert.deepEqual((await send(sdk.AdminListGroupsForUserCommand, { Username: "alan" })).Groups, []);
  });
}

async function listing(send) {
  const names = Array.from({ length: 7 }, (_, i) => `list-${i}`);
  const search = async (Filter, input = {}) =>
    (await send(sdk.ListUsersCommand, { Filter, ...input })).Users.map((u) => u.Username).sort();

  await step("ListUsers, filtered by e-mail address", async () => {
    for (const Username of names) {
      await send(sdk.AdminCreateUserCommand, {
        Username,
        UserAttributes: list({ email: `${Username}@list.example`, family_name: 'O"Hara' }),
        MessageAction: "SUPPRESS",
      });
    }
    assert.deepEqual(await search('email = "list-3@list.example"'), ["list-3"]);
  });
  await step("ListUsers, filtered by the beginning of a name", async () => {
    assert.deepEqual(await search('username ^= "list-"'), names);
  });
  await step("ListUsers, filtered by a value with a quotation mark in it", async () => {
    assert.deepEqual(await search('family_name = "O\\"Hara"'), names);
  });
  await step("ListUsers, filtered by status", async () => {
    await send(sdk.AdminDisableUserCommand, { Username: "list-0" });
    assert.deepEqual(await search('status = "Disabled"'), ["list-0"]);
    assert.deepEqual(await search('cognito:user_status = "CONFIRMED"'), ["alan", "mary"]);
  });
  await step("ListUsers, with nobody to be found", async () => {
    assert.deepEqual(await search('email = "nobody@list.example"'), []);
  });
  await step("ListUsers, some attributes only", async () => {
    const { Users } = await send(sdk.ListUsersCommand, { Filter: 'username = "list-1"', AttributesToGet: ["email"] });
    assert.deepEqual(Users[0].Attributes, list({ email: "list-1@list.example" }));
  });
  await step("ListUsers, page by page", async () => {
    const pages = [];
    let PaginationToken;
    do {
      const page = await send(sdk.ListUsersCommand, { Filter: 'username ^= "list-"', Limit: 3, PaginationToken });
      pages.push(page.Users.map((u) => u.Username));
      PaginationToken = page.PaginationToken;
    } while (PaginationToken);
    assert.deepEqual(pages.map((p) => p.length), [3, 3, 1]);
    assert.deepEqual(pages.flat().sort(), names);
  });
  await step("ListUsers, more than there may be on a page", async () => {
    await assert.rejects(send(sdk.ListUsersCommand, { Limit: 61 }), {
      name: "InvalidParameterException",
      message: "1 validation error detected: Value '61' at 'limit' failed to satisfy constraint: " +
        "Member must have value less than or equal to 60",
    });
  });
  await step("ListUsers, a filter that is none", async () => {
    await assert.rejects(search("email is somebody"), { name: "InvalidParameterException" });
  });
}

async function clients(pool, send) {
  await step("DescribeUserPool and DescribeUserPoolClient", async () => {
    const { UserPool } = await send(sdk.DescribeUserPoolCommand);
    assert.equal(UserPool.Id, pool.userPoolId);
    assert.equal(UserPool.MfaConfiguration, "OFF");
    const { UserPoolClient } = await send(sdk.DescribeUserPoolClientCommand, { ClientId: pool.clientId });
    assert.equal(UserPoolClient.ClientId, pool.clientId);
    assert.equal(UserPoolClient.ClientSecret, undefined);
    assert.ok(UserPoolClient.ExplicitAuthFlows.includes("ALLOW_USER_SRP_AUTH"));
  });

  const anyone = connect(pool, { credentials: undefined });
  const hash = (name) => createHmac("sha256", pool.clientSecret).update(name + pool.secretClientId).digest("base64");
  const signIn = (SECRET_HASH, ClientId = pool.secretClientId) =>
    anyone.send(new sdk.InitiateAuthCommand({
      ClientId,
      AuthFlow: "USER_PASSWORD_AUTH",
      AuthParameters: { USERNAME: "alan", PASSWORD: password, SECRET_HASH },
    }));
  await step("sign-in at a client with a secret", async () => {
    const { AuthenticationResult } = await signIn(hash("alan"));
    assert.equal(claims(AuthenticationResult.AccessToken).client_id, pool.secretClientId);
  });
  await step.refused(
    "client with a secret, without the hash",
    "NotAuthorizedException",
    `Client ${pool.secretClientId} is configured with secret but SECRET_HASH was not received`,
    () => signIn(undefined),
  );
  await step.refused(
    "client with a secret, another user's hash",
    "NotAuthorizedException",
    `Unable to verify secret hash for client ${pool.secretClientId}`,
    () => signIn(hash("mary")),
  );
  await step.refused(
    "client without a secret, given a hash",
    "NotAuthorizedException",
    `Unable to verify secret hash for client ${pool.clientId}`,
    () => signIn(hash("alan"), pool.clientId),
  );
  await step("refreshing at a client with a secret", async () => {
    const { AuthenticationResult } = await signIn(hash("alan"));
    const refreshed = await anyone.send(new sdk.GetTokensFromRefreshTokenCommand({
      ClientId: pool.secretClientId,
      ClientSecret: pool.clientSecret,
      RefreshToken: AuthenticationResult.RefreshToken,
    }));
    assert.equal(claims(refreshed.AuthenticationResult.AccessToken).username, "alan");
  });

  let ClientId;
  await step("CreateUserPoolClient: what its flows, lifetimes and silence say holds", async () => {
    const { UserPoolClient } = await send(sdk.CreateUserPoolClientCommand, {
      ClientName: "short-lived",
      ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
      AccessTokenValidity: 10,
      TokenValidityUnits: { AccessToken: "minutes" },
      PreventUserExistenceErrors: "ENABLED",
    });
    ClientId = UserPoolClient.ClientId;
    const { AuthenticationResult } = await signIn(undefined, ClientId);
    assert.equal(AuthenticationResult.ExpiresIn, 600);
  });
  await step.refused("unknown user at a client that does not say so", ...badPassword, () =>
    anyone.send(new sdk.InitiateAuthCommand({
      ClientId,
      AuthFlow: "USER_PASSWORD_AUTH",
      AuthParameters: { USERNAME: "nobody", PASSWORD: password },
    })),
  );
  await step.refused(
    "SRP at a client that has it off",
    "InvalidParameterException",
    "USER_SRP_AUTH is not enabled for the client.",
    () =>
      anyone.send(new sdk.InitiateAuthCommand({
        ClientId,
        AuthFlow: "USER_SRP_AUTH",
        AuthParameters: { USERNAME: "alan", SRP_A: "abcdef" },
      })),
  );
  await step("DeleteUserPoolClient", () => send(sdk.DeleteUserPoolClientCommand, { ClientId }));
  await step("a deleted client cannot sign in", async () => {
    await assert.rejects(signIn(undefined, ClientId), {
      name: "ResourceNotFoundException",
      message: `User pool client ${ClientId} does not exist.`,
    });
  });
}

/** unsigned: what a client without AWS credentials can do. */
async function unsigned(pool) {
  const anyone = connect(pool, {
    credentials: () => Promise.reject(new Error("nobody needs credentials for this")),
  });
  const ClientId = pool.clientId;
  const email = "joan@example.com";
  let tokens;

  await step("sign-up, confirmation and sign-in without credentials", async () => {
    const UserAttributes = list({ email });
    const { UserConfirmed } = await anyone.send(new sdk.SignUpCommand({ ClientId, Username: "joan", Password: password, UserAttributes }));
    assert.equal(UserConfirmed, false);
    await anyone.send(new sdk.ConfirmSignUpCommand({ ClientId, Username: "joan", ConfirmationCode: await code(pool, email) }));
    const result = await anyone.send(new sdk.InitiateAuthCommand({
      ClientId,
      AuthFlow: "USER_PASSWORD_AUTH",
      AuthParameters: { USERNAME: "joan", PASSWORD: password },
    }));
    tokens = result.AuthenticationResult;
    assert.equal((await anyone.send(new sdk.GetUserCommand({ AccessToken: tokens.AccessToken }))).Username, "joan");
  });
  await step("sign-in by choice, USER_AUTH", async () => {
    const result = await anyone.send(new sdk.InitiateAuthCommand({ ClientId, AuthFlow: "USER_AUTH", AuthParameters: { USERNAME: "joan" } }));
    assert.equal(result.ChallengeName, "SELECT_CHALLENGE");
    assert.deepEqual(result.AvailableChallenges.sort(), ["PASSWORD", "PASSWORD_SRP"]);
    const done = await anyone.send(new sdk.RespondToAuthChallengeCommand({
      ClientId,
      ChallengeName: "SELECT_CHALLENGE",
      Session: result.Session,
      ChallengeResponses: { USERNAME: "joan", ANSWER: "PASSWORD", PASSWORD: password },
    }));
    assert.equal(claims(done.AuthenticationResult.AccessToken).username, "joan");
  });
  await step.refused("session that is none", "NotAuthorizedException", "Invalid session for the user.", () =>
    anyone.send(new sdk.RespondToAuthChallengeCommand({
      ClientId,
      ChallengeName: "SELECT_CHALLENGE",
      Session: "a-session-that-nobody-was-given",
      ChallengeResponses: { USERNAME: "joan", ANSWER: "PASSWORD", PASSWORD: password },
    })),
  );
  await step("refreshing without a user name", async () => {
    const result = await anyone.send(new sdk.GetTokensFromRefreshTokenCommand({ ClientId, RefreshToken: tokens.RefreshToken }));
    assert.equal(claims(result.AuthenticationResult.IdToken)["cognito:username"], "joan");
  });
  await step("revoking", async () => {
    await anyone.send(new sdk.RevokeTokenCommand({ ClientId, Token: tokens.RefreshToken }));
  });
  await step.refused("refresh token that was revoked", "NotAuthorizedException", "Refresh Token has been revoked", () =>
    anyone.send(new sdk.GetTokensFromRefreshTokenCommand({ ClientId, RefreshToken: tokens.RefreshToken })),
  );
}

async function end(send) {
  await step("AdminDeleteUser", async () => {
    for (const Username of ["alan", "mary", "joan", "invited"]) {
      await send(sdk.AdminDeleteUserCommand, { Username });
    }
  });
  await step.refused("AdminGetUser, deleted user", ...noUser, () => send(sdk.AdminGetUserCommand, { Username: "alan" }));
}

const value = (attributes, name) => attributes.find((a) => a.Name === name)?.Value;
