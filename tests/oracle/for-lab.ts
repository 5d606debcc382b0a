import type { Service } from "../../model/catalogue/service.ts";
import type { ComposeProject, ComposeService } from "../../model/compose/project.ts";
import type { Remark } from "../../model/compose/section.ts";

/** What the lab has not, and what stands for it, on both sides alike. */
export const STAND_INS: readonly {
  what: string;
  put: (service: ComposeService & Record<string, unknown>) => void;
}[] = [
  {
    what: "devices of the host: /dev/null, under their own paths in the container",
    put: (service) => {
      for (const device of service.devices ?? []) {
        device.target ??= device.source;
        device.source = "/dev/null";
      }
    },
  },
  {
    what: "GPUs and their runtime: none",
    put: (service) => {
      delete service.gpus;
      delete service.runtime;
      delete service.deploy?.resources?.reservations?.devices;
    },
  },
  {
    what: "an interval of checks while a container starts: none, as the lab's engine 20.10 has no such thing",
    put: ({ healthcheck }) => {
      delete healthcheck?.start_interval;
    },
  },
  {
    what: "the address of the host that a port is on: 127.0.0.5",
    put: ({ ports = [] }) => {
      for (const port of ports) if (port.host_ip) port.host_ip = "127.0.0.5";
    },
  },
  {
    what: "fixed addresses of IPv6: none",
    put: ({ networks }) => {
      for (const place of Object.values(networks ?? {})) delete place?.ipv6_address;
    },
  },
  {
    what: "journald: json-file",
    put: ({ logging }) => {
      if (logging?.driver === "journald") logging.driver = "json-file";
    },
  },
];

/**
 * The services that the lab can start, and whose dependencies it can: a sandbox may keep capabilities, which privileged
 * containers have all of, to itself, and the lab's hosts share no mounts.
 */
export function startable(services: readonly Service[]): Service[] {
  const cannot = new Set(
    services
      .filter(({ privileged, volumes = [] }) => privileged || volumes.some(({ propagation }) => propagation))
      .map(({ name }) => name),
  );
  const leadsThere = ({ dependsOn = {}, networkMode = "" }: Service) =>
    [...Object.keys(dependsOn), networkMode.replace("service:", "")].some((other) => cannot.has(other));
  for (let count = -1; count < cannot.size;) {
    count = cannot.size;
    for (const service of services) if (leadsThere(service)) cannot.add(service.name);
  }
  return services.filter(({ name }) => !cannot.has(name));
}

let nextPort = 20_000;

/** A project without the places that an import loses, with one image for all, and with ports that do not collide. */
export function forLab(whole: ComposeProject, remarks: readonly Remark[], image: string): ComposeProject {
  const project = structuredClone(whole);
  for (const { at } of remarks.filter(({ lost }) => lost).toReversed()) remove(project, at);
  for (const [name, service] of Object.entries(project.services ?? {})) {
    if (!whole.services?.[name]?.image && !whole.services?.[name]?.build) continue;
    service.image = image;
    delete service.build;
    delete service.platform;
    delete service.pull_policy;
    // Those that Swarm keeps: Compose refuses them.
    if (service.secrets)
      service.secrets = service.secrets.filter(({ source }) => !project.secrets?.[source]?.external);
    for (const { put } of STAND_INS) put(service as ComposeService & Record<string, unknown>);
    for (const port of service.ports ?? []) {
      if (!port.published) continue;
      const [from = 0, to = from] = port.published.split("-").map(Number);
      port.published = to === from ? String(nextPort) : `${nextPort}-${nextPort + to - from}`;
      nextPort += to - from + 1;
    }
  }
  for (const network of Object.values(project.networks ?? {})) {
    // An import has one range of a network, that of IPv4.
    if (network) delete network.enable_ipv6;
    if (!network?.driver || network.driver === "bridge") continue;
    network.driver = "bridge";
    delete network.driver_opts;
  }
  for (const volume of Object.values(project.volumes ?? {})) {
    if (volume?.driver_opts?.type !== "nfs") continue;
    volume.driver_opts = { type: "tmpfs", o: "size=1m", device: "tmpfs" };
  }
  return project;
}

/** Takes away what stands at a place such as "services.web.volumes.3"; names may have dots in them. */
function remove(node: unknown, at: string): void {
  if (typeof node !== "object" || node === null) return;
  if (Array.isArray(node)) {
    const [, index = "", rest] = /^(\d+)(?:\.(.*))?$/.exec(at) ?? [];
    if (rest === undefined) node.splice(Number(index), 1);
    else remove(node[Number(index)], rest);
    return;
  }
  const entries = node as Record<string, unknown>;
  const key = Object.keys(entries)
    .filter((each) => at === each || at.startsWith(`${each}.`))
    .sort((a, b) => b.length - a.length)[0];
  if (key !== undefined && at !== key) {
    remove(entries[key], at.slice(key.length + 1));
    return;
  }
  // "labels.traefik" is all labels of it.
  const gone = key === undefined ? Object.keys(entries).filter((each) => each.startsWith(`${at}.`)) : [key];
  for (const each of gone) Reflect.deleteProperty(entries, each);
}
