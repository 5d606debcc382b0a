import { parseHost, inventoryScript } from "../../host/scripts/inventory.ts";
import { onEach, onHost } from "../../host/run.ts";
import { type ActualHost, type FleetStatus, compareFleet } from "../../model/state/host-drift.ts";
import { type Deployed, deployedIn } from "../../model/state/deployed.ts";
import { parseState } from "../../model/state/parse.ts";
import type { Deployment } from "../../model/state/resources.ts";
import type { Session } from "../../stack/session.ts";
import { readState } from "../../stack/state.ts";
import { progress } from "../lib/progress.ts";

/** A fleet beside what its state says. */
export interface Look extends FleetStatus {
  state: Deployment;
  /** In words: the hosts that do not answer. */
  unreachable: string[];
}

/**
 * Looks at the stack's hosts, by one connection to each, and compares them with its state.
 * @param known what is deployed, by who has just read it: enough to mend it by. Without it the look is for people to
 * see, with memory, which takes two seconds, and the answers to health paths
 */
export async function lookAtFleet(session: Session, known?: Deployed): Promise<Look> {
  // Shown, because variables and routes are compared; nothing prints them. Reading them takes a while: meanwhile what
  // is known tells where the hosts are.
  const shown = readState(session, { secrets: "shown" });
  const { hosts, pathChecks, edgeOwner } = known ?? deployedIn(await shown);
  const script = inventoryScript(session, { edgeOwner, ...(!known && { memory: true, checks: pathChecks }) });
  const actual = new Map<string, ActualHost | undefined>(hosts.map(({ name }) => [name, undefined]));
  const [unreachable, state] = await Promise.all([
    onEach(hosts, progress, async (host) => {
      actual.set(host.name, parseHost(await onHost(host, script)));
    }),
    shown,
  ]);
  return { ...compareFleet(parseState(state.resources ?? []), actual), state, unreachable };
}
