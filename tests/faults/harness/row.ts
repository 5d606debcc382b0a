import assert from "node:assert/strict";
import { startMachine } from "../../../lab/index.ts";
import { type FaultFleet, faultFleet } from "./fleet.ts";
import { assertWhole, Roll } from "./roll.ts";
import { record } from "./table.ts";
import { Traffic } from "./traffic.ts";

/** What is different in some rows. */
export interface RowOptions {
  /** The service the load asks. @default "web" */
  on?: "web" | "tcp";
  /** Why requests must fail here. @default none may */
  gapBecause?: string;
}

/** One row of the failure table: something happens to the whole fleet under load, and it ends whole again. */
export function row(name: string, work: (roll: Roll) => Promise<void>, options: RowOptions = {}): void {
  it(name, async function () {
    this.timeout("60 minutes");
    const fleet = await faultFleet();
    const traffic = await Traffic.start(fleet, options.on ?? "web");
    const roll = new Roll(fleet, traffic, await fleet.answer("web"));
    let failure: Error | undefined;
    try {
      await work(roll);
      const { outside, inside } = await traffic.stop();
      if (!options.gapBecause) {
        assert.deepEqual(outside.failures, []);
        assert.equal(inside.failed, 0, inside.failures.join("\n"));
      }
      await assertWhole(fleet);
    } catch (error) {
      failure = error as Error;
    }
    if (failure) await mend(fleet);
    const { outside, inside } = await traffic.stop();
    record({
      row: name,
      outside,
      inside,
      gapBecause: options.gapBecause ?? "",
      said: failure ? `FAILED: ${failure.message.split("\n")[0]}` : roll.said,
    });
    if (failure) throw failure;
  });
}

const quiet = () => undefined;

/** After a row that has failed: the next one shall find a whole fleet, if need be a new one. */
async function mend(fleet: FaultFleet): Promise<void> {
  const { lab } = fleet.host;
  await startMachine(lab, "registry", quiet);
  await startMachine(lab, fleet.host.name, quiet);
  fleet.release();
  const { code, text } = await fleet.slipwayUp();
  if (code === 0) return;
  process.stderr.write(`      slipway up does not mend the fleet, so it is made anew:\n${text}\n`);
  await fleet.run("pulumi", "cancel", "--yes");
  await fleet.must("pulumi", "stack", "rm", "--force", "--yes", "--preserve-config");
  const everything = "docker rm -f $(docker ps -aq); docker network prune -f; docker volume prune -f";
  await fleet.host.run("sh", "-c", everything);
  await fleet.must("pulumi", "stack", "init", "dev");
  await fleet.must("pulumi", "up", "--yes", "--skip-preview");
}
