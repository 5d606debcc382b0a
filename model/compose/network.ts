import type { Service } from "../catalogue/service.ts";
import type { Importing, Mapping } from "./context.ts";
import type { Names } from "./names.ts";
import type { ComposeNetwork, ComposePort, ComposeProject, ComposeRange, ComposeService } from "./project.ts";
import type { Section } from "./section.ts";
import { defined, some } from "./words.ts";

type Networks = NonNullable<Service["networks"]>;

/** How a service is reached, and what it reaches. */
export const network: Mapping = (service, importing, there) => {
  const mode = networkMode(service, importing);
  if (service.value.expose) service.note("expose", "has no effect: in a network all ports are open");
  return defined<Partial<Service>>({
    networkMode: mode,
    networks: mode ? undefined : networksOf(service, importing, there),
    ports: portsOf(service),
    extraHosts: extraHosts(service),
  });
};

function networkMode(service: Section<ComposeService>, importing: Importing): string | undefined {
  const mode = service.take("network_mode");
  if (mode === undefined || mode === "bridge") {
    if (mode)
      service.note(
        "network_mode",
        "is Docker's own bridge, in which nothing has a name: it is in the fleet's network here, as all others",
      );
    return undefined;
  }
  const other = serviceOf(mode, importing.project);
  if (other) return `service:${importing.names.services.of(other)}`;
  if (["host", "none"].includes(mode)) return mode;
  service.lose("network_mode", `is that of no service of this project, got "${mode}"`);
  return undefined;
}

/** The service whose namespace is meant by "service:x", or by "container:x" where x is the name of its container. */
export function serviceOf(mode: string, { services = {} }: ComposeProject): string | undefined {
  const [, kind, name = ""] = /^(service|container):(.+)$/.exec(mode) ?? [];
  if (kind === "service") return name in services ? name : undefined;
  if (kind === "container")
    return Object.keys(services).find((each) => services[each]?.container_name === name);
  return undefined;
}

/** The network that all services of the project are in, which here is the fleet's own, and needs no word. */
export function fleetNetwork(project: ComposeProject): string | undefined {
  const all = Object.values(project.services ?? {}).filter(({ network_mode: mode }) => !mode);
  const used = new Set(all.flatMap(({ networks }) => Object.keys(networks ?? { default: null })));
  const [only, ...others] = [...used];
  if (only === undefined || others.length)
    return used.has("default") && isPlain(project, "default") ? "default" : undefined;
  return isPlain(project, only) ? only : undefined;
}

/** Whether nothing but its name is said of it. */
function isPlain({ name: project, networks }: ComposeProject, name: string): boolean {
  const { name: onHost, ipam, ...more } = networks?.[name] ?? {};
  if (onHost !== undefined && onHost !== `${project}_${name}`) return false;
  if (Object.keys(ipam ?? {}).length) return false;
  return Object.entries(more).every(([key, value]) => key === "driver" && value === "bridge");
}

/** The ranges of addresses that a network of Compose's has here: the first of each kind. */
export function rangesOf({ ipam, enable_ipv6: enableIpv6 }: ComposeNetwork) {
  const isIpv6 = ({ subnet }: ComposeRange) => subnet?.includes(":");
  const ranges = ipam?.config?.filter(({ subnet }) => subnet !== undefined);
  return {
    ipv4: ranges?.find((range) => !isIpv6(range)),
    ipv6: enableIpv6 ? ranges?.find(isIpv6) : undefined,
  };
}

function networksOf(
  service: Section<ComposeService>,
  { project, names, mentions }: Importing,
  there: string,
): Networks | undefined {
  const fleet = fleetNetwork(project);
  const aliases = aliasesOf(there, project, names.services.of(there), mentions);
  const places = service.sections("networks").map(([name, place], index) => {
    const network = project.networks?.[name] ?? {};
    const ranges = rangesOf(network);
    const address = (key: "ipv4_address" | "ipv6_address", range: ComposeRange | undefined) => {
      const given = place.take(key);
      if (given === undefined || network.external || range) return given;
      place.lose(key, "is of no range that its network has here");
      return undefined;
    };
    const more = defined({
      // Names of the container count in each of its networks; one is enough for those that links give.
      aliases: some([
        ...new Set([...aliases.all, ...(index ? [] : aliases.first), ...(place.take("aliases") ?? [])]),
      ]),
      ipv4Address: address("ipv4_address", ranges.ipv4),
      ipv6Address: address("ipv6_address", ranges.ipv6),
    });
    const here = name === fleet ? "default" : networkName(name, project, names.networks);
    return Object.keys(more).length ? { name: here, ...more } : here;
  });
  const [only, ...others] = places;
  return only === undefined || (only === "default" && !others.length) ? undefined : places;
}

/** The name here of a network that is not the fleet's own. "default" is a word of Slipway's. */
export function networkName(there: string, { networks }: ComposeProject, names: Names): string {
  if (there !== "default") return names.of(there);
  // No network of Compose's has a space in its name.
  return names.of(` ${networks?.default?.external ? (networks.default.name ?? "main") : "main"}`);
}

/** Names beside its own by which others reach a service. */
function aliasesOf(
  there: string,
  { services = {} }: ComposeProject,
  here: string,
  mentions: (name: string) => boolean,
) {
  const container = services[there]?.container_name;
  const links = Object.values(services).flatMap(({ links = [] }) => links);
  const linked = links
    .map((link) => link.split(":"))
    .filter(([name, alias = name]) => name === there && alias !== there);
  const all = [there, ...(container && mentions(container) ? [container] : [])].filter(
    (name) => name !== here,
  );
  return { all, first: linked.flatMap(([, alias = ""]) => alias) };
}

function extraHosts(service: Section<ComposeService>): Record<string, string> | undefined {
  const hosts = (service.take("extra_hosts") ?? []).map((line) => {
    const [, name = "", address = ""] = /^([^=:]+)[=:](.*)$/.exec(line) ?? [];
    return [name, address.replace(/^\[(.*)\]$/, "$1")] as const;
  });
  return hosts.length ? Object.fromEntries(hosts) : undefined;
}

type Port = NonNullable<Service["ports"]>[number];

/** A port as it is published, before neighbours become ranges. */
interface Published {
  target: number;
  published: number | undefined;
  rest: Omit<Port, "target" | "published">;
}

function portsOf(service: Section<ComposeService>): Port[] | undefined {
  const all = service.sections("ports").flatMap(([, port]) => publishedPort(port));
  return some(ranges(all));
}

function publishedPort(port: Section<ComposePort>): Published[] {
  const target = port.take("target");
  const published = port.take("published");
  const protocol = port.take("protocol");
  if (port.take("mode") !== "ingress" && port.value.mode)
    port.note("mode", "is Swarm's: Compose publishes both alike");
  const rest = defined({
    protocol: protocol === "tcp" ? undefined : (protocol as Port["protocol"]),
    hostIp: port.take("host_ip"),
  });
  if (published?.includes("-")) {
    port.lose(
      "published",
      `is one of a range that the engine chooses, got "${published}"; it chooses from all`,
    );
    return [{ target, published: undefined, rest }];
  }
  return [{ target, published: published ? Number(published) : undefined, rest }];
}

/** Three and more neighbours become a range. */
function ranges(ports: readonly Published[]): Port[] {
  const made: Port[] = [];
  for (let start = 0; start < ports.length;) {
    let end = start + 1;
    while (follows(ports[end - 1], ports[end])) end++;
    if (end - start < 3) end = start + 1;
    const [first, last] = [ports[start], ports[end - 1]];
    if (first && last) {
      const { target, published, rest } = first;
      const range = (from: number, to: number) => (from === to ? from : (`${from}-${to}` as const));
      made.push(
        defined({
          published: published === undefined ? undefined : range(published, last.published ?? published),
          target: range(target, last.target),
          ...rest,
        }),
      );
    }
    start = end;
  }
  return made;
}

function follows(one: Published | undefined, next: Published | undefined): boolean {
  if (one?.published === undefined || next?.published === undefined) return false;
  return (
    next.target === one.target + 1 &&
    next.published === one.published + 1 &&
    JSON.stringify(next.rest) === JSON.stringify(one.rest)
  );
}
