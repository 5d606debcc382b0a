import type { HostAddress } from "../model/host/address.ts";

/** A container that the program of this process has declared, and that is not made yet. */
export interface Unmade {
  host: HostAddress;
  /** `repository@sha256:…` */
  image: string;
}

const unmade = new Set<Unmade>();

/**
 * Remembers a container until it is made.
 * @returns to be called then
 */
export function beginMaking(container: Unmade): () => void {
  unmade.add(container);
  return () => void unmade.delete(container);
}

/** Those that were not made; forgets them. */
export function takeUnmade(): Unmade[] {
  const left = [...unmade];
  unmade.clear();
  return left;
}
