import { type Size, toBytes } from "../../../lib/size.ts";
import { single } from "./facts.ts";
import type { ContainerSource, Field } from "./field.ts";

const MIB = 2 ** 20;
/** Docker's own, in microseconds. */
const CPU_PERIOD = 100_000;

/** The plugin counts in whole MiB. */
function toMib(size: Size): number {
  return Math.ceil(toBytes(size) / MIB);
}

/** How much of its host a container may use. The number of its processes is the cutover's to limit: the plugin cannot. */
export const resourceFields: readonly Field[] = [
  {
    input: "memory",
    catalogue: ["memory"],
    compose: ["mem_limit"],
    make: ({ entry: { memory }, features }) =>
      memory && features?.memoryLimit !== false ? toMib(memory) : undefined,
    keptWhenUnset: true,
    compare: {
      label: "memory limit",
      desired: ({ memory = 0 }) => single(memory * MIB),
      actual: ({ HostConfig }) => single(HostConfig.Memory),
      shown: true,
    },
  },
  {
    input: "memoryReservation",
    catalogue: ["memoryReservation"],
    compose: ["mem_reservation"],
    make: ({ entry: { memoryReservation } }) => memoryReservation && toMib(memoryReservation),
    keptWhenUnset: true,
    compare: {
      label: "memory reservation",
      desired: ({ memoryReservation = 0 }) => single(memoryReservation * MIB),
      actual: ({ HostConfig }) => single(HostConfig.MemoryReservation),
      shown: true,
    },
  },
  {
    input: "memorySwap",
    catalogue: ["memorySwap"],
    compose: ["memswap_limit"],
    make: memorySwap,
    keptWhenUnset: true,
    compare: {
      label: "memory and swap limit",
      desired: ({ memorySwap: swap = 0 }) => single(swap < 0 ? swap : swap * MIB),
      actual: ({ HostConfig }) => single(HostConfig.MemorySwap),
      shown: true,
    },
  },
  // Not `cpus`: what the plugin writes as "0.05" it reads as "0.1", and would make the container anew at each update
  // (read in the source of 5.2.0).
  {
    input: "cpuPeriod",
    catalogue: ["cpus"],
    compose: ["cpus"],
    make: ({ entry: { cpus } }) => cpus && CPU_PERIOD,
    ignoredOnChange: true,
    compare: {
      label: "CPU period",
      desired: ({ cpuPeriod }) => single(cpuPeriod),
      actual: ({ HostConfig }) => single(HostConfig.CpuPeriod),
      shown: true,
    },
  },
  {
    input: "cpuQuota",
    catalogue: ["cpus"],
    compose: ["cpus"],
    make: ({ entry: { cpus } }) => cpus && Math.round(cpus * CPU_PERIOD),
    ignoredOnChange: true,
    compare: {
      label: "CPU quota",
      desired: ({ cpuQuota }) => single(cpuQuota),
      actual: ({ HostConfig }) => single(HostConfig.CpuQuota),
      shown: true,
    },
  },
  {
    input: "cpuShares",
    catalogue: ["cpuShares"],
    compose: ["cpu_shares"],
    make: ({ entry }) => entry.cpuShares,
    keptWhenUnset: true,
    compare: {
      label: "CPU shares",
      desired: ({ cpuShares }) => single(cpuShares),
      actual: ({ HostConfig }) => single(HostConfig.CpuShares),
      shown: true,
    },
  },
  {
    input: "cpuSet",
    catalogue: ["cpuset"],
    compose: ["cpuset"],
    make: ({ entry }) => entry.cpuset,
    keptWhenUnset: true,
    compare: {
      label: "CPU set",
      desired: ({ cpuSet }) => single(cpuSet),
      actual: ({ HostConfig }) => single(HostConfig.CpusetCpus),
      shown: true,
    },
  },
  {
    input: "ulimits",
    catalogue: ["ulimits"],
    compose: ["ulimits"],
    make: ({ entry: { ulimits } }) =>
      ulimits &&
      Object.entries(ulimits).map(([name, limit]) => ({
        name,
        ...(typeof limit === "number" ? { soft: limit, hard: limit } : limit),
      })),
    compare: {
      label: "ulimit",
      desired: ({ ulimits = [] }) =>
        new Map(ulimits.map(({ name, soft, hard }) => [name, `${soft}:${hard}`])),
      actual: ({ HostConfig }) =>
        new Map((HostConfig.Ulimits ?? []).map(({ Name, Soft, Hard }) => [Name, `${Soft}:${Hard}`])),
      shown: true,
    },
  },
  {
    input: "sysctls",
    catalogue: ["sysctls"],
    compose: ["sysctls"],
    make: ({ entry: { sysctls } }) =>
      sysctls && Object.fromEntries(Object.entries(sysctls).map(([name, value]) => [name, String(value)])),
    compare: {
      label: "sysctl",
      desired: ({ sysctls }) => new Map(Object.entries(sysctls ?? {})),
      actual: ({ HostConfig }) => new Map(Object.entries(HostConfig.Sysctls ?? {})),
      shown: true,
    },
  },
  {
    input: "shmSize",
    catalogue: ["shmSize"],
    compose: ["shm_size"],
    make: ({ entry: { shmSize } }) => shmSize && toMib(shmSize),
    keptWhenUnset: true,
    compare: {
      label: "size of /dev/shm",
      desired: ({ shmSize = 0 }) => single(shmSize * MIB),
      actual: ({ HostConfig }) => single(HostConfig.ShmSize),
      // Without one of its own it has the engine's.
      open: () => true,
      shown: true,
    },
  },
];

/**
 * Said always where there is a limit of memory, as the plugin takes what the engine fills in for a change; -1, no limit, is
 * what the engine makes of any where its kernel keeps none.
 */
function memorySwap({ entry: { memory, memorySwap: swap }, features }: ContainerSource): number | undefined {
  if (!memory || features?.memoryLimit === false) return undefined;
  if (swap === "unlimited" || features?.swapLimit === false) return -1;
  return swap ? toMib(swap) : 2 * toMib(memory);
}
