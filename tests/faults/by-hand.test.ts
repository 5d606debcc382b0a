import assert from "node:assert/strict";
import type { FaultFleet } from "./harness/fleet.ts";
import { row } from "./harness/row.ts";

async function containerOf({ host }: FaultFleet, service: string): Promise<string> {
  const found = (await host.containers()).find((container) => container.service === service);
  assert.ok(found, `${service} has no container`);
  return found.id;
}

describe("faults: what somebody did by hand on the host", () => {
  row("restart policies and a memory limit changed by hand, then slipway up", async (roll) => {
    const { fleet, host } = roll;
    const [web, caller] = [await containerOf(fleet, "web"), await containerOf(fleet, "caller")];
    await host.run("docker", "update", "--restart", "no", web);
    await host.run("docker", "update", "--memory", "200m", "--memory-swap", "400m", caller);
    const up = await fleet.slipwayUp();
    roll.says(
      up.text,
      /mends web on lab-1: edited by hand: web-\w+: restart policy changed \(no, not always\)/,
    );
    await roll.succeeds(Promise.resolve(up));
    assert.equal(await containerOf(fleet, "web"), web);
    assert.notEqual(await containerOf(fleet, "caller"), caller);
  });

  row("restart policy changed by hand, then a new release", async (roll) => {
    await roll.host.run("docker", "update", "--restart", "no", await containerOf(roll.fleet, "web"));
    roll.release();
    await roll.succeeds();
  });

  row(
    "container stopped by hand, then slipway up",
    async (roll) => {
      const web = await containerOf(roll.fleet, "web");
      await roll.host.run("docker", "stop", web);
      const up = await roll.fleet.slipwayUp();
      roll.says(up.text, /mends web on lab-1: stopped: web-\w+ is exited \(0\); its cutover runs again/);
      await roll.succeeds(Promise.resolve(up));
      assert.equal(await containerOf(roll.fleet, "web"), web);
    },
    { gapBecause: "nothing answers until the up" },
  );

  row(
    "container removed by hand, then slipway up",
    async (roll) => {
      await roll.host.run("docker", "rm", "--force", await containerOf(roll.fleet, "web"));
      const up = await roll.fleet.slipwayUp();
      roll.says(up.text, /mends web on lab-1: missing: .*; it is made anew/);
      await roll.succeeds(Promise.resolve(up));
    },
    { gapBecause: "nothing answers until the up" },
  );

  row(
    "container stopped by hand, then a new release",
    async (roll) => {
      await roll.host.run("docker", "stop", await containerOf(roll.fleet, "web"));
      roll.release();
      await roll.succeeds();
    },
    { gapBecause: "nothing answers until the up" },
  );

  row("container stopped by hand, then its service leaves the program", async (roll) => {
    const { fleet, host } = roll;
    // Whose port is free for the one of another name.
    await host.run("docker", "stop", await containerOf(fleet, "tcp"));
    fleet.change(["services.ts", 'name: "tcp"', 'name: "tcp-renamed"']);
    await roll.succeeds();
    assert.equal(await fleet.answer("tcp"), "tcp v0");
    assert.ok(!(await host.containers()).some(({ service }) => service === "tcp"));
    // Back, for the rows behind this one.
    await host.run("docker", "stop", await containerOf(fleet, "tcp-renamed"));
    fleet.change(["services.ts", 'name: "tcp-renamed"', 'name: "tcp"']);
    await roll.succeeds();
  });
});
