import type { Environment } from "./environment.ts";

/** The variables of `slipway lab env`, by the setting that they give a value to, or what else goes with the lab. */
const VARIABLES: Partial<Record<string, string>> = {
  registry: "SLIPWAY_LAB_REGISTRY",
  registryUser: "SLIPWAY_LAB_REGISTRY_USER",
  registryToken: "SLIPWAY_LAB_REGISTRY_PASSWORD",
  hosts: "SLIPWAY_LAB_HOSTS",
  builder: "BUILDX_BUILDER",
  edgeImage: "SLIPWAY_LAB_EDGE_IMAGE",
  mirror: "SLIPWAY_LAB_MIRROR",
  lockFile: "SLIPWAY_LAB_LOCK",
};

/** The lab that this shell is in. */
export const lab: Environment = {
  name: "lab",
  missing: 'this shell has no lab. Run: npx --no slipway lab up; eval "$(npx --no slipway lab env)"',
  value: (key) => process.env[VARIABLES[key] ?? ""] || undefined,
};
