import type { Service } from "../catalogue/service.ts";
import { type LabelledStack, stackName } from "../container/labels.ts";
import { serviceOf } from "./names.ts";
import { hostNames, redirectedNames } from "./route.ts";

/**
 * Names that a stack's services want and another stack's have behind the same edge, with the same path: which of the two
 * answered would be chance.
 * @param routes the edge's files of routes, by their names
 */
export function takenByOthers(
  owner: LabelledStack,
  services: readonly Service[],
  domain: string | undefined,
  routes: ReadonlyMap<string, string>,
): string[] {
  const taken = new Map<string, string>();
  for (const [name, file] of routes) {
    if (serviceOf(owner, name) !== undefined) continue;
    const [project = "", stack = "", service = ""] = name.split("+");
    for (const place of placesIn(file))
      taken.set(place, `service ${service} of stack ${stackName({ project, stack })}`);
  }
  return services.flatMap((service) =>
    places(service, domain).flatMap((place) => {
      const other = taken.get(place);
      return other
        ? [
            `services/${service.name}/http: ${place} is taken by ${other}. Choose other domains or another path`,
          ]
        : [];
    }),
  );
}

/** What a service answers, or redirects from, as name and path; "*" for any name. */
function places(service: Service, domain: string | undefined): string[] {
  if (!service.http) return [];
  const names = hostNames(service, domain);
  const path = service.http.path ?? "/";
  return [
    ...(names.length ? names : ["*"]).map((name) => name + path),
    ...redirectedNames(service, domain).map((name) => `${name}/`),
  ];
}

interface RouteFile {
  http: { routers: Record<string, { entryPoints: string[]; rule: string }> };
}

/** The same of a route file. */
function placesIn(file: string): string[] {
  const { routers } = (JSON.parse(file) as RouteFile).http;
  return Object.entries(routers).flatMap(([name, { entryPoints, rule }]) => {
    if (entryPoints.includes("internal") || /_(proxied|around)$/.test(name)) return [];
    const names = [...rule.matchAll(/Host\(`([^`]*)`\)/g)].map(([, host = ""]) => host);
    const path = /PathPrefix\(`([^`]*)`\)/.exec(rule)?.[1] ?? "/";
    return (names.length ? names : ["*"]).map((host) => host + path);
  });
}
