import { Command } from "commander";
import { type ReplicaStatus, type Seen, fleetStatus } from "../model/drift.ts";
import { seenIn, seenScript } from "../model/seen.ts";
import { showSize } from "../model/size.ts";
import { deployedIn } from "./deployed.ts";
import { useProjectTools } from "./environment.ts";
import { onEach, onHost } from "./on-host.ts";
import { readState } from "../stack/state.ts";
import { table } from "./table.ts";
import { title } from "./title.ts";

/** The exit code that says that something is not as the last update left it. */
const DRIFT = 2;

/** `slipway status` */
export function statusVerb(): Command {
  return new Command("status")
    .description(
      "what runs, beside what the last update wanted: digest, since when, health, restarts, memory; exit code 0 where " +
        "both are the same, 2 where not, 1 where a host does not answer",
    )
    .option("--stack <name>", "the selected stack if not given")
    .option("--json", "for scripts: all of it, with whole digests")
    .action(async ({ stack, json }: { stack?: string; json?: boolean }) => {
      await useProjectTools();
      // Shown, because variables are compared; nothing prints them.
      const deployed = deployedIn(await readState(stack, { secrets: "shown" }));
      const script = seenScript(deployed.project, deployed.stack);
      const hosts = new Map<string, Seen[] | undefined>(deployed.hosts.map(({ name }) => [name, undefined]));
      const unreachable = await onEach(deployed.hosts, async (host) => {
        hosts.set(host.name, seenIn(await onHost(host, script)));
      });
      const replicas = fleetStatus(deployed.containers, hosts);
      if (json) {
        const { project, stack: name } = deployed;
        process.stdout.write(`${JSON.stringify({ project, stack: name, replicas, unreachable }, null, 2)}\n`);
      } else process.stdout.write(shown(replicas));
      const drift = replicas.some((replica) => replica.drift.length) ? DRIFT : 0;
      process.exitCode = unreachable.length ? 1 : drift;
    });
}

/** A table of at most 100 columns, and a line for everything that is not as it was left. */
function shown(replicas: readonly ReplicaStatus[]): string {
  if (!replicas.length) return "nothing is deployed\n";
  const rows = replicas.map((replica) => [
    clipped(title(replica), 18),
    clipped(replica.host, 8),
    digest(replica.wanted),
    digest(replica.running),
    replica.content?.slice(0, 8) ?? "-",
    replica.since ? age(replica.since) : "-",
    clipped(replica.health, 12),
    String(replica.restarts ?? "-"),
    replica.memoryBytes === undefined ? "-" : showSize(replica.memoryBytes),
  ]);
  const head = ["SERVICE", "HOST", "WANTED", "RUNNING", "CONTENT", "FOR", "HEALTH", "RESTARTS", "MEMORY"];
  const drift = replicas.flatMap((replica) =>
    replica.drift.map(({ kind, what }) => `${title(replica)} on ${replica.host}: ${kind}: ${what}\n`),
  );
  return table([head, ...rows]) + drift.join("");
}

function digest(whole: string | undefined): string {
  return whole?.replace("sha256:", "").slice(0, 8) ?? "-";
}

function clipped(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text;
}

const UNITS = [
  ["d", 86_400],
  ["h", 3600],
  ["min", 60],
] as const;

function age(since: string): string {
  const seconds = Math.max(0, (Date.now() - Date.parse(since)) / 1000);
  const [unit, length] = UNITS.find(([, long]) => seconds >= long) ?? ["s", 1];
  return `${Math.floor(seconds / length)} ${unit}`;
}
