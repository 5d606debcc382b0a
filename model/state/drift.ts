import { differences } from "../container/diff.ts";
import {
  type ActualContainer,
  containerName,
  describeState,
  hasTakenOver,
  isOf,
  isRunning,
  newest,
} from "../container/actual.ts";
import { LABELS } from "../container/labels.ts";
import { isReplica } from "../rollout/replica.ts";
import type { DesiredContainer } from "./parse.ts";
import { digestOf } from "../image/reference.ts";
import { isContentHash } from "../../lib/digest.ts";

/** In what a replica is not as the last update left it. */
export interface Drift {
  kind: "missing" | "stopped" | "other digest" | "edited by hand" | "unmanaged" | "update pending";
  /** In words, without any value that could be secret. */
  what: string;
}

/** One replica of a service. */
export interface ReplicaStatus {
  service: string;
  /** The replica's number; of an unmanaged container what its label says. */
  slot: string;
  host: string;
  /** The digest in the state. */
  wanted?: string | undefined;
  /** Name, digest and content hash of the container that has taken over. */
  container?: string | undefined;
  running?: string | undefined;
  content?: string | undefined;
  /** The commit it is of, and whether the folder had changes that the commit has not, where the history tells. */
  commit?: string | undefined;
  dirty?: boolean | undefined;
  /** When that container was last started. */
  since?: string | undefined;
  health: string;
  /** Why the edge does not find it healthy. */
  healthProblem?: string | undefined;
  restarts?: number | undefined;
  memoryBytes?: number | undefined;
  drift: Drift[];
}

/**
 * Every replica that the state or a host has.
 * @param hosts the containers on each host; undefined where the host could not be reached
 */
export function fleetStatus(
  desired: readonly DesiredContainer[],
  hosts: ReadonlyMap<string, readonly ActualContainer[] | undefined>,
): ReplicaStatus[] {
  const replicas = desired.filter(({ leaving, slot }) => !leaving && isReplica(slot));
  const rows = replicas.map((replica) => {
    const actual = hosts.get(replica.host)?.filter((container) => isOf(container, replica));
    return actual ? replicaStatus(replica, actual, desired) : unreachableStatus(replica);
  });
  const unmanaged = [...hosts].flatMap(([host, actual = []]) =>
    actual
      .filter((container) => !replicas.some((replica) => replica.host === host && isOf(container, replica)))
      .filter((container) => !isManaged(container, desired))
      .map((container) => unmanagedStatus(container, host)),
  );
  return [...rows, ...unmanaged].sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
}

function sortKey({ service, slot, host }: ReplicaStatus): string {
  return [service, slot.padStart(3), host].join("/");
}

/**
 * @param actual the host's containers of this replica
 * @param all the containers of the whole state
 */
function replicaStatus(
  replica: DesiredContainer,
  actual: readonly ActualContainer[],
  all: readonly DesiredContainer[],
): ReplicaStatus {
  const own = actual.find(({ inspected }) => inspected.Id === replica.id);
  const live = findLive(own, actual);
  const isFormer = live !== undefined && live !== own && isManaged(live, all);
  const drift: Drift[] = [
    ...missingOrStopped(own, live),
    ...(live ? otherDigest(replica, live) : []),
    ...(isFormer ? [pending(live, own)] : []),
    ...(live && !isFormer ? editedByHand(replica, live) : []),
    ...actual.flatMap((other) => leftBehind(other, other === own || other === live, all)),
  ];
  const base = { ...placeOf(replica), wanted: digestOf(replica.inputs.image), drift };
  return live ? { ...base, ...facts(live) } : { ...base, health: own ? describeState(own) : "missing" };
}

/** The container that serves for a replica: its own, unless another one has taken over and it has not. */
function findLive(
  own: ActualContainer | undefined,
  actual: readonly ActualContainer[],
): ActualContainer | undefined {
  if (own && hasTakenOver(own)) return own;
  return newest(actual.filter(hasTakenOver)) ?? (own && isRunning(own) ? own : undefined);
}

function missingOrStopped(own: ActualContainer | undefined, live: ActualContainer | undefined): Drift[] {
  const drift: Drift[] = [];
  if (!own) drift.push({ kind: "missing", what: "the container of the last update is not there" });
  else if (!live)
    drift.push({
      kind: "stopped",
      what: `${containerName(own)} is ${describeState(own)} and has not taken over`,
    });
  if (live && !isRunning(live))
    drift.push({ kind: "stopped", what: `${containerName(live)} is ${describeState(live)}` });
  return drift;
}

function otherDigest({ inputs }: DesiredContainer, live: ActualContainer): Drift[] {
  const { Image } = live.inspected.Config;
  if (digestOf(Image) === digestOf(inputs.image)) return [];
  return [
    { kind: "other digest", what: `${containerName(live)} runs ${Image}, not ${inputs.image ?? "none"}` },
  ];
}

function pending(former: ActualContainer, own: ActualContainer | undefined): Drift {
  const successor = own ? `${containerName(own)} is ${describeState(own)}` : "its successor is gone";
  return { kind: "update pending", what: `${containerName(former)} is still in service, ${successor}` };
}

function editedByHand({ inputs }: DesiredContainer, live: ActualContainer): Drift[] {
  const changes = differences(inputs, live.inspected, live.image).map(({ text }) => text);
  if (!changes.length) return [];
  return [{ kind: "edited by hand", what: `${containerName(live)}: ${changes.join(", ")}` }];
}

/** A container beside those in use, be it the state's or not. */
function leftBehind(
  container: ActualContainer,
  inUse: boolean,
  desired: readonly DesiredContainer[],
): Drift[] {
  const name = containerName(container);
  if (isManaged(container, desired)) {
    if (inUse) return [];
    return [{ kind: "update pending", what: `${name} is ${describeState(container)}, still to be removed` }];
  }
  if (container.inspected.State.Status === "created")
    return [
      {
        kind: "update pending",
        what: `${name} was made by an update that was killed; slipway up removes it`,
      },
    ];
  return [unmanaged(container)];
}

function unreachableStatus(replica: DesiredContainer): ReplicaStatus {
  return {
    ...placeOf(replica),
    wanted: digestOf(replica.inputs.image),
    health: "unknown",
    drift: [],
  };
}

function unmanagedStatus(container: ActualContainer, host: string): ReplicaStatus {
  const { Labels } = container.inspected.Config;
  const [service = "", slot = ""] = [Labels?.[LABELS.service], Labels?.[LABELS.slot]];
  return { service, slot, host, ...facts(container), drift: [unmanaged(container)] };
}

function unmanaged(container: ActualContainer): Drift {
  const what = `${containerName(container)} is ${describeState(container)}, has this stack's labels and is not in its state`;
  return { kind: "unmanaged", what };
}

function placeOf({ service, slot, host }: DesiredContainer) {
  return { service, slot, host };
}

function facts(container: ActualContainer) {
  const { Config, State, RestartCount } = container.inspected;
  const revision = Config.Labels?.["org.opencontainers.image.revision"] ?? "";
  const running = isRunning(container);
  return {
    container: containerName(container),
    running: digestOf(Config.Image),
    // Of an image that is not ours it is a commit of somebody else's.
    content: isContentHash(revision) ? revision : undefined,
    since: State.StartedAt,
    health: describeState(container),
    ...(running && healthOf(container)),
    restarts: RestartCount,
    memoryBytes: running ? container.memoryBytes : undefined,
  };
}

/** The health of one that runs: what the edge finds where it is checked by a path, else what Docker does. */
function healthOf({
  inspected,
  pathHealth,
}: ActualContainer): Pick<ReplicaStatus, "health" | "healthProblem"> | undefined {
  const { Health } = inspected.State;
  if (pathHealth === "healthy") return { health: pathHealth };
  if (pathHealth !== undefined) return { health: "unhealthy", healthProblem: pathHealth };
  return Health && { health: Health.Status };
}

/** Whether the state has it. */
function isManaged({ inspected }: ActualContainer, desired: readonly DesiredContainer[]): boolean {
  return desired.some(({ id }) => id === inspected.Id);
}
