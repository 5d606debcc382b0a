import * as z from "zod";
import type { Check } from "./stack-context.ts";
import { formerVolume, name, path } from "./values.ts";

/** A named volume, mounted into the container. */
export const volume = z.strictObject({
  /** Name of the volume, unique in the service. */
  source: name,
  /** Where it is mounted in the container, an absolute path, unique in the service. */
  target: path,
  /**
   * Under which name its data was until now: `<volume>` of this service, or `<service>/<volume>` of one that leaves. Needed
   * for the update that renames it; it may stay. @default its own name
   */
  from: formerVolume.optional(),
  /** Whether the container may only read it. @default false */
  readOnly: z.boolean().optional(),
});

/** A named volume of a service. */
export type Volume = z.infer<typeof volume>;

/** Data that two volumes would go on with. */
export const volumeProblems: Check = ({ services }) => {
  const declared = new Set(
    services.flatMap(({ name, volumes = [] }) => volumes.map(({ source }) => `${name}/${source}`)),
  );
  return services.flatMap(({ name, volumes = [] }) =>
    volumes.flatMap(({ source, from }, index) => {
      if (from === undefined) return [];
      const former = from.includes("/") ? from : `${name}/${from}`;
      if (former === `${name}/${source}` || !declared.has(former)) return [];
      return [`services/${name}/volumes/${index}/from: is still there as a volume of its own, got "${from}"`];
    }),
  );
};
