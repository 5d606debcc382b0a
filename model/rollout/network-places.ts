import { FLEET_NETWORK, type Place } from "../catalogue/networks.ts";
import type { Service } from "../catalogue/service.ts";

/** A service's place in a network. */
export interface NetworkPlace {
  /** The network's name in the catalogue, or "default": the fleet's own. */
  network: string;
  aliases: string[];
  ipv4Address?: string | undefined;
  ipv6Address?: string | undefined;
}

/** The service whose network this one has; undefined where it has none of another's. */
export function networkOwner({ networkMode }: Pick<Service, "networkMode">): string | undefined {
  return /^service:(.*)$/.exec(networkMode ?? "")?.[1];
}

/** The services that have this one's network. */
export function guestsOf({ name }: Service, services: readonly Service[]): Service[] {
  return services.filter((service) => networkOwner(service) === name);
}

/** The services with http that it, or one that has its network, calls through the edge by their names. */
export function calledThroughEdge(service: Service, services: readonly Service[], edge: boolean): string[] {
  const callers = [service, ...guestsOf(service, services)];
  const used = new Set(callers.flatMap(({ uses = [] }) => uses));
  return services.filter(({ name, http }) => edge && http && used.has(name)).map(({ name }) => name);
}

/**
 * The networks that a service is in, in each under its own name and its aliases; none where it has another's, the host's
 * or none at all. Where it says which, it is in the fleet's too if the edge stands between it and others.
 */
export function networkPlaces(service: Service, services: readonly Service[], edge: boolean): NetworkPlace[] {
  if (service.networkMode !== undefined) return [];
  const named = (service.networks ?? [FLEET_NETWORK]).map((place): Place =>
    typeof place === "string" ? { name: place } : place,
  );
  const isReached = edge && [service, ...guestsOf(service, services)].some(({ http }) => http);
  const behindEdge = isReached || calledThroughEdge(service, services, edge).length > 0;
  const all =
    behindEdge && !named.some(({ name }) => name === FLEET_NETWORK)
      ? [...named, { name: FLEET_NETWORK }]
      : named;
  return all.map(({ name: network, aliases = [], ipv4Address, ipv6Address }) => ({
    network,
    aliases: [...new Set([service.name, ...aliases])],
    ...(ipv4Address !== undefined && { ipv4Address }),
    ...(ipv6Address !== undefined && { ipv6Address }),
  }));
}
