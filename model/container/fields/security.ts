import { toBytes } from "../../../lib/size.ts";
import type { Service } from "../../catalogue/service.ts";
import { type Facts, all, named, single } from "./facts.ts";
import type { Field } from "./field.ts";

/** What a container may do on its host. */
export const securityFields: readonly Field[] = [
  {
    input: "capabilities",
    catalogue: ["capAdd", "capDrop", "hardened"],
    compose: ["cap_add", "cap_drop"],
    // With the prefix, as newer engines show them: the plugin takes another spelling for a change.
    make: ({ entry: { capAdd, capDrop } }) =>
      capAdd?.length || capDrop?.length
        ? { adds: capAdd?.map(prefixed), drops: capDrop?.map(prefixed) }
        : undefined,
    compare: {
      label: "capabilities",
      desired: ({ capabilities: own }) => capabilities(own?.adds, own?.drops),
      actual: ({ HostConfig }) => capabilities(HostConfig.CapAdd, HostConfig.CapDrop),
      shown: true,
    },
  },
  {
    input: "privileged",
    catalogue: ["privileged"],
    compose: ["privileged"],
    make: ({ entry }) => entry.privileged,
    compare: {
      label: "privileged",
      desired: ({ privileged }) => single(privileged),
      actual: ({ HostConfig }) => single(HostConfig.Privileged),
    },
  },
  {
    input: "pidMode",
    catalogue: ["pid"],
    compose: ["pid"],
    make: ({ entry }) => entry.pid,
    compare: {
      label: "process namespace",
      desired: ({ pidMode }) => single(pidMode),
      actual: ({ HostConfig }) => single(HostConfig.PidMode),
      shown: true,
    },
  },
  {
    input: "usernsMode",
    catalogue: ["usernsMode"],
    compose: ["userns_mode"],
    make: ({ entry }) => entry.usernsMode,
    compare: {
      label: "user namespace",
      desired: ({ usernsMode }) => single(usernsMode),
      actual: ({ HostConfig }) => single(HostConfig.UsernsMode),
      shown: true,
    },
  },
  {
    input: "securityOpts",
    catalogue: ["securityOpt", "hardened"],
    compose: ["security_opt"],
    make: ({ entry }) => securityOpts(entry),
    keptWhenUnset: true,
    compare: {
      label: "security option",
      desired: ({ securityOpts: own }) => all(own),
      actual: ({ HostConfig }) => all(HostConfig.SecurityOpt),
      shown: true,
    },
  },
  {
    input: "readOnly",
    catalogue: ["readOnly", "hardened"],
    compose: ["read_only"],
    make: ({ entry }) => entry.readOnly,
    compare: {
      label: "read-only root",
      desired: ({ readOnly }) => single(readOnly),
      actual: ({ HostConfig }) => single(HostConfig.ReadonlyRootfs),
    },
  },
  {
    input: "tmpfs",
    catalogue: ["tmpfs", "hardened"],
    compose: ["tmpfs"],
    make: ({ entry: { tmpfs } }) =>
      tmpfs &&
      Object.fromEntries(
        tmpfs.map(({ target, size, mode, options = [] }) => [
          target,
          [size && `size=${Math.ceil(toBytes(size))}`, mode && `mode=${mode}`, ...options]
            .filter(Boolean)
            .join(","),
        ]),
      ),
    ignoredOnChange: true,
    compare: {
      label: "tmpfs",
      desired: ({ tmpfs }) => named(tmpfs),
      actual: ({ HostConfig }) => named(HostConfig.Tmpfs),
      shown: true,
    },
  },
];

/**
 * The engine adds "label=disable" where SELinux would be in the way, which the plugin would take for a change (read in
 * 20.10's source): said from the first it is none.
 */
function securityOpts({ securityOpt = [], privileged, pid }: Service): string[] | undefined {
  const unlabelled =
    (privileged || pid === "host") && !securityOpt.some((option) => /^label[:=]/.test(option));
  const options = unlabelled ? [...securityOpt, "label=disable"] : securityOpt;
  return options.length ? options : undefined;
}

function prefixed(capability: string): string {
  return capability === "ALL" ? capability : `CAP_${plain(capability)}`;
}

function plain(capability: string): string {
  return capability.replace(/^CAP_/, "");
}

/** Capabilities, with or without the prefix that some engines add. */
function capabilities(adds?: readonly string[] | null, drops?: readonly string[] | null): Facts {
  const sorted = (list: readonly string[] | undefined | null) => (list ?? []).map(plain).sort();
  return single(
    [...sorted(adds).map((name) => `+${name}`), ...sorted(drops).map((name) => `-${name}`)].join(" "),
  );
}
