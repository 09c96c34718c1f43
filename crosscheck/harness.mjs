// Steps: each one is a line of output and a count.

import { AssertionError } from "node:assert";

export const counts = { passed: 0, failed: 0, skipped: 0 };

// No step takes a second. A client that forgets to call back must not hang the
// run.
const patience = 30_000;

/** client names the client that the steps it returns are about. */
export function client(name) {
  /** step runs one check, and returns what the check does. */
  async function step(what, check) {
    try {
      const result = await within(patience, check);
      counts.passed++;
      console.log(`✓ ${name}: ${what}`);
      return result;
    } catch (error) {
      counts.failed++;
      console.log(`✗ ${name}: ${what}`);
      console.log(`    ${describe(error).replaceAll("\n", "\n    ")}`);
      return undefined;
    }
  }

  /**
   * refused is a step that must fail with an exception of this name and
   * message, to the letter.
   */
  step.refused = (what, exception, message, check) =>
    step(`${what}: ${exception}`, async () => {
      let outcome;
      try {
        outcome = await check();
      } catch (error) {
        if (error.name === exception && error.message === message) return error;
        throw new Error(`want ${exception}: ${message}\ngot  ${error.name}: ${error.message}`);
      }
      throw new Error(`want ${exception}: ${message}\ngot  no error but ${typeof outcome}`);
    });

  return step;
}

/** skip says loudly that a client was not tried. CI takes none of it. */
export function skip(name, why) {
  if (process.env.CI === "true") {
    counts.failed++;
    console.log(`✗ ${name}: ${why}`);
    return;
  }
  counts.skipped++;
  console.log(`\n!!! ${name}: SKIPPED: ${why}\n`);
}

async function within(milliseconds, check) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${milliseconds / 1000} seconds`)), milliseconds);
  });
  try {
    return await Promise.race([check(), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** describe says what went wrong, and where among the steps. */
function describe(error) {
  const words = error instanceof AssertionError || error?.name === "Error" ? error.message : `${error?.name}: ${error?.message}`;
  const frames = error?.stack?.split("\n").filter((line) => line.includes("/crosscheck/")) ?? [];
  const ours = frames.find((line) => !/node_modules|harness\.mjs/.test(line));
  return ours ? `${words}\n${ours.trim()}` : words;
}
