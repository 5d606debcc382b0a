import assert from "node:assert/strict";
import { parseOriginals } from "../../../../cli/data/copy-volumes.ts";

const VOLUMES = new Map([
  ["data", "store-data-1"],
  ["more", "store-more-1"],
]);

describe("what copy-volumes fills from", () => {
  it("is the volume that each pair names", () => {
    assert.deepEqual(
      [...parseOriginals(["more=shop_more", "data=shop.data-1"], VOLUMES)],
      [
        ["more", "shop_more"],
        ["data", "shop.data-1"],
      ],
    );
  });

  for (const [pairs, message] of [
    [["data"], 'copy-volumes: got "data"; expected a pair, as in data=shop_data'],
    [["data=a b"], 'copy-volumes: got "data=a b"; expected a pair, as in data=shop_data'],
    [["data=/srv"], 'copy-volumes: got "data=/srv"; expected a pair, as in data=shop_data'],
    [["date=shop"], 'copy-volumes: no such volume, got "date"; expected data, more'],
    [["data=shop", "data=other"], 'copy-volumes: "data" is there twice'],
    [["data=store-data-1"], "copy-volumes: store-data-1 is that volume itself; expected another"],
  ] as const)
    it(`is an error for ${pairs.join(" ")}`, () => {
      assert.throws(() => parseOriginals(pairs, VOLUMES), { message });
    });
});
