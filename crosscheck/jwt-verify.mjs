// aws-jwt-verify: what AWS's verifier makes of the pool's tokens.

import assert from "node:assert/strict";

import { CognitoJwtVerifier, JwtVerifier } from "aws-jwt-verify";
import { validateCognitoJwtFields } from "aws-jwt-verify/cognito-verifier";
import { SimpleJwksCache } from "aws-jwt-verify/jwk";

import { Admin } from "./admin.mjs";
import { Browser } from "./browser.mjs";
import { client } from "./harness.mjs";
import { claims } from "./pools.mjs";

const step = client("aws-jwt-verify");

const password = "Correct-horse-7";

/** loopback fetches keys by http; the verifier's own fetcher insists on https. */
const loopback = {
  fetch: async (uri) => {
    const response = await fetch(uri);
    if (!response.ok) throw new Error(`${uri}: status ${response.status}`);
    return response.arrayBuffer();
  },
};

export async function jwtVerify(pool, amazon) {
  await generic(pool, await tokensOf(pool));
  await cognito(amazon, await tokensOf(amazon));
}

async function tokensOf(pool) {
  await new Admin(pool).createUser("verified", password, { email: "verified@example.com", email_verified: "true" }, { permanent: true });
  const user = new Browser(pool).user("verified");
  await user.signIn(password);
  return { access: user.accessToken, id: user.idToken };
}

/** generic is the verifier for any issuer, with the keys from where the pool serves them. */
async function generic(pool, { access, id }) {
  const verifier = (options = {}) =>
    JwtVerifier.create({ issuer: pool.issuer, audience: null, jwksUri: pool.jwksUrl, ...options }, {
      jwksCache: new SimpleJwksCache({ fetcher: loopback }),
    });

  await step("the discovery document leads to the keys", async () => {
    const response = await fetch(`${pool.issuer}/.well-known/openid-configuration`);
    const document = await response.json();
    assert.equal(document.issuer, pool.issuer);
    assert.equal(document.jwks_uri, pool.jwksUrl);
  });
  await step("an access token is verified with the pool's keys", async () => {
    assert.equal((await verifier().verify(access)).client_id, pool.clientId);
  });
  await step("an ID token is verified with the pool's keys, for its audience", async () => {
    const payload = await verifier({ audience: pool.clientId }).verify(id);
    assert.equal(payload.email, "verified@example.com");
  });
  await step("the keys of access and ID tokens differ, as Cognito's do", async () => {
    const kid = (token) => JSON.parse(Buffer.from(token.split(".")[0], "base64url")).kid;
    assert.notEqual(kid(access), kid(id));
    const { keys } = await (await fetch(pool.jwksUrl)).json();
    assert.deepEqual(keys.map((k) => k.kid).sort(), [kid(access), kid(id)].sort());
    for (const key of keys) {
      assert.deepEqual([key.kty, key.alg, key.use, key.e], ["RSA", "RS256", "sig", "AQAB"]);
    }
  });
  await step("the scope is verified", () => verifier({ scope: "aws.cognito.signin.user.admin" }).verify(access));
  await refused("another scope", "JwtInvalidScopeError", () => verifier({ scope: "orders/write" }).verify(access));
  await refused("another audience", "JwtInvalidAudienceError", () => verifier({ audience: "somebody" }).verify(id));
  await refused("access token where there must be an audience", "JwtInvalidAudienceError", () =>
    verifier({ audience: pool.clientId }).verify(access),
  );
  await refused("another issuer", "JwtInvalidIssuerError", () => verifier({ issuer: "https://example.com" }).verify(access));
  await refused("payload that was changed", "JwtInvalidSignatureError", () =>
    verifier().verify(changed(access, (payload) => ({ ...payload, username: "root" }))),
  );
  await refused("signature that was changed", "JwtInvalidSignatureError", () => {
    const [header, payload, signature] = access.split(".");
    const bytes = Buffer.from(signature, "base64url");
    bytes[0] ^= 1;
    return verifier().verify([header, payload, bytes.toString("base64url")].join("."));
  });
  await refused("no signature, alg none", "JwtInvalidSignatureAlgorithmError", () => {
    const [header, payload, signature] = access.split(".");
    const none = { ...JSON.parse(Buffer.from(header, "base64url")), alg: "none" };
    return verifier().verify([encode(none), payload, signature].join("."));
  });
  await refused("another key ID", "KidNotFoundInJwksError", () => {
    const [header, payload, signature] = access.split(".");
    const other = { ...JSON.parse(Buffer.from(header, "base64url")), kid: "unknown" };
    return verifier().verify([encode(other), payload, signature].join("."));
  });
  const hydrated = verifier();
  await hydrated.hydrate();
  await refused("token that has expired", "JwtExpiredError", () => later(3601, () => hydrated.verifySync(access)));
  await step("a token in its last minutes", async () => later(3300, () => hydrated.verifySync(access)));
  await refused("Cognito's verifier, which accepts AWS's issuers only", "ParameterValidationError", () =>
    CognitoJwtVerifier.create({ userPoolId: pool.userPoolId, tokenUse: "access", clientId: pool.clientId }).verify(access),
  );
  await step("Cognito's rules on claims hold", async () => {
    validateCognitoJwtFields(claims(access), { tokenUse: "access", clientId: pool.clientId });
    validateCognitoJwtFields(claims(id), { tokenUse: "id", clientId: pool.clientId });
  });
}

/** cognito is the verifier for Cognito, at a pool whose issuer is in AWS's form. */
async function cognito(pool, { access, id }) {
  const jwks = await (await fetch(pool.jwksUrl)).json();
  const verifier = (options) => {
    const v = CognitoJwtVerifier.create({ userPoolId: pool.userPoolId, clientId: pool.clientId, ...options });
    v.cacheJwks(jwks);
    return v;
  };
  await step("Cognito's verifier: an access token", async () => {
    const payload = await verifier({ tokenUse: "access" }).verify(access);
    assert.equal(payload.iss, `https://cognito-idp.${pool.region}.amazonaws.com/${pool.userPoolId}`);
    assert.equal(payload.username, "verified");
  });
  await step("Cognito's verifier: an ID token", async () => {
    assert.equal((await verifier({ tokenUse: "id" }).verify(id))["cognito:username"], "verified");
  });
  await step("Cognito's verifier: either", async () => {
    await verifier({ tokenUse: null }).verify(access);
    await verifier({ tokenUse: null }).verify(id);
  });
  await refused("Cognito's verifier: ID token for an access token", "CognitoJwtInvalidTokenUseError", () =>
    verifier({ tokenUse: "access" }).verify(id),
  );
  await refused("Cognito's verifier: access token for an ID token", "CognitoJwtInvalidTokenUseError", () =>
    verifier({ tokenUse: "id" }).verify(access),
  );
  for (const [use, token] of [["access", access], ["id", id]]) {
    await refused(`Cognito's verifier: ${use} token of another client`, "CognitoJwtInvalidClientIdError", () =>
      verifier({ tokenUse: use, clientId: "somebody" }).verify(token),
    );
  }
  await refused("Cognito's verifier: group that the user is not in", "CognitoJwtInvalidGroupError", () =>
    verifier({ tokenUse: "access", groups: "admin" }).verify(access),
  );
  await refused("Cognito's verifier: payload that was changed", "JwtInvalidSignatureError", () =>
    verifier({ tokenUse: "access", groups: "admin" }).verify(
      changed(access, (payload) => ({ ...payload, "cognito:groups": ["admin"] })),
    ),
  );
  await refused("Cognito's verifier: token that has expired", "JwtExpiredError", () =>
    later(3601, () => verifier({ tokenUse: "access" }).verifySync(access)),
  );
}

/** refused is a step that must end in an error of this class. */
const refused = (what, name, check) =>
  step(`${what}: ${name}`, async () => {
    await assert.rejects(async () => check(), (error) => {
      assert.equal(error.constructor.name, name, `${error.constructor.name}: ${error.message}`);
      return true;
    });
  });

const encode = (object) => Buffer.from(JSON.stringify(object)).toString("base64url");

/** changed is a token with other claims under its old signature. */
function changed(token, change) {
  const [header, , signature] = token.split(".");
  return [header, encode(change(claims(token))), signature].join(".");
}

/**
 * later runs check as if seconds had passed: the verifier knows no clock but
 * Date. So do the other clients, which go on beside this one: check must not
 * give way to them.
 */
function later(seconds, check) {
  const now = Date.now;
  Date.now = () => now() + seconds * 1000;
  try {
    return check();
  } finally {
    Date.now = now;
  }
}
