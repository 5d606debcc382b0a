import { YEARS } from "../image/times.ts";
import { removal } from "./removal.ts";

/** A router of Traefik's, as far as it matters here. */
interface Router {
  rule: string;
  /** @default the rule's length, which is Traefik's */
  priority?: number;
  middlewares?: string[];
}

/**
 * Requests for a file if it is newer than one that an image of ours has had: its time says which content it has, not since
 * when, so the answer must be the file. By router and middleware, in which years that time is and what is not passed on.
 */
const DATED = {
  // Servers without ETag hold it against the file's time by "not newer", not by "another".
  "without-date": { years: YEARS.known, off: ["If-Modified-Since"] },
  // ETag can be the former content's, too.
  "without-validators": { years: YEARS.partlyKnown, off: ["If-Modified-Since", "If-None-Match"] },
};

/** The middlewares for such requests, by name. */
export function datedMiddlewares(): Record<string, object> {
  return Object.fromEntries(Object.entries(DATED).map(([name, { off }]) => [name, removal(off)]));
}

/** Routers, each with those that go before it for such requests. */
export function withDated<T extends Router>(routers: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(routers).flatMap(([name, router]) => [
      [name, router],
      ...Object.entries(DATED).map(([middleware, { years }]): [string, T] => [
        `${name}_${middleware}`,
        {
          ...router,
          rule: `(${router.rule}) && HeaderRegexp(\`If-Modified-Since\`, \` ${years} \`)`,
          ...(router.priority !== undefined && { priority: router.priority + 1 }),
          middlewares: [...(router.middlewares ?? []), middleware],
        },
      ]),
    ]),
  );
}
