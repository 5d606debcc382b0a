import { posix } from "node:path";
import * as z from "zod";
import { isBuilt } from "./build.ts";
import { isRoot } from "./process.ts";
import type { Service } from "./service.ts";

/** Whether a service is closed as far as Docker can. */
export const hardeningFields = {
  /**
   * Whether all that the service does not open itself is closed: it runs as 1001:1001 unless its image has a user that is not
   * root, with no capabilities (`capDrop: ["ALL"]`), `securityOpt: ["no-new-privileges"]`, `readOnly: true`, a tmpfs at /tmp
   * and at /var/tmp, and `pidsLimit: 1000`; its pre-deploy job as well. What it says of these keys itself counts.
   * @default true for an image that is built here, false for a stock one
   */
  hardened: z.boolean().optional(),
};

/** As whom it runs where nobody has said so: no user of the host, as a rule. */
const CLOSED_USER = "1001:1001";
/** What programs take for writable whatever else is not. */
const SCRATCH_FOLDERS = ["/tmp", "/var/tmp"];
/** Far above what a service has, far below what stops a host: the kernel's own limit for all is 32768 as a rule. */
const CLOSED_PIDS = 1000;

/** Whether what a service does not open itself is closed. */
export function isHardened(service: Service): boolean {
  return service.hardened ?? isBuilt(service);
}

/**
 * A service with all that hardening sets for it. No limits of memory and CPU: what is right for one is an outage for another.
 * @param imageUser whom its image names as user, where that is known
 */
export function hardened(service: Service, imageUser: string | undefined): Service {
  if (!isHardened(service)) return service;
  const { privileged, capAdd, securityOpt = [], tmpfs = [], volumes = [] } = service;
  const keepsImageUser = imageUser !== undefined && !isRoot(imageUser);
  const mounted = [...tmpfs, ...volumes].map(({ target }) => posix.join(target, "/"));
  const scratch = SCRATCH_FOLDERS.filter((target) => !mounted.includes(posix.join(target, "/")));
  const openCapabilities = privileged === true || capAdd?.includes("ALL") === true;
  const said = securityOpt.some((option) => option.startsWith("no-new-privileges"));
  return {
    ...service,
    user: service.user ?? (keepsImageUser ? undefined : CLOSED_USER),
    capDrop: service.capDrop ?? (openCapabilities ? undefined : ["ALL"]),
    securityOpt: said ? securityOpt : [...securityOpt, "no-new-privileges"],
    readOnly: service.readOnly ?? true,
    tmpfs: [...tmpfs, ...scratch.map((target) => ({ target }))],
    pidsLimit: service.pidsLimit ?? CLOSED_PIDS,
  };
}
