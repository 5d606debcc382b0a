import { portsOf } from "../../catalogue/ports.ts";
import { EDGE_SERVICE, LABELS } from "../labels.ts";
import { networkModeOf, networkPlace, portBinding } from "./facts.ts";
import type { Field } from "./field.ts";

const RESOLVER = {
  dns: { key: "dns", compose: "dns", label: "name server", found: "Dns" },
  dnsSearches: { key: "dnsSearch", compose: "dns_search", label: "search domain", found: "DnsSearch" },
  dnsOpts: { key: "dnsOpt", compose: "dns_opt", label: "resolver option", found: "DnsOptions" },
} as const;

/** How a container is reached, and what it reaches. */
export const networkFields: readonly Field[] = [
  {
    input: "networksAdvanced",
    catalogue: ["networks", "uses"],
    compose: ["networks"],
    // A job has no name that others would call the service by, and no address of its.
    make: ({ networks, job }) =>
      networks.length ? networks.map((place) => (job ? { name: place.name } : place)) : undefined,
    compare: {
      label: "network",
      // The engine makes a host name of its own an alias too (20.10).
      desired: ({ networksAdvanced = [], hostname }) =>
        new Map(
          networksAdvanced.map(({ name, aliases, ipv4Address, ipv6Address }) =>
            networkPlace(
              name,
              aliases?.filter((alias) => alias !== hostname),
              [ipv4Address, ipv6Address],
            ),
          ),
        ),
      actual: ({ Id, Config, NetworkSettings }) =>
        new Map(
          Object.entries(NetworkSettings.Networks)
            // Those are modes, which the next row compares.
            .filter(([name]) => !["host", "none"].includes(name))
            .map(([name, { Aliases, IPAMConfig }]) => {
              const given = Aliases?.filter((alias) => !Id.startsWith(alias) && alias !== Config.Hostname);
              return networkPlace(name, given, [IPAMConfig?.IPv4Address, IPAMConfig?.IPv6Address]);
            }),
        ),
      // An edge is in the networks of other stacks that stand behind it, too.
      open: ({ Config }) => Config.Labels?.[LABELS.service] === EDGE_SERVICE,
    },
  },
  {
    input: "networkMode",
    catalogue: ["networkMode"],
    compose: ["network_mode"],
    make: ({ networkMode }) => networkMode,
    compare: {
      label: "network mode",
      desired: ({ networkMode }) => networkModeOf(networkMode),
      actual: ({ HostConfig }) => networkModeOf(HostConfig.NetworkMode),
      shown: true,
    },
  },
  {
    input: "hosts",
    catalogue: ["uses", "extraHosts"],
    compose: ["extra_hosts"],
    make: ({ hosts = [], entry }) => [
      ...hosts,
      ...Object.entries(entry.extraHosts ?? {}).map(([host, ip]) => ({ host, ip })),
    ],
    compare: {
      label: "hosts entry",
      desired: ({ hosts = [] }) => new Map(hosts.map(({ host, ip }) => [host, ip])),
      actual: ({ HostConfig }) =>
        new Map(
          (HostConfig.ExtraHosts ?? []).map((line): [string, string] => {
            const [host = "", ...ip] = line.split(":");
            return [host, ip.join(":")];
          }),
        ),
      shown: true,
    },
  },
  {
    input: "ports",
    catalogue: ["ports"],
    compose: ["ports"],
    // Of a port without an address the plugin makes one of IPv4 alone, where docker itself publishes both. Of one without
    // a number both would have numbers of their own.
    make: ({ entry, job, ipv6 }) =>
      job
        ? undefined
        : entry.ports?.flatMap(portsOf).flatMap(({ published, target, protocol, hostIp }) => {
            const both = ipv6 && published !== undefined && hostIp === undefined;
            return (both ? ["0.0.0.0", "::"] : [hostIp]).map((ip) => ({
              external: published,
              internal: target,
              protocol,
              ip,
            }));
          }),
    compare: {
      label: "port",
      desired: ({ ports = [] }) =>
        new Map(
          ports.map(({ internal, external, ip, protocol = "tcp" }) =>
            portBinding(`${internal}/${protocol}`, ip, external),
          ),
        ),
      actual: ({ HostConfig }) =>
        new Map(
          Object.entries(HostConfig.PortBindings ?? {}).flatMap(([inside, bindings]) =>
            (bindings ?? []).map(({ HostIp, HostPort }) => portBinding(inside, HostIp, HostPort)),
          ),
        ),
      shown: true,
    },
  },
  ...(["dns", "dnsSearches", "dnsOpts"] as const).map(resolverField),
];

/** What the plugin hands on of name servers: as a set, so in no order. */
function resolverField(input: "dns" | "dnsSearches" | "dnsOpts"): Field {
  const { key, compose, label, found } = RESOLVER[input];
  const facts = (list: readonly string[] | null | undefined) => new Map((list ?? []).map((one) => [one, ""]));
  return {
    input,
    catalogue: [key],
    compose: [compose],
    make: ({ entry }) => entry[key],
    compare: {
      label,
      desired: (inputs) => facts(inputs[input]),
      actual: ({ HostConfig }) => facts(HostConfig[found]),
      shown: true,
    },
  };
}
