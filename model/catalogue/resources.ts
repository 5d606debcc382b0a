import * as z from "zod";
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
  /** On which CPUs of its host it may run, from 0: "0-2,4". @default all */
  cpuset: text(/^\d+([,-]\d+)*$/, 'must be numbers of CPUs, as in "0-2,4"').optional(),
  /**
   * How many processes and threads it may have at most, 1 or more; -1 for no limit. A change of it is made in the running
   * container. @default no limit; 2048 for a hardened one
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
