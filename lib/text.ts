import type { Update } from "../model/history/update.ts";

/** A commit as tables show it: 7 digits, and "+" where the folder had changes that it has not. */
export function shortCommit({ commit, dirty }: Pick<Update, "commit"> & { dirty?: boolean | undefined }) {
  return commit && `${commit.slice(0, 7)}${dirty ? "+" : ""}`;
}
