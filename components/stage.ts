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
} from "node:fs";
import { dirname, join } from "node:path";
import type { SourceFile } from "../model/context.ts";

/** Where the staged build contexts are, relative to the project: the build plugin keeps the path in the state. */
const FOLDER = ".slipway/context";

/** The time every staged file carries, in seconds since 1970: 1980-01-01, which every archive format can hold. */
export const BUILD_EPOCH = 315_532_800;

/**
 * Copies the files a build can see into a folder of their own, modes and times fixed, so that the build plugin's
 * own hash over raw modes (pulumi-docker-build#979) says the same on every machine.
 * @param id changes exactly when the content does; a folder that is there already is taken as it is
 * @returns the folder, relative to the project
 */
export function stage(context: string, files: readonly SourceFile[], name: string, id: string): string {
  const staged = `${FOLDER}/${name}-${id}`;
  if (existsSync(staged)) return staged;
  mkdirSync(FOLDER, { recursive: true });
  const unfinished = mkdtempSync(`${FOLDER}/.${name}-`);
  for (const { path, executable, link } of files) {
    const target = join(unfinished, path);
    mkdirSync(dirname(target), { recursive: true });
    if (link !== undefined) {
      symlinkSync(link, target);
      continue;
    }
    copyFileSync(join(context, path), target);
    chmodSync(target, executable ? 0o755 : 0o644);
    utimesSync(target, BUILD_EPOCH, BUILD_EPOCH);
  }
  settleFolders(unfinished);
  try {
    renameSync(unfinished, staged);
  } catch (error) {
    // Another run staged the same content meanwhile: the same files are there.
    if (!existsSync(staged)) throw error;
    rmSync(unfinished, { recursive: true });
  }
  return staged;
}

/** Gives a folder and those in it, deepest first, the fixed mode and time. */
function settleFolders(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) settleFolders(join(folder, entry.name));
  }
  chmodSync(folder, 0o755);
  utimesSync(folder, BUILD_EPOCH, BUILD_EPOCH);
}
