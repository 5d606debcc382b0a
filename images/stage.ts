import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { inProject, kept } from "../lib/paths.ts";
import type { SourceFolder } from "../model/image/context.ts";
import { BUILD_EPOCH, type Recipe } from "../model/image/recipe.ts";

/** The paths of a staged build, relative to the project: the build plugin keeps them in the state. */
export interface Staged {
  context: string;
  dockerfile: string;
  /** The named folders. */
  contexts: Record<string, string>;
}

/**
 * Copies the files a build can see into a folder of their own, modes and times fixed, so that the build plugin's
 * own hash over raw modes (pulumi-docker-build#979) says the same on every machine. A folder that is there already,
 * its name being that of its content, is taken as it is.
 */
export function stage({ name, hash, dockerfile, context, contexts }: Recipe): Staged {
  const own = `${name}-${hash}`;
  const folder = kept.context(own);
  const target = inProject(folder);
  const staged = {
    // BuildKit takes a file for the one it was sent before when the last name of the context's path, the file's own
    // name, its size and its time are the same. The times are fixed, so that last name must be the content's.
    context: `${folder}/${own}`,
    dockerfile: `${folder}/Dockerfile`,
    contexts: Object.fromEntries(Object.keys(contexts).map((key) => [key, `${folder}/contexts/${key}`])),
  };
  if (existsSync(target)) return staged;
  mkdirSync(inProject(kept.context()), { recursive: true });
  const unfinished = mkdtempSync(inProject(kept.context(`.${name}-`)));
  writeFileSync(join(unfinished, "Dockerfile"), dockerfile);
  // It wins over the context's own, whose rules have been applied; so plugin and builder have nothing to differ in.
  writeFileSync(join(unfinished, "Dockerfile.dockerignore"), "# applied already\n");
  copyFiles(context, join(unfinished, own));
  for (const [key, named] of Object.entries(contexts)) copyFiles(named, join(unfinished, "contexts", key));
  settle(unfinished);
  try {
    renameSync(unfinished, target);
  } catch (error) {
    // Another run staged the same content meanwhile: the same files are there.
    if (!existsSync(target)) throw error;
    rmSync(unfinished, { recursive: true });
  }
  return staged;
}

function copyFiles({ folder, files }: SourceFolder, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const { path, executable, link } of files) {
    const target = join(to, path);
    mkdirSync(dirname(target), { recursive: true });
    if (link !== undefined) {
      symlinkSync(link, target);
      continue;
    }
    copyFileSync(join(folder, path), target);
    chmodSync(target, executable ? 0o755 : 0o644);
  }
}

/** Gives everything in a folder, and then the folder itself, the fixed time; folders and our own files their modes. */
function settle(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) settle(path);
    else if (entry.isFile()) utimesSync(path, BUILD_EPOCH, BUILD_EPOCH);
  }
  chmodSync(folder, 0o755);
  utimesSync(folder, BUILD_EPOCH, BUILD_EPOCH);
}
