import * as pulumi from "@pulumi/pulumi";
import { type PinsFile, lostPins, pinsFile, pinsIn } from "../../model/history/pins.ts";
import type { StateResource } from "../../model/state/resources.ts";
import type { Catalogue } from "../../model/catalogue/service.ts";
import { dataLeftBehind } from "../../model/data/left-behind.ts";
import type { HostAddress } from "../../model/host/address.ts";
import { paths } from "../../lib/paths.ts";
import { readSession } from "../../stack/session.ts";
import { readState } from "../../stack/state.ts";
import { asRunError } from "./errors.ts";

/**
 * The resources that the stack's last update left. From the state itself: it alone tells on every backend what was done,
 * whoever did it.
 * @throws pulumi.RunError where the state cannot be read
 */
export async function lastUpdate(): Promise<StateResource[]> {
  // Under the mocks of tests there is no state.
  if (!pulumi.runtime.getEngine()) return [];
  const [organization, stack] = [pulumi.getOrganization(), pulumi.getStack()];
  // What backends without organizations say.
  const name = organization === "organization" ? stack : `${organization}/${pulumi.getProject()}/${stack}`;
  const session = readSession({ folder: paths.project, env: process.env }, name);
  return (await asRunError(session.then((known) => readState(known)))).resources ?? [];
}

/**
 * Refuses to lose a pin that the last update had, so that a merge does not undo a rollback.
 * @throws pulumi.RunError with every pin that is lost
 */
export function keepPins(pins: PinsFile, previousState: readonly StateResource[]): void {
  const lost = lostPins(pinsFile(pulumi.getStack()), pins, pinsIn(previousState));
  if (lost.length) throw new pulumi.RunError(lost.join("\n"));
}

/**
 * Refuses to begin with empty volumes in the place of data that would stay behind.
 * @throws pulumi.RunError with every volume of which services.ts does not say what becomes of it
 */
export function keepData(
  catalogue: Catalogue,
  hosts: readonly HostAddress[],
  previousState: readonly StateResource[],
): void {
  const left = dataLeftBehind(catalogue, hosts, previousState);
  if (left.length) throw new pulumi.RunError(left.join("\n"));
}
