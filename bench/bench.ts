import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { labEnvironment } from "../cli/project/environment.ts";
import { project } from "../runtime/packages.mjs";
import { inProject, kept, pathsOf } from "../lib/paths.ts";
import { progress } from "../cli/lib/progress.ts";
import { Counters } from "../lab/counters.ts";
import * as lab from "../lab/index.ts";
import { inside } from "../lab/machine.ts";
import { labName } from "../lab/lab.ts";
import { OWN_PLATFORM } from "../tests/lab.ts";
import { Load } from "../tests/load/load.ts";
import { binFolder } from "../toolchain/install.ts";
import { measureCommand } from "./command.ts";
import { page } from "./page.ts";
import { plot } from "./plot.ts";
import {
  type Cost,
  DEPLOY,
  LOAD,
  MAX_STARTUPS,
  type Measured,
  type Row,
  rowsOf,
  type ToolName,
  TOOLS,
  type Work,
  WORKS,
} from "./row.ts";
import { measureStaging } from "./staging.ts";
import { prepare, type Setting, type DeployTool } from "./tools.ts";

const numbers = (text: string): number[] => {
  const list = text.split(",").map(Number);
  if (list.every((number) => Number.isInteger(number) && number >= 1 && number <= 200)) return list;
  throw new InvalidArgumentError("expected whole numbers of 1 to 200 with commas between");
};

const toolNames = (text: string): ToolName[] => {
  const names = text.split(",");
  const known = TOOLS.filter((tool) => names.includes(tool));
  if (known.length === names.length) return known;
  throw new InvalidArgumentError(`expected names of ${TOOLS.join(", ")} with commas between`);
};

const { services, runs, json, docs, only } = new Command("npm run bench --")
  .description(
    "Slipway and Docker Compose side by side: the same fleet, builder, registry and host, in one lab",
  )
  .option("--services <n,...>", "how many services", numbers, [1, 10, 30, 100])
  .option(
    "--runs <n,...>",
    "of how many runs the medians are, for each of these; the last for those after it",
    numbers,
    [5],
  )
  .option("--only <tool,...>", `which of ${TOOLS.join(", ")}`, toolNames, [...TOOLS])
  .option("--json <file>", "write the rows there too")
  .option("--no-docs", "leave docs/bench.md and docs/bench.svg as they are")
  .parse()
  .opts<{ services: number[]; runs: number[]; json?: string; docs: boolean; only: ToolName[] }>();

const platforms = [OWN_PLATFORM];
const own = pathsOf(inProject(kept.bench()));

const staging = measureStaging();
const running = await lab.up(own.lab, { hosts: 1 }, progress);
const costs: Measured[] = [];
try {
  const environment = await labEnvironment(own, running);
  for (const tool of only) await binFolder(own.bin, DEPLOY[tool].programs, progress);
  for (const { name } of running.hosts) {
    const script = `echo MaxStartups ${MAX_STARTUPS} >>/etc/ssh/sshd_config && kill -HUP "$(cat /run/sshd.pid)"`;
    await inside(labName(running), name, ["sh", "-c", script]);
  }
  const runsOf = services.map((_, index) => runs[index] ?? runs.at(-1) ?? 1);
  for (let run = 1; run <= Math.max(...runsOf); run++) {
    for (const count of services.filter((_, index) => run <= (runsOf[index] ?? 1))) {
      costs.push(...(await compare(count, run, environment)));
      // Now, and not at the end: what is measured shall not be lost with a run that is ended early.
      write(rowsOf(costs));
    }
  }
} finally {
  await lab.down(own.lab, progress);
  rmSync(own.project, { recursive: true });
}
process.stdout.write(page(rowsOf(costs), staging));

function write(rows: readonly Row[]): void {
  if (json) writeFileSync(json, `${JSON.stringify({ rows, staging }, null, 2)}\n`);
  if (!docs) return;
  writeFileSync(join(project, "docs/bench.md"), page(rows, staging));
  writeFileSync(join(project, "docs/bench.svg"), plot(rows));
}

/** All works of both tools with that many services, in turn. */
async function compare(count: number, run: number, environment: Record<string, string>): Promise<Measured[]> {
  const measured: Measured[] = [];
  for (const tool of only) {
    const folder = `${own.project}/${tool}`;
    const salt = `${tool} ${count} ${run} ${Date.now()}`;
    const setting = { lab: running, environment, folder, services: count, platforms, salt };
    for (const [work, cost] of await runOnce(tool, setting)) {
      measured.push({ tool, work, services: count, cost });
      progress(`${count} services, run ${run}: ${tool} ${work}: ${cost.seconds.toFixed(1)} s`);
    }
  }
  return measured;
}

/** One fleet from its first deployment to its end. */
async function runOnce(name: ToolName, setting: Setting): Promise<[Work, Cost][]> {
  const tool = await prepare(name, setting);
  const { fleet } = tool;
  const changes: Record<Work, () => void> = {
    first: () => undefined,
    "no-change": () => undefined,
    "one-changed": () => {
      fleet.change("s1", "1");
    },
    rollback: () => {
      fleet.change("s1", "0");
    },
    "base-changed": () => {
      fleet.change("base", "1");
    },
  };
  const costs: [Work, Cost][] = [];
  try {
    for (const work of WORKS) {
      changes[work]();
      costs.push([work, await costOf(name, tool, setting, work !== "first")]);
    }
  } finally {
    // The next one shall find none of its layers on the host.
    const clear =
      "docker ps -aq | xargs -r docker rm -f && docker system prune -af && docker volume prune -f";
    await inside(labName(setting.lab), setting.lab.hosts[0]?.name ?? "", ["sh", "-c", clear]);
  }
  return costs;
}

/** What a deployment costs, and what clients of s1 notice of it. */
async function costOf(name: ToolName, tool: DeployTool, setting: Setting, answers: boolean): Promise<Cost> {
  const counters = new Counters(setting.lab);
  const load = answers ? await Load.start(tool.url, LOAD.clients, /^200 /, LOAD.pauseMs) : undefined;
  await counters.start();
  try {
    const environment = { ...process.env, ...setting.environment };
    const spent = await measureCommand(
      DEPLOY[name].deploy,
      tool.fleet.folder,
      environment,
      labName(setting.lab),
    );
    const counts = await counters.read();
    const { sent = 0, failed = 0 } = (await load?.stop()) ?? {};
    return { ...spent, ...counts, requests: sent, failedRequests: failed };
  } catch (error) {
    await load?.stop();
    throw error;
  } finally {
    await counters.stop();
  }
}
