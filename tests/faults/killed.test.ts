import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync, readdirSync, readlinkSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { mode } from "./harness/fleet.ts";
import { assertWhole } from "./harness/roll.ts";
import { row } from "./harness/row.ts";

/** The command lines of what runs in a folder, but for the connection that ssh keeps for a minute. */
function processesIn(folder: string): string[] {
  const lines = readdirSync("/proc").flatMap((pid) => {
    try {
      return readlinkSync(`/proc/${pid}/cwd`) === folder
        ? [readFileSync(`/proc/${pid}/cmdline`, "utf8")]
        : [];
    } catch {
      return []; // no process, or it has ended
    }
  });
  return lines.filter((line) => !line.startsWith("ssh: "));
}

describe("faults: processes killed", () => {
  row("pulumi killed at 20 random moments of a roll", async (roll) => {
    const start = performance.now();
    roll.release();
    await roll.succeeds();
    const whole = performance.now() - start;
    for (let part = 0; part < 20; part++) {
      // One in each twentieth of the time a roll takes.
      const moment = ((part + Math.random()) / 20) * whole;
      try {
        roll.release();
        const { process } = roll.fleet.start("pulumi", ["up", "--yes", "--skip-preview"]);
        const ended = once(process, "exit");
        await sleep(moment);
        process.kill("SIGKILL");
        await ended;
        await roll.answersByItself();
        await roll.succeeds(roll.fleet.slipwayUp());
        await assertWhole(roll.fleet);
        assert.deepEqual(processesIn(roll.fleet.folder), []);
      } catch (error) {
        throw new Error(`killed after ${Math.round(moment)} ms: ${String(error)}`, { cause: error });
      }
    }
  });

  row(
    "the edge's process killed in mid-roll",
    async (roll) => {
      roll.release(mode("healthy after 6 s"));
      const up = roll.up(async (before) => {
        await roll.host.newContainer("web", before, "running");
        await roll.host.run("pkill", "-KILL", "-x", "traefik");
        await roll.answersByItself();
      });
      await roll.succeeds(up);
      roll.release();
      await roll.succeeds();
    },
    { gapBecause: "nothing answers while the edge starts" },
  );
});
