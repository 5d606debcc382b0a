/**
 * What a service that leaves a field out gets. Not filled in by the schema: the state holds services as they are written,
 * and so do those of older releases.
 */
export const DEFAULTS = {
  startTimeout: "60 seconds",
  minReady: "0 seconds",
  drainTimeout: "10 seconds",
  stopGracePeriod: "15 seconds",
  preDeployTimeout: "10 minutes",
  postDeployTimeout: "60 seconds",
} as const;
