/**
 * Every public route of a service leads through its gate, a middleware of the edge in a file of its own. A roll
 * rewrites the route and leaves the gate, so maintenance outlives it. Names with "_" are no service's.
 * Source of the keys: https://doc.traefik.io/traefik/reference/routing-configuration/http/middlewares/overview/
 */
export function gateName(service: string): string {
  return `${service}_gate`;
}

/**
 * The gate's file: open, or, where a number of seconds is given, shut: 503 with that Retry-After for everybody.
 * JSON, which is YAML too.
 */
export function gateFile(service: string, retryAfterSec?: number): string {
  const gate = gateName(service);
  if (retryAfterSec === undefined)
    return JSON.stringify({ http: { middlewares: { [gate]: { chain: { middlewares: [] } } } } });
  const [header, closed] = [headerName(service), `${service}_closed`];
  return JSON.stringify({
    http: {
      middlewares: {
        [gate]: { chain: { middlewares: [header, closed] } },
        [header]: { headers: { customResponseHeaders: { "Retry-After": String(retryAfterSec) } } },
        // Nobody has the broadcast address.
        [closed]: { ipAllowList: { sourceRange: ["255.255.255.255/32"], rejectStatusCode: 503 } },
      },
    },
  });
}

/** What the edge's API says once it has taken over that gate file: a text that is found at a path. */
export function gateSign(service: string, retryAfterSec?: number): { path: string; text: string } {
  const middleware = (name: string) => `/api/http/middlewares/${name}@file`;
  return retryAfterSec === undefined
    ? { path: middleware(gateName(service)), text: '"chain":{}' }
    : { path: middleware(headerName(service)), text: `"Retry-After":"${retryAfterSec}"` };
}

interface GateFile {
  http: { middlewares: Record<string, { headers?: { customResponseHeaders: Record<string, string> } }> };
}

/** The services whose gate is shut, and for how many seconds, from gate files one a line. */
export function shutGates(files: string): Map<string, number> {
  const lines = files.split("\n").filter((line) => line.trim() !== "");
  return new Map(
    lines.flatMap((line) => {
      const { middlewares } = (JSON.parse(line) as GateFile).http;
      return Object.entries(middlewares).flatMap(([name, { headers }]): [string, number][] =>
        headers ? [[name.replace(/_header$/, ""), Number(headers.customResponseHeaders["Retry-After"])]] : [],
      );
    }),
  );
}

function headerName(service: string): string {
  return `${service}_header`;
}
