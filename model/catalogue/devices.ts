import * as z from "zod";
import type { Check } from "./stack-context.ts";
import { path, text, wholeNumber } from "./values.ts";

/** Devices of its host that a service's container has. */
export const deviceFields = {
  /** Devices, or folders of devices. @default none */
  devices: z
    .array(
      z.strictObject({
        /** Its path on the host, as in "/dev/dri". */
        source: path,
        /** Its path in the container. @default `source` */
        target: path.optional(),
        /** What may be done with it: r(ead), w(rite), m(knod). @default "rwm" */
        permissions: text(
          /^(?!.*(.).*\1)[rwm]{1,3}$/,
          'must be of the letters r, w and m, as in "rw"',
        ).optional(),
      }),
    )
    .optional(),
  /** Kinds of devices that it may use, in the words of the kernel's device cgroup: "c 188:* rmw". @default none */
  deviceCgroupRules: z
    .array(
      text(
        /^[acb] (\d+|\*):(\d+|\*) [rwm]{1,3}$/,
        'must be a rule of the device cgroup, as in "c 188:* rmw"',
      ),
    )
    .optional(),
  /** GPUs: all, how many, or which. The host needs their maker's driver and container toolkit. @default none */
  gpus: z
    .union(
      [
        z.literal("all"),
        wholeNumber(1),
        z.strictObject({
          /** The driver's name. @default "nvidia" */
          driver: z.string().min(1).optional(),
          /** How many, 1 or more. @default all, where no `deviceIds` are given */
          count: wholeNumber(1).optional(),
          /** Which ones, by number or id; not beside `count`. */
          deviceIds: z.array(z.string().min(1)).min(1).optional(),
          /** What they are to be capable of. @default ["gpu"] */
          capabilities: z.array(z.string().min(1)).min(1).optional(),
          /** Options of the driver. */
          options: z.record(z.string(), z.string()).optional(),
        }),
      ],
      { error: 'must be "all", a whole number, or {driver, count, deviceIds, capabilities, options}' },
    )
    .optional(),
};

/** Two devices at one path, and GPUs that are counted and named. */
export const deviceProblems: Check = ({ services }) =>
  services.flatMap(({ name, devices = [], gpus }) => {
    const targets = devices.map(({ source, target = source }) => target);
    return [
      ...targets.flatMap((target, index) =>
        targets.indexOf(target) < index
          ? [`services/${name}/devices/${index}/target: "${target}" is another device's`]
          : [],
      ),
      ...(typeof gpus === "object" && gpus.count !== undefined && gpus.deviceIds
        ? [`services/${name}/gpus/count: deviceIds says which ones. Leave one of them out`]
        : []),
    ];
  });
