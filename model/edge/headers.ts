import { datedMiddlewares } from "./dated.ts";
import { removal } from "./removal.ts";
import type { Edge } from "./traefik.ts";

/**
 * What tells of the client and of the address it asked for. Traefik writes it anew for everybody but trusted proxies.
 * Source: pkg/middlewares/forwardedheaders of Traefik 3.6.5.
 */
const FORWARDED = [
  ...["For", "Host", "Method", "Port", "Prefix", "Proto", "Server", "Uri"].map(
    (what) => `X-Forwarded-${what}`,
  ),
  ...["X-Forwarded-Tls-Client-Cert", "X-Forwarded-Tls-Client-Cert-Info", "X-Real-Ip"],
];

/** Other words for the same, and for who has logged in or what was asked for, which applications believe from a proxy. */
const OTHERS = [
  ...["Forwarded", "X-Forwarded-Ssl", "X-Forwarded-Scheme", "X-Scheme", "X-Url-Scheme"],
  ...["X-Client-Ip", "X-Cluster-Client-Ip", "True-Client-Ip", "Cf-Connecting-Ip"],
  ...["X-Original-Url", "X-Original-Host", "X-Rewrite-Url"],
  ...["Remote-User", "X-Remote-User", "X-Forwarded-User", "X-Forwarded-Email", "X-Forwarded-Groups"],
];

/** A header in all spellings with "_" for some "-": WSGI, CGI and PHP make one variable of all of them. */
export function aliases(header: string): string[] {
  const [first = "", ...rest] = header.split("-");
  const spelled = rest.reduce(
    (starts, part) => starts.flatMap((start) => [`${start}-${part}`, `${start}_${part}`]),
    [first],
  );
  return spelled.filter((name) => name !== header);
}

/** The middlewares that all requests from outside pass, by name; those behind {@link SECURE_ONLY} by HTTPS only. */
const OUTSIDE = "outside";
const SECURE_ONLY = "hsts";

/** As an entry point's setting names them. */
export function entryPointMiddlewares({ hstsDays }: Edge, secure: boolean): string {
  return [OUTSIDE, ...(secure && hstsDays ? [SECURE_ONLY] : [])].map((name) => `${name}@file`).join(",");
}

/** The file of what all routes share: what a client says of itself reaches no service, whatever it calls it. JSON, which is YAML too. */
export function middlewaresFile({ trustedProxies, hstsDays }: Edge): string {
  // A proxy that is believed may say the others too.
  const removed = [...FORWARDED, ...OTHERS].flatMap(aliases).concat(trustedProxies.length ? [] : OTHERS);
  return JSON.stringify({
    http: {
      middlewares: {
        [OUTSIDE]: removal(removed),
        ...datedMiddlewares(),
        ...(hstsDays > 0 && { [SECURE_ONLY]: { headers: { stsSeconds: hstsDays * 86_400 } } }),
      },
    },
  });
}
