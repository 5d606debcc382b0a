import { toWholeSeconds } from "../../../lib/duration.ts";
import { isBuilt } from "../../catalogue/build.ts";
import { DEFAULTS } from "../../catalogue/defaults.ts";
import type { Service } from "../../catalogue/service.ts";
import { named, single } from "./facts.ts";
import type { Field } from "./field.ts";

const LOGGING = { driver: "json-file", options: { "max-size": "10m", "max-file": "3" } };

/** A restart policy in the plugin's two words. */
function policyOf({ restart = "always" }: Service): { restart: string; maxRetryCount: number | undefined } {
  const [policy = "", retries] = restart.split(":");
  return { restart: policy, maxRetryCount: retries === undefined ? undefined : Number(retries) };
}

function graceSeconds({ stopGracePeriod = DEFAULTS.stopGracePeriod }: Service): number {
  return toWholeSeconds(stopGracePeriod);
}

function formatPolicy(policy: string, retries = 0): string {
  return retries ? `${policy}:${retries}` : policy;
}

/** What the engine lets a container do, does with it, and in the end with what it leaves. */
export const engineFields: readonly Field[] = [
  {
    input: "restart",
    catalogue: ["restart"],
    compose: ["restart"],
    // Marks the container that has taken over, and the cutover moves it. "unless-stopped" would leave all stopped after
    // an engine was killed and started again (seen with 20.10).
    make: ({ job, entry }) => (job ? "no" : policyOf(entry).restart),
    compare: {
      label: "restart policy",
      desired: ({ restart = "no", maxRetryCount = 0 }) => single(formatPolicy(restart, maxRetryCount)),
      actual: ({ HostConfig: { RestartPolicy } }) =>
        single(formatPolicy(RestartPolicy.Name || "no", RestartPolicy.MaximumRetryCount)),
      shown: true,
    },
  },
  {
    input: "maxRetryCount",
    catalogue: ["restart"],
    compose: ["restart"],
    make: ({ job, entry }) => (job ? undefined : policyOf(entry).maxRetryCount),
  },
  {
    input: "init",
    catalogue: ["init"],
    compose: ["init"],
    // A stock image is run as its maker means it to be: those of s6-overlay refuse to be anything but process 1.
    make: ({ entry }) => entry.init ?? isBuilt(entry),
    ignoredOnChange: true,
    compare: {
      label: "init",
      desired: ({ init }) => single(init),
      actual: ({ HostConfig }) => single(HostConfig.Init),
    },
  },
  {
    input: "runtime",
    catalogue: ["runtime"],
    compose: ["runtime"],
    make: ({ entry }) => entry.runtime,
    keptWhenUnset: true,
    compare: {
      label: "runtime",
      desired: ({ runtime }) => single(runtime),
      actual: ({ HostConfig }) => single(HostConfig.Runtime),
      // Without one of its own it has the engine's.
      open: () => true,
      shown: true,
    },
  },
  {
    input: "logDriver",
    catalogue: ["logging"],
    compose: ["logging"],
    make: ({ entry }) => (entry.logging ?? LOGGING).driver,
    compare: {
      label: "log driver",
      desired: ({ logDriver }) => single(logDriver),
      actual: ({ HostConfig }) => single(HostConfig.LogConfig?.Type),
      shown: true,
    },
  },
  {
    input: "logOpts",
    catalogue: ["logging"],
    compose: ["logging"],
    // Of the default driver what is not said of it.
    make: ({ entry: { logging = LOGGING } }) =>
      logging.driver === LOGGING.driver ? { ...LOGGING.options, ...logging.options } : logging.options,
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
    make: ({ entry }) => graceSeconds(entry),
  },
  {
    input: "stopTimeout",
    catalogue: ["stopGracePeriod"],
    compose: ["stop_grace_period"],
    // What the engine gives it when it is stopped itself, with its host: else 10 seconds, whatever services.ts says.
    make: ({ entry }) => graceSeconds(entry),
    compare: {
      label: "stop timeout",
      desired: ({ stopTimeout }) => single(stopTimeout),
      actual: ({ Config }) => single(Config.StopTimeout),
      shown: true,
    },
  },
  { input: "removeVolumes", catalogue: [], compose: [], make: () => false },
];
