import { isBuilt } from "./build.ts";
import { isHardened } from "./hardening.ts";
import { isRoot } from "./process.ts";
import type { Service } from "./service.ts";
import { isHostPath } from "./volumes.ts";

/**
 * What a service opens of its host, or takes of what Docker closes, in few words each: the one list that a preview and
 * `slipway status` show. From what services.ts says; of an image's own user that says nothing.
 */
export function openings(service: Service): string[] {
  const { privileged, user, capAdd, securityOpt = [], pid, usernsMode, networkMode } = service;
  const { devices = [], deviceCgroupRules = [], gpus, volumes = [], tmpfs = [] } = service;
  return [
    // A stock image is not, unless it says so.
    ...(isHardened(service) ? loosened(service) : isBuilt(service) ? ["not hardened"] : []),
    ...(privileged ? ["privileged"] : []),
    ...(user !== undefined && isRoot(user) ? [`user ${user}`] : []),
    ...(capAdd?.length ? [`capability ${capAdd.map((name) => name.replace(/^CAP_/, "")).join(", ")}`] : []),
    ...securityOpt.filter(loosens).map((option) => option.replace(/^(seccomp).*\{[\s\S]*$/, "$1=a profile")),
    ...(networkMode === "host" ? ["the host's network"] : []),
    ...(pid === "host" ? ["the host's processes"] : []),
    ...(usernsMode === "host" ? ["the host's users"] : []),
    ...tmpfs.flatMap(({ target, options = [] }) =>
      options
        .filter((option) => ["exec", "suid", "dev"].includes(option))
        .map((option) => `${option} in ${target}`),
    ),
    ...devices.map(({ source }) => `device ${source}`),
    ...deviceCgroupRules.map((rule) => `devices ${rule}`),
    ...(gpus === undefined ? [] : ["gpus"]),
    ...volumes
      .filter(({ source }) => isHostPath(source))
      .map(({ source, readOnly, engineSocket }) =>
        engineSocket
          ? `the engine's socket ${source}`
          : `host path ${source}${readOnly ? " (read-only)" : ""}`,
      ),
  ];
}

/** What hardening would have closed. */
function loosened({ readOnly, capDrop, pidsLimit }: Service): string[] {
  return [
    ...(readOnly === false ? ["a root that can be written"] : []),
    ...(capDrop && !capDrop.includes("ALL") ? ["Docker's own capabilities"] : []),
    ...(pidsLimit === -1 ? ["any number of processes"] : []),
  ];
}

/** Whether a security option is for less than what Docker does by itself, or may be: a profile of one's own. */
function loosens(option: string): boolean {
  return !/^no-new-privileges([=:]true)?$|^seccomp[=:]builtin$|^label[=:](?!disable)/.test(option);
}
