import { existsSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import * as z from "zod";
import { declaredVolumes } from "../image/declared-volumes.ts";
import { isBuilt, sources } from "./build.ts";
import type { Base, Catalogue, Service } from "./service.ts";
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

/** Data that two volumes would go on with, and paths that an image of ours declares as volumes and nothing is mounted on. */
export const volumeProblems: Check = (catalogue, { folder }) => [
  ...formerProblems(catalogue),
  ...catalogue.services.flatMap((service) => {
    const mounted = (service.volumes ?? []).map(({ target }) => posix.join(target, "/"));
    return imageVolumes(service, catalogue, folder)
      .filter((path) => !mounted.includes(posix.join(path, "/")))
      .map(
        (path) =>
          `services/${service.name}/volumes: the image declares a volume at ${path} and nothing is mounted there, so that ` +
          `data would be left behind at each roll. Add { source: "data", target: "${path}" }`,
      );
  }),
];

function formerProblems({ services }: Catalogue): string[] {
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
}

/**
 * What the Dockerfiles of an image and of the bases below it declare. Of images that are not ours only the host's engine
 * knows; the cutover asks it.
 */
function imageVolumes(entry: Service | Base, catalogue: Catalogue, folder: string): string[] {
  if (!isBuilt(entry)) return [];
  const { dockerfileInline } = entry.build ?? {};
  const file = join(folder, sources(entry).dockerfile);
  // One that is missing is told as that.
  if (dockerfileInline === undefined && !existsSync(file)) return [];
  const { volumes, from } = declaredVolumes(dockerfileInline ?? readFileSync(file, "utf8"), entry.build);
  const base =
    entry.build?.base === from && catalogue.bases.find(({ name }) => name === from && name !== entry.name);
  return [...new Set([...volumes, ...(base ? imageVolumes(base, catalogue, folder) : [])])];
}
