import { existsSync, readFileSync } from "node:fs";
import { UserError } from "../../lib/errors.ts";
import { runSync } from "../../lib/run.ts";
import { type Commit, commitInActions } from "../../model/image/tags.ts";
import { paths } from "../../lib/paths.ts";

/** The commit that is worked on: as GitHub Actions says, elsewhere as git does. */
export function currentCommit(): Commit {
  const inActions = commitInActions(process.env, defaultBranchInActions());
  if (inActions) return inActions;
  const sha = git("rev-parse", "HEAD");
  if (!sha)
    throw new UserError(
      `${paths.project}: has no commit to name tags after, or git does not show one; give --tag`,
    );
  const branch = git("symbolic-ref", "--short", "HEAD") || undefined;
  const byRemote = git("symbolic-ref", "--short", "refs/remotes/origin/HEAD").replace(/^origin\//, "");
  return {
    sha,
    branch,
    isDefault: branch !== undefined && (byRemote ? branch === byRemote : ["main", "master"].includes(branch)),
    release: git("tag", "--points-at", "HEAD", "--sort=-version:refname", "v*").split("\n")[0] || undefined,
  };
}

/** The commit that a tag, a branch or the beginning of an id means here; undefined where git knows none. */
export function commitOf(name: string): string | undefined {
  return git("rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`) || undefined;
}

/** Whether the folder has what the commit has not: changes, or files that git knows nothing of. */
export function hasChanges(): boolean {
  return git("status", "--porcelain") !== "";
}

/** The first line of the message of the commit that is worked on; empty where there is none. */
export function commitTitle(): string {
  return git("log", "-1", "--format=%s");
}

function defaultBranchInActions(): string | undefined {
  const file = process.env.GITHUB_EVENT_PATH;
  if (!file || !existsSync(file)) return undefined;
  const event = JSON.parse(readFileSync(file, "utf8")) as { repository?: { default_branch?: string } };
  return event.repository?.default_branch;
}

/** What git answers; empty where it has no answer, or there is no git. */
function git(...args: string[]): string {
  try {
    return runSync(["git", "-C", paths.project, ...args]).stdout.trim();
  } catch (error) {
    if (error instanceof UserError) return "";
    throw error;
  }
}
