import { createHash } from "node:crypto";
import * as z from "zod";
import { UserError } from "../lib/errors.ts";
import { schemaText } from "../lib/schema-text.ts";
import { printableLine } from "../lib/text.ts";

/** The manifest of an image, or of an index of several. */
export interface ImageManifest {
  digest: string;
  mediaType: string;
  /** The bytes that have that digest. */
  body: Buffer;
}

// A digest names files and stands in paths of URLs.
const descriptor = z.object({
  mediaType: z.string(),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/, "must be sha256:… with 64 digits"),
  size: z.int().min(0),
  platform: z.object({ os: z.string(), architecture: z.string(), variant: z.string().optional() }).optional(),
});

/** One entry of a manifest. */
export type Descriptor = z.infer<typeof descriptor>;

const content = z.object({
  manifests: z.array(descriptor).optional(),
  config: descriptor.optional(),
  layers: z.array(descriptor).optional(),
});

/** What a manifest names: other manifests where it is an index, else configuration and layers. */
export type ManifestContent = z.infer<typeof content>;

/**
 * @param name for the message: `repository@sha256:…`
 * @throws UserError where it is none
 */
export function parseManifest(text: string, name: string): ManifestContent {
  return parseJson(text, content, `${name}: not an image's manifest`);
}

/**
 * Reads JSON that a registry has answered.
 * @param problem how the message begins
 * @throws UserError where it is none, or not of that form
 */
export function parseJson<T>(text: string, form: z.ZodType<T>, problem: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UserError(`${problem}, got "${printableLine(text, 80)}"; expected JSON`);
  }
  const { data, error } = form.safeParse(value, { error: schemaText });
  if (error) {
    const issues = error.issues.map(({ path, message }) => `${path.join("/")} ${message}`.trim());
    throw new UserError(`${problem}: ${printableLine(issues.join(", "), 300)}`);
  }
  return data;
}

/** The digest of bytes. */
export function digestOfBytes(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
