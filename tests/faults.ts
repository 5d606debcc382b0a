import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { project } from "../runtime/packages.mjs";
import { page, results, rollPage, rolls, table } from "./faults/harness/table.ts";
import { runTests } from "./mocha.ts";

// `npm run faults -- ssh edge` runs the rows whose names have one of these words.
const words = process.argv.slice(2).map((word) => word.replace(/[^\w ]/g, "\\$&"));

const { passed, failed } = await runTests(["faults"], {
  titles: words.length ? new RegExp(words.join("|")) : undefined,
});
process.stdout.write(`\n${table(results)}\n${passed} passed, ${failed} failed\n`);
if (!words.length && !failed) writeFileSync(join(project, "docs/faults.md"), page(results));
for (const roll of failed ? [] : rolls) writeFileSync(join(project, "docs/roll.md"), rollPage(roll));
process.exit(failed || !passed ? 1 : 0);
