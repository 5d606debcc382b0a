import { mount } from "./facts.ts";
import { FILES_FOLDER } from "../files.ts";
import type { Field, MountedFiles } from "./field.ts";

/** What a container has mounted. */
export const storageFields: readonly Field[] = [
  {
    input: "volumes",
    catalogue: ["volumes", "configs", "secretFiles"],
    compose: ["volumes", "configs", "secrets"],
    make: ({ entry, volumeName, files }) => {
      const own = entry.volumes?.map(({ source, target, readOnly }) => ({
        volumeName: volumeName(source),
        containerPath: target,
        readOnly,
      }));
      return files ? [...(own ?? []), ...mountedFiles(files)] : own;
    },
    compare: {
      label: "mount",
      desired: ({ volumes = [] }) =>
        new Map(
          volumes.map(({ volumeName, hostPath, containerPath = "", readOnly }) =>
            mount(containerPath, volumeName ?? hostPath ?? "", !readOnly),
          ),
        ),
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
