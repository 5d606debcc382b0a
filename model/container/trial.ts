import { isBuilt } from "../catalogue/build.ts";
import { isHardened } from "../catalogue/hardening.ts";
import { isRoot } from "../catalogue/process.ts";
import type { Service } from "../catalogue/service.ts";

/** How a container went that ran for a few seconds, for nothing but to see what it needs. */
export interface Trial {
  /** Its exit code; undefined: it still ran in the end. */
  code: number | undefined;
  /** What it changed of its root, as `docker diff` shows it: "A /var/cache/web". */
  changes: string[];
  /** Its last log lines, and why it could not be started. */
  log: string[];
}

/** What a service may add to services.ts: keys of its entry, lists being added to those that are there. */
export type Opening = Partial<
  Pick<Service, "tmpfs" | "sysctls" | "capAdd" | "pidsLimit" | "user" | "securityOpt" | "readOnly">
>;

/** The setting of Linux that says from which port on one need not be root; Docker's own is 0. */
export const PORT_START = "net.ipv4.ip_unprivileged_port_start";
/** Source: https://docs.docker.com/engine/containers/run/#runtime-privilege-and-linux-capabilities */
const DOCKER_CAPABILITIES = [
  ...["CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP"],
  ...["NET_BIND_SERVICE", "NET_RAW", "SYS_CHROOT", "MKNOD", "AUDIT_WRITE", "SETFCAP"],
];

/** Why there is nothing to try of a service, where that is so. */
export function untried(service: Service): string | undefined {
  if (service.privileged) return "privileged: nothing is closed";
  if (isHardened(service)) return undefined;
  return isBuilt(service) ? "hardened: false, nothing is closed" : "a stock image, which runs as it is";
}

/** An entry with openings. */
export function opened(entry: Service, openings: readonly Opening[]): Service {
  return openings.reduce<Service>((open, opening) => ({ ...open, ...merged(open, opening) }), entry);
}

/** Openings as one. */
export function allOf(openings: readonly Opening[]): Opening {
  return openings.reduce<Opening>(merged, {});
}

function merged(open: Opening, opening: Opening): Opening {
  const lists = (["tmpfs", "capAdd", "securityOpt"] as const).flatMap((key) =>
    opening[key] ? [[key, [...(open[key] ?? []), ...opening[key]]]] : [],
  );
  const sysctls = opening.sysctls && { sysctls: { ...open.sysctls, ...opening.sysctls } };
  return { ...open, ...opening, ...(Object.fromEntries(lists) as Opening), ...sysctls };
}

/**
 * What there is to open of a service besides its root, the least first.
 * @param imageUser whom its image itself has as user; empty: root
 */
export function openingsOf(entry: Service, closed: Service, imageUser: string): Opening[] {
  const { capDrop = [], capAdd = [], securityOpt = [], sysctls, user } = closed;
  const given = capAdd.map((name) => name.replace(/^CAP_/, ""));
  const start = Number(sysctls?.[PORT_START] ?? 0);
  // Its own user, where its image has one: files may be that one's alone.
  const opener = user !== undefined && entry.user === undefined && !isRoot(imageUser) ? imageUser : "root";
  return [
    ...(start > 0 && closed.networkMode === undefined ? [{ sysctls: { [PORT_START]: 0 } }] : []),
    ...(capDrop.includes("ALL")
      ? DOCKER_CAPABILITIES.filter((name) => !given.includes(name)).map((name) => ({ capAdd: [name] }))
      : []),
    ...(closed.pidsLimit === -1 ? [] : [{ pidsLimit: -1 }]),
    ...(isRoot(user ?? imageUser) ? [] : [{ user: opener }]),
    ...(securityOpt.includes("no-new-privileges") && entry.securityOpt === undefined
      ? [{ securityOpt: ["no-new-privileges:false"] }]
      : []),
  ];
}

/**
 * The folders of its root that a container wrote to, each without those below it.
 * @param closed what changed with a closed root, where only Docker writes: the places of mounts, and its init
 */
export function writtenFolders(open: readonly string[], closed: readonly string[]): string[] {
  const paths = open
    .filter((line) => !closed.includes(line))
    .map((line) => ({ kind: line.slice(0, 1), path: line.slice(2) }));
  const folders = paths.flatMap(({ kind, path }) => {
    const above = path.replace(/\/[^/]*$/, "");
    const hasMore = paths.some((other) => other.path !== path && within(other.path, path));
    // A folder that something changed in; of a file that is new, the folder it is in.
    if (kind === "C") return hasMore ? [] : [path];
    return hasMore || above === "" ? [path] : [above];
  });
  return [...new Set(folders)]
    .filter((folder) => !folders.some((other) => other !== folder && within(folder, other)))
    .sort();
}

function within(path: string, folder: string): boolean {
  return path.startsWith(`${folder}/`);
}

/** What a log says of a refusal: of Linux, and as programs put it. */
const REFUSALS = /read-only file ?system|permission denied|operation not permitted|EROFS|EACCES|EPERM/i;

/**
 * Whether a container came as far as one with all opened: it did not end, or as that did, and its log tells of no refusal
 * that the other's has not.
 */
export function comesAsFar({ code, log }: Trial, open: Trial): boolean {
  // Times and numbers of processes aside.
  const refusals = (lines: readonly string[]) =>
    lines.filter((line) => REFUSALS.test(line)).map((line) => line.replace(/\d+/g, "0"));
  const known = refusals(open.log);
  const ended = code !== undefined && code !== 0 && code !== open.code;
  return !ended && refusals(log).every((line) => known.includes(line));
}
