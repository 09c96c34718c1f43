// The AWS command line interface: administration with signatures.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";

import { client } from "./harness.mjs";

const step = client("aws-cli");

const password = "Correct-horse-7";

export async function awsCLI(program, pool) {
  // Nothing of whoever runs this: neither settings nor credentials.
  const env = {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("AWS_"))),
    AWS_ACCESS_KEY_ID: pool.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: pool.credentials.secretAccessKey,
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_PAGER: "",
    NO_PROXY: "127.0.0.1",
  };
  const run = (args, changes = {}) =>
    new Promise((resolve, reject) => {
      const common = ["--endpoint-url", pool.endpoint, "--region", pool.region, "--output", "json"];
      execFile(program, ["cognito-idp", ...args, ...common], { env: { ...env, ...changes } }, (error, stdout, stderr) => {
        if (error) {
          error.name = "exit";
          error.message = stderr.trim();
          return reject(error);
        }
        resolve(stdout ? JSON.parse(stdout) : undefined);
      });
    });
  const inPool = (operation, ...args) => run([operation, "--user-pool-id", pool.userPoolId, ...args]);
  const on = (operation, name, ...args) => inPool(operation, "--username", name, ...args);

  /** refused is a step that must end in this exception, in the words that the CLI prints. */
  const refused = (what, exception, operation, message, check) =>
    step(`${what}: ${exception}`, async () => {
      await assert.rejects(check, (error) => {
        assert.equal(error.message, `An error occurred (${exception}) when calling the ${operation} operation: ${message}`);
        assert.ok(error.code > 0);
        return true;
      });
    });

  await step("admin-create-user", async () => {
    const { User } = await on(
      "admin-create-user", "barbara", "--temporary-password", "Temporary-1", "--message-action", "SUPPRESS",
      "--user-attributes", "Name=email,Value=barbara@example.com", "Name=email_verified,Value=true",
    );
    assert.equal(User.Username, "barbara");
    assert.equal(User.UserStatus, "FORCE_CHANGE_PASSWORD");
  });
  await refused("admin-create-user, again", "UsernameExistsException", "AdminCreateUser", "User account already exists", () =>
    on("admin-create-user", "barbara", "--message-action", "SUPPRESS"),
  );
  await step("admin-set-user-password", () =>
    on("admin-set-user-password", "barbara", "--password", password, "--permanent"),
  );
  await step("admin-get-user", async () => {
    const user = await on("admin-get-user", "barbara");
    assert.equal(user.UserStatus, "CONFIRMED");
    // Version 1 prints the seconds that it got, version 2 a date.
    const created = typeof user.UserCreateDate === "number" ? user.UserCreateDate * 1000 : Date.parse(user.UserCreateDate);
    assert.ok(Math.abs(created - Date.now()) < 600_000, user.UserCreateDate);
  });
  await step("create-group and admin-add-user-to-group", async () => {
    await inPool("create-group", "--group-name", "compilers");
    await on("admin-add-user-to-group", "barbara", "--group-name", "compilers");
    const { Groups } = await on("admin-list-groups-for-user", "barbara");
    assert.deepEqual(Groups.map((g) => g.GroupName), ["compilers"]);
  });
  await step("list-users, with a filter", async () => {
    const { Users } = await inPool("list-users", "--filter", 'email = "barbara@example.com"');
    assert.deepEqual(Users.map((u) => u.Username), ["barbara"]);
  });
  await step("list-users, page by page", async () => {
    for (const name of ["cli-1", "cli-2"]) await on("admin-create-user", name, "--message-action", "SUPPRESS");
    const { Users } = await inPool("list-users", "--filter", 'username ^= "cli-"', "--page-size", "1");
    assert.deepEqual(Users.map((u) => u.Username).sort(), ["cli-1", "cli-2"]);
  });
  await step("admin-initiate-auth", async () => {
    const { AuthenticationResult } = await inPool(
      "admin-initiate-auth", "--client-id", pool.clientId, "--auth-flow", "ADMIN_USER_PASSWORD_AUTH",
      "--auth-parameters", `USERNAME=barbara,PASSWORD=${password}`,
    );
    assert.equal(AuthenticationResult.TokenType, "Bearer");
  });
  await step("sign-up without credentials", async () => {
    const { UserConfirmed } = await run([
      "sign-up", "--client-id", pool.clientId, "--username", "cli-3", "--password", password, "--no-sign-request",
    ]);
    assert.equal(UserConfirmed, false);
  });
  const list = ["list-users", "--user-pool-id", pool.userPoolId];
  await refused("no signature", "MissingAuthenticationTokenException", "ListUsers", "Missing Authentication Token", () =>
    run([...list, "--no-sign-request"]),
  );
  await refused(
    "wrong secret access key", "InvalidSignatureException", "ListUsers",
    "The request signature we calculated does not match the signature you provided. " +
      "Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
    () => run(list, { AWS_SECRET_ACCESS_KEY: "wrong" }),
  );
  await refused(
    "unknown access key", "UnrecognizedClientException", "ListUsers",
    "The security token included in the request is invalid.",
    () => run(list, { AWS_ACCESS_KEY_ID: "AKIAUNKNOWN123456789" }),
  );
  await step("admin-delete-user", () => on("admin-delete-user", "barbara"));
  await refused("admin-get-user, deleted user", "UserNotFoundException", "AdminGetUser", "User does not exist.", () =>
    on("admin-get-user", "barbara"),
  );
}
