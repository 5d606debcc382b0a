import { onHost } from "../../host/run.ts";
import { shortDigest } from "../../lib/digest.ts";
import { commandLine } from "../../lib/shell.ts";
import type { HostAddress } from "../../model/host/address.ts";
import type { Deployed } from "../../model/state/deployed.ts";
import { findings } from "../../model/state/host-drift.ts";
import { type Mends, mendsOf } from "../../model/state/mend.ts";
import type { Session } from "../../stack/session.ts";
import { lookAtFleet } from "../fleet/look.ts";
import { readDeployed } from "../../stack/deployed.ts";
import { progress } from "../lib/progress.ts";

/** What an update does besides: the work, what `pulumi` is given for it, and what is done when it has succeeded. */
export interface Mending {
  /** Names of the cutovers that run once more. */
  again: readonly string[];
  args: readonly string[];
  finish: () => Promise<void>;
}

/**
 * Looks at the hosts for what was done there by hand, says what of it the update puts right, and why.
 * @param services those that it is of; none: of all
 */
export async function findMending(
  session: Session,
  deployed: Deployed,
  services: readonly string[],
): Promise<Mending> {
  const look = await lookAtFleet(session, deployed);
  const mends = mendsOf(findings(look), services);
  for (const line of [...mends.reasons, ...mends.left]) progress(line);
  return {
    again: mends.again,
    args: mends.replace.flatMap((urn) => ["--replace", urn]),
    finish: () => removeEnded(session, mends.remove, deployed.hosts),
  };
}

/** Removes containers that the cutovers have stopped by now, and that no state has come to know; one that answers stays. */
async function removeEnded(
  session: Session,
  containers: Mends["remove"],
  hosts: readonly HostAddress[],
): Promise<void> {
  if (!containers.length) return;
  const known = (await readDeployed(session)).containers.map(({ id }) => id);
  const filters = ["created", "exited", "dead"].flatMap((state) => ["--filter", `status=${state}`]);
  const ended = commandLine(["docker", "ps", "--all", "--quiet", "--no-trunc", ...filters]);
  for (const host of hosts) {
    const ids = containers
      .filter((one) => one.host === host.name && !known.includes(one.id))
      .map(({ id }) => id);
    if (!ids.length) continue;
    const ours = commandLine(["grep", "-xF", ids.join("\n")]);
    const removed = await onHost(host, `${ended} | ${ours} | xargs -r docker rm`);
    for (const id of removed.split("\n").filter(Boolean))
      progress(`${host.name}: removed container ${shortDigest(id)}, which has ended and is in no state`);
  }
}
