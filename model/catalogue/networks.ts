import { isIP } from "node:net";
import * as z from "zod";
import { isAddressRange, isWithin, overlaps } from "../../lib/address-range.ts";
import { hostOf } from "../rollout/placement.ts";
import { unknownName } from "./names.ts";
import type { Service } from "./service.ts";
import type { Check } from "./stack-context.ts";
import { engineName, ipAddress, ipv4Address, ipv6Address, name, networkName } from "./values.ts";

/** What `networks` calls the network that all services of the stack have in common. */
export const FLEET_NETWORK = "default";

const place = z.strictObject({
  /** One of the catalogue's `networks`, or "default": the fleet's own. */
  name,
  /** Further names by which containers in it reach the service. */
  aliases: z.array(networkName).optional(),
  /** Its fixed address there, within the network's `subnet`. @default one that the engine chooses */
  ipv4Address: ipv4Address.optional(),
  ipv6Address: ipv6Address.optional(),
});

/** Where a service is in a network. */
export type Place = z.infer<typeof place>;

const address = z.string().refine((value) => value === "host-gateway" || ipAddress.safeParse(value).success, {
  error: 'must be an IP address, or "host-gateway"',
});

/** What a service says of networks. */
export const networkFields = {
  /**
   * "host": the host's own network; "none": no network at all; "service:<name>": that of another service, with which this
   * one is rolled, stop-first. @default networks of Docker's
   */
  networkMode: z
    .string()
    .regex(/^(host|none|service:[a-z][a-z0-9-]*)$/, 'must be "host", "none" or "service:<name>"')
    .optional(),
  /**
   * The networks it is in, each by its name or with more: in all of them its own name leads to it. With http behind the
   * edge, or where it uses a service that has, it is in "default" too. @default ["default"]
   */
  networks: z
    .array(z.union([name, place]))
    .min(1)
    .optional(),
  /** Further names that it knows, each with an address; "host-gateway" is the host's. */
  extraHosts: z.record(networkName, address).optional(),
  /** Addresses of name servers, in no order. @default the host's, behind Docker's own */
  dns: z.array(ipAddress).min(1).optional(),
  /** Domains in which short names are looked up. */
  dnsSearch: z.array(z.string().min(1)).min(1).optional(),
  /** Options of the resolver, as in "ndots:1". */
  dnsOpt: z.array(z.string().min(1)).min(1).optional(),
};

const range = (version: number, example: string) =>
  z
    .string()
    .refine(
      (text) => isAddressRange(text) && isIP(text.split("/")[0] ?? "") === version,
      `must be a range of IPv${version} addresses, as in "${example}"`,
    );

/** A network that not all services are in. */
export const network = z.strictObject({
  /** The name by which services refer to it. */
  name,
  /** Name on the host of a network that is there already, and none of this stack's. @default one is made */
  external: engineName.optional(),
  /** Whether nothing in it reaches anything outside. @default false */
  internal: z.boolean().optional(),
  /** @default "bridge" */
  driver: z.string().min(1).optional(),
  /** What the driver takes. For macvlan: { parent: "eth0" } */
  driverOpts: z.record(z.string(), z.string()).optional(),
  /** Its range of IPv4 addresses, as in "10.20.0.0/24". @default one that the engine chooses */
  subnet: range(4, "10.20.0.0/24").optional(),
  /** The host's address in it, within `subnet`. @default the first of it */
  gateway: ipv4Address.optional(),
  /** @default whether `ipv6Subnet` is set. Without that one the engine has to have ranges to choose from: all have from 27.0.1 on */
  enableIpv6: z.boolean().optional(),
  /** Its range of IPv6 addresses, as in "fd00:20::/64", beside that of IPv4 addresses. */
  ipv6Subnet: range(6, "fd00:20::/64").optional(),
  /** The host's address in it, within `ipv6Subnet`. @default the first of it */
  ipv6Gateway: ipv6Address.optional(),
});

/** A network of the catalogue. */
export type Network = z.infer<typeof network>;

/** Networks that contradict themselves or each other, and places in them that nobody can have. */
export const networkProblems: Check = ({ services, networks }, { hosts }) => [
  ...networks.flatMap((network, index) => [
    ...ownProblems(network),
    ...overlapProblems(network, networks.slice(0, index)),
  ]),
  ...services.flatMap((service) => placeProblems(service, networks)),
  ...takenAddresses(services, hosts),
];

/** The keys of a network's ranges, and of the address in each that a service may ask for. */
export const RANGES = [
  { subnet: "subnet", gateway: "gateway", address: "ipv4Address" },
  { subnet: "ipv6Subnet", gateway: "ipv6Gateway", address: "ipv6Address" },
] as const;

function ownProblems({ name, external, ...network }: Network): string[] {
  const at = `networks/${name}`;
  if (name === FLEET_NETWORK)
    return [`${at}/name: reserved for the network that all services have in common. Choose another name`];
  const given = Object.entries<unknown>(network).filter(([, value]) => value !== undefined);
  if (external !== undefined)
    return given.map(
      ([key]) => `${at}/${key}: is decided where the network was made, as it is external. Leave it out`,
    );
  const { ipv6Subnet, enableIpv6 } = network;
  return [
    ...(ipv6Subnet !== undefined && enableIpv6 === false
      ? [`${at}/ipv6Subnet: needs enableIpv6, which is false. Leave one of them out`]
      : []),
    ...RANGES.flatMap((keys) => {
      const [subnet, gateway] = [network[keys.subnet], network[keys.gateway]];
      if (gateway === undefined) return [];
      if (subnet === undefined) return [`${at}/${keys.gateway}: needs ${keys.subnet}, which is not set`];
      if (isWithin(gateway, subnet)) return [];
      return [`${at}/${keys.gateway}: must be an address of ${subnet}, got ${gateway}`];
    }),
  ];
}

function overlapProblems(network: Network, before: readonly Network[]): string[] {
  return RANGES.flatMap(({ subnet: key }) => {
    const range = network[key];
    if (range === undefined) return [];
    const other = before.find((one) => one[key] !== undefined && overlaps(one[key], range));
    return other
      ? [`networks/${network.name}/${key}: overlaps with that of ${other.name}, ${other[key]}, got ${range}`]
      : [];
  });
}

function placeProblems(service: Service, networks: readonly Network[]): string[] {
  const known = [FLEET_NETWORK, ...networks.map(({ name }) => name)];
  const places = (service.networks ?? []).map((place): Place =>
    typeof place === "string" ? { name: place } : place,
  );
  return places.flatMap(({ name, ...place }, index) => {
    const at = `services/${service.name}/networks/${index}`;
    if (!known.includes(name)) return unknownName(at, "network", name, known);
    if (places.findIndex((other) => other.name === name) < index) return [`${at}: "${name}" is listed twice`];
    const network = networks.find((one) => one.name === name);
    return RANGES.flatMap((keys) => {
      const address = place[keys.address];
      return address === undefined
        ? []
        : addressProblems(`${at}/${keys.address}`, address, service, network, keys);
    });
  });
}

function addressProblems(
  at: string,
  address: string,
  service: Service,
  network: Network | undefined,
  keys: (typeof RANGES)[number],
): string[] {
  const { replicas = 1, order } = service;
  if (replicas > 1) return [`${at}: only one container can have it, got replicas ${replicas}`];
  if (order === "start-first")
    return [`${at}: the old container has it until it stops. Set order: "stop-first", or leave order out`];
  if (!network)
    return [
      `${at}: is for networks of the catalogue: the fleet's own may have other addresses on another host`,
    ];
  const { name, external, [keys.subnet]: subnet, [keys.gateway]: gateway } = network;
  if (external !== undefined) return [];
  if (subnet === undefined) return [`${at}: needs ${keys.subnet} of network ${name}, which is not set`];
  if (!isWithin(address, subnet)) return [`${at}: must be an address of ${subnet}, got ${address}`];
  return address === gateway ? [`${at}: is the gateway of network ${name}, got ${address}`] : [];
}

function takenAddresses(services: readonly Service[], hosts: readonly string[]): string[] {
  const owners = new Map<string, string>();
  return services.flatMap((service) =>
    (service.networks ?? []).flatMap((place, index) => {
      if (typeof place === "string") return [];
      return [place.ipv4Address, place.ipv6Address].flatMap((address) => {
        if (address === undefined) return [];
        const key = `${address} of network ${place.name} on host ${hostOf(service, hosts)}`;
        const owner = owners.get(key);
        owners.set(key, service.name);
        return owner === undefined
          ? []
          : [`services/${service.name}/networks/${index}: ${key} is taken by service ${owner}`];
      });
    }),
  );
}
