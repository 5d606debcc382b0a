import { createHash } from "node:crypto";

/**
 * A digest as Docker shows it: its first 12 hexadecimal digits. Ids of containers and images are shortened the same way.
 * @param text `sha256:…`, `repository@sha256:…`, or the hexadecimal digits alone
 */
export function shortDigest(text: string): string {
  return text.replace(/^.*:/, "").slice(0, 12);
}

/** Whether the text is a whole digest, `sha256:` and 64 hexadecimal digits, and not only the beginning of one. */
export function isWholeDigest(text: string): boolean {
  return /^sha256:[0-9a-f]{64}$/.test(text);
}

/** How many digits of a content hash are kept: 128 bits, more than anybody can try. */
export const CONTENT_HASH_DIGITS = 32;

/** Whether the text has the form of a content hash, which is that of an image's tag. */
export function isContentHash(text: string): boolean {
  return /^[0-9a-f]{32}$/.test(text);
}

/** The SHA-256 of a text, as 64 hexadecimal digits. */
export function textDigest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
