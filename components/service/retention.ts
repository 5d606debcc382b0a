import { writeFileSync } from "node:fs";
import { dirname } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { makeFolder } from "../../lib/files.ts";
import { inProject, kept } from "../../lib/paths.ts";
import { assignments } from "../../lib/shell.ts";

/**
 * The file, relative to the project, that tells this stack's cutovers how many releases the hosts keep. No input of
 * theirs: a change of it would run them all again, and be a release of every service in the history.
 */
export function retentionFile(): string {
  return kept.retention(pulumi.getStack());
}

/** Writes it, before any cutover runs. */
export function keepReleases(count: number): void {
  if (pulumi.runtime.isDryRun()) return;
  const file = inProject(retentionFile());
  makeFolder(dirname(file));
  writeFileSync(file, assignments({ KEEP: count }), { mode: 0o600 });
}
