import type { Service } from "../catalogue/service.ts";
import type { StateResource } from "../state/resources.ts";
import {
  type Fleet,
  type FleetService,
  type Replica,
  findFleet,
  imagesServing,
  lastCutover,
} from "./fleet.ts";
import { firstCutover, latest, timeOf } from "./timeline.ts";
import type { Update } from "./update.ts";

/** What an update did to a service. */
export interface Change {
  service: string;
  /**
   * rolled: all replicas run what it was to; partly: some do, the others serve as before; failed: none does, and what
   * served before serves still; removed: nothing is in service any more.
   */
  outcome: "rolled" | "partly" | "failed" | "removed";
  /** What it was to run, `repository@sha256:…`. */
  image?: string | undefined;
  /** The content hash that was built of, where it is known. */
  hash?: string | undefined;
  /** Whether it was what the service was pinned to. */
  pinned: boolean;
  /** What was in service after it: the replicas' images, each once. */
  answering: string[];
  /** When the last of its cutovers had succeeded; none if none ever had. */
  since?: string | undefined;
  /** What services.ts said of it then; unknown of an interrupted update, when the next one has declared it anew. */
  entry?: Service | undefined;
  /** Whether this is what is in service now: the service's last cutover that succeeded. */
  live: boolean;
}

/** An update and what it did to services. */
export interface Release extends Update {
  /** Unknown where the backend does not give out what the update left. */
  changes?: Change[] | undefined;
}

/**
 * What an update did, from the states before and after it; and before it, where cutovers succeeded that cannot be its
 * own, the interrupted update between the two (see timeline.ts).
 * @param update none for what happened after the last record
 * @returns newest first
 */
export function releasesBetween(
  resourcesBefore: readonly StateResource[],
  resourcesAfter: readonly StateResource[],
  update?: Update,
): Release[] {
  const [stateBefore, stateAfter] = [findFleet(resourcesBefore), findFleet(resourcesAfter)];
  const stateAtFirstCutover = update
    ? reconstruct(firstCutover(update), stateBefore, stateAfter)
    : stateAfter;
  const ofInterrupted = changesBetween(stateBefore, stateAtFirstCutover);
  return [
    ...(update ? [{ ...update, changes: changesBetween(stateAtFirstCutover, stateAfter, update) }] : []),
    ...(ofInterrupted.length ? [interruptedRelease(ofInterrupted, stateAtFirstCutover)] : []),
  ];
}

function interruptedRelease(changes: Change[], left: Fleet): Release {
  const replicas = changes.flatMap(({ service }) => [...replicasOf(left.get(service)).values()]);
  const times = replicas.flatMap(({ made, since }) => [since ?? [], made ? timeOf(made.created) : []].flat());
  return { kind: "update", result: "interrupted", started: latest(times), changes };
}

/**
 * What there was at an update's first cutover, as far as the states before and after it tell.
 * @param first when that can have been at the earliest, in ms since 1970
 */
function reconstruct(first: number, stateBefore: Fleet, stateAfter: Fleet): Fleet {
  const services = [...stateAfter].map(([name, { built, replicas }]): [string, FleetService] => {
    const before = replicasOf(stateBefore.get(name));
    const then = new Map(before);
    for (const [slot, after] of replicas) {
      const replica = replicaAt(first, before.get(slot), after);
      if (replica) then.set(slot, replica);
    }
    // The update has declared the entry anew. The image counts only for containers that run that very one.
    return [name, { entry: undefined, built, replicas: then }];
  });
  return new Map([...stateBefore, ...services]);
}

function replicaAt(first: number, before: Replica | undefined, after: Replica): Replica | undefined {
  if (after.since === undefined || after.since >= first) return before;
  const madeLater = after.made && timeOf(after.made.created) >= first;
  return { ...after, made: madeLater ? after.serving : after.made };
}

function changesBetween(stateBefore: Fleet, stateAfter: Fleet, update?: Update): Change[] {
  const names = [...new Set([...stateBefore.keys(), ...stateAfter.keys()])].sort();
  return names.flatMap((name) => changeOf(name, stateBefore.get(name), stateAfter.get(name), update) ?? []);
}

function changeOf(
  name: string,
  before: FleetService | undefined,
  after: FleetService | undefined,
  update: Update | undefined,
): Change | undefined {
  const [replicasBefore, replicasAfter] = [replicasOf(before), replicasOf(after)];
  const slots = [...new Set([...replicasBefore.keys(), ...replicasAfter.keys()])];
  const hasCutOver = slots.some((slot) => replicasBefore.get(slot)?.since !== replicasAfter.get(slot)?.since);
  const waiting = slots.filter((slot) => isWaiting(replicasAfter.get(slot)));
  // A container that failed before and is tried again is the same one: only the update's failure tells that it was.
  const wasTried = waiting.some(
    (slot) =>
      update?.result === "failed" || replicasBefore.get(slot)?.made?.id !== replicasAfter.get(slot)?.made?.id,
  );
  if (!hasCutOver && !wasTried) return undefined;
  const replicas = [...replicasAfter.values()];
  const since = lastCutover(replicas);
  const image = replicas[0]?.made?.inputs.image;
  const built = image !== undefined && after?.built?.ref === image ? after.built : undefined;
  const outcome = !since ? "removed" : waiting.length ? "partly" : "rolled";
  return {
    service: name,
    outcome: hasCutOver ? outcome : "failed",
    image,
    hash: built?.hash,
    pinned: built?.isPinned ?? false,
    answering: imagesServing(replicas),
    since,
    entry: after?.entry,
    live: false,
  };
}

function replicasOf(service: FleetService | undefined): ReadonlyMap<string, Replica> {
  return service?.replicas ?? new Map<string, Replica>();
}

/** Whether a container was made for it that did not take over. */
function isWaiting(replica: Replica | undefined): boolean {
  return replica?.made !== undefined && replica.made.id !== replica.serving?.id;
}
