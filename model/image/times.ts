import { createHash } from "node:crypto";

/**
 * The times of files in images, in seconds since 1970. Web servers know by a file's time and size whether a browser's
 * copy is still good, so another content needs another time; and the same content the same one, for its digest. So
 * times follow from content, in a span of eight and a half years each: of files that are copied from 1981 on, and
 * behind those, from 1990 on, of files that a build makes. BuildKit gives to whatever is newer than such a time that
 * time (`rewrite-timestamp`), and leaves alone what is older.
 */
const FIRST_COPIED = Date.UTC(1981, 0) / 1000;
const FIRST_MADE = Date.UTC(1990, 0) / 1000;

/** The time of a file that is copied into an image. @param digest SHA-256 of its content, in hexadecimal digits */
export function timeOf(digest: string): number {
  return FIRST_COPIED + span(digest);
}

/** The time of the files that a build makes. @param digest of all that they can follow from; undefined for nothing */
export function timeOfMade(digest: string | undefined): number {
  return FIRST_MADE + (digest === undefined ? 0 : span(digest));
}

/** The SHA-256 of a text, as 64 hexadecimal digits. */
export function textDigest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** 28 of its bits: 268,435,456 seconds. */
function span(digest: string): number {
  return Number.parseInt(digest.slice(0, 7), 16);
}
