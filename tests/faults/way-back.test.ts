import assert from "node:assert/strict";
import { mode } from "./harness/fleet.ts";
import { row } from "./harness/row.ts";

const died = /web: the new container did not become healthy: it exited during start-up/;

describe("faults: ways back from a failed roll", () => {
  row("failed roll, then the former sources", async (roll) => {
    roll.release(mode("crashes"));
    await roll.fails([died]);
    roll.backTo(roll.live);
    await roll.succeeds();
  });

  row("failed roll, then destroy", async (roll) => {
    const { fleet, host } = roll;
    roll.release(mode("crashes"));
    await roll.fails([died]);
    await roll.traffic.stop();
    await fleet.must("pulumi", "destroy", "--yes", "--skip-preview");
    assert.deepEqual(await host.containers(), []);
    assert.equal(await host.run("docker", "volume", "ls", "--quiet"), "");
    const networks = await host.run("docker", "network", "ls", "--format", "{{.Name}}");
    assert.deepEqual(networks.trim().split("\n").sort(), ["bridge", "host", "none"]);
    assert.equal(await host.run("ls", "-A", "/tmp"), "");
    roll.release();
    await roll.succeeds();
  });
});
