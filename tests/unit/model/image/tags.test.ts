import assert from "node:assert/strict";
import { type Commit, commitInActions, releaseTags, tagOf } from "../../../../model/image/tags.ts";

const SHA = "1a2b3c4d5e6f";
const names = (commit: Partial<Commit>, latest = true) =>
  releaseTags({ sha: SHA, isDefault: false, ...commit }, latest).map(({ name }) => name);

describe("release tags", () => {
  it("are the commit and the branch, and latest on the default branch only, unless refused", () => {
    assert.deepEqual(names({ branch: "fix/it now" }), ["sha-1a2b3c4", "fix-it-now"]);
    assert.deepEqual(names({ branch: "main", isDefault: true }), ["sha-1a2b3c4", "main", "latest"]);
    assert.deepEqual(names({ branch: "main", isDefault: true }, false), ["sha-1a2b3c4", "main"]);
  });

  it("are full, minor and major of a release, of an early one the full alone", () => {
    assert.deepEqual(names({ release: "v1.2.3" }), ["sha-1a2b3c4", "1.2.3", "1.2", "1"]);
    assert.deepEqual(names({ release: "1.2.3-rc.1" }), ["sha-1a2b3c4", "1.2.3-rc.1"]);
    assert.deepEqual(names({ release: "nightly" }), ["sha-1a2b3c4"]);
  });

  it("are the number of a pull request, in place of its branch", () => {
    assert.deepEqual(names({ pullRequest: 7, branch: "main", isDefault: true }), ["sha-1a2b3c4", "pr-7"]);
  });

  it("move, but for versions and commits", () => {
    const all = releaseTags({ sha: SHA, isDefault: true, branch: "main", release: "v1.2.3" }, true);
    const moving = all.filter(({ moves }) => moves).map(({ name }) => name);
    assert.deepEqual(moving, ["1.2", "1", "main", "latest"]);
  });

  it("are what a registry takes", () => {
    assert.equal(tagOf("-feature/ünder#1"), "feature-nder-1");
    assert.equal(tagOf("x".repeat(200)).length, 128);
  });

  it("follow what GitHub Actions says", () => {
    const env = {
      GITHUB_SHA: SHA,
      GITHUB_REF_TYPE: "branch",
      GITHUB_REF_NAME: "main",
      GITHUB_REF: "refs/heads/main",
    };
    const commit = { sha: SHA, branch: "main", isDefault: true, pullRequest: undefined, release: undefined };
    assert.deepEqual(commitInActions(env, "main"), commit);
    assert.deepEqual(commitInActions(env, "trunk"), { ...commit, isDefault: false });
    const pull = { ...env, GITHUB_REF_NAME: "7/merge", GITHUB_REF: "refs/pull/7/merge" };
    assert.deepEqual(commitInActions(pull, "main"), {
      ...commit,
      branch: undefined,
      isDefault: false,
      pullRequest: 7,
    });
    const tag = { ...env, GITHUB_REF_TYPE: "tag", GITHUB_REF_NAME: "v1.0.0", GITHUB_REF: "refs/tags/v1.0.0" };
    assert.deepEqual(commitInActions(tag, "main"), {
      ...commit,
      branch: undefined,
      isDefault: false,
      release: "v1.0.0",
    });
    assert.equal(commitInActions({}, "main"), undefined);
  });
});
