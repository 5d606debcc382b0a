import type { StateResource } from "../state/resources.ts";
import { findFleet, imagesServing, lastCutover } from "./fleet.ts";
import { pinsIn } from "./pins.ts";
import type { Release } from "./releases.ts";
import { isDuring, timeOf } from "./timeline.ts";
import type { Update } from "./update.ts";

/** What is in service for a service now. */
export interface Live {
  service: string;
  /** The replicas' images, each once. */
  answering: string[];
  /** When its last cutover succeeded. */
  since: string;
  /** The update of that cutover; none if it was interrupted. */
  update?: number | undefined;
  /** The commit it is of: the one the update was run from, or that it is pinned to; none if that is not known. */
  commit?: string | undefined;
  /** Whether the folder had changes that the commit has not. */
  dirty?: boolean | undefined;
}

/**
 * What is in service for each service, and which update brought it: known on every backend, for the state has the time
 * of each cutover.
 * @param resources of the present state
 * @param updates newest first
 */
export function findLive(resources: readonly StateResource[], updates: readonly Update[]): Live[] {
  const pins = pinsIn(resources);
  return [...findFleet(resources)].flatMap(([service, { replicas }]) => {
    const since = lastCutover([...replicas.values()]);
    if (since === undefined) return [];
    const update = updates.find((each) => isDuring(timeOf(since), each));
    const answering = imagesServing([...replicas.values()]);
    const pin = pins[service];
    const isPinned = pin && answering.some((image) => image.endsWith(pin.digest));
    const { commit, dirty } = isPinned ? { commit: pin.commit } : (update ?? {});
    return [{ service, answering, since, update: update?.number, commit, dirty }];
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
