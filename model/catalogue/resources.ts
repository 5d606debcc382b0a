import * as z from "zod";
import { toBytes } from "../../lib/size.ts";
import type { Service } from "./service.ts";
import type { Check } from "./stack-context.ts";
import { size, text, wholeNumber } from "./values.ts";

/** A limit of the kernel's: a whole number, or -1 for none. */
const limit = wholeNumber(-1);

/** How much of its host a service's container may use. */
export const resourceFields = {
  /**
   * The most memory it may use, 6 MiB or more; the kernel ends it when it needs more. Whole MiB, rounded up. A change of it
   * is made in the running container. @default no limit
   */
  memory: size.optional(),
  /** What it is held down to while its host runs out of memory; at most `memory`. Whole MiB, rounded up. @default no such limit */
  memoryReservation: size.optional(),
  /** Memory and swap together, `memory` or more; or "unlimited" swap. Whole MiB, rounded up. @default twice `memory` */
  memorySwap: z.union([size, z.literal("unlimited")], { error: 'must be a size, or "unlimited"' }).optional(),
  /** How many of its host's CPUs it may use at most, 0.01 or more: 0.5 is half of one. @default no limit */
  cpus: z.number("must be a number").min(0.01, "must be 0.01 or more").optional(),
  /**
   * Its weight where containers want more CPU than there is, 2 to 262144: twice the number, twice the time. A change of it is
   * made in the running container. @default 1024. Source: https://docs.docker.com/engine/containers/resource_constraints/#cpu
   */
  cpuShares: wholeNumber(2, 262_144).optional(),
  /** On which CPUs of its host it may run, from 0: "0-2,4". @default all */
  cpuset: text(/^\d+([,-]\d+)*$/, 'must be numbers of CPUs, as in "0-2,4"').optional(),
  /**
   * How many processes and threads it may have at most, 1 or more; -1 for no limit. A change of it is made in the running
   * container. @default 1000, hardened; else no limit
   */
  pidsLimit: wholeNumber(-1)
    .refine((count) => count !== 0, "must be 1 or more, or -1 for no limit")
    .optional(),
  /** Limits of each of its processes by name, one number or two; -1 for none. @default the engine's */
  ulimits: z
    .partialRecord(
      z.enum(
        [
          "core",
          "cpu",
          "data",
          "fsize",
          "locks",
          "memlock",
          "msgqueue",
          "nice",
          "nofile",
          "nproc",
          "rss",
          "rtprio",
          "rttime",
          "sigpending",
          "stack",
        ],
        'must be the name of a limit, as in "nofile" or "memlock"',
      ),
      z.union([limit, z.strictObject({ soft: limit, hard: limit })], {
        error: "must be a whole number, or {soft, hard}",
      }),
    )
    .optional(),
  /** Settings of the kernel for its namespaces alone, as "net.core.somaxconn". @default none */
  sysctls: z.record(z.string(), z.union([z.string(), z.int()])).optional(),
  /** The size of its /dev/shm. Whole MiB, rounded up. @default the engine's, as a rule 64 MiB */
  shmSize: size.optional(),
};

/** The least that Docker takes, in bytes. */
const LEAST_MEMORY = 6 * 2 ** 20;

/** Limits that Docker or the kernel would refuse, once the container is made. */
export const resourceProblems: Check = ({ services }) =>
  services.flatMap((service) => [
    ...memoryProblems(service),
    ...Object.entries(service.ulimits ?? {}).flatMap(([limit, value]) =>
      typeof value === "object" && unlimited(value.soft) > unlimited(value.hard)
        ? [
            `services/${service.name}/ulimits/${limit}/soft: must be hard, ${value.hard}, at most, got ${value.soft}`,
          ]
        : [],
    ),
    ...sysctlProblems(service),
  ]);

function memoryProblems({ name, memory, memoryReservation: kept, memorySwap: swap }: Service): string[] {
  const at = `services/${name}`;
  const given = memory && toBytes(memory);
  return [
    ...(memory && toBytes(memory) < LEAST_MEMORY
      ? [`${at}/memory: must be 6 MiB or more, got "${memory}"`]
      : []),
    ...(given && kept && toBytes(kept) > given
      ? [`${at}/memoryReservation: must be memory, "${memory}", at most, got "${kept}"`]
      : []),
    ...(swap && !given ? [`${at}/memorySwap: is memory and swap together. Set memory too`] : []),
    ...(swap && swap !== "unlimited" && given && toBytes(swap) < given
      ? [`${at}/memorySwap: is memory and swap together, and must be "${memory}" or more, got "${swap}"`]
      : []),
  ];
}

function unlimited(limit: number): number {
  return limit === -1 ? Infinity : limit;
}

/** Source: https://docs.docker.com/reference/cli/docker/container/run/#sysctl */
const OWN_SYSCTLS =
  /^(net\..+|fs\.mqueue\..+|kernel\.(msgmax|msgmnb|msgmni|sem|shmall|shmmax|shmmni|shm_rmid_forced))$/;

function sysctlProblems({ name, sysctls = {}, networkMode }: Service): string[] {
  return Object.keys(sysctls).flatMap((sysctl) => {
    const at = `services/${name}/sysctls/${sysctl}`;
    if (!OWN_SYSCTLS.test(sysctl))
      return [
        `${at}: is the whole host's; expected one of net., fs.mqueue. or kernel.sem and its like. Set it on the host`,
      ];
    if (sysctl.startsWith("net.") && networkMode === "host")
      return [`${at}: would be the whole host's, as networkMode is "host". Set it on the host`];
    return [];
  });
}
