import type { Place } from "../catalogue/networks.ts";
import type { Service } from "../catalogue/service.ts";
import { networkOwner } from "./network-places.ts";

/** Which of the two containers acts first in a cutover. */
export type Order = "start-first" | "stop-first";

/**
 * What the service says; else stop-first where two containers at once would fight: over a port or an address, over what
 * both may write, or for the clients of a network alias (Docker's DNS answers with unready containers too); and where the
 * network is another service's, or the host's.
 */
export function updateOrder(service: Service, aliased: boolean): Order {
  if (service.order) return service.order;
  const { ports = [], volumes = [], networks = [], networkMode = "none" } = service;
  const fights =
    ports.length > 0 ||
    volumes.some(({ readOnly }) => !readOnly) ||
    networkMode !== "none" ||
    networks.some(hasAddress);
  return fights || aliased ? "stop-first" : "start-first";
}

/** Whether a place in a network has an address of its own. */
export function hasAddress(place: string | Place): boolean {
  return typeof place !== "string" && (place.ipv4Address !== undefined || place.ipv6Address !== undefined);
}

/** The services whose cutovers come before a service's own. */
export function comesAfter(service: Service): string[] {
  const owner = networkOwner(service);
  return [
    ...new Set([
      ...(service.uses ?? []),
      ...Object.keys(service.dependsOn ?? {}),
      ...(owner === undefined || owner === service.name ? [] : [owner]),
    ]),
  ];
}

/**
 * The services that it is started again after. The one whose network it has is among them, as in Compose: a container
 * that starts has a new network, and others keep what is left of the old one.
 */
export function restartsAfter(service: Pick<Service, "dependsOn" | "networkMode" | "restart">): string[] {
  const owner = service.restart === "no" ? undefined : networkOwner(service);
  const said = Object.entries(service.dependsOn ?? {}).flatMap(([name, on]) =>
    typeof on !== "string" && on.restart ? [name] : [],
  );
  return [...new Set([...said, ...(owner === undefined ? [] : [owner])])];
}

/**
 * Whether others reach it by its alias, which leads to every container of it that runs: not where they go through the
 * edge.
 */
export function isAliased({ name, http }: Service, services: readonly Service[], edge: boolean): boolean {
  if (http && edge) return false;
  return services.some(({ uses, dependsOn = {} }) =>
    [...(uses ?? []), ...Object.keys(dependsOn)].includes(name),
  );
}
