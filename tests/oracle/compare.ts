import { DIFFERENCES, type Difference, allowedBy } from "../../model/compose/differences.ts";
import type { Facts } from "./facts.ts";

/** Facts of containers, by file, service of Compose and replica: "zammad/redis/0". */
export type Side = ReadonlyMap<string, Facts>;

/** What came of it. */
export interface Comparison {
  /** How many values were held to each other. */
  count: number;
  /** Those that differ, and that nothing allows. */
  differences: string[];
  /** Allowed differences that no container has. */
  unseen: Difference[];
}

/** Holds each container of one side to the same one of the other, field by field. */
export function compare(compose: Side, slipway: Side): Comparison {
  const seen = new Set<Difference>();
  let count = 0;
  const differences = [...compose].flatMap(([container, theirs]) => {
    const ours: Facts = slipway.get(container) ?? new Map<string, string>();
    const places = [...new Set([...theirs.keys(), ...ours.keys()])];
    count += places.length;
    return places.flatMap((place) => {
      const [one, other] = [theirs.get(place), ours.get(place)];
      if (one === other) return [];
      const allowed = allowedBy(place, one, other, (at) => theirs.get(at));
      if (!allowed)
        return `${container} ${place}: Compose ${one ?? "nothing"}, Slipway ${other ?? "nothing"}`;
      seen.add(allowed);
      return [];
    });
  });
  return { count, differences, unseen: DIFFERENCES.filter((row) => !seen.has(row)) };
}
