/** The fleet's network on a host: a /16, of which the engine hands out the upper half. */
export interface Subnet {
  /** As in 172.28.0.0/16. */
  range: string;
  /** The host itself, as containers see it. */
  gateway: string;
  /** The edge, the same through every roll. */
  edge: string;
  /** What the engine hands out: so the edge's address is never taken by another container. */
  handedOut: string;
}

/** @param range a /16, as in 172.28.0.0/16 */
export function subnetOf(range: string): Subnet {
  const prefix = range.replace(/\.0\.0\/16$/, "");
  return { range, gateway: `${prefix}.0.1`, edge: `${prefix}.0.2`, handedOut: `${prefix}.128.0/17` };
}
