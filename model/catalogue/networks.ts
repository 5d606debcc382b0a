import * as z from "zod";
import { isAddressRange } from "../host/address-range.ts";
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
  subnet: z.string().refine(isAddressRange, 'must be a range of addresses, as in "10.20.0.0/24"').optional(),
  /** The host's address in it, within `subnet`. @default the first of it */
  gateway: ipAddress.optional(),
  /** @default false */
  enableIpv6: z.boolean().optional(),
});

/** A network of the catalogue. */
export type Network = z.infer<typeof network>;
