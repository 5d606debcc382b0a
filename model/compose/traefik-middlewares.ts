import type { Service } from "../catalogue/service.ts";
import { goSeconds } from "./words.ts";

type Http = NonNullable<Service["http"]>;

/** What a router's middlewares do, as far as the edge has it. */
export interface Middleware {
  users?: { label: string; lines: string } | { label: string; file: string };
  userHeader?: string | undefined;
  rateLimit?: Http["rateLimit"];
  redirectFrom: string[];
  /** Names that are redirected to. */
  redirectTo: string[];
  /** Labels that are in the above. */
  carried: string[];
  /** Labels that are not, and that the service can do without. */
  lost: string[];
}

/** What changes a request or an answer a little, or not at all where the edge does the same anyway. */
const HARMLESS = ["compress", "headers", "retry", "buffering", "circuitbreaker", "errors"];

/**
 * Reads middlewares by their names.
 * @param labels of all services of the project
 * @returns why they cannot be read where one is not of this project, or the service must not be reached without it
 */
export function middlewares(
  names: readonly string[],
  labels: Readonly<Record<string, string>>,
): Middleware | { why: string } {
  const found: Middleware = { redirectFrom: [], redirectTo: [], carried: [], lost: [] };
  for (const name of names) {
    const [plain = "", provider = "docker"] = name.split("@");
    const own = provider === "docker" || provider === "swarm" ? optionsOf(plain, labels) : [];
    if (!own.length) return { why: `its middleware ${name} is defined elsewhere` };
    const kinds = [...new Set(own.map(({ kind }) => kind))];
    for (const kind of kinds) {
      const options = own.filter((each) => each.kind === kind);
      const why = read(kind, options, found);
      if (why) return { why };
    }
  }
  return found;
}

/** All of one host: "^https?://www\\.example\\.com/(.*)". */
const REDIRECTED = /^\^?https?\??:\/\/([\w.\\-]+)\/\(\.[*+]\)\$?$/;

interface Option {
  label: string;
  kind: string;
  option: string;
  value: string;
}

function optionsOf(name: string, labels: Readonly<Record<string, string>>): Option[] {
  return Object.entries(labels).flatMap(([label, value]) => {
    const [, of, kind = "", option = ""] =
      /^traefik\.http\.middlewares\.([^.]+)\.([^.]+)\.?(.*)$/i.exec(label) ?? [];
    return of === name ? [{ label, kind: kind.toLowerCase(), option: option.toLowerCase(), value }] : [];
  });
}

/** @returns why the service must not be reached without it */
function read(kind: string, options: readonly Option[], found: Middleware): string | undefined {
  const value = (option: string) => options.find((each) => each.option === option)?.value;
  const carry = (...names: string[]) => {
    for (const { label, option } of options)
      (names.includes(option) ? found.carried : found.lost).push(label);
  };
  const label = options.find(({ option }) => option.startsWith("users"))?.label ?? "";
  const [users, usersFile] = [value("users"), value("usersfile")];
  if (kind === "basicauth" && (users !== undefined || usersFile !== undefined)) {
    found.users =
      users === undefined ? { label, file: usersFile ?? "" } : { label, lines: users.split(",").join("\n") };
    found.userHeader = value("headerfield");
    carry("users", "usersfile", "headerfield");
    return undefined;
  }
  if (kind === "ratelimit") {
    const average = Number(value("average") ?? 0) / goSeconds(value("period") ?? "1s");
    const burst = value("burst");
    if (!Number.isInteger(average) || average < 1) return `its limit is no whole number of requests a second`;
    found.rateLimit = burst === undefined ? { average } : { average, burst: Number(burst) };
    carry("average", "period", "burst");
    return undefined;
  }
  if (kind === "redirectscheme") {
    // Where there is https, the edge does so with all requests.
    carry("permanent", "port");
    return undefined;
  }
  if (kind === "redirectregex") {
    const from = REDIRECTED.exec(value("regex") ?? "")?.[1]?.replaceAll("\\", "");
    const to = /^https?:\/\/([\w.-]+)\/\$\{?1\}?$/.exec(value("replacement") ?? "")?.[1];
    if (from === undefined || to === undefined) return `it redirects by "${value("regex") ?? ""}"`;
    found.redirectFrom.push(from);
    found.redirectTo.push(to);
    carry("regex", "replacement", "permanent");
    return undefined;
  }
  if (!HARMLESS.includes(kind)) return `its middleware ${kind} is none that Slipway's edge has`;
  carry();
  return undefined;
}
