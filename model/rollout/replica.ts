/** Whether a container of this slot takes part in the service's work; any other is made for a single job. */
export function isReplica(slot: string): boolean {
  return /^\d+$/.test(slot);
}

/** What people and Pulumi call a replica: "web" for the first, "web.1" for the second. */
export function replicaName(service: string, slot: string | number): string {
  return Number(slot) === 0 ? service : `${service}.${slot}`;
}
