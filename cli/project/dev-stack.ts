import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { paths } from "../../lib/paths.ts";
import { DEV_STACK } from "./environment.ts";

/** The project's dev stack, made if it is not there. */
export async function devStack(): Promise<Stack> {
  // Loaded here alone: it takes a second, which every verb would wait for.
  const { LocalWorkspace } = await import("@pulumi/pulumi/automation/index.js");
  return LocalWorkspace.createOrSelectStack({ stackName: DEV_STACK, workDir: paths.project });
}
