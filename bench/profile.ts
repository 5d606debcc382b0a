import { readFileSync } from "node:fs";
import { join } from "node:path";
import { kept } from "../lib/paths.ts";
import { sum } from "../lib/statistics.ts";
import type { Phases, ProgramRun } from "../model/metrics/phases.ts";
import { machine } from "./page.ts";
import { TITLES, type Work } from "./row.ts";
import { type Look, type Spent, SPENDERS } from "./spenders.ts";

/** Where the time of one piece of work went. */
export interface Profile {
  work: Work;
  seconds: number;
  /** Of the last run of the program in it. */
  phases: Phases | undefined;
  looks: readonly Look[];
}

/** How long the phases of the last update took, by the fleet's own record. */
export function lastPhases(folder: string): Phases | undefined {
  const lines = readFileSync(join(folder, kept.phases()), "utf8").trim().split("\n");
  return (JSON.parse(lines.at(-1) ?? "{}") as Partial<ProgramRun>).phases;
}

/** docs/profile.md */
export function profilePage(profiles: readonly Profile[], services: number): string {
  const titles = profiles.map(({ work }) => TITLES[work]);
  const row = (name: string, cell: (profile: Profile) => string) =>
    `| ${[name, ...profiles.map(cell)].join(" | ")} |\n`;
  const head = row("", ({ work }) => TITLES[work]) + `| --- |${" ---: |".repeat(titles.length)}\n`;
  const seconds = (value: number | undefined) => (value === undefined ? "" : value.toFixed(1));
  const phase = (name: string, key: keyof Phases) => row(name, ({ phases }) => seconds(phases?.[key]));
  const spent = SPENDERS.map((spender) => row(spender, ({ looks }) => seconds(totalOf(looks, spender))));
  return `# Where the time of a deployment goes

Written by \`npm run bench -- --profile\` on ${new Date().toISOString().slice(0, 10)}: ${services} services, each deployed
once by \`slipway up\`; ${machine()}; builder, registry and host are a lab on the same machine. Phases overlap, as services
are worked on side by side; the looks at who spends CPU time cost some themselves.

## Wall time, s

${head}${row("all", ({ seconds: all }) => seconds(all))}${phase("the program reads sources and settings", "start")}${phase("at least one image is built and pushed", "build")}${phase("at least one container is made", "create")}${phase("at least one cutover runs", "cutover")}${phase("none of these, while the program runs", "rest")}
## CPU time, s

${head}${spent.join("")}${row("**all**", ({ looks }) => `**${seconds(sum(SPENDERS.map((spender) => totalOf(looks, spender))))}**`)}
![CPU time by who spends it, over the time of each piece of work](profile.svg)
`;
}

function totalOf(looks: readonly Look[], spender: keyof Spent): number {
  return sum(looks.map(({ spent }) => spent[spender]));
}
