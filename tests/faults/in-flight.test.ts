import assert from "node:assert/strict";
import { mode } from "./harness/fleet.ts";
import { WebSocketProbe } from "../load/websocket.ts";
import { row } from "./harness/row.ts";

describe("faults: what is under way at the switch", () => {
  row("service that ignores SIGTERM", async (roll) => {
    roll.release(mode("deaf"));
    await roll.succeeds();
    roll.release();
    await roll.succeeds();
  });

  row("slow request (8 s) in flight at the switch", async (roll) => {
    const former = roll.live;
    roll.release(["services.ts", 'drainTimeout: "1 second"', 'drainTimeout: "10 seconds"']);
    const up = roll.up(async (before) => {
      await roll.host.newContainer("web", before, "created", "running");
      const reply = await fetch(`${roll.fleet.urls.web}slow`);
      assert.deepEqual([reply.status, await reply.text()], [200, `${former}\n`]);
    });
    await roll.succeeds(up);
    roll.release();
    await roll.succeeds();
  });

  row("websocket open at the switch", async (roll) => {
    const socket = await WebSocketProbe.open(`${roll.fleet.urls.web}ws`);
    assert.equal(await socket.echo("before the roll"), "before the roll");
    roll.release();
    const up = roll.up(async (before) => {
      await roll.host.newContainer("web", before, "created", "running");
      assert.equal(await socket.echo("in mid-roll"), "in mid-roll");
      assert.equal(await socket.closed(), 1001);
    });
    await roll.succeeds(up);
    const next = await WebSocketProbe.open(`${roll.fleet.urls.web}ws`);
    assert.equal(await next.echo("after it"), "after it");
    next.end();
  });
});
