import type { LabelledStack } from "../container/labels.ts";
import { serviceOf } from "./names.ts";

/**
 * The middleware of the edge that every public route of a service leads through, in a file of its own. A roll rewrites
 * the route and leaves that file, so maintenance outlives it. Names with "_" are no service's. All take the name of the
 * service's route.
 * Source of the keys: https://doc.traefik.io/traefik/reference/routing-configuration/http/middlewares/overview/
 */
export function maintenanceMiddleware(route: string): string {
  return `${route}_maintenance`;
}

/**
 * That file: it lets requests through, or, where a number of seconds is given, answers everybody with 503 and that
 * Retry-After. JSON, which is YAML too.
 */
export function maintenanceFile(route: string, retryAfterSec?: number): string {
  const middleware = maintenanceMiddleware(route);
  if (retryAfterSec === undefined)
    return JSON.stringify({ http: { middlewares: { [middleware]: { chain: { middlewares: [] } } } } });
  const [header, closed] = [headerName(route), `${route}_closed`];
  return JSON.stringify({
    http: {
      middlewares: {
        [middleware]: { chain: { middlewares: [header, closed] } },
        [header]: { headers: { customResponseHeaders: { "Retry-After": String(retryAfterSec) } } },
        // Nobody has the broadcast address.
        [closed]: { ipAllowList: { sourceRange: ["255.255.255.255/32"], rejectStatusCode: 503 } },
      },
    },
  });
}

/** What the edge's API replies once it has taken that file over: a text that is found at a path. */
export function maintenanceReply(route: string, retryAfterSec?: number): { path: string; text: string } {
  const path = (name: string) => `/api/http/middlewares/${name}@file`;
  return retryAfterSec === undefined
    ? { path: path(maintenanceMiddleware(route)), text: '"chain":{}' }
    : { path: path(headerName(route)), text: `"Retry-After":"${retryAfterSec}"` };
}

interface MaintenanceFile {
  http: { middlewares: Record<string, { headers?: { customResponseHeaders: Record<string, string> } }> };
}

/** The stack's services that are in maintenance and the seconds of their Retry-After, from all files, one a line. */
export function parseMaintenance(owner: LabelledStack, files: string): Map<string, number> {
  const lines = files.split("\n").filter((line) => line.trim() !== "");
  return new Map(
    lines.flatMap((line) => {
      const { middlewares } = (JSON.parse(line) as MaintenanceFile).http;
      return Object.entries(middlewares).flatMap(([name, { headers }]): [string, number][] => {
        const service = serviceOf(owner, name);
        return headers && service !== undefined
          ? [[service, Number(headers.customResponseHeaders["Retry-After"])]]
          : [];
      });
    }),
  );
}

function headerName(route: string): string {
  return `${route}_header`;
}
