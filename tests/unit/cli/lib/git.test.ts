import assert from "node:assert/strict";
import { commitOf, commitTitle, currentCommit } from "../../../../cli/lib/git.ts";
import { UserError } from "../../../../lib/errors.ts";

describe("git that is not there", () => {
  const { PATH, GITHUB_SHA } = process.env;
  beforeEach(() => {
    process.env.PATH = "/nowhere";
    delete process.env.GITHUB_SHA;
  });
  afterEach(() => {
    process.env.PATH = PATH;
    if (GITHUB_SHA !== undefined) process.env.GITHUB_SHA = GITHUB_SHA;
  });

  it("is no reason to stop what can do without a commit", () => {
    assert.equal(commitTitle(), "");
    assert.equal(commitOf("main"), undefined);
  });

  it("fails what needs one with what to do", () => {
    assert.throws(currentCommit, (error: Error) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, /has no commit to name tags after, or git does not show one; give --tag$/);
      return true;
    });
  });
});
