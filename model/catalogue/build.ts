import { existsSync } from "node:fs";
import { join, posix } from "node:path";
import * as z from "zod";
import { UserError } from "../../lib/errors.ts";
import { folderProblems } from "./context-check.ts";
import { loopProblems, unknownName } from "./names.ts";
import type { Base, Service } from "./service.ts";
import type { Check } from "./stack-context.ts";
import { name, size } from "./values.ts";

/** What an image is made of. */
export const build = z.strictObject({
  /**
   * Folder with the sources, relative to the project. Its `.dockerignore`, or before that a file beside the Dockerfile,
   * `<Dockerfile>.dockerignore`, says what the build does not see. @default `services/<name>`, which a
   * `dockerfileInline` can do without
   */
  context: z.string().optional(),
  /** Dockerfile, relative to the context. @default "Dockerfile" */
  dockerfile: z.string().optional(),
  /** The Dockerfile's text, in place of a file. */
  dockerfileInline: z.string().optional(),
  /** Further folders, relative to the project, by the name that `COPY --from` and `RUN --mount` give them. */
  additionalContexts: z.record(name, z.string()).optional(),
  /** Stage of the Dockerfile to build. @default the last one */
  target: z.string().optional(),
  /** Build arguments: constants only, as a value that changes by itself rebuilds every time. */
  args: z.record(z.string(), z.string()).optional(),
  /** Another image of the catalogue that this one is built on, named as in the Dockerfile's FROM. */
  base: z.string().optional(),
  /** Secrets of the catalogue that `RUN --mount=type=secret,id=…` reads: id to the secret's name. */
  secrets: z.record(z.string(), z.string()).optional(),
  /** Files that look like secrets but are not, such as a test's certificate; relative to their context. */
  notSecret: z.array(z.string()).optional(),
  /** The most it may weigh in the registry, compressed, for each platform. @default the setting `sizeBudget` */
  sizeBudget: size.optional(),
});

/** The fields of every entry that is an image: what it is made of, and what its labels say. */
export const imageFields = {
  /** One sentence, for the image's label `org.opencontainers.image.description`. @default no label */
  description: z.string().optional(),
  /**
   * The image's own version, for its label `org.opencontainers.image.version`. Written by hand: a new one makes a new
   * image. @default no label
   */
  version: z.string().optional(),
  /** What the image is made of. @default the folder `services/<name>` with its Dockerfile */
  build: build.optional(),
};

/** Whether the entry's image is built here, and is no stock image. */
export function isBuilt(entry: Service | Base): boolean {
  return !("image" in entry) || entry.image === undefined;
}

/** The folder and the Dockerfile an entry is built from, relative to the project, defaults filled in. */
export function sources(entry: Service | Base): { context: string; dockerfile: string } {
  const context = entry.build?.context ?? `services/${entry.name}`;
  return { context, dockerfile: posix.join(context, entry.build?.dockerfile ?? "Dockerfile") };
}

/** Bases, secrets, folders and Dockerfiles that do not exist, and folders that hold what no image should. */
export const buildProblems: Check = ({ bases, services, secrets }, { folder }) => {
  const entries = [...bases, ...services].filter(isBuilt);
  const baseNames = bases.map((base) => base.name);
  const secretNames = secrets.map((secret) => secret.name);
  return [
    ...entries.flatMap(({ name, build = {} }) => [
      ...(build.base ? unknownName(`services/${name}/build/base`, "base image", build.base, baseNames) : []),
      ...Object.entries(build.secrets ?? {}).flatMap(([id, secret]) =>
        unknownName(`services/${name}/build/secrets/${id}`, "secret", secret, secretNames),
      ),
    ]),
    ...entries.flatMap((entry) => sourceProblems(entry, folder)),
    ...loopProblems("build/base", new Map(entries.map((entry) => [entry.name, basesOf(entry)]))),
  ];
};

function basesOf({ build }: Service | Base): string[] {
  return build?.base ? [build.base] : [];
}

function sourceProblems(entry: Service | Base, folder: string): string[] {
  const at = `services/${entry.name}/build`;
  const { context, dockerfile } = sources(entry);
  const contexts = Object.entries(entry.build?.additionalContexts ?? {});
  const folders = [
    ["context", context] as const,
    ...contexts.map(([key, path]) => [`additionalContexts/${key}`, path] as const),
  ];
  // A Dockerfile that stands here may need no folder.
  const { dockerfileInline, context: given } = entry.build ?? {};
  const needed = dockerfileInline !== undefined && given === undefined ? folders.slice(1) : folders;
  const missing = needed.filter(([, path]) => !existsSync(join(folder, path)));
  if (missing.length) return missing.map(([key, path]) => `${at}/${key}: no such folder, got "${path}"`);
  if (dockerfileInline === undefined && !existsSync(join(folder, dockerfile)))
    return [`${at}/dockerfile: no such file, got "${dockerfile}"`];
  try {
    return folderProblems(entry, folder);
  } catch (error) {
    if (error instanceof UserError) return [`${at}: ${error.message}`];
    throw error;
  }
}
