import type { Service } from "../catalogue/service.ts";
import { pinsIn } from "./pins.ts";
import { type StateResource, nameIn } from "../state/resources.ts";
import type { Update } from "./update.ts";

/** What an update did to a service. */
export interface Change {
  service: string;
  /**
   * rolled: all replicas run what it was to; partly: some do, the others answer as before; failed: none does, and what
   * answered before answers still; removed: nothing answers any more.
   */
  outcome: "rolled" | "partly" | "failed" | "removed";
  /** What it was to run, `repository@sha256:…`. */
  image?: string | undefined;
  /** The content hash that was built of, where it is known. */
  hash?: string | undefined;
  /** Whether it was what the service was pinned to. */
  pinned: boolean;
  /** What answered after it: the replicas' images, each once. */
  answering: string[];
  /** When the last of its cutovers had succeeded; none if none ever had. */
  since?: string | undefined;
  /** What services.ts said of it then; unknown of an update without record, when the next one has declared it anew. */
  entry?: Service | undefined;
  /** Whether this is what answers now: the service's last cutover that succeeded. */
  live: boolean;
}

/** An update and what it did to services. */
export interface Release extends Update {
  /** Unknown where the backend does not give out what the update left. */
  changes?: Change[] | undefined;
}

/** What answers for a service now. */
export interface Live {
  service: string;
  /** The replicas' images, each once. */
  answering: string[];
  /** When its last cutover succeeded. */
  since: string;
  /** The update of that cutover; none if it left no record. */
  update?: number | undefined;
  /** The commit it is of: the one the update was run from, or that it is pinned to; none if that is not known. */
  commit?: string | undefined;
  /** Whether the folder had changes that the commit has not. */
  dirty?: boolean | undefined;
}

/** One replica's container and what its cutover has come to. */
interface Replica {
  /** The container last made for it. */
  made: StateResource | undefined;
  /** The container its last successful cutover was for. */
  answers: StateResource | undefined;
  /** When that was, in ms since 1970. */
  at: number | undefined;
}

interface ServiceState {
  entry: Service | undefined;
  /** What was built for it, or taken over. */
  built?: Built | undefined;
  replicas: ReadonlyMap<string, Replica>;
}

interface Built {
  ref?: string;
  hash?: string;
  pinned: boolean;
}

type Fleet = ReadonlyMap<string, ServiceState>;

/**
 * What an update did, from the states before and after it; and before it, where cutovers succeeded before it began, the
 * update between the two that left no record.
 * @param update none for what happened after the last record
 * @returns newest first
 */
export function releasesBetween(
  before: readonly StateResource[],
  after: readonly StateResource[],
  update?: Update,
): Release[] {
  const [was, is] = [servicesIn(before), servicesIn(after)];
  const then = update ? fleetAt(firstCutover(update), was, is) : is;
  const releases: Release[] = update ? [{ ...update, changes: changesBetween(then, is, update) }] : [];
  const unrecorded = changesBetween(was, then);
  if (!unrecorded.length) return releases;
  const changed = unrecorded.flatMap(({ service }) => [...(then.get(service)?.replicas.values() ?? [])]);
  return [
    ...releases,
    {
      kind: "update",
      result: "no record",
      started: latest(changed.flatMap(timesOf)),
      changes: unrecorded,
    },
  ];
}

/**
 * What answers for each service now, and which update brought it: known on every backend, for the state has the time
 * of each cutover.
 * @param updates newest first
 */
export function liveIn(now: readonly StateResource[], updates: readonly Update[]): Live[] {
  const pins = pinsIn(now);
  return [...servicesIn(now)].flatMap(([service, { replicas }]) => {
    const since = lastCutover([...replicas.values()]);
    if (since === undefined) return [];
    const at = timeOf(since);
    const during = updates.find(
      // Recorded to the second, and cut off.
      (update) => firstCutover(update) <= at && (!update.ended || at < timeOf(update.ended) + 1000),
    );
    const answering = imagesOf([...replicas.values()]);
    const pin = pins[service];
    const isPinned = pin && answering.some((image) => image.endsWith(pin.digest));
    const { commit, dirty } = isPinned ? { commit: pin.commit } : (during ?? {});
    return [{ service, answering, since, update: during?.number, commit, dirty }];
  });
}

/** Marks among releases, given newest first, those that brought what is live. */
export function markLive(releases: readonly Release[], live: readonly Live[]): void {
  const changes = releases.flatMap(({ changes = [] }) => changes);
  for (const { service, since } of live) {
    const brought = changes.find(
      (change) => change.service === service && change.since === since && change.outcome !== "failed",
    );
    if (brought) brought.live = true;
  }
}

/** Each service of a state with its replicas. */
function servicesIn(resources: readonly StateResource[]): Fleet {
  const services = new Map<string, { entry: Service; built?: Built; replicas: Map<string, Replica> }>();
  for (const { type, urn, inputs } of resources) {
    if (type === "slipway:index:Service")
      services.set(nameIn(urn), { entry: inputs as Service, replicas: new Map() });
  }
  for (const { type, urn, inputs = {}, outputs = {} } of resources) {
    const service = services.get(nameIn(urn));
    if (type === "slipway:index:ServiceImage" && service)
      service.built = { ...(outputs as { ref?: string; hash?: string }), pinned: "pin" in inputs };
  }
  for (const { type, urn, parent = "" } of resources) {
    if (type !== "slipway:index:Cutover" || !parent.includes("slipway:index:Service::")) continue;
    // The cutover's own container and command bear its name; a pre-deploy job's container has another.
    const own = resources.filter((child) => child.parent === urn && nameIn(child.urn) === nameIn(urn));
    services.get(nameIn(parent))?.replicas.set(nameIn(urn), replicaOf(own));
  }
  return services;
}

function replicaOf(own: readonly StateResource[]): Replica {
  const containers = own.filter((resource) => resource.type === "docker:index/container:Container");
  const command = own.find(({ type }) => type === "command:local:Command");
  const at = command?.modified;
  return {
    made: containers.find((container) => !container.delete),
    answers: command && answering(command, containers),
    at: at === undefined ? undefined : timeOf(at),
  };
}

/**
 * The container a cutover was for. The state has the command as it last succeeded, so after a failed roll that is the
 * former container, which waits for its removal.
 */
function answering(
  { inputs, modified }: StateResource,
  containers: readonly StateResource[],
): StateResource | undefined {
  const { stdin } = inputs as { stdin?: unknown };
  const id = typeof stdin === "string" ? /^NEW=(\w+)$/m.exec(stdin)?.[1] : undefined;
  if (id) return containers.find((container) => container.id === id);
  // A route with a password makes the command's input a secret. Then time tells: the last one made before.
  return containers
    .filter(({ created }) => timeOf(created) <= timeOf(modified))
    .toSorted((a, b) => timeOf(a.created) - timeOf(b.created))
    .at(-1);
}

/**
 * The earliest that an update can have cut over, in ms since 1970. Its start is recorded to the second, and cut off; it
 * takes longer than a second from there to a cutover. What cut over in between is another's, that ended or was killed.
 */
function firstCutover({ started }: Update): number {
  return timeOf(started) + 1000;
}

/** What there was before an update's first cutover, as far as what it left tells. */
function fleetAt(first: number, was: Fleet, is: Fleet): Fleet {
  const replicaAt = (before: Replica | undefined, after: Replica): Replica | undefined => {
    if (after.at === undefined || after.at >= first) return before;
    const madeSince = after.made && timeOf(after.made.created) >= first;
    return { ...after, made: madeSince ? after.answers : after.made };
  };
  const services = [...is].map(([service, { replicas, built }]) => {
    const before = was.get(service)?.replicas ?? new Map<string, Replica>();
    const then = new Map(before);
    for (const [slot, after] of replicas) {
      const replica = replicaAt(before.get(slot), after);
      if (replica) then.set(slot, replica);
    }
    // What was declared then has been declared anew since; what was built is told of the same image only.
    return [service, { entry: undefined, built, replicas: then }] as const;
  });
  return new Map<string, ServiceState>([...was, ...services]);
}

function changesBetween(before: Fleet, after: Fleet, update?: Update): Change[] {
  const services = [...new Set([...before.keys(), ...after.keys()])].sort();
  return services.flatMap((service) => {
    const was = before.get(service)?.replicas ?? new Map<string, Replica>();
    const { entry, built, replicas: is = new Map<string, Replica>() } = after.get(service) ?? {};
    const slots = [...new Set([...was.keys(), ...is.keys()])];
    const moved = slots.some((slot) => was.get(slot)?.at !== is.get(slot)?.at);
    const waiting = slots.filter((slot) => isWaiting(is.get(slot)));
    // One that is tried again is the same container; that it was shows only in the update's failure.
    const tried = waiting.some(
      (slot) => update?.result === "failed" || was.get(slot)?.made?.id !== is.get(slot)?.made?.id,
    );
    if (!moved && !tried) return [];
    const replicas = [...is.values()];
    const since = lastCutover(replicas);
    const rolled = !since ? "removed" : waiting.length ? "partly" : "rolled";
    const image = imageOf(replicas[0]?.made);
    const fromBuilt = image !== undefined && built?.ref === image;
    return {
      service,
      outcome: moved ? rolled : "failed",
      image,
      hash: fromBuilt ? built.hash : undefined,
      pinned: fromBuilt && built.pinned,
      answering: imagesOf(replicas),
      since,
      entry,
      live: false,
    };
  });
}

/** Whether a container was made for it that did not take over. */
function isWaiting(replica: Replica | undefined): boolean {
  return replica?.made !== undefined && replica.made.id !== replica.answers?.id;
}

function timesOf({ made, at }: Replica): number[] {
  return [...(at === undefined ? [] : [at]), ...(made ? [timeOf(made.created)] : [])];
}

function lastCutover(replicas: readonly Replica[]): string | undefined {
  return latest(replicas.flatMap(({ at }) => at ?? []));
}

/** The last of times in ms since 1970, as ISO 8601. */
function latest(times: readonly number[]): string | undefined {
  return times.length ? new Date(Math.max(...times)).toISOString() : undefined;
}

/** In ms since 1970. */
function timeOf(text: string | undefined): number {
  return Date.parse(text ?? "");
}

function imagesOf(replicas: readonly Replica[]): string[] {
  return [...new Set(replicas.flatMap(({ answers }) => imageOf(answers) ?? []))];
}

function imageOf(container: StateResource | undefined): string | undefined {
  return (container?.inputs as { image?: string } | undefined)?.image;
}
