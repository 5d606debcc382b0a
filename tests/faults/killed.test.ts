import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync, readdirSync, readlinkSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { runSync } from "../../lib/run.ts";
import { mode } from "./harness/fleet.ts";
import { assertWhole, type Roll } from "./harness/roll.ts";
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

/** Kills what rolls the fleet in each twentieth of the time that a roll takes; the next `slipway up` heals. */
async function killAtRandomMoments(roll: Roll, start: () => Killed): Promise<void> {
  const begun = performance.now();
  roll.release();
  await roll.succeeds(roll.fleet.slipwayUp());
  const whole = performance.now() - begun;
  for (let part = 0; part < 20; part++) {
    const moment = ((part + Math.random()) / 20) * whole;
    try {
      roll.release();
      const { kill, ended } = start();
      await sleep(moment);
      kill();
      await ended;
      await roll.answersByItself();
      await roll.succeeds(roll.fleet.slipwayUp());
      await assertWhole(roll.fleet);
      assert.deepEqual(processesIn(roll.fleet.folder), []);
    } catch (error) {
      throw new Error(`killed after ${Math.round(moment)} ms: ${String(error)}`, { cause: error });
    }
  }
}

/** What runs until it is killed. */
interface Killed {
  kill: () => void;
  ended: Promise<unknown>;
}

describe("faults: processes killed", () => {
  row("pulumi killed at 20 random moments of a roll", async (roll) => {
    await killAtRandomMoments(roll, () => {
      const { process } = roll.fleet.start("pulumi", ["up", "--yes", "--skip-preview"]);
      return { kill: () => process.kill("SIGKILL"), ended: once(process, "exit") };
    });
  });

  row("slipway up killed with its pulumi at 20 random moments of a roll", async (roll) => {
    await killAtRandomMoments(roll, () => {
      const { process } = roll.fleet.start("node", ["cli/slipway.mjs", "up"]);
      const kill = () => {
        runSync(["pkill", "-KILL", "-x", "-P", String(process.pid), "pulumi"]);
        process.kill("SIGKILL");
      };
      return { kill, ended: once(process, "exit") };
    });
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
