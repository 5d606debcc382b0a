import { Command } from "commander";
import type { ReplicaStatus } from "../../model/state/drift.ts";
import { type FleetStatus, findings } from "../../model/state/host-drift.ts";
import { lookAtFleet } from "./look.ts";
import { UserError } from "../../lib/errors.ts";
import { EDGE_SERVICE } from "../../model/container/labels.ts";
import { openings } from "../../model/catalogue/openings.ts";
import type { Live } from "../../model/history/live.ts";
import { type ImageState, type ServiceState, parseState } from "../../model/state/parse.ts";
import { showSize } from "../../lib/size.ts";
import { replicaName } from "../../model/rollout/replica.ts";
import { type StackOption, stackOption } from "../lib/stack-option.ts";
import { openSession } from "../project/session.ts";
import { type History, liveOf, readHistory } from "../../stack/history.ts";
import { clip, shortCommit } from "../../lib/text.ts";
import { table } from "../../lib/table.ts";
import { shortDigest } from "../../lib/digest.ts";

/** The exit code that says that something is not as the last update left it. */
const DRIFT = 2;

/** `slipway status` */
export function statusVerb(): Command {
  return new Command("status")
    .description(
      "what runs, beside what the last update wanted: digest, commit, since when, health, restarts, memory; exit code 0 where " +
        "both are the same, 2 where not, 1 where a host does not answer",
    )
    .addOption(stackOption())
    .option("--json", "print JSON, with whole digests")
    .action(async ({ json, ...options }: { json?: boolean } & StackOption) => {
      const session = await openSession(options);
      const [look, { updates }] = await Promise.all([
        lookAtFleet(session),
        readHistory(session).catch(withoutHistory),
      ]);
      const { hosts, unreachable, state } = look;
      const live = liveOf(updates, state.resources ?? []);
      const { images, services } = parseState(state.resources ?? []);
      const replicas = look.replicas
        .map((replica) => withImage(withCommit(replica, live), images))
        .map((replica) => withOpenings(replica, services.get(replica.service)));
      const { project, stack } = session;
      process.stdout.write(
        json
          ? `${JSON.stringify({ project, stack, replicas, hosts, unreachable }, null, 2)}\n`
          : formatReplicas(replicas, options) + formatDrift({ replicas, hosts }, options),
      );
      const drift = [...replicas, ...hosts].some((found) => found.drift.length) ? DRIFT : 0;
      process.exitCode = unreachable.length ? 1 : drift;
    });
}

/** What runs is shown without its commit then. */
function withoutHistory(error: unknown): Pick<History, "updates"> {
  if (!(error instanceof UserError)) throw error;
  return { updates: [] };
}

/** A replica with its commit, where what runs is what the service's last cutover has brought. */
function withCommit(replica: ReplicaStatus, live: readonly Live[]): ReplicaStatus {
  const { answering = [], commit, dirty } = live.find(({ service }) => service === replica.service) ?? {};
  const [image, ...others] = answering;
  const isLive = replica.running !== undefined && image?.endsWith(replica.running) && !others.length;
  return isLive ? { ...replica, commit, dirty } : replica;
}

/** A replica with the name of its stock image, where that is what runs. */
function withImage(replica: ReplicaStatus, images: ReadonlyMap<string, ImageState>): ReplicaStatus {
  const { stock, digest } = images.get(replica.service) ?? {};
  return stock !== undefined && digest === replica.running ? { ...replica, image: stock } : replica;
}

/** A replica with what its service opens. */
function withOpenings(replica: ReplicaStatus, service: ServiceState | undefined): ReplicaStatus {
  const open = service ? openings(service.entry) : [];
  return open.length ? { ...replica, open } : replica;
}

/** What services open, a line each. */
export function formatOpenings(replicas: readonly ReplicaStatus[]): string[] {
  const lines = replicas.flatMap(({ service, open }) =>
    open === undefined ? [] : `${service}: open: ${open.join("; ")}\n`,
  );
  return [...new Set(lines)];
}

/** A table of at most 110 columns. */
function formatReplicas(replicas: readonly ReplicaStatus[], option: StackOption): string {
  if (!replicas.length) return "nothing is deployed\n";
  const rows = replicas.map((replica) => [
    clip(replicaName(replica.service, replica.slot), 14),
    clip(replica.host, 7),
    replica.wanted ? shortDigest(replica.wanted) : "-",
    replica.running ? shortDigest(replica.running) : "-",
    replica.content?.slice(0, 7) ?? "-",
    shortCommit(replica) ?? "-",
    replica.since ? age(replica.since) : "-",
    clip(replica.health, 10),
    String(replica.restarts ?? "-"),
    replica.memoryBytes === undefined ? "-" : showSize(replica.memoryBytes),
  ]);
  const head = [
    "SERVICE",
    "HOST",
    "WANTED",
    "RUNNING",
    "CONTENT",
    "COMMIT",
    "FOR",
    "HEALTH",
    "RESTARTS",
    "MEMORY",
  ];
  const sick = replicas.flatMap((replica) =>
    replica.healthProblem === undefined
      ? []
      : [
          `${replicaName(replica.service, replica.slot)} on ${replica.host}: unhealthy: ${replica.healthProblem}\n`,
        ],
  );
  const closed = replicas.flatMap(({ service, host, maintenanceSec }) =>
    maintenanceSec === undefined
      ? []
      : `${service} on ${host}: in maintenance: 503, Retry-After ${maintenanceSec} s. Ended by: ${inStack(`slipway maintenance ${service} off`, option)}\n`,
  );
  return (
    table([head, ...rows]) +
    [...replicas.flatMap(formatOrigin), ...formatOpenings(replicas), ...sick, ...closed].join("")
  );
}

/**
 * What a replica runs that was made elsewhere, and how old that is: the reverse proxy that faces the world, a stock image.
 * Not of an image whose time says nothing.
 */
export function formatOrigin({ service, slot, host, image, version, created = "" }: ReplicaStatus): string[] {
  if (service !== EDGE_SERVICE && image === undefined) return [];
  // Reproducible builds have one of the first days of Unix, or of PCs.
  const made = Date.parse(created) > Date.UTC(2000, 0) ? `its image was made ${age(created)} ago` : "";
  const words = [image, version && `version ${version}`, made].filter(Boolean).join(", ");
  return words ? [`${replicaName(service, slot)} on ${host}: ${words}\n`] : [];
}

/** What is not as it was left, a line each, and the command that mends it. */
function formatDrift(fleet: FleetStatus, option: StackOption): string {
  return findings(fleet)
    .map(
      ({ where, kind, what, command }) =>
        `${where}: ${kind}: ${what}. Mended by: ${inStack(command, option)}\n`,
    )
    .join("");
}

/** A command of Slipway's, which may have other words behind a comma, for the stack that was asked for by name. */
function inStack(command: string, { stack }: StackOption): string {
  return stack ? command.replace(/^slipway [^,]*/, `$& --stack ${stack}`) : command;
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
