import { startMachine, stopMachine } from "../../lab/index.ts";
import { registryPort } from "../../lab/registry.ts";
import { row } from "./harness/row.ts";
import type { Roll } from "./harness/roll.ts";

async function withoutRegistry({ host }: Roll, work: () => Promise<void>): Promise<void> {
  await stopMachine(host.lab, "registry");
  try {
    await work();
  } finally {
    await startMachine(host.lab, "registry", () => undefined);
  }
}

describe("faults: the registry", () => {
  row("registry down before the push", async (roll) => {
    roll.release();
    await withoutRegistry(roll, () => roll.fails([/connect(ion)?: connection refused/]));
    await roll.succeeds();
  });

  row("registry down between push and pull", async (roll) => {
    roll.release();
    // Seen from the host; the builder still reaches it, so the push gets through.
    await roll.host.refusing("OUTPUT", registryPort, () => roll.fails([/connect(ion)?: connection refused/]));
    await roll.succeeds();
  });

  row("registry down during a rollback", async (roll) => {
    const former = roll.live;
    roll.release();
    await roll.succeeds();
    roll.backTo(former);
    await withoutRegistry(roll, () => roll.fails([/connect(ion)?: connection refused/]));
    await roll.succeeds();
  });

  row("registry out of the host's reach during a rollback", async (roll) => {
    const former = roll.live;
    roll.release();
    await roll.succeeds();
    roll.backTo(former);
    // The host has the image still.
    await roll.host.refusing("OUTPUT", registryPort, () => roll.succeeds());
  });

  row("wrong registry password", async (roll) => {
    roll.release();
    const wrong = { SLIPWAY_LAB_REGISTRY_PASSWORD: "wrong" };
    await roll.fails(
      [/401 Unauthorized|authentication required/i],
      roll.up(() => Promise.resolve(), wrong),
    );
    await roll.succeeds();
  });
});
