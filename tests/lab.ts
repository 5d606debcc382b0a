import { existsSync, readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { labEnvironment } from "../cli/project/environment.ts";
import { inProject, kept, pathsOf } from "../lib/paths.ts";
import * as lab from "../lab/index.ts";

const folder = inProject(kept.test());

/**
 * Where the tests keep what is theirs: beside the project's own, so that a running lab is not disturbed, and a folder
 * for each of mocha's workers.
 */
export const paths = pathsOf(join(folder, process.env.MOCHA_WORKER_ID ?? "0"));

/** What is built here runs here. */
export const OWN_PLATFORM = `linux/${process.arch === "arm64" ? "arm64" : "amd64"}`;

/** Progress, indented to stand under the test it belongs to. */
const progress = (line: string) => {
  process.stderr.write(`      ${line}\n`);
};

let up: Promise<{ lab: lab.Lab; environment: Record<string, string> }> | undefined;

/** The one lab all tests of a worker share, brought up by the first that asks, and the environment that leads to it. */
export function testLab(): NonNullable<typeof up> {
  up ??= bringUp();
  return up;
}

async function bringUp() {
  // What an earlier run that was killed has left.
  await down(paths);
  const running = await lab.up(paths.lab, { hosts: 1 }, progress);
  return { lab: running, environment: await labEnvironment(paths, running) };
}

async function down({ lab: labFolder, project }: typeof paths): Promise<void> {
  await lab.down(labFolder, progress);
  await rm(project, { recursive: true, force: true });
}

/** Removes the labs of all workers, those that a run which was killed has left too. */
export async function downTestLabs(): Promise<void> {
  if (!existsSync(folder)) return;
  for (const worker of readdirSync(folder)) await down(pathsOf(join(folder, worker)));
}
