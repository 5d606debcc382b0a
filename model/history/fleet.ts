import { containerIn } from "../rollout/cutover-variables.ts";
import type { Service } from "../catalogue/service.ts";
import { type DesiredContainer, type ReplicaState, parseState } from "../state/parse.ts";
import type { StateResource } from "../state/resources.ts";
import { latest, timeOf } from "./timeline.ts";

/** One replica's containers and what its cutover has come to. */
export interface Replica {
  /** The container last made for it. */
  made: DesiredContainer | undefined;
  /** The container in service: the one its last successful cutover was for. */
  serving: DesiredContainer | undefined;
  /** When that cutover succeeded, in ms since 1970. */
  since: number | undefined;
}

/** The image that was built for a service, or taken over. */
interface BuiltImage {
  ref: string | undefined;
  hash: string | undefined;
  isPinned: boolean;
}

/** A service of a state. */
export interface FleetService {
  /** What services.ts said of it; unknown where it has been declared anew since. */
  entry: Service | undefined;
  built: BuiltImage | undefined;
  /** By name. */
  replicas: ReadonlyMap<string, Replica>;
}

/** The services that a state has, by name. */
export type Fleet = ReadonlyMap<string, FleetService>;

/** Finds the services of a state. */
export function findFleet(resources: readonly StateResource[]): Fleet {
  const { services, images } = parseState(resources);
  return new Map(
    [...services].map(([name, { entry, replicas }]) => {
      const image = images.get(name);
      const built = image && { ref: image.ref, hash: image.hash, isPinned: image.pin !== undefined };
      const found = [...replicas].map(([slot, state]) => [slot, findReplica(state)] as const);
      return [name, { entry, built, replicas: new Map(found) }];
    }),
  );
}

function findReplica({ containers, cutover }: ReplicaState): Replica {
  return {
    made: containers.find(({ leaving }) => !leaving),
    serving: cutover && findServing(cutover, containers),
    since: cutover?.succeeded ? timeOf(cutover.succeeded) : undefined,
  };
}

/**
 * The container a cutover was for. The state has the command as it last succeeded, so after a failed roll that is the
 * former container, which waits for its removal.
 */
function findServing(
  { stdin, succeeded }: NonNullable<ReplicaState["cutover"]>,
  containers: readonly DesiredContainer[],
): DesiredContainer | undefined {
  const id = typeof stdin === "string" ? containerIn(stdin) : undefined;
  if (id) return containers.find((container) => container.id === id);
  // A route with a password makes the command's input a secret. Then time tells: the last one made before.
  return containers
    .filter(({ created }) => timeOf(created) <= timeOf(succeeded))
    .toSorted((a, b) => timeOf(a.created) - timeOf(b.created))
    .at(-1);
}

/** When the last of the replicas' cutovers succeeded, as ISO 8601; undefined if none ever did. */
export function lastCutover(replicas: readonly Replica[]): string | undefined {
  return latest(replicas.flatMap(({ since }) => since ?? []));
}

/** The images of the containers in service, each once. */
export function imagesServing(replicas: readonly Replica[]): string[] {
  return [...new Set(replicas.flatMap(({ serving }) => serving?.inputs.image ?? []))];
}
