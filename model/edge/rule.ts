import type { Subnet } from "../host/subnet.ts";

/** For one of these names. */
export function anyOf(names: readonly string[]): string {
  return names.map((name) => `Host(\`${name}\`)`).join(" || ");
}

/** For a path that starts so, at one of these names; at any where there is none. */
export function publicRule(names: readonly string[], path: string): string {
  const prefix = `PathPrefix(\`${path}\`)`;
  return names.length ? `(${anyOf(names)}) && ${prefix}` : prefix;
}

/** From one of these addresses. */
export function fromAny(ranges: readonly string[]): string {
  return ranges.map((range) => `ClientIP(\`${range}\`)`).join(" || ");
}

/** For a service's own name, from a container of the fleet: neither the host's users nor another stack's containers. */
export function internalRule(service: string, { range, gateway }: Subnet): string {
  return `Host(\`${service}\`) && ClientIP(\`${range}\`) && !ClientIP(\`${gateway}\`)`;
}

/** More than any path is long. */
const HOST = 100_000;

/**
 * A router's place among those that the same request fits: a name goes before any name, then the longer path. Traefik's
 * own is the length of the whole rule, in which a list of names counts. A multiple of four, so that there is room for
 * three more.
 */
export function priorityOf(names: readonly string[], path: string): number {
  return (names.length ? HOST : 0) + 4 * path.length;
}

/** Before every route of a service. */
export const FIRST = 10 * HOST;

/** A separator of a path, as applications may read it: Traefik leaves an encoded slash encoded, and decodes "\". */
const SEPARATOR = "(/|%2F|\\\\)";

/**
 * For what an application may take for that path though it is not spelled so: with an encoded slash, empty steps or
 * steps up. Spelled plainly, Traefik has cleaned them away before.
 */
export function aroundRule(names: readonly string[], path: string): string {
  const steps = path
    .split("/")
    .filter(Boolean)
    .map((step) => step.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const between = `${SEPARATOR}(\\.?${SEPARATOR})*`;
  const spelled = `PathRegexp(\`^${between}${steps.join(between)}\`)`;
  const stepUp = `PathRegexp(\`${SEPARATOR}\\.\\.(${SEPARATOR}|$)\`)`;
  return `${names.length ? `(${anyOf(names)}) && ` : ""}!PathPrefix(\`${path}\`) && (${spelled} || ${stepUp})`;
}
