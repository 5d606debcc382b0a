/**
 * The middleware of the edge that every public route of a service leads through, in a file of its own. A roll rewrites
 * the route and leaves that file, so maintenance outlives it. Names with "_" are no service's.
 * Source of the keys: https://doc.traefik.io/traefik/reference/routing-configuration/http/middlewares/overview/
 */
export function maintenanceMiddleware(service: string): string {
  return `${service}_maintenance`;
}

/**
 * That file: it lets requests through, or, where a number of seconds is given, answers everybody with 503 and that
 * Retry-After. JSON, which is YAML too.
 */
export function maintenanceFile(service: string, retryAfterSec?: number): string {
  const middleware = maintenanceMiddleware(service);
  if (retryAfterSec === undefined)
    return JSON.stringify({ http: { middlewares: { [middleware]: { chain: { middlewares: [] } } } } });
  const [header, closed] = [headerName(service), `${service}_closed`];
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
export function maintenanceReply(service: string, retryAfterSec?: number): { path: string; text: string } {
  const path = (name: string) => `/api/http/middlewares/${name}@file`;
  return retryAfterSec === undefined
    ? { path: path(maintenanceMiddleware(service)), text: '"chain":{}' }
    : { path: path(headerName(service)), text: `"Retry-After":"${retryAfterSec}"` };
}

interface MaintenanceFile {
  http: { middlewares: Record<string, { headers?: { customResponseHeaders: Record<string, string> } }> };
}

/** The services that are in maintenance and the seconds of their Retry-After, from their files, one a line. */
export function parseMaintenance(files: string): Map<string, number> {
  const lines = files.split("\n").filter((line) => line.trim() !== "");
  return new Map(
    lines.flatMap((line) => {
      const { middlewares } = (JSON.parse(line) as MaintenanceFile).http;
      return Object.entries(middlewares).flatMap(([name, { headers }]): [string, number][] =>
        headers ? [[name.replace(/_header$/, ""), Number(headers.customResponseHeaders["Retry-After"])]] : [],
      );
    }),
  );
}

function headerName(service: string): string {
  return `${service}_header`;
}
