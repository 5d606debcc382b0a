import * as pulumi from "@pulumi/pulumi";
import { UserError } from "../model/errors.ts";
import { type PinsFile, lostPins, pinsFile, pinsIn } from "../model/pins.ts";
import { readState } from "../stack/state.ts";

/**
 * Refuses to lose a pin that the last update had, so that a merge does not undo a rollback. Asked before any resource is
 * declared, of the state itself: what an update did is known there alone, whoever ran it, on every backend.
 * @throws pulumi.RunError with every pin that is lost
 */
export async function keepPins(pins: PinsFile): Promise<void> {
  // Under the mocks of tests there is no state.
  if (!pulumi.runtime.hasEngine()) return;
  const [organization, stack] = [pulumi.getOrganization(), pulumi.getStack()];
  // What backends without organizations say.
  const name = organization === "organization" ? stack : `${organization}/${pulumi.getProject()}/${stack}`;
  try {
    const { resources = [] } = await readState(name);
    const lost = lostPins(pinsFile(stack), pins, pinsIn(resources));
    if (lost.length) throw new UserError(lost.join("\n"));
  } catch (error) {
    throw error instanceof UserError ? new pulumi.RunError(error.message) : error;
  }
}
