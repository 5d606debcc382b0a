import * as pulumi from "@pulumi/pulumi";
import { unusedCaches } from "../../model/image/caches.ts";
import type { Settings } from "../../settings/load.ts";

/** Warns of settings that are allowed and should not stay as they are; in a preview too. */
export function showWarnings({ warnings, images, caches }: Settings): void {
  const unused = images === "build" ? unusedCaches(caches, process.env) : [];
  for (const line of [...warnings, ...unused]) void pulumi.log.warn(line);
}
