import { spawnSync } from "node:child_process";
import { UserError } from "../lib/errors.ts";
import { project } from "../runtime/packages.mjs";
import { shellcheck } from "./shellcheck.ts";

/** What is checked without running anything of the project: `npm run check`, and the beginning of `npm test`. */
const CHECKS: Record<string, () => boolean | Promise<boolean>> = {
  tsc: () => succeeds("tsc"),
  eslint: () => succeeds("eslint", "."),
  prettier: () => succeeds("prettier", "--check", "--log-level=warn", "."),
  shellcheck,
  // What is written down beside the code is as the code is.
  mocha: () => succeeds("mocha", "tests/unit/contributing.test.ts", "tests/unit/settings/keys.test.ts"),
};

function succeeds(program: string, ...args: string[]): boolean {
  return spawnSync(`node_modules/.bin/${program}`, args, { stdio: "inherit" }).status === 0;
}

/** A check that could not be made has failed. */
async function passesPlainly(passes: () => boolean | Promise<boolean>): Promise<boolean> {
  try {
    return await passes();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return false;
  }
}

/** Runs all of them, whatever becomes of one, and prints the name of each before what it prints. */
export async function runChecks(): Promise<{ passed: number; failed: number }> {
  process.chdir(project);
  const counts = { passed: 0, failed: 0 };
  for (const [name, passes] of Object.entries(CHECKS)) {
    process.stdout.write(`\n  ${name}\n`);
    counts[(await passesPlainly(passes)) ? "passed" : "failed"] += 1;
  }
  return counts;
}
