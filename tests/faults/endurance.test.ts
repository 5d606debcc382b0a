import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { row } from "./harness/row.ts";

describe("faults: none", () => {
  row("20 good rolls in a row", async (roll) => {
    for (let rolls = 0; rolls < 20; rolls++) {
      roll.release();
      await roll.succeeds();
    }
    // The requests go on until there are enough of them to believe the zero.
    let { outside, inside } = await roll.traffic.report();
    while (outside.sent < 50_000 || inside.sent < 10_000) {
      await sleep(1000);
      ({ outside, inside } = await roll.traffic.report());
    }
    assert.equal(Object.keys(outside.answers).length, 21);
  });
});
