// The pools under test: examples/localpool, started by script/crosscheck with
// different options. What they printed is in the directory CROSSCHECK_POOLS.

import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** pool reads what a pool said of itself in its line of JSON. */
export function pool(name) {
  const { accessKeyId, secretAccessKey, ...description } = JSON.parse(
    readFileSync(join(process.env.CROSSCHECK_POOLS, `${name}.json`), "utf8"),
  );
  return { ...description, credentials: { accessKeyId, secretAccessKey } };
}

/** code is what the pool last sent to an address, a number or a user. */
export async function code(pool, to) {
  const response = await fetch(`${pool.endpoint}/outbox?to=${encodeURIComponent(to)}`);
  if (!response.ok) throw new Error(`outbox of ${to}: status ${response.status}`);
  return (await response.json()).code;
}

/** wrong makes a code of digits that is not the one given. */
export const wrong = (code) => String((Number(code) + 1) % 10 ** code.length).padStart(code.length, "0");

const period = 30;

/**
 * totp is what an authenticator with a base32 secret shows: RFC 6238 with
 * SHA-1, six digits and 30 seconds. ahead counts in steps from now: a pool takes
 * each code once, and takes the next one early.
 */
export function totp(secret, ahead = 0) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 1000 / period) + ahead));
  const mac = createHmac("sha1", base32(secret)).update(counter).digest();
  // RFC 4226, section 5.3: dynamic truncation.
  const value = mac.readUInt32BE(mac[mac.length - 1] & 0x0f) & 0x7fffffff;
  return String(value % 1_000_000).padStart(6, "0");
}

/** wrongTOTP is a code that no step near now has. */
export function wrongTOTP(secret) {
  const near = [-2, -1, 0, 1, 2].map((ahead) => totp(secret, ahead));
  return ["000000", "111111", "222222", "333333", "444444", "555555"].find((c) => !near.includes(c));
}

function base32(text) {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"; // RFC 4648, section 6
  const bits = [...text.replace(/=+$/, "")].map((c) => alphabet.indexOf(c).toString(2).padStart(5, "0")).join("");
  return Buffer.from(bits.match(/[01]{8}/g).map((b) => Number.parseInt(b, 2)));
}

/** claims reads a token's claims without verifying it. */
export const claims = (token) => JSON.parse(Buffer.from(token.split(".")[1], "base64url"));
