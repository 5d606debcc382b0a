import * as z from "zod";
import type { Check } from "./stack-context.ts";
import { command, duration, path } from "./values.ts";

/** When a container counts as healthy: one of three checks. */
export const health = z.union(
  [
    z.strictObject({
      /** Run in the container; healthy when it exits with 0. Docker's own health check repeats it, every 30 seconds. */
      command,
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
  ],
  { error: "must be one of {command: [...]}, {path: ...}, {up: ...}" },
);

/** When a container counts as healthy. */
export type Health = z.infer<typeof health>;

/** Checks by path where nothing can make the request. */
export const healthProblems: Check = ({ services }, { edge }) =>
  services.flatMap(({ name, http, health }) => {
    if (!health || !("path" in health)) return [];
    const at = `services/${name}/health/path`;
    if (!http) return [`${at}: the edge requests it, and needs http. Add http, or use a health command`];
    if (!edge) return [`${at}: needs Slipway's edge, which is off (edge: false). Use a health command`];
    return [];
  });
