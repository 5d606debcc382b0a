import * as z from "zod";
import { path, text, wholeNumber } from "./values.ts";

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
  target: path,
  ...ownership,
});

/** A file in the container that holds the value of a secret, and nothing else. */
export const secretFile = z.strictObject({
  /** The name of one of the catalogue's secrets. */
  source: z.string(),
  /** Where it is in the container, an absolute path, unique in the service. @default /run/secrets/ and the secret's name */
  target: path.optional(),
  ...ownership,
});
