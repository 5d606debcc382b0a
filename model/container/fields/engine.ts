import { toSeconds } from "../../../lib/duration.ts";
import { DEFAULTS } from "../../catalogue/defaults.ts";
import { capabilities, named, single } from "./facts.ts";
import type { Field } from "./field.ts";

const MB = 1024 * 1024;

/** What the engine lets a container do, does with it, and in the end with what it leaves. */
export const engineFields: readonly Field[] = [
  {
    input: "restart",
    catalogue: [],
    compose: ["restart"],
    // Marks the container that has taken over, and the cutover moves it. "unless-stopped" would leave all stopped after
    // an engine was killed and started again (seen with 20.10).
    make: ({ job }) => (job ? "no" : "always"),
    compare: {
      label: "restart policy",
      desired: ({ restart = "no" }) => single(restart),
      actual: ({ HostConfig }) => single(HostConfig.RestartPolicy.Name || "no"),
      shown: true,
    },
  },
  {
    input: "init",
    catalogue: ["init"],
    compose: ["init"],
    make: ({ entry }) => entry.init ?? true,
    ignoredOnChange: true,
    compare: {
      label: "init",
      desired: ({ init }) => single(init),
      actual: ({ HostConfig }) => single(HostConfig.Init),
    },
  },
  {
    input: "memory",
    catalogue: [],
    compose: ["mem_limit"],
    compare: {
      label: "memory limit",
      desired: ({ memory = 0 }) => single(memory * MB),
      actual: ({ HostConfig }) => single(HostConfig.Memory),
      shown: true,
    },
  },
  {
    input: "cpuQuota",
    catalogue: [],
    compose: ["cpu_quota"],
    ignoredOnChange: true,
    compare: {
      label: "CPU quota",
      desired: ({ cpuQuota }) => single(cpuQuota),
      actual: ({ HostConfig }) => single(HostConfig.CpuQuota),
      shown: true,
    },
  },
  {
    input: "capabilities",
    catalogue: [],
    compose: ["cap_add", "cap_drop"],
    compare: {
      label: "capabilities",
      desired: ({ capabilities: own }) => capabilities(own?.adds, own?.drops),
      actual: ({ HostConfig }) => capabilities(HostConfig.CapAdd, HostConfig.CapDrop),
      shown: true,
    },
  },
  {
    input: "securityOpts",
    catalogue: [],
    compose: ["security_opt"],
    compare: {
      label: "security option",
      desired: ({ securityOpts = [] }) => new Map(securityOpts.map((option) => [option, ""])),
      actual: ({ HostConfig }) => new Map((HostConfig.SecurityOpt ?? []).map((option) => [option, ""])),
      shown: true,
    },
  },
  {
    input: "logDriver",
    catalogue: [],
    compose: ["logging"],
    make: () => "json-file",
    compare: {
      label: "log driver",
      desired: ({ logDriver }) => single(logDriver),
      actual: ({ HostConfig }) => single(HostConfig.LogConfig?.Type),
      shown: true,
    },
  },
  {
    input: "logOpts",
    catalogue: [],
    compose: ["logging"],
    make: () => ({ "max-size": "10m", "max-file": "3" }),
    compare: {
      label: "log option",
      desired: ({ logOpts }) => named(logOpts),
      actual: ({ HostConfig }) => named(HostConfig.LogConfig?.Config),
    },
  },
  // Made, but not started: the cutover does that.
  { input: "start", catalogue: [], compose: [], make: () => false },
  { input: "mustRun", catalogue: [], compose: [], make: () => false },
  {
    input: "destroyGraceSeconds",
    catalogue: ["stopGracePeriod"],
    compose: ["stop_grace_period"],
    make: ({ entry }) => Math.ceil(toSeconds(entry.stopGracePeriod ?? DEFAULTS.stopGracePeriod)),
  },
  { input: "removeVolumes", catalogue: [], compose: [], make: () => false },
];
