import { readdirSync } from "node:fs";
import { join } from "node:path";
import Mocha from "mocha";
import { project } from "../runtime/packages.mjs";
import { downTestLabs } from "./lab.ts";

/** What mocha's workers need to load a test in TypeScript. */
const LOADER = join(project, "runtime/typescript.mjs");

/**
 * Runs the tests of these folders of tests/, those whose titles match where that is given, and takes down the labs
 * they have used. With `jobs` above 1, that many files side by side, each worker with a lab of its own; what a file
 * prints then stands together, after its end.
 */
export async function runTests(
  folders: readonly string[],
  { titles, jobs = 1 }: { titles?: RegExp; jobs?: number } = {},
): Promise<{ passed: number; failed: number }> {
  const parallel = jobs > 1;
  const mocha = new Mocha({
    timeout: 20_000,
    slow: 5_000,
    forbidOnly: true,
    forbidPending: true,
    parallel,
    jobs,
    require: [LOADER],
  });
  if (titles) mocha.grep(titles);
  for (const folder of folders) {
    const files = readdirSync(join(project, "tests", folder), { recursive: true, encoding: "utf8" });
    for (const file of files.filter((name) => name.endsWith(".test.ts")).sort()) {
      mocha.addFile(join(project, "tests", folder, file));
    }
  }
  const counts = { passed: 0, failed: 0 };
  try {
    if (!parallel) await mocha.loadFilesAsync();
    await new Promise<void>((done) => {
      const runner = mocha.run(() => {
        done();
      });
      runner.on("pass", () => (counts.passed += 1));
      // A hook that failed counts too: the tests behind it did not run.
      runner.on("fail", (_, error: Error) => {
        counts.failed += 1;
        // At once, and not only at the end of a run that takes an hour.
        process.stdout.write(`${error.message.replace(/^/gm, "        ")}\n`);
      });
    });
  } finally {
    await downTestLabs();
  }
  return counts;
}
