import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import Mocha from "mocha";
import { project } from "../cli/packages.mjs";
import { downTestLab } from "./lab.ts";

// Quick ones first. `npm test -- unit e2e` runs these folders only, without the checks.
const FOLDERS = ["unit", "conformance", "lab", "cutover", "e2e"];
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

const mocha = new Mocha({ timeout: 20_000, slow: 5_000, forbidOnly: true, forbidPending: true });
for (const folder of wanted.length ? wanted : FOLDERS) {
  const files = readdirSync(join("tests", folder), { recursive: true, encoding: "utf8" });
  for (const file of files.filter((name) => name.endsWith(".test.ts")).sort()) {
    mocha.addFile(join(project, "tests", folder, file));
  }
}
try {
  await mocha.loadFilesAsync();
  await new Promise<void>((done) => {
    const runner = mocha.run(() => {
      done();
    });
    runner.on("pass", () => (passed += 1));
    // A hook that failed counts too: the tests behind it did not run.
    runner.on("fail", () => (failed += 1));
  });
} finally {
  await downTestLab();
}
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exit(failed || !passed ? 1 : 0);
