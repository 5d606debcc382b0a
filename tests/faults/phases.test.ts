import { faultFleet } from "./harness/fleet.ts";
import { measuredRoll, overhead, type Stretch, withCallsLogged } from "./harness/phases.ts";
import { assertWhole } from "./harness/roll.ts";
import { recordRoll } from "./harness/table.ts";

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
});
