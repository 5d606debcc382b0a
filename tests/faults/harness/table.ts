import { availableParallelism, cpus } from "node:os";
import type { LoadReport } from "../../load/load.ts";
import { overhead, type Stretch, total } from "./phases.ts";
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

/** The roll without load that was measured, if there was one. */
export const rolls: (readonly Stretch[])[] = [];

/** Keeps a measured roll and shows it above its test's name. */
export function recordRoll(roll: readonly Stretch[]): void {
  rolls.push(roll);
  process.stdout.write(rollTable(roll).replace(/^/gm, "      "));
}

/** Five rollbacks in ms, the quickest first. */
export const rollbacks: number[] = [];

export function recordRollbacks(measured: readonly number[]): void {
  rollbacks.push(...measured);
  process.stdout.write(`      ${measured.map(hundredths).join(", ")}\n`);
}

/** A roll's stretches as a Markdown table. */
function rollTable(roll: readonly Stretch[]): string {
  const work = roll.filter((stretch) => stretch.work);
  const lines = [
    ["", "the work", "what is added"],
    ["---", "---:", "---:"],
    ...roll.map((stretch) => {
      const time = hundredths(stretch.milliseconds);
      return [stretch.what, ...(stretch.work ? [time, ""] : ["", time])];
    }),
    [
      `**all: ${hundredths(total(roll))}**`,
      `**${hundredths(total(work))}**`,
      `**${hundredths(overhead(roll))}**`,
    ],
  ];
  return lines.map((line) => `| ${line.join(" | ")} |\n`).join("");
}

/** docs/roll.md */
export function rollPage(roll: readonly Stretch[]): string {
  return `# How long a roll takes

One service of three changed, then \`pulumi up --skip-preview\`, from the command's start to its end: what BuildKit,
the host's engine and the cutover say themselves about when each stretch began and ended. The work is what any tool
would have to do; the rest is added by Slipway, Pulumi, ssh and the registry's ways. Five rolls were measured, the one
in the middle is shown.

Written by \`npm run faults -- phases\` on ${today()}, ${machine()}.

${rollTable(roll)}
Going back, by \`slipway rollback web\` with its image on the host, from the command's start until the version before
answers: ${hundredths(rollbacks[2] ?? NaN)}, the one in the middle of ${rollbacks.map(hundredths).join(", ")}.
`;
}

/** docs/faults.md */
export function page(rows: readonly Result[]): string {
  return `# What happens when it goes wrong

Every row is a test in \`tests/faults\`: the thing happens, for real, in the lab, while 20 clients ask from outside,
each on a connection kept alive, without pause and without a second try, and a service asks another inside. Failed is
a connection error, any answer but that of the old or the new version, and none within 10 s. Where a reason stands in
brackets, requests must fail; everywhere else a single one fails the test. After each row the old or the new version
has answered all the time; and when the cause is gone, one \`up\` ends with exactly the containers wanted, and a second
one has nothing to do.

Written by \`npm run faults\` on ${today()}, ${machine()}, the load on the same machine.

${table(rows)}`;
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}

function machine(): string {
  return `${availableParallelism()} cores (${cpus()[0]?.model ?? "unknown"})`;
}

function hundredths(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
