import { Command, InvalidArgumentError, Option } from "commander";
import { type Engine, engines } from "../lab/index.ts";
import { TOOLS, type ToolName } from "./row.ts";

/** What `npm run bench` is told. */
export interface Options {
  services: number[];
  /** Of how many runs the medians are, for each number of services; the last for those after it. */
  runs: number[];
  only: ToolName[];
  engine: Engine;
  add?: true;
  profile?: number;
  beyond?: true;
  docs: boolean;
}

/** Reads the command line; ends the process with its help, or where it is wrong. */
export function readOptions(): Options {
  return new Command("npm run bench --")
    .description(
      "Slipway and Docker Compose side by side: the same fleet, builder, registry and host, in one lab; written to " +
        "docs/bench.json, each run, to docs/bench.md and docs/bench.svg",
    )
    .option("--services <n,...>", "how many services", numbers, [1, 10, 30, 100])
    .option(
      "--runs <n,...>",
      "of how many runs the medians are, for each of these; the last for those after it",
      numbers,
      [3],
    )
    .option("--only <tool,...>", `which of ${TOOLS.join(", ")}`, toolNames, [...TOOLS])
    .addOption(
      new Option("--engine <version>", "which Docker engine the host has").choices(engines).default("20.10"),
    )
    .option("--add", "keep what docs/bench.json has of before, and add to it")
    .addOption(
      new Option(
        "--profile [services]",
        "where the time of each piece of work of Slipway's goes, once, with so many services (30 unless said " +
          "otherwise), in place of all that; written to docs/profile.md",
      )
        .preset("30")
        .argParser((text: string) => numbers(text)[0]),
    )
    .option(
      "--beyond",
      "previews of up to 1,000 services, and what docs/bench.json comes to with them on 10 hosts, in place of all " +
        "that; written to docs/beyond.md",
    )
    .option("--no-docs", "write nothing, only print")
    .addHelpText("after", "\nExample:\n  npm run bench -- --services 10,30 --runs 5,3 --only slipway,compose")
    .parse()
    .opts<Options>();
}

function numbers(text: string): number[] {
  const list = text.split(",").map(Number);
  if (list.every((number) => Number.isInteger(number) && number >= 1 && number <= 200)) return list;
  throw new InvalidArgumentError("expected whole numbers of 1 to 200 with commas between");
}

function toolNames(text: string): ToolName[] {
  const names = text.split(",");
  const known = TOOLS.filter((tool) => names.includes(tool));
  if (known.length === names.length) return known;
  throw new InvalidArgumentError(`expected names of ${TOOLS.join(", ")} with commas between`);
}
