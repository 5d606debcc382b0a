import { EDGE_SERVICE } from "../container/labels.ts";
import type { Finding } from "./host-drift.ts";
import { nameIn } from "./resources.ts";

/** How an update puts something right that was done by hand. */
export type Mend =
  /** Runs the cutover of that name once more: it starts its container, writes the route, and ends what serves beside it. */
  | { again: string }
  /** Runs the command of that name once more, which puts files of ours on a host. */
  | { fill: string }
  /** Makes the resource of that URN anew. A container's cutover leads from the one that is there to the new one. */
  | { replace: string }
  /** Removes the container of that id after the update, which has ended it. */
  | { remove: string }
  /** The same, if it has ended by then: of what the update itself may not end, and says nothing of. */
  | { removeEnded: string };

/** Runs the cutover of a container once more, which has the container's name. */
export function again(containerUrn: string): Mend {
  return { again: nameIn(containerUrn) };
}

/** Makes a resource anew. */
export function anew(urn: string): Mend {
  return { replace: urn };
}

/** Removes a container that no state knows. */
export function removal(id: string): Mend {
  return { remove: id };
}

/** Removes a container that no state knows, where the update takes over from it. */
export function removalIfEnded(id: string): Mend {
  return { removeEnded: id };
}

/** The command that mends what is found of a service; of what is no single service's where none is given. */
export function commandFor(service: string | undefined): string {
  return isOfAll(service) ? "slipway up" : `slipway up ${service}`;
}

function isOfAll(service: string | undefined): service is undefined {
  return service === undefined || service === EDGE_SERVICE;
}

/** All that an update is to put right, each once. */
export interface Mends {
  /** Names of cutovers, and of commands that put files on hosts. */
  again: string[];
  /** URNs. */
  replace: string[];
  /** Containers, by host and id. */
  remove: { host: string; id: string }[];
  /** Why, a line for each thing that is found. */
  reasons: string[];
  /** The same of what waits for an update of all services. */
  left: string[];
}

/**
 * What an update is to put right.
 * @param services those that it is of; none: of all
 */
export function mendsOf(found: readonly Finding[], services: readonly string[]): Mends {
  const ours = found.filter(({ service }) => !services.length || (service && services.includes(service)));
  const left = found.filter((one) => !ours.includes(one) && isOfAll(one.service));
  const mends = ours.flatMap(({ host, mends }) => mends.map((mend) => ({ ...mend, host })));
  const unique = (list: readonly string[]) => [...new Set(list)];
  return {
    again: unique(mends.flatMap((mend) => ("again" in mend ? mend.again : "fill" in mend ? mend.fill : []))),
    replace: unique(mends.flatMap((mend) => ("replace" in mend ? mend.replace : []))),
    remove: mends.flatMap((mend) => {
      if ("remove" in mend) return { host: mend.host, id: mend.remove };
      return "removeEnded" in mend ? { host: mend.host, id: mend.removeEnded } : [];
    }),
    reasons: ours.filter(({ mends }) => mends.some((mend) => !("removeEnded" in mend))).map(formatReason),
    left: left.map(({ where, kind, what, command }) => `${where}: ${kind}: ${what}. Mended by: ${command}`),
  };
}

function formatReason({ where, kind, what, mends }: Finding): string {
  const done = mends.map((mend) => {
    if ("again" in mend) return "its cutover runs again";
    if ("fill" in mend) return "its files are put there again";
    return "replace" in mend ? "it is made anew" : "it is removed";
  });
  return `mends ${where}: ${kind}: ${what}; ${[...new Set(done)].join(", ")}`;
}
