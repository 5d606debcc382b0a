/** A commit as tables show it: 7 digits, and "+" where the folder had changes that it has not. */
export function shortCommit({ commit, dirty }: { commit?: string | undefined; dirty?: boolean | undefined }) {
  return commit && `${commit.slice(0, 7)}${dirty ? "+" : ""}`;
}

/** At most `length` characters, the last of them "…" where some are missing. */
export function clip(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

/** A number of things, as in "1 update" and "2 updates". */
export function plural(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? "" : "s"}`;
}

// Colours, which logs are full of and nobody misses; controls but tab and end of line; marks that turn the direction of
// writing, with which a text reads otherwise than it is.
/* eslint-disable no-control-regex -- they are what is looked for */
const COLOUR = /\u001b\[[\d;:]*m/g;
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
/* eslint-enable no-control-regex */

/**
 * Text of others, so that it cannot steer a terminal: an escape sequence would rename its window, or overwrite what
 * stands above. What is left out of it is shown, as `\u001b`, which JSON takes for the same text.
 */
export function printable(text: string): string {
  return text
    .replace(COLOUR, "")
    .replace(/\r\n/g, "\n")
    .replace(CONTROL, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** The same on one line of at most `length` characters. */
export function printableLine(text: string, length: number): string {
  return clip(printable(text).replace(/\s+/g, " ").trim(), length);
}
