import { readFileSync } from "node:fs";
import { parse } from "yaml";

/** Whether the dev stack's hosts are the lab's, and not an engine of the user's own. */
export function livesInLab(project: string): boolean {
  const file = parse(readFileSync(`${project}/Pulumi.dev.yaml`, "utf8")) as {
    config?: Record<string, unknown>;
  };
  return file.config?.["slipway:hosts"] === "lab";
}
