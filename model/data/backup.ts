import * as z from "zod";
import { UserError } from "../../lib/errors.ts";
import { schemaText } from "../../lib/schema-text.ts";

const manifest = z.strictObject({
  project: z.string(),
  stack: z.string(),
  service: z.string(),
  /** Their names in services.ts, which are the folders in the tar's own folder `slipway`. */
  volumes: z.array(z.string()).min(1),
  /** `repository@sha256:…` that had written the data. */
  image: z.string(),
  /** When the copy began, as ISO 8601 has it. */
  time: z.iso.datetime(),
  /** Of the tar, and of the file, which is the tar compressed by gzip. */
  tarBytes: z.int(),
  fileBytes: z.int(),
  /** Of the file, in hexadecimal digits. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

/** What a backup is of: a small file beside it, written when the backup is whole. */
export type Manifest = z.infer<typeof manifest>;

/** Whose volumes. */
export interface Source {
  project: string;
  stack: string;
  service: string;
}

/** The folder of a service's backups in the place where backups are kept. */
export function backupFolder({ project, stack, service }: Source): string {
  return `${project}/${stack}/${service}`;
}

/**
 * Which backup is meant: one of the service's own stack by its name, of another stack as `<stack>/<name>`.
 * @param wanted none: the newest of its own
 */
export function backupMeant(
  own: Source,
  wanted: string | undefined,
): { source: Source; name: string | undefined } {
  const [name, stack = own.stack] = (wanted ?? "").split("/").reverse();
  return { source: { ...own, stack }, name: name === "" ? undefined : name };
}

/** A backup's name: when it was made, so that names sort as times do. "2026-01-31T12-00-00Z" */
export function backupName(time: Date): string {
  return time.toISOString().replace(/\.\d+/, "").replaceAll(":", "-");
}

/** The names of the backups that are whole, oldest first, among the files of a folder. */
export function backupsAmong(files: readonly string[]): string[] {
  return files.flatMap((file) => /^(.*)\.json$/.exec(file)?.[1] ?? []).sort();
}

/**
 * @param path where it was read, for the message
 * @throws UserError where it is no manifest
 */
export function parseManifest(text: string, path: string): Manifest {
  const bad = (why: string) => new UserError(`${path}: not a backup's manifest: ${why}`);
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw bad((error as Error).message);
  }
  const { data, error } = manifest.safeParse(content, { error: schemaText });
  if (!data) throw bad(error.issues.map(({ path, message }) => `${path.join("/")} ${message}`).join(", "));
  return data;
}

/** Why a backup is not for this service as it is deployed; undefined where it is. Another stack's may be wanted. */
export function findMismatch(
  { project, service, volumes }: Manifest,
  wanted: Source,
  deployed: readonly string[],
): string | undefined {
  if (project !== wanted.project || service !== wanted.service)
    return `is of ${project}/${service}; expected ${wanted.project}/${wanted.service}`;
  const lost = volumes.filter((volume) => !deployed.includes(volume));
  return lost.length
    ? `has the volume ${lost.join(", ")}; expected ${deployed.join(", ") || "none"}`
    : undefined;
}
