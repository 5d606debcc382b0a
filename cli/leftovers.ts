import { type Deployed, type DeployedHost, dockerOn } from "./deployed.ts";

/** A container that no state knows and that never ran. */
interface Leftover {
  host: DeployedHost;
  id: string;
}

/**
 * The stack's containers that a killed `pulumi` made and did not come to write down. Only what was never started: any
 * other may be answering, and a state that does not know it may be an old one.
 */
export async function leftovers({ project, stack, hosts, containers }: Deployed): Promise<Leftover[]> {
  const labels = [`label=slipway.project=${project}`, `label=slipway.stack=${stack}`];
  const filters = [...labels, "status=created"].flatMap((filter) => ["--filter", filter]);
  const found = await Promise.all(
    hosts.map(async (host) => {
      const ids = await dockerOn(host, ["ps", "--all", "--quiet", "--no-trunc", ...filters]);
      return ids.split("\n").flatMap((id) => (id && !containers.includes(id) ? [{ host, id }] : []));
    }),
  );
  return found.flat();
}

/** Removes a container, if it was not started meanwhile. */
export async function remove({ host, id }: Leftover): Promise<void> {
  await dockerOn(host, ["rm", id]);
}
