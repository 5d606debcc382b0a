import * as pulumi from "@pulumi/pulumi";
import { unusedCaches } from "../../model/image/caches.ts";
import type { Settings } from "../../settings/load.ts";

/**
 * Warns of settings that are allowed and should not stay as they are; in a preview too.
 * @param notes what a preview tells besides
 */
export function showWarnings({ warnings, images, caches }: Settings, notes: readonly string[] = []): void {
  const unused = images === "build" ? unusedCaches(caches, process.env) : [];
  if (pulumi.runtime.isDryRun()) for (const note of notes) void pulumi.log.info(note);
  for (const line of [...warnings, ...unused]) void pulumi.log.warn(line);
}
