import type { Service } from "../../model/catalogue/service.ts";
import type { ComposeProject, ComposeService } from "../../model/compose/project.ts";
import type { Remark } from "../../model/compose/section.ts";

/** The highest limits that a sandbox without CAP_SYS_RESOURCE gives a container, of those that the files set. */
const HIGHEST: Readonly<Record<string, number>> = { nofile: 1024, memlock: 65_536 };

/** What the lab has not, and what stands for it, on both sides alike. */
export const STAND_INS: readonly {
  what: string;
  put: (service: ComposeService & Record<string, unknown>, project: ComposeProject) => void;
}[] = [
  {
    what: "the command of a job that has none: true, with which the image of all (image/stay.sh) ends",
    put: (service) => {
      if (service.restart === "no" && !service.ports && !service.healthcheck) service.command ??= ["true"];
    },
  },
  {
    what: "limits above those of a sandbox that keeps CAP_SYS_RESOURCE to itself: the highest that it gives",
    put: ({ ulimits = {} }) => {
      for (const [name, most] of Object.entries(HIGHEST)) {
        const { [name]: limit } = ulimits;
        if (limit === undefined) continue;
        const {
          single,
          soft = single,
          hard = single,
        } = typeof limit === "number" ? { single: limit } : limit;
        const atMost = (value = -1) => (value < 0 ? most : Math.min(value, most));
        ulimits[name] = { soft: atMost(soft), hard: atMost(hard) };
      }
    },
  },
  {
    what: "secrets that Swarm keeps: none, as Compose refuses them",
    put: (service, { secrets = {} }) => {
      if (service.secrets)
        service.secrets = service.secrets.filter(({ source }) => !secrets[source]?.external);
    },
  },
  {
    what: "devices of the host: /dev/null, under their own paths in the container",
    put: ({ devices = [] }) => {
      for (const device of devices) {
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
    what: "a part of a volume, and one that begins empty: the whole, which begins with the image's, on the lab's engine 20.10",
    put: ({ volumes = [] }) => {
      for (const mount of volumes) delete mount.volume;
    },
  },
  {
    what: "the address of the host that a port is on: 127.0.0.5",
    put: ({ ports = [] }) => {
      for (const port of ports) if (port.host_ip) port.host_ip = "127.0.0.5";
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
 * Names of the services that are made and not started, with all that wait for them: a sandbox may keep capabilities, which
 * privileged containers have all of, to itself, and the lab's hosts share no mounts.
 */
export function neverStarted(services: readonly Service[]): Set<string> {
  const found = new Set(
    services
      .filter(({ privileged, volumes = [] }) => privileged || volumes.some(({ propagation }) => propagation))
      .map(({ name }) => name),
  );
  const waits = ({ dependsOn = {}, networkMode = "" }: Service) =>
    [...Object.keys(dependsOn), networkMode.replace("service:", "")].some((other) => found.has(other));
  for (let before = -1; before < found.size;) {
    before = found.size;
    for (const service of services) if (waits(service)) found.add(service.name);
  }
  return found;
}

/**
 * A project without the places that an import loses, with one image for all, whether built or not, and with what the lab has.
 * @param freePort the first of so many ports of the host that nobody else has
 */
export function forLab(
  whole: ComposeProject,
  remarks: readonly Remark[],
  image: string,
  freePort: (count: number) => number,
): ComposeProject {
  const project = structuredClone(whole);
  for (const { at } of remarks.filter(({ lost }) => lost).toReversed()) remove(project, at);
  for (const service of Object.values(project.services ?? {})) {
    if (!service.image && !service.build) continue;
    service.image = image;
    delete service.build;
    delete service.platform;
    delete service.pull_policy;
    for (const { put } of STAND_INS) put(service as ComposeService & Record<string, unknown>, project);
    for (const port of service.ports ?? []) if (port.published) port.published = String(freePort(1));
  }
  for (const network of Object.values(project.networks ?? {})) {
    if (!network?.driver || network.driver === "bridge") continue;
    network.driver = "bridge";
    delete network.driver_opts;
  }
  for (const volume of Object.values(project.volumes ?? {}))
    if (volume?.driver_opts?.type === "nfs")
      volume.driver_opts = { type: "tmpfs", o: "size=1m", device: "tmpfs" };
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
