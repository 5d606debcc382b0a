import * as z from "zod";
import type { Check } from "./stack-context.ts";
import { hostOf } from "../rollout/placement.ts";
import { ipAddress, port } from "./values.ts";

/** A port, or a range as in "8000-8010". */
const ports = z.union(
  [port, z.string().regex(/^\d{1,5}-\d{1,5}$/)],
  'must be a port, 1 to 65535, or a range of them, as in "8000-8010"',
);

/** Ports of the container that its host publishes. */
export const publishedPort = z.strictObject({
  /** Port on the host, 1 to 65535, or as many as `target` has: "8000-8010". @default one that the engine chooses */
  published: ports.optional(),
  /** Port in the container, 1 to 65535, or a range of up to 1000: "8000-8010". */
  target: ports,
  /** @default "tcp" */
  protocol: z.enum(["tcp", "udp"]).optional(),
  /** The host's address on which it is published: "127.0.0.1", so that nobody outside reaches it. @default all, of IPv6 too */
  hostIp: ipAddress.optional(),
});

/** The most ports that one entry may have: Docker starts a process for each. */
const MOST = 1000;

/** One port of the container that its host publishes. */
export interface Port {
  /** On the host; undefined: one that the engine chooses. */
  published: number | undefined;
  target: number;
  protocol: "tcp" | "udp";
  hostIp: string | undefined;
}

/** An entry of `ports`, its ranges written out. */
export function portsOf({
  published,
  target,
  protocol = "tcp",
  hostIp,
}: z.infer<typeof publishedPort>): Port[] {
  const outside = published === undefined ? [] : numbersOf(published);
  return numbersOf(target).map((inside, index) => ({
    ...{ published: outside[index], target: inside, protocol, hostIp },
  }));
}

/** From the first to the last, no more than an entry may have. */
function numbersOf(range: number | string): number[] {
  const [first = 0, last = first] = boundsOf(range);
  return Array.from({ length: Math.min(last - first, MOST) + 1 }, (_, index) => first + index);
}

function boundsOf(range: number | string): number[] {
  return String(range).split("-").map(Number);
}

/** Whether two addresses of a host are one, or one of them is all that there are. */
export function overlapping(a: string | undefined, b: string | undefined): boolean {
  const isAll = (ip: string | undefined) => ip === undefined || ip === "0.0.0.0" || ip === "::";
  return a === b || isAll(a) || isAll(b);
}

/** Ranges that are none or do not match, and ports of a host that two services publish, or a service and the edge. */
export const portProblems: Check = ({ services }, { hosts, edgePorts }) => {
  const bad = services.flatMap(({ name, ports = [] }) =>
    ports.flatMap((entry, index) => rangeProblems(`services/${name}/ports/${index}`, entry)),
  );
  if (bad.length) return bad;
  const taken: { place: string; hostIp: string | undefined; owner: string }[] = hosts.flatMap((host) =>
    edgePorts.map((port) => ({
      place: `port ${port}/tcp of host ${host}`,
      hostIp: undefined,
      owner: "the edge",
    })),
  );
  return services.flatMap((service) => {
    const { name, ports = [] } = service;
    const host = hostOf(service, hosts);
    const own = `service ${name}`;
    return ports.flatMap((entry, index) =>
      portsOf(entry).flatMap(({ published, protocol, hostIp }) => {
        if (published === undefined) return [];
        const place = `port ${published}/${protocol} of host ${host}`;
        const owner = taken.find(
          (other) => other.place === place && overlapping(other.hostIp, hostIp),
        )?.owner;
        taken.push({ place, hostIp, owner: own });
        if (owner === undefined) return [];
        const how = owner === own ? "is published twice" : `is taken by ${owner}`;
        return [`services/${name}/ports/${index}: ${place} ${how}`];
      }),
    );
  });
};

function rangeProblems(at: string, { published, target }: z.infer<typeof publishedPort>): string[] {
  const problems = Object.entries({ published, target }).flatMap(([key, range]) => {
    if (range === undefined) return [];
    const [first = 0, last = first] = boundsOf(range);
    if (first < 1 || last > 65535 || last < first)
      return [`${at}/${key}: must be a range of ports, 1 to 65535, got "${range}"`];
    return last - first < MOST ? [] : [`${at}/${key}: must have ${MOST} ports at most, got "${range}"`];
  });
  if (problems.length || published === undefined) return problems;
  const [here, there] = [numbersOf(published).length, numbersOf(target).length];
  return here === there
    ? []
    : [`${at}: published and target must have the same number of ports, got ${here} and ${there}`];
}
