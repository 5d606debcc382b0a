import type { Service } from "../../catalogue/service.ts";
import { type Volume, isHostPath } from "../../catalogue/volumes.ts";
import { mount, plainPath } from "./facts.ts";
import { FILES_FOLDER } from "../files.ts";
import type { ContainerSource, Field, MountedFiles } from "./field.ts";

/** What a container has mounted. */
export const storageFields: readonly Field[] = [
  {
    input: "volumes",
    catalogue: ["volumes", "configs", "secretFiles"],
    compose: ["volumes", "configs", "secrets"],
    // Docker makes a folder where a path has nothing.
    make: ({ entry, volumeName, files }) => {
      const own = entry.volumes
        ?.filter((volume) => !needsMount(volume))
        .map(({ source, target, readOnly }) => ({
          ...(isHostPath(source) ? { hostPath: source } : { volumeName: volumeName(source) }),
          containerPath: target,
          readOnly,
        }));
      return files ? [...(own ?? []), ...mountedFiles(files)] : own;
    },
    // All mounts are one list to Docker.
    compare: {
      label: "mount",
      desired: ({ volumes = [], mounts = [] }) =>
        new Map([
          ...volumes.map(({ volumeName, hostPath, containerPath = "", readOnly }) =>
            mount(containerPath, volumeName ?? hostPath ?? "", !readOnly),
          ),
          ...mounts
            .filter(({ type }) => type !== "tmpfs")
            .map(({ source = "", target, readOnly }) => mount(target, source, !readOnly)),
        ]),
      actual: ({ Mounts }) =>
        new Map(
          Mounts
            // A volume that only its image declares has a name made up by Docker.
            .filter(({ Type, Name = "" }) => Type !== "tmpfs" && !/^[0-9a-f]{64}$/.test(Name))
            .map(({ Name, Source, Destination, RW }) => mount(Destination, Name ?? Source, RW)),
        ),
      shown: true,
    },
  },
  {
    input: "mounts",
    catalogue: ["volumes"],
    compose: ["volumes"],
    // Docker refuses a container with such a path that is not there.
    make: ({ entry, volumeName }) => mounts(entry, volumeName),
    compare: {
      label: "mount propagation",
      desired: ({ mounts = [] }) =>
        new Map(
          mounts.flatMap(({ target, bindOptions }) =>
            bindOptions?.propagation ? [[plainPath(target), bindOptions.propagation] as const] : [],
          ),
        ),
      actual: ({ Mounts }) =>
        new Map(Mounts.map(({ Destination, Propagation = "" }) => [Destination, Propagation])),
      // The engine's own choice depends on where it keeps its things.
      open: () => true,
      shown: true,
    },
  },
];

/**
 * Each file by its path on the host, as engines before 26 mount no part of a volume by its name; and the volume as a whole,
 * so that the engine lets nobody remove it, and nobody's prune does.
 */
function mountedFiles({ volume, files }: MountedFiles) {
  return [
    { volumeName: volume, containerPath: FILES_FOLDER, readOnly: true },
    ...files.map(({ path, target }) => ({ hostPath: path, containerPath: target, readOnly: true })),
  ];
}

/** Whether it has what only Docker's mounts have; a path, also whether it must be there. */
function needsMount({ source, createHostPath = true, propagation, subpath, nocopy }: Volume): boolean {
  if (isHostPath(source)) return !createHostPath || propagation !== undefined;
  return subpath !== undefined || nocopy === true;
}

function mounts({ volumes = [] }: Service, volumeName: ContainerSource["volumeName"]) {
  const found = volumes
    .filter(needsMount)
    .map(({ source, target, readOnly, propagation, subpath, nocopy }) =>
      isHostPath(source)
        ? { type: "bind", source, target, readOnly, ...(propagation && { bindOptions: { propagation } }) }
        : {
            type: "volume",
            source: volumeName(source),
            target,
            readOnly,
            volumeOptions: { subpath, noCopy: nocopy },
          },
    );
  return found.length ? found : undefined;
}
