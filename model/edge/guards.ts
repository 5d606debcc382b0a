import type { Service } from "../catalogue/service.ts";
import { aliases } from "./headers.ts";
import { routeName } from "./names.ts";
import { removal } from "./removal.ts";
import type { RouteContext } from "./route.ts";

/** What a request must pass before the service sees it. */
interface Guards {
  middlewares: Record<string, object>;
  /** Names of them, the cheapest first: from outside, and from another service where nothing more is said. */
  outside: string[];
  inside: string[];
  /** In place of `outside` for what comes through a trusted proxy; absent where that is the same. */
  proxied?: string[];
  /** What refuses requests that could get around the password; absent where none can. */
  around?: string;
}

/** The guards of a service, by the names that its route file gives them. */
export function guardsOf(
  { name, http }: Service,
  { edge, owner }: Pick<RouteContext, "edge" | "owner">,
  users: readonly string[],
): Guards {
  const route = routeName(owner, name);
  const [limit, proxiedLimit, auth, user, around] = ["limit", "limit_proxied", "auth", "user", "around"].map(
    (guard) => `${route}_${guard}`,
  ) as [string, string, string, string, string];
  const { rateLimit, basicAuth, userHeader, path = "/" } = http ?? {};
  const rate = rateLimit && { average: rateLimit.average, burst: rateLimit.burst ?? rateLimit.average };
  const isProxied = rate && edge.trustedProxies.length > 0;
  const isAround = basicAuth !== undefined && path !== "/";
  const checks = [...(userHeader ? [user] : []), ...(basicAuth ? [auth] : [])];
  return {
    middlewares: {
      // A bucket for each client address: the connection's, or, behind trusted proxies, the first that they tell of
      // and that is none of theirs.
      ...(rate && { [limit]: { rateLimit: rate } }),
      ...(isProxied && {
        [proxiedLimit]: {
          rateLimit: { ...rate, sourceCriterion: { ipStrategy: { excludedIPs: edge.trustedProxies } } },
        },
      }),
      // Only the edge says who has come in, to other services too.
      ...(userHeader && { [user]: removal([userHeader, ...aliases(userHeader)]) }),
      // The service sees no password, and does not take it for one of its own.
      ...(basicAuth && {
        [auth]: {
          basicAuth: {
            users,
            realm: name,
            removeHeader: true,
            ...(userHeader && { headerField: userHeader }),
          },
        },
      }),
      // Nobody has the broadcast address.
      ...(isAround && {
        [around]: { ipAllowList: { sourceRange: ["255.255.255.255/32"], rejectStatusCode: 400 } },
      }),
    },
    outside: [...(rate ? [limit] : []), ...checks],
    inside: userHeader ? [user] : [],
    ...(isProxied && { proxied: [proxiedLimit, ...checks] }),
    ...(isAround && { around }),
  };
}
