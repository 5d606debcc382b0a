/** A replica's name, as its resources have it: the service's, or `web.1` for its second. */
export function title({ service, slot }: { service: string; slot: string }): string {
  return slot === "0" ? service : `${service}.${slot}`;
}
