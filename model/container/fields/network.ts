import { portsOf } from "../../catalogue/ports.ts";
import { EDGE_SERVICE, LABELS } from "../labels.ts";
import { networkPlace, portBinding } from "./facts.ts";
import type { Field } from "./field.ts";

/** How a container is reached, and what it reaches. */
export const networkFields: readonly Field[] = [
  {
    input: "networksAdvanced",
    catalogue: ["uses"],
    compose: ["networks"],
    // A job has no name that others would call the service by.
    make: ({ network, job }) => [job ? { name: network.name } : network],
    compare: {
      label: "network",
      desired: ({ networksAdvanced = [] }) =>
        new Map(
          networksAdvanced.map(({ name, aliases, ipv4Address }) => networkPlace(name, aliases, ipv4Address)),
        ),
      actual: ({ Id, NetworkSettings }) =>
        new Map(
          Object.entries(NetworkSettings.Networks).map(([name, { Aliases, IPAMConfig }]) => {
            const given = Aliases?.filter((alias) => !Id.startsWith(alias));
            return networkPlace(name, given, IPAMConfig?.IPv4Address);
          }),
        ),
      // An edge is in the networks of other stacks that stand behind it, too.
      open: ({ Config }) => Config.Labels?.[LABELS.service] === EDGE_SERVICE,
    },
  },
  {
    input: "hosts",
    catalogue: ["uses"],
    compose: ["extra_hosts"],
    make: ({ hosts }) => hosts,
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
];
