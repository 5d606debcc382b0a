import { rm } from "node:fs/promises";
import { labEnvironment } from "../cli/project/environment.ts";
import { inProject, kept, pathsOf } from "../lib/paths.ts";
import * as lab from "../lab/index.ts";

/** Where the tests keep what is theirs: beside the project's own, so that a running lab is not disturbed. */
export const paths = pathsOf(inProject(kept.test()));

/** What is built here runs here. */
export const OWN_PLATFORM = `linux/${process.arch === "arm64" ? "arm64" : "amd64"}`;

/** Progress, indented to stand under the test it belongs to. */
const progress = (line: string) => {
  process.stderr.write(`      ${line}\n`);
};

let up: Promise<{ lab: lab.Lab; environment: Record<string, string> }> | undefined;

/** The one lab all tests of a run share, brought up by the first that asks, and the environment that leads to it. */
export function testLab(): NonNullable<typeof up> {
  up ??= bringUp();
  return up;
}

async function bringUp() {
  // What an earlier run that was killed has left.
  await lab.down(paths.lab, progress);
  await rm(paths.project, { recursive: true, force: true });
  const running = await lab.up(paths.lab, { hosts: 1 }, progress);
  return { lab: running, environment: await labEnvironment(paths, running) };
}

/** Removes the lab, if there is one. */
export async function downTestLab(): Promise<void> {
  if (!up) return;
  await up.catch(() => undefined);
  await lab.down(paths.lab, progress);
  await rm(paths.project, { recursive: true, force: true });
}
