/**
 * The times of files in images, in seconds since 1970. Web servers know by a file's time and size whether a browser's
 * copy is still good, so another content needs another time; and the same content the same one, for its digest. So
 * times follow from content: of files that are copied from 1981 on, and of files that a build makes from 1990 on; or
 * from 1995 on, where some of these may be of another content at the same time (made.ts). BuildKit gives to whatever is
 * newer than such a time that time (`rewrite-timestamp`), and leaves alone what is older. Years before 1980 do not go
 * into ZIP files.
 */
const FIRST_COPIED = Date.UTC(1981, 0) / 1000;
const FIRST_MADE = Date.UTC(1990, 0) / 1000;
const FIRST_PARTLY_KNOWN = Date.UTC(1995, 0) / 1000;

/**
 * The years of those times, as parts of regular expressions: a server that is asked by a time of the first only must not
 * answer that nothing was modified since, for the newer content can have the earlier time; in the second, by nothing.
 */
export const YEARS = { known: "19(8[1-9]|9[0-4])", partlyKnown: "199[5-9]" };

/** What the files follow from that a build makes. */
export interface Origin {
  /** SHA-256 of it, in hexadecimal digits; undefined: it makes none. */
  digest: string | undefined;
  /** Whether that is all that any of them follows from. */
  isWhole: boolean;
}

/** The time of a file that is copied into an image. @param digest SHA-256 of its content, in hexadecimal digits */
export function timeOf(digest: string): number {
  return FIRST_COPIED + bitsOf(digest, 28);
}

/** The time of the files that a build makes. */
export function timeOfMade({ digest, isWhole }: Origin): number {
  return (isWhole ? FIRST_MADE : FIRST_PARTLY_KNOWN) + (digest === undefined ? 0 : bitsOf(digest, 27));
}

/** Its first bits: 28 are eight and a half years in seconds, 27 half of that. */
function bitsOf(digest: string, bits: 27 | 28): number {
  return Number.parseInt(digest.slice(0, 7), 16) >> (28 - bits);
}
