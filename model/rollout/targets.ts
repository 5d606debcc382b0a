import type { Base, Catalogue, Service } from "../catalogue/service.ts";
import { secretsOf } from "../container/files.ts";
import { type PinsFile, pinOf } from "../history/pins.ts";
import { TYPES } from "../state/types.ts";
import { networkOwner } from "./network-places.ts";
import { restartsAfter } from "./order.ts";
import { names, ownResources } from "./resource-names.ts";
import { sharedNames } from "./shared.ts";

/** What of the stack decides what belongs to a service. */
export interface TargetsContext {
  /**
   * Bases, secrets, and shared networks and volumes that are deployed as they are declared. They are left out: what waits for its deletion after
   * another service's failed roll and stands on one of them, Pulumi would want to delete, and refuse to.
   */
  unchanged: ReadonlySet<string>;
  /** What is pinned is not built: the bases of its newest source are left alone. */
  pins: PinsFile;
}

/**
 * What `pulumi up --target` takes so that it touches these services and nothing else: each with all that is its own, the
 * bases that its image stands on, and the secrets it is given.
 * @param serviceNames of services that are in the catalogue
 */
export function targets(
  catalogue: Catalogue,
  serviceNames: readonly string[],
  { unchanged, pins }: TargetsContext,
): string[] {
  const { services, bases } = catalogue;
  const patterns = withTakenAlong(services, serviceNames).flatMap((name) => {
    const service = services.find((entry) => entry.name === name);
    const base = pinOf(pins, name) ? [] : basesOf(service, bases);
    const secrets = service ? secretsOf(service) : [];
    const shared = sharedNames(service ? [service] : [], catalogue);
    const footings = [
      ...[...shared.networks].map((other) => names.network("*", other)),
      ...[...shared.volumes].map((other) => names.sharedVolume("*", other)),
    ];
    return [
      ...ownResources(name),
      ...footings.filter((other) => !unchanged.has(other)).map((other) => `**::${other}`),
      ...base.filter((other) => !unchanged.has(other)).flatMap(ownResources),
      ...secrets.filter((other) => !unchanged.has(other)).map((secret) => `**${TYPES.password}::${secret}`),
    ];
  });
  return [...new Set(patterns)];
}

/** With those that have another's network, which goes with its container, and those that are started again after it. */
function withTakenAlong(services: readonly Service[], wanted: readonly string[]): string[] {
  const more = services.filter((service) =>
    [networkOwner(service), ...restartsAfter(service)].some((other) => other && wanted.includes(other)),
  );
  const all = [...new Set([...wanted, ...more.map(({ name }) => name)])];
  return all.length > wanted.length ? withTakenAlong(services, all) : all;
}

/** The bases that a service's image stands on, the nearest first. */
function basesOf(service: Service | undefined, bases: readonly Base[]): string[] {
  const found: string[] = [];
  let name = service?.build?.base;
  while (name !== undefined) {
    found.push(name);
    name = bases.find((base) => base.name === name)?.build?.base;
  }
  return found;
}
