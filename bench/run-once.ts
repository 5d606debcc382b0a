import { Counters } from "../lab/counters.ts";
import { labName } from "../lab/lab.ts";
import { inside } from "../lab/machine.ts";
import { Load } from "../tests/load/load.ts";
import { measureCommand } from "./command.ts";
import type { GeneratedFleet } from "./fleet.ts";
import { type Cost, DEPLOY, LOAD, type ToolName, type Work, WORKS } from "./row.ts";
import type { Look } from "./spenders.ts";
import { type DeployTool, prepare, type Setting } from "./tools.ts";

const CHANGES: Record<Work, (fleet: GeneratedFleet) => void> = {
  first: () => undefined,
  "no-change": () => undefined,
  "one-changed": (fleet) => {
    fleet.change("s1", "1");
  },
  rollback: (fleet) => {
    fleet.change("s1", "0");
  },
  "base-changed": (fleet) => {
    fleet.change("base", "1");
  },
};

/** Is told of each piece of work, and, where it wants to know, who spent CPU time in it. */
export interface Told {
  done: (work: Work, cost: Cost, looks: readonly Look[]) => void;
  looks: boolean;
}

/** One fleet from its first deployment to its end. */
export async function runOnce(name: ToolName, setting: Setting, told: Told): Promise<void> {
  const tool = await prepare(name, setting);
  try {
    for (const work of WORKS) {
      CHANGES[work](tool.fleet);
      let seen: readonly Look[] = [];
      const sampled = told.looks ? (looks: readonly Look[]) => (seen = looks) : undefined;
      const cost = await costOf(name, tool, setting, work !== "first", sampled);
      told.done(work, cost, seen);
    }
  } finally {
    // The next one shall find none of its layers on the host.
    const clear =
      "docker ps -aq | xargs -r docker rm -f && docker system prune -af && docker volume prune -af";
    const host = setting.lab.hosts[0]?.name ?? "";
    // Docker 20.10 removes all unused ones without being told.
    await inside(labName(setting.lab), host, ["sh", "-c", `${clear} 2>/dev/null || docker volume prune -f`]);
  }
}

/** What a deployment costs, and what clients of s1 notice of it. */
async function costOf(
  name: ToolName,
  tool: DeployTool,
  setting: Setting,
  answers: boolean,
  sampled: ((looks: readonly Look[]) => void) | undefined,
): Promise<Cost> {
  const { lab } = setting;
  const counters = new Counters(lab);
  const load = answers ? await Load.start(tool.url, LOAD.clients, /^200 /, LOAD.pauseMs) : undefined;
  await counters.start();
  try {
    const env = { ...process.env, ...setting.environment };
    const spent = await measureCommand(DEPLOY[name].deploy, tool.fleet.folder, env, labName(lab), sampled);
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
