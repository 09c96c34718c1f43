// amazon-cognito-identity-js with second factors and remembered devices.

import assert from "node:assert/strict";

import { Browser, Storage } from "./browser.mjs";
import { client } from "./harness.mjs";
import { claims, code, totp, wrong, wrongTOTP } from "./pools.mjs";

const step = client("identity-js");

const password = "Correct-horse-7";
const reused = ["ExpiredCodeException", "Your software token has already been used once."];
const onlyOnce = ["NotAuthorizedException", "Invalid session for the user, session can only be used once."];
const on = (preferred) => ({ Enabled: true, PreferredMfa: preferred });

/** optionalFactors: a pool whose users may have a second factor. */
export async function optionalFactors(pool, admin) {
  await authenticator(pool, admin);
  await textMessages(pool, admin);
}

async function authenticator(pool, admin) {
  const browser = new Browser(pool);
  const ada = browser.user("ada");
  let secret;

  await step.refused(
    "preferring an authenticator that is not there",
    "InvalidParameterException",
    "User does not have delivery config set to turn on SOFTWARE_TOKEN_MFA",
    async () => {
      await admin.createUser("ada", password, { email: "ada@example.com", email_verified: "true" }, { permanent: true });
      await ada.signIn(password);
      return ada.prefer(null, on(true));
    },
  );
  await step("an authenticator gets its secret", async () => {
    secret = await ada.associate();
    assert.match(secret, /^[A-Z2-7]{16,}$/);
  });
  await step.refused("wrong code of a new authenticator", "EnableSoftwareTokenMFAException", "Code mismatch", () =>
    ada.prove(wrongTOTP(secret), "phone"),
  );
  await step("an authenticator is proved and preferred", async () => {
    assert.equal((await ada.prove(totp(secret), "phone")).Status, "SUCCESS");
    assert.equal(await ada.prefer(null, on(true)), "SUCCESS");
    const data = await ada.data();
    assert.deepEqual(data.UserMFASettingList, ["SOFTWARE_TOKEN_MFA"]);
    assert.equal(data.PreferredMfaSetting, "SOFTWARE_TOKEN_MFA");
  });
  for (const flow of ["USER_SRP_AUTH", "USER_PASSWORD_AUTH"]) {
    await step(`sign-in asks for the authenticator's code, ${flow}`, async () => {
      const { challenge, parameters } = await ada.signIn(password, flow);
      assert.equal(challenge, "SOFTWARE_TOKEN_MFA");
      assert.equal(parameters.FRIENDLY_DEVICE_NAME, "phone");
    });
  }
  await step.refused("wrong code of an authenticator", "CodeMismatchException", "Invalid code received for user", () =>
    ada.sendCode(wrongTOTP(secret), "SOFTWARE_TOKEN_MFA"),
  );
  let used;
  await step("the right code after a wrong one", async () => {
    used = totp(secret, 1);
    assert.ok((await ada.sendCode(used, "SOFTWARE_TOKEN_MFA")).isValid());
  });
  await step.refused("answering the same challenge twice", ...onlyOnce, () =>
    ada.sendCode(used, "SOFTWARE_TOKEN_MFA"),
  );
  await step.refused("code of an authenticator, twice", ...reused, async () => {
    const again = browser.user("ada");
    await again.signIn(password);
    return again.sendCode(used, "SOFTWARE_TOKEN_MFA");
  });
  await step("an authenticator is switched off", async () => {
    assert.equal(await ada.prefer(null, { Enabled: false, PreferredMfa: false }), "SUCCESS");
    assert.ok((await browser.user("ada").signIn(password)).isValid());
  });
}

async function textMessages(pool, admin) {
  const browser = new Browser(pool);
  const grace = browser.user("grace");
  const phone = "+15555550142";

  await step.refused(
    "preferring text messages without a number",
    "InvalidParameterException",
    "User does not have delivery config set to turn on SMS_MFA",
    async () => {
      await admin.createUser("grace", password, { phone_number: phone }, { permanent: true });
      await grace.signIn(password);
      return grace.prefer(on(true), null);
    },
  );
  await step("a phone number is verified", async () => {
    const { CodeDeliveryDetails } = await grace.askCode("phone_number");
    assert.equal(CodeDeliveryDetails.DeliveryMedium, "SMS");
    assert.match(CodeDeliveryDetails.Destination, /^\+\*+0142$/);
    assert.equal(await grace.verify("phone_number", await code(pool, phone)), "SUCCESS");
    assert.equal(await grace.prefer(on(true), null), "SUCCESS");
  });
  await step("sign-in asks for the code in a text message", async () => {
    const { challenge, parameters } = await grace.signIn(password);
    assert.equal(challenge, "SMS_MFA");
    assert.equal(parameters.CODE_DELIVERY_DELIVERY_MEDIUM, "SMS");
    assert.match(parameters.CODE_DELIVERY_DESTINATION, /^\+\*+0142$/);
  });
  await step.refused(
    "wrong code of a text message",
    "CodeMismatchException",
    "Invalid code or auth state for the user.",
    async () => grace.sendCode(wrong(await code(pool, phone)), "SMS_MFA"),
  );
  await step("the right code of a text message after a wrong one", async () => {
    assert.ok((await grace.sendCode(await code(pool, phone), "SMS_MFA")).isValid());
  });

  let secret;
  await step("two factors, none preferred: the user chooses", async () => {
    secret = await grace.associate();
    await grace.prove(totp(secret), "phone");
    await grace.prefer(on(false), on(false));
    const { challenge, parameters } = await grace.signIn(password);
    assert.equal(challenge, "SELECT_MFA_TYPE");
    assert.deepEqual(JSON.parse(parameters.MFAS_CAN_CHOOSE).sort(), ["SMS_MFA", "SOFTWARE_TOKEN_MFA"]);
  });
  await step("the chosen factor finishes the sign-in", async () => {
    const { challenge } = await grace.chooseFactor("SOFTWARE_TOKEN_MFA");
    assert.equal(challenge, "SOFTWARE_TOKEN_MFA");
    assert.ok((await grace.sendCode(totp(secret, 1), "SOFTWARE_TOKEN_MFA")).isValid());
  });
}

/** requiredFactors: a pool whose users must have a second factor. */
export async function requiredFactors(pool, admin) {
  const browser = new Browser(pool);
  const ada = browser.user("ada");
  let secret;
  await step("sign-in asks to set a second factor up, after the new password", async () => {
    await admin.createUser("ada", "Temporary-1", {});
    assert.equal((await ada.signIn("Temporary-1")).challenge, "NEW_PASSWORD_REQUIRED");
    const { challenge, parameters } = await ada.newPassword(password);
    assert.equal(challenge, "MFA_SETUP");
    assert.ok(JSON.parse(parameters.MFAS_CAN_SETUP).includes("SOFTWARE_TOKEN_MFA"));
  });
  await step.refused("setting up with a wrong code", "EnableSoftwareTokenMFAException", "Code mismatch", async () => {
    secret = await ada.associate();
    return ada.prove(wrongTOTP(secret), "phone");
  });
  await step("setting up an authenticator finishes the sign-in", async () => {
    const session = await ada.prove(totp(secret), "phone");
    assert.ok(session.isValid());
    assert.deepEqual(browser.requests.slice(-2), ["VerifySoftwareToken", "RespondToAuthChallenge MFA_SETUP"]);
  });
  await step("the next sign-in asks for that authenticator", async () => {
    const user = browser.user("ada");
    assert.equal((await user.signIn(password)).challenge, "SOFTWARE_TOKEN_MFA");
    assert.ok((await user.sendCode(totp(secret, 1), "SOFTWARE_TOKEN_MFA")).isValid());
  });
}

/** devices: a pool that remembers devices, and whose users may have a second factor. */
export async function devices(pool, admin) {
  const storage = new Storage();
  const browser = new Browser(pool, { storage });
  const ada = browser.user("ada");
  let key;

  await step("the first sign-in on a device confirms it", async () => {
    await admin.createUser("ada", password, { email: "ada@example.com", email_verified: "true" }, { permanent: true });
    const session = await ada.signIn(password);
    assert.ok(session.isValid());
    assert.equal(browser.requests.at(-1), "ConfirmDevice");
    key = ada.deviceKey;
    assert.match(key, /^us-east-1_[0-9a-f-]{36}$/);
    assert.equal(claims(ada.accessToken).device_key, key);
  });
  await step("the device is listed, as remembered", async () => {
    const { Device } = await ada.device();
    assert.equal(Device.DeviceKey, key);
    const { Devices } = await ada.devices();
    assert.deepEqual(Devices.map((d) => d.DeviceKey), [key]);
    assert.equal(attribute(Devices[0], "device_name"), "nodejs");
  });
  await step("the device is marked as not remembered, and as remembered", async () => {
    assert.equal(await ada.unrememberDevice(), "SUCCESS");
    assert.equal(await ada.rememberDevice(), "SUCCESS");
  });
  for (const flow of ["USER_SRP_AUTH", "USER_PASSWORD_AUTH"]) {
    await step(`sign-in on the device proves the device with SRP, ${flow}`, async () => {
      browser.requests.length = 0;
      const user = browser.user("ada");
      assert.ok((await user.signIn(password, flow)).isValid());
      assert.deepEqual(browser.requests.slice(-2), [
        "RespondToAuthChallenge DEVICE_SRP_AUTH",
        "RespondToAuthChallenge DEVICE_PASSWORD_VERIFIER",
      ]);
      assert.equal(claims(user.accessToken).device_key, key);
    });
  }
  await step("refreshing on the device", async () => {
    const user = browser.user("ada");
    await user.signIn(password);
    const before = claims(user.accessToken);
    assert.ok((await user.refresh()).isValid());
    assert.equal(claims(user.accessToken).origin_jti, before.origin_jti);
  });
  await step.refused("refreshing on another device", "NotAuthorizedException", "Invalid Refresh Token", () => {
    const elsewhere = new Browser(pool).user("ada");
    return elsewhere.refresh(ada.refreshToken);
  });
  await step.refused(
    "device with a wrong secret",
    "NotAuthorizedException",
    "Incorrect username or password.",
    () => {
      const stolen = new Storage();
      const thief = new Browser(pool, { storage: stolen });
      const prefix = `CognitoIdentityServiceProvider.${pool.clientId}.ada`;
      for (const name of ["deviceKey", "deviceGroupKey"]) {
        stolen.setItem(`${prefix}.${name}`, storage.getItem(`${prefix}.${name}`));
      }
      stolen.setItem(`${prefix}.randomPasswordKey`, "guessed");
      return thief.user("ada").signIn(password);
    },
  );
  await step("a device that an administrator forgot is confirmed anew", async () => {
    await admin.forgetDevice("ada", key);
    browser.requests.length = 0;
    const user = browser.user("ada");
    assert.ok((await user.signIn(password)).isValid());
    assert.deepEqual(browser.requests, [
      "InitiateAuth",
      "RespondToAuthChallenge PASSWORD_VERIFIER", // Device does not exist.
      "RespondToAuthChallenge PASSWORD_VERIFIER",
      "ConfirmDevice",
    ]);
    assert.notEqual(user.deviceKey, key);
    key = user.deviceKey;
  });
  await besidesFactors(pool, admin);
  await trackedDevice(pool, admin);
  await step("a device is forgotten", async () => {
    const user = browser.user("ada");
    await user.signIn(password);
    assert.equal(await user.forgetDevice(), "SUCCESS");
    assert.deepEqual((await user.devices()).Devices, []);
  });
  await step.refused("forgotten device", "ResourceNotFoundException", "Device does not exist.", async () => {
    ada.user.deviceKey = key;
    return ada.device();
  });
}

/** besidesFactors: a remembered device stands in for the second factor. */
async function besidesFactors(pool, admin) {
  const browser = new Browser(pool);
  let secret;
  await step("a remembered device is not asked for a second factor", async () => {
    await admin.createUser("grace", password, {}, { permanent: true });
    const grace = browser.user("grace");
    await grace.signIn(password);
    secret = await grace.associate();
    await grace.prove(totp(secret), "phone");
    await grace.prefer(null, on(true));
    browser.requests.length = 0;
    assert.ok((await browser.user("grace").signIn(password)).isValid());
    assert.equal(browser.requests.at(-1), "RespondToAuthChallenge DEVICE_PASSWORD_VERIFIER");
  });
  await step("another device is asked, and is confirmed then", async () => {
    const other = new Browser(pool);
    const grace = other.user("grace");
    assert.equal((await grace.signIn(password)).challenge, "SOFTWARE_TOKEN_MFA");
    assert.ok((await grace.sendCode(totp(secret, 1), "SOFTWARE_TOKEN_MFA")).isValid());
    assert.equal(other.requests.at(-1), "ConfirmDevice");
    assert.equal((await grace.devices()).Devices.length, 2);
    assert.ok((await other.user("grace").signIn(password)).isValid());
    assert.equal(other.requests.at(-1), "RespondToAuthChallenge DEVICE_PASSWORD_VERIFIER");
  });
}

/**
 * trackedDevice: a device that is confirmed and not remembered is
 * tracked, and stands in for nothing.
 */
async function trackedDevice(pool, admin) {
  const browser = new Browser(pool);
  let key;
  let secret;
  let user;
  const remembered = async () => attribute((await user.device()).Device, "dev:device_remembered_status");
  await step("a confirmed device is set to not remembered, by a user with an authenticator", async () => {
    await admin.createUser("edith", password, {}, { permanent: true });
    user = browser.user("edith");
    await user.signIn(password);
    assert.equal(browser.requests.at(-1), "ConfirmDevice");
    key = user.deviceKey;
    secret = await user.associate();
    await user.prove(totp(secret), "phone");
    await user.prefer(null, on(true));
    assert.equal(await remembered(), "remembered");
    assert.equal(await user.unrememberDevice(), "SUCCESS");
    assert.equal(await remembered(), "not_remembered");
  });
  await step("a device that is not remembered is asked for the second factor, not for its secret", async () => {
    browser.requests.length = 0;
    user = browser.user("edith");
    assert.equal((await user.signIn(password)).challenge, "SOFTWARE_TOKEN_MFA");
    assert.deepEqual(browser.requests, ["InitiateAuth", "RespondToAuthChallenge PASSWORD_VERIFIER"]);
  });
  await step.refused(
    "wrong code on a device that is not remembered",
    "CodeMismatchException",
    "Invalid code received for user",
    () => user.sendCode(wrongTOTP(secret), "SOFTWARE_TOKEN_MFA"),
  );
  await step("the code signs in, on the device that it was", async () => {
    assert.ok((await user.sendCode(totp(secret, 1), "SOFTWARE_TOKEN_MFA")).isValid());
    // Neither proved nor confirmed: the pool knows it.
    assert.equal(browser.requests.at(-1), "RespondToAuthChallenge SOFTWARE_TOKEN_MFA");
    assert.equal(user.deviceKey, key);
    assert.equal(claims(user.accessToken).device_key, key);
    assert.deepEqual((await user.devices()).Devices.map((d) => d.DeviceKey), [key]);
    assert.equal(await remembered(), "not_remembered");
  });
  await step("refreshing on a device that is not remembered", async () => {
    assert.ok((await user.refresh()).isValid());
    assert.equal(claims(user.accessToken).device_key, key);
  });
  await step("remembered again, the device stands in for the second factor", async () => {
    assert.equal(await user.rememberDevice(), "SUCCESS");
    browser.requests.length = 0;
    user = browser.user("edith");
    assert.ok((await user.signIn(password)).isValid());
    assert.equal(browser.requests.at(-1), "RespondToAuthChallenge DEVICE_PASSWORD_VERIFIER");
    assert.equal(claims(user.accessToken).device_key, key);
  });
}

const attribute = (device, name) => device.DeviceAttributes.find((a) => a.Name === name)?.Value;
