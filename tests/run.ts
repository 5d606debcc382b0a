import { spawnSync } from "node:child_process";
import { project } from "../runtime/packages.mjs";
import { runTests } from "./mocha.ts";

// Quick ones first. `npm test -- unit e2e` runs these folders only, without the checks. tests/faults, which takes longer
// than all of them, is `npm run faults`.
const FOLDERS = [
  "unit",
  "history",
  "conformance",
  "lab",
  "images",
  "cutover",
  "rollback",
  "prune",
  "e2e",
  "status",
  "report",
  "disaster",
];
const CHECKS = [["tsc"], ["eslint", "."], ["prettier", "--check", "--log-level=warn", "."]];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((folder) => !FOLDERS.includes(folder));
if (unknown.length) {
  process.stderr.write(
    `npm test: unknown folder, got ${unknown.join(", ")}; expected ${FOLDERS.join(", ")}\n`,
  );
  process.exit(2);
}

let passed = 0;
let failed = 0;
process.chdir(project);
for (const [program = "", ...args] of wanted.length ? [] : CHECKS) {
  process.stdout.write(`\n  ${[program, ...args].join(" ")}\n`);
  const { status } = spawnSync(`node_modules/.bin/${program}`, args, { stdio: "inherit" });
  if (status === 0) passed += 1;
  else failed += 1;
}

const counts = await runTests(wanted.length ? wanted : FOLDERS);
passed += counts.passed;
failed += counts.failed;
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exit(failed || !passed ? 1 : 0);
