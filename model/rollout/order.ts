import type { Service } from "../catalogue/service.ts";

/** Which of the two containers acts first in a cutover. */
export type Order = "start-first" | "stop-first";

/**
 * What the service says; else stop-first where two containers at once would fight: over a host port, over a
 * volume, or for the clients of a network alias (Docker's DNS answers with unready containers too).
 */
export function updateOrder(service: Service, aliased: boolean): Order {
  if (service.order) return service.order;
  return service.ports?.length || service.volumes?.length || aliased ? "stop-first" : "start-first";
}
