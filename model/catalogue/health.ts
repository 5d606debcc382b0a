import * as z from "zod";
import type { Check } from "./stack-context.ts";
import { command, duration, path, wholeNumber } from "./values.ts";

/** How Docker repeats a check, and how long the cutover gives it. */
const timing = {
  /** Between two of Docker's checks. @default "30 seconds"; "5 seconds" behind a proxy of one's own */
  interval: duration.optional(),
  /** The longest that one check may take, the cutover's too. @default "5 seconds" */
  timeout: duration.optional(),
  /** How many checks in a row must fail before Docker calls the container unhealthy, 1 or more. @default 3; 2 behind a proxy of one's own */
  retries: wholeNumber(1).optional(),
  /** How long after its start failures do not count. @default "0 seconds" */
  startPeriod: duration.optional(),
  /** Between two of Docker's checks in the start period; engines from 25 on know it. @default the engine's */
  startInterval: duration.optional(),
};

/** When a container counts as healthy: one of six checks. */
export const health = z.union(
  [
    z.strictObject({
      /**
       * Run in the container; healthy when it exits with 0. The cutover runs it several times a second until then, Docker's
       * own health check every `interval`.
       */
      command,
      /**
       * Whether the image has `sh`. Behind a proxy of one's own Docker's check needs it, to have the proxy take an old container
       * out before it is stopped; without it requests can fail then. @default true
       */
      hasShell: z.boolean().optional(),
      ...timing,
    }),
    z.strictObject({
      /** The same, as a line for the container's /bin/sh. */
      shell: z.string().min(1),
      ...timing,
    }),
    z.strictObject({
      /**
       * Requested by the edge on the service's `http.port`, with the service's first host name and X-Forwarded-Proto, as it
       * would for a client; healthy when the status is 2xx or 3xx. A redirection is not followed. In a roll, and by
       * `slipway status`: Docker repeats no such check, as many images have nothing to make a request with.
       */
      path,
    }),
    z.strictObject({
      /** Healthy when it has stayed up that long. */
      up: duration,
    }),
    // The image's own HEALTHCHECK is off: healthy when a port takes a connection, as for an image without one.
    z.literal("none"),
    // The image's own HEALTHCHECK, as without `health`.
    z.literal("image"),
  ],
  {
    error: 'must be one of {command: [...]}, {shell: ...}, {path: ...}, {up: ...}, "none", "image"',
  },
);

/** When a container counts as healthy. */
export type Health = z.infer<typeof health>;

/** Checks by path where nothing can make the request. */
export const healthProblems: Check = ({ services }, { edge }) =>
  services.flatMap(({ name, http, health }) => {
    if (typeof health !== "object" || !("path" in health)) return [];
    const at = `services/${name}/health/path`;
    if (!http) return [`${at}: the edge requests it, and needs http. Add http, or use a health command`];
    if (!edge) return [`${at}: needs Slipway's edge, which is off (edge: false). Use a health command`];
    return [];
  });
