import { posix } from "node:path";
import type { Service } from "../catalogue/service.ts";
import type { ContainerInputs } from "./fields/field.ts";
import type { LabelledStack } from "./labels.ts";
import { CONTENT_HASH_DIGITS, textDigest } from "../../lib/digest.ts";

/** Where the volume that all files of a container are in is mounted too, so that the engine counts it as used. */
export const FILES_FOLDER = "/run/slipway";

/** A file that a container is given. */
export interface GivenFile {
  /** Where it is in the container. */
  target: string;
  uid: number;
  gid: number;
  /** As in "0444". */
  mode: string;
  /** Its text, names of secrets in the place of their values. */
  content: string;
}

const SECRET = /\{\{secret:([^{}]*)\}\}/g;

/** The files of an entry, whose order is that of services.ts: configs, then files with one secret each. */
export function givenFiles({ configs = [], secretFiles = [] }: Service): GivenFile[] {
  const secrets = secretFiles.map(({ source, target = `/run/secrets/${source}`, ...rest }) => ({
    ...{ ...rest, target, content: `{{secret:${source}}}` },
  }));
  return [...configs, ...secrets].map(({ target, uid = 0, gid = 0, mode = "0444", content = "" }) => ({
    target: posix.join(target),
    ...{ uid, gid, mode: mode.padStart(4, "0"), content },
  }));
}

/** Names of the secrets that texts have the place of, each once. */
export function secretsIn(texts: readonly string[]): string[] {
  return [...new Set(texts.flatMap((text) => [...text.matchAll(SECRET)].map(([, name = ""]) => name)))];
}

/** A text with the values of its secrets. */
export function withSecrets(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(SECRET, (place, name: string) => values[name] ?? place);
}

/** The variables whose values no message may show; one name stands for all secrets in files. */
export function secretVariables(entry: Service): string[] {
  return [...Object.keys(entry.secrets ?? {}), ...(secretsInFiles(entry).length ? [SECRET_LINE] : [])];
}

/** Names of the secrets that an entry's containers are given, each once. */
export function secretsOf(entry: Service): string[] {
  return [...new Set([...Object.values(entry.secrets ?? {}), ...secretsInFiles(entry)])];
}

/** Names of the secrets in an entry's files, each once. */
export function secretsInFiles(entry: Service): string[] {
  return secretsIn(givenFiles(entry).map(({ content }) => content));
}

/** A volume of files, named by what is in it. */
export interface FilesVolume {
  name: string;
  /** SHA-256 of all that is in it, which the name ends in the beginning of. */
  digest: string;
  /** What is in its folder by name, in this order: what it is of, and the files. */
  entries: { name: string; content: string; uid: number; gid: number; mode: number }[];
}

/** Name in the volume of a file, by its place in {@link givenFiles}. */
export function fileName(index: number): string {
  return String(index + 1).padStart(3, "0");
}

/** What the first entry of a volume of files begins with, which is a list of texts in JSON: as evidence.sh looks for it. */
export const SECRET_LINE = "slipway.secret";

/**
 * The volume that a service's files are in. Its first entry, for root alone, says what they are, and has the values of the
 * secrets in them, so that a script on the host can keep these out of what it shows.
 * @param key random where a file has a secret: without it nobody can try values until one makes the name
 */
export function filesVolume(
  { project, stack }: LabelledStack,
  service: string,
  files: readonly GivenFile[],
  { key, values }: { key: string; values: Readonly<Record<string, string>> },
): FilesVolume {
  const names = secretsIn(files.map(({ content }) => content));
  const filled = files.map((file) => ({ ...file, content: withSecrets(file.content, values) }));
  const facts = filled.map(({ content, ...file }) => ({ ...file, bytes: Buffer.byteLength(content) }));
  const what = { project, stack, service, key, secrets: names, files: facts };
  const lines = [
    `slipway.files=${JSON.stringify(what)}`,
    ...names.map((name) => `${SECRET_LINE}=${values[name] ?? ""}`),
  ];
  const entries = [
    { name: fileName(-1), uid: 0, gid: 0, mode: 0o400, content: `${JSON.stringify(lines)}\n` },
    ...filled.map(({ uid, gid, mode, content }, index) => ({
      ...{ name: fileName(index), uid, gid, mode: parseInt(mode, 8), content },
    })),
  ];
  const digest = textDigest(entries.map(({ content }) => content).join(""));
  return { name: `${service}-files-${digest.slice(0, CONTENT_HASH_DIGITS)}`, digest, entries };
}

/** What the first entry says. */
export interface AboutFiles {
  key: string;
  /** The values of the secrets in the files, by name. */
  values: Map<string, string>;
}

/** From the first entry's text; undefined where it is none. */
export function parseAboutFiles(text: string): AboutFiles | undefined {
  try {
    const [about = "", ...lines] = JSON.parse(text) as string[];
    const { key, secrets } = JSON.parse(about.slice(about.indexOf("=") + 1)) as {
      key: string;
      secrets: string[];
    };
    const valueOf = (line = "") => line.slice(SECRET_LINE.length + 1);
    return { key, values: new Map(secrets.map((name, index) => [name, valueOf(lines[index])])) };
  } catch {
    return undefined; // of another version of Slipway's
  }
}

/** Whether the volume's name ends in the digest of what a host has found in it. */
export function isIntact(volume: string, digest: string): boolean {
  return volume.endsWith(`-files-${digest.slice(0, CONTENT_HASH_DIGITS)}`);
}

/** The volume of files that a container is made with; none where it is given none. */
export function filesMountedBy({ volumes = [] }: ContainerInputs): string | undefined {
  return volumes.find(({ containerPath }) => containerPath === FILES_FOLDER)?.volumeName;
}
