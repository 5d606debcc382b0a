import assert from "node:assert/strict";
import { entry, mode } from "./harness/fleet.ts";
import { row } from "./harness/row.ts";

const stillServes = /the previous container web-\w+ is still serving requests/;

describe("faults: a release that is no good", () => {
  row("image crashes at once", async (roll) => {
    roll.release(mode("crashes"));
    const why = /web: the new container did not become healthy: it exited during start-up/;
    await roll.fails([why, /exit code 1\b/, /out of tea/, stillServes]);
    roll.release();
    await roll.succeeds();
  });

  row("never healthy", async (roll) => {
    roll.release(mode("sick"));
    const why = /web: the new container did not become healthy within 12 s/;
    await roll.fails([why, /state: running/, stillServes]);
    roll.release();
    await roll.succeeds();
  });

  row("healthy, then dies in 5 s", async (roll) => {
    roll.release(mode("dies in 5 s"), entry('minReady: "7 seconds"'));
    const why = /web: the new container did not become healthy: it exited during start-up/;
    await roll.fails([why, /exit code 9\b/, stillServes]);
    roll.release();
    await roll.succeeds();
  });

  row("health check hangs", async (roll) => {
    roll.release(mode("hangs"));
    const why = /web: the new container did not become healthy within 12 s/;
    await roll.fails([why, stillServes]);
    roll.release();
    await roll.succeeds();
  });

  row("build fails", async (roll) => {
    roll.release(["web/Dockerfile", "COPY", "RUN echo no such compiler && false\nCOPY"]);
    await roll.fails([/no such compiler/]);
    roll.release();
    await roll.succeeds();
  });

  row("pre-deploy job fails", async (roll) => {
    const command = `["python3", "-c", "raise SystemExit('no such table')"]`;
    roll.release(entry(`preDeploy: { command: ${command} }`));
    await roll.fails([/web: the pre-deploy job failed with exit code 1/, /no such table/, stillServes]);
    roll.release();
    await roll.succeeds();
  });

  row("post-deploy check fails", async (roll) => {
    const command = `["python3", "-c", "raise SystemExit('prices are wrong')"]`;
    roll.release(entry(`postDeploy: { command: ${command} }`));
    const expected = [
      /web: the post-deploy check failed with exit code 1.*/,
      /prices are wrong/,
      stillServes,
    ];
    await roll.breaks(expected);
    assert.equal(await roll.fleet.answer("web"), roll.live);
    roll.release();
    await roll.succeeds();
  });
});
