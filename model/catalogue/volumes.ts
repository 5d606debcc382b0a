import { basename, posix } from "node:path";
import * as z from "zod";
import { LABEL_PREFIX } from "../container/labels.ts";
import { imageConfig } from "./image-config.ts";
import type { Catalogue, Service, SharedVolume } from "./service.ts";
import type { Check } from "./stack-context.ts";
import { engineName, formerVolume, mountPath, name, text } from "./values.ts";

/** A volume, or a file or folder of the host, mounted into the container. */
export const volume = z.strictObject({
  /**
   * Name of a volume of the service's own, or of one of the catalogue's `volumes`, which services may share; or an
   * absolute path of the host, which no backup holds.
   */
  source: z.union([name, mountPath], {
    error: 'must be the name of a volume, as in "data", or an absolute path of the host',
  }),
  /** Where it is mounted in the container, an absolute path, unique in the service. */
  target: mountPath,
  /**
   * Under which name its data was until now: `<volume>` of this service, or `<service>/<volume>` of one that leaves. Needed
   * for the update that renames it; it may stay. @default its own name
   */
  from: formerVolume.optional(),
  /** Whether the container may only read it. @default false */
  readOnly: z.boolean().optional(),
  /** Of a volume: the folder in it that is mounted, which must be there. Needs Docker 26. @default all of it */
  subpath: text(
    /^(?!\/)(?!(.*\/)?\.\.(\/|$)).+$/,
    'must be a folder in the volume, as in "world/region"',
  ).optional(),
  /** Of a volume: whether it begins empty, without what the image has at its target. Needs Docker 26. @default false */
  nocopy: z.boolean().optional(),
  /** Of a path: whether a folder is made there when nothing is; false: then the update fails. @default true */
  createHostPath: z.boolean().optional(),
  /** Of a path: whether what is mounted below it later, on the host or in the container, is seen on the other side. @default "rprivate" */
  propagation: z.enum(["private", "rprivate", "shared", "rshared", "slave", "rslave"]).optional(),
  /** Says of the engine's socket, or of a folder that holds it, that the container may rule the whole host. @default false */
  engineSocket: z.boolean().optional(),
});

/** What a service has mounted. */
export type Volume = z.infer<typeof volume>;

/** Whether a volume's source is a path of the host, and no volume's name. */
export function isHostPath(source: string): boolean {
  return source.startsWith("/");
}

/** A volume that is no single service's. */
export const sharedVolume = z.strictObject({
  /** The name by which services refer to it as the `source` of theirs. */
  name,
  /** Name on the host of a volume that is there already, and none of this stack's. @default one is made */
  external: engineName.optional(),
  /** @default "local" */
  driver: z.string().min(1).optional(),
  /** What the driver takes. For NFS: { type: "nfs", o: "addr=192.0.2.1,rw", device: ":/export" } */
  driverOpts: z.record(z.string(), z.string()).optional(),
  /** Labels of the volume; none that begins with `slipway.`. */
  labels: z.record(z.string(), z.string()).optional(),
});

/** Data that two volumes would go on with, and paths that an image declares as volumes and nothing is mounted on. */
export const volumeProblems: Check = (catalogue, { folder, lock }) => [
  ...catalogue.volumes.flatMap(sharedProblems),
  ...catalogue.services.flatMap((service) => mountProblems(service, catalogue)),
  ...formerProblems(catalogue),
  ...catalogue.services.flatMap((service) => {
    const mounts = [...(service.volumes ?? []), ...(service.tmpfs ?? [])];
    const mounted = mounts.map(({ target }) => posix.join(target, "/"));
    // What the lock does not know of, the cutover asks the host's engine.
    const { volumes = [] } = imageConfig(service, catalogue, lock, folder);
    return volumes
      .filter((path) => !mounted.includes(posix.join(path, "/")))
      .map(
        (path) =>
          `services/${service.name}/volumes: the image declares a volume at ${path} and nothing is mounted there, so that ` +
          `data would be left behind at each roll. Add { source: "data", target: "${path}" }`,
      );
  }),
];

function sharedProblems({ name, external, labels = {}, ...rest }: SharedVolume): string[] {
  const at = `volumes/${name}`;
  const reserved = Object.keys(labels).filter((key) => key.startsWith(LABEL_PREFIX));
  const given = Object.entries({ ...rest, labels: Object.keys(labels).length ? labels : undefined });
  return [
    ...reserved.map((key) => `${at}/labels/${key}: labels that begin with "${LABEL_PREFIX}" are reserved`),
    ...given
      .filter(([, value]) => external !== undefined && value !== undefined)
      .map(([key]) => `${at}/${key}: is decided where the volume was made, as it is external. Leave it out`),
  ];
}

function mountProblems({ name, volumes = [] }: Service, catalogue: Catalogue): string[] {
  return volumes.flatMap((volume, index) => {
    const at = `services/${name}/volumes/${index}`;
    const { source, from, subpath, nocopy, createHostPath, propagation, engineSocket } = volume;
    const isShared = catalogue.volumes.some((shared) => shared.name === source);
    if (!isHostPath(source))
      return [
        ...Object.entries({ createHostPath, propagation, engineSocket })
          .filter(([, value]) => value !== undefined)
          .map(([key]) => `${at}/${key}: is for paths of the host, got the volume "${source}"`),
        ...(isShared && from !== undefined
          ? [
              `${at}/from: "${source}" is one of the catalogue's volumes. To go on with another's data, set its external`,
            ]
          : []),
      ];
    return [
      ...Object.entries({ from, subpath, nocopy })
        .filter(([, value]) => value !== undefined)
        .map(([key]) => `${at}/${key}: is for volumes, got the path "${source}"`),
      ...(propagation !== undefined && createHostPath
        ? [
            `${at}/createHostPath: nothing is made with propagation. Make the folder on the host, and leave it out`,
          ]
        : []),
      ...socketProblems(at, source, engineSocket),
    ];
  });
}

/** Where the engine's socket is, on engines that are the host's own. */
const SOCKETS = ["/run/docker.sock", "/var/run/docker.sock"];

/** Who can write to the socket is root on the host: read-only or not, as that is the file's, not the socket's. */
function socketProblems(at: string, source: string, said: boolean | undefined): string[] {
  const path = posix.join(source, "/");
  const holds = basename(source) === "docker.sock" || SOCKETS.some((socket) => `${socket}/`.startsWith(path));
  if (holds === (said ?? false)) return [];
  return holds
    ? [
        `${at}: gives the container the engine's socket, and with it the whole host, got "${source}". Add engineSocket: true ` +
          "if that is meant",
      ]
    : [`${at}/engineSocket: "${source}" does not hold the engine's socket. Leave it out`];
}

function formerProblems({ services }: Catalogue): string[] {
  const declared = new Set(
    services.flatMap(({ name, volumes = [] }) => volumes.map(({ source }) => `${name}/${source}`)),
  );
  return services.flatMap(({ name, volumes = [] }) =>
    volumes.flatMap(({ source, from }, index) => {
      if (from === undefined) return [];
      const other = volumes.find((one) => one.source === source && one.from !== undefined);
      if (other && other.from !== from)
        return [
          `services/${name}/volumes/${index}/from: another is said of "${source}" above, got "${from}"`,
        ];
      const former = from.includes("/") ? from : `${name}/${from}`;
      if (former === `${name}/${source}` || !declared.has(former)) return [];
      return [`services/${name}/volumes/${index}/from: is still there as a volume of its own, got "${from}"`];
    }),
  );
}
