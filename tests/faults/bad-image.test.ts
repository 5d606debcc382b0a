import assert from "node:assert/strict";
import { entry, mode } from "./harness/fleet.ts";
import { row } from "./harness/row.ts";

const answersStill = /the old container web-\w+ answers still/;

describe("faults: a release that is no good", () => {
  row("image crashes at once", async (roll) => {
    roll.release(mode("crashes"));
    const why = /web: the new container did not take over: it ended while starting/;
    await roll.fails([why, /exit code 1\b/, /out of tea/, answersStill]);
    roll.release();
    await roll.succeeds();
  });

  row("never healthy", async (roll) => {
    roll.release(mode("sick"));
    const why = /web: the new container did not take over: not healthy within 12 s/;
    await roll.fails([why, /state: running/, answersStill]);
    roll.release();
    await roll.succeeds();
  });

  row("healthy, then dies in 5 s", async (roll) => {
    roll.release(mode("dies in 5 s"), entry('minReady: "7 seconds"'));
    const why = /web: the new container did not take over: it ended while starting/;
    await roll.fails([why, /exit code 9\b/, answersStill]);
    roll.release();
    await roll.succeeds();
  });

  row("health check hangs", async (roll) => {
    roll.release(mode("hangs"));
    const why = /web: the new container did not take over: not healthy within 12 s/;
    await roll.fails([why, answersStill]);
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
    await roll.fails([
      /web: the new container did not take over: .*pre-deploy.*/,
      /no such table/,
      answersStill,
    ]);
    roll.release();
    await roll.succeeds();
  });

  row("post-deploy check fails", async (roll) => {
    const command = `["python3", "-c", "raise SystemExit('prices are wrong')"]`;
    roll.release(entry(`postDeploy: { command: ${command} }`));
    const expected = [
      /web: the new container did not take over: .*post-deploy.*/,
      /prices are wrong/,
      answersStill,
    ];
    await roll.breaks(expected);
    assert.equal(await roll.fleet.answer("web"), roll.live);
    roll.release();
    await roll.succeeds();
  });
});
