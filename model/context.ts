import { createHash } from "node:crypto";
import { existsSync, lstatSync, readFileSync, readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import dockerignore from "@balena/dockerignore";

// The package is CommonJS with a `default` export beside it; TypeScript and Node see that differently.
const newIgnore = dockerignore as unknown as typeof dockerignore.default;

/** A file or symbolic link that a build can see. */
export interface SourceFile {
  /** Relative to the context, with forward slashes. */
  path: string;
  /** Whether its owner may run it: the one bit of the mode that git keeps. */
  executable: boolean;
  /** The target, for a symbolic link. */
  link?: string;
}

/**
 * The files of a build context, sorted by path: what .dockerignore leaves (`<Dockerfile>.dockerignore` wins over
 * the context's own), and always the Dockerfile and the ignore file themselves, which the builder needs.
 * @param context the folder
 * @param dockerfile relative to the folder
 */
export function sourceFiles(context: string, dockerfile: string): SourceFile[] {
  const ignoreFile = [`${dockerfile}.dockerignore`, ".dockerignore"].find((file) =>
    existsSync(join(context, file)),
  );
  const ignored = newIgnore();
  if (ignoreFile) ignored.add(readFileSync(join(context, ignoreFile), "utf8").split(/\r?\n/));
  const needed = new Set([dockerfile, ignoreFile]);
  return walk(context)
    .filter(({ path }) => needed.has(path) || !ignored.ignores(path))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

function walk(context: string, folder = ""): SourceFile[] {
  return readdirSync(join(context, folder)).flatMap((entry): SourceFile[] => {
    const path = folder ? `${folder}/${entry}` : entry;
    const stat = lstatSync(join(context, path));
    if (stat.isDirectory()) return walk(context, path);
    if (stat.isSymbolicLink()) return [{ path, executable: false, link: readlinkSync(join(context, path)) }];
    return stat.isFile() ? [{ path, executable: (stat.mode & 0o100) !== 0 }] : [];
  });
}

/** What besides its files decides how an image comes out. Everything in it is constant while the content is. */
export interface BuildInputs {
  dockerfile: string;
  target?: string | undefined;
  args: Record<string, string>;
  platforms: readonly string[];
  /** The content hash of the image it stands on, if that is one of the catalogue's. */
  base?: string | undefined;
}

/** The content hash: 16 hexadecimal digits, the same for the same content at any path, umask, clock and commit. */
export function contentHash(context: string, files: readonly SourceFile[], inputs: BuildInputs): string {
  const hash = createHash("sha256");
  const add = (...fields: string[]) => {
    for (const field of fields) hash.update(`${Buffer.byteLength(field)}:`).update(field);
  };
  const args = Object.entries(inputs.args).sort(([a], [b]) => (a < b ? -1 : 1));
  add(
    inputs.dockerfile,
    inputs.target ?? "",
    inputs.base ?? "",
    JSON.stringify(args),
    inputs.platforms.join(),
  );
  for (const { path, executable, link } of files) {
    add(path, link === undefined ? (executable ? "755" : "644") : "link");
    add(
      link ??
        createHash("sha256")
          .update(readFileSync(join(context, path)))
          .digest("hex"),
    );
  }
  return hash.digest("hex").slice(0, 16);
}
