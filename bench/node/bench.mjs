// Times aws-jwt-verify, warm, on the tokens of a fixture, and prints what go test
// -bench would:
//
//   node bench.mjs FIXTURE [SECONDS]
import { readFileSync } from "node:fs";
import { createPublicKey, verify } from "node:crypto";
import { CognitoJwtVerifier } from "aws-jwt-verify";

const fixture = JSON.parse(readFileSync(process.argv[2], "utf8"));
const seconds = Number(process.argv[3] ?? 1);

function row(use, peer, run) {
  const end = performance.now() + 200;
  while (performance.now() < end) run(); // the JIT's share
  let n = 0;
  const began = performance.now();
  let now = began;
  while (now < began + seconds * 1000) {
    for (let i = 0; i < 100; i++) run();
    n += 100;
    now = performance.now();
  }
  const ns = ((now - began) * 1e6) / n;
  console.log(`BenchmarkVerify/token=${use}/peer=${peer} \t ${n}\t ${ns.toFixed(0)} ns/op`);
}

for (const use of ["access", "id"]) {
  const token = fixture[use];
  const end = token.lastIndexOf(".");
  const input = Buffer.from(token.slice(0, end));
  const signature = Buffer.from(token.slice(end + 1), "base64url");
  const { kid } = JSON.parse(Buffer.from(token.split(".")[0], "base64url"));
  const key = createPublicKey({ key: fixture.jwks.keys.find((k) => k.kid === kid), format: "jwk" });
  row(use, "node-floor", () => {
    if (!verify("RSA-SHA256", input, key, signature)) throw new Error("refused");
  });

  const verifier = CognitoJwtVerifier.create({
    userPoolId: fixture.userPoolId,
    clientId: fixture.clientId,
    tokenUse: use,
  });
  verifier.cacheJwks(fixture.jwks);
  row(use, "node:aws-jwt-verify", () => verifier.verifySync(token));
}
