import type { HostAddress } from "../../model/host/address.ts";
import { commandLine } from "../../lib/shell.ts";
import { labelFilters } from "../../model/container/labels.ts";
import type { Deployed } from "../../model/state/deployed.ts";
import { onHost } from "../../host/run.ts";

/** A container that no state knows and that never ran. */
interface Leftover {
  host: HostAddress;
  id: string;
}

/**
 * The stack's containers that a killed `pulumi` made and did not come to write down. Only what was never started: any
 * other may be answering, and a state that does not know it may be an old one.
 */
export async function findLeftovers(deployed: Deployed): Promise<Leftover[]> {
  const { hosts, containers } = deployed;
  const filters = [...labelFilters(deployed), "--filter", "status=created"];
  const found = await Promise.all(
    hosts.map(async (host) => {
      const ids = await onHost(
        host,
        commandLine(["docker", "ps", "--all", "--quiet", "--no-trunc", ...filters]),
      );
      return ids
        .split("\n")
        .flatMap((id) => (id && !containers.some((known) => known.id === id) ? [{ host, id }] : []));
    }),
  );
  return found.flat();
}

/** Removes a container, if it was not started meanwhile. */
export async function remove({ host, id }: Leftover): Promise<void> {
  await onHost(host, commandLine(["docker", "rm", id]));
}
