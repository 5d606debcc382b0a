import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { project } from "../../../../runtime/packages.mjs";

describe("slipway maintenance", function () {
  this.timeout("2 minutes"); // each call starts a program, which takes its time on a busy machine
  /** On a machine that has no pulumi. */
  const slipway = (...args: string[]) =>
    spawnSync(process.execPath, ["cli/slipway.mjs", "maintenance", ...args], {
      cwd: project,
      encoding: "utf8",
      env: { PATH: "/nowhere" },
    });

  it("tells its usage", () => {
    const { status, stdout } = slipway("--help");
    assert.equal(status, 0);
    assert.match(stdout, /^Usage: slipway maintenance \[options\] \[service\] \[state\]/);
    assert.match(stdout, /--retry-after <duration> .*default: "120\s+seconds"/);
  });

  it("fails on a state and a duration that are none", () => {
    const state = slipway("web", "maybe");
    assert.equal(state.status, 1);
    assert.match(state.stderr, /'maybe' is invalid.*Allowed choices are on, off/);
    const duration = slipway("web", "on", "--retry-after", "120");
    assert.equal(duration.status, 1);
    assert.match(duration.stderr, /'120' is invalid.*expected a number and a unit/);
  });
});
