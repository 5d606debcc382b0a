import assert from "node:assert/strict";
import { stepsAtOnce, tooManySteps } from "../../../../model/host/steps.ts";

describe("the steps that pulumi takes at once", () => {
  const host = (address: string) => ({ name: "main", address });
  const [far, here] = [host("ssh://deploy@nas"), host("unix:///var/run/docker.sock")];

  it("are as many as by its default, and no more than an sshd takes as it comes", () => {
    assert.deepEqual([1, 2, 4, 8, 64].map(stepsAtOnce), [4, 8, 16, 16, 16]);
  });

  it("are told of where they are more than an sshd may take, with what to do, and only where there is one", () => {
    const said =
      "pulumi takes 64 steps at once, of which a host's sshd may turn some away (MaxSessions, MaxStartups). " +
      "In your shell: export PULUMI_PARALLEL=16";
    assert.deepEqual(tooManySteps(64, [here, far]), [said]);
    assert.deepEqual([tooManySteps(16, [far]), tooManySteps(64, [here])], [[], []]);
  });
});
