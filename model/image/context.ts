import { createHash } from "node:crypto";
import {
  type Stats,
  existsSync,
  lstatSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  realpathSync,
} from "node:fs";
import { join, posix, relative } from "node:path";
import { CONTENT_HASH_DIGITS } from "../../lib/digest.ts";
import { UserError } from "../../lib/errors.ts";
import { fileDigest } from "../../lib/files.ts";
import { isOwnFile } from "../../lib/paths.ts";
import { type IgnoreRules, parseIgnoreFile } from "./dockerignore.ts";

/** A file or symbolic link that a build can see. */
export interface SourceFile {
  /** Relative to the folder, with forward slashes. */
  path: string;
  /** Whether its owner may run it: the one bit of the mode that git keeps. */
  executable: boolean;
  /** In bytes. */
  size: number;
  /** The target, for a symbolic link. */
  link?: string;
}

/** A folder that a build can see, as its ignore file leaves it. */
export interface SourceFolder {
  folder: string;
  /** The ignore file that counts, whether it is there or not. */
  ignoreFile: string;
  /** Sorted by path. */
  files: SourceFile[];
}

/**
 * What a build sees of a folder; nothing where there is none. Empty folders are not in it: git does not keep them
 * either. Nor is what Slipway and Pulumi write themselves, which would be other content at each run.
 * @param dockerfile for the main context: `<Dockerfile>.dockerignore` wins over the folder's own .dockerignore
 * @throws UserError where something that the build sees cannot be read
 */
export function readSourceFolder(folder: string, dockerfile?: string): SourceFolder {
  const own = `${folder}/.dockerignore`;
  const special = dockerfile && `${dockerfile}.dockerignore`;
  const ignoreFile = special && existsSync(special) ? special : own;
  const text = existsSync(ignoreFile) ? readFileSync(ignoreFile, "utf8") : "";
  const files = existsSync(folder) ? walk(folder, parseIgnoreFile(text)) : [];
  return { folder, ignoreFile, files: files.sort((a, b) => (a.path < b.path ? -1 : 1)) };
}

function walk(root: string, rules: IgnoreRules, folder = ""): SourceFile[] {
  return entriesOf(join(root, folder), folder !== "" && rules.ignores(folder)).flatMap(
    ([entry, stat]): SourceFile[] => {
      const path = folder ? `${folder}/${entry}` : entry;
      if (isOwnFile(join(root, path))) return [];
      const ignored = rules.ignores(path);
      if (stat.isDirectory()) return ignored && !rules.negates ? [] : walk(root, rules, path);
      if (ignored) return [];
      const { size } = stat;
      if (stat.isSymbolicLink())
        return [{ path, executable: false, size, link: readlinkSync(join(root, path)) }];
      return stat.isFile() ? [{ path, executable: (stat.mode & 0o100) !== 0, size }] : [];
    },
  );
}

/**
 * What is in a folder. One that is ignored is looked through for what a line with `!` brings back; where that is not
 * allowed, there is nothing that could be built.
 */
function entriesOf(folder: string, ignored: boolean): [string, Stats][] {
  try {
    return readdirSync(folder).map((entry) => [entry, lstatSync(join(folder, entry))]);
  } catch (error) {
    if (ignored && (error as NodeJS.ErrnoException).code === "EACCES") return [];
    throw unreadable(folder, error);
  }
}

/** An error for what cannot be read. */
export function unreadable(path: string, error: unknown): UserError {
  const { code = "" } = error as NodeJS.ErrnoException;
  return new UserError(`${path}: cannot be read (${code}). Let it be read, or leave it out by .dockerignore`);
}

const digests = new WeakMap<SourceFile, string>();

/** The SHA-256 of a file's content, which is read once. */
export function digestOf({ folder }: SourceFolder, file: SourceFile): string {
  const path = join(folder, file.path);
  try {
    const digest = digests.get(file) ?? fileDigest(path);
    digests.set(file, digest);
    return digest;
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** The links that lead to nothing the build sees. */
export function strayLinks({ folder, files }: SourceFolder): SourceFile[] {
  const seen = new Set<string>();
  for (const { path } of files) for (let at = path; at !== "."; at = posix.dirname(at)) seen.add(at);
  const leadsTo = (path: string) => {
    try {
      return relative(realpathSync(folder), realpathSync(join(folder, path)));
    } catch {
      return ""; // to nothing at all
    }
  };
  return files.filter(({ path, link }) => link?.startsWith("/") || (link && !seen.has(leadsTo(path))));
}

/** Everything that decides how an image comes out, all of it constant while the content is. */
export interface BuildInputs {
  /** The Dockerfile's text. */
  dockerfile: string;
  context: SourceFolder;
  /** The folders the Dockerfile knows by a name. */
  contexts: Readonly<Record<string, SourceFolder>>;
  /** What it stands on: by the name in the Dockerfile, an image's content hash or digest. */
  bases: Readonly<Record<string, string>>;
  target?: string | undefined;
  args: Readonly<Record<string, string>>;
  labels: Readonly<Record<string, string>>;
  platforms: readonly string[];
}

/** Raise when the same inputs are built in another way. */
const RECIPE = "3";

/** The content hash: hexadecimal digits, the same for the same content at any path, umask, clock and commit. */
export function contentHash(inputs: BuildInputs): string {
  const { dockerfile, context, contexts, bases, target, args, labels, platforms } = inputs;
  const hash = createHash("sha256");
  const add = (...fields: string[]) => {
    for (const field of fields) hash.update(`${Buffer.byteLength(field)}:`).update(field);
  };
  const entries = (record: Readonly<Record<string, string>>) =>
    JSON.stringify(Object.entries(record).sort(byName));
  add(RECIPE, dockerfile, target ?? "", entries(args), entries(labels), entries(bases), platforms.join());
  for (const [name, folder] of [["", context] as const, ...Object.entries(contexts).sort(byName)]) {
    add(name, String(folder.files.length));
    for (const file of folder.files) add(file.path, kind(file), file.link ?? digestOf(folder, file));
  }
  return hash.digest("hex").slice(0, CONTENT_HASH_DIGITS);
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

function kind({ executable, link }: SourceFile): string {
  if (link !== undefined) return "link";
  return executable ? "755" : "644";
}
