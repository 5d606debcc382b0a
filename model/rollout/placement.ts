import type { Service } from "../catalogue/service.ts";

/**
 * The host a service is on: the one it names, else the stack's first.
 * @param hosts names of the stack's hosts, in the order of its settings
 */
export function hostOf({ host }: Pick<Service, "host">, hosts: readonly string[]): string {
  return host ?? hosts[0] ?? "";
}
