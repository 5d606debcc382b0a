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
