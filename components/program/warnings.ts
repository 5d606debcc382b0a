import * as pulumi from "@pulumi/pulumi";
import { unusedCaches } from "../../model/image/caches.ts";
import { tooManySteps } from "../../model/host/steps.ts";
import type { Settings } from "../../settings/load.ts";

/**
 * Warns of settings that are allowed and should not stay as they are; in a preview too.
 * @param notes what a preview tells besides
 */
export function showWarnings(
  { warnings, images, caches, hosts }: Settings,
  notes: readonly string[] = [],
): void {
  const unused = images === "build" ? unusedCaches(caches, process.env) : [];
  // Set by Pulumi's language host.
  const steps = tooManySteps(Number(process.env.PULUMI_NODEJS_PARALLEL ?? 0), hosts);
  if (pulumi.runtime.isDryRun()) for (const note of notes) void pulumi.log.info(note);
  for (const line of [...warnings, ...unused, ...steps]) void pulumi.log.warn(line);
}
