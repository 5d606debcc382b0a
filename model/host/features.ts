import type { Service } from "../catalogue/service.ts";
import type { StateResource } from "../state/resources.ts";
import { nameIn } from "../state/resources.ts";
import { TYPES } from "../state/types.ts";

/** What a host has, that decides of what its containers are made. */
export interface HostFeatures {
  /** Whether it has IPv6: ports are published there too. */
  ipv6: boolean;
  /**
   * Whether a container can have a net.ipv4.tcp_tw_reuse of its own: from Linux 4.11 on, where it came to network
   * namespaces. Synology's machines have 4.4.
   */
  portReuse: boolean;
  /** Whether its kernel keeps limits of memory, of swap and of processes. Docker only warns of others, and drops them. */
  memoryLimit: boolean;
  swapLimit: boolean;
  pidsLimit: boolean;
  /** Whether its engine knows a health check's start interval: from 25 on. */
  startInterval: boolean;
  /** Where its engine keeps volumes and all else; in a virtual machine of the host, where it is in one. */
  dockerRoot: string;
}

/** Of a host that could never be asked. */
export const USUAL: HostFeatures = {
  ...{
    ipv6: false,
    portReuse: true,
    memoryLimit: true,
    swapLimit: true,
    pidsLimit: true,
    startInterval: true,
  },
  dockerRoot: "/var/lib/docker",
};

/** @param release as `uname -r` prints it, "4.4.302+" */
export function reusesPorts(release: string): boolean {
  const [major = 0, minor = 0] = release.split(/[.-]/).map(Number);
  return major > 4 || (major === 4 && minor >= 11);
}

/** @param version as `docker info` has it, "20.10.24+dfsg1" */
export function knowsStartInterval(version: string): boolean {
  return !(Number.parseInt(version) < 25);
}

/**
 * A line for each option of a mounted volume that the host's engine cannot have: before 26 it would mount the whole volume
 * where a part is asked for, and Pulumi's Docker plugin (5.2.0) refuses `nocopy` there too.
 * Source: https://docs.docker.com/reference/api/engine/version-history, 1.45
 */
export function volumeOptionProblems(host: string, services: readonly Service[], engine: string): string[] {
  if (!(Number.parseInt(engine) < 26)) return [];
  return services.flatMap(({ name, volumes = [] }) =>
    volumes.flatMap(({ subpath, nocopy }, index) =>
      Object.entries({ subpath, nocopy })
        .filter(([, value]) => value !== undefined && value !== false)
        .map(
          ([key]) =>
            `services/${name}/volumes/${index}/${key}: needs Docker 26 or later, got ${engine} on host ${host}. Upgrade it, ` +
            "or leave it out",
        ),
    ),
  );
}

/** What a host has: as it says itself; while it cannot be reached, as at the last update, so that nothing changes by that. */
export function featuresOf(
  host: string,
  found: HostFeatures | undefined,
  previousState: readonly StateResource[],
): HostFeatures {
  const before = previousState.find(({ type, urn }) => type === TYPES.host && nameIn(urn) === host);
  return found ?? (before?.inputs as { features?: HostFeatures } | undefined)?.features ?? USUAL;
}
