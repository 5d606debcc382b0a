import { type Deployed, deployedIn } from "../model/state/deployed.ts";
import { readState } from "./state.ts";

/**
 * What the selected stack has deployed, or the one named.
 * @throws UserError with what pulumi says where there is no such stack
 */
export async function readDeployed(stack?: string): Promise<Deployed> {
  return deployedIn(await readState(stack));
}
