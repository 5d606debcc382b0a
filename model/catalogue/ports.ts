import * as z from "zod";
import type { Check } from "./stack-context.ts";
import { hostOf } from "../rollout/placement.ts";
import { port } from "./values.ts";

/** A port of the container that its host publishes. */
export const publishedPort = z.strictObject({
  /** Port on the host, 1 to 65535. */
  published: port,
  /** Port in the container, 1 to 65535. */
  target: port,
  /** @default "tcp" */
  protocol: z.enum(["tcp", "udp"]).optional(),
});

/** Ports of a host that two services publish, or a service and the edge. */
export const portProblems: Check = ({ services }, { hosts, edgePorts }) => {
  const owners = new Map<string, string>(
    hosts.flatMap((host) =>
      edgePorts.map((port) => [`port ${port}/tcp of host ${host}`, "the edge"] as const),
    ),
  );
  return services.flatMap((service) => {
    const { name, ports = [] } = service;
    const host = hostOf(service, hosts);
    return ports.flatMap(({ published, protocol = "tcp" }, index) => {
      const place = `port ${published}/${protocol} of host ${host}`;
      const owner = owners.get(place);
      owners.set(place, `service ${name}`);
      if (owner === `service ${name}`)
        return [`services/${name}/ports/${index}: ${place} is published twice`];
      return owner ? [`services/${name}/ports/${index}: ${place} is taken by ${owner}`] : [];
    });
  });
};
