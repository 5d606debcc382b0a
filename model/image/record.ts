import { existsSync, readFileSync } from "node:fs";
import * as z from "zod";
import { isContentHash, isWholeDigest } from "../../lib/digest.ts";
import { schemaText } from "../../lib/schema-text.ts";

/** Where `slipway record` writes by default, relative to the project. */
export const RECORD_FILE = "slipway.images.json";

const record = z.record(
  z.string(),
  z.strictObject({
    hash: z.string().refine(isContentHash, "must be a content hash of 32 digits"),
    digest: z.string().refine(isWholeDigest, "must be sha256:… with 64 digits"),
  }),
);

/** What a stack has built, by an image's name: of which content, and its digest as the builder gave it. */
export type ImageRecord = Readonly<z.infer<typeof record>>;

/**
 * Reads what another stack has recorded.
 * @returns the record, and what is wrong with the file, one a line
 */
export function readRecord(path: string): { record: ImageRecord; problems: string[] } {
  if (!existsSync(path))
    return { record: {}, problems: ["no such file. Run on the stack that builds: npx --no slipway record"] };
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    return { record: {}, problems: [`not JSON: ${(error as Error).message}`] };
  }
  const { data, error } = record.safeParse(content, { error: schemaText });
  const problems = error?.issues.map(({ path, message }) => `${path.join("/")}: ${message}`) ?? [];
  return { record: data ?? {}, problems };
}

/** The text of such a file: sorted, so that a change is a few lines of a diff. */
export function formatRecord(images: ImageRecord): string {
  return `${JSON.stringify(Object.fromEntries(Object.entries(images).sort()), null, 2)}\n`;
}
