import assert from "node:assert/strict";
import { until } from "../../lab/wait.ts";
import { mode } from "./harness/fleet.ts";
import { row } from "./harness/row.ts";

describe("faults: updates that meet", () => {
  row("two ups at once", async (roll) => {
    const { fleet } = roll;
    roll.release(mode("healthy after 6 s"), ["services.ts", '"12 seconds"', '"10 minutes"']);
    const first = await roll.up(async (before, pid) => {
      const id = await roll.host.newContainer("web", before, "running");
      // It is not healthy before the others have met the lock, however slow they are.
      await roll.host.run("docker", "pause", id);
      await roll.fails([/the stack is currently locked by \d+ lock/], fleet.run("pulumi", "up", "--yes"));
      const second = fleet.start(process.execPath, ["cli/slipway.mjs", "up", "--wait", "10 minutes"]);
      let said = "";
      second.process.stderr?.on("data", (data: Buffer) => (said += data.toString()));
      const waits = new RegExp(`waiting.*\\b${pid}\\b`);
      await until(
        () => waits.test(said),
        120,
        () => `slipway up does not wait:\n${said}`,
      );
      await roll.host.run("docker", "unpause", id);
      const { code, text } = await second.ended;
      assert.equal(code, 0, text);
    });
    assert.equal(first.code, 0, first.text);
    await roll.succeeds();
    roll.release();
    await roll.succeeds();
  });

  row("failed roll of one, good targeted up of another, the first mended", async (roll) => {
    const { fleet, host } = roll;
    const answering = await host.containers();
    roll.release(mode("crashes"));
    await roll.fails([/web: the new container did not become healthy/]);
    fleet.change(["tcp/tcp.py", '"v0"', '"v1"']);
    const webs = async () => (await host.containers()).filter(({ service }) => service === "web");
    const before = await webs();
    const targeted = await fleet.slipwayUp("tcp");
    assert.equal(targeted.code, 0, targeted.text);
    assert.equal(await fleet.answer("tcp"), "tcp v1");
    assert.equal(await fleet.answer("web"), roll.live);
    assert.deepEqual(await webs(), before);
    assert.ok(before.some(({ id }) => answering.some((container) => container.id === id)));
    roll.release();
    await roll.succeeds();
    assert.equal(await fleet.answer("tcp"), "tcp v0");
  });

  row("--continue-on-error, which would delete what answers", async (roll) => {
    roll.release();
    const expected = [/--continue-on-error.*/];
    const flag = ["up", "--yes", "--skip-preview", "--continue-on-error"];
    await roll.fails(expected, roll.fleet.run("pulumi", ...flag));
    const variable = { PULUMI_CONTINUE_ON_ERROR: "true" };
    await roll.fails(
      expected,
      roll.up(() => Promise.resolve(), variable),
    );
    await roll.succeeds();
  });
});
