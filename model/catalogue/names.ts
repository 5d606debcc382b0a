import { EDGE_SERVICE, LABEL_PREFIX } from "../container/labels.ts";
import type { Check } from "./stack-context.ts";

/** Names used twice, and those that Slipway keeps for itself. */
export const nameProblems: Check = ({ bases, services, secrets, volumes, networks }) => [
  ...duplicates([
    ...bases.map(({ name }) => ({ at: `bases/${name}`, name })),
    ...services.map(({ name }) => ({ at: `services/${name}`, name })),
  ]),
  ...Object.entries({ secrets, volumes, networks }).flatMap(([list, entries]) =>
    duplicates(entries.map(({ name }) => ({ at: `${list}/${name}`, name }))),
  ),
  ...services.flatMap(({ name, labels }) => [
    ...(name === EDGE_SERVICE
      ? ["services/edge/name: reserved for Slipway's edge. Choose another name"]
      : []),
    ...Object.keys(labels ?? {})
      .filter((key) => key.startsWith(LABEL_PREFIX))
      .map((key) => `services/${name}/labels/${key}: labels that begin with "${LABEL_PREFIX}" are reserved`),
  ]),
];

function duplicates(entries: readonly { at: string; name: string }[]): string[] {
  return entries
    .filter(({ name }, index) => entries.findIndex((other) => other.name === name) < index)
    .map(({ at, name }) => `${at}/name: "${name}" is used twice`);
}

/** A problem where a field names something that does not exist. */
export function unknownName(at: string, what: string, name: string, known: readonly string[]): string[] {
  if (known.includes(name)) return [];
  const rest = known.length ? `; expected one of ${known.join(", ")}` : "; there is none yet";
  return [`${at}: unknown ${what}, got "${name}"${rest}`];
}

/** A problem for each entry whose field leads, over those of others, back to itself. */
export function loopProblems(field: string, leads: ReadonlyMap<string, readonly string[]>): string[] {
  return [...leads.keys()].flatMap((name) => {
    const loop = findWay(name, name, leads, new Set());
    return loop ? [`services/${name}/${field}: leads back to itself: ${[name, ...loop].join(" → ")}`] : [];
  });
}

/** The names on the way from one to another, the last included. */
function findWay(
  from: string,
  to: string,
  leads: ReadonlyMap<string, readonly string[]>,
  visited: Set<string>,
): string[] | undefined {
  for (const next of leads.get(from) ?? []) {
    if (next === to) return [next];
    if (visited.has(next)) continue;
    visited.add(next);
    const rest = findWay(next, to, leads, visited);
    if (rest) return [next, ...rest];
  }
  return undefined;
}
