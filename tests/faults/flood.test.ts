import assert from "node:assert/strict";
import { entry, mode } from "./harness/fleet.ts";
import { row } from "./harness/row.ts";

const stillServes = /the previous container web-\w+ is still serving requests/;
/** More than all that a script prints of a container, 64 KB, however often Pulumi shows it; far less than was printed. */
const BOUND = 500_000;
/**
 * 100 MB of lines, then one of 1 MB, then why, and the end; for python3 -c. All to standard output: Docker carries standard
 * error beside it, and it may come before the end of that.
 */
const FLOOD = [
  "import sys",
  "[print('y' * 99) for _ in range(1000000)]",
  "print('x' * 1000000)",
  "print('out of tea')",
  "sys.exit(1)",
].join("; ");

describe("faults: what prints a lot", () => {
  row("container prints 100 MB of lines and a line of 1 MB, then dies", async (roll) => {
    roll.release(mode("floods"));
    const up = await roll.up(() => Promise.resolve());
    await roll.fails([/web: the new container did not become healthy/, stillServes], Promise.resolve(up));
    assert.ok(up.text.length < BOUND, `${up.text.length} bytes`);
    roll.release();
    await roll.succeeds();
  });

  for (const [what, keys, why] of [
    ["pre-deploy job", "preDeploy", /web: the pre-deploy job failed with exit code 1/],
    ["post-deploy check", "postDeploy", /web: the post-deploy check failed with exit code 1/],
  ] as const) {
    row(`${what} prints 100 MB of lines and a line of 1 MB, then fails`, async (roll) => {
      roll.release(entry(`${keys}: { command: ["python3", "-c", ${JSON.stringify(FLOOD)}] }`));
      const up = await roll.up(() => Promise.resolve());
      await roll.breaks([why, /out of tea/, stillServes], Promise.resolve(up));
      assert.ok(up.text.length < BOUND, `${up.text.length} bytes`);
      roll.release();
      await roll.succeeds();
    });
  }

  row("health command prints 100 MB of lines and a line of 1 MB, and fails", async (roll) => {
    const health = `health: { command: ["python3", "-c", ${JSON.stringify(FLOOD)}] }`;
    roll.release(["services.ts", 'health: { path: "/health" }', health]);
    const up = await roll.up(() => Promise.resolve());
    await roll.fails(
      [/web: the new container did not become healthy within 12 s/, stillServes],
      Promise.resolve(up),
    );
    assert.ok(up.text.length < BOUND, `${up.text.length} bytes`);
    roll.release();
    await roll.succeeds();
  });
});
