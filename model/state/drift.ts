import { differences } from "../container/diff.ts";
import {
  type ActualContainer,
  containerName,
  describeState,
  hasEndedWell,
  hasTakenOver,
  isOf,
  isRunning,
  newest,
  startError,
} from "../container/actual.ts";
import { LABELS } from "../container/labels.ts";
import { lostNetwork } from "./lost-network.ts";
import { isReplica } from "../rollout/replica.ts";
import { type Mend, again, anew, commandFor, removal, removalIfEnded } from "./mend.ts";
import type { DesiredContainer } from "./parse.ts";
import { digestOf } from "../image/reference.ts";
import { isContentHash } from "../../lib/digest.ts";

/** In what something is not as the last update left it. */
export interface Drift {
  kind: "missing" | "stopped" | "other digest" | "edited by hand" | "unmanaged" | "update pending";
  /** In words, without any value that could be secret. */
  what: string;
  /** The command that mends it: "slipway up web". */
  command: string;
  /** What that command does about it, besides what any update does. */
  mends: Mend[];
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
  /** What its image says of its version, and of when it was made. */
  version?: string | undefined;
  created?: string | undefined;
  content?: string | undefined;
  /** What services.ts calls it, where it is a stock image: "postgres:17". */
  image?: string | undefined;
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
  /** What its service opens, as model/catalogue/openings.ts has it; none where it opens nothing. */
  open?: string[] | undefined;
  /** Seconds of Retry-After, where its edge answers for the service with 503. */
  maintenanceSec?: number | undefined;
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
    const host = hosts.get(replica.host);
    return host ? replicaStatus(replica, host, desired) : unreachableStatus(replica);
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
 * @param host the stack's containers on its host
 * @param all the containers of the whole state
 */
function replicaStatus(
  replica: DesiredContainer,
  host: readonly ActualContainer[],
  all: readonly DesiredContainer[],
): ReplicaStatus {
  const actual = host.filter((container) => isOf(container, replica));
  const own = actual.find(({ inspected }) => inspected.Id === replica.id);
  const live = findLive(own, actual);
  const isFormer = live !== undefined && live !== own && isManaged(live, all);
  const found: Found[] = [
    ...missingOrStopped(replica, own, live, isFormer, host),
    ...(live ? otherDigest(replica, live) : []),
    ...(isFormer ? [pending(live, own)] : []),
    ...(live && !isFormer
      ? lostNetwork(live, host).map((what): Found => ({ kind: "missing", what, mends: [again(replica.urn)] }))
      : []),
    ...(live && !isFormer ? editedByHand(replica, live, live === own) : []),
    ...actual.flatMap((other) => leftBehind(replica, other, other === own || other === live, all)),
  ];
  const command = commandFor(replica.service);
  const drift = found.map(({ mends = [], ...rest }) => ({ ...rest, command, mends }));
  const base = { ...placeOf(replica), wanted: digestOf(replica.inputs.image), drift };
  return live ? { ...base, ...facts(live) } : { ...base, health: own ? describeState(own) : "missing" };
}

/** What is found of a replica; without mends where any update puts it right. */
type Found = Pick<Drift, "kind" | "what"> & Partial<Pick<Drift, "mends">>;

/** The container that serves for a replica: its own, unless another one has taken over and it has not. */
function findLive(
  own: ActualContainer | undefined,
  actual: readonly ActualContainer[],
): ActualContainer | undefined {
  if (own && hasTakenOver(own)) return own;
  return newest(actual.filter(hasTakenOver)) ?? (own && isRunning(own) ? own : undefined);
}

/** @param isFormer whether what serves is the container before, as after a roll that failed: the next one mends that */
function missingOrStopped(
  replica: DesiredContainer,
  own: ActualContainer | undefined,
  live: ActualContainer | undefined,
  isFormer: boolean,
  host: readonly ActualContainer[],
): Found[] {
  const found: Found[] = [];
  if (!own)
    found.push({
      kind: "missing",
      what: "the container of the last update is not there",
      mends: [anew(replica.urn)],
    });
  else if (!live)
    found.push({
      kind: "stopped",
      what: `${containerName(own)} is ${describeState(own)} and has not taken over`,
      mends: [startOf(replica, own)],
    });
  if (live && !isRunning(live) && !hasEndedWell(live))
    found.push({
      kind: "stopped",
      what: `${containerName(live)} is ${describeState(live)}${startError(live, host)}`,
      mends: own && !isFormer ? [startOf(replica, own)] : [],
    });
  return found;
}

/** What has ended is started again; what is paused, or goes on to end by itself, makes way for a new one. */
function startOf({ urn }: DesiredContainer, { inspected: { State } }: ActualContainer): Mend {
  return ["created", "exited"].includes(State.Status) ? again(urn) : anew(urn);
}

function otherDigest({ inputs }: DesiredContainer, live: ActualContainer): Found[] {
  const { Image } = live.inspected.Config;
  if (digestOf(Image) === digestOf(inputs.image)) return [];
  return [
    { kind: "other digest", what: `${containerName(live)} runs ${Image}, not ${inputs.image ?? "none"}` },
  ];
}

function pending(former: ActualContainer, own: ActualContainer | undefined): Found {
  const successor = own ? `${containerName(own)} is ${describeState(own)}` : "its successor is gone";
  return { kind: "update pending", what: `${containerName(former)} is still in service, ${successor}` };
}

/** @param isOwn whether it is the state's; another one that serves is ended as one that is unmanaged */
function editedByHand(
  { inputs, urn, pidsLimit }: DesiredContainer,
  live: ActualContainer,
  isOwn: boolean,
): Found[] {
  const [name, wanted] = [containerName(live), inputs.name];
  const renamed = isOwn && wanted !== undefined && wanted !== name ? [`renamed from ${wanted}`] : [];
  const changes = differences(inputs, live.inspected, live.image);
  const limited = isOwn ? pidsLimitChange(pidsLimit, live) : [];
  if (!changes.length && !renamed.length && !limited.length) return [];
  // The mark of who serves, and the limit of processes, are the cutover's own to set, without another container.
  const onlyCutovers = !renamed.length && changes.every(({ input }) => input === "restart");
  return [
    {
      kind: "edited by hand",
      what: `${name}: ${[...renamed, ...changes.map(({ text }) => text), ...limited].join(", ")}`,
      mends: isOwn ? [onlyCutovers ? again(urn) : anew(urn)] : [],
    },
  ];
}

function pidsLimitChange(
  wanted: number | undefined,
  { inspected: { HostConfig } }: ActualContainer,
): string[] {
  const { PidsLimit } = HostConfig;
  const found = PidsLimit && PidsLimit > 0 ? PidsLimit : undefined;
  return found === wanted ? [] : [`limit of processes changed (${found ?? "none"}, not ${wanted ?? "none"})`];
}

/** A container beside those in use, be it the state's or not. */
function leftBehind(
  { urn }: DesiredContainer,
  container: ActualContainer,
  inUse: boolean,
  desired: readonly DesiredContainer[],
): Found[] {
  const name = containerName(container);
  if (isManaged(container, desired)) {
    if (inUse) return [];
    return [{ kind: "update pending", what: `${name} is ${describeState(container)}, still to be removed` }];
  }
  const { Id, State } = container.inspected;
  const unstarted = `${name} was made by an update that was killed; slipway up removes it`;
  if (State.Status === "created") return [{ kind: "update pending", what: unstarted, mends: [removal(Id)] }];
  // The cutover takes the requests from it and stops it.
  return [{ ...unmanaged(container), mends: [again(urn), removal(Id)] }];
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
  // With no replica to take its place, what answers is not for an update to end: its state may be an old one. Where the
  // catalogue has it, as after a first deployment that was killed, it is taken over from and has ended then.
  const name = containerName(container);
  const ended = !isRunning(container) && !hasTakenOver(container);
  const drift = {
    ...unmanaged(container),
    command: ended ? commandFor(undefined) : `slipway adopt, or on ${host}: docker rm --force ${name}`,
    mends: [ended ? removal(container.inspected.Id) : removalIfEnded(container.inspected.Id)],
  };
  return { service, slot, host, ...facts(container), drift: [drift] };
}

function unmanaged(container: ActualContainer): Pick<Drift, "kind" | "what"> {
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
    version: Config.Labels?.["org.opencontainers.image.version"],
    created: container.imageCreated,
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
