// amazon-cognito-identity-js, from sign-up to the user's end.

import assert from "node:assert/strict";

import { Browser } from "./browser.mjs";
import { client } from "./harness.mjs";
import { claims, code, wrong } from "./pools.mjs";

const step = client("identity-js");

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const password = "Correct-horse-7";
const second = "Battery-staple-8";
const third = "Tr0ub4dor&3-too";

const badCode = ["CodeMismatchException", "Invalid verification code provided, please try again."];
const badPassword = ["NotAuthorizedException", "Incorrect username or password."];
const noUser = ["UserNotFoundException", "User does not exist."];
const noClientUser = ["UserNotFoundException", "Username/client id combination not found."];
const usedCode = ["ExpiredCodeException", "Invalid code provided, please request a code again."];
const emailDelivery = { Destination: "a***@e***", DeliveryMedium: "EMAIL", AttributeName: "email" };

// The client tries a refused refresh again and again for six seconds. These
// steps go on beside the others; the user must be there to their end.
const slow = [];

export async function identityJS(pool, admin) {
  await signUp(pool);
  const ada = await confirm(pool);
  await signIn(pool);
  await tokens(ada, pool);
  await attributes(ada, pool);
  await passwords(ada, pool);
  await sessions(pool);
  await administered(pool, admin);
  await limits(pool, admin);
  await protocol(pool);
  await Promise.all(slow);
  await end(pool);
}

async function signUp(pool) {
  const browser = new Browser(pool);
  const ada = { email: "ada@example.com" };

  await step("sign-up says who, and where the code went", async () => {
    const result = await browser.signUp("ada", password, ada);
    assert.equal(result.userConfirmed, false);
    assert.match(result.userSub, uuid);
    assert.deepEqual(result.codeDeliveryDetails, emailDelivery);
  });
  await step("sign-up without an address sends no code", async () => {
    const result = await browser.signUp("unreachable", password, {});
    assert.equal(result.userConfirmed, false);
    assert.equal(result.codeDeliveryDetails, undefined);
  });
  await step.refused("confirmation when no code was sent", ...usedCode, () =>
    browser.user("unreachable").confirm("123456"),
  );
  await step.refused("duplicate sign-up", "UsernameExistsException", "User already exists", () =>
    browser.signUp("ada", password, ada),
  );
  for (const [what, text, rule] of [
    ["short password", "Aa1!aaa", "Password not long enough"],
    ["password without upper case", "correct-horse-7", "Password must have uppercase characters"],
    ["password without lower case", "CORRECT-HORSE-7", "Password must have lowercase characters"],
    ["password without a digit", "Correct-horse-x", "Password must have numeric characters"],
    ["password without a symbol", "Correcthorse7", "Password must have symbol characters"],
  ]) {
    await step.refused(what, "InvalidPasswordException", `Password did not conform with policy: ${rule}`, () =>
      browser.signUp("grace", text, ada),
    );
  }
  const constraint = "Value at 'password' failed to satisfy constraint: Member must";
  await step.refused(
    "password of five characters",
    "InvalidParameterException",
    `1 validation error detected: ${constraint} have length greater than or equal to 6`,
    () => browser.signUp("grace", "Aa1!a", ada),
  );
  await step.refused(
    "password with a space at the end",
    "InvalidParameterException",
    `1 validation error detected: ${constraint} satisfy regular expression pattern: ^[\\S]+.*[\\S]+$`,
    () => browser.signUp("grace", `${password} `, ada),
  );
  for (const [what, values, exception, message] of [
    ["malformed e-mail address", { email: "ada" }, "InvalidParameterException", "Invalid email address format."],
    ["malformed phone number", { phone_number: "555" }, "InvalidParameterException", "Invalid phone number format."],
    [
      "attribute that the pool does not have",
      { "custom:plan": "gold" },
      "InvalidParameterException",
      "Attributes did not conform to the schema: custom:plan: Attribute does not exist in the schema.",
    ],
    [
      "attribute that is not the user's to set",
      { ...ada, email_verified: "true" },
      "NotAuthorizedException",
      "A client attempted to write unauthorized attribute",
    ],
  ]) {
    await step.refused(`sign-up with an ${what}`.replace("an malformed", "a malformed"), exception, message, () =>
      browser.signUp("grace", password, values),
    );
  }
  await step.refused(
    "app client that does not exist",
    "ResourceNotFoundException",
    "User pool client 1example23456789 does not exist.",
    () => new Browser(pool, { clientId: "1example23456789" }).signUp("grace", password, ada),
  );
  await step.refused(
    "app client with a secret, without the hash",
    "NotAuthorizedException",
    `Client ${pool.secretClientId} is configured with secret but SECRET_HASH was not received`,
    () => new Browser(pool, { clientId: pool.secretClientId }).signUp("grace", password, ada),
  );
}

async function confirm(pool) {
  const browser = new Browser(pool);
  const ada = browser.user("ada");
  const nobody = browser.user("nobody");

  await step.refused("sign-in before confirmation", "UserNotConfirmedException", "User is not confirmed.", () =>
    ada.signIn(password),
  );
  await step.refused(
    "password sign-in before confirmation",
    "UserNotConfirmedException",
    "User is not confirmed.",
    () => ada.signIn(password, "USER_PASSWORD_AUTH"),
  );
  await step.refused("wrong password before confirmation", ...badPassword, () => ada.signIn(second));
  await step.refused(
    "forgotten password before any address is verified",
    "InvalidParameterException",
    "Cannot reset password for the user as there is no registered/verified email or phone_number",
    () => ada.forgotPassword(),
  );
  await step.refused("wrong confirmation code", ...badCode, async () =>
    ada.confirm(wrong(await code(pool, "ada@example.com"))),
  );
  await step.refused("confirmation of an unknown user", ...noClientUser, () => nobody.confirm("123456"));
  await step.refused("another code for an unknown user", ...noClientUser, () => nobody.resend());

  const first = await code(pool, "ada@example.com");
  await step("another code is sent on request", async () => {
    assert.deepEqual(await ada.resend(), { CodeDeliveryDetails: emailDelivery });
    assert.match(await code(pool, "ada@example.com"), /^\d{6}$/);
  });
  if (first !== (await code(pool, "ada@example.com"))) {
    await step.refused("code that another one replaced", ...badCode, () => ada.confirm(first));
  }
  await step("confirmation with the latest code", async () => {
    assert.equal(await ada.confirm(await code(pool, "ada@example.com")), "SUCCESS");
  });
  await step.refused(
    "second confirmation",
    "NotAuthorizedException",
    "User cannot be confirmed. Current status is CONFIRMED",
    () => ada.confirm(first),
  );
  await step.refused(
    "another code after confirmation",
    "InvalidParameterException",
    "User is already confirmed.",
    () => ada.resend(),
  );
  return ada;
}

async function signIn(pool) {
  const browser = new Browser(pool);
  await step("sign-in with SRP", async () => {
    const session = await browser.user("ada").signIn(password);
    assert.ok(session.isValid());
    assert.deepEqual(browser.requests, ["InitiateAuth", "RespondToAuthChallenge PASSWORD_VERIFIER"]);
  });
  await step("sign-in with a user name in capitals", async () => {
    assert.ok((await browser.user("ADA").signIn(password)).isValid());
  });
  await step("sign-in with the password itself", async () => {
    assert.ok((await browser.user("ada").signIn(password, "USER_PASSWORD_AUTH")).isValid());
  });
  for (const flow of ["USER_SRP_AUTH", "USER_PASSWORD_AUTH"]) {
    await step.refused(`wrong password, ${flow}`, ...badPassword, () => browser.user("ada").signIn(second, flow));
    await step.refused(`unknown user, ${flow}`, ...noUser, () => browser.user("nobody").signIn(password, flow));
  }
  await step.refused(
    "flow that is off",
    "InvalidParameterException",
    "CUSTOM_AUTH is not enabled for the client.",
    () => browser.user("ada").signIn(password, "CUSTOM_AUTH"),
  );
}

async function tokens(ada, pool) {
  await step("tokens say who, for whom and for what", async () => {
    await ada.signIn(password);
    const access = claims(ada.accessToken);
    const id = claims(ada.idToken);
    assert.equal(access.iss, pool.issuer);
    assert.equal(id.iss, pool.issuer);
    assert.equal(access.sub, id.sub);
    assert.match(access.sub, uuid);
    assert.equal(access.token_use, "access");
    assert.equal(access.client_id, pool.clientId);
    assert.equal(access.aud, undefined);
    assert.equal(access.username, "ada");
    assert.equal(access.scope, "aws.cognito.signin.user.admin");
    assert.equal(access.email, undefined);
    assert.equal(id.token_use, "id");
    assert.equal(id.aud, pool.clientId);
    assert.equal(id["cognito:username"], "ada");
    assert.equal(id.email, "ada@example.com");
    assert.equal(id.email_verified, true);
    assert.equal(access.origin_jti, id.origin_jti);
    assert.notEqual(access.jti, id.jti);
    assert.equal(access.exp - access.iat, 3600);
    assert.equal(id.exp - id.iat, 3600);
  });
  await step("refreshing keeps the sign-in and renews the tokens", async () => {
    const before = claims(ada.accessToken);
    const refresh = ada.refreshToken;
    const session = await ada.refresh();
    assert.ok(session.isValid());
    const after = claims(ada.accessToken);
    assert.equal(after.origin_jti, before.origin_jti);
    assert.equal(after.auth_time, before.auth_time);
    assert.notEqual(after.jti, before.jti);
    assert.equal(ada.refreshToken, refresh);
  });
  slow.push(
    step.refused("refreshing with another token", "NotAuthorizedException", "Invalid Refresh Token", () =>
      new Browser(pool).user("ada").refresh("not.a.refresh.token"),
    ),
  );
}

async function attributes(ada, pool) {
  await step("attributes are read", async () => {
    const { sub, ...rest } = await ada.attributes();
    assert.match(sub, uuid);
    assert.deepEqual(rest, { email: "ada@example.com", email_verified: "true" });
  });
  await step("attributes are changed", async () => {
    assert.equal(await ada.update({ name: "Ada Lovelace", "nickname": "Ada" }), "SUCCESS");
    assert.equal((await ada.attributes()).name, "Ada Lovelace");
  });
  await step("attributes are deleted", async () => {
    assert.equal(await ada.remove(["nickname"]), "SUCCESS");
    assert.equal((await ada.attributes()).nickname, undefined);
  });
  await step("user data has no second factor that nobody enrolled", async () => {
    const data = await ada.data();
    assert.equal(data.Username, "ada");
    assert.equal(data.UserMFASettingList, undefined);
    assert.equal(data.PreferredMfaSetting, undefined);
  });
  for (const [what, values, exception, message] of [
    [
      "attribute that is not the user's to change",
      { email_verified: "true" },
      "NotAuthorizedException",
      "A client attempted to write unauthorized attribute",
    ],
    [
      "attribute that the pool does not have",
      { "custom:plan": "gold" },
      "InvalidParameterException",
      "Attributes did not conform to the schema: custom:plan: Attribute does not exist in the schema.",
    ],
    ["malformed e-mail address", { email: "ada" }, "InvalidParameterException", "Invalid email address format."],
  ]) {
    await step.refused(`change of an ${what}`.replace("of an malformed", "to a malformed"), exception, message, () =>
      ada.update(values),
    );
  }
  await step("a new e-mail address is unverified and gets a code", async () => {
    assert.equal(await ada.update({ email: "lovelace@example.com" }), "SUCCESS");
    const { email, email_verified } = await ada.attributes();
    assert.deepEqual({ email, email_verified }, { email: "lovelace@example.com", email_verified: "false" });
    assert.match(await code(pool, "lovelace@example.com"), /^\d{6}$/);
  });
  await step.refused("wrong code for an attribute", ...badCode, async () =>
    ada.verify("email", wrong(await code(pool, "lovelace@example.com"))),
  );
  await step("another code for an attribute", async () => {
    assert.deepEqual(await ada.askCode("email"), {
      CodeDeliveryDetails: { ...emailDelivery, Destination: "l***@e***" },
    });
  });
  await step("an attribute is verified", async () => {
    assert.equal(await ada.verify("email", await code(pool, "lovelace@example.com")), "SUCCESS");
    assert.equal((await ada.attributes()).email_verified, "true");
  });
  await step.refused("code that was used", ...usedCode, async () =>
    ada.verify("email", await code(pool, "lovelace@example.com")),
  );
}

async function passwords(ada, pool) {
  await step.refused("changing a password with a wrong one", ...badPassword, () =>
    ada.changePassword(third, second),
  );
  await step.refused(
    "changing to a password against the policy",
    "InvalidPasswordException",
    "Password did not conform with policy: Password must have symbol characters",
    () => ada.changePassword(password, "Correcthorse7"),
  );
  await step("a password is changed", async () => {
    assert.equal(await ada.changePassword(password, second), "SUCCESS");
    assert.ok((await new Browser(pool).user("ada").signIn(second)).isValid());
  });
  await step.refused("password from before the change", ...badPassword, () =>
    new Browser(pool).user("ada").signIn(password),
  );

  const forgetful = new Browser(pool).user("ada");
  await step.refused("forgotten password of an unknown user", ...noClientUser, () =>
    new Browser(pool).user("nobody").forgotPassword(),
  );
  await step("a forgotten password gets a code", async () => {
    assert.deepEqual(await forgetful.forgotPassword(), {
      CodeDeliveryDetails: { ...emailDelivery, Destination: "l***@e***" },
    });
  });
  await step.refused("wrong code for a forgotten password", ...badCode, async () =>
    forgetful.confirmPassword(wrong(await code(pool, "ada")), third),
  );
  await step.refused(
    "forgotten password, and the new one against the policy",
    "InvalidPasswordException",
    "Password did not conform with policy: Password must have numeric characters",
    async () => forgetful.confirmPassword(await code(pool, "ada"), "Correct-horse-x"),
  );
  await step("a forgotten password is replaced", async () => {
    assert.equal(await forgetful.confirmPassword(await code(pool, "ada"), third), "SUCCESS");
    assert.ok((await forgetful.signIn(third)).isValid());
  });
  await step.refused("code for a forgotten password, twice", ...usedCode, async () =>
    forgetful.confirmPassword(await code(pool, "ada"), password),
  );
}

async function sessions(pool) {
  const revoked = ["NotAuthorizedException", "Access Token has been revoked"];
  const refreshRevoked = ["NotAuthorizedException", "Refresh Token has been revoked"];

  const here = new Browser(pool).user("ada");
  const there = new Browser(pool).user("ada");
  // Another object with the same tokens, as in a second tab: the client forgets
  // the tokens of the user it signs out.
  const copyOf = async (user) => {
    const copy = new Browser(pool).user("ada");
    copy.user.setSignInUserSession(user.session);
    return copy;
  };
  await step("signing out revokes this sign-in only", async () => {
    await here.signIn(third);
    await there.signIn(third);
    const copy = await copyOf(here);
    await here.signOut();
    assert.equal(here.session, null);
    await there.attributes();
    here.copy = copy;
  });
  await step.refused("access token after signing out", ...revoked, () => here.copy.attributes());
  const signedOut = here.copy;
  slow.push(step.refused("refresh token after signing out", ...refreshRevoked, () => signedOut.refresh()));

  await step("signing out everywhere", async () => {
    await here.signIn(third);
    there.copy = await copyOf(there);
    assert.equal(await here.globalSignOut(), "SUCCESS");
  });
  await step.refused("access token after signing out everywhere", ...revoked, () => there.copy.attributes());
  slow.push(
    step.refused("refresh token after signing out everywhere", ...refreshRevoked, () => there.copy.refresh()),
  );

  const signed = new Browser(pool).user("ada");
  const bearing = (token) => () => new Promise((resolve, reject) => {
    signed.user.client.request("GetUser", { AccessToken: token }, (error, data) => (error ? reject(error) : resolve(data)));
  });
  await step("signing in again after that", async () => {
    assert.ok((await signed.signIn(third)).isValid());
  });
  await step.refused("access token that is none", "NotAuthorizedException", "Invalid Access Token", bearing("abc"));
  await step.refused("ID token for an access token", "NotAuthorizedException", "Invalid Access Token", () =>
    bearing(signed.idToken)(),
  );
  await step.refused(
    "access token with another's signature",
    "NotAuthorizedException",
    "Could not verify signature for Access Token",
    () => bearing(forged(signed.accessToken))(),
  );
}

async function protocol(pool) {
  const { client } = new Browser(pool).pool;
  const request = (operation) =>
    new Promise((resolve, reject) => {
      client.request(operation, {}, (error, data) => (error ? reject(error) : resolve(data)));
    });
  // This exception has no message, which the client shows as null.
  await step.refused("operation that Cognito does not have", "UnknownOperationException", "null", () =>
    request("SignUpTwice"),
  );
  await step.refused(
    "operation for administrators",
    "MissingAuthenticationTokenException",
    "Missing Authentication Token",
    () => request("AdminGetUser"),
  );
}

/** forged is a token with a changed signature. */
function forged(token) {
  const [header, payload, signature] = token.split(".");
  const bytes = Buffer.from(signature, "base64url");
  bytes[10] ^= 1;
  return [header, payload, bytes.toString("base64url")].join(".");
}

async function administered(pool, admin) {
  const browser = new Browser(pool);
  const grace = browser.user("grace");
  await step("an administrator's user must choose a password", async () => {
    await admin.createUser("grace", "Temporary-1", { email: "grace@example.com", email_verified: "true" });
    const { challenge, given, required } = await grace.signIn("Temporary-1");
    assert.equal(challenge, "NEW_PASSWORD_REQUIRED");
    assert.deepEqual(given, { email: "grace@example.com", email_verified: "true" });
    assert.deepEqual(required, []);
  });
  await step.refused(
    "choosing a password against the policy",
    "InvalidPasswordException",
    "Password did not conform with policy: Password not long enough",
    () => grace.newPassword("Aa1!aaa"),
  );
  await step("the password is chosen, with an attribute", async () => {
    const session = await grace.newPassword(password, { name: "Grace Hopper" });
    assert.ok(session.isValid());
    assert.equal((await grace.attributes()).name, "Grace Hopper");
  });
  await step.refused(
    "answering the same challenge twice",
    "NotAuthorizedException",
    "Invalid session for the user, session can only be used once.",
    () => grace.newPassword(second),
  );
  await step("the chosen password signs in", async () => {
    assert.ok((await browser.user("grace").signIn(password)).isValid());
  });
  await step.refused("the temporary password afterwards", ...badPassword, () =>
    browser.user("grace").signIn("Temporary-1"),
  );

  await step.refused("disabled user", "NotAuthorizedException", "User is disabled.", async () => {
    await admin.disable("grace");
    return browser.user("grace").signIn(password);
  });
  await step.refused(
    "password that must be reset",
    "PasswordResetRequiredException",
    "Password reset required for the user",
    async () => {
      await admin.enable("grace");
      await admin.resetPassword("grace");
      return browser.user("grace").signIn(password);
    },
  );
  await step("a password is reset with the administrator's code", async () => {
    const user = browser.user("grace");
    assert.equal(await user.confirmPassword(await code(pool, "grace@example.com"), second), "SUCCESS");
    assert.ok((await user.signIn(second, "USER_PASSWORD_AUTH")).isValid());
  });
  await step.refused(
    "forgotten temporary password",
    "NotAuthorizedException",
    "User password cannot be reset in the current state.",
    async () => {
      await admin.createUser("temporary", "Temporary-1", { email: "t@example.com", email_verified: "true" });
      return browser.user("temporary").forgotPassword();
    },
  );
}

async function limits(pool, admin) {
  const browser = new Browser(pool);
  await step.refused(
    "one wrong code too many",
    "LimitExceededException",
    "Attempt limit exceeded, please try after some time.",
    async () => {
      await browser.signUp("guesser", password, { email: "guesser@example.com" });
      const guess = wrong(await code(pool, "guesser@example.com"));
      const user = browser.user("guesser");
      for (let i = 0; ; i++) {
        try {
          await user.confirm(guess);
        } catch (error) {
          if (error.name !== badCode[0] || i === 20) throw error;
        }
      }
    },
  );
  await step.refused("one wrong password too many", "NotAuthorizedException", "Password attempts exceeded", async () => {
    await admin.createUser("locked", password, {}, { permanent: true });
    for (let i = 0; ; i++) {
      try {
        await browser.user("locked").signIn(second, "USER_PASSWORD_AUTH");
      } catch (error) {
        if (error.message !== badPassword[1] || i === 20) throw error;
      }
    }
  });
}

async function end(pool) {
  const user = new Browser(pool).user("ada");
  let token;
  await step("a user is deleted", async () => {
    await user.signIn(third);
    token = user.session;
    assert.equal(await user.delete(), "SUCCESS");
  });
  await step.refused("sign-in of a deleted user", ...noUser, () => new Browser(pool).user("ada").signIn(third));
  await step.refused("access token of a deleted user", ...noUser, () => {
    const copy = new Browser(pool).user("ada");
    copy.user.setSignInUserSession(token);
    return copy.attributes();
  });
  await step("the name is free again", async () => {
    const result = await new Browser(pool).signUp("ada", password, { email: "ada@example.com" });
    assert.equal(result.userConfirmed, false);
  });
}
