import { faultFleet } from "./harness/fleet.ts";
import { measuredRoll, measuredRollback, overhead, type Stretch, withCallsLogged } from "./harness/phases.ts";
import { assertWhole } from "./harness/roll.ts";
import { recordRoll, recordRollbacks } from "./harness/table.ts";

describe("faults: none, and no load", function () {
  this.timeout("15 minutes");

  it("phases of a roll, each measured", async () => {
    const fleet = await faultFleet();
    const rolls: Stretch[][] = [];
    await withCallsLogged(fleet, async () => {
      // The first finds caches that are cold; of the others, the one in the middle counts.
      for (let count = 0; count < 6; count++) rolls.push(await measuredRoll(fleet));
    });
    rolls.shift();
    rolls.sort((a, b) => overhead(a) - overhead(b));
    recordRoll(rolls[2] ?? []);
    await assertWhole(fleet);
  });

  it("phases: going back, until the version before answers", async () => {
    const fleet = await faultFleet();
    const rollbacks: number[] = [];
    // Its caller, who asks without pause, is still meanwhile.
    await withCallsLogged(fleet, async () => {
      for (let count = 0; count < 5; count++) rollbacks.push(await measuredRollback(fleet));
    });
    recordRollbacks(rollbacks.sort((a, b) => a - b));
    await assertWhole(fleet);
  });
});
