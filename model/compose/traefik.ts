import type { Service } from "../catalogue/service.ts";
import { type Alternative, parseRule } from "./traefik-rule.ts";
import { type Middleware, middlewares } from "./traefik-middlewares.ts";
import { defined, some } from "./words.ts";

type Http = NonNullable<Service["http"]>;
type Labels = Readonly<Record<string, string>>;

/** What Traefik's labels of a service say, as a route of Slipway's edge. */
export interface Route {
  http: Http;
  /** What of a password's lines is known: the label, and the value of it. */
  users?: { label: string; lines: string } | { label: string; file: string };
  /** Labels that are not in it, each with what becomes of them. */
  remarks: { label: string; lost: boolean; text: string }[];
}

/**
 * Reads the labels of one service.
 * @param all the labels of all services of the project, where its middlewares may be
 * @param port the one that it is known to listen on, where no label says it
 * @returns undefined where there is no router; why it cannot be one where the edge has not all that it says
 */
export function readRoute(
  labels: Labels,
  all: Labels,
  port: number | undefined,
): Route | { why: string } | undefined {
  const routers = named(labels, "routers");
  if (!routers.size || labels["traefik.enable"] === "false") return undefined;
  const place = placeOf([...routers.values()].map((router) => router.rule));
  if ("why" in place) return place;
  const services = named(labels, "services");
  if (services.size > 1) return { why: "it has several services of Traefik's" };
  const [server = {}] = services.values();
  const listens = Number(server["loadbalancer.server.port"] ?? port);
  if (!listens) return { why: "no label says its port. Write http: { port } yourself" };
  const scheme = server["loadbalancer.server.scheme"] ?? "http";
  if (!["http", "h2c"].includes(scheme)) return { why: `it is asked by ${scheme}` };
  const wanted = [
    ...new Set([...routers.values()].flatMap((router) => (router.middlewares ?? "").split(","))),
  ];
  const found = middlewares(wanted.map((name) => name.trim()).filter(Boolean), all);
  if ("why" in found) return found;
  const outside = found.redirectTo.find((host) => !place.hosts.includes(host));
  if (outside !== undefined) return { why: `it redirects to ${outside}` };
  const foreign = [...routers.values()].find(({ service }) => service?.includes("@"));
  if (foreign) return { why: `it leads to ${foreign.service ?? ""}` };
  return {
    http: defined<Http>({
      port: listens,
      protocol: scheme === "h2c" ? "h2c" : undefined,
      domains: some(place.hosts.filter((host) => !found.redirectFrom.includes(host))),
      path: place.path === "/" ? undefined : place.path,
      redirectFrom: some(found.redirectFrom),
      rateLimit: found.rateLimit,
      userHeader: found.userHeader,
    }),
    ...(found.users && { users: found.users }),
    remarks: remarksOn(labels, found),
  };
}

/** The names and the path that all routers have. */
function placeOf(
  rules: readonly (string | undefined)[],
): { hosts: string[]; path: string } | { why: string } {
  const parsed = rules.map((rule) => (rule === undefined ? undefined : parseRule(rule)));
  const unknown = parsed.findIndex((rule) => !rule?.every(isPlain));
  if (unknown >= 0) return { why: `its rule is more than hosts and a path, got "${rules[unknown] ?? ""}"` };
  const alternatives = parsed.flatMap((rule) => rule ?? []);
  const paths = [...new Set(alternatives.map(({ paths }) => paths[0] ?? "/"))];
  if (paths.length > 1) return { why: `it has several paths, ${paths.join(" and ")}` };
  return { hosts: [...new Set(alternatives.flatMap(({ hosts }) => hosts))], path: paths[0] ?? "/" };
}

function isPlain({ hosts, paths }: Alternative): boolean {
  return hosts.length === 1 && paths.length <= 1;
}

/** What labels say of each router or service: `traefik.http.<kind>.<name>.<option>`. */
function named(labels: Labels, kind: string): Map<string, Record<string, string>> {
  const found = new Map<string, Record<string, string>>();
  for (const [label, value] of Object.entries(labels)) {
    const [, name = "", option = ""] =
      new RegExp(`^traefik\\.http\\.${kind}\\.([^.]+)\\.(.+)$`, "i").exec(label) ?? [];
    if (name) found.set(name, { ...found.get(name), [option.toLowerCase()]: value });
  }
  return found;
}

const CARRIED =
  /^traefik\.(enable|http\.routers\.[^.]+\.(rule|middlewares|service)|http\.services\.[^.]+\.loadbalancer\.server\.(port|scheme))$/i;
const SETTINGS =
  /^traefik\.(http\.routers\.[^.]+\.(entrypoints|tls(\..*)?|priority)|docker\.network|swarm\.network|swarm\.lbswarm|docker\.lbswarm)$/i;

/** Every label of Traefik's that is not in the route. */
function remarksOn(labels: Labels, { carried, lost }: Middleware): Route["remarks"] {
  return Object.keys(labels)
    .filter((label) => label.startsWith("traefik.") && !CARRIED.test(label) && !carried.includes(label))
    .map((label) => {
      if (SETTINGS.test(label))
        return {
          label,
          lost: false,
          text: "is the edge's: https, certificates and networks are settings of the stack",
        };
      if (/^traefik\.http\.middlewares\./i.test(label) && !lost.includes(label))
        return { label, lost: false, text: "is in the routes of the services that use it" };
      if (/\.redirectscheme\.scheme$/i.test(label))
        return {
          label,
          lost: false,
          text: "is the edge's, with all requests, where the setting https is on",
        };
      return { label, lost: true, text: "is nothing that Slipway's edge has" };
    });
}
