import { type StateResource, nameIn } from "../state/resources.ts";
import { TYPES } from "../state/types.ts";

/** A published port, of what the docker plugin is given and a refresh finds. */
export interface PublishedPort {
  internal: number;
  external?: number;
  ip?: string;
  protocol?: string;
}

/** What each container, by name, has published by the state, in a form that {@link formatPorts} gives too. */
export function portsIn(resources: readonly StateResource[]): Map<string, string> {
  const containers = resources.filter((one) => one.type === TYPES.container && !one.delete);
  return new Map(
    containers.map(({ urn, inputs = {} }) => [
      nameIn(urn),
      formatPorts((inputs as { ports?: PublishedPort[] }).ports),
    ]),
  );
}

/** Published ports in an order of their own: engines show those of one port, of IPv4 and of IPv6, in any. */
export function formatPorts(ports: readonly PublishedPort[] = []): string {
  return ports
    .map(({ internal, external, ip = "0.0.0.0", protocol = "tcp" }) =>
      [ip, external, internal, protocol].join(" "),
    )
    .sort()
    .join("\n");
}
