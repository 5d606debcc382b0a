import { posix } from "node:path";
import * as z from "zod";
import { FILES_FOLDER, givenFiles, secretsIn } from "../container/files.ts";
import { unknownName } from "./names.ts";
import { LARGEST_FILE } from "./project-files.ts";
import type { Service } from "./service.ts";
import type { Check } from "./stack-context.ts";
import { mountPath, text, wholeNumber } from "./values.ts";

/** Largest uid and gid, as Linux has them in 32 bits and keeps the last one for "none". */
const LARGEST_ID = 2 ** 32 - 2;

/** A path in the project's folder, with "/" between folders. */
export const projectFile = text(
  /^(?!\/)(?!(.*\/)?\.\.(\/|$))[^\0]+$/,
  'must be a path in the project\'s folder, as in "config/web.yml"',
);

/** Who may read a file in the container. */
const ownership = {
  /** Its owner's number. @default 0, root */
  uid: wholeNumber(0, LARGEST_ID).optional(),
  /** Its group's number. @default 0 */
  gid: wholeNumber(0, LARGEST_ID).optional(),
  /** Its permissions, as chmod takes them. @default "0444" */
  mode: text(/^0?[0-7]{3}$/, 'must be permissions of three octal digits, as in "0440"').optional(),
};

/** A file in the container, at most 500 kB of UTF-8, read-only; a change of it rolls the service. */
export const config = z.strictObject({
  /** The file of the project that it is a copy of. */
  file: projectFile.optional(),
  /** Its text, in place of `file`. In both, `{{secret:name}}` stands for the value of one of the catalogue's secrets. */
  content: z.string().optional(),
  /** Where it is in the container, an absolute path, unique in the service. */
  target: mountPath,
  ...ownership,
});

/** A file in the container that holds the value of a secret, and nothing else. */
export const secretFile = z.strictObject({
  /** The name of one of the catalogue's secrets. */
  source: z.string(),
  /** Where it is in the container, an absolute path, unique in the service. @default /run/secrets/ and the secret's name */
  target: mountPath.optional(),
  ...ownership,
});

/** Files without a text, of secrets that are not there, too large, or where something else is. */
export const fileProblems: Check = ({ services, secrets }) => {
  const known = secrets.map(({ name }) => name);
  return services.flatMap((service) => [
    ...(service.configs ?? []).flatMap((one, index) =>
      configProblems(one, `services/${service.name}/configs/${index}`),
    ),
    ...(service.secretFiles ?? []).flatMap(({ source }, index) =>
      unknownName(`services/${service.name}/secretFiles/${index}/source`, "secret", source, known),
    ),
    ...(service.configs ?? []).flatMap(({ content = "" }, index) =>
      secretsIn([content]).flatMap((name) =>
        unknownName(`services/${service.name}/configs/${index}/content`, "secret", name, known),
      ),
    ),
    ...targetProblems(service),
  ]);
};

function configProblems({ file, content }: z.infer<typeof config>, at: string): string[] {
  if ((file === undefined) === (content === undefined))
    return [`${at}: must have one of "file" and "content", got ${file === undefined ? "none" : "both"}`];
  const bytes = Buffer.byteLength(content ?? "");
  return bytes > LARGEST_FILE
    ? [`${at}/content: is too large, got ${bytes} bytes; expected ${LARGEST_FILE} or less`]
    : [];
}

function targetProblems(service: Service): string[] {
  const { name, configs = [], volumes = [] } = service;
  const mounted = new Set(volumes.map(({ target }) => posix.join(target, "/")));
  return givenFiles(service).flatMap(({ target }, index) => {
    const place = index < configs.length ? `configs/${index}` : `secretFiles/${index - configs.length}`;
    const at = `services/${name}/${place}/target`;
    const isTaken = mounted.has(posix.join(target, "/"));
    mounted.add(posix.join(target, "/"));
    if (target.endsWith("/")) return [`${at}: must be the path of a file, got "${target}"`];
    if (`${target}/`.startsWith(`${FILES_FOLDER}/`))
      return [`${at}: is Slipway's own, got "${target}". Choose another`];
    return isTaken ? [`${at}: something else is mounted there, got "${target}"`] : [];
  });
}
