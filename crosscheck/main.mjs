// Clients that others wrote against the in-process user pool. script/crosscheck
// starts the pools and runs this.

import { Admin } from "./admin.mjs";
import { awsCLI } from "./cli.mjs";
import { counts, skip } from "./harness.mjs";
import { devices, optionalFactors, requiredFactors } from "./identity-js-factors.mjs";
import { identityJS } from "./identity-js.mjs";
import { jwtVerify } from "./jwt-verify.mjs";
import { pool } from "./pools.mjs";
import { awsSDK } from "./sdk.mjs";

const [life, users, optional, required, remembering, amazon] = [
  "life", "users", "mfa-optional", "mfa-on", "devices", "amazon",
].map(pool);

// Side by side: most of the time is spent waiting, for pools and processes.
// What shares a pool has users of its own in it.
await Promise.all([
  identityJS(life, new Admin(life)),
  optionalFactors(optional, new Admin(optional)),
  requiredFactors(required, new Admin(required)),
  devices(remembering, new Admin(remembering)),
  jwtVerify(life, amazon),
  awsSDK(users),
  process.env.CROSSCHECK_AWS
    ? awsCLI(process.env.CROSSCHECK_AWS, life)
    : skip("aws-cli", "there is no aws command"),
]);

const { passed, failed, skipped } = counts;
console.log(`\n${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ""}`);
process.exitCode = failed ? 1 : 0;
