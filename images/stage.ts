import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, posix } from "node:path";
import { UserError } from "../lib/errors.ts";
import { fileDigest, makeFolder } from "../lib/files.ts";
import { inProject, kept } from "../lib/paths.ts";
import { temporaryFolder, use, used } from "../lib/temporary.ts";
import { type SourceFolder, digestOf } from "../model/image/context.ts";
import { BUILD_EPOCH, type Recipe } from "../model/image/recipe.ts";
import { textDigest } from "../lib/digest.ts";
import { timeOf } from "../model/image/times.ts";

/** The paths of a staged build, relative to the project: the build plugin keeps them in the state. */
export interface Staged {
  context: string;
  dockerfile: string;
  /** The named folders. */
  contexts: Record<string, string>;
}

/**
 * Copies the files a build can see into a folder of their own, modes and times fixed, so that the build plugin's
 * own hash over raw modes (pulumi-docker-build#979) says the same on every machine. A folder that is there already is
 * taken if it holds what its name says.
 * @throws UserError where the sources change meanwhile
 */
export function stage(recipe: Recipe): Staged {
  const own = `${recipe.name}-${recipe.hash}`;
  const folder = kept.context(own);
  const target = inProject(folder);
  makeFolder(dirname(target));
  use(own);
  removeOthers(recipe.name, own);
  const files = plan(recipe, own);
  if (!holds(target, files)) make(recipe.name, target, files);
  return {
    // BuildKit takes a file for the one it was sent before when the last name of the context's path, the file's own
    // name, its size and its time are the same. So that last name must be the content's.
    context: `${folder}/${own}`,
    dockerfile: `${folder}/Dockerfile`,
    contexts: Object.fromEntries(
      Object.keys(recipe.contexts).map((key) => [key, `${folder}/contexts/${key}`]),
    ),
  };
}

/** A file as it is to be: a copy of another, a text, or a link. */
interface Planned {
  copyOf?: string;
  text?: string;
  link?: string;
  digest: string;
  mode: number;
}
/** What is to be in a folder, by path; undefined for a folder. */
type Plan = Map<string, Planned | undefined>;

function plan({ dockerfile, context, contexts }: Recipe, own: string): Plan {
  const planned: Plan = new Map();
  const add = (path: string, file?: Planned) => {
    for (let above = path; above !== "."; above = posix.dirname(above)) planned.set(above, undefined);
    planned.set(path, file);
  };
  const addFolder = (to: string, source: SourceFolder) => {
    add(to);
    for (const file of source.files)
      add(`${to}/${file.path}`, {
        ...(file.link === undefined ? { copyOf: join(source.folder, file.path) } : { link: file.link }),
        digest: file.link === undefined ? digestOf(source, file) : "",
        mode: file.executable ? 0o755 : 0o644,
      });
  };
  addFolder(own, context);
  for (const [key, source] of Object.entries(contexts)) addFolder(`contexts/${key}`, source);
  // Its ignore file wins over the context's own, whose rules have been applied; so plugin and builder have nothing to
  // differ in.
  const texts = { Dockerfile: dockerfile, "Dockerfile.dockerignore": "# applied already\n" };
  for (const [name, text] of Object.entries(texts))
    add(name, { text, digest: textDigest(text), mode: 0o644 });
  return planned;
}

/** Makes it beside its place, so that what has its name is whole. */
function make(name: string, target: string, files: Plan): void {
  const { folder, remove } = temporaryFolder();
  try {
    chmodSync(folder, 0o755);
    for (const [path, file] of [...files].sort(([a], [b]) => (a < b ? -1 : 1)))
      write(join(folder, path), file);
    // A folder's time changes with what is put into it; that of all folders is the same, as a build may take a part.
    for (const [path, file] of files) if (!file) utimesSync(join(folder, path), BUILD_EPOCH, BUILD_EPOCH);
    if (!holds(folder, files))
      throw new UserError(
        `services/${name}: its sources change while they are read. Run it again when they are at rest`,
      );
    if (existsSync(target) && !holds(target, files)) rmSync(target, { recursive: true });
    renameSync(folder, target);
  } catch (error) {
    // Another run may have staged the same meanwhile.
    if (!holds(target, files)) throw error;
  } finally {
    remove();
  }
}

function write(path: string, file: Planned | undefined): void {
  if (!file) {
    mkdirSync(path);
    chmodSync(path, 0o755);
    return;
  }
  if (file.link !== undefined) {
    symlinkSync(file.link, path);
    return;
  }
  if (file.copyOf === undefined) writeFileSync(path, file.text ?? "");
  else copyFileSync(file.copyOf, path);
  chmodSync(path, file.mode);
  utimesSync(path, timeOf(file.digest), timeOf(file.digest));
}

/** Whether these files are in a folder as they are to be, and nothing else. */
function holds(folder: string, files: Plan): boolean {
  if (!existsSync(folder)) return false;
  const there = pathsIn(folder);
  return (
    there.length === files.size &&
    there.every((path) => files.has(path) && is(join(folder, path), files.get(path)))
  );
}

function pathsIn(root: string, folder = ""): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    return entry.isDirectory() ? [path, ...pathsIn(root, path)] : [path];
  });
}

function is(path: string, file: Planned | undefined): boolean {
  const stat = lstatSync(path);
  if (file?.link !== undefined) return stat.isSymbolicLink() && readlinkSync(path) === file.link;
  const [mode, time] = file ? [file.mode, timeOf(file.digest)] : [0o755, BUILD_EPOCH];
  if ((stat.mode & 0o7777) !== mode || stat.mtimeMs !== time * 1000) return false;
  return file ? stat.isFile() && fileDigest(path) === file.digest : stat.isDirectory();
}

const DAYS_30 = 30 * 24 * 3600 * 1000;

/** Removes what was staged of the same image before, or of others long ago, but for what another run is building from. */
function removeOthers(name: string, own: string): void {
  const inUse = used();
  const folder = inProject(kept.context());
  for (const entry of readdirSync(folder)) {
    if (entry === own || inUse.has(entry)) continue;
    const path = join(folder, entry);
    const isOlder = entry.replace(/-[0-9a-f]+$/, "") === name;
    if (isOlder || Date.now() - lstatSync(path).ctimeMs > DAYS_30)
      rmSync(path, { recursive: true, force: true });
  }
}
