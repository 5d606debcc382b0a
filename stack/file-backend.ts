import { existsSync, readFileSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { decompress } from "fzstd";
import type { Deployment } from "./state.ts";

const PROJECT = fileURLToPath(new URL("..", import.meta.url));

/** The folder of a `file://` backend; undefined where its URL is another's. */
export function folderOf(url: string): string | undefined {
  if (!url.startsWith("file://")) return undefined;
  const folder = url.replace(/^file:\/\//, "").replace(/\?.*$/, "");
  return resolve(PROJECT, folder.replace(/^~/, homedir()));
}

/**
 * What the last update of a stack left.
 * @param name project/stack
 * @returns undefined where no file is found that has it
 */
export function presentState(folder: string, name: string): Deployment | undefined {
  const file = `${folder}/.pulumi/stacks/${name}.json`;
  return readCheckpoint([file, `${file}.gz`, `${file}.zst`].find(existsSync));
}

/**
 * The checkpoint files that belong to the updates of a stack, newest first; undefined where one is missing.
 * @param name project/stack
 */
export function checkpoints(folder: string, name: string): (string | undefined)[] {
  const ofProject = `${folder}/.pulumi/history/${name}`;
  // Backends from before Pulumi 3.61 know no projects.
  const history = existsSync(ofProject)
    ? ofProject
    : `${folder}/.pulumi/history/${name.replace(/^.*\//, "")}`;
  const files = existsSync(history) ? readdirSync(history).sort().reverse() : [];
  return files
    .filter((file) => /\.history\.json(\.gz|\.zst)?$/.test(file))
    .map((file) => files.find((other) => other === file.replace(".history.", ".checkpoint.")))
    .map((file) => file && `${history}/${file}`);
}

/** A checkpoint file's content. */
export function readCheckpoint(file: string | undefined): Deployment | undefined {
  if (file === undefined) return undefined;
  const { checkpoint } = JSON.parse(decompressed(file).toString()) as { checkpoint: { latest?: Deployment } };
  return checkpoint.latest ?? {};
}

/** A file's content. As pulumi does, goes by the first bytes: a copy can have the name of another compression. */
function decompressed(file: string): Buffer {
  const content = readFileSync(file);
  const begin = content.subarray(0, 4).toString("hex");
  if (begin.startsWith("1f8b")) return gunzipSync(content);
  return begin === "28b52ffd" ? Buffer.from(decompress(content)) : content;
}
