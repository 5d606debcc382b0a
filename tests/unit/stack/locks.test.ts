import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { hostname } from "node:os";
import { describe as explain, isDead, locksIn } from "../../../stack/locks.ts";

const since = "2026-11-21T15:26:38Z";
const refusal = `error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or \
delete the lock file with \`pulumi cancel\`.
  file:///a/.pulumi/locks/organization/slipway/dev/95.json?no_tmp_dir=true: created by ann@nas.home (pid 146) at ${since}
`;

describe("locks of a stack", () => {
  it("are read from what pulumi says, with the one to wait for", () => {
    const locks = locksIn(refusal);
    assert.deepEqual(locks, [{ user: "ann", host: "nas.home", pid: 146, since }]);
    assert.equal(explain(locks), `ann@nas.home (process 146) since ${since}`);
  });

  it("are known to be there where Pulumi Cloud does not say whose", () => {
    assert.deepEqual(locksIn("error: [409] Conflict: Another update is currently in progress."), []);
    assert.match(explain([]), /^another update/);
  });

  it("are not taken for the reason of any other failure", () => {
    assert.equal(locksIn("error: update failed"), undefined);
  });

  it("are dead when their process, of this machine, is no more or no pulumi", () => {
    const lock = (pid: number, host = hostname()) => ({ user: "ann", host, pid, since });
    const { pid: gone } = spawnSync("true");
    assert.equal(isDead(lock(gone)), true);
    // Alive, but no pulumi: the number has gone to another program.
    assert.equal(isDead(lock(process.pid)), true);
    assert.equal(isDead(lock(gone, "elsewhere")), false);
  });
});
