import { type Deployed, deployedIn } from "../model/state/deployed.ts";
import type { Session } from "./session.ts";
import { readState } from "./state.ts";

/**
 * What the session's stack has deployed.
 * @throws UserError with what pulumi says where there is no such stack
 */
export async function readDeployed(session: Session): Promise<Deployed> {
  return deployedIn(await readState(session));
}
