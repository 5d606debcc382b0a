import assert from "node:assert/strict";
import { growth, overBudget } from "../../../../model/image/size.ts";
import { isSize, showSize, toBytes } from "../../../../lib/size.ts";

const layer = (by: string, size: number) => ({ digest: `sha256:${by}${size}`, size, by });
const base = layer("FROM debian", 30e6);
const size = (...layers: ReturnType<typeof layer>[]) => [
  { platform: "linux/amd64", layers: [base, ...layers] },
];

describe("an image's size", () => {
  it("fails over the budget, for each platform, with the biggest layers and how to see what grew", () => {
    const now = size(layer("RUN apt-get", 600e6), layer("COPY a", 2e3), layer("COPY b", 1e3));
    assert.deepEqual(overBudget("web", now, "500 MB"), [
      "services/web/build/sizeBudget: too big for linux/amd64, got 630.0 MB; expected at most 500 MB. Its biggest " +
        "layers: 600.0 MB RUN apt-get; 30.0 MB FROM debian; 2.0 KB COPY a. What grew: npx --no slipway sizes web",
    ]);
    assert.deepEqual(overBudget("web", now, "630.003 MB"), []);
  });

  it("is compared with the last release's, layer by layer", () => {
    const lines = growth("web", size(layer("COPY a", 1e6)), size(layer("COPY a", 3e6)));
    assert.deepEqual(lines, [
      "web linux/amd64: 33.0 MB, +2.0 MB since the last release",
      "  + 3.0 MB COPY a",
      "  - 1.0 MB COPY a",
    ]);
    assert.deepEqual(growth("web", size(), size()), [
      "web linux/amd64: 30.0 MB, +0.0 KB since the last release",
    ]);
    assert.deepEqual(growth("web", [], size()), ["web linux/amd64: 30.0 MB"]);
  });

  it("is written with its unit", () => {
    assert.deepEqual(["500 MB", "1.5 GB", "10", "5 mb"].map(isSize), [true, true, false, false]);
    assert.equal(toBytes("1.5 GB"), 1.5e9);
    assert.equal(showSize(1_234_567), "1.2 MB");
  });
});
