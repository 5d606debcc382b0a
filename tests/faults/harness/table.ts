import { availableParallelism, cpus } from "node:os";
import type { LoadReport } from "../../load/load.ts";
import type { CallerReport } from "./traffic.ts";

/** What a row of the failure table came to. */
export interface Result {
  row: string;
  outside: LoadReport;
  inside: CallerReport;
  /** Why requests may fail here; empty where none may. */
  gapBecause: string;
  /** What the failed command said. */
  said: string;
}

/** Those of the rows that have run, in order. */
export const results: Result[] = [];

/** Keeps a result and shows it above its test's name. */
export function record(result: Result): void {
  results.push(result);
  const { outside, inside, said } = result;
  const counts = `failed ${outside.failed} of ${outside.sent}, inside ${inside.failed} of ${inside.sent}`;
  process.stdout.write(`      ${counts}; longest gap ${seconds(outside.longestGap)}; ${said}\n`);
  for (const failure of outside.failures) process.stdout.write(`        ${failure}\n`);
}

/** The rows as a Markdown table. */
export function table(rows: readonly Result[]): string {
  const head = ["what happens", "requests", "failed", "inside", "failed", "longest gap", "what was said"];
  const cells = rows.map(({ row, outside, inside, gapBecause, said }) => [
    row,
    String(outside.sent),
    gapBecause ? `${outside.failed} (${gapBecause})` : String(outside.failed),
    String(inside.sent),
    String(inside.failed),
    seconds(outside.longestGap),
    said.replaceAll("|", "\\|"),
  ]);
  return [head, head.map(() => "---"), ...cells].map((line) => `| ${line.join(" | ")} |\n`).join("");
}

/** docs/faults.md */
export function page(rows: readonly Result[]): string {
  const date = new Date().toISOString().slice(0, 10);
  const machine = `${availableParallelism()} cores (${cpus()[0]?.model ?? "unknown"})`;
  return `# What happens when it goes wrong

Every row is a test in \`tests/faults\`: the thing happens, for real, in the lab, while 20 clients ask from outside,
each on a connection kept alive, without pause and without a second try, and a service asks another inside. Failed is
a connection error, any answer but that of the old or the new version, and none within 10 s. Where a reason stands in
brackets, requests must fail; everywhere else a single one fails the test. After each row the old or the new version
has answered all the time; and when the cause is gone, one \`up\` ends with exactly the containers wanted, and a second
one has nothing to do.

Written by \`npm run faults\` on ${date}, ${machine}, the load on the same machine.

${table(rows)}`;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
