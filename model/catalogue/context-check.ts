import { existsSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { readStart } from "../../lib/files.ts";
import { sources } from "./build.ts";
import type { Base, Service } from "./service.ts";
import {
  type SourceFile,
  type SourceFolder,
  readSourceFolder,
  strayLinks,
  unreadable,
} from "../image/context.ts";

const NAMES = [
  /^\.env(\.(?!example$|sample$|template$|dist$|defaults$).+)?$/,
  /\.env$/,
  /^id_(rsa|dsa|ecdsa|ed25519)$/,
  /\.(p12|pfx|jks|keystore)$/,
  /^\.(netrc|pgpass|git-credentials)$/,
];
/** Files that hold a secret when they hold this. */
const CONTENTS: [name: RegExp, content: RegExp][] = [
  [/\.(pem|key)$/, /PRIVATE KEY-----/],
  [/^\.(npmrc|pypirc)$/, /_auth|password/i],
  [/^\.docker\/config\.json$|\/\.docker\/config\.json$/, /"auth"/],
  [/(^|\/)\.aws\/credentials$/, /aws_secret_access_key/],
  [/(^|\/)\.kube\/config$/, /token|client-key-data/],
];
/** Enough of a file to see whether it holds a secret, in bytes. */
const LOOKED_AT = 1 << 20;
/** Source: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md */
const LFS_POINTER = { start: "version https://git-lfs.github.com/spec/v1\n", size: 1024 };
/** What no build needs, and what is written or changed by other tools. */
const NEEDLESS = [".git", "node_modules", "__pycache__", ".venv"];

/** The folders an entry's build sees. Exported for its test. */
export function seenFolders(entry: Service | Base, project: string): SourceFolder[] {
  const { context, dockerfile } = sources(entry);
  const main = readSourceFolder(
    join(project, context),
    entry.build?.dockerfileInline === undefined ? join(project, dockerfile) : undefined,
  );
  return [
    main,
    ...Object.values(entry.build?.additionalContexts ?? {}).map((folder) =>
      readSourceFolder(join(project, folder)),
    ),
  ];
}

/**
 * What must not be in a build's folders: secrets, which anybody could read in a layer, and links that lead out, which
 * the build plugin follows on this machine (so that the same commit would differ elsewhere).
 */
export function folderProblems(entry: Service | Base, project: string): string[] {
  const at = `services/${entry.name}/build`;
  const notSecret = new Set(entry.build?.notSecret);
  return seenFolders(entry, project).flatMap((seen) => {
    const ignoreFile = seen.ignoreFile.slice(project.length + 1);
    const secrets = seen.files.filter(
      (file) => !notSecret.has(file.path) && looksSecret(seen.folder, file.path),
    );
    const links = strayLinks(seen);
    const pointers = seen.files.filter((file) => isLfsPointer(seen.folder, file));
    return [
      ...(secrets.length
        ? [
            `${at}: files that look secret would be readable in the image or the build's cache, got ${list(secrets)}. ` +
              `Add ${lines(secrets)} to ${ignoreFile}, or to build.notSecret those that are not secret`,
          ]
        : []),
      ...(pointers.length
        ? [
            `${at}: Git LFS has not fetched what belongs here, got only its pointers ${list(pointers)}. Run git lfs pull, ` +
              `or add ${lines(pointers)} to ${ignoreFile}`,
          ]
        : []),
      ...links.map(
        ({ path, link }) =>
          `${at}: a link leads to nothing that the build sees, got "${path}" to "${link}"; expected one within the ` +
          `folder. Make it in the Dockerfile, or add ${lines([{ path }])} to ${ignoreFile}`,
      ),
    ];
  });
}

/**
 * What is better left out of a build's folders: it makes builds slow, or different from machine to machine.
 * @param seen what the build sees, as its recipe has read it
 */
export function folderAdvice(name: string, seen: readonly SourceFolder[], project: string): string[] {
  return seen.flatMap(({ folder, files, ignoreFile }) => {
    const parts = new Set(files.flatMap(({ path }) => path.split("/")));
    const needless = NEEDLESS.filter((part) => parts.has(part));
    const file = relative(project, ignoreFile);
    if (needless.length) {
      const rules = needless.map((part) => `"**/${part}"`).join(", ");
      return [`${name}: the build sees ${needless.join(", ")}. Add ${rules} to ${file}`];
    }
    return !files.length || existsSync(ignoreFile)
      ? []
      : [`${name}: ${file} is missing. List in it what the build of ${basename(folder)} must not see`];
  });
}

function looksSecret(folder: string, path: string): boolean {
  const name = basename(path);
  const inside = CONTENTS.find(([pattern]) => pattern.test(name) || pattern.test(path))?.[1];
  if (!inside && !NAMES.some((pattern) => pattern.test(name))) return false;
  const content = contentOf(join(folder, path), LOOKED_AT);
  return inside ? inside.test(content) : content.trim() !== "";
}

function isLfsPointer(folder: string, { path, size, link }: SourceFile): boolean {
  const { start } = LFS_POINTER;
  if (link !== undefined || size < start.length || size >= LFS_POINTER.size) return false;
  return contentOf(join(folder, path), start.length) === start;
}

function contentOf(file: string, length: number): string {
  try {
    return readStart(file, length);
  } catch (error) {
    throw unreadable(file, error);
  }
}

const SHOWN = 5;

function list(files: readonly { path: string }[]): string {
  const more = files.length > SHOWN ? ` and ${files.length - SHOWN} more` : "";
  return (
    files
      .slice(0, SHOWN)
      .map(({ path }) => `"${path}"`)
      .join(", ") + more
  );
}

/** The lines of an ignore file that leave these out. */
function lines(files: readonly { path: string }[]): string {
  return list(files.map(({ path }) => ({ path: path.replace(/[*?[\]\\]/g, "\\$&") })));
}
