import * as z from "zod";
import { posix } from "node:path";
import type { Service } from "./service.ts";
import type { Check } from "./stack-context.ts";
import { path, size, text } from "./values.ts";

/** Source: https://man7.org/linux/man-pages/man7/capabilities.7.html */
const CAPABILITIES = [
  ...["AUDIT_CONTROL", "AUDIT_READ", "AUDIT_WRITE", "BLOCK_SUSPEND", "BPF", "CHECKPOINT_RESTORE", "CHOWN"],
  ...["DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "IPC_LOCK", "IPC_OWNER", "KILL", "LEASE"],
  ...["LINUX_IMMUTABLE", "MAC_ADMIN", "MAC_OVERRIDE", "MKNOD", "NET_ADMIN", "NET_BIND_SERVICE"],
  ...["NET_BROADCAST", "NET_RAW", "PERFMON", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_ADMIN"],
  ...["SYS_BOOT", "SYS_CHROOT", "SYS_MODULE", "SYS_NICE", "SYS_PACCT", "SYS_PTRACE", "SYS_RAWIO"],
  ...["SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "SYSLOG", "WAKE_ALARM"],
];

const capability = z
  .string()
  .refine(
    (name) => name === "ALL" || CAPABILITIES.includes(name.replace(/^CAP_/, "")),
    'must be a capability of Linux, as in "NET_ADMIN", or "ALL"',
  );

/** Source: github.com/docker/docker, pkg/mount/flags.go: of a tmpfs the engine takes these, and size and mode. */
export const tmpfsOption = text(
  /^(r[ow]|(no)?(exec|suid|dev|mand|atime|diratime|relatime|strictatime)|a?sync|dirsync|(uid|gid|nr_inodes|nr_blocks)=\d+[kmg]?|mpol=[\w=:-]+)$/,
  'must be an option of a tmpfs, as in "exec", "noatime" or "uid=1000"',
);

/** What a service's container may do on its host. */
export const securityFields = {
  /** Capabilities of Linux that it gets, with or without "CAP_"; "ALL". @default none, hardened; else Docker's own */
  capAdd: z.array(capability).optional(),
  /** Capabilities that are taken from it. @default all, hardened */
  capDrop: z.array(capability).optional(),
  /** Whether it may do all that root of its host may, and sees its devices. @default false */
  privileged: z.boolean().optional(),
  /**
   * As Docker's --security-opt: "no-new-privileges", "apparmor=unconfined", "seccomp=unconfined" or a profile's JSON after
   * "seccomp=", "label=disable". @default "no-new-privileges" hardened, and always with it then, unless that is said itself
   */
  securityOpt: z.array(z.string().min(1)).optional(),
  /** Whether it can write to its volumes and tmpfs only. @default true, hardened */
  readOnly: z.boolean().optional(),
  /** Folders in memory, empty at each start. @default /tmp and /var/tmp, hardened, beside what is said */
  tmpfs: z
    .array(
      z.strictObject({
        /** Where it is mounted in the container, an absolute path. */
        target: path,
        /** The most that it may hold. @default half of the host's memory */
        size: size.optional(),
        /** Its permissions, in octal. @default "1777" */
        mode: text(/^[0-7]{3,4}$/, 'must be permissions in octal, as in "1777"').optional(),
        /** What else it is mounted with: "exec", "noatime", "uid=1000". @default "noexec", "nosuid", "nodev" */
        options: z.array(tmpfsOption).optional(),
      }),
    )
    .optional(),
  /** "host": it sees the processes of its host. @default its own alone */
  pid: z.literal("host").optional(),
  /** "host": its users are those of its host, where the engine maps them to others. @default as the engine does */
  usernsMode: z.literal("host").optional(),
};

/** What contradicts itself, and options that the Docker plugin cannot keep. */
export const securityProblems: Check = ({ services }) =>
  services.flatMap((service) => [
    ...capabilityProblems(service),
    ...(service.securityOpt ?? []).flatMap((option, index) => {
      const problem = optionProblem(option);
      return problem
        ? [`services/${service.name}/securityOpt/${index}: ${problem}, got "${option.slice(0, 100)}"`]
        : [];
    }),
    ...tmpfsProblems(service),
  ]);

function capabilityProblems({ name, capAdd = [], capDrop = [] }: Service): string[] {
  const plain = (capability: string) => capability.replace(/^CAP_/, "");
  const dropped = capDrop.map(plain);
  return capAdd.flatMap((capability, index) =>
    dropped.includes(plain(capability))
      ? [
          `services/${name}/capAdd/${index}: is in capDrop too, got "${capability}". Leave it out of one of them`,
        ]
      : [],
  );
}

function optionProblem(option: string): string | undefined {
  const [, kind = "", value = ""] = /^([a-z-]+)(?:[=:]([\s\S]*))?$/.exec(option) ?? [];
  if (kind === "seccomp" && !["unconfined", "builtin"].includes(value) && !value.trimStart().startsWith("{"))
    return 'must be "seccomp=unconfined", or a profile\'s JSON behind "seccomp=" (services.ts can read it from a file)';
  // The engine shows no such option, and the plugin would make the container anew at each update (read in the source of 5.2.0).
  if (kind === "systempaths") return "is an option that Pulumi's Docker plugin cannot keep; expected none";
  if (["no-new-privileges", "apparmor", "seccomp", "label", "writable-cgroups"].includes(kind))
    return undefined;
  return "must be one of no-new-privileges, apparmor=, seccomp= and label=";
}

/** Two things on one path: what is in one of them would not be seen. */
function tmpfsProblems({ name, tmpfs = [], volumes = [] }: Service): string[] {
  const targets = tmpfs.map(({ target }) => posix.join(target, "/"));
  const mounted = volumes.map(({ target }) => posix.join(target, "/"));
  return targets.flatMap((target, index) => {
    const at = `services/${name}/tmpfs/${index}/target`;
    if (mounted.includes(target))
      return [`${at}: a volume is mounted there, got "${tmpfs[index]?.target ?? ""}"`];
    return targets.indexOf(target) < index ? [`${at}: "${tmpfs[index]?.target ?? ""}" is there twice`] : [];
  });
}
