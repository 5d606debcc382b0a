import assert from "node:assert/strict";
import { stepsAtOnce } from "../../../../cli/deploy/pulumi-up.ts";

describe("an update by slipway up", () => {
  it("takes as many steps at once as pulumi would, and no more than an sshd takes as it comes", () => {
    assert.deepEqual([1, 2, 4, 8, 64].map(stepsAtOnce), [4, 8, 16, 16, 16]);
  });
});
