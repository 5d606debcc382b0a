import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { eachAtOnce } from "../../../lib/at-once.ts";

describe("work for each item, so many at once", () => {
  it("is never done for more, and its results are in order", async () => {
    let underWay = 0;
    let most = 0;
    const results = await eachAtOnce([30, 10, 20, 0, 5], 2, async (ms) => {
      underWay += 1;
      most = Math.max(most, underWay);
      await sleep(ms);
      underWay -= 1;
      return `${ms} ms`;
    });
    assert.deepEqual(results, ["30 ms", "10 ms", "20 ms", "0 ms", "5 ms"]);
    assert.equal(most, 2);
  });

  it("fails with the first that fails", async () => {
    await assert.rejects(
      eachAtOnce([1, 2], 1, (item) => Promise.reject(new Error(`item ${item}`))),
      /item 1/,
    );
  });

  it("is none for no item", async () => {
    assert.deepEqual(await eachAtOnce([], 3, () => Promise.resolve(1)), []);
  });
});
