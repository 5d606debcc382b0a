import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { releaseDeadLocks } from "../../../cli/locks.ts";

describe("locks of the file backend", () => {
  let state: string;
  let locks: string;
  const lock = (name: string, pid: number, host = hostname()) => {
    writeFileSync(join(locks, `${name}.json`), JSON.stringify({ pid, hostname: host, username: "somebody" }));
    writeFileSync(join(locks, `${name}.json.attrs`), "{}");
  };
  const dead = () => spawnSync("true").pid;

  beforeEach(() => {
    state = mkdtempSync(join(tmpdir(), "slipway-locks-"));
    locks = join(state, ".pulumi/locks/organization/slipway/dev");
    mkdirSync(locks, { recursive: true });
  });
  afterEach(() => {
    rmSync(state, { recursive: true });
  });

  it("are taken over from dead processes of this machine only", () => {
    const killed = dead();
    lock("killed", killed);
    lock("living", process.pid);
    lock("elsewhere", dead(), "another machine");
    const said: string[] = [];
    releaseDeadLocks(state, "dev", (line) => said.push(line));
    const kept = ["elsewhere.json", "elsewhere.json.attrs", "living.json", "living.json.attrs"];
    assert.deepEqual(readdirSync(locks).sort(), kept);
    assert.deepEqual(said, [`lock: taken over from process ${killed}, which is no more`]);
  });

  it("are no error where there are none yet", () => {
    const said: string[] = [];
    releaseDeadLocks(join(state, "none"), "dev", (line) => said.push(line));
    assert.deepEqual(said, []);
  });
});
