import type { Counts } from "../lab/counters.ts";
import { median } from "../lib/statistics.ts";

/** What is measured, in the order in which a run does it. */
export const WORKS = ["first", "no-change", "one-changed", "rollback", "base-changed"] as const;
export type Work = (typeof WORKS)[number];

export const TOOLS = ["slipway", "compose"] as const;
export type ToolName = (typeof TOOLS)[number];

/** Who asks the service that changes meanwhile: few enough to leave the CPU to what is measured. */
export const LOAD = { clients: 2, pauseMs: 20 };

/** Connections that may be logging in to the host at once; sshd's default refuses some of Compose's from 10 on. */
export const MAX_STARTUPS = 200;

/** How each deploys, in a line of sh. */
export const DEPLOY: Record<ToolName, string> = {
  slipway: "pulumi up --yes --skip-preview",
  compose: "docker compose build --push && docker compose up --detach --pull always",
};

/** What a piece of work cost. */
export interface Cost extends Counts {
  /** From the command's start to its end. */
  seconds: number;
  /** Of the command and all its children, user and system; the builder's and the host's are not in it. */
  cpuSeconds: number;
  /** The largest sum of the proportional set sizes of the command and its children, looked at every 0.2 s. */
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

/** A line for each work of each tool with each number of services. */
export function rowsOf(measured: readonly Measured[]): Row[] {
  const services = [...new Set(measured.map((each) => each.services))].sort((a, b) => a - b);
  return services.flatMap((count) =>
    TOOLS.flatMap((tool) =>
      WORKS.map((work) => {
        const same = measured.filter(
          (each) => each.services === count && each.tool === tool && each.work === work,
        );
        return {
          tool,
          work,
          services: count,
          runs: same.length,
          ...medianCost(same.map(({ cost }) => cost)),
        };
      }),
    ),
  );
}

/** The middle of the values, each of them by itself: of the costs of one work in several runs. */
function medianCost(costs: readonly Cost[]): Cost {
  const middle = (pick: (cost: Cost) => number) => median(costs.map(pick));
  return {
    seconds: middle((cost) => cost.seconds),
    cpuSeconds: middle((cost) => cost.cpuSeconds),
    peakMemoryMiB: middle((cost) => cost.peakMemoryMiB),
    pushedBytes: middle((cost) => cost.pushedBytes),
    pulledBytes: middle((cost) => cost.pulledBytes),
    sshConnections: middle((cost) => cost.sshConnections),
    requests: middle((cost) => cost.requests),
    failedRequests: middle((cost) => cost.failedRequests),
  };
}
