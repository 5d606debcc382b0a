import { project } from "../runtime/packages.mjs";
import { runChecks } from "./checks.ts";
import { runTests } from "./mocha.ts";

// Quick ones first. `npm test -- unit e2e` runs these folders only, without the checks. tests/faults, which takes longer
// than all of them, is `npm run faults`; the oracle on all its files is `npm run oracle`.
const FOLDERS = [
  "unit",
  "session",
  "history",
  "conformance",
  "import",
  "lab",
  "images",
  "cutover",
  "rollback",
  "prune",
  "e2e",
  "status",
  "report",
  "disaster",
  "oracle",
];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((folder) => !FOLDERS.includes(folder));
if (unknown.length) {
  process.stderr.write(
    `npm test: unknown folder, got ${unknown.join(", ")}; expected ${FOLDERS.join(", ")}\n`,
  );
  process.exit(2);
}

process.chdir(project);
const checks = wanted.length ? { passed: 0, failed: 0 } : await runChecks();
// Two: most of them wait for an engine or a health check half of their time.
const tests = await runTests(wanted.length ? wanted : FOLDERS, { jobs: 2 });
const passed = checks.passed + tests.passed;
const failed = checks.failed + tests.failed;
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exit(failed || !passed ? 1 : 0);
