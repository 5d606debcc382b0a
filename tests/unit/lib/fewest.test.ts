import assert from "node:assert/strict";
import fc from "fast-check";
import { fewest } from "../../../lib/fewest.ts";

describe("the fewest that together do", () => {
  it("are those that are needed, whatever they are, in few tries", async () => {
    const all = Array.from({ length: 18 }, (_, index) => index);
    await fc.assert(
      fc.asyncProperty(fc.subarray(all, { maxLength: 3 }), async (needed) => {
        let tries = 0;
        const found = await fewest(all, (chosen) => {
          tries += 1;
          return Promise.resolve(needed.every((each) => chosen.includes(each)));
        });
        assert.deepEqual(found, needed);
        assert.ok(tries <= 1 + 2 * 5 * Math.max(1, needed.length), `${tries} tries for ${needed.join()}`);
      }),
    );
  });

  it("are the first ones, where others would do as well", async () => {
    const does = (chosen: readonly string[]) =>
      Promise.resolve(chosen.includes("root") || (chosen.includes("a") && chosen.includes("b")));
    assert.deepEqual(await fewest(["a", "b", "root"], does), ["a", "b"]);
    assert.deepEqual(await fewest(["root", "a", "b"], does), ["root"]);
  });
});
