import { createHash } from "node:crypto";
import { existsSync, lstatSync, readFileSync, readdirSync, readlinkSync, realpathSync } from "node:fs";
import { join, posix, relative } from "node:path";
import { type IgnoreRules, parseIgnoreFile } from "./dockerignore.ts";

/** A file or symbolic link that a build can see. */
export interface SourceFile {
  /** Relative to the folder, with forward slashes. */
  path: string;
  /** Whether its owner may run it: the one bit of the mode that git keeps. */
  executable: boolean;
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
 * What a build sees of a folder. Empty folders are not in it: git does not keep them either.
 * @param dockerfile for the main context: `<Dockerfile>.dockerignore` wins over the folder's own .dockerignore
 */
export function readSourceFolder(folder: string, dockerfile?: string): SourceFolder {
  const own = `${folder}/.dockerignore`;
  const special = dockerfile && `${dockerfile}.dockerignore`;
  const ignoreFile = special && existsSync(special) ? special : own;
  const text = existsSync(ignoreFile) ? readFileSync(ignoreFile, "utf8") : "";
  const files = walk(folder, parseIgnoreFile(text)).sort((a, b) => (a.path < b.path ? -1 : 1));
  return { folder, ignoreFile, files };
}

function walk(root: string, rules: IgnoreRules, folder = ""): SourceFile[] {
  return readdirSync(join(root, folder)).flatMap((entry): SourceFile[] => {
    const path = folder ? `${folder}/${entry}` : entry;
    const stat = lstatSync(join(root, path));
    const ignored = rules.ignores(path);
    if (stat.isDirectory()) return ignored && !rules.negates ? [] : walk(root, rules, path);
    if (ignored) return [];
    if (stat.isSymbolicLink()) return [{ path, executable: false, link: readlinkSync(join(root, path)) }];
    return stat.isFile() ? [{ path, executable: (stat.mode & 0o100) !== 0 }] : [];
  });
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
const RECIPE = "2";

/** The content hash: 16 hexadecimal digits, the same for the same content at any path, umask, clock and commit. */
export function contentHash(inputs: BuildInputs): string {
  const { dockerfile, context, contexts, bases, target, args, labels, platforms } = inputs;
  const hash = createHash("sha256");
  const add = (...fields: string[]) => {
    for (const field of fields) hash.update(`${Buffer.byteLength(field)}:`).update(field);
  };
  const entries = (record: Readonly<Record<string, string>>) =>
    JSON.stringify(Object.entries(record).sort(byName));
  add(RECIPE, dockerfile, target ?? "", entries(args), entries(labels), entries(bases), platforms.join());
  for (const [name, { folder, files }] of [
    ["", context] as const,
    ...Object.entries(contexts).sort(byName),
  ]) {
    add(name, String(files.length));
    for (const file of files) add(file.path, kind(file), file.link ?? contentOf(join(folder, file.path)));
  }
  return hash.digest("hex").slice(0, 16);
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

function kind({ executable, link }: SourceFile): string {
  if (link !== undefined) return "link";
  return executable ? "755" : "644";
}

function contentOf(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}
