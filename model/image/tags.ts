/** The commit that is tagged, as git and CI know it. */
export interface Commit {
  sha: string;
  branch?: string | undefined;
  /** Whether that is the repository's default branch. */
  isDefault: boolean;
  /** Number of the pull request that is built. */
  pullRequest?: number | undefined;
  /** The git tag that is released. */
  release?: string | undefined;
}

/** A release tag, and whether it may be moved from one digest to another. */
export interface Tag {
  name: string;
  moves: boolean;
}

const SEMVER = /^v?((\d+)\.(\d+)\.\d+)(-[\w.-]+)?(\+.*)?$/;

/**
 * The release tags of what a commit gave: of a release the version, and of a stable one `1.2` and `1` too; `pr-7`;
 * the branch; `sha-1a2b3c4`; `latest` on the default branch only.
 * @param latest whether the stack allows that last one
 */
export function releaseTags(
  { sha, branch, isDefault, pullRequest, release }: Commit,
  latest: boolean,
): Tag[] {
  const fixed = (name: string) => ({ name, moves: false });
  const moving = (name: string) => ({ name, moves: true });
  const tags = [fixed(`sha-${sha.slice(0, 7)}`)];
  const [, version, major, minor, early = ""] = SEMVER.exec(release ?? "") ?? [];
  if (version) {
    tags.push(fixed(`${version}${early}`));
    if (!early) tags.push(moving(`${major}.${minor}`), moving(`${major}`));
  }
  if (pullRequest !== undefined) tags.push(moving(`pr-${pullRequest}`));
  else if (branch) tags.push(moving(tagOf(branch)));
  if (isDefault && pullRequest === undefined && latest) tags.push(moving("latest"));
  return tags;
}

/** Text as a registry takes it for a tag, 128 characters at most. */
export function tagOf(text: string): string {
  return text
    .replace(/[^\w.-]+/g, "-")
    .replace(/^[.-]+/, "")
    .slice(0, 128);
}

/**
 * The commit as GitHub Actions describes it.
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/variables
 */
export function commitInActions(
  env: Readonly<Record<string, string | undefined>>,
  defaultBranch: string | undefined,
): Commit | undefined {
  if (!env.GITHUB_SHA) return undefined;
  const isTag = env.GITHUB_REF_TYPE === "tag";
  const [, pullRequest] = /^refs\/pull\/(\d+)\//.exec(env.GITHUB_REF ?? "") ?? [];
  const branch = isTag || pullRequest ? undefined : env.GITHUB_REF_NAME;
  return {
    sha: env.GITHUB_SHA,
    branch,
    isDefault: branch !== undefined && branch === defaultBranch,
    pullRequest: pullRequest === undefined ? undefined : Number(pullRequest),
    release: isTag ? env.GITHUB_REF_NAME : undefined,
  };
}
