import type { Counts } from "../lab/counters.ts";
import { type Engine, engines } from "../lab/engine.ts";
import { median } from "../lib/statistics.ts";
import { tools } from "../toolchain/tools.ts";

/** What is measured, in the order in which a run does it. */
export const WORKS = ["first", "no-change", "one-changed", "rollback", "base-changed"] as const;
export type Work = (typeof WORKS)[number];
export const TITLES: Record<Work, string> = {
  first: "first deployment",
  "no-change": "nothing changed",
  "one-changed": "one service changed",
  rollback: "that change taken back",
  "base-changed": "base image changed",
};

export const TOOLS = ["slipway", "compose", "compose-often", "compose-2"] as const;
export type ToolName = (typeof TOOLS)[number];

/** Who asks the service that changes meanwhile: few enough to leave the CPU to what is measured. */
export const LOAD = { clients: 2, pauseMs: 50 };

/** Connections that may be logging in to the host at once; sshd's default refuses some of Compose's from 10 on. */
export const MAX_STARTUPS = 200;

/** How often Docker asks each container whether it is healthy: for all of them as Slipway has it. */
export const INTERVAL = "30s";

/** A way to deploy. */
interface Tool {
  title: string;
  /** A line of sh. */
  deploy: string;
  /** Programs that are put into a folder of PATH for it. */
  programs: readonly ("docker-compose" | "docker-compose-5")[];
  /** How often Docker asks each container whether it is healthy, which Compose waits for. */
  interval: string;
}

const compose = (program: Tool["programs"][number], interval: string, note = ""): Tool => ({
  title: `compose ${tools[program].version}${note}`,
  deploy: `${program} build --push && ${program} up --detach --wait --pull always`,
  programs: [program],
  interval,
});

/** How each deploys. */
export const DEPLOY: Record<ToolName, Tool> = {
  slipway: { title: "slipway", deploy: "node cli/slipway.mjs up", programs: [], interval: INTERVAL },
  compose: compose("docker-compose-5", INTERVAL),
  "compose-often": compose("docker-compose-5", "1s", ", a check each second"),
  "compose-2": compose("docker-compose", INTERVAL),
};

/** CPU seconds, user and system. */
export interface CpuCost {
  /** Of the whole machine: what is named below, the clients that ask meanwhile, the kernel. */
  all: number;
  /** Of the command and its children. */
  command: number;
  builder: number;
  registry: number;
  /** Of the host: its engine, its sshd, scripts, containers. */
  host: number;
}

/** What a piece of work cost. */
export interface Cost extends Counts {
  /** From the command's start to its end. */
  seconds: number;
  cpu: CpuCost;
  /** The largest sum of the proportional set sizes of the command and its children, looked at twice a second. */
  peakMemoryMiB: number;
  /** Sent meanwhile to the service that changes. */
  requests: number;
  failedRequests: number;
}

/** What was measured. */
interface What {
  tool: ToolName;
  work: Work;
  services: number;
  /** The Docker engine of the host. */
  engine: Engine;
}

/** One piece of work, once. */
export interface Measured extends What {
  cost: Cost;
}

/** One line of the result: medians of all its runs. */
export interface Row extends What, Cost {
  /** Of how many. */
  runs: number;
}

/** A line for each work of each tool with each number of services and each engine that was measured. */
export function rowsOf(measured: readonly Measured[]): Row[] {
  const rows = new Map<string, Measured[]>();
  for (const one of measured) {
    const key = JSON.stringify([one.engine, one.services, one.tool, one.work]);
    rows.set(key, [...(rows.get(key) ?? []), one]);
  }
  return [...rows.values()]
    .flatMap(([first, ...more]) => {
      if (!first) return [];
      const { tool, work, services, engine } = first;
      const costs = [first, ...more].map(({ cost }) => cost);
      return [{ tool, work, services, engine, runs: costs.length, ...medianCost(costs) }];
    })
    .sort((a, b) => placeOf(a) - placeOf(b));
}

/** By engine, services, work and tool. */
function placeOf({ engine, services, work, tool }: Row): number {
  const place = engines.indexOf(engine) * 1000 + services;
  return (place * WORKS.length + WORKS.indexOf(work)) * TOOLS.length + TOOLS.indexOf(tool);
}

/** The middle of the values, each of them by itself: of the costs of one work in several runs. */
function medianCost(costs: readonly Cost[]): Cost {
  const middle = (pick: (cost: Cost) => number) => median(costs.map(pick));
  return {
    seconds: middle((cost) => cost.seconds),
    cpu: {
      all: middle(({ cpu }) => cpu.all),
      command: middle(({ cpu }) => cpu.command),
      builder: middle(({ cpu }) => cpu.builder),
      registry: middle(({ cpu }) => cpu.registry),
      host: middle(({ cpu }) => cpu.host),
    },
    peakMemoryMiB: middle((cost) => cost.peakMemoryMiB),
    pushedBytes: middle((cost) => cost.pushedBytes),
    pulledBytes: middle((cost) => cost.pulledBytes),
    sshConnections: middle((cost) => cost.sshConnections),
    requests: middle((cost) => cost.requests),
    failedRequests: middle((cost) => cost.failedRequests),
  };
}
